"""Keccak-256, as Ethereum uses it for the capital letters of an address (EIP-55).

The standard library has only SHA3-256, which NIST changed in one padding byte after Ethereum had
chosen: the permutation is the same, every hash differs. Source: the Keccak reference, version 3.0.
"""

_RATE = 136  # bytes taken in per permutation: 200 of state less twice 32 of output
_MASK = (1 << 64) - 1
_ROUND_CONSTANTS = (
    *(0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000),
    *(0x000000000000808B, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009),
    *(0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A),
    *(0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003),
    *(0x8000000000008002, 0x8000000000000080, 0x000000000000800A, 0x800000008000000A),
    *(0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008),
)


def keccak256(data: bytes) -> bytes:
    padded = bytearray(data + bytes(_RATE - len(data) % _RATE))
    padded[len(data)] ^= 0x01
    padded[-1] ^= 0x80
    lanes = [[0] * 5 for _ in range(5)]
    for start in range(0, len(padded), _RATE):
        for i in range(_RATE // 8):
            word = padded[start + 8 * i : start + 8 * i + 8]
            lanes[i % 5][i // 5] ^= int.from_bytes(word, "little")
        _permute(lanes)
    return b"".join(lanes[x][0].to_bytes(8, "little") for x in range(4))


def _permute(lanes: list[list[int]]) -> None:
    """24 rounds of theta, rho with pi, chi and iota; lanes[x][y] are the state's 64-bit words."""
    for constant in _ROUND_CONSTANTS:
        parity = [a ^ b ^ c ^ d ^ e for a, b, c, d, e in lanes]
        for x in range(5):
            mixed = parity[x - 1] ^ _turned(parity[(x + 1) % 5], 1)
            lanes[x] = [lane ^ mixed for lane in lanes[x]]
        x, y, carried = 1, 0, lanes[1][0]
        for step in range(1, 25):
            x, y = y, (2 * x + 3 * y) % 5
            carried, lanes[x][y] = lanes[x][y], _turned(carried, step * (step + 1) // 2 % 64)
        for y in range(5):
            row = [lanes[x][y] for x in range(5)]
            for x in range(5):
                lanes[x][y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5])
        lanes[0][0] ^= constant


def _turned(lane: int, bits: int) -> int:
    return (lane << bits | lane >> (64 - bits)) & _MASK
