"""How cases are written: one file, one case a line, so that differences read well."""

import json

from spec.faults import Fault


def dump(desc: str, cases: list[dict], **extra) -> bytes:
    """A file of cases, each with a name of its own."""
    names = [case["name"] for case in cases]
    assert len(names) == len(set(names)), [n for n in names if names.count(n) > 1][:3]
    lines = [json.dumps({"desc": desc, **extra}, ensure_ascii=False)[:-1] + ', "cases": [']
    body = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    return ("\n".join(lines) + "\n" + body + "\n]}\n").encode()


def raw(name: str, data: bytes) -> dict:
    """Bytes as a string where they are plain text, as hex (member `nameHex`) elsewhere."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = "\x00"
    if all(c >= " " or c == "\n" for c in text) and "\x7f" not in text and "\ufeff" not in text:
        return {name: text}
    return {name + "Hex": data.hex()}


def checked(case: dict, action, *arguments) -> dict:
    """The case, after making sure that the specification's code says what the case expects."""
    try:
        action(*arguments)
        said = ("accept", None)
    except Fault as fault:
        said = (fault.verdict, fault.reason)
    wanted = (case["expect"], case.get("reason"))
    assert said == wanted, f"{case['name']}: wanted {wanted}, got {said}"
    return case


def reject(verdict_and_reason: str) -> dict:
    """`"malformed: base64"` as the members of a case; `"accept"` alone."""
    verdict, _, reason = verdict_and_reason.partition(": ")
    return {"expect": verdict, "reason": reason} if reason else {"expect": verdict}
