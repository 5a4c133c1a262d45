"""What CCPayment's codes mean, for us and for people."""

import json
import re
from collections.abc import Mapping
from itertools import chain

import pytest

from approvals.ccpayment.answer import read_answer
from approvals.ccpayment.client import NEVER_DECLINED
from approvals.ccpayment.codes import V1_CODES, V2_CODES, Code, explained
from approvals.ccpayment.signing import Keys, hmac_sha256
from approvals.ccpayment.wire import Reply, _public
from approvals.gateway import GatewayTrouble
from tests.core import APP_IDS, SECRET

REFUSED = {
    *("11000", "11001", "11005", "11006", "11013", "11014", "13000", "13001", "13005", "14029"),
    *(str(code) for code in range(12000, 12004)),
    *(str(code) for code in chain(range(14000, 14021), range(14022, 14027))),
}
"""v2's codes for: nothing was sent (14021 is in no list of the vendor's)."""
REFUSED_FOR_NOW = {"11004", "11009", "13002", "13003", "13004", "14001", "14004", "14018"}
"""Those that may pass; a new payout, with new eyes."""
DOUBTFUL = {"10001", "11002", "11007", "11011", "11018"}
"""Those after which a look-up decides."""

HOST = "the address of this host"


def declined(codes: Mapping[str, Code]) -> set[str]:
    return {code for code, meant in codes.items() if meant.declined}


def test_v2_codes_are_read_as_their_names_say() -> None:
    """Exactly the codes that name something wrong with request, account, coin or moment mean that
    nothing was sent; every other one is in doubt, above all a repeat."""
    assert declined(V2_CODES) == REFUSED | REFUSED_FOR_NOW
    assert declined(V1_CODES) == set()
    assert V2_CODES.keys() >= DOUBTFUL
    assert DOUBTFUL <= NEVER_DECLINED


def test_no_table_declines_what_may_have_moved() -> None:
    """No code after which money may have moved is a decline, in any table."""
    assert not NEVER_DECLINED & (declined(V1_CODES) | declined(V2_CODES))


@pytest.mark.parametrize("code", sorted({*V2_CODES, *V1_CODES}))
def test_every_code_has_a_meaning(code: str) -> None:
    """Each is one or two sentences for people, without a place that is left to be filled in; where
    nothing was sent, they say what to do."""
    codes = V2_CODES if code in V2_CODES else V1_CODES
    said = explained(codes, code, None)
    assert re.fullmatch(r"[A-Z][^{}]+\.", said)
    sentences = re.split(r"(?<=\.) ", said)
    assert len(sentences) <= 2
    assert len(sentences) == 2 or ": " in said or not codes[code].declined


def test_an_unlisted_code_means_nothing() -> None:
    """Of a code that nobody has listed, nothing is said."""
    assert explained(V2_CODES, "14021", "203.0.113.7") == ""


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("11006", "check the clock of the host"),
        ("11013", "This account belongs to API v1: set CCPAYMENT_API=v1."),
        ("11005", "check CCPAYMENT_APP_ID and CCPAYMENT_APP_SECRET"),
        ("12001", "check CCPAYMENT_APP_ID"),
    ],
)
def test_a_code_points_at_what_to_change(code: str, named: str) -> None:
    """Where a setting or the host is to blame, it is named."""
    assert named in explained(V2_CODES, code, None)


def meaning(code: str, message: str, source: str | None) -> str:
    """What is told of an error that came to a request from `source`."""
    keys = Keys(APP_IDS["v2"], SECRET, hmac_sha256)
    body = json.dumps({"code": int(code), "msg": "IP not in whitelist", "reason": message}).encode()
    return read_answer(Reply(200, {}, body, source), keys, V2_CODES, verify=True).meaning


@pytest.mark.parametrize("code", ["12002", "14020"])
@pytest.mark.parametrize(
    ("message", "source", "address"),
    [
        ("198.51.100.9", None, "198.51.100.9"),
        ("your ip is 198.51.100.9.", "203.0.113.7", "198.51.100.9"),
        ("[2001:db8::1] is unknown", None, "2001:db8::1"),
        ("", "203.0.113.7", "203.0.113.7"),
        ("version 1.2.3.4.5 at 12:30:45", "203.0.113.7", "203.0.113.7"),
        ("deadbeef", None, HOST),
        ("", None, HOST),
    ],
)
def test_a_whitelist_names_the_address(
    code: str, message: str, source: str | None, address: str
) -> None:
    """Where an address is missing in the account's whitelist, it is named: the one that CCPayment
    saw, else the one that we know of, else this host."""
    assert f"add {address} to" in meaning(code, message, source)


def test_a_refused_answer_is_explained_too() -> None:
    """An answer that cannot be believed says all the same what its code means."""
    keys = Keys(APP_IDS["v2"], SECRET, hmac_sha256)
    reply = Reply(503, {}, b'{"code": 12002, "msg": "no"}', "203.0.113.7")
    with pytest.raises(GatewayTrouble) as told:
        read_answer(reply, keys, V2_CODES, verify=True)
    assert (told.value.why, told.value.code) == ("HTTP 503", "12002")
    assert "add 203.0.113.7 to" in told.value.meaning


@pytest.mark.parametrize(
    ("ours", "public"),
    [
        (("8.8.8.8", 4711), "8.8.8.8"),
        (("2606:4700::1111", 4711), "2606:4700::1111"),
        (("10.0.0.7", 4711), None),
        (("192.168.1.7", 4711), None),
        (("127.0.0.1", 4711), None),
        (("fd00::7", 4711), None),
        (None, None),
    ],
)
def test_only_a_public_address_is_ours(ours: tuple[str, int] | None, public: str | None) -> None:
    """An address that only this host's own network knows would help nobody in a whitelist."""
    assert _public(ours) == public
