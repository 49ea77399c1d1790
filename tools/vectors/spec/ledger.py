"""A ledger made in memory: genesis charter, entries, checkpoints, index roots and bundles."""

import dataclasses
import json

from . import notes, subject_index
from .canonical import canonical
from .encoding import b64, sha256
from .envelopes import PAYLOAD_TYPE, entry, pae
from .keys import Key
from .merkle import Tree, leaf_hash
from .notes import Signer

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"


def statement(name: str, digest: bytes, kind: str, predicate: dict) -> bytes:
    """A payload about one subject."""
    return statement_about([{"name": name, "digest": {"sha256": digest.hex()}}], kind, predicate)


def statement_about(subjects: list, kind: str, predicate: dict) -> bytes:
    value = {
        "_type": STATEMENT_TYPE,
        "subject": subjects,
        "predicateType": f"urn:assay:{kind}:v1",
        "predicate": predicate,
    }
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def sign(payload: bytes, keys: list[Key]) -> list[tuple[str, bytes]]:
    message = pae(PAYLOAD_TYPE.encode(), payload)
    return [(key.keyid, key.sign(message)) for key in keys]


@dataclasses.dataclass
class Member:
    id: str
    name: str
    jurisdiction: str
    group: str
    keys: list[tuple[Key, list[str]]]
    signatures: int = 1

    def json(self) -> dict:
        return {
            "id": self.id,
            "name": self.name,
            "jurisdiction": self.jurisdiction,
            "group": self.group,
            "keys": [{"publicKey": b64(key.spki), "uses": uses} for key, uses in self.keys],
            "signaturesPerEntry": self.signatures,
        }

    def attesting(self) -> list[Key]:
        """As many attest keys as an entry needs."""
        return [key for key, uses in self.keys if "attest" in uses][: self.signatures]


class Ledger:
    """Everything that is needed to write bundles of a ledger whose charter is the genesis one."""

    def __init__(
        self,
        origin: str,
        members: list[Member],
        voting: str,
        witnesses: str,
        auditing: str,
        log: list[Signer],
        entry_key: Key,
        forkable: bool = False,
        amend=None,
        genesis_signers=None,
    ):
        self.origin, self.members, self.log, self.entry_key = origin, members, log, entry_key
        predicate = {
            "version": 1,
            "origin": origin,
            "checkpointKeys": [key.vkey for key in log],
            "entryKeys": [b64(entry_key.spki)],
            "members": [member.json() for member in members],
            "voting": voting,
            "witnesses": witnesses,
            "auditing": auditing,
            "allowForkable": forkable,
            "indexEvery": 256,
        }
        if amend:
            amend(predicate)
        payload = statement(origin, sha256(origin.encode()), "charter", predicate)
        signers = [key for member in members for key, _ in member.keys] + [entry_key]
        if genesis_signers:
            signers = genesis_signers(signers)
        self.entries: list[bytes] = [entry(payload, sign(payload, signers))]
        self.indexed: list[tuple[str, str, int]] = [("type", "urn:assay:charter:v1", 0)]
        self.indexed += [("signer", member.id, 0) for member in members]

    @property
    def identity(self) -> bytes:
        return leaf_hash(self.entries[0])

    @property
    def name(self) -> str:
        return "assay1:" + self.identity.hex()

    def tree(self, size: int | None = None) -> Tree:
        return Tree([leaf_hash(item) for item in self.entries[:size]])

    def member(self, identifier: str) -> Member:
        return next(member for member in self.members if member.id == identifier)

    def append(self, data: bytes, indexed: list[tuple[str, str]] = ()) -> int:
        """Adds the bytes of an entry; the index they get."""
        index = len(self.entries)
        self.entries.append(data)
        self.indexed += [(kind, value, index) for kind, value in indexed]
        return index

    def append_result(self, member: str, subject: bytes, predicate: dict, keys=None) -> int:
        payload = statement("model", subject, "evaluation-result", predicate)
        data = entry(payload, sign(payload, keys or self.member(member).attesting()))
        indexed = [
            ("type", "urn:assay:evaluation-result:v1"),
            ("signer", member),
            ("subject", subject.hex()),
        ]
        if predicate.get("protocolDigest"):
            indexed.append(("evaluation", predicate["protocolDigest"]["value"]))
        return self.append(data, indexed)

    def index_items(self, size: int) -> tuple[dict, dict]:
        """The lists by kind and value, and the committed values by key."""
        lists: dict[tuple[str, str], list[int]] = {}
        for kind, value, index in self.indexed:
            if index < size:
                lists.setdefault((kind, value), []).append(index)
        items = {
            subject_index.key_of(*pair): subject_index.value_of(indexes)
            for pair, indexes in lists.items()
        }
        return lists, items

    def append_index_root(self, keys=None, size=None, **changes) -> int:
        size = len(self.entries) if size is None else size
        _, items = self.index_items(size)
        predicate = {
            "ledger": self.name,
            "size": size,
            "root": subject_index.root_of(items).hex(),
            "keys": len(items),
        } | changes
        payload = statement(self.origin, self.identity, "index-root", predicate)
        return self.append(entry(payload, sign(payload, keys or [self.entry_key])))

    def lookup(self, root: int, kind: str, value: str, size: int | None = None) -> dict:
        lists, items = self.index_items(root if size is None else size)
        siblings, end = subject_index.prove(items, subject_index.key_of(kind, value))
        if not isinstance(end, str):
            end = {"key": end[0].hex(), "value": b64(end[1])}
        return {
            "root": root,
            "kind": kind,
            "value": value,
            "indexes": lists.get((kind, value), []),
            "siblings": [b64(s) for s in siblings],
            "end": end,
        }

    def complete(self, root: int, claims: list[int]) -> list[dict]:
        """The lookups that make the status of claims complete."""
        pairs = [("type", "urn:assay:charter:v1"), ("type", "urn:assay:member-keys:v1")]
        pairs += [("about", leaf_hash(self.entries[index]).hex()) for index in claims]
        return [self.lookup(root, *pair) for pair in pairs]

    def text(self, size: int | None = None) -> bytes:
        size = len(self.entries) if size is None else size
        return notes.checkpoint_text(self.origin, size, self.tree(size).root())

    def checkpoint(self, cosigners: list[Signer] = (), size=None, time=1790000000) -> str:
        text = self.text(size)
        return arrange(
            text,
            [key.line(text, time) for key in self.log],
            [(key, key.line(text, time + i)) for i, key in enumerate(cosigners)],
        )

    def item(self, index: int, role: str, size: int | None = None) -> dict:
        size = len(self.entries) if size is None else size
        path = self.tree(size).path(index, size)
        return {
            "index": index,
            "entry": b64(self.entries[index]),
            "proof": [b64(p) for p in path],
            "role": role,
        }

    def bundle(
        self,
        claims: list[int],
        cosigners=(),
        lookups=(),
        roots=(),
        pins=(),
        disclosures=(),
        openings=(),
        size=None,
        related=(),
    ) -> dict:
        """The value of a bundle."""
        roles = {0: "charter"} | {i: "claim" for i in claims} | {i: "index-root" for i in roots}
        roles |= {i: "related" for i in related}
        tree = self.tree(size)
        size = len(tree.leaves)
        return {
            "bundle": "assay/v1",
            "ledger": self.name,
            "checkpoint": self.checkpoint(cosigners, size),
            "entries": [self.item(i, roles[i], size) for i in sorted(roles)],
            "handovers": [],
            "lookups": list(lookups),
            "pins": [
                {
                    "size": old,
                    "root": b64(tree.root(0, old)),
                    "proof": [b64(p) for p in tree.consistency(old, size)],
                }
                for old in pins
            ],
            "disclosures": list(disclosures),
            "openings": list(openings),
        }


def arrange(text: bytes, log_lines: list[bytes], cosignatures) -> str:
    """The note: the log's lines, then cosignatures by name and key id."""
    rest = sorted(cosignatures, key=lambda item: (item[0].name.encode(), item[0].key_id))
    return notes.note(text, *log_lines, *(line for _, line in rest)).decode()


def serialize(bundle: dict) -> bytes:
    return canonical(bundle)
