#!/usr/bin/env python3
"""A second opinion on evidence from an Assay ledger, offline, from one trust root.

This is an independent reading of the published formats in plain Python 3.11, one file, standard
library only. It shares no code with the verifier of the project; both must give one verdict.
Where the package `cryptography` is installed it checks Ed25519 and ML-DSA signatures with it;
without it Ed25519 is checked by the code below and ML-DSA is reported as unavailable.
The other algorithms are always checked by the code below.

Read it from the end: `judge` takes the steps of the format in their order, and everything above
is what these steps need.
"""

import argparse
import base64
import binascii
import datetime
import functools
import hashlib
import json
import re
import sys

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ed25519 as lib_ed25519
except ImportError:
    lib_ed25519 = None
try:
    from cryptography.hazmat.primitives.asymmetric import mldsa as lib_mldsa
except ImportError:
    lib_mldsa = None

VERIFIED, AS_SHOWN = "VERIFIED", "VERIFIED AS SHOWN"
REJECTED, BAD_TRUST, MALFORMED, UNDECIDED = "REJECTED", "BAD TRUST INPUT", "MALFORMED", "UNDECIDED"
EXIT = {VERIFIED: 0, AS_SHOWN: 0, REJECTED: 1, BAD_TRUST: 2, MALFORMED: 3, UNDECIDED: 4}

MAX_BUNDLE = 16 << 20
MAX_ENTRIES = 4096
MAX_ENTRY = 65535
MAX_PAYLOAD = 45000
MAX_COUNT = 2**53 - 1
PAYLOAD_TYPE = "application/vnd.in-toto+json"
SCOPE = "This result relates only to the model and the items identified in it."


class Fault(Exception):
    """Why the evidence does not prove what it should: a verdict, a code, and words for people."""

    def __init__(self, verdict, code, detail):
        super().__init__(detail)
        self.verdict, self.code, self.detail = verdict, code, detail


class Bad(Exception):
    """A text that does not follow its format; the caller says which verdict that is."""


class Unavailable(Exception):
    """An algorithm that cannot be checked here, which is neither good nor bad."""


# --- Bytes and texts -------------------------------------------------------------------------


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def u64(number):
    return number.to_bytes(8, "big")


def b64(data):
    return base64.b64encode(data).decode()


def unb64(text):
    """Standard base64 with padding, in its one spelling."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError):
        raise Bad("not standard base64 with padding") from None
    if b64(data) != text:
        raise Bad("not standard base64 with padding")
    return data


def unb64url(text):
    """base64url without padding, in its one spelling."""
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text) or len(text) % 4 == 1:
        raise Bad("not base64url without padding")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64url(data) != text:
        raise Bad("not base64url without padding")
    return data


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def is_hex(text, digits=64):
    return re.fullmatch("[0-9a-f]{%d}" % digits, text) is not None


def decimal(text, limit):
    """A number in decimal: one spelling, no sign, no leading zero."""
    if not re.fullmatch("0|[1-9][0-9]{0,19}", text) or int(text) > limit:
        raise Bad("not a number in decimal")
    return int(text)


def escaped(text):
    """Text from outside, so that it can neither move the cursor nor pose as a line of ours."""
    return "".join(c if c.isprintable() else "\\u{%x}" % ord(c) for c in text)


# --- JSON, strictly (formats 2), and its canonical form (RFC 8785) ---------------------------


class Number:
    """A JSON number as it was written."""

    def __init__(self, lexeme):
        if not lexeme.isascii():
            raise Bad("a number has digits that are not ASCII")
        self.lexeme = lexeme


def _object(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Bad("a member occurs twice")
    return found


def _constant(name):
    raise Bad(f"{name} is not JSON")


def _check_depth(text):
    depth, inside, skip = 0, False, False
    for c in re.finditer(r'\\.|["\[\]{}]', text, re.S):
        c = c.group()
        if c == '"':
            inside = not inside
        elif not inside and c in "[{":
            depth += 1
            if depth > 32:
                raise Bad("nested deeper than 32")
        elif not inside and c in "]}":
            depth -= 1


def parse_json(data):
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Bad("not valid UTF-8") from None
    _check_depth(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=Number,
            parse_float=Number,
            parse_constant=_constant,
        )
    except ValueError as error:
        raise Bad(f"not acceptable JSON: {error}") from None
    if "\\u" in text or "\\U" in text:
        try:
            _each_text(value)
        except UnicodeEncodeError:
            raise Bad("an escaped surrogate without its partner") from None
    return value


def _each_text(value):
    if isinstance(value, str):
        value.encode("utf-8")
    elif isinstance(value, list):
        for item in value:
            _each_text(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            name.encode("utf-8")
            _each_text(item)


def canonical(value):
    """RFC 8785 for the values that occur in bundles: no numbers but integers within 2^53."""
    if isinstance(value, dict):
        members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be"))
        return "{" + ",".join(canonical(n) + ":" + canonical(v) for n, v in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, Number):
        if not re.fullmatch("-?(0|[1-9][0-9]*)", value.lexeme) or value.lexeme == "-0":
            raise Bad("a number that is no integer")
        return value.lexeme
    return json.dumps(value, ensure_ascii=False)


def plain(value):
    """A JSON value for printing."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, Number):
        return int(value.lexeme) if re.fullmatch("-?[0-9]+", value.lexeme) else float(value.lexeme)
    return value


# Shapes: functions that take a value and its place, and return what they read or raise Bad.


def text(value, at):
    if not isinstance(value, str):
        raise Bad(f"{at} must be a string")
    return value


def some_text(value, at):
    if text(value, at) == "":
        raise Bad(f"{at} must not be empty")
    return value


def boolean(value, at):
    if not isinstance(value, bool):
        raise Bad(f"{at} must be a boolean")
    return value


def count(value, at, least=0, most=MAX_COUNT):
    if not isinstance(value, Number) or not re.fullmatch("0|[1-9][0-9]{0,15}", value.lexeme):
        raise Bad(f"{at} must be an integer from {least} to {most}")
    number = int(value.lexeme)
    if not least <= number <= most:
        raise Bad(f"{at} must be from {least} to {most}")
    return number


def positive(value, at):
    return count(value, at, 1)


def in_base64(value, at):
    try:
        return unb64(text(value, at))
    except Bad:
        raise Bad(f"{at} must be standard base64 with padding") from None


def hash_in_base64(value, at):
    data = in_base64(value, at)
    if len(data) != 32:
        raise Bad(f"{at} must be a hash of 32 bytes")
    return data


def hex256(value, at):
    if not is_hex(text(value, at)):
        raise Bad(f"{at} must be 64 lower-case hex digits")
    return value


def ledger_id(value, at):
    if not re.fullmatch("assay1:[0-9a-f]{64}", text(value, at)):
        raise Bad(f"{at} must be a ledger identity")
    return value


def matching(pattern, what):
    compiled = re.compile(pattern)

    def read(value, at):
        if not compiled.fullmatch(text(value, at)):
            raise Bad(f"{at} must be {what}")
        return value

    return read


def one_of(*allowed):
    def read(value, at):
        if text(value, at) not in allowed:
            raise Bad(f"{at} must be one of {', '.join(allowed)}")
        return value

    return read


def or_null(shape):
    return lambda value, at: None if value is None else shape(value, at)


def listed(shape, least=0, most=None, distinct=False):
    def read(value, at):
        if not isinstance(value, list):
            raise Bad(f"{at} must be an array")
        if len(value) < least or (most is not None and len(value) > most):
            raise Bad(f"{at} has {len(value)} elements")
        items = [shape(item, f"{at}/{i}") for i, item in enumerate(value)]
        if distinct and len(set(items)) != len(items):
            raise Bad(f"{at} has an element twice")
        return items

    return read


def object_of(value, at, required, optional=(), closed=True):
    """The members of an object, read by their shapes."""
    if not isinstance(value, dict):
        raise Bad(f"{at or 'the value'} must be an object")
    shapes = {**required, **dict(optional)}
    if closed:
        for name in value:
            if name not in shapes:
                raise Bad(f"{at}/{name} is a member that must not stand there")
    for name in required:
        if name not in value:
            raise Bad(f"{at}/{name} is missing")
    return {n: shape(value[n], f"{at}/{n}") for n, shape in shapes.items() if n in value}


decimal_text = matching(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?", "a decimal number in a string")
language_tag = matching("[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", "a language tag")
line = matching("[^\x00-\x1f\x7f-\x9f\u2028\u2029]+", "text without control characters")
member_id = matching("[a-z0-9][a-z0-9-]{0,31}", "a member id")


def moment(value, at):
    """A time in UTC (RFC 3339) that the calendar of the years 1 to 9999 has."""
    form = r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]{1,9})?Z"
    found = re.fullmatch(form, text(value, at))
    try:
        datetime.date.fromisoformat(found[1])
        good = int(found[2]) < 24 and int(found[3]) < 60 and int(found[4]) < 60
    except (TypeError, ValueError):
        good = False
    if not good:
        raise Bad(f"{at} must be a time in UTC")
    return value


def free_text(value, at):
    if isinstance(value, dict):
        return object_of(value, at, {"text": some_text, "lang": language_tag}, closed=False)
    return some_text(value, at)


# --- Ed25519 (RFC 8032), strictly (formats 1) -------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def decode_point(data):
    """The point of 32 bytes, or None: x is recovered from y and one bit. Only canonical ones."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    # x^2 = (y^2 - 1) / (d y^2 + 1)
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == P - u and u:
        x = x * ROOT_OF_MINUS_1 % P
    if (v * x * x - u) % P or (x == 0 and sign):
        return None
    return (P - x if x & 1 != sign else x), y


def add_points(a, b):
    """Sum on the curve -x^2 + y^2 = 1 + d x^2 y^2, in extended coordinates (X, Y, Z, T)."""
    e1, e2 = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = e2 - e1, d - c, d + c, e2 + e1
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply_point(scalar, point):
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = add_points(total, point)
        point = add_points(point, point)
        scalar >>= 1
    return total


def extended(point):
    x, y = point
    return x, y, 1, x * y % P


BASE = extended(decode_point((4 * pow(5, -1, P) % P).to_bytes(32, "little")))


@functools.lru_cache(4096)
def is_safe_point(data):
    """Whether the bytes are a canonical point, and not one of the eight of small order."""
    point = decode_point(data)
    if point is None:
        return False
    x, y, z, _ = multiply_point(8, extended(point))
    return not (x == 0 and y == z)


def ed25519_by_hand(key, signature, message):
    """S B = R + h A without a cofactor: R is what S B - h A encodes to."""
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    x, y = decode_point(key)
    minus = extended((P - x if x else 0, y))
    x, y, z, _ = add_points(multiply_point(s, BASE), multiply_point(h, minus))
    inverse = pow(z, -1, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


@functools.lru_cache(65536)
def ed25519_verifies(key, signature, message):
    """Refuses keys and R of small order or not canonical, S not reduced; no cofactor."""
    if len(signature) != 64 or not is_safe_point(key) or not is_safe_point(signature[:32]):
        return False
    if int.from_bytes(signature[32:], "little") >= L:
        return False
    if lib_ed25519 is None:
        return ed25519_by_hand(key, signature, message)
    try:
        lib_ed25519.Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        return True
    except InvalidSignature:
        return False


# --- ECDSA (FIPS 186-5) and SM2 (GB/T 32918.2) -----------------------------------------------


class Curve:
    """y^2 = x^3 - 3x + b over the integers modulo p, with a base point of order n."""

    def __init__(self, p, b, x, y, n):
        self.p, self.b, self.base, self.n = p, b, (x, y), n
        self.size = (p.bit_length() + 7) // 8

    def holds(self, point):
        x, y = point
        return x < self.p and y < self.p and (y * y - x**3 + 3 * x - self.b) % self.p == 0

    def add(self, a, b):
        if a is None or b is None:
            return a or b
        if a[0] == b[0]:
            if (a[1] + b[1]) % self.p == 0:
                return None
            slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, self.p)
        else:
            slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, self.p)
        x = (slope * slope - a[0] - b[0]) % self.p
        return x, (slope * (a[0] - x) - a[1]) % self.p

    def multiply(self, scalar, point):
        total = None
        while scalar:
            if scalar & 1:
                total = self.add(total, point)
            point = self.add(point, point)
            scalar >>= 1
        return total


def _curve(*numbers):
    return Curve(*(int(number, 16) for number in numbers))


P256 = _curve(
    "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
    "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
)
P384 = _curve(
    "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
    "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
    "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7",
    "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f",
    "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
)
SM2 = _curve(
    "fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff",
    "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93",
    "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7",
    "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0",
    "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123",
)


def der_integer(data):
    """A positive DER INTEGER at the front, and what follows it."""
    if len(data) < 3 or data[0] != 2 or data[1] > 127 or len(data) < 2 + data[1] or data[1] == 0:
        raise Bad("not a DER integer")
    body = data[2 : 2 + data[1]]
    if body[0] > 127 or (len(body) > 1 and body[0] == 0 and body[1] < 128):
        raise Bad("not a positive DER integer in its shortest form")
    return int.from_bytes(body, "big"), data[2 + data[1] :]


def der_pair(data):
    """SEQUENCE { r INTEGER, s INTEGER } in strict DER; two numbers of 384 bits fit below 128."""
    if len(data) < 2 or data[0] != 0x30 or data[1] > 127 or data[1] != len(data) - 2:
        raise Bad("not a DER sequence")
    r, rest = der_integer(data[2:])
    s, rest = der_integer(rest)
    if rest:
        raise Bad("bytes after the signature")
    return r, s


def ecdsa_verifies(curve, hash_name, key, signature, message):
    r, s = der_pair(signature)
    if not (0 < r < curve.n and 0 < s < curve.n):
        return False
    digest = int.from_bytes(hashlib.new(hash_name, message).digest(), "big")
    inverse = pow(s, -1, curve.n)
    point = curve.add(
        curve.multiply(digest * inverse % curve.n, curve.base),
        curve.multiply(r * inverse % curve.n, key),
    )
    return point is not None and point[0] % curve.n == r


def sm2_verifies(key, signature, message):
    r, s = der_pair(signature)
    if not (0 < r < SM2.n and 0 < s < SM2.n) or (r + s) % SM2.n == 0:
        return False
    try:
        sm3 = functools.partial(hashlib.new, "sm3")
        sm3()
    except ValueError:
        raise Unavailable("sm2-sm3") from None
    name = b"1234567812345678"
    numbers = (SM2.p - 3, SM2.b, *SM2.base, *key)
    preamble = (8 * len(name)).to_bytes(2, "big") + name
    user = sm3(preamble + b"".join(n.to_bytes(32, "big") for n in numbers)).digest()
    digest = int.from_bytes(sm3(user + message).digest(), "big")
    point = SM2.add(SM2.multiply(s, SM2.base), SM2.multiply((r + s) % SM2.n, key))
    return point is not None and (digest + point[0]) % SM2.n == r


# --- RSA-PSS (RFC 8017), SHA-256, MGF1 with SHA-256, salt of 32 bytes --------------------------


def rsa_pss_verifies(modulus, exponent, signature, message):
    size = (modulus.bit_length() + 7) // 8
    number = int.from_bytes(signature, "big")
    if len(signature) != size or number >= modulus:
        return False
    bits = modulus.bit_length() - 1
    encoded = pow(number, exponent, modulus).to_bytes(size, "big")[size - (bits + 7) // 8 :]
    masked, digest, trailer = encoded[:-33], encoded[-33:-1], encoded[-1]
    if len(encoded) < 66 or trailer != 0xBC:
        return False
    spare = 8 * len(encoded) - bits
    if masked[0] >> (8 - spare):
        return False
    mask = b"".join(sha256(digest, i.to_bytes(4, "big")) for i in range(len(masked) // 32 + 1))
    block = bytearray(a ^ b for a, b in zip(masked, mask))
    block[0] &= 0xFF >> spare
    padding, salt = bytes(block[:-32]), bytes(block[-32:])
    if padding != bytes(len(padding) - 1) + b"\x01":
        return False
    return sha256(bytes(8), sha256(message), salt) == digest


# --- Public keys in their one encoding (formats 1) --------------------------------------------

EC_PREFIXES = {
    "ecdsa-p256-sha256": (bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004"), P256),
    "ecdsa-p384-sha384": (bytes.fromhex("3076301006072a8648ce3d020106052b8104002203620004"), P384),
    "sm2-sm3": (bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004"), SM2),
}
ED25519_PREFIX = bytes.fromhex("302a300506032b6570032100")
ML_DSA = {
    "ml-dsa-44": (bytes.fromhex("30820532300b060960864801650304031103820521 00".replace(" ", "")), 1312),
    "ml-dsa-65": (bytes.fromhex("308207b2300b0609608648016503040312038207a100"), 1952),
    "ml-dsa-87": (bytes.fromhex("30820a32300b060960864801650304031303820a2100"), 2592),
}
RSA_IDENTIFIER = bytes.fromhex("300d06092a864886f70d0101010500")


def der(tag, body):
    size = len(body)
    if size < 128:
        return bytes([tag, size]) + body
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 128 | len(octets)]) + octets + body


def der_number(number):
    return der(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def rsa_spki(modulus, exponent):
    return der(
        0x30,
        RSA_IDENTIFIER
        + der(3, b"\0" + der(0x30, der_number(modulus) + der_number(exponent))),
    )


def ml_dsa_available():
    return lib_mldsa is not None


@functools.lru_cache(1024)
def ml_dsa_verifies(algorithm, key, signature, message):
    if not ml_dsa_available():
        raise Unavailable(algorithm)
    kind = {
        "ml-dsa-44": lib_mldsa.MLDSA44PublicKey,
        "ml-dsa-65": lib_mldsa.MLDSA65PublicKey,
        "ml-dsa-87": lib_mldsa.MLDSA87PublicKey,
    }[algorithm]
    try:
        kind.from_public_bytes(key).verify(signature, message)
        return True
    except (InvalidSignature, ValueError):
        return False


def read_rsa(spki):
    """Modulus and exponent, if the bytes are what these two encode to."""
    at = spki.find(RSA_IDENTIFIER, 0, 24)
    if at < 0:
        raise Bad("a key of no known algorithm")
    try:
        body = spki[at + len(RSA_IDENTIFIER) :]
        for tag, skip in ((3, 1), (0x30, 0)):
            if body[0] != tag:
                raise Bad("an RSA key, but not in its one allowed encoding")
            octets = body[1] - 127 if body[1] > 128 else 1
            body = body[1 + octets + skip :]
        numbers = []
        for _ in range(2):
            if body[0] != 2:
                raise Bad("an RSA key, but not in its one allowed encoding")
            octets = body[1] - 128 if body[1] > 128 else 0
            size = int.from_bytes(body[2 : 2 + octets], "big") if octets else body[1]
            numbers.append(int.from_bytes(body[2 + octets : 2 + octets + size], "big"))
            body = body[2 + octets + size :]
    except IndexError:
        raise Bad("an RSA key, but not in its one allowed encoding") from None
    modulus, exponent = numbers
    if rsa_spki(modulus, exponent) != spki:
        raise Bad("an RSA key, but not in its one allowed encoding")
    if modulus.bit_length() < 3072 or not modulus & 1:
        raise Bad("an RSA key of fewer than 3072 bits, or with an even modulus")
    if exponent <= 65536 or not exponent & 1:
        raise Bad("an RSA key with an exponent that is even or below 2^16")
    if modulus.bit_length() > 16384 or exponent.bit_length() > 64:
        raise Bad("an RSA key that is too large")
    return modulus, exponent


class PublicKey:
    """A key by which a statement can be signed."""

    def __init__(self, spki):
        self.spki = spki
        self.keyid = sha256(spki).hex()
        self.algorithm, self.numbers = self._read(spki)

    @staticmethod
    def _read(spki):
        if spki.startswith(ED25519_PREFIX) and len(spki) == 44:
            if not is_safe_point(spki[12:]):
                raise Bad("the key of ed25519 is not a point that is safe to trust")
            return "ed25519", spki[12:]
        for algorithm, (prefix, curve) in EC_PREFIXES.items():
            if spki.startswith(prefix) and len(spki) == len(prefix) + 2 * curve.size:
                body = spki[len(prefix) :]
                x = int.from_bytes(body[: curve.size], "big")
                y = int.from_bytes(body[curve.size :], "big")
                if not curve.holds((x, y)):
                    raise Bad(f"the key of {algorithm} is not on its curve")
                return algorithm, (x, y)
        for algorithm, (prefix, size) in ML_DSA.items():
            if spki.startswith(prefix) and len(spki) == len(prefix) + size:
                if not ml_dsa_available():
                    raise Unavailable(algorithm)
                return algorithm, spki[len(prefix) :]
        return "rsa-pss-sha256", read_rsa(spki)

    def verifies(self, signature, message):
        return key_verifies(self.algorithm, self.numbers, signature, message)


@functools.lru_cache(65536)
def key_verifies(algorithm, numbers, signature, message):
    try:
        if algorithm == "ed25519":
            return ed25519_verifies(numbers, signature, message)
        if algorithm == "sm2-sm3":
            return sm2_verifies(numbers, signature, message)
        if algorithm == "rsa-pss-sha256":
            return rsa_pss_verifies(*numbers, signature, message)
        if algorithm in ML_DSA:
            return ml_dsa_verifies(algorithm, numbers, signature, message)
        hash_name = "sha256" if algorithm == "ecdsa-p256-sha256" else "sha384"
        return ecdsa_verifies(EC_PREFIXES[algorithm][1], hash_name, numbers, signature, message)
    except Bad:
        return False


@functools.lru_cache(4096)
def public_key(spki):
    return PublicKey(spki)


# --- The Merkle tree (RFC 6962 2.1, RFC 9162 2.1.3.2 and 2.1.4.2) -----------------------------


def leaf_hash(data):
    return sha256(b"\0", data)


def node_hash(left, right):
    return sha256(b"\1", left, right)


def tree_hash(leaves):
    if not leaves:
        return sha256(b"")
    level = list(leaves)
    while len(level) > 1:
        level = [
            node_hash(level[i], level[i + 1]) if i + 1 < len(level) else level[i]
            for i in range(0, len(level), 2)
        ]
    return level[0]


def check_inclusion(leaf, index, size, proof, root):
    if index >= size:
        raise Bad(f"index {index} lies outside a tree of {size}")
    inner = (index ^ (size - 1)).bit_length()
    needed = inner + (index >> inner).bit_count()
    if len(proof) != needed:
        raise Bad(f"the proof has {len(proof)} hashes where {needed} are needed")
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn or r != root:
        raise Bad(f"it leads to the root {b64(r)}, not {b64(root)}")


def check_consistency(old_size, old_root, size, root, proof):
    if old_size == 0:
        raise Bad("nothing can be proven from the empty tree")
    if old_size > size:
        raise Bad(f"the tree of {size} is smaller than that of {old_size}")
    if old_size == size:
        if proof or old_root != root:
            raise Bad("two roots of one size")
        return
    if not proof:
        raise Bad("the proof has no hashes")
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    fn, sn = old_size - 1, size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            raise Bad("the proof is too long")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    if fr != old_root or sr != root or sn:
        raise Bad("the proof does not lead from one root to the other")


# --- Signed notes, verifier keys, checkpoints (C2SP signed-note, tlog-checkpoint) --------------

LOG_KEY, COSIGNER, COSIGNER_PQ = 1, 4, 6
SPACES = set(
    map(chr, [*range(9, 14), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B)])
) | set("\u2028\u2029\u202f\u205f\u3000")


def check_key_name(name):
    if not name or "+" in name or SPACES & set(name) or len(name.encode()) > 255:
        raise Bad("not a key name")


class VerifierKey:
    """<name>+<key id>+<base64 of type and key>"""

    def __init__(self, source):
        parts = source.split("+", 2)
        if len(parts) != 3:
            raise Bad("a verifier key is NAME+ID+BASE64")
        self.source, self.name = source, parts[0]
        check_key_name(self.name)
        if not is_hex(parts[1], 8):
            raise Bad("the key ID is not 8 lower-case hex digits")
        blob = unb64(parts[2])
        if not blob or blob[0] not in (LOG_KEY, COSIGNER, COSIGNER_PQ):
            raise Bad("a verifier key of another type")
        self.type, self.key = blob[0], blob[1:]
        if len(self.key) != (1312 if self.type == COSIGNER_PQ else 32):
            raise Bad("a verifier key of another length")
        if self.type != COSIGNER_PQ and not is_safe_point(self.key):
            raise Bad("the Ed25519 key is not canonical or of small order")
        self.keyid = sha256(self.name.encode(), b"\n", blob)[:4]
        if self.keyid.hex() != parts[1]:
            raise Bad("the key ID is not that of name and key")
        self.handle = (self.name, self.keyid)

    @property
    def signature_size(self):
        return {LOG_KEY: 64, COSIGNER: 72, COSIGNER_PQ: 2428}[self.type]


class Note:
    """A text and its signature lines: (name, key id, signature)."""

    def __init__(self, source):
        if any(ord(c) < 0x20 and c != "\n" for c in source):
            raise Bad("a control character")
        if not source.endswith("\n"):
            raise Bad("the last line does not end in a newline")
        cut = source.rfind("\n\n")
        if cut < 0:
            raise Bad("there is no empty line with signature lines after it")
        self.text = source[: cut + 1]
        self.lines = []
        rows = source[cut + 2 : -1].split("\n") if source[cut + 2 :] else []
        if not rows:
            raise Bad("there are no signature lines")
        if len(rows) > 100:
            raise Bad(f"there are {len(rows)} signature lines; at most 100")
        for row in rows:
            parts = row.split(" ")
            if len(parts) != 3 or parts[0] != "\u2014":
                raise Bad("a signature line is not “— NAME BASE64”")
            check_key_name(parts[1])
            blob = unb64(parts[2])
            if len(blob) < 5:
                raise Bad("a signature is too short")
            self.lines.append((parts[1], blob[:4], blob[4:]))


class Checkpoint:
    def __init__(self, note_text):
        rows = note_text[:-1].split("\n")
        if len(rows) < 3:
            raise Bad("origin, size and root are needed")
        if not 1 <= len(rows[0].encode()) <= 255:
            raise Bad("the origin has 1 to 255 bytes")
        self.text, self.origin = note_text, rows[0]
        self.size = decimal(rows[1], 2**64 - 1)
        self.root = hash_in_base64(rows[2], "the third line")
        if len(rows) > 3:
            raise Bad("an extension line where none may stand")


def signed_message(key, checkpoint, note_text, timestamp):
    """What a line signs: the text, the text with a time, or the tree head (tlog-cosignature)."""
    if key.type == LOG_KEY:
        return note_text.encode()
    if key.type == COSIGNER:
        return f"cosignature/v1\ntime {timestamp}\n{note_text}".encode()
    name, origin = key.name.encode(), checkpoint.origin.encode()
    head = b"subtree/v1\n\0" + bytes([len(name)]) + name + u64(timestamp)
    tail = bytes([len(origin)]) + origin + u64(0) + u64(checkpoint.size) + checkpoint.root
    return head + tail


# --- Quorums and policies (C2SP tlog-policy, formats 7) ---------------------------------------


class Quorum:
    """A leaf (a name), or k of n children."""

    def __init__(self, name=None, threshold=0, children=()):
        self.name, self.threshold, self.children = name, threshold, list(children)

    def satisfied(self, names):
        if self.name is not None:
            return self.name in names
        return sum(child.satisfied(names) for child in self.children) >= self.threshold

    def _cheapest(self, needed, cost):
        return sorted((cost(child) for child in self.children), key=len)[: max(0, needed)]

    def cheapest_split(self):
        """A smallest set of leaves that must be dishonest for two heads to be satisfied."""
        if self.name is not None:
            return [self.name]
        needed = 2 * self.threshold - len(self.children)
        return sum(self._cheapest(needed, Quorum.cheapest_split), [])

    def cheapest_halt(self):
        if self.name is not None:
            return [self.name]
        needed = len(self.children) - self.threshold + 1
        return sum(self._cheapest(needed, Quorum.cheapest_halt), [])


class Policy:
    """The lines of a policy; `leaves` are declared beforehand, as in voting and auditing."""

    def __init__(self, source, leaves=None, logs_allowed=False):
        self.logs, self.witnesses = [], {}
        nodes = {name: Quorum(name) for name in leaves or ()}
        members, material, quorum = set(), set(), []
        for c in source:
            if ord(c) < 0x20 and c not in "\t\n" or c == "\x7f":
                raise Bad("a control character")
        if not source.endswith("\n"):
            raise Bad("the last line does not end in a newline")
        for row in source[:-1].split("\n"):
            fields = [field for field in re.split("[ \t]", row) if field]
            if not fields or fields[0].startswith("#"):
                if leaves is not None:
                    raise Bad("only group and quorum lines may stand here")
                continue
            keyword, *fields = fields
            if keyword == "log" and leaves is None and logs_allowed and 1 <= len(fields) <= 2:
                key = VerifierKey(fields[0])
                self._new_key(key, (LOG_KEY, COSIGNER_PQ), material, "log")
                self.logs.append(key)
            elif keyword == "witness" and leaves is None and 2 <= len(fields) <= 3:
                key = VerifierKey(fields[1])
                self._new_key(key, (COSIGNER, COSIGNER_PQ), material, "witness")
                self._new_name(fields[0], nodes)
                nodes[fields[0]] = Quorum(fields[0])
                self.witnesses[fields[0]] = key
            elif keyword == "group" and len(fields) >= 3:
                name, threshold, *children = fields
                self._new_name(name, nodes)
                for child in children:
                    if child not in nodes:
                        raise Bad(f"{child} is the name of nothing on an earlier line")
                    if child in members:
                        raise Bad(f"{child} is a member of this or an earlier group already")
                    members.add(child)
                k = {"all": len(children), "any": 1}.get(threshold)
                if k is None:
                    k = decimal(threshold, len(children))
                if not 1 <= k <= len(children):
                    raise Bad("the threshold is not from 1 to the members")
                nodes[name] = Quorum(None, k, [nodes[child] for child in children])
            elif keyword == "quorum" and len(fields) == 1:
                if fields[0] != "none" and fields[0] not in nodes:
                    raise Bad(f"{fields[0]} is the name of nothing on an earlier line")
                quorum.append(nodes.get(fields[0]))
            else:
                raise Bad("a line that may not stand here")
        if len(quorum) != 1:
            raise Bad("there must be one quorum line")
        self.quorum = quorum[0]

    @staticmethod
    def _new_name(name, nodes):
        if name in ("none", "all", "any") or name in nodes:
            raise Bad(f"the name {name} is taken")

    @staticmethod
    def _new_key(key, types, material, role):
        if key.type not in types:
            raise Bad("a key of this type cannot stand here")
        if (role, key.key) in material:
            raise Bad("the key stands on an earlier line already")
        material.add((role, key.key))

    @property
    def split(self):
        return len(self.quorum.cheapest_split()) if self.quorum else 0

    def numbers(self):
        if self.quorum is None:
            return {"split": 0, "halt": 0, "cheapestSplit": []}
        cheapest = self.quorum.cheapest_split()
        halt = len(self.quorum.cheapest_halt())
        return {"split": len(cheapest), "halt": halt, "cheapestSplit": cheapest}

    def observed_by(self, times):
        """The smallest T such that the cosignatures up to T suffice by themselves."""
        for t in sorted(set(times.values())):
            if self.quorum and self.quorum.satisfied({n for n, at in times.items() if at <= t}):
                return t
        return None


# --- Envelopes and statements (formats 2 and 3) -----------------------------------------------


def pre_auth_encoding(payload):
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


class Envelope:
    """An entry: the canonical serialisation of a DSSE envelope."""

    def __init__(self, data):
        if len(data) > MAX_ENTRY:
            raise Bad("the entry has more than 65,535 bytes")
        signature = lambda v, at: object_of(v, at, {"keyid": hex256, "sig": in_base64})
        read = object_of(
            parse_json(data),
            "",
            {
                "payload": in_base64,
                "payloadType": one_of(PAYLOAD_TYPE),
                "signatures": listed(signature, 1, 256),
            },
        )
        self.payload = read["payload"]
        self.signatures = [(s["keyid"], s["sig"]) for s in read["signatures"]]
        if len(self.payload) > MAX_PAYLOAD:
            raise Bad("the payload has more than 45,000 bytes")
        keyids = [keyid for keyid, _ in self.signatures]
        if len(set(keyids)) != len(keyids):
            raise Bad("/signatures has a keyid twice")
        if any(not sig for _, sig in self.signatures):
            raise Bad("a signature must not be empty")
        rows = ",".join(f'{{"keyid":"{k}","sig":"{b64(s)}"}}' for k, s in sorted(self.signatures))
        form = f'{{"payload":"{b64(self.payload)}","payloadType":"{PAYLOAD_TYPE}","signatures":[{rows}]}}'
        if form.encode() != data:
            raise Bad("the envelope is not in its canonical form")

    @property
    def message(self):
        return pre_auth_encoding(self.payload)


CHARTER, MEMBER_KEYS, INDEX_ROOT = (
    f"urn:assay:{name}:v1" for name in ("charter", "member-keys", "index-root")
)
RESULT, PROTOCOL, CORRECTION, REPLICATION, IDENTITY, SPOT_CHECK, DISCLOSURE, RESPONSE = (
    f"urn:assay:{name}:v1"
    for name in (
        "evaluation-result",
        "evaluation-protocol",
        "correction",
        "replication",
        "model-identity",
        "spot-check",
        "disclosure",
        "response",
    )
)
TYPES = (CHARTER, MEMBER_KEYS, INDEX_ROOT, PROTOCOL, RESULT, REPLICATION, CORRECTION, IDENTITY)
TYPES += (SPOT_CHECK, DISCLOSURE, RESPONSE)


class Statement:
    """An in-toto statement of a ledger."""

    def __init__(self, payload):
        value = parse_json(payload)
        read = object_of(
            value,
            "",
            {
                "_type": one_of("https://in-toto.io/Statement/v1"),
                "subject": listed(self._subject, 1, 512),
                "predicateType": one_of(*TYPES),
                "predicate": lambda v, at: object_of(v, at, {}, closed=False) or v,
            },
            closed=False,
        )
        self.type, self.predicate = read["predicateType"], value["predicate"]
        self.subjects = [digest for digest, _ in read["subject"]]
        self.subject_names = [name for _, name in read["subject"]]
        if len(set(self.subjects)) != len(self.subjects):
            raise Bad("/subject has a digest twice")
        at = "/predicate"
        self.is_genesis = self.type == CHARTER and "ledger" not in self.predicate
        self.ledger = None
        if not self.is_genesis:
            if "ledger" not in self.predicate:
                raise Bad("/predicate/ledger is missing")
            self.ledger = ledger_id(self.predicate["ledger"], at + "/ledger")
        if "_sd_alg" in self.predicate:
            one_of("sha-256")(self.predicate["_sd_alg"], at + "/_sd_alg")
        if self.type in (CHARTER, MEMBER_KEYS, INDEX_ROOT):
            if len(self.subjects) != 1:
                raise Bad("/subject must have one element")
            if self.subject_names[0] is None:
                raise Bad("/subject/0/name is missing")
        check_digests(self.predicate, at, set())
        READERS.get(self.type, lambda statement, value, at: None)(self, self.predicate, at)

    @staticmethod
    def _subject(value, at):
        digest = lambda v, a: object_of(v, a, {"sha256": hex256}, closed=False)["sha256"]
        read = object_of(value, at, {"digest": digest}, {"name": some_text}, closed=False)
        return read["digest"], read.get("name")


def digest_list(value, at):
    return listed(matching("[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]", "a digest"), distinct=True)(value, at)


def check_digests(value, at, seen):
    """Digests of withheld members may stand in any object of a predicate, each of them once."""
    if isinstance(value, list):
        for i, item in enumerate(value):
            check_digests(item, f"{at}/{i}", seen)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name == "_sd_alg" and at != "/predicate":
                raise Bad(f"{at}/_sd_alg is a member that must not stand there")
            found = []
            if name == "_sd":
                found = digest_list(item, f"{at}/_sd")
            elif name == "...":
                found = digest_list([item], f"{at}/...")
            else:
                check_digests(item, f"{at}/{name}", seen)
            for digest in found:
                if digest in seen:
                    raise Bad(f"{at} has a digest that occurs twice")
                seen.add(digest)


def read_index_root(statement, predicate, at):
    shapes = {"ledger": ledger_id, "size": count, "root": hex256, "keys": count}
    statement.index = object_of(predicate, at, shapes, closed=False)
    if statement.subjects[0] != statement.ledger[7:]:
        raise Bad("/subject/0/digest/sha256 must be the ledger's")


def read_member_key(value, at):
    read = object_of(
        value,
        at,
        {
            "publicKey": in_base64,
            "uses": listed(one_of("attest", "govern"), 1, distinct=True),
        },
        closed=False,
    )
    try:
        return public_key(read["publicKey"]), read["uses"]
    except Bad as error:
        raise Bad(f"{at}/publicKey is not an acceptable public key: {error}") from None


def read_member_keys(statement, predicate, at):
    revocation = lambda v, a: object_of(
        v, a, {"keyid": hex256, "suspectFrom": or_null(count)}, closed=False
    )
    read = object_of(
        predicate,
        at,
        {
            "ledger": ledger_id,
            "member": member_id,
            "previous": hex256,
            "add": listed(read_member_key),
            "revoke": listed(revocation),
        },
        closed=False,
    )
    keyids = [key.keyid for key, _ in read["add"]] + [r["keyid"] for r in read["revoke"]]
    if not keyids or len(set(keyids)) != len(keyids):
        raise Bad("nothing changes, or a key occurs twice")
    if statement.subjects[0] != statement.ledger[7:]:
        raise Bad("/subject/0/digest/sha256 must be the ledger's")


def read_correction(statement, predicate, at):
    reasons = "scorer-bug item-error contamination wrong-model wrong-settings environment-fault"
    reasons = (*reasons.split(), "cheating", "clerical", "legal", "other")
    read = object_of(
        predicate,
        at,
        {
            "target": hex256,
            "action": one_of("supersede", "retract", "clarify", "reinstate"),
            "reason": one_of(*reasons),
        },
        {"replacement": or_null(hex256)},
        closed=False,
    )
    if read["action"] == "supersede" and read.get("replacement") is None:
        raise Bad(f"{at}/replacement is missing")


def read_replication(statement, predicate, at):
    object_of(predicate, at, {"original": hex256, "own": hex256}, closed=False)


def read_protocol(statement, predicate, at):
    digest = lambda v, a: object_of(v, a, {"value": hex256}, closed=False)
    object_of(predicate, at, {}, {"protocolDigest": digest}, closed=False)


# The predicate of a result: for each object, its members; "?" in front marks an optional one.

SETTING = object()
RESULT_OBJECTS = {
    "predicate": {
        "relation": one_of("confirmatory", "exploratory", "registered-late"),
        "evaluation": "evaluation",
        "protocolDigest": ("null", "namedDigest"),
        "itemsRoot": ("null", "namedDigest"),
        "harness": "harness",
        "run": "run",
        "observedModel": "observedModel",
        "settings": "settings",
        "counts": "counts",
        "results": ("list", "measurement"),
        "?verdicts": ("list", "verdict"),
        "?judge": ("list", "judge"),
        "evidence": ("list", "evidence"),
        "samples": ("null", "samples"),
        "?edits": ("list", "edit"),
        "?deviations": ("list", free_text),
        "?qualityChecks": "qualityChecks",
        "access": "access",
        "independence": "independence",
        "assurance": "assurance",
        "authorisedBy": "authorisation",
        "statementOfScope": one_of(SCOPE),
    },
    "evaluation": {
        "name": some_text,
        "version": or_null(some_text),
        "task": some_text,
        "taskVersion": or_null(some_text),
        "taskPackage": ("null", "package"),
        "revision": ("null", "revision"),
    },
    "package": {"name": some_text, "version": or_null(some_text)},
    "revision": {
        "origin": or_null(some_text),
        "commit": some_text,
        "dirty": or_null(boolean),
    },
    "namedDigest": {"algorithm": some_text, "value": hex256},
    "harness": {"name": some_text, "version": or_null(some_text), "?digest": hex256},
    "run": {
        "id": some_text,
        "started": or_null(moment),
        "completed": or_null(moment),
        "status": one_of("started", "success", "cancelled", "error"),
        "attempt": or_null(count),
        "?hardware": free_text,
    },
    "observedModel": {
        "requested": some_text,
        "responded": ("list", "namedCount"),
        "backends": ("list", "fingerprintCount"),
        "?requestIdsRoot": hex256,
        "baseUrlClass": one_of("provider", "custom", "local", "unknown"),
    },
    "namedCount": {"name": some_text, "count": count},
    "fingerprintCount": {"fingerprint": some_text, "count": count},
    "settings": {
        "generation": SETTING,
        "limits": SETTING,
        "epochs": or_null(count),
        "reducers": listed(some_text),
        "tools": listed(some_text),
        "sandbox": or_null(some_text),
    },
    "counts": dict.fromkeys(
        "inDataset selected planned completed failed scored unscored invalidated edited"
        " limited".split(),
        or_null(count),
    ),
    "measurement": {
        "metric": some_text,
        "name": some_text,
        "?scorer": some_text,
        "?reducer": some_text,
        "?group": "group",
        "value": or_null(decimal_text),
        "?standardError": decimal_text,
        "?interval": "interval",
        "n": or_null(count),
        "?treatment": free_text,
    },
    "group": {"?language": language_tag, "?category": some_text},
    "interval": {
        "lower": decimal_text,
        "upper": decimal_text,
        "level": decimal_text,
        "method": some_text,
    },
    "verdict": {
        "metric": some_text,
        "comparator": one_of(">", ">=", "<", "<=", "=="),
        "threshold": decimal_text,
        "passed": boolean,
        "?rule": hex256,
    },
    "judge": {"role": some_text, "model": some_text, "?agreementWithHuman": "agreement"},
    "agreement": {"metric": some_text, "value": decimal_text, "n": count},
    "evidence": {
        "kind": one_of("log", "analysis", "report", "tee", "zk"),
        "mediaType": some_text,
        "sha256": hex256,
        "bytes": count,
        "availability": one_of("public", "on-request", "named", "withheld"),
    },
    "samples": {
        "algorithm": one_of("assay-samples/1"),
        "count": count,
        "root": hex256,
        "transcripts": one_of("committed", "none"),
    },
    "edit": {"?by": some_text, "?reason": free_text, "?when": moment, "what": free_text},
    "qualityChecks": {
        "transcriptsReviewed": count,
        "share": or_null(decimal_text),
        "method": free_text,
        "findings": free_text,
    },
    "access": {
        "level": one_of("black", "grey", "white"),
        "safeguards": one_of("on", "reduced", "removed"),
        "preRelease": boolean,
        "from": or_null(some_text),
        "period": ("null", "period"),
    },
    "period": {"start": moment, "end": moment},
    "independence": {
        "relationship": one_of("first_party", "third_party", "collaborative", "other"),
        "fundedBy": or_null(some_text),
        "reviewedBefore": listed(some_text),
        "nda": boolean,
        "conflicts": or_null(free_text),
    },
    "assurance": {"level": some_text, "declaredBy": one_of("issuer")},
    "authorisation": {"role": some_text, "?name": some_text},
}


def pointer(name):
    return name.replace("~", "~0").replace("/", "~1")


class ResultReader:
    """Reads a result; a required member may be absent if it is withheld: listed, and committed."""

    def __init__(self, withheld):
        self.withheld = withheld

    def read(self, kind, value, at, path):
        if not isinstance(value, dict):
            raise Bad(f"{at} must be an object")
        committed = digest_list(value["_sd"], at + "/_sd") if "_sd" in value else []
        absent = 0
        for name, shape in RESULT_OBJECTS[kind].items():
            required, name = not name.startswith("?"), name.lstrip("?")
            place = f"{path}/{pointer(name)}"
            if name in value:
                self.value(shape, value[name], f"{at}/{name}", place)
            elif required:
                absent += 1
                if place not in self.withheld or absent > len(committed):
                    raise Bad(f"{at}/{name} is missing")

    def value(self, shape, value, at, path):
        if callable(shape):
            shape(value, at)
        elif shape is SETTING:
            self.settings(value, at)
        elif isinstance(shape, str):
            self.read(shape, value, at, path)
        elif shape[0] == "null":
            if value is not None:
                self.read(shape[1], value, at, path)
        else:
            if not isinstance(value, list):
                raise Bad(f"{at} must be an array")
            for i, item in enumerate(value):
                self.value(shape[1], item, f"{at}/{i}", f"{path}/{i}")

    @staticmethod
    def settings(value, at):
        if not isinstance(value, dict):
            raise Bad(f"{at} must be an object")
        for name, item in value.items():
            place = f"{at}/{name}"
            if name == "_sd":
                digest_list(item, place)
            elif isinstance(item, list):
                listed(some_text)(item, place)
            elif isinstance(item, Number):
                count(item, place)
            elif not isinstance(item, bool):
                some_text(item, place)


def read_result(statement, predicate, at):
    path = matching("(?!/(ledger|protocol|withheld)(/|$))(/([^~/]|~[01])*)+", "a JSON pointer")
    reasons = one_of("hazard", "security", "commercial", "privacy", "embargo", "other")
    item = lambda v, a: object_of(
        v, a, {"path": path, "reason": reasons}, {"until": moment, "authority": some_text}, False
    )
    read = object_of(
        predicate, at, {"protocol": or_null(hex256), "withheld": listed(item)}, closed=False
    )
    places = [item["path"] for item in read["withheld"]]
    if len(set(places)) != len(places):
        raise Bad(f"{at}/withheld names a place twice")
    ResultReader(set(places)).read("predicate", predicate, at, "")
    check_withheld(predicate, set(places), at)


def check_withheld(predicate, places, at):
    """What is listed as withheld and absent has a digest, in the object where it is absent."""
    absent = {}
    for place in places:
        holder, _, name = place.rpartition("/")
        ancestors = [place[:i] for i, c in enumerate(place) if c == "/" and i]
        if any(a in places and not stands(predicate, a)[0] for a in ancestors):
            continue
        if not stands(predicate, place)[0]:
            absent[holder] = absent.get(holder, 0) + 1
    for holder, number in absent.items():
        value = stands(predicate, holder)[1]
        digests = value.get("_sd", []) if isinstance(value, dict) else []
        if number > len(digests):
            raise Bad(f"{at}{holder} lacks {number} withheld members, but has {len(digests)} digests")


def stands(value, place):
    """Whether a JSON pointer leads to something, and to what (RFC 6901)."""
    for name in place.split("/")[1:]:
        name = name.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and re.fullmatch("0|[1-9][0-9]{0,8}", name) and int(name) < len(value):
            value = value[int(name)]
        else:
            return False, None
    return True, value


# --- The charter (formats 5) ------------------------------------------------------------------


class Charter:
    """A genesis charter that follows the rules; who signed it is judged apart."""

    def __init__(self, predicate, at):
        lines = matching("(?s).*\n", "lines of which each ends with a newline")
        member = lambda v, a: object_of(
            v,
            a,
            {
                "id": member_id,
                "name": line,
                "jurisdiction": line,
                "group": line,
                "keys": listed(read_member_key, 1),
                "signaturesPerEntry": lambda n, p: count(n, p, 1, 2),
            },
            closed=False,
        )
        read = object_of(
            predicate,
            at,
            {
                "version": positive,
                "origin": matching("[^\x00-\x1f\x7f\x85\u2028\u2029]+", "an origin"),
                "checkpointKeys": listed(text, 1),
                "entryKeys": listed(in_base64, 1),
                "members": listed(member, 1),
                "voting": lines,
                "witnesses": lines,
                "auditing": lines,
                "allowForkable": boolean,
                "indexEvery": positive,
            },
            closed=False,
        )
        self.version, self.origin = read["version"], read["origin"]
        if (self.version == 1) != ("ledger" not in predicate):
            raise Bad("the genesis charter is version 1, and every other names its ledger")
        if len(self.origin.encode()) > 255:
            raise Bad("an origin has at most 255 bytes")
        self.log_keys = [VerifierKey(source) for source in read["checkpointKeys"]]
        for key in self.log_keys:
            if key.type == COSIGNER or key.name != self.origin:
                raise Bad("a checkpoint key of another type, or not of this origin")
        if len({key.key for key in self.log_keys}) != len(self.log_keys):
            raise Bad("a checkpoint key occurs twice")
        if not any(key.type == LOG_KEY for key in self.log_keys):
            raise Bad("there is no checkpoint key of type 0x01")
        self.entry_keys = {}
        self.members = {}
        self.owners = {}
        for spki in read["entryKeys"]:
            self._own(public_key(spki), None, ())
        for one in read["members"]:
            if one["id"] in self.members:
                raise Bad("a member id occurs twice")
            self.members[one["id"]] = one["signaturesPerEntry"]
            for key, uses in one["keys"]:
                self._own(key, one["id"], uses)
        self.voting = Policy(read["voting"], list(self.members))
        if self.voting.quorum is None:
            raise Bad("voting must be a rule, not “quorum none”")
        self.policy = Policy(read["witnesses"])
        self.auditing = Policy(read["auditing"], list(self.policy.witnesses))
        if self.policy.split == 0 and not read["allowForkable"]:
            raise Bad("the log alone could fork, and allowForkable is false")

    def _own(self, key, member, uses):
        if key.keyid in self.owners:
            raise Bad("a key occurs twice")
        self.owners[key.keyid] = (key, member, uses)
        if member is None:
            self.entry_keys[key.keyid] = key


def read_charter(statement, predicate, at):
    statement.charter = Charter(predicate, at)
    origin = statement.charter.origin
    if statement.subject_names[0] != origin:
        raise Bad("/subject/0/name must be the origin")
    if statement.is_genesis and statement.subjects[0] != sha256(origin.encode()).hex():
        raise Bad("/subject/0/digest/sha256 must be that of the origin")


READERS = {
    CHARTER: read_charter,
    MEMBER_KEYS: read_member_keys,
    INDEX_ROOT: read_index_root,
    RESULT: read_result,
    CORRECTION: read_correction,
    REPLICATION: read_replication,
    PROTOCOL: read_protocol,
}


# --- The subject index (formats 8) ------------------------------------------------------------

EMPTY_MAP = bytes(32)


def index_key(kind, value):
    return sha256(b"assay-index-v1\0", kind.encode(), b"\0", value.encode())


def index_value(indexes):
    return u64(len(indexes)) + tree_hash([leaf_hash(u64(index)) for index in indexes])


def is_index_term(kind, value):
    if kind in ("subject", "evaluation", "about", "plan"):
        return is_hex(value)
    return kind in ("signer", "type") and "\0" not in value


def index_terms(statement, signers):
    """The keys under which an entry stands in the index."""
    if statement.type == INDEX_ROOT:
        return set()
    predicate = statement.predicate
    terms = {("type", statement.type)} | {("signer", member) for member in signers}

    def add(kind, *values):
        terms.update((kind, value) for value in values if isinstance(value, str) and is_hex(value))

    if statement.type in (RESULT, PROTOCOL, IDENTITY, RESPONSE):
        add("subject", *statement.subjects)
    if statement.type in (RESULT, PROTOCOL):
        digest = predicate.get("protocolDigest")
        add("evaluation", digest.get("value") if isinstance(digest, dict) else None)
    if statement.type == RESULT:
        add("about", predicate.get("protocol"))
        add("plan", predicate.get("protocol"))
    if statement.type == CORRECTION:
        add("about", predicate.get("target"), predicate.get("replacement"))
    if statement.type == REPLICATION:
        add("about", predicate.get("original"), predicate.get("own"))
    if statement.type in (RESPONSE, SPOT_CHECK, DISCLOSURE):
        add("about", *statement.subjects)
    return terms


def check_lookup(lookup, root):
    """That the map with this root has exactly these indexes under the key."""
    key = index_key(lookup["kind"], lookup["value"])
    siblings, end, indexes = lookup["siblings"], lookup["end"], lookup["indexes"]
    if len(siblings) > 256:
        raise Bad(f"{len(siblings)} siblings are more than a key has bits")
    bits = int.from_bytes(key, "big")
    if end == "leaf":
        if not indexes:
            raise Bad("a key that is present has at least one entry")
        found = sha256(b"\2", key, index_value(indexes))
    elif indexes:
        raise Bad(f"{len(indexes)} entries are listed for an absent key")
    elif end == "empty":
        found = EMPTY_MAP
    else:
        other, value = end
        difference = bits ^ int.from_bytes(other, "big")
        if difference == 0 or 256 - difference.bit_length() < len(siblings):
            raise Bad("the other key does not share the walked prefix")
        found = sha256(b"\2", other, value)
    for depth in range(len(siblings) - 1, -1, -1):
        if bits >> (255 - depth) & 1:
            found = sha256(b"\3", siblings[depth], found)
        else:
            found = sha256(b"\3", found, siblings[depth])
    if found != root:
        raise Bad(f"it leads to the root {found.hex()}, not {root.hex()}")


# --- Disclosures (RFC 9901, formats 11) --------------------------------------------------------


def read_disclosure(source):
    value = parse_json(unb64url(source))
    if (
        not isinstance(value, list)
        or len(value) != 3
        or not isinstance(value[0], str)
        or not isinstance(value[1], str)
    ):
        raise Bad("a disclosure is not [salt, name, value]")
    if value[1] in ("_sd", "..."):
        raise Bad(f"a disclosure is named {value[1]}")
    return value[1], value[2]


def reveal(value, disclosures, seen, used):
    """The value with its withheld members put in their places."""
    if isinstance(value, list):
        return [reveal(item, disclosures, seen, used) for item in value]
    if not isinstance(value, dict):
        return value
    digests = value.get("_sd", [])
    if not isinstance(digests, list) or not all(isinstance(d, str) for d in digests):
        raise Fault(MALFORMED, "disclosure-invalid", "_sd is no array of digests")
    shown = {n: reveal(v, disclosures, seen, used) for n, v in value.items() if n != "_sd"}
    for digest in digests:
        if digest in seen:
            raise Fault(REJECTED, "disclosure-invalid", f"the digest {digest} occurs twice")
        seen.add(digest)
        if digest in disclosures:
            name, hidden = disclosures[digest]
            if name in shown:
                raise Fault(REJECTED, "disclosure-invalid", f"the name {name} is taken")
            used.add(digest)
            shown[name] = reveal(hidden, disclosures, seen, used)
    return shown


# --- The bundle (formats 9) --------------------------------------------------------------------


def read_opening(value, at):
    shapes = {"entry": count, "index": count, "salt": in_base64, "record": in_base64}
    return object_of(value, at, {**shapes, "proof": listed(hash_in_base64)})


def read_end(value, at):
    if isinstance(value, dict):
        read = object_of(value, at, {"key": hex256, "value": in_base64})
        return bytes.fromhex(read["key"]), read["value"]
    return one_of("leaf", "empty")(value, at)


def ascending(shape, key):
    def read(value, at):
        items = shape(value, at)
        numbers = [key(item) for item in items]
        if any(a >= b for a, b in zip(numbers, numbers[1:])):
            raise Bad(f"{at} must ascend")
        return items

    return read


class Bundle:
    def __init__(self, data):
        if len(data) > MAX_BUNDLE:
            raise Bad("the file has more than 16 MiB")
        value = parse_json(data)
        hashes = listed(hash_in_base64)
        entry = lambda v, a: object_of(
            v,
            a,
            {
                "index": count,
                "entry": in_base64,
                "proof": hashes,
                "role": one_of("charter", "claim", "index-root", "related"),
            },
        )
        handover = lambda v, a: object_of(
            v, a, {"index": count, "checkpoint": text, "proof": hashes, "consistency": hashes}
        )
        lookup = lambda v, a: object_of(
            v,
            a,
            {
                "root": count,
                "kind": some_text,
                "value": some_text,
                "indexes": ascending(listed(count), int),
                "siblings": hashes,
                "end": read_end,
            },
        )
        pin = lambda v, a: object_of(
            v, a, {"size": count, "root": hash_in_base64, "proof": hashes}
        )
        read = object_of(
            value,
            "",
            {
                "bundle": one_of("assay/v1"),
                "ledger": ledger_id,
                "checkpoint": text,
                "entries": ascending(listed(entry, 1, MAX_ENTRIES), lambda e: e["index"]),
            },
            {
                "handovers": listed(handover),
                "lookups": listed(lookup),
                "pins": listed(pin),
                "disclosures": listed(some_text),
                "openings": listed(read_opening),
            },
        )
        if canonical(value).encode() != data:
            raise Bad("the bundle is not in its canonical form")
        self.ledger, self.note, self.entries = read["ledger"], read["checkpoint"], read["entries"]
        self.handovers, self.lookups = read.get("handovers", []), read.get("lookups", [])
        self.pins, self.openings = read.get("pins", []), read.get("openings", [])
        self.disclosures = read.get("disclosures", [])


# --- Judging a bundle (formats 9, steps 1 to 9) ------------------------------------------------


class Trust:
    """What the auditor brings: a ledger, perhaps a head of its log, and what else is asked."""

    def __init__(self, ledger, head=None, policy=None, requirements=None):
        self.ledger, self.head, self.policy = ledger, head, policy
        self.requirements = requirements or {}

    @classmethod
    def parse(cls, source):
        found = re.fullmatch("(assay1:[0-9a-f]{64})(?:@([0-9]+):(.+))?", source)
        try:
            if not found:
                raise Bad("")
            head = None
            if found[2]:
                root = bytes.fromhex(found[3]) if is_hex(found[3]) else unb64(found[3])
                head = (decimal(found[2], 2**64 - 1), root)
                if head[0] == 0 or len(root) != 32:
                    raise Bad("")
            return cls(found[1], head)
        except Bad:
            raise Fault(
                BAD_TRUST,
                "trust-malformed",
                "--trust is not assay1: with 64 lower-case hex digits, or that with @SIZE:ROOT",
            ) from None


class Judge:
    """Takes the steps; remembers what was found."""

    def __init__(self, trust):
        self.trust = trust
        self.checks, self.claims, self.not_shown, self.faults = [], [], [], []
        self.size = self.root = self.observed = None
        self.numbers = None
        self.unchecked = []

    def found(self, step, finding):
        self.checks.append({"step": step, "outcome": "ok", "finding": escaped(finding)})

    def failed(self, step, fault):
        outcome = "undecided" if fault.verdict == UNDECIDED else "failed"
        self.checks.append({"step": step, "outcome": outcome, "finding": escaped(fault.detail)})
        self.faults.append((step, fault))

    def judge(self, data):
        steps = (
            ("format", self.read),
            ("ledger", self.identify),
            ("charter", self.replay),
            ("checkpoint", self.check_checkpoint),
            ("inclusion", self.check_inclusion),
        )
        self.data = data
        for step, check in steps:
            try:
                check()
            except Unavailable as error:
                self.failed(step, Fault(UNDECIDED, "algorithm-unavailable", f"{error} is missing"))
                return self.report()
            except Fault as fault:
                self.failed("entry" if fault.code == "wrong-role" else step, fault)
                return self.report()
        self.check_entries()
        self.check_lookups()
        self.check_commitments()
        self.check_pins()
        if not self.faults:
            self.check_requirements()
        return self.report()

    # 1. One representation.

    def read(self):
        try:
            self.bundle = Bundle(self.data)
        except Bad as error:
            raise Fault(MALFORMED, "malformed", f"the bundle: {error}") from None
        n = len(self.bundle.entries)
        noun = "entry" if n == 1 else "entries"
        size = len(self.data)
        self.found("format", f"a bundle of {n} {noun}, {size} bytes, in its one representation")

    # 2. The ledger that is trusted.

    def identify(self):
        first = self.bundle.entries[0]
        if first["index"] != 0:
            raise Fault(
                REJECTED, "no-genesis", "the bundle does not hold entry 0, the genesis charter"
            )
        ledger = "assay1:" + leaf_hash(first["entry"]).hex()
        if ledger != self.trust.ledger:
            detail = f"entry 0 is the genesis of another ledger, {ledger}"
            raise Fault(REJECTED, "wrong-ledger", detail)
        if self.bundle.ledger != ledger:
            detail = f"the bundle says it is from another ledger, {self.bundle.ledger}"
            raise Fault(REJECTED, "wrong-ledger", detail)

    # 3. The charter.

    def replay(self):
        if self.bundle.entries[0]["role"] != "charter":
            detail = f"entry 0 has the role {self.bundle.entries[0]['role']} but is {CHARTER}"
            raise Fault(REJECTED, "wrong-role", detail)
        self.charter, signers = judge_genesis(self.bundle.entries[0]["entry"])
        ledger = f"{self.trust.ledger}, origin {self.charter.origin}"
        self.found("ledger", ledger)
        for handover in self.bundle.handovers:
            raise Fault(
                REJECTED,
                "handover-unexpected",
                f"a handover for entry {handover['index']}, which changes neither keys nor"
                " witnesses",
            )
        members = ", ".join(self.charter.members)
        self.found(
            "charter", f"version 1, signed by all {signers} listed keys; members {members}"
        )

    # 4. The checkpoint.

    def check_checkpoint(self):
        charter = self.charter
        keys = charter.log_keys + list(charter.policy.witnesses.values())
        lines, self.checkpoint = self.open_note(self.bundle.note, {k.handle: k for k in keys})
        self.size, self.root = self.checkpoint.size, self.checkpoint.root
        ids = ", ".join(
            f"{'ml-dsa-44' if k.type == COSIGNER_PQ else 'ed25519'} key {k.keyid.hex()}"
            for k, _, checked in lines
            if k in charter.log_keys and checked
        )
        root = b64(self.root)
        self.found("checkpoint", f"size {self.size}, root {root}, signed by the log's {ids}")
        for key, _, checked in lines:
            if key in charter.log_keys and not checked:
                self.unchecked.append(key)
        self.cosignatures = {k.key: t for k, t, good in lines if good and k not in charter.log_keys}
        self.open_cosigners = {k.key for k, _, good in lines if not good}
        self.times = self.check_quorum(charter.policy, "the charter's witness policy")
        self.numbers = charter.policy.numbers()
        if charter.policy.quorum is None:
            self.found("checkpoint", "the charter asks for no witnesses")
            return
        self.observed = charter.policy.observed_by(self.times)
        names = ", ".join(self.times)
        at = as_time(self.observed)
        self.found(
            "checkpoint",
            f"cosigned by {names}, which satisfies the charter's witness policy;"
            f" observed by {at}",
        )

    def check_quorum(self, policy, whose, code="no-quorum"):
        names = {n: k.key for n, k in policy.witnesses.items()}
        times = {n: self.cosignatures[k] for n, k in names.items() if k in self.cosignatures}
        if policy.quorum is not None and not policy.quorum.satisfied(times):
            perhaps = set(times) | {n for n, k in names.items() if k in self.open_cosigners}
            if policy.quorum.satisfied(perhaps):
                raise Fault(
                    UNDECIDED,
                    "algorithm-unavailable",
                    "the witness quorum depends on cosignatures that cannot be checked here",
                )
            there = ", ".join(times) or "none"
            raise Fault(
                REJECTED, code, f"the cosignatures do not satisfy {whose}; there are {there}"
            )
        return times

    def open_note(self, source, keys):
        """The lines as (key, time, whether it could be checked); all of known keys, in order."""
        logs = {key.handle: i for i, key in enumerate(self.charter.log_keys)}

        def place(key):
            if key.handle in logs:
                return (0, logs[key.handle])
            return (1, key.name.encode(), key.keyid)

        malformed = lambda detail: Fault(MALFORMED, "checkpoint-malformed", detail)
        try:
            note = Note(source)
            checkpoint = Checkpoint(note.text)
        except Bad as error:
            raise malformed(f"the checkpoint: {error}") from None
        lines = []
        for name, keyid, signature in note.lines:
            key = keys.get((name, keyid))
            if key is None:
                continue
            who = f"the line by {name} {keyid.hex()}"
            if len(signature) != key.signature_size:
                raise malformed(f"{who} has {len(signature)} bytes")
            timestamp = None
            if key.type != LOG_KEY:
                timestamp, signature = int.from_bytes(signature[:8], "big"), signature[8:]
                if timestamp >= 2**63:
                    raise malformed(f"{who} has a timestamp above 2^63-1")
            message = signed_message(key, checkpoint, note.text, timestamp)
            checked = True
            try:
                if key.type == COSIGNER_PQ:
                    good = ml_dsa_verifies("ml-dsa-44", key.key, signature, message)
                else:
                    good = ed25519_verifies(key.key, signature, message)
            except Unavailable:
                good, checked = True, False
            if not good:
                raise Fault(REJECTED, "checkpoint-signature-invalid", f"{who} does not verify")
            lines.append((key, timestamp, checked))
        if not lines:
            raise Fault(REJECTED, "checkpoint-signature-invalid", "no line is by a known key")
        log_signed = any(key.type == LOG_KEY and key.handle in logs for key, _, _ in lines)
        if checkpoint.origin != self.charter.origin or not log_signed:
            raise Fault(
                REJECTED, "checkpoint-unsigned", "no key of the log has signed the checkpoint"
            )
        if len(lines) != len(note.lines):
            raise malformed("the checkpoint has a line by a key that the charter does not know")
        places = [place(key) for key, _, _ in lines]
        if any(a >= b for a, b in zip(places, places[1:])):
            raise malformed("the signature lines are not in order")
        return lines, checkpoint

    # 5. Inclusion.

    def check_inclusion(self):
        for entry in self.bundle.entries:
            try:
                check_inclusion(
                    leaf_hash(entry["entry"]), entry["index"], self.size, entry["proof"], self.root
                )
            except Bad as error:
                detail = f"entry {entry['index']} is not proven to stand at its index: {error}"
                raise Fault(REJECTED, "not-included", detail) from None
        indexes = ", ".join(str(entry["index"]) for entry in self.bundle.entries)
        one = len(self.bundle.entries) == 1
        words = f"entry {indexes} stands at its index"
        self.found("inclusion", words if one else f"entries {indexes} stand at their indexes")

    # 6. Each entry: well-formed, for this ledger, signed by who may.

    def check_entries(self):
        self.good = {}
        for entry in self.bundle.entries:
            index = entry["index"]
            try:
                statement, signers, keyids = self.check_entry(entry)
            except Unavailable as error:
                fault = Fault(
                    UNDECIDED, "algorithm-unavailable", f"entry {index}: {error} is missing"
                )
                self.failed("entry", fault)
                continue
            except Bad as error:
                self.failed("entry", Fault(MALFORMED, "malformed", f"entry {index}: {error}"))
                continue
            except Fault as fault:
                fault.detail = f"entry {index}: {fault.detail}"
                self.failed("entry", fault)
                continue
            self.good[index] = (entry, statement, signers)
            if index:
                who = "the ledger" if not signers else signers[0]
                kind = statement.type.split(":")[2]
                ids = ", ".join(keyids)
                self.found("entry", f"entry {index}: {kind} signed by {who} (keyid {ids})")

    def check_entry(self, entry):
        envelope = Envelope(entry["entry"])
        statement = Statement(envelope.payload)
        kind = statement.type
        if entry["index"] == 0:
            return statement, list(self.charter.members), []
        if statement.is_genesis:
            raise Fault(
                REJECTED, "charter-conflict", "a genesis charter stands at index 0 only"
            )
        if statement.ledger != self.trust.ledger:
            detail = f"the statement was made for another ledger, {statement.ledger}"
            raise Fault(REJECTED, "wrong-ledger", detail)
        if kind in (CHARTER, MEMBER_KEYS):
            detail = f"it is {kind}, and this verifier judges by the genesis charter alone"
            raise Fault(UNDECIDED, "charter-conflict", detail)
        owners = self.charter.owners
        for keyid, _ in envelope.signatures:
            if keyid not in owners:
                raise Fault(
                    REJECTED, "signer-unknown", f"no key of the charter has keyid {keyid}"
                )
        if kind not in (RESULT, INDEX_ROOT):
            detail = f"this verifier does not judge entries of type {kind}"
            raise Fault(UNDECIDED, "type-not-supported", detail)
        members = {owners[keyid][1] for keyid, _ in envelope.signatures}
        if kind == INDEX_ROOT:
            if members != {None}:
                raise Fault(REJECTED, "not-entitled", f"a member may not sign {kind}")
        elif None in members or len(members) > 1:
            raise Fault(REJECTED, "not-entitled", "not signed by one member alone")
        else:
            for keyid, _ in envelope.signatures:
                if "attest" not in owners[keyid][2]:
                    raise Fault(REJECTED, "not-entitled", f"key {keyid} may not attest")
        for keyid, signature in envelope.signatures:
            if not owners[keyid][0].verifies(signature, envelope.message):
                raise Fault(
                    REJECTED, "signature-invalid", f"the signature by key {keyid} does not verify"
                )
        if kind == INDEX_ROOT:
            if statement.index["size"] > entry["index"]:
                raise Fault(REJECTED, "not-entitled", "the index root covers entries after it")
        else:
            algorithms = {owners[keyid][0].algorithm for keyid, _ in envelope.signatures}
            needed = self.charter.members[next(iter(members))]
            if len(algorithms) < needed:
                raise Fault(
                    REJECTED, "not-entitled", f"{needed} signatures of different algorithms needed"
                )
        self.check_role(entry["role"], kind)
        keyids = [keyid for keyid, _ in envelope.signatures]
        return statement, sorted(member for member in members if member), keyids

    @staticmethod
    def check_role(role, kind):
        own = {CHARTER: "charter", MEMBER_KEYS: "charter", INDEX_ROOT: "index-root"}
        if role != own.get(kind, role) or (kind not in own and role in own.values()):
            raise Fault(REJECTED, "wrong-role", f"it has the role {role} but is {kind}")

    # 7. Lookups, and whether they make the picture complete.

    def check_lookups(self):
        self.covered = {}
        self.horizons = []
        for number, lookup in enumerate(self.bundle.lookups):
            try:
                self.check_one_lookup(lookup)
            except (Bad, Fault) as error:
                verdict = error.verdict if isinstance(error, Fault) else REJECTED
                detail = f"lookup {number}: {error}"
                self.failed("lookup", Fault(verdict, "lookup-invalid", detail))

    def check_one_lookup(self, lookup):
        kind, value, listed_indexes = lookup["kind"], lookup["value"], lookup["indexes"]
        if not is_index_term(kind, value):
            raise Fault(MALFORMED, "lookup-invalid", "not a key of the subject index")
        if not self.names_something(kind, value):
            raise Bad("its key names nothing in the bundle or the charter")
        entry, statement, _ = self.good.get(lookup["root"], (None, None, None))
        if entry is None or statement.type != INDEX_ROOT:
            raise Bad(f"entry {lookup['root']} is not in the bundle as a valid index root")
        if not isinstance(lookup["end"], str) and len(lookup["end"][1]) != 40:
            raise Fault(MALFORMED, "lookup-invalid", "the other key's value has 40 bytes")
        size = statement.index["size"]
        try:
            check_lookup(lookup, bytes.fromhex(statement.index["root"]))
        except Bad as error:
            raise Bad(f"the proof does not hold: {error}") from None
        present = {entry["index"] for entry in self.bundle.entries}
        depends = kind == "about" or (kind == "type" and value in (CHARTER, MEMBER_KEYS))
        for index in listed_indexes:
            if index >= size:
                raise Bad(f"entry {index} is listed and lies behind the root")
            if depends and index not in present:
                raise Bad(f"entry {index} is listed but not in the bundle")
            if index in self.good and (kind, value) not in self.terms(index):
                raise Bad(f"entry {index} is listed and does not belong to the list")
        for index in self.good:
            if index < size and (kind, value) in self.terms(index):
                if index not in listed_indexes:
                    raise Bad(f"entry {index} of the bundle belongs to the list and is not in it")
        audited = {n for n, k in self.charter.policy.witnesses.items() if k.key in self.cosignatures}
        auditing = self.charter.auditing.quorum
        proven = auditing is not None and auditing.satisfied(audited)
        n, how = len(listed_indexes), "proven" if proven else "claimed by the ledger"
        noun = "entry" if n == 1 else "entries"
        self.found("lookup", f"{n} {noun} of {kind} {value} among the first {size}, {how}")
        if proven:
            self.covered[kind, value] = max(size, self.covered.get((kind, value), 0))

    def terms(self, index):
        _, statement, signers = self.good[index]
        return index_terms(statement, signers)

    def names_something(self, kind, value):
        if kind == "type":
            return value in TYPES
        if kind == "signer":
            return value in self.charter.members
        if kind in ("about", "plan"):
            return any(leaf_hash(e["entry"]).hex() == value for e in self.bundle.entries)
        # Where nothing is claimed, what the lookup asks is what the bundle is about.
        claimed = any(entry["role"] == "claim" for entry in self.bundle.entries)
        return not claimed or any((kind, value) in self.terms(index) for index in self.good)

    def completeness(self):
        """Whether charter and claims are shown completely, and the first entry not covered."""
        needed = [("type", CHARTER), ("type", MEMBER_KEYS)]
        needed += [("about", claim["leafHash"]) for claim in self.claims]
        if any(key not in self.covered for key in needed):
            return False, None
        horizon = min(self.covered[key] for key in needed)
        present = {entry["index"] for entry in self.bundle.entries}
        if self.size - horizon > len(present):
            gaps = [i for i in range(horizon, horizon + len(present) + 1) if i not in present]
        else:
            gaps = [i for i in range(horizon, self.size) if i not in present]
        return not gaps, (gaps[0], horizon) if gaps else None

    # Pins.

    def check_pins(self):
        for number, pin in enumerate(self.bundle.pins):
            try:
                check_consistency(pin["size"], pin["root"], self.size, self.root, pin["proof"])
            except Bad as error:
                detail = f"pin {number}: the checkpoint is not shown to extend it: {error}"
                self.failed("pin", Fault(REJECTED, "pin-invalid", detail))
                continue
            self.found("pin", f"the log extends its head of size {pin['size']}")
        if self.trust.head is None:
            return
        size, root = self.trust.head
        if size == self.size and root != self.root:
            detail = f"fork: the log signed two roots for size {size}"
            self.failed("pin", Fault(REJECTED, "fork", detail))
        elif (size, root) != (self.size, self.root) and not any(
            (pin["size"], pin["root"]) == (size, root) for pin in self.bundle.pins
        ):
            detail = f"no pin shows that the checkpoint extends the trusted head of size {size}"
            self.failed("pin", Fault(REJECTED, "pin-missing", detail))
        else:
            self.found("pin", f"the log extends the trusted head of size {size}")

    # 8. Disclosures and openings.

    def check_commitments(self):
        asked = self.trust.requirements
        self.check_disclosures(self.bundle.disclosures + asked.get("disclosures", []))
        for number, opening in enumerate(self.bundle.openings + asked.get("openings", [])):
            try:
                self.check_opening(opening)
            except Bad as error:
                detail = f"opening {number}: {error}"
                self.failed("disclosure", Fault(REJECTED, "opening-invalid", detail))

    def check_disclosures(self, sources):
        disclosures, used = {}, set()
        for number, source in enumerate(sources):
            try:
                read = read_disclosure(source)
            except Bad as error:
                detail = f"disclosure {number}: {error}"
                self.failed("disclosure", Fault(MALFORMED, "disclosure-invalid", detail))
                return
            digest = b64url(sha256(source.encode()))
            if digest in disclosures:
                detail = f"the disclosure with digest {digest} was given twice"
                self.failed("disclosure", Fault(REJECTED, "disclosure-invalid", detail))
                return
            disclosures[digest] = read
        for entry, statement, signers in self.good.values():
            shown = statement.predicate
            try:
                mine = set()
                if disclosures:
                    shown = reveal(statement.predicate, disclosures, set(), mine)
                if mine:
                    index = entry["index"]
                    self.found("disclosure", f"{len(mine)} disclosed members belong to entry {index}")
                used |= mine
            except Fault as fault:
                self.failed("disclosure", fault)
                return
            if entry["role"] != "claim":
                continue
            self.claims.append(
                {
                    "index": entry["index"],
                    "leafHash": leaf_hash(entry["entry"]).hex(),
                    "type": statement.type,
                    "member": signers[0] if signers else None,
                    "subjects": statement.subjects,
                    "predicate": shown,
                }
            )
        for digest in disclosures:
            if digest not in used:
                detail = f"nothing refers to the disclosure with digest {digest}"
                self.failed("disclosure", Fault(REJECTED, "disclosure-invalid", detail))
                return

    def check_opening(self, opening):
        index = opening["entry"]
        _, statement, _ = self.good.get(index, (None, None, None))
        samples = statement.predicate.get("samples") if statement else None
        if not statement or statement.type != RESULT or not isinstance(samples, dict):
            raise Bad(f"entry {index} is not a result in the bundle that commits to samples")
        if not isinstance(samples.get("root"), str) or "count" not in samples:
            raise Bad(f"entry {index} is not a result in the bundle that commits to samples")
        if len(opening["salt"]) != 16:
            raise Bad(f"the salt has {len(opening['salt'])} bytes, not 16")
        leaf = leaf_hash(opening["salt"] + opening["record"])
        root, total = bytes.fromhex(samples["root"]), int(samples["count"].lexeme)
        try:
            check_inclusion(leaf, opening["index"], total, opening["proof"], root)
        except Bad as error:
            raise Bad(f"the record is not the committed one: {error}") from None
        record = opening["record"].decode("utf-8", "replace")
        self.found("disclosure", f"sample {opening['index']} of entry {index} is as committed: {record}")

    # 9. What the auditor asked for, and what is not shown.

    def check_requirements(self):
        asked = self.trust.requirements
        try:
            if self.trust.policy is not None:
                self.check_own_policy(self.trust.policy)
            selecting = [n for n in ("signer", "type", "artifact") if asked.get(n) is not None]
            if selecting and not self.claims:
                raise Fault(REJECTED, "no-claim", "the bundle claims nothing")
            for claim in self.claims:
                index = claim["index"]
                if asked.get("signer") not in (None, claim["member"]):
                    detail = f"entry {index} was signed by {claim['member']}, not by {asked['signer']}"
                    raise Fault(REJECTED, "wrong-signer", detail)
                wanted = asked.get("type")
                if wanted not in (None, claim["type"], claim["type"].split(":")[2]):
                    detail = f"entry {index} is {claim['type']}, not {wanted}"
                    raise Fault(REJECTED, "wrong-type", detail)
            if asked.get("artifact") is not None:
                self.check_artifact(asked["artifact"])
            if asked.get("complete") and not self.completeness()[0]:
                raise Fault(REJECTED, "incomplete", "completeness was required and is not proven")
        except Fault as fault:
            self.failed("requirement", fault)

    def check_own_policy(self, policy):
        if policy.logs:
            signed = {k.key for k in self.charter.log_keys if k not in self.unchecked}
            if not any(k.key in signed and k.name == self.charter.origin for k in policy.logs):
                detail = "the auditor's policy: no key of the log has signed the checkpoint"
                raise Fault(REJECTED, "policy-not-met", detail)
        self.check_quorum(policy, "the auditor's policy", "policy-not-met")
        self.found("requirement", "the auditor's own policy accepts the checkpoint")

    def check_artifact(self, digest):
        for claim in self.claims:
            evidence = claim["predicate"].get("evidence")
            named = [e.get("sha256") for e in evidence or [] if isinstance(e, dict)]
            if digest in claim["subjects"] or digest in named:
                return
        detail = f"no claim has the file's SHA-256 {digest} among its subjects or evidence"
        raise Fault(REJECTED, "wrong-artifact", detail)

    def gaps(self, complete, gap):
        if not complete:
            if gap:
                yield (
                    f"Freshness: entry {gap[0]} and perhaps later ones are neither in the bundle"
                    f" nor covered by its index root of size {gap[1]}."
                )
            else:
                yield (
                    "Completeness: nothing proves that all entries about this claim and all"
                    " charter changes are shown, so a later retraction, correction or revocation"
                    " cannot be excluded."
                )
        if self.charter.policy.quorum is None:
            yield (
                "Witnesses: the charter asks for none, so a dishonest operator could show others"
                " a different log."
            )
        elif self.charter.policy.split == 0:
            yield (
                "Witnesses: the policy has split 0, so a dishonest operator alone could show"
                " others a different log."
            )
        if self.observed is None:
            yield "Time: no quorum of witnesses says when the checkpoint was seen."
        if self.trust.head is None:
            yield (
                "History: no earlier head was given to compare with, so a fork made with stolen"
                " old keys cannot be excluded."
            )
        for _ in self.unchecked:
            yield (
                "The log's ml-dsa-44 signature was not checked: the cryptographic library at hand"
                " lacks the algorithm."
            )
        yield (
            "Truth: the ledger proves who stated what and that it stands in the log, not that the"
            " statement is right."
        )

    def report(self):
        reason = None
        if self.faults:
            # Text that cannot be read outweighs evidence that does not hold, and this outweighs
            # what cannot be decided; the reason is the first of the verdict's kind.
            found = {fault.verdict for _, fault in self.faults}
            verdict = next(v for v in (MALFORMED, REJECTED, UNDECIDED) if v in found)
            step, fault = next(pair for pair in self.faults if pair[1].verdict == verdict)
            reason = {"code": fault.code, "step": step, "detail": escaped(fault.detail)}
        else:
            complete, gap = self.completeness()
            verdict = VERIFIED if complete else AS_SHOWN
            self.not_shown = list(self.gaps(complete, gap))
        head = None if self.size is None else {"size": self.size, "root": b64(self.root)}
        return {
            "verdict": verdict,
            "exitStatus": EXIT[verdict],
            "ledger": self.trust.ledger,
            "reason": reason,
            "checkpoint": None if reason else head,
            "observedBy": None if reason or self.observed is None else as_time(self.observed),
            "quorum": None if reason else self.numbers,
            "checks": self.checks,
            "claims": [] if reason else [plain(claim) for claim in self.claims],
            "notShown": self.not_shown,
        }


def judge_genesis(data):
    """The charter of entry 0, signed by every key it lists and by nobody else (formats 5)."""
    try:
        envelope = Envelope(data)
        statement = Statement(envelope.payload)
        if statement.type != CHARTER:
            raise Fault(REJECTED, "charter-invalid", f"the statement is {statement.type}")
        if not statement.is_genesis:
            raise Bad("a charter that amends another stands at index 0")
    except Bad as error:
        detail = f"the genesis charter is not valid: {error}"
        raise Fault(MALFORMED, "charter-invalid", detail) from None
    charter = statement.charter
    rejected = lambda detail: Fault(
        REJECTED, "charter-invalid", f"the genesis charter is not valid: {detail}"
    )
    for keyid, signature in envelope.signatures:
        if keyid not in charter.owners:
            raise rejected(f"key {keyid} signed but is not listed")
        if not charter.owners[keyid][0].verifies(signature, envelope.message):
            raise rejected(f"the signature by key {keyid} does not verify")
    missing = set(charter.owners) - {keyid for keyid, _ in envelope.signatures}
    if missing:
        raise rejected(f"{len(missing)} listed keys have not signed: {', '.join(sorted(missing))}")
    return charter, len(charter.owners)


def as_time(seconds):
    """A POSIX time in UTC; years beyond 9999 stay numbers."""
    if seconds >= 253402300800:
        return f"{seconds} s"
    epoch = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
    return epoch.strftime("%Y-%m-%dT%H:%M:%SZ")


def judge(data, trust):
    """The report on one bundle."""
    return Judge(trust).judge(data)


# --- The program -------------------------------------------------------------------------------


def read_file(path):
    if path == "-":
        return sys.stdin.buffer.read()
    with open(path, "rb") as file:
        return file.read()


def canonical_charter(data):
    """A charter file may be laid out in any way: what counts is the entry that it becomes."""
    value = parse_json(data)
    if isinstance(value, dict) and isinstance(value.get("signatures"), list):
        key = lambda s: str(s.get("keyid")) if isinstance(s, dict) else ""
        rows = [
            {n: s[n] for n in ("keyid", "sig") if n in s} if isinstance(s, dict) else s
            for s in sorted(value["signatures"], key=key)
        ]
        value = {**value, "signatures": rows}
    return canonical(value).encode()


def read_trust(arguments):
    def bad(code, detail):
        return Fault(BAD_TRUST, code, detail)

    try:
        if arguments.charter is not None:
            path = arguments.charter
            try:
                entry = canonical_charter(read_file(path))
                Envelope(entry)
            except Bad as error:
                raise bad("charter-malformed", f"{path}: {error}") from None
            try:
                judge_genesis(entry)
            except Fault as fault:
                raise bad("charter-invalid", f"{path}: {fault.detail}") from None
            trust = Trust("assay1:" + leaf_hash(entry).hex())
        else:
            trust = Trust.parse(arguments.trust)
        if arguments.policy is not None:
            try:
                source = read_file(arguments.policy).decode("utf-8")
                trust.policy = Policy(source, logs_allowed=True)
            except (Bad, UnicodeDecodeError) as error:
                raise bad("policy-malformed", f"{arguments.policy}: {error}") from None
    except OSError as error:
        raise bad("trust-unreadable", f"{error.filename}: {error.strerror}") from None
    return trust


def read_requirements(arguments):
    asked = {"complete": arguments.require == "complete"}
    asked["signer"], asked["type"] = arguments.signer, arguments.type
    asked["disclosures"], asked["openings"] = [], []
    if arguments.artifact is not None:
        asked["artifact"] = hashlib.sha256(read_file(arguments.artifact)).hexdigest()
    for path, name, shape in (
        (arguments.disclosures, "disclosures", some_text),
        (arguments.samples, "openings", read_opening),
    ):
        if path is None:
            continue
        try:
            value = parse_json(read_file(path))
            if isinstance(value, dict):
                asked[name] = object_of(value, "", {name: listed(shape)}, closed=False)[name]
            else:
                asked[name] = listed(shape)(value, "")
        except Bad as error:
            raise Fault(MALFORMED, "malformed", f"{path}: {error}") from None
    return asked


def short(verdict, code, detail):
    reason = {"code": code, "detail": escaped(detail)}
    return {"verdict": verdict, "exitStatus": EXIT[verdict], "reason": reason}


def show(report):
    """A report for people."""
    yield report["verdict"]
    for check in report.get("checks", []):
        yield f"{check['step']:<11} {check['outcome']:<11} {check['finding']}"
    if report["reason"]:
        if "checks" not in report:
            yield f"{'reason':<11} {report['reason']['detail']}"
        yield f"{'reason':<11} {report['reason']['code']}"
    for claim in report.get("claims", []):
        yield f"{'claim':<11} entry {claim['index']}, {claim['type']}, by {claim['member']}"
        yield f"{'claim':<11} leaf hash {claim['leafHash']}"
    if report.get("notShown"):
        yield "What this does not show"
        for sentence in report["notShown"]:
            yield f"- {sentence}"


def parse_arguments():
    parser = argparse.ArgumentParser(
        prog="assay_verify.py",
        description="Judges evidence from an Assay ledger, offline, from one trust root.",
        epilog="Exit status: 0 verified, 1 rejected, 2 bad trust input, 3 malformed, 4 undecided,"
        " 64 usage. Example: assay_verify.py run.eval.assay --trust assay1:HEX",
    )
    parser.error = lambda message: (parser.print_usage(sys.stderr), sys.exit(64))
    parser.add_argument("bundles", nargs="+", metavar="BUNDLE", help="a bundle; - reads it from standard input")
    root = parser.add_mutually_exclusive_group(required=True)
    root.add_argument("--trust", help="assay1:HEX, or assay1:HEX@SIZE:ROOT to pin a head")
    root.add_argument("--charter", help="a file with the signed genesis charter")
    parser.add_argument("--policy", help="a C2SP tlog-policy to satisfy beside the charter's")
    parser.add_argument("--require", choices=["complete"], help="refuse unless this is proven")
    parser.add_argument("--signer", help="the member that must have signed each claim")
    parser.add_argument("--type", help="the type that each claim must have, whole or short")
    parser.add_argument("--artifact", help="a file whose SHA-256 a claim must name")
    parser.add_argument("--disclosures", help="a JSON file of disclosures")
    parser.add_argument("--samples", help="a JSON file of opened samples")
    parser.add_argument("--json", action="store_true", help="one JSON value instead of text")
    return parser.parse_args()


def run(arguments):
    try:
        trust = read_trust(arguments)
        trust.requirements = read_requirements(arguments)
    except Fault as fault:
        return [short(fault.verdict, fault.code, fault.detail)]
    except OSError as error:
        return [short(UNDECIDED, "file", f"{error.filename}: {error.strerror}")]
    reports = []
    for path in arguments.bundles:
        try:
            reports.append({**judge(read_file(path), trust), "file": path})
        except OSError as error:
            reports.append(short(UNDECIDED, "file", f"{error.filename}: {error.strerror}"))
    return reports


def main():
    arguments = parse_arguments()
    reports = run(arguments)
    worst = max(reports, key=lambda report: report["exitStatus"])
    whole = reports[0]
    if len(reports) > 1:
        whole = {"verdict": worst["verdict"], "exitStatus": worst["exitStatus"], "bundles": reports}
    if lib_ed25519 is None:
        print("signatures: this program's own Ed25519; no ML-DSA", file=sys.stderr)
    else:
        pq = "with" if ml_dsa_available() else "without"
        print(f"signatures: the package cryptography, {pq} ML-DSA", file=sys.stderr)
    try:
        if arguments.json:
            print(json.dumps(whole, ensure_ascii=False, separators=(",", ":")))
        else:
            for report in reports:
                print("\n".join(show(report)), end="\n\n" if len(reports) > 1 else "\n")
        sys.stdout.flush()
    except OSError:
        return 4
    return worst["exitStatus"]


if __name__ == "__main__":
    sys.exit(main())
