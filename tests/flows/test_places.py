"""Places that cannot be meant, where people meet them: in the command, in the form, and once more
before anything is sent."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from approvals.payout import State
from sandbox.ccpayment.catalogue import CATALOGUE, Catalogue
from sandbox.slack.cast import RITA
from tests.core import TRON, Program
from tests.flows.test_listeners import FORM, Office, working
from tests.pure.test_keys import KEY_TEXT

pytest_plugins = ["tests.stage"]

APIS = ("v1", "v2")
LOST = "not a payee: money sent there is lost. Ask the payee for their address."
OWN_ON_ETH = f"This is USDT's own contract on ETH, {LOST}"
OWN_ON_TRX = f"This is USDT's own contract on TRX, {LOST}"
ON_ETH = "0xdAC17F958D2ee523a2206206994597C13D831ec7"
ON_TRX = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"


@pytest.fixture
def desk(tmp_path: Path, api: str) -> Iterator[Office]:
    """An office whose bot does nothing that Slack would complain about."""
    with working(tmp_path, api) as office:
        yield office
        assert office.slack.complaints == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"250 USDT on ETH to {ON_ETH}", OWN_ON_ETH),
        (f"250 USDT on TRX to {ON_TRX}", OWN_ON_TRX),
        ("0.01 ETH on ETH to 0x000000000000000000000000000000000000dEaD", "This is a burn address"),
        (f"0.01 ETH on ETH to 0x{'0' * 39}1", "This is a contract of the network itself"),
        ("5 XRP to rrrrrrrrrrrrrrrrrrrrBZbvji no memo", "This is account one, a black hole"),
        ("0.1 SOL to 1nc1nerator11111111111111111111111111111111", "This is the incinerator"),
    ],
)
def test_no_command_pays_a_place_that_cannot_be_meant(desk: Office, text: str, said: str) -> None:
    """USDT's own contracts, burn addresses and black holes are refused at once, in a sentence that
    says what the address is; nothing is recorded."""
    answer = desk.ask(text=f"{text} for Invoice 1043")
    assert said in answer.text
    assert LOST in answer.text
    assert desk.count() == 0
    assert [told for _, _, told in desk.refusals() if said in told and LOST in told]


@pytest.mark.parametrize("api", ["v1"])
def test_no_form_pays_a_place_that_cannot_be_meant(desk: Office) -> None:
    """In the form the sentence stands under the address."""
    assert desk.fill(destination=ON_TRX).errors == {"destination": OWN_ON_TRX}
    assert desk.fill(destination=" ".join(ON_TRX)).errors == {"destination": OWN_ON_TRX}
    assert desk.submit(RITA, FORM).errors == {}


def listed_since(contract: str) -> Catalogue:
    """The catalogue with a contract that was not in it before."""
    trx = CATALOGUE.coin("TRX")
    return CATALOGUE.with_coin(replace(trx, tokens=(replace(trx.tokens[0], contract=contract),)))


def test_what_turned_out_to_be_a_contract_is_not_sent(program: Program) -> None:
    """A destination that the catalogue calls a contract since the approval ends the payout, with
    nothing sent."""
    program.approved()
    program.world.pretend.book.catalogue = listed_since(TRON)
    payout = program.work()
    assert (payout.state, program.world.sent, payout.left) == (State.FAILED, 0, False)
    assert payout.because == f"This is the contract of TRX on TRX, {LOST}"


def test_a_contract_of_another_address_stops_nothing(program: Program) -> None:
    """What the catalogue calls a contract elsewhere is no reason not to pay somebody."""
    program.approved()
    program.world.pretend.book.catalogue = listed_since(ON_TRX)
    assert program.work().state is State.SENT


def test_a_key_that_was_recorded_as_a_destination_is_not_sent(program: Program) -> None:
    """A payout of a release that took a private key for an address ends, with nothing sent."""
    asked = program.ask()
    key = replace(asked.destination, text=KEY_TEXT, normal=KEY_TEXT)
    program.approved(what=replace(asked, destination=key))
    payout = program.work()
    assert (payout.state, program.world.sent, payout.left) == (State.FAILED, 0, False)
    assert payout.because == "Its destination looks like a private key, and no address."
