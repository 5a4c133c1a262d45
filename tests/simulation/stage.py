"""The stage of one history: the world, the program's present life, its file, and the witness."""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from approvals.policy import UnusablePolicy
from approvals.times import from_text
from sandbox.slack.cast import FINANCE
from tests.simulation.edges import Killed
from tests.simulation.life import Life, copied, put_back
from tests.simulation.rules import SHORT, Rules
from tests.simulation.witness import Known, Witness
from tests.simulation.world import World

_DUE = """
SELECT 'courier' AS worker, min(due_at) AS due FROM cards WHERE due_at IS NOT NULL
UNION ALL
SELECT CASE state WHEN 'requested' THEN 'clerk' ELSE 'sender' END, min(due_at)
FROM payouts WHERE due_at IS NOT NULL GROUP BY 1
"""

_NEWEST = "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1"
_UNSENT = "SELECT reference FROM payouts WHERE state IN ('requested', 'approved', 'sending')"


@dataclass(frozen=True, slots=True)
class Copy:
    """A backup: the files, and what the witness knew when it was made."""

    path: Path
    known: Known


class Stage:
    """What steps act on. `copies` are the backups there are; `deeds` what people did, to be done
    once more; `asked` how often somebody asked, of `most`; `busy` the workers that are at work;
    `began` how often the world had changed when each began last; `lives` how often the program was
    started; `rules` is the policy that the next life finds, a file that no copy of the ledger
    contains; `knows_address`: a payout to the address that another one looks like has settled
    before."""

    def __init__(
        self,
        path: Path,
        world: World,
        chance: Random,
        *,
        declines: bool,
        most: int,
        rules: Rules = SHORT,
    ) -> None:
        self.path = path
        self.world = world
        self.chance = chance
        self.witness = Witness()
        self.copies: list[Copy] = []
        self.deeds: list[Callable[[], None]] = []
        self.asked = 0
        self.most = most
        self.busy: set[str] = set()
        self.began: dict[str, int] = {}
        self.lives = 0
        self.rules = rules
        self.knows_address = False
        self._declines = declines
        self._triggers = 0
        self.life = self._born(restored=False)

    @property
    def api(self) -> str:
        """The generation of CCPayment's API."""
        return self.world.account.api

    def trace(self, text: str) -> None:
        self.world.trace(text)

    def trigger(self) -> str:
        """Slack's name for one act of one person."""
        self._triggers += 1
        return f"trigger{self._triggers}"

    def due(self) -> dict[str, datetime]:
        """When each worker has something to do again, if it has."""
        with self.life.ledger.reading() as reading:
            rows = reading._rows(_DUE, {})
        return {str(row["worker"]): from_text(str(row["due"])) for row in rows if row["due"]}

    def _born(self, *, restored: bool) -> Life:
        """Start, as often as it takes: a start can be killed too."""
        edges, rules = self.world.edges, self.rules
        self.witness.rules[rules.hash] = rules
        while True:
            self.lives += 1
            edges.who, edges.alone = "start", True
            try:
                return Life(
                    *(self.path, self.world, self.chance, rules),
                    declines=self._declines,
                    restored=restored,
                )
            except Killed as killed:
                self.trace(f"KILLED {killed}")
            except (sqlite3.OperationalError, OSError) as full:
                self.trace(f"DOES NOT START: {full}; somebody makes room")
                self.world.disk_full = 0
            except UnusablePolicy as unusable:
                self.trace(f"DOES NOT START: {unusable}; the user group is put right")
                self.world.faults["a policy that nobody could satisfy"] += 1
                self.world.group_is(FINANCE.members)
            finally:
                edges.alone = False

    def restart(self, *, clean: bool) -> None:
        """End this life and begin the next on the file as it lies there."""
        if clean:
            self.life.end()
        else:
            lying = self.path.with_name("lying")
            copied(self.path, lying)
            self.life.end()
            put_back(lying, self.path)
        self.busy.clear()
        self.world.time.come_right(waits=self.chance.random() < 0.5)
        self.life = self._born(restored=False)

    def deploy(self, rules: Rules) -> None:
        """Start again under another policy."""
        self.rules = rules
        self.restart(clean=True)

    def back_up(self) -> None:
        """Keep a copy of the ledger as it is now."""
        path = self.path.with_name(f"copy{len(self.copies)}")
        copied(self.path, path)
        shutil.copyfile(_head(self.path), _head(path))
        self.copies.append(Copy(path, self.witness.known))

    def restore(self, which: int, *, head: str) -> None:
        """Start again on an old copy. `head` says what lies beside it: the head file of the ledger
        that was ("kept"), none ("lost"), or one as old as the copy ("old"): the whole disk was put
        back then, which the program must be told."""
        with self.life.ledger.reading() as reading:
            self.witness.look_at(reading)
            newest = reading.newest()
        self.life.end()
        copy = self.copies[which]
        del self.copies[which + 1 :]
        put_back(copy.path, self.path)
        if head != "kept" or _told(self.path, _NEWEST) != [newest]:
            unsent = [str(reference) for (reference,) in _told(self.path, _UNSENT)]
            self.world.heard.put_back(unsent, self.world.time.bot())
        if head == "lost":
            _head(self.path).unlink()
        elif head == "old":
            shutil.copyfile(_head(copy.path), _head(self.path))
        self.witness.known = copy.known
        self.life = self._born(restored=head == "old")


def _told(path: Path, question: str) -> list[tuple[Any, ...]]:
    """What a copy of a ledger says."""
    connection = sqlite3.connect(path)
    try:
        return connection.execute(question).fetchall()
    finally:
        connection.close()


def _head(path: Path) -> Path:
    return path.with_name(f"{path.name}.head")
