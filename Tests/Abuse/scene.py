"""A served ledger, honest clients whose waiting is measured, and the marks that a server leaves."""

import http.client
import json
import resource
import socket
import tempfile
import threading
import time
from pathlib import Path

import evidence
from institutes import Ledger
from programs import Server

# Where attackers come from, each as many addresses as it likes; honest clients use others.
HONEST = "127.0.0.1"


def attacker(number: int) -> str:
    return f"127.9.{number // 250}.{1 + number % 250}"


class Broken(AssertionError):
    """What must hold under an attack does not."""


def allow_descriptors():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class Scene:
    """One ledger and its server, with the limits that a server has by itself."""

    def __init__(self, **limits):
        self.home = tempfile.TemporaryDirectory(prefix="assay-abuse-")
        folder = Path(self.home.name)
        self.ledger = Ledger(folder).create()
        config = folder / "limits.json"
        config.write_text(json.dumps(limits))
        self.server = Server(self.ledger, "--config", config)
        self.address = self.server.address
        self.vkeys = self.ledger.charter_predicate()["checkpointKeys"]
        self.keys = {name: self.ledger.private_key(name) for name in self.ledger.keys}
        self.statements = {name: evidence.statement_of(self.ledger.envelope(name))
                           for name in ("northland", "eastmark")}
        self.numbers = iter(range(1 << 40))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.kill()
        self.home.cleanup()

    def body(self, member: str = "northland", **changes) -> bytes:
        """A good envelope, other than all others."""
        statement = self.statements[member]
        statement = {**statement, "predicate": {
            **statement["predicate"], "exampleNumber": next(self.numbers), **changes}}
        payload = json.dumps(statement, ensure_ascii=False, separators=(",", ":")).encode()
        return evidence.entry_bytes(evidence.envelope(payload, [self.keys[member]]))

    def ask(self, method: str, path: str, body: bytes | None = None, source: str = HONEST,
            headers=None):
        """Status, headers and body of one request on a connection of its own."""
        connection = http.client.HTTPConnection(
            *self.address, timeout=30, source_address=(source, 0))
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, names, answer.read()
        finally:
            connection.close()

    def status(self, name: str) -> int:
        """A line of the server's /proc status, in KiB or as a count."""
        text = Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(next(line for line in text.splitlines() if line.startswith(name)).split()[1])

    @property
    def memory(self) -> int:
        """Resident bytes."""
        return self.status("VmRSS:") * 1024

    @property
    def descriptors(self) -> int:
        return len(list(Path(f"/proc/{self.server.process.pid}/fd").iterdir()))

    def raw(self, data: bytes, source: str = HONEST, seconds: float = 5) -> bytes:
        """What is answered to `data` until the server closes."""
        with self.connect(source, seconds) as connection:
            said = b""
            try:
                connection.sendall(data)
                while piece := connection.recv(1 << 16):
                    said += piece
            except (TimeoutError, ConnectionError):
                pass
            return said

    def connect(self, source: str, seconds: float = 5) -> socket.socket:
        return socket.create_connection(self.address, seconds, source_address=(source, 0))


class HonestClient:
    """Submits and reads by turns on a connection that it keeps, and notes how long that takes."""

    def __init__(self, scene: Scene, pause: float = 0.01, member: str = "eastmark",
                 source: str = HONEST):
        self.scene, self.pause, self.member, self.source = scene, pause, member, source
        self.seconds: list[float] = []
        self.problems: list[str] = []
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join(60)

    def run(self):
        connection = None
        while not self.ended.wait(self.pause):
            body, began = self.scene.body(self.member), time.monotonic()
            try:
                if connection is None:
                    connection = http.client.HTTPConnection(
                        *self.scene.address, timeout=30, source_address=(self.source, 0))
                connection.request("POST", "/entries", body=body)
                answer = connection.getresponse()
                answer.read()
                if answer.status != 201:
                    self.problems.append(f"status {answer.status}")
            except (OSError, http.client.HTTPException) as error:
                connection = None
                self.problems.append(repr(error))
            self.seconds.append(time.monotonic() - began)

    def quantile(self, share: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def measured(scene: Scene, seconds: float, attack=None) -> tuple[HonestClient, int, int]:
    """An honest client for a while, under an attack that is called with an event for its end; the
    most memory and descriptors meanwhile."""
    ended, memory, descriptors = threading.Event(), 0, 0
    thread = threading.Thread(target=attack, args=(ended,), daemon=True) if attack else None
    with HonestClient(scene) as client:
        if thread:
            thread.start()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(0.1)
            memory = max(memory, scene.memory)
            descriptors = max(descriptors, scene.descriptors)
            if scene.server.process.poll() is not None:
                raise Broken(f"the server ended:\n{scene.server.said[-1500:]}")
    ended.set()
    if thread:
        thread.join(60)
    return client, memory, descriptors
