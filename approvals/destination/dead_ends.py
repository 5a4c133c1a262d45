"""Well-formed addresses that nobody holds: burn addresses, and parts of the networks themselves.

A checksum fits each of them, and money sent there is gone. Those that people meet have a name here;
the others are told by their bytes. An address is the hash of a key, or a key: to find one that is
nearly all zeros, or one digit again and again, takes about 2**96 tries, which nobody has made.

Sources. EVM: EIP-1352 (precompiles and system contracts), ERC-7528 (0xEeee… stands for the coin),
the OP Stack's specification, "Predeploys" (0x4200…), ethereum.org, "Deposit contract". XRP:
xrpl.org, "Addresses", special addresses. SOL: docs.anza.xyz, "Native programs" and "Sysvars";
solana.com, "Burn address" (the incinerator). TRX: the genesis block in java-tron's config. BTC, LTC
and DOGE: the Bitcoin wiki, "Address" (addresses that were written, not derived); Counterparty's and
Dogeparty's proofs of burn. TON: docs.ton.org, "Zero address". XLM: SEP-23 (all zeros). XTZ: the
burn address of Tezos' marketplaces. FIL: the Filecoin specification, "Burnt funds actor". HIVE and
STEEM: their developers' pages, "null". EOS: the EOSIO system accounts. NEAR: nomicon, "System
account". HBAR: docs.hedera.com, "Account 0.0.0".
"""

import re
from collections.abc import Mapping

from approvals.destination.text import EVM, family

_BURN = "a burn address"
_PROGRAM = "a program of the network itself"
_WRAPPED = "the wrapped coin's own contract"
_EOS = {"eosio": "the network's own account", "eosio.null": _BURN}
_NULL = {"null": "the account that burns what it gets"}

_NAMED: Mapping[str, Mapping[str, str]] = {
    "EVM": {
        "0x000000000000000000000000000000000000dead": _BURN,
        "0xdead000000000000000042069420694206942069": _BURN,
        "0xdeaddeaddeaddeaddeaddeaddeaddeaddeaddead": _BURN,
        "0xdeaddeaddeaddeaddeaddeaddeaddeaddead0000": "a contract of the network itself",
        "0xdeaddeaddeaddeaddeaddeaddeaddeaddead0001": "an account of the network itself",
        "0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee": "a placeholder for the network's own coin",
        "0x00000000219ab540356cbb839cbe05303d7705fa": "the deposit contract of Ethereum's stakers",
    },
    "XRP": {
        "rrrrrrrrrrrrrrrrrrrrrhoLvTp": "account zero, a black hole of the XRP Ledger",
        "rrrrrrrrrrrrrrrrrrrrBZbvji": "account one, a black hole of the XRP Ledger",
        "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh": "the genesis account, a black hole of the XRP Ledger",
        "rrrrrrrrrrrrrrrrrNAMEtxvNvQ": "a black hole of the XRP Ledger",
        "rrrrrrrrrrrrrrrrrrrn5RM1rHd": "a black hole of the XRP Ledger",
    },
    "SOL": {
        "11111111111111111111111111111111": "the system program",
        "1nc1nerator11111111111111111111111111111111": "the incinerator, a burn address",
        "So11111111111111111111111111111111111111112": _WRAPPED,
        "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA": _PROGRAM,
        "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb": _PROGRAM,
        "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL": _PROGRAM,
        "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr": _PROGRAM,
        "BPFLoaderUpgradeab1e11111111111111111111111": _PROGRAM,
        "Sysvar1nstructions1111111111111111111111111": _PROGRAM,
    },
    "TRX": {
        "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb": "the zero address, a burn address",
        "TLsV52sRDL79HXGGm9yzwKibb6BeruhUzy": "TRON's black hole, a burn address",
    },
    "BTC": {
        "1BitcoinEaterAddressDontSendf59kuE": _BURN,
        "1CounterpartyXXXXXXXXXXXXXXXUWLpVr": _BURN,
    },
    "DOGE": {"DDogepartyxxxxxxxxxxxxxxxxxxw1dfzr": _BURN},
    "XTZ": {"tz1burnburnburnburnburnburnburjAYjjX": _BURN},
    "FIL": {"f099": _BURN},
    "HIVE": _NULL,
    "STEEM": _NULL,
    "EOS": _EOS,
    "WAX": _EOS,
    "TLOS": _EOS,
    "NEAR": {"system": "the network's own account"},
    "HBAR": {"0.0.0": _BURN},
}

_FREE = 4
"""So many bytes at the end of an address may be anything, where all before them are zero."""

_RUN = re.compile(r"(.)\1{15}")
"""Sixteen equal letters: at 32 letters and more, 2**75 tries."""

_HEX = re.compile(r"0x([0-9a-f]+)")
_LAST_RESERVED = 0xFFFF
_PREDEPLOYS = range(0x4200 << 144, (0x4200 << 144) + 2048)

NOBODY = "Nobody holds the key of this address: money sent there is lost."
"""The sentence for the ones without a name."""


def dead_end(chain: str, normal: str) -> str | None:
    """What there is to say of an address, in normal form, that no payee can hold."""
    if what := _NAMED.get(family(chain, normal), {}).get(normal) or _of_the_network(normal):
        return (
            f"This is {what}, not a payee: money sent there is lost."
            " Ask the payee for their address."
        )
    if digits := _HEX.fullmatch(normal):
        written = made_up(bytes.fromhex("0" * (len(digits[1]) % 2) + digits[1]))
    else:
        written = _RUN.search(normal) is not None
    return NOBODY if written else None


def made_up(payload: bytes) -> bool:
    """Whether the bytes behind an address were written by somebody, so that it has no key."""
    return not any(payload[:-_FREE]) or len(set(payload.hex())) == 1


def _of_the_network(normal: str) -> str | None:
    if not EVM.fullmatch(normal):
        return None
    number = int(normal, 16)
    reserved = 0 < number <= _LAST_RESERVED or number in _PREDEPLOYS
    return "a contract of the network itself" if reserved else None
