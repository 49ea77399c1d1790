"""ECDSA on P-256 and P-384 (FIPS 186, nonces by RFC 6979) and SM2 with SM3 (GB/T 32918)."""

import dataclasses
import hashlib
import hmac

from . import der


@dataclasses.dataclass(frozen=True)
class Curve:
    name: str
    oid: str
    p: int
    a: int
    b: int
    g: tuple[int, int]
    n: int

    @property
    def size(self) -> int:
        return (self.p.bit_length() + 7) // 8


def _hex(text: str) -> int:
    return int(text.replace(" ", ""), 16)


P256 = Curve(
    "P-256",
    "1.2.840.10045.3.1.7",
    2**256 - 2**224 + 2**192 + 2**96 - 1,
    2**256 - 2**224 + 2**192 + 2**96 - 4,
    _hex("5ac635d8 aa3a93e7 b3ebbd55 769886bc 651d06b0 cc53b0f6 3bce3c3e 27d2604b"),
    (
        _hex("6b17d1f2 e12c4247 f8bce6e5 63a440f2 77037d81 2deb33a0 f4a13945 d898c296"),
        _hex("4fe342e2 fe1a7f9b 8ee7eb4a 7c0f9e16 2bce3357 6b315ece cbb64068 37bf51f5"),
    ),
    _hex("ffffffff 00000000 ffffffff ffffffff bce6faad a7179e84 f3b9cac2 fc632551"),
)
P384 = Curve(
    "P-384",
    "1.3.132.0.34",
    2**384 - 2**128 - 2**96 + 2**32 - 1,
    2**384 - 2**128 - 2**96 + 2**32 - 4,
    _hex(
        "b3312fa7 e23ee7e4 988e056b e3f82d19 181d9c6e fe814112 0314088f 5013875a"
        "c656398d 8a2ed19d 2a85c8ed d3ec2aef"
    ),
    (
        _hex(
            "aa87ca22 be8b0537 8eb1c71e f320ad74 6e1d3b62 8ba79b98 59f741e0 82542a38"
            "5502f25d bf55296c 3a545e38 72760ab7"
        ),
        _hex(
            "3617de4a 96262c6f 5d9e98bf 9292dc29 f8f41dbd 289a147c e9da3113 b5f0b8c0"
            "0a60b1ce 1d7e819d 7a431d7c 90ea0e5f"
        ),
    ),
    _hex(
        "ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff c7634d81 f4372ddf"
        "581a0db2 48b0a77a ecec196a ccc52973"
    ),
)
SM2P256 = Curve(
    "SM2",
    "1.2.156.10197.1.301",
    _hex("fffffffe ffffffff ffffffff ffffffff ffffffff 00000000 ffffffff ffffffff"),
    _hex("fffffffe ffffffff ffffffff ffffffff ffffffff 00000000 ffffffff fffffffc"),
    _hex("28e9fa9e 9d9f5e34 4d5a9e4b cf6509a7 f39789f5 15ab8f92 ddbcbd41 4d940e93"),
    (
        _hex("32c4ae2c 1f198119 5f990446 6a39c994 8fe30bbf f2660be1 715a4589 334c74c7"),
        _hex("bc3736a2 f4f6779c 59bdcee3 6b692153 d0a9877c c62a4740 02df32e5 2139f0a0"),
    ),
    _hex("fffffffe ffffffff ffffffff ffffffff 7203df6b 21c6052b 53bbf409 39d54123"),
)
SECP256K1 = Curve(
    "secp256k1",
    "1.3.132.0.10",
    2**256 - 2**32 - 977,
    0,
    7,
    (
        _hex("79be667e f9dcbbac 55a06295 ce870b07 029bfcdb 2dce28d9 59f2815b 16f81798"),
        _hex("483ada77 26a3c465 5da4fbfc 0e1108a8 fd17b448 a6855419 9c47d08f fb10d4b8"),
    ),
    _hex("ffffffff ffffffff ffffffff fffffffe baaedce6 af48a03b bfd25e8c d0364141"),
)


def add(curve: Curve, a, b):
    """Affine addition; None is the neutral element."""
    if a is None or b is None:
        return a or b
    (x1, y1), (x2, y2) = a, b
    if x1 == x2:
        if (y1 + y2) % curve.p == 0:
            return None
        slope = (3 * x1 * x1 + curve.a) * pow(2 * y1, -1, curve.p)
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, curve.p)
    x = (slope * slope - x1 - x2) % curve.p
    return x, (slope * (x1 - x) - y1) % curve.p


def multiply(curve: Curve, scalar: int, point):
    total = None
    while scalar:
        if scalar & 1:
            total = add(curve, total, point)
        point = add(curve, point, point)
        scalar >>= 1
    return total


def public_point(curve: Curve, secret: int):
    return multiply(curve, secret, curve.g)


def nonce(curve: Curve, secret: int, digest: bytes, hash_name: str) -> int:
    """RFC 6979 section 3.2, for a hash as long as the group order."""
    size = curve.size
    seed = secret.to_bytes(size, "big") + (int.from_bytes(digest, "big") % curve.n).to_bytes(
        size, "big"
    )
    length = hashlib.new(hash_name).digest_size
    v, k = b"\x01" * length, b"\x00" * length
    for separator in (b"\x00", b"\x01"):
        k = hmac.new(k, v + separator + seed, hash_name).digest()
        v = hmac.new(k, v, hash_name).digest()
    while True:
        t = b""
        while len(t) < size:
            v = hmac.new(k, v, hash_name).digest()
            t += v
        candidate = int.from_bytes(t[:size], "big")
        if 1 <= candidate < curve.n:
            return candidate
        k = hmac.new(k, v + b"\x00", hash_name).digest()
        v = hmac.new(k, v, hash_name).digest()


def ecdsa_sign(curve: Curve, secret: int, message: bytes) -> tuple[int, int]:
    hash_name = "sha384" if curve is P384 else "sha256"
    digest = hashlib.new(hash_name, message).digest()
    e = int.from_bytes(digest, "big")
    k = nonce(curve, secret, digest, hash_name)
    r = multiply(curve, k, curve.g)[0] % curve.n
    return r, pow(k, -1, curve.n) * (e + r * secret) % curve.n


def sm3(message: bytes) -> bytes:
    """GB/T 32905."""

    def rotate(word, count):
        count %= 32
        return (word << count | word >> (32 - count)) & 0xFFFFFFFF

    def p0(x):
        return x ^ rotate(x, 9) ^ rotate(x, 17)

    def p1(x):
        return x ^ rotate(x, 15) ^ rotate(x, 23)

    state = [
        0x7380166F,
        0x4914B2B9,
        0x172442D7,
        0xDA8A0600,
        0xA96F30BC,
        0x163138AA,
        0xE38DEE4D,
        0xB0FB0E4E,
    ]
    padded = message + b"\x80" + b"\x00" * ((55 - len(message)) % 64)
    padded += (8 * len(message)).to_bytes(8, "big")
    for block in range(0, len(padded), 64):
        w = [int.from_bytes(padded[block + 4 * i : block + 4 * i + 4], "big") for i in range(16)]
        for j in range(16, 68):
            w.append(
                p1(w[j - 16] ^ w[j - 9] ^ rotate(w[j - 3], 15)) ^ rotate(w[j - 13], 7) ^ w[j - 6]
            )
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            constant = 0x79CC4519 if j < 16 else 0x7A879D8A
            ss1 = rotate((rotate(a, 12) + e + rotate(constant, j)) & 0xFFFFFFFF, 7)
            ss2 = ss1 ^ rotate(a, 12)
            ff = a ^ b ^ c if j < 16 else a & b | a & c | b & c
            gg = e ^ f ^ g if j < 16 else e & f | ~e & g
            tt1 = (ff + d + ss2 + (w[j] ^ w[j + 4])) & 0xFFFFFFFF
            tt2 = (gg + h + ss1 + w[j]) & 0xFFFFFFFF
            a, b, c, d, e, f, g, h = tt1, a, rotate(b, 9), c, p0(tt2), e, rotate(f, 19), g
        state = [x ^ y for x, y in zip(state, (a, b, c, d, e, f, g, h))]
    return b"".join(x.to_bytes(4, "big") for x in state)


SM2_IDENTIFIER = b"1234567812345678"


def sm2_sign(secret: int, message: bytes, identifier: bytes = SM2_IDENTIFIER) -> tuple[int, int]:
    curve = SM2P256
    x, y = public_point(curve, secret)
    fields = (curve.a, curve.b, *curve.g, x, y)
    z = sm3(
        (8 * len(identifier)).to_bytes(2, "big")
        + identifier
        + b"".join(value.to_bytes(32, "big") for value in fields)
    )
    digest = sm3(z + message)
    e = int.from_bytes(digest, "big")
    k = nonce(curve, secret, digest, "sha256")
    r = (e + multiply(curve, k, curve.g)[0]) % curve.n
    s = pow(1 + secret, -1, curve.n) * (k - r * secret) % curve.n
    assert r and s and r + k != curve.n
    return r, s


def encode_signature(r: int, s: int) -> bytes:
    return der.sequence(der.integer(r), der.integer(s))


def encode_point(curve: Curve, point) -> bytes:
    x, y = point
    return b"\x04" + x.to_bytes(curve.size, "big") + y.to_bytes(curve.size, "big")
