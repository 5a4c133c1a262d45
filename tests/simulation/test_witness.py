"""The witness must not forget what happened, nor hold the program to what did not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tests.simulation.witness import Press, Witness

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
PRESS = Press("trigger", "U0DANA00001", "digest", AT, Decimal(1))
REPEATED = replace(PRESS, at=AT + timedelta(seconds=1))


def test_either_of_two_presses_may_count_while_nothing_was_heard() -> None:
    """A kill leaves open which of them the ledger took."""
    witness = Witness()
    assert witness.presses(PRESS)
    assert not witness.presses(REPEATED)
    assert witness.known.presses == (PRESS, REPEATED)


def test_what_was_heard_to_be_done_is_not_repeated() -> None:
    """The ledger takes a press once; what Slack says again has no worth of its own."""
    witness = Witness()
    witness.presses(PRESS)
    witness.counted(PRESS.trigger)
    assert not witness.presses(REPEATED)
    assert witness.known.presses == (replace(PRESS, done=True),)


def test_a_refusal_is_of_one_press() -> None:
    """Slack repeats a press while the first is on its way: the first may be refused, and the other
    done, before anybody hears of either."""
    witness = Witness()
    witness.presses(PRESS)
    witness.presses(REPEATED)
    witness.counted(PRESS.trigger)
    witness.refused(PRESS)
    assert witness.known.presses == (replace(REPEATED, done=True),)


def test_a_refusal_after_an_old_copy_finds_nothing_to_forget() -> None:
    """What the witness knew went back with the ledger."""
    witness = Witness()
    witness.refused(PRESS)
    assert witness.known.presses == ()
