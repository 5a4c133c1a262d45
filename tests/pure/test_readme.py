"""What readers are told to type, and where they are sent, exists."""

import re
from pathlib import Path

import click
import pytest

from bot.cli import main
from bot.manifest import EXAMPLE, manifest
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/**/*.md")])
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands(group: click.Group, before: str = "") -> dict[str, click.Command]:
    """Every command, by the words that are typed."""
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        words = f"{before}{name}"
        found |= (
            commands(command, f"{words} ") if isinstance(command, click.Group) else {words: command}
        )
    return found


def test_every_command_is_documented() -> None:
    """The README's table has each `countersign …` with each of its own options."""
    for words, command in commands(main).items():
        (row,) = re.findall(rf"^\| `countersign {words}\b.*$", README, re.MULTILINE)
        shared = {"--help", "--ledger", "--command"}
        options = {option for param in command.params for option in param.opts if "--" in option}
        for option in options - shared:
            assert option in row, f"{words} {option}"


def test_every_documented_command_exists() -> None:
    """Nothing that readers are told to type is missing."""
    there = commands(main)
    for page in PAGES:
        for words in re.findall(r"countersign ((?:[a-z]+ ?)+)", page.read_text(encoding="utf-8")):
            typed = words.strip()
            assert any(typed.startswith(known) or known.startswith(typed) for known in there), typed


def test_every_target_exists() -> None:
    """Each `make …` in the documents is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for words in re.findall(r"(?:`|```sh\n)make ((?:[a-z]+ ?)+)", text):
            assert set(words.split()) <= targets, words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """Each link to a file of the project, and each picture, is there."""
    for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in link:
            assert (page.parent / link).exists(), link


def test_the_readme_names_two_commands_to_begin_with() -> None:
    """A newcomer needs `make sandbox` and `make test`, and nothing else."""
    assert re.findall(r"```sh\n(.+)\n```", README)[:2] == ["make sandbox", "make test"]


def test_the_guide_can_be_followed_in_its_order() -> None:
    """Whoever deploys has read before where each setting that is needed is found, and has the bot
    in its channel; and the guide speaks of the settings by their names."""
    steps = re.findall(
        r"^\d\. \*\*(.+?)\.?\*\*(.*?)(?=^\d\. |^$)", README, re.MULTILINE | re.DOTALL
    )
    titles = [title for title, _ in steps]
    before = "".join(text for _, text in steps[: titles.index("Deploy")])
    needed = {name for name, field in Settings.model_fields.items() if field.is_required()}
    for name in needed | {"payouts_approvers"}:
        assert f"`{name.upper()}`" in before, name
    assert titles.index("Invite the bot") < titles.index("Deploy")


def test_the_address_stands_in_the_manifest_as_often_as_the_guide_says() -> None:
    """Whoever corrects the address knows how many places there are."""
    times = manifest(EXAMPLE, "/payout").count(f"{EXAMPLE}/slack/events")
    assert {3: "it stands there three times"}[times] in " ".join(README.split())
