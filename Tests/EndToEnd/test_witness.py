"""The witness's program as a log by strangers sees it: what it cosigned, it never forgets."""

import base64
import hashlib
import struct

import evidence
import merkle
from institutes import ask
from programs import CANNOT, DONE, MALFORMED, TRUST, USAGE, ProgramTest
from witnesses import WitnessServer

ORIGIN, NAME = "log.example/strange", "witness.example/w1"


class WitnessProgram(ProgramTest):
    def setUp(self):
        super().setUp()
        self.store, self.key = self.folder / "w1.assay-witness", self.folder / "w1.pem"
        self.log_key = self.folder / "log.pem"
        for key in (self.key, self.log_key):
            self.must(DONE, "assay", "keygen", "--out", key)
        self.log_private = evidence.load_private(self.log_key)
        raw = self.raw(self.log_private)
        self.log_id = self.key_id(ORIGIN, 1, raw)
        self.vkey = (f"{ORIGIN}+{self.log_id.hex()}+"
                     + base64.b64encode(b"\x01" + raw).decode())
        made = self.must(DONE, "assay-witness", "init", "--store", self.store, "--key", self.key,
                           "--name", NAME)
        raw = self.raw(evidence.load_private(self.key))
        self.witness_id = self.key_id(NAME, 4, raw)
        self.assertEqual(made.out, f"{NAME}+{self.witness_id.hex()}+"
                         + base64.b64encode(b"\x04" + raw).decode() + "\n")
        self.must(DONE, "assay-witness", "add-log", "--store", self.store, "--origin", ORIGIN,
                    "--vkey", self.vkey, says="added")
        self.leaves = [merkle.leaf_hash(b"leaf %d" % number) for number in range(9)]

    @staticmethod
    def raw(private) -> bytes:
        return private.public_key().public_bytes_raw()

    @staticmethod
    def key_id(name: str, kind: int, raw: bytes) -> bytes:
        return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + raw).digest()[:4]

    def serve(self):
        server = WitnessServer(self)
        self.addCleanup(server.stop)
        return server

    def checkpoint(self, size: int, leaves=None) -> tuple[str, str]:
        root = base64.b64encode(merkle.root((leaves or self.leaves)[:size])).decode()
        text = f"{ORIGIN}\n{size}\n{root}\n"
        line = base64.b64encode(self.log_id + self.log_private.sign(text.encode())).decode()
        return text, f"{text}\n\u2014 {ORIGIN} {line}\n"

    def send(self, server, old: int, size: int, proof=(), leaves=None):
        lines = "".join(base64.b64encode(digest).decode() + "\n" for digest in proof)
        body = f"old {old}\n{lines}\n{self.checkpoint(size, leaves)[1]}"
        return ask(server.address, "POST", "/add-checkpoint", body.encode())

    def check_cosignature(self, answer, size: int):
        self.assertEqual(answer.status, 200, answer)
        dash, name, encoded = answer.body.decode().removesuffix("\n").split(" ")
        signature = base64.b64decode(encoded)
        self.assertEqual((dash, name, signature[:4], len(signature)),
                         ("\u2014", NAME, self.witness_id, 76))
        (time,) = struct.unpack(">Q", signature[4:12])
        message = f"cosignature/v1\ntime {time}\n{self.checkpoint(size)[0]}".encode()
        evidence.load_private(self.key).public_key().verify(signature[12:], message)

    def test_it_cosigns_and_after_a_kill_still_knows_what(self):
        server = self.serve()
        self.check_cosignature(self.send(server, 0, 1), 1)
        # From one leaf to two the proof is the second leaf.
        self.check_cosignature(self.send(server, 1, 2, self.leaves[1:2]), 2)
        server.kill()
        server = self.serve()
        for size in (1, 2, 3):
            stale = self.send(server, 1, size)
            self.assertEqual((stale.status, stale.body), (409, b"2\n"), stale)
            self.assertEqual(stale.headers["content-type"], "text/x.tlog.size")
        fork = [merkle.leaf_hash(b"other %d" % number) for number in range(9)]
        self.assertEqual(self.send(server, 2, 2, leaves=fork).status, 422)
        self.check_cosignature(self.send(server, 2, 2), 2)
        path = f"/{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
        shown = ask(server.address, "GET", path)
        self.assertEqual(shown.status, 200)
        self.assertTrue(shown.body.decode().startswith(self.checkpoint(2)[1]), shown.body)
        self.assertEqual(server.stop(), DONE)

    def test_one_process_has_the_store_and_keys_belong_to_it(self):
        server = self.serve()
        self.must(CANNOT, "assay-witness", "add-log", "--store", self.store, "--origin", ORIGIN,
                    "--vkey", self.vkey, says="another process")
        server.stop()
        self.must(DONE, "assay-witness", "add-log", "--store", self.store, "--origin", ORIGIN,
                    "--vkey", self.vkey, says="keys replaced")
        self.must(TRUST, "assay-witness", "serve", "--store", self.store, "--key", self.log_key, says="belongs to")
        self.must(MALFORMED, "assay-witness", "add-log", "--store", self.store, "--origin", ORIGIN,
                    "--vkey", "nonsense")
        self.must(USAGE, "assay-witness", "add-log", "--store", self.store)
        self.must(CANNOT, "assay-witness", "serve", "--store", self.folder / "absent",
                    "--key", self.key, says="no store")
