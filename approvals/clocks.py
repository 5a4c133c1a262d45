"""What clocks can prove, where any of them may have jumped.

The host's clock is set late after a boot, goes back, or stands hours ahead for a while; and what
bears CCPayment's time may come from an edge whose own clock is wrong. So no decision about money
rests on one of them alone: what they say counts while they agree, and what lies ahead of now is of
unknown age.
"""

from datetime import datetime, timedelta

CLOCKS_APART = timedelta(seconds=30)
"""If the gateway's clock and ours differ by more, nothing is sent, and no look-up counts."""


def agree(theirs: datetime | None, ours: datetime) -> bool:
    """Whether the gateway told its time, and it is ours."""
    return theirs is not None and abs(theirs - ours) <= CLOCKS_APART


def within(age: timedelta, span: timedelta) -> bool:
    """Whether something is at most `span` old. A negative age, of what lies ahead because a clock
    was set back, is an unknown one."""
    return timedelta() <= age <= span
