"""One ledger under bad luck: its files, its server, clients that press on it, and its history."""

import concurrent.futures
import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import evidence
from history import History, Violation
from institutes import Ledger
from programs import Server, run


class Template:
    """Keys, a signed charter and a fresh store, made once and copied into every world."""

    def __init__(self, folder: Path):
        self.ledger = Ledger(folder).create()
        self.vkeys = self.ledger.charter_predicate()["checkpointKeys"]
        self.statement = evidence.statement_of(self.ledger.envelope())
        self.key = self.ledger.private_key("northland")

    def body(self, number: int, padding: int = 0) -> bytes:
        """A valid envelope, other than that of every other number."""
        self_statement = dict(self.statement)
        self_statement["predicate"] = {
            **self.statement["predicate"], "exampleNumber": number, "padding": "z" * padding}
        payload = json.dumps(self_statement, ensure_ascii=False, separators=(",", ":")).encode()
        return evidence.entry_bytes(evidence.envelope(payload, [self.key]))


class World:
    """A copy of the template in a folder of its own, which may be on a device of its own."""

    def __init__(self, template: Template, chance: random.Random, folder: Path | None = None):
        self.template, self.chance = template, chance
        self.owned = folder is None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="assay-faults-"))
        source = template.ledger
        self.store = self.folder / "ledger.assay-log"
        self.checkpoint_key = self.folder / "checkpoint.pem"
        self.entry_key = self.folder / "entry.pem"
        shutil.copy(source.store, self.store)
        shutil.copy(source.checkpoint_key, self.checkpoint_key)
        shutil.copy(source.entry_key, self.entry_key)
        self.history = History(template.vkeys)
        self.numbers = iter(range(1 << 30))
        # Set when the machine goes off: what a dying kernel answers after that was never said.
        self.is_off = False
        self.server: Server | None = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.server and self.server.process.poll() is None:
            signal_children(self.server, signal.SIGKILL)
            self.server.kill()
        if self.owned:
            shutil.rmtree(self.folder, ignore_errors=True)

    def body(self, padding: int = 0) -> bytes:
        return self.template.body(next(self.numbers), padding)

    # The server

    def start(self, *arguments, **options) -> Server:
        self.is_off = False
        self.server = Server(self, *arguments, **options)
        return self.server

    def wait_end(self, seconds: float = 15) -> int | None:
        """The exit status, once the server has ended by itself; None if it goes on."""
        try:
            return self.server.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    # Clients

    def ask(self, method: str, path: str, body: bytes | None = None, timeout: float = 20):
        """Status, headers and body; None where the connection breaks."""
        if not self.server.url:
            return None
        connection = http.client.HTTPConnection(*self.server.address, timeout=timeout)
        try:
            headers = {"Content-Type": "application/json"} if body else {}
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, names, answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def submit(self, body: bytes, timeout: float = 20):
        """Submits and notes what is known of it; the status, None where no answer came."""
        submission = self.history.begin(body)
        answer = self.ask("POST", "/entries", body, timeout)
        if answer is None or self.is_off:
            return None
        status, _, data = answer
        if status in (200, 201):
            self.history.end(submission, json.loads(data), status == 201)
        return status

    def press(self, bodies: list[bytes], clients: int = 6):
        """Submits from several clients until the bodies or the server are gone; a thread pool
        whose work is waited for by the caller, and which says what a client found wrong."""
        waiting, lock = iter(bodies), threading.Lock()

        def client():
            while self.server.process.poll() is None:
                with lock:
                    body = next(waiting, None)
                if body is None or self.submit(body) is None:
                    return

        pool = concurrent.futures.ThreadPoolExecutor(clients)
        return pool, [pool.submit(client) for _ in range(clients)]

    # What must hold

    def check(self):
        """Asks the running server for everything, and holds it against the history."""
        answer = self.ask("GET", "/checkpoint")
        if answer is None or answer[0] != 200:
            raise Violation(f"no checkpoint: {answer} {self.server.said[-500:]}")
        size = self.history.see(answer[2]).size
        entries = []
        for path, level, _, _ in evidence.tile_names(size):
            if level == -1:
                tile = self.ask("GET", "/" + path)
                if tile is None or tile[0] != 200:
                    raise Violation(f"{path} is not served: {tile}")
                entries += evidence.split_entry_bundle(tile[2])
        self.history.check(answer[2], entries)

    def start_and_check(self):
        """What a plain start must bring back without hands."""
        try:
            self.start()
        except AssertionError as error:
            raise Violation(f"it needs hands: {error}") from error
        self.check()

    def stop(self):
        status = self.server.stop()
        if status != 0:
            raise Violation(f"stopped with {status}:\n{self.server.said[-2000:]}")

    def fsck(self):
        result = run("assay-log", "fsck", "--store", self.store, timeout=120)
        if result.status != 0:
            raise Violation(f"fsck: {result}")

    def put_back(self, saved: dict[str, bytes]):
        """The planted bug of several harnesses: the store forgets what it acknowledged, and the
        record of what was signed last with it."""
        for path in self.folder.iterdir():
            if path.name.startswith(self.store.name) or path.name.endswith(".signed"):
                path.unlink()
        for name, data in saved.items():
            (self.folder / name).write_bytes(data)

    def saved(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.iterdir()
                if path.name.startswith(self.store.name)}


def must_catch(what: str, body) -> str:
    """A harness counts only after it has caught a bug that was put there for it."""
    try:
        body()
    except Violation as caught:
        return f"{what}: {str(caught).splitlines()[0][:90]}"
    raise AssertionError(f"the planted bug was not caught: {what}")


def signal_children(server: Server, number: int):
    """Signals what runs under a tracer: a tracer that is killed lets its child go on."""
    process = server.process.pid
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except FileNotFoundError:
        return
    for child in children:
        try:
            os.kill(int(child), number)
        except ProcessLookupError:
            pass


def can(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


def is_root() -> bool:
    return os.geteuid() == 0


def sleep(seconds: float):
    time.sleep(seconds)
