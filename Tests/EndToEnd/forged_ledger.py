"""A ledger made by hand, from formats.md, without the programs: honest or as dishonest as a test
needs it. Its log key, entry key, member keys and witness keys are all in the test's hands, so every
false claim in it is validly signed.
"""

import copy
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric import ed25519

import evidence
import merkle
from programs import ROOT
from subject_index import SubjectIndex

GENERATE = ed25519.Ed25519PrivateKey.generate
MEMBERS = ("northland", "eastmark", "isleton", "southport")
OBSERVED = 1_795_600_000  # seconds since 1970, in November 2026


def example_result() -> dict:
    """The repository's own example of an evaluation-result statement, without references."""
    statement = json.loads((ROOT / "schemas/examples/statement/valid-result.json").read_bytes())
    statement["predicate"].update(protocol=None, relation="exploratory")
    statement["predicate"].pop("verdicts", None)
    return statement


class ForgedLedger:
    """Entries, signed heads and bundles. `charter` changes the genesis charter's predicate."""

    def __init__(self, origin="forged.example/2026", witnesses=3, charter=None):
        self.origin = origin
        self.log_key, self.entry_key = GENERATE(), GENERATE()
        self.members = {name: GENERATE() for name in MEMBERS}
        self.witnesses = {f"W{n}": GENERATE() for n in range(1, witnesses + 1)}
        self.index = SubjectIndex()
        self.entries: list[bytes] = []
        predicate = self.charter_predicate()
        predicate.update(charter or {})
        self.charter = predicate
        statement = {
            "_type": evidence.STATEMENT_TYPE,
            "subject": [{"name": origin,
                         "digest": {"sha256": hashlib.sha256(origin.encode()).hexdigest()}}],
            "predicateType": evidence.CHARTER_TYPE,
            "predicate": predicate,
        }
        signers = [*self.members.values(), self.entry_key]
        self.add(statement, *signers, indexed=[
            ("type", evidence.CHARTER_TYPE), *(("signer", name) for name in MEMBERS)])
        self.identity = "assay1:" + merkle.leaf_hash(self.entries[0]).hex()

    def charter_predicate(self) -> dict:
        spki = {name: evidence.b64(evidence.public_der(key.public_key()))
                for name, key in self.members.items()}
        lines = [f"witness {name} {self.witness_vkey(name)}" for name in self.witnesses]
        names = " ".join(self.witnesses)
        need = len(self.witnesses) // 2 + 1
        group = f"group q {need} {names}\nquorum q\n" if self.witnesses else "quorum none\n"
        return {
            "version": 1,
            "origin": self.origin,
            "checkpointKeys": [evidence.verifier_key(self.origin, self.log_key.public_key())],
            "entryKeys": [evidence.b64(evidence.public_der(self.entry_key.public_key()))],
            "members": [
                {"id": name, "name": name.title(), "jurisdiction": "X" + name[0].upper(),
                 "group": "north" if name in ("northland", "isleton") else "south",
                 "keys": [{"publicKey": spki[name], "uses": ["attest", "govern"]}],
                 "signaturesPerEntry": 1}
                for name in MEMBERS
            ],
            "voting": f"group amend 3 {' '.join(MEMBERS)}\nquorum amend\n",
            "witnesses": "".join(line + "\n" for line in lines) + group,
            "auditing": group,
            "allowForkable": not self.witnesses,
            "indexEvery": 256,
        }

    def witness_vkey(self, name: str) -> str:
        return evidence.verifier_key(f"{name}.example", self.witnesses[name].public_key(), kind=4)

    # Entries

    def add(self, statement, *signers, indexed=(), payload_type=evidence.PAYLOAD_TYPE) -> int:
        """Appends a statement (or payload bytes) signed by these keys; its index."""
        payload = statement if isinstance(statement, bytes) else json.dumps(
            statement, ensure_ascii=False, separators=(",", ":")).encode()
        return self.append(
            evidence.entry_bytes(evidence.envelope(payload, signers, payload_type)), indexed)

    def append(self, entry: bytes, indexed=()) -> int:
        self.entries.append(entry)
        self.index.add(len(self.entries) - 1, indexed)
        return len(self.entries) - 1

    def result(self, **changes) -> dict:
        statement = copy.deepcopy(example_result())
        statement["predicate"].update(ledger=self.identity, **changes)
        return statement

    def add_result(self, member="northland", **changes) -> int:
        statement = self.result(**changes)
        keys = [("type", evidence.RESULT_TYPE), ("signer", member)]
        keys += [("subject", s["digest"]["sha256"]) for s in statement["subject"]]
        keys.append(("evaluation", statement["predicate"]["protocolDigest"]["value"]))
        return self.add(statement, self.members[member], indexed=keys)

    def add_correction(self, target: int, member="northland", action="retract",
                       reason="scorer-bug") -> int:
        envelope = json.loads(self.entries[target])
        digest = hashlib.sha256(evidence.unb64(envelope["payload"])).hexdigest()
        leaf = self.leaf(target).hex()
        statement = {
            "_type": evidence.STATEMENT_TYPE,
            "subject": [{"digest": {"sha256": digest}}],
            "predicateType": "urn:assay:correction:v1",
            "predicate": {"ledger": self.identity, "target": leaf, "action": action,
                          "reason": reason},
        }
        keys = [("type", statement["predicateType"]), ("signer", member), ("about", leaf)]
        return self.add(statement, self.members[member], indexed=keys)

    def add_index_root(self, key=None, root: bytes | None = None) -> int:
        size = len(self.entries)
        statement = {
            "_type": evidence.STATEMENT_TYPE,
            "subject": [{"name": self.origin,
                         "digest": {"sha256": self.identity.removeprefix("assay1:")}}],
            "predicateType": "urn:assay:index-root:v1",
            "predicate": {"ledger": self.identity, "size": size,
                          "root": (root or self.index.root(size)).hex(),
                          "keys": self.index.count(size)},
        }
        return self.add(statement, key or self.entry_key)

    def leaf(self, index: int) -> bytes:
        return merkle.leaf_hash(self.entries[index])

    def leaves(self, size: int | None = None) -> list[bytes]:
        return [merkle.leaf_hash(entry) for entry in self.entries[:size]]

    # Signed heads

    def checkpoint(self, size=None, *, root=None, origin=None, key=None, name=None, by=None,
                   text=None) -> bytes:
        """The note of a head with the log's signature and cosignatures by the names in `by`."""
        size = len(self.entries) if size is None else size
        origin = origin or self.origin
        if text is None:
            text = evidence.checkpoint_text(
                origin, size, root or merkle.root(self.leaves(size)))
        key, name = key or self.log_key, name or origin
        lines = [self.line(name, 1, key, text)]
        by = list(self.witnesses) if by is None else by
        cosigned = [self.cosignature(witness, text) for witness in by]
        return evidence.write_note(text, lines + sorted(cosigned))

    @staticmethod
    def line(name: str, kind: int, key, text: bytes) -> tuple[str, bytes, bytes]:
        raw = key.public_key().public_bytes_raw()
        return name, evidence.note_key_id(name, kind, raw), key.sign(text)

    def cosignature(self, witness: str, text: bytes, time: int = OBSERVED):
        key, name = self.witnesses[witness], f"{witness}.example"
        signature = key.sign(b"cosignature/v1\ntime %d\n" % time + text)
        raw = key.public_key().public_bytes_raw()
        return (name, evidence.note_key_id(name, 4, raw),
                time.to_bytes(8, "big") + signature)

    # Bundles

    def bundle(self, *claims: int, size=None, related=(), charters=(0,), roots=(), lookups=(),
               **checkpoint) -> dict:
        """The bundle that a server of this ledger would hand out."""
        size = len(self.entries) if size is None else size
        leaves = self.leaves(size)
        roles = {**{i: "related" for i in related}, **{i: "index-root" for i in roots},
                 **{i: "charter" for i in charters}, **{i: "claim" for i in claims}}
        return {
            "bundle": "assay/v1",
            "ledger": self.identity,
            "checkpoint": self.checkpoint(size, **checkpoint).decode(),
            "entries": [
                {"index": index, "entry": evidence.b64(self.entries[index]), "role": roles[index],
                 "proof": [evidence.b64(d) for d in merkle.inclusion_path(index, leaves)]}
                for index in sorted(roles)
            ],
            "handovers": [], "lookups": list(lookups), "pins": [], "disclosures": [],
            "openings": [],
        }

    def lookup(self, root: int, kind: str, value: str, size: int | None = None) -> dict:
        """The proof, against the index root at entry `root`, of all entries with this key."""
        return {"root": root, "kind": kind, "value": value,
                **self.index.proof(kind, value, root if size is None else size)}

    def complete_bundle(self, claim: int, related=()) -> dict:
        """With everything that makes the headline VERIFIED; adds an index root when none fits."""
        root = self.add_index_root()
        lookups = [
            self.lookup(root, "about", self.leaf(claim).hex()),
            self.lookup(root, "type", evidence.CHARTER_TYPE),
            self.lookup(root, "type", "urn:assay:member-keys:v1"),
        ]
        return self.bundle(claim, related=related, roots=(root,), lookups=lookups)
