"""The guards that are taken out one by one still stand where the table says, and so do the tests
that must notice."""

import re
from pathlib import Path

import pytest

from tests.mutants.table import Mutant, mutants

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("mutant", mutants(), ids=lambda mutant: mutant.name)
def test_a_guard_can_be_taken_out(mutant: Mutant) -> None:
    """Each change fits its file, alone and after the others of the same guard."""
    texts: dict[str, str] = {}
    for change in mutant.changes:
        before = texts.get(change.file) or (ROOT / change.file).read_text("utf-8")
        texts[change.file] = change.made(before)
        assert texts[change.file] != before


@pytest.mark.parametrize("mutant", mutants(), ids=lambda mutant: mutant.name)
def test_who_must_notice_is_there(mutant: Mutant) -> None:
    """A test that was renamed notices nothing."""
    for catcher in mutant.catchers:
        file, _, name = catcher.partition("::")
        if name:
            test = name.partition("[")[0]
            assert re.search(rf"^def {test}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE)
