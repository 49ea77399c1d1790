"""Charters and policies: drafted, signed, explained, refused."""

import json
import re

import evidence
import merkle
from institutes import INSTITUTES, ORIGIN, Ledger
from programs import DONE, LEDGER_ID, TRUST, MALFORMED, ProgramTest, run


class CharterTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.ledger = Ledger(self.folder / "ledger").make_keys().draft_charter()


class CharterIsMade(CharterTest):
    def test_the_draft_says_what_was_asked(self):
        draft = json.loads(self.ledger.draft.read_bytes())
        self.assertEqual(draft["signatures"], [])
        statement = evidence.statement_of(draft)
        self.assertEqual(statement["_type"], evidence.STATEMENT_TYPE)
        self.assertEqual(statement["predicateType"], evidence.CHARTER_TYPE)
        origin_digest = evidence.hashlib.sha256(ORIGIN.encode()).hexdigest()
        self.assertEqual(
            statement["subject"], [{"name": ORIGIN, "digest": {"sha256": origin_digest}}]
        )
        charter = statement["predicate"]
        self.assertEqual((charter["version"], charter["origin"]), (1, ORIGIN))
        self.assertNotIn("ledger", charter)
        self.assertEqual([member["id"] for member in charter["members"]], list(INSTITUTES))
        for member in charter["members"]:
            title, jurisdiction, group = INSTITUTES[member["id"]]
            self.assertEqual(
                (member["name"], member["jurisdiction"], member["group"]),
                (title, jurisdiction, group),
            )
            key = self.ledger.private_key(member["id"]).public_key()
            self.assertEqual(member["keys"], [
                {"publicKey": evidence.b64(evidence.public_der(key)),
                 "uses": ["attest", "govern"]}
            ])
        log = evidence.load_private(self.ledger.checkpoint_key).public_key()
        self.assertEqual(charter["checkpointKeys"], [evidence.verifier_key(ORIGIN, log)])
        self.assertTrue(charter["allowForkable"])

    def test_signing_says_who_is_missing_until_nobody_is(self):
        names = list(INSTITUTES)
        for i, name in enumerate(names):
            signed = self.must(DONE, "assay", "charter", "sign", self.ledger.draft,
                               "--key", self.ledger.keys[name])
            for other in names[i + 1 :]:
                self.assertIn(other, signed.said)
            self.assertNotRegex(signed.said, rf"missing.*\b{name}\b")
        last = self.must(DONE, "assay", "charter", "sign", self.ledger.draft,
                         "--key", self.ledger.entry_key)
        for name in names:
            self.assertNotRegex(last.said, rf"(?i)missing.*\b{name}\b")
        envelope = json.loads(self.ledger.draft.read_bytes())
        self.assertEqual(len(envelope["signatures"]), 5)
        message = evidence.pre_auth_encoding(
            envelope["payloadType"], evidence.unb64(envelope["payload"])
        )
        keys = [self.ledger.private_key(name) for name in names]
        keys.append(evidence.load_private(self.ledger.entry_key))
        by_id = {evidence.keyid(key.public_key()): key.public_key() for key in keys}
        for signature in envelope["signatures"]:
            self.assertTrue(evidence.verifies(
                by_id.pop(signature["keyid"]), evidence.unb64(signature["sig"]), message))

    def test_signing_twice_changes_nothing(self):
        arguments = ("charter", "sign", self.ledger.draft, "--key", self.ledger.keys["isleton"])
        self.must(DONE, "assay", *arguments)
        before = self.files()
        self.must(DONE, "assay", *arguments)
        self.assertEqual(self.files(), before)

    def test_the_identity_is_the_leaf_hash_of_the_canonical_entry(self):
        self.ledger.sign_charter()
        made = self.ledger.init()
        self.assert_result(made, DONE)
        entry = evidence.entry_bytes(json.loads(self.ledger.draft.read_bytes()))
        self.assertEqual(LEDGER_ID.findall(made.out)[0], f"assay1:{merkle.leaf_hash(entry).hex()}")

    def test_explain_names_members_votes_and_bounds(self):
        for signed in (False, True):
            if signed:
                self.ledger.sign_charter()
            self.must(DONE, "assay", "charter", "explain", self.ledger.draft,
                      says=[*INSTITUTES, "3 of 4", r"split\D*0"])

    def test_explain_names_the_cheapest_set_of_witnesses(self):
        keys = {name: evidence.ed25519.Ed25519PrivateKey.generate() for name in "PQRST"}
        lines = [f"witness {name} {evidence.verifier_key(name.lower(), key.public_key(), 4)}"
                 for name, key in keys.items()]
        policy = self.folder / "witnesses.txt"
        policy.write_text("\n".join(
            [*lines, "group w 4 P Q R S T", "quorum w", ""]))
        audit = self.folder / "auditing.txt"
        audit.write_text("group a 2 P Q\nquorum a\n")
        arguments = self.ledger.charter_arguments()
        arguments[arguments.index("--witnesses") + 1] = policy
        arguments[arguments.index("--auditing") + 1] = audit
        arguments.remove("--allow-forkable")
        self.must(DONE, "assay", "charter", "new", *arguments, "-o", self.folder / "w.json")
        said = self.must(DONE, "assay", "charter", "explain", self.folder / "w.json",
                         says=[r"split\D*3", r"halt\D*2"]).out
        self.assertRegex(said, r"split 3[^\n]*P, Q, R|P, Q, R[^\n]*split 3")

    def test_an_output_file_that_exists_is_not_overwritten_by_a_new_draft(self):
        self.ledger.sign_charter("southport")
        before = self.files()
        again = run("assay", "charter", "new", *self.ledger.charter_arguments(),
                    "-o", self.ledger.draft)
        self.assertNotEqual(again.status, DONE, f"\n{again}")
        self.assertEqual(self.files(), before)


class ChartersAreRefused(CharterTest):
    def draft(self, change: dict, *drop: str):
        """charter new with some options replaced: option name to its new values."""
        arguments = self.ledger.charter_arguments()
        flags = {"--allow-forkable"}
        kept, i = [], 0
        while i < len(arguments):
            width = 1 if arguments[i] in flags else 2
            if arguments[i] not in change and arguments[i] not in drop:
                kept += arguments[i : i + width]
            i += width
        for option, values in change.items():
            for value in values:
                kept += [option, value]
        return run("assay", "charter", "new", *kept, "-o", self.folder / "other.json")

    def refuse(self, result, *says, status=TRUST):
        self.assert_result(result, status, says)
        self.assertFalse((self.folder / "other.json").exists())

    def text(self, content: str):
        path = self.folder / "quorum.txt"
        path.write_text(content)
        return [path]

    def test_the_unchanged_arguments_are_accepted(self):
        self.assert_result(self.draft({}), DONE)

    def test_forkable_without_saying_so(self):
        self.refuse(self.draft({}, "--allow-forkable"), "allow-forkable")

    def test_voting_by_nobody(self):
        self.refuse(self.draft({"--voting": self.text("quorum none\n")}), "none")

    def test_voting_by_a_stranger(self):
        self.refuse(self.draft({"--voting": self.text("group g all westhaven\nquorum g\n")}),
                    "westhaven")

    def test_voting_that_counts_a_member_twice(self):
        text = "group a any northland\ngroup b all northland eastmark\nquorum b\n"
        self.refuse(self.draft({"--voting": self.text(text)}), "northland")

    def test_voting_with_a_threshold_nobody_can_reach(self):
        text = "group g 3 northland eastmark\nquorum g\n"
        self.refuse(self.draft({"--voting": self.text(text)}))

    def test_voting_without_a_final_newline(self):
        self.refuse(self.draft({"--voting": self.text("group g all northland\nquorum g")}))

    def test_a_member_whose_id_has_a_bad_spelling(self):
        key = self.ledger.keys["northland"].with_suffix(".pub")
        for ident in ("Northland", "-north", "a" * 33, "north land", ""):
            with self.subTest(ident):
                result = self.draft({
                    "--member": [f"id={ident},name=N,jurisdiction=XN,group=north,key={key}"],
                    "--voting": self.text(f"group g all {ident or 'x'}\nquorum g\n"),
                })
                self.assertIn(result.status, (TRUST, 64), f"\n{result}")
                self.assertFalse((self.folder / "other.json").exists())

    def test_two_members_with_one_key(self):
        key = self.ledger.keys["northland"].with_suffix(".pub")
        members = [f"id={ident},name=N,jurisdiction=XN,group=north,key={key}"
                   for ident in ("northland", "eastmark")]
        self.refuse(self.draft({
            "--member": members,
            "--voting": self.text("group g all northland eastmark\nquorum g\n")}))

    def test_signed_by_too_few_starts_no_ledger(self):
        for missing in ("southport", "entry"):
            with self.subTest(missing):
                self.ledger.draft.unlink()
                self.ledger.draft_charter().sign_charter(missing)
                before = self.files()
                key = self.ledger.keys.get(missing, self.ledger.entry_key)
                missing_key = evidence.keyid(evidence.load_private(key).public_key())
                self.assert_result(self.ledger.init(), TRUST, missing_key)
                self.assertEqual(self.files(), before, "a refused init left something behind")

    def test_a_forged_signature_starts_no_ledger(self):
        self.ledger.sign_charter()
        value = json.loads(self.ledger.draft.read_bytes())
        raw = bytearray(evidence.unb64(value["signatures"][2]["sig"]))
        raw[7] ^= 4
        value["signatures"][2]["sig"] = evidence.b64(bytes(raw))
        self.ledger.draft.write_text(json.dumps(value))
        self.assert_result(self.ledger.init(), TRUST, "signature")
        self.assertFalse(self.ledger.store.exists())

    def test_init_with_the_wrong_checkpoint_key(self):
        self.ledger.sign_charter()
        self.ledger.checkpoint_key = self.ledger.keys["isleton"]
        self.assert_result(self.ledger.init(), TRUST, "key")
        self.assertFalse(self.ledger.store.exists())

    def test_init_over_an_existing_store(self):
        self.ledger.sign_charter()
        self.assert_result(self.ledger.init(), DONE)
        before = self.ledger.store.read_bytes()
        other = Ledger(self.folder / "second", origin="other.example", store=self.ledger.store)
        other.make_keys().draft_charter().sign_charter()
        self.assertNotEqual(other.init().status, DONE)
        self.assertEqual(self.ledger.store.read_bytes(), before)

    def test_a_file_that_is_no_charter(self):
        for content in (b"", b"{}", b"[1,2", b"\xff\xfe", b'{"payload":1}'):
            with self.subTest(content):
                file = self.folder / "no-charter.json"
                file.write_bytes(content)
                result = run("assay", "charter", "explain", file)
                self.assertIn(result.status, (TRUST, MALFORMED), f"\n{result}")
                self.assertIn("no-charter.json", result.err)


class PolicyIsExplained(ProgramTest):
    def policy(self, groups: str) -> str:
        key = evidence.ed25519.Ed25519PrivateKey.generate
        lines = [f"log {evidence.verifier_key('log.example', key().public_key())}"]
        for name in ("w1", "w2", "w3", "w4", "w5"):
            vkey = evidence.verifier_key(f"{name}.example", key().public_key(), kind=4)
            lines.append(f"witness {name} {vkey}")
        return "\n".join(lines) + "\n" + groups

    def explain(self, text: str):
        file = self.folder / "policy.txt"
        file.write_text(text)
        return run("assay", "policy", "explain", file)

    def test_bounds_of_known_policies(self):
        cases = {
            "quorum none\n": (0, None),
            "quorum w1\n": (1, 1),
            "group g 4 w1 w2 w3 w4 w5\nquorum g\n": (3, 2),
            "group g 3 w1 w2 w3 w4 w5\nquorum g\n": (1, 3),
            "group a any w1 w2\ngroup b any w3 w4\ngroup g all a b w5\nquorum g\n": (1, 1),
            "group a all w1 w2\ngroup b all w3 w4\ngroup g all a b\nquorum g\n": (4, 1),
        }
        for groups, (split, halt) in cases.items():
            with self.subTest(groups):
                result = self.explain(self.policy(groups))
                self.assert_result(result, DONE, rf"split\D*{split}\b")
                if halt is not None:
                    self.assertRegex(result.out, rf"(?i)halt\D*{halt}\b")

    def test_bad_policies_are_refused_with_the_line(self):
        cases = {
            "group g all w1 w9\nquorum g\n": "w9",
            "group a any w1\ngroup b any w1 w2\nquorum b\n": "w1",
            "group g 3 w1 w2\nquorum g\n": "",
            "group g any w1\n": "quorum",
            "quorum none\nquorum none\n": "quorum",
            "group a all b\ngroup b all a\nquorum a\n": "b",
            "witnes x\nquorum none\n": "witnes",
        }
        for groups, word in cases.items():
            with self.subTest(groups):
                self.assert_result(self.explain(self.policy(groups)), TRUST,
                                   [re.escape(word), "policy.txt"])
