"""Strict JSON and RFC 8785, on Python values; numbers that are not integers stay texts."""

import json
import math
import re

from .faults import Malformed, Rejected

MAX_DEPTH = 32


class Number(str):
    """The text of a number with a fraction or an exponent."""


def _pairs(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise Malformed("duplicate")
    return dict(pairs)


def _constant(_):
    raise Malformed("syntax")


def _depth(text: str) -> int:
    depth = deepest = 0
    for character in re.sub(r'"(\\.|[^"\\])*("|$)', "", text, flags=re.S):
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def parse(data: bytes):
    """The value, or the first fault in the order bom, utf8, depth, syntax, duplicate, surrogate."""
    if data.startswith(b"\xef\xbb\xbf"):
        raise Malformed("bom")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise Malformed("syntax" if data[:1] in (b"\xff", b"\xfe") else "utf8") from None
    if _depth(text) > MAX_DEPTH:
        raise Malformed("depth")
    decoder = json.JSONDecoder(
        object_pairs_hook=_pairs,
        parse_constant=_constant,
        parse_float=Number,
        parse_int=lambda lexeme: int(lexeme) if len(lexeme) < 4000 else Number(lexeme),
    )
    start = re.match(r"[ \t\n\r]*", text).end()
    try:
        value, end = decoder.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise Malformed("end" if _is_cut(text, error) else "syntax") from None
    except UnicodeEncodeError:
        raise Malformed("surrogate") from None
    if end < 2 and re.match(r"0[0-9]", text[start:]):
        raise Malformed("syntax")
    if text[end:].strip(" \t\n\r"):
        raise Malformed("trailing")
    if re.search(r"\\u[dD]", text):
        _check_surrogates(value)
    return value


def _is_cut(text: str, error: json.JSONDecodeError) -> bool:
    """Whether only more bytes could have helped."""
    rest = text[error.pos :].strip(" \t\n\r")
    return (
        not rest
        or any(word.startswith(rest) for word in ("true", "false", "null"))
        or error.msg.startswith("Unterminated string")
        or bool(re.fullmatch(r"u?[0-9a-f]{0,3}", rest))
    )


def _check_surrogates(value) -> None:
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Malformed("surrogate") from None
    elif isinstance(value, list):
        for element in value:
            _check_surrogates(element)
    elif isinstance(value, dict):
        for name, element in value.items():
            _check_surrogates(name)
            _check_surrogates(element)


def number_text(value: float) -> str:
    """ECMAScript's Number::toString."""
    if not math.isfinite(value):
        raise Rejected("not-finite")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    digits, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = digits.partition(".")
    point = len(whole) + int(exponent or 0)
    digits = whole + fraction
    point -= len(digits) - len(digits.lstrip("0"))
    digits = digits.strip("0")
    if len(digits) <= point <= 21:
        return sign + digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    power = f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return sign + digits[0] + ("." + digits[1:] if len(digits) > 1 else "") + power


ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
}


def _string(text: str) -> str:
    return (
        '"' + "".join(ESCAPES.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in text) + '"'
    )


def _text(value) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, (int, float, Number)):
        return number_text(float(value))
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, list):
        return "[" + ",".join(map(_text, value)) + "]"
    names = sorted(value, key=lambda name: name.encode("utf-16-be"))
    return "{" + ",".join(f"{_string(name)}:{_text(value[name])}" for name in names) + "}"


def canonical(value) -> bytes:
    return _text(value).encode()
