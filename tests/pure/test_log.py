"""The log: one line a fact, whatever somebody wrote, and however often."""

import io
import logging
from collections.abc import Callable

import pytest

from bot.log import COUNTED_SECONDS, LONGEST, Counting


class Bench:
    """A logger with a handler of its own, and a clock to turn."""

    def __init__(self) -> None:
        self.now = 0.0
        self.said = io.StringIO()
        self.waits: list[Callable[[], None]] = []
        self.handler = Counting(self.said, lambda: self.now, lambda _, do: self.waits.append(do))
        self.log = logging.Logger("tests.log")  # noqa: LOG001 - nobody else hears it
        self.log.addHandler(self.handler)

    def lines(self) -> list[str]:
        """What was written since the last look, without the time."""
        lines = self.said.getvalue().splitlines()
        self.said.seek(0)
        self.said.truncate()
        return [line.partition("Z ")[2] or line for line in lines]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_nobody_can_make_a_line(bench: Bench) -> None:
    """A line break, a colour, a text that turns round: spelt out, in one line."""
    bench.log.warning("heard a %s", "x\r\n2026-11-22 ERROR forged: \x1b[2J\u202e\u2028\x85\ud800y")
    (line,) = bench.lines()
    assert line == (
        "WARNING tests.log: heard a x\\r\\n2026-11-22 ERROR forged:"
        " \\x1b[2J\\u202e\\u2028\\x85\\ud800y"
    )


def test_a_traceback_is_set_in(bench: Bench) -> None:
    """The lines of a traceback, and what an exception says, never look like facts of their own."""
    try:
        raise ValueError("x\n2026-11-22 10:03:00,000Z ERROR forged: y\x1b")
    except ValueError:
        bench.log.exception("it broke")
    first, *rest = bench.said.getvalue().splitlines()
    assert first.endswith("ERROR tests.log: it broke")
    assert len(rest) > 3
    assert all(line.startswith("  ") for line in rest)
    assert "\x1b" not in bench.said.getvalue()


def test_a_message_has_a_length(bench: Bench) -> None:
    """However long a text somebody sent, its line has an end."""
    bench.log.warning("heard %s", "x" * 10 * LONGEST)
    assert len(bench.said.getvalue()) < LONGEST + 100


def test_what_repeats_is_counted(bench: Bench) -> None:
    """A line that comes again is written once, and its number a while later, also when nothing
    else is logged; then it is news again. Others are written meanwhile."""
    for _ in range(5000):
        bench.log.warning("refused a request: %d", 401)
    bench.log.warning("refused a request: %d", 400)
    bench.log.error("refused a request: %d", 401)
    assert bench.lines() == [
        "WARNING tests.log: refused a request: 401",
        "WARNING tests.log: refused a request: 400",
        "ERROR tests.log: refused a request: 401",
    ]
    (do,) = bench.waits
    bench.now += COUNTED_SECONDS
    do()
    assert bench.lines() == ["WARNING tests.log: 4999 more like this: refused a request: 401"]
    bench.log.warning("refused a request: %d", 401)
    assert bench.lines() == ["WARNING tests.log: refused a request: 401"]


def test_each_failure_is_written(bench: Bench) -> None:
    """Under the same words the traceback of another failure is written too; the same one is
    counted."""

    def fail(with_what: Callable[[], object]) -> None:
        try:
            with_what()
        except (ValueError, StopIteration):
            bench.log.exception("a round failed")

    for _ in range(3):
        fail(lambda: int("x"))
        fail(lambda: next(iter(())))
        fail(lambda: int("y"))
    tops = [line for line in bench.lines() if not line.startswith(" ")]
    assert tops == ["ERROR tests.log: a round failed"] * 3


def test_a_line_that_cannot_be_written_fails_nobody(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever logs something that does not fit its words goes on; standard error says so."""
    odd = logging.LogRecord("tests.log", logging.WARNING, __file__, 1, "heard %d", ("x",), None)
    bench.handler.handle(odd)
    assert "heard %d" in capsys.readouterr().err
    bench.log.warning("heard %d", 1)
    assert bench.lines() == ["WARNING tests.log: heard 1"]


def test_what_was_counted_is_said_before_the_next(bench: Bench) -> None:
    """The number comes before whatever is logged once the while is over."""
    for _ in range(3):
        bench.log.warning("again")
    bench.now += COUNTED_SECONDS
    bench.log.warning("again")
    assert bench.lines() == [
        "WARNING tests.log: again",
        "WARNING tests.log: 2 more like this: again",
        "WARNING tests.log: again",
    ]


def test_the_end_says_what_was_counted(bench: Bench) -> None:
    """Nothing that was counted is lost when the program ends."""
    for _ in range(3):
        bench.log.warning("again")
    bench.handler.close()
    assert bench.lines()[-1] == "WARNING tests.log: 2 more like this: again"
