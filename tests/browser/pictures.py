"""Take the pictures of docs/cards.md: `python -m tests.browser.pictures` writes docs/pictures/.

Each shows a payout that was really played, in a sandbox of its own: the real bot between the
pretended services, on the sandbox's page. So no picture can show what the program does not do. The
clock stands still until a play turns it, and chance and addresses are the same every time, so the
same program makes the same pictures. Needs a Chromium in PATH. `python -m tests.browser.pictures
NAME …` takes some.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Locator, expect

from approvals.clerk import Clerk
from approvals.payout import Payout
from approvals.sender import Sender
from bot.buttons import Act
from bot.courier import SELDOM
from sandbox.ccpayment import Mode
from sandbox.page import page
from sandbox.run import POLICY, Everything, everything
from sandbox.serving import serving
from sandbox.slack import Message
from sandbox.slack.cast import DANA, ELI, NOA, PAYOUTS, RITA
from sandbox.slack.workspace import User
from tests.browser.png import smaller
from tests.browser.screen import NAMES, Screen, chromium, installed
from tests.core import Clock
from tests.seen import buttons, ticks

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
SIZE = (1280, 1400)
PATIENCE = 30
"""Real seconds until everything that is due must have been done."""

OWNED = {**Clerk.longest, **Sender.longest}
PORT = 8797
"""Where CCPayment is, whose address goes into every reference."""

NOVEMBER = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
HOLD = '[hold]\nnew_destination = "24h"\n'

TRON = "on TRX to TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"
SUPPLIER = "0x7E5f955Ed10B73D6265b1adcF768B94F8dD55bDf"
IMITATION = "0x7e5fF921321AAEDB0BB53398796772F843Dc5bDF"
MISSING = "F921"
ASK = f"250 USDT {TRON} for Invoice 1043"


@dataclass(frozen=True)
class Stage:
    """A sandbox, and one window on its page."""

    running: Everything
    clock: Clock
    screen: Screen

    # What people do.

    def ask(self, text: str = ASK, who: User = RITA) -> int:
        """Ask for a payout; its number."""
        with self._recorded():
            self.running.slack.command(who.id, text, PAYOUTS.id)
        return self._newest().number

    def approve(self, number: int = 1, who: User = DANA) -> None:
        """With a press, or where there is something to answer, with every tick of the form."""
        if "Approve payout" in buttons(self._drawn(number).blocks):
            with self._recorded():
                self._press(number, Act.APPROVE, who)
            return
        self._press(number, Act.COMMENT, who)
        (form,) = self.running.slack.open_views(who.id)
        with self._recorded():
            self.running.slack.submit(who.id, form.id, ticks(form.content["blocks"]))

    def reject(self, reason: str, who: User = DANA) -> None:
        """Reject the first payout."""
        self._press(1, Act.REJECT, who)
        (form,) = self.running.slack.open_views(who.id)
        with self._recorded():
            self.running.slack.submit(who.id, form.id, {"reason": reason})

    def say(self, command: str, who: User) -> None:
        """Type a command that is no request."""
        with self._recorded():
            self.running.slack.command(who.id, command, PAYOUTS.id)

    def pay(self, text: str = ASK, who: User = RITA) -> None:
        """Ask, approve, and wait until it is settled."""
        self.approve(self.ask(text, who))
        self.on(seconds=5)

    def goes_wrong(self, mode: Mode) -> None:
        """CCPayment, at its next call of this kind."""
        self.running.ccpayment.switch(mode, once=True)

    def costs(self, symbol: str, fee: str) -> None:
        """What every network takes of a coin from now on."""
        book = self.running.ccpayment.book
        coin = book.catalogue.coin(symbol)
        tokens = tuple(replace(token, fee=Decimal(fee)) for token in coin.tokens)
        book.catalogue = book.catalogue.with_coin(replace(coin, tokens=tokens))

    def on(self, **by: float) -> None:
        """Let time go by."""
        self.clock.on(**by)
        self._rest()

    # What Dana sees, unless it is somebody else.

    def card(self, number: int = 1) -> Locator:
        """The card in the channel."""
        self.look()
        return self.screen.card(number)

    def look(self, who: User = DANA) -> None:
        self.screen.become(who.real_name)
        self.screen.page.clock.set_fixed_time(self.clock())
        self.screen.page.reload()

    # Behind the scenes.

    def _press(self, number: int, act: Act, who: User) -> None:
        answer = self.running.slack.click(who.id, PAYOUTS.id, self._drawn(number).ts, act)
        assert answer.error is None

    def _drawn(self, number: int) -> Message:
        (found,) = (
            message
            for message in self.running.slack.messages(PAYOUTS.id)
            if message.blocks[0].get("text", {}).get("text", "").startswith(f"Payout {number}:")
        )
        return found

    def _newest(self) -> Payout:
        with self.running.bot.ledger.reading() as reading:
            return reading.latest(1)[0]

    @contextmanager
    def _recorded(self) -> Iterator[None]:
        """Wait until what is done here is on record, and all that follows from it is done."""
        before = self._lines()
        yield
        self.running.slack.wait_until(lambda: self._lines() > before, PATIENCE)
        self._rest()

    def _lines(self) -> int:
        with self.running.bot.ledger.reading() as reading:
            return sum(1 for _ in reading.log())

    def _rest(self) -> None:
        """Wait until nothing is due at this moment, and every request has its answer."""
        self.running.slack.wait_until(lambda: not self._due(), PATIENCE)

    def _due(self) -> bool:
        now = self.clock()
        with self.running.bot.ledger.reading() as reading:
            unanswered = [
                payout
                for payout in reading.open()
                if payout.attempt and payout.attempt.outcome is None
            ]
            return bool(unanswered or reading.due(OWNED, now) or reading.due_cards(now, SELDOM))


@dataclass(frozen=True)
class Picture:
    """A play, which says what of the page is taken. `rules` are added to the sandbox's policy."""

    play: Callable[[Stage], Locator]
    api: str = "v1"
    rules: str = ""


PICTURES: dict[str, Picture] = {}


def picture(api: str = "v1", rules: str = "") -> Callable[[Callable[[Stage], Locator]], None]:
    """A play is the picture of its name."""

    def known(play: Callable[[Stage], Locator]) -> None:
        PICTURES[play.__name__.strip("_").replace("_", "-")] = Picture(play, api, rules)

    return known


# While it waits for people.


@picture()
def waits(stage: Stage) -> Locator:
    for month in (9, 10, 11):
        stage.pay(f"240 USDT {TRON} for Rent {month}/2026")
        stage.on(days=6)
    stage.ask()
    return stage.card(4)


@picture()
def partly_approved(stage: Stage) -> Locator:
    stage.pay(f"900 USDT {TRON} for Invoice 1017")
    stage.on(days=19)
    stage.ask(f"2400 USDT {TRON} for Invoice 1044")
    stage.approve(2)
    return stage.card(2)


@picture()
def first_payment(stage: Stage) -> Locator:
    stage.ask()
    return stage.card()


@picture()
def duplicate_review(stage: Stage) -> Locator:
    _duplicate(stage).get_by_role("button", name="Review").click()
    form = stage.screen.dialog
    form.get_by_role("checkbox").first.check()
    return form


@picture()
def look_alike(stage: Stage) -> Locator:
    return stage.card(_imitated(stage))


@picture()
def look_alike_review(stage: Stage) -> Locator:
    number = _imitated(stage)
    stage.card(number).get_by_role("button", name="Review").click()
    form = stage.screen.dialog
    form.get_by_label("Type the missing group").fill(MISSING)
    return form


def _imitated(stage: Stage) -> int:
    stage.pay(f"1000 USDT on ETH to {SUPPLIER} for Invoice 1017")
    stage.on(days=19)
    return stage.ask(f"980 USDT on ETH to {IMITATION} for Invoice 1043")


@picture()
def duplicate(stage: Stage) -> Locator:
    return _duplicate(stage)


def _duplicate(stage: Stage) -> Locator:
    stage.pay()
    stage.on(days=1)
    stage.ask(who=NOA)
    return stage.card(2)


@picture()
def in_doubt_elsewhere(stage: Stage) -> Locator:
    stage.pay(f"240 USDT {TRON} for Rent")
    _in_doubt(stage, f"90 USDT {TRON} for Refund 88")
    stage.ask()
    return stage.card(3)


@picture()
def declined_before(stage: Stage) -> Locator:
    stage.pay(f"240 USDT {TRON} for Rent")
    stage.goes_wrong(Mode.DECLINED)
    stage.approve(stage.ask())
    stage.on(seconds=10)
    stage.on(hours=2)
    stage.ask(who=NOA)
    return stage.card(3)


@picture()
def paid_otherwise(stage: Stage) -> Locator:
    stage.pay(f"1000 USDT on ETH to {SUPPLIER} for Invoice 1017")
    stage.on(days=19)
    stage.ask(f"980 USDT on BSC to {SUPPLIER} for Invoice 1043")
    return stage.card(2)


@picture()
def no_checksum(stage: Stage) -> Locator:
    stage.ask(f"90 USDC on POLYGON to {SUPPLIER.lower()} for Refund 88")
    return stage.card()


@picture()
def cwallet_email(stage: Stage) -> Locator:
    stage.ask("10 USDT to cwallet ana@example.com for Bonus")
    return stage.card()


@picture()
def balance_too_low(stage: Stage) -> Locator:
    stage.ask(f"8500 USDC on ETH to {SUPPLIER} for Invoice 1045")
    return stage.card()


@picture(rules=HOLD)
def fee_takes_all(stage: Stage) -> Locator:
    """The fee rises while the payout is held."""
    stage.ask(f"5 USDT on ETH to {SUPPLIER} for Refund 89")
    stage.approve()
    stage.costs("USDT", "6")
    stage.on(hours=25)
    return stage.card()


@picture()
def frozen(stage: Stage) -> Locator:
    stage.ask()
    stage.say("freeze", ELI)
    return stage.card()


# Once it is approved.


@picture(rules=HOLD)
def held(stage: Stage) -> Locator:
    stage.ask()
    stage.approve()
    return stage.card()


@picture()
def sent(stage: Stage) -> Locator:
    stage.ask()
    stage.approve()
    return stage.card()


@picture(api="v2")
def waits_for_owner(stage: Stage) -> Locator:
    knobs = stage.running.ccpayment.knobs
    stage.running.ccpayment.knobs = replace(knobs, held=7200)
    stage.goes_wrong(Mode.HELD)
    stage.ask()
    stage.approve()
    stage.on(seconds=15)
    stage.on(minutes=40)
    return stage.card()


@picture()
def in_doubt(stage: Stage) -> Locator:
    _in_doubt(stage, ASK)
    return stage.card()


def _in_doubt(stage: Stage, text: str) -> None:
    """The answer does not say what was done, and look-ups are not answered."""
    number = stage.ask(text)
    stage.goes_wrong(Mode.ERROR_AFTER)
    stage.approve(number)
    stage.running.ccpayment.switch(Mode.LOOK_UPS_DOWN, once=False)
    for _ in range(3):
        stage.on(minutes=1)


@picture()
def absent(stage: Stage) -> Locator:
    stage.pay(f"240 USDT {TRON} for Rent")
    stage.goes_wrong(Mode.REQUEST_LOST)
    stage.approve(stage.ask())
    for _ in range(6):
        stage.on(minutes=1)
    return stage.card(2)


@picture()
def resolve(stage: Stage) -> Locator:
    _unclear(stage)
    return stage.card()


@picture()
def resolve_form(stage: Stage) -> Locator:
    _unclear(stage)
    stage.card().get_by_role("button", name="Resolve by hand").click()
    return stage.screen.dialog


def _unclear(stage: Stage) -> None:
    """For over an hour nothing was learned."""
    _in_doubt(stage, ASK)
    for _ in range(8):
        stage.on(minutes=10)


# When it is over.


@picture(api="v2")
def settled(stage: Stage) -> Locator:
    stage.pay()
    return stage.card()


@picture()
def failed(stage: Stage) -> Locator:
    stage.goes_wrong(Mode.DECLINED)
    stage.ask()
    stage.approve()
    stage.on(seconds=10)
    return stage.card()


@picture()
def rejected(stage: Stage) -> Locator:
    stage.ask()
    stage.reject("Already paid in October")
    return stage.card()


@picture()
def cancelled(stage: Stage) -> Locator:
    stage.ask()
    stage.say("cancel 1", RITA)
    return stage.card()


@picture()
def expired(stage: Stage) -> Locator:
    stage.ask()
    stage.on(hours=24)
    return stage.card()


# Around the card.


@picture()
def form(stage: Stage) -> Locator:
    stage.look(RITA)
    stage.screen.type("/payout")
    form = stage.screen.dialog
    form.get_by_label("Amount", exact=True).fill("250")
    way = form.get_by_role("combobox", name="Coin and way")
    way.press_sequentially("usdt trx")
    expect(form.get_by_role("option")).to_have_count(1)
    way.press("Enter")
    form.get_by_label("Pay to").fill("TJRabPrwbZy45sbavfcjinPJC18kjpRTv8")
    form.get_by_label("What it is for").fill("Invoice 1043")
    return form


@picture()
def comment_form(stage: Stage) -> Locator:
    stage.ask()
    stage.card().get_by_role("button", name="More actions").click()
    stage.screen.page.get_by_role("menuitem", name="Approve with a comment").click()
    form = stage.screen.dialog
    form.get_by_label("Your comment").fill("As agreed with the supplier on Friday")
    return form


@picture()
def refusal(stage: Stage) -> Locator:
    stage.ask()
    stage.look(RITA)
    stage.screen.approve()
    return stage.screen.channel.get_by_role("article").filter(has_text="cannot approve")


@picture()
def thread(stage: Stage) -> Locator:
    stage.pay()
    stage.look()
    stage.screen.open_thread()
    return stage.screen.thread


# Taking them.


@contextmanager
def staged(browser: Browser, picture: Picture) -> Iterator[Stage]:
    """A stage for this picture."""
    clock = Clock(NOVEMBER)
    with TemporaryDirectory() as folder:
        policy = Path(folder, "policy.toml")
        policy.write_text(f"{POLICY.read_text('utf-8')}\n{picture.rules}", "utf-8")
        with (
            everything(
                Path(folder),
                api=picture.api,
                clock=clock,
                random=Random(1043),
                webhooks=False,
                port=PORT,
                payouts_policy=policy,
            ) as running,
            serving(page(running.world)) as address,
        ):
            screen = Screen(browser, address, SIZE)
            yield Stage(running, clock, screen)
            screen.page.close()
            assert (screen.errors, running.slack.complaints) == ([], [])


def taken(browser: Browser, name: str) -> bytes:
    """The picture of this name, as a PNG file."""
    picture = PICTURES[name]
    with staged(browser, picture) as stage:
        found = picture.play(stage)
        expect(found).to_be_visible()
        return smaller(found.screenshot(animations="disabled"))


def take(names: Iterable[str], folder: Path = FOLDER) -> None:
    """Take these pictures. Raises SystemExit where no browser is installed."""
    path = installed()
    if path is None:
        raise SystemExit(f"None of {', '.join(NAMES)} is in PATH.")
    folder.mkdir(exist_ok=True)
    with chromium(path) as browser:
        for name in names:
            (folder / f"{name}.png").write_bytes(taken(browser, name))


if __name__ == "__main__":
    take(sys.argv[1:] or PICTURES)
