"""The rules as values: who may ask for what, who must agree, how much, and how soon.

A policy is a text; its SHA-256 names it, and every decision carries that name. Values are whole
micro-dollars. People are Slack ids, and somebody may have several; groups hold people and Slack's
own user groups, whose members a `Roster` tells as of one moment.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache

from approvals.destination import Kind
from approvals.money import dollars
from approvals.people import Roster
from approvals.words import counted, listed

EVERYBODY = "everybody"
"""The group of all members."""


class Way(StrEnum):
    """The kinds of destination that a policy tells apart. A Cwallet ID can be looked up, an e-mail
    cannot."""

    ADDRESS = "address"
    CWALLET_ID = "cwallet-id"
    CWALLET_EMAIL = "cwallet-email"
    INVOICE = "invoice"

    @classmethod
    def of(cls, kind: Kind, destination: str) -> "Way":
        """The way to a destination."""
        if kind is Kind.CWALLET:
            return cls.CWALLET_EMAIL if "@" in destination else cls.CWALLET_ID
        return cls.INVOICE if kind is Kind.LIGHTNING else cls.ADDRESS

    @property
    def words(self) -> str:
        """As a sentence says it: `Cwallet e-mails`."""
        return _SPOKEN[self]


_SPOKEN = {
    Way.ADDRESS: "addresses",
    Way.CWALLET_ID: "Cwallet IDs",
    Way.CWALLET_EMAIL: "Cwallet e-mails",
    Way.INVOICE: "Lightning invoices",
}


class Together(StrEnum):
    """Which payouts count together for the tier: those to one destination, whatever the memo; those
    to one destination with one memo; those of one requester."""

    DESTINATION = "destination"
    PAYEE = "destination-and-memo"
    REQUESTER = "requester"

    @property
    def words(self) -> str:
        """Of whom they all are: `to one destination`."""
        return _COUNTED[self]


_COUNTED = {
    Together.DESTINATION: "to one destination",
    Together.PAYEE: "to one destination with one memo",
    Together.REQUESTER: "of one requester",
}


class Because(StrEnum):
    """Why a payout belongs to a tier that its own value does not say, as the end of a sentence."""

    NO_VALUE = "its value is not known"
    EMAIL = "a Cwallet e-mail cannot be checked"
    TOGETHER = "others count together with it"
    TOGETHER_UNKNOWN = "another that counts together with it has no known value"


class Scope(StrEnum):
    """Whose payouts a limit adds up."""

    REQUESTER = "requester"
    DESTINATION = "destination"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` micro-dollars in `days`: 1 is the UTC day, 30 the last thirty of them."""

    scope: Scope
    days: int
    most: int

    def words(self) -> str:
        """As in `5,000 USD a day for one requester`."""
        span = "a day" if self.days == 1 else f"in {self.days} days"
        whose = "in total" if self.scope is Scope.TOTAL else f"for one {self.scope}"
        return f"{usd(self.most)} {span} {whose}"


@dataclass(frozen=True, slots=True)
class Share:
    """At least `number` of those who approve are in a group too."""

    number: int
    group: str


@dataclass(frozen=True, slots=True)
class Tier:
    """What values above `above`, up to `up_to` and including it, need: so many approvals of people
    in `groups`, with the `shares` among them. `up_to` None: without end. `because`: why a payout
    belongs to it whose own value does not say so."""

    above: int
    up_to: int | None
    approvals: int
    groups: tuple[str, ...]
    shares: tuple[Share, ...]
    expiry: timedelta
    comment: bool
    because: Because | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """As in `1,000 to 10,000 USD`."""
        if self.up_to is None:
            return f"above {usd(self.above)}" if self.above else "any value"
        if not self.above:
            return f"up to {usd(self.up_to)}"
        return f"{usd(self.above).removesuffix(' USD')} to {usd(self.up_to)}"

    @property
    def words(self) -> str:
        """As in `above 1,000 USD, as its value is not known`."""
        return f"{self.name}, as {self.because}" if self.because else self.name

    @property
    def quorum(self) -> str:
        """As in `2 approvals of finance, 1 of them from cfo`."""
        shares = "".join(f", {share.number} of them from {share.group}" for share in self.shares)
        return f"{counted(self.approvals, 'approval')} of {listed(self.groups, 'or')}{shares}"

    @property
    def named_groups(self) -> tuple[str, ...]:
        """Every group whose members must be known; only those of `groups` approve."""
        return (*self.groups, *(share.group for share in self.shares))


@dataclass(frozen=True, slots=True)
class Group:
    """`ids` are Slack ids of people, `slack` those of Slack's user groups."""

    ids: frozenset[str]
    slack: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Policy:
    """`text` is the policy as it was written. `people`: ids by name; all ids of a name are one
    person, who is a group too. Of `coins`, `networks` and `ways`, None allows all. `hold`: how long
    an approved payout to a destination that was never paid waits. `email_by_value`: a Cwallet
    e-mail belongs to the tier of its value and not to the highest one. `together`: payouts that are
    asked for within so long count together for their tier, those that are alike `together_by` one
    of these; none where it is no time. `accounts`: no part of the text; sets of ids, each of which
    Slack gives to one person."""

    text: str
    people: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, Group]
    requesters: tuple[str, ...]
    tiers: tuple[Tier, ...]
    coins: frozenset[str] | None = None
    networks: frozenset[str] | None = None
    ways: frozenset[Way] | None = None
    limits: tuple[Limit, ...] = ()
    hold: timedelta = timedelta(0)
    email_by_value: bool = False
    together: timedelta = timedelta(0)
    together_by: tuple[Together, ...] = (Together.DESTINATION,)
    accounts: tuple[frozenset[str], ...] = field(default=(), compare=False)

    @property
    def hash(self) -> str:
        """SHA-256 of the text, in hex: what `sha256sum` says of the file."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def slack_groups(self) -> frozenset[str]:
        """Slack's user groups whose members must be known."""
        return frozenset().union(*(group.slack for group in self.groups.values()))

    def knowing(self, accounts: Iterable[frozenset[str]]) -> "Policy":
        """The same rules for people of whom Slack said that they have several ids."""
        return replace(self, accounts=tuple(accounts))

    def person(self, id: str) -> str:
        """The one id that stands for somebody who has several: the first that the policy names."""
        mine = self.ids(id)
        return next((ids[0] for ids in self.people.values() if mine & {*ids}), min(mine))

    def ids(self, id: str) -> frozenset[str]:
        """All ids of somebody: by the policy, by Slack, or by both together."""
        together = _together((*map(frozenset, self.people.values()), *self.accounts))
        return together.get(id, frozenset({id}))

    def silent(self, groups: Iterable[str], roster: Roster) -> frozenset[str]:
        """Slack's user groups in these groups that did not answer."""
        named = (self.groups[name].slack for name in groups if name != EVERYBODY)
        return frozenset().union(*named) - roster.members.keys()

    def tier(self, value: int | None, way: Way, together: int | None = 0) -> Tier:
        """The tier that a payout belongs to: the highest, where its value is not known, or nobody
        can check where it goes. `together`: what others are worth that count with it; None where
        nobody knows."""
        alone = self._tier_alone(value, way)
        if not self.together or alone == self.tiers[-1]:
            return alone
        if value is None or together is None:
            return replace(self.tiers[-1], because=Because.TOGETHER_UNKNOWN)
        summed = self._tier_alone(value + together, way)
        return alone if summed == alone else replace(summed, because=Because.TOGETHER)

    def _tier_alone(self, value: int | None, way: Way) -> Tier:
        *lower, highest = self.tiers
        if value is None:
            return replace(highest, because=Because.NO_VALUE) if lower else highest
        tier = next((tier for tier in lower if tier.up_to and value <= tier.up_to), highest)
        if way is Way.CWALLET_EMAIL and not self.email_by_value and tier != highest:
            return replace(highest, because=Because.EMAIL)
        return tier

    def tiers_from(self, value: int | None, way: Way, together: int | None = 0) -> tuple[Tier, ...]:
        """The tier that a payout belongs to, and those above it."""
        return self.tiers[self.tiers.index(self.tier(value, way, together)) :]

    def in_groups(self, id: str, groups: tuple[str, ...], roster: Roster) -> bool | None:
        """Whether somebody is in one of the groups, by any of their ids; None where a group that
        did not answer would decide it."""
        mine = self.ids(id)
        if EVERYBODY in groups or any(mine & self._inside(name, roster) for name in groups):
            return True
        return None if self.silent(groups, roster) else False

    def members(self, groups: tuple[str, ...], roster: Roster) -> tuple[str, ...]:
        """Whoever is in one of the groups, as far as is known and named: one id each, sorted."""
        inside = (self._inside(name, roster) for name in groups if name != EVERYBODY)
        return tuple(sorted(set(map(self.person, frozenset().union(*inside)))))

    def everybody_named(self, roster: Roster) -> tuple[str, ...]:
        """Everybody whom any rule names: one id each, sorted."""
        return self.members(tuple(self.groups), roster)

    def _inside(self, name: str, roster: Roster) -> frozenset[str]:
        group = self.groups[name]
        told = (roster.members.get(slack, frozenset()) for slack in group.slack)
        return group.ids.union(*told)


@lru_cache(maxsize=64)
def _together(sets: tuple[frozenset[str], ...]) -> Mapping[str, frozenset[str]]:
    """For each id all that are the same person's: sets that share an id are about one person."""
    found: dict[str, frozenset[str]] = {}
    for ids in sets:
        whole = ids.union(*(found.get(id, ()) for id in ids))
        found.update(dict.fromkeys(whole, whole))
    return found


def usd(micro: int) -> str:
    """Micro-dollars for reading: `1,000 USD`, `0.50 USD`."""
    return f"{dollars(micro).removesuffix('.00')} USD"
