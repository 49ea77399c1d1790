"""A ledger whose charter asks for witnesses: real ones, dead ones, and hostile ones."""

import base64
import json
import re
import shutil
import struct
import threading
import time

import evidence
from institutes import ATTEST_FLAGS, Ledger, exercise_log
from programs import CANNOT, DONE, REJECTED, ProgramTest
from witnesses import StrangeWitness, WitnessedLedger, until


class CosigningTest(ProgramTest):
    def make(self, *arguments, quick=False, **options) -> WitnessedLedger:
        ledger = WitnessedLedger(self.folder, **options).create()
        self.addCleanup(ledger.stop_witnesses)
        self.config = self.folder / "limits.json"
        # Only tests in which the quorum is out of reach wait so long for it.
        self.config.write_text(json.dumps({"cosigningSeconds": 1 if quick else 10}))
        return ledger

    def serve(self, ledger, *arguments):
        server = ledger.serve("--config", self.config, *arguments)
        self.addCleanup(server.stop)
        return server

    def metric(self, ledger, name: str) -> float:
        for line in ledger.ask("GET", "/metrics").body.decode().splitlines():
            if line.startswith(name + " "):
                return float(line.split(" ")[1])
        raise AssertionError(f"no metric {name}")

    def published(self, ledger) -> evidence.Checkpoint | None:
        answer = ledger.ask("GET", "/checkpoint")
        return ledger.checkpoint() if answer.status == 200 else None

    def until_published(self, ledger, size: int):
        until(lambda: (found := self.published(ledger)) and found.size >= size,
              what=f"no published checkpoint of size {size}")

    def verdict(self, ledger, answer, status=DONE, **options):
        path = self.folder / "answer.assay"
        value = answer.json
        path.write_bytes(evidence.canonical_json(value["bundle"]))
        return self.must(status, "assay-verify", path, "--trust", ledger.identity, **options)


class RealWitnesses(CosigningTest):
    def test_the_main_path_is_cosigned(self):
        ledger = self.make()
        ledger.start_witnesses()
        server = self.serve(ledger)
        self.must(DONE, "assay", "attest", *self.attest_arguments(ledger, server, "northland"))
        shown = self.must(DONE, "assay-verify", self.folder / "northland.assay", "--charter",
                          ledger.draft, says=["VERIFIED AS SHOWN", "observed by",
                                                  "a fork needs 1 dishonest witness"])
        self.assertNotIn("log alone could", shown.out)
        # A policy of the auditor's own, over all five, is met once the late ones are in.
        path = self.folder / "got.assay"
        vkey = ledger.charter_predicate()["checkpointKeys"][0]
        policy = self.folder / "own.policy"
        lines = "".join(witness.line for witness in ledger.witnesses.values())
        policy.write_text(f"log {vkey}\n{lines}group all5 all w1 w2 w3 w4 w5\nquorum all5\n")
        until(lambda: ledger.cosigners(ledger.ask("GET", "/checkpoint").body)
              == set(ledger.witnesses), what="late cosignatures do not come in")
        self.must(DONE, "assay", "get", "1", "--log", server.url, "--trust", ledger.identity,
                  "-o", path)
        self.must(DONE, "assay-verify", path, "--trust", ledger.identity, "--policy", policy)
        # A submission again, in another program, finds it there.
        self.must(DONE, "assay", "submit", self.folder / "northland.dsse.json", "--log", server.url,
                  says="was there before")
        batch = b"\n".join(ledger.another(number) for number in range(40)) + b"\n"
        answer = ledger.ask("POST", "/entries/batch", batch)
        self.assertEqual(answer.status, 200)
        receipts = [json.loads(line) for line in answer.body.splitlines()]
        self.assertEqual(sorted(one["index"] for one in receipts), list(range(2, 42)))
        self.assertGreaterEqual(ledger.checkpoint().size, 42)
        page = ledger.ask("GET", "/metrics").body.decode()
        for name in ledger.witnesses:
            self.assertRegex(page, rf'assay_cosignature_seconds_count{{witness="{name}"}} [1-9]')
        until(lambda: self.metric(ledger, "assay_quorum_met") == 1)
        self.assertEqual(ledger.ask("GET", "/readyz").status, 200)
        lines = [line for line in server.lines if " checkpoint" in line and "size=" in line]
        self.assertTrue(lines and "cosigners" in lines[-1], server.said)
        until(lambda: len(ledger.cosigners(ledger.ask("GET", "/checkpoint").body)) == 5)
        self.assertEqual(server.stop(), DONE)
        self.must(DONE, "assay-log", "fsck", "--store", ledger.store)
        public = self.folder / "public"
        self.must(DONE, "assay-log", "publish", "--store", ledger.store, "--to", public)
        note = (public / "checkpoint").read_bytes()
        self.assertEqual(len(ledger.cosigners(note)), 5)

    def attest_arguments(self, ledger, server, name):
        return [exercise_log(name), "--key", ledger.keys[name], "--submit", server.url,
                *ATTEST_FLAGS, "-o", self.folder / name]

    def test_dead_witnesses_are_done_without_while_the_quorum_stands(self):
        ledger = self.make(quick=True)
        ledger.start_witnesses()
        server = self.serve(ledger)
        self.assertEqual(ledger.post(ledger.another(0)).status, 201)
        ledger.witnesses["w3"].kill()
        ledger.witnesses["w5"].kill()
        answer = ledger.post(ledger.another(1))
        self.assertEqual(answer.status, 201, answer)
        self.verdict(ledger, answer)
        # The south is gone: entries are durable, and nothing more is published.
        ledger.witnesses["w4"].kill()
        body = ledger.another(2)
        missing = ledger.post(body)
        self.assertEqual((missing.status, missing.json["code"]), (503, "no-quorum"), missing)
        self.assertEqual(missing.json["index"], 3)
        self.assertRegex(missing.json["leafHash"], "^[0-9a-f]{64}$")
        self.assertIn("retry-after", missing.headers)
        self.assertEqual(ledger.checkpoint().size, 3)
        self.assertEqual(self.metric(ledger, "assay_quorum_met"), 0)
        until(lambda: ledger.ask("GET", "/readyz").status == 503, what="still ready")
        self.assertEqual(ledger.ask("GET", "/healthz").status, 200)
        self.assertEqual(ledger.ask("GET", "/entries/3").status, 404)
        # Who does not wait gets what the log has signed, which is no proof yet.
        signed = ledger.post(ledger.another(3), "?wait=signed")
        self.assertEqual(signed.status, 201, signed)
        self.verdict(ledger, signed, REJECTED, says="quorum|cosign")
        lines = ledger.ask("POST", "/entries/batch", ledger.another(4) + b"\n" + ledger.another(1))
        first, second = [json.loads(line) for line in lines.body.splitlines()]
        self.assertEqual((first["code"], first["index"], second["new"]), ("no-quorum", 5, False))
        # Back again: everything that was signed meanwhile is covered by one round.
        ledger.witnesses["w5"].start()
        self.until_published(ledger, 6)
        again = ledger.post(body)
        self.assertEqual((again.status, again.json["index"]), (200, 3), again)
        self.verdict(ledger, again)
        self.assertEqual(ledger.ask("GET", "/readyz").status, 200)

    def test_collecting_goes_on_after_a_kill(self):
        ledger = self.make(quick=True)
        ledger.start_witnesses("w1", "w4")
        server = self.serve(ledger)
        self.assertEqual(ledger.ask("GET", "/checkpoint").status, 503)
        missing = ledger.post(ledger.another(0))
        self.assertEqual(missing.json["code"], "no-quorum", missing)
        server.kill()
        ledger.start_witnesses("w2")
        server = self.serve(ledger)
        self.until_published(ledger, 2)
        shown = ledger.ask("GET", "/checkpoint").body
        server.kill()
        ledger.stop_witnesses()
        # What was published stays published, whoever is there.
        server = self.serve(ledger)
        self.assertEqual(ledger.ask("GET", "/checkpoint").body, shown)

    def test_witnesses_without_an_address_are_named_to_the_service(self):
        ledger = self.make(addressed=False, quick=True)
        ledger.start_witnesses()
        server = self.serve(ledger)
        self.assertEqual(ledger.post(ledger.another(0)).json["code"], "no-quorum")
        self.assertIn("no address", server.said)
        server.stop()
        arguments = [f"--witness={name}={one.url}" for name, one in ledger.witnesses.items()]
        self.serve(ledger, *arguments)
        self.assertEqual(ledger.post(ledger.another(0)).status, 200)

    def test_waiting_clients_do_not_hold_up_the_stop(self):
        ledger = self.make()
        ledger.start_witnesses("w1")
        server = self.serve(ledger)
        answers = []
        client = threading.Thread(target=lambda: answers.append(ledger.post(ledger.another(0))))
        client.start()
        until(lambda: b"assay_entries_total 1\n" in ledger.ask("GET", "/metrics").body)
        self.assertEqual(server.stop(), DONE)
        client.join()
        self.assertEqual(answers[0].json["code"], "no-quorum", answers)


class UnreadMessages(CosigningTest):
    def test_a_service_does_not_wait_for_who_reads_its_messages(self):
        ledger = Ledger(self.folder).create()
        server = ledger.serve("--log-level", "debug", "--log-format", "json", wait=False, reads=False)
        self.addCleanup(server.kill)
        while not server.url:
            line = server.process.stderr.readline().decode()
            server.url = re.search("listening on (http://[0-9.:]+)", line)
            server.url = server.url and server.url.group(1)
        # More than a pipe holds: each request is a line, and each checkpoint.
        for number in range(150):
            self.assertEqual(ledger.post(ledger.another(number)).status, 201)
            for _ in range(5):
                self.assertEqual(ledger.ask("GET", "/healthz").status, 200)
        server.process.terminate()
        self.assertEqual(server.process.wait(12), DONE)


class HostileWitnesses(CosigningTest):
    """The quorum stands without w3 and w5; in w5's place is somebody else."""

    def with_stranger(self, behave, shown=None, entries=6):
        ledger = self.ledger = self.make()
        ledger.start_witnesses("w1", "w2", "w4")
        stranger = StrangeWitness(ledger.witnesses["w5"].port, behave, shown)
        self.addCleanup(stranger.stop)
        server = self.serve(ledger)
        for number in range(entries):
            answer = ledger.post(ledger.another(number))
            self.assertEqual(answer.status, 201, answer)
            self.verdict(ledger, answer)
        until(lambda: stranger.asked > 0, what="the stranger was never asked")
        self.assertEqual(stranger.at_once_most, 1)
        self.assertEqual(ledger.ask("GET", "/readyz").status, 200)
        self.assertLessEqual(ledger.cosigners(ledger.ask("GET", "/checkpoint").body),
                             {"w1", "w2", "w4"})
        until(lambda: b"assay_witness_failures_total{witness=\"w5\"" in
              ledger.ask("GET", "/metrics").body or stranger.at_once,
              what="nothing is noted of the stranger")
        self.assertEqual(server.stop(), DONE)
        self.must(DONE, "assay-log", "fsck", "--store", ledger.store)
        return server, stranger

    def line(self, note: bytes, private=None, ahead=0) -> bytes:
        """A cosignature line in w5's name."""
        text = note.split(b"\n\n")[0] + b"\n"
        now = int(time.time()) + ahead
        message = f"cosignature/v1\ntime {now}\n".encode() + text
        key = private or evidence.load_private(self.ledger.witnesses["w5"].key)
        name, ident, _ = self.ledger.witnesses["w5"].vkey.split("+", 2)
        blob = bytes.fromhex(ident) + struct.pack(">Q", now) + key.sign(message)
        return f"\u2014 {name} {base64.b64encode(blob).decode()}\n".encode()

    @staticmethod
    def note(body: bytes) -> bytes:
        return body.split(b"\n\n", 1)[1]

    def test_forged_lines(self):
        stranger_key = self.folder / "stranger.pem"
        self.must(DONE, "assay", "keygen", "--out", stranger_key)
        private = evidence.load_private(stranger_key)
        server, _ = self.with_stranger(
            lambda body: (200, "text/plain", self.line(self.note(body), private)))
        self.assertIn("does not verify", server.said)

    def test_good_lines_with_an_absurd_time(self):
        server, _ = self.with_stranger(
            lambda body: (200, "text/plain", self.line(self.note(body), ahead=86_400)))
        self.assertIn("says it was made", server.said)

    def test_garbage(self):
        for status, kind, body in [
            (200, "text/plain", b"\x00\xff" * 100), (200, "text/plain", b""),
            (200, "text/plain", b"\xe2\x80\x94 x " + b"A" * 1_000_000 + b"\n"),
            (409, "text/plain", b"1\n"), (409, "text/x.tlog.size", b"-1\n"),
            (409, "text/x.tlog.size", b"99999999999999999999999\n"),
            (302, "text/plain", b"http://127.0.0.1:1/"), (500, "text/html", b"<h1>"),
        ]:
            with self.subTest(status=status, body=body[:20]):
                self.with_stranger(lambda _: (status, kind, body), entries=2)
                shutil.rmtree(self.folder)
                self.folder.mkdir()

    def test_silence(self):
        _, stranger = self.with_stranger(lambda _: None)
        self.assertEqual(stranger.asked, 1)

    def test_conflicts_without_end(self):
        sizes = iter(range(1, 1_000_000))
        _, stranger = self.with_stranger(
            lambda _: (409, "text/x.tlog.size", f"{next(sizes) % 7}\n".encode()))
        self.assertLess(stranger.asked, 60)

    def test_a_claim_to_be_ahead_proves_nothing(self):
        server, _ = self.with_stranger(
            lambda _: (409, "text/x.tlog.size", b"1000000\n"), shown=b"not a checkpoint\n")
        self.assertIn("never signed", server.said)


class RestoredStores(CosigningTest):
    def put_back(self, ledger, old):
        """The operator puts an old store back and has lost what was kept beside the key."""
        for pattern in ("*.signed", "ledger.assay-log*"):
            for path in self.folder.glob(pattern):
                path.unlink()
        shutil.copy(old, ledger.store)

    def test_a_store_behind_its_witnesses_is_not_served(self):
        ledger = self.make()
        ledger.start_witnesses()
        server = self.serve(ledger)
        self.assertEqual(ledger.post(ledger.another(0)).status, 201)
        server.stop()
        old = self.folder / "old"
        shutil.copy(ledger.store, old)
        server = self.serve(ledger)
        self.assertEqual(ledger.post(ledger.another(1)).status, 201)
        public = self.folder / "public"
        server.stop()
        self.must(DONE, "assay-log", "publish", "--store", ledger.store, "--to", public)
        self.put_back(ledger, old)
        serve = ["assay-log", "serve", "--store", ledger.store, "--key", ledger.checkpoint_key,
                 "--entry-key", ledger.entry_key, "--listen", "127.0.0.1:0"]
        self.must(CANNOT, *serve, says=["witness w1", "size 3", "second history", "--published"])
        server = self.serve(ledger, "--published", public)
        self.assertEqual(ledger.post(ledger.another(2)).status, 201)

    def test_a_witness_of_a_size_that_was_caught_up_over_is_no_stranger(self):
        ledger = self.make()
        ledger.start_witnesses()
        server = self.serve(ledger)
        self.assertEqual(ledger.post(ledger.another(0)).status, 201)
        server.stop()
        old = self.folder / "old"
        shutil.copy(ledger.store, old)
        server = self.serve(ledger)
        self.assertEqual(ledger.post(ledger.another(1)).status, 201)
        until(lambda: len(ledger.cosigners(ledger.ask("GET", "/checkpoint").body)) == 5)
        ledger.witnesses["w3"].stop()
        for number in (2, 3):
            self.assertEqual(ledger.post(ledger.another(number)).status, 201)
        server.stop()
        public = self.folder / "public"
        self.must(DONE, "assay-log", "publish", "--store", ledger.store, "--to", public)
        self.put_back(ledger, old)
        # The restored store never had a checkpoint of the size at which w3 stands.
        ledger.witnesses["w3"].start()
        server = self.serve(ledger, "--published", public)
        self.assertEqual(ledger.post(ledger.another(4)).status, 201)
        until(lambda: len(ledger.cosigners(ledger.ask("GET", "/checkpoint").body)) == 5,
              what="w3 does not go on")

    def test_a_witness_that_comes_back_stops_a_log_that_signs_a_second_history(self):
        ledger = self.make()
        ledger.start_witnesses()
        server = self.serve(ledger)
        self.assertEqual(ledger.post(ledger.another(0)).status, 201)
        server.stop()
        old = self.folder / "old"
        shutil.copy(ledger.store, old)
        server = self.serve(ledger)
        for number in (1, 2, 3):
            self.assertEqual(ledger.post(ledger.another(number)).status, 201)
        until(lambda: len(ledger.cosigners(ledger.ask("GET", "/checkpoint").body)) == 5)
        server.stop()
        ledger.stop_witnesses()
        self.put_back(ledger, old)
        # Nobody is there to say so at the start; the first who comes back does.
        server = self.serve(ledger)
        ledger.post(ledger.another(9), "?wait=signed")
        ledger.start_witnesses("w2")
        until(lambda: server.process.poll() is not None, what="the log goes on")
        self.assertEqual(server.process.returncode, CANNOT)
        self.assertIn("w2", server.said)
