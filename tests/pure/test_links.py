"""Payment links: named as such, with the command that says what they hold, and never silently."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from approvals.asking import Unfit, Wanted, read_ask
from approvals.catalogue import Catalogue, Coin, Status, Token
from approvals.content import FeePayer
from approvals.destination import Kind, read_invoice, read_link
from approvals.errors import Unreadable
from bot.parsing import Misread, Request, misread, read_command

NOW = datetime(2026, 11, 22, 10, 3, tzinfo=UTC)
EVM = "0x52908400098527886E0F7030069857D2E4169EE7"
SEGWIT = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
TRX = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"
XRP = "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH"
XLM = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ"
TON = "UQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqEBI"
SOL = "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV"
DASH = "XoJA8qE3N2Y3jMLEtZ3vcN42qseZ8LvFf5"
BCH = "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"
KASPA = "kaspa:qpauqsvk7yf9unexwmxsnmg547mhyga37csh0kj53q6xxgl24ydxjsgzthw5j"
USDT_ON_ETH = "0xdAC17F958D2ee523a2206206994597C13D831ec7"
INVOICE = (
    "lnbc2500u1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqq"
    "syqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpu9qrsgquk0rl77nj30yxdy8j9vdx85fkpmd"
    "la2087ne0xh8nhedh8w27kyke0lp53ut353s06fv3qfegext0eh0ymjpf39tuven09sam30g4vgpfna3rh"
)
IN_TIME = read_invoice(INVOICE).expires - timedelta(hours=1)


def coin(symbol: str, *chains: str, memo: bool = False, contract: str = "") -> Coin:
    tokens = tuple(
        Token(
            *(f"{symbol}-{chain}", symbol, chain, chain, contract if chain == "ETH" else ""),
            *(memo, 9, None, None, Status.USABLE),
        )
        for chain in chains or (symbol,)
    )
    return Coin(symbol, symbol, symbol, Decimal(1), Status.USABLE, tokens)


CATALOGUE = Catalogue(
    (
        coin("USDT", "TRX", "ETH", "BSC", contract=USDT_ON_ETH),
        coin("ETH", "ETH", "BASE"),
        coin("BNB", "BSC"),
        coin("SATS", "LIGHTNING"),
        *map(coin, ("BTC", "BCH", "DASH", "KAS", "SOL", "TRX")),
        *(coin(symbol, memo=True) for symbol in ("XRP", "XLM", "TON")),
    ),
    NOW,
)


def answer(text: str) -> Misread:
    """What comes of a command with a link in it: never a payout."""
    command = read_command(f"{text} for Rent")
    assert isinstance(command, Request)
    with pytest.raises(Unreadable) as no:
        read_ask(command.wanted, CATALOGUE, IN_TIME, FeePayer.PAYEE)
    assert no.value.field == "destination"
    return misread(text, command.wanted, no.value)


LINK = "This is a payment link, and not an address alone."
HOLD = "Compare what it holds with the invoice, and write it as a command."


@pytest.mark.parametrize(
    ("text", "differs", "command"),
    [
        # What the link holds is what was typed, or fills what was left out.
        (f"1 ETH to ethereum:{EVM}@1", "", f"1 ETH on ETH to {EVM}"),
        (f"1 ETH on ETH to ethereum:pay-{EVM}@1", "", f"1 ETH on ETH to {EVM}"),
        (f"1 ETH to eth:{EVM}", "", f"1 ETH on ETH to {EVM}"),
        (f"1 ETH to base:{EVM}", "", f"1 ETH on BASE to {EVM}"),
        (f"1 BNB to ethereum:{EVM}@56", "", f"1 BNB to {EVM}"),
        (f"0.001 BTC to bitcoin:{SEGWIT}?amount=0.001", "", f"0.001 BTC to {SEGWIT}"),
        (
            f"0.001 BTC to BITCOIN:{SEGWIT.upper()}?AMOUNT=0.001&amp;LABEL=ACME",
            "",
            f"0.001 BTC to {SEGWIT.upper()}",
        ),
        (f"1 BTC to <bitcoin:{SEGWIT}?amount=1.0>", "", f"1 BTC to {SEGWIT}"),
        (f"1 TON to ton://transfer/{TON}?amount=1000000000 no memo", "", f"1 TON to {TON} no memo"),
        (f"1 DASH to dash:{DASH}", "", f"1 DASH to {DASH}"),
        (f"5 KAS to {KASPA}?amount=5&amp;label=Acme", "", f"5 KAS to {KASPA}"),
        (f"1 BCH to {BCH}?amount=1", "", f"1 BCH to {BCH}"),
        (f"1 SOL to solana:{SOL}?amount=1&amp;label=Acme", "", f"1 SOL to {SOL}"),
        (f"1 TRX to tron:{TRX}", "", f"1 TRX to {TRX}"),
        (f"1 USDT to ethereum:{EVM}@1", "", f"1 USDT on ETH to {EVM}"),
        (
            f"5 USDT on ETH to ethereum:{USDT_ON_ETH}@1/transfer?address={EVM}&amp;uint256=5e6",
            "It holds an amount too.",
            f"5 USDT on ETH to {EVM}",
        ),
        (f"5 XRP to {XRP}?dt=23", "", ""),
        (f"5 XRP to {XRP}?dt=23 memo 23", "", f"5 XRP to {XRP} memo 23"),
        (f"1 ETH on ETH to https://etherscan.io/address/{EVM}", "", f"1 ETH on ETH to {EVM}"),
        # It says otherwise.
        (
            f"0.5 DASH to dash:{DASH}?amount=0.9",
            'It says "0.9 DASH", but you wrote "0.5 DASH".',
            f"0.9 DASH to {DASH}",
        ),
        (
            f"0.5 DASH to {DASH}?amount=0.9",
            "It holds an amount too.",
            f"0.5 DASH to {DASH}",
        ),
        (
            f"1 ETH on BASE to ethereum:{EVM}@1?value=2e18",
            'It is for ETH, but you wrote "on BASE". It says "2 ETH", but you wrote "1 ETH".',
            f"2 ETH on ETH to {EVM}",
        ),
        (
            f"250 USDT on TRX to ethereum:{EVM}",
            'It is for ETH, but you wrote "on TRX".',
            f"250 USDT on ETH to {EVM}",
        ),
        (
            f"250 USDT on ETH to ethereum:{EVM}?value=1e18",
            'It says "1 ETH", but you wrote "250 USDT".',
            f"250 USDT on ETH to {EVM}",
        ),
        (
            f"5 USDT on ETH to ethereum:{EVM}@1/transfer?address={EVM}&amp;uint256=5e6",
            f"It asks for the coin with the contract {EVM}, not for USDT.",
            "",
        ),
        (
            f"5 XRP to {XRP}?dt=23 memo 24",
            'It says memo "23", but you wrote "24".',
            f"5 XRP to {XRP} memo 23",
        ),
        (
            f"5 XRP to {XRP}?dt=23 no memo",
            'It says memo "23", but you wrote "no memo".',
            f"5 XRP to {XRP} memo 23",
        ),
        (
            f"5 XLM to web+stellar:pay?destination={XLM}&amp;amount=5&amp;memo=skdjfasf",
            'It says memo "skdjfasf", but you wrote none.',
            f"5 XLM to {XLM} memo skdjfasf",
        ),
        (
            f"1 TON to ton://transfer/{TON}?amount=2500000000&amp;text=Order%207",
            'It says "2.5 TON", but you wrote "1 TON". It says memo "Order 7", but you wrote none.',
            f"2.5 TON to {TON} memo Order 7",
        ),
        # Unified QR codes hold two ways to pay.
        (
            f"1 BTC to bitcoin:{SEGWIT}?amount=1&amp;lightning={INVOICE}",
            "",
            f"1 BTC to {SEGWIT}",
        ),
        (
            f"250000 SATS to bitcoin:{SEGWIT}?lightning={INVOICE}",
            "",
            f"250000 SATS to invoice {INVOICE}",
        ),
        (f"250000 SATS to lightning:{INVOICE}", "", f"250000 SATS to invoice {INVOICE}"),
        (
            f"250000 SATS to invoice bitcoin:{SEGWIT}?lightning={INVOICE}",
            "",
            f"250000 SATS to invoice {INVOICE}",
        ),
    ],
)
def test_a_payment_link_is_shown_as_the_command_that_it_is(
    text: str, differs: str, command: str
) -> None:
    """It is called what it is; what in it is not as it was typed is said; and the example is the
    command with what it holds, which can be read."""
    no = answer(text)
    assert no.sentence.startswith(LINK)
    assert no.sentence.endswith(HOLD)
    assert differs in no.sentence
    if command:
        assert no.sentence == " ".join(filter(None, (LINK, differs, HOLD)))
        assert no.example == f"{command} for Rent"
        again = read_command(no.example)
        assert isinstance(again, Request)
        read_ask(again.wanted, CATALOGUE, IN_TIME, FeePayer.PAYEE)


def test_an_invoice_in_place_of_an_address_is_offered_as_one() -> None:
    """Whoever pays SATS to an invoice as if it were an address gets the command with it."""
    command = read_command(f"250000 SATS to {INVOICE} for Rent")
    assert isinstance(command, Request)
    no = refusal(command.wanted)
    assert isinstance(no, Unfit)
    assert no.sentence == 'SATS goes out by Lightning invoice: write "to invoice …".'
    assert refusal(no.better) is None
    assert refusal(replace(command.wanted, destination=INVOICE[:-1])) is not None


def test_a_form_offers_nothing_but_says_the_same() -> None:
    """A form names the link too."""
    wanted = Wanted("1", "ETH", "ETH", Kind.CHAIN, f"ethereum:{EVM}@1", None, None, "Rent")
    with pytest.raises(Unfit) as no:
        read_ask(wanted, CATALOGUE, NOW, FeePayer.PAYEE)
    assert (no.value.field, no.value.sentence) == ("destination", f"{LINK} {HOLD}")
    assert no.value.better == replace(wanted, destination=EVM)


@pytest.mark.parametrize(
    "text",
    [
        "1 ETH on ETH to ethereum:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD@1",
        "1 BTC to bitcoin:?amount=1",
        f"1 ETH on ETH to ethereum:{USDT_ON_ETH}@1",
        f"1 BTC to bitcoin:{TRX}?amount=1",
        "1 XRP to https://xrpl.example/pay?x=1 no memo",
    ],
)
def test_no_link_with_a_bad_address_is_offered(text: str) -> None:
    """A link whose address is none, damaged, or a contract, is named, and its address is left open
    in the example."""
    no = answer(text)
    assert no.sentence.startswith(LINK)
    assert " to ADDRESS " in no.example


@pytest.mark.parametrize("text", [BCH, KASPA, TRX, EVM, TON, "ana@example.com", "0.0.800", "a:b"])
def test_an_address_is_no_link(text: str) -> None:
    """A prefix that belongs to an address makes no link of it."""
    assert read_link(text) is None


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("bitcoin:X?amount=1e400", {"amount": None, "unread": True}),
        ("bitcoin:X?amount=-1", {"amount": None, "unread": True}),
        ("bitcoin:X?amount=NaN", {"amount": None, "unread": True}),
        ("bitcoin:X?amount=1,5", {"amount": None, "unread": True}),
        ("bitcoin:X?amount=", {"amount": None, "unread": False}),
        ("bitcoin:X?=1&&&amount", {"amount": None, "unread": False}),
        ("ripple:X?dt=%32%33", {"memo": "23"}),
        ("ripple:X?dt=%zz", {"memo": "%zz"}),
        ("ripple:X?memo=%ff", {"memo": "\ufffd"}),
    ],
)
def test_odd_parameters_are_no_amounts(text: str, changes: dict[str, Any]) -> None:
    """What is no plain amount is not read as one, and said to be there."""
    link = read_link(text)
    assert link is not None
    for name, expected in changes.items():
        assert getattr(link, name) == expected


@given(st.text(max_size=60))
@example("ethereum:" + "/" * 3000)
@example("a" * 4000)
@example("bitcoin:" + "?" * 2900)
@example("bitcoin:x?" + "&a=%41" * 400)
@example("https://" + "/transfer" * 300)
@example("ethereum:0x" + "1" * 40 + "@" + "9" * 3000)
@example("ethereum:" + EVM + "@0x" + "f" * 10 + "?value=9e99")
def test_any_text_is_a_link_or_none(text: str) -> None:
    """Nothing that can be typed breaks the reading of links."""
    link = read_link(text)
    assert link is None or isinstance(link.address, str)


WORDS = st.sampled_from(
    [
        *(EVM, SEGWIT, TRX, XRP, XLM, TON, SOL, DASH, BCH, KASPA, USDT_ON_ETH, INVOICE),
        *(
            f"ethereum:{EVM}@1",
            f"bitcoin:{SEGWIT}?amount=2",
            f"{XRP}?dt=23",
            f"dash:{DASH}?amount=9",
        ),
        *(f"{DASH}, thanks", f"address {TRX}", f"{XRP}:12", f'"{DASH}"', "ana@example.com, 5", "x"),
        *("9558861", "lightning:lnbc1", "bitcoin:x", "https://example.com/a", "ton://transfer/x"),
    ]
)
NETWORKS = st.none() | st.sampled_from(["TRX", "ETH", "BSC", "XRP", "trc20", "BTC", "Mars"])
AMOUNTS = st.sampled_from(["1", "250000", "1,5", "$2", "0.0000000001", "", "1e3", "2.50"])
MEMOS = st.none() | st.sampled_from(["", "23", "#23", "tag 5", "x" * 130])
WISHES = st.builds(
    Wanted,
    amount=AMOUNTS,
    coin=st.sampled_from(["USDT", "XRP", "BTC", "SATS", "DASH", "KAS", "ETH", "USTD", "TON", ""]),
    network=NETWORKS,
    kind=st.sampled_from(Kind),
    destination=WORDS,
    memo=MEMOS,
    fee_payer=st.none(),
    reason=st.sampled_from(["Rent", "x", ""]),
)


def refusal(wanted: Wanted) -> Unreadable | None:
    try:
        read_ask(wanted, CATALOGUE, IN_TIME, FeePayer.PAYEE)
    except Unreadable as no:
        return no
    return None


@given(WISHES)
def test_what_is_proposed_is_not_refused_in_the_same_place(wanted: Wanted) -> None:
    """Whatever is offered instead of a wish is taken, refused for something else, or a gap that
    somebody fills."""
    no = refusal(wanted)
    if isinstance(no, Unfit) and getattr(no.better, no.field, None):
        again = refusal(no.better)
        assert again is None or again.field != no.field
