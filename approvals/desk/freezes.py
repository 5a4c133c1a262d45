"""Stopping all sending, and letting it go on."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from approvals.audit import Line, Note, Subject
from approvals.desk.counter import Counter, actor, named, nobody_said
from approvals.destination import certain_key
from approvals.errors import Denied, Stale
from approvals.ledger import Change, Freeze, Frozen, Reading
from approvals.payout import Fact, Payout, State
from approvals.people import Person, Standing
from approvals.policy import standing_objection
from approvals.words import visible

TO_UNFREEZE = 2
"""How many approvers must agree to send again; one, where there is certainly only one."""

LONGEST_REASON = 500
"""Characters of a reason to freeze that are kept: a long one must not keep anybody from it."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Stopped:
    """Sending is frozen: why, which may be graver than what somebody has just said, and what is
    already on its way."""

    frozen: Frozen
    under_way: tuple[Payout, ...]


class Freezes(Counter):
    """What any approver may do about all sending."""

    def freeze(self, who: Person, *, trigger: str, reason: str = "") -> Stopped:
        """Stop sending at once; any approver may, also one who is it only by what Slack said last.
        `reason` is whatever they said besides: no word of it keeps them from freezing. Raises
        Denied, on record."""

        def step(change: Change, who: Person, now: datetime) -> Stopped:
            return self._frozen_by(change, who, reason, now)

        return self._anew(who, trigger, "freeze", step)

    def unfreeze(self, who: Person, *, trigger: str) -> int:
        """Agree to send again; returns how many more approvers must. What a mismatch or an old copy
        of the ledger froze is lifted only on the host. Raises Denied or Stale, on record."""
        return self._anew(who, trigger, "unfreeze", self._unfrozen_by)

    def _may_decide_sending(
        self, reading: Reading, who: Person, doing: str, *, may: bool | None
    ) -> None:
        if who.standing is Standing.UNKNOWN:
            raise nobody_said("Nothing was done; try again.")
        if may is None:
            raise Denied(f"Slack did not say who may {doing} sending. Nothing was done; try again.")
        if not may:
            raise Denied(f"Only {named(self._rules.approvers(reading))} can {doing} sending.")
        if why := standing_objection(who):
            raise Denied(f"Your account {why}, so it cannot {doing} sending.")

    def _frozen_by(self, change: Change, who: Person, reason: str, now: datetime) -> Stopped:
        rules = self._rules
        may = rules.decided_something(change, who) or rules.decides_something(change, who)
        self._may_decide_sending(change, who, "freeze", may=may)
        said = _kept(reason)
        why = f'{who.name} froze it: "{said}"' if said else f"{who.name} froze it"
        change.freeze(Freeze.PEOPLE, why, now, "freeze", actor(who), reason=said)
        frozen = change.frozen()
        if frozen is None:
            raise LookupError("sending was frozen, and is not")
        under_way = (payout for payout in change.open() if payout.state is State.SENDING)
        return Stopped(frozen, tuple(under_way))

    def _unfrozen_by(self, change: Change, who: Person, now: datetime) -> int:
        may = self._rules.decides_something(change, who)
        self._may_decide_sending(change, who, "unfreeze", may=may)
        frozen = change.frozen()
        if frozen is None:
            raise Stale("Sending is not frozen.")
        if frozen.kind is not Freeze.PEOPLE:
            raise Denied(
                f"Sending is frozen because {frozen.why}. When that is cleared up, whoever runs"
                " Countersign lifts it on the host: countersign unfreeze --reason …"
            )
        policy, approvers = self._rules.in_force(change), self._rules.approvers(change)
        asked = _agreed_since(change.lines(Subject.LEDGER, 0, after=frozen.line))
        before = {policy.person(id) for id in asked}
        agreed = (before | {policy.person(who.id)}) & set(approvers)
        several = self._rules.some_are_silent() or len(approvers) >= TO_UNFREEZE
        missing = (TO_UNFREEZE if several else 1) - len(agreed)
        news = _waits_for(missing, [one for one in approvers if one not in agreed])
        facts = news if missing > 0 and agreed - before else {}
        change.note(Note.UNFREEZE_ASKED, now, actor(who), "unfreeze", facts)
        if missing <= 0:
            why = f"{len(agreed)} approver{'s' if len(agreed) > 1 else ''} agreed"
            change.unfreeze(why, now, "unfreeze", actor(who))
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


def _kept(reason: str) -> str:
    """What goes on record of a reason: on one line, as far as it goes, and never a private key."""
    if what := certain_key(reason):
        return f"what was said held {what}, which is not kept"
    return visible(" ".join(reason.split()))[:LONGEST_REASON]


def _waits_for(missing: int, others: Iterable[str]) -> dict[str, Fact]:
    """For everybody to read: how many more must agree, and who could."""
    return {"missing": missing, "waits_for": " ".join(others)}


def _agreed_since(lines: Sequence[Line]) -> list[str]:
    """Who agreed to send again since somebody froze it last: ids."""
    agreed: list[str] = []
    for line in lines:
        if line.kind == Note.FREEZE_ASKED:
            agreed.clear()
        elif line.kind == Note.UNFREEZE_ASKED and line.by:
            agreed.append(line.by.id)
    return agreed
