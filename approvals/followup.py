"""What the gateway reports of a withdrawal that it has, written down.

Such a report is a fact: it is recorded against the payout as it is now, compared with what was
approved, and never dropped because somebody moved meanwhile. What must not be is an alarm; what
could mean that something else left than was approved stops all sending.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from approvals.audit import Note, Subject
from approvals.compare import differences
from approvals.errors import LostRace
from approvals.evidence import REQUEST_LIVES
from approvals.gateway import Accepted, Finding, Found, Progress
from approvals.ledger import Change, Freeze
from approvals.money import plain
from approvals.payout import KNOWN, Event, Fact, Kind, Payout, State
from approvals.worker import back_off

VIA = "sender"

UNSETTLED_IS_TOLD = timedelta(hours=2)
"""A payout that was sent so long ago and has no end yet is told to the channel, once."""

WATCHED = timedelta(days=7)
WATCH_WAIT = timedelta(hours=1)
"""A failed payout that had an attempt is looked up as soon as its last request cannot be taken any
more, and then for so long, this often."""

OWNER_WAITS = (
    "It has waited {hours} hours for the account owner's approval in CCPayment's dashboard."
)
UNCONFIRMED = (
    "It was found in CCPayment's dashboard as order {order_id}, but for {hours} hours no look-up"
    " has found it. Look there again: does that order bear reference {reference}?"
)
UNSETTLED = "CCPayment took it, but has not settled it for {hours} hours."
NOT_TOLD = "CCPayment took it, but for {hours} hours no look-up has told what became of it."
UNKNOWN_WORD = (
    'CCPayment took it, and for {hours} hours its status has been "{status}", which means nothing'
    " here."
)
_BRACES = str.maketrans({"{": "{{", "}": "}}"})
OWNER_REJECTED = "the account's owner rejected it in CCPayment's dashboard"

_FINAL: Mapping[Progress, Kind] = {
    Progress.SETTLED: Kind.SETTLED,
    Progress.FAILED: Kind.FAILED,
    Progress.REJECTED: Kind.FAILED,
}

_ACCEPTED_LATE: Mapping[State, Kind] = {
    State.SENDING: Kind.SENT,
    State.SENT: Kind.LEARNED,
    State.SETTLED: Kind.LEARNED,
    State.FAILED: Kind.LEARNED,
}


def take_over(change: Change, current: Payout, found: Found, now: datetime) -> None:
    """The gateway knows the reference of a payout that was not `sent` here."""
    facts = facts_of(found)
    if current.state is State.APPROVED:
        current = change.record(current, Event(Kind.ADOPTED, now), VIA, now)
        _alarm(change, current, "CCPayment knew it before it was sent from here.", now)
    if current.state is not State.SENDING:
        change.note(Note.LATE, now, None, VIA, facts, current.number)
        if current.state in (State.SENT, State.SETTLED):
            _compare(change, current, found, now)
        else:
            contradict(change, current, found, now)
        return
    sent = change.record(current, Event(Kind.SENT, now, facts=facts), VIA, now + back_off(0))
    _compare(change, sent, found, now)
    _finish(change, sent, found, now)


def accepted_late(change: Change, current: Payout, accepted: Accepted, now: datetime) -> None:
    """The gateway took an attempt of which something else was recorded meanwhile."""
    fee, coin = accepted.network_fee, accepted.fee_coin
    found = Found(accepted.order_id, Progress.UNKNOWN, "", network_fee=fee, fee_coin=coin)
    if current.state is State.FAILED and current.order_id is None:
        contradict(change, current, found, now)
        return
    _compare(change, current, found, now)
    event = Event(_ACCEPTED_LATE[current.state], now, facts=facts_of(found))
    change.record(current, event, VIA, change.next_due(current.number))


def follow(change: Change, sent: Payout, found: Found, now: datetime) -> bool:
    """The gateway reports a payout that is `sent`. Whether there was anything new. Raises LostRace
    where it is `sent` no more."""
    if sent.state is not State.SENT:
        raise LostRace(f"payout {sent.number} moved while it was looked up")
    _compare(change, sent, found, now)
    return _finish(change, sent, found, now) or _learn(change, sent, found, now)


def unsettled(
    change: Change, sent: Payout, finding: Finding, now: datetime, due: datetime, *, known: bool
) -> Payout:
    """Tell the channel once of a payout that has no end for too long. Where look-ups do not tell
    what became of it (`known`), people may: they are asked to look."""
    if sent.state is not State.SENT:
        return sent
    hours = UNSETTLED_IS_TOLD // timedelta(hours=1)
    told = {"hours": hours, "order_id": sent.order_id, "reference": sent.reference}
    what = UNSETTLED
    if sent.progress == Progress.WAITING and known:
        what = OWNER_WAITS
    elif sent.resolver is not None and sent.gateway_status is None:
        what = UNCONFIRMED
    elif isinstance(finding, Found) and finding.status and not known:
        what = UNKNOWN_WORD.replace("{status}", finding.status.translate(_BRACES))
    elif not isinstance(finding, Found):
        what = NOT_TOLD
    _alarm(change, sent, what.format(**told), now)
    if known or sent.unclear_at is not None:
        return sent
    return change.record(sent, Event(Kind.UNCLEAR, now), VIA, due)


def contradict(change: Change, ended: Payout, found: Found, now: datetime) -> None:
    """The gateway knows a payout that ended here as one that did not leave, or has settled one
    that it reported as failed: nothing more is sent until somebody has looked."""
    _compare(change, ended, found, now)
    if not _contradicts(ended, found):
        return
    what = f"It is {ended.state} here, but CCPayment has it as order {found.order_id}"
    _alarm(change, ended, f"{what}: {found.status}." if found.status else f"{what}.", now)
    if ended.state is State.SETTLED:  # by somebody's word; it has paid too little, not too much
        return
    _stop(change, f"payout {ended.number}: {what}", now)
    if ended.state is State.FAILED and ended.order_id is None:
        event = Event(Kind.LEARNED, now, facts=facts_of(found))
        change.record(ended, event, VIA, now + WATCH_WAIT)


def _contradicts(ended: Payout, found: Found) -> bool:
    """Whether what CCPayment reports cannot be, as it ended here. What people ended by hand though
    CCPayment had taken it may still be on its way there."""
    if ended.order_id is None:
        return True
    if ended.state is State.SETTLED:
        return found.progress in (Progress.FAILED, Progress.REJECTED)
    on_its_way = found.progress in (Progress.PENDING, Progress.WAITING, Progress.PROCESSING)
    return found.progress is Progress.SETTLED or (ended.closer is not None and on_its_way)


def facts_of(found: Found) -> dict[str, Fact]:
    """What a report says, as facts of an event; without a status word, nothing of how far it is."""
    return {
        "order_id": found.order_id,
        "status": found.status or None,
        "progress": found.progress.value if found.status else None,
        "network_fee": None if found.network_fee is None else plain(found.network_fee),
        "fee_coin": found.fee_coin,
        "txid": found.txid or None,
    }


def watch_from(payout: Payout, now: datetime, looks: int = 0) -> datetime | None:
    """When a payout that failed is looked up next, after so many looks: as soon as its last request
    cannot be taken any more, then every hour. None where nothing was ever attempted, or once the
    days are over, by the clock and by the looks: one that jumps ahead does not end them."""
    watched = payout.attempts or payout.restored_at or payout.order_id
    long_ago = payout.closed_at is not None and now - payout.closed_at >= WATCHED
    if not watched or (long_ago and looks >= WATCHED // WATCH_WAIT):
        return None
    expires = payout.signed_at + REQUEST_LIVES if payout.signed_at else now
    return min(expires, now + WATCH_WAIT) if expires > now else now + WATCH_WAIT


def _finish(change: Change, sent: Payout, found: Found, now: datetime) -> bool:
    """Settle or fail what the gateway calls final; whether it did."""
    if found.progress not in _FINAL:
        return False
    facts, due = facts_of(found), None
    if _FINAL[found.progress] is Kind.FAILED:
        facts["because"] = _why_failed(found)
        due = now + WATCH_WAIT
    change.record(sent, Event(_FINAL[found.progress], now, facts=facts), VIA, due)
    return True


def _why_failed(found: Found) -> str:
    if found.progress is Progress.REJECTED:
        return f"{OWNER_REJECTED}: {found.reason}" if found.reason else OWNER_REJECTED
    return found.reason or f"its status is {found.status}"


def _learn(change: Change, sent: Payout, found: Found, now: datetime) -> bool:
    """Record what is told anew; whether anything was."""
    told = ((found.network_fee, sent.network_fee), (found.txid, sent.txid))
    news = any(fact is not None and known is None for fact, known in told)
    news = news or (sent.unclear_at is not None and found.progress in KNOWN)
    if not news and found.status in ("", sent.gateway_status):
        return False
    event = Event(Kind.LEARNED, now, facts=facts_of(found))
    change.record(sent, event, VIA, now + back_off(0))
    return True


def _compare(change: Change, payout: Payout, found: Found, now: datetime) -> None:
    for difference in differences(payout, found):
        _alarm(change, payout, f"Not as approved. {difference}.", now)
        if difference.grave:
            _stop(change, f"payout {payout.number} is not as approved. {difference}", now)


def _stop(change: Change, why: str, now: datetime) -> None:
    """Stop all sending for this, once: what somebody has looked into and lifted stays lifted."""
    stops = (Note.FROZEN, Note.FREEZE_ASKED)
    stopped = [line for line in change.lines(Subject.LEDGER, 0) if line.kind in stops]
    if not any(line.facts["why"] == why for line in stopped):
        change.freeze(Freeze.MISMATCH, why, now, VIA)


def _alarm(change: Change, payout: Payout, what: str, now: datetime) -> None:
    change.alarm(what, now, VIA, payout.number)
