"""Sentences for Slack: made of pieces, drawn three ways.

A reason, a name or a gateway's message can hold mark-up, links, mentions, line breaks that fake a
field and marks that turn the reading direction. So a sentence is not a string with escapes here
and there, but a sequence of pieces that know what they are:

    rich(…)     elements of a rich_text section; Slack takes every word literally there
    mrkdwn(…)   for section fields and context, which know no rich text
    plain(…)    the top-level `text`, all that phones and screen readers get: names, times in UTC

A plain `str` piece is ours. Everything that others wrote is `Said` (or `Code`, where every
character counts), or went through `name`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from approvals.letters import FLAG
from approvals.money import grouped
from approvals.times import from_text, to_seconds

Json = dict[str, Any]

SPAN = 3000
"""Characters in one element of rich text; longer text goes into several."""

TEXT = 4000
"""Characters of a message's top-level text that `chat.update` takes."""

SAID = 500
"""Characters of other people's words that are shown: a reason has no more (approvals.asking)."""

SAID_PLAINLY = 600
"""The same in `text`, as spelled there: one character may take five, and several words share the
room."""

DATE = "{date_short_pretty} at {time}"
DAY = "{date_short}"
AGO = "{ago}"
"""Slack's words for dates (docs.slack.dev, date element)."""


@dataclass(frozen=True, slots=True)
class Said:
    """Other people's words, on one line and at most `SAID` characters."""

    words: str


@dataclass(frozen=True, slots=True)
class Code:
    """To be copied or compared, so complete: an address, a reference, an order id."""

    text: str


@dataclass(frozen=True, slots=True)
class User:
    """A person, by Slack id: a mention."""

    id: str


@dataclass(frozen=True, slots=True)
class Channel:
    """A conversation, by Slack id."""

    id: str


@dataclass(frozen=True, slots=True)
class Link:
    """A web address behind what is shown: words of ours, or `Code`. Both are safe to press and to
    show: whoever makes one has seen to that."""

    url: str
    shown: str | Code

    @property
    def text(self) -> str:
        """What is shown, as text."""
        return self.shown.text if isinstance(self.shown, Code) else self.shown


@dataclass(frozen=True, slots=True)
class When:
    """A moment, shown to each reader in their own time zone. `ago`: in rich text, also how long ago
    it is; Slack keeps count."""

    at: datetime
    ago: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """The day of a moment, in each reader's own time zone."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Bold:
    """What is read first."""

    pieces: tuple["Piece", ...]


Piece = str | Said | Code | Link | User | Channel | When | Day | Bold
Sentence = Sequence[Piece]


def bold(*pieces: Piece) -> Bold:
    """The pieces, to be read first."""
    return Bold(pieces)


def rich(sentence: Sentence) -> list[Json]:
    """The elements of a rich_text section."""
    return [element for piece in sentence for element in _elements(piece, {})]


def _elements(piece: Piece, style: Json) -> Iterator[Json]:
    match piece:
        case str():
            yield from spans(piece, style)
        case Said(words):
            yield from spans(clipped(one_line(words), SAID) or "–", style)
        case Code(text):
            yield from spans(visible(text), {**style, "code": True})
        case Link(url):
            yield {"type": "link", "url": url, "text": piece.text} | _styled(style)
        case User(id) | Channel(id) if not _ID.fullmatch(id):
            yield from _elements(Said(id), style)
        case User(id):
            yield {"type": "user", "user_id": id} | _styled(style)
        case Channel(id):
            yield {"type": "channel", "channel_id": id} | _styled(style)
        case When(at, ago):
            shown = f"{DATE} ({AGO})" if ago else DATE
            date = {"type": "date", "timestamp": to_seconds(at), "format": shown}
            yield date | {"fallback": utc(at)} | _styled(style)
        case Day(at):
            date = {"type": "date", "timestamp": to_seconds(at), "format": DAY}
            yield date | {"fallback": day(at)} | _styled(style)
        case Bold(pieces):
            for inner in pieces:
                yield from _elements(inner, {**style, "bold": True})


def spans(text: str, style: Json | None = None) -> Iterator[Json]:
    """Text elements that hold all of `text`, none longer than Slack allows."""
    while text:
        span = clipped(text, SPAN, "")
        yield {"type": "text", "text": span} | _styled(style)
        text = text[len(span) :]


def _styled(style: Json | None) -> Json:
    return {"style": style} if style else {}


def mrkdwn(sentence: Sentence) -> str:
    """The sentence in Slack's mark-up."""
    return "".join(map(_marked, sentence))


def _marked(piece: Piece) -> str:
    match piece:
        case When(at):
            return f"<!date^{to_seconds(at)}^{DATE}|{utc(at)}>"
        case Day(at):
            return f"<!date^{to_seconds(at)}^{DAY}|{day(at)}>"
        case Link(url):
            return f"<{escaped(url)}|{escaped(piece.text)}>"
        case Bold(pieces):
            return f"*{mrkdwn(pieces)}*"
        case _:
            return _spelled(piece)


def plain(sentence: Sentence) -> str:
    """The sentence for a message's `text`: without mark-up of ours or anybody's, but mentions."""
    return "".join(map(_spelled, sentence))


def bare(sentence: Sentence) -> str:
    """The sentence for a log: ids and words alone, without any mark-up."""
    return "".join(map(_bare, sentence))


def _bare(piece: Piece) -> str:
    match piece:
        case Bold(pieces):
            return bare(pieces)
        case Channel(id) | User(id):
            return id
        case Code(text):
            return text
    return _spelled(piece)


def _spelled(piece: Piece) -> str:
    match piece:
        case str():
            return escaped(piece)
        case Said(words):
            return cut(harmless(clipped(one_line(words), SAID)), SAID_PLAINLY) or "–"
        case Link(_, shown):
            return _spelled(shown)
        case Code(text):
            return f"`{escaped(visible(text)).replace('`', _LOOKALIKES['`'])}`"
        case User() | Channel():
            return _mention(piece)
        case When(at):
            return utc(at)
        case Day(at):
            return day(at)
        case Bold(pieces):
            return plain(pieces)


def _mention(piece: User | Channel) -> str:
    if not _ID.fullmatch(piece.id):
        return _spelled(Said(piece.id))
    return f"<{'@' if isinstance(piece, User) else '#'}{piece.id}>"


def spoken(sentences: Iterable[Sentence], joined: str = "\n") -> str:
    """The top-level text of a message."""
    return cut(joined.join(map(plain, sentences)), TEXT)


_ID = re.compile(r"[A-Z][A-Z0-9]{2,40}", re.ASCII)
_MARKED = re.compile(r"\{([UW][A-Z0-9]{2,40}|[0-9]{4}-[0-9T:.-]{21}Z)\}", re.ASCII)


def told(sentence: str) -> Sentence:
    """A sentence of `approvals`, which has never heard of Slack and writes people as `{U123}` and
    moments as `{2026-11-22T10:03:00.000000Z}`. It may repeat what somebody typed, so all but those
    is taken literally."""
    pieces: list[Piece] = []
    for index, part in enumerate(_MARKED.split(sentence)):
        before, after = " " * part[:1].isspace(), " " * part[-1:].isspace()
        said: Sentence = [before, Said(part), after] if part.strip() else [before]
        pieces += [_meant(part)] if index % 2 else said
    return pieces


def _meant(mark: str) -> Piece:
    if not mark[0].isdigit():
        return User(mark)
    try:
        return When(from_text(mark))
    except ValueError:  # no time: somebody typed it
        return Said(mark)


def unmarked(sentence: str) -> str:
    """What `told` understands, where there are no mentions: people by their ids, times in UTC."""
    return _MARKED.sub(lambda mark: _without_mark(_meant(mark[1]), mark[1]), sentence)


def _without_mark(piece: Piece, mark: str) -> str:
    return utc(piece.at) if isinstance(piece, When) else mark


def mentions(sentence: str) -> str:
    """What `told` understands, as text."""
    return plain(told(sentence))


def people(ids: Sequence[str], joined: str) -> Sentence:
    """`@Dana, @Eli or @Noa`."""
    return series([[User(id)] for id in ids], joined)


def series(things: Sequence[Sentence], joined: str) -> Sentence:
    """Things as a sentence lists them: a, b or c."""
    pieces: list[Piece] = []
    for index, thing in enumerate(things):
        last = index == len(things) - 1
        pieces += ([f" {joined} "] if last else [", "]) if index else []
        pieces += thing
    return pieces


def coins(amount: Decimal, symbol: str) -> str:
    """`1,250.5 USDT`: every digit, thousands separated."""
    return f"{grouped(amount)} {name(symbol)}"


def utc(time: datetime) -> str:
    """`2026-11-23 10:03 UTC`."""
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def day(time: datetime) -> str:
    """`2026-11-23`, in UTC."""
    return time.astimezone(UTC).strftime("%Y-%m-%d")


_JOINERS = "\u200c\u200d"  # scripts and emoji need them; all other invisible characters go
_LOOKALIKES = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}
_LINKING = re.compile(r"[.@#](?=[^\W\d_])|:(?=[^\s\d]|\d+:)")
_APART = "\u2060"  # WORD JOINER: invisible, and no link or emoji name survives it


def one_line(words: str) -> str:
    """`words` without what cannot be seen, and with single spaces."""
    return " ".join(visible(words).split())


def visible(text: str) -> str:
    """`text` without control characters, line breaks, and marks that turn the reading direction.
    What the gateway takes as an address or a memo has none of them and stays as it is."""
    between, flags = FLAG.split(text), [*FLAG.findall(text), ""]
    pairs = zip(between, flags, strict=True)
    return "".join(f"{''.join(map(_visible, words))}{flag}" for words, flag in pairs)


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Cc", "Cs", "Zl", "Zp"):
        return " "
    return "" if category == "Cf" and char not in _JOINERS else char


def name(words: str) -> str:
    """A coin's or a network's name, on one short line without mark-up."""
    return clipped(re.sub(r"[*~`<>&|]", "", one_line(words)).strip("_ "), 24) or "?"


def escaped(text: str) -> str:
    """`text` with the three characters spelled out that Slack gives a meaning."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def harmless(text: str) -> str:
    """`text` for a place where Slack reads mark-up, so that it finds none: no mention, no bold, no
    link, no emoji. Look-alikes and an invisible character do it, so it is for reading only."""
    for mark, lookalike in _LOOKALIKES.items():
        text = text.replace(mark, lookalike)
    return _LINKING.sub(rf"\g<0>{_APART}", escaped(text))


def clipped(text: str, most: int, ending: str = "…") -> str:
    """`text`, cut to `most` characters as Slack counts them (UTF-16 units: an emoji is two)."""
    units = text.encode("utf-16-le", "replace")
    if len(units) <= 2 * most:
        return text
    return units[: 2 * (most - len(ending))].decode("utf-16-le", "ignore") + ending


def cut(spelled: str, most: int) -> str:
    """Like `clipped`, for text with escapes and mentions: never inside one."""
    return re.sub(r"(&\w*|<[^>]*)…$", "…", clipped(spelled, most))
