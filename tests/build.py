"""Payouts for tests, made as real ones are: by playing events.

    payout()                                    waits for approval
    payout(State.SENT, memo="0012345")          sent, by the usual way
    then(payout(State.SENDING), Kind.DOUBTED)   one more event, with the usual facts

Keyword arguments change the content, or else the facts of the event that is played last (for
`payout`: of the request); a third positional one changes who did it. Every event happens a minute
after the one before.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from approvals.audit import GENESIS, Line, Subject
from approvals.content import Account, Content, FeePayer
from approvals.destination import Kind as DestinationKind
from approvals.payout import Actor, Event, Fact, Kind, Payout, State, evolve
from approvals.policy import short_policy
from approvals.times import to_seconds, to_text
from sandbox.slack.cast import DANA as DANA_IN_SLACK
from sandbox.slack.cast import ELI as ELI_IN_SLACK
from sandbox.slack.cast import RITA as RITA_IN_SLACK
from sandbox.slack.workspace import TEAM

NOON = datetime(2026, 11, 22, 10, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
EXPIRY = timedelta(hours=24)

RITA = Actor(RITA_IN_SLACK.id, RITA_IN_SLACK.real_name)
DANA = Actor(DANA_IN_SLACK.id, DANA_IN_SLACK.real_name)
ELI = Actor(ELI_IN_SLACK.id, ELI_IN_SLACK.real_name)
POLICY = short_policy([DANA.id, ELI.id], EXPIRY)

ACCOUNT = Account("v1", "20230101000000000000000000000001", "https://admin.ccpayment.com")
INVOICE = (
    "lnbc2500u1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsy"
    "qcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpu9qrsg"
    "quk0rl77nj30yxdy8j9vdx85fkpmdla2087ne0xh8nhedh8w27kyke0lp53ut353s06fv3qfegext0eh"
    "0ymjpf39tuven09sam30g4vgpfna3rh"
)
"""An example of BOLT #11, over 250,000 satoshi."""

CONTENT: Mapping[str, Any] = {
    "nonce": "00112233445566778899aabbccddeeff",
    "number": 42,
    "team": TEAM,
    "account": ACCOUNT,
    "symbol": "USDT",
    "chain": "TRX",
    "contract": "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
    "token_id": "f137d42c-f3a6-4f23-9402-76f0395d0cfe",
    "kind": DestinationKind.CHAIN,
    "destination": "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8",
    "memo": "",
    "amount": Decimal(250),
    "fee_payer": FeePayer.PAYEE,
    "requester": RITA.id,
    "reason": "Invoice 1043",
}
CWALLET: dict[str, Any] = {
    "kind": DestinationKind.CWALLET,
    "destination": "9558861",
    "cwallet_name": "Ana B.",
    "checked": 0,
}
"""Changes that make it a payout to a Cwallet user."""
LIGHTNING: dict[str, Any] = {
    "kind": DestinationKind.LIGHTNING,
    "symbol": "SATS",
    "chain": "LIGHTNING",
    "contract": "",
    "destination": INVOICE,
    "amount": Decimal(250_000),
    "payment_hash": "0001020304050607080900010203040506070809000102030405060708090102",
    "value": 160_000_000,
    "payable_until": to_text(NOON + 50 * MINUTE),
    "expires_at": to_text(NOON + 50 * MINUTE),
}
"""Changes that make it a payout of a Lightning invoice."""

_DONE_BY = {
    Kind.REQUESTED: RITA,
    Kind.AGREED: DANA,
    Kind.TAKEN_BACK: DANA,
    Kind.APPROVED: DANA,
    Kind.REJECTED: DANA,
    Kind.CANCELLED: RITA,
    Kind.AGAIN_ASKED: DANA,
    Kind.CLOSE_ASKED: DANA,
}
_WAYS = {
    State.REQUESTED: (),
    State.APPROVED: (Kind.APPROVED,),
    State.SENDING: (Kind.APPROVED, Kind.CLAIMED),
    State.SENT: (Kind.APPROVED, Kind.CLAIMED, Kind.SENT),
    State.SETTLED: (Kind.APPROVED, Kind.CLAIMED, Kind.SENT, Kind.SETTLED),
    State.FAILED: (Kind.APPROVED, Kind.CLAIMED, Kind.DECLINED, Kind.FAILED),
    State.REJECTED: (Kind.REJECTED,),
    State.CANCELLED: (Kind.CANCELLED,),
    State.EXPIRED: (Kind.EXPIRED,),
}


def payout(state: State = State.REQUESTED, **changes: Any) -> Payout:
    """A payout in `state`."""
    made = evolve(None, request(**changes))
    for kind in _WAYS[state]:
        made = then(made, kind)
    return made


def request(**changes: Any) -> Event:
    """The event that makes a payout."""
    parts = {field.name for field in fields(Content)}
    content = Content(**{**CONTENT, **{key: changes[key] for key in parts & changes.keys()}})
    facts: dict[str, Fact] = {
        "canonical": content.canonical(),
        "normal": content.destination,
        "checked": 1,
        "payment_hash": None,
        "payable_until": None,
        "expires_at": to_text(NOON + EXPIRY),
        "policy": POLICY.hash,
        "tier": "any value",
        "quorum": 1,
        "value": int(content.amount * 1_000_000),
        "priced_at": to_text(NOON - MINUTE),
        "cwallet_name": None,
    }
    facts |= {key: fact for key, fact in changes.items() if key not in parts}
    return Event(Kind.REQUESTED, NOON, RITA, facts)


def then(before: Payout, kind: Kind, by: Actor | None = None, /, **facts: Fact) -> Payout:
    """`before` after one more event."""
    return evolve(before, happening(before, kind, by, **facts))


def happening(before: Payout, kind: Kind, by: Actor | None = None, /, **facts: Fact) -> Event:
    """The next event of `before`, by whom it usually is and with the usual facts."""
    at = NOON + before.version * MINUTE
    usual = _usual_facts(before, at).get(kind, {})
    return Event(kind, at, by or _DONE_BY.get(kind), {**usual, **facts})


def on_record(*events: Event, number: int = 42) -> tuple[Line, ...]:
    """The audit lines that these events of one payout are (in no chain)."""
    return tuple(
        Line(
            *(place, event.at, Subject.PAYOUT, number, event.kind.value, event.by),
            via="test",
            facts=event.facts,
            previous=GENESIS,
        )
        for place, event in enumerate(events, start=1)
    )


def story(*kinds: Kind, **changes: Any) -> tuple[Payout, tuple[Line, ...]]:
    """A payout to which all this happened after it was asked for, and what is on record."""
    events = [request(**changes)]
    played = evolve(None, events[0])
    for kind in kinds:
        events.append(happening(played, kind))
        played = evolve(played, events[-1])
    return played, on_record(*events, number=played.number)


def _usual_facts(before: Payout, at: datetime) -> dict[Kind, dict[str, Fact]]:
    tried = len(before.attempts)
    unanswered = before.attempt is not None and before.attempt.outcome is None
    tier: dict[str, Fact] = {
        "tier": before.tier,
        "quorum": before.quorum,
        "missing": before.quorum,
        "value": before.value,
        "priced_at": to_text(before.priced_at) if before.priced_at else None,
        "verdict": "1 of 1 approvals (any value)",
    }
    order: dict[str, Fact] = {
        "order_id": "202301090616511612332555323101104",
        "network_fee": "1.5",
        "fee_coin": before.content.symbol,
        "status": "Processing",
    }
    return {
        Kind.ESTIMATED: {"balance": "1000", "fee": "1.5", "fee_coin": before.content.symbol},
        Kind.AGREED: tier | {"missing": max(before.missing - 1, 0)},
        Kind.TAKEN_BACK: tier | {"missing": before.missing + 1},
        Kind.APPROVED: tier | {"missing": 0, "expires_at": to_text(at + EXPIRY)},
        Kind.REOPENED: tier | {"ended": DANA.id, "expires_at": to_text(at + EXPIRY)},
        Kind.REJECTED: {"because": "Already paid in October."},
        Kind.DELAYED: {"why": "CCPayment does not answer."},
        Kind.CLAIMED: {
            "attempt": tried + 1,
            "timestamp": to_seconds(at),
            "body": '{"merchant_order_id":"…"}',
        },
        Kind.ADOPTED: {},
        Kind.UNSENT: {"attempt": tried, "message": "connection refused"},
        Kind.DECLINED: {"attempt": tried, "code": "14000", "message": "balance too low"},
        Kind.DOUBTED: {"attempt": tried, "code": "224066", "message": "service error"},
        Kind.LOOKED_UP: {"said": "CCPayment knows no such reference."},
        Kind.ABSENT: {"said": "CCPayment knows no such reference (no entry)", "absent": 1},
        Kind.SENT: {"attempt": tried, **order} if unanswered else order,
        Kind.LEARNED: {"txid": "f3a9" * 16},
        Kind.SETTLED: {"status": "Successful", "txid": "f3a9" * 16},
        Kind.FAILED: {"because": "CCPayment declined it."},
    }
