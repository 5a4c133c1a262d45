"""What a person wants, held against what the gateway offers: a wish in, a checked request out.

A command and a form say the same eight things as text, so both end here, and a wish passes the
same checks wherever it was typed. Nothing is guessed that could cost money: what is missing or can
mean two things is refused, in a sentence that says what to write.
"""

import difflib
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from approvals.catalogue import LIGHTNING, Catalogue, Coin, Status, Token, spoken_chain
from approvals.content import Content, FeePayer
from approvals.destination import (
    Destination,
    Invoice,
    Kind,
    Link,
    is_invoice,
    read_destination,
    read_link,
    read_memo,
    tidy,
)
from approvals.errors import Unreadable
from approvals.gateway import Fee
from approvals.money import fitting, nearest, plain, read_amount
from approvals.places import no_payee
from approvals.reasons import read_reason
from approvals.secrets import no_key_for, no_key_in
from approvals.words import either, quoted
from approvals.workable import fee_hindrance

LEAST_LIFE = timedelta(minutes=10)
"""An invoice that ends sooner is refused: two people and a gateway need some time."""

SATOSHI = "SATS"
"""The coin that goes out by Lightning invoice (docs.ccpayment.com, "Create a withdrawal order")."""

NO_INVOICES = (
    "This CCPayment account cannot pay Lightning invoices."
    " Ask the payee for an address or a Cwallet ID."
)

MEMO_UNSAID = ""
"""The word of a refusal that misses a memo."""

_BESIDE = r"""[\s"'<>()[\]{},;|*`?&=/#]+|:(?=\S{20})|(?<=\S{20}):"""
_PUNCTUATION = ".:!?_-~#="
_ADDRESS_LIKE = 8  # characters; a shorter word stands beside an address

_LISTED = 12
_LONGEST_NAME = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person typed or chose, field by field; nothing is interpreted yet.

    `memo`: None, not said; "", said that there is none. `fee_payer` None: the setting decides.
    """

    amount: str
    coin: str
    network: str | None
    kind: Kind
    destination: str
    memo: str | None
    fee_payer: FeePayer | None
    reason: str


@dataclass(frozen=True, slots=True)
class Route:
    """By what something goes out, and to whom."""

    kind: Kind
    symbol: str
    chain: str
    token_id: str
    destination: str


@dataclass(frozen=True, slots=True)
class Ask:
    """What can be recorded: every field checked. `token` is by what it goes out; for a Cwallet
    user it is any token of the coin. `priced_at` is when the coin's price was fetched."""

    amount: Decimal
    coin: Coin
    token: Token
    destination: Destination
    memo: str
    fee_payer: FeePayer
    reason: str
    priced_at: datetime

    @property
    def route(self) -> Route:
        """What its network fee depends on."""
        to, token = self.destination, self.token
        return Route(to.kind, self.coin.symbol, token.chain, token.token_id, to.text)


class Unfit(Unreadable):
    """`better` is what was wanted, changed so that an example can be made of it."""

    def __init__(self, field: str, word: str, sentence: str, better: Wanted) -> None:
        super().__init__(field, word, sentence)
        self.better = better


def same_again(content: Content) -> Wanted:
    """The wish that leads to a payout like this one."""
    return Wanted(
        amount=plain(content.amount),
        coin=content.symbol,
        network=content.chain if content.kind is Kind.CHAIN else None,
        kind=content.kind,
        destination=content.destination,
        memo=content.memo,
        fee_payer=content.fee_payer,
        reason=content.reason,
    )


def ways(coin: Coin, kind: Kind) -> tuple[Token, ...]:
    """The tokens by which `coin` can be paid now to destinations of this kind."""
    if not coin.status.payable:
        return ()
    payable = tuple(token for token in coin.tokens if token.status.payable)
    if kind is Kind.CWALLET:
        return payable
    if kind is Kind.LIGHTNING and coin.symbol.upper() != SATOSHI:
        return ()
    return tuple(t for t in payable if _by_invoice(t) is (kind is Kind.LIGHTNING))


def read_ask(wanted: Wanted, catalogue: Catalogue, now: datetime, fee_payer: FeePayer) -> Ask:
    """What `wanted` means, with `fee_payer` where it does not say. Raises Unreadable with one of
    the fields of Wanted; Unfit where an example can be made of what was wanted."""
    without_keys(wanted)
    try:
        return _read(wanted, catalogue, now, fee_payer)
    except Unfit as no:
        if _better(no, catalogue, now, fee_payer):
            raise
        raise Unreadable(no.field, no.word, no.sentence) from None


def _better(no: Unfit, catalogue: Catalogue, now: datetime, fee_payer: FeePayer) -> bool:
    """Whether what is proposed is not refused in the same place again."""
    if not getattr(no.better, no.field, None):  # a gap, for somebody to fill
        return True
    try:
        _read(no.better, catalogue, now, fee_payer)
    except Unreadable as again:
        return again.field != no.field
    return True


def _read(wanted: Wanted, catalogue: Catalogue, now: datetime, fee_payer: FeePayer) -> Ask:
    link = read_link(tidy(wanted.destination)) if wanted.kind is not Kind.CWALLET else None
    if link and not (wanted.kind is Kind.LIGHTNING and link.invoice and not link.address):
        raise _unfolded(link, wanted, catalogue)
    if wanted.kind is Kind.LIGHTNING and not catalogue.pays_invoices:
        raise Unreadable("destination", wanted.destination, NO_INVOICES)
    coin = _coin(wanted, catalogue)
    amount = _amount(wanted, coin)
    token = _token(wanted, coin, catalogue)
    _allowed(amount, wanted, coin, token)
    destination = _destination(wanted, coin, token)
    _meant(destination, wanted, token, catalogue)
    if destination.invoice:
        _payable(destination.invoice, wanted, amount, now)
    return Ask(
        amount=amount,
        coin=coin,
        token=token,
        destination=destination,
        memo=_memo(wanted, token),
        fee_payer=wanted.fee_payer or fee_payer,
        reason=read_reason(wanted.reason),
        priced_at=catalogue.fetched_at,
    )


def still_wrong(wanted: Wanted, catalogue: Catalogue, now: datetime) -> Unreadable | None:
    """What is wrong with a wish that may have a gap for its destination; None where nothing is."""
    try:
        if wanted.destination:
            _read(wanted, catalogue, now, FeePayer.PAYEE)
        else:
            coin = _coin(wanted, catalogue)
            token = _token(wanted, coin, catalogue)
            _allowed(_amount(wanted, coin), wanted, coin, token)
            _memo(wanted, token)
            read_reason(wanted.reason)
    except Unreadable as no:
        return no
    return None


def without_keys(wanted: Wanted) -> None:
    """Raises Secret where a field holds a private key; before anything else, since every other
    refusal repeats what was typed."""
    where, coin = wanted.network, wanted.coin
    no_key_for("destination", wanted.destination, where, coin)
    for field in ("amount", "coin", "network"):
        no_key_for(field, getattr(wanted, field) or "", where, coin)
    no_key_in("memo", wanted.memo or "")
    no_key_in("reason", wanted.reason)


def _unfolded(link: Link, wanted: Wanted, catalogue: Catalogue) -> Unreadable:
    """The answer to a payment link: that it is one, what in it is not as it was typed, and the
    command with what it holds. Nothing of a link is taken silently."""
    sentence = "This is a payment link, and not an address alone."
    hold = "Compare what it holds with the invoice, and write it as a command."
    if link.invoice and (wanted.coin.upper() == SATOSHI or not link.address):
        paid = replace(wanted, kind=Kind.LIGHTNING, network=None, destination=link.invoice)
        return Unfit("destination", wanted.destination, f"{sentence} {hold}", paid)
    better, differs = wanted, []
    for said in (_link_network, _link_amount, _link_memo, _link_token):
        better, what = said(link, better, catalogue)
        differs += [what] if what else []
    better = replace(better, kind=Kind.CHAIN, destination=link.address)
    return Unfit("destination", wanted.destination, " ".join([sentence, *differs, hold]), better)


_Said = tuple[Wanted, str]
"""The wish with what a link says, and in what that differs from what was typed."""


def _link_network(link: Link, wanted: Wanted, catalogue: Catalogue) -> _Said:
    coin, named = catalogue.coin(wanted.coin), wanted.network
    if not link.chain:
        return wanted, ""
    there = coin.on(link.chain) if coin else None
    here = coin.on(named) if coin and named else None
    better = replace(wanted, network=there.chain) if there else wanted
    if there and (named is None or here == there):
        return replace(better, network=named or (there.chain if _several(coin) else None)), ""
    if named is None:
        return wanted, f"It is for {link.chain}, where {wanted.coin} does not go out."
    return better, f'It is for {link.chain}, but you wrote "on {named}".'


def _several(coin: Coin | None) -> bool:
    return coin is not None and len(ways(coin, Kind.CHAIN)) > 1


def _link_amount(link: Link, wanted: Wanted, _: Catalogue) -> _Said:
    if link.unread:
        return wanted, "It holds an amount too."
    if link.amount is None:
        return wanted, ""
    said, typed = f"{plain(link.amount)} {link.symbol}", f"{wanted.amount} {wanted.coin}"
    if wanted.coin.upper() != link.symbol:
        return wanted, f"It says {quoted(said)}, but you wrote {quoted(typed)}."
    with suppress(Unreadable):
        if read_amount(wanted.amount, wanted.coin) == link.amount:
            return wanted, ""
    better = replace(wanted, amount=plain(link.amount))
    return better, f"It says {quoted(said)}, but you wrote {quoted(typed)}."


def _link_memo(link: Link, wanted: Wanted, _: Catalogue) -> _Said:
    if link.memo is None or link.memo == wanted.memo:
        return wanted, ""
    typed = {None: "you wrote none", "": 'you wrote "no memo"'}
    wrote = typed.get(wanted.memo, f"you wrote {quoted(wanted.memo or '')}")
    return replace(wanted, memo=link.memo), f"It says memo {quoted(link.memo)}, but {wrote}."


def _link_token(link: Link, wanted: Wanted, catalogue: Catalogue) -> _Said:
    """Where a link asks for a token by its contract, that is the coin's own there."""
    coin = catalogue.coin(wanted.coin)
    token = coin.on(wanted.network or link.chain) if coin and link.token else None
    same = token is not None and token.contract.lower() == link.token.lower()
    if not link.token or same:
        return wanted, ""
    return wanted, f"It asks for the coin with the contract {link.token}, not for {wanted.coin}."


def _by_invoice(token: Token) -> bool:
    return spoken_chain(token.chain) == LIGHTNING


def _coin(wanted: Wanted, catalogue: Catalogue) -> Coin:
    symbol = wanted.coin.upper()
    found = [coin for coin in catalogue.coins if coin.symbol.upper() == symbol]
    if not found:
        raise _unknown_coin(wanted, catalogue)
    if len(found) > 1:
        sentence = f"CCPayment lists {len(found)} coins called {symbol}. Pay in another coin."
        raise Unreadable("coin", wanted.coin, sentence)
    if not found[0].status.payable:
        raise Unreadable("coin", wanted.coin, _closed(found[0].symbol, found[0].status))
    return found[0]


def _unknown_coin(wanted: Wanted, catalogue: Catalogue) -> Unreadable:
    word = wanted.coin
    if not word:
        return Unreadable("coin", word, "Say in which coin, such as 250 USDT.")
    if catalogue.lacks(word) is not None:
        unread = f"CCPayment does not say all that must be known to pay {word.upper()}."
        return Unreadable("coin", word, f"{unread} {_LOG_SAYS}")
    sentence = f"CCPayment pays out no coin called {quoted(word)}."
    names = {
        name.upper(): coin.symbol
        for coin in catalogue.coins
        if coin.status.payable
        for name in (coin.name, coin.symbol)
    }
    near = difflib.get_close_matches(word[:_LONGEST_NAME].upper(), names, 1)
    if not near:
        return Unreadable("coin", word, f"{sentence} The form lists all coins.")
    better = replace(wanted, coin=names[near[0]])
    return Unfit("coin", word, f"{sentence} Did you mean {better.coin}?", better)


def _closed(what: str, status: Status, instead: str = "") -> str:
    if status is Status.MAINTENANCE:
        return f"{what} is under maintenance at CCPayment. {instead or 'Try again later.'}"
    return f"CCPayment does not say that {what} works now. {instead or 'Try again later.'}"


def _amount(wanted: Wanted, coin: Coin) -> Decimal:
    try:
        return fitting(read_amount(wanted.amount, coin.symbol), coin.precision, coin.symbol)
    except Unreadable as no:
        better = replace(wanted, amount=nearest(wanted.amount, coin.precision))
        raise Unfit(no.field, no.word, no.sentence, better) from None


def _allowed(amount: Decimal, wanted: Wanted, coin: Coin, token: Token) -> None:
    """The limits of a network are for that network; to a user of CCPayment its own apply."""
    if wanted.kind is Kind.CWALLET:
        least, way = coin.least_inside, f"{coin.symbol} to a Cwallet user"
        if least is not None and amount < least:
            raise _beyond("at least", least, f"{plain(amount)} is less", wanted, way)
        return
    way = f"{token.symbol} on {token.chain}"
    try:
        fitting(amount, token.precision, way)
    except Unreadable as no:
        better = replace(wanted, amount=nearest(wanted.amount, token.precision))
        raise Unfit(no.field, no.word, no.sentence, better) from None
    if token.minimum is not None and amount < token.minimum:
        raise _beyond("at least", token.minimum, f"{plain(amount)} is less", wanted, way)
    if token.maximum is not None and amount > token.maximum:
        raise _beyond("at most", token.maximum, f"{plain(amount)} is more", wanted, way)


def _beyond(bound: str, limit: Decimal, but: str, wanted: Wanted, way: str) -> Unfit:
    allowed = plain(limit)
    sentence = f"CCPayment pays out {bound} {allowed} {way}; {but}."
    return Unfit("amount", wanted.amount, sentence, replace(wanted, amount=allowed))


def covers_fee(ask: Ask, wanted: Wanted, fee: Fee) -> None:
    """Raises Unfit where the network fee, as of now, would leave nothing for the payee."""
    no = fee_hindrance(ask.amount, ask.coin.symbol, ask.fee_payer, fee)
    if no:
        better = replace(wanted, fee_payer=FeePayer.COMPANY)
        raise Unfit("amount", wanted.amount, no.sentence, better)


def _token(wanted: Wanted, coin: Coin, catalogue: Catalogue) -> Token:
    open_ways = ways(coin, wanted.kind)
    if wanted.kind is Kind.CHAIN:
        if not open_ways:
            raise _no_way(wanted, coin, invoices=catalogue.pays_invoices)
        return _on_network(wanted, coin, open_ways, catalogue.lacks(coin.symbol) or ())
    if wanted.network and not _needless(wanted):
        whom = "A Cwallet user" if wanted.kind is Kind.CWALLET else "A Lightning invoice"
        sentence = f"{whom} is paid without a network. Leave out {quoted(f'on {wanted.network}')}."
        raise Unfit("network", wanted.network, sentence, replace(wanted, network=None))
    if not open_ways:
        raise _no_way(wanted, coin, invoices=catalogue.pays_invoices)
    return open_ways[0]


def _needless(wanted: Wanted) -> bool:
    """Whether the network that was named is the one that the destination implies anyway."""
    return wanted.kind is Kind.LIGHTNING and spoken_chain(wanted.network or "") == LIGHTNING


def _on_network(
    wanted: Wanted, coin: Coin, open_ways: Sequence[Token], left_out: Sequence[str]
) -> Token:
    fitting_ways = [way for way in open_ways if _reads(wanted, way)] or open_ways
    instead = replace(wanted, network=fitting_ways[0].chain)
    if wanted.network is None:
        if len(open_ways) == 1:
            return open_ways[0]
        sentence = f"{coin.symbol} goes out on several networks. Add one: {_listed(open_ways)}."
        raise Unfit("network", "", f"{sentence}{_omitted(left_out)}", instead)
    token = coin.on(wanted.network)
    if token and token in open_ways:
        return token
    if token is None or _by_invoice(token):
        sentence = f"{coin.symbol} does not go out on {quoted(wanted.network)}."
        sentence = f"{sentence} Write {_listed(open_ways)}.{_omitted(left_out)}"
    else:
        either_other = f"Write {_listed(open_ways)}, or try again later."
        sentence = _closed(f"{coin.symbol} on {token.chain}", token.status, either_other)
    raise Unfit("network", wanted.network, sentence, instead)


def _omitted(chains: Sequence[str]) -> str:
    """What is missing in the list of networks, and who can say why."""
    if not chains:
        return ""
    listed = either([f"on {chain}" for chain in chains[:_LISTED]])
    return f" CCPayment does not say all that must be known to pay {listed}. {_LOG_SAYS}"


_LOG_SAYS = "Whoever runs Countersign finds in the log what is missing."


def _listed(tokens: Sequence[Token]) -> str:
    """As in `on TRX, on ETH or on BSC`; of more than a dozen, the first ones."""
    names = [f"on {token.chain}" for token in tokens]
    more = [f"another of {len(names)} networks"] if len(names) > _LISTED else []
    return either([*names[:_LISTED], *more])


def _no_way(wanted: Wanted, coin: Coin, *, invoices: bool) -> Unreadable:
    """`coin` can't be paid to this kind of destination now, on any network; `invoices`: whether
    this account pays any."""
    symbol = coin.symbol
    if wanted.kind is Kind.LIGHTNING and symbol.upper() != SATOSHI:
        sentence = f"A Lightning invoice is paid in {SATOSHI}, not in {symbol}."
        return Unfit("coin", wanted.coin, sentence, replace(wanted, coin=SATOSHI))
    if wanted.kind is Kind.CHAIN and invoices and ways(coin, Kind.LIGHTNING):
        sentence = f'{symbol} goes out by Lightning invoice: write "to invoice …".'
        invoice = wanted.destination if is_invoice(wanted.destination) else ""
        better = replace(wanted, kind=Kind.LIGHTNING, destination=invoice, network=None)
        return Unfit("destination", wanted.destination, sentence, better)
    sentence = _closed(f"Every network of {symbol}", Status.MAINTENANCE)
    return Unreadable("coin", wanted.coin, sentence)


def _destination(wanted: Wanted, coin: Coin, token: Token) -> Destination:
    try:
        return read_destination(wanted.kind, token.chain, wanted.destination)
    except Unreadable as no:
        better = _elsewhere(wanted, coin) or _alone(wanted, token)
        if better is None:
            raise
        raise Unfit(no.field, no.word, no.sentence, better) from None


def _elsewhere(wanted: Wanted, coin: Coin) -> Wanted | None:
    """The same on the network where the address is a good one, if there is one such network."""
    homes = [way for way in ways(coin, wanted.kind) if _fits(wanted, way)]
    one = wanted.kind is Kind.CHAIN and len(homes) == 1
    return replace(wanted, network=homes[0].chain) if one else None


def _alone(wanted: Wanted, token: Token) -> Wanted | None:
    """The same without what stands beside the address, or is stuck to it: quotation marks, a full
    stop, other words. Of several words the longest is meant, if any."""
    if wanted.kind is Kind.LIGHTNING:
        return None
    words = (word.strip(_PUNCTUATION) for word in re.split(_BESIDE, wanted.destination))
    longest = max(words, key=len)
    if len(longest) < _ADDRESS_LIKE or longest == wanted.destination:
        return None
    with suppress(Unreadable):
        read_destination(wanted.kind, token.chain, longest)
        return replace(wanted, destination=longest)
    return None


def _meant(destination: Destination, wanted: Wanted, token: Token, catalogue: Catalogue) -> None:
    """Raises Unreadable where the address is nobody's."""
    if wanted.kind is not Kind.CHAIN:
        return
    if why := no_payee(catalogue, token.chain, destination.normal, token.symbol):
        raise Unreadable("destination", wanted.destination, why)


def _fits(wanted: Wanted, way: Token) -> bool:
    """Whether the address is a good one there, by more than its length."""
    destination = _reads(wanted, way)
    return destination is not None and destination.checked is not None


def _reads(wanted: Wanted, way: Token) -> Destination | None:
    with suppress(Unreadable):
        return read_destination(wanted.kind, way.chain, wanted.destination)
    return None


def _payable(invoice: Invoice, wanted: Wanted, amount: Decimal, now: datetime) -> None:
    if amount != invoice.amount:
        over = plain(invoice.amount)
        sentence = f"This invoice is over {over} {SATOSHI}, but you wrote {plain(amount)}."
        raise Unfit("amount", wanted.amount, sentence, replace(wanted, amount=over))
    left = invoice.expires - now
    if left >= LEAST_LIFE:
        return
    ends = "has expired" if left <= timedelta(0) else "ends in under 10 minutes"
    sentence = f"This invoice {ends}. Ask the payee for a new one."
    raise Unreadable("destination", wanted.destination, sentence)


def _memo(wanted: Wanted, token: Token) -> str:
    if wanted.kind is Kind.CHAIN and token.memo:
        return _carried(wanted, token)
    if not wanted.memo:
        return ""
    carriers = {
        Kind.CHAIN: f"Payments on {token.chain} carry",
        Kind.CWALLET: "Payments to a Cwallet user carry",
        Kind.LIGHTNING: "Payments of an invoice carry",
    }
    sentence = (
        f"{carriers[wanted.kind]} no memo. Ask the payee whether it is needed, or leave it out."
    )
    raise Unfit("memo", wanted.memo, sentence, replace(wanted, memo=None))


def _carried(wanted: Wanted, token: Token) -> str:
    """The memo that goes along; on a network that has memos, silence is not an answer."""
    if wanted.memo is None:
        sentence = (
            f'{token.chain} payments can carry a memo. Write "memo …", '
            'or "no memo" if the payee gave none.'
        )
        raise Unreadable("memo", MEMO_UNSAID, sentence)
    return read_memo(token.chain, wanted.memo) if wanted.memo else ""
