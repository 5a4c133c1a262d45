"""The page about CCPayment's codes says how the program reads them."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from approvals.ccpayment import page
from approvals.ccpayment.codes import V1_CODES, V2_CODES, Code

ROOT = Path(__file__).parents[2]


@pytest.mark.current
def test_the_page_is_current() -> None:
    """docs/codes.md is made from the tables; `make docs` renews it."""
    assert (ROOT / "docs/codes.md").read_text(encoding="utf-8") == page.page()


@pytest.mark.parametrize("codes", [V1_CODES, V2_CODES], ids=["v1", "v2"])
def test_every_code_has_a_row(codes: Mapping[str, Code]) -> None:
    """Each code stands there once for each generation that has it, with its reading, and no place
    is left to be filled in."""
    rows = [line for line in page.page().splitlines() if line.startswith("| ")]
    for code, meant in codes.items():
        read = "nothing was sent" if meant.declined else "in doubt"
        assert any(row.startswith(f"| {code} | {read} | ") for row in rows), code
    assert not any("{" in row for row in rows)
