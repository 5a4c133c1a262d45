"""What can be done to the ledger, inside one transaction: state, approval, audit line and schedule,
together or not at all."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from approvals.audit import GENESIS, Line, Note, Subject, hash_of
from approvals.content import Account
from approvals.errors import LostRace
from approvals.ledger.reading import Frozen, Reading
from approvals.ledger.rows import (
    Audience,
    Card,
    Freeze,
    Value,
    approval_row,
    attempt_row,
    card_row,
    payout_row,
)
from approvals.payout import Actor, Event, Fact, Kind, Payout, State, evolve
from approvals.policy import Policy
from approvals.times import to_text
from approvals.words import visible

SKIPPED_NUMBERS = 1000
"""After an old copy was put back: people may remember numbers that the copy does not."""

_GRAVITY = tuple(Freeze)

_ANNOUNCED = frozenset({Note.FROZEN, Note.UNFROZEN, Note.ALARM, Note.POLICY_CHANGED})

_LOGGED = {
    Note.ALARM: (logging.ERROR, "alarm"),
    Note.FROZEN: (logging.ERROR, "sending is frozen"),
    Note.UNFROZEN: (logging.WARNING, "sending goes on"),
}

log = logging.getLogger(__name__)


class WrongLedger(Exception):
    """The ledger belongs to another Slack team or gateway account."""


class Change(Reading):
    """The steps of one transaction. `appended`: number and hash of the newest line it wrote;
    `rewound`: why this is not the ledger that it was, as the end of a sentence, until the freeze
    that says so is on record; `grave`: what whoever runs Countersign must read too, each with its
    level in the log."""

    appended: tuple[int, str] | None = None
    rewound: str | None = None
    grave: tuple[tuple[int, str], ...] = ()

    def tell(self) -> None:
        """Put into the log what is grave. Only for what is committed."""
        for level, words in self.grave:
            log.log(level, "%s", words)

    def take_number(self) -> int:
        """The next payout's number; never given twice."""
        (row,) = self._rows("SELECT next_number FROM ledger", {})
        self._run("UPDATE ledger SET next_number = next_number + 1", {})
        return int(row["next_number"] or 0)

    def record(self, payout: Payout | None, event: Event, via: str, due: datetime | None) -> Payout:
        """Let `event` happen: the new state, its approvals and attempts, the audit line, and the
        cards that now show something old. `due` is when the payout's owner must look next.

        Raises IllegalStep where it cannot happen, LostRace where `payout` is not what the ledger
        holds now.
        """
        after = evolve(payout, event)
        if payout is None:
            self._insert("payouts", {**payout_row(after), "due_at": _text(due), "tries": 0})
            for audience in Audience:
                self._insert("cards", card_row(Card("payout", after.number, audience)))
        else:
            self._replace_payout(payout, after, due)
        self._keep_parts(payout, after)
        facts, at = event.facts, event.at
        self._append(at, Subject.PAYOUT, after.number, event.kind.value, event.by, via, facts)
        self.redraw(after.number, at)
        return after

    def note(
        self,
        kind: Note,
        at: datetime,
        by: Actor | None,
        via: str,
        facts: Mapping[str, Fact],
        number: int = 0,
    ) -> None:
        """Put something on record that changes no payout; about payout `number`, or about none.
        What concerns everybody gets a message of its own in the channel; what is grave, a line in
        the log."""
        subject = Subject.PAYOUT if number else Subject.LEDGER
        line = self._append(at, subject, number, kind.value, by, via, facts)
        if not number and _announced(kind, facts):
            self._insert("cards", card_row(Card(subject, line, Audience.CHANNEL, due_at=at)))
        if kind in _LOGGED:
            level, words = _LOGGED[kind]
            about = f" about payout {number}" if number else ""
            what = str(facts.get("what") or facts.get("why"))
            self.grave += ((level, f"{words}{about}: {visible(what)}"),)

    def adopt(self, policy: Policy, changed: str, at: datetime) -> None:
        """Put `policy` in force; `changed` says in words what is new. Nothing where it is already.
        Who may decide may be others then, so open cards are drawn anew."""
        (row,) = self._rows("SELECT policy FROM ledger", {})
        if row["policy"] == policy.hash:
            return
        if self.policy(policy.hash) is None:
            self._insert("policies", {"hash": policy.hash, "text": policy.text})
        self._run("UPDATE ledger SET policy = :policy", {"policy": policy.hash})
        facts = {"hash": policy.hash, "text": policy.text, "changed": changed}
        kind = Note.POLICY_CHANGED if row["policy"] else Note.POLICY
        self.note(kind, at, None, "serve", facts)
        self._redraw_open(at)

    def note_signs(self, at: datetime) -> None:
        """Put on record, once, that the account was seen to sign its answers: from now on one that
        is not signed is none."""
        if not self.signs():
            self.note(Note.SIGNS, at, None, "gateway", {})
            self._run("UPDATE ledger SET signs = 1", {})

    def meet(self, ids: frozenset[str], at: datetime, via: str) -> None:
        """Remember that these ids are one person's, and with them every other that shares one of
        them, so that nobody counts twice, whichever they use later. Nothing where that is known.
        Who decides may be fewer then, so open cards are drawn anew."""
        known = self.accounts()
        if len(ids) == 1 or any(ids <= one for one in known):
            return
        self.note(Note.ONE_PERSON, at, None, via, {"ids": " ".join(sorted(ids))})
        whole = ids.union(*(one for one in known if one & ids))
        for id in sorted(whole):
            self._run("DELETE FROM accounts WHERE id = :id", {"id": id})
            self._insert("accounts", {"id": id, "person": min(whole)})
        self._redraw_open(at)

    def see(self, team: str, trigger: str, number: int) -> None:
        """Remember that this signed request was handled."""
        self._insert("seen", {"team": team, "trigger": trigger, "payout": number})

    def put_off(self, payout: Payout, picked_up: str, due: datetime | None, tries: int) -> None:
        """Look at it again at `due`, unless it moved, or somebody asked for that, meanwhile."""
        self._run(
            "UPDATE payouts SET due_at = :due, tries = :tries"
            " WHERE number = :number AND version = :version AND due_at = :picked_up",
            {
                "due": _text(due),
                "tries": tries,
                "number": payout.number,
                "version": payout.version,
                "picked_up": picked_up,
            },
        )

    def hasten(self, reference: str, now: datetime) -> None:
        """Have the withdrawal with this reference looked up now, where a look-up can still tell
        something new: nothing else changes. A reference that nobody has is nothing."""
        self._run(
            "UPDATE payouts SET due_at = :now"
            " WHERE reference = :reference AND state IN ('sending', 'sent', 'failed')",
            {"now": to_text(now), "reference": reference},
        )

    def keep_card(self, card: Card, picked_up: datetime) -> None:
        """Remember what is shown now. The card's own `due_at` holds unless somebody asked for a
        redraw after it was picked up, though it be within the same microsecond."""
        current = self.card(card.subject, card.id, card.audience)
        shown = card.due_at != picked_up and not card.tries
        behind = shown and self._behind(card)
        if current is not None and (current.due_at != picked_up or behind):
            card = replace(card, due_at=current.due_at, tries=0)
        self._run(
            "UPDATE cards SET channel = :channel, ts = :ts, version = :version, told = :told,"
            " due_at = :due_at, tries = :tries, trouble = :trouble"
            " WHERE subject = :subject AND id = :id AND audience = :audience",
            card_row(card),
        )

    def redraw_copy(self, number: int, now: datetime) -> None:
        """Have the requester's own card of a payout drawn again, and no other."""
        self._run(
            "UPDATE cards SET due_at = :now, tries = 0"
            " WHERE subject = 'payout' AND id = :id AND audience = :audience",
            {"now": to_text(now), "id": number, "audience": Audience.REQUESTER.value},
        )

    def retry_cards(self, now: datetime) -> None:
        """Try at once whatever cannot be shown to everybody, and does not pass by itself: it may
        have been mended."""
        self._run(
            "UPDATE cards SET due_at = :now, tries = 0"
            " WHERE audience = :audience AND trouble IS NOT NULL",
            {"now": to_text(now), "audience": Audience.CHANNEL.value},
        )

    def _behind(self, card: Card) -> bool:
        """Whether a card that was just shown shows less than its payout has become."""
        payout = self.payout(card.id) if card.subject == Subject.PAYOUT else None
        return payout is not None and card.version < payout.version

    def redraw(self, number: int, now: datetime) -> None:
        """Have the cards of a payout drawn again, though it did not change."""
        self._run(
            "UPDATE cards SET due_at = :now, tries = 0 WHERE subject = 'payout' AND id = :id",
            {"now": to_text(now), "id": number},
        )

    def alarm(self, what: str, at: datetime, via: str, number: int = 0) -> None:
        """Tell people, once, of something that must not be; about payout `number`, or about none.
        `what` is a sentence."""
        about = self.lines(Subject.PAYOUT if number else Subject.LEDGER, number)
        if not any(line.kind == Note.ALARM and line.facts.get("what") == what for line in about):
            self.note(Note.ALARM, at, None, via, {"what": what}, number)
            self.redraw(number, at)

    def freeze(
        self,
        kind: Freeze,
        why: str,
        at: datetime,
        via: str,
        by: Actor | None = None,
        *,
        reason: str = "",
    ) -> None:
        """Send nothing from now on; `reason` is what somebody said besides, as it stands in `why`
        already. The gravest reason stays; any other is on record, and has its
        turn when that one is lifted. After an old copy was put back, at once and each time:
        whatever is open counts as signed now, for it may have been sent since the copy was made,
        and must not end as if it had not; and numbers leave room for those that the copy has
        forgotten."""
        frozen = self.frozen()
        facts: dict[str, Fact] = {"kind": kind.value, "why": why}
        facts |= {"reason": reason} if reason else {}
        graver = frozen is None or _GRAVITY.index(kind) > _GRAVITY.index(frozen.kind)
        if not graver and kind is not Freeze.REWOUND:
            self.note(Note.FREEZE_ASKED, at, by, via, facts)
            return
        self.note(Note.FROZEN, at, by, via, facts)
        line = self.appended[0] if self.appended else 0
        self._run(
            "UPDATE ledger SET frozen_at = :at, frozen_because = :why, frozen_kind = :kind,"
            " frozen_line = :line",
            {"at": to_text(at), "why": why, "kind": kind.value, "line": line},
        )
        if kind is Freeze.REWOUND:
            self.rewound = None
            self._run(
                "UPDATE ledger SET next_number = next_number + :skipped",
                {"skipped": SKIPPED_NUMBERS},
            )
            for payout in self.open():
                if payout.state is not State.SENT:
                    self.record(payout, Event(Kind.RESTORED, at, by), via, due=at)
        self._redraw_open(at)

    def unfreeze(self, why: str, at: datetime, via: str, by: Actor | None = None) -> None:
        """Send again. Approvers lift what approvers froze; whoever lifts a graver reason has looked
        into that one alone, so the others hold on."""
        frozen = self.frozen()
        if frozen is None:
            return
        others = self._other_freezes(frozen) if frozen.kind is not Freeze.PEOPLE else []
        self.note(Note.UNFROZEN, at, by, via, {"kind": frozen.kind.value, "why": why})
        self._run(
            "UPDATE ledger SET frozen_at = NULL, frozen_because = NULL, frozen_kind = NULL,"
            " frozen_line = NULL",
            {},
        )
        self._run(  # what was kept from being sent need not wait longer
            "UPDATE payouts SET due_at = :now"
            " WHERE delay IS NOT NULL AND state IN ('approved', 'sending')",
            {"now": to_text(at)},
        )
        self._redraw_open(at)
        for other in others:
            said = str(other.facts.get("reason") or "")
            self.freeze(_kind(other), str(other.facts["why"]), at, via, other.by, reason=said)

    def _other_freezes(self, lifted: Frozen) -> list[Line]:
        """What else sending was frozen for since it went on last, the gravest first; once each."""
        others: dict[tuple[Fact, Fact], Line] = {}
        for line in self.lines(Subject.LEDGER, 0):
            if line.kind == Note.UNFROZEN:
                others.clear()
            elif line.kind in (Note.FROZEN, Note.FREEZE_ASKED):
                others[line.facts["kind"], line.facts["why"]] = line
        others.pop((lifted.kind.value, lifted.why), None)
        wanted = [line for line in others.values() if _kind(line) is not Freeze.REWOUND]
        return sorted(wanted, key=lambda line: -_GRAVITY.index(_kind(line)))

    def _redraw_open(self, at: datetime) -> None:
        for payout in self.open():
            self.redraw(payout.number, at)

    def bind(self, team: str, account: Account, at: datetime) -> None:
        """Make this the ledger of one team and account. Raises WrongLedger."""
        (row,) = self._rows("SELECT team, api, app_id, url FROM ledger", {})
        ours = {"team": team, "api": account.api, "app_id": account.app_id, "url": account.url}
        if row["team"] is None:
            self._run(
                "UPDATE ledger SET team = :team, api = :api, app_id = :app_id, url = :url", ours
            )
            self.note(Note.OPENED, at, None, "serve", ours)
        elif row != ours:
            differ = ", ".join(f"{name} {row[name]}" for name in ours if row[name] != ours[name])
            raise WrongLedger(f"This ledger belongs to {differ}; it does not send for another.")

    def _replace_payout(self, before: Payout, after: Payout, due: datetime | None) -> None:
        row = payout_row(after)
        columns = ", ".join(f"{name} = :{name}" for name in row if name != "number")
        moved = self._db.execute(
            f"UPDATE payouts SET {columns}, due_at = :due_at, tries = 0"
            " WHERE number = :number AND version = :before",
            {**row, "due_at": _text(due), "before": before.version},
        )
        if moved.rowcount != 1:
            raise LostRace(f"payout {before.number} is no longer at version {before.version}")

    def _keep_parts(self, before: Payout | None, after: Payout) -> None:
        known_approvals = before.approvals if before else ()
        known_attempts = before.attempts if before else ()
        for approval in known_approvals:
            if approval not in after.approvals:
                self._run(
                    "DELETE FROM approvals"
                    " WHERE subject = :subject AND id = :id AND approver = :approver",
                    {
                        name: value
                        for name, value in approval_row(after.number, approval).items()
                        if name in ("subject", "id", "approver")
                    },
                )
        for approval in after.approvals:
            if approval not in known_approvals:
                self._insert("approvals", approval_row(after.number, approval))
        for attempt in after.attempts[len(known_attempts) :]:
            self._insert("attempts", attempt_row(after.number, attempt))
        for old, new in zip(known_attempts, after.attempts, strict=False):
            if new != old:
                self._run(
                    "UPDATE attempts SET outcome = :outcome, code = :code, message = :message,"
                    " meaning = :meaning, duplicate = :duplicate, answered_at = :answered_at"
                    " WHERE payout = :payout AND number = :number",
                    {
                        name: value
                        for name, value in attempt_row(after.number, new).items()
                        if name not in ("timestamp", "body")
                    },
                )

    def _append(
        self,
        at: datetime,
        subject: Subject,
        id: int,
        kind: str,
        by: Actor | None,
        via: str,
        facts: Mapping[str, Fact],
    ) -> int:
        newest, previous = self.newest() or (0, GENESIS)
        number = newest + 1
        kept = MappingProxyType(dict(facts))
        text = Line(number, at, subject, id, kind, by, via, kept, previous).text()
        self._insert(
            "audit",
            {
                "number": number,
                "subject": subject.value,
                "id": id,
                "line": text,
                "hash": hash_of(text),
            },
        )
        self.appended = number, hash_of(text)
        return number

    def _insert(self, table: str, row: Mapping[str, Value]) -> None:
        columns = ", ".join(row)
        values = ", ".join(f":{name}" for name in row)
        self._run(f"INSERT INTO {table} ({columns}) VALUES ({values})", row)

    def _run(self, sql: str, values: Mapping[str, Value]) -> None:
        self._db.execute(sql, dict(values))


def _text(time: datetime | None) -> str | None:
    return None if time is None else to_text(time)


def _announced(kind: Note, facts: Mapping[str, Fact]) -> bool:
    """Whether everybody is told of a line about no payout. That people want to keep it frozen, and
    how many more must agree to lift it, is of concern; that it has one more grave reason is said
    when that has its turn."""
    if kind is Note.FREEZE_ASKED:
        return facts.get("kind") == Freeze.PEOPLE
    return kind in _ANNOUNCED or (kind is Note.UNFREEZE_ASKED and "missing" in facts)


def _kind(line: Line) -> Freeze:
    """Of what kind a freeze on record is."""
    return Freeze(str(line.facts["kind"]))
