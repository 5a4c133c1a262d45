"""What the histories' own reading of CCPayment's answers takes for what."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.core import APP_IDS, SECRET
from tests.simulation.heard import LOOK_UPS, SIGNS, Answer, Heard, Said

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
STAMP = str(int(AT.timestamp()))
OURS = "p1ours"
CREATES = {"v1": "withdraw", "v2": "applyAppWithdrawToNetwork"}
ENTRIES: Mapping[str, Any] = {
    "v1": [{"order_detail": {"merchant_order_id": OURS, "order_id": "77"}}],
    "v2": {"record": {"orderId": OURS, "recordId": "77"}},
}
TAKEN = {"v1": {"order_id": "77"}, "v2": {"recordId": "77"}}
ASKED = {"v1": b'{"merchant_order_ids":["p1ours"]}', "v2": b'{"orderId":"p1ours"}'}
SENT = {"v1": b'{"merchant_order_id":"p1ours"}', "v2": b'{"orderId":"p1ours"}'}


def said(
    api: str,
    code: int,
    data: object = None,
    *,
    create: bool = False,
    status: int = 200,
    signed: bool = True,
    cut: int = 0,
) -> Answer:
    """What such an answer is taken for."""
    heard = Heard(api, APP_IDS[api], SECRET, frozenset({229001}))
    body = json.dumps({"code": code, "msg": "", "data": data}).encode()
    sign = SIGNS[api](APP_IDS[api], SECRET, STAMP, body)
    headers = (
        {"timestamp": STAMP, "sign": sign} if signed else {"date": f"{AT:%a, %d %b %Y %T} GMT"}
    )
    call, request = (CREATES[api], SENT[api]) if create else (LOOK_UPS[api], ASKED[api])
    answer = body[: len(body) - cut]
    heard.answered(call, request, status, headers, answer, AT, AT + timedelta(seconds=1))
    return (heard.created if create else heard.looks)[0]


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_look_up_finds_only_what_a_whole_believable_answer_holds(api: str) -> None:
    """Another status, half an answer or a wrong signature says nothing."""
    found = said(api, 10000, ENTRIES[api])
    assert (found.said, found.order_id, found.clock) == (Said.FOUND, "77", AT)
    assert said(api, 10000, ENTRIES[api], status=502).said is Said.NOTHING
    assert said(api, 10000, ENTRIES[api], cut=1).said is Said.NOTHING


def test_an_unsigned_success_is_none_where_answers_are_signed() -> None:
    """API v1 signs what succeeds."""
    assert said("v1", 10000, ENTRIES["v1"], signed=False).said is Said.NOTHING


@pytest.mark.parametrize(
    ("api", "code", "what"),
    [
        ("v1", 224066, Said.NOTHING),
        ("v1", 229022, Said.ABSENT),
        ("v2", 10001, Said.NOTHING),
        ("v2", 12002, Said.NOTHING),
        ("v2", 11003, Said.ABSENT),
    ],
)
def test_general_errors_are_no_absence(api: str, code: int, what: Said) -> None:
    """Only what is about the order says that it is not there; CCPayment's clock is in Date then."""
    answer = said(api, code, signed=False)
    assert (answer.said, answer.clock) == (what, AT)


@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize(("api", "code"), [("v1", 229021), ("v2", 11011)])
def test_a_repeat_is_one_whatever_is_around_it(api: str, code: int, status: int) -> None:
    """That CCPayment knows the reference is heard in a broken answer too."""
    answer = said(api, code, create=True, status=status, signed=False)
    assert answer.said is Said.REPEATED


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_only_a_known_refusal_in_a_whole_answer_is_one(api: str) -> None:
    """Everything else of the create call is unclear, but a success that can be believed."""
    refused = {"v1": 229001, "v2": 14000}[api]
    assert said(api, refused, create=True, signed=False).said is Said.REFUSED
    assert said(api, refused, create=True, signed=False, status=503).said is Said.NOTHING
    assert said(api, 19001, create=True, signed=False).said is Said.NOTHING
    assert said(api, 10000, TAKEN[api], create=True).said is Said.TAKEN
