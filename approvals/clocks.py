"""What clocks can prove, where any of them may have jumped.

The host's clock is set late after a boot, goes back, or stands hours ahead for a while; and what
bears CCPayment's time may come from an edge whose own clock is wrong. So no decision about money
rests on one of them alone: what they say counts while they agree, and what lies ahead of now is of
unknown age.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

CLOCKS_APART = timedelta(seconds=30)
"""If the gateway's clock and ours differ by more, nothing is sent, and no look-up counts."""

LONGEST_GAP = timedelta(minutes=10)
"""So far apart are two moments that are compared at most, where no clock was wrong meanwhile."""

Moment = tuple[datetime, bool]
"""When something happened by our clock, and whether the gateway's agreed then."""


def agree(theirs: datetime | None, ours: datetime) -> bool:
    """Whether the gateway told its time, and it is ours."""
    return theirs is not None and abs(theirs - ours) <= CLOCKS_APART


def within(age: timedelta, span: timedelta) -> bool:
    """Whether something is at most `span` old. A negative age, of what lies ahead because a clock
    was set back, is an unknown one."""
    return timedelta() <= age <= span


def passed(moments: Sequence[Moment]) -> timedelta:
    """How much time has passed between the first of these moments and the last, for certain. Where
    both clocks agreed at either end of a gap, ours is believed; any other gap counts for ten
    minutes at most, and for nothing where the clock went back. So a clock that jumps by hours adds
    ten minutes once."""
    gaps = [
        max(timedelta(), until - since if sure and certain else min(until - since, LONGEST_GAP))
        for (since, sure), (until, certain) in pairwise(moments)
    ]
    return sum(gaps, timedelta())
