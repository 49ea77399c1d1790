"""Folder keys: signatures to accept or reject."""

import hashlib

from spec import curves, der, ed25519, mldsa, rsa
from spec.encoding import Seeded, b64
from spec.keys import (
    ALGORITHMS,
    CURVES,
    ML_DSA,
    Key,
    ed25519_spki,
)

from .keys import NEEDS, first, long_length
from .output import dump, reject


def files() -> dict[str, bytes]:
    return {"keys/signatures.json": signatures()}


MESSAGE = b"DSSEv1 4 text 5 hello"


def signatures() -> bytes:
    cases = []

    def add(name, key_bytes, message, signature, verdict, algorithm, desc=""):
        case = {
            "name": f"{algorithm}: {name}",
            "desc": desc,
            "algorithm": algorithm,
            "spki": b64(key_bytes),
            "message": b64(message),
            "signature": b64(signature),
            **reject(verdict),
        }
        if algorithm in NEEDS:
            case["needs"] = algorithm
        cases.append(case)

    for algorithm in ALGORITHMS:
        key, other = first(algorithm), Key(algorithm, "second")
        good = key.sign(MESSAGE)

        def put(
            name,
            signature,
            verdict="rejected: signature",
            message=MESSAGE,
            of=None,
            desc="",
            algorithm=algorithm,
            key=key,
        ):
            add(name, (of or key).spki, message, signature, verdict, algorithm, desc)

        put("good", good, "accept")
        put("good, empty message", key.sign(b""), "accept", b"")
        put("good, long message", key.sign(b"x" * 1000), "accept", b"x" * 1000)
        put("another message", good, message=MESSAGE + b"!")
        put("another key", good, of=other)
        put("empty", b"")
        put("zeros", bytes(len(good)))
        put("cut", good[:-1])
        put("byte behind", good + b"\0")
        put("last bit changed", good[:-1] + bytes([good[-1] ^ 1]))
        put("first bit of the body changed", good[:8] + bytes([good[8] ^ 128]) + good[9:])
        if algorithm in CURVES:
            elliptic_signatures(put, key, good)
        if algorithm in ML_DSA:
            ml_dsa_signatures(put, key, good)
    ed25519_signatures(add)
    rsa_signatures(add)
    p256, sm2 = first("ecdsa-p256-sha256"), first("sm2-sm3")
    add(
        "SM2 signature",
        p256.spki,
        MESSAGE,
        sm2.sign(MESSAGE),
        "rejected: signature",
        p256.algorithm,
    )
    add(
        "other distinguishing identifier",
        sm2.spki,
        MESSAGE,
        curves.encode_signature(*curves.sm2_sign(sm2.scalar, MESSAGE, b"ALICE123@YAHOO.COM")),
        "rejected: signature",
        sm2.algorithm,
    )
    add(
        "empty distinguishing identifier",
        sm2.spki,
        MESSAGE,
        curves.encode_signature(*curves.sm2_sign(sm2.scalar, MESSAGE, b"")),
        "rejected: signature",
        sm2.algorithm,
    )
    return dump(
        "Signatures over `message` by the key. ECDSA and SM2 signatures are DER, strictly; SM2 "
        "with identifier 1234567812345678; RSA is PSS with SHA-256, MGF1 with SHA-256 and a salt "
        "of 32 bytes; ML-DSA is pure with an empty context. Made deterministically; randomised "
        "signers make others. Cases with `needs` are undecided where the library lacks the "
        "algorithm.",
        cases,
    )


def elliptic_signatures(put, key, good) -> None:
    curve = CURVES[key.algorithm]
    r, s = (
        curves.sm2_sign(key.scalar, MESSAGE)
        if key.algorithm == "sm2-sm3"
        else curves.ecdsa_sign(curve, key.scalar, MESSAGE)
    )
    encode = curves.encode_signature
    assert encode(r, s) == good
    if key.algorithm != "sm2-sm3":
        put(
            "twin (r, n-s)",
            encode(r, curve.n - s),
            "accept",
            desc="both signs verify; a bundle and the duplicate rule deal with it elsewhere",
        )
    put("numbers raw", r.to_bytes(curve.size, "big") + s.to_bytes(curve.size, "big"))
    put("r zero", encode(0, s))
    put("s zero", encode(r, 0))
    put("both zero", encode(0, 0))
    put("both one", encode(1, 1))
    put("r at the order", encode(curve.n, s))
    put("s at the order", encode(r, curve.n))
    put("r plus the order", encode(r + curve.n, s))
    put("s plus the order", encode(r, s + curve.n))
    put("r and s exchanged", encode(s, r))
    big_r = der.integer(r)[2:]
    spare = der.tagged(2, b"\0" + big_r)
    put("r with a spare zero", der.sequence(spare, der.integer(s)))
    put("outer length in long form", long_length(good))
    put("indefinite length", b"\x30\x80" + good[2:] + b"\0\0")
    put("third number", der.sequence(der.integer(r), der.integer(s), der.integer(0)))
    put("r alone", der.sequence(der.integer(r)))
    negative = der.tagged(
        2, (r - (1 << 8 * (curve.size + 1))).to_bytes(curve.size + 2, "big", signed=True)
    )
    put("r negative", der.sequence(negative, der.integer(s)))
    put("set instead of sequence", b"\x31" + good[1:])


def ml_dsa_signatures(put, key, good) -> None:
    p = ML_DSA[key.algorithm]
    put("with a context", mldsa.sign(p, key.seed, MESSAGE, b"context"))
    put("other empty-looking context", mldsa.sign(p, key.seed, MESSAGE, b"\0"))
    put("commitment changed", bytes([good[0] ^ 1]) + good[1:])
    hints = len(good) - p.omega - p.k
    used = good[-1]
    assert used < p.omega
    put("spare hint byte not zero", good[: hints + p.omega - 1] + b"\1" + good[hints + p.omega :])
    first_end = good[hints + p.omega]
    assert first_end >= 2
    swapped = bytearray(good)
    swapped[hints], swapped[hints + 1] = swapped[hints + 1], swapped[hints]
    put("hints out of order", bytes(swapped))
    put("hint count beyond the limit", good[:-1] + bytes([p.omega + 1]))
    put("hint counts falling", good[:-1] + bytes([max(0, good[-2] - 1)]))


def ed25519_signatures(add) -> None:
    key = first("ed25519")
    seed, spki_bytes = key.seed, key.spki
    good = key.sign(MESSAGE)
    s = int.from_bytes(good[32:], "little")

    def put(name, signature, verdict="rejected: signature", of=spki_bytes, desc=""):
        add(name, of, MESSAGE, signature, verdict, "ed25519", desc)

    put("S plus the order", good[:32] + (s + ed25519.L).to_bytes(32, "little"))
    put("S with a high bit", good[:63] + bytes([good[63] | 0x80]))
    put("S at the order", good[:32] + ed25519.L.to_bytes(32, "little"))
    for index, point in enumerate(ed25519.torsion()):
        commitment = ed25519.encode(point)
        put(f"R of small order {index}", finish(seed, commitment, 0))
    put("R not canonical", (ed25519.P + 1).to_bytes(32, "little") + good[32:])
    scalar = Seeded("nonce").below(ed25519.L)
    for index in (0, 1, 4):
        point = ed25519.add(ed25519.multiply(scalar, ed25519.BASE), ed25519.torsion()[index])
        put(
            f"R with low-order part {index}",
            finish(seed, ed25519.encode(point), scalar),
            "accept" if index == 0 else "rejected: signature",
            desc="" if index == 0 else "satisfies the equation multiplied by eight only",
        )
    mixed = ed25519.encode(
        ed25519.add(ed25519.decode(ed25519.public_key(seed)), ed25519.torsion()[1])
    )
    found = set()
    counter = 0
    while len(found) < 2:
        scalar = Seeded(f"mixed {counter}").below(ed25519.L)
        counter += 1
        commitment = ed25519.encode(ed25519.multiply(scalar, ed25519.BASE))
        signature = finish(seed, commitment, scalar, mixed)
        good_here = ed25519.strict_verify(mixed, MESSAGE, signature)
        if good_here not in found:
            found.add(good_here)
            put(
                "key of mixed order, residue " + ("absent" if good_here else "needed"),
                signature,
                "accept" if good_here else "rejected: signature",
                ed25519_spki(mixed),
                "whether the challenge is a multiple of eight decides",
            )


def finish(seed: bytes, commitment: bytes, nonce: int, key: bytes | None = None) -> bytes:
    """The signature with this R, whatever R is."""
    key = key or ed25519.public_key(seed)
    challenge = (
        int.from_bytes(hashlib.sha512(commitment + key + MESSAGE).digest(), "little") % ed25519.L
    )
    s = (nonce + challenge * ed25519.expand(seed)[0]) % ed25519.L
    return commitment + s.to_bytes(32, "little")


def rsa_signatures(add) -> None:
    key = first("rsa-pss-sha256")
    private = rsa.key("first", 3072)

    def put(name, signature, verdict="rejected: signature"):
        add(name, key.spki, MESSAGE, signature, verdict, "rsa-pss-sha256")

    put("another salt", rsa.pss_sign(private, MESSAGE, bytes(32)), "accept")
    for length in (0, 20, 31, 33, 64):
        put(f"salt of {length} bytes", rsa.pss_sign(private, MESSAGE, bytes(length)))
    put("PKCS#1 v1.5", rsa.pkcs1_sign(private, MESSAGE))
    good = int.from_bytes(key.sign(MESSAGE), "big")
    put("number plus the modulus", (good + private[0]).to_bytes(385, "big"))
    put("zero in front", b"\0" + key.sign(MESSAGE))
