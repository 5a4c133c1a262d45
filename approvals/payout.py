"""A payout: its life, and the one table that says what may happen when.

A payout is what a list of events made of it. `TRANSITIONS` names, for each state, the kinds of
event that may happen there and the state that they lead to; `evolve` is the table's only reader.
The ledger keeps both, the payout as it is and the events that led there, so that anybody can play
the events again and compare.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from approvals.content import Content, FeePayer, digest_of, reference_of
from approvals.errors import IllegalStep
from approvals.times import from_seconds, from_text

MAX_ATTEMPTS = 3
"""How often one payout may be claimed for sending, all with the same reference."""

UNRESOLVED = timedelta(hours=1)
"""In doubt for so long without learning more, people look in the gateway's dashboard instead."""

KNOWN = frozenset({"pending", "waiting", "processing", "settled", "failed", "rejected"})
"""How far the gateway has come, where it says so in a word that we know."""


class State(StrEnum):
    """Where a payout stands. The last five are final."""

    REQUESTED = "requested"
    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"
    SETTLED = "settled"
    FAILED = "failed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def final(self) -> bool:
        """Whether nothing can lead out of this state."""
        return all(after is self for after in TRANSITIONS[self].values())


class Kind(StrEnum):
    """What can happen to a payout."""

    REQUESTED = "requested"
    ESTIMATED = "estimated"  # balance and network fee, as the clerk found them
    AGREED = "agreed"  # an approval after which others are still missing
    TAKEN_BACK = "taken back"  # somebody took their approval back before the quorum
    APPROVED = "approved"  # the approval that made the quorum
    REOPENED = "reopened"  # approvals do not count any more, and the quorum is lost
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    DELAYED = "delayed"  # approved, but something that may pass keeps it from being sent
    CLAIMED = "claimed"  # attempt n is committed; its request may leave
    ADOPTED = "adopted"  # the look before sending found it at the gateway
    UNSENT = "unsent"  # attempt n did not leave
    DECLINED = "declined"  # attempt n was refused; a look-up must confirm it
    DOUBTED = "doubted"  # attempt n had no clear answer
    LOOKED_UP = "looked up"  # the gateway was asked and did not find it
    ABSENT = "absent"  # two look-ups agree: the gateway does not know it, and will not any more
    AGAIN_ASKED = "again asked"  # an approver wants it sent again
    CLOSE_ASKED = "close asked"  # an approver wants it closed, since nothing was sent
    UNCLEAR = "unclear"  # for long look-ups have not told what became of it: people may look
    RESTORED = "restored"  # an old copy of the ledger was put back: it may have been sent meanwhile
    SENT = "sent"
    LEARNED = "learned"  # facts that came later fill empty fields
    SETTLED = "settled"
    FAILED = "failed"


class Wish(StrEnum):
    """What an approver can ask for in doubt: the first two once the gateway certainly does not know
    the payout, the third where that could not be learned for long."""

    AGAIN = "again"
    CLOSE = "close"
    RESOLVE = "resolve"


class Ended(StrEnum):
    """How a payout ended that the gateway took, as people see in its dashboard."""

    SETTLED = "settled"
    FAILED = "failed"


TRANSITIONS: Mapping[State | None, Mapping[Kind, State]] = MappingProxyType(
    {
        None: {Kind.REQUESTED: State.REQUESTED},
        State.REQUESTED: {
            Kind.ESTIMATED: State.REQUESTED,
            Kind.AGREED: State.REQUESTED,
            Kind.TAKEN_BACK: State.REQUESTED,
            Kind.APPROVED: State.APPROVED,
            Kind.REJECTED: State.REJECTED,
            Kind.CANCELLED: State.CANCELLED,
            Kind.EXPIRED: State.EXPIRED,
            Kind.RESTORED: State.SENDING,
        },
        State.APPROVED: {
            Kind.DELAYED: State.APPROVED,
            Kind.REOPENED: State.REQUESTED,
            Kind.CLAIMED: State.SENDING,
            Kind.ADOPTED: State.SENDING,
            Kind.REJECTED: State.REJECTED,
            Kind.CANCELLED: State.CANCELLED,
            Kind.EXPIRED: State.EXPIRED,
            Kind.FAILED: State.FAILED,
            Kind.RESTORED: State.SENDING,
        },
        State.SENDING: {
            Kind.CLAIMED: State.SENDING,
            Kind.DELAYED: State.SENDING,
            Kind.UNSENT: State.SENDING,
            Kind.DECLINED: State.SENDING,
            Kind.DOUBTED: State.SENDING,
            Kind.LOOKED_UP: State.SENDING,
            Kind.ABSENT: State.SENDING,
            Kind.AGAIN_ASKED: State.SENDING,
            Kind.CLOSE_ASKED: State.SENDING,
            Kind.UNCLEAR: State.SENDING,
            Kind.RESTORED: State.SENDING,
            Kind.SENT: State.SENT,
            Kind.FAILED: State.FAILED,
        },
        State.SENT: {
            Kind.LEARNED: State.SENT,
            Kind.UNCLEAR: State.SENT,
            Kind.SETTLED: State.SETTLED,
            Kind.FAILED: State.FAILED,
        },
        State.SETTLED: {Kind.LEARNED: State.SETTLED},
        State.FAILED: {Kind.LEARNED: State.FAILED},
        State.REJECTED: {},
        State.CANCELLED: {},
        State.EXPIRED: {},
    }
)
"""The state machine. What the gateway already calls final passes through `sent` in one
transaction, so that every settled payout has said which order it became."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: the id that decides, and the name as it was shown then."""

    id: str
    name: str


Fact = str | int | None
"""What an event may carry: values that JSON spells in exactly one way."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a payout. `by` is None where the bot itself acted."""

    kind: Kind
    at: datetime
    by: Actor | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's yes, and what they said about it."""

    by: Actor
    at: datetime
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One claim to send: the signed `timestamp` (seconds) and the exact `body`, both committed
    before anything leaves. `outcome` is None until an answer is recorded."""

    number: int
    timestamp: int
    body: str
    outcome: Kind | None = None
    code: str = ""
    message: str = ""
    meaning: str = ""  # what the code means and what to do, where we know
    duplicate: int = 0
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Payout:
    """A payout as its events made it. None: not known, or not yet."""

    content: Content
    canonical: str
    digest: str
    reference: str
    normal: str  # the destination in the one form that is compared
    checked: int  # 1 where a checksum vouches for the destination
    payment_hash: str | None  # of a Lightning invoice
    payable_until: datetime | None  # the end of a Lightning invoice
    state: State
    version: int  # how many events made it
    requester: Actor
    requested_at: datetime
    expires_at: datetime
    policy: str  # SHA-256 of the policy under which it was asked for
    tier: str  # the tier in words, as of the last decision
    quorum: int  # how many approvals that tier needs
    missing: int  # how many of them are missing
    value: int | None  # micro-dollars, the highest that was known
    priced_at: datetime | None  # None: at the last decision nobody could say what it is worth
    together: int | None = None  # micro-dollars of others that count with it for its tier, when it
    together_by: str | None = None  # was asked for; by what they count; None: nobody asked
    together_with: str = ""  # which others, the newest first
    cwallet_name: str | None = None
    balance: Decimal | None = None
    estimated_fee: Decimal | None = None
    estimated_fee_coin: str | None = None
    estimated_at: datetime | None = None
    approvals: tuple[Approval, ...] = ()  # by time, then by who gave them
    approved_at: datetime | None = None
    held_until: datetime | None = None  # approved, but it waits so long before it may go out
    delay: str | None = None  # why an approved payout has not been sent yet
    attempts: tuple[Attempt, ...] = ()
    looks: int = 0  # look-ups since the last attempt that did not find it
    looked_at: datetime | None = None
    look_said: str | None = None
    absent_seen_at: datetime | None = None  # the first look-up that counts, by the later clock
    absent_at: datetime | None = None  # a second one agreed; people may choose
    wish: str | None = None  # what an approver then asked for: "again" or "close"
    wisher: Actor | None = None
    wished_at: datetime | None = None
    unclear_at: datetime | None = None  # since when people may say what the dashboard shows
    restored_at: datetime | None = None  # it counts as signed at that moment
    order_id: str | None = None
    network_fee: Decimal | None = None
    network_fee_coin: str | None = None
    gateway_status: str | None = None  # in the gateway's own word
    progress: str | None = None  # in ours
    progress_since: datetime | None = None  # when it was first seen there
    txid: str | None = None
    sent_at: datetime | None = None
    resolver: Actor | None = None  # who found it in the gateway's dashboard
    closer: Actor | None = None  # who rejected or cancelled it, or said how it ended
    closed_at: datetime | None = None
    because: str | None = None  # why it was rejected, or failed

    @property
    def number(self) -> int:
        """The number that people use."""
        return self.content.number

    @property
    def others(self) -> tuple[int, ...]:
        """The payouts that count together with it, the newest first, as far as they are named."""
        return tuple(map(int, self.together_with.split()))

    @property
    def intact(self) -> bool:
        """Whether content, digest and reference still belong together, computed anew."""
        return (
            self.content.canonical() == self.canonical
            and digest_of(self.canonical) == self.digest
            and reference_of(self.digest) == self.reference
        )

    @property
    def attempt(self) -> Attempt | None:
        """The latest attempt to send."""
        return self.attempts[-1] if self.attempts else None

    @property
    def left(self) -> bool:
        """Whether a request may have reached the gateway, ever: some attempt has an answer other
        than "not sent", or none at all, or an old copy of the ledger may have forgotten one."""
        attempted = any(attempt.outcome is not Kind.UNSENT for attempt in self.attempts)
        return attempted or self.restored_at is not None

    @property
    def signed_at(self) -> datetime | None:
        """The latest moment at which a request may have been signed."""
        signed = [from_seconds(attempt.timestamp) for attempt in self.attempts]
        restored = [self.restored_at] if self.restored_at else []
        return max(signed + restored, default=None)

    @property
    def doubted_at(self) -> datetime | None:
        """Since when it is in doubt, if it is."""
        if self.state is not State.SENDING or not self.left:
            return None
        answered = self.attempt.answered_at if self.attempt else None
        return max(filter(None, [answered, self.restored_at]), default=None)

    def held(self, now: datetime) -> bool:
        """Whether it waits before it may go out, so that an approver can still stop it."""
        return self.held_until is not None and now < self.held_until

    def may_go_out(self, now: datetime) -> bool:
        """Whether another claim is allowed: its approval holds, an attempt is left over, and where
        something may have left before, the gateway certainly does not know it and an approver has
        asked for another attempt."""
        asked = self.wish == Wish.AGAIN and self.absent_at is not None
        return self._has_another_attempt(now) and (asked or not self.left)

    def choices(self, now: datetime) -> tuple[Wish, ...]:
        """What an approver may ask for now. While an earlier wish can still be met, and where
        nothing can be learned, that is to look for themselves, once it has taken long."""
        by_hand = (Wish.RESOLVE,) if self.unclear_at is not None else ()
        if self.state is State.SENT:
            return by_hand
        if self.doubted_at is None:
            return ()
        waiting = self.may_go_out(now) if self.wish == Wish.AGAIN else self.wish is not None
        if self.absent_at is not None and not waiting:
            return (Wish.AGAIN, Wish.CLOSE) if self._has_another_attempt(now) else (Wish.CLOSE,)
        return by_hand

    def reconsidered_at(self, now: datetime) -> datetime | None:
        """When `choices`, or whether it is held, may change next by itself, if ever."""
        if self.doubted_at is None:
            return self.held_until if self.held(now) else None
        ends = [time for time in (self.expires_at, self.held_until) if time]
        return min((time for time in ends if time > now), default=None)

    def _has_another_attempt(self, now: datetime) -> bool:
        holds = bool(self.approvals) and self.missing == 0 and now < self.expires_at
        left = len(self.attempts) < MAX_ATTEMPTS and not self.repeated
        return holds and left and not self.held(now)

    @property
    def repeated(self) -> bool:
        """Whether the gateway has refused our reference as one that it knows."""
        return any(attempt.duplicate for attempt in self.attempts)

    @property
    def needed(self) -> Decimal:
        """What leaves the balance of the payout's coin, as far as it is known: the amount, and the
        fee where the company pays it in the same coin."""
        on_top = self.content.fee_payer is FeePayer.COMPANY and self.estimated_fee is not None
        same_coin = (self.estimated_fee_coin or "").upper() == self.content.symbol.upper()
        fee = self.estimated_fee if on_top and same_coin else None
        return self.content.amount + (fee or 0)


def evolve(payout: Payout | None, event: Event) -> Payout:
    """`payout` after `event`. Raises IllegalStep, and changes nothing, where the table has no such
    cell."""
    before = payout.state if payout else None
    after = TRANSITIONS[before].get(event.kind)
    if after is None:
        raise IllegalStep(f"{event.kind} cannot happen to a payout that is {before or 'not there'}")
    if payout is None:
        return _born(event)
    changes = _EFFECTS[event.kind](payout, event)
    return replace(payout, state=after, version=payout.version + 1, **changes)


def _born(event: Event) -> Payout:
    canonical = _text(event, "canonical")
    digest = digest_of(canonical)
    content = Content.read(canonical)
    return Payout(
        content=content,
        canonical=canonical,
        digest=digest,
        reference=reference_of(digest),
        normal=_text(event, "normal"),
        checked=_whole(event, "checked"),
        payment_hash=_maybe_text(event, "payment_hash"),
        payable_until=_maybe_time(event, "payable_until"),
        state=State.REQUESTED,
        version=1,
        requester=_by(event),
        requested_at=event.at,
        expires_at=from_text(_text(event, "expires_at")),
        policy=_text(event, "policy"),
        tier=_text(event, "tier"),
        quorum=_whole(event, "quorum"),
        missing=_whole(event, "quorum"),
        value=None if event.facts.get("value") is None else _whole(event, "value"),
        priced_at=_maybe_time(event, "priced_at"),
        together=None if event.facts.get("together") is None else _whole(event, "together"),
        together_by=_maybe_text(event, "together_by"),
        together_with=_maybe_text(event, "together_with") or "",
        cwallet_name=_maybe_text(event, "cwallet_name"),
    )


Changes = dict[str, Any]


def _estimated(_: Payout, event: Event) -> Changes:
    return {
        "balance": _maybe_amount(event, "balance"),
        "estimated_fee": _maybe_amount(event, "fee"),
        "estimated_fee_coin": _maybe_text(event, "fee_coin"),
        "estimated_at": event.at,
    }


def _agreed(payout: Payout, event: Event) -> Changes:
    """One more approval; what it needs was decided anew, by the value as of now."""
    approval = Approval(_by(event), event.at, _maybe_text(event, "comment") or "")
    if any(approval.by.id == given.by.id for given in payout.approvals):
        raise IllegalStep(f"{approval.by.id} has approved it already")
    given = sorted((*payout.approvals, approval), key=lambda one: (one.at, one.by.id))
    return {"approvals": tuple(given), **_decided(payout, event)}


def _decided(payout: Payout, event: Event) -> Changes:
    """What a value that is known tells stays; whether one was known is about this decision."""
    value = payout.value if event.facts.get("value") is None else _whole(event, "value")
    return {
        "tier": _text(event, "tier"),
        "quorum": _whole(event, "quorum"),
        "missing": _whole(event, "missing"),
        "value": value,
        "priced_at": _maybe_time(event, "priced_at"),
    }


def _approved(payout: Payout, event: Event) -> Changes:
    return {
        **_agreed(payout, event),
        "approved_at": event.at,
        "held_until": _maybe_time(event, "held_until"),
        "expires_at": from_text(_text(event, "expires_at")),
    }


def _without(payout: Payout, ids: Collection[str]) -> Changes:
    """Without these people's approvals. Raises IllegalStep where one of them gave none."""
    kept = tuple(approval for approval in payout.approvals if approval.by.id not in ids)
    if len(kept) != len(payout.approvals) - len(ids):
        raise IllegalStep("an approval that was not given cannot end")
    return {"approvals": kept}


def _taken_back(payout: Payout, event: Event) -> Changes:
    return {**_without(payout, {_by(event).id}), **_decided(payout, event)}


def _reopened(payout: Payout, event: Event) -> Changes:
    """It goes back to people, who have time again; whose approvals ended is named."""
    return {
        **_without(payout, set(_text(event, "ended").split())),
        **_decided(payout, event),
        "approved_at": None,
        "held_until": None,
        "delay": None,
        "expires_at": from_text(_text(event, "expires_at")),
    }


def _closed(_: Payout, event: Event) -> Changes:
    return {"closer": event.by, "closed_at": event.at, "because": _maybe_text(event, "because")}


def _delayed(_: Payout, event: Event) -> Changes:
    return {"delay": _text(event, "why")}


_FRESH: Changes = {
    "delay": None,
    "looks": 0,
    "absent_seen_at": None,
    "absent_at": None,
    "wish": None,
    "wisher": None,
    "wished_at": None,
    "unclear_at": None,
}
"""What was known of an earlier attempt says nothing of a new one."""


def _claimed(payout: Payout, event: Event) -> Changes:
    attempt = Attempt(
        number=_whole(event, "attempt"),
        timestamp=_whole(event, "timestamp"),
        body=_text(event, "body"),
    )
    if attempt.number != len(payout.attempts) + 1 or attempt.number > MAX_ATTEMPTS:
        raise IllegalStep(f"attempt {attempt.number} after {len(payout.attempts)}")
    return {"attempts": (*payout.attempts, attempt), **_FRESH}


def _adopted(_: Payout, __: Event) -> Changes:
    return {"delay": None}


def _answered(payout: Payout, event: Event) -> Changes:
    """The newest attempt has its first answer; an attempt that is not the newest has no say."""
    newest = payout.attempt
    if newest is None or newest.number != _whole(event, "attempt") or newest.outcome:
        raise IllegalStep(f"{event.kind} for an attempt that does not wait for an answer")
    answered = replace(
        newest,
        outcome=event.kind,
        code=_maybe_text(event, "code") or "",
        message=_maybe_text(event, "message") or "",
        meaning=_maybe_text(event, "meaning") or "",
        duplicate=_whole(event, "duplicate") if "duplicate" in event.facts else 0,
        answered_at=event.at,
    )
    return {"attempts": (*payout.attempts[:-1], answered)}


def _looked_up(payout: Payout, event: Event) -> Changes:
    first = payout.absent_seen_at or (event.at if event.facts.get("absent") else None)
    if seen := _maybe_time(event, "seen"):  # an earlier one that lies ahead was by a wrong clock
        first = min(seen, payout.absent_seen_at or seen)
    return {
        "looks": payout.looks + 1,
        "looked_at": event.at,
        "look_said": _text(event, "said"),
        "absent_seen_at": first,
    }


def _absent(payout: Payout, event: Event) -> Changes:
    return {**_looked_up(payout, event), "absent_at": event.at}


def _again_asked(_: Payout, event: Event) -> Changes:
    return _wished(Wish.AGAIN, event)


def _close_asked(_: Payout, event: Event) -> Changes:
    return _wished(Wish.CLOSE, event)


def _wished(wish: Wish, event: Event) -> Changes:
    by = _by(event)
    return {"wish": wish.value, "wisher": by, "wished_at": event.at, "unclear_at": None}


def _unclear(_: Payout, event: Event) -> Changes:
    return {"unclear_at": event.at}


def _restored(_: Payout, event: Event) -> Changes:
    return {**_FRESH, "restored_at": event.at}


def _learned(payout: Payout, event: Event) -> Changes:
    """Fills what is empty and follows how far it has come; never overwrites a fact."""
    found: Changes = {
        "order_id": _maybe_text(event, "order_id"),
        "network_fee": _maybe_amount(event, "network_fee"),
        "network_fee_coin": _maybe_text(event, "fee_coin"),
        "txid": _maybe_text(event, "txid"),
    }
    kept = {
        name: new
        for name, new in found.items()
        if new is not None and getattr(payout, name) is None
    }
    status = _maybe_text(event, "status") or payout.gateway_status
    progress = _maybe_text(event, "progress") or payout.progress
    since = payout.progress_since if progress == payout.progress else event.at
    told = _maybe_text(event, "progress") in KNOWN
    return {
        **kept,
        "gateway_status": status,
        "progress": progress,
        "progress_since": since,
        "unclear_at": None if told else payout.unclear_at,
    }


def _sent(payout: Payout, event: Event) -> Changes:
    answer = _answered(payout, event) if "attempt" in event.facts else {}
    known = {"sent_at": event.at, "resolver": event.by}
    return {**answer, **_learned(payout, event), **_FRESH, **known}


def _ended(payout: Payout, event: Event) -> Changes:
    return {**_learned(payout, event), **_closed(payout, event)}


_EFFECTS: Mapping[Kind, Callable[[Payout, Event], Changes]] = MappingProxyType(
    {
        Kind.ESTIMATED: _estimated,
        Kind.AGREED: _agreed,
        Kind.TAKEN_BACK: _taken_back,
        Kind.APPROVED: _approved,
        Kind.REOPENED: _reopened,
        Kind.REJECTED: _closed,
        Kind.CANCELLED: _closed,
        Kind.EXPIRED: _closed,
        Kind.DELAYED: _delayed,
        Kind.CLAIMED: _claimed,
        Kind.ADOPTED: _adopted,
        Kind.UNSENT: _answered,
        Kind.DECLINED: _answered,
        Kind.DOUBTED: _answered,
        Kind.LOOKED_UP: _looked_up,
        Kind.ABSENT: _absent,
        Kind.AGAIN_ASKED: _again_asked,
        Kind.CLOSE_ASKED: _close_asked,
        Kind.UNCLEAR: _unclear,
        Kind.RESTORED: _restored,
        Kind.SENT: _sent,
        Kind.LEARNED: _learned,
        Kind.SETTLED: _ended,
        Kind.FAILED: _ended,
    }
)


def _by(event: Event) -> Actor:
    if event.by is None:
        raise IllegalStep(f"{event.kind} needs somebody who did it")
    return event.by


def _text(event: Event, name: str) -> str:
    value = event.facts[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} of {event.kind} is not text")
    return value


def _whole(event: Event, name: str) -> int:
    value = event.facts[name]
    if not isinstance(value, int):
        raise TypeError(f"{name} of {event.kind} is not a whole number")
    return value


def _maybe_text(event: Event, name: str) -> str | None:
    return None if event.facts.get(name) is None else _text(event, name)


def _maybe_amount(event: Event, name: str) -> Decimal | None:
    text = _maybe_text(event, name)
    return None if text is None else Decimal(text)


def _maybe_time(event: Event, name: str) -> datetime | None:
    text = _maybe_text(event, name)
    return None if text is None else from_text(text)
