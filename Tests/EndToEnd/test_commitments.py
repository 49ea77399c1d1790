"""Withheld fields and committed samples: opened honestly, and otherwise."""

import base64
import copy
import hashlib
import hmac
import json

import evidence
import merkle
from bundle_test import BundleTest
from forged_ledger import ForgedLedger
from programs import MALFORMED, REJECTED

SECRET = hashlib.sha256(b"secret of the test").digest()


def urlsafe(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def disclosure(name: str, value, salt: bytes = bytes(range(16))) -> str:
    return urlsafe(json.dumps([urlsafe(salt), name, value]).encode())


def digest(text: str) -> str:
    return urlsafe(hashlib.sha256(text.encode()).digest())


def derived(purpose: bytes, index: int) -> bytes:
    return hmac.new(SECRET, purpose + index.to_bytes(8, "big"), hashlib.sha256).digest()[:16]


class Samples(BundleTest):
    COUNT = 11

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.records = [
            evidence.canonical_json({
                "id": f"item-{i:02}", "epoch": 1, "item": hashlib.sha256(b"%d" % i).hexdigest(),
                "output": hashlib.sha256(b"out %d" % i).hexdigest(),
                "scores": {"includes": {
                    "value": str(i % 2), "answerDigest": hashlib.sha256(b"a%d" % i).hexdigest()}},
                "error": False, "limit": None, "invalidated": False,
                "transcript": hashlib.sha256(derived(b"assay-transcript", i) + b"x").hexdigest(),
            }) for i in range(cls.COUNT)
        ]
        cls.salts = [derived(b"assay-sample", i) for i in range(cls.COUNT)]
        cls.tree = [merkle.leaf_hash(salt + record)
                    for salt, record in zip(cls.salts, cls.records)]
        cls.forged = ForgedLedger()
        cls.claim = cls.forged.add_result(samples={
            "algorithm": "assay-samples/1", "count": cls.COUNT,
            "root": merkle.root(cls.tree).hex(), "transcripts": "committed"})
        cls.good = cls.forged.bundle(cls.claim)

    def opening(self, number: int, **changes) -> dict:
        return {
            "entry": self.claim, "index": number, "salt": evidence.b64(self.salts[number]),
            "record": evidence.b64(self.records[number]),
            "proof": [evidence.b64(d) for d in merkle.inclusion_path(number, self.tree)],
            **changes,
        }

    def opened(self, *openings: dict) -> dict:
        return self.changed(lambda v: v.update(openings=list(openings)))

    def test_every_sample_opens(self):
        result = self.accepted(self.opened(*(self.opening(i) for i in range(self.COUNT))))
        for index in range(self.COUNT):
            self.assertIn(f"item-{index:02}", result.out)

    def test_from_a_file_beside_the_bundle(self):
        file = self.folder / "samples.json"
        file.write_text(json.dumps({"openings": [self.opening(3)]}))
        self.accepted(self.good, "item-03", arguments=("--samples", file))
        file.write_text(json.dumps({"openings": [self.opening(3, index=4)]}))
        self.refused(self.good, REJECTED, arguments=("--samples", file))

    def test_what_was_not_committed_to_is_refused(self):
        better = self.records[4].replace(b'"value":"0"', b'"value":"1"')
        self.assertNotEqual(better, self.records[4])
        cases = {
            "another score": self.opening(4, record=evidence.b64(better)),
            "another salt": self.opening(4, salt=evidence.b64(bytes(16))),
            "short salt": self.opening(4, salt=evidence.b64(self.salts[4][:15])),
            "another place": self.opening(4, index=5),
            "beyond the end": self.opening(4, index=self.COUNT),
            "proof of another": self.opening(4, proof=self.opening(5)["proof"]),
            "proof one longer": self.opening(4, proof=self.opening(4)["proof"] * 2),
            "no proof": self.opening(4, proof=[]),
            "of the charter": self.opening(4, entry=0),
            "of no entry": self.opening(4, entry=7),
        }
        for name, opening in cases.items():
            with self.subTest(name):
                self.refused(self.opened(opening), (REJECTED, MALFORMED))


class Withheld(BundleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.forged = ForgedLedger()
        statement = cls.forged.result()
        predicate = statement["predicate"]
        cls.value = disclosure("value", predicate["results"][0].pop("value"))
        cls.access = disclosure("access", predicate.pop("access"), salt=bytes(16))
        decoy = digest("nothing")
        predicate["results"][0]["_sd"] = [digest(cls.value)]
        predicate["_sd"] = sorted([digest(cls.access), decoy])
        predicate["withheld"] = [{"path": "/results/0/value", "reason": "hazard"},
                                 {"path": "/access", "reason": "security"}]
        cls.statement = statement
        cls.claim = cls.forged.add(statement, cls.forged.members["isleton"])
        cls.good = cls.forged.bundle(cls.claim)

    def with_disclosures(self, *texts: str) -> dict:
        return self.changed(lambda v: v.update(disclosures=list(texts)))

    def test_withheld_members_are_said_to_be_withheld(self):
        result = self.accepted(self.good, "withheld")
        self.assertNotIn("0.825", result.out)

    def test_disclosed_values_are_shown(self):
        self.accepted(self.with_disclosures(self.value), "0\\.825")
        self.accepted(self.with_disclosures(self.value, self.access), "0\\.825")

    def test_from_a_file_beside_the_bundle(self):
        file = self.folder / "disclosures.json"
        file.write_text(json.dumps([self.value]))
        self.accepted(self.good, "0\\.825", arguments=("--disclosures", file))

    def test_disclosures_that_were_not_committed_to(self):
        cases = {
            "another value": disclosure("value", "0.925"),
            "another salt": disclosure("value", "0.825", salt=bytes(16)),
            "another name": disclosure("n", "0.825"),
            "two elements": urlsafe(b'["AAAAAAAAAAAAAAAAAAAAAA","0.825"]'),
            "no JSON": urlsafe(b"nothing"),
            "padding": self.value + "=",
            "empty": "",
        }
        for name, text in cases.items():
            with self.subTest(name):
                self.refused(self.with_disclosures(text), (REJECTED, MALFORMED))

    def test_one_disclosure_twice(self):
        self.refused(self.with_disclosures(self.value, self.value), (REJECTED, MALFORMED))

    def refused_statement(self, change):
        ledger = ForgedLedger()
        statement = copy.deepcopy(self.statement)
        statement["predicate"]["ledger"] = ledger.identity
        disclosures = change(statement["predicate"])
        claim = ledger.add(statement, ledger.members["isleton"])
        bundle = ledger.bundle(claim)
        bundle["disclosures"] = disclosures or []
        self.refused(bundle, (REJECTED, MALFORMED), trust=ledger.identity)

    def test_withheld_without_saying_so(self):
        self.refused_statement(lambda p: p.update(withheld=[]))

    def test_said_to_be_withheld_without_a_commitment(self):
        self.refused_statement(lambda p: p["results"][0].pop("_sd") and None)

    def test_what_is_never_withheld(self):
        for name in ("ledger", "protocol"):
            def change(predicate):
                text = disclosure(name, predicate.pop(name))
                predicate["_sd"].append(digest(text))
                predicate["withheld"].append({"path": f"/{name}", "reason": "security"})
                return [text]
            self.refused_statement(change)

    def test_a_digest_in_two_places(self):
        def change(predicate):
            predicate["_sd"].append(digest(self.value))
            return [self.value]
        self.refused_statement(change)

    def test_names_that_would_hide_in_the_structure(self):
        for name in ("_sd", "..."):
            def change(predicate):
                text = disclosure(name, ["x"])
                predicate["_sd"].append(digest(text))
                return [text]
            self.refused_statement(change)
