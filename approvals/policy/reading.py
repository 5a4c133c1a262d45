"""A policy file (TOML) as a policy. It fails closed: a word that is not known, a group that does
not exist or a gap between tiers is an error with a sentence that names the place, and nothing is
loaded.

docs/policy.md is the reference of the file, docs/policy.toml the commented example.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from approvals.catalogue import spoken_chain
from approvals.money import MICRO
from approvals.policy.rules import (
    EVERYBODY,
    Group,
    Limit,
    Policy,
    Scope,
    Share,
    Tier,
    Together,
    Way,
    usd,
)
from approvals.times import read_span
from approvals.words import counted

MOST_TEXT = 100_000
"""Characters of a policy; it goes on record as a whole."""

MOST_USD = 10**12
"""More is a slip of the keyboard."""

CENT = MICRO // 100

LEAST_TIERS = 2
"""With fewer tiers, what counts together for the tier means nothing."""

BOM = "\ufeff"
"""Some editors begin a text in UTF-8 with it. It is no part of TOML, but of the text on record."""

EXPIRY = timedelta(hours=24)
SHORTEST_EXPIRY, LONGEST_EXPIRY = timedelta(minutes=5), timedelta(days=30)
LONGEST_HOLD = timedelta(days=30)
LONGEST_TOGETHER = timedelta(days=30)
MOST_APPROVALS = 20

_PERSON = re.compile(r"[UW][A-Z0-9]+")
_SLACK_GROUP = re.compile(r"S[A-Z0-9]+")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_DAYS = {"day": 1, "30_days": 30}
_ASKING = re.compile(rf"^{BOM}?[ \t]*\[[ \t]*request[ \t]*\][^\n]*$", re.MULTILINE)

KEYS: Mapping[str, tuple[str, ...]] = {
    "people": (),
    "groups": (),
    "request": ("who", "coins", "networks", "destinations", "together", "together_by"),
    "tier": ("above", "up_to", "approvals", "of", "among", "expiry", "comment"),
    "limits": tuple(Scope),
    **{f"limits.{scope}": tuple(_DAYS) for scope in Scope},
    "hold": ("new_destination",),
    "cwallet": ("email_tier",),
}
"""What a policy may say: its tables and their keys; those of people and groups are names."""

LATER: Mapping[str, str] = {"together": '"24h"', "together_by": '["destination"]'}
"""Keys of [request] that came after the first release, and their defaults. A text that does not
name them was put in force without these rules, so for it they are none; `written_out` adds them to
the text that is put in force from now on."""


class UnusablePolicy(Exception):
    """The policy does not load; `sentences` has one for each thing that is wrong."""

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class _Wrong(Exception):
    """One thing that is wrong, as a sentence."""


def read_policy(text: str) -> Policy:
    """The policy that `text` spells. Raises UnusablePolicy; whether it can be satisfied is another
    question (`soundness`)."""
    tables = _tables(text)
    try:
        return _policy(text, tables)
    except _Wrong as wrong:
        raise UnusablePolicy(str(wrong)) from None


def written_out(text: str) -> str:
    """`text` with the defaults of rules that came later, where it does not name them and they can
    mean something: what goes on record must say all that holds. Raises UnusablePolicy."""
    tables = _tables(text)
    asking, tiers = tables.get("request", {}), tables.get("tier")
    if not isinstance(asking, dict) or not isinstance(tiers, list) or len(tiers) < LEAST_TIERS:
        return text
    missing = [f"{name} = {LATER[name]}" for name in LATER if name not in asking]
    if not missing:
        return text
    said = "".join(f"\n{line}" for line in missing)
    completed = {**tables, "request": {**tomllib.loads(said), **asking}}
    header = _ASKING.search(text)
    written = (
        text[: header.end()] + said + text[header.end() :]
        if header
        else f"{text.rstrip()}\n\n[request]{said}\n"
    )
    with suppress(tomllib.TOMLDecodeError):
        if tomllib.loads(written.removeprefix(BOM), parse_float=Decimal) == completed:
            return written
    raise UnusablePolicy(f"[request] lacks a line: write {' and '.join(missing)} into it.")


def _tables(text: str) -> Mapping[str, Any]:
    if len(text) > MOST_TEXT:
        raise UnusablePolicy(f"The policy is longer than {MOST_TEXT} characters.")
    try:
        return tomllib.loads(text.removeprefix(BOM), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise UnusablePolicy(f"The policy is no TOML: {error}.") from None
    except (ValueError, ArithmeticError, RecursionError):
        raise UnusablePolicy("The policy holds a number or a nesting beyond all use.") from None


def short_policy(approvers: Sequence[str], expiry: timedelta) -> Policy:
    """The rule of PAYOUTS_APPROVERS: anybody on the list approves, one approval is enough."""
    ids = ", ".join(f'"{id}"' for id in approvers)
    minutes = int(expiry.total_seconds()) // 60
    return read_policy(
        "# PAYOUTS_APPROVERS and PAYOUTS_EXPIRY, as a policy file would say it\n"
        f"[groups]\napprovers = [{ids}]\n\n"
        f'[[tier]]\napprovals = 1\nof = ["approvers"]\nexpiry = "{minutes}m"\n'
    )


def _policy(text: str, tables: Mapping[str, Any]) -> Policy:
    _known(tables, [table for table in KEYS if "." not in table], "The policy")
    people = _people(_table(tables, "people"))
    groups = _groups(_table(tables, "groups"), people)
    asking = _table(tables, "request")
    hold, cwallet = _table(tables, "hold"), _table(tables, "cwallet")
    coins, networks = _words(asking, "coins", "[request]"), _words(asking, "networks", "[request]")
    return Policy(
        text=text,
        people=people,
        groups=groups,
        requesters=_of(asking, "who", {EVERYBODY, *groups}, "[request]") or (EVERYBODY,),
        tiers=_tiers(tables.get("tier"), groups),
        coins=None if coins is None else frozenset(map(str.upper, coins)),
        networks=None if networks is None else frozenset(map(spoken_chain, networks)),
        ways=_ways(asking),
        limits=tuple(_limits(_table(tables, "limits"))),
        hold=_lasting(hold, "new_destination", "[hold]", timedelta(0), timedelta(0), LONGEST_HOLD),
        email_by_value=_chosen(cwallet, "email_tier", "[cwallet]", "highest", "by value"),
        together=_lasting(
            *(asking, "together", "[request]"), timedelta(0), timedelta(0), LONGEST_TOGETHER
        ),
        together_by=_kinds(asking),
    )


def _people(table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    people = {}
    for name in table:
        place = f"[people] {name}"
        _named(name, place, ())
        ids = _words(table, name, "[people]") or ()
        if not all(map(_PERSON.fullmatch, ids)):
            raise _Wrong(f"{place} must be a list of Slack user ids, such as U0123456789.")
        people[name] = ids
    every = [id for ids in people.values() for id in ids]
    if twice := sorted({id for id in every if every.count(id) > 1}):
        raise _Wrong(f"[people] names {twice[0]} twice: one id belongs to one person.")
    return people


def _groups(table: Mapping[str, Any], people: Mapping[str, tuple[str, ...]]) -> dict[str, Group]:
    groups = {name: Group(frozenset(ids)) for name, ids in people.items()}
    for name in table:
        place = f"[groups] {name}"
        _named(name, place, people)
        groups[name] = _group(_words(table, name, "[groups]") or (), people, place)
    return groups


def _group(words: Sequence[str], people: Mapping[str, tuple[str, ...]], place: str) -> Group:
    ids: set[str] = set()
    slack: set[str] = set()
    for word in words:
        if word in people:
            ids.update(people[word])
        elif _PERSON.fullmatch(word):
            ids.add(word)
        elif _SLACK_GROUP.fullmatch(word):
            slack.add(word)
        else:
            raise _Wrong(
                f'{place}: "{word}" is no name of [people], no user id and no user group\'s id.'
            )
    return Group(frozenset(ids), frozenset(slack))


def _tiers(found: object, groups: Collection[str]) -> tuple[Tier, ...]:
    if not isinstance(found, list) or not found:
        raise _Wrong("The policy has no [[tier]]: say who must approve.")
    tiers: list[Tier] = []
    for number, table in enumerate(found, start=1):
        place = f"[[tier]] {number}"
        before = tiers[-1].up_to if tiers else 0
        if before is None:
            raise _Wrong(f"{place} comes after a tier without up_to: it could never apply.")
        tiers.append(_tier(table, groups, before, place))
    if tiers[-1].up_to is not None:
        raise _Wrong(
            f"No tier applies above {tiers[-1].name.removeprefix('up to ')}."
            " Add a last [[tier]] without up_to."
        )
    return tuple(tiers)


def _tier(table: Mapping[str, Any], groups: Collection[str], before: int, place: str) -> Tier:
    if not isinstance(table, dict):
        raise _Wrong(f"{place} must be a table.")
    _known(table, KEYS["tier"], place)
    above, up_to = _micro(table, "above", place, least=0), _micro(table, "up_to", place)
    if above is not None and above != before:
        wrong = "leaves a gap before it" if above > before else "overlaps the tier before it"
        raise _Wrong(f"{place} {wrong}: it must begin above {usd(before)}.")
    if up_to is not None and up_to <= before:
        raise _Wrong(f"{place}: up_to must be more than {usd(before)}, where the tier begins.")
    members = _of(table, "of", groups, place)
    if not members:
        raise _Wrong(f'{place} does not say who approves: of = ["…"].')
    approvals = _count(table.get("approvals"), f"{place} approvals")
    shares = tuple(_shares(table, groups, place))
    if (among := sum(share.number for share in shares)) > approvals:
        asked = counted(approvals, "approval")
        raise _Wrong(f"{place} asks for {asked}, but among them for {among}.")
    return Tier(
        above=before,
        up_to=up_to,
        approvals=approvals,
        groups=members,
        shares=shares,
        expiry=_lasting(table, "expiry", place, EXPIRY, SHORTEST_EXPIRY, LONGEST_EXPIRY),
        comment=_chosen(table, "comment", place, "optional", "required"),
    )


def _shares(table: Mapping[str, Any], groups: Collection[str], place: str) -> Iterator[Share]:
    among = table.get("among", {})
    if not isinstance(among, dict):
        raise _Wrong(f"{place} among must be a table, such as {{ cfo = 1 }}.")
    for name, number in among.items():
        _exists(name, groups, f"{place} among")
        yield Share(_count(number, f"{place} among {name}"), name)


def _limits(table: Mapping[str, Any]) -> Iterator[Limit]:
    for scope in Scope:
        spans, place = _table(table, scope, "limits."), f"[limits.{scope}]"
        for span, days in _DAYS.items():
            most = _micro(spans, span, place)
            if most is not None:
                yield Limit(scope, days, most)


def _ways(asking: Mapping[str, Any]) -> frozenset[Way] | None:
    words = _words(asking, "destinations", "[request]")
    if words is None:
        return None
    known = {way.value for way in Way}
    if wrong := [word for word in words if word not in known]:
        raise _Wrong(f'[request] destinations: "{wrong[0]}" is none of {", ".join(sorted(known))}.')
    return frozenset(map(Way, words))


def _kinds(asking: Mapping[str, Any]) -> tuple[Together, ...]:
    words = _words(asking, "together_by", "[request]") or (Together.DESTINATION,)
    known = [kind.value for kind in Together]
    if wrong := [word for word in words if word not in known]:
        raise _Wrong(f'[request] together_by: "{wrong[0]}" is none of {", ".join(known)}.')
    return tuple(map(Together, words))


# Values, strictly.


def _known(table: Mapping[str, Any], known: Iterable[str], place: str) -> None:
    if wrong := sorted(table.keys() - set(known)):
        raise _Wrong(f'{place} has no "{wrong[0]}"; it has {", ".join(sorted(known))}.')


def _table(tables: Mapping[str, Any], name: str, within: str = "") -> Mapping[str, Any]:
    found = tables.get(name, {})
    if not isinstance(found, dict):
        raise _Wrong(f"{name} must be a table: [{within}{name}].")
    if keys := KEYS[f"{within}{name}"]:
        _known(found, keys, f"[{within}{name}]")
    return found


def _words(table: Mapping[str, Any], name: str, place: str) -> tuple[str, ...] | None:
    found = table.get(name)
    if found is None:
        return None
    if not isinstance(found, list) or not found or not all(map(_word, found)):
        raise _Wrong(f'{place} {name} must be a list of one or more words, such as ["…"].')
    return tuple(dict.fromkeys(found))


def _word(found: object) -> bool:
    return isinstance(found, str) and found.isprintable() and found.split() == [found]


def _of(
    table: Mapping[str, Any], name: str, groups: Collection[str], place: str
) -> tuple[str, ...]:
    """Names of groups or people; none where nothing is said."""
    found = _words(table, name, place) or ()
    for one in found:
        _exists(one, groups, f"{place} {name}")
    return found


def _exists(name: str, groups: Collection[str], place: str) -> None:
    if name not in groups:
        raise _Wrong(f'{place}: "{name}" is no name of [groups] or [people].')


def _named(name: str, place: str, taken: Collection[str]) -> None:
    if not _NAME.fullmatch(name):
        raise _Wrong(
            f"{place}: a name begins with a small letter, and has small letters, digits, - and _;"
            " 40 at most."
        )
    if name in taken or name == EVERYBODY:
        raise _Wrong(f"{place}: the name is taken. Take another one.")


def _count(found: object, place: str) -> int:
    if type(found) is not int or not 1 <= found <= MOST_APPROVALS:
        raise _Wrong(f"{place} must be a whole number from 1 to {MOST_APPROVALS}.")
    return found


def _micro(table: Mapping[str, Any], name: str, place: str, least: int = CENT) -> int | None:
    """USD as micro-dollars; None where it is not said."""
    found = table.get(name)
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | Decimal):
        raise _Wrong(f"{place} {name} must be a number of USD, such as 5000.")
    known = isinstance(found, int) or found.is_finite()
    cents = _cents(found) if known and 0 <= found <= MOST_USD else None
    if cents is None or cents * CENT < least:
        raise _Wrong(
            f"{place} {name} must lie between {usd(least)} and {usd(MOST_USD * MICRO)}, with 2"
            " decimals at most."
        )
    return cents * CENT


def _cents(dollars: int | Decimal) -> int | None:
    """Whole cents; None where it is no whole number of them."""
    if dollars and dollars < Decimal("0.01"):
        return None
    cents = Fraction(dollars) * 100
    return int(cents) if cents.denominator == 1 else None


def _lasting(
    table: Mapping[str, Any],
    name: str,
    place: str,
    usual: timedelta,
    least: timedelta,
    most: timedelta,
) -> timedelta:
    found = table.get(name)
    if found is None:
        return usual
    time = read_span(found) if isinstance(found, str) else None
    if time is None or not least <= time <= most:
        raise _Wrong(
            f'{place} {name} must be a time such as "90m", "24h" or "2d",'
            f" from {_span(least)} to {_span(most)}."
        )
    return time


def _span(time: timedelta) -> str:
    return f"{time.days}d" if time.days else f"{int(time.total_seconds()) // 60}m"


def _chosen(table: Mapping[str, Any], name: str, place: str, usual: str, other: str) -> bool:
    """Whether the other of two words is chosen."""
    found = table.get(name, usual)
    if found not in (usual, other):
        raise _Wrong(f'{place} {name} must be "{usual}" or "{other}".')
    return bool(found == other)
