"""Whose signature is this? Public-key recovery on secp256k1, the curve of Bitcoin and Lightning.

A Lightning invoice rarely names its payee: the payee is whoever's key fits the signature. The
standard library has no elliptic curves, and a native library for this one sum is not worth its
weight. No secret is ever handled here, so nothing has to run in constant time; this code verifies
and must not be used to sign. Source: SEC 1, version 2.0, section 4.1.6.
"""

Point = tuple[int, int] | None  # None is the point at infinity

_P = 2**256 - 2**32 - 977
_N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)


def recovered(digest: bytes, signature: bytes) -> bytes | None:
    """The compressed public key (33 bytes) behind a signature of 65 bytes: r, s and which of up to
    four candidate keys it is; None where no key fits."""
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:64])
    wrapped, odd = divmod(signature[64], 2)
    if not (0 < r < _N and 0 < s < _N and wrapped in (0, 1)):
        return None
    nonce = _lifted(r + _N * wrapped, odd=odd)
    if nonce is None:
        return None
    inverse = pow(r, -1, _N)
    u, v = -int.from_bytes(digest) * inverse % _N, s * inverse % _N
    key = _sum(_times(u, _G), _times(v, nonce))
    return None if key is None else bytes([2 + (key[1] & 1)]) + key[0].to_bytes(32)


def _lifted(x: int, *, odd: int) -> Point:
    """The point of y² = x³ + 7 at `x` whose y is odd, or even; None where there is none."""
    square = (x**3 + 7) % _P
    y = pow(square, (_P + 1) // 4, _P)
    if x >= _P or y * y % _P != square:
        return None
    return x, y if y & 1 == odd else _P - y


def _sum(a: Point, b: Point) -> Point:
    if a is None or b is None:
        return a or b
    (ax, ay), (bx, by) = a, b
    if ax == bx and (ay + by) % _P == 0:
        return None
    slope = 3 * ax * ax * pow(2 * ay, -1, _P) if a == b else (by - ay) * pow(bx - ax, -1, _P)
    x = (slope * slope - ax - bx) % _P
    return x, (slope * (ax - x) - ay) % _P


def _times(factor: int, point: Point) -> Point:
    total: Point = None
    while factor:
        if factor & 1:
            total = _sum(total, point)
        point, factor = _sum(point, point), factor >> 1
    return total
