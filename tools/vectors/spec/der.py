"""As much of DER (X.690) as keys and signatures need."""


def length(count: int) -> bytes:
    if count < 128:
        return bytes([count])
    body = count.to_bytes((count.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(body)]) + body


def tagged(tag: int, body: bytes) -> bytes:
    return bytes([tag]) + length(len(body)) + body


def sequence(*parts: bytes) -> bytes:
    return tagged(0x30, b"".join(parts))


def integer(value: int) -> bytes:
    return tagged(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(text: str) -> bytes:
    numbers = [int(part) for part in text.split(".")]
    body = bytearray()
    for number in [40 * numbers[0] + numbers[1], *numbers[2:]]:
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(0x80 | number & 0x7F)
        body += bytes(reversed(groups))
    return tagged(0x06, bytes(body))


def bit_string(data: bytes) -> bytes:
    return tagged(0x03, b"\x00" + data)


def octet_string(data: bytes) -> bytes:
    return tagged(0x04, data)


NULL = b"\x05\x00"
