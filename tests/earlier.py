"""Payouts with a past: what tests need that look back.

earlier(7, SETTLED, destination=…)      payout 7, settled
earlier(8, *DOUBTED, at=NOON + DAY)     payout 8, asked for a day later, in doubt
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from approvals.destination import Kind as DestinationKind
from approvals.destination import read_destination
from approvals.payout import Actor, Event, Kind, Payout, evolve
from tests.build import CONTENT, NOON, happening, request

SETTLED = (Kind.APPROVED, Kind.CLAIMED, Kind.SENT, Kind.SETTLED)
DOUBTED = (Kind.APPROVED, Kind.CLAIMED, Kind.DOUBTED)
DECLINED = (Kind.APPROVED, Kind.CLAIMED, Kind.DECLINED, Kind.FAILED)


def events(number: int, *kinds: Kind, at: datetime = NOON, **changes: Any) -> Iterator[Event]:
    """What happened to a payout that was asked for `at`. Its destination is read as people's are,
    unless its normal form is named."""
    content = {**CONTENT, "number": number, "nonce": f"{number:032x}", **changes}
    if "normal" not in changes:
        kind: DestinationKind = content["kind"]
        found = read_destination(kind, content["chain"], content["destination"])
        content |= {"normal": found.normal, "checked": int(bool(found.checked))}
    requester = content["requester"]
    asked = replace(request(**content), by=Actor(requester, requester))
    payout = evolve(None, asked)
    yield replace(asked, at=at)
    for kind_of_event in kinds:
        event = happening(payout, kind_of_event)
        payout = evolve(payout, event)
        yield replace(event, at=event.at + (at - NOON))


def earlier(number: int, *kinds: Kind, at: datetime = NOON, **changes: Any) -> Payout:
    """The payout that these events make."""
    payout: Payout | None = None
    for event in events(number, *kinds, at=at, **changes):
        payout = evolve(payout, event)
    assert payout is not None
    return payout
