"""No private key goes any further: what somebody typed is looked through before it is read."""

from approvals.destination import HEX, certain_key, likely_key
from approvals.errors import Secret

_NOT_KEPT = (
    "Whoever reads it can take the money behind it, so it is kept nowhere here."
    " Move that money to a new wallet. Ask the payee for an address."
)


def no_key_in(field: str, text: str) -> None:
    """Raises Secret where `text`, of any field, holds what is certainly a key."""
    if what := certain_key(text):
        raise Secret(field, f"What you typed holds {what}. {_NOT_KEPT}")


def no_key_for(field: str, text: str, network: str | None, coin: str) -> None:
    """Raises Secret where `text`, which is meant to be a destination or stands where one may, looks
    like a key; `network` and `coin` as they were typed."""
    what = likely_key(text, network or coin)
    if what is None:
        return
    address = " If it is an address, name its network, such as on NEAR, on APT or on SUI."
    hint = address if what == HEX and not network else ""
    raise Secret(field, f"What you typed looks like {what}. {_NOT_KEPT}{hint}")
