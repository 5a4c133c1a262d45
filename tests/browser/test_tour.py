"""What the page suggests: every example works, and the guided tour leads to what it promises."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from sandbox.page import page
from sandbox.run import Everything, everything
from sandbox.serving import serving
from sandbox.slack.cast import PAYOUTS, RITA
from sandbox.story import tell
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

APIS = ("v1", "v2")
STEPS = 11


@pytest.fixture(params=APIS)
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Everything]:
    """On either API."""
    with everything(tmp_path, api=request.param) as running:
        yield running
        assert running.slack.complaints == []


@pytest.fixture
def screen(browser: Browser, running: Everything) -> Iterator[Screen]:
    with serving(page(running.world)) as address:
        screen = Screen(browser, address)
        yield screen
        screen.page.close()
    assert screen.errors == []


class Tour:
    """The tour on a screen, and what is pressed there."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.shown = screen.page.get_by_role("region", name="Guided tour")

    def on(self, title: str) -> None:
        """Go to the next step, which has this title."""
        self.press("Next")
        expect(self.shown).to_contain_text(title)

    def press(self, words: str) -> None:
        self.shown.get_by_role("button", name=words, exact=True).click()

    def send(self) -> None:
        """Press Enter in the field that the tour filled."""
        entry = self.screen.page.get_by_role("main").get_by_role("textbox", name="Message")
        expect(entry).to_be_focused()
        entry.press("Enter")
        expect(entry).to_have_value("")

    def does(self, words: str) -> None:
        """Press a button that writes something, and send it."""
        self.press(words)
        self.send()

    def settles(self, number: int) -> None:
        expect(self.screen.card(number)).to_contain_text("Settled", timeout=20_000)

    def passes(self, words: str) -> None:
        """Let time go by, until it has."""
        self.press(words)
        button = self.shown.get_by_role("button", name=words, exact=True)
        expect(button).to_have_attribute("aria-busy", "false", timeout=40_000)


def suggestions(screen: Screen) -> list[str]:
    """Everything that the page writes into the field for somebody: examples, then the tour."""
    examples = screen.page.get_by_role("group", name="Examples").get_by_role("button")
    found = [one.get_attribute("title") or "" for one in examples.all()]
    tour = Tour(screen)
    for step in range(STEPS):
        found += [one.get_attribute("title") or "" for one in tour.shown.locator("[title]").all()]
        if step < STEPS - 1:
            tour.press("Next")
    return [one.removeprefix("/payout").strip() for one in found]


def asked(running: Everything, text: str) -> str:
    return running.slack.command(RITA.id, text, PAYOUTS.id).text


def test_every_suggestion_has_its_own_content(
    screen: Screen, running: Everything, tmp_path: Path
) -> None:
    """On either API each works when it is pressed first, and in order after the story that the
    terminal told: none asks for the same as another; what must be refused is, with its reason."""
    found = suggestions(screen)
    requests = [one for one in found if one[:1].isdigit()]
    assert len(requests) >= 12
    refused = {"TJRabPrwbZy45sbavfcjinPJC18kjpRTv9": "typing error", "10500 ": "10,000"}
    story = tmp_path / "story"
    story.mkdir()
    with everything(story, api=running.settings.ccpayment_api) as told:
        tell(told.slack, told.ccpayment, told.bot.ledger)
        for world, order in ((told, requests), (running, requests[::-1])):
            for text in order:
                (expected,) = {words for part, words in refused.items() if part in text} or {
                    "is recorded"
                }
                assert expected in asked(world, text)


ON_ONE = pytest.mark.parametrize("running", ["v1"], indirect=True)


@ON_ONE
def test_the_introduction_is_in_sight(screen: Screen, running: Everything) -> None:
    """Whoever opens the page after the story sees what is real and where to begin, whatever stands
    in the channel already."""
    tell(running.slack, running.ccpayment, running.bot.ledger)
    screen.page.reload()
    expect(screen.card()).to_contain_text("Settled")
    tour = Tour(screen)
    expect(tour.shown.get_by_text("The bot is the real one.")).to_be_in_viewport(ratio=1)
    expect(tour.shown.get_by_role("button", name="Next", exact=True)).to_be_in_viewport(ratio=1)


@ON_ONE
def test_the_whole_tour(screen: Screen, running: Everything) -> None:
    """Each step finds what it needs and shows what it says: the refusal, the review of a
    look-alike, the second tier, the limit, freezing, show and cancel, absence with its choice, and
    an outcome that is entered by hand."""
    tour = Tour(screen)
    for step in (asks, looks_alike, takes_both, freezes, takes_back, absent, by_hand):
        step(tour)
    tour.on("What is on record")
    tour.press("Show the audit log")
    panel = screen.drawer.get_by_role("tabpanel", name="Audit log")
    panel.get_by_role("button", name="Verify").click()
    expect(panel.get_by_role("status")).to_contain_text("all of them fit")
    assert len(running.ccpayment.received) == 6


def asks(tour: Tour) -> None:
    tour.on("Ask for a payout")
    tour.does("As Rita, write it")
    tour.screen.approve()
    expect(tour.screen.channel).to_contain_text("so you cannot approve it")
    tour.on("Somebody else approves")
    tour.press("Become Dana")
    tour.screen.approve()
    tour.settles(1)


def looks_alike(tour: Tour) -> None:
    tour.on("An address that looks right")
    tour.does("As Noa, write it")
    tour.press("Become Dana")
    card, form = tour.screen.card(2), tour.screen.dialog
    card.get_by_role("button", name="Review and approve").click()
    expect(form).to_contain_text("•")
    tour.screen.page.keyboard.press("Escape")
    card.get_by_role("button", name="Reject").click()
    form.get_by_role("textbox").fill("Not the supplier's address")
    form.get_by_role("button", name="Reject").click()
    expect(card).to_contain_text("Rejected by @Dana")


def takes_both(tour: Tour) -> None:
    tour.on("A large payout takes two")
    tour.does("As Rita, write it")
    for name in ("Dana", "Eli"):
        tour.press(f"Become {name}")
        tour.screen.approve(3)
        expect(tour.screen.card(3)).to_contain_text(re.compile(f"Approved by.*@{name}"))
    tour.settles(3)
    tour.on("A limit")
    tour.does("As Rita, write it")
    expect(tour.screen.channel).to_contain_text("10,000")


def freezes(tour: Tour) -> None:
    tour.on("Freeze, and unfreeze")
    tour.does("As Eli, freeze")
    tour.does("As Rita, ask")
    tour.screen.become("Dana")
    tour.screen.approve(4)
    expect(tour.screen.card(4)).to_contain_text("Sending is frozen")
    tour.does("As Dana, unfreeze")
    tour.does("As Eli, unfreeze")
    tour.settles(4)


def takes_back(tour: Tour) -> None:
    tour.on("Look again, take back")
    tour.does("Write show 1")
    expect(tour.screen.channel).to_contain_text("On record")
    tour.does("As Rita, write it")
    expect(tour.screen.card(5)).to_contain_text("Waits for")
    tour.press("Write cancel")
    tour.screen.page.keyboard.type("5")
    tour.send()
    expect(tour.screen.card(5)).to_contain_text("Cancelled by @Rita")


def absent(tour: Tour) -> None:
    tour.on("In doubt, then absent")
    doubted(tour, 6, "Lose the next request")
    tour.passes("Let 10 minutes go by")
    tour.screen.card(6).get_by_role("button", name="Send again").click()
    tour.screen.dialog.get_by_role("button", name="Send payout 6 again").click()
    tour.settles(6)


def by_hand(tour: Tour) -> None:
    """Eli or Dana can enter it; the order is the one that CCPayment's panel shows."""
    tour.on("Resolve by hand")
    doubted(tour, 7, "Take it, and say an error")
    tour.passes("Let 2 hours go by")
    tour.screen.card(7).get_by_role("button", name="Resolve by hand").click()
    expect(tour.screen.dialog).to_contain_text("dashboard")
    tour.screen.page.keyboard.press("Escape")
    tour.press("CCPayment works again")


def doubted(tour: Tour, number: int, fault: str) -> None:
    """Ask and approve while CCPayment is made to go wrong, as its panel says."""
    tour.press(fault)
    expect(tour.screen.drawer).to_contain_text("In force: ")
    tour.does("As Rita, write it")
    tour.press("Become Dana")
    tour.screen.approve(number)
    expect(tour.screen.card(number)).to_contain_text("Checking with CCPayment")
