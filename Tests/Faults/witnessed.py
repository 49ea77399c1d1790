"""A witness under bad luck: its store, its server, a log that asks it to cosign, and what it said."""

import base64
import http.client
import tempfile
import threading
from pathlib import Path

import evidence
import merkle
from history import Violation
from institutes import done
from programs import Server, program, run

ORIGIN, NAME = "log.example/strange", "witness.example/w1"


class WitnessServer(Server):
    def serve_command(self, witness) -> list:
        return [program("assay-witness"), "serve", "--store", witness.store, "--key", witness.key]


class WitnessWorld:
    """A new witness that knows one log, in `folder`."""

    def __init__(self, folder: Path | None = None):
        self.home = None if folder else tempfile.TemporaryDirectory(prefix="assay-faults-")
        self.folder = folder or Path(self.home.name)
        self.store, self.key = self.folder / "w1.assay-witness", self.folder / "w1.pem"
        log_key = self.folder / "log.pem"
        for key in (self.key, log_key):
            done(run("assay", "keygen", "--out", key))
        self.log_key = evidence.load_private(log_key)
        self.log_id = evidence.note_key_id(ORIGIN, 1, self.log_key.public_key().public_bytes_raw())
        done(run("assay-witness", "init", "--store", self.store, "--key", self.key,
                 "--name", NAME))
        done(run("assay-witness", "add-log", "--store", self.store, "--origin", ORIGIN,
                 "--vkey", evidence.verifier_key(ORIGIN, self.log_key.public_key())))
        # Histories that part after the first leaf: the log's, and one that it must not get signed.
        self.leaves = {branch: [merkle.leaf_hash(b"first")] for branch in ("honest", "other")}
        self.size = self.asked = 0
        # Set when the machine goes off: what a dying kernel answers after that was never said.
        self.is_off = False
        self.server: WitnessServer | None = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.server and self.server.process.poll() is None:
            self.server.kill()
        if self.home:
            self.home.cleanup()

    def start(self, **options):
        self.is_off = False
        self.server = WitnessServer(self, **options)
        return self.server

    def checkpoint(self, size: int, branch: str = "honest") -> bytes:
        leaves = self.leaves[branch]
        while len(leaves) < size:
            leaves.append(merkle.leaf_hash(f"{branch} {len(leaves)}".encode()))
        text = evidence.checkpoint_text(ORIGIN, size, merkle.root(leaves[:size]))
        return evidence.write_note(text, [(ORIGIN, self.log_id, self.log_key.sign(text))])

    def request(self, old: int, size: int, branch: str = "honest") -> bytes:
        note = self.checkpoint(size, branch)
        proof = merkle.consistency_path(old, self.leaves[branch][:size]) if 0 < old < size else []
        lines = "".join(base64.b64encode(digest).decode() + "\n" for digest in proof)
        return f"old {old}\n{lines}\n".encode() + note

    def send(self, body: bytes):
        """Status and body; None where no answer came."""
        if not self.server.url:
            return None
        connection = http.client.HTTPConnection(*self.server.address, timeout=10)
        try:
            connection.request("POST", "/add-checkpoint", body=body)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def grow(self, chance) -> bool:
        """Has the next checkpoint cosigned; whether that was done."""
        size = self.size + chance.randint(1, 5)
        self.asked = size
        answer = self.send(self.request(self.size, size))
        if self.is_off or answer is None or answer[0] == 503:
            return False
        if answer[0] != 200:
            raise Violation(f"a good checkpoint of size {size} is answered {answer}")
        self.size = size
        return True

    def press(self, chance):
        """Goes on until the witness is gone; a thread to wait for, and what went wrong there."""
        wrong: list[BaseException] = []

        def client():
            try:
                while self.grow(chance):
                    pass
            except BaseException as error:
                wrong.append(error)

        thread = threading.Thread(target=client)
        thread.start()
        return thread, wrong

    def check(self):
        """What was cosigned is remembered: the size, and that no other history is cosigned."""
        answer = self.send(self.request(0, self.asked + 1))
        if answer is None:
            raise Violation(f"the witness does not answer: {self.server.said[-500:]}")
        status, body = answer
        if self.asked == 0 and status == 200:
            self.size = self.asked = 1
            return
        if status == 200 and self.size == 0:
            self.size = self.asked = self.asked + 1
            return
        if status != 409:
            raise Violation(f"size {self.size} was cosigned, and 0 is taken for it: {answer}")
        known = int(body)
        if not self.size <= known <= self.asked:
            raise Violation(f"size {self.size} was cosigned, and the witness remembers {known}")
        self.size = self.asked = known
        for size in (known, known + 1):
            if known > 1:
                self.refuses(known, size)

    def refuses(self, old: int, size: int):
        answer = self.send(self.request(old, size, "other"))
        if answer is None or answer[0] not in (409, 422):
            raise Violation(f"another history of size {size} is answered {answer}")

    def start_and_check(self):
        try:
            self.start()
        except AssertionError as error:
            raise Violation(f"the witness needs hands: {error}") from error
        self.check()
