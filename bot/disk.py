"""Whether a disk lasts: what lies under a folder, as Linux tells it.

A container's own layer and a file system in memory are gone when the container is, and a ledger
with them. Which host that is, and what its variables are called, does not matter.

Source: proc(5), /proc/PID/mountinfo.
"""

import re
from pathlib import Path, PurePosixPath

MOUNTS = Path("/proc/self/mountinfo")
THROWN_AWAY = frozenset({"overlay", "tmpfs", "ramfs", "aufs"})


def thrown_away(folder: Path, mounts: Path = MOUNTS) -> str | None:
    """The kind of file system under `folder`, where it is one that does not last; None where it
    lasts, or where this system does not tell."""
    try:
        told = mounts.read_text("utf-8", "surrogateescape")
    except OSError:
        return None
    kind = under(PurePosixPath(folder.resolve()), told)
    return kind if kind in THROWN_AWAY else None


def under(path: PurePosixPath, mountinfo: str) -> str | None:
    """The kind of file system that `path` lies on: of the deepest mount above it the newest."""
    found, deepest = None, -1
    for line in mountinfo.splitlines():
        mount, _, rest = line.partition(" - ")
        fields, kind = mount.split(" "), rest.partition(" ")[0]
        if len(fields) < 5 or not kind:  # noqa: PLR2004 - the fifth is where it is mounted
            continue
        place = PurePosixPath(_unescaped(fields[4]))
        if path.is_relative_to(place) and len(place.parts) >= deepest:
            found, deepest = kind, len(place.parts)
    return found


def _unescaped(field: str) -> str:
    """Blanks and their like stand there as three octal digits."""
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), field)
