"""Asking for a payout, taking it back, and looking at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from approvals.asking import Ask
from approvals.audit import Line
from approvals.content import Content
from approvals.desk.counter import (
    NAMED,
    Counter,
    Earlier,
    actor,
    became,
    named,
    nobody_said,
)
from approvals.destination import Kind as DestinationKind
from approvals.destination import normal_memo
from approvals.errors import Denied, OverLimit, Stale
from approvals.ledger import Change, Reading
from approvals.ledger.history import spent, together
from approvals.ledger.reading import Beside, Payment
from approvals.money import grouped, micro_dollars, plain
from approvals.payout import Event, Fact, Kind, Payout, State
from approvals.people import Person, Standing
from approvals.policy import (
    Limit,
    Subject,
    Tier,
    Together,
    Way,
    exceeded,
    requests,
    standing_objection,
    usd,
)
from approvals.policy.soundness import out_of_reach
from approvals.rulebook import PRICE_SOURCE, Price
from approvals.times import lasting, moment, to_text
from approvals.words import counted

SAME_AGAIN = timedelta(hours=1)
"""For so long, asking for the same again is probably a slip."""

INVOICE_MARGIN = timedelta(minutes=5)
"""A payout expires this long before its Lightning invoice: the gateway needs time to pay it."""

MOST_VALUE = 10**18
"""Micro-dollars. A value beyond is a slip of the keyboard, and soon more than the ledger holds."""

LISTED = 20
"""How many payouts a page of a list shows."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list: what waits for people comes first, the longest waiting before the others;
    then all else, the newest first. `waiting` and `others` are counts of all that `who` may see,
    `others` 0 where only those were asked for that wait."""

    payouts: tuple[Payout, ...]
    waiting: int
    others: int
    page: int
    only_waiting: bool

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has none."""
        return -(-(self.waiting + self.others) // LISTED)


@dataclass(frozen=True, slots=True)
class _Judged:
    """The tier that a new payout belongs to, and what counts together with it, by what; None where
    the policy counts nothing together."""

    tier: Tier
    together: tuple[Together, Beside] | None

    def counted(self) -> dict[str, Fact]:
        """What goes on record of it: it holds for this payout whatever becomes of the others."""
        if self.together is None:
            return {}
        by, beside = self.together
        return {
            "together": beside.value,
            "together_by": by.value,
            "together_with": " ".join(map(str, beside.numbers)),
        }


class Requests(Counter):
    """What requesters do."""

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
            judged = self._may_ask(change, ask, who, now)
            earlier = None if again else self._earlier(change, ask, who, now)
            return earlier or self._record(change, ask, who, cwallet_name, judged, now)

        return self._once(who, trigger, "request", None, step)

    def cancel(
        self, number: int, who: Person, *, trigger: str, digest: str | None = None
    ) -> Payout:
        """Take back one's own payout that has not left yet. Whoever cannot be looked up may still
        cancel: it only keeps money in. `digest` is that of the card, where it was done on one.
        Raises Denied or Stale, on record."""

        def step(change: Change, now: datetime) -> Payout:
            payout = self._visible(change, number, who, digest)
            if not self._own(change, payout, who) or who.standing is Standing.STRANGER:
                raise Denied(
                    f"Only {named([payout.requester.id])} can cancel payout {number}."
                    " Approvers reject it on its card."
                )
            if payout.state not in (State.REQUESTED, State.APPROVED):
                what = "ask again" if payout.state is State.EXPIRED else "nothing is left to cancel"
                raise Stale(f"{became(payout)} {what.capitalize()}.")
            event = Event(Kind.CANCELLED, now, actor(who))
            return change.record(payout, event, "cancel", due=None)

        return self._once(who, trigger, "cancel", number, step)

    def listed(self, who: Person, page: int = 1, *, only_waiting: bool = False) -> Listed:
        """A page of the payouts that `who` may see: all for approvers, their own for others, with
        whichever of their accounts they asked."""
        self._met(who)
        with self._ledger.reading() as reading:
            whose = None if self._sees_all(reading, who) else self._rules.ids(reading, who)
            waiting = reading.counted(whose, waiting=True)
            others = 0 if only_waiting else reading.counted(whose, waiting=False)
            start = (page - 1) * LISTED
            shown = reading.listed(whose, waiting=True, start=start, limit=LISTED)
            if not only_waiting and (room := LISTED - len(shown)):
                after = max(0, start - waiting)
                shown += reading.listed(whose, waiting=False, start=after, limit=room)
        return Listed(shown, waiting, others, page, only_waiting)

    def shown(
        self, number: int, who: Person, digest: str | None = None
    ) -> tuple[Payout, tuple[Line, ...]]:
        """A payout and what is on record about it. Raises Denied, on record: alike for what does
        not exist and for what `who` may not see, unless they see its card, with this `digest`."""
        self._met(who)
        try:
            with self._ledger.reading() as reading:
                payout = self._visible(reading, number, who, digest)
                self._may_look(reading, payout, who)
                return payout, reading.lines("payout", number)
        except Denied as refusal:
            self.refused(who, refusal, doing="show", number=number)
            raise

    def asked_by(self, payout: Payout, who: Person) -> bool:
        """Whether it was `who` who asked for it, with whichever of their accounts."""
        with self._ledger.reading() as reading:
            return self._own(reading, payout, who)

    def _may_look(self, reading: Reading, payout: Payout, who: Person) -> None:
        """Raises Denied where the card is all that `who` may see."""
        if not self._sees(reading, payout, who):
            asked, others = payout.requester.id, self._rules.approvers(reading)
            can = [asked, *(id for id in others if id != asked)]
            those = named(can) if len(can) <= NAMED else f"{named([asked])} or an approver"
            raise Denied(f"Only {those} can see the record of payout {payout.number}.")

    def _may_ask(self, change: Change, ask: Ask, who: Person, now: datetime) -> _Judged:
        """The tier that the payout belongs to, and why. Raises Denied."""
        if who.standing is Standing.UNKNOWN:
            raise nobody_said("No payout was made; try again.")
        if why := standing_objection(who):
            raise Denied(f"Your account {why}, so it cannot ask for payouts.")
        if ask.coin.price and micro_dollars(ask.amount, ask.coin.price) > MOST_VALUE:
            raise Denied(
                f"{grouped(ask.amount)} {ask.coin.symbol} is more than anybody could pay."
                " Check the amount."
            )
        judged = self._allowed(change, ask, who, now)
        invoice = ask.destination.invoice
        if invoice and (holder := change.by_invoice(invoice.payment_hash)):
            raise Denied(
                f"This invoice is already payout {holder.number} ({holder.state})."
                " Ask the payee for a new one."
            )
        hold = self._rules.policy.hold
        if invoice and hold and now + hold >= invoice.expires - INVOICE_MARGIN:
            raise Denied(
                f"A new destination waits {lasting(hold)} after its approval, and this invoice ends"
                " before that. Ask the payee for one that lasts longer."
            )
        return judged

    def _allowed(self, change: Change, ask: Ask, who: Person, now: datetime) -> _Judged:
        """What the policy says of it. Raises Denied."""
        policy, roster = self._rules.in_force(change), self._rules.roster()
        ids, normal = policy.ids(who.id), ask.destination.normal
        beside = together(change, policy, ids, normal, _memo(ask), now)
        subject = _subject(ask, who, now, beside[1].value if beside else 0)
        used = spent(change, policy.limits, ids, normal, now)
        if objections := requests(policy, subject, roster, used):
            over = exceeded(policy, subject, used)
            kind = OverLimit if len(over) == len(objections) else Denied
            raise kind(" ".join([*objections, *_next_step(over, now)]))
        tier = subject.tier(policy)
        if out_of_reach(policy, tier, who.id, roster):
            raise Denied(
                f"Nobody could approve this payout for you: {tier.name} needs"
                f" {counted(tier.approvals, 'approval')} of other people. Ask whoever runs"
                " Countersign to add another approver."
            )
        return _Judged(tier, beside)

    def _earlier(self, change: Change, ask: Ask, who: Person, now: datetime) -> Earlier | None:
        what = Payment(ask.destination.normal, _memo(ask), ask.coin.symbol, ask.amount)
        first = change.asked(self._rules.ids(change, who), what, now - SAME_AGAIN)
        if first is None:
            return None
        on_a_network = ask.destination.kind is DestinationKind.CHAIN
        other = first.content.chain.upper() != ask.token.chain.upper()
        return Earlier(first, elsewhere=on_a_network and other)

    def _record(
        self,
        change: Change,
        ask: Ask,
        who: Person,
        cwallet_name: str | None,
        judged: _Judged,
        now: datetime,
    ) -> Payout:
        content = self._content(change.take_number(), ask, who)
        invoice = ask.destination.invoice
        payable_until = invoice.expires - INVOICE_MARGIN if invoice else None
        tier = judged.tier
        ends = [now + tier.expiry] + ([payable_until] if payable_until else [])
        value = _value(ask, now)
        facts: dict[str, Fact] = {
            "canonical": content.canonical(),
            "normal": ask.destination.normal,
            "checked": int(bool(ask.destination.checked)),
            "payment_hash": invoice.payment_hash if invoice else None,
            "payable_until": to_text(payable_until) if payable_until else None,
            "expires_at": to_text(min(ends)),
            "policy": self._rules.policy.hash,
            "tier": tier.words,
            "quorum": tier.approvals,
            "value": value,
            "price": plain(ask.coin.price) if ask.coin.price else None,
            "priced_at": to_text(ask.priced_at) if ask.coin.price else None,
            "price_source": PRICE_SOURCE,
            "cwallet_name": cwallet_name,
            **judged.counted(),
        }
        event = Event(Kind.REQUESTED, now, actor(who), facts)
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


def _memo(ask: Ask) -> str:
    """The memo in the form that is compared."""
    return normal_memo(ask.token.chain, ask.memo)


def _next_step(over: Sequence[tuple[Limit, int | None]], now: datetime) -> list[str]:
    """What somebody can do about limits into which a payout does not fit."""
    if not over:
        return []
    left = [each for _, each in over if each is not None]
    if len(left) < len(over):
        return ["Try again in a few minutes."]
    less = [f"You can ask for up to {usd(min(left))} now."] if min(left) else []
    if all(limit.days == 1 for limit, _ in over):
        tomorrow = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return [*less, f"A new day begins {moment(tomorrow)}."]
    return [*less, "Whoever runs Countersign can say whether the limit may rise."]


def _value(ask: Ask, now: datetime) -> int | None:
    """Micro-dollars; None where the price is unknown or too old to count."""
    return Price(ask.coin.price, ask.priced_at).value(ask.amount, now) if ask.coin.price else None


def _subject(ask: Ask, who: Person, now: datetime, beside: int | None) -> Subject:
    return Subject(
        requester=who.id,
        way=Way.of(ask.destination.kind, ask.destination.text),
        symbol=ask.coin.symbol,
        chain=ask.token.chain,
        value=_value(ask, now),
        together=beside,
    )
