"""Folder keys: public keys to load or refuse."""

from spec import curves, der, ed25519, mldsa, rsa
from spec.encoding import b64, sha256
from spec.keys import (
    ALGORITHMS,
    CURVES,
    EC_PUBLIC_KEY,
    ED25519_OID,
    ML_DSA,
    RSA_ENCRYPTION,
    Key,
    ec_spki,
    ed25519_spki,
    ml_dsa_spki,
    rsa_spki,
    spki,
)

from .notes import off_curve
from .output import dump, reject

NEEDS = {name: name for name in ML_DSA}
ML_DSA_44 = mldsa.ML_DSA_44


def files() -> dict[str, bytes]:
    return {"keys/keys.json": public_keys()}


def first(algorithm: str) -> Key:
    return Key(algorithm, "first")


def public_keys() -> bytes:
    cases = []

    def add(name, algorithm, data, verdict="accept", desc=""):
        case = {"name": f"{algorithm}: {name}", "desc": desc, "spki": b64(data), **reject(verdict)}
        if verdict == "accept":
            case |= {"algorithm": algorithm, "keyid": sha256(data).hex()}
        if algorithm in NEEDS:
            case["needs"] = algorithm
        cases.append(case)

    for algorithm in ALGORITHMS:
        good = first(algorithm).spki
        add("good", algorithm, good)
        add("byte behind", algorithm, good + b"\0", "malformed: encoding")
        add("newline behind", algorithm, good + b"\n", "malformed: encoding")
        add("cut", algorithm, good[:-1], "malformed: encoding")
        add("twice", algorithm, good * 2, "malformed: encoding")
        add("outer length in long form", algorithm, long_length(good), "malformed: encoding")
    add("second", "rsa-pss-sha256", Key("rsa-pss-sha256", "second").spki)
    add("empty", "none", b"", "malformed: encoding")
    add("NULL", "none", der.NULL, "malformed: encoding")
    add("empty sequence", "none", der.sequence(), "malformed: encoding")
    add(
        "X25519",
        "none",
        spki(der.sequence(der.oid("1.3.101.110")), bytes(range(32))),
        "malformed: encoding",
    )
    add(
        "Ed448",
        "none",
        spki(der.sequence(der.oid("1.3.101.113")), bytes(57)),
        "malformed: encoding",
    )
    add(
        "ML-KEM-768",
        "none",
        spki(der.sequence(der.oid("2.16.840.1.101.3.4.4.2")), bytes(1184)),
        "malformed: encoding",
    )
    ed25519_keys(add)
    for algorithm, curve in CURVES.items():
        elliptic_keys(add, algorithm, curve)
    add(
        "secp256k1",
        "none",
        ec_spki(curves.SECP256K1, curves.encode_point(curves.SECP256K1, curves.SECP256K1.g)),
        "malformed: encoding",
        "a curve that is not on the list",
    )
    rsa_keys(add)
    for name, p in ML_DSA.items():
        raw = mldsa.public_key(p, first(name).seed)
        add(
            "NULL parameters",
            name,
            spki(der.sequence(der.oid(p.oid), der.NULL), raw),
            "malformed: encoding",
        )
        add("one byte short", name, ml_dsa_spki(p, raw[:-1]), "malformed: encoding")
        add("one byte more", name, ml_dsa_spki(p, raw + b"\0"), "malformed: encoding")
    add(
        "key of ML-DSA-65",
        "ml-dsa-44",
        ml_dsa_spki(ML_DSA_44, mldsa.public_key(mldsa.ML_DSA_65, first("ml-dsa-65").seed)),
        "malformed: encoding",
    )
    return dump(
        "DER SubjectPublicKeyInfo. `keyid` = hex SHA-256 of the bytes. Cases with `needs` want "
        "that algorithm in the library. Reasons: encoding (not the one form of any algorithm on "
        "the list), key (the one form of a key that must not be used).",
        cases,
    )


def long_length(data: bytes) -> bytes:
    """The outer length one byte longer than need be."""
    if data[1] < 0x80:
        return bytes([data[0], 0x81]) + data[1:]
    count = data[1] & 0x7F
    return bytes([data[0], 0x80 | count + 1, 0]) + data[2 : 2 + count] + data[2 + count :]


def ed25519_keys(add) -> None:
    raw = ed25519.public_key(first("ed25519").seed)
    algorithm = der.sequence(der.oid(ED25519_OID))
    add(
        "NULL parameters",
        "ed25519",
        spki(der.sequence(der.oid(ED25519_OID), der.NULL), raw),
        "malformed: encoding",
    )
    add("raw bytes alone", "ed25519", raw, "malformed: encoding")
    add("31 bytes", "ed25519", ed25519_spki(raw[1:]), "malformed: encoding")
    add("33 bytes", "ed25519", ed25519_spki(raw + b"\0"), "malformed: encoding")
    add(
        "unused bits",
        "ed25519",
        der.sequence(algorithm, der.tagged(3, b"\1" + raw)),
        "malformed: encoding",
    )
    add(
        "octet string",
        "ed25519",
        der.sequence(algorithm, der.octet_string(raw)),
        "malformed: encoding",
    )
    for index, point in enumerate(ed25519.torsion()):
        add(
            f"small order {index}", "ed25519", ed25519_spki(ed25519.encode(point)), "malformed: key"
        )
    for y in (ed25519.P, ed25519.P + 1, 2**255 - 1):
        add(
            f"y above the prime by {y - ed25519.P}",
            "ed25519",
            ed25519_spki(y.to_bytes(32, "little")),
            "malformed: key",
        )
    add(
        "x zero with sign",
        "ed25519",
        ed25519_spki((1 | 1 << 255).to_bytes(32, "little")),
        "malformed: key",
    )
    add("not a point", "ed25519", ed25519_spki(off_curve()), "malformed: key")
    mixed = ed25519.add(ed25519.decode(raw), ed25519.torsion()[1])
    add(
        "mixed order",
        "ed25519",
        ed25519_spki(ed25519.encode(mixed)),
        "accept",
        "a point with a low-order part; signatures that need the residue are refused",
    )


def elliptic_keys(add, algorithm, curve) -> None:
    point = curves.public_point(curve, first(algorithm).scalar)
    x, y = (value.to_bytes(curve.size, "big") for value in point)
    raw = b"\4" + x + y
    add(
        "compressed",
        algorithm,
        ec_spki(curve, bytes([2 + point[1] % 2]) + x),
        "malformed: encoding",
    )
    add(
        "hybrid",
        algorithm,
        ec_spki(curve, bytes([6 + point[1] % 2]) + x + y),
        "malformed: encoding",
    )
    add("point at infinity", algorithm, ec_spki(curve, b"\0"), "malformed: encoding")
    explicit = der.sequence(
        der.integer(1),
        der.sequence(der.oid("1.2.840.10045.1.1"), der.integer(curve.p)),
        der.sequence(
            der.octet_string((curve.a % curve.p).to_bytes(curve.size, "big")),
            der.octet_string(curve.b.to_bytes(curve.size, "big")),
        ),
        der.octet_string(curves.encode_point(curve, curve.g)),
        der.integer(curve.n),
        der.integer(1),
    )
    add(
        "explicit parameters",
        algorithm,
        spki(der.sequence(der.oid(EC_PUBLIC_KEY), explicit), raw),
        "malformed: encoding",
    )
    add(
        "implicit parameters",
        algorithm,
        spki(der.sequence(der.oid(EC_PUBLIC_KEY), der.NULL), raw),
        "malformed: encoding",
    )
    add(
        "no parameters",
        algorithm,
        spki(der.sequence(der.oid(EC_PUBLIC_KEY)), raw),
        "malformed: encoding",
    )
    add(
        "unused bits",
        algorithm,
        der.sequence(
            der.sequence(der.oid(EC_PUBLIC_KEY), der.oid(curve.oid)), der.tagged(3, b"\1" + raw)
        ),
        "malformed: encoding",
    )
    off = (point[1] ^ 1).to_bytes(curve.size, "big")
    add("not on the curve", algorithm, ec_spki(curve, b"\4" + x + off), "malformed: key")
    add(
        "coordinates zero",
        algorithm,
        ec_spki(curve, b"\4" + bytes(2 * curve.size)),
        "malformed: key",
    )
    if algorithm != "sm2-sm3":
        other = Key(algorithm, "reduced")
        ox, oy = curves.public_point(curve, other.scalar)
        grown = ox + curve.p
        if grown < 1 << 8 * curve.size:
            add(
                "x not reduced",
                algorithm,
                ec_spki(
                    curve,
                    b"\4" + grown.to_bytes(curve.size, "big") + oy.to_bytes(curve.size, "big"),
                ),
                "malformed: key",
            )
    add(
        "x at the prime",
        algorithm,
        ec_spki(curve, b"\4" + curve.p.to_bytes(curve.size, "big") + y),
        "malformed: key",
    )


def rsa_keys(add) -> None:
    n, e, _ = rsa.key("first", 3072)
    name = "rsa-pss-sha256"
    big = rsa.key("large", 4096)[0]
    add("4096 bits", name, rsa_spki(big, e))
    add("2048 bits", name, rsa_spki(rsa.key("medium", 2048)[0], e), "malformed: key")
    add("1024 bits", name, rsa_spki(rsa.key("small", 1024)[0], e), "malformed: key")
    for exponent in (1, 2, 3, 17, 65535, 65536, 65538):
        add(
            f"exponent {exponent}",
            name,
            rsa_spki(n, exponent),
            "malformed: key",
            "odd and above 2^16 is asked for",
        )
    add("exponent 65539", name, rsa_spki(n, 65539))
    add("even modulus", name, rsa_spki(n + 1, e), "malformed: key")
    body = der.sequence(der.integer(n), der.integer(e))
    add(
        "no parameters",
        name,
        spki(der.sequence(der.oid(RSA_ENCRYPTION)), body),
        "malformed: encoding",
        "rsaEncryption is written with NULL",
    )
    add(
        "RSASSA-PSS identifier",
        name,
        spki(der.sequence(der.oid("1.2.840.113549.1.1.10")), body),
        "malformed: encoding",
    )
    pss = der.sequence(
        der.tagged(0xA0, der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))),
        der.tagged(
            0xA1,
            der.sequence(
                der.oid("1.2.840.113549.1.1.8"), der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))
            ),
        ),
        der.tagged(0xA2, der.integer(32)),
    )
    add(
        "RSASSA-PSS with parameters",
        name,
        spki(der.sequence(der.oid("1.2.840.113549.1.1.10"), pss), body),
        "malformed: encoding",
    )
    add("PKCS#1 alone", name, body, "malformed: encoding")
    add(
        "negative modulus",
        name,
        spki(
            der.sequence(der.oid(RSA_ENCRYPTION), der.NULL),
            der.sequence(der.tagged(2, n.to_bytes(384, "big")), der.integer(e)),
        ),
        "malformed: encoding",
        "the leading zero byte is missing",
    )
    add(
        "modulus with a spare zero",
        name,
        spki(
            der.sequence(der.oid(RSA_ENCRYPTION), der.NULL),
            der.sequence(der.tagged(2, bytes(2) + n.to_bytes(384, "big")), der.integer(e)),
        ),
        "malformed: encoding",
    )
    add(
        "three numbers",
        name,
        spki(
            der.sequence(der.oid(RSA_ENCRYPTION), der.NULL),
            der.sequence(der.integer(n), der.integer(e), der.integer(3)),
        ),
        "malformed: encoding",
    )
