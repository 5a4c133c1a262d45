"""Time: aware UTC values inside, text of one fixed width outside.

The width is fixed because the text is compared and sorted by the database:
`…00Z` would sort after `…00.000001Z`.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Where time comes from: always passed in, always aware UTC."""

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"
_TEXT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


def to_text(time: datetime) -> str:
    """27 characters, such as `2026-11-22T10:03:00.000000Z`. Raises ValueError for naive times."""
    if time.tzinfo is None:
        raise ValueError(f"{time} has no zone")
    return time.astimezone(UTC).strftime(_FORMAT)


def from_text(text: str) -> datetime:
    """The aware UTC time. Raises ValueError for anything that `to_text` does not write."""
    if _TEXT.fullmatch(text) is None:
        raise ValueError(f"{text!r} is not a time as it is written here")
    return datetime.fromisoformat(text)


def moment(time: datetime | None) -> str:
    """A time in a sentence, as `{2026-11-22T10:03:00.000000Z}`: whoever shows it knows how, and in
    which zone. Nothing where it is not known."""
    return "" if time is None else f"{{{to_text(time)}}}"


def to_seconds(time: datetime) -> int:
    """Whole seconds since 1970, rounded down: what CCPayment and Slack call a timestamp."""
    return int(time.timestamp())


def from_seconds(seconds: int) -> datetime:
    """The aware UTC time of whole seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def read_span(text: str) -> timedelta | None:
    """The time that `90m`, `24h` or `2d` stands for; None for anything else."""
    read = re.fullmatch(r"([0-9]{1,6})([mhd])", text, re.ASCII)
    return timedelta(**{_UNITS[read[2]]: int(read[1])}) if read else None


def lasting(time: timedelta) -> str:
    """For reading: `24 h`, `90 min`."""
    minutes = round(time.total_seconds() / 60)
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def utc_now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)
