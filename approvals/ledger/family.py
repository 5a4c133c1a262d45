"""The ledger's files: who may read them, and whether we may.

A ledger holds names, amounts and destinations, so its file and all that lie beside it are for the
user alone who runs the program. SQLite gives `-wal` and `-shm` the mode of the file itself.
"""

import logging
import os
import pwd
import stat
from pathlib import Path

BESIDE = ("", "-wal", "-shm", "-journal", ".lock", ".head", ".head.new", ".serving")
"""What follows the ledger's name, for each of its files."""

PRIVATE = 0o600

log = logging.getLogger(__name__)


def made(path: Path, *, afresh: bool = False) -> int:
    """A descriptor of a file that is read and written, made for us alone where there is none;
    `afresh` empties it. Raises OSError."""
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | (os.O_TRUNC if afresh else 0)
    return os.open(path, flags, PRIVATE)


def not_ours(ledger: Path) -> str | None:
    """Why a ledger cannot be used by this user, naming the file, as the end of a sentence; None
    where nothing stands in the way. Typically another user, such as root, served it once."""
    for file in family(ledger):
        if not os.access(file, os.R_OK | os.W_OK, effective_ids=True):
            owner = _name(file.stat().st_uid)
            return (
                f"this user ({_name(os.geteuid())}) may not write to {file.name}, which belongs to"
                f" {owner}. Give all files of the ledger to the user who runs Countersign"
            )
    return None


def keep_private(ledger: Path) -> None:
    """Take from others what leave they have on the ledger's files; what cannot be mended is said
    in the log."""
    for file in family(ledger):
        mode = stat.S_IMODE(file.stat().st_mode)
        if not mode & 0o077:
            continue
        try:
            file.chmod(mode & 0o700)
        except OSError as refused:
            log.warning("others may read %s, and that cannot be mended: %s", file, refused.strerror)
        else:
            log.warning("others could read %s; now they cannot", file)


def family(ledger: Path) -> list[Path]:
    """Those of its files that are there."""
    return [file for rest in BESIDE if _is_there(file := Path(f"{ledger}{rest}"))]


def _is_there(file: Path) -> bool:
    try:
        return file.is_file()
    except OSError:  # nobody may look into the folder, which whoever opens the file will say
        return False


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"
