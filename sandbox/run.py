"""The sandbox: the real bot between a pretend Slack and a pretend CCPayment, over real HTTP.

Nothing of the bot is different here but the addresses it talks to; tests use the same set-up.
"""

import secrets
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from approvals.times import Clock, utc_now
from bot.settings import SandboxSettings, Settings, forget_proxies
from bot.webhook import PATH as WEBHOOK
from bot.wiring import Countersign, wire
from sandbox.ccpayment import PretendCCPayment
from sandbox.ccpayment.book import Book
from sandbox.ccpayment.v1 import DECLINED
from sandbox.ccpayment.webhooks import posting
from sandbox.loopback import loopback
from sandbox.page import page
from sandbox.serving import serving
from sandbox.slack import PretendSlack
from sandbox.slack.cast import DANA, ELI, PAYOUTS
from sandbox.story import Untold, tell

APP_ID = "20230101000000000000000000000001"
APP_SECRET = "sandbox-app-secret"
SETTLES_AFTER = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Everything:
    """The bot and both of its outsides, all of them running."""

    slack: PretendSlack
    ccpayment: PretendCCPayment
    bot: Countersign
    settings: Settings


@contextmanager
def everything(
    folder: Path,
    *,
    clock: Clock = utc_now,
    random: Random | None = None,
    webhooks: bool = True,
    **changes: Any,
) -> Iterator[Everything]:
    """Run everything with the ledger in `folder`, until the block ends. Without `webhooks`
    CCPayment keeps them until they are fetched. `changes` are settings that differ from the
    sandbox's own."""
    chance = random or Random(secrets.randbits(64))
    book = Book(clock, chance, settle_after=SETTLES_AFTER)
    ccpayment = PretendCCPayment(APP_ID, APP_SECRET, clock, chance, book=book)
    slack = PretendSlack(clock=clock)
    with slack.serving() as slack_url, serving(ccpayment.app) as ccpayment_url:
        settings = Settings(**(_settings(slack, slack_url, ccpayment_url, folder) | changes))
        bot = wire(settings, clock=clock, transport=loopback)
        try:
            with ExitStack() as running:
                slack.bot_url = running.enter_context(serving(bot.app))
                if webhooks:
                    running.enter_context(posting(ccpayment, slack.bot_url + WEBHOOK))
                yield Everything(slack, ccpayment, bot, settings)
        finally:
            bot.ledger.close()


def _settings(
    slack: PretendSlack, slack_url: str, ccpayment_url: str, folder: Path
) -> dict[str, Any]:
    return {
        "slack_bot_token": slack.token,
        "slack_signing_secret": slack.signing_secret,
        "slack_api_url": f"{slack_url}/api/",
        "ccpayment_app_id": APP_ID,
        "ccpayment_app_secret": APP_SECRET,
        "ccpayment_url": ccpayment_url,
        "ccpayment_declined_codes": frozenset({DECLINED}),
        "payouts_channel": PAYOUTS.id,
        "payouts_approvers": (DANA.id, ELI.id),
        "database_url": f"sqlite:///{folder / 'sandbox.db'}",
    }


def play(settings: SandboxSettings, *, once: bool) -> int:
    """Play one payout through in the terminal; then, unless `once`, serve the page until
    somebody interrupts. Returns the exit status: 0, or 1 where the story did not go as told."""
    forget_proxies()
    with TemporaryDirectory(prefix="countersign-") as folder, everything(Path(folder)) as running:
        try:
            tell(running.slack, running.ccpayment, running.bot.ledger)
        except Untold as stuck:
            print(f"\nThe story stopped: {stuck}")
            return 1
        if not once:
            _serve_page(running, settings.port)
    return 0


def _serve_page(running: Everything, port: int) -> None:
    interrupted = threading.Event()
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, lambda *_: interrupted.set())
    with serving(page(running.slack, running.ccpayment, running.bot.ledger), port) as address:
        print(f"\nNow you: open {address} in a browser. Ctrl-C ends it.")
        print(f"Its ledger, until then: {running.settings.ledger_file}")
        interrupted.wait()
