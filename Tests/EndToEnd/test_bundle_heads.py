"""Bundles whose trust input, checkpoint or proofs are wrong."""

import evidence
import merkle
from bundle_test import BundleTest
from forged_ledger import GENERATE, OBSERVED, ForgedLedger
from programs import CANNOT, MALFORMED, REJECTED, TRUST, run


class TrustInput(BundleTest):
    def test_of_another_ledger(self):
        other = ForgedLedger()
        other.add_result()
        self.refused(other.bundle(1), REJECTED, "ledger")
        self.refused(self.good, REJECTED, "ledger", trust=other.identity)

    def test_it_claims_another_ledger_than_it_shows(self):
        other = ForgedLedger()
        self.refused(self.changed(lambda v: v.update(ledger=other.identity)), REJECTED, "ledger")

    def test_trust_that_is_none(self):
        identity = self.forged.identity
        for trust in ("", "x", identity[:-1], identity + "0", identity.upper(), identity[7:],
                      identity + "@", identity + "@5", identity + "@5:", identity + "@05:" +
                      evidence.b64(bytes(32)), identity + "@5:" + evidence.b64(bytes(31))):
            with self.subTest(trust):
                result = self.judge(self.good, trust=trust or " ")
                self.assertIn(result.status, (TRUST, 64), f"\n{result}")
                self.assertNotRegex(result.out, r"(?m)^VERIFIED")

    def test_no_trust_at_all(self):
        result = run("assay-verify", "-", stdin=evidence.canonical_json(self.good))
        self.assertEqual(result.status, 64, f"\n{result}")

    def test_a_policy_of_the_auditor_that_is_not_met(self):
        key = GENERATE()
        vkey = evidence.verifier_key("own.example", key.public_key(), kind=4)
        log = evidence.verifier_key(self.forged.origin, self.forged.log_key.public_key())
        policy = self.folder / "policy.txt"
        policy.write_text(f"log {log}\nwitness own {vkey}\nquorum own\n")
        self.refused(self.good, REJECTED, "polic|quorum", arguments=("--policy", policy))
        policy.write_text(f"log {log}\nwitness W1 {self.forged.witness_vkey('W1')}\nquorum W1\n")
        self.accepted(self.good, arguments=("--policy", policy))
        policy.write_text("quorum maybe\n")
        self.refused(self.good, TRUST, "policy", arguments=("--policy", policy))
        self.refused(self.good, (TRUST, CANNOT), arguments=("--policy", self.folder / "gone"))

    def test_a_pin_must_be_proven(self):
        size = 5
        root = merkle.root(self.forged.leaves(size))
        pin = f"{self.forged.identity}@{size}:{evidence.b64(root)}"
        self.refused(self.good, REJECTED, "pin|extend|5", trust=pin)
        path = merkle.consistency_path(size, self.forged.leaves())
        proof = {"size": size, "root": evidence.b64(root), "proof": list(map(evidence.b64, path))}
        self.accepted(self.changed(lambda v: v.update(pins=[proof])), trust=pin)
        other = f"{self.forged.identity}@{size}:{evidence.b64(bytes(32))}"
        self.refused(self.changed(lambda v: v.update(pins=[proof])), REJECTED, trust=other)
        proof["proof"][0] = evidence.b64(bytes(32))
        self.refused(self.changed(lambda v: v.update(pins=[proof])), REJECTED, trust=pin)


class Checkpoints(BundleTest):
    def with_note(self, note: bytes) -> dict:
        return self.changed(lambda v: v.update(checkpoint=note.decode()))

    def test_of_another_size(self):
        for size in (1, 4, 12):
            self.refused(self.with_note(self.forged.checkpoint(size)), REJECTED)

    def test_of_the_same_size_with_another_root(self):
        self.refused(self.with_note(self.forged.checkpoint(root=bytes(32))), REJECTED)

    def test_size_changed_and_signed_again(self):
        # A path alone does not tell sizes of one shape apart (here 9 to 16): other shapes it does.
        root = merkle.root(self.forged.leaves())
        for size in (8, 17, 2**40, 2**63 - 1):
            self.refused(self.with_note(self.forged.checkpoint(size, root=root)), REJECTED)

    def test_signed_by_another_key_under_the_right_name(self):
        self.refused(self.with_note(self.forged.checkpoint(key=GENERATE())), REJECTED)

    def test_signed_under_another_name(self):
        self.refused(self.with_note(self.forged.checkpoint(name="other.example")), REJECTED)

    def test_of_another_origin(self):
        for origin in ("other.example", self.forged.origin + "/", self.forged.origin.upper()):
            self.refused(self.with_note(self.forged.checkpoint(origin=origin)), REJECTED)

    def test_too_few_cosignatures(self):
        self.refused(self.with_note(self.forged.checkpoint(by=["W1"])), REJECTED, "quorum|cosign")
        self.refused(self.with_note(self.forged.checkpoint(by=[])), REJECTED, "quorum|cosign")
        self.accepted(self.with_note(self.forged.checkpoint(by=["W1", "W3"])))

    def test_a_known_key_whose_line_does_not_verify_spoils_the_note(self):
        note = evidence.parse_note(self.forged.checkpoint())
        for place in range(len(note.signatures)):
            lines = list(note.signatures)
            name, ident, signature = lines[place]
            lines[place] = (name, ident, signature[:-1] + bytes([signature[-1] ^ 1]))
            self.refused(self.with_note(evidence.write_note(note.text, lines)), REJECTED)

    def test_one_witness_twice_counts_once(self):
        text = evidence.parse_note(self.forged.checkpoint()).text
        log = self.forged.line(self.forged.origin, 1, self.forged.log_key, text)
        lines = [self.forged.cosignature("W1", text, OBSERVED + n) for n in range(3)]
        note = evidence.write_note(text, [log, *lines])
        self.refused(self.with_note(note), (REJECTED, MALFORMED))

    def test_cosignatures_of_another_head(self):
        text = evidence.parse_note(self.forged.checkpoint()).text
        other = evidence.parse_note(self.forged.checkpoint(12))
        log = self.forged.line(self.forged.origin, 1, self.forged.log_key, text)
        self.refused(self.with_note(evidence.write_note(text, [log, *other.signatures[1:]])),
                     REJECTED)

    def test_a_plain_signature_by_a_witness_key_is_no_cosignature(self):
        text = evidence.parse_note(self.forged.checkpoint()).text
        lines = [self.forged.line(self.forged.origin, 1, self.forged.log_key, text)]
        for name, key in self.forged.witnesses.items():
            ident = self.forged.cosignature(name, text)[1]
            lines.append((f"{name}.example", ident, bytes(8) + key.sign(text)))
        self.refused(self.with_note(evidence.write_note(text, lines)), REJECTED)

    def test_texts_that_are_no_checkpoint(self):
        good = evidence.parse_note(self.forged.checkpoint()).text.decode()
        origin, size, root = good.split("\n")[:3]
        short = evidence.b64(bytes(31))
        for name, text in {
            "extension line": good + "extra\n",
            "no root": f"{origin}\n{size}\n",
            "short root": f"{origin}\n{size}\n{short}\n",
            "size with a zero": f"{origin}\n0{size}\n{root}\n",
            "size with a plus": f"{origin}\n+{size}\n{root}\n",
            "size too large": f"{origin}\n{2**64}\n{root}\n",
            "size zero": f"{origin}\n0\n{root}\n",
            "carriage return": f"{origin}\r\n{size}\r\n{root}\r\n",
            "no origin": f"\n{size}\n{root}\n",
        }.items():
            with self.subTest(name):
                note = self.forged.checkpoint(text=text.encode(), name=self.forged.origin)
                self.refused(self.with_note(note), (REJECTED, MALFORMED))

    def test_notes_that_are_no_notes(self):
        note = self.forged.checkpoint().decode()
        for name, text in {
            "hyphen": note.replace("\u2014", "-"),
            "two spaces": note.replace("\u2014 ", "\u2014  ", 1),
            "no final newline": note[:-1],
            "no signatures": note[: note.index("\n\n") + 2],
            "no empty line": note.replace("\n\n", "\n"),
            "tab": note.replace("\u2014 ", "\u2014\t", 1),
            "trailing line": note + "x\n",
            "empty": "",
        }.items():
            with self.subTest(name):
                self.refused(self.changed(lambda v: v.update(checkpoint=text)),
                             (REJECTED, MALFORMED))


class Proofs(BundleTest):
    def proof(self, change) -> dict:
        def apply(value):
            entry = next(e for e in value["entries"] if e["role"] == "claim")
            entry["proof"] = [evidence.b64(d) for d in change(
                [evidence.unb64(d) for d in entry["proof"]])]
        return self.changed(apply)

    def test_the_proof_is_changed(self):
        random_hash = evidence.hashlib.sha256(b"x").digest()
        changes = {
            "one more": lambda p: p + [random_hash],
            "one more in front": lambda p: [random_hash] + p,
            "one less": lambda p: p[:-1],
            "first left out": lambda p: p[1:],
            "none": lambda p: [],
            "reversed": lambda p: p[::-1],
            "last twice": lambda p: p + p[-1:],
            "root at the end": lambda p: p + [merkle.root(self.forged.leaves())],
            "another hash": lambda p: [random_hash] + p[1:],
            "64 hashes": lambda p: p + [random_hash] * (64 - len(p)),
            "3000 hashes": lambda p: [random_hash] * 3000,
        }
        for name, change in changes.items():
            with self.subTest(name):
                self.refused(self.proof(change), (REJECTED, MALFORMED, CANNOT))

    def test_hashes_of_another_length(self):
        for length in (0, 31, 33, 64):
            self.refused(self.proof(lambda p: [bytes(length)] + p[1:]), MALFORMED)

    def test_each_bit_of_each_node(self):
        def cases(place, bit):
            def change(path):
                raw = bytearray(path[place])
                raw[bit // 8] ^= 1 << bit % 8
                return [*path[:place], bytes(raw), *path[place + 1 :]]
            return change
        length = len(next(e for e in self.good["entries"] if e["role"] == "claim")["proof"])
        failures = [
            (place, bit) for place in range(length) for bit in range(0, 256, 13)
            if self.judge(self.proof(cases(place, bit))).status != REJECTED
        ]
        self.assertEqual(failures, [])

    def test_another_index(self):
        for index in (1, 2, 4, 12, 13, 2**32, 2**53 - 1):
            def change(value):
                next(e for e in value["entries"] if e["role"] == "claim")["index"] = index
            self.refused(self.changed(change), (REJECTED, MALFORMED))

    def test_indexes_that_are_none(self):
        for index in (-1, "3", True, None, 2**53 + 1, 2**64):
            def change(value):
                next(e for e in value["entries"] if e["role"] == "claim")["index"] = index
            self.refused(self.changed(change), MALFORMED)

    def test_entries_out_of_order_twice_or_without_the_charter(self):
        self.refused(self.changed(lambda v: v["entries"].reverse()), MALFORMED)
        self.refused(self.changed(lambda v: v["entries"].append(v["entries"][-1])), MALFORMED)
        self.refused(self.changed(lambda v: v["entries"].pop(0) and None), REJECTED, "charter|0")
        self.refused(self.changed(lambda v: v.update(entries=[])), (REJECTED, MALFORMED))
