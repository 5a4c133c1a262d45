"""CCPayment's API v2: its calls and their fields.

Two calls create a withdrawal, and the stored bytes tell which: only one of them names a Cwallet
user. Both answer a number alone; fee, coin and state come with the record. `networkFeeInquiryID`,
which would hold the fee of an estimate, is not sent: the body stays a function of what was
approved.

A token id is ours here: the number of the coin and the name of the chain, as in `1280/TRX`.

Source: ccpayment.com/api/doc (v2).
"""

import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from approvals.catalogue import Catalogue, Coin, Status, Token
from approvals.ccpayment.answer import Answer
from approvals.ccpayment.client import MAX_CATALOGUE_BYTES, CCPayment, as_json, balance_in, data_of
from approvals.ccpayment.codes import V2_CODES
from approvals.ccpayment.coins import (
    Entry,
    LeftOut,
    contract,
    flag,
    needed_name,
    optional_amount,
    precision,
    read_catalogue,
    read_tokens,
)
from approvals.ccpayment.fields import (
    Odd,
    amount,
    entries,
    name,
    record,
    unreadable,
    words,
)
from approvals.ccpayment.hooks import Hook
from approvals.ccpayment.signing import hmac_sha256
from approvals.content import Content, FeePayer
from approvals.destination import Kind
from approvals.gateway import (
    Accepted,
    Can,
    CwalletUser,
    Found,
    GatewayTrouble,
    Going,
    Progress,
    Record,
)
from approvals.money import plain
from approvals.silence import sentence
from approvals.times import to_seconds

log = logging.getLogger(__name__)

MOST_PAGES = 500
"""Pages of 20 that a list of withdrawals may have: more than an account makes in 90 days, which is
how far back the vendor's list goes. Without an end, a list that repeats itself would never end."""

PRICES_AT_ONCE, MOST_PRICES = 50, 1000
"""Coins whose prices are asked for in one call, and in all: a list is fetched every few minutes."""

CWALLET_LEAST = Decimal("0.001")
"""USD that go to a Cwallet user at least."""

_UNKNOWN = "11003"
_NOTHING: Sequence[object] = (None, {}, [])
_LAST_PAGE: Sequence[object] = (None, "")

_PROGRESS = {
    "waitingapproval": Progress.WAITING,
    "processing": Progress.PROCESSING,
    "success": Progress.SETTLED,
    "failed": Progress.FAILED,
    "rejected": Progress.REJECTED,
}
_STATUS = {
    "Normal": Status.USABLE,
    "Maintain": Status.MAINTENANCE,
    "Pre-delisting": Status.DELISTING,
}
_EXPLORER = re.compile(r"https://[\w.-]+/[\w./?#=&-]*%s[\w./?#=&-]*", re.ASCII)


def _told_of(news: object) -> str | None:
    """The vendor posts other news to the same address."""
    fields = record(news)
    about = record(fields.get("msg")) if fields.get("type") == "ApiWithdrawal" else {}
    return name(about.get("orderId"))


class CCPaymentV2(CCPayment):
    """One account at API v2."""

    hook = Hook(hmac_sha256, "Success", _told_of)
    _can = frozenset(
        {Can.LIST_RECORDS, Can.ESTIMATE_FEES, Can.CHECK_ADDRESSES, Can.REPORT_DESTINATIONS}
    )
    _prefix = "/ccpayment/v2/"
    _codes = V2_CODES
    _signs = False

    def body(self, content: Content, reference: str) -> str:
        """A memo is left out where there is none: a network without memos refuses one."""
        paid = {"orderId": reference, "coinId": _coin_id(content), "amount": plain(content.amount)}
        if content.kind is Kind.CWALLET:
            return as_json({**paid, "cwalletUser": content.destination})
        memo = {"memo": content.memo} if content.memo else {}
        company_pays = content.fee_payer is FeePayer.COMPANY
        where = {"chain": content.chain, "address": content.destination, **memo}
        return as_json({**paid, **where, "merchantPayNetworkFee": company_pays})

    def _coins(self) -> Catalogue:
        asked_at = self._clock()
        data = record(data_of(self._ask_now("getCoinList", {}, most=MAX_CATALOGUE_BYTES)))
        return read_catalogue(
            entries(data.get("coins")), _coin, asked_at, named_by="symbol", before=self._unread
        )

    def priced(self, offered: Catalogue) -> Catalogue:
        """Older lists have no price at all. Coins that are asked for in vain stay without one."""
        lacking = [one.coin_id for one in offered.coins if one.price is None and one.status.payable]
        told = self._prices(lacking)
        without = frozenset(lacking) - told.keys()
        if without != self._unpriced:
            log.warning("no price for %d coins, which are in the highest tier", len(without))
        self._unpriced = without
        coins = (replace(one, price=one.price or told.get(one.coin_id)) for one in offered.coins)
        return replace(offered, coins=tuple(coins))

    def _prices(self, coin_ids: Sequence[str]) -> Mapping[str, Decimal]:
        """What these coins are worth in USD, as far as it is told, with an end to the asking."""
        found: dict[str, Decimal] = {}
        for start in range(0, min(len(coin_ids), MOST_PRICES), PRICES_AT_ONCE):
            asked = {"coinIds": [int(id) for id in coin_ids[start : start + PRICES_AT_ONCE]]}
            try:
                answer = self._ask_now("getCoinUSDTPrice", asked, self._deadlines.person)
                prices = record(record(data_of(answer)).get("prices"))
            except GatewayTrouble as trouble:
                log.warning("prices could not be had: %s", sentence(trouble))
                break
            read = {id: amount(price) for id, price in prices.items()}
            found |= {id: price for id, price in read.items() if price}  # of zero is none
        return found

    def balance(self, symbol: str) -> Decimal:
        data = record(data_of(self._ask_now("getAppCoinAssetList", {}, self._deadlines.person)))
        return balance_in(
            entries(data.get("assets")), symbol, symbols="coinSymbol", amounts="available"
        )

    def address_fits(self, chain: str, address: str) -> bool:
        asked = {"chain": chain, "address": address}
        answer = self._ask_now("checkWithdrawalAddressValidity", asked, self._deadlines.person)
        fits = record(data_of(answer)).get("addrIsValid")
        if not isinstance(fits, bool):
            raise GatewayTrouble("a check of an address that cannot be read")
        return fits

    def records(self, since: datetime, until: datetime) -> Iterator[Record]:
        period = {"startAt": to_seconds(since), "endAt": to_seconds(until)}
        page: Mapping[str, object] = {}
        seen: set[str] = set()
        for _ in range(MOST_PAGES):
            asked = period | ({"nextId": page["nextId"]} if page else {})
            page = record(data_of(self._ask_now("getAppWithdrawRecordList", asked)))
            for read in map(self._record, _listed(page)):
                if read.found.order_id not in seen:
                    seen.add(read.found.order_id)
                    yield read
            if page.get("nextId") in _LAST_PAGE:
                return
            if name(page["nextId"]) is None:
                raise GatewayTrouble("a list of withdrawals whose next page cannot be read")
        raise GatewayTrouble(f"a list of withdrawals of more than {MOST_PAGES} pages")

    def explorers(self) -> Mapping[str, str]:
        """Only addresses of the expected form: people will press them."""
        data = record(data_of(self._ask_now("getChainList", {})))
        chains = [record(one) for one in entries(data.get("chains")) or []]
        named = [(name(one.get("chain")), words(one.get("baseUrl"))) for one in chains]
        return {chain: url for chain, url in named if chain and _EXPLORER.fullmatch(url)}

    def cwallet_user(self, id: str) -> CwalletUser | None:
        asked = {"cwalletUserId": id}
        answer = self._ask_now("getCwalletUserId", asked, self._deadlines.person)
        if answer.code == _UNKNOWN:
            return None
        data = record(data_of(answer))
        shown = data.get("cwalletUserName")
        if data.get("cwalletUserId") != id or not isinstance(shown, str):
            raise GatewayTrouble("a Cwallet user that cannot be read")
        return CwalletUser(id, words(shown))

    def _create_call(self, body: str) -> str:
        to_cwallet = "cwalletUser" in json.loads(body)
        return "applyAppWithdrawToCwallet" if to_cwallet else "applyAppWithdrawToNetwork"

    def _accepted(self, data: Mapping[str, object]) -> Accepted | None:
        record_id = name(data.get("recordId"))
        return Accepted(record_id, None, None) if record_id else None

    def _look_up(self, reference: str) -> Answer:
        return self._ask_now("getAppWithdrawRecord", {"orderId": reference})

    def _entries(self, data: object) -> Sequence[object] | None:
        """One record, or none, in whatever way that is written."""
        fields = {"record": None} if data in _NOTHING else record(data)
        if "record" not in fields:
            return None
        found = fields["record"]
        if found in _NOTHING:
            return []
        return [found] if isinstance(found, dict) else None

    def _reference(self, entry: Mapping[str, object]) -> object:
        return entry.get("orderId")

    def _found(self, entry: Mapping[str, object]) -> Found | None:
        record_id = name(entry.get("recordId"))
        if record_id is None:
            return None
        status = words(entry.get("status"))
        fee, fee_coin = _fee(entry)
        payee = _payee(entry)
        return Found(
            order_id=record_id,
            progress=_PROGRESS.get(status.lower(), Progress.UNKNOWN),
            status=status,
            symbol=name(entry.get("coinSymbol")),
            chain=name(entry.get("chain")),
            amount=amount(entry.get("amount")),
            destination=_said(payee),
            memo=_memo(entry),
            network_fee=fee,
            fee_coin=fee_coin,
            txid=words(entry.get("txId")) or None,
            reason=words(entry.get("reason")) or None,
            unreadable=unreadable(
                coin=(entry.get("coinSymbol"), name),
                amount=(entry.get("amount"), amount),
                network=(entry.get("chain"), name),
                destination=(payee, _said),
                memo=(entry.get("toMemo"), _said),
            ),
        )

    def _network_fee(self, going: Going) -> tuple[Decimal | None, str | None]:
        asked = {"coinId": _coin_id(going), "chain": going.chain}
        data = record(data_of(self._ask_now("getWithdrawFee", asked, self._deadlines.person)))
        fee = record(data.get("fee"))
        return amount(fee.get("amount")), name(fee.get("coinSymbol"))

    def _record(self, entry: object) -> Record:
        """Raises GatewayTrouble: a withdrawal that is left out of a list would be overlooked."""
        found = self._found(record(entry))
        if found is None:
            raise GatewayTrouble("a withdrawal in the list that cannot be read")
        return Record(name(record(entry).get("orderId")) or "", found)


def _coin_id(going: Going) -> int:
    """The gateway's number of the coin. A Cwallet payout needs no more of the token than this."""
    return int(going.token_id.partition("/")[0])


def _fee(entry: Mapping[str, object]) -> tuple[Decimal | None, str | None]:
    """Inside Cwallet the network costs nothing, and the record names no fee."""
    fee = record(entry.get("fee"))
    if not fee and words(entry.get("cwalletUser")):
        return Decimal(0), name(entry.get("coinSymbol"))
    return amount(fee.get("amount")), name(fee.get("coinSymbol"))


def _payee(entry: Mapping[str, object]) -> object:
    """Whom a record names. One on a network may name the Cwallet user too whose address it is."""
    user, address = entry.get("cwalletUser"), entry.get("toAddress")
    on_network = words(entry.get("withdrawType")).lower() == "network"
    return (address or user) if on_network else (user or address)


def _listed(page: Mapping[str, object]) -> Sequence[object]:
    """A page's withdrawals. Raises GatewayTrouble where it has no list of them."""
    listed = entries(page.get("records"))
    if listed is None:
        raise GatewayTrouble("a list of withdrawals that cannot be read")
    return listed


def _said(value: object) -> str | None:
    return words(value) or None


def _memo(entry: Mapping[str, object]) -> str | None:
    memo = entry.get("toMemo")
    return memo if isinstance(memo, str) else None


def _coin(entry: Entry, left_out: LeftOut) -> Coin:
    coin_id, symbol = _number(entry), needed_name(entry, "symbol")

    def token(network: Entry, _: LeftOut) -> Token:
        chain = needed_name(network, "chain")
        return Token(
            token_id=f"{coin_id}/{chain}",
            symbol=symbol,
            chain=chain,
            network=words(network.get("chainFullName")),
            contract=contract(network),
            memo=flag(network, "isSupportMemo"),
            precision=precision(network),
            minimum=optional_amount(network, "minimumWithdrawAmount"),
            maximum=optional_amount(network, "maximumWithdrawAmount") or None,  # "0": none
            status=Status.USABLE if flag(network, "canWithdraw") else Status.MAINTENANCE,
        )

    networks = record(entry.get("networks")).values()
    return Coin(
        coin_id=coin_id,
        symbol=symbol,
        name=words(entry.get("coinFullName")) or symbol,
        price=optional_amount(entry, "price") or None,  # a price of zero is none
        status=_STATUS.get(words(entry.get("status")), Status.UNKNOWN),
        tokens=read_tokens(networks, token, left_out, symbol),
        least_usd=CWALLET_LEAST,
    )


def _number(entry: Entry) -> str:
    found = needed_name(entry, "coinId")
    if not re.fullmatch(r"[1-9][0-9]{0,9}", found):
        raise Odd("coinId")
    return found
