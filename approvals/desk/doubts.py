"""What people decide where only the gateway knows whether something left: send again, close, or say
what its dashboard shows."""

from collections.abc import Mapping
from datetime import datetime

from approvals.audit import Line, Note, Subject
from approvals.desk.counter import Counter, actor, already, named
from approvals.errors import Stale, Unreadable
from approvals.followup import watch_from
from approvals.ledger import Change, Reading
from approvals.payout import Actor, Ended, Event, Fact, Kind, Payout, State, Wish
from approvals.people import Person, Standing

_DOING = {Wish.AGAIN: "resend", Wish.CLOSE: "close", Wish.RESOLVE: "resolve"}


Statement = Mapping[str, Fact]
"""What somebody says that the dashboard shows: of a payout in doubt its `order_id`, or None; of one
that was sent how it `ended`."""


_ENDS = {Ended.SETTLED: Kind.SETTLED, Ended.FAILED: Kind.FAILED}
_BECAUSE: Mapping[Ended, Statement] = {
    Ended.SETTLED: {},
    Ended.FAILED: {"because": "CCPayment's dashboard shows that it failed."},
}


class Doubts(Counter):
    """What approvers do in doubt."""

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
        order, or None where it shows none. It counts once as many people have said the same as its
        tier asks approvals of, by the policy in force. Look-ups go on. Raises Denied, Stale, or
        Unreadable where the order is another payout's, on record."""

        def step(change: Change, now: datetime) -> Payout:
            payout = self._doubted(change, number, digest, who, Wish.RESOLVE, now)
            if payout.state is not State.SENDING:
                raise Stale(already(payout))
            _nobody_elses(change, number, order_id)
            if not self._stated(change, payout, who, {"order_id": order_id}, now):
                return payout
            if order_id is not None:
                event = Event(Kind.SENT, now, actor(who), {"order_id": order_id})
                return change.record(payout, event, Wish.RESOLVE, due=now)
            because = {"because": "CCPayment's dashboard shows no such withdrawal."}
            event = Event(Kind.FAILED, now, actor(who), because)
            return change.record(payout, event, Wish.RESOLVE, watch_from(payout, now))

        return self._once(who, trigger, Wish.RESOLVE, number, step)

    def conclude(
        self, number: int, digest: str, who: Person, ended: Ended, *, trigger: str
    ) -> Payout:
        """Say what CCPayment's dashboard shows of a payout that it took, where look-ups have not
        told for long what became of it. Counts, and is followed, as `resolve`. Raises Denied or
        Stale, on record."""

        def step(change: Change, now: datetime) -> Payout:
            payout = self._doubted(change, number, digest, who, Wish.RESOLVE, now)
            if payout.state is not State.SENT:
                raise Stale(f"Payout {number} is in doubt again; its card is drawn again.")
            if not self._stated(change, payout, who, {"ended": ended.value}, now):
                return payout
            event = Event(_ENDS[ended], now, actor(who), _BECAUSE[ended])
            return change.record(payout, event, Wish.RESOLVE, watch_from(payout, now))

        return self._once(who, trigger, Wish.RESOLVE, number, step)

    def _stated(
        self, change: Change, payout: Payout, who: Person, said: Statement, now: datetime
    ) -> bool:
        """Put on record what somebody says; whether enough people have said the same."""
        quorum = self._rules.doubt_quorum(change, payout)
        facts = {**said, "quorum": quorum}
        change.note(Note.STATED, now, actor(who), Wish.RESOLVE, facts, payout.number)
        if self._agreed(change, payout, said) >= quorum:
            return True
        change.redraw(payout.number, now)
        return False

    def unstated(self, payout: Payout, said: Statement) -> int:
        """How many others must still say what somebody has just said; 0 where it is decided."""
        if payout.state is not (State.SENT if "ended" in said else State.SENDING):
            return 0
        with self._ledger.reading() as reading:
            quorum = self._rules.doubt_quorum(reading, payout)
            return max(0, quorum - self._agreed(reading, payout, said))

    def _agreed(self, reading: Reading, payout: Payout, said: Statement) -> int:
        """How many people who may still decide it say the same since it came into doubt, or was
        sent; who said several things counts for the last."""
        last: dict[str, tuple[Actor, Statement]] = {}
        policy = self._rules.in_force(reading)
        for line in reading.lines(Subject.PAYOUT, payout.number):
            if line.kind in (Kind.CLAIMED, Kind.RESTORED, Kind.SENT):
                last.clear()
            elif line.kind == Note.STATED and line.by:
                last[policy.person(line.by.id)] = line.by, _statement(line)
        same = [who for who, theirs in last.values() if theirs == said]
        return sum(self._may_still(reading, payout, who) for who in same)

    def _may_still(self, reading: Reading, payout: Payout, who: Actor) -> bool:
        """Whether they could say it now, too."""
        then = payout.requested_at
        person = Person(payout.content.team, who.id, who.name, Standing.MEMBER, then)
        return self._rules.objection(reading, payout, person) is None

    def _wished(
        self, number: int, digest: str, who: Person, wish: Wish, kind: Kind, trigger: str
    ) -> Payout:
        def step(change: Change, now: datetime) -> Payout:
            payout = self._doubted(change, number, digest, who, wish, now)
            return change.record(payout, Event(kind, now, actor(who)), wish, due=now)

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
            raise Stale(f"{named([payout.wisher.id])} chose already; CCPayment is asked once more.")
        if payout.state is not State.SENDING:
            raise Stale(already(payout))
        raise Stale(f"Payout {number} does not offer that any more; its card is drawn again.")


def _statement(line: Line) -> Statement:
    """What somebody says there, apart from how many must."""
    return {name: fact for name, fact in line.facts.items() if name != "quorum"}


def _nobody_elses(reading: Reading, number: int, order_id: str | None) -> None:
    """Raises Unreadable where this is another payout's order: a neighbouring row was copied."""
    other = reading.by_order(order_id) if order_id is not None else None
    if other is not None and other.number != number:
        sentence = (
            f"This is the order of payout {other.number}. Copy the order_id of the withdrawal whose"
            " merchant order id is shown above."
        )
        raise Unreadable("order_id", order_id or "", sentence)
