"""What is wanted, held against the catalogue: every no is a sentence that says what to write."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.asking import Ask, Unfit, Wanted, read_ask, same_again, ways
from approvals.catalogue import Catalogue, Coin, Omitted, Status, Token
from approvals.content import Account, Content, FeePayer
from approvals.destination import Kind, read_invoice
from approvals.errors import Unreadable
from approvals.reasons import read_reason

NOW = datetime(2026, 11, 22, 10, 3, tzinfo=UTC)
TRX = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"
EVM = "0x52908400098527886E0F7030069857D2E4169EE7"
XRP = "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH"

USABLE, MAINTENANCE = Status.USABLE, Status.MAINTENANCE


def coin(symbol: str, *tokens: Token, **changes: Any) -> Coin:
    made = Coin(symbol, symbol, symbol, Decimal(1), USABLE, tokens)
    return replace(made, **changes)


def token(symbol: str, chain: str, network: str = "", **changes: Any) -> Token:
    name = network or chain
    made = Token(f"{symbol}-{chain}", symbol, chain, name, "", False, 6, None, None, USABLE)
    return replace(made, **changes)


CATALOGUE = Catalogue(
    (
        coin(
            "USDT",
            token("USDT", "TRX", "TRC20", minimum=Decimal(2), maximum=Decimal(1_000_000)),
            token("USDT", "ETH", "ERC20"),
            token("USDT", "BSC", "BEP20", precision=4),
            token("USDT", "SOL", "SPL", status=MAINTENANCE),
            name="Tether USD",
        ),
        coin("XRP", token("XRP", "XRP", memo=True)),
        coin("TON", token("TON", "TON", memo=True)),
        coin("SATS", token("SATS", "LIGHTNING", "Lightning", precision=0, minimum=Decimal(10))),
        coin("DOGE", token("DOGE", "DOGE"), status=MAINTENANCE),
        coin("LTC", token("LTC", "LTC"), status=Status.UNKNOWN),
        coin("BNB", token("BNB", "BSC", "BEP20", status=MAINTENANCE)),
        coin("USDC", token("USDC", "POLYGON"), token("USDC", "SOL", status=Status.UNKNOWN)),
        coin("AB", token("AB", "ETH")),
        coin("AB", token("AB", "BSC")),
        coin("OLD", *(token("OLD", f"C{n}") for n in range(20)), status=Status.DELISTING),
    ),
    NOW - timedelta(minutes=5),
)
WANTED = Wanted("250", "USDT", "TRX", Kind.CHAIN, TRX, None, None, "Invoice 1043")
FEW = "A reason has at least 3 letters or digits that people can see. Say more."
IN_XRP: dict[str, Any] = {"coin": "XRP", "network": "XRP", "destination": XRP}

# BOLT #11's own example: 2500 µBTC, "1 cup coffee", signed, 60 s of life.
INVOICE = (
    "lnbc2500u1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqq"
    "syqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpu9qrsgquk0rl77nj30yxdy8j9vdx85fkpmd"
    "la2087ne0xh8nhedh8w27kyke0lp53ut353s06fv3qfegext0eh0ymjpf39tuven09sam30g4vgpfna3rh"
)
DECODED = read_invoice(INVOICE)
BY_INVOICE: dict[str, Any] = {
    "amount": "250000",
    "coin": "SATS",
    "network": None,
    "kind": Kind.LIGHTNING,
    "destination": INVOICE,
}


def asked(now: datetime = NOW, **changes: Any) -> Ask:
    return read_ask(replace(WANTED, **changes), CATALOGUE, now, FeePayer.PAYEE)


def refused(now: datetime = NOW, **changes: Any) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        asked(now, **changes)
    return caught.value


def test_a_whole_wish_is_read() -> None:
    """A wish that names everything becomes an ask with token, destination and price time."""
    ask = asked()
    assert (ask.amount, ask.coin.symbol, ask.token.token_id) == (Decimal(250), "USDT", "USDT-TRX")
    assert (ask.destination.text, ask.destination.checked) == (TRX, True)
    assert (ask.memo, ask.fee_payer, ask.reason) == ("", FeePayer.PAYEE, "Invoice 1043")
    assert ask.priced_at == CATALOGUE.fetched_at


@pytest.mark.parametrize(
    ("network", "address", "chain"),
    [
        ("trc20", TRX, "TRX"),
        ("Tron", TRX, "TRX"),
        ("ERC20", EVM, "ETH"),
        ("ethereum", EVM, "ETH"),
        ("BEP20", EVM, "BSC"),
        ("bsc", EVM, "BSC"),
    ],
)
def test_networks_have_many_names(network: str, address: str, chain: str) -> None:
    """TRC20, BEP20, ERC20 and the like are understood as the gateway's chains."""
    assert asked(network=network, destination=address, coin="usdt").token.chain == chain


@pytest.mark.parametrize(
    ("network", "found"),
    [("ETH", "ETH"), ("Ethereum", "ETH"), ("BASE", "BASE"), ("BSC", "BSC"), ("Mainnet", None)],
)
def test_a_network_is_named_without_doubt(network: str, found: str | None) -> None:
    """CCPayment's own name of a network comes before what it calls another one in full, and a name
    that two networks share means neither of them."""
    made = coin(
        "X",
        token("X", "L2", "ETH"),
        token("X", "L3", "BASE"),
        token("X", "ETH", "Ethereum"),
        token("X", "BASE", "Mainnet"),
        token("X", "BSC", "Mainnet"),
    )
    on = made.on(network)
    assert (on.chain if on else None) == found


@pytest.mark.parametrize(("network", "found"), [("BNB", "BNB"), ("BSC", "BSC"), ("matic", "MATIC")])
def test_a_name_of_its_own_comes_before_what_people_mean(network: str, found: str) -> None:
    """Where CCPayment itself calls a network BNB, that is meant, and not BSC."""
    made = coin("X", token("X", "BSC", "a"), token("X", "BNB", "b"), token("X", "MATIC", "c"))
    on = made.on(network)
    assert on is not None
    assert on.chain == found


def test_a_single_network_needs_no_name() -> None:
    """A coin that goes out on one usable network needs none named, whatever else is closed."""
    assert asked(coin="USDC", network=None, destination=EVM).token.chain == "POLYGON"
    assert asked(**IN_XRP | {"network": None}, memo="").token.chain == "XRP"


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "2"},
        {"amount": "1000000"},
        {"amount": "0.000001", "network": "ETH", "destination": EVM},
        {"amount": "9000000", "network": "ETH", "destination": EVM},
        {"amount": "5.1234", "network": "BSC", "destination": EVM},
    ],
)
def test_each_network_has_its_own_limits(changes: dict[str, Any]) -> None:
    """Decimals, minimum and maximum are those of the network that is paid on, bounds included."""
    assert asked(**changes).amount == Decimal(changes["amount"])


@pytest.mark.parametrize("amount", ["0.000001", "9000000"])
def test_inside_cwallet_no_network_limits_anything(amount: str) -> None:
    """What moves inside CCPayment is on no network, so none of their limits holds, but those of
    the coin."""
    inside: dict[str, Any] = {"kind": Kind.CWALLET, "network": None, "destination": "9558861"}
    assert asked(**inside, amount=amount).amount == Decimal(amount)
    assert "USDT has 6 decimals" in refused(**inside, amount="0.0000001").sentence


def test_to_a_cwallet_user_the_gateway_s_own_minimum_holds() -> None:
    """What CCPayment would refuse for being too little is refused when it is asked for, with an
    example of what would do."""
    inside: dict[str, Any] = {"kind": Kind.CWALLET, "network": None, "destination": "9558861"}
    usdt = CATALOGUE.coin("USDT")
    assert usdt is not None
    listed = replace(CATALOGUE, coins=(replace(usdt, least=Decimal("0.5")),))
    with pytest.raises(Unfit) as no:
        read_ask(replace(WANTED, **inside, amount="0.1"), listed, NOW, FeePayer.PAYEE)
    sentence = "CCPayment pays out at least 0.5 USDT to a Cwallet user; 0.1 is less."
    assert (no.value.sentence, no.value.better.amount) == (sentence, "0.5")


def test_a_network_that_is_left_out_is_named() -> None:
    """Where CCPayment does not say all that must be known of a network, whoever asks for it, or for
    none, reads which it is and who can say why; so they do of a coin of which nothing is left."""
    left_out = (Omitted("USDT", "KAVA"), Omitted("DOT", ""))
    listed = replace(CATALOGUE, left_out=left_out)

    def said(**changes: Any) -> str:
        with pytest.raises(Unreadable) as no:
            read_ask(replace(WANTED, **changes), listed, NOW, FeePayer.PAYEE)
        return no.value.sentence

    missing = (
        " CCPayment does not say all that must be known to pay on KAVA."
        " Whoever runs Countersign finds in the log what is missing."
    )
    assert said(network="KAVA").endswith(missing)
    assert said(network=None).endswith(missing)
    assert said(coin="DOT") == (
        "CCPayment does not say all that must be known to pay DOT."
        " Whoever runs Countersign finds in the log what is missing."
    )
    assert "CCPayment pays out no coin called" in said(coin="NOCOIN")


def test_no_invoice_is_read_where_none_is_paid() -> None:
    """An account that pays no invoices says so, whatever else is wrong with the wish, and names no
    coin that it does not have."""
    without = replace(
        CATALOGUE, coins=tuple(one for one in CATALOGUE.coins if one.symbol != "SATS")
    )
    for changes in (BY_INVOICE, BY_INVOICE | {"coin": "USDT", "amount": "1,0"}):
        with pytest.raises(Unreadable) as no:
            read_ask(replace(WANTED, **changes), without, DECODED.expires, FeePayer.PAYEE)
        assert no.value.field == "destination"
        assert no.value.sentence == (
            "This CCPayment account cannot pay Lightning invoices."
            " Ask the payee for an address or a Cwallet ID."
        )


def test_a_printed_address_is_read_with_its_spaces() -> None:
    """An address may be copied from a card, where it stands in groups of four."""
    grouped = " ".join(TRX[i : i + 4] for i in range(0, len(TRX), 4))
    assert asked(destination=grouped).destination.text == TRX


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"coin": ""}, "coin", "Say in which coin, such as 250 USDT."),
        (
            {"coin": "USTD"},
            "coin",
            'CCPayment pays out no coin called "USTD". Did you mean USDT?',
        ),
        (
            {"coin": "tether usd"},
            "coin",
            'CCPayment pays out no coin called "tether usd". Did you mean USDT?',
        ),
        (
            {"coin": "QQQQ"},
            "coin",
            'CCPayment pays out no coin called "QQQQ". The form lists all coins.',
        ),
        (
            {"coin": "DOGE"},
            "coin",
            "DOGE is under maintenance at CCPayment. Try again later.",
        ),
        (
            {"coin": "LTC"},
            "coin",
            "CCPayment does not say that LTC works now. Try again later.",
        ),
        (
            {"coin": "BNB", "network": "BSC"},
            "coin",
            "Every network of BNB is under maintenance at CCPayment. Try again later.",
        ),
        ({"coin": "ab"}, "coin", "CCPayment lists 2 coins called AB. Pay in another coin."),
        (
            {"network": None},
            "network",
            "USDT goes out on several networks. Add one: on TRX, on ETH or on BSC.",
        ),
        (
            {"network": "LTC"},
            "network",
            'USDT does not go out on "LTC". Write on TRX, on ETH or on BSC.',
        ),
        (
            {"network": "SOL"},
            "network",
            (
                "USDT on SOL is under maintenance at CCPayment. "
                "Write on TRX, on ETH or on BSC, or try again later."
            ),
        ),
        (
            {"coin": "USDC", "network": "SOL"},
            "network",
            (
                "CCPayment does not say that USDC on SOL works now. "
                "Write on POLYGON, or try again later."
            ),
        ),
        ({"amount": "1,250"}, "amount", '"1,250" can mean two amounts. Write 1250 or 1.25.'),
        ({"amount": "$250"}, "amount", "Amounts are in the coin: write 250 USDT, not $250."),
        ({"amount": "5.1234567"}, "amount", "USDT has 6 decimals; 5.1234567 has 7."),
        ({"amount": "1.5"}, "amount", "CCPayment pays out at least 2 USDT on TRX; 1.5 is less."),
        (
            {"amount": "1000000.5"},
            "amount",
            "CCPayment pays out at most 1000000 USDT on TRX; 1000000.5 is more.",
        ),
        (
            {"amount": "5.12345", "network": "BSC", "destination": EVM},
            "amount",
            "USDT on BSC has 4 decimals; 5.12345 has 5.",
        ),
        ({"network": "ETH"}, "destination", 'This is a TRX address, but you wrote "on ETH".'),
        (
            {"destination": TRX[:-1] + "9"},
            "destination",
            (
                "This address has a typing error: its checksum does not fit. "
                "Copy it again from the payee."
            ),
        ),
        (
            {"destination": "9558861"},
            "destination",
            'This looks like a Cwallet user. Write "to cwallet …" to pay one.',
        ),
        (
            IN_XRP,
            "memo",
            'XRP payments can carry a memo. Write "memo …", or "no memo" if the payee gave none.',
        ),
        (
            {"memo": "0012345"},
            "memo",
            "Payments on TRX carry no memo. Ask the payee whether it is needed, or leave it out.",
        ),
        (
            {"kind": Kind.CWALLET, "network": None, "destination": "9558861", "memo": "12"},
            "memo",
            (
                "Payments to a Cwallet user carry no memo. "
                "Ask the payee whether it is needed, or leave it out."
            ),
        ),
        (
            {"kind": Kind.CWALLET, "destination": "9558861"},
            "network",
            'A Cwallet user is paid without a network. Leave out "on TRX".',
        ),
        (
            {"coin": "DOGE", "kind": Kind.CWALLET, "destination": "9558861", "network": None},
            "coin",
            "DOGE is under maintenance at CCPayment. Try again later.",
        ),
        (
            {"coin": "SATS", "network": None, "destination": INVOICE},
            "destination",
            'SATS goes out by Lightning invoice: write "to invoice …".',
        ),
        ({"reason": " "}, "reason", 'Say what it is for: end with "for Invoice 1043".'),
        ({"reason": "ok"}, "reason", FEW),
        ({"reason": "x" * 501}, "reason", "A reason has at most 500 characters; this one has 501."),
        (
            {"reason": "Invoice \u202e3401"},
            "reason",
            "The reason contains an invisible RIGHT-TO-LEFT OVERRIDE. Type it again by hand.",
        ),
        (
            {"reason": "Invoice \x07"},
            "reason",
            "The reason contains an invisible U+0007. Type it again by hand.",
        ),
    ],
)
def test_a_refused_wish_says_what_to_write(
    changes: dict[str, Any], field: str, sentence: str
) -> None:
    """Each thing that cannot be paid as it was asked for has its own sentence."""
    no = refused(**changes)
    assert (no.field, no.sentence) == (field, sentence)


def test_many_networks_are_not_all_listed() -> None:
    """A coin on twenty networks gets a sentence that can still be read."""
    sentence = refused(coin="OLD", network=None).sentence
    assert "on C11 or another of 20 networks." in sentence
    assert "C12" not in sentence


def test_a_memo_goes_along_exactly() -> None:
    """A memo keeps its leading zeros, and "no memo" is as good an answer."""
    assert asked(**IN_XRP, memo="0012345").memo == "0012345"
    assert asked(**IN_XRP, memo="").memo == ""
    assert asked(memo="").memo == ""
    assert refused(**IN_XRP, memo="tag 5").field == "memo"


def test_a_cwallet_user_is_paid_by_any_token_of_the_coin() -> None:
    """A Cwallet user needs neither network nor memo, and a small amount is enough."""
    ask = asked(kind=Kind.CWALLET, network=None, destination="Ana@example.com", amount="1")
    assert (ask.token.symbol, ask.memo) == ("USDT", "")
    assert ask.destination.normal == "ana@example.com"
    assert not ask.destination.checked


def test_an_invoice_is_paid_over_its_own_amount() -> None:
    """A Lightning invoice goes out in SATS, over exactly the amount that it names."""
    alive = DECODED.expires - timedelta(minutes=10)
    for network in (None, "lightning", "LN"):
        ask = asked(alive, **BY_INVOICE | {"network": network})
        assert ask.token.chain == "LIGHTNING"
        assert ask.destination.invoice == DECODED
    other = refused(alive, **BY_INVOICE | {"amount": "2400"})
    assert (other.field, other.sentence) == (
        "amount",
        "This invoice is over 250000 SATS, but you wrote 2400.",
    )
    assert isinstance(other, Unfit)
    assert other.better.amount == "250000"
    tether = refused(alive, **BY_INVOICE | {"coin": "USDT"})
    assert tether.sentence == "A Lightning invoice is paid in SATS, not in USDT."
    tron = refused(alive, **BY_INVOICE | {"network": "TRX"})
    assert tron.sentence == 'A Lightning invoice is paid without a network. Leave out "on TRX".'


@pytest.mark.parametrize(
    ("left", "sentence"),
    [
        (
            timedelta(minutes=9, seconds=59),
            "This invoice ends in under 10 minutes. Ask the payee for a new one.",
        ),
        (timedelta(0), "This invoice has expired. Ask the payee for a new one."),
        (timedelta(days=-900), "This invoice has expired. Ask the payee for a new one."),
    ],
)
def test_an_invoice_needs_time_to_be_paid(left: timedelta, sentence: str) -> None:
    """An invoice with under ten minutes of life left is refused."""
    no = refused(DECODED.expires - left, **BY_INVOICE)
    assert (no.field, no.sentence) == ("destination", sentence)


@pytest.mark.parametrize(
    ("changes", "better"),
    [
        ({"coin": "USTD"}, {"coin": "USDT"}),
        ({"network": None}, {"network": "TRX"}),
        ({"network": "ETH"}, {"network": "TRX"}),
        ({"amount": "1,250"}, {"amount": "1250"}),
        ({"amount": "5.1234567"}, {"amount": "5.123456"}),
        ({"amount": "1.5"}, {"amount": "2"}),
        ({"amount": "1000000.5"}, {"amount": "1000000"}),
        ({"memo": "0012345"}, {"memo": None}),
    ],
)
def test_a_better_wish_can_be_asked_for(changes: dict[str, Any], better: dict[str, Any]) -> None:
    """What is proposed instead differs in the offending field alone, and is accepted."""
    no = refused(**changes)
    assert isinstance(no, Unfit)
    assert no.better == replace(WANTED, **{**changes, **better})
    assert read_ask(no.better, CATALOGUE, NOW, FeePayer.PAYEE).destination.text == TRX


def test_no_network_is_proposed_for_an_address_of_several() -> None:
    """An address that is good on two networks is nobody's to guess."""
    assert not isinstance(refused(destination=EVM), Unfit)


def test_a_coin_to_be_delisted_still_goes_out() -> None:
    """What the gateway is about to delist can be paid out, what it keeps closed cannot."""
    chains = {c.symbol: [t.chain for t in ways(c, Kind.CHAIN)] for c in CATALOGUE.coins}
    assert len(chains["OLD"]) == 20
    assert chains["USDT"] == ["TRX", "ETH", "BSC"]
    assert chains["DOGE"] == chains["SATS"] == []
    assert [c.symbol for c in CATALOGUE.coins if ways(c, Kind.LIGHTNING)] == ["SATS"]


def test_who_pays_the_fee_is_said_or_set() -> None:
    """The setting decides about the fee only where the requester did not."""
    assert asked().fee_payer is FeePayer.PAYEE
    assert asked(fee_payer=FeePayer.COMPANY).fee_payer is FeePayer.COMPANY


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("  Invoice\n 1043\t", "Invoice 1043"),
        ("Cafe\u0301 bill", "Café bill"),
        ("דמי שכירות\u200f!", "דמי שכירות\u200f!"),
        ("Party 👩\u200d💻", "Party 👩\u200d💻"),
        ("x" * 500, "x" * 500),
    ],
)
def test_a_reason_is_one_line(text: str, reason: str) -> None:
    """White space in a reason is folded, and every script and emoji is welcome."""
    assert read_reason(text) == reason


@given(st.text(max_size=40))
def test_a_reason_is_kept_once_read(text: str) -> None:
    """A reason that was read is read again as the same one."""
    try:
        reason = read_reason(text)
    except Unreadable:
        return
    assert read_reason(reason) == reason
    assert reason.splitlines() == [reason]


WORDS = st.text(max_size=12) | st.sampled_from(
    ["250", "USDT", "XRP", "SATS", "trx", "XRP", TRX, XRP, INVOICE, "ana@example.com", "1,250"]
)
WISHES = st.builds(
    Wanted,
    amount=WORDS,
    coin=WORDS,
    network=st.none() | WORDS,
    kind=st.sampled_from(Kind),
    destination=WORDS,
    memo=st.none() | WORDS,
    fee_payer=st.none() | st.sampled_from(FeePayer),
    reason=WORDS,
)


@given(WISHES)
def test_any_wish_is_read_or_refused_by_field(wanted: Wanted) -> None:
    """Whatever is wanted becomes an ask, or a refusal that names one of the wish's fields."""
    try:
        ask = read_ask(wanted, CATALOGUE, NOW, FeePayer.COMPANY)
    except Unreadable as no:
        refusal = no
    else:
        assert f"{ask.destination.text}{ask.memo}".isascii()
        return
    assert refusal.field in {"amount", "coin", "network", "destination", "memo", "reason"}
    assert len(refusal.sentence.splitlines()) == 1


def test_the_same_can_be_asked_for_again() -> None:
    """A payout's content leads to a wish that is read as the same content."""
    account = Account("v1", "1", "https://example.com")
    ask = asked(**IN_XRP, memo="0012345", amount="5.10")
    content = Content(
        nonce="00",
        number=1,
        team="T1",
        account=account,
        symbol=ask.token.symbol,
        chain=ask.token.chain,
        contract=ask.token.contract,
        token_id=ask.token.token_id,
        kind=ask.destination.kind,
        destination=ask.destination.text,
        memo=ask.memo,
        amount=ask.amount,
        fee_payer=ask.fee_payer,
        requester="U1",
        reason=ask.reason,
    )
    assert read_ask(same_again(content), CATALOGUE, NOW, FeePayer.COMPANY) == ask
    to_user = replace(content, kind=Kind.CWALLET, destination="1234", memo="")
    assert read_ask(same_again(to_user), CATALOGUE, NOW, FeePayer.COMPANY).memo == ""
