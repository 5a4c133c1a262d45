"""Puts what was run into docs/reliability.md, between the marks that name it.

python -m tests.figures simulation FILE …      the outputs of runs, added up
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"


def put(name: str, text: str) -> None:
    """Replace what stands between the marks of `name`. Raises LookupError where there are none."""
    marks = re.compile(rf"(<!-- {name}: .*? -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
    before = PAGE.read_text("utf-8")
    after, times = marks.subn(lambda found: f"{found[1]}{text}\n{found[2]}", before)
    if times != 1:
        raise LookupError(f"{PAGE.name} has {times} places for {name}")
    PAGE.write_text(after, "utf-8")


@dataclass
class Runs:
    """The outputs of several runs, added up."""

    histories: int = 0
    seconds: int = 0
    failed: int = 0
    tables: dict[str, Counter[str]] = field(default_factory=dict)
    never: set[str] | None = None

    def add(self, lines: Iterable[str]) -> None:
        """Count one output, as `tests.simulation` prints it. Raises ValueError for one that ended
        before its last line."""
        heading, ended = "", False
        for line in lines:
            if total := re.match(r"(\d+) histories in (\d+) s", line):
                self.histories += int(total[1])
                self.seconds += int(total[2])
            elif row := re.match(r" +(\d+)  (.+)", line):
                self.tables.setdefault(heading, Counter())[row[2]] += int(row[1])
            elif found := re.match(r"transitions never taken: (.+)", line):
                missing = set(found[1].split(", "))
                self.never = missing if self.never is None else self.never & missing
            elif end := re.match(r"(\d+) histories failed", line):
                self.failed, ended = self.failed + int(end[1]), True
            elif line.endswith(":"):
                heading = line
        if not ended:
            raise ValueError("this run did not come to its end")

    def lines(self) -> Iterator[str]:
        """All of them as one."""
        rate = self.histories / self.seconds if self.seconds else 0
        yield f"{self.histories:,} histories in {self.seconds:,} s, {rate:.1f} a second"
        for heading, counted in self.tables.items():
            yield heading
            yield from (f"  {times:>9,}  {name}" for name, times in sorted(counted.items()))
        yield f"transitions never taken: {', '.join(sorted(self.never or ())) or 'none'}"
        yield f"{self.failed} histories failed"


def simulation(files: Iterable[str]) -> str:
    """The figures of these outputs, as they stand on the page. Raises ValueError."""
    runs = Runs()
    for file in files:
        runs.add(Path(file).read_text("utf-8").splitlines())
    return "\n".join(["```", *runs.lines(), "```"])


if __name__ == "__main__":
    if sys.argv[1] != "simulation":
        sys.exit(__doc__)
    put("simulation", simulation(sys.argv[2:]))
