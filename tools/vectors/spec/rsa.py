"""RSA keys from seeds and RSASSA-PSS with SHA-256 (RFC 8017)."""

import functools
import hashlib

from .encoding import Seeded, sha256

# How far above its seeded start each prime lies (found by search, checked on use).
OFFSETS = {
    ("small", 1024): (236, 26),
    ("medium", 2048): (2788, 1242),
    ("first", 3072): (618, 1120),
    ("second", 3072): (782, 3362),
    ("large", 4096): (138, 62),
}


def is_probable_prime(n: int) -> bool:
    for small in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47):
        if n % small == 0:
            return n == small
    d, r = n - 1, 0
    while d % 2 == 0:
        d, r = d // 2, r + 1
    for a in (2, 3, 5, 7):
        x = pow(a, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(r - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def _start(label: str, bits: int, which: str) -> int:
    number = int.from_bytes(Seeded(f"rsa {label} {which}").bytes(bits // 16), "big")
    return number | 3 << (bits // 2 - 2) | 1


def find_offset(label: str, bits: int, which: str) -> int:
    start, offset = _start(label, bits, which), 0
    while not is_probable_prime(start + offset) or (start + offset) % 65537 == 1:
        offset += 2
    return offset


@functools.cache
def key(label: str, bits: int) -> tuple[int, int, int]:
    """Modulus, public exponent 65537 and private exponent."""
    offsets = OFFSETS.get((label, bits)) or tuple(find_offset(label, bits, which) for which in "pq")
    p, q = (_start(label, bits, which) + offset for which, offset in zip("pq", offsets))
    assert is_probable_prime(p) and is_probable_prime(q)
    return p * q, 65537, pow(65537, -1, (p - 1) * (q - 1))


def mgf1(seed: bytes, count: int) -> bytes:
    out = b"".join(sha256(seed + i.to_bytes(4, "big")) for i in range(count // 32 + 1))
    return out[:count]


def pss_sign(private: tuple[int, int, int], message: bytes, salt: bytes) -> bytes:
    n, _, d = private
    bits = n.bit_length() - 1
    size = (bits + 7) // 8
    h = sha256(bytes(8) + sha256(message) + salt)
    db = bytes(size - len(salt) - 34) + b"\x01" + salt
    masked = bytearray(x ^ y for x, y in zip(db, mgf1(h, len(db))))
    masked[0] &= 0xFF >> (8 * size - bits)
    encoded = int.from_bytes(bytes(masked) + h + b"\xbc", "big")
    return pow(encoded, d, n).to_bytes((n.bit_length() + 7) // 8, "big")


def pkcs1_sign(private: tuple[int, int, int], message: bytes) -> bytes:
    """RSASSA-PKCS1-v1_5 with SHA-256, which Assay must refuse."""
    n, _, d = private
    size = (n.bit_length() + 7) // 8
    info = bytes.fromhex("3031300d060960864801650304020105000420")
    info += hashlib.sha256(message).digest()
    encoded = b"\x00\x01" + b"\xff" * (size - 3 - len(info)) + b"\x00" + info
    return pow(int.from_bytes(encoded, "big"), d, n).to_bytes(size, "big")
