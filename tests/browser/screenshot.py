"""Take the README's picture: `python -m tests.browser.screenshot` writes docs/sandbox.png.

It plays one payout to its end and leaves a second one waiting, on the real page over the real bot,
so the picture cannot show what the program does not do. Needs a Chromium in PATH; another path can
be named: `python -m tests.browser.screenshot FILE`.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import expect

from sandbox.page import page
from sandbox.run import everything
from sandbox.serving import serving
from tests.browser.screen import NAMES, Screen, chromium, installed

PICTURE = Path(__file__).parents[2] / "docs" / "sandbox.png"
SIZE = (1280, 860)
FIRST = "/payout 250 USDT on TRX to TJRabPrwbZy45sbavfcjinPJC18kjpRTv8 for Invoice 1043"
SECOND = "/payout 90 USDC on POLYGON to 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf for Refund 88"


def take(picture: Path) -> None:
    """Play, and write the picture. Raises SystemExit where no browser is installed."""
    path = installed()
    if path is None:
        raise SystemExit(f"None of {', '.join(NAMES)} is in PATH.")
    with (
        TemporaryDirectory() as folder,
        everything(Path(folder), api="v1") as older,
        everything(Path(folder), api="v2") as newer,
        serving(page(older.world, newer.world)) as address,
        chromium(path) as browser,
    ):
        screen = Screen(browser, address, SIZE)
        _play(screen)
        screen.page.screenshot(path=picture)
        screen.page.close()


def _play(screen: Screen) -> None:
    screen.type(FIRST)
    screen.become("Dana")
    screen.approve()
    expect(screen.card()).to_contain_text("Settled", timeout=20_000)
    screen.become("Noa")
    screen.type(SECOND)
    expect(screen.card(2)).to_contain_text("about 0.05 POL")
    screen.become("Dana")
    screen.open_thread()
    expect(screen.thread).to_contain_text("Settled: CCPayment reports success.")
    screen.card(2).get_by_role("button", name="1 reply").scroll_into_view_if_needed()
    screen.page.mouse.move(0, 0)


if __name__ == "__main__":
    take(Path(sys.argv[1]) if sys.argv[1:] else PICTURE)
