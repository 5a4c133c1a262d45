"""The page about a payout's life says what the program does."""

from pathlib import Path

import pytest

from approvals import diagram
from approvals.payout import TRANSITIONS, State

ROOT = Path(__file__).parents[2]


@pytest.mark.current
def test_the_page_is_current() -> None:
    """docs/states.md is drawn from the table; `make docs` renews it."""
    assert (ROOT / "docs/states.md").read_text(encoding="utf-8") == diagram.page()


def test_every_state_has_a_meaning_and_every_way_an_arrow() -> None:
    """No state and no way between two states is missing in the drawing."""
    page = diagram.page()
    assert set(diagram.MEANINGS) == set(State)
    for before, cells in TRANSITIONS.items():
        for kind, after in cells.items():
            arrow = f"{before or '[*]'} --> {after}:"
            line = next((each for each in page.splitlines() if arrow in each), "")
            assert before is after or kind in line
