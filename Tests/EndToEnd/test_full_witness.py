"""A witness in mode full: replays every entry before it cosigns, and mirrors the log."""

import copy
import hashlib
import json
import threading

import evidence
import merkle
import published_log
from forged_ledger import ForgedLedger
from institutes import ask
from programs import DONE, TRUST, USAGE, ProgramTest
from witnesses import QUORUM, Witness, WitnessedLedger, WitnessServer, free_port


def origin_hash(origin: str) -> str:
    return hashlib.sha256(origin.encode()).hexdigest()


class FullWitnessTest(ProgramTest):
    def add_log(self, witness, origin, vkey, ledger, url, status=DONE, **options):
        return self.must(
            status, "assay-witness", "add-log", "--store", witness.store, "--origin", origin,
            "--vkey", vkey, "--full", "--trust", ledger, "--url", url, **options)

    def mirror(self, server, origin: str, path: str, **headers):
        return ask(server.address, "GET", f"/{origin_hash(origin)}/{path}",
                   headers={"Accept-Encoding": "identity", **headers})

    def assert_mirrored(self, server, origin: str, size: int, leaves, entries):
        """Byte for byte what the log has at this size, and nothing beyond."""
        for name, level, index, width in evidence.tile_names(size):
            first = 256 * index
            expected = (
                published_log.bundle(entries[first : first + width]) if level == -1
                else evidence.tile_content(level, index, width, leaves))
            answer = self.mirror(server, origin, name)
            self.assertEqual((answer.status, answer.body), (200, expected), name)
        beyond = f"tile/0/{evidence.tile_path(size // 256)}.p/{size % 256 + 1}"
        self.assertEqual(self.mirror(server, origin, beyond).status, 404)


class RealLedgers(FullWitnessTest):
    def test_the_ledger_is_cosigned_and_mirrored(self):
        ledger = WitnessedLedger(
            self.folder / "ledger", names=("w1", "w2"),
            quorum="group all-of-us all w1 w2\nquorum all-of-us\n")
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        ledger.create()
        vkey = ledger.charter_predicate()["checkpointKeys"][0]
        for witness in ledger.witnesses.values():
            self.add_log(witness, ledger.origin, vkey, ledger.identity, url)
        self.addCleanup(ledger.stop)
        self.addCleanup(ledger.stop_witnesses)
        ledger.start_witnesses()
        ledger.serve(listen=f"127.0.0.1:{port}")
        for number in range(9):
            answer = ledger.post(ledger.another(number))
            self.assertEqual(answer.status, 201, answer)
        # Another process, the same mirror; it goes on where it was.
        ledger.witnesses["w1"].kill()
        ledger.witnesses["w1"].start()
        for number in range(9, 12):
            answer = ledger.post(ledger.another(number))
            self.assertEqual(answer.status, 201, answer)
        entries = ledger.entries()
        leaves = [merkle.leaf_hash(entry) for entry in entries]
        self.assertEqual(len(entries), 13)
        for witness in ledger.witnesses.values():
            self.assert_mirrored(witness.server, ledger.origin, 13, leaves, entries)
            note = self.mirror(witness.server, ledger.origin, "checkpoint").body
            self.assertEqual(evidence.open_checkpoint(note, [vkey]).size, 13)
            told = self.mirror(witness.server, ledger.origin, "evidence").json
            self.assertEqual(told, {"checkpoints": [], "proofs": []})
        # Whoever reads the mirror can replay it: the log itself is not needed.
        ledger.stop()
        witness = ledger.witnesses["w1"]
        mirror = f"{witness.url}/{origin_hash(ledger.origin)}"
        found = self.must(1, "assay", "audit", mirror, "--trust", ledger.identity, "--json",
                          "--evidence", self.folder).json
        self.assertEqual(found["reason"]["code"], "no-quorum", "a mirror shows one cosignature")


class ForgedLogs(FullWitnessTest):
    def setUp(self):
        super().setUp()
        self.ledger = ForgedLedger(witnesses=0)
        for number in range(30):
            self.ledger.add_result(exampleNumber=number)
        self.vkey = self.ledger.charter["checkpointKeys"][0]
        (self.folder / "log").mkdir()
        self.log = published_log.FileServer(self.folder / "log")
        self.addCleanup(self.log.stop)
        self.witness = Witness(self.folder, "w1")
        self.add_log(self.witness, self.ledger.origin, self.vkey, self.ledger.identity,
                     self.log.url)
        self.witness.start()
        self.addCleanup(self.witness.stop)

    def send(self, old: int, size: int, ledger=None, proof=None):
        """Publishes a tree and asks for a cosignature of it."""
        ledger = ledger or self.ledger
        published_log.publish(self.log.folder, ledger, size)
        leaves = ledger.leaves(size)
        if proof is None:
            proof = merkle.consistency_path(old, leaves) if 0 < old < size else []
        lines = "".join(evidence.b64(digest) + "\n" for digest in proof)
        body = f"old {old}\n{lines}\n".encode() + ledger.checkpoint(size)
        return ask(self.witness.server.address, "POST", "/add-checkpoint", body)

    def shown(self, path: str):
        return self.mirror(self.witness.server, self.ledger.origin, path)

    def proofs(self) -> list[dict]:
        """The fraud proofs that the witness lists; the judge must confirm each."""
        found = []
        for number, listed in enumerate(self.shown("evidence").json["proofs"]):
            answer = ask(self.witness.server.address, "GET", listed["href"])
            self.assertEqual((answer.status, hashlib.sha256(answer.body).hexdigest()),
                             (200, listed["sha256"]))
            path = self.folder / f"{number}.fraud"
            path.write_bytes(answer.body)
            self.must(DONE, "assay-verify", "fraud", path, says="VERIFIED")
            proof = json.loads(answer.body)
            self.assertEqual((proof["kind"], proof["accused"]),
                             (listed["kind"], listed["accused"]))
            found.append(proof)
        return found

    def test_a_damaged_mirror_is_not_held_against_the_log(self):
        self.assertEqual(self.send(0, 20).status, 200)
        tile = (self.folder / "w1.assay-witness.mirror" / origin_hash(self.ledger.origin)
                / "tile" / "0" / "000")
        good = tile.read_bytes()
        tile.write_bytes(bytes([good[0] ^ 1]) + good[1:])
        self.assertEqual(self.send(20, 20).json["code"], "log-unreadable")
        self.assertEqual(self.shown("evidence").json, {"checkpoints": [], "proofs": []})
        tile.write_bytes(good)
        self.assertEqual(self.send(20, 20).status, 200)

    def test_an_honest_log_at_many_sizes(self):
        old = 0
        while len(self.ledger.entries) < 520:
            self.ledger.add_result(exampleNumber=len(self.ledger.entries))
        for size in (1, 2, 30, 255, 256, 257, 520):
            answer = self.send(old, size)
            self.assertEqual(answer.status, 200, answer)
            self.assert_mirrored(self.witness.server, self.ledger.origin, size,
                                 self.ledger.leaves(size), self.ledger.entries)
            old = size
        # The same again is a fresh cosignature, and needs nothing of the log.
        self.log.folder = self.folder / "nowhere"
        body = b"old 520\n\n" + self.ledger.checkpoint(520)
        again = ask(self.witness.server.address, "POST", "/add-checkpoint", body)
        self.assertEqual(again.status, 200, again)

    def test_an_entry_that_the_charter_forbids_is_never_cosigned(self):
        self.assertEqual(self.send(0, 20).status, 200)
        stranger = ForgedLedger("stranger.example")
        self.ledger.entries = self.ledger.entries[:25]
        index = self.ledger.add(self.ledger.result(), stranger.members["northland"])
        self.ledger.add_result(exampleNumber=1000)
        for _ in range(2):
            answer = self.send(20, 27)
            self.assertEqual((answer.status, answer.json["code"]), (422, "signer-unknown"))
            self.assertIn(str(index), answer.json["detail"])
        proof, = self.proofs()
        self.assertEqual((proof["kind"], proof["accused"]), ("unauthorised-entry", self.vkey))
        kept = self.shown("evidence").json["checkpoints"]
        self.assertEqual([(item["kind"], item["checkpoint"]) for item in kept],
                         [("wrong-entries", self.ledger.checkpoint(27).decode())])
        note = evidence.open_checkpoint(self.shown("checkpoint").body, [self.vkey])
        self.assertEqual(note.size, 20)
        # What stands before the forbidden entry is good, and stays so after a restart.
        self.witness.kill()
        self.witness.start()
        self.assertEqual(self.send(20, 27).status, 422)
        self.assertEqual(self.send(20, 25).status, 200)

    def test_entries_that_are_not_those_of_the_tree(self):
        self.assertEqual(self.send(0, 20).status, 200)
        other = copy.copy(self.ledger)
        other.entries = list(self.ledger.entries)
        other.entries[22] = other.entries[3]
        published = published_log.publish(self.log.folder, other, 30)
        (published / "checkpoint").write_bytes(self.ledger.checkpoint(30))
        body = b"old 20\n" + b"".join(
            evidence.b64(d).encode() + b"\n"
            for d in merkle.consistency_path(20, self.ledger.leaves(30)))
        answer = ask(self.witness.server.address, "POST", "/add-checkpoint",
                     body + b"\n" + self.ledger.checkpoint(30))
        self.assertEqual((answer.status, answer.json["code"]), (422, "root-mismatch"))
        self.assertEqual(self.proofs(), [])
        self.assertEqual(self.send(20, 30).status, 200)

    def test_what_cannot_be_read_now_is_asked_for_again(self):
        self.assertEqual(self.send(0, 20).status, 200)
        body = b"old 20\n" + b"".join(
            evidence.b64(d).encode() + b"\n"
            for d in merkle.consistency_path(20, self.ledger.leaves(30)))
        answer = ask(self.witness.server.address, "POST", "/add-checkpoint",
                     body + b"\n" + self.ledger.checkpoint(30))
        self.assertEqual((answer.status, answer.json["code"]), (503, "log-unreadable"))
        self.assertIn("retry-after", answer.headers)
        self.assertEqual(self.shown("evidence").json["checkpoints"], [])
        self.assertEqual(self.send(20, 30).status, 200)

    def test_forks(self):
        self.assertEqual(self.send(0, 20).status, 200)
        other = copy.copy(self.ledger)
        other.entries = list(self.ledger.entries)
        del other.entries[11]
        self.assertEqual(self.send(20, 20, other).status, 422)
        self.assertEqual(self.send(20, 28, other).status, 422)
        found = {proof["kind"]: proof for proof in self.proofs()}
        self.assertEqual(set(found), {"fork-same-size", "fork-inclusion"})
        self.assertEqual(found["fork-inclusion"]["evidence"]["index"], 11)
        # A good checkpoint with a bad proof is nobody's fraud.
        answer = self.send(20, 30, proof=[b"x" * 32] * 5)
        self.assertEqual(answer.status, 422)
        self.assertEqual(len(self.proofs()), 2)
        self.assertEqual(self.send(20, 30).status, 200)

    def test_catching_up_is_cut_off_and_goes_on(self):
        while len(self.ledger.entries) < 2100:
            self.ledger.add_result(exampleNumber=len(self.ledger.entries))
        reached, go_on = threading.Event(), threading.Event()

        def hold(path):
            if path.startswith("/tile/entries/008"):
                reached.set()
                go_on.wait(60)

        self.log.before_answer = hold
        answer = self.send(0, 2100)
        self.assertEqual((answer.status, answer.json["code"]), (503, "replaying"), answer)
        self.assertTrue(reached.is_set())
        self.witness.kill()
        go_on.set()
        self.log.before_answer = lambda path: None
        self.witness.start()
        before = len(self.log.asked)

        def send_until_cosigned():
            for _ in range(20):
                answer = self.send(0, 2100)
                if answer.status != 503:
                    return answer

        self.assertEqual(send_until_cosigned().status, 200)
        # Where the first process had counted a step, the second did not begin anew.
        asked = [path for path in self.log.asked[before:] if path == "/tile/entries/000"]
        self.assertLessEqual(len(asked), 2)
        self.assert_mirrored(self.witness.server, self.ledger.origin, 2100,
                             self.ledger.leaves(), self.ledger.entries)

    def test_arguments_that_are_wrong(self):
        self.witness.stop()
        origin, vkey, url = self.ledger.origin, self.vkey, self.log.url
        other = ForgedLedger("other.example").identity
        self.add_log(self.witness, origin, vkey, other, url, TRUST, says="replay-changed")
        self.add_log(self.witness, origin, vkey, "assay1:00", url, TRUST, says="trust")
        self.add_log(self.witness, origin, vkey, self.ledger.identity, "ftp://x", USAGE)
        self.must(USAGE, "assay-witness", "add-log", "--store", self.witness.store, "--origin",
                  origin, "--vkey", vkey, "--full")
        self.must(TRUST, "assay-witness", "add-log", "--store", self.witness.store, "--origin",
                  origin, "--vkey", vkey, says="replay-changed")
        self.add_log(self.witness, origin, vkey, self.ledger.identity, url + "/moved",
                     says="keys replaced")
