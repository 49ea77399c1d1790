"""Bundles that must be accepted, made by hand from the specification: a second opinion."""

import json
import re

import evidence
import merkle
from bundle_test import BundleTest
from forged_ledger import OBSERVED, ForgedLedger
from programs import DONE, MALFORMED, REJECTED, run


class Accepted(BundleTest):
    def test_the_good_bundle(self):
        self.accepted(self.good, "isleton", "fork needs 1 dishonest", "2 absent")

    def test_a_charter_alone(self):
        self.accepted(self.forged.bundle())

    def test_every_claim_and_every_size(self):
        ledger = ForgedLedger()
        for _ in range(8):
            ledger.add_result("eastmark")
        for size in range(2, len(ledger.entries) + 1):
            for claim in range(1, size):
                self.accepted(ledger.bundle(claim, size=size), trust=ledger.identity)

    def test_a_tree_of_one(self):
        ledger = ForgedLedger()
        self.accepted(ledger.bundle(), trust=ledger.identity)

    def test_several_claims(self):
        self.accepted(self.forged.bundle(1, 2, 3), "northland", "eastmark", "isleton")

    def test_with_completeness_it_is_verified(self):
        ledger = ForgedLedger()
        claim = ledger.add_result()
        for _ in range(5):
            ledger.add_result("southport")
        bundle = ledger.complete_bundle(claim)
        self.accepted(bundle, headline="VERIFIED", trust=ledger.identity)
        self.accepted(bundle, headline="VERIFIED", trust=ledger.identity,
                      arguments=("--require", "complete"))

    def test_a_retraction_is_never_passed_over(self):
        ledger = ForgedLedger()
        claim = ledger.add_result()
        correction = ledger.add_correction(claim)
        result = self.judge(ledger.complete_bundle(claim, related=(correction,)),
                            trust=ledger.identity)
        self.assertNotRegex(result.out, r"(?m)^VERIFIED", f"\n{result}")
        self.assertRegex(result.out, "retract|urn:assay:correction:v1", f"\n{result}")

    def test_without_witnesses_it_says_that_the_log_alone_could_fork(self):
        ledger = ForgedLedger(witnesses=0)
        claim = ledger.add_result()
        self.accepted(ledger.bundle(claim), "alone", trust=ledger.identity)

    def test_observed_by_is_when_the_quorum_was_reached(self):
        text = evidence.checkpoint_text(
            self.forged.origin, 13, merkle.root(self.forged.leaves()))
        lines = sorted(self.forged.cosignature(name, text, OBSERVED + 100 * n)
                       for n, name in enumerate(self.forged.witnesses))
        log = self.forged.line(self.forged.origin, 1, self.forged.log_key, text)
        note = evidence.write_note(text, [log, *lines]).decode()
        bundle = self.changed(lambda v: v.update(checkpoint=note))
        # The second of three reaches the quorum of two: 100 seconds after the first.
        self.accepted(bundle, "2026-11-25T09:48:20Z|1795600100")

    def test_numbers_are_shown_as_they_were_signed(self):
        for value in ("0.90", "1e-07", "-0.0", "1e400", "0." + "3" * 300):
            ledger = ForgedLedger()
            statement = ledger.result()
            statement["predicate"]["results"][0]["value"] = value
            claim = ledger.add(statement, ledger.members["northland"])
            result = self.accepted(ledger.bundle(claim), trust=ledger.identity)
            self.assertIn(value, result.out)

    def test_text_from_the_bundle_cannot_write_on_the_terminal(self):
        ledger = ForgedLedger()
        statement = ledger.result()
        evil = "atlas\u001b[2J\u001b]0;x\u0007\r\nVERIFIED\u202e\u0085\u200b"
        statement["subject"][0]["name"] = evil
        claim = ledger.add(statement, ledger.members["northland"])
        result = self.judge(ledger.bundle(claim), trust=ledger.identity)
        for sign in ("\u001b", "\u0007", "\r", "\u202e", "\u0085"):
            self.assertNotIn(sign, result.said)
        self.assertNotRegex(result.out, r"(?m)^VERIFIED$")
        shown = run("assay-verify", "show", "-",
                    stdin=evidence.canonical_json(ledger.bundle(claim)))
        self.assertNotIn("\u001b", shown.said)
        self.assertNotRegex(shown.out, r"(?m)^VERIFIED")

    def test_text_in_every_script_is_kept(self):
        ledger = ForgedLedger()
        statement = ledger.result()
        statement["subject"][0]["name"] = "模型/アトラス@२०२६"
        claim = ledger.add(statement, ledger.members["northland"])
        self.accepted(ledger.bundle(claim), "模型", trust=ledger.identity)


class Reports(BundleTest):
    def test_json_says_what_the_text_says(self):
        for bundle, status, verdict in (
            (self.good, DONE, "VERIFIED AS SHOWN"),
            (self.forged.bundle(self.claim, by=["W1"]), REJECTED, "REJECTED"),
            (b"{}", MALFORMED, "MALFORMED"),
        ):
            result = self.judge(bundle, "--json")
            self.assertEqual(result.status, status, f"\n{result}")
            value = result.json
            self.assertEqual((value["verdict"], value["exitStatus"]), (verdict, status))
            self.assertEqual(value["ledger"], self.forged.identity)
            self.assertEqual(value["reason"] is None, status == DONE)
            self.assertEqual(bool(value["claims"]), status == DONE)

    def test_json_carries_the_claim_as_it_was_signed(self):
        value = self.judge(self.good, "--json").json
        statement = evidence.statement_of(json.loads(self.forged.entries[self.claim]))
        claim = value["claims"][0]
        self.assertEqual((claim["index"], claim["member"]), (self.claim, "isleton"))
        self.assertEqual(claim["leafHash"], self.forged.leaf(self.claim).hex())
        self.assertEqual(claim["predicate"], statement["predicate"])
        self.assertEqual(value["checkpoint"], {
            "size": len(self.forged.entries),
            "root": evidence.b64(merkle.root(self.forged.leaves()))})
        self.assertEqual((value["quorum"]["split"], value["quorum"]["halt"]), (1, 2))
        self.assertTrue(value["notShown"])

    def test_every_hash_that_is_explained_recomputes(self):
        said = self.judge(self.good, "--explain").out
        nodes = re.findall(
            r"SHA-256\(01 \|\| ([0-9a-f]{64}) \|\| ([0-9a-f]{64})\) = ([0-9a-f]{64})", said)
        self.assertGreater(len(nodes), 4)
        for left, right, node in nodes:
            self.assertEqual(
                merkle.node_hash(bytes.fromhex(left), bytes.fromhex(right)).hex(), node)
        entries = re.findall(r"entry (\d+) bytes (\S+)", said)
        leaves = dict(re.findall(r"entry (\d+) leaf hash .* = ([0-9a-f]{64})", said))
        self.assertEqual(len(entries), 2)
        for index, data in entries:
            self.assertEqual(evidence.unb64(data), self.forged.entries[int(index)])
            self.assertEqual(leaves[index], self.forged.leaf(int(index)).hex())
        self.assertEqual(nodes[-1][2], merkle.root(self.forged.leaves()).hex())

    def test_every_signature_that_is_explained_verifies(self):
        said = self.judge(self.good, "--explain").out
        keys = {evidence.keyid(key.public_key()): key.public_key()
                for key in [*self.forged.members.values(), self.forged.entry_key]}
        messages = dict(re.findall(r"entry (\d+) signed bytes (\S+)", said))
        signatures = re.findall(r"entry (\d+) signature by keyid (\S+) (\S+)", said)
        self.assertEqual(len(signatures), 6)
        for index, keyid, signature in signatures:
            self.assertTrue(evidence.verifies(
                keys[keyid], evidence.unb64(signature), evidence.unb64(messages[index])))
        text = evidence.unb64(re.search(r"checkpoint text (\S+)", said).group(1))
        self.assertEqual(text, evidence.parse_note(self.forged.checkpoint()).text)
        lines = re.findall(r"checkpoint line by (\S+) ([0-9a-f]{8}) (\S+)", said)
        self.assertEqual(len(lines), 1 + len(self.forged.witnesses))
        log = self.forged.line(self.forged.origin, 1, self.forged.log_key, text)
        self.assertEqual(lines[0], (log[0], log[1].hex(), evidence.b64(log[2])))
