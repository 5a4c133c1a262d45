"""Bringing a ledger of an earlier format up to ours.

A copy is put beside it first, and verified. The change of format is one transaction, verified
before it is committed. What fails leaves the ledger as it was, and no copy.
"""

import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from approvals.audit import Broken, Note
from approvals.ledger.change import Change
from approvals.ledger.door import UnknownLedger, looking, transaction
from approvals.ledger.migrations import FORMAT, migrate
from approvals.ledger.reading import Reading
from approvals.ledger.reports import verify

STAMP = "%Y%m%dT%H%M%SZ"
"""How the name of a copy spells when it was made."""


def bring_up(
    found: Database, path: Path, earlier: int, at: datetime, first: Callable[[Change], None]
) -> Change:
    """Bring the ledger at `path`, which is open as `found`, from format `earlier` to ours. `first`
    is done in the same transaction, as the first thing that is done in our format. Returns what was
    committed. Raises UnknownLedger, and what `first` raises; then nothing is changed."""
    copy = path.with_name(f"{path.name}.format-{earlier}.{at.strftime(STAMP)}")
    try:
        with _kept_aside(found, copy), transaction(found):
            migrate(found, earlier)
            change = Change(found)
            first(change)
            change.note(
                *(Note.UPGRADED, at, None, "serve"),
                {"from": earlier, "to": FORMAT, "copy": copy.name},
            )
            _verify(change)
    except Broken as broken:
        raise _refused(earlier, f"its audit log is broken: {broken}") from broken
    except FileExistsError as taken:
        raise _refused(earlier, f"there is a file {copy.name} already") from taken
    except (OSError, sqlite3.Error) as trouble:
        raise _refused(earlier, f"that failed ({trouble})") from trouble
    said = f"the ledger was brought from format {earlier} to {FORMAT}; as it was, it lies in {copy}"
    change.grave += ((logging.WARNING, said),)
    return change


@contextmanager
def _kept_aside(found: Database, copy: Path) -> Iterator[None]:
    """A copy of all that is in the file, verified. It stays if the block ends well."""
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        with closing(sqlite3.connect(copy)) as target:
            found.conn.backup(target)
        _sync(copy)
        _sync(copy.parent)
        with looking(copy) as same:
            _verify(Reading(same))
        yield
    except BaseException:
        copy.unlink()
        raise


def _verify(reading: Reading) -> None:
    """Raises Broken. A ledger of which nothing was ever told holds nothing to verify."""
    if reading.newest() or reading.latest(1):
        verify(reading)


def _refused(earlier: int, why: str) -> UnknownLedger:
    return UnknownLedger(
        f"this ledger has format {earlier} and was not brought to format {FORMAT}: {why}. Nothing"
        " was changed; the version of Countersign that served it before still can"
    )


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
