"""PNG files, made smaller: what a browser writes of a page has few colours, but three bytes for
each point. Here it gets a palette, which keeps a third of the size. No library is needed for that.

The format: https://www.w3.org/TR/png-3/
"""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

COLOURS = 128
"""So many are kept; each other one becomes the nearest of them."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGB, _PALETTE = 2, 3
_DEPTH = 8


def smaller(png: bytes) -> bytes:
    """The same picture with a palette. Raises ValueError for what is not 8-bit RGB."""
    width, height, data = _read(png)
    rows = [_points(row) for row in _rows(data, width * 3)]
    kept, near = _palette(Counter(point for row in rows for point in row))
    lines = b"".join(b"\0" + bytes(near[point] for point in row) for row in rows)
    header = struct.pack(">IIBBBBB", width, height, _DEPTH, _PALETTE, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", b"".join(kept)), (b"IDAT", zlib.compress(lines, 9)))
    return _SIGNATURE + b"".join(_chunk(*chunk) for chunk in (*chunks, (b"IEND", b"")))


def _palette(points: Counter[bytes]) -> tuple[list[bytes], dict[bytes, int]]:
    """The colours that are kept, and for each colour the place of the nearest. One after the other,
    the next is always the one that is served worst: by how many points, and how far off."""
    kept: list[bytes] = []
    near = dict.fromkeys(points, (1 << 32, 0))  # how far off, and what it becomes
    while len(kept) < min(COLOURS, len(points)):
        worst = max(points, key=lambda point: points[point] * near[point][0])
        near = {point: min(was, (_apart(point, worst), len(kept))) for point, was in near.items()}
        kept.append(worst)
    return kept, {point: place for point, (_, place) in near.items()}


def _apart(one: bytes, other: bytes) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _points(row: bytes) -> list[bytes]:
    return [row[start : start + 3] for start in range(0, len(row), 3)]


def _read(png: bytes) -> tuple[int, int, bytes]:
    chunks = list(_chunks(png))
    width, height, depth, colour, *_, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if (depth, colour, interlaced) != (_DEPTH, _RGB, 0):
        raise ValueError("not 8-bit RGB, line by line")
    packed = b"".join(data for name, data in chunks if name == b"IDAT")
    return width, height, zlib.decompress(packed)


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not png.startswith(_SIGNATURE):
        raise ValueError("not a PNG file")
    start = len(_SIGNATURE)
    while start < len(png):
        (size,) = struct.unpack_from(">I", png, start)
        yield png[start + 4 : start + 8], png[start + 8 : start + 8 + size]
        start += size + 12


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _rows(data: bytes, size: int) -> Iterator[bytes]:
    """Without the filters, each of which tells a byte by its neighbours: left, above, both."""
    above = bytes(size)
    for start in range(0, len(data), size + 1):
        row = bytearray(data[start + 1 : start + 1 + size])
        _unfilter(data[start], row, above)
        yield bytes(row)
        above = bytes(row)


def _unfilter(kind: int, row: bytearray, above: bytes) -> None:
    for place in range(len(row) if kind else 0):
        left, corner = (row[place - 3], above[place - 3]) if place >= 3 else (0, 0)
        up = above[place]
        guess = (0, left, up, (left + up) // 2, _paeth(left, up, corner))[kind]
        row[place] = (row[place] + guess) & 255


def _paeth(left: int, up: int, corner: int) -> int:
    """Whichever is nearest to what the three together make likely."""
    likely = left + up - corner
    return min((left, up, corner), key=lambda one: abs(likely - one))
