"""The pictures in the documents: each is of a play that still runs, and each is shown."""

import re
import struct
import zlib

import pytest
from playwright.sync_api import Browser

from tests.browser.pictures import FOLDER, PICTURES, taken
from tests.browser.png import COLOURS, smaller

PAGE = FOLDER.parent / "cards.md"
SIGNATURE = b"\x89PNG\r\n\x1a\n"
ENOUGH = 1_500_000
"""Bytes; whoever clones the project takes them all."""


@pytest.mark.browser
@pytest.mark.parametrize("name", ["waits-for-owner", "look-alike-review"])
def test_a_picture_can_be_taken(browser: Browser, name: str) -> None:
    """A play runs to its end on either API, and what it shows is a picture."""
    png = taken(browser, name)
    assert png.startswith(SIGNATURE)
    width, height = struct.unpack_from(">II", png, 16)
    assert width > 300
    assert height > 300


def test_every_picture_is_on_the_page() -> None:
    """The page shows each picture once, and no other."""
    shown = re.findall(r"\]\(pictures/([a-z-]+)\.png\)", PAGE.read_text("utf-8"))
    assert sorted(shown) == sorted(PICTURES)
    files = [path.stem for path in FOLDER.iterdir()]
    assert sorted(files) == sorted(PICTURES)
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < ENOUGH


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def painted(lines: list[bytes], width: int) -> bytes:
    """A PNG file of these lines, each of which begins with its filter."""
    header = struct.pack(">IIBBBBB", width, len(lines), 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(lines))), (b"IEND", b""))
    return SIGNATURE + b"".join(chunk(*part) for part in parts)


def points(png: bytes, width: int) -> list[list[tuple[int, ...]]]:
    """The colours of a picture with a palette."""
    found, place = {}, len(SIGNATURE)
    while place < len(png):
        (size,) = struct.unpack_from(">I", png, place)
        found[png[place + 4 : place + 8]] = png[place + 8 : place + 8 + size]
        place += size + 12
    colours = [tuple(found[b"PLTE"][at : at + 3]) for at in range(0, len(found[b"PLTE"]), 3)]
    data = zlib.decompress(found[b"IDAT"])
    rows = (data[at + 1 : at + 1 + width] for at in range(0, len(data), width + 1))
    return [[colours[one] for one in row] for row in rows]


def test_a_smaller_picture_is_the_same() -> None:
    """Whatever filter a line has, its points keep their colours while there are few of them."""
    plain = bytes([10, 20, 30, 40, 50, 60])
    differs = bytes([1, 1, 1, 1, 1, 1])
    lines = [bytes([kind]) + (plain if not kind else differs) for kind in (0, 1, 2, 3, 4)]
    assert points(smaller(painted(lines, 2)), 2) == [
        [(10, 20, 30), (40, 50, 60)],
        [(1, 1, 1), (2, 2, 2)],
        [(2, 2, 2), (3, 3, 3)],
        [(2, 2, 2), (3, 3, 3)],
        [(3, 3, 3), (4, 4, 4)],
    ]


def test_many_colours_become_the_nearest() -> None:
    """No more colours than a palette has; black stays black and white stays white."""
    line = bytes(part for shade in range(256) for part in (shade, shade, shade))
    ((*drawn,),) = points(smaller(painted([b"\0" + line], 256)), 256)
    assert len(set(drawn)) == COLOURS
    assert (drawn[0], drawn[255]) == ((0, 0, 0), (255, 255, 255))
    assert all(abs(found[0] - shade) <= 4 for shade, found in enumerate(drawn))


def test_what_is_no_picture_is_refused() -> None:
    """Something else than a PNG file of 8-bit RGB is an error, not a broken file."""
    for other in (b"GIF89a", painted([b"\0" + bytes(6)], 2).replace(b"\x08\x02", b"\x08\x06", 1)):
        with pytest.raises(ValueError, match="not"):
            smaller(other)
