"""The main job: a real log becomes a signed result on record, which anyone verifies offline."""

import json
import re
import shutil
from pathlib import Path

import evidence
import merkle
from institutes import ATTEST_FLAGS, INSTITUTES, Ledger, exercise_log, in_empty_network, mode
from programs import DONE, ProgramTest, environment, program

# What the exercise logs say (their README): accuracy over 120 samples each.
ACCURACY = {
    "northland": "0.825",
    "eastmark": "0.7666666666666667",
    "isleton": "0.7583333333333333",
    "southport": "0.6333333333333333",
}


class MainPath(ProgramTest):
    def setUp(self):
        super().setUp()
        self.ledger = Ledger(self.folder / "ledger").create()
        self.ledger.serve()
        self.addCleanup(self.ledger.stop)
        self.url = self.ledger.server.url
        self.trust = ("--trust", self.ledger.identity)

    def bundle_of(self, out) -> Path:
        """The bundle that belongs to an output name, wherever the two names differ."""
        found = [path for path in sorted(out.parent.glob(out.name + "*.assay"))]
        self.assertEqual(len(found), 1, f"bundles beside {out}: {found}")
        return found[0]

    def attest(self, institute: str, *arguments):
        out = self.folder / institute
        self.assertEqual(self.ledger.attest(institute, out, *arguments).status, DONE)
        return out

    def on_record(self, institute: str):
        out = self.folder / institute
        result = self.ledger.attest(institute, out, "--submit", self.url)
        self.assert_result(result, DONE)
        return self.bundle_of(out)

    def test_the_four_logs_of_the_exercise_are_attested_submitted_and_verified(self):
        statements = {}
        for number, name in enumerate(INSTITUTES, start=1):
            envelope_file = self.attest(name).with_name(f"{name}.dsse.json")
            self.must(DONE, "assay", "submit", envelope_file, "--log", self.url)
            bundle = self.bundle_of(self.folder / name)
            report = self.must(DONE, "assay-verify", bundle, *self.trust,
                               says=[name, re.escape(ACCURACY[name])])
            self.assertEqual(report.out.split("\n")[0], "VERIFIED AS SHOWN")
            self.assertRegex(report.out, "(?i)does not show|not shown")
            envelope = json.loads(envelope_file.read_bytes())
            statements[name] = evidence.statement_of(envelope)
            self.assertEqual(self.ledger.entries()[number], evidence.entry_bytes(envelope))
            self.check_bundle(bundle, number)
        self.check_statements(statements)
        self.assertEqual(self.ledger.stop(), DONE)
        self.must(DONE, "assay-log", "fsck", "--store", self.ledger.store)

    def check_statements(self, statements: dict[str, dict]):
        predicates = {name: value["predicate"] for name, value in statements.items()}
        for shared in ("protocolDigest", "itemsRoot"):
            values = {json.dumps(predicate[shared]) for predicate in predicates.values()}
            self.assertEqual(len(values), 1, f"four runs of one evaluation differ in {shared}")
        subjects = {json.dumps(value["subject"]) for value in statements.values()}
        self.assertEqual(len(subjects), 1, "one model, one subject")
        model = b"assay-model/1\0example-lab/atlas-2@2026-11-01"
        digest = statements["northland"]["subject"][0]["digest"]["sha256"]
        self.assertEqual(digest, evidence.hashlib.sha256(model).hexdigest())
        for name, predicate in predicates.items():
            self.assertEqual(predicate["ledger"], self.ledger.identity)
            values = {r["metric"]: r["value"] for r in predicate["results"]}
            self.assertEqual(values["accuracy"], ACCURACY[name])
            self.assertEqual(predicate["counts"]["completed"], 120)
            self.assertEqual(predicate["samples"]["count"], 120)

    def check_bundle(self, bundle, index: int):
        """One byte representation, and every proof leads to the signed root."""
        data = bundle.read_bytes()
        value = json.loads(data)
        self.assertEqual(evidence.canonical_json(value), data)
        self.assertEqual(value["bundle"], "assay/v1")
        self.assertEqual(value["ledger"], self.ledger.identity)
        checkpoint = evidence.open_checkpoint(
            value["checkpoint"].encode(), self.ledger.charter_predicate()["checkpointKeys"])
        self.assertEqual(checkpoint.origin, self.ledger.origin)
        roles = {}
        for item in value["entries"]:
            leaf = merkle.leaf_hash(evidence.unb64(item["entry"]))
            path = [evidence.unb64(digest) for digest in item["proof"]]
            found = merkle.root_from_path(leaf, item["index"], checkpoint.size, path)
            self.assertEqual(found, checkpoint.root)
            roles[item["index"]] = item["role"]
        self.assertEqual(roles[0], "charter")
        self.assertEqual(roles[index], "claim")

    def test_attest_and_submit_in_one_command_and_again(self):
        bundle = self.on_record("isleton")
        before, size = self.files(), self.ledger.checkpoint().size
        self.assertEqual(size, 2)
        self.on_record("isleton")
        after = self.files()
        self.assertEqual(self.ledger.checkpoint().size, 2, "a second run added a second entry")
        name = str(bundle.relative_to(self.folder))
        for file in before:
            if "ledger.assay-log" not in file and file != name:
                self.assertEqual(after[file], before[file], file)
        self.must(DONE, "assay-verify", bundle, *self.trust)

    def test_submitting_twice_gives_the_same_entry_and_file(self):
        envelope = self.attest("eastmark").with_name("eastmark.dsse.json")
        self.must(DONE, "assay", "submit", envelope, "--log", self.url)
        bundle = self.bundle_of(self.folder / "eastmark")
        first = bundle.read_bytes()
        self.must(DONE, "assay", "submit", envelope, "--log", self.url)
        self.assertEqual(self.bundle_of(self.folder / "eastmark").read_bytes(), first)
        self.assertEqual(self.ledger.checkpoint().size, 2)

    def test_print_shows_every_byte_that_would_become_public_and_signs_nothing(self):
        log = exercise_log("northland")
        before = self.files()
        printed = self.must(DONE, "assay", "attest", log, "--ledger", self.ledger.identity,
                            *ATTEST_FLAGS, "--print", says=re.escape(ACCURACY["northland"]))
        self.assertEqual(printed.out[-2:], "}\n")
        self.assertEqual(self.files(), before)
        # With -o the salts are kept, so that what is signed is what was shown.
        out = self.folder / "northland"
        printed = self.ledger.attest("northland", out, "--print")
        self.assert_result(printed, DONE)
        self.assertFalse(out.with_name("northland.dsse.json").exists())
        self.attest("northland")
        value = json.loads(out.with_name("northland.dsse.json").read_bytes())
        self.assertEqual(printed.out, evidence.unb64(value["payload"]).decode() + "\n")

    def test_nothing_local_reaches_the_statement(self):
        log = self.folder / "secret-folder-name" / "secret-file-name.eval"
        log.parent.mkdir()
        shutil.copy(exercise_log("southport"), log)
        result = self.ledger.attest("southport", self.folder / "out", log=log)
        self.assert_result(result, DONE)
        value = json.loads((self.folder / "out.dsse.json").read_bytes())
        payload = evidence.unb64(value["payload"]).decode()
        for word in ("secret-folder-name", "secret-file-name", str(self.folder), "/root", "/home",
                     "/tmp", "nettasks.py", "Traceback", "localhost"):
            self.assertNotIn(word, payload)
        message = evidence.pre_auth_encoding(value["payloadType"], payload.encode())
        key = self.ledger.private_key("southport").public_key()
        self.assertEqual(value["signatures"][0]["keyid"], evidence.keyid(key))
        self.assertTrue(evidence.verifies(
            key, evidence.unb64(value["signatures"][0]["sig"]), message))
        secret = self.folder / "out.assay-secret"
        if secret.exists():
            self.assertEqual(mode(secret), 0o600)

    def test_get_by_index_and_by_leaf_hash(self):
        bundle = self.on_record("northland")
        entry = self.ledger.entries()[1]
        for number, reference in enumerate(("1", merkle.leaf_hash(entry).hex())):
            file = self.folder / f"got-{number}.assay"
            self.must(DONE, "assay", "get", reference, "--log", self.url, "-o", file)
            self.assertEqual(file.read_bytes(), bundle.read_bytes())

    def test_exports_are_what_other_tools_read(self):
        bundle = self.on_record("northland")
        entry = self.ledger.entries()[1]
        keys = self.ledger.charter_predicate()["checkpointKeys"]
        proof = self.must(DONE, "assay", "export", bundle, "--tlog-proof")
        index, checkpoint = evidence.check_tlog_proof(proof.out.encode(), entry, keys)
        self.assertEqual((index, checkpoint.size), (1, 2))
        envelope = self.must(DONE, "assay", "export", bundle, "--envelope")
        self.assertEqual(evidence.entry_bytes(json.loads(envelope.out)), entry)

    def test_offline_in_an_empty_network(self):
        bundle = self.on_record("northland")
        try:
            alone = in_empty_network(
                [program("assay-verify"), bundle, *self.trust], env=environment())
        except PermissionError as reason:
            self.skipTest(str(reason))
        here = self.must(DONE, "assay-verify", bundle, *self.trust)
        self.assertEqual(alone.returncode, DONE, alone)
        self.assertEqual(alone.stdout.decode(), here.out)

    def test_trust_may_come_from_a_charter_file_whose_hash_is_shown(self):
        bundle = self.on_record("northland")
        charter = self.folder / "charter.dsse.json"
        shutil.copy(self.ledger.draft, charter)
        self.must(DONE, "assay-verify", bundle, "--charter", charter,
                  says=re.escape(self.ledger.identity))

    def test_several_bundles_from_standard_input_and_by_path(self):
        bundles = [self.on_record(name) for name in ("northland", "southport")]
        both = self.must(DONE, "assay-verify", *bundles, *self.trust)
        # Once for all of them, then once for each.
        self.assertEqual(both.out.count("VERIFIED AS SHOWN"), 3)
        piped = self.must(DONE, "assay-verify", "-", *self.trust,
                          stdin=bundles[0].read_bytes())
        self.assertEqual(piped.out.split("\n")[0], "VERIFIED AS SHOWN")

    def test_show_is_headed_unverified(self):
        bundle = self.on_record("northland")
        shown = self.must(DONE, "assay-verify", "show", bundle)
        self.assertTrue(shown.out.startswith("UNVERIFIED"), shown.out[:200])
        self.assertNotRegex(shown.out, r"(?m)^VERIFIED")

    def test_require_complete_rejects_what_has_no_completeness_proof(self):
        bundle = self.on_record("northland")
        report = self.must(1, "assay-verify", bundle, *self.trust, "--require", "complete")
        self.assertEqual(report.out.split("\n")[0], "REJECTED")

    def test_filters_reject_what_they_do_not_name(self):
        bundle = self.on_record("northland")
        self.must(DONE, "assay-verify", bundle, *self.trust, "--signer", "northland",
                  "--type", evidence.RESULT_TYPE)
        self.must(1, "assay-verify", bundle, *self.trust, "--signer", "southport",
                  says="northland|southport")
        self.must(1, "assay-verify", bundle, *self.trust, "--type", evidence.CHARTER_TYPE)

    def test_a_pin_that_the_bundle_does_not_prove_rejects(self):
        bundle = self.on_record("northland")
        checkpoint = self.ledger.checkpoint()
        pin = f"{self.ledger.identity}@{checkpoint.size}:{evidence.b64(checkpoint.root)}"
        self.must(DONE, "assay-verify", bundle, "--trust", pin)
        other = f"{self.ledger.identity}@{checkpoint.size}:{evidence.b64(bytes(32))}"
        self.must(1, "assay-verify", bundle, "--trust", other)

    def test_state_file_remembers_and_refuses_a_fork(self):
        first = self.on_record("northland")
        state = self.folder / "state"
        self.must(DONE, "assay-verify", first, *self.trust, "--state", state)
        before = state.read_bytes()
        self.must(DONE, "assay-verify", first, *self.trust, "--state", state)
        broken = self.folder / "broken.assay"
        broken.write_bytes(first.read_bytes()[:-1])
        self.must(3, "assay-verify", broken, *self.trust, "--state", state)
        self.assertEqual(state.read_bytes(), before, "a failure changed the state file")

    def test_help_and_version_of_every_program(self):
        for name in ("assay", "assay-verify", "assay-log"):
            with self.subTest(name):
                self.assertRegex(self.must(DONE, name, "--version").out, r"\d+\.\d+")
                self.must(DONE, name, "--help", says=name)
                self.must(64, name, "--no-such-option")


class PublishedFolder(ProgramTest):
    def test_tiles_entries_and_checkpoint_recompute(self):
        ledger = Ledger(self.folder / "ledger").create()
        ledger.serve()
        self.addCleanup(ledger.stop)
        lines = b"\n".join(ledger.another(number) for number in range(300)) + b"\n"
        answer = ledger.ask("POST", "/entries/batch", lines,
                            {"Content-Type": "application/x-ndjson"})
        self.assertEqual(answer.status, 200, answer)
        receipts = [json.loads(line) for line in answer.body.splitlines()]
        self.assertEqual(len(receipts), 300)
        size = ledger.checkpoint().size
        self.assertGreaterEqual(size, 301)
        served = ledger.entries()
        ledger.stop()

        public = self.folder / "public"
        self.must(DONE, "assay-log", "publish", "--store", ledger.store, "--to", public)
        checkpoint = evidence.open_checkpoint(
            (public / "checkpoint").read_bytes(), ledger.charter_predicate()["checkpointKeys"])
        self.assertEqual(checkpoint.size, size)
        entries = []
        for name, level, _, width in evidence.tile_names(size):
            if level == -1:
                found = evidence.split_entry_bundle((public / name).read_bytes())
                self.assertEqual(len(found), width, name)
                entries += found
        self.assertEqual(entries, served)
        leaves = [merkle.leaf_hash(entry) for entry in entries]
        self.assertEqual(merkle.root(leaves), checkpoint.root)
        for name, level, index, width in evidence.tile_names(size):
            if level >= 0:
                expected = evidence.tile_content(level, index, width, leaves)
                self.assertEqual((public / name).read_bytes(), expected, name)
        for number, receipt in enumerate(receipts):
            entry = evidence.entry_bytes(json.loads(lines.split(b"\n")[number]))
            self.assertEqual(leaves[receipt["index"]], merkle.leaf_hash(entry))
            self.assertEqual(receipt["leafHash"], merkle.leaf_hash(entry).hex())
        before = self.files(public)
        self.must(DONE, "assay-log", "publish", "--store", ledger.store, "--to", public)
        self.assertEqual(self.files(public), before)
