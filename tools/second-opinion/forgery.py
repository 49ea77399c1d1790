"""Small ledgers with real signatures by the published test keys, to change what is signed.

What an attacker who holds keys could make: statements, charters, index roots and checkpoints that
are signed and included as they should be, with a change inside.
"""

import base64
import copy
import hashlib
import json

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

import mutations

PAYLOAD_TYPE = "application/vnd.in-toto+json"
N_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def sha256(data):
    return hashlib.sha256(data).digest()


def b64(data):
    return base64.b64encode(data).decode()


def seeded(label):
    return sha256(b"vectors\0" + label.encode() + b"\0" + bytes(8))


class Signer:
    """A member's or the ledger's key, made from its published label."""

    def __init__(self, algorithm, label):
        seed = seeded(f"key {algorithm} {label}")
        if algorithm == "ed25519":
            self.key = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
        else:
            scalar = 1 + int.from_bytes(seed, "big") % (N_P256 - 2)
            self.key = ec.derive_private_key(scalar, ec.SECP256R1())
        self.spki = self.key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.keyid = sha256(self.spki).hex()

    def sign(self, message):
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            return self.key.sign(message)
        return self.key.sign(message, ec.ECDSA(hashes.SHA256()))


class NoteSigner:
    """A log's or a witness's key for notes."""

    def __init__(self, name, kind):
        self.name, self.kind = name, kind
        self.key = ed25519.Ed25519PrivateKey.from_private_bytes(seeded(f"note key {name} {kind}"))
        raw = self.key.public_key().public_bytes_raw()
        self.keyid = sha256(name.encode() + b"\n" + bytes([kind]) + raw)[:4]

    def line(self, text, time):
        message, head = text.encode(), b""
        if self.kind == 4:
            message = f"cosignature/v1\ntime {time}\n{text}".encode()
            head = time.to_bytes(8, "big")
        return f"\u2014 {self.name} {b64(self.keyid + head + self.key.sign(message))}\n"


MEMBERS = [Signer("ed25519", f"{member} 0") for member in ("aa", "bb", "cc", "dd")]
MEMBERS += [Signer("ecdsa-p256-sha256", f"{member} 0") for member in ("cc", "dd")]
ENTRY_KEYS = [Signer("ed25519", f"entries {name}") for name in ("plain", "witnessed")]
LOGS = [NoteSigner(f"{name}.example/2026", 1) for name in ("plain", "witnessed")]
WITNESSES = [NoteSigner(f"w{i}.example", 4) for i in (1, 2, 3)]
BY_KEYID = {signer.keyid: signer for signer in MEMBERS + ENTRY_KEYS}


def envelope(payload, keyids):
    head = f"DSSEv1 {len(PAYLOAD_TYPE)} {PAYLOAD_TYPE} {len(payload)} ".encode()
    signatures = [
        {"keyid": keyid, "sig": b64(BY_KEYID[keyid].sign(head + payload))}
        for keyid in sorted(set(keyids))
        if keyid in BY_KEYID
    ]
    value = {"payload": b64(payload), "payloadType": PAYLOAD_TYPE, "signatures": signatures}
    return json.dumps(value, separators=(",", ":")).encode()


def opened(entry):
    """Statement and keyids of an entry."""
    value = json.loads(entry)
    statement = json.loads(base64.b64decode(value["payload"]))
    return statement, [signature["keyid"] for signature in value["signatures"]]


def leaf(data):
    return sha256(b"\0" + data)


def tree(leaves):
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + tree(leaves[:k]) + tree(leaves[k:]))


def path(index, leaves):
    if len(leaves) == 1:
        return []
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if index < k:
        return path(index, leaves[:k]) + [tree(leaves[k:])]
    return path(index - k, leaves[k:]) + [tree(leaves[:k])]


class IndexMap:
    """The subject index over some terms: {(kind, value): [indexes]}."""

    def __init__(self, terms):
        self.terms = terms
        self.leaves = {}
        for (kind, value), indexes in terms.items():
            key = self.key(kind, value)
            numbers = [leaf(index.to_bytes(8, "big")) for index in indexes]
            self.leaves[key] = len(indexes).to_bytes(8, "big") + tree(numbers)

    @staticmethod
    def key(kind, value):
        return sha256(b"assay-index-v1\0" + kind.encode() + b"\0" + value.encode())

    def root(self, keys, depth=0):
        if not keys:
            return bytes(32)
        if len(keys) == 1:
            return sha256(b"\2" + keys[0] + self.leaves[keys[0]])
        zero, one = self.split(keys, depth)
        return sha256(b"\3" + self.root(zero, depth + 1) + self.root(one, depth + 1))

    @staticmethod
    def split(keys, depth):
        bit = lambda key: key[depth // 8] >> (7 - depth % 8) & 1
        return [k for k in keys if not bit(k)], [k for k in keys if bit(k)]

    def lookup(self, at, kind, value):
        key, keys, siblings, depth = self.key(kind, value), list(self.leaves), [], 0
        while len(keys) > 1:
            halves = self.split(keys, depth)
            side = key[depth // 8] >> (7 - depth % 8) & 1
            siblings.append(b64(self.root(halves[1 - side], depth + 1)))
            keys, depth = halves[side], depth + 1
        end = "empty" if not keys else "leaf"
        if keys and keys[0] != key:
            end = {"key": keys[0].hex(), "value": b64(self.leaves[keys[0]])}
        indexes = self.terms.get((kind, value), []) if end == "leaf" else []
        item = {"root": at, "kind": kind, "value": value, "indexes": list(indexes)}
        return {**item, "siblings": siblings, "end": end}


def other_statements(random, ledger, targets, subject):
    """Statements of the other types about what is on record."""
    target, zero = random.choice(targets), "0" * 64
    about = [{"digest": {"sha256": random.choice([target, subject])}}]
    add = {"publicKey": b64(MEMBERS[random.randrange(6)].spki), "uses": ["attest", "govern"]}
    own = [{"name": "plain.example/2026", "digest": {"sha256": ledger[7:]}}]
    choices = [
        ("correction", {"target": target, "action": "retract", "reason": "item-error"}, about),
        ("correction", {"target": target, "action": "supersede", "replacement": random.choice(targets), "reason": "other"}, about),
        ("replication", {"original": target, "own": random.choice(targets)}, about),
        ("response", {"position": "disputes"}, about),
        ("spot-check", {"k": 1}, about),
        ("disclosure", {"to": "public"}, about),
        ("model-identity", {"developer": "lab"}, about),
        ("evaluation-protocol", {"protocolDigest": {"algorithm": "assay-protocol/1", "value": subject}}, about),
        ("member-keys", {"member": "aa", "previous": ledger[7:], "add": [add], "revoke": []}, own),
        ("member-keys", {"member": "aa", "previous": ledger[7:], "add": [], "revoke": [{"keyid": zero, "suspectFrom": None}]}, own),
        ("index-root", {"size": random.randrange(4), "root": zero, "keys": 0}, own),
        ("charter", {"version": 2}, own),
    ]
    name, predicate, subjects = random.choice(choices)
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": subjects,
        "predicateType": f"urn:assay:{name}:v1",
        "predicate": {"ledger": ledger, **predicate},
    }


def terms_of(statement, member):
    """Where an entry stands in the index, for the types that are made here."""
    kind, predicate = statement.get("predicateType"), statement.get("predicate")
    found = {("type", kind)} | ({("signer", member)} if member else set())
    subjects = [s["digest"]["sha256"] for s in statement["subject"]]
    name = kind.split(":")[2]
    if name in ("evaluation-result", "evaluation-protocol", "model-identity", "response"):
        found |= {("subject", subject) for subject in subjects}
    if name in ("response", "spot-check", "disclosure"):
        found |= {("about", subject) for subject in subjects}
    digest = predicate.get("protocolDigest")
    if name in ("evaluation-result", "evaluation-protocol") and isinstance(digest, dict):
        found.add(("evaluation", digest["value"]))
    for member_name in ("target", "replacement", "original", "own", "protocol"):
        if isinstance(predicate.get(member_name), str):
            found.add(("about", predicate[member_name]))
    if isinstance(predicate.get("protocol"), str):
        found.add(("plan", predicate["protocol"]))
    return found


class Forger:
    """Makes bundles from the entries of good ones, with changes inside what is signed."""

    def __init__(self, bundles):
        self.ledgers = []
        for which in ("plain", "witnessed"):
            mine = [b for b in bundles if b["checkpoint"].startswith(f"{which}.example/2026\n")]
            entries = {e["entry"] for b in mine for e in b["entries"] if e["index"]}
            entries = [base64.b64decode(entry) for entry in sorted(entries)]
            genesis = base64.b64decode(mine[0]["entries"][0]["entry"])
            results = [e for e in entries if opened(e)[0]["predicateType"].endswith("result:v1")]
            self.ledgers.append((which, genesis, results))
        self.donors = [opened(entry)[0] for _, _, results in self.ledgers for entry in results]

    def bundle(self, random):
        """A bundle, as a JSON value, and the ledger to trust."""
        which, genesis, results = random.choice(self.ledgers)
        changed = random.random() < 0.3
        if changed:
            statement, keyids = opened(genesis)
            self.change(random, statement)
            genesis = envelope(json.dumps(statement).encode(), self.some(random, keyids, list(BY_KEYID)))
        ledger = "assay1:" + leaf(genesis).hex()
        entries = [(genesis, "charter", None, None)]
        for _ in range(random.randrange(0 if changed else 1, 4)):
            entries.append(self.entry(random, ledger, entries, results))
        value = self.around(random, which, ledger, entries)
        if random.random() < 0.2:
            mutations.mutate_value(random, value, [value])
        return value, ledger

    @staticmethod
    def some(random, keyids, others):
        if random.random() < 0.1:
            keyids = keyids + [random.choice(others)]
        if random.random() < 0.05:
            keyids = keyids[1:]
        return keyids

    def change(self, random, statement):
        for _ in range(random.choice([1, 1, 2])):
            mutations.mutate_value(random, statement, self.donors)

    def entry(self, random, ledger, entries, results):
        targets = [leaf(entry).hex() for entry, *_ in entries]
        statement, keyids = opened(random.choice(results))
        role = random.choice(["claim", "claim", "claim", "related"])
        if random.random() < 0.4:
            subject = statement["subject"][0]["digest"]["sha256"]
            statement = other_statements(random, ledger, targets, subject)
            name = statement["predicateType"].split(":")[2]
            own = {"charter": "charter", "member-keys": "charter", "index-root": "index-root"}
            if random.random() < 0.9:
                role = own.get(name, role)
            if name == "index-root":
                keyids = [ENTRY_KEYS[0].keyid]
        statement["predicate"]["ledger"] = ledger
        if statement["predicate"].get("protocol", 0) is None and random.random() < 0.3:
            statement["predicate"]["protocol"] = random.choice(targets)
        terms = terms_of(statement, {m.keyid: n for m, n in zip(MEMBERS, "aa bb cc dd cc dd".split())}.get(keyids[0]))
        if random.random() < 0.6:
            self.change(random, statement)
            terms = None
        if random.random() < 0.05:
            statement["predicate"] = {"_sd": [], "withheld": []}
        payload = json.dumps(statement, ensure_ascii=random.random() < 0.5).encode("utf-8", "replace")
        data = envelope(payload, self.some(random, keyids, list(BY_KEYID)))
        if random.random() < 0.03:
            data = mutations.mutate_bytes(random, data)
        return data, role, terms, statement

    def around(self, random, which, ledger, entries):
        """Checkpoint, proofs, and an index root with lookups where the entries allow it."""
        lookups = []
        if all(e[2] is not None for e in entries[1:]) and random.random() < 0.8:
            members = ["aa", "bb", "cc"] + (["dd"] if which == "witnessed" else [])
            terms = {("type", "urn:assay:charter:v1"): [0]}
            terms.update({("signer", member): [0] for member in members})
            size = random.randrange(max(1, len(entries) - 1), len(entries) + 1)
            for index, (_, _, own, statement) in enumerate(entries[1:size], 1):
                if statement["predicateType"] != "urn:assay:index-root:v1":
                    for term in own:
                        terms.setdefault(term, []).append(index)
            index_map = IndexMap(terms)
            root = {"size": size, "root": index_map.root(list(index_map.leaves)).hex()}
            statement = {
                "_type": "https://in-toto.io/Statement/v1",
                "subject": [{"name": f"{which}.example/2026", "digest": {"sha256": ledger[7:]}}],
                "predicateType": "urn:assay:index-root:v1",
                "predicate": {"ledger": ledger, "keys": len(terms), **root},
            }
            at = len(entries)
            keyid = ENTRY_KEYS[which == "witnessed"].keyid
            entries = [*entries, (envelope(json.dumps(statement).encode(), [keyid]), "index-root", set(), statement)]
            lookups = self.lookups(random, index_map, at, entries, terms)
        kept = [i for i in range(len(entries)) if i == 0 or random.random() < 0.93]
        leaves = [leaf(entry) for entry, *_ in entries]
        text = f"{which}.example/2026\n{len(leaves)}\n{b64(tree(leaves))}\n"
        lines = LOGS[which == "witnessed"].line(text, 0)
        if which == "witnessed":
            time = 1790000000
            some = [w for w in WITNESSES if random.random() < 0.85]
            lines += "".join(w.line(text, time + random.randrange(9)) for w in some)
        value = {
            "bundle": "assay/v1",
            "ledger": ledger,
            "checkpoint": text + "\n" + lines,
            "entries": [
                {
                    "index": i,
                    "entry": b64(entries[i][0]),
                    "proof": [b64(h) for h in path(i, leaves)],
                    "role": entries[i][1],
                }
                for i in kept
            ],
        }
        if lookups:
            value["lookups"] = lookups
        return value

    @staticmethod
    def lookups(random, index_map, at, entries, terms):
        wanted = [("type", "urn:assay:charter:v1"), ("type", "urn:assay:member-keys:v1")]
        wanted += [("about", leaf(e).hex()) for e, role, *_ in entries if role == "claim"]
        strange = [("signer", "zz"), ("subject", "1" * 64), ("about", "2" * 64), ("type", "x")]
        strange += [("type", "urn:assay:response:v1"), ("type", "urn:assay:index-root:v1")]
        strange += [("plan", leaf(entries[0][0]).hex()), ("evaluation", "3" * 64), ("kind", "x")]
        strange += [("about", leaf(entry).hex()) for entry, *_ in entries]
        strange += [("plan", leaf(entry).hex()) for entry, *_ in entries]
        if random.random() < 0.6:
            wanted += random.sample(sorted(terms), min(len(terms), random.randrange(3)))
        if random.random() < 0.3:
            wanted.append(random.choice(strange))
        if random.random() < 0.2:
            wanted.pop(random.randrange(len(wanted)))
        return [index_map.lookup(at, kind, value) for kind, value in wanted]
