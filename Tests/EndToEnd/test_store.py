"""The store under bad luck: killed, full, shared, mistaken for another."""

import concurrent.futures
import json
import os
import random
import re
import shutil
import signal
import subprocess
import threading

import evidence
import merkle
from institutes import Ledger, run
from programs import CANNOT, DONE, REJECTED, TRUST, ProgramTest, Server


class StoreTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.ledger = Ledger(self.folder / "ledger").create()
        self.addCleanup(self.ledger.stop)

    def check_everything(self, acknowledged: dict[int, str]):
        """Every acknowledged entry is at its place under the signed root; fsck agrees."""
        checkpoint, entries = self.ledger.checkpoint(), self.ledger.entries()
        self.assertEqual(len(entries), checkpoint.size)
        leaves = [merkle.leaf_hash(entry) for entry in entries]
        self.assertEqual(merkle.root(leaves), checkpoint.root)
        for index, leaf in acknowledged.items():
            self.assertEqual(leaves[index].hex(), leaf, f"entry {index} was promised and is lost")
            answer = self.ledger.ask("GET", f"/entries/{index}/bundle")
            self.assertEqual(answer.status, 200)
            item = next(e for e in answer.json["entries"] if e["index"] == index)
            path = [evidence.unb64(digest) for digest in item["proof"]]
            signed = evidence.open_checkpoint(
                answer.json["checkpoint"].encode(),
                self.ledger.charter_predicate()["checkpointKeys"])
            self.assertEqual(
                merkle.root_from_path(leaves[index], index, signed.size, path), signed.root)


class Killed(StoreTest):
    def test_kill_during_submissions_and_restart_loses_nothing_acknowledged(self):
        seed = random.SystemRandom().randrange(1 << 32)
        chance, numbers = random.Random(seed), iter(range(1_000_000))
        bodies = [self.ledger.another(next(numbers)) for _ in range(400)]
        acknowledged, roots, waiting = {}, {}, iter(bodies)
        lock = threading.Lock()

        def submit_until_cut(server):
            while server.process.poll() is None:
                with lock:
                    body = next(waiting, None)
                if body is None:
                    return
                try:
                    answer = self.ledger.post(body)
                except OSError:
                    return
                except Exception as broken:  # an answer cut in the middle
                    if type(broken).__module__ != "http.client":
                        raise
                    return
                if answer.status in (200, 201):
                    with lock:
                        acknowledged[answer.json["index"]] = answer.json["leafHash"]

        for turn in range(8):
            with self.subTest(seed=seed, turn=turn):
                server = self.ledger.serve()
                self.check_everything(acknowledged)
                checkpoint = self.ledger.checkpoint()
                for size, root in roots.items():
                    leaves = [merkle.leaf_hash(entry) for entry in self.ledger.entries()]
                    self.assertEqual(merkle.root(leaves[:size]), root,
                                     f"the checkpoint of size {size} was signed and forgotten")
                roots[checkpoint.size] = checkpoint.root
                with concurrent.futures.ThreadPoolExecutor(6) as pool:
                    for _ in range(6):
                        pool.submit(submit_until_cut, server)
                    threading.Event().wait(chance.uniform(0.02, 0.35))
                    server.process.send_signal(signal.SIGKILL)
                    server.process.wait()
                server.kill()
                self.must(DONE, "assay-log", "fsck", "--store", self.ledger.store)
        self.ledger.serve()
        self.check_everything(acknowledged)
        self.assertGreater(len(acknowledged), 8, "nothing was acknowledged: the test shows nothing")
        # What was cut off resolves to one place when it is sent again.
        for body in bodies[:40]:
            first, second = self.ledger.post(body), self.ledger.post(body)
            self.assertEqual(second.status, 200)
            self.assertEqual(first.json["index"], second.json["index"])
        self.check_everything(acknowledged)

    def test_sigterm_finishes_what_was_accepted_and_exits_zero(self):
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            server = self.ledger.serve()
            answer = self.ledger.post(self.ledger.another(signal_number))
            self.assertEqual(answer.status, 201)
            server.process.send_signal(signal_number)
            self.assertEqual(server.process.wait(12), DONE, server.said)
            server.stop()
        self.ledger.serve()
        self.assertEqual(self.ledger.checkpoint().size, 3)


class StartIsRefused(StoreTest):
    def start(self, ledger=None, **options) -> Server:
        server = Server(ledger or self.ledger, wait=False, **options)
        try:
            server.process.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            self.fail(f"it started, and must not:\n{server.said}")
        server.stop()
        self.assertIsNone(server.url, server.said)
        self.assertNotRegex(server.said, "Fatal error|Stack dump")
        return server

    def test_port_in_use(self):
        running = self.ledger.serve()
        other = Ledger(self.folder / "other", origin="other.example").create()
        host, port = running.address
        refused = self.start(other, listen=f"{host}:{port}")
        self.assertEqual(refused.process.returncode, CANNOT, refused.said)
        self.assertIn(str(port), refused.said)
        self.assertRegex(refused.said, "(?i)in use|already")
        self.assertEqual(self.ledger.ask("GET", "/healthz").status, 200)

    def test_a_second_process_on_the_same_store(self):
        self.ledger.serve()
        body = self.ledger.another(1)
        self.assertEqual(self.ledger.post(body).status, 201)
        refused = self.start()
        self.assertIn(refused.process.returncode, (CANNOT, REJECTED), refused.said)
        self.assertIn(self.ledger.store.name, refused.said)
        self.assertEqual(self.ledger.post(body).status, 200)

    def test_the_lock_does_not_outlive_a_killed_process(self):
        self.ledger.serve().kill()
        self.ledger.serve()
        self.assertEqual(self.ledger.ask("GET", "/readyz").status, 200)

    def test_store_of_another_ledger(self):
        other = Ledger(self.folder / "other", origin="other.example").create()
        other.store = self.ledger.store
        before = self.ledger.store.read_bytes()
        refused = self.start(other)
        self.assertEqual(refused.process.returncode, TRUST, refused.said)
        self.assertRegex(refused.said, "(?i)key|ledger")
        self.assertEqual(self.ledger.store.read_bytes(), before)

    def test_no_store_and_a_file_that_is_none(self):
        self.ledger.store = self.folder / "nowhere.sqlite"
        refused = self.start()
        self.assertIn(refused.process.returncode, (CANNOT, TRUST, 3), refused.said)
        self.assertIn("nowhere.sqlite", refused.said)
        self.assertFalse(self.ledger.store.exists())
        self.ledger.store.write_bytes(b"this is no store" * 500)
        refused = self.start()
        self.assertNotEqual(refused.process.returncode, DONE)
        self.assertIn("nowhere.sqlite", refused.said)
        self.assertEqual(self.ledger.store.read_bytes(), b"this is no store" * 500)

    def test_listen_addresses_that_are_none(self):
        for listen in ("", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:99999", "nowhere.invalid:1"):
            with self.subTest(listen):
                refused = self.start(listen=listen)
                self.assertIn(refused.process.returncode, (CANNOT, 64), refused.said)


class BitRot(StoreTest):
    def test_a_stopped_ledger_is_one_file(self):
        self.ledger.serve()
        for number in range(12):
            self.assertEqual(self.ledger.post(self.ledger.another(number)).status, 201)
        self.assertEqual(self.ledger.stop(), DONE)
        copy = self.folder / "copy.assay-log"
        shutil.copy(self.ledger.store, copy)
        self.must(DONE, "assay-log", "fsck", "--store", copy, says=r"\b13 entries")

    def test_fsck_names_what_is_wrong(self):
        self.ledger.serve()
        for number in range(12):
            self.assertEqual(self.ledger.post(self.ledger.another(number)).status, 201)
        self.ledger.stop()
        self.must(DONE, "assay-log", "fsck", "--store", self.ledger.store)
        data = self.ledger.store.read_bytes()
        entry = evidence.entry_bytes(json.loads(self.ledger.another(5)))
        at = data.find(entry[-60:-4])  # inside its signature, which no other entry has
        self.assertGreater(at, 0, "the entry's bytes are not found in the store file")
        damaged = self.folder / "damaged.sqlite"
        changed = bytearray(data)
        changed[at + 30] ^= 1
        damaged.write_bytes(bytes(changed))
        found = run("assay-log", "fsck", "--store", damaged)
        self.assertIn(found.status, (REJECTED, 3), f"\n{found}")
        self.assertRegex(found.said, r"\b6\b")  # entry 0 is the charter, so number 5 is entry 6


class DiskFull(StoreTest):
    def test_a_full_disk_refuses_and_loses_nothing(self):
        if os.geteuid() != 0:
            self.skipTest("a file system of its own needs root")
        small = self.folder / "small"
        small.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=10m", "tmpfs", small], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest(f"no tmpfs may be mounted here: {mounted.stderr.decode()}")
        self.addCleanup(subprocess.run, ["umount", "-l", small])
        shutil.copy(self.ledger.store, small / "ledger.assay-log")
        self.ledger.store = small / "ledger.assay-log"
        server = self.ledger.serve()
        acknowledged, refusal = {}, None
        for number in range(2000):
            answer = self.ledger.post(self.ledger.another(number, padding="z" * 20_000))
            if answer.status != 201:
                refusal = answer
                break
            acknowledged[answer.json["index"]] = answer.json["leafHash"]
        self.assertIsNotNone(refusal, "a disk of 10 MiB took everything")
        self.assertEqual(refusal.status, 503, refusal)
        self.assertIn(refusal.json["code"], ("storage-full", "storage-unavailable"))
        self.assertIn("retry-after", refusal.headers)
        self.assertGreater(len(acknowledged), 2)
        self.check_everything(acknowledged)
        self.assertEqual(self.ledger.ask("GET", "/healthz").status, 200)
        server.stop()
        # Room again: it goes on where it was.
        subprocess.run(["mount", "-o", "remount,size=64m", small], check=True)
        self.ledger.serve()
        again = self.ledger.post(self.ledger.another(number, padding="z" * 20_000))
        self.assertIn(again.status, (200, 201), again)
        acknowledged[again.json["index"]] = again.json["leafHash"]
        self.check_everything(acknowledged)
        self.ledger.stop()
        self.must(DONE, "assay-log", "fsck", "--store", self.ledger.store)

    def test_bundle_file_on_a_full_disk_is_whole_or_absent(self):
        if os.geteuid() != 0:
            self.skipTest("a file system of its own needs root")
        small = self.folder / "small"
        small.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", small], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest(f"no tmpfs may be mounted here: {mounted.stderr.decode()}")
        self.addCleanup(subprocess.run, ["umount", "-l", small])
        self.ledger.serve()
        envelope = self.folder / "a.dsse.json"
        envelope.write_bytes(self.ledger.another(1))
        self.must(DONE, "assay", "submit", envelope, "--log", self.ledger.server.url)
        (small / "filler").write_bytes(b"x" * 4096)
        result = run("assay", "get", "1", "--log", self.ledger.server.url,
                     "-o", small / "got.assay")
        self.assert_result(result, CANNOT, ["got.assay", "space|full"])
        self.assertEqual(os.listdir(small), ["filler"], re.escape(str(result)))
