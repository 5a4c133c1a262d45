"""What a gateway can be asked besides withdrawing and looking up, kept over real HTTP by each
generation of the API: what it can do, coins, balances, fees, addresses, users, its own list of
withdrawals, and where to see a transaction."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from http import HTTPStatus

import pytest

from approvals.catalogue import Omitted, Status
from approvals.ccpayment import v2
from approvals.ccpayment.signing import Signatures
from approvals.gateway import Can, CwalletUser, Fee, Found, Gateway, GatewayTrouble, Record
from sandbox.ccpayment.book import Reason
from sandbox.ccpayment.catalogue import CATALOGUE, CHAINS, EVM_CHAINS, Availability
from tests.core import TRON
from tests.servers import canned, free_port, hearing, misbehaving, silence
from tests.sides import (
    BRIEF,
    EVM,
    OTHER,
    REFERENCE,
    START,
    TO_CWALLET,
    TO_XRP,
    V1,
    V2,
    Side,
    content,
    each,
)

pytest_plugins = ["tests.stage"]

HOUR = timedelta(hours=1)


def listed(gateway: Gateway, since: datetime = START - HOUR) -> list[Record]:
    return list(gateway.records(since, START + HOUR))


# -- what it can do -------------------------------------------------------------------------------


def reports_destinations(side: Side, gateway: Gateway) -> bool:
    """Whether a look-up carries address and memo."""
    found = gateway.find(REFERENCE)
    assert isinstance(found, Found)
    assert (found.destination is None) == (found.memo is None)
    return found.destination == TRON and found.memo == ""


DOES: Mapping[Can, Callable[[Side, Gateway], object]] = {
    Can.LIST_RECORDS: lambda _, gateway: listed(gateway),
    Can.ESTIMATE_FEES: lambda side, gateway: gateway.fee(side.content()),
    Can.CHECK_ADDRESSES: lambda _, gateway: gateway.address_fits("TRX", TRON),
    Can.REPORT_DESTINATIONS: reports_destinations,
}


@pytest.mark.parametrize("capability", Can)
def test_a_gateway_declares_what_it_can_do(side: Side, capability: Can) -> None:
    """What a gateway says that it can do it does; what it cannot do it does not declare, and asking
    for it is an error of ours, or brings nothing."""
    gateway = side.gateway()
    side.send(gateway, side.content())
    assert gateway.can == side.can
    if capability in gateway.can:
        assert DOES[capability](side, gateway)
    elif capability is Can.REPORT_DESTINATIONS:
        assert not DOES[capability](side, gateway)
    else:
        with pytest.raises(NotImplementedError):
            DOES[capability](side, gateway)


def test_the_gateway_says_whose_it_is(side: Side) -> None:
    """A gateway names API, account and address, so that a ledger can hold on to them."""
    assert side.gateway().account == side.account


# -- coins ----------------------------------------------------------------------------------------

STATUS = {
    Availability.USABLE: Status.USABLE,
    Availability.MAINTENANCE: Status.MAINTENANCE,
    Availability.DELISTING: Status.DELISTING,
}


def test_the_catalogue_is_what_the_service_lists(side: Side) -> None:
    """Every coin comes over with its name, price and state, and every network of it with contract,
    decimals, limits and whether it carries memos, as far as this generation has them."""
    offered = side.gateway().catalogue()
    truth = side.pretend._wire.listing(CATALOGUE)
    assert offered.fetched_at == START
    assert [coin.symbol for coin in offered.coins] == [coin.symbol for coin in truth.coins]
    for coin, true in zip(offered.coins, truth.coins, strict=True):
        assert (coin.name, coin.price) == (true.name, true.price)
        assert coin.status is STATUS[true.availability]
        for token, its in zip(coin.tokens, true.tokens, strict=True):
            assert (token.symbol, token.chain) == (true.symbol, its.chain)
            assert token.token_id == content(side.api, symbol=true.symbol, chain=its.chain).token_id
            assert token.contract.lower() == its.contract.lower()
            assert its.chain in EVM_CHAINS or token.contract == its.contract
            assert (token.precision, token.minimum) == (its.precision, its.minimum)
            assert (token.maximum, token.memo) == (its.maximum, CHAINS[its.chain].memo)


def test_each_network_is_known_by_its_names(side: Side) -> None:
    """What people call a network is found, whatever the service calls it in full."""
    usdt = side.gateway().catalogue().coin("usdt")
    assert usdt is not None
    names = ("TRC20", "tron", "ERC20", "Ethereum", "BEP20", "polygon", "MATIC", "Solana")
    found = [usdt.on(name) for name in names]
    chains = ["TRX", "TRX", "ETH", "ETH", "BSC", "POLYGON", "POLYGON", "SOL"]
    assert [token.chain if token else None for token in found] == chains


@each(lambda side: [True] if side is V1 else [False])
def test_invoices_are_paid_where_there_is_a_network_for_them(side: Side, case: bool) -> None:
    """Whether Lightning invoices are paid is what the list of coins says."""
    offered = side.gateway().catalogue()
    assert offered.pays_invoices is case
    assert (offered.coin("SATS") is not None) is case


@each(lambda side: [()] if side is V2 else [])
def test_limits_are_those_of_the_network(side: Side, case: object) -> None:
    """Decimals, minimum and maximum may differ from network to network of one coin; a maximum of 0
    is none; and what cannot be withdrawn just now is not offered."""
    offered = side.gateway().catalogue()
    usdc, usdt, test_coin = (offered.coin(name) for name in ("USDC", "USDT", "TETH"))
    assert usdc is not None
    assert usdt is not None
    assert test_coin is not None
    limits = {one.chain: (one.precision, one.minimum, one.maximum) for one in usdc.tokens}
    half = Decimal("0.5")
    assert limits == {
        "ETH": (6, Decimal(5), None),
        "POLYGON": (6, half, Decimal(5000)),
        "BSC": (18, half, None),
        "SOL": (6, half, None),
    }
    assert {one.chain for one in usdt.tokens if not one.status.payable} == {"SOL"}
    assert [one.token_id for one in test_coin.tokens] == ["1891/ETH_SEPOLIA"]


@each(lambda side: side.broken_coins)
def test_a_broken_coin_is_left_out_and_logged(
    side: Side, case: list[object], caplog: pytest.LogCaptureFixture
) -> None:
    """What cannot be read, or can be read in two ways, is missing from the catalogue and named in
    the log; the other coins are there."""
    with hearing(side, side.signed(side.coins(*case, side.coin()))) as gateway:
        offered = gateway.catalogue()
    assert [coin.symbol for coin in offered.coins] == ["USDT"]
    assert "left out" in caplog.text


def test_a_broken_network_leaves_the_others(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    """Of a coin one network of which cannot be read, the others are there."""
    with hearing(side, side.signed(side.coins(side.half()))) as gateway:
        [coin] = gateway.catalogue().coins
    assert [token.chain for token in coin.tokens] == ["TRX"]
    assert "left out 1 entries" in caplog.text


def test_what_is_left_out_is_said_once(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    """A list is fetched again and again; what cannot be read of it stands in the log once, with
    coin and network, and again when it was mended meanwhile."""
    half, whole = side.signed(side.coins(side.half())), side.signed(side.coins(side.coin()))
    with canned() as server:
        gateway = side.gateway(url=server.url)
        for answer, times in ((half, 1), (half, 1), (whole, 1), (half, 2)):
            server.say(200, *answer)
            gateway.catalogue()
            assert caplog.text.count("left out 1 entries: USDT on ETH: ") == times


ON_V2 = pytest.mark.parametrize("side", ["v2"], indirect=True)


@ON_V2
@pytest.mark.parametrize("flag", ["isSupportMemo", "canWithdraw"])
def test_a_missing_flag_leaves_out_one_network(side: Side, flag: str) -> None:
    """A flag that is not there may mean no, and may mean nothing: that one network is left out, and
    the catalogue says which; the others are there."""
    coin = side.coin()
    network = coin["networks"]["TRX"]
    odd = {name: value for name, value in network.items() if name != flag} | {"chain": "ETH"}
    both = {**coin, "networks": {"TRX": network, "ETH": odd}}
    with hearing(side, side.signed(side.coins(both))) as gateway:
        offered = gateway.catalogue()
    [usdt] = offered.coins
    assert [token.chain for token in usdt.tokens] == ["TRX"]
    assert offered.left_out == (Omitted("USDT", "ETH"),)
    assert offered.lacks("usdt") == ("ETH",)
    assert offered.lacks("BTC") is None


@ON_V2
def test_flags_that_are_left_out_where_they_are_false(side: Side) -> None:
    """Where answers leave out what is false, as those that are made from proto do, what is certain
    is offered, and the rest is named."""
    side.pretend.knobs = replace(side.pretend.knobs, noes=False)
    offered = side.gateway().catalogue()
    assert [coin.symbol for coin in offered.coins] == ["XRP", "XLM", "TON"]
    assert offered.lacks("USDT") == ("TRX", "ETH", "BSC", "POLYGON", "SOL")


@ON_V2
def test_prices_that_the_list_lacks_are_asked_for(side: Side) -> None:
    """Older lists of coins have no prices: they are asked for then, of all coins at once, and the
    catalogue's time stays that of the list, which is older."""
    gateway = side.gateway()
    known = {coin.symbol: coin.price for coin in gateway.catalogue().coins}
    assert gateway.priced(gateway.catalogue()) == gateway.catalogue()
    side.pretend.knobs = replace(side.pretend.knobs, prices=False)
    bare = gateway.catalogue()
    assert {coin.price for coin in bare.coins} == {None}
    priced = gateway.priced(bare)
    payable = [coin for coin in priced.coins if coin.status.payable]
    assert {coin.symbol: coin.price for coin in payable} == {
        coin.symbol: known[coin.symbol] for coin in payable
    }
    assert priced.fetched_at == bare.fetched_at


@ON_V2
@pytest.mark.parametrize(
    ("data", "price"),
    [
        ({"prices": {"1280": "1.00"}}, Decimal(1)),
        ({"prices": {"1280": 0.9998}}, Decimal("0.9998")),
        ({"prices": {"1280": "0"}}, None),
        ({"prices": {"1280": "much"}}, None),
        ({"prices": {"7": "1.00"}}, None),
        ({"prices": None}, None),
        (None, None),
    ],
)
def test_a_price_is_read_or_left_out(side: Side, data: object, price: Decimal | None) -> None:
    """What cannot be read is no price, and a price of zero is none; nothing of it is trouble."""
    coin = {name: value for name, value in side.coin().items() if name != "price"}
    with canned() as server:
        gateway = side.gateway(url=server.url)
        server.say(200, *side.signed(side.coins(coin)))
        offered = gateway.catalogue()
        server.say(200, *side.signed(data))
        [found] = gateway.priced(offered).coins
    assert found.price == price


@ON_V2
def test_a_silent_price_costs_no_coin(side: Side) -> None:
    """Where prices are not told, the coins are there without one, and the asking ends at the first
    call that fails."""
    with canned() as server:
        gateway = side.gateway(url=server.url)
        many = [
            {**side.coin(), "coinId": n, "symbol": f"C{n}", "price": ""} for n in range(1, 1200)
        ]
        server.say(200, *side.signed(side.coins(*many)))
        offered = gateway.catalogue()
        server.say(503, {}, b"")
        assert gateway.priced(offered) == offered
        before = server.times
        server.say(200, *side.signed({"prices": {}}))
        gateway.priced(offered)
        assert server.times - before == 20


def test_a_coin_may_lack_what_is_not_needed(side: Side) -> None:
    """Without a minimum there is none, a price of zero is none, and an unknown state pays
    nothing."""
    with hearing(side, side.signed(side.coins(side.bare()))) as gateway:
        [coin] = gateway.catalogue().coins
    [token] = coin.tokens
    assert (coin.price, coin.status.payable) == (None, False)
    assert (token.minimum, token.maximum, token.contract) == (None, None, "")


@each(lambda side: side.no_coins)
def test_a_catalogue_without_coins_is_trouble(side: Side, case: object) -> None:
    """An answer in which no coin can be read does not replace a catalogue."""
    with hearing(side, side.signed(case)) as gateway, pytest.raises(GatewayTrouble):
        gateway.catalogue()


# -- balances -------------------------------------------------------------------------------------


def test_the_balance_is_what_the_account_holds(side: Side) -> None:
    """A coin's balance follows the withdrawals, and a coin that was never held counts zero."""
    gateway = side.gateway()
    assert gateway.balance("USDT") == Decimal(25000)
    side.send(gateway, side.content())
    assert gateway.balance("USDT") == Decimal(24750)
    assert gateway.balance("SOL") == 0


@each(lambda side: side.no_balance)
def test_a_balance_that_cannot_be_read_is_trouble(side: Side, case: object) -> None:
    """A list that is missing, odd or ambiguous is not a balance of zero, nor of anything."""
    with hearing(side, side.signed(case)) as gateway, pytest.raises(GatewayTrouble):
        gateway.balance("USDT")


def test_a_balance_needs_a_verified_signature(side: Side) -> None:
    """A balance that nobody signed proves neither the secret nor the account, where this API signs,
    or this account was seen to sign."""
    headers, body = side.signed(side.assets(USDT="7"))
    with canned() as server:
        gateway = side.gateway(url=server.url)
        server.say(200, headers, body)
        assert gateway.balance("USDT") == 7
        server.say(200, {}, body)
        with pytest.raises(GatewayTrouble) as told:
            gateway.balance("USDT")
    assert told.value.why == "a success that is not signed"


# -- fees -----------------------------------------------------------------------------------------


def test_the_fee_names_its_coin(side: Side) -> None:
    """A fee comes with its coin, which need not be the payout's."""
    gateway = side.gateway()
    on_polygon = side.content(chain="POLYGON", destination=EVM)
    assert gateway.fee(on_polygon) == Fee(Decimal("0.05"), "POL")
    assert gateway.fee(side.content()) == Fee(Decimal("1.5"), "USDT")
    assert gateway.fee(side.content(**TO_XRP)) == Fee(Decimal("0.2"), "XRP")


def test_the_fee_inside_cwallet_is_zero_without_asking(side: Side) -> None:
    """For a Cwallet user nobody is asked, so it is known while the gateway is silent."""
    gateway = side.gateway(url=f"http://127.0.0.1:{free_port()}")
    assert gateway.fee(side.content(**TO_CWALLET)) == Fee(Decimal(0), "USDT")


@each(lambda side: side.no_fee)
def test_a_fee_that_cannot_be_read_is_trouble(side: Side, case: object) -> None:
    """A fee without amount or coin is no fee of zero."""
    with hearing(side, side.signed(case)) as gateway, pytest.raises(GatewayTrouble):
        gateway.fee(side.content())


# -- addresses and users --------------------------------------------------------------------------


@each(lambda side: [()] if Can.CHECK_ADDRESSES in side.can else [])
def test_an_address_is_checked_for_its_chain(side: Side, case: object) -> None:
    """An address fits one chain and not another; of a chain that the service does not know it says
    neither."""
    gateway = side.gateway()
    assert gateway.address_fits("TRX", TRON) is True
    assert gateway.address_fits("ETH", TRON) is False
    assert gateway.address_fits("ETH_SEPOLIA", EVM) is True
    with pytest.raises(GatewayTrouble) as told:
        gateway.address_fits("NOWHERE", EVM)
    code, message, meaning = side.code(Reason.CHAIN)
    assert (told.value.code, told.value.meaning) == (code, meaning)
    assert told.value.message.startswith(message)


@each(
    lambda side: (
        [None, [], {}, {"addrIsValid": "true"}, {"addrIsValid": 1}, {"addrIsValid": None}]
        if Can.CHECK_ADDRESSES in side.can
        else []
    )
)
def test_a_check_of_an_address_that_cannot_be_read_is_trouble(side: Side, case: object) -> None:
    """Neither yes nor no is neither yes nor no."""
    with hearing(side, side.signed(case)) as gateway, pytest.raises(GatewayTrouble):
        gateway.address_fits("TRX", TRON)


@each(lambda side: ["ana_c" if side is V1 else "a***@example.com"])
def test_a_cwallet_user_is_named(side: Side, case: str) -> None:
    """A Cwallet ID comes with the name that its owner shows, masked or not; nobody has an unknown
    one."""
    gateway = side.gateway()
    assert gateway.cwallet_user("9558861") == CwalletUser("9558861", case)
    assert gateway.cwallet_user("111") is None


@each(lambda side: side.users)
def test_a_cwallet_user_is_read_strictly(side: Side, case: tuple[object, str | None]) -> None:
    """Every spelling of the name is understood; an answer about somebody else is trouble."""
    data, shown = case
    with hearing(side, side.signed(data)) as gateway:
        if shown:
            assert gateway.cwallet_user("9558861") == CwalletUser("9558861", shown)
        else:
            with pytest.raises(GatewayTrouble):
                gateway.cwallet_user("9558861")


# -- its own list of withdrawals ------------------------------------------------------------------

lists = each(lambda side: [()] if Can.LIST_RECORDS in side.can else [])


@lists
@pytest.mark.parametrize("orders", [0, 1, 20, 40, 45])
def test_every_withdrawal_is_listed_once(side: Side, case: object, orders: int) -> None:
    """However many pages there are, each withdrawal comes once, with our name for it and the same
    that a look-up says; a full last page does not hide the end."""
    gateway, pretend = side.gateway(), side.pretend
    for number in range(orders):
        side.send(gateway, side.content(amount=Decimal(number + 2)), f"p1order{number}")
    records = listed(gateway)
    expected = [Record(name, side.found(order)) for name, order in pretend.book.orders.items()]
    assert len(records) == orders
    assert sorted(records, key=lambda one: one.found.amount or 0) == expected


@lists
def test_only_the_period_is_listed(side: Side, case: object) -> None:
    """What was made before or after the period that is asked for is not listed."""
    gateway = side.gateway()
    for hours, reference in ((-2, "p1before"), (0, "p1within"), (2, "p1after")):
        side.clock.now = START + timedelta(hours=hours)
        side.send(gateway, side.content(), reference)
    assert [one.reference for one in listed(gateway)] == ["p1within"]


@lists
def test_what_others_made_is_listed_too(side: Side, case: object) -> None:
    """A withdrawal that is none of ours is listed under the name that it has, if it has any."""
    named, nameless = {"recordId": "8", "orderId": "order-8"}, {"recordId": "9"}
    with hearing(side, side.signed({"records": [named, nameless], "nextId": ""})) as gateway:
        found = [(one.reference, one.found.order_id) for one in listed(gateway)]
    assert found == [("order-8", "8"), ("", "9")]


@lists
def test_a_list_that_repeats_itself_ends(
    side: Side, case: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where every page names a next one, each withdrawal still comes once, and then it is
    trouble, soon."""
    monkeypatch.setattr(v2, "MOST_PAGES", 5)
    records = [{"recordId": "7", "orderId": REFERENCE}, {"recordId": "8", "orderId": OTHER}]
    with hearing(side, side.signed({"records": records, "nextId": "8"})) as gateway:
        found = gateway.records(START, START + HOUR)
        assert [next(found).reference for _ in records] == [REFERENCE, OTHER]
        with pytest.raises(GatewayTrouble) as told:
            next(found)
    assert told.value.why == "a list of withdrawals of more than 5 pages"


UNLISTED: list[object] = [
    None,
    [],
    {},
    {"records": None},
    {"records": {}},
    {"records": [{"recordId": "7", "orderId": REFERENCE}, {"orderId": OTHER}]},
    {"records": [None]},
    *(
        {"records": [{"recordId": "7", "orderId": REFERENCE}], "nextId": odd}
        for odd in ("1" * 129, "a b", {"id": 1}, ["8"], True)
    ),
]


@each(lambda side: UNLISTED if Can.LIST_RECORDS in side.can else [])
def test_a_list_that_cannot_be_read_is_trouble(side: Side, case: object) -> None:
    """A list that is missing is not an empty one, and a withdrawal that cannot be read is not left
    out: it would be overlooked."""
    with hearing(side, side.signed(case)) as gateway, pytest.raises(GatewayTrouble):
        listed(gateway)


# -- where to see a transaction -------------------------------------------------------------------


def test_explorers_are_those_that_the_service_names(side: Side) -> None:
    """For each chain whose explorer is named, there is the address of a transaction; a generation
    that names none has none."""
    known = {name: chain.transaction for name, chain in CHAINS.items() if chain.transaction}
    assert side.gateway().explorers() == {"v1": {}, "v2": known}[side.api]


@each(
    lambda side: (
        [
            "",
            None,
            "http://polygonscan.com/tx/%s",
            "javascript:alert(%s)//https://x/%s",
            "https://polygonscan.com/tx/",
            "https://polygonscan.com/%s/%s",
            "https://%s",
            "https://user@polygonscan.com/tx/%s",
            "https://polygonscan.com:8080/tx/%s",
            "https://polygonscan.com/tx/%s|a",
            "https://polygonscan.com/tx/%s>",
            "https://polygonscan.com/t x/%s",
            "https://pölygonscan.com/tx/%s",
            "https://polygonscan.com/tx/%d",
            " https://polygonscan.com/tx/%25s",
            ["https://polygonscan.com/tx/%s"],
        ]
        if side is V2
        else []
    )
)
def test_an_odd_address_is_no_explorer(side: Side, case: object) -> None:
    """People will press it: whatever is not a plain https address with one place for the id is left
    out; the others are there."""
    good = {"chain": "TRX", "baseUrl": "https://tronscan.org/#/transaction/%s"}
    chains = {"chains": [{"chain": "POLYGON", "baseUrl": case}, None, good]}
    with hearing(side, side.signed(chains)) as gateway:
        assert gateway.explorers() == {"TRX": good["baseUrl"]}


# -- whatever is asked ----------------------------------------------------------------------------

QUESTIONS: Mapping[str, Callable[[Gateway, Side], object]] = {
    "catalogue": lambda gateway, _: gateway.catalogue(),
    "balance": lambda gateway, _: gateway.balance("USDT"),
    "fee": lambda gateway, side: gateway.fee(side.content()),
    "cwallet user": lambda gateway, _: gateway.cwallet_user("111"),
    "address": lambda gateway, _: gateway.address_fits("TRX", TRON),
    "records": lambda gateway, _: listed(gateway),
    "explorers": lambda gateway, _: gateway.explorers(),
}


@each(lambda side: side.questions)
def test_a_question_ends_by_its_deadline(side: Side, case: str) -> None:
    """A question to a silent, an absent, a failing or a raving gateway is trouble, and soon; what a
    code means is said."""
    ask = QUESTIONS[case]
    with misbehaving(silence) as server, pytest.raises(GatewayTrouble) as told:
        ask(side.gateway(url=server.url, deadlines=BRIEF), side)
    assert told.value.why == "time-out after 0.4 s"
    with pytest.raises(GatewayTrouble):
        ask(side.gateway(url=f"http://127.0.0.1:{free_port()}"), side)
    code, message, meaning = side.code(Reason.SERVICE)
    error = json.dumps({"code": int(code), "msg": message}).encode()
    with hearing(side, ({}, error)) as gateway, pytest.raises(GatewayTrouble) as told:
        ask(gateway, side)
    assert (told.value.code, told.value.message) == (code, message)
    assert told.value.meaning == meaning
    with hearing(side, side.sealed(b"[" * 100_000)) as gateway, pytest.raises(GatewayTrouble):
        ask(gateway, side)


@each(lambda side: side.questions)
def test_an_answer_that_cannot_be_believed_is_trouble(side: Side, case: str) -> None:
    """Of a success that is not signed where it must be, wrongly signed, or no success of HTTP,
    nothing is believed."""
    headers, body = side.signed({})
    with canned() as server:
        gateway = side.gateway(url=server.url, signatures=Signatures(seen=True))
        for status, sent in (
            (HTTPStatus.OK, {}),
            (HTTPStatus.OK, {**headers, "Sign": "0" * 64}),
            (HTTPStatus.BAD_GATEWAY, headers),
        ):
            server.say(status, sent, body)
            with pytest.raises(GatewayTrouble):
                QUESTIONS[case](gateway, side)
