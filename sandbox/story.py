"""One payout from request to audit, told in the terminal while it really happens."""

import re
import textwrap
from collections.abc import Callable
from typing import Any

from approvals.audit import Broken
from approvals.ledger import Ledger
from approvals.ledger.reports import verify
from sandbox.ccpayment import PretendCCPayment
from sandbox.slack import Message, PretendSlack
from sandbox.slack.cast import DANA, PAYOUTS, PEOPLE, RITA

REQUEST = "250 USDT on TRX to TJRabPrwbZy45sbavfcjinPJC18kjpRTv8 for Invoice 1043"
FEE = r"network_fee [0-9.]+ [A-Z]+"
PATIENCE_SECONDS = 20
WIDTH = 96
ORDER = ("order_id", "amount", "coin", "chain", "status", "txid")


class Untold(Exception):
    """Something did not happen that the story is about."""


def tell(slack: PretendSlack, ccpayment: PretendCCPayment, ledger: Ledger) -> None:
    """Play the story and print it. Raises Untold where something does not happen."""
    storyteller = _Storyteller(slack, ccpayment, ledger)
    storyteller.ask()
    storyteller.refuse_the_requester()
    storyteller.approve()
    storyteller.send()
    storyteller.settle()
    storyteller.verify()


class _Storyteller:
    def __init__(self, slack: PretendSlack, ccpayment: PretendCCPayment, ledger: Ledger) -> None:
        self._slack = slack
        self._ccpayment = ccpayment
        self._ledger = ledger

    def ask(self) -> None:
        _title("Rita asks for a payout")
        _said("Rita", f"/payout {REQUEST}")
        answer = self._slack.command(RITA.id, REQUEST, PAYOUTS.id)
        self._must(answer.error is None, f"Slack showed an error: {answer.error}")
        _said("Countersign, to Rita alone", answer.text)
        self._until(lambda: self._slack.messages(PAYOUTS.id), "a card in #payouts")
        self._until(lambda: self._reply("asked for this"), "a reply in the thread")
        self._until(lambda: "network fee about" in self._card().text, "an estimate of the fee")
        _said("The card in #payouts", self._card().text)

    def refuse_the_requester(self) -> None:
        _title("Rita presses Approve on her own payout")
        before = len(self._slack.private(RITA.id))
        self._press(RITA.id)
        self._until(lambda: len(self._slack.private(RITA.id)) > before, "a private refusal")
        refusal = self._slack.private(RITA.id)[-1].text
        _said("Countersign, to Rita alone", refusal)
        self._must("cannot approve" in refusal, "the requester was not refused")
        self._must(not self._ccpayment.received, "something was sent without an approval")

    def approve(self) -> None:
        _title("Dana, a finance lead, approves")
        self._press(DANA.id)
        self._until(lambda: self._ccpayment.received, "a withdrawal at CCPayment")
        api = self._ccpayment.api
        _said(f"To CCPayment's API {api}, signed", self._ccpayment.received[0].body.decode())

    def send(self) -> None:
        _title("The thread has the answer")
        reply = self._until(lambda: self._reply("order_id"), "order_id")
        _said("Countersign, in the thread", reply)
        fee = self._until(lambda: self._reply(FEE), "network_fee")
        if fee != reply:
            _said("Countersign, a moment later", fee)

    def settle(self) -> None:
        _title("CCPayment settles it")
        reply = self._until(lambda: self._reply("Settled"), "the payout to settle")
        _said("Countersign, in the thread", reply)
        (order,) = self._ccpayment.snapshot()["orders"]
        _said("CCPayment's books", ", ".join(f"{name} {order[name]}" for name in ORDER))
        self._must(len(self._ccpayment.received) == 1, "more than one withdrawal was sent")
        self._must(not self._slack.complaints, "; ".join(self._slack.complaints))

    def verify(self) -> None:
        _title("An auditor checks the log")
        try:
            with self._ledger.reading() as reading:
                found = verify(reading)
        except Broken as broken:
            raise Untold(f"the audit log is broken: {broken}") from broken
        _said(
            "countersign audit verify",
            f"{found.lines} lines and {found.payouts} payout checked; all of them fit."
            f" Newest hash {found.head[:16]}…",
        )

    def _press(self, user: str) -> None:
        answer = self._slack.click(user, PAYOUTS.id, self._card().ts, "approve")
        self._must(answer.error is None, f"Slack showed an error: {answer.error}")

    def _card(self) -> Message:
        return self._slack.messages(PAYOUTS.id)[0]

    def _reply(self, words: str) -> str | None:
        thread = self._slack.thread(PAYOUTS.id, self._card().ts)
        return next((one.text for one in thread if re.search(words, one.text)), None)

    def _until(self, seen: Callable[[], Any], what: str) -> Any:
        try:
            self._slack.wait_until(lambda: bool(seen()), PATIENCE_SECONDS)
        except TimeoutError as late:
            raise Untold(f"{what} did not come within {PATIENCE_SECONDS} s ({late})") from late
        return seen()

    def _must(self, holds: bool, otherwise: str) -> None:
        if not holds:
            raise Untold(otherwise)


def _title(text: str) -> None:
    print(f"\n{text}\n{'─' * len(text)}")


def _said(who: str, text: str) -> None:
    print(f"{who}:")
    for line in _named(text).splitlines():
        print(textwrap.indent(textwrap.fill(line, WIDTH, break_long_words=False), "    "))


def _named(text: str) -> str:
    """Ids as Slack would show them: people and channels by their names."""
    for person in PEOPLE:
        text = text.replace(f"<@{person.id}>", f"@{person.real_name}")
    return text.replace(f"<#{PAYOUTS.id}>", f"#{PAYOUTS.name}")
