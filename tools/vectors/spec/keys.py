"""Public keys as DER SubjectPublicKeyInfo, and signers for every algorithm of the closed list."""

import dataclasses
import functools

from . import curves, der, ed25519, mldsa, rsa
from .encoding import Seeded, sha256

ML_DSA = {p.name: p for p in (mldsa.ML_DSA_44, mldsa.ML_DSA_65, mldsa.ML_DSA_87)}
EC_PUBLIC_KEY = "1.2.840.10045.2.1"
RSA_ENCRYPTION = "1.2.840.113549.1.1.1"
ED25519_OID = "1.3.101.112"
CURVES = {
    "ecdsa-p256-sha256": curves.P256,
    "ecdsa-p384-sha384": curves.P384,
    "sm2-sm3": curves.SM2P256,
}
ALGORITHMS = ["ed25519", *CURVES, "rsa-pss-sha256", *ML_DSA]


def spki(algorithm: bytes, key: bytes) -> bytes:
    return der.sequence(algorithm, der.bit_string(key))


def ed25519_spki(key: bytes) -> bytes:
    return spki(der.sequence(der.oid(ED25519_OID)), key)


def ml_dsa_spki(p: mldsa.Parameters, key: bytes) -> bytes:
    return spki(der.sequence(der.oid(p.oid)), key)


def ec_spki(curve: curves.Curve, point: bytes) -> bytes:
    return spki(der.sequence(der.oid(EC_PUBLIC_KEY), der.oid(curve.oid)), point)


def rsa_spki(n: int, e: int) -> bytes:
    return spki(
        der.sequence(der.oid(RSA_ENCRYPTION), der.NULL),
        der.sequence(der.integer(n), der.integer(e)),
    )


@dataclasses.dataclass(frozen=True)
class Key:
    """A key pair made from a label."""

    algorithm: str
    label: str

    @property
    def seed(self) -> bytes:
        return Seeded(f"key {self.algorithm} {self.label}").bytes(32)

    @property
    def scalar(self) -> int:
        curve = CURVES[self.algorithm]
        return 1 + Seeded(f"key {self.algorithm} {self.label}").below(curve.n - 2)

    @functools.cached_property
    def spki(self) -> bytes:
        if self.algorithm == "ed25519":
            return ed25519_spki(ed25519.public_key(self.seed))
        if self.algorithm in ML_DSA:
            p = ML_DSA[self.algorithm]
            return ml_dsa_spki(p, mldsa.public_key(p, self.seed))
        if self.algorithm in CURVES:
            curve = CURVES[self.algorithm]
            return ec_spki(
                curve, curves.encode_point(curve, curves.public_point(curve, self.scalar))
            )
        n, e, _ = rsa.key(self.label, 3072)
        return rsa_spki(n, e)

    @property
    def keyid(self) -> str:
        return sha256(self.spki).hex()

    def sign(self, message: bytes) -> bytes:
        if self.algorithm == "ed25519":
            return ed25519.sign(self.seed, message)
        if self.algorithm in ML_DSA:
            return mldsa.sign(ML_DSA[self.algorithm], self.seed, message)
        if self.algorithm == "sm2-sm3":
            return curves.encode_signature(*curves.sm2_sign(self.scalar, message))
        if self.algorithm in CURVES:
            return curves.encode_signature(
                *curves.ecdsa_sign(CURVES[self.algorithm], self.scalar, message)
            )
        return rsa.pss_sign(rsa.key(self.label, 3072), message, sha256(b"salt" + message))
