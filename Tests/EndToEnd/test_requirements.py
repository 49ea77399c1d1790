"""What an auditor can insist on beside the charter's own rules: remembered heads, age, artifacts."""

import copy
import hashlib
import json
import os
import pathlib
import subprocess
import tempfile
import time

import evidence
import merkle
from bundle_test import BundleTest
from forged_ledger import OBSERVED
from programs import CANNOT, DONE, REJECTED, ROOT, TRUST, ProgramTest, program, run


class Remembered(BundleTest):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory(prefix="assay-test-")
        self.addCleanup(self.place.cleanup)
        self.state = pathlib.Path(self.place.name) / "seen"

    def test_a_fork_of_what_was_seen_is_refused_with_its_proof(self):
        self.accepted(self.good, arguments=("--state", self.state))
        before = self.state.read_bytes()
        fork = copy.copy(self.forged)
        fork.entries = self.forged.entries[:-1]
        fork.index = copy.deepcopy(self.forged.index)
        fork.add_result("southport", exampleNumber=99)
        self.refused(fork.bundle(self.claim), REJECTED, "fork", arguments=("--state", self.state))
        self.assertEqual(self.state.read_bytes(), before)
        proof = json.loads(self.state.with_name("seen.fraud").read_bytes())
        self.assertEqual((proof["fraud"], proof["kind"]), ("assay/v1", "fork-same-size"))
        notes = [proof["evidence"][side].split("\n") for side in ("a", "b")]
        self.assertEqual(notes[0][:2], notes[1][:2], "origin and size are the same")
        self.assertNotEqual(notes[0][2], notes[1][2], "the roots differ")
        self.assertIn(self.forged.origin, proof["accused"])
        judged = self.must(DONE, "assay-verify", "fraud", self.state.with_name("seen.fraud"))
        self.assertEqual(judged.out.split("\n")[0], "VERIFIED")
        self.assertIn(proof["accused"], judged.out)
        proof["evidence"]["b"] = proof["evidence"]["a"]
        false = run("assay-verify", "fraud", "-", "--json", stdin=evidence.canonical_json(proof))
        self.assertEqual(false.status, REJECTED, f"\n{false}")
        self.assertEqual(json.loads(false.out)["reason"]["code"], "no-conflict")
        junk = run("assay-verify", "fraud", "-", stdin=b"{}")
        self.assertEqual((junk.status, junk.out.split("\n")[0]), (3, "MALFORMED"))

    def test_a_pin_that_contradicts_what_was_seen_is_a_fork(self):
        self.accepted(self.good, arguments=("--state", self.state))
        fork = copy.copy(self.forged)
        fork.entries = self.forged.entries[:-1]
        fork.index = copy.deepcopy(self.forged.index)
        fork.add_result("southport", exampleNumber=98)
        size = len(fork.entries)
        root = merkle.root(fork.leaves())
        fork.add_result("southport", exampleNumber=97)
        bundle = fork.bundle(self.claim)
        proof = merkle.consistency_path(size, fork.leaves())
        bundle["pins"] = [{"size": size, "root": evidence.b64(root),
                           "proof": [evidence.b64(digest) for digest in proof]}]
        before = self.state.read_bytes()
        self.accepted(bundle)
        self.refused(bundle, REJECTED, "fork", arguments=("--state", self.state))
        self.assertEqual(self.state.read_bytes(), before)

    def test_heads_that_nothing_relates_are_told(self):
        self.accepted(self.good, arguments=("--state", self.state))
        smaller = self.forged.bundle(self.claim, size=len(self.forged.entries) - 2)
        self.accepted(smaller, "relates", arguments=("--state", self.state))
        seen = json.loads(self.state.read_bytes())
        sizes = [int(note.split("\n")[1]) for note in seen["checkpoints"]]
        self.assertEqual(sizes, [len(self.forged.entries) - 2, len(self.forged.entries)])

    def test_a_refused_bundle_leaves_no_state(self):
        self.refused(self.good, REJECTED, arguments=("--state", self.state, "--signer", "northland"))
        self.assertFalse(self.state.exists())

    def test_state_that_is_wrong(self):
        self.accepted(self.good, arguments=("--state", self.state))
        good = json.loads(self.state.read_bytes())
        for change in ({"state": "assay/v2"}, {"ledger": "assay1:" + "0" * 64},
                       {"checkpoints": ["no note"]}, {"more": 1}):
            with self.subTest(str(change)):
                self.state.write_bytes(evidence.canonical_json({**good, **change}))
                kept = self.state.read_bytes()
                self.refused(self.good, TRUST, "state", arguments=("--state", self.state))
                self.assertEqual(self.state.read_bytes(), kept)


class Asked(BundleTest):
    def test_age(self):
        today = (time.time() - OBSERVED) / 86_400
        self.accepted(self.good, arguments=("--max-age", str(int(max(today, 0)) + 400)))
        if today > 1:
            self.refused(self.good, REJECTED, "too-old", arguments=("--max-age", "0"))
        unwitnessed = type(self.forged)(witnesses=0, charter={
            "witnesses": "quorum none\n", "auditing": "quorum none\n", "allowForkable": True})
        claim = unwitnessed.add_result()
        self.refused(unwitnessed.bundle(claim), REJECTED, "too-old",
                     arguments=("--max-age", "99999"), trust=unwitnessed.identity)

    def test_artifact(self):
        with tempfile.TemporaryDirectory(prefix="assay-test-") as place:
            file = pathlib.Path(place) / "run.eval"
            file.write_bytes(b"the log that stands behind the result")
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            forged = type(self.forged)()
            statement = forged.result()
            evidence_item = {**statement["predicate"]["evidence"][0], "sha256": digest}
            claim = forged.add_result(evidence=[evidence_item])
            bundle = forged.bundle(claim)
            self.accepted(bundle, digest, arguments=("--artifact", file), trust=forged.identity)
            file.write_bytes(b"another log")
            self.refused(bundle, REJECTED, "wrong-artifact", arguments=("--artifact", file),
                         trust=forged.identity)
            gone = run("assay-verify", "-", "--trust", forged.identity, "--artifact",
                       file.with_name("gone"), stdin=evidence.canonical_json(bundle))
            self.assertEqual(gone.status, 4, f"\n{gone}")

    def test_policy_over_witnesses_alone(self):
        with tempfile.TemporaryDirectory(prefix="assay-test-") as place:
            file = pathlib.Path(place) / "mine.policy"
            key = self.forged.witness_vkey("W3")
            file.write_text(f"witness mine {key}\ngroup one all mine\nquorum one\n")
            result = self.accepted(self.good, arguments=("--policy", file))
            self.assertIn("own policy", result.out)
            without = self.forged.bundle(self.claim, by=["W1", "W2"])
            self.refused(without, REJECTED, "policy-not-met", arguments=("--policy", file))

    def test_every_failure_has_a_headline(self):
        for option, value, status, headline in (
                ("--disclosures", self.folder / "gone", 4, "UNDECIDED"),
                ("--artifact", self.folder / "gone", 4, "UNDECIDED"),
                ("--state", self.folder / "gone" / "seen", 4, "UNDECIDED")):
            with self.subTest(option):
                result = self.judge(self.good, option, value)
                self.assertEqual((result.status, result.out.split("\n")[0]), (status, headline),
                                 f"\n{result}")

    def test_a_reader_that_goes_away_is_no_signal(self):
        bundle = self.folder / "good.assay"
        bundle.write_bytes(evidence.canonical_json(self.good))
        reading, writing = os.pipe()
        os.close(reading)
        process = subprocess.run(
            [program("assay-verify"), bundle, "--trust", self.forged.identity], stdout=writing,
            stderr=subprocess.PIPE, check=False)
        os.close(writing)
        self.assertEqual(process.returncode, 4, process)


class KeptSecret(ProgramTest):
    def test_another_statement_never_replaces_the_secret_of_a_signed_one(self):
        log = next((ROOT / "Tests/Fixtures/inspect").glob("northland*.eval"))
        key = self.folder / "key.pem"
        self.must(DONE, "assay", "keygen", "--out", key)
        attest = ("assay", "attest", log, "--key", key, "--ledger", "assay1:" + "0" * 64,
                  "-o", self.folder / "run")
        self.must(DONE, *attest, "--withhold", "/settings", "--reason", "commercial")
        secret = (self.folder / "run.assay-secret").read_bytes()
        self.assertEqual(len(json.loads(secret)["disclosures"]), 1)
        self.must(CANNOT, *attest, says="exists")
        self.assertEqual((self.folder / "run.assay-secret").read_bytes(), secret)
        self.must(DONE, *attest, "--withhold", "/settings", "--reason", "commercial")
        self.must(DONE, "assay", "attest", log, "--ledger", "assay1:" + "0" * 64, "--print",
                  "-o", self.folder / "run")
        self.assertEqual((self.folder / "run.assay-secret").read_bytes(), secret)
        (self.folder / "run.dsse.json").unlink()
        other = next((ROOT / "Tests/Fixtures/inspect").glob("southport*.eval"))
        self.must(CANNOT, "assay", "attest", other, *attest[3:], says="another log")
        self.assertEqual((self.folder / "run.assay-secret").read_bytes(), secret)


del BundleTest, ProgramTest
