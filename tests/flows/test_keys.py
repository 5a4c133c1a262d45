"""A private key that somebody pastes: what they read, and that it is nowhere else afterwards."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from approvals.payout import State
from bot.buttons import Act, ButtonValue
from sandbox.slack.cast import DANA, PAYOUTS, PEOPLE, RITA
from tests.flows.test_listeners import FORM, Office, working
from tests.pure.test_keys import HEX_KEY, KEY_TEXT, phrase

pytest_plugins = ["tests.stage"]

APIS = ("v1", "v2")
PHRASE = phrase(12)
TOLD = "so it is kept nowhere here. Move that money to a new wallet. Ask the payee for an address."


@pytest.fixture
def desk(tmp_path: Path, api: str, caplog: pytest.LogCaptureFixture) -> Iterator[Office]:
    """An office in which everything is logged that can be; afterwards, nothing holds the key."""
    caplog.set_level(logging.DEBUG)
    with working(tmp_path, api, log_level="DEBUG") as office:
        yield office
        everything = "\n".join(_everything(office, tmp_path, caplog))
    for key in (KEY_TEXT, HEX_KEY, PHRASE):
        assert key not in everything
        assert key[2:30] not in everything
        assert "".join(key.split()) not in everything


def _everything(office: Office, folder: Path, caplog: pytest.LogCaptureFixture) -> Iterator[str]:
    """What is on the disk, in the log, in Slack, and what CCPayment was sent; of the log, all but
    what the pretended Slack's own client writes of what it sends."""
    yield from (path.read_bytes().decode("latin-1") for path in folder.glob("payouts.db*"))
    senders = ("httpx", "httpcore")
    yield from (one.getMessage() for one in caplog.records if not one.name.startswith(senders))
    yield from (one.exc_text or "" for one in caplog.records)
    yield from (repr(office.slack.private(user.id)) for user in PEOPLE)
    yield repr(office.slack.messages(PAYOUTS.id))
    yield repr(office.ccpayment.received)


@pytest.mark.parametrize(
    "text",
    [
        f"1.1 DASH to {KEY_TEXT} for Rent",
        f"1,1 USDT on TRX to {KEY_TEXT} for Rent",
        f"1.1 ETH on ETH to {HEX_KEY} for Rent",
        f"1.1 ETH on ETH to 0x{HEX_KEY}, for Rent",
        f"10 USDT to cwallet {KEY_TEXT} for Rent",
        f"10 SATS to invoice {KEY_TEXT} for Rent",
        f"5 XRP to rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH memo {KEY_TEXT} for Rent",
        f"250 USDT on TRX to TJRabPrwbZy45sbavfcjinPJC18kjpRTv8 for {KEY_TEXT}",
        f"250 USDT on TRX to {PHRASE} for Rent",
        PHRASE,
        KEY_TEXT,
        f"show {KEY_TEXT}",
    ],
)
def test_a_key_in_a_command_is_kept_nowhere(desk: Office, text: str) -> None:
    """Whoever pastes a key into a command reads that it is one; the refusal is on record without
    it, and it is in no message, no log, no file, and was not sent to CCPayment."""
    answer = desk.ask(text=text)
    assert TOLD in answer.text
    assert "You typed" not in answer.text
    assert desk.count() == 0
    ((who, doing, told),) = desk.refusals()
    assert (who, doing, TOLD in told) == (RITA.id, "request", True)


def test_a_key_in_a_freeze_is_kept_nowhere(desk: Office) -> None:
    """It freezes, whatever is said besides; of the reason people read that it held a key."""
    answer = desk.ask(DANA, text=f"freeze {KEY_TEXT} was published")
    assert "Sending is frozen" in answer.text
    assert "what was said held a private key, which is not kept" in answer.text


@pytest.mark.parametrize("field", ["amount", "destination", "memo", "reason"])
def test_a_key_in_a_form_is_kept_nowhere(desk: Office, field: str) -> None:
    """In the form the sentence stands under the field."""
    desk.ask(text="")
    errors = desk.submit(RITA, FORM | {field: KEY_TEXT}).errors
    assert errors is not None
    assert TOLD in errors[field]
    assert desk.count() == 0
    ((_, doing, told),) = desk.refusals()
    assert (doing, TOLD in told) == ("request", True)


@pytest.mark.parametrize("act", [Act.REJECT, Act.COMMENT])
def test_a_key_in_a_decision_is_kept_nowhere(desk: Office, act: Act) -> None:
    """A key in the reason of a rejection, or in a comment, goes no further either."""
    desk.ask()
    carried = ButtonValue(1, desk.payout().digest, Act.COMMENT)
    desk.press(DANA, act, option=carried.text() if act is Act.COMMENT else None)
    errors = desk.submit(DANA, {"reason": KEY_TEXT}).errors
    assert errors is not None
    assert TOLD in errors["reason"]
    assert desk.payout().state is State.REQUESTED
