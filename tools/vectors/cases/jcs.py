"""Folder jcs: canonical JSON (RFC 8785), and what the strict reader refuses."""

import json
import math
import struct

from spec.canonical import canonical, number_text, parse
from spec.encoding import Seeded

from .output import checked, dump, raw, reject


def files() -> dict[str, bytes]:
    return {
        "jcs/numbers.json": numbers(),
        "jcs/values.json": values(),
        "jcs/strict.json": strict(),
    }


def numbers() -> bytes:
    lexemes = [
        "0",
        "-0",
        "0.0",
        "-0.0",
        "0e5",
        "1",
        "-1",
        "1.0",
        "10e-1",
        "1E2",
        "1e+2",
        "100e-2",
        "9007199254740991",
        "9007199254740992",
        "9007199254740993",
        "-9007199254740993",
        "99999999999999999999",
        "100000000000000000000",
        "999999999999999999999",
        "1000000000000000000000",
        "123456789012345678901234567890",
        "1e20",
        "1e21",
        "1e22",
        "0.1",
        "0.000001",
        "0.0000001",
        "1e-6",
        "1e-7",
        "0.00000123",
        "123e-20",
        "5e-324",
        "4.9e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "1e-400",
        "2.2250738585072014e-308",
        "2.2250738585072011e-308",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "0.1e1",
        "333333333.33333329",
        "4.50",
        "2e-3",
        "0.000000000000000000000000001",
        "1e23",
        "9.5e-7",
        "9.999999999999999e22",
        "18446744073709551615",
        "18446744073709551616",
        "0.30000000000000004",
        "1.0000000000000002",
        "1.00000000000000011102230246251565404",
        "12345678901234567",
        "1234567890123456",
        "295147905179352830000",
        "0." + "0" * 30 + "1",
        "1" + "0" * 308,
        "1" * 300,
        "5.5",
        "-1.5e-10",
    ]
    source = Seeded("numbers")
    doubles = [2.0**e for e in range(-1074, 1024, 37)]
    doubles += [math.nextafter(10.0**e, way) for e in range(-12, 24) for way in (0.0, math.inf)]
    while len(doubles) < 900:
        value = struct.unpack(">d", source.bytes(8))[0]
        if math.isfinite(value):
            doubles.append(value)
    while len(doubles) < 1200:
        doubles.append((source.below(10**9) - 5 * 10**8) / 10.0 ** source.below(12))
    cases, seen = [], set()
    for lexeme in lexemes + [format(value, ".17g") for value in doubles]:
        if lexeme in seen:
            continue
        seen.add(lexeme)
        value = float(lexeme)
        cases.append(
            {
                "name": lexeme,
                "ieee": struct.pack(">d", value).hex(),
                "canonical": number_text(value),
            }
        )
    return dump(
        "`name` is the JSON text of a number, `ieee` the double that it means (hex, big-endian), "
        "`canonical` its text by RFC 8785.",
        cases,
    )


def values() -> bytes:
    source = Seeded("values")
    texts = [
        "null",
        " true ",
        "[]",
        "{}",
        "[ 1 , 2.50 , 1e2 ]",
        '""',
        '"\\u0041\\/\\"\\\\"',
        '"\\b\\t\\n\\f\\r\\u0000\\u001f\\u007f\\u0080"',
        '"é e\\u0301 \\ud83d\\ude00 \\u2028"',
        '{"b":1,"a":2,"":3,"A":4,"aa":5,"a b":6}',
        '{"\\ue000":1,"\\ud800\\udc00":2,"\\uffff":3,"z":4}',
        '{"é":1,"e\\u0301":2,"e":3,"f":4}',
        '{"1":1,"10":2,"2":3,"\\n":4,"\\u0080":5}',
        '{"__proto__":1,"constructor":2}',
        '[[[{"b":[],"a":{}}]]]',
        '{"a":{"z":1,"y":[{"c":1,"b":2}]},"A":null}',
        '"<script>&\\u0027"',
        '{"\\r":1,"\\u20ac":2,"\\ufb33":3,"\\ud83d\\ude00":4,"\\u0080":5,"\\u00f6":6,"1":7}',
    ]
    pieces = [
        "a",
        "b",
        "A",
        "\ue000",
        "\U00010000",
        "\uffff",
        "é",
        "\x1f",
        '"',
        "\\",
        "/",
        "~",
        "\u20ac",
        "\U0010ffff",
        "1",
        "0",
    ]
    for _ in range(60):
        names = {
            "".join(source.choice(pieces) for _ in range(source.below(4)))
            for _ in range(2 + source.below(7))
        }
        names = sorted(sorted(names), key=lambda name: source.below(2**32))
        texts.append(
            json.dumps(
                {name: source.below(1000) for name in names}, ensure_ascii=bool(source.below(2))
            )
        )
    cases = [
        {"name": f"value {i}", "json": text, "canonical": canonical(parse(text.encode())).decode()}
        for i, text in enumerate(texts)
    ]
    return dump("JSON texts and their canonical form.", cases)


def strict() -> bytes:
    cases = []

    def add(name, data, verdict, desc=""):
        data = data if isinstance(data, bytes) else data.encode()
        case = {"name": name, "desc": desc, **raw("json", data), **reject(verdict)}
        cases.append(checked(case, parse, data))

    for name, text in (
        ("empty object", "{}"),
        ("white space of four kinds", " \t\n\r[1 ,\t2]\n"),
        ("depth 32", "[" * 32 + "]" * 32),
        ("scalar", "3"),
        ("big exponent", "[1e400]"),
        ("names that differ as bytes only", '{"é":1,"e\u0301":2}'),
        ("many digits", "[" + "9" * 300 + "]"),
        ("escaped slash", '"\\/"'),
        ("noncharacters", '"\\uffff\ufdd0"'),
        ("NUL escaped", '"\\u0000"'),
        ("DEL", b'"\x7f"'),
        ("pair of surrogates", '"\\uD83D\\uDE00"'),
    ):
        add(name, text, "accept")
    add("empty", "", "malformed: end")
    add("white space alone", " \n", "malformed: end")
    for text in ("[", "[1", "[1,", "{", '{"a"', '{"a":', '{"a":1', '"abc', '"\\', "tru", '"\\u00'):
        add(f"cut: {text}", text, "malformed: end")
    for text in (
        "[1,]",
        '{"a":1,}',
        "[,1]",
        "{,}",
        "[1 2]",
        '{"a" 1}',
        "{a:1}",
        "{'a':1}",
        "[1;2]",
        "nul1",
        "True",
        "NaN",
        "Infinity",
        "-Infinity",
        "//x",
        "/* */1",
        "]",
        '{"a":}',
        "{1:2}",
        "\v1",
        "\f1",
        "\xa01",
        "&",
    ):
        add(f"syntax: {text}", text, "malformed: syntax")
    for text in (
        "01",
        "-",
        "+1",
        ".5",
        "1.",
        "1e",
        "1e+",
        "--1",
        "0x10",
        "1_000",
        "00",
        "-01",
        "1.e1",
        "1e1.5",
    ):
        add(f"number: {text}", f"[{text}]", "malformed: syntax")
    for name, text in (("newline", '"\n"'), ("tab", '"\t"'), ("NUL", '"\0"'), ("0x1f", '"\x1f"')):
        add(f"control character: {name}", text, "malformed: syntax")
    for text in ("\\x41", "\\u12g4", "\\U0041", "\\'", "\\0", "\\u 123", "\\u+123"):
        add(f"escape: {text}", f'"{text}"', "malformed: syntax")
    for name, text in (
        ("high alone", "\\ud800"),
        ("low alone", "\\udc00"),
        ("reversed", "\\udc00\\ud800"),
        ("high and letter", "\\ud800a"),
        ("two high", "\\ud800\\ud800"),
        ("high and other escape", "\\ud800\\u0041"),
    ):
        add(f"surrogate: {name}", f'"{text}"', "malformed: surrogate")
    for name, data in (
        ("stray continuation", b"\x80"),
        ("overlong slash", b"\xc0\xaf"),
        ("overlong NUL", b"\xc0\x80"),
        ("surrogate", b"\xed\xa0\x80"),
        ("above U+10FFFF", b"\xf4\x90\x80\x80"),
        ("cut", b"\xe2\x82"),
        ("0xff", b"\xff"),
        ("overlong of three", b"\xe0\x80\xaf"),
    ):
        add(f"UTF-8: {name}", b'"' + data + b'"', "malformed: utf8")
    add("byte-order mark", b"\xef\xbb\xbf{}", "malformed: bom")
    add("UTF-16", '{"a":1}'.encode("utf-16-le"), "malformed: syntax")
    add("UTF-16 with mark", '{"a":1}'.encode("utf-16"), "malformed: syntax")
    for name, text in (
        ("plain", '{"a":1,"a":2}'),
        ("escaped", '{"a":1,"\\u0061":1}'),
        ("deep", '[{"x":{"b":1,"b":1}}]'),
        ("empty name", '{"":1,"":2}'),
        ("ninth", "{" + ",".join(f'"{i}":0' for i in [*range(9), 3]) + "}"),
    ):
        add(f"duplicate: {name}", text, "malformed: duplicate")
    add("depth 33", "[" * 33 + "]" * 33, "malformed: depth")
    add("depth 33 of objects", '{"a":' * 33 + "1" + "}" * 33, "malformed: depth")
    add("depth 1000", "[" * 1000, "malformed: depth")
    for name, tail in (("newline and value", "\n1"), ("comma", ","), ("brace", "}"), ("NUL", "\0")):
        add(f"trailing: {name}", "{}" + tail, "malformed: trailing")
    return dump(
        "What the strict reader takes and refuses. Reasons: end, syntax, utf8, bom, surrogate, "
        "duplicate, depth, trailing.",
        cases,
    )
