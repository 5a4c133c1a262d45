"""Small checks of JSON values that compose into a description of Block Kit.

A check takes a value and where it stands (a JSON pointer) and yields what Slack would complain of,
in Slack's manner: `[ERROR] no more than 75 characters allowed [json-pointer:/blocks/0/text/text]`.
Unlike Slack, which stops early, a check names every problem that it sees.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

Check = Callable[[Any, str], Iterator[str]]


def problem(what: str, where: str) -> str:
    """One complaint about the value at `where`."""
    return f"[ERROR] {what} [json-pointer:{where or '/'}]"


def length(text: str) -> int:
    """Characters as Slack's JavaScript clients count them: UTF-16 units, so an emoji is two.

    Slack does not say how its server counts; this is the stricter reading.
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def string(most: int, least: int = 1, *, blank: bool = False) -> Check:
    """Text of `least` to `most` characters, which may not all be white space unless `blank`."""

    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield problem("must be a string", where)
        elif length(value) > most:
            yield problem(f"no more than {most} characters allowed", where)
        elif length(value if blank else value.strip()) < least:
            yield problem(f"must be at least {least} characters", where)

    return check


def integer(least: int, most: int) -> Check:
    """A whole number between `least` and `most`, both allowed."""

    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield problem(f"must be a whole number from {least} to {most}", where)

    return check


def flag(value: Any, where: str) -> Iterator[str]:
    """True or false; 0, 1 and "true" are neither."""
    if not isinstance(value, bool):
        yield problem("must be true or false", where)


def one_of(*allowed: str) -> Check:
    """One of a few words."""

    def check(value: Any, where: str) -> Iterator[str]:
        if value not in allowed:
            yield problem(f"must be one of {', '.join(allowed)}", where)

    return check


def listing(item: Check, most: int, least: int = 1) -> Check:
    """A list of `least` to `most` values that each pass `item`."""

    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, list | tuple):
            yield problem("must be an array", where)
            return
        if len(value) > most:
            yield problem(f"no more than {most} items allowed", where)
        if len(value) < least:
            yield problem(f"no fewer than {least} items allowed", where)
        for index, one in enumerate(value):
            yield from item(one, f"{where}/{index}")

    return check


def shape(need: Mapping[str, Check], may: Mapping[str, Check] | None = None) -> Check:
    """An object with every key of `need`, perhaps keys of `may`, and no other."""
    known = {**need, **(may or {})}

    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must be an object", where)
            return
        for key in need:
            if key not in value:
                yield problem(f"missing required field: {key}", where)
        for key, one in value.items():
            if key in known:
                yield from known[key](one, f"{where}/{key}")
            else:
                yield problem(f"invalid additional property: {key}", where)

    return check


def typed(kinds: Mapping[str, Check]) -> Check:
    """An object whose `type` says which of `kinds` it has to be."""

    def check(value: Any, where: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in kinds:
            yield problem(f"unsupported type: {kind!r}, not one of {', '.join(kinds)}", where)
            return
        rest = {key: one for key, one in value.items() if key != "type"}
        yield from kinds[kind](rest, where)

    return check


def every(*checks: Check) -> Check:
    """All of `checks`, the later ones only on a value that the first one finds sound."""
    first, *others = checks

    def check(value: Any, where: str) -> Iterator[str]:
        problems = list(first(value, where))
        yield from problems
        if not problems:
            for other in others:
                yield from other(value, where)

    return check


def unique(values: Iterable[Any], what: str, where: str) -> Iterator[str]:
    """Complain about each repeated one of `values`; None may repeat."""
    seen: set[Any] = set()
    for value in values:
        if value is not None and value in seen:
            yield problem(f"{what} must be unique: {value}", where)
        seen.add(value)
