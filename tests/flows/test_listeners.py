"""What people meet: the command, the buttons and the forms, through real HTTP and a real ledger.

The bot is wired as it is served. Both outsides are the sandbox's; before the pretend CCPayment
stands a gate, where a test can hold calls back.
"""

import fcntl
import json
import logging
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from approvals.audit import Note
from approvals.gateway import GatewayTrouble
from approvals.ledger import WrongLedger
from approvals.payout import Kind, Payout, State
from approvals.times import to_seconds
from bot.blocks import actions, button
from bot.buttons import Act, ButtonValue
from bot.first_look import FirstLook
from bot.settings import Settings
from bot.wiring import Countersign, wire
from sandbox.ccpayment import PretendCCPayment
from sandbox.ccpayment.catalogue import CHAINS
from sandbox.loopback import loopback
from sandbox.serving import serving
from sandbox.slack import (
    TOKEN,
    Answer,
    Fault,
    Message,
    OpenView,
    Organization,
    PretendSlack,
    User,
)
from sandbox.slack.cast import DANA, ELI, GENERAL, MAX, NOA, PAYOUTS, PEOPLE, RITA
from sandbox.slack.workspace import TEAM
from tests.build import INVOICE, happening, request
from tests.core import APP_IDS
from tests.pure.test_keys import KEY_TEXT
from tests.servers import canned

pytest_plugins = ["tests.stage"]

APP_SECRET = "sandbox-app-secret"
BOTH = pytest.mark.parametrize("api", ["v1", "v2"])
NETWORK = {"v1": "TRX (TRC20)", "v2": "TRX (TRON)"}
"""As CCPayment calls it."""
ADDRESS = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"
REQUEST = f"250 USDT on TRX to {ADDRESS} for Invoice 1043"
TRX = '["chain","USDT","TRX"]'
FORM = {
    "amount": "250",
    "way": TRX,
    "destination": ADDRESS,
    "memo": "",
    "reason": "Invoice 1043",
    "fee_payer": "payee",
}
GUEST = User("U0GUEST0001", "gus", "Gus", is_restricted=True)
GRACE = User(
    "U0GRACE0001",
    "grace",
    "Grace",
    organization=Organization("W0GRACE0001", (TEAM, "T0OTHERWS01"), acts_under="T0OTHERWS01"),
    unsaid=frozenset({"team_id"}),
)
"""From another workspace of our Enterprise organization; Slack answers with her other id."""

Hold = Callable[[], object]


@dataclass
class Clock:
    """Stands still until a test turns it."""

    at: datetime = datetime(2026, 11, 22, 10, 3, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Gate:
    """Calls on a path that is held go through when its hold returns."""

    app: ASGIApp
    holds: dict[str, Hold] = field(default_factory=dict)
    opened: threading.Event = field(default_factory=threading.Event)

    def close(self, path: str) -> None:
        """Hold calls on `path` until the test is over."""
        self.holds[path] = lambda: self.opened.wait(30)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        for ending, hold in self.holds.items():
            if scope["type"] == "http" and scope["path"].endswith(ending):
                await run_in_threadpool(hold)
        await self.app(scope, receive, send)


@dataclass
class Office:
    """A company with the bot in it, and what a test looks at."""

    slack: PretendSlack
    ccpayment: PretendCCPayment
    bot: Countersign
    gate: Gate
    clock: Clock
    settings: Settings

    def ask(self, user: User = RITA, text: str = REQUEST) -> Answer:
        return self.slack.command(user.id, text, PAYOUTS.id)

    def payout(self, number: int = 1) -> Payout:
        with self.bot.ledger.reading() as reading:
            payout = reading.payout(number)
        assert payout is not None
        return payout

    def count(self) -> int:
        with self.bot.ledger.reading() as reading:
            return len(reading.latest(100))

    def refusals(self) -> list[tuple[str, str, str]]:
        """Who was refused, doing what, and what they were told; all that is on record."""
        with self.bot.ledger.reading() as reading:
            lines = [*reading.lines("ledger", 0), *reading.lines("payout", 1)]
        return [
            (line.by.id, str(line.facts["doing"]), str(line.facts["sentence"]))
            for line in sorted(lines, key=lambda line: line.number)
            if line.kind == "refused" and line.by
        ]

    def card(self) -> Message:
        """The first card in the channel, once it is there."""
        self.slack.wait_until(lambda: bool(self.slack.messages(PAYOUTS.id)))
        return self.slack.messages(PAYOUTS.id)[0]

    def press(self, user: User, act: Act, option: str | None = None) -> Answer:
        """Press a button of the card as it was drawn first: everybody may be behind."""
        action = Act.MORE if option else act
        ts = self.card().ts
        return self.slack.click(user.id, PAYOUTS.id, ts, action, option=option, version=0)

    def told(self, user: User, since: int = 0) -> Message:
        """The private answer that follows a press."""
        self.slack.wait_until(lambda: len(self.slack.private(user.id)) > since)
        return self.slack.private(user.id)[-1]

    def form(self, user: User) -> OpenView:
        return self.slack.open_views(user.id)[-1]

    def fill(self, user: User = RITA, **changed: str) -> Answer:
        """Open the form by the bare command, choose from its list, submit it."""
        answer = self.ask(user, "")
        assert answer.error is None
        return self.submit(user, FORM | changed)

    def submit(self, user: User, values: Mapping[str, Any]) -> Answer:
        view = self.form(user)
        if "way" in values:
            self.slack.suggest(user.id, view.id, "way", "usdt")
        return self.slack.submit(user.id, view.id, values)


def looked(bot: Countersign) -> bool:
    """Whether nobody asks Slack by themselves any more: faults are for those who ask later."""
    looks = (one for one in bot.workers if isinstance(one, FirstLook))
    return not vars(bot.turn)["_ours"] or all(look.done for look in looks)


@contextmanager
def working(folder: Path, api: str = "v1", **changes: Any) -> Iterator[Office]:
    """`changes` are settings that differ; a `clock` is another clock."""
    clock = changes.pop("clock", None) or Clock()
    more = changes.pop("people", ())
    slack = PretendSlack(clock=clock, people=(*PEOPLE, GUEST, GRACE, *more))
    ccpayment = PretendCCPayment(APP_IDS[api], APP_SECRET, clock, Random(7), api=api)
    gate = Gate(ccpayment.app)
    with slack.serving() as slack_url, serving(gate) as ccpayment_url:
        settings = Settings(
            **{
                "slack_bot_token": slack.token,
                "slack_signing_secret": slack.signing_secret,
                "slack_api_url": f"{slack_url}/api/",
                "ccpayment_api": api,
                "ccpayment_app_id": APP_IDS[api],
                "ccpayment_app_secret": APP_SECRET,
                "ccpayment_url": ccpayment_url,
                "payouts_channel": PAYOUTS.id,
                "payouts_approvers": (DANA.id, ELI.id),
                "database_url": f"sqlite:///{folder / 'payouts.db'}",
            }
            | changes
        )
        bot = wire(settings, clock=clock, transport=loopback)
        office = Office(slack, ccpayment, bot, gate, clock, settings)
        try:
            with serving(bot.app) as slack.bot_url:
                slack.wait_until(lambda: looked(bot))
                yield office
        finally:
            gate.opened.set()
            office.bot.close()


@pytest.fixture
def office(tmp_path: Path, api: str) -> Iterator[Office]:
    """An office whose bot does nothing that Slack would complain about."""
    with working(tmp_path, api) as office:
        yield office
        assert office.slack.complaints == []


def words(blocks: Any) -> str:
    """All text in blocks, as far as it is in one piece."""
    if isinstance(blocks, dict):
        return "".join(words(part) for key, part in blocks.items() if key in WORDS)
    return "".join(map(words, blocks)) if isinstance(blocks, list | tuple) else str(blocks)


WORDS = ("text", "elements", "fields", "user_id")


def no_to(answer: Answer, typed: str = REQUEST) -> str:
    """Why a request was refused, once it is certain that it was repeated."""
    said, _, repeated = answer.text.partition("\nYou typed: ")
    assert repeated == f"/payout {typed}"
    return said


# Asking by command.


@BOTH
def test_a_command_is_recorded_and_says_so(office: Office, api: str) -> None:
    """Who asks hears at once, and alone, under which number it is recorded and who can approve."""
    answer = office.ask()
    assert answer.error is None
    assert answer.text.startswith(f"Payout 1 is recorded: 250 USDT on {NETWORK[api]}")
    assert f"<@{DANA.id}> or <@{ELI.id}>" in answer.text
    assert not answer.in_channel
    payout = office.payout()
    assert (payout.requester.id, payout.content.destination) == (RITA.id, ADDRESS)
    assert payout.content.reason == "Invoice 1043"


def test_a_word_that_confuses_the_library(office: Office) -> None:
    """A reason may hold the word "payload", which Slack's own library stumbles over."""
    assert office.ask(text=REQUEST + " of the payload").error is None
    assert office.payout().content.reason == "Invoice 1043 of the payload"


def test_a_replayed_command_is_nothing(office: Office) -> None:
    """The same signed request, sent again, makes no second payout."""
    sent = office.ask().sent
    assert sent
    assert office.slack.replay(sent).error is None
    assert office.count() == 1


def test_asking_for_the_same_again_takes_a_second_word(office: Office) -> None:
    """The same payout asked for again is not made; "Ask again anyway" makes it, once, and as it
    was asked for the second time."""
    office.ask()
    office.clock.at += timedelta(minutes=2)
    again = office.ask(text=f"250 USDT on TRX to {ADDRESS} for Invoice 1044")
    assert "You asked for the same 2 minutes ago (payout 1, waiting)" in again.text
    assert office.count() == 1
    ts = office.slack.private(RITA.id)[-1].ts
    for _ in range(2):
        office.slack.click(RITA.id, PAYOUTS.id, ts, Act.ASK_AGAIN_ANYWAY)
    assert office.told(RITA, since=2).text.startswith("Payout 2 is recorded")
    assert office.count() == 2
    assert office.payout(2).content.reason == "Invoice 1044"


@pytest.mark.parametrize(("api", "name"), [("v1", "ana_c"), ("v2", "a***@example.com")])
def test_a_cwallet_id_is_looked_up(office: Office, name: str) -> None:
    """The name of a Cwallet user, masked or not, is kept with the payout; an ID that nobody has is
    refused."""
    office.ask(text="10 USDT to cwallet 9558861 for Bonus")
    assert office.payout().cwallet_name == name
    answer = office.ask(text="10 USDT to cwallet 111 for Bonus")
    assert "CCPayment knows no Cwallet user 111." in answer.text
    assert office.count() == 1


CHECK = "/checkWithdrawalAddressValidity"


@pytest.mark.parametrize("api", ["v2"])
def test_ccpayment_checks_the_address_too(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that fits by our own check, but not by CCPayment's, is refused, on record."""
    monkeypatch.setitem(CHAINS, "TRX", replace(CHAINS["TRX"], address="another form"))
    sentence = "CCPayment does not take this for an address on TRX. Ask the payee for it again."
    assert sentence in office.ask().text
    assert office.count() == 0
    assert office.refusals() == [(RITA.id, "request", sentence)]


@pytest.mark.parametrize("api", ["v2"])
def test_without_ccpayments_check_of_the_address_nothing_is_made(office: Office) -> None:
    """A check that is not answered in time is no yes."""
    office.gate.close(CHECK)
    silent = "CCPayment did not answer in time. No payout was made; try again."
    assert no_to(office.ask()) == silent
    assert office.count() == 0


@pytest.mark.parametrize("api", ["v2"])
def test_what_ccpayment_cannot_check_is_not_refused(office: Office) -> None:
    """Where CCPayment says that it cannot check addresses of a network, ours decides."""
    office.ask(text="list")
    book = office.ccpayment.book
    usdt = book.catalogue.coin("USDT")
    assert office.fill().errors == {}
    book.catalogue = book.catalogue.with_coin(usdt.without("TRX"))
    book.catalogue = book.catalogue.with_coin(book.catalogue.coin("TRX").without("TRX"))
    assert office.ask(text=REQUEST.replace("250", "251")).text.startswith("Payout 2 is recorded")


@pytest.mark.parametrize("api", ["v2"])
def test_no_invoice_is_paid_where_none_can_be(office: Office) -> None:
    """Where CCPayment pays no Lightning invoices, whoever sends one reads that, and what to do."""
    answer = office.ask(text=f"250000 SATS to invoice {INVOICE} for Coffee")
    assert "This CCPayment account cannot pay Lightning invoices." in answer.text
    assert "Ask the payee for an address or a Cwallet ID." in answer.text
    assert office.count() == 0


@pytest.mark.parametrize(("first", "then"), [("v1", "v2"), ("v2", "v1")])
def test_a_ledger_does_not_change_its_api(tmp_path: Path, first: str, then: str) -> None:
    """A ledger that was made for an account at one API is not served at the other, and says so,
    before anything is asked or sent."""
    with working(tmp_path, first) as office:
        office.ask()
    with pytest.raises(WrongLedger, match=f"api {first}"), working(tmp_path, then):
        pass


def test_a_command_that_cannot_be_read_is_answered_with_help(office: Office) -> None:
    """What is wrong, what was typed, how it would be right, and the form with what was
    understood."""
    answer = office.ask(text=f"1,250 USDT on TRX to {ADDRESS} for Invoice 1043")
    assert '"1,250" can mean two amounts. Write 1250 or 1.25.' in answer.text
    shown = words(answer.blocks)
    assert f"/payout 1,250 USDT on TRX to {ADDRESS} for Invoice 1043" in shown
    assert f"/payout 1250 USDT on TRX to {ADDRESS} for Invoice 1043" in shown
    ts = office.slack.private(RITA.id)[-1].ts
    assert office.slack.click(RITA.id, PAYOUTS.id, ts, Act.OPEN_FORM).error is None
    assert office.slack.submit(RITA.id, office.form(RITA).id, {"amount": "1250"}).error is None
    assert office.payout().content.destination == ADDRESS
    assert (RITA.id, "request", '"1,250" can mean two amounts. Write 1250 or 1.25.') in (
        office.refusals()
    )


EXAMPLE = re.compile(r"For example: `/payout (.*)`")


@BOTH
@pytest.mark.parametrize(
    "typed",
    [
        f"250 USDT to {ADDRESS} for x",
        f"250 USDT to {ADDRESS}",
        f"250 USDT on ETH to {ADDRESS} for x",
        f"250 USTD to {ADDRESS} for x",
        f"250,5 USDT on TRX to {ADDRESS} for \u3164\u3164\u3164",
        f"0.0000001 USDT on TRX to {ADDRESS} for x",
        f"250 XRP to {ADDRESS} memo 1 for x",
        f"250 USDT on TRX to {ADDRESS} memo 5 for x",
        f"2 {ADDRESS}",
        "250 USDT for x",
        "25 XRP on XRP for Top-up",
    ],
)
def test_an_example_is_accepted_itself(office: Office, typed: str, api: str) -> None:
    """What a refusal offers as right is not refused when it is typed, but for the gap where no
    address was understood: that one asks for the address alone, or for what goes with it."""
    office.ask(text="1 NONE to nobody for Rent")  # the catalogue is known from now on
    found = EXAMPLE.search(office.ask(text=typed).text)
    assert found, typed
    said = office.ask(text=found[1]).text
    if "ADDRESS" in found[1]:
        assert "address" in said
    else:
        assert said.startswith("Payout 1 is recorded"), (typed, found[1], said)


@BOTH
def test_invoices_are_offered_where_they_are_paid(office: Office, api: str) -> None:
    """Nobody is offered a Lightning invoice by an account that pays none: not in the form, nor in
    its list, nor where a destination is missing."""
    office.ask(text=REQUEST)
    office.ask(text="")
    form = str(office.form(RITA).content)
    ways = office.slack.suggest(RITA.id, office.form(RITA).id, "way", "sats lightning")
    where = office.ask(text="250 USDT for Rent").text
    offered = ["Lightning" in form, "Lightning" in str(ways), "nvoice LNBC" in where]
    assert offered == [api == "v1", api == "v1", False]


def test_a_refused_request_is_repeated(office: Office) -> None:
    """A request that is refused is repeated, whoever refuses it and why, for a phone loses it. A
    private key is not, nor is another command."""
    assert no_to(office.ask(GUEST)) == "Your account is a guest, so it can do nothing here."
    assert "You typed" not in office.ask(text=f"1.1 DASH to {KEY_TEXT} for Rent").text
    assert "You typed" not in office.ask(text="show 7").text


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Office]:
    """A company whose policy has a limit of 300 USD a day."""
    (tmp_path / "policy.toml").write_text(
        f'[groups]\nall = ["{DANA.id}"]\n[[tier]]\napprovals = 1\nof = ["all"]\n'
        "[limits.total]\nday = 300\n",
        "utf-8",
    )
    policy = tmp_path / "policy.toml"
    with working(tmp_path, payouts_policy=policy, payouts_approvers=()) as office:
        yield office


def test_a_limit_says_what_fits_and_what_was_typed(limited: Office) -> None:
    """Whoever asks for more than is left reads how much is, when there is more, and what they
    typed; in the form it stands under the amount, and the form stays."""
    limited.ask()
    more = REQUEST.replace("250", "251")
    said = no_to(limited.ask(text=more), more)
    assert said == (
        "The limit is 300 USD a day in total: 250 USD of it are used or on their way, so 50 USD are"
        " left, and this payout is worth 251 USD. You can ask for up to 50 USD now. A new day"
        " begins 2026-11-23 00:00 UTC."
    )
    errors = limited.fill(amount="251").errors
    assert list(errors) == ["amount"]
    assert errors["amount"].endswith("A new day begins 2026-11-23 00:00 UTC.")
    assert limited.count() == 1


@BOTH
def test_help_list_show_and_cancel(office: Office) -> None:
    """The other commands answer privately."""
    office.ask()
    assert "Ask for a payout" in office.ask(text="help").text
    listed = office.ask(text="list").text
    assert "250 USDT on TRX" in listed
    assert listed.endswith("1 payout. 1 waits for people.")
    assert office.ask(text="list waiting page 3").text.endswith("`/payout list waiting page 1`")
    assert "On record" in office.ask(text="show 1").text
    assert "Payout 1 is cancelled. Nothing was sent." in office.ask(text="cancel 1").text
    assert office.payout().state is State.CANCELLED
    again = office.ask(text="cancel 1")
    said = f"<@{RITA.id}> cancelled payout 1 (2026-11-22 10:03 UTC). Nothing is left to cancel."
    assert again.text == said
    assert f"'type': 'date', 'timestamp': {to_seconds(office.clock())}" in str(again.blocks)
    assert all(message.only_for == RITA.id for message in office.slack.private(RITA.id))


def test_people_see_their_own_payouts_and_approvers_all(office: Office) -> None:
    """Another person's payout is, for a team member, not there; for an approver it is."""
    office.ask()
    unseen = "You have no payout 1. `/payout list` shows those that you can see."
    assert office.ask(NOA, "show 1").text == office.ask(NOA, "cancel 1").text == unseen
    assert "No payouts yet" in office.ask(NOA, "list").text
    assert "250 USDT" in office.ask(DANA, "list").text
    assert "On record" in office.ask(DANA, "show 1").text


# Asking by form.


@BOTH
def test_the_form_makes_a_payout(office: Office) -> None:
    """The bare command opens the form; filled in, it closes, and the answer follows privately."""
    answer = office.fill()
    assert (answer.error, answer.errors, answer.action) == (None, {}, None)
    assert office.slack.open_views(RITA.id) == ()
    assert office.told(RITA).text.startswith("Payout 1 is recorded")
    assert office.payout().content.destination == ADDRESS


def test_where_the_bot_is_no_member_the_answer_comes_directly(office: Office) -> None:
    """The form works in every conversation; what cannot be said there is said in the direct
    message."""
    office.slack.command(RITA.id, "", GENERAL.id)
    office.submit(RITA, FORM)
    office.slack.wait_until(
        lambda: any(
            message.text.startswith("Payout 1 is recorded")
            for message in office.slack.direct_messages(RITA.id)
        )
    )
    office.slack.complaints.clear()  # that the bot tried there first


def test_a_form_says_it_under_the_field(office: Office) -> None:
    """What is wrong stands under its field, the form stays open, and mended it is one payout."""
    assert '"1,250" can mean two amounts' in office.fill(amount="1,250").errors["amount"]
    wrong = {"destination": ADDRESS[:-1] + "9"}
    assert "typing error" in office.submit(RITA, FORM | wrong).errors["destination"]
    wrong = {"reason": "Invoice\u202e 1043"}
    assert "invisible" in office.submit(RITA, FORM | wrong).errors["reason"]
    assert office.count() == 0
    assert office.submit(RITA, FORM).errors == {}
    assert office.count() == 1


def test_a_form_submitted_twice_is_one_payout(office: Office) -> None:
    """The second of two clicks on a form's button makes nothing new."""
    sent = office.fill().sent
    assert sent
    assert office.slack.replay(sent).error is None
    assert office.count() == 1


def test_a_form_for_the_same_again_asks_first(office: Office) -> None:
    """The same payout by form takes a second form, which says what there is already."""
    office.ask()
    answer = office.fill(reason="Invoice 1044")
    assert answer.action == "update"
    assert "You asked for the same just now (payout 1, waiting)" in words(
        office.form(RITA).content["blocks"]
    )
    assert office.count() == 1
    assert office.submit(RITA, {}).error is None
    assert office.slack.open_views(RITA.id) == ()
    assert office.payout(2).content.reason == "Invoice 1044"


@BOTH
def test_the_typeahead_offers_ways(office: Office, api: str) -> None:
    """Typing finds the ways that CCPayment offers, by the names that people use."""
    office.ask(text="")
    found = office.slack.suggest(RITA.id, office.form(RITA).id, "way", "usdt trc20")
    assert found[0] == {
        "text": {"type": "plain_text", "text": f"USDT on {NETWORK[api]}", "emoji": False},
        "value": TRX,
    }


# Deciding.


@BOTH
def test_an_approval_is_told_by_the_card(office: Office) -> None:
    """An approver's click counts, and needs no private answer."""
    office.ask()
    assert office.press(DANA, Act.APPROVE).error is None
    approval = office.payout().approvals[0]
    assert approval.by.id == DANA.id
    office.press(RITA, Act.APPROVE)  # an answer that would follow all earlier ones
    office.told(RITA, since=1)
    assert office.slack.private(DANA.id) == ()


def test_nobody_else_approves(office: Office) -> None:
    """Whoever may not decide is told so, privately, and the attempt is on record: the requester,
    a colleague, a guest, somebody of another company."""
    office.ask()
    own = "You asked for payout 1, so you cannot approve it. {dana} or {eli} can."
    other = "Only {dana} or {eli} can decide payout 1. Your click is on record."
    refused = [(RITA, own), (NOA, other), (GUEST, other), (MAX, other)]
    for user, sentence in refused:
        since = len(office.slack.private(user.id))
        assert office.press(user, Act.APPROVE).error is None
        shown = sentence.format(dana=f"<@{DANA.id}>", eli=f"<@{ELI.id}>")
        assert office.told(user, since).text == shown
    assert office.payout().approvals == ()
    stored = {"dana": f"{{{DANA.id}}}", "eli": f"{{{ELI.id}}}"}
    assert office.refusals() == [
        (user.id, "approve", sentence.format(**stored)) for user, sentence in refused
    ]


def test_outsiders_can_do_nothing(office: Office) -> None:
    """Guests and other companies' people get a sentence and nothing else, whatever they type, and
    each attempt is on record."""
    said = []
    for user, why in ((GUEST, "is a guest"), (MAX, "belongs to another company")):
        for text in (REQUEST, "", "list", "show 1"):
            assert why in office.ask(user, text).text
            said.append((user.id, f"Your account {why}, so it can do nothing here."))
        assert office.slack.open_views(user.id) == ()
    assert office.count() == 0
    assert [(who, sentence) for who, _, sentence in office.refusals()] == said


def test_a_colleague_from_another_workspace_is_one_person(tmp_path: Path) -> None:
    """Inside an Enterprise organization somebody acts under another workspace's team, as a U… here
    and as a W… there. They are ours, an approver by either id, and never a second person."""
    assert GRACE.organization
    everywhere = replace(GRACE, id=GRACE.organization.id)
    with working(tmp_path, payouts_approvers=(everywhere.id, ELI.id)) as office:
        assert "Payout 1 is recorded" in office.ask(GRACE).text
        office.press(everywhere, Act.APPROVE)
        said = f"You asked for payout 1, so you cannot approve it. <@{ELI.id}> can."
        assert office.told(everywhere).text == said
        office.ask(text=REQUEST.replace("250", "240").replace("1043", "1044"))
        office.slack.wait_until(lambda: len(office.slack.messages(PAYOUTS.id)) > 1)
        card = office.slack.messages(PAYOUTS.id)[1]
        office.slack.click(GRACE.id, PAYOUTS.id, card.ts, Act.APPROVE, version=0)
        assert office.payout(2).state is not State.REQUESTED
        assert (office.payout(2).content.team, office.payout(1).content.team) == (TEAM, TEAM)
        assert office.ask(everywhere, "cancel 1").text == "Payout 1 is cancelled. Nothing was sent."
        assert office.slack.complaints == []


def test_a_click_in_a_thread_is_answered_there(office: Office) -> None:
    """Who presses a button below a card is answered below the card."""
    client = WebClient(TOKEN, f"{office.slack.address}/api/")
    office.ask()
    carried = ButtonValue(1, office.payout().digest)
    posted = client.chat_postMessage(
        channel=PAYOUTS.id,
        thread_ts=office.card().ts,
        text="Press",
        blocks=[actions(button(Act.CANCEL, "Cancel", carried.text()))],
    )
    office.slack.click(NOA.id, PAYOUTS.id, posted["ts"], Act.CANCEL)
    assert office.told(NOA).thread_ts == office.card().ts


@BOTH
def test_a_rejection_takes_a_reason(office: Office) -> None:
    """Reject opens a form; its reason ends the payout, and the form closes."""
    office.ask()
    assert office.press(DANA, Act.REJECT).error is None
    answer = office.submit(DANA, {"reason": "Already paid in October."})
    assert (answer.error, answer.action) == (None, None)
    payout = office.payout()
    assert (payout.state, payout.because) == (State.REJECTED, "Already paid in October.")


def test_who_may_not_reject_is_not_asked_for_a_reason(office: Office) -> None:
    """A colleague who is no approver, and the requester, get a no at once, on record."""
    office.ask()
    for user in (NOA, RITA):
        office.press(user, Act.REJECT)
        assert DANA.id in office.told(user).text
        assert not office.slack.open_views(user.id)
    assert office.payout().state is State.REQUESTED
    refused = [(who, doing) for who, doing, _ in office.refusals()]
    assert refused == [(NOA.id, "reject"), (RITA.id, "reject")]


def test_a_reason_that_comes_too_late_is_refused_in_the_form(office: Office) -> None:
    """Whoever writes a reason while somebody else decides reads that in the form's place."""
    office.ask()
    office.press(DANA, Act.REJECT)
    office.press(ELI, Act.REJECT)
    office.submit(ELI, {"reason": "Already paid in October."})
    answer = office.submit(DANA, {"reason": "I do not like it."})
    assert answer.action == "update"
    assert ELI.id in words(office.form(DANA).content["blocks"])


def test_the_second_of_two_decisions_is_too_late(office: Office) -> None:
    """Who decides what is decided already hears who was first."""
    office.ask()
    office.press(DANA, Act.REJECT)
    office.submit(DANA, {"reason": "Already paid in October."})
    office.press(ELI, Act.APPROVE)
    assert re.fullmatch(
        rf"<@{DANA.id}> rejected payout 1 \(.*\)\. Nothing is left to decide\.",
        office.told(ELI).text,
    )


def test_a_rare_act_is_in_the_menu(office: Office) -> None:
    """The record of a payout comes privately, from the card's menu."""
    office.ask()
    carried = ButtonValue(1, office.payout().digest, Act.RECORD)
    office.press(DANA, Act.MORE, carried.text())
    assert "On record" in office.told(DANA).text


def test_a_card_does_not_deny_its_payout(office: Office) -> None:
    """Who neither asked nor decides, but sees the card, reads there who can look at the record, and
    who can cancel."""
    office.ask()
    can = {
        Act.RECORD: f"Only <@{RITA.id}>, <@{DANA.id}> or <@{ELI.id}> can see the record",
        Act.CANCEL: f"Only <@{RITA.id}> can cancel payout 1.",
    }
    for act, sentence in can.items():
        since = len(office.slack.private(NOA.id))
        office.press(NOA, Act.MORE, ButtonValue(1, office.payout().digest, act).text())
        assert office.told(NOA, since).text.startswith(sentence)
    assert [(who, doing) for who, doing, _ in office.refusals()] == [
        (NOA.id, "show"),
        (NOA.id, "cancel"),
    ]


def test_an_expired_payout_is_asked_for_again(office: Office) -> None:
    """The requester's copy of an expired payout opens the form, filled with what it was."""
    office.ask()
    office.card()
    office.clock.at += timedelta(hours=25)
    for worker in office.bot.workers:
        worker.once()

    def copies() -> list[Message]:
        return [m for m in office.slack.direct_messages(RITA.id) if "Expired" in m.text]

    office.slack.wait_until(lambda: bool(copies()))
    copy = copies()[0]
    office.slack.click(RITA.id, copy.channel, copy.ts, Act.ASK_AGAIN)
    assert office.submit(RITA, {}).error is None
    assert office.payout(2).content.destination == ADDRESS


# Doubt and freezing.


def in_doubt(office: Office, *more: Kind) -> Payout:
    """A payout in doubt, as the sender would have left it; nobody looks it up."""
    office.ask()
    payout = office.payout()
    for kind in (Kind.APPROVED, Kind.CLAIMED, Kind.DOUBTED, *more):
        with office.bot.ledger.change() as change:
            payout = change.record(payout, happening(payout, kind), "test", None)
    office.clock.at += timedelta(minutes=10)  # that is when all this has happened
    return payout


def offered(office: Office, act: Act) -> str:
    """The card's timestamp, once it offers this."""

    def shown() -> bool:
        return f"'action_id': '{act}'" in str(office.slack.messages(PAYOUTS.id)[-1].blocks)

    office.card()
    office.slack.wait_until(shown)
    return office.slack.messages(PAYOUTS.id)[-1].ts


@pytest.mark.parametrize(("act", "wish"), [(Act.AGAIN, "again asked"), (Act.CLOSE, "close asked")])
def test_an_approver_chooses_in_doubt(office: Office, act: Act, wish: str) -> None:
    """Once the card offers it, an approver's press is what they want; who may not choose is told
    so privately, and it is on record."""
    in_doubt(office, Kind.ABSENT)
    card = offered(office, act)
    for user in (NOA, RITA):
        since = len(office.slack.private(user.id))
        office.slack.click(user.id, PAYOUTS.id, card, act)
        assert f"<@{DANA.id}> or <@{ELI.id}>" in office.told(user, since).text
    assert office.slack.click(DANA.id, PAYOUTS.id, card, act).error is None
    wisher = office.payout().wisher
    assert wisher is not None
    assert wisher.id == DANA.id
    with office.bot.ledger.reading() as reading:
        lines = reading.lines("payout", 1)
    assert wish in [line.kind for line in lines]
    assert [who for who, _, _ in office.refusals()] == [NOA.id, RITA.id]


@pytest.fixture
def unresolved(office: Office) -> str:
    """A payout of which nothing was learned for an hour; its card's timestamp."""
    in_doubt(office, Kind.UNCLEAR)
    return offered(office, Act.RESOLVE)


@BOTH
def test_an_approver_resolves_by_hand(office: Office, unresolved: str) -> None:
    """The form says what to look for; what it cannot mean is said under its field; with an order_id
    the payout counts as sent."""
    office.slack.click(DANA.id, PAYOUTS.id, unresolved, Act.RESOLVE)
    view = office.form(DANA)
    sought = words(view.content["blocks"])
    assert office.payout().reference in sought
    assert ADDRESS in sought
    none = office.slack.submit(DANA.id, view.id, {"finding": "shown", "order_id": ""})
    assert "Copy the order_id" in none.errors["order_id"]
    both = office.slack.submit(DANA.id, view.id, {"finding": "not_shown", "order_id": "2023"})
    assert "Leave this empty" in both.errors["order_id"]
    with office.bot.ledger.change() as change:
        other = change.record(None, request(number=2), "test", None)
        for kind in (Kind.APPROVED, Kind.CLAIMED, Kind.SENT):
            other = change.record(other, happening(other, kind), "test", None)
    copied = {"finding": "shown", "order_id": str(other.order_id)}
    elses = office.slack.submit(DANA.id, view.id, copied)
    assert "This is the order of payout 2." in elses.errors["order_id"]
    done = office.slack.submit(DANA.id, view.id, {"finding": "shown", "order_id": "2023"})
    assert (done.error, done.errors, done.action) == (None, {}, None)
    payout = office.payout()
    assert (payout.state, payout.order_id) == (State.SENT, "2023")


@BOTH
@pytest.mark.parametrize("ended", ["settled", "failed"])
def test_an_approver_says_how_it_ended(office: Office, ended: str) -> None:
    """Of a payout that CCPayment took, and of which look-ups do not tell what became, the form asks
    how it ended, and names its order; nothing chosen is said under the field."""
    in_doubt(office, Kind.SENT, Kind.UNCLEAR)
    card = offered(office, Act.RESOLVE)
    office.slack.click(DANA.id, PAYOUTS.id, card, Act.RESOLVE)
    view = office.form(DANA)
    assert str(office.payout().order_id) in words(view.content["blocks"])
    done = office.slack.submit(DANA.id, view.id, {"finding": ended})
    assert (done.error, done.errors, done.action) == (None, {}, None)
    payout = office.payout()
    assert payout.state.value == ended
    assert payout.closer is not None
    assert payout.closer.id == DANA.id


def test_what_the_dashboard_does_not_show_ends_it(office: Office, unresolved: str) -> None:
    """Without an order the payout is failed, and says by whom."""
    office.slack.click(ELI.id, PAYOUTS.id, unresolved, Act.RESOLVE)
    values = {"finding": "not_shown", "order_id": ""}
    office.slack.submit(ELI.id, office.form(ELI).id, values)
    payout = office.payout()
    assert payout.state is State.FAILED
    assert payout.closer is not None
    assert payout.closer.id == ELI.id


def test_nobody_else_is_asked_what_the_dashboard_shows(office: Office, unresolved: str) -> None:
    """Who may not resolve gets a no instead of the form."""
    for user in (NOA, RITA):
        since = len(office.slack.private(user.id))
        office.slack.click(user.id, PAYOUTS.id, unresolved, Act.RESOLVE)
        assert f"<@{DANA.id}> or <@{ELI.id}>" in office.told(user, since).text
        assert office.slack.open_views(user.id) == ()


def test_a_form_that_somebody_else_was_faster_with(office: Office, unresolved: str) -> None:
    """Who resolves what is resolved already reads that in the form's place."""
    for user in (DANA, ELI):
        office.slack.click(user.id, PAYOUTS.id, unresolved, Act.RESOLVE)
    values = {"finding": "not_shown", "order_id": ""}
    office.slack.submit(DANA.id, office.form(DANA).id, values)
    answer = office.slack.submit(ELI.id, office.form(ELI).id, values)
    assert answer.action == "update"
    assert "Nothing is left to decide" in words(office.form(ELI).content["blocks"])


def says_frozen(office: Office) -> bool:
    """What the health check says of sending."""
    return bool(httpx.get(f"{office.slack.bot_url}/healthz").json()["frozen"])


def test_approvers_freeze_and_unfreeze(office: Office) -> None:
    """An approver stops all sending by a command and reads what is on its way; two let it go on,
    and channel and health check tell both."""
    in_doubt(office)
    stopped = office.ask(DANA, "Freeze: a laptop was stolen").text
    frozen = 'Sending is frozen: Dana froze it: "a laptop was stolen". Nothing more goes out'
    assert stopped.startswith(frozen)
    assert "payout 1 (250 USDT, in doubt since" in stopped
    assert "/payout unfreeze" in stopped
    office.slack.wait_until(lambda: says_frozen(office))
    agreed = office.ask(ELI, "unfreeze").text
    assert "1 more approver must agree: `/payout unfreeze`" in agreed
    assert office.ask(DANA, "unfreeze").text == "Sending goes on."
    assert office.ask(DANA, "unfreeze").text == "Sending is not frozen."

    def announced() -> bool:
        texts = " ".join(message.text for message in office.slack.messages(PAYOUTS.id))
        told = ("Sending is frozen.", '"a laptop was stolen"', "agrees that", "Sending goes on.")
        return all(part in texts for part in told)

    office.slack.wait_until(announced)
    office.slack.wait_until(lambda: not says_frozen(office))


@pytest.mark.parametrize("user", [RITA, NOA, GUEST, MAX])
@pytest.mark.parametrize("command", ["freeze", "unfreeze"])
def test_nobody_else_freezes(office: Office, user: User, command: str) -> None:
    """Everybody else is told who can, on record."""
    answer = office.ask(user, command).text
    assert answer == f"Only <@{DANA.id}> or <@{ELI.id}> can {command} sending."
    assert [(who, doing) for who, doing, _ in office.refusals()] == [(user.id, command)]
    with office.bot.ledger.reading() as reading:
        assert reading.frozen() is None


def test_a_replayed_freeze_is_nothing(office: Office) -> None:
    """The same signed command, sent again after sending went on, stops nothing."""
    sent = office.ask(DANA, "freeze").sent
    assert sent
    for user in (DANA, ELI):
        office.ask(user, "unfreeze")
    assert "This command was handled before." in office.slack.replay(sent).text
    with office.bot.ledger.reading() as reading:
        assert reading.frozen() is None


# What does not answer.


def test_a_silent_gateway_decides_nothing(office: Office) -> None:
    """Where CCPayment does not tell its balance in time, nothing is approved, and that is said."""
    office.ask()
    office.gate.close("/assets")
    assert office.press(DANA, Act.APPROVE).error is None
    sentence = "CCPayment did not answer in time. Nothing was decided; press again."
    assert office.told(DANA).text == sentence
    assert office.payout().approvals == ()
    assert office.refusals() == [(DANA.id, "approve", sentence)]


def test_a_silent_gateway_makes_nothing(office: Office) -> None:
    """Where CCPayment does not say in time who a Cwallet user is, no payout is made; the form
    stays as it was filled."""
    office.ask(text="list")
    office.gate.close("/check/user")
    answer = office.fill(way='["cwallet","USDT",null]', destination="9558861")
    assert answer.errors == {
        "reason": "CCPayment did not answer in time. No payout was made; try again."
    }
    assert office.count() == 0


@pytest.fixture
def silence(office: Office) -> Office:
    """A payout was made; then CCPayment says nothing, for so long that its coins are no news."""
    office.ask()
    office.card()
    office.gate.close("")
    office.clock.at += timedelta(minutes=61)
    return office


def test_what_is_only_shown_waits_for_no_gateway(silence: Office) -> None:
    """While CCPayment is silent for hours, people look at payouts in time, in its own names."""
    shown = silence.ask(text="show 1")
    assert shown.error is None
    assert shown.text.startswith(f"Payout 1: 250 USDT on {NETWORK['v1']}")
    assert "lnbc" in silence.ask(text="help").text


def test_a_form_about_a_payout_waits_for_no_gateway(silence: Office) -> None:
    """While CCPayment is silent for hours, the form that approves with a comment opens."""
    carried = ButtonValue(1, silence.payout().digest, Act.COMMENT)
    assert silence.press(DANA, Act.MORE, carried.text()).error is None
    assert NETWORK["v1"] in words(silence.form(DANA).content["blocks"])


@pytest.mark.parametrize("fault", [Fault(hangs=True), Fault(error="internal_error")])
def test_nobody_unknown_decides(office: Office, fault: Fault) -> None:
    """Where Slack does not say who somebody is, they are refused, not believed."""
    office.ask()
    office.card()
    office.slack.fail("users.info", fault)
    assert office.press(DANA, Act.APPROVE).error is None
    office.slack.calm()
    sentence = "Slack did not say who you are. Nothing was decided; press again."
    assert office.told(DANA).text == sentence
    assert office.payout().approvals == ()


def test_a_form_outlives_a_slack_that_does_not_answer(office: Office) -> None:
    """Where Slack does not say who somebody is, the form that they filled stays, says so, and can
    be submitted again: one that asks, one that approves, and one that rejects."""
    unknown, nobody = Fault(error="internal_error"), "Slack did not say who you are. "
    office.ask(text="")
    office.slack.fail("users.info", unknown)
    assert office.submit(RITA, FORM).errors == {"reason": f"{nobody}Nothing was done; try again."}
    assert office.submit(RITA, FORM).errors == {}
    carried = ButtonValue(1, office.payout().digest, Act.COMMENT)
    office.press(DANA, Act.MORE, carried.text())
    office.press(ELI, Act.REJECT)
    said = {"reason": "Already paid in October."}
    for user in (DANA, ELI):
        office.slack.fail("users.info", unknown)
        again = f"{nobody}Nothing was decided; press again."
        assert office.submit(user, said).errors == {"reason": again}
    assert office.submit(ELI, said).errors == {}
    assert office.payout().state is State.REJECTED


def test_an_answer_that_hangs_holds_up_nobody(office: Office) -> None:
    """Where Slack leaves one private answer hanging, the next person's follows in time."""
    office.ask()
    office.card()
    office.slack.fail("chat.postEphemeral", Fault(hangs=True))
    for user in (NOA, RITA):
        office.press(user, Act.REJECT)
    assert "you cannot reject it" in office.told(RITA, since=1).text
    office.slack.calm()


def test_a_form_that_does_not_open_is_told(office: Office) -> None:
    """Where Slack opens no form, the person hears it instead of waiting for one."""
    office.slack.fail("views.open", Fault(error="internal_error"))
    answer = office.ask(text="")
    assert answer.text == "Slack gave no usable answer. The form did not open; try again."


@pytest.mark.parametrize("api", ["v2"])
def test_that_the_account_signs_is_on_record(office: Office) -> None:
    """Where CCPayment does not sign, v2 works as documented, and nothing is on record; once it
    was seen to sign, the ledger knows it, and after a restart too an unsigned answer is none."""
    office.ask()
    with office.bot.ledger.reading() as reading:
        assert not reading.signs()
    office.ccpayment.knobs = replace(office.ccpayment.knobs, signs=True)
    office.bot.gateway.balance("USDT")
    with office.bot.ledger.reading() as reading:
        assert reading.signs()
        assert [line.kind for line in reading.lines("ledger", 0)].count(Note.SIGNS) == 1
    office.ccpayment.knobs = replace(office.ccpayment.knobs, signs=False)
    office.bot.close()
    office.bot = wire(office.settings, clock=office.clock, transport=loopback)
    with pytest.raises(GatewayTrouble):
        office.bot.gateway.balance("USDT")


def listed_anew(office: Office, *, prices: bool = True, noes: bool = True) -> None:
    """CCPayment is another one, and the list of coins from before is too old to be used."""
    typeahead(office)
    office.ccpayment.knobs = replace(office.ccpayment.knobs, prices=prices, noes=noes)
    office.clock.at += timedelta(minutes=61)


@pytest.mark.parametrize("api", ["v2"])
def test_a_list_of_coins_without_prices_is_priced(office: Office) -> None:
    """Where v2's list of coins has no prices, they are asked for: a payout has its value, and with
    it its tier and its limits."""
    listed_anew(office, prices=False)
    assert "is recorded" in office.ask().text
    assert office.payout().value == 250_000_000
    assert office.payout().priced_at is not None


@pytest.mark.parametrize("api", ["v2"])
def test_a_network_that_is_left_out_is_told(office: Office) -> None:
    """Where v2 leaves out flags that may mean no, whoever asks for such a coin reads that it is
    listed, and who can see what is missing."""
    listed_anew(office, noes=False)
    said = office.ask().text
    assert "CCPayment does not say all that must be known to pay USDT." in said
    assert "Whoever runs Countersign finds in the log what is missing." in said


# What cannot work.


TOO_LITTLE = f"0.5 USDT on TRX to {ADDRESS} for Refund 88"
NOTHING_LEFT = (
    "The network fee is 1.5 USDT now. Taken from 0.5 USDT, nothing is left for the payee."
    " Ask for more, or say that we pay the fee."
)


def fee_of_trx(office: Office, fee: str) -> None:
    """What USDT on TRX costs from now on."""
    book = office.ccpayment.book
    usdt = book.catalogue.coin("USDT")
    tokens = (
        replace(token, fee=Decimal(fee)) if token.chain == "TRX" else token for token in usdt.tokens
    )
    book.catalogue = book.catalogue.with_coin(replace(usdt, tokens=tuple(tokens)))


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_what_the_fee_would_take_is_not_asked_for(office: Office) -> None:
    """0.5 USDT with a fee of 1.5 taken from the amount is refused when it is asked for, by command
    and in the form, with an example that works; where we pay the fee it is made."""
    said = office.ask(text=TOO_LITTLE).text
    assert said.startswith(NOTHING_LEFT)
    assert "0.5 USDT on TRX" in said
    assert "we pay the fee" in said
    assert office.fill(amount="0.5").errors == {"amount": NOTHING_LEFT}
    assert office.count() == 0
    assert office.refusals() == [(RITA.id, "request", NOTHING_LEFT)] * 2
    assert "is recorded" in office.ask(text=TOO_LITTLE.replace(" for", " we pay the fee for")).text


def test_a_fee_that_nobody_tells_keeps_nobody_waiting(office: Office) -> None:
    """Where CCPayment does not tell the fee in time, the payout is recorded all the same. Once the
    card knows it, there is no button to approve it with."""
    office.gate.close("/network/fee")
    assert "is recorded" in office.ask(text=TOO_LITTLE).text
    office.gate.holds.clear()
    office.gate.opened.set()
    office.clock.at += timedelta(minutes=1)
    takes_all = "The network fee takes all of it."
    office.slack.wait_until(lambda: takes_all in words(office.card().blocks))
    assert Act.APPROVE.value not in json.dumps(office.card().blocks)
    assert Act.REJECT.value in json.dumps(office.card().blocks)


def test_no_button_approves_what_cannot_work(office: Office) -> None:
    """A fee that rose after the request is asked afresh at the approval, which is refused."""
    fee_of_trx(office, "0.1")
    office.ask(text=TOO_LITTLE)
    fee_of_trx(office, "1.5")
    office.card()
    office.press(DANA, Act.APPROVE)
    assert office.told(DANA).text == NOTHING_LEFT
    assert office.payout().approvals == ()


REFUSED = {
    "v1": '"invalid sign" (229013).',
    "v2": '"signature verification failed" (11005). The signature is wrong: check CCPAYMENT_APP_ID'
    " and CCPAYMENT_APP_SECRET.",
}
MUST_LOOK = "Whoever runs Countersign must look."


def typeahead(office: Office) -> list[str]:
    """What the typeahead of a new form shows."""
    office.ask(text="")
    options = office.slack.suggest(RITA.id, office.form(RITA).id, "way", "usdt")
    return [str(option["text"]["text"]) for option in options]


def plain(said: str) -> str:
    """What was said, with the marks that keep Slack from reading mark-up in it taken off."""
    return said.replace("ˍ", "_")


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_wrong_secret_is_told_as_a_refusal(tmp_path: Path, api: str) -> None:
    """With a wrong CCPAYMENT_APP_SECRET people read that CCPayment refuses, in its own words, and
    who must look: in the answer to a command, and in the typeahead."""
    with working(tmp_path, api, ccpayment_app_secret="another") as office:
        refused = f"CCPayment refused the request: {REFUSED[api]} {MUST_LOOK}"
        assert plain(no_to(office.ask())) == f"{refused} No payout was made."
        assert typeahead(office) == [f"CCPayment refused the request. {MUST_LOOK}"]
        assert office.slack.complaints == []


def test_a_form_tells_a_refusal_as_one(office: Office, api: str) -> None:
    """A form that is submitted when CCPayment has come to refuse says so, under a field."""
    typeahead(office)
    office.clock.at += timedelta(minutes=61)
    pretend = office.ccpayment
    pretend._wire = replace(pretend._wire, app_secret="another")
    answer = office.submit(RITA, {**FORM, "way": '["chain","USDT","TRX"]'})
    refused = f"CCPayment refused the request: {REFUSED[api]} {MUST_LOOK}"
    assert answer.errors == {"reason": f"{refused} No payout was made."}
    assert office.count() == 0


def test_the_wrong_api_is_told_as_a_refusal(tmp_path: Path) -> None:
    """With CCPAYMENT_API=v2 against an account of v1, people read which setting to change."""
    with canned() as server:
        server.say(200, {}, b'{"code": 11013, "msg": "v1 merchant"}')
        with working(tmp_path, "v2", ccpayment_url=server.url) as office:
            said = plain(no_to(office.ask()))
    assert said == (
        'CCPayment refused the request: "v1 merchant" (11013). This account belongs to API v1: set'
        f" CCPAYMENT_API=v1. {MUST_LOOK} No payout was made."
    )


def test_an_answer_that_is_not_understood_is_told_as_one(tmp_path: Path) -> None:
    """A page in front of CCPayment is neither silence nor a refusal."""
    with canned() as server:
        server.say(503, {}, b"<html>Service Unavailable</html>")
        with working(tmp_path, ccpayment_url=server.url) as office:
            said = no_to(office.ask())
            lines = typeahead(office)
    assert said == "CCPayment gave no usable answer. No payout was made; try again."
    assert lines == ["CCPayment gave no usable answer."]


def test_without_a_catalogue_no_way_is_offered(tmp_path: Path) -> None:
    """Where CCPayment cannot be reached, a request says so, and the typeahead offers that line
    alone; whoever submits it is asked to choose a way. None of it is an error."""
    with working(tmp_path, ccpayment_url="http://127.0.0.1:9") as office:
        said = no_to(office.ask())
        assert said == "CCPayment could not be reached. No payout was made; try again."
        assert typeahead(office) == ["CCPayment could not be reached."]
        answer = office.submit(RITA, {**FORM, "way": "none"})
        assert answer.errors == {"way": "Choose the coin and the way from the list."}
        assert office.slack.complaints == []


def test_a_dozen_people_wait_for_nobody(office: Office) -> None:
    """A dozen people ask at once, each request waits at CCPayment until all of them are there, and
    each is answered in time: one after the other, none would be."""
    office.ask(text="list")
    everybody = threading.Barrier(12)
    office.gate.holds["/check/user"] = lambda: everybody.wait(20)
    texts = [f"{number + 1} USDT to cwallet 9558861 for Bonus" for number in range(12)]
    with ThreadPoolExecutor(12) as people:
        answers = list(people.map(lambda text: office.ask(text=text), texts))
    assert [answer.error for answer in answers] == [None] * 12
    assert office.count() == 12


# What goes wrong, and what is not yet.


@pytest.fixture
def broken(office: Office) -> Office:
    """A payout was made; then somebody damaged the ledger."""
    office.ask()
    office.card()
    with closing(sqlite3.connect(office.settings.ledger_file)) as db, db:
        db.execute("ALTER TABLE payouts RENAME TO lost")
    db.close()
    return office


def reference(text: str) -> str:
    found = re.search(r"Something went wrong; reference `?([0-9a-f]{6})", text)
    assert found, text
    return found[1]


def test_what_breaks_has_a_reference(broken: Office, caplog: pytest.LogCaptureFixture) -> None:
    """Where something of ours breaks, the command, the click and the form are all answered with a
    reference; the log has it with the reason, and no secret."""
    caplog.set_level(logging.DEBUG)
    references = [reference(broken.ask(text="list").text)]
    assert broken.press(DANA, Act.APPROVE).error is None
    references.append(reference(broken.told(DANA).text))
    answer = broken.fill(amount="5")
    assert (answer.error, answer.action) == (None, "update")
    references.append(reference(words(broken.form(RITA).content["blocks"])))
    for each in references:
        assert f"reference {each}" in caplog.text
    assert "no such table" in caplog.text
    for secret in (broken.slack.token, broken.slack.signing_secret, APP_SECRET):
        assert secret not in caplog.text


def test_who_waits_for_another_process_says_so(tmp_path: Path) -> None:
    """While another process serves the ledger, this one answers and does nothing."""
    with (tmp_path / "payouts.db.serving").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with working(tmp_path) as office:
            assert httpx.get(f"{office.slack.bot_url}/healthz").json() == {"status": "starting"}
            starting = "Countersign is starting. Nothing was done; try again in a moment."
            assert no_to(office.ask()) == starting
            client = WebClient(TOKEN, f"{office.slack.address}/api/")
            press = button(Act.APPROVE, "Approve payout", ButtonValue(1, "0" * 64).text())
            client.chat_postMessage(channel=PAYOUTS.id, text="Old card", blocks=[actions(press)])
            office.press(DANA, Act.APPROVE)
            assert office.told(DANA).text == starting
            assert office.count() == 0
            fcntl.flock(lock, fcntl.LOCK_UN)
            office.slack.wait_until(
                lambda: (
                    httpx.get(f"{office.slack.bot_url}/healthz").json()
                    == {"status": "serving", "frozen": False}
                )
            )
            assert office.ask().text.startswith("Payout 1 is recorded")
