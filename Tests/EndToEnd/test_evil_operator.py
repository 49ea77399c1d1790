"""An operator that holds the log's keys and misbehaves in every way that we could think of: each
misdeed is caught by a named party that runs our programs, and where a key is guilty, a fraud proof
says so that any third party can check. Honest operators are accused of nothing.

ASSAY_TABLE=1 prints who caught what and how long that took; ASSAY_HONEST_RUNS sets the number of
honest runs.
"""

import copy
import functools
import hashlib
import http.server
import json
import os
import shutil
import sys
import threading
import time
import unittest
from pathlib import Path

import evidence
import merkle
import published_log
from forged_ledger import ForgedLedger
from institutes import ask
from programs import DONE, MALFORMED, REJECTED, ProgramTest
from witnesses import WitnessServer

CAUGHT = []
SIZE = 300


def misdeed(by: str, guilty: str | None = None):
    """Marks a test: who catches the operator, and whose key a fraud proof convicts: `log`, or a
    witness that colludes."""
    def mark(test):
        @functools.wraps(test)
        def judged(self):
            self.evidence.mkdir()
            test(self)
            took = self.caught - self.began
            accused = {self.accused(path) for path in sorted(self.evidence.glob("*.fraud"))}
            if guilty:
                self.assertIn(self.name_of(guilty), accused)
            self.assertLessEqual(accused, {self.name_of("log"), *map(self.name_of, self.colluding)})
            CAUGHT.append((test.__name__.removeprefix("test_").replace("_", " "), by,
                           ", ".join(sorted(accused)) or "-", took))
        judged.is_misdeed = True
        return judged
    return mark


class EvilService:
    """The service of an operator that answers as it likes: `answers` maps a path to a function of
    the request's body that gives status, type and body."""

    def __init__(self, answers):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                path = self.path.split("?")[0]
                status, kind, content = answers.get(
                    path, lambda _: (404, "text/plain", b"nothing here\n"))(body)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Operator(ProgramTest):
    """A log that was honest so far, and the parties that watch it."""

    @classmethod
    def setUpClass(cls):
        cls.honest = ForgedLedger()
        for number in range(SIZE - 1):
            cls.honest.add_result(("northland", "eastmark")[number % 2], exampleNumber=number)

    def setUp(self):
        super().setUp()
        self.ledger = copy.copy(self.honest)
        self.ledger.entries = list(self.honest.entries)
        self.ledger.index = copy.deepcopy(self.honest.index)
        self.log, self.evidence = self.folder / "log", self.folder / "evidence"
        self.colluding: list[str] = []
        self.began = self.caught = time.monotonic()

    def show(self, ledger=None, size=None, to=None, **checkpoint) -> Path:
        """Publishes what the operator wants to be seen; the clock of the misdeed starts."""
        folder = to or self.log
        shutil.rmtree(folder, ignore_errors=True)
        published_log.publish(folder, ledger or self.ledger, size, **checkpoint)
        self.began = time.monotonic()
        return folder

    def change(self, name: str, change):
        path = self.log / name
        path.write_bytes(bytes(change(bytearray(path.read_bytes()))))

    def fork(self, at: int) -> ForgedLedger:
        """Another history from an index on, which the same key signs: that entry never was."""
        other = copy.copy(self.ledger)
        other.entries = list(self.ledger.entries)
        del other.entries[at]
        other.add_result("southport", exampleNumber=9000 + at)
        return other

    def serve(self, folder: Path) -> published_log.FileServer:
        server = published_log.FileServer(folder)
        self.addCleanup(server.stop)
        return server

    def offer(self, answers) -> EvilService:
        service = EvilService(answers)
        self.addCleanup(service.stop)
        return service

    # Who is guilty

    def name_of(self, who: str) -> str:
        if who == "log":
            return self.ledger.charter["checkpointKeys"][0]
        return self.ledger.witness_vkey(who)

    def accused(self, path: Path) -> str:
        """Whom a fraud proof convicts, as a third party without anything else sees it."""
        judged = self.must(DONE, "assay-verify", "fraud", path, says="VERIFIED")
        accused = json.loads(path.read_bytes())["accused"]
        self.assertIn(accused, judged.out)
        return accused

    # The parties

    def audit(self, status, code=None, *arguments, index=None) -> dict:
        found = self.must(
            status, "assay", "audit", self.log, "--trust", self.ledger.identity, "--evidence",
            self.evidence if self.evidence.exists() else self.folder, "--json", *arguments)
        self.caught = time.monotonic()
        if code:
            self.assertEqual(found.json["reason"]["code"], code)
        if index is not None:
            self.assertEqual(found.json["reason"]["index"], index)
        return found.json

    def keep(self):
        """What an auditor remembers of the log before the misdeed."""
        return "--state", self.folder / "kept"

    def monitor(self, status, url, *arguments) -> list[dict]:
        result = self.must(
            status, "assay", "monitor", "--once", "--log", url, "--trust", self.ledger.identity,
            "--member", "isleton", "--evidence", self.evidence, *arguments)
        self.caught = time.monotonic()
        return [json.loads(line) for line in result.out.splitlines()]

    def witness_page(self, name: str, ledger, size: int) -> list:
        """Where a witness shows the head that it cosigned, as an argument of the monitor."""
        folder = self.folder / name
        origin = hashlib.sha256(self.ledger.origin.encode()).hexdigest()
        published_log.publish(folder / origin, ledger, size, by=[name])
        return ["--witness", f"{name}={self.serve(folder).url}"]

    def verify(self, status, bundle: dict, *arguments, says=()):
        path = self.folder / "shown.assay"
        path.write_bytes(evidence.canonical_json(bundle))
        result = self.must(status, "assay-verify", path, "--trust", self.ledger.identity,
                           *arguments, says=says)
        self.caught = time.monotonic()
        return result

    def submit(self, status, answer, says):
        """An institute submits to the operator's service, which answers so."""
        envelope = self.folder / "result.dsse.json"
        statement = self.ledger.result(exampleNumber=7777)
        payload = json.dumps(statement, separators=(",", ":")).encode()
        envelope.write_bytes(evidence.entry_bytes(
            evidence.envelope(payload, [self.ledger.members["northland"]])))
        service = self.offer({"/entries": lambda body: answer(body)})
        self.began = time.monotonic()
        self.must(status, "assay", "submit", envelope, "--log", service.url, says=says)
        self.caught = time.monotonic()
        self.assertFalse(Path(f"{envelope}.assay").exists())

    def receipt(self, index: int, bundle: dict):
        content = {"index": index, "leafHash": self.ledger.leaf(index).hex(),
                   "treeSize": len(self.ledger.entries), "bundle": bundle}
        return 201, "application/json", evidence.canonical_json(content)


class Rewriting(Operator):
    """What is on record is changed."""

    @misdeed(by="auditor")
    def test_rewrites_an_entry(self):
        self.show()
        changed = list(self.ledger.entries)
        changed[7] = changed[9]
        (self.log / "tile/entries/000").write_bytes(published_log.bundle(changed[:256]))
        self.audit(REJECTED, "entry-mismatch", index=7)

    @misdeed(by="auditor")
    def test_rewrites_an_entry_and_all_tiles(self):
        note = self.ledger.checkpoint()
        self.ledger.entries[7] = self.ledger.entries[9]
        published_log.write(self.log, self.ledger.entries, note)
        self.audit(REJECTED, "root-mismatch")

    @misdeed(by="auditor", guilty="log")
    def test_rewrites_an_entry_and_signs_again(self):
        self.show()
        self.audit(DONE, None, *self.keep())
        self.ledger.entries[7] = self.fork(7).entries[-1]
        self.show(by=["W1", "W2"])
        self.colluding = ["W1", "W2"]
        self.audit(REJECTED, "fork", *self.keep())

    @misdeed(by="auditor")
    def test_swaps_two_entries(self):
        entries = self.ledger.entries
        self.show()
        entries[100], entries[101] = entries[101], entries[100]
        (self.log / "tile/entries/000").write_bytes(published_log.bundle(entries[:256]))
        self.audit(REJECTED, "entry-mismatch", index=100)

    @misdeed(by="auditor")
    def test_swaps_two_entries_and_signs_a_larger_tree(self):
        """The auditor kept no entry that differs, so it cannot show anyone else what it knows."""
        self.show(size=200)
        self.audit(DONE, None, *self.keep())
        entries = self.ledger.entries
        entries[100], entries[101] = entries[101], entries[100]
        self.show()
        self.audit(REJECTED, "fork", *self.keep())

    @misdeed(by="monitor, with a mirror's help", guilty="log")
    def test_swaps_two_entries_that_a_mirror_has(self):
        mirror = self.witness_page("W1", self.honest, 200)
        entries = self.ledger.entries
        entries[100], entries[101] = entries[101], entries[100]
        server = self.serve(self.show())
        self.colluding = ["W1"]
        alerts = self.monitor(REJECTED, server.url, *mirror)
        self.assertEqual([alert["alert"] for alert in alerts], ["heads-conflict"])

    @misdeed(by="auditor", guilty="log")
    def test_backdates_an_entry(self):
        """Puts a new entry before old ones, as if it had been there when they came."""
        self.show(size=200)
        self.audit(DONE, None, *self.keep())
        late = self.fork(0).entries[-1]
        self.ledger.entries.insert(50, late)
        self.show()
        self.colluding = list(self.ledger.witnesses)
        self.audit(REJECTED, "fork", *self.keep())

    @misdeed(by="auditor")
    def test_cuts_an_entry_out_of_a_bundle(self):
        self.show()
        (self.log / "tile/entries/000").write_bytes(
            published_log.bundle(self.ledger.entries[:200] + self.ledger.entries[201:256]))
        self.audit(MALFORMED, "bundle-malformed")

    @misdeed(by="auditor", guilty="log")
    def test_goes_back_and_grows_another_way(self):
        self.show()
        self.audit(DONE, None, *self.keep())
        other = self.fork(SIZE - 20)
        self.show(other, by=["W1", "W3"])
        self.colluding = ["W1", "W3"]
        self.audit(REJECTED, "fork", *self.keep())

    @misdeed(by="auditor")
    def test_goes_back(self):
        self.show()
        self.audit(DONE, None, *self.keep())
        self.show(size=250)
        self.audit(REJECTED, "rollback", *self.keep())


class Tiles(Operator):
    """Tiles do not say what the checkpoint says."""

    @misdeed(by="auditor")
    def test_serves_tiles_of_another_fork(self):
        note = self.ledger.checkpoint()
        published_log.write(self.log, self.fork(120).entries, note)
        self.audit(REJECTED, "root-mismatch")

    @misdeed(by="auditor")
    def test_forges_the_tile_at_the_right_edge(self):
        self.show()
        self.change("tile/0/001.p/44", lambda data: data[:-1] + bytes([data[-1] ^ 1]))
        self.audit(REJECTED, "root-mismatch")

    @misdeed(by="auditor")
    def test_forges_two_tiles_at_the_right_edge(self):
        """The two errors would cancel out for a reader that computes a parent from the children
        that it was given, and believes the parent's tile for the rest."""
        self.show()
        forged = self.fork(280)
        leaves = forged.leaves()
        for name, level, index, width in evidence.tile_names(SIZE):
            if level >= 0 and name.endswith((".p/44", ".p/1")):
                (self.log / name).write_bytes(evidence.tile_content(level, index, width, leaves))
        self.audit(REJECTED)

    @misdeed(by="auditor")
    def test_withholds_a_tile(self):
        self.show()
        (self.log / "tile/0/000").unlink()
        self.audit(REJECTED, "tile-missing")


class Entries(Operator):
    """What the charter forbids is put on record, validly signed by the log."""

    def admits(self, code: str, index: int):
        self.ledger.add_result("eastmark", exampleNumber=8000)
        self.show()
        self.audit(REJECTED, code, index=index)

    @misdeed(by="auditor", guilty="log")
    def test_admits_a_stranger(self):
        stranger = ForgedLedger("stranger.example")
        self.admits("signer-unknown", self.ledger.add(
            self.ledger.result(), stranger.members["northland"]))

    @misdeed(by="auditor", guilty="log")
    def test_forges_an_institutes_signature(self):
        envelope = json.loads(self.ledger.entries[1])
        payload = evidence.unb64(envelope["payload"])
        envelope["payload"] = evidence.b64(
            payload.replace(b'"exampleNumber":0', b'"exampleNumber":6'))
        self.admits("signature-invalid", self.ledger.append(evidence.entry_bytes(envelope)))

    @misdeed(by="auditor", guilty="log")
    def test_speaks_for_an_institute_with_its_own_key(self):
        self.admits("not-entitled", self.ledger.add(
            self.ledger.result(exampleNumber=5), self.ledger.entry_key))

    @misdeed(by="auditor", guilty="log")
    def test_replays_a_statement_of_another_ledger(self):
        other = ForgedLedger("other.example")
        self.admits("wrong-ledger", self.ledger.add(
            other.result(), self.ledger.members["northland"]))

    @misdeed(by="auditor")
    def test_records_a_statement_twice(self):
        self.admits("duplicate", self.ledger.append(self.ledger.entries[3]))

    @misdeed(by="auditor", guilty="log")
    def test_records_what_is_no_envelope(self):
        self.admits("malformed", self.ledger.append(b"the operator was here"))

    @misdeed(by="auditor")
    def test_records_a_charter_that_nobody_voted_for(self):
        predicate = copy.deepcopy(self.ledger.charter)
        predicate.update(members=predicate["members"][:1])
        statement = {
            "_type": evidence.STATEMENT_TYPE,
            "subject": [{"name": self.ledger.origin, "digest": {
                "sha256": hashlib.sha256(self.ledger.origin.encode()).hexdigest()}}],
            "predicateType": evidence.CHARTER_TYPE, "predicate": predicate,
        }
        index = self.ledger.add(statement, self.ledger.entry_key,
                                self.ledger.members["northland"])
        self.ledger.add_result("eastmark", exampleNumber=8000)
        self.show()
        found = self.audit(REJECTED)
        self.assertEqual(found["reason"]["index"], index)


class Heads(Operator):
    """Different people are shown different heads."""

    @misdeed(by="monitor", guilty="log")
    def test_shows_a_witness_another_head_of_the_same_size(self):
        server = self.serve(self.show())
        self.colluding = ["W1"]
        alerts = self.monitor(
            REJECTED, server.url, *self.witness_page("W1", self.fork(120), SIZE))
        self.assertEqual([alert["alert"] for alert in alerts], ["heads-conflict"])

    @misdeed(by="monitor", guilty="log")
    def test_shows_two_nations_two_logs(self):
        server = self.serve(self.show(size=280))
        alerts = self.monitor(
            REJECTED, server.url, *self.witness_page("W1", self.ledger, SIZE),
            *self.witness_page("W2", self.fork(290), SIZE))
        self.assertIn("heads-conflict", [alert["alert"] for alert in alerts])

    @misdeed(by="monitor", guilty="log")
    def test_shows_a_witness_a_smaller_log_that_is_no_beginning(self):
        server = self.serve(self.show())
        self.colluding = ["W1"]
        alerts = self.monitor(
            REJECTED, server.url, *self.witness_page("W1", self.fork(120), 200))
        self.assertEqual([alert["alert"] for alert in alerts], ["heads-conflict"])

    @misdeed(by="monitor")
    def test_serves_a_stale_head_to_one_region(self):
        server = self.serve(self.show(size=200))
        alerts = self.monitor(
            REJECTED, server.url, *self.witness_page("W1", self.ledger, SIZE))
        self.assertEqual([alert["alert"] for alert in alerts], ["log-behind-witness"])

    @misdeed(by="monitor")
    def test_stops_the_log_in_time(self):
        class Stopped(ForgedLedger):
            def cosignature(self, witness, text, time=int(time.time()) - 7200):
                return super().cosignature(witness, text, time)

        self.ledger.__class__ = Stopped
        server = self.serve(self.show())
        alerts = self.monitor(REJECTED, server.url, "--max-age", "1h")
        self.assertEqual([alert["alert"] for alert in alerts], ["stale-checkpoint"])

    @misdeed(by="auditor")
    def test_publishes_a_head_that_too_few_have_cosigned(self):
        self.show(by=["W2"])
        self.audit(REJECTED, "no-quorum")

    @misdeed(by="auditor")
    def test_signs_with_a_key_that_the_charter_does_not_name(self):
        self.show(key=ForgedLedger("other.example").log_key)
        self.audit(REJECTED, "checkpoint-unsigned")

    @misdeed(by="witness")
    def test_asks_a_witness_to_forget(self):
        """A real witness is shown the log, then a fork of it, then the log as it once was."""
        store, key = self.folder / "w.assay-witness", self.folder / "w.pem"
        self.must(DONE, "assay", "keygen", "--out", key)
        self.must(DONE, "assay-witness", "init", "--store", store, "--key", key, "--name",
                  "witness.example/w")
        self.must(DONE, "assay-witness", "add-log", "--store", store, "--origin",
                  self.ledger.origin, "--vkey", self.name_of("log"))
        self.store, self.key = store, key
        server = WitnessServer(self)
        self.addCleanup(server.stop)

        def send(ledger, old, size, proof):
            lines = "".join(evidence.b64(digest) + "\n" for digest in proof)
            body = f"old {old}\n{lines}\n".encode() + ledger.checkpoint(size, by=[])
            return ask(server.address, "POST", "/add-checkpoint", body)

        leaves = self.ledger.leaves()
        self.assertEqual(send(self.ledger, 0, 200, []).status, 200)
        self.began = time.monotonic()
        for at in (20, 199, 250):
            other = self.fork(at)
            proof = merkle.consistency_path(200, other.leaves())
            answer = send(other, 200, SIZE, proof)
            # Where the fork begins after what the witness knows, it is no fork to the witness.
            self.assertEqual(answer.status, 200 if at >= 200 else 422, at)
        self.assertEqual(send(self.ledger, 200, SIZE, merkle.consistency_path(200, leaves)).status,
                         409)
        self.assertEqual(send(self.ledger, SIZE, SIZE, []).status, 422)
        self.assertEqual(send(self.ledger, 100, 150, []).status, 409)
        self.caught = time.monotonic()


class Bundles(Operator):
    """What an auditor or an institute is handed is not what it should be."""

    @misdeed(by="auditor, by a remembered head", guilty="log")
    def test_shows_an_auditor_two_heads_of_one_size(self):
        state = self.folder / "kept"
        self.verify(DONE, self.ledger.bundle(5), "--state", state)
        before = state.read_bytes()
        other = self.fork(120)
        self.began = time.monotonic()
        self.colluding = ["W1", "W2"]
        self.verify(REJECTED, other.bundle(5, by=["W1", "W2"]), "--state", state, says="fork")
        self.assertEqual(state.read_bytes(), before)
        for path in self.folder.glob("*.fraud"):
            shutil.move(path, self.evidence)

    @misdeed(by="auditor, by the bundle alone")
    def test_leaves_a_retraction_out(self):
        self.ledger.add_correction(5)
        root = self.ledger.add_index_root()
        lookups = [self.ledger.lookup(root, "about", self.ledger.leaf(5).hex()),
                   self.ledger.lookup(root, "type", evidence.CHARTER_TYPE),
                   self.ledger.lookup(root, "type", "urn:assay:member-keys:v1")]
        bundle = self.ledger.bundle(5, roots=(root,), lookups=lookups)
        self.began = time.monotonic()
        self.verify(REJECTED, bundle)

    @misdeed(by="auditor, by the bundle alone")
    def test_lies_about_completeness(self):
        """The lookup of a claim that was retracted is exchanged for the proof that another entry,
        of which nobody spoke, has no corrections."""
        self.ledger.add_correction(5)
        root = self.ledger.add_index_root()
        absent = self.ledger.lookup(root, "about", self.ledger.leaf(6).hex())
        absent["value"] = self.ledger.leaf(5).hex()
        bundle = self.ledger.bundle(5, roots=(root,), lookups=[absent])
        self.began = time.monotonic()
        self.verify(REJECTED, bundle)

    @misdeed(by="auditor, by the bundle alone")
    def test_proves_an_entry_that_is_not_in_the_log(self):
        bundle = self.ledger.bundle(5)
        other = self.fork(0)
        bundle["entries"][1]["entry"] = evidence.b64(other.entries[-1])
        self.began = time.monotonic()
        self.verify(REJECTED, bundle)

    @misdeed(by="institute")
    def test_answers_with_somebody_elses_entry(self):
        bundle = self.ledger.bundle(5)
        self.submit(REJECTED, lambda body: self.receipt(5, bundle), says="another statement")

    @misdeed(by="institute")
    def test_acknowledges_and_records_nothing(self):
        bundle = self.ledger.bundle(5)

        def acknowledge(body):
            envelope = self.folder / "result.dsse.json"
            lying = copy.deepcopy(bundle)
            lying["entries"][1]["entry"] = evidence.b64(envelope.read_bytes())
            return self.receipt(5, lying)

        self.submit(REJECTED, acknowledge, says="not proven to stand")

    @misdeed(by="institute")
    def test_acknowledges_without_a_quorum(self):
        def acknowledge(body):
            index = self.ledger.append((self.folder / "result.dsse.json").read_bytes())
            return self.receipt(index, self.ledger.bundle(index, by=["W1"]))

        self.submit(REJECTED, acknowledge, says="quorum")

    @misdeed(by="institute")
    def test_drops_what_one_institute_submits(self):
        problem = {"type": "urn:assay:problem:not-entitled", "title": "not entitled",
                   "status": 403, "detail": "we do not like you", "code": "not-entitled"}
        self.submit(REJECTED, lambda body: (
            403, "application/problem+json", json.dumps(problem).encode()),
            says="we do not like you")

    @misdeed(by="institute")
    def test_takes_back_what_it_acknowledged(self):
        """The institute has its bundle; the log that is shown later does not hold the entry."""
        index = SIZE - 1
        state = self.folder / "kept"
        self.verify(DONE, self.ledger.bundle(index), "--state", state)
        note = self.ledger.checkpoint()
        other = self.fork(index)
        self.show(other)
        trust = f"{self.ledger.identity}@{SIZE}:{evidence.b64(merkle.root(self.ledger.leaves()))}"
        result = self.must(REJECTED, "assay", "audit", self.log, "--trust", trust, "--evidence",
                           self.evidence, "--json")
        self.caught = time.monotonic()
        self.assertEqual(result.json["reason"]["code"], "fork")
        self.assertNotEqual(note, (self.log / "checkpoint").read_bytes())


class HonestOperators(Operator):
    """Nobody is accused who did nothing."""

    def test_honest_runs_accuse_nobody(self):
        """A log that grows by random steps, followed, audited and looked up after each of them."""
        runs = int(os.environ.get("ASSAY_HONEST_RUNS", "30"))
        self.evidence.mkdir()
        size, began = 1, time.monotonic()
        for number in range(runs):
            size = min(SIZE, size + 1 + number * 7919 % 13)
            if number % 40 == 39:
                size = 1 + number % 7
                for path in self.folder.glob("kept*"):
                    path.unlink()
            by = [["W1", "W2"], ["W2", "W3"], ["W1", "W2", "W3"]][number % 3]
            self.show(size=size, by=by)
            self.audit(DONE, None, *self.keep())
            if number % 5 == 0:
                server = self.serve(self.log)
                self.assertEqual(self.monitor(DONE, server.url, *self.witness_page(
                    "W1", self.ledger, max(1, size - 1))), [])
                shutil.rmtree(self.folder / "W1")
            claims = [number % size] if number % size else []
            (self.folder / "seen").mkdir(exist_ok=True)
            self.verify(DONE, self.ledger.bundle(*claims, size=size, by=by),
                        "--state", self.folder / "seen" / str(number // 40))
        self.assertEqual(list(self.folder.rglob("*.fraud")), [])
        if "ASSAY_TABLE" in os.environ:
            print(f"{runs} honest runs in {time.monotonic() - began:.0f} s: nobody was accused",
                  file=sys.stderr)


def tearDownModule():
    if "ASSAY_TABLE" in os.environ and CAUGHT:
        width = max(len(name) for name, *_ in CAUGHT)
        for name, by, accused, took in CAUGHT:
            accused = ", ".join(key.split("+")[0] for key in accused.split(", "))
            print(f"{name:{width}}  {took * 1000:6.0f} ms  {by:30}  {accused}", file=sys.stderr)
        print(f"{len(CAUGHT)} misdeeds, all caught", file=sys.stderr)


class Count(unittest.TestCase):
    def test_there_are_enough(self):
        misdeeds = [
            name for group in (Rewriting, Tiles, Entries, Heads, Bundles)
            for name in dir(group) if getattr(getattr(group, name), "is_misdeed", False)
        ]
        self.assertGreaterEqual(len(misdeeds), 25)
