"""Which disks last."""

from pathlib import Path, PurePosixPath

import pytest

from bot.disk import thrown_away, under

MOUNTINFO = """\
22 1 0:21 / / rw,relatime - overlay overlay rw,lowerdir=/a:/b,upperdir=/c
23 22 0:22 / /proc rw,nosuid - proc proc rw
24 22 8:1 /data /var/lib/ledger rw,relatime shared:1 - ext4 /dev/sda1 rw
25 22 0:24 / /scratch rw - tmpfs tmpfs rw,size=64k
26 22 8:2 / /mnt/two\\040words rw master:1 propagate_from:2 - xfs /dev/sdb rw
27 22 8:3 / /srv rw - ext4 /dev/sdc rw
28 27 0:30 / /srv rw - tmpfs tmpfs rw
29 22 0:31 / /old rw - aufs none rw
30 22 0:32 / /mem rw - ramfs none rw
31 22 0:33 / /net rw - fuse.s3 s3 rw
not a line
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", "overlay"),
        ("/app", "overlay"),
        ("/var/lib/ledger", "ext4"),
        ("/var/lib/ledger/deep/er", "ext4"),
        ("/var/lib/ledgers", "overlay"),
        ("/scratch/x", "tmpfs"),
        ("/mnt/two words", "xfs"),
        ("/srv/x", "tmpfs"),
        ("/old", "aufs"),
        ("/mem/x", "ramfs"),
        ("/net", "fuse.s3"),
    ],
)
def test_what_lies_under_a_folder(folder: str, kind: str) -> None:
    """The deepest mount above it decides, and of several at one place the newest."""
    assert under(PurePosixPath(folder), MOUNTINFO) == kind


def test_only_what_is_lost_is_told(tmp_path: Path) -> None:
    """A volume lasts, a container's own layer does not; where nobody tells, nothing is said. The
    real place counts, not a link to it."""
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTINFO, encoding="utf-8")
    link = tmp_path / "link"
    link.symlink_to("/var/lib/ledger")
    assert thrown_away(Path("/var/lib/ledger"), mounts) is None
    assert thrown_away(link, mounts) is None
    assert thrown_away(Path("/app"), mounts) == "overlay"
    assert thrown_away(Path("/app"), tmp_path / "nowhere") is None
    mounts.write_text("", encoding="utf-8")
    assert thrown_away(Path("/app"), mounts) is None
