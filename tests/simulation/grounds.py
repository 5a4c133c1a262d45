"""What each conclusion must rest on: held at the moment at which the program draws it.

That money left twice is the end of a long chain, which few histories reach. So the links are looked
at themselves: a request that leaves, a payout that is called sent or unsent, absent or ended, each
needs its grounds in what CCPayment said (`heard`), by the rules of docs/sending.md counted anew.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from approvals.audit import Line, Note
from approvals.ledger import Reading
from approvals.payout import Kind, Payout
from tests.simulation.heard import Answer, Heard, Left, Said, moved, reference_in

LOOK_HOLDS = timedelta(seconds=11)
"""Ten, and what a Timestamp of whole seconds leaves open."""

REQUEST_HOLDS = timedelta(seconds=34)
"""Thirty, rounding, and the three that a connection may take."""

CLOCKS_APART = timedelta(seconds=32)
REQUEST_LIVES = timedelta(seconds=179)
LOOKS_APART = timedelta(seconds=59)
LEARNED_WITHIN = timedelta(seconds=61)
SETTLES = timedelta(seconds=5)
MOST_ATTEMPTS = 3

STOPS = (Note.FROZEN, Note.FREEZE_ASKED)
ENDS_UNSENT = (Kind.EXPIRED, Kind.CANCELLED, Kind.REJECTED)


class Grounds:
    """Holds the program to what was `heard`. `wrong` is what it concluded without grounds."""

    def __init__(self, api: str, heard: Heard) -> None:
        self._api = api
        self._heard = heard
        self.wrong: list[str] = []

    # A request leaves.

    def leaves(self, reading: Reading, timestamp: int, body: str, now: datetime) -> None:
        """A create call is about to leave, with the bot's clock at `now`."""
        reference = reference_in(self._api, body.encode())
        said = f"a request for {reference} left"
        for why in self._against_leaving(reading, reference, timestamp, now):
            self.wrong.append(f"{said} {why}")

    def _against_leaving(
        self, reading: Reading, reference: str, timestamp: int, now: datetime
    ) -> Iterator[str]:
        signed, look = datetime.fromtimestamp(timestamp, UTC), self._newest_look(reference)
        if look is None or look.said is not Said.ABSENT:
            yield f"after a look-up that said {look and look.said.name}"
            return
        if signed - look.asked > LOOK_HOLDS:
            yield f"{signed - look.asked} after its look-up"
        if now - signed > REQUEST_HOLDS:
            yield f"{now - signed} after it was signed"
        payout = next(one for one in reading.open() if one.reference == reference)
        if payout.expires_at <= signed:
            yield f"after it had expired at {payout.expires_at}"
        content = payout.content
        held = self._heard.balances.get(content.symbol)
        if held is None or held < content.amount:
            yield f"though the balance was {held} {content.symbol}"
        if look.clock and abs(look.clock - look.at) > CLOCKS_APART:
            yield f"though the clocks differ by {abs(look.clock - look.at)}"
        if self._may_be_there(reference):
            yield from (f"again, though {why}" for why in self._against_absence(reference))
            if not self._asked_since(reading, reference, Kind.AGAIN_ASKED):
                yield "again, though nobody asked for that"
        restored = reference in self._heard.restored
        if not restored and len(self._all_left(reference)) >= MOST_ATTEMPTS:
            yield "for the fourth time"

    # Something is written down.

    def written(self, reading: Reading, line: Line) -> None:
        """A line was committed just now."""
        if line.event is None:
            return
        check, payout = self._CHECKS.get(line.event.kind), reading.payout(line.id)
        if check and payout:
            said = f"payout {line.id} is called {line.kind}"
            self.wrong.extend(f"{said} {why}" for why in check(self, reading, payout, line))

    def _sent(self, reading: Reading, payout: Payout, line: Line) -> Iterator[str]:
        if line.by is None:
            order, look = line.facts["order_id"], self._newest_look(payout.reference)
            told = [one for one in self._heard.created if one.reference == payout.reference]
            taken = {one.order_id for one in told if one.said is Said.TAKEN}
            if order not in taken and (look is None or look.order_id != order):
                yield f"as {order}, of which CCPayment never spoke"
        yield from self._compared(reading, payout, line)

    def _ended(self, reading: Reading, payout: Payout, line: Line) -> Iterator[str]:
        before = [one.kind for one in reading.lines("payout", line.id) if one.number < line.number]
        reference = payout.reference
        if Kind.SENT in before:
            look = self._newest_look(reference)
            if line.by is None and (look is None or look.said is not Said.FOUND):
                yield "though CCPayment did not say so"
            yield from self._compared(reading, payout, line)
        elif self._may_be_there(reference) and not self._explained(reading, payout):
            yield from self._against_absence(reference)
            if not self._asked_since(reading, reference, Kind.CLOSE_ASKED):
                yield "though nobody asked for that"

    def _absent(self, reading: Reading, payout: Payout, line: Line) -> Iterator[str]:
        return self._against_absence(payout.reference)

    def _unsent(self, reading: Reading, payout: Payout, line: Line) -> Iterator[str]:
        number = line.facts["attempt"]
        signed = [one.timestamp for one in payout.attempts if one.number == number]
        if any(one.timestamp in signed for one in self._all_left(payout.reference)):
            yield "though it may have been taken"

    def _declined(self, reading: Reading, payout: Payout, line: Line) -> Iterator[str]:
        if not self._was_refused(payout.reference):
            yield "though CCPayment did not plainly refuse it, or took it perhaps before"

    def _unsent_for_good(self, reading: Reading, payout: Payout, line: Line) -> Iterator[str]:
        if self._may_be_there(payout.reference):
            yield "though CCPayment may have it"

    def _compared(self, reading: Reading, payout: Payout, line: Line) -> Iterator[str]:
        """What is reported otherwise than approved is told, and what is grave stops all."""
        look = self._newest_look(payout.reference)
        if line.by is not None or look is None or look.entry is None:
            return
        coin, amount = moved(self._api, look.entry)
        other, larger = coin != payout.content.symbol, amount > payout.content.amount
        stops = [one for one in reading.lines("ledger", 0) if one.kind in STOPS]
        if (other or larger) and not stops:
            yield f"and nothing was stopped, though {amount} {coin} are reported"
        alarms = [one for one in reading.lines("payout", line.id) if one.kind == Note.ALARM]
        if (other or amount != payout.content.amount) and not alarms:
            yield f"and nobody was told that {amount} {coin} are reported"

    _CHECKS = {  # noqa: RUF012 - a table
        Kind.SENT: _sent,
        Kind.SETTLED: _compared,
        Kind.LEARNED: _compared,
        Kind.FAILED: _ended,
        Kind.ABSENT: _absent,
        Kind.UNSENT: _unsent,
        Kind.DECLINED: _declined,
        **dict.fromkeys(ENDS_UNSENT, _unsent_for_good),
    }

    # What was heard.

    def _newest_look(self, reference: str) -> Answer | None:
        looks = [one for one in self._heard.looks if one.reference == reference]
        return looks[-1] if looks else None

    def _all_left(self, reference: str) -> Sequence[Left]:
        return [one for one in self._heard.left if one.reference == reference]

    def _may_be_there(self, reference: str) -> bool:
        return bool(self._all_left(reference)) or reference in self._heard.restored

    def _was_refused(self, reference: str) -> bool:
        """Whether the one request that ever left was plainly refused. A ledger that was put back
        may have forgotten others; but then a refusal ends nothing."""
        told = [one for one in self._heard.created if one.reference == reference]
        once = len(self._all_left(reference)) == 1 or reference in self._heard.restored
        return once and bool(told) and told[-1].said is Said.REFUSED

    def _refused(self, reference: str) -> bool:
        """Whether that is confirmed by a look-up a little later, and nothing was forgotten."""
        if not self._was_refused(reference) or reference in self._heard.restored:
            return False
        told = [one for one in self._heard.created if one.reference == reference][-1]
        look = self._newest_look(reference)
        later = look is not None and look.order > told.order and look.at - told.at >= SETTLES
        return later and look is not None and look.said is Said.ABSENT

    def _explained(self, reading: Reading, payout: Payout) -> bool:
        """Whether it may end without absence: CCPayment refused it, or people have looked."""
        return self._refused(payout.reference) or self._stated(reading, payout)

    def _stated(self, reading: Reading, payout: Payout) -> bool:
        """Whether as many people as had to have said what CCPayment's dashboard shows."""
        lines = [one for one in reading.lines("payout", payout.number) if one.kind == Note.STATED]
        people = {one.by.id for one in lines if one.by}
        return bool(lines) and len(people) >= int(str(lines[-1].facts["quorum"]))

    def _asked_since(self, reading: Reading, reference: str, wish: Kind) -> bool:
        """Whether an approver asked for it since the last request that may have been taken."""
        payout = next(one for one in reading.latest(1000) if one.reference == reference)
        left = {one.timestamp for one in self._all_left(reference)}
        asked = False
        for line in reading.lines("payout", payout.number):
            if line.kind == Kind.CLAIMED and line.facts["timestamp"] in left:
                asked = False
            asked = asked or (line.kind == wish and line.by is not None)
        return asked

    def _against_absence(self, reference: str) -> Iterator[str]:
        """What is missing to show that CCPayment does not have it and will not take it."""
        left, restored = self._all_left(reference), self._heard.restored.get(reference)
        times = [(one.order, datetime.fromtimestamp(one.timestamp, UTC)) for one in left]
        times += [restored] if restored else []
        if not times:  # nothing ever left, whatever the program may think
            return
        since, signed = max(order for order, _ in times), max(at for _, at in times)
        told = [one for one in self._heard.created if one.reference == reference]
        forgotten = restored[0] if restored else 0
        if any(one.said is Said.REPEATED and one.order > forgotten for one in told):
            yield "CCPayment refused it as one that it knows"
        looks = [o for o in self._heard.looks if o.reference == reference and o.order > since]
        good = [(look, end) for look in looks if (end := self._learned(look, signed))]
        if not looks or not good or good[-1][0] is not looks[-1]:
            yield "the last look-up does not show that it is absent"
        elif good[-1][1] - good[0][0].at < LOOKS_APART:
            yield "no two look-ups that are far enough apart show that it is absent"

    def _learned(self, look: Answer, signed: datetime) -> datetime | None:
        """When it was learned that this look-up shows absence; None where it was not."""
        if look.said is not Said.ABSENT or look.clock is None:
            return None
        clocks = (look.clock, look.at)
        if min(clocks) < signed + REQUEST_LIVES or abs(look.clock - look.at) > CLOCKS_APART:
            return None
        after = [one for one in self._heard.looks if one.order > look.order]
        within = [one for one in after if timedelta(0) <= one.at - look.at <= LEARNED_WITHIN]
        known = any(one.said is Said.FOUND and one.reference != look.reference for one in within)
        alike = [one for one in within if one.said is Said.ABSENT and one.form == look.form]
        nobodys = [one for one in alike if one.reference != look.reference]
        return nobodys[0].at if known and nobodys else None
