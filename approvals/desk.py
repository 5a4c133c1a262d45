"""The desk: what people ask for and decide. One public method is one transaction.

The desk checks everything before it writes. A refusal is written down, committed, and then raised,
so that every "no" is on record. Sentences name people as `{U123}`; whoever shows them knows how to
write a name.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from approvals.asking import Ask
from approvals.audit import Line, Note, Subject
from approvals.errors import Denied, Refusal, Stale, Unreadable
from approvals.followup import watch_from
from approvals.ledger import Change, Freeze, Ledger, Reading
from approvals.money import grouped, micro_dollars, plain
from approvals.payout import Account, Actor, Content, Event, Fact, Kind, Payout, State, Wish
from approvals.people import Person, Standing
from approvals.policy import (
    APPROVAL_HOLDS,
    QUORUM,
    Policy,
    evaluate,
    objection,
    standing_objection,
)
from approvals.times import Clock, to_text

SAME_AGAIN = timedelta(hours=1)
"""For so long, asking for the same again is probably a slip."""

INVOICE_MARGIN = timedelta(minutes=5)
"""A payout expires this long before its Lightning invoice: the gateway needs time to pay it."""

MOST_VALUE = 10**18
"""Micro-dollars. A value beyond is a slip of the keyboard, and soon more than the ledger holds."""

LISTED = 20
"""How many payouts a list shows."""

NAMED = 5
"""Over so many people, a sentence says "an approver" instead of naming them."""

TO_UNFREEZE = 2
"""How many approvers must agree to send again; one, where there is only one."""

_DOING = {Wish.AGAIN: "resend", Wish.CLOSE: "close", Wish.RESOLVE: "resolve"}

WORD_KEPT = 200
"""How much of an offending word is put on record."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The same was asked for already, as `first`; nothing was made."""

    first: Payout


_Outcome = TypeVar("_Outcome", Payout, Payout | Earlier)
_T = TypeVar("_T")


class Desk:
    """The use cases. `nonce` draws 128 random bits as 32 hex characters; `via` in the audit log is
    the name of the use case."""

    def __init__(
        self,
        ledger: Ledger,
        policy: Policy,
        account: Account,
        *,
        clock: Clock,
        nonce: Callable[[], str],
    ) -> None:
        self._ledger = ledger
        self._policy = policy
        self._account = account
        self._clock = clock
        self._nonce = nonce

    def request(
        self,
        ask: Ask,
        who: Person,
        *,
        trigger: str,
        cwallet_name: str | None = None,
        again: bool = False,
    ) -> Payout | Earlier:
        """Record a payout that waits for approvals; `again` makes one although the same was asked
        for already. Raises Denied, on record."""

        def step(change: Change, now: datetime) -> Payout | Earlier:
            self._may_ask(change, ask, who)
            earlier = None if again else self._earlier(change, ask, who, now)
            return earlier or self._record(change, ask, who, cwallet_name, now)

        return self._once(who, trigger, "request", None, step)

    def approve(
        self, number: int, digest: str, who: Person, balance: Decimal, *, trigger: str
    ) -> Payout:
        """Count `who`'s approval of exactly the content that `digest` names. `balance` is what the
        gateway held of the coin a moment ago. Raises Denied or Stale, on record."""

        def step(change: Change, now: datetime) -> Payout:
            payout = self._decidable(change, number, digest, who, now, "approve")
            if payout.state is not State.REQUESTED:
                raise Stale(_already(payout))
            self._covered(payout, balance)
            verdict = evaluate(self._policy, payout.requester.id, [who])
            if not verdict.satisfied:
                raise Denied(f"Your approval does not suffice: {verdict.words()}.")
            until = now + APPROVAL_HOLDS
            facts: dict[str, Fact] = {
                "digest": digest,
                "expires_at": to_text(min(until, payout.payable_until or until)),
                "balance": plain(balance),
                "verdict": verdict.words(),
            }
            event = Event(Kind.APPROVED, now, _actor(who), facts)
            return change.record(payout, event, "approve", due=now)

        return self._once(who, trigger, "approve", number, step, refused_once=True)

    def may_reject(self, number: int, digest: str, who: Person) -> None:
        """Whether `who` may reject it, before they are asked for the reason. Raises Denied or
        Stale, on record."""
        self._noted(
            who,
            "reject",
            number,
            lambda change, now: self._decidable(change, number, digest, who, now, "reject"),
        )

    def reject(self, number: int, digest: str, who: Person, reason: str, *, trigger: str) -> Payout:
        """End a payout that has not left yet; one rejection is final. Raises Denied or Stale, on
        record."""

        def step(change: Change, now: datetime) -> Payout:
            payout = self._decidable(change, number, digest, who, now, "reject")
            event = Event(Kind.REJECTED, now, _actor(who), {"because": reason})
            return change.record(payout, event, "reject", due=None)

        return self._once(who, trigger, "reject", number, step)

    def cancel(self, number: int, who: Person, *, trigger: str) -> Payout:
        """Take back one's own payout that has not left yet. Whoever cannot be looked up may still
        cancel: it only keeps money in. Raises Denied or Stale, on record."""

        def step(change: Change, now: datetime) -> Payout:
            payout = self._visible(change, number, who)
            if payout.requester.id != who.id or who.standing is Standing.STRANGER:
                raise Denied(
                    f"Only {_named([payout.requester.id])} can cancel payout {number}."
                    " Approvers reject it on its card."
                )
            if payout.state not in (State.REQUESTED, State.APPROVED):
                raise Stale(_already(payout))
            event = Event(Kind.CANCELLED, now, _actor(who))
            return change.record(payout, event, "cancel", due=None)

        return self._once(who, trigger, "cancel", number, step)

    def send_again(self, number: int, digest: str, who: Person, *, trigger: str) -> Payout:
        """Ask for another attempt at a payout that CCPayment certainly does not know; the sender
        looks once more first. Raises Denied or Stale, on record."""
        return self._wished(number, digest, who, Wish.AGAIN, Kind.AGAIN_ASKED, trigger)

    def close(self, number: int, digest: str, who: Person, *, trigger: str) -> Payout:
        """Ask to end a payout that CCPayment certainly does not know; the sender looks once more
        first. Raises Denied or Stale, on record."""
        return self._wished(number, digest, who, Wish.CLOSE, Kind.CLOSE_ASKED, trigger)

    def may_resolve(self, number: int, digest: str, who: Person) -> Payout:
        """The payout, where `who` may say what the dashboard shows, before they are asked for it.
        Raises Denied or Stale, on record."""
        return self._noted(
            who,
            Wish.RESOLVE,
            number,
            lambda change, now: self._doubted(change, number, digest, who, Wish.RESOLVE, now),
        )

    def resolve(
        self, number: int, digest: str, who: Person, order_id: str | None, *, trigger: str
    ) -> Payout:
        """Say what CCPayment's dashboard shows of a payout that has been in doubt for long: its
        order, or None where it shows none. Look-ups go on. Raises Denied or Stale, on record."""

        def step(change: Change, now: datetime) -> Payout:
            payout = self._doubted(change, number, digest, who, Wish.RESOLVE, now)
            if order_id is not None:
                event = Event(Kind.SENT, now, _actor(who), {"order_id": order_id})
                return change.record(payout, event, Wish.RESOLVE, due=now)
            because = {"because": "CCPayment's dashboard shows no such withdrawal."}
            event = Event(Kind.FAILED, now, _actor(who), because)
            return change.record(payout, event, Wish.RESOLVE, watch_from(payout, now))

        return self._once(who, trigger, Wish.RESOLVE, number, step)

    def freeze(self, who: Person, *, trigger: str) -> tuple[Payout, ...]:
        """Stop sending at once; any approver may. Returns what is already on its way. Raises
        Denied, on record."""
        return self._anew(who, trigger, "freeze", self._frozen_by)

    def unfreeze(self, who: Person, *, trigger: str) -> int:
        """Agree to send again; returns how many more approvers must. What a mismatch or an old copy
        of the ledger froze is lifted only on the host. Raises Denied or Stale, on record."""
        return self._anew(who, trigger, "unfreeze", self._unfrozen_by)

    def listed(self, who: Person) -> tuple[Payout, ...]:
        """The newest payouts that `who` may see: all for approvers, their own for others."""
        with self._ledger.reading() as reading:
            return reading.latest(LISTED, None if self._sees_all(who) else who.id)

    def shown(self, number: int, who: Person) -> tuple[Payout, tuple[Line, ...]]:
        """A payout and what is on record about it. Raises Denied, on record, alike for what does
        not exist and for what `who` may not see."""
        try:
            with self._ledger.reading() as reading:
                return self._visible(reading, number, who), reading.lines("payout", number)
        except Denied as refusal:
            self.refused(who, refusal, doing="show", number=number)
            raise

    def refused(
        self, who: Person, refusal: Refusal, *, doing: str, number: int | None = None
    ) -> None:
        """Put a refusal on record that came before the desk was asked."""
        with self._ledger.change() as change:
            self._note(change, who, refusal, doing, number)

    def deciders(self, payout: Payout) -> tuple[str, ...]:
        """Who may decide this payout now: ids."""
        return self._policy.deciders(payout.requester.id)

    def _wished(
        self, number: int, digest: str, who: Person, wish: Wish, kind: Kind, trigger: str
    ) -> Payout:
        def step(change: Change, now: datetime) -> Payout:
            payout = self._doubted(change, number, digest, who, wish, now)
            return change.record(payout, Event(kind, now, _actor(who)), wish, due=now)

        return self._once(who, trigger, wish, number, step, refused_once=True)

    def _doubted(
        self, change: Change, number: int, digest: str, who: Person, wish: Wish, now: datetime
    ) -> Payout:
        """The payout in doubt for which `who` may ask `wish` now. Raises Denied or Stale."""
        payout = self._on_card(change, number, digest, who, now, _DOING[wish])
        if wish in payout.choices(now):
            return payout
        change.redraw(number, now)
        if payout.wisher is not None:
            raise Stale(
                f"{_named([payout.wisher.id])} chose already; CCPayment is asked once more."
            )
        if payout.state is not State.SENDING:
            raise Stale(_already(payout))
        raise Stale(f"Payout {number} does not offer that any more; its card is drawn again.")

    def _may_decide_sending(self, who: Person, doing: str) -> None:
        if who.id not in self._policy.approvers:
            raise Denied(f"Only {_named(sorted(self._policy.approvers))} can {doing} sending.")
        if who.standing is Standing.UNKNOWN:
            raise Denied("Slack did not say who you are. Nothing was done; try again.")
        if why := standing_objection(who):
            raise Denied(f"Your account {why}, so it cannot {doing} sending.")

    def _frozen_by(self, change: Change, who: Person, now: datetime) -> tuple[Payout, ...]:
        self._may_decide_sending(who, "freeze")
        change.freeze(Freeze.PEOPLE, f"{who.name} froze it", now, "freeze", _actor(who))
        return tuple(payout for payout in change.open() if payout.state is State.SENDING)

    def _unfrozen_by(self, change: Change, who: Person, now: datetime) -> int:
        self._may_decide_sending(who, "unfreeze")
        frozen = change.frozen()
        if frozen is None:
            raise Stale("Sending is not frozen.")
        if frozen.kind is not Freeze.PEOPLE:
            raise Denied(
                f"Sending is frozen because {frozen.why}. When that is cleared up, whoever runs"
                " Countersign lifts it on the host: countersign unfreeze --reason …"
            )
        since = change.lines(Subject.LEDGER, 0, after=frozen.line)
        agreed = {line.by.id for line in since if line.kind == Note.UNFREEZE_ASKED and line.by}
        agreed = (agreed | {who.id}) & self._policy.approvers
        change.note(Note.UNFREEZE_ASKED, now, _actor(who), "unfreeze", {})
        missing = min(TO_UNFREEZE, len(self._policy.approvers)) - len(agreed)
        if missing <= 0:
            why = f"{len(agreed)} approver{'s' if len(agreed) > 1 else ''} agreed"
            change.unfreeze(why, now, "unfreeze", _actor(who))
        return max(0, missing)

    def _anew(
        self,
        who: Person,
        trigger: str,
        doing: str,
        step: Callable[[Change, Person, datetime], _T],
    ) -> _T:
        """Take a step about all sending, unless this signed request was handled before: what it
        meant then, it need not mean now."""

        def unless_handled(change: Change, now: datetime) -> _T:
            if change.seen(who.team, trigger) is not None:
                raise Stale("This command was handled before. Type it again if you mean it.")
            change.see(who.team, trigger, 0)
            return step(change, who, now)

        return self._noted(who, doing, None, unless_handled)

    def _noted(
        self, who: Person, doing: str, number: int | None, step: Callable[[Change, datetime], _T]
    ) -> _T:
        """Take `step` in one transaction. A refusal is put on record, committed and then raised."""
        with self._ledger.change() as change:
            try:
                outcome: _T | Refusal = step(change, self._clock())
            except Refusal as refusal:
                self._note(change, who, refusal, doing, number)
                outcome = refusal
        if isinstance(outcome, Refusal):
            raise outcome
        return outcome

    def _once(
        self,
        who: Person,
        trigger: str,
        doing: str,
        number: int | None,
        step: Callable[[Change, datetime], _Outcome],
        *,
        refused_once: bool = False,
    ) -> _Outcome:
        """Take `step` unless this signed request was handled before. A modal that was refused stays
        open, to be submitted again under the same id; a click that was refused (`refused_once`)
        must stay so when it is replayed."""

        def unless_handled(change: Change, now: datetime) -> _Outcome:
            handled = change.seen(who.team, trigger)
            if handled:
                return _there(change, handled)
            if handled is not None:
                raise Stale("This click was refused before. Press again.")
            try:
                outcome = step(change, now)
            except Refusal:
                if refused_once:
                    change.see(who.team, trigger, 0)
                raise
            made: Payout | Earlier = outcome
            if isinstance(made, Payout):
                change.see(who.team, trigger, made.number)
            return outcome

        return self._noted(who, doing, number, unless_handled)

    def _may_ask(self, change: Change, ask: Ask, who: Person) -> None:
        if who.standing is Standing.UNKNOWN:
            raise Denied("Slack did not say who you are. No payout was made; try again.")
        if why := standing_objection(who):
            raise Denied(f"Your account {why}, so it cannot ask for payouts.")
        if not self._policy.deciders(who.id):
            raise Denied(
                "Nobody but you could approve this payout."
                " Ask whoever runs Countersign to add another approver."
            )
        if ask.coin.price and micro_dollars(ask.amount, ask.coin.price) > MOST_VALUE:
            raise Denied(
                f"{grouped(ask.amount)} {ask.coin.symbol} is more than anybody could pay."
                " Check the amount."
            )
        invoice = ask.destination.invoice
        if invoice and (holder := change.by_invoice(invoice.payment_hash)):
            raise Denied(
                f"This invoice is already payout {holder.number} ({holder.state})."
                " Ask the payee for a new one."
            )

    def _earlier(self, change: Change, ask: Ask, who: Person, now: datetime) -> Earlier | None:
        for payout in change.asked(who.id, ask.destination.normal):
            same = payout.content.symbol == ask.coin.symbol and payout.content.amount == ask.amount
            if same and (not payout.state.final or now - payout.requested_at < SAME_AGAIN):
                return Earlier(payout)
        return None

    def _record(
        self, change: Change, ask: Ask, who: Person, cwallet_name: str | None, now: datetime
    ) -> Payout:
        content = self._content(change.take_number(), ask, who)
        invoice = ask.destination.invoice
        payable_until = invoice.expires - INVOICE_MARGIN if invoice else None
        ends = [now + self._policy.expiry] + ([payable_until] if payable_until else [])
        price = ask.coin.price
        facts: dict[str, Fact] = {
            "canonical": content.canonical(),
            "normal": ask.destination.normal,
            "checked": int(bool(ask.destination.checked)),
            "payment_hash": invoice.payment_hash if invoice else None,
            "payable_until": to_text(payable_until) if payable_until else None,
            "expires_at": to_text(min(ends)),
            "quorum": QUORUM,
            "value": micro_dollars(ask.amount, price) if price else None,
            "price": plain(price) if price else None,
            "priced_at": to_text(ask.priced_at) if price else None,
            "price_source": "the gateway's catalogue",
            "cwallet_name": cwallet_name,
        }
        event = Event(Kind.REQUESTED, now, _actor(who), facts)
        return change.record(None, event, "request", due=now)

    def _content(self, number: int, ask: Ask, who: Person) -> Content:
        return Content(
            nonce=self._nonce(),
            number=number,
            team=who.team,
            account=self._account,
            symbol=ask.coin.symbol,
            chain=ask.token.chain,
            contract=ask.token.contract,
            token_id=ask.token.token_id,
            kind=ask.destination.kind,
            destination=ask.destination.text,
            memo=ask.memo,
            amount=ask.amount,
            fee_payer=ask.fee_payer,
            requester=who.id,
            reason=ask.reason,
        )

    def _on_card(
        self, change: Change, number: int, digest: str, who: Person, now: datetime, doing: str
    ) -> Payout:
        """The payout that `who` saw on a card and is allowed to decide. Raises Denied or Stale."""
        payout = change.payout(number)
        if payout is None:
            raise Stale(f"There is no payout {number}.")
        self._may_decide(payout, who, doing)
        if payout.digest != digest:
            change.redraw(number, now)
            raise Stale(f"This card is not what payout {number} says. It is drawn again; read it.")
        return payout

    def _decidable(
        self, change: Change, number: int, digest: str, who: Person, now: datetime, doing: str
    ) -> Payout:
        """The payout that `who` may still let go or stop. Raises Denied or Stale."""
        payout = self._on_card(change, number, digest, who, now, doing)
        if payout.state not in (State.REQUESTED, State.APPROVED):
            raise Stale(_already(payout))
        if now >= payout.expires_at:
            raise Stale(f"Payout {number} expired {_clock_time(payout.expires_at)}; ask again.")
        return payout

    def _may_decide(self, payout: Payout, who: Person, doing: str) -> None:
        requester, number = payout.requester.id, payout.number
        why = objection(self._policy, requester, who)
        deciders = _named(self._policy.deciders(requester))
        if why is None:
            return
        if who.id == requester:
            raise Denied(
                f"You asked for payout {number}, so you cannot {doing} it. {deciders} can."
            )
        if who.id not in self._policy.approvers:
            raise Denied(f"Only {deciders} can decide payout {number}. Your click is on record.")
        if who.standing is Standing.UNKNOWN:
            raise Denied("Slack did not say who you are. Nothing was decided; press again.")
        raise Denied(f"Your account {why}, so it cannot decide payouts.")

    def _covered(self, payout: Payout, balance: Decimal) -> None:
        symbol = payout.content.symbol
        if balance < payout.needed:
            raise Denied(
                f"The CCPayment balance is {grouped(balance)} {symbol}; payout {payout.number}"
                f" needs {grouped(payout.needed)}. Top it up, then approve."
            )

    def _visible(self, reading: Reading, number: int, who: Person) -> Payout:
        payout = reading.payout(number)
        if payout is None or not (self._sees_all(who) or payout.requester.id == who.id):
            raise Denied(f"You have no payout {number}. `list` shows those that you can see.")
        return payout

    def _sees_all(self, who: Person) -> bool:
        return who.id in self._policy.approvers and who.standing is Standing.MEMBER

    def _note(
        self, change: Change, who: Person, refusal: Refusal, doing: str, number: int | None
    ) -> None:
        facts: dict[str, Fact] = {
            "doing": doing,
            "refusal": type(refusal).__name__.lower(),
            "sentence": refusal.sentence,
            "standing": who.standing.value,
            "team": who.team,
        }
        if isinstance(refusal, Unreadable):
            facts |= {"field": refusal.field, "word": refusal.word[:WORD_KEPT]}
        known = number if number and change.payout(number) else 0
        change.note(Note.REFUSED, self._clock(), _actor(who), doing, facts, known)


def _there(reading: Reading, number: int) -> Payout:
    payout = reading.payout(number)
    if payout is None:
        raise LookupError(f"payout {number} was handled but is not in the ledger")
    return payout


def _actor(who: Person) -> Actor:
    return Actor(who.id, who.name)


def _already(payout: Payout) -> str:
    """What became of a payout that somebody still wants to decide."""
    number, closer = payout.number, payout.closer
    if payout.state is State.EXPIRED:
        return f"Payout {number} expired {_clock_time(payout.expires_at)}; ask again."
    if closer and payout.closed_at:
        when = _clock_time(payout.closed_at)
        who = _named([closer.id])
        return f"{who} {payout.state} payout {number} {when}; nothing is left to decide."
    if payout.approvals:
        last = payout.approvals[-1]
        when = _clock_time(last.at)
        return f"{_named([last.by.id])} approved payout {number} {when}; nothing is left to decide."
    return f"Payout {number} is {payout.state}; nothing is left to decide."


def _clock_time(time: datetime) -> str:
    return f"at {time:%H:%M} UTC"


def _named(ids: Sequence[str]) -> str:
    if len(ids) > NAMED or not ids:
        return "an approver"
    first, last = [f"{{{id}}}" for id in ids[:-1]], f"{{{ids[-1]}}}"
    return f"{', '.join(first)} or {last}" if first else last
