"""What can be asked of the ledger: plain questions, answered from one moment of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlite_utils import Database

from approvals.audit import Line, read_line
from approvals.cautions import compared_memo, same_words
from approvals.ledger.rows import Audience, Card, Freeze, Value, read_card, read_payout
from approvals.money import MICRO, plain
from approvals.payout import Payout, State
from approvals.times import from_text, to_text

BATCH = 20
"""How many due rows a worker picks up at once."""

# A time that stands on the payout's own row, which people see: however far ahead, it is waited for.
_NOT_AWAITED = (
    "NOT (state = 'requested' AND due_at = expires_at)"
    " AND NOT (state <> 'requested' AND held_until IS NOT NULL AND due_at = held_until)"
)
_CARD_AWAITED = (
    "(payouts.number IS NOT NULL AND (cards.due_at = payouts.expires_at"
    " OR coalesce(cards.due_at = payouts.held_until, FALSE)"
    " OR payouts.state = 'sending' AND cards.due_at <= :latest))"
)

_PAID_SO = "state = 'settled' AND normal = :normal AND route = :route AND number <> :without"
_OTHERS = (
    "state NOT IN ('rejected', 'cancelled', 'expired') AND number <> :without"
    " AND requested_at >= :since AND requested_at <= :until"
    " ORDER BY requested_at DESC, number DESC LIMIT :limit"
)

_COUNTS = (
    "state NOT IN ('rejected', 'cancelled', 'expired') AND NOT (state = 'failed'"
    " AND sent_at IS NULL AND order_id IS NULL AND restored_at IS NULL AND NOT EXISTS"
    " (SELECT 1 FROM attempts WHERE attempts.payout = payouts.number"
    " AND (outcome IS NULL OR outcome NOT IN ('unsent', 'declined'))))"
)
"""What is open or left, or may have left."""

_SAME = "normal = :normal AND symbol = :symbol AND amount = :amount AND memo = :memo"

MOST_BESIDE = 10**18
"""Micro-dollars. What is worth more together is worth so much: no tier ends above it, and the
ledger can keep it."""

_WAITS = "state IN ('requested', 'sending')"
"""What waits for people, or may come to that: it is in doubt, or was just sent."""

_BEYOND = 2**63  # the first whole number that SQLite cannot store


@dataclass(frozen=True, slots=True)
class Payment:
    """How much goes to whom: what is compared to tell whether two payouts are the same. `normal`
    and `memo` in the forms that are compared."""

    normal: str
    memo: str
    symbol: str
    amount: Decimal

    @classmethod
    def of(cls, payout: Payout) -> "Payment":
        """What a payout pays."""
        content = payout.content
        return cls(payout.normal, compared_memo(content), content.symbol, content.amount)

    def row(self) -> dict[str, Value]:
        """As the columns of `payouts` hold it."""
        return {
            "normal": self.normal,
            "memo": self.memo,
            "symbol": self.symbol,
            "amount": plain(self.amount),
        }


@dataclass(frozen=True, slots=True)
class Beside:
    """Other payouts that count with one: what they are worth in micro-dollars, None where one of
    them has no known value; and which they are, the newest first."""

    value: int | None
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Frozen:
    """Nothing is sent, since `at`; `why` as the end of a sentence. `line` is the audit line that
    says so."""

    kind: Freeze
    why: str
    at: datetime
    line: int


class Reading:
    """What can be asked of the ledger."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def payout(self, number: int) -> Payout | None:
        """The payout with this number, which may be any that a person typed."""
        if not 0 < number < _BEYOND:
            return None
        found = self._payouts("number = :number", {"number": number})
        return found[0] if found else None

    def listed(
        self, requesters: Iterable[str] | None, *, waiting: bool, start: int, limit: int
    ) -> tuple[Payout, ...]:
        """Of those that wait for people, the longest waiting first; or of all others, the newest
        first: so many, after `start`. Of these requesters, or everybody's."""
        where, ids = _of(requesters, waiting=waiting)
        order = "number" if waiting else "number DESC"
        return self._payouts(
            f"{where} ORDER BY {order} LIMIT :limit OFFSET :start",
            {**ids, "limit": limit, "start": start},
        )

    def counted(self, requesters: Iterable[str] | None, *, waiting: bool) -> int:
        """How many those are."""
        where, ids = _of(requesters, waiting=waiting)
        (row,) = self._rows(f"SELECT count(*) AS number FROM payouts WHERE {where}", ids)
        return int(row["number"] or 0)

    def latest(self, limit: int, requesters: Iterable[str] | None = None) -> tuple[Payout, ...]:
        """The newest payouts first; of these requesters, or everybody's."""
        listed, ids = _listed("requester", requesters or ())
        where = "1 = 1" if requesters is None else f"requester IN ({listed})"
        return self._payouts(f"{where} ORDER BY number DESC LIMIT :limit", {**ids, "limit": limit})

    def asked(self, requesters: Iterable[str], what: Payment, since: datetime) -> Payout | None:
        """The newest payout by which these requesters asked for this, on whatever network, that is
        not final, or was asked for since."""
        listed, ids = _listed("requester", requesters)
        named = ", ".join(f"'{state}'" for state in State if not state.final)
        found = self._payouts(
            f"requester IN ({listed}) AND {_SAME} AND (state IN ({named}) OR requested_at > :since)"
            " ORDER BY number DESC LIMIT 1",
            {**ids, **what.row(), "since": to_text(since)},
        )
        return found[0] if found else None

    def by_invoice(self, payment_hash: str) -> Payout | None:
        """The payout that holds this Lightning invoice, unless it certainly never left."""
        found = self._payouts(
            "payment_hash = :hash AND state NOT IN ('rejected', 'cancelled', 'expired')",
            {"hash": payment_hash},
        )
        return found[0] if found else None

    def by_order(self, order_id: str) -> Payout | None:
        """The payout that the gateway has under this number, as far as is on record."""
        found = self._payouts("order_id = :order ORDER BY number", {"order": order_id})
        return found[0] if found else None

    def between(self, start: datetime, end: datetime) -> tuple[Payout, ...]:
        """What was asked for from `start` until before `end`, the oldest first."""
        return self._payouts(
            "requested_at >= :start AND requested_at < :end ORDER BY number",
            {"start": to_text(start), "end": to_text(end)},
        )

    def in_flight_or_left(self, since: datetime) -> list[dict[str, Value]]:
        """Number, requester, normal, value and sent_at of every payout that may still leave, and of
        those that left since."""
        return self._rows(
            "SELECT number, requester, normal, value, sent_at FROM payouts"
            " WHERE state IN ('requested', 'approved', 'sending')"
            " OR (state IN ('sent', 'settled') AND sent_at >= :since)",
            {"since": to_text(since)},
        )

    def beside(self, alike: Mapping[str, Iterable[str]], since: datetime, most: int) -> Beside:
        """The payouts whose columns hold one of these values, asked for since: open, or left. Not
        those that people ended, nor those that failed with certainly nothing sent. `most`: so many
        are named, the newest first. The sum is exact, up to MOST_BESIDE: dollars and the rest of
        each are added up apart, so that no whole number grows too large for SQLite."""
        where = ["requested_at >= :since"]
        values: dict[str, Value] = {"since": to_text(since), "most": most}
        for name, those in alike.items():
            listed, bound = _listed(name, those)
            where.append(f"{name} IN ({listed})")
            values |= bound
        which = f"FROM payouts WHERE {' AND '.join(where)} AND {_COUNTS}"
        (summed,) = self._rows(
            "SELECT sum(value / 1000000) AS dollars, sum(value % 1000000) AS rest,"
            f" count(*) AS others, count(value) AS known {which}",
            values,
        )
        named = self._rows(f"SELECT number {which} ORDER BY number DESC LIMIT :most", values)
        whole = min(int(summed["dollars"] or 0) * MICRO + int(summed["rest"] or 0), MOST_BESIDE)
        known = summed["others"] == summed["known"]
        numbers = tuple(int(row["number"] or 0) for row in named)
        return Beside(whole if known else None, numbers)

    def due(
        self, longest: Mapping[State, timedelta], now: datetime
    ) -> tuple[tuple[Payout, str, int], ...]:
        """Payouts in these states that somebody must look at now: each with the `due_at` that was
        picked up, and how often in a row that failed. `longest` is for how long one in each state
        is ever put off, unless it waits for its own hold or end; what is due later than that is due
        now, since a clock was wrong when that was set."""
        states = {f"state{place}": state.value for place, state in enumerate(longest)}
        latest = {f"latest{at}": to_text(now + wait) for at, wait in enumerate(longest.values())}
        owned = " OR ".join(
            f"state = :state{one} AND (due_at <= :now OR due_at > :latest{one} AND {_NOT_AWAITED})"
            for one in range(len(longest))
        )
        rows = self._rows(
            f"SELECT * FROM payouts WHERE due_at IS NOT NULL AND ({owned})"
            " ORDER BY due_at, number LIMIT :limit",
            {**states, **latest, "now": to_text(now), "limit": BATCH},
        )
        return tuple((self._read(row), str(row["due_at"]), int(row["tries"] or 0)) for row in rows)

    def next_due(self, number: int) -> datetime | None:
        """When somebody must look at this payout next."""
        (row,) = self._rows("SELECT due_at FROM payouts WHERE number = :number", {"number": number})
        return None if row["due_at"] is None else from_text(str(row["due_at"]))

    def card(self, subject: str, id: int, audience: Audience) -> Card | None:
        """The card about `subject`, `id` for this audience."""
        rows = self._rows(
            "SELECT * FROM cards WHERE subject = :subject AND id = :id AND audience = :audience",
            {"subject": subject, "id": id, "audience": audience.value},
        )
        return read_card(rows[0]) if rows else None

    def due_cards(self, now: datetime, longest: timedelta) -> tuple[Card, ...]:
        """The cards that must be redrawn now, the longest waiting first. One that failed is put off
        for `longest` at most, any other only until its payout's hold or end, or while that is in
        doubt; what is due later is due now, since a clock was wrong when that was set."""
        rows = self._rows(
            "SELECT cards.* FROM cards LEFT JOIN payouts"
            " ON cards.subject = 'payout' AND payouts.number = cards.id"
            " WHERE cards.due_at IS NOT NULL AND (cards.due_at <= :now"
            " OR cards.tries > 0 AND cards.due_at > :latest"
            f" OR cards.tries = 0 AND NOT {_CARD_AWAITED})"
            " ORDER BY cards.due_at, cards.id LIMIT :limit",
            {"now": to_text(now), "latest": to_text(now + longest), "limit": BATCH},
        )
        return tuple(map(read_card, rows))

    def card_troubles(self) -> frozenset[str]:
        """Why cards for everybody cannot be shown, each reason once."""
        rows = self._rows(
            "SELECT DISTINCT trouble FROM cards WHERE audience = :audience AND trouble IS NOT NULL",
            {"audience": Audience.CHANNEL.value},
        )
        return frozenset(str(row["trouble"]) for row in rows)

    def lines(self, subject: str, id: int, after: int = 0) -> tuple[Line, ...]:
        """What is on record about `subject`, `id`, after line number `after`, in order."""
        rows = self._rows(
            "SELECT line FROM audit WHERE subject = :subject AND id = :id AND number > :after"
            " ORDER BY number",
            {"subject": subject, "id": id, "after": after},
        )
        return tuple(read_line(str(row["line"])) for row in rows)

    def log(self) -> Iterator[dict[str, Value]]:
        """Every row of the audit log, oldest first, a few at a time."""
        cursor = self._db.execute("SELECT * FROM audit ORDER BY number")
        names = [column[0] for column in cursor.description]
        for row in cursor:
            yield dict(zip(names, row, strict=True))

    def rows(self, table: str) -> list[dict[str, Value]]:
        """Every row of `table`, as it is stored."""
        return self._rows(f"SELECT * FROM {table}", {})

    def policy(self, hash: str) -> str | None:
        """The text of a policy that is or was in force."""
        rows = self._rows("SELECT text FROM policies WHERE hash = :hash", {"hash": hash})
        return str(rows[0]["text"]) if rows else None

    def policy_in_force(self) -> str | None:
        """The text of the policy that is in force; None before the first."""
        (row,) = self._rows("SELECT policy FROM ledger", {})
        return self.policy(str(row["policy"])) if row["policy"] else None

    def accounts(self) -> tuple[frozenset[str], ...]:
        """The ids of each person who is known to have several."""
        people: dict[str, set[str]] = {}
        for row in self._rows("SELECT id, person FROM accounts ORDER BY id", {}):
            people.setdefault(str(row["person"]), set()).add(str(row["id"]))
        return tuple(map(frozenset, people.values()))

    def seen(self, team: str, trigger: str) -> int | None:
        """The payout that this signed request was about, if it was handled before (0: none)."""
        rows = self._rows(
            "SELECT payout FROM seen WHERE team = :team AND trigger = :trigger",
            {"team": team, "trigger": trigger},
        )
        return int(rows[0]["payout"] or 0) if rows else None

    def frozen(self) -> "Frozen | None":
        """Why nothing is sent, if nothing is."""
        (row,) = self._rows("SELECT * FROM ledger", {})
        if row["frozen_kind"] is None:
            return None
        return Frozen(
            kind=Freeze(str(row["frozen_kind"])),
            why=str(row["frozen_because"]),
            at=from_text(str(row["frozen_at"])),
            line=int(row["frozen_line"] or 0),
        )

    def signs(self) -> bool:
        """Whether the account was seen to sign its answers."""
        (row,) = self._rows("SELECT signs FROM ledger", {})
        return bool(row["signs"])

    def newest(self) -> tuple[int, str] | None:
        """Number and hash of the newest audit line."""
        rows = self._rows("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1", {})
        return (int(rows[0]["number"] or 0), str(rows[0]["hash"])) if rows else None

    def hash_at(self, number: int) -> str | None:
        """The hash that is stored with an audit line."""
        rows = self._rows("SELECT hash FROM audit WHERE number = :number", {"number": number})
        return str(rows[0]["hash"]) if rows else None

    def line(self, number: int) -> Line | None:
        """One audit line."""
        rows = self._rows("SELECT line FROM audit WHERE number = :number", {"number": number})
        return read_line(str(rows[0]["line"])) if rows else None

    def open(self) -> tuple[Payout, ...]:
        """Every payout that is not final, the oldest first."""
        named = ", ".join(f"'{state}'" for state in State if not state.final)
        return self._payouts(f"state IN ({named}) ORDER BY number", {})

    def newest_accepted(self) -> str | None:
        """The reference of the newest withdrawal that the gateway took, by its own word."""
        rows = self._rows(
            "SELECT reference FROM payouts WHERE order_id IS NOT NULL AND resolver IS NULL"
            " ORDER BY sent_at DESC, number DESC LIMIT 1",
            {},
        )
        return str(rows[0]["reference"]) if rows else None

    def times_paid(self, normal: str, route: str, without: int, most: int) -> int:
        """How many payouts to this destination, by this route, have settled, but for one; counted
        up to `most`."""
        rows = self._rows(
            "SELECT count(*) AS times"
            f" FROM (SELECT number FROM payouts WHERE {_PAID_SO} LIMIT :most) AS found",
            {"normal": normal, "route": route, "without": without, "most": most},
        )
        return int(rows[0]["times"] or 0)

    def last_paid(self, normal: str, route: str, without: int) -> Payout | None:
        """The last payout to this destination, by this route, that settled."""
        found = self._payouts(
            f"{_PAID_SO} ORDER BY closed_at DESC, number DESC LIMIT 1",
            {"normal": normal, "route": route, "without": without},
        )
        return found[0] if found else None

    def last_paid_anyhow(self, normal: str, without: int) -> Payout | None:
        """The last payout to this address that settled, by whatever route."""
        found = self._payouts(
            "state = 'settled' AND normal = :normal AND number <> :without"
            " ORDER BY closed_at DESC, number DESC LIMIT 1",
            {"normal": normal, "without": without},
        )
        return found[0] if found else None

    def paid_alike(self, head: str, end: str, limit: int) -> tuple[Payout, ...]:
        """The last payout that settled, to each of the addresses with both these ends."""
        found: list[Payout] = []
        after = head
        while len(found) < limit:
            rows = self._rows(
                "SELECT normal FROM payouts WHERE state = 'settled'"
                " AND substr(normal, length(normal) - 3) = :end AND normal > :after"
                " ORDER BY normal LIMIT 1",
                {"end": end, "after": after},
            )
            if not rows or not str(rows[0]["normal"]).startswith(head):
                break
            after = str(rows[0]["normal"])
            found += filter(None, [self.last_paid_anyhow(after, without=0)])
        return tuple(found)

    def same_payments(
        self, payout: Payout, since: datetime, until: datetime, limit: int
    ) -> tuple[Payout, ...]:
        """The newest others to the same payee over the same amount, asked for in this time, which
        people did not end."""
        values = Payment.of(payout).row() | _span(payout, since, until, limit)
        return self._payouts(f"{_SAME} AND {_OTHERS}", values)

    def same_reasons(
        self, payout: Payout, since: datetime, until: datetime, limit: int
    ) -> tuple[Payout, ...]:
        """The newest others for the same reason, likewise."""
        values = {"reason": same_words(payout.content.reason)}
        span = _span(payout, since, until, limit)
        return self._payouts(f"reason = :reason AND {_OTHERS}", {**values, **span})

    def sending_to(self, payout: Payout) -> tuple[Payout, ...]:
        """The other payouts to the same payee that may have left, with no answer yet."""
        return self._payouts(
            "normal = :normal AND state = 'sending' AND memo = :memo AND number <> :without",
            {
                "normal": payout.normal,
                "memo": compared_memo(payout.content),
                "without": payout.number,
            },
        )

    def _payouts(self, where: str, values: Mapping[str, Value]) -> tuple[Payout, ...]:
        rows = self._rows(f"SELECT * FROM payouts WHERE {where}", values)
        return tuple(self._read(row) for row in rows)

    def _read(self, row: Mapping[str, Value]) -> Payout:
        about = {"number": row["number"]}
        approvals = self._rows(
            "SELECT * FROM approvals WHERE subject = 'payout' AND id = :number"
            " ORDER BY at, approver",
            about,
        )
        attempts = self._rows(
            "SELECT * FROM attempts WHERE payout = :number ORDER BY number", about
        )
        return read_payout(row, approvals, attempts)

    def _rows(self, sql: str, values: Mapping[str, Value]) -> list[dict[str, Value]]:
        cursor = self._db.execute(sql, dict(values))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _of(requesters: Iterable[str] | None, *, waiting: bool) -> tuple[str, dict[str, Value]]:
    """A condition for what these requesters asked for, that waits for people or does not."""
    listed, ids = _listed("requester", requesters or ())
    whose = "1 = 1" if requesters is None else f"requester IN ({listed})"
    return f"{whose} AND {'' if waiting else 'NOT '}({_WAITS})", ids


def _listed(name: str, values: Iterable[str]) -> tuple[str, dict[str, Value]]:
    """What stands between the brackets of SQL's IN, and the values for it."""
    named: dict[str, Value] = {f"{name}{place}": str(one) for place, one in enumerate(values)}
    return ", ".join(f":{one}" for one in named), named


def _span(payout: Payout, since: datetime, until: datetime, limit: int) -> dict[str, Value]:
    return {
        "without": payout.number,
        "since": to_text(since),
        "until": to_text(until),
        "limit": limit,
    }
