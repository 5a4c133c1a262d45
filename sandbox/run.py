"""The sandbox: the real bot between a pretend Slack and a pretend CCPayment, over real HTTP.

Nothing of the bot is different here but the addresses it talks to; tests use the same set-up. An
account belongs to one generation of CCPayment's API and a ledger to one account, so each generation
has a Slack, a CCPayment, a bot and a ledger of its own.
"""

import logging
import secrets
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from approvals.times import Clock, utc_now
from bot.settings import SandboxSettings, Settings
from bot.webhook import PATH as WEBHOOK
from bot.wiring import Countersign, new_nonce, wire
from sandbox.ccpayment import PretendCCPayment
from sandbox.ccpayment.book import Book
from sandbox.ccpayment.webhooks import posting
from sandbox.loopback import loopback
from sandbox.page import World, page
from sandbox.passing import SandboxClock
from sandbox.serving import serving
from sandbox.slack import PretendSlack
from sandbox.slack.cast import PAYOUTS
from sandbox.story import Untold, tell

APP_IDS: Mapping[str, str] = {"v1": "20230101000000000000000000000001", "v2": "AbCdEfGh12345678"}
"""The account at each API; all of them run side by side."""

POLICY = Path(__file__).with_name("policy.toml")
TO_TRY = "Ask for more than 1,000 USD: that needs both Dana and Eli, and 10,000 a day is the limit."
"""What the policy says, in a line."""

APP_SECRET = "sandbox-app-secret"
SETTLES_AFTER = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Everything:
    """The bot and both of its outsides, all of them running."""

    slack: PretendSlack
    ccpayment: PretendCCPayment
    bot: Countersign
    settings: Settings
    clock: SandboxClock

    @property
    def world(self) -> World:
        """What its page is over."""
        return World(self.slack, self.ccpayment, self.bot.ledger, self.clock)


@contextmanager
def everything(
    folder: Path,
    *,
    api: str = "v1",
    clock: Clock = utc_now,
    random: Random | None = None,
    webhooks: bool = True,
    port: int = 0,
    **changes: Any,
) -> Iterator[Everything]:
    """Run everything with CCPayment's `api` and the ledger in `folder`, until the block ends.
    With `random`, and a `port` for CCPayment, whose address is part of what is approved, nothing
    that is drawn differs from run to run. Without `webhooks` CCPayment keeps them until they are
    fetched. `changes` are settings that differ from the sandbox's own."""
    chance = random or Random(secrets.randbits(64))
    clock = SandboxClock(clock)
    book = Book(clock, chance, settle_after=SETTLES_AFTER)
    ccpayment = PretendCCPayment(APP_IDS[api], APP_SECRET, clock, chance, api=api, book=book)
    slack = PretendSlack(clock=clock)
    with slack.serving() as slack_url, serving(ccpayment.app, port) as ccpayment_url:
        own = _settings_of_slack(slack, slack_url) | _settings_of(ccpayment, ccpayment_url)
        ledger = {"database_url": f"sqlite:///{folder / f'sandbox-{api}.db'}"}
        settings = Settings(**(own | ledger | _rules(changes) | changes))
        bot = wire(settings, clock=clock, transport=loopback, nonce=_nonces(random))
        try:
            with ExitStack() as running:
                slack.bot_url = running.enter_context(serving(bot.app))
                if webhooks:
                    running.enter_context(posting(ccpayment, slack.bot_url + WEBHOOK))
                yield Everything(slack, ccpayment, bot, settings, clock)
        finally:
            bot.close()


def _nonces(random: Random | None) -> Callable[[], str]:
    return (lambda: f"{random.getrandbits(128):032x}") if random else new_nonce


def _settings_of_slack(slack: PretendSlack, url: str) -> dict[str, Any]:
    return {
        "slack_bot_token": slack.token,
        "slack_signing_secret": slack.signing_secret,
        "slack_api_url": f"{url}/api/",
        "payouts_channel": PAYOUTS.id,
    }


def _rules(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The sandbox's policy, unless the short way is asked for; whatever the environment says."""
    short = bool(changes.get("payouts_approvers"))
    return {"payouts_approvers": (), "payouts_policy": None if short else POLICY}


def _settings_of(ccpayment: PretendCCPayment, url: str) -> dict[str, Any]:
    return {
        "ccpayment_api": ccpayment.api,
        "ccpayment_app_id": APP_IDS[ccpayment.api],
        "ccpayment_app_secret": APP_SECRET,
        "ccpayment_url": url,
        "ccpayment_declined_codes": ccpayment.declined_codes,
    }


def play(settings: SandboxSettings, *, once: bool) -> int:
    """Play one payout through in the terminal, on the API of `settings`; then, unless `once`, serve
    the page over both APIs until somebody interrupts. Returns the exit status: 0, or 1 where the
    story did not go as told."""
    logging.getLogger("bot.first_look").setLevel(logging.ERROR)  # its channel is shared on purpose
    with TemporaryDirectory(prefix="countersign-") as folder, ExitStack() as worlds:
        chosen = worlds.enter_context(everything(Path(folder), api=settings.ccpayment_api))
        try:
            tell(chosen.slack, chosen.ccpayment, chosen.bot.ledger)
        except Untold as stuck:
            print(f"\nThe story stopped: {stuck}")
            return 1
        if not once:
            others = [
                worlds.enter_context(everything(Path(folder), api=api))
                for api in APP_IDS
                if api != settings.ccpayment_api
            ]
            _serve_page([chosen, *others], settings.port)
    return 0


def _serve_page(running: Sequence[Everything], port: int) -> None:
    interrupted = threading.Event()
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, lambda *_: interrupted.set())
    with serving(page(*(one.world for one in running)), port, instead=True) as address:
        if not address.endswith(f":{port}"):
            print(f"\nPort {port} is not free, so the page has another one.")
        print(f"\nNow you: open {address} in a browser. Ctrl-C ends it.")
        print(TO_TRY)
        for one in running:
            print(f"Its ledger for API {one.ccpayment.api}, until then: {one.settings.ledger_file}")
        interrupted.wait()
