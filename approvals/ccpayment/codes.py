"""What CCPayment's codes mean: for us (declined or not), and in words for people.

The vendor names its codes and guarantees nothing about them. How an answer to the create call is
read is inferred from the names: a code that says what is wrong with the request, the account, the
coin or the moment means that nothing was sent. What is refused only for now counts as declined too:
a new payout, with new eyes. A code that says nothing of the kind, or that is not in the table, is
in doubt.

Sources: ccpayment.com/api/doc (v2), error codes; docs.ccpayment.com, v1.0 API.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from approvals.silence import Silence


@dataclass(frozen=True, slots=True)
class Code:
    """`meaning`: one or two sentences, for people; what to do comes last. `{address}` in it stands
    for the address that our requests come from. `declined`: certainly nothing was sent."""

    meaning: str
    declined: bool = False


def _declined(meaning: str) -> Code:
    return Code(meaning, declined=True)


V1_CODES: Mapping[str, Code] = MappingProxyType(
    {
        "224066": Code(
            "A general error of CCPayment, which does not say whether anything was done."
        ),
        "224083": Code("CCPayment knows no such Cwallet user."),
    }
)
"""The rest of v1's table is not public."""

_LOOK_AT_LOG = "Whoever runs Countersign finds the answer in the log."
_LATER = "Ask again later."
_OTHER_NETWORK = "Ask again on another network, or later."

V2_CODES: Mapping[str, Code] = MappingProxyType(
    {
        "10001": Code(
            "A general error of CCPayment, which does not say whether anything was done."
        ),
        "11000": _declined(f"CCPayment could not read the request. {_LOOK_AT_LOG}"),
        "11001": _declined(f"CCPayment could not read the request's headers. {_LOOK_AT_LOG}"),
        "11002": Code(
            "An internal error of CCPayment, which does not say whether anything was done."
        ),
        "11003": Code("CCPayment found nothing of that name."),
        "11004": _declined(f"Too many requests at once. {_LATER}"),
        "11005": _declined(
            "The signature is wrong: check CCPAYMENT_APP_ID and CCPAYMENT_APP_SECRET."
        ),
        "11006": _declined("CCPayment takes the request for expired: check the clock of the host."),
        "11007": Code("CCPayment saw this request before."),
        "11009": _declined("The account's limit for a day is used up. Ask again tomorrow."),
        "11011": Code("CCPayment has a withdrawal of this reference already."),
        "11013": _declined("This account belongs to API v1: set CCPAYMENT_API=v1."),
        "11014": _declined(
            "CCPayment takes this host for an attacker and blocks its address for 5 days."
            " Write to CCPayment's support."
        ),
        "11018": Code("CCPayment is still busy with an earlier request of this kind."),
        "12000": _declined("The account is switched off. Write to CCPayment's support."),
        "12001": _declined("CCPayment knows no such App ID: check CCPAYMENT_APP_ID."),
        "12002": _declined(
            "CCPayment takes requests from known addresses only: add {address} to the account's"
            " IP whitelist in its dashboard."
        ),
        "12003": _declined(
            "The account's API is closed until CCPayment has verified the website or the company."
            " Do that in its dashboard."
        ),
        "13000": _declined(f"CCPayment has no such coin. {_OTHER_NETWORK}"),
        "13001": _declined(f"CCPayment has no such network. {_OTHER_NETWORK}"),
        "13002": _declined(f"CCPayment has no sound price for this coin just now. {_LATER}"),
        "13003": _declined(
            "CCPayment has no sound price just now, so the company cannot pay the fee. Ask again"
            " with the fee taken from the amount, or later."
        ),
        "13004": _declined(f"The network is not stable just now. {_OTHER_NETWORK}"),
        "13005": _declined(f"CCPayment has halted this coin. {_LATER}"),
        "14000": _declined("The CCPayment balance is too low. Top it up, then ask again."),
        "14001": _declined(f"The network fee has risen meanwhile. {_LATER}"),
        "14002": _declined(
            "The address is not active on its chain. Ask the payee for another one."
        ),
        "14003": _declined("This address needs a memo. Ask the payee for it."),
        "14004": _declined(f"CCPayment has stopped this network for now. {_OTHER_NETWORK}"),
        "14005": _declined("The amount is below CCPayment's minimum. Ask for more."),
        "14006": _declined("The amount is above CCPayment's maximum. Ask for less at a time."),
        "14007": _declined("CCPayment takes this for no address. Ask the payee for it again."),
        "14008": _declined("The address is the account's own. Check the destination."),
        "14009": _declined("This network carries no memo. Ask the payee whether it is needed."),
        "14010": _declined(
            "The account does not support this coin. Switch it on in CCPayment's dashboard."
        ),
        "14011": _declined(
            "The CCPayment balance of the network's own coin does not cover the fee. Top it up,"
            " then ask again."
        ),
        "14012": _declined(
            "CCPayment makes no transfers between merchants. Ask the payee for another address."
        ),
        "14013": _declined("The amount has too many decimals. Ask for a rounder one."),
        "14014": _declined(
            "Fees for collecting deposits are unpaid. Settle them in CCPayment's dashboard."
        ),
        "14015": _declined("The address is a contract's. Ask the payee for another one."),
        "14016": _declined("The address is of a type that takes no coins. Ask for another one."),
        "14017": _declined("CCPayment has this address on its blacklist. Do not pay it."),
        "14018": _declined(
            "Withdrawals are switched off. Switch them on in CCPayment's dashboard, then ask again."
        ),
        "14019": _declined("Too little is left after the network fee. Ask for more."),
        "14020": _declined(
            "Withdrawals need an IP whitelist: add {address} to it in CCPayment's dashboard."
        ),
        "14022": _declined("The amount is beyond what test mode allows. Ask for less."),
        "14023": _declined("Test mode limits a single withdrawal. Ask for less."),
        "14024": _declined("CCPayment takes this for no address. Ask the payee for it again."),
        "14025": _declined("This network needs a memo. Ask the payee for it."),
        "14026": _declined("CCPayment calls this address risky. Do not pay it."),
        "14029": _declined("CCPayment has this address on its blacklist. Do not pay it."),
    }
)

SAYS_NOTHING = frozenset({"10001", "11002", "11007", "11011", "11018", "224066"})
"""General failures, repeats and locks: they refuse nothing, and after them money may have moved."""

UNKNOWN_ADDRESS = "the address of this host"


def explained(codes: Mapping[str, Code], code: str, address: str | None) -> str:
    """What `code` means and what to do; "" where the table has no such code. `address` is where
    the request came from, as far as that is known."""
    if code not in codes:
        return ""
    return codes[code].meaning.replace("{address}", address or UNKNOWN_ADDRESS)


def silence_of(code: str) -> Silence:
    """What kind of silence an error with this code is. v1's table is not public, so that a code is
    in no table means nothing: the gateway answered, and it was no."""
    return Silence.UNCLEAR if code in SAYS_NOTHING else Silence.REFUSED
