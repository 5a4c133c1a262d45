"""Puts what was run into docs/reliability.md, between the marks that name it.

python -m tests.figures simulation FILE      shows a file, as it is, as the simulation's figures
"""

import re
import sys
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


if __name__ == "__main__":
    which, file = sys.argv[1:]
    put(which, f"```\n{Path(file).read_text('utf-8').strip()}\n```")
