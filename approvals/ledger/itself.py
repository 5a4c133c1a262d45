"""What the record says of the ledger itself: whose it is, which policy is in force, whether it is
frozen, which ids are one person's. The tables `ledger`, `policies` and `accounts` say the same for
a glance; who edits only those is seen.
"""

from collections.abc import Iterator, Mapping

from approvals.audit import Broken, Line, Note, Subject, hash_of
from approvals.ledger.reading import Reading
from approvals.ledger.rows import Value
from approvals.payout import Fact
from approvals.times import to_text

_OWNER = ("team", "api", "app_id", "url")
_FREEZE = ("frozen_at", "frozen_because", "frozen_kind", "frozen_line")


class Itself:
    """What the lines that were added so far make of the ledger."""

    def __init__(self) -> None:
        self._row: dict[str, Value] = dict.fromkeys((*_OWNER, *_FREEZE, "policy")) | {"signs": 0}
        self._policies: dict[str, str] = {}
        self._people: dict[str, frozenset[str]] = {}
        self._told: dict[str, int] = {}
        self._next = 1

    def add(self, line: Line) -> None:
        """The next line, in order. Raises Broken for one that misnames a policy."""
        if line.subject is Subject.PAYOUT:
            self._next = max(self._next, line.id + 1)
        elif line.kind == Note.OPENED:
            self._tell(line, {name: line.facts.get(name) for name in _OWNER})
        elif line.kind in (Note.POLICY, Note.POLICY_CHANGED):
            self._adopt(line)
        elif line.kind == Note.SIGNS:
            self._tell(line, {"signs": 1})
        elif line.kind == Note.FROZEN:
            why = (to_text(line.at), line.facts.get("why"), line.facts.get("kind"), line.number)
            self._tell(line, dict(zip(_FREEZE, why, strict=True)))
        elif line.kind == Note.UNFROZEN:
            self._tell(line, dict.fromkeys(_FREEZE))
        elif line.kind == Note.ONE_PERSON:
            self._meet(line)

    def differences(self, reading: Reading, lines: int) -> Iterator[Broken]:
        """What is stored otherwise than the lines, so many, tell."""
        rows = reading.rows("ledger")
        stored = rows[0] if len(rows) == 1 else {}
        for name, told in self._row.items():
            if stored.get(name) != told:
                number = self._told.get(name, lines + 1)
                yield Broken(number, f"leads to another ledger: {name} differs")
        if int(stored.get("next_number") or 0) < self._next:
            yield Broken(lines + 1, "would bear a payout's number that was used before")
        texts = {str(row["hash"]): row["text"] for row in reading.rows("policies")}
        for hash in sorted(texts.keys() | self._policies.keys()):
            if texts.get(hash) != self._policies.get(hash):
                number = self._told.get(hash, lines + 1)
                yield Broken(number, f"leads to another text of the policy {hash}")
        people = {id: ids for ids in reading.accounts() for id in ids}
        for id in sorted(people.keys() | self._people.keys()):
            if people.get(id) != self._people.get(id):
                number = self._told.get(id, lines + 1)
                yield Broken(number, f"leads to other accounts of {id}")

    def _adopt(self, line: Line) -> None:
        hash, text = str(line.facts.get("hash")), str(line.facts.get("text"))
        if hash_of(text) != hash:
            raise Broken(line.number, "names a policy otherwise than by the hash of its text")
        self._policies[hash] = text
        self._told[hash] = line.number
        self._tell(line, {"policy": hash})

    def _meet(self, line: Line) -> None:
        ids = str(line.facts.get("ids")).split()
        whole = frozenset(ids).union(*(self._people.get(id, ()) for id in ids))
        self._people.update(dict.fromkeys(whole, whole))
        self._told.update(dict.fromkeys(whole, line.number))

    def _tell(self, line: Line, columns: Mapping[str, Fact]) -> None:
        self._row.update(columns)
        self._told.update(dict.fromkeys(columns, line.number))
