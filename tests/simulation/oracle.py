"""The oracle: what policies ask for, worked out from their text in another way than the program
does it, and held against what people really pressed.

It counts people by hand, and errs only towards leniency: where a kill has left open whether a press
was counted, or the clock whether somebody was a member just then, both may be so.
"""

import tomllib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from approvals.ledger import Reading
from approvals.payout import Payout, State
from approvals.times import from_text
from sandbox.ccpayment.book import Order, Status
from tests.simulation.witness import Known, Press
from tests.simulation.world import Moment

PRICE_HOLDS = timedelta(minutes=10)
NOT_PAID = (Status.FAILED, Status.REJECTED)
"""How an order ends that was taken and paid nobody."""

GONE = (State.SENDING, State.SENT, State.SETTLED)
_HOURS = {"h": 1, "d": 24}


class Law:
    """A policy's text, read."""

    def __init__(self, text: str) -> None:
        said = tomllib.loads(text, parse_float=Decimal)
        self.people: dict[str, list[str]] = said.get("people", {})
        self.groups: dict[str, list[str]] = said.get("groups", {})
        self.tiers: list[dict[str, Any]] = said["tier"]
        self.limits: dict[str, dict[str, Any]] = said.get("limits", {})
        self.hold = _lasting(said.get("hold", {}).get("new_destination", "0h"))
        asking = said.get("request", {})
        self.together = _lasting(asking.get("together", "0h"))
        self.alike = asking.get("together_by", ["destination"])[0]
        self._by_value = said.get("cwallet", {}).get("email_tier") == "by value"

    def person(self, id: str) -> str:
        """Who that is: a name, or the id of somebody without one."""
        return next((name for name, ids in self.people.items() if id in ids), id)

    def tier(self, value: Decimal | None, destination: str) -> dict[str, Any]:
        """The tier of such a payout: the last one where nobody knows what it is worth."""
        unchecked = "@" in destination and not self._by_value
        if value is None or unchecked:
            return self.tiers[-1]
        return next(tier for tier in self.tiers if value <= tier.get("up_to", value))

    def within(self, names: Iterable[str], listed: Collection[str]) -> set[str]:
        """The people of these groups, where Slack's user group has the members `listed`."""
        found = set()
        for name in names:
            for word in self.groups.get(name, self.people.get(name, [])):
                ids = self.people.get(word, listed if word.startswith("S") else [word])
                found |= set(map(self.person, ids))
        return found


@lru_cache(maxsize=256)
def law(text: str) -> Law:
    """The law of a policy's text."""
    return Law(text)


def _lasting(text: str) -> timedelta:
    return timedelta(hours=int(text[:-1]) * _HOURS[text[-1]])


@dataclass(frozen=True, slots=True)
class Given:
    """An approval that is on record, and the presses that it may have come of: the last one that
    was heard to be done, and those of which nothing was heard since."""

    by: str
    at: datetime
    presses: tuple[Press, ...]


def given(payout: Payout, known: Known) -> tuple[list[Given], list[str]]:
    """The presses behind the approvals on record; what is wrong where there is none, or where it
    was taken back since."""
    found, wrong = [], []
    for approval in payout.approvals:
        whose = approval.by.id, payout.digest
        ended = (one.at for one in known.taken_back if (one.who, one.digest) == whose)
        theirs = [
            press
            for press in known.presses
            if (press.who, press.digest) == whose and press.at <= approval.at
        ]
        if not theirs or any(at > approval.at for at in ended):
            wrong.append(f"payout {payout.number} counts {approval.by.name}, who did not approve")
        else:
            heard = [press.trigger for press in theirs if press.done][-1:]
            since = [place for place, press in enumerate(theirs) if press.trigger in heard]
            found.append(Given(approval.by.id, approval.at, tuple(theirs[min(since, default=0) :])))
    return sorted(found, key=lambda one: (one.at, known.presses.index(one.presses[-1]))), wrong


def asked_worth(reading: Reading, payout: Payout) -> Decimal | None:
    """What it was worth when it was asked for, multiplied anew; None without a price."""
    line = reading.lines("payout", payout.number)[0]
    price, at = line.facts["price"], line.facts["priced_at"]
    if not price or line.at - from_text(str(at)) > PRICE_HOLDS:
        return None
    return payout.content.amount * Decimal(str(price))


def worth(asked: Decimal | None, press: Press) -> Decimal | None:
    """The higher of the values at request and at an approval, if both are known."""
    return None if asked is None or press.worth is None else max(asked, press.worth)


def too_few(
    law: Law,
    payout: Payout,
    value: Decimal | None,
    beside: Decimal,
    approved: Iterable[Given],
    moments: list[Moment],
) -> Iterator[str]:
    """Whether fewer people than the law wants have approved it, who may still do so. `beside` is
    what others are worth that must count together with it."""
    summed = value + beside if value is not None and law.together else value
    tier = law.tier(summed, payout.content.destination)
    listed = frozenset().union(*(moment.listed for moment in moments))
    active = frozenset().union(*(moment.active for moment in moments))
    requester = law.person(payout.requester.id)
    pressed = {law.person(one.by) for one in approved if one.by in active}
    counted = (pressed & law.within(tier["of"], listed)) - {requester}
    if len(counted) < tier["approvals"]:
        worth = f"worth {value}, and {beside} beside"
        yield f"payout {payout.number}, {worth}, left with the approvals of {counted} only"
    for group, number in tier.get("among", {}).items():
        if len(counted & law.within([group], listed)) < number:
            yield f"payout {payout.number} left without {number} approvals of {group}: {counted}"


def too_much(
    law: Law,
    payout: Payout,
    value: Decimal | None,
    others: Iterable[tuple[Payout, Order, Decimal | None]],
    now: datetime,
) -> Iterator[str]:
    """Whether it does not fit into the law's limits beside the orders that were taken before."""
    before = list(others)
    for scope, spans in law.limits.items():
        for span, most in spans.items():
            first = now.replace(hour=0, minute=0, second=0, microsecond=0)
            first -= timedelta(days=29 if span == "30_days" else 0)
            spent = [
                worth
                for other, order, worth in before
                if order.created >= first and _shares(law, scope, payout, other)
            ]
            if value is None or None in spent:
                yield f"payout {payout.number} left, though nobody knew what the limit {scope} is"
            elif sum(filter(None, spent), value) > Decimal(most) + Decimal("0.01"):
                yield f"payout {payout.number} left beyond the limit {scope} {span}: {spent}"


def worth_beside(
    law: Law, reading: Reading, payout: Payout, others: Iterable[tuple[Payout, Order, Any]]
) -> Decimal:
    """What others were worth at least that count together with it by the law under which it was
    asked for: those that went out were open by then, and nothing makes them count no more."""
    if not law.together:
        return Decimal(0)
    since = payout.requested_at - law.together
    counted = [
        asked_worth(reading, other)
        for other, _, _ in others
        if other.number < payout.number
        and other.requested_at >= since
        and _shares(law, law.alike, payout, other)
    ]
    return sum(filter(None, counted), Decimal(0))


def _shares(law: Law, scope: str, payout: Payout, other: Payout) -> bool:
    """Whether a limit of this scope adds both up."""
    if scope == "requester":
        return law.person(payout.requester.id) == law.person(other.requester.id)
    mine, theirs = payout.content.destination, other.content.destination
    return scope == "total" or mine.lower() == theirs.lower()


def taken(
    reading: Reading, payout: Payout, orders: Iterable[Order], known: Known
) -> Iterator[tuple[Payout, Order, Decimal | None]]:
    """The orders of other payouts that this ledger knows to have gone out, and their worth."""
    gone = {one.reference: one for one in reading.latest(100) if one.state in GONE}
    for order in orders:
        other = gone.get(order.ask.reference)
        if other and other.number != payout.number and order.fate not in NOT_PAID:
            asked, approvals = asked_worth(reading, other), given(other, known)[0]
            values = [asked, *(one.presses[0].worth for one in approvals)]
            yield other, order, max(filter(None, values), default=None)


def too_soon(
    laws: Iterable[Law],
    payout: Payout,
    last: Given,
    orders: Iterable[Order],
    now: datetime,
) -> Iterator[str]:
    """Whether it left before its hold was over: nobody ever paid there."""
    hold = max(law.hold for law in laws)
    there = payout.content.destination.lower()
    paid = any(
        order.ask.address.lower() == there
        for order in orders
        if order.ask.reference != payout.reference
    )
    if hold and not paid and now < last.presses[0].at + hold:
        yield f"payout {payout.number} left before its hold was over"


def objections(
    texts: tuple[str, ...],
    reading: Reading,
    payout: Payout,
    orders: Collection[Order],
    known: Known,
    moments: list[Moment],
    now: datetime,
) -> Iterator[str]:
    """All that is wrong with a payout that leaves now, by the policies that it must satisfy: the
    last of them is the one under which it was asked for."""
    approved, wrong = given(payout, known)
    yield from wrong
    if not approved:
        yield f"payout {payout.number} left without an approval"
        return
    asked, before = asked_worth(reading, payout), list(taken(reading, payout, orders, known))
    laws = [law(text) for text in dict.fromkeys(texts)]
    beside = worth_beside(law(texts[-1]), reading, payout, before)

    def judged(value: Decimal | None) -> Iterator[str]:
        for one in laws:
            yield from too_few(one, payout, value, beside, approved, moments)
            yield from too_much(one, payout, value, before, now)

    # Of approvals within one moment, any may have been the last, whichever press began first.
    last = [press for one in approved if one.at == approved[-1].at for press in one.presses]
    yield from min((list(judged(worth(asked, press))) for press in last), key=len)
    yield from too_soon(laws, payout, approved[-1], orders, now)


def wants_comment(texts: tuple[str, ...], reading: Reading, payout: Payout, press: Press) -> bool:
    """Whether this approval needed a comment."""
    value = worth(asked_worth(reading, payout), press)
    tiers = (law(text).tier(value, payout.content.destination) for text in texts)
    return any(tier.get("comment") == "required" for tier in tiers)
