"""Networks whose addresses are not known here. The catalogue has more networks than this program
has formats; their addresses go out unchecked, and say so. But they are not any text: an address is
one word of letters and digits, as long as addresses are, and it names no other network.

Where a network calls its accounts by names, which may be short and may hold dots, its names are
known: HIVE, EOS, NEAR, HBAR and their like.

Sources: Hive developers, "Account names"; docs.eosnetwork.com, "Naming conventions"; nomicon,
"Account ID rules"; HIP-15 (an id of Hedera with its checksum); the Filecoin specification,
"Address"; BitShares, "Account names"; the Internet Computer's interface specification,
"Principals"; Arweave, "Addresses"; SLIP-173 (prefixes of bech32) and Cosmos' chain registry.
"""

import re

from approvals.destination.address import Address, a
from approvals.destination.dead_ends import dead_end
from approvals.destination.encodings import base58, bech32
from approvals.destination.text import AGAIN, foreign, refused

LONGEST = 256
"""A unified address of Zcash has up to 213 characters."""

_SHORTEST, _SURELY = 8, 20
_HEX = re.compile(r"0x[0-9a-fA-F]+")  # means the same in capital and small letters, everywhere

_FRAGMENT = re.compile(r"0x(?:[0-9a-fA-F]{30,39}|[0-9a-fA-F]{41,59}|[0-9a-fA-F]{65,})")
"""No network has such a one; StarkNet leaves zeros out of its 64 digits, Flow has 16."""

_GRAPHENE = re.compile(r"(?=.{3,16}\Z)[a-z][a-z0-9-]+[a-z0-9](?:\.[a-z][a-z0-9-]+[a-z0-9])*")
_EOSIO = re.compile(r"(?=.{1,13}\Z)[a-z1-5.]*[a-z1-5]")
_ONLY_NAMES = {
    **dict.fromkeys(("HIVE", "STEEM", "BLURT"), _GRAPHENE),
    **dict.fromkeys(("EOS", "VAULTA", "WAX", "TLOS", "TELOS", "XPR", "PROTON"), _EOSIO),
    "BTS": re.compile(r"[a-z][a-z0-9.-]{1,61}[a-z0-9]"),
}
"""Where an account has a name and nothing else."""

_HEDERA = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+(?:-[a-z]{5})?")
_NEAR = re.compile(r"(?=.{2,64}\Z)[a-z0-9]+(?:[._-][a-z0-9]+)*")
_PRINCIPAL = re.compile(r"(?:[a-z2-7]{5}-){1,12}[a-z2-7]{1,5}")
_NAMES = {
    **_ONLY_NAMES,
    **dict.fromkeys(("HBAR", "HEDERA"), _HEDERA),
    "NEAR": _NEAR,
    **dict.fromkeys(("FIL", "FILECOIN"), re.compile(r"f0[0-9]{1,20}")),
    **dict.fromkeys(("ICP", "INTERNETCOMPUTER"), _PRINCIPAL),
    **dict.fromkeys(("AR", "ARWEAVE"), re.compile(r"[0-9A-Za-z_-]{43}")),
}
"""Where it may have one."""

FRONTS = (
    *("kaspa:", "ecash:", "cfx:", "ronin:", "nexa:", "karlsen:", "pyrin:", "spectre:", "hoosat:"),
    *("nano_", "xrb_", "ban_", "vite_", "account_rdx1", "ak_", "k:"),
)
"""What may stand in front of the letters and digits, and belongs to an address."""

_PUBLIC_KEY = re.compile(r"(?:[xyztuv]|[YZUV])pub[1-9A-HJ-NP-Za-km-z]{50,}")

_BECH32: dict[str, tuple[str, ...]] = {
    "addr": ("ADA", "CARDANO"),
    "akash": ("AKT", "AKASH"),
    "axelar": ("AXL", "AXELAR"),
    "bnb": ("BEP2", "BNB"),
    "celestia": ("TIA", "CELESTIA"),
    "cosmos": ("ATOM", "COSMOS", "GAIA"),
    "dydx": ("DYDX",),
    "erd": ("EGLD", "MULTIVERSX", "ELROND"),
    "inj": ("INJ", "INJECTIVE"),
    "iota": ("IOTA",),
    "kava": ("KAVA",),
    "one": ("ONE", "HARMONY"),
    "osmo": ("OSMO", "OSMOSIS"),
    "secret": ("SCRT", "SECRET"),
    "sei": ("SEI",),
    "terra": ("LUNA", "LUNC", "TERRA"),
    "thor": ("RUNE", "THOR"),
    "tb": ("BTC test",),
    "tltc": ("LTC test",),
    "u": ("ZEC", "ZCASH"),
    "xch": ("XCH", "CHIA"),
    "zil": ("ZIL",),
    "zs": ("ZEC", "ZCASH"),
}
"""Prefixes that name a network, and how that network may be called. A prefix that is not here says
nothing."""


def read_unknown(chain: str, text: str) -> Address:
    """The address as it will be sent. Raises Unreadable("destination", …) where no network has such
    a one, or where it says itself that it belongs to another."""
    if not _is_name(chain, text):
        _one_of_any(chain, text)
    normal = _normal(text)
    if why := dead_end(chain, normal):
        raise refused(text, why)
    return Address(chain, text, normal, None)


def shared_form(text: str) -> str | None:
    """Whose address `text` may be as well: networks that are known, and whose form is used by
    others too. The form of a daughter of Bitcoin is told by its version byte."""
    if re.fullmatch(r"0x[0-9a-fA-F]{40}", text):
        return "EVM networks (ETH, BSC, POLYGON …)"
    raw = base58.verified(text)
    return None if raw is None else _SHARED.get(raw[0])


_SHARED = {0: "BTC", 5: "BTC", 30: "DOGE", 22: "DOGE", 48: "LTC", 50: "LTC"}


def _is_name(chain: str, text: str) -> bool:
    names = _NAMES.get(chain.upper())
    return names is not None and names.fullmatch(text) is not None


def _one_of_any(chain: str, text: str) -> None:
    """Raises Unreadable unless `text` is what an address may be on any network."""
    if chain.upper() in _ONLY_NAMES:
        raise refused(text, f"This is no name of an account on {chain}. {AGAIN}")
    if _PUBLIC_KEY.fullmatch(text):
        raise refused(text, f"This is an extended public key, and no address. {_ASK}")
    front = next((front for front in FRONTS if text.lower().startswith(front)), "")
    body = text[len(front) :]
    if wrong := re.search(r"[^0-9A-Za-z]", body):
        raise foreign(wrong[0], a(chain), text)
    if _FRAGMENT.fullmatch(text):
        raise refused(text, f"An address that starts with 0x has 40 or 64 digits. {AGAIN}")
    if len(text) < _SHORTEST:
        raise refused(text, f"This is too short for {a(chain)} address. {AGAIN}")
    if len(text) < _SURELY and not any(map(str.isdigit, text)):
        raise refused(text, f"This is a word, and no {chain} address. {AGAIN}")
    if home := _named_network(chain, text):
        raise refused(text, f'This is {a(home)} address, but you wrote "on {chain}".')


_ASK = "Ask the payee for an address."


def _named_network(chain: str, text: str) -> str | None:
    """The network that bech32 names by its prefix, where that is another one."""
    prefix, values = _bech32(text)
    names = _BECH32.get(prefix, ()) if values else ()
    here = any(chain.upper().startswith(name) for name in names)
    return None if here or not names else names[0]


def _bech32(text: str) -> tuple[str, list[int]]:
    """Prefix and values, where the checksum of either kind fits; else nothing."""
    prefix, _, letters = text.lower().rpartition("1")
    values = bech32.groups(letters) if text in (text.lower(), text.upper()) else None
    if not (prefix and values):
        return "", []
    fits = bech32.residue(prefix, values) in (bech32.BECH32, bech32.BECH32M)
    return (prefix, values) if fits else ("", [])


def _normal(text: str) -> str:
    """Small letters where capital ones mean the same."""
    return text.lower() if _HEX.fullmatch(text) or _bech32(text)[1] else text
