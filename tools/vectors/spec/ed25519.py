"""Ed25519 (RFC 8032), plain and slow."""

import functools
import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

Point = tuple[int, int]
NEUTRAL: Point = (0, 1)


def add(a: Point, b: Point) -> Point:
    """The complete addition law of the twisted Edwards curve -x^2 + y^2 = 1 + d x^2 y^2."""
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + y1 * x2) * pow(1 + t, -1, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P
    return x, y


def _add_extended(a, b):
    (x1, y1, z1, t1), (x2, y2, z2, t2) = a, b
    e = (y1 - x1) * (y2 - x2) % P
    f = (y1 + x1) * (y2 + x2) % P
    g = 2 * t1 * t2 * D % P
    h = 2 * z1 * z2 % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return i * j % P, k * m % P, j * k % P, i * m % P


def multiply(scalar: int, point: Point) -> Point:
    x, y = point
    step = (x, y, 1, x * y % P)
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = _add_extended(total, step)
        step = _add_extended(step, step)
        scalar >>= 1
    inverse = pow(total[2], -1, P)
    return total[0] * inverse % P, total[1] * inverse % P


def recover_x(y: int, sign: int) -> int | None:
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


BASE_Y = 4 * pow(5, -1, P) % P
BASE: Point = (recover_x(BASE_Y, 0), BASE_Y)


def encode(point: Point) -> bytes:
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def decode(data: bytes) -> Point | None:
    """The point of a canonical encoding."""
    number = int.from_bytes(data, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    if y >= P:
        return None
    x = recover_x(y, sign)
    return None if x is None else (x, y)


def _hash(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


@functools.cache
def expand(seed: bytes) -> tuple[int, bytes]:
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little")
    return scalar & ((1 << 254) - 8) | 1 << 254, digest[32:]


@functools.cache
def public_key(seed: bytes) -> bytes:
    return encode(multiply(expand(seed)[0], BASE))


@functools.cache
def sign(seed: bytes, message: bytes) -> bytes:
    scalar, prefix = expand(seed)
    r = _hash(prefix, message) % L
    commitment = encode(multiply(r, BASE))
    challenge = _hash(commitment, public_key(seed), message) % L
    return commitment + ((r + challenge * scalar) % L).to_bytes(32, "little")


def is_small_order(point: Point) -> bool:
    return multiply(8, point) == NEUTRAL


def strict_verify(key: bytes, message: bytes, signature: bytes) -> bool:
    """The one strict answer of formats.md section 1."""
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r = decode(key), decode(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or is_small_order(a) or is_small_order(r):
        return False
    challenge = _hash(signature[:32], key, message) % L
    return multiply(s, BASE) == add(r, multiply(challenge, a))


@functools.cache
def torsion() -> tuple[Point, ...]:
    """The eight points of small order, as multiples of one of order 8."""
    y = 2
    while True:
        x = recover_x(y, 0)
        if x is not None:
            candidate = multiply(L, (x, y))
            if multiply(4, candidate) != NEUTRAL:
                return tuple(multiply(i, candidate) for i in range(8))
        y += 1
