"""ML-DSA (FIPS 204), pure, deterministic variant, plain and slow."""

import dataclasses
import functools
import hashlib

Q = 8380417
N = 256
DROPPED_BITS = 13


@dataclasses.dataclass(frozen=True)
class Parameters:
    name: str
    oid: str
    tau: int
    strength: int
    gamma1: int
    gamma2: int
    k: int
    l: int
    eta: int
    omega: int

    @property
    def beta(self) -> int:
        return self.tau * self.eta


ML_DSA_44 = Parameters(
    "ml-dsa-44", "2.16.840.1.101.3.4.3.17", 39, 128, 1 << 17, (Q - 1) // 88, 4, 4, 2, 80
)
ML_DSA_65 = Parameters(
    "ml-dsa-65", "2.16.840.1.101.3.4.3.18", 49, 192, 1 << 19, (Q - 1) // 32, 6, 5, 4, 55
)
ML_DSA_87 = Parameters(
    "ml-dsa-87", "2.16.840.1.101.3.4.3.19", 60, 256, 1 << 19, (Q - 1) // 32, 8, 7, 2, 75
)

ZETAS = [pow(1753, int(f"{i:08b}"[::-1], 2), Q) for i in range(N)]


def h(data: bytes, count: int) -> bytes:
    return hashlib.shake_256(data).digest(count)


def ntt(w: list[int]) -> list[int]:
    w, m, length = list(w), 0, 128
    while length >= 1:
        for start in range(0, N, 2 * length):
            m += 1
            z = ZETAS[m]
            for j in range(start, start + length):
                t = z * w[j + length] % Q
                w[j + length] = (w[j] - t) % Q
                w[j] = (w[j] + t) % Q
        length //= 2
    return w


def inverse_ntt(w: list[int]) -> list[int]:
    w, m, length = list(w), N, 1
    while length < N:
        for start in range(0, N, 2 * length):
            m -= 1
            z = -ZETAS[m]
            for j in range(start, start + length):
                t = w[j]
                w[j] = (t + w[j + length]) % Q
                w[j + length] = z * (t - w[j + length]) % Q
        length *= 2
    return [8347681 * x % Q for x in w]


def pointwise(a, b):
    return [x * y % Q for x, y in zip(a, b)]


def add(a, b):
    return [(x + y) % Q for x, y in zip(a, b)]


def subtract(a, b):
    return [(x - y) % Q for x, y in zip(a, b)]


def matrix_times(matrix, vector):
    rows = []
    for row in matrix:
        total = [0] * N
        for a, b in zip(row, vector):
            total = add(total, pointwise(a, b))
        rows.append(inverse_ntt(total))
    return rows


def centred(x: int, modulus: int = Q) -> int:
    x %= modulus
    return x - modulus if x > modulus // 2 else x


def norm(vector) -> int:
    return max(abs(centred(x)) for poly in vector for x in poly)


def reject_ntt(seed: bytes) -> list[int]:
    stream = hashlib.shake_128(seed).digest(3 * 512)
    out = []
    for i in range(0, len(stream), 3):
        value = int.from_bytes(stream[i : i + 3], "little") & 0x7FFFFF
        if value < Q:
            out.append(value)
            if len(out) == N:
                return out
    raise AssertionError("stream too short")


def reject_bounded(eta: int, seed: bytes) -> list[int]:
    out = []
    for byte in hashlib.shake_256(seed).digest(1024):
        for nibble in (byte & 15, byte >> 4):
            if eta == 2 and nibble < 15:
                out.append(2 - nibble % 5)
            elif eta == 4 and nibble < 9:
                out.append(4 - nibble)
            if len(out) == N:
                return out
    raise AssertionError("stream too short")


def pack(values, bits: int) -> bytes:
    number = 0
    for i, value in enumerate(values):
        number |= value << (bits * i)
    return number.to_bytes(bits * len(values) // 8, "little")


def unpack(data: bytes, bits: int) -> list[int]:
    number = int.from_bytes(data, "little")
    return [number >> (bits * i) & ((1 << bits) - 1) for i in range(N)]


def decompose(p: Parameters, r: int) -> tuple[int, int]:
    r %= Q
    low = centred(r, 2 * p.gamma2)
    if r - low == Q - 1:
        return 0, low - 1
    return (r - low) // (2 * p.gamma2), low


def expand_matrix(p: Parameters, rho: bytes):
    return [[reject_ntt(rho + bytes([s, r])) for s in range(p.l)] for r in range(p.k)]


@functools.cache
def expand_key(p: Parameters, seed: bytes):
    """Algorithm 6: the public key and everything that signing needs."""
    stream = h(seed + bytes([p.k, p.l]), 128)
    rho, secret, key = stream[:32], stream[32:96], stream[96:]
    matrix = expand_matrix(p, rho)
    s1 = [reject_bounded(p.eta, secret + i.to_bytes(2, "little")) for i in range(p.l)]
    s2 = [reject_bounded(p.eta, secret + i.to_bytes(2, "little")) for i in range(p.l, p.l + p.k)]
    t = [add(a, b) for a, b in zip(matrix_times(matrix, [ntt(s) for s in s1]), s2)]
    t0 = [[centred(x, 1 << DROPPED_BITS) for x in poly] for poly in t]
    t1 = [[(x - low) >> DROPPED_BITS for x, low in zip(poly, lows)] for poly, lows in zip(t, t0)]
    public = rho + b"".join(pack(poly, 10) for poly in t1)
    return public, matrix, key, s1, s2, t0


def public_key(p: Parameters, seed: bytes) -> bytes:
    return expand_key(p, seed)[0]


def sample_in_ball(p: Parameters, seed: bytes) -> list[int]:
    stream = hashlib.shake_256(seed).digest(2048)
    signs, position = int.from_bytes(stream[:8], "little"), 8
    c = [0] * N
    for i in range(N - p.tau, N):
        while stream[position] > i:
            position += 1
        j = stream[position]
        position += 1
        c[i], c[j] = c[j], 1 - 2 * (signs >> (i + p.tau - N) & 1)
    return c


@functools.cache
def sign(p: Parameters, seed: bytes, message: bytes, context: bytes = b"") -> bytes:
    """Algorithms 2 and 7 with 32 zero bytes in place of randomness."""
    public, matrix, key, s1, s2, t0 = expand_key(p, seed)
    mu = h(h(public, 64) + bytes([0, len(context)]) + context + message, 64)
    mask_seed = h(key + bytes(32) + mu, 64)
    s1_hat, s2_hat, t0_hat = ([ntt(x) for x in v] for v in (s1, s2, t0))
    bits = p.gamma1.bit_length()
    w1_bits = ((Q - 1) // (2 * p.gamma2) - 1).bit_length()
    kappa = 0
    while True:
        y = [
            [
                p.gamma1 - x
                for x in unpack(h(mask_seed + (kappa + i).to_bytes(2, "little"), 32 * bits), bits)
            ]
            for i in range(p.l)
        ]
        kappa += p.l
        w = matrix_times(matrix, [ntt(x) for x in y])
        w1 = b"".join(pack([decompose(p, x)[0] for x in poly], w1_bits) for poly in w)
        commitment = h(mu + w1, p.strength // 4)
        c = ntt(sample_in_ball(p, commitment))
        z = [add(a, inverse_ntt(pointwise(c, s))) for a, s in zip(y, s1_hat)]
        rest = [subtract(a, inverse_ntt(pointwise(c, s))) for a, s in zip(w, s2_hat)]
        if norm(z) >= p.gamma1 - p.beta:
            continue
        if max(abs(decompose(p, x)[1]) for poly in rest for x in poly) >= p.gamma2 - p.beta:
            continue
        ct0 = [inverse_ntt(pointwise(c, t)) for t in t0_hat]
        hints = [
            [i for i in range(N) if decompose(p, a[i] + b[i])[0] != decompose(p, a[i])[0]]
            for a, b in zip(rest, ct0)
        ]
        if norm(ct0) >= p.gamma2 or sum(map(len, hints)) > p.omega:
            continue
        packed_z = b"".join(pack([p.gamma1 - centred(x) for x in poly], bits) for poly in z)
        return commitment + packed_z + pack_hints(p, hints)


def pack_hints(p: Parameters, hints) -> bytes:
    positions, ends = bytearray(), bytearray()
    for hint in hints:
        positions += bytes(hint)
        ends.append(len(positions))
    return bytes(positions).ljust(p.omega, b"\x00") + bytes(ends)
