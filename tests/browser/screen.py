"""The sandbox's page in a real Chromium, and what a person does with it.

Everything is found as a person finds it, by role and name, so a test also holds the page to being
usable by keyboard and screen reader.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
"""What a Chromium may be called in PATH."""

FLAGS = (
    "--no-sandbox",  # it runs as root in containers
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-component-update",
    "--disable-background-networking",
    "--no-first-run",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
DESKTOP = (1280, 800)


def installed() -> str | None:
    """The path of a Chromium, if there is one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """The browser at `path`, headless, until the block ends."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Screen:
    """One window on the page at `address`. `errors` is what its console complained of, `asked`
    every address that it asked for anything. `how` goes to Playwright's `new_page`."""

    def __init__(
        self, browser: Browser, address: str, size: tuple[int, int] = DESKTOP, **how: Any
    ) -> None:
        width, height = size
        self.errors: list[str] = []
        self.asked: list[str] = []
        self.page: Page = browser.new_page(viewport={"width": width, "height": height}, **how)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self.errors.append(f"{said.type}: {said.text}"))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(address)
        self.channel = self.page.get_by_role("log", name="Messages")
        self.thread = self.page.get_by_role("complementary", name="Thread")
        self.drawer = self.page.get_by_role("complementary", name="Behind the scenes")
        self.dialog = self.page.get_by_role("dialog")
        self.toasts = self.page.get_by_role("alert")

    def become(self, name: str) -> None:
        """Choose who to be."""
        self.page.get_by_role("radio", name=name).check()

    def switch(self, api: str) -> None:
        """Go over to the other generation of CCPayment's API."""
        apis = self.page.get_by_role("group", name="CCPayment API")
        apis.get_by_role("link", name=api).click()
        self.page.wait_for_url(f"**/{api}/**")

    def open(self, place: str) -> None:
        """Go to a channel, or to the direct messages with the bot."""
        self.page.get_by_role("navigation").get_by_role("button", name=place).click()

    def type(self, text: str) -> None:
        """Write into the channel's composer and press Enter."""
        entry = self.page.get_by_role("main").get_by_role("textbox", name="Message")
        entry.fill(text)
        entry.press("Enter")

    def card(self, number: int = 1) -> Locator:
        """The message that shows a payout."""
        heading = self.page.get_by_role("heading", name=f"Payout {number}:")
        return self.channel.get_by_role("article").filter(has=heading)

    def approve(self, number: int = 1) -> None:
        """Press Approve on a card, tick whatever must be answered, and confirm."""
        self.card(number).get_by_role("button", name="Approve").click()
        yes = self.dialog.get_by_role("button", name="Approve payout")
        expect(yes).to_be_visible()
        for tick in self.dialog.get_by_role("checkbox").all():
            tick.check()
        yes.click()

    def open_thread(self, number: int = 1) -> None:
        """Open the replies below a card."""
        self.card(number).get_by_role("button", name="repl").click()

    def panel(self, name: str) -> Locator:
        """Open the drawer at a tab."""
        tools = self.page.get_by_role("main").get_by_role("group", name="Behind the scenes")
        tool = tools.get_by_role("button", name=name)
        if tool.get_attribute("aria-pressed") != "true":
            tool.click()
        return self.drawer.get_by_role("tabpanel", name=name)
