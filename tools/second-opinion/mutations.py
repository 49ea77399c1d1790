"""Bundles one or a few changes away from good ones, chosen by a seeded generator."""

import base64
import copy
import json

STRANGE_NUMBERS = [0, 1, 2, 3, 4, 5, 6, 7, 63, 64, 255, 256, 2**31, 2**32, 2**53 - 1, 2**53, 2**63]
STRANGE_NUMBERS += [2**64 - 1, 2**64, -1, -0.0, 0.5, 1e300]
STRANGE_VALUES = [None, True, False, "", "x", 0, 1, [], {}, [[]], {"x": 1}, "\u202e", "a\u0000b"]
STRANGE_VALUES += ["leaf", "empty", "claim", "related", "charter", "index-root", "0" * 64, "é" * 9]


def canonical(value):
    """RFC 8785 for names in ASCII, which is all that is needed to pass for a bundle."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode(
        "utf-8", "replace"
    )


def places(value, at=()):
    """Every place in a JSON value, as the path that leads there."""
    yield at
    children = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        children = enumerate(value)
    for name, item in children:
        yield from places(item, (*at, name))


def at_place(value, path):
    for name in path:
        value = value[name]
    return value


def mutate_bytes(random, data):
    """One change of bytes."""
    data = bytearray(data)
    at = random.randrange(len(data))
    kind = random.randrange(8)
    if kind == 0:
        data[at] ^= 1 << random.randrange(8)
    elif kind == 1:
        del data[at]
    elif kind == 2:
        data.insert(at, data[at])
    elif kind == 3:
        data[at] = random.choice([0, 9, 10, 32, 34, 44, 58, 92, 0x7F, 0x80, 0xC3, 0xFF])
    elif kind == 4:
        del data[at:]
    elif kind == 5:
        other = random.randrange(len(data))
        data[at], data[other] = data[other], data[at]
    elif kind == 6:
        data += random.choice([b"\n", b" ", b"\0", b"{}", bytes(data)])
    else:
        length = random.randrange(1, 40)
        other = random.randrange(len(data))
        data[at : at + length] = data[other : other + length]
    return bytes(data)


def mutate_text(random, text):
    """Another text: characters changed, base64 and hex kept valid most of the time."""
    if not text:
        return random.choice(["x", " ", "\n", "AAAA"])
    kind = random.randrange(7)
    at = random.randrange(len(text))
    if kind == 0 and len(text) % 4 == 0:
        try:
            data = bytearray(base64.b64decode(text, validate=True))
            if data:
                data[random.randrange(len(data))] ^= 1 << random.randrange(8)
                if random.random() < 0.2:
                    data = data[: random.randrange(len(data) + 1)]
                if random.random() < 0.1:
                    data += b"\0"
            return base64.b64encode(bytes(data)).decode()
        except ValueError:
            pass
    if kind == 1:
        return text[:at] + text[at + 1 :]
    if kind == 2:
        return text[:at] + text[at] + text[at:]
    if kind == 3:
        return text[:at]
    if kind == 4:
        return text.swapcase()
    if kind == 5 and "\n" in text:
        return mutate_lines(random, text)
    swap = random.choice("0123456789abcdefABCDEF+/=- \n.:@é")
    return text[:at] + swap + text[at + 1 :]


def mutate_lines(random, text):
    """Lines dropped, doubled, exchanged, or changed within."""
    lines = text.split("\n")
    at, other = random.randrange(len(lines)), random.randrange(len(lines))
    kind = random.randrange(6)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(other, lines[at])
    elif kind == 2:
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == 3:
        lines[at] = str(random.choice(STRANGE_NUMBERS[:19]))
    elif kind == 4:
        words = lines[at].split(" ")
        words[random.randrange(len(words))] = mutate_text(random, random.choice(words))
        lines[at] = " ".join(words)
    else:
        lines[at] = mutate_text(random, lines[at])
    return "\n".join(lines)


def mutate_value(random, value, donors):
    """One change of a JSON value at a place of its own, in place; the root stays."""
    path = random.choice([at for at in places(value) if at])
    holder, name = at_place(value, path[:-1]), path[-1]
    old = holder[name]
    kind = random.randrange(10)
    if kind == 0:
        del holder[name]
    elif kind == 1 and isinstance(holder, list):
        holder.insert(random.randrange(len(holder) + 1), copy.deepcopy(old))
    elif kind == 2 and isinstance(holder, list):
        other = random.randrange(len(holder))
        holder[name], holder[other] = holder[other], holder[name]
    elif kind == 3:
        holder[name] = copy.deepcopy(random.choice(STRANGE_VALUES))
    elif kind == 4 and isinstance(holder, dict):
        holder[random.choice([name + "x", name.upper(), "_sd", "x", ""])] = old
        if random.random() < 0.5:
            del holder[name]
    elif kind == 5:
        # What stands at a place of the same name elsewhere, here or in another bundle.
        donor = random.choice([value, random.choice(donors)])
        same = [at for at in places(donor) if at and at[-1] == name]
        if same:
            holder[name] = copy.deepcopy(at_place(donor, random.choice(same)))
    elif isinstance(old, bool):
        holder[name] = not old
    elif isinstance(old, (int, float)):
        near = [old + 1, old - 1, old * 2, old // 2, old ^ 2] if isinstance(old, int) else [0]
        holder[name] = random.choice(near + STRANGE_NUMBERS)
    elif isinstance(old, str):
        holder[name] = mutate_text(random, old)
    elif isinstance(old, list) and old:
        random.choice(
            [old.reverse, old.pop, lambda: old.append(copy.deepcopy(old[0])), lambda: random.shuffle(old)]
        )()
    elif isinstance(old, dict) and old:
        del old[random.choice(list(old))]


def mutated_bundle(random, good, donors):
    """A bundle a few changes away from `good`, a JSON value."""
    if random.random() < 0.15:
        return mutate_bytes(random, canonical(good))
    value = copy.deepcopy(good)
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        if random.random() < 0.15 and isinstance(value.get("checkpoint"), str):
            value["checkpoint"] = mutate_lines(random, value["checkpoint"])
        else:
            mutate_value(random, value, donors)
    return canonical(value)
