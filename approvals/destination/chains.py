"""Which chain reads which format, and what to say when an address belongs to another chain.

The names are CCPayment's (TRX, not TRC20). A chain that is not in the table is not refused, since
the catalogue knows more chains than this file does, but its addresses go out unchecked, and say so.
"""

from collections.abc import Callable
from functools import partial

from approvals.destination import accounts, bitcoin
from approvals.destination.address import Address, TwinForm, a
from approvals.destination.dead_ends import dead_end
from approvals.destination.elsewhere import LONGEST, read_unknown, shared_form
from approvals.destination.text import AGAIN, only_plain, refused
from approvals.errors import Unreadable

Reader = Callable[[str, str], Address]

# One address is valid on all of these; only the chain's name tells where the money goes.
EVM_CHAINS = frozenset(
    {
        *("ETH", "BSC", "POLYGON", "POL", "MATIC", "ARBITRUM", "ARB", "OPTIMISM", "OP", "BASE"),
        *("AVAXC", "AVAX_C", "AVAX", "OPBNB", "FTM", "FANTOM", "SONIC", "CRONOS", "CELO", "KLAY"),
        *("KAIA", "LINEA", "SCROLL", "ZKSYNC", "BLAST", "MANTLE", "MANTA", "METIS", "MOONBEAM"),
        *("GNOSIS", "KCC", "ETC", "ETHW", "CORE", "BERACHAIN", "UNICHAIN", "ETH_SEPOLIA"),
    }
)

_FORMATS: dict[str, Reader] = {
    "BTC": partial(bitcoin.read, bitcoin.BTC),
    "LTC": partial(bitcoin.read, bitcoin.LTC),
    "DOGE": partial(bitcoin.read, bitcoin.DOGE),
    "BCH": bitcoin.read_bch,
    "TRX": accounts.read_trx,
    "XRP": accounts.read_xrp,
    "XLM": accounts.read_xlm,
    "TON": accounts.read_ton,
    "SOL": accounts.read_sol,
    "EVM (ETH, BSC, POLYGON …)": accounts.read_evm,
}
_NAMING: dict[str, Reader] = {
    "BTC": partial(bitcoin.read_segwit, bitcoin.BTC),
    "LTC": partial(bitcoin.read_segwit, bitcoin.LTC),
    **{chain: _FORMATS[chain] for chain in ("TRX", "XRP", "XLM", "TON")},
    "BCH": bitcoin.read_bch,
}
"""Formats that say which network they belong to. The others are shared by many networks: 0x…,
Bitcoin's 1… and 3…, Dogecoin's D…."""

# Networks that took another's addresses as they are: Xahau is a fork of the XRP Ledger, Pi runs
# Stellar's software, and BRC-20 and Runes are written into Bitcoin's own transactions.
_DAUGHTERS = {"XAH": "XRP", "XAHAU": "XRP", "PI": "XLM", "BRC20": "BTC", "RUNES": "BTC"}

_READERS = (
    _FORMATS
    | dict.fromkeys(EVM_CHAINS, accounts.read_evm)
    | {chain: _FORMATS[mother] for chain, mother in _DAUGHTERS.items()}
)


def read_address(chain: str, text: str) -> Address:
    """The address as it will be sent. `text` holds no spaces (see `tidy`).

    Raises Unreadable("destination", …) with the sentence that helps most: the address belongs to
    another chain, to a test network, has a typing error …
    """
    only_plain("destination", text, "address")
    if len(text) > LONGEST:
        raise refused(text, f"An address has at most {LONGEST} characters. {AGAIN}")
    _not_another_kind(chain, text)
    try:
        return _READERS.get(chain.upper(), _read_unknown)(chain, text)
    except TwinForm:
        raise
    except Unreadable:
        where = home(text)
        if where is None:
            raise
        sentence = f'This is {a(where)} address, but you wrote "on {chain}".'
        raise refused(text, sentence) from None


def _not_another_kind(chain: str, text: str) -> None:
    """CCPayment v1 has one field for all kinds of destination and tells them apart by their looks:
    digits or an e-mail are paid to a Cwallet user, "lnbc…" to an invoice."""
    if text.isdigit() and (why := dead_end(chain, text)):  # Solana's system program
        raise refused(text, why)
    if text.isdigit() or "@" in text:
        raise refused(text, 'This looks like a Cwallet user. Write "to cwallet …" to pay one.')
    if is_invoice(text):
        raise refused(text, 'This is a Lightning invoice. Write "to invoice …" to pay it.')


def is_invoice(text: str) -> bool:
    """Whether it looks like a Lightning invoice, good or not."""
    return text.lower().startswith(("lnbc", "lightning:"))


def home(text: str) -> str | None:
    """The chain that `text` is a good address of."""
    for chain, read in _FORMATS.items():
        try:
            read(chain, text)
        except Unreadable:
            continue
        return chain
    return None


def _read_unknown(chain: str, text: str) -> Address:
    """What no reader here knows, unless its form says that it belongs to one that does."""
    named = (mother for mother in _NAMING if _reads(mother, text))
    if where := accounts.hides_a_memo(text) or next(named, None):
        raise refused(text, f'This is {a(where)} address, but you wrote "on {chain}".')
    return read_unknown(chain, text)


def _reads(chain: str, text: str) -> bool:
    try:
        _NAMING[chain](chain, text)
    except Unreadable:
        return False
    return True


def other_home(chain: str, text: str) -> str | None:
    """Whose address this may be as well, where the network's own form is not known here."""
    return None if chain.upper() in _READERS else shared_form(text)
