"""Private keys, seeds and the words of wallets, wherever somebody pastes one instead of an address.

Whoever reads a key can take the money behind it. So it is looked for before anything else is read,
and where one is found, the text is repeated and kept nowhere: not in an answer, not on record, not
in a log. docs/addresses.md lists the forms.

`certain_key` tells forms that are nothing else: their checksum fits, or their prefix names them.
`likely_key` adds forms that are no address either, but may be something harmless elsewhere: 64
hexadecimal digits are a key, or the id of a transaction, and on some networks an address.

Sources: the Bitcoin wiki, "Wallet import format" and "Mini private key format"; BIP-32, BIP-38,
BIP-39; xrpl.org, "Cryptographic keys"; SEP-23; Tezos' base58 prefixes; the EOSIO key encodings;
NEAR's and Solana's command-line tools; AIP-80 (Aptos); SIP-15 (Sui); CIP-5 (Cardano); NIP-19; the
Zcash protocol, section 5.6; RFC 5958 and RFC 7468.
"""

import binascii
import re
from base64 import b32decode
from collections.abc import Iterator
from hashlib import sha256

from approvals.destination.encodings import base58
from approvals.destination.text import one_word

HEX_ADDRESSES = frozenset(
    {
        *("NEAR", "APT", "APTOS", "SUI", "ICP", "STRK", "STARKNET", "MOVE", "MOVEMENT"),
        *("IRON", "IRONFISH", "IOTA", "SUPRA", "FUEL", "CSPR", "CASPER"),
    }
)
"""Where an address may be 64 hexadecimal digits: names of networks, and of their coins."""

KEY = "a private key"
WORDS = "the words of a wallet, which are its key"
HEX = "a private key of 64 hexadecimal digits"

_BASE58 = "[1-9A-HJ-NP-Za-km-z]"

# By their prefix alone, with or without a slip in what follows.
_NAMED = re.compile(
    rf"""
    -----BEGIN\ [A-Z\ ]*PRIVATE\ KEY
    | PVT_(?:K1|R1|WA)_{_BASE58}{{20}}
    | \b(?:[xyztuvk]|[YZUV])prv{_BASE58}{{50}}
    | \b(?:Ltpv|Mtpv|ttpv|dgpv|tgpv|drkp){_BASE58}{{50}}
    | \b(?:edsk|spsk|p2sk|edesk|spesk|p2esk|BLsk|BLesk){_BASE58}{{40}}
    | \b(?i:nsec|suiprivkey|xprv|age-secret-key-|secret-extended-key-(?:main|test)
        |(?:addr|acct|root|stake|policy|drep|cc_cold|cc_hot|pool|kes|vrf|ed25519e?)_x?sk
        )1[02-9ac-hj-np-z]{{40}}
    | \b(?:ed25519|secp256k1|secp256r1)-priv-(?:0x)?[0-9a-fA-F]{{64}}
    | \b30(?:2e|30|54|74|77|81..|82....)0201[0-9a-f]{{2}}[0-9a-f]{{60}}
    """,
    re.VERBOSE,
)
_NEAR_KEY = re.compile(rf"\b(?:ed25519|secp256k1):({_BASE58}{{80,90}})(?![0-9A-Za-z])")
_CODE = re.compile(r"[0-9A-Za-z]{20,200}")  # decoding takes time by the square of the length

_STELLAR = re.compile(r"S[A-Z2-7]{55}")
_MINI = re.compile(rf"S{_BASE58}{{29}}")
_BIP38 = (b"\x01\x42", b"\x01\x43")
_SPROUT = b"\xab\x36"
_ED25519_SEED = b"\x01\xe1\x4b"
_XRPL_SEED, _XRPL_KEYS = 0x21, (0x20, 0x22)

# No address, by their shape.
_HEX_64 = re.compile(r"(?:0x)?[0-9a-fA-F]{64}")
_RAW_ADDRESS = re.compile(r"(?:-?[0-9]+|k):[0-9a-fA-F]{64}")  # of TON, of KDA
_SHAPES = re.compile(
    rf"""
    (?:0x)?[0-9a-fA-F]{{128}}
    | Pm{_BASE58}{{51}}                                    # Decred
    | s{_BASE58}{{28}} | sEd{_BASE58}{{28}}                # XRP, with a slip
    | S[A-Z2-7]{{55}}                                      # XLM, with a slip
    | [A-Z9]{{81}}                                         # IOTA's first network
    | [A-Za-z0-9+/]{{43}}= | [A-Za-z0-9+/]{{86}}==
    | 7b22[0-9a-f]{{60,}}                                  # Filecoin's exported keys
    """,
    re.VERBOSE,
)
_NUMBERS = re.compile(r"\[?\s*[0-9]{1,3}(?:\s*,\s*[0-9]{1,3}){31,63}\s*\]?")
_SECRET_NUMBERS = re.compile(r"(?:[A-Ha-h1-8]?[0-9]{6}){8}")  # XRP
_BETWEEN_NUMBERS = re.compile(r"[\s:.=,;-]+")
_WIF_LIKE = re.compile(rf"(?=.*[A-Z])(?=.*[a-z]){_BASE58}{{51,52}}")
_NOT_WIF = frozenset({"ERG", "ERGO", "FCT", "FACTOM"})  # whose addresses are as long
_SOLANA_KEY, _SOLANA_CODES = 64, range(64, 89)

# BIP-39 knows phrases of 12 to 24 words, and Monero, Algorand and others their own lengths.
_PHRASES = (12, 13, 14, 15, 16, 18, 20, 21, 24, 25, 28, 29)
_FEWEST_WORDS, _SHORTEST_WORD = 11, 3
_ORDINAL = re.compile(r"(?<!\S)[0-9]{1,2}[.):]?(?=\s|[^\W\d_])")
_PLAIN_WORDS = re.compile(r"[A-Za-z]{3,8}(?:\s+[A-Za-z]{3,8})*")
_IN_SENTENCES = frozenset(
    {
        *("the", "and", "for", "with", "from", "our", "your", "his", "her", "its", "was", "were"),
        *("are", "has", "had", "been", "not", "per", "via", "which", "who", "these", "those"),
        *("each", "she", "him", "them", "out", "after", "than", "but", "last", "new"),
    }
)
"""Words that sentences have and wordlists do not."""


def certain_key(text: str) -> str | None:
    """What stands in `text`, where it is certain that whoever reads it can take money."""
    near = any(map(_is_solana_key, _NEAR_KEY.findall(text)))
    if near or _NAMED.search(text) or any(map(_is_key, _codes(text))):
        return KEY
    return WORDS if _is_phrase(text) else None


def likely_key(text: str, network: str) -> str | None:
    """The same of a text that is meant to be a destination, or a part of a command; `network` is
    where it should go, as somebody typed it, or else the coin; "" where neither was said."""
    if found := certain_key(text):
        return found
    codes = [*text.split(), *_codes(_RAW_ADDRESS.sub("", text))]
    if any(_HEX_64.fullmatch(code) for code in codes) and network.upper() not in HEX_ADDRESSES:
        return HEX
    if any(_is_shaped(code, network) for code in codes) or _is_numbers(text):
        return KEY
    return WORDS if _only_words(text) else None


def _is_shaped(code: str, network: str) -> bool:
    wif = network.upper() not in _NOT_WIF and _WIF_LIKE.fullmatch(code) is not None
    return wif or _SHAPES.fullmatch(code) is not None or _is_solana_key(code)


def _is_numbers(text: str) -> bool:
    digits = _BETWEEN_NUMBERS.sub("", text)
    return bool(_NUMBERS.fullmatch(text.strip()) or _SECRET_NUMBERS.fullmatch(digits))


def _codes(text: str) -> Iterator[str]:
    """Everything in `text` that could be a key: without what is stuck to it, and the whole of it
    without the spaces that a card would put."""
    together = "".join(text.split())
    if _CODE.fullmatch(together):
        yield together
    yield from _CODE.findall(text)


def _is_key(code: str) -> bool:
    if _STELLAR.fullmatch(code):
        raw = b32decode(code)
        return binascii.crc_hqx(raw[:-2], 0) == int.from_bytes(raw[-2:], "little")
    if _MINI.fullmatch(code) and sha256(f"{code}?".encode()).digest()[0] == 0:
        return True
    bitcoins, ripples = base58.content(code), base58.content(code, base58.RIPPLE)
    return bool((bitcoins and _is_bitcoins(bitcoins)) or (ripples and _is_ripples(ripples)))


def _is_bitcoins(content: bytes) -> bool:
    """The key of any daughter of Bitcoin, whatever its version byte: 32 bytes, with a mark behind
    them or without; encrypted; or extended, as BIP-32 has it. EOS and HIVE write keys so too."""
    if len(content) == 1 + 32:
        return True
    if len(content) == 1 + 32 + 1:
        return content[-1] == 1 or content.startswith(_SPROUT)
    if len(content) == 4 + 41 + 33:
        return content[45] == 0  # a public key begins with 2 or 3
    return len(content) == 2 + 37 and content.startswith(_BIP38)


def _is_ripples(content: bytes) -> bool:
    if len(content) == 1 + 16:
        return content[0] == _XRPL_SEED
    if len(content) == 1 + 32:
        return content[0] in _XRPL_KEYS
    return len(content) == 3 + 16 and content.startswith(_ED25519_SEED)


def _is_solana_key(code: str) -> bool:
    """64 bytes: key and public key together, or a signature. A key of 32 bytes looks like an
    address of SOL and cannot be told from one."""
    raw = base58.decoded(code) if len(code) in _SOLANA_CODES else None
    return raw is not None and len(raw) == _SOLANA_KEY


def _is_phrase(text: str) -> bool:
    """Whether a text is the words of a wallet and no sentence: all short, as many as a phrase has,
    and none that only sentences have."""
    words = text.lower().split()
    plain = _PLAIN_WORDS.fullmatch(text.strip()) is not None
    return plain and len(words) in _PHRASES and _IN_SENTENCES.isdisjoint(words)


def _only_words(text: str) -> bool:
    """Whether a destination is nothing but words, of whatever language, numbered or not."""
    words = [word.strip(".,;:)(-") for word in _ORDINAL.sub(" ", text).split()]
    enough = len(words) >= _FEWEST_WORDS and not one_word(text)
    return enough and all(word.isalpha() and _is_long(word) for word in words)


def _is_long(word: str) -> bool:
    """As the words of wallets are. Other scripts have shorter ones."""
    return len(word) >= _SHORTEST_WORD or not word.isascii()
