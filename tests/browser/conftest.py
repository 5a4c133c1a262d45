"""A browser for all tests of the page, and a sandbox of its own for each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser
from slack_sdk import WebClient

from approvals.ledger import Ledger
from sandbox.ccpayment import PretendCCPayment
from sandbox.page import World, page
from sandbox.run import Everything, everything
from sandbox.serving import serving
from sandbox.slack import PretendSlack
from tests.browser.screen import NAMES, Screen, chromium, installed

Look = Callable[..., Screen]


@dataclass(frozen=True)
class Wall:
    """A page over a Slack whose bot is the test itself."""

    slack: PretendSlack
    bot: WebClient
    screen: Screen


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = installed()
    if path is None:
        pytest.skip(f"no browser is installed: none of {', '.join(NAMES)} is in PATH")
    with chromium(path) as browser:
        yield browser


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Everything]:
    """The real bot between the pretended services; it must do nothing that Slack refuses."""
    with everything(tmp_path) as running:
        yield running
        assert running.slack.complaints == []


@pytest.fixture
def look(browser: Browser, running: Everything) -> Iterator[Look]:
    """Opens windows on the page. However the test ends, none of them may have complained, or
    asked anybody but this machine."""
    screens: list[Screen] = []

    def look(**how: Any) -> Screen:
        screens.append(Screen(browser, address, **how))
        return screens[-1]

    with serving(page(running.world)) as address:
        yield look
        for screen in screens:
            screen.page.close()
    for screen in screens:
        assert screen.errors == []
        assert {urlsplit(url).hostname for url in screen.asked} == {"127.0.0.1"}


@pytest.fixture
def screen(look: Look) -> Screen:
    return look()


@pytest.fixture
def wall(browser: Browser, tmp_path: Path) -> Iterator[Wall]:
    def clock() -> datetime:
        return datetime.now(UTC)

    slack = PretendSlack(clock=clock)
    world = World(
        slack,
        PretendCCPayment("App", "secret", clock, Random(1), api="v2"),
        Ledger(tmp_path / "empty.db"),
    )
    with slack.serving() as url, serving(page(world)) as address:
        screen = Screen(browser, address)
        yield Wall(slack, WebClient(slack.token, f"{url}/api/"), screen)
        screen.page.close()
    world.ledger.close()
    assert (screen.errors, slack.complaints) == ([], [])
