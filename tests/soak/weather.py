"""What goes wrong in a round at the pretend CCPayment, and which fault points that is good for."""

from collections.abc import Mapping
from dataclasses import dataclass

from approvals.payout import Kind
from sandbox.ccpayment import Mode
from tests.soak.points import POINTS


@dataclass(frozen=True, slots=True)
class Weather:
    """`withdrawal` happens to the first create call; `look_ups` from that call on, or, where
    `before`, from the beginning; both for some seconds. `shut`: nobody listens for that call."""

    name: str
    withdrawal: Mode = Mode.NORMAL
    look_ups: Mode = Mode.NORMAL
    before: bool = False
    shut: bool = False


CALM = Weather("nothing goes wrong")
DECLINED = Weather("declined", Mode.DECLINED)
SHUT = Weather("no connection", shut=True)
DOWN_BEFORE = Weather("look-ups down before it is sent", look_ups=Mode.LOOK_UPS_DOWN, before=True)
LOST = Weather("the answer is lost", Mode.ANSWER_LOST)
LOST_AND_DOWN = Weather(
    "the answer is lost, look-ups are down", Mode.ANSWER_LOST, Mode.LOOK_UPS_DOWN
)
REQUEST_LOST = Weather("the request is lost", Mode.REQUEST_LOST)
ERROR_BEFORE = Weather("a general error, not taken", Mode.ERROR_BEFORE)

TAKEN = (
    CALM,
    LOST,
    LOST_AND_DOWN,
    Weather("the answer is lost, look-ups lag", Mode.ANSWER_LOST, Mode.LOOK_UPS_LAG),
    Weather(
        "the answer is lost, look-ups say a general error", Mode.ANSWER_LOST, Mode.LOOK_UPS_ERROR
    ),
    Weather("taken, a general error", Mode.ERROR_AFTER),
    Weather("taken, HTTP 500", Mode.BROKEN_AFTER),
    Weather("taken, no answer in time", Mode.SLOW),
    Weather("taken, no JSON", Mode.NOT_JSON),
    Weather("taken, signed wrongly", Mode.BADLY_SIGNED),
    Weather("taken, declined all the same", Mode.DECLINED_AFTER),
    Weather("delivered twice", Mode.DELIVERED_TWICE),
    Weather("delivered late", Mode.DELIVERED_LATE),
    Weather("taken, failed later", Mode.FAILS_LATER),
    Weather("held, the owner approves it", Mode.HELD),
    Weather("held, the owner rejects it", Mode.HELD_REJECTED),
    SHUT,
    DOWN_BEFORE,
)
UNTAKEN = (DECLINED, REQUEST_LOST, ERROR_BEFORE)
"""After these people must choose, or nothing is sent."""

ALL = TAKEN + UNTAKEN
WEIGHTS = [12 if weather is CALM else 4 if weather in TAKEN else 1 for weather in ALL]

_NEEDED: Mapping[Kind, Weather] = {
    Kind.DELAYED: DOWN_BEFORE,
    Kind.UNSENT: SHUT,
    Kind.DECLINED: DECLINED,
    Kind.FAILED: DECLINED,
    Kind.DOUBTED: LOST,
    Kind.LOOKED_UP: LOST_AND_DOWN,
    Kind.ABSENT: REQUEST_LOST,
    Kind.AGAIN_ASKED: REQUEST_LOST,
    Kind.CLOSE_ASKED: ERROR_BEFORE,
}


def good_for(point: str) -> Weather | None:
    """In which weather this point is reached; None: in any."""
    kind = POINTS[point]
    return _NEEDED.get(kind) if kind else None
