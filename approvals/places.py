"""Places that cannot be meant: the contracts of the coins themselves, and well-known dead ends.

Whoever copies from a block explorer copies the contract of a coin instead of the payee's address
soon enough, and its checksum fits. So a destination is held against everything that the catalogue
calls a contract: when it is asked for, and once more before it is sent.
"""

import re
from collections.abc import Iterator

from approvals.catalogue import Catalogue, Token
from approvals.destination import dead_end, family, spellings

_APART = re.compile(r"[-:.+/]+")
"""Between the parts of a contract's name: CODE-ISSUER on XLM, 0x…::usdc::USDC on SUI."""

_HEX = re.compile(r"(?:-?[0-9]+:|0x)?[0-9a-f]+", re.IGNORECASE)
"""Means the same in capital and small letters; the raw form of a TON address too."""

_BASE64 = str.maketrans("+/", "-_")


def no_payee(catalogue: Catalogue, chain: str, normal: str, symbol: str) -> str | None:
    """Why nobody who is paid in `symbol` on `chain` can be meant by the address with this normal
    form; None where somebody can."""
    if why := dead_end(chain, normal):
        return why
    token = _contract(catalogue, chain, normal)
    if token is None:
        return None
    own = token.symbol.upper() == symbol.upper()
    what = f"{token.symbol}'s own contract" if own else f"the contract of {token.symbol}"
    return (
        f"This is {what} on {token.chain}, not a payee: money sent there is lost."
        " Ask the payee for their address."
    )


def _contract(catalogue: Catalogue, chain: str, normal: str) -> Token | None:
    """The token whose contract that is, on this network first. An address of an EVM network is held
    against those of all of them: whoever made a contract has no key to the same address elsewhere.
    """
    written = spellings(chain, normal)
    found = [token for token in _tokens(catalogue, chain, normal) if _named(token) & written]
    own = (token for token in found if token.chain.upper() == chain.upper())
    return next(own, found[0] if found else None)


def _tokens(catalogue: Catalogue, chain: str, normal: str) -> Iterator[Token]:
    """Those on networks where the same address is good. No checksum is verified here: a catalogue
    has thousands of them, and a request has two seconds."""
    everywhere = family(chain, normal) == "EVM"
    for coin in catalogue.coins:
        for token in coin.tokens:
            if token.contract and (everywhere or token.chain.upper() == chain.upper()):
                yield token


def _named(token: Token) -> set[str]:
    """The contract, whole and in its parts, as `spellings` has them."""
    contract = token.contract
    parts = {contract, contract.translate(_BASE64), *_APART.split(contract)}
    return {part.lower() if _HEX.fullmatch(part) else part for part in parts if part}
