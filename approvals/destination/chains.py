"""Which chain reads which format, and what to say when an address belongs to another chain.

The names are CCPayment's (TRX, not TRC20). A chain that is not in the table is not refused, since
the catalogue knows more chains than this file does, but its addresses go out unchecked, and say so.
"""

import re
from collections.abc import Callable
from functools import partial

from approvals.destination import accounts, bitcoin
from approvals.destination.address import Address, TwinForm, a
from approvals.destination.dead_ends import dead_end
from approvals.destination.text import AGAIN, only_plain, refused
from approvals.errors import Unreadable

Reader = Callable[[str, str], Address]

_SHORTEST, _LONGEST = 8, 128
_HEX = re.compile(r"0x[0-9a-fA-F]+")  # means the same in capital and small letters, everywhere

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
_READERS = _FORMATS | dict.fromkeys(EVM_CHAINS, accounts.read_evm)


def read_address(chain: str, text: str) -> Address:
    """The address as it will be sent. `text` holds no spaces (see `tidy`).

    Raises Unreadable("destination", …) with the sentence that helps most: the address belongs to
    another chain, to a test network, has a typing error …
    """
    only_plain("destination", text, "address")
    if len(text) > _LONGEST:
        raise refused(text, f"An address has at most {_LONGEST} characters. {AGAIN}")
    _not_another_kind(chain, text)
    try:
        return _READERS.get(chain.upper(), _read_unknown)(chain, text)
    except TwinForm:
        raise
    except Unreadable:
        home = _home(text)
        if home is None:
            raise
        sentence = f'This is {a(home)} address, but you wrote "on {chain}".'
        raise refused(text, sentence) from None


def _not_another_kind(chain: str, text: str) -> None:
    """CCPayment v1 has one field for all kinds of destination and tells them apart by their looks:
    digits or an e-mail are paid to a Cwallet user, "lnbc…" to an invoice."""
    if text.isdigit() and (why := dead_end(chain, text)):  # Solana's system program
        raise refused(text, why)
    if text.isdigit() or "@" in text:
        raise refused(text, 'This looks like a Cwallet user. Write "to cwallet …" to pay one.')
    if text.lower().startswith(("lnbc", "lightning:")):
        raise refused(text, 'This is a Lightning invoice. Write "to invoice …" to pay it.')


def _home(text: str) -> str | None:
    """The chain that `text` is a good address of."""
    for chain, read in _FORMATS.items():
        try:
            read(chain, text)
        except Unreadable:
            continue
        return chain
    return None


def _read_unknown(chain: str, text: str) -> Address:
    if len(text) < _SHORTEST:
        raise refused(text, f"This is too short for {a(chain)} address. {AGAIN}")
    normal = text.lower() if _HEX.fullmatch(text) else text
    if why := dead_end(chain, normal):
        raise refused(text, why)
    return Address(chain, text, normal, None)
