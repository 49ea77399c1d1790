"""`assay audit`: whole logs replayed, honest ones and doctored ones."""

import json
import shutil
import signal
import subprocess
import threading

import evidence
import merkle
import published_log
from forged_ledger import ForgedLedger
from institutes import Ledger
from programs import (CANNOT, DONE, MALFORMED, REJECTED, TRUST, USAGE, ProgramTest, environment,
                      program)


class AuditTest(ProgramTest):
    def audit(self, status, source, ledger, *arguments, **options):
        trust = ledger if isinstance(ledger, str) else ledger.identity
        return self.must(status, "assay", "audit", source, "--trust", trust,
                         "--evidence", self.folder, *arguments, **options)

    def reason(self, status, source, ledger, *arguments) -> dict:
        found = self.audit(status, source, ledger, "--json", *arguments).json
        self.assertEqual(found["exitStatus"], status)
        return found["reason"]

    def proofs(self) -> list[dict]:
        """Every fraud proof that was written; the judge must confirm each of them."""
        found = []
        for path in sorted(self.folder.glob("*.fraud")):
            self.must(DONE, "assay-verify", "fraud", path, says="VERIFIED")
            found.append(json.loads(path.read_bytes()))
        return found


class HonestLogs(AuditTest):
    def test_a_real_ledger_from_its_address_and_from_its_folder(self):
        ledger = Ledger(self.folder / "ledger").create()
        server = ledger.serve()
        self.addCleanup(ledger.stop)
        for number in range(7):
            self.assertEqual(ledger.post(ledger.another(number)).status, 201)
        root = evidence.b64(ledger.checkpoint().root)
        self.audit(DONE, server.url, ledger, says=[r"\AVERIFIED\n", r"8 replayed"])
        found = self.audit(DONE, server.url, ledger, "--json").json
        self.assertEqual((found["verdict"], found["size"], found["root"], found["replayed"]),
                         ("VERIFIED", 8, root, 8))
        folder = self.folder / "published"
        self.must(DONE, "assay-log", "publish", "--store", ledger.store, "--to", folder)
        self.assertEqual(self.audit(DONE, folder, ledger, "--json").json, found)
        by_charter = self.must(DONE, "assay", "audit", folder, "--charter", ledger.draft)
        self.assertIn(ledger.identity, by_charter.out)
        self.assertEqual(self.proofs(), [])

    def test_every_size_around_the_edges_of_tiles(self):
        ledger = ForgedLedger()
        while len(ledger.entries) < 259:
            ledger.add_result(exampleNumber=len(ledger.entries))
        for size in (1, 2, 255, 256, 257, 259):
            with self.subTest(size):
                folder = published_log.publish(self.folder / str(size), ledger, size)
                found = self.audit(DONE, folder, ledger, "--json").json
                self.assertEqual((found["size"], found["replayed"]), (size, size))
                self.assertEqual(sorted(found["witnesses"]), ["W1", "W2", "W3"])

    def test_a_strangers_server(self):
        ledger = ForgedLedger()
        for number in range(300):
            ledger.add_result(exampleNumber=number)
        note = ledger.checkpoint(290)
        # The log has grown over its partial tiles, which are gone; a line that nobody asked for.
        published_log.publish(self.folder / "log", ledger, 301)
        stranger = ForgedLedger("stranger.example")
        text = evidence.parse_note(note).text
        line = stranger.line("stranger.example", 1, stranger.log_key, text)
        (self.folder / "log/checkpoint").write_bytes(
            evidence.write_note(text, [line, *evidence.parse_note(note).signatures]))
        shutil.rmtree(self.folder / "log/tile")
        while len(ledger.entries) < 512:
            ledger.add_result(exampleNumber=len(ledger.entries))
        full = published_log.publish(self.folder / "full", ledger)
        shutil.copytree(full / "tile", self.folder / "log/tile")
        server = published_log.FileServer(self.folder / "log")
        self.addCleanup(server.stop)
        # The right edge of the smaller tree is in the larger one's tiles, but for level 1.
        edge = self.folder / "log/tile/1/000.p/1"
        edge.parent.mkdir(parents=True, exist_ok=True)
        edge.write_bytes((full / "tile/1/000.p/2").read_bytes()[:32])
        found = self.audit(DONE, server.url, ledger, "--json").json
        self.assertEqual(found["size"], 290)

    def test_a_checkpoint_that_is_ahead_of_its_tiles(self):
        ledger = ForgedLedger()
        for number in range(20):
            ledger.add_result(exampleNumber=number)
        folder = published_log.publish(self.folder / "log", ledger)
        late = folder / "tile/entries/000.p/21"
        hidden = late.with_name("late")
        late.rename(hidden)
        server = published_log.FileServer(folder)
        self.addCleanup(server.stop)

        def arrive(path):
            if path.endswith("entries/000.p/21") and server.asked.count(path) == 2:
                hidden.rename(late)

        server.before_answer = arrive
        self.audit(DONE, server.url, ledger, says="21 replayed")

    def test_the_quorum_of_the_charter_is_asked_for(self):
        ledger = ForgedLedger()
        ledger.add_result()
        folder = published_log.publish(self.folder / "log", ledger, by=["W2", "W3"])
        self.audit(DONE, folder, ledger, says="cosigned by W2, W3")
        folder = published_log.publish(self.folder / "log", ledger, by=["W2"])
        self.assertEqual(self.reason(REJECTED, folder, ledger)["code"], "no-quorum")

    def test_a_pinned_head(self):
        ledger = ForgedLedger()
        for number in range(9):
            ledger.add_result(exampleNumber=number)
        folder = published_log.publish(self.folder / "log", ledger)
        for size in (1, 4, 7, 10):
            root = merkle.root(ledger.leaves(size)).hex()
            self.audit(DONE, folder, f"{ledger.identity}@{size}:{root}")
        other = merkle.root(ledger.leaves(3)).hex()
        reason = self.reason(REJECTED, folder, f"{ledger.identity}@4:{other}")
        self.assertEqual(reason["code"], "fork")
        reason = self.reason(REJECTED, folder, f"{ledger.identity}@11:{other}")
        self.assertEqual(reason["code"], "rollback")


class DoctoredLogs(AuditTest):
    def setUp(self):
        super().setUp()
        self.ledger = ForgedLedger()
        for number in range(300):
            self.ledger.add_result(exampleNumber=number)
        self.log = published_log.publish(self.folder / "log", self.ledger)

    def change(self, name: str, change):
        path = self.log / name
        path.write_bytes(bytes(change(bytearray(path.read_bytes()))))

    def found(self, status=REJECTED) -> tuple:
        reason = self.reason(status, self.log, self.ledger)
        return reason["code"], reason["index"]

    def test_a_leaf_rewritten_in_its_bundle_alone(self):
        changed = list(self.ledger.entries)
        changed[7] = changed[8]
        (self.log / "tile/entries/000").write_bytes(published_log.bundle(changed[:256]))
        self.assertEqual(self.found(), ("entry-mismatch", 7))
        self.assertEqual(self.proofs(), [])

    def test_a_leaf_rewritten_with_all_tiles_recomputed(self):
        self.ledger.entries[7] = self.ledger.entries[8]
        published_log.write(
            self.log, self.ledger.entries, (self.log / "checkpoint").read_bytes())
        self.assertEqual(self.found()[0], "root-mismatch")

    def test_two_leaves_swapped(self):
        entries = self.ledger.entries
        entries[100], entries[101] = entries[101], entries[100]
        (self.log / "tile/entries/000").write_bytes(published_log.bundle(entries[:256]))
        self.assertEqual(self.found(), ("entry-mismatch", 100))

    def test_a_wrong_hash_in_each_tile(self):
        for name, code in (("tile/0/000", "tile-mismatch"), ("tile/0/001.p/45", "root-mismatch"),
                           ("tile/1/000.p/1", "root-mismatch")):
            with self.subTest(name):
                kept = (self.log / name).read_bytes()
                self.change(name, lambda data: data[:5] + bytes([data[5] ^ 1]) + data[6:])
                self.assertEqual(self.found()[0], code)
                (self.log / name).write_bytes(kept)

    def test_files_cut_short_and_files_that_are_missing(self):
        for name, kind in (("tile/entries/000", "bundle"), ("tile/0/000", "tile"),
                           ("tile/entries/001.p/45", "bundle"), ("tile/1/000.p/1", "tile")):
            with self.subTest(name):
                kept = (self.log / name).read_bytes()
                self.change(name, lambda data: data[:-3])
                self.assertEqual(self.found(MALFORMED)[0], f"{kind}-malformed")
                (self.log / name).unlink()
                self.assertEqual(self.found()[0], f"{kind}-missing")
                (self.log / name).write_bytes(kept)

    def test_checkpoints_that_are_none(self):
        path = self.log / "checkpoint"
        kept = path.read_bytes()
        other = ForgedLedger("other.example")
        for data, status, code in (
            (b"", MALFORMED, "checkpoint-malformed"),
            (kept[:-9], MALFORMED, "checkpoint-malformed"),
            (self.ledger.checkpoint(key=other.log_key), REJECTED, "checkpoint-unsigned"),
            (other.checkpoint(), REJECTED, "checkpoint-unsigned"),
        ):
            with self.subTest(data=data):
                path.write_bytes(data)
                self.assertEqual(self.found(status)[0], code)
        path.unlink()
        self.audit(CANNOT, self.log, self.ledger, says="checkpoint")

    def test_another_ledger_and_a_wrong_trust_root(self):
        other = ForgedLedger()
        reason = self.reason(REJECTED, self.log, other)
        self.assertEqual((reason["code"], reason["index"]), ("wrong-ledger", 0))
        self.audit(TRUST, self.log, "assay1:zz")
        self.must(USAGE, "assay", "audit", self.log)

    def test_entries_that_the_charter_forbids(self):
        stranger = ForgedLedger("stranger.example")
        good = self.ledger.entries[1]
        cases = {
            "signer-unknown": lambda ledger: ledger.add(
                ledger.result(), stranger.members["northland"]),
            "wrong-ledger": lambda ledger: ledger.add(
                stranger.result(), ledger.members["northland"]),
            "signature-invalid": lambda ledger: ledger.append(self.broken(good)),
            "not-entitled": lambda ledger: ledger.add(ledger.result(), ledger.entry_key),
            "duplicate": lambda ledger: ledger.append(good),
            "malformed": lambda ledger: ledger.append(b"not an envelope"),
        }
        for code, add in cases.items():
            with self.subTest(code):
                self.ledger.entries = self.ledger.entries[:301]
                index = add(self.ledger)
                self.ledger.add_result(exampleNumber=1000)
                self.log = published_log.publish(self.folder / code, self.ledger)
                for path in self.folder.glob("*.fraud"):
                    path.unlink()
                self.assertEqual(self.found(), (code, index))
                if code == "duplicate":
                    continue  # no kind of fraud proof is for that
                proof, = self.proofs()
                self.assertEqual(proof["kind"], "unauthorised-entry")
                self.assertEqual(proof["accused"], self.ledger.charter["checkpointKeys"][0])

    def broken(self, entry: bytes) -> bytes:
        """The entry with another number in it, so that its signature is of something else."""
        envelope = json.loads(entry)
        payload = evidence.unb64(envelope["payload"])
        envelope["payload"] = evidence.b64(
            payload.replace(b'"exampleNumber":0', b'"exampleNumber":9'))
        return evidence.entry_bytes(envelope)

    def test_index_roots_are_not_passed_over(self):
        index = self.ledger.add_index_root()
        self.log = published_log.publish(self.folder / "rooted", self.ledger)
        self.assertEqual(self.found(CANNOT), ("index-root-unchecked", index))


class KeptState(AuditTest):
    def setUp(self):
        super().setUp()
        self.ledger = ForgedLedger()
        for number in range(40):
            self.ledger.add_result(exampleNumber=number)
        self.log = self.folder / "log"
        self.state = self.folder / "kept.audit"
        self.kept = ("--state", self.state)

    def show(self, ledger=None, size=None, **checkpoint):
        shutil.rmtree(self.log, ignore_errors=True)
        published_log.publish(self.log, ledger or self.ledger, size, **checkpoint)

    def test_a_later_run_replays_only_what_is_new(self):
        sizes = (1, 5, 5, 17, 41)
        for before, size in zip((0, *sizes), sizes):
            self.show(size=size)
            found = self.audit(DONE, self.log, self.ledger, "--json", *self.kept).json
            self.assertEqual((found["size"], found["replayed"]), (size, size - before))

    def test_a_repeated_payload_is_found_across_runs(self):
        self.show(size=30)
        self.audit(DONE, self.log, self.ledger, *self.kept)
        index = self.ledger.append(self.ledger.entries[3])
        self.show()
        reason = self.reason(REJECTED, self.log, self.ledger, *self.kept)
        self.assertEqual((reason["code"], reason["index"]), ("duplicate", index))

    def fork(self, at: int):
        """Two logs that differ from an index on, both signed."""
        other = ForgedLedger.__new__(ForgedLedger)
        other.__dict__.update(self.ledger.__dict__)
        other.entries = self.ledger.entries[:at]
        other.entries.append(self.ledger.entries[at + 1])
        other.entries += self.ledger.entries[at + 2 :]
        return other

    def test_two_roots_of_one_size(self):
        self.show(size=21)
        self.audit(DONE, self.log, self.ledger, *self.kept)
        before = self.files()
        self.show(self.fork(11), 21, by=["W1", "W2"])
        self.assertEqual(
            self.reason(REJECTED, self.log, self.ledger, *self.kept)["code"], "fork")
        accused = {(proof["kind"], proof["accused"].split("+")[0]) for proof in self.proofs()}
        self.assertEqual(accused, {("fork-same-size", self.ledger.origin),
                                   ("witness-fork", "W1.example"), ("witness-fork", "W2.example")})
        for name in ("kept.audit", "kept.audit.payloads"):
            self.assertEqual(self.files()[name], before[name], "a refused log changes nothing")

    def test_a_larger_tree_that_lost_an_entry(self):
        self.show(size=21)
        self.audit(DONE, self.log, self.ledger, *self.kept)
        self.show(self.fork(11), 30)
        self.assertEqual(
            self.reason(REJECTED, self.log, self.ledger, *self.kept)["code"], "fork")
        kinds = {proof["kind"] for proof in self.proofs()}
        self.assertEqual(kinds, {"fork-inclusion", "witness-fork"})

    def test_a_log_that_goes_back(self):
        self.show(size=21)
        self.audit(DONE, self.log, self.ledger, *self.kept)
        self.show(size=20)
        self.assertEqual(
            self.reason(REJECTED, self.log, self.ledger, *self.kept)["code"], "rollback")

    def test_states_that_do_not_belong(self):
        other = ForgedLedger()
        self.show(other)
        self.audit(DONE, self.log, other, *self.kept)
        self.show()
        self.audit(TRUST, self.log, self.ledger, *self.kept, says="state-malformed")
        for content in (b"", b"{}", b"[1]"):
            self.state.write_bytes(content)
            self.audit(TRUST, self.log, self.ledger, *self.kept, says="kept.audit")
        self.state.unlink()
        self.audit(DONE, self.log, self.ledger, *self.kept)
        payloads = self.folder / "kept.audit.payloads"
        payloads.write_bytes(payloads.read_bytes()[:-8])
        self.audit(TRUST, self.log, self.ledger, *self.kept, says="payloads")

    def interrupted(self, number) -> tuple[int, str]:
        """An audit that is sent a signal while it waits for the last bundle."""
        server = published_log.FileServer(self.log)
        self.addCleanup(server.stop)
        reached, go_on = threading.Event(), threading.Event()

        def hold(path):
            if path.startswith("/tile/entries/008"):
                reached.set()
                go_on.wait(20)

        server.before_answer = hold
        audit = subprocess.Popen(
            [program("assay"), "audit", server.url, "--trust", self.ledger.identity,
             "--state", str(self.state)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
        self.assertTrue(reached.wait(20))
        audit.send_signal(number)
        try:
            out, err = audit.communicate(timeout=20)
        finally:
            go_on.set()
        return audit.returncode, (out + err).decode()

    def test_a_signal_stops_it_and_the_next_run_goes_on(self):
        while len(self.ledger.entries) < 2050:
            self.ledger.add_result(exampleNumber=len(self.ledger.entries))
        self.show()
        for number in (signal.SIGINT, signal.SIGTERM):
            status, said = self.interrupted(number)
            self.assertEqual(status, CANNOT, said)
            self.assertIn("2048 of 2050", said)
        found = self.audit(DONE, self.log, self.ledger, "--json", *self.kept).json
        self.assertEqual((found["size"], found["replayed"]), (2050, 2))
