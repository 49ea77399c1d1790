"""Witnesses of a ledger: real ones, each a process, and one that does what no witness should."""

import random
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import evidence
from institutes import Ledger, done
from programs import Server, program, run

# Two of the three in the north and one of the two in the south.
QUORUM = ("group north 2 w1 w2 w3\ngroup south any w4 w5\n"
          "group both all north south\nquorum both\n")
NAMES = ("w1", "w2", "w3", "w4", "w5")


def free_port() -> int:
    """A port that nobody listens on, and that the system gives to no connection."""
    while True:
        port = random.randrange(15_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


class WitnessServer(Server):
    """`assay-witness serve`, awaited and stopped like the log's service."""

    def serve_command(self, witness) -> list:
        return [program("assay-witness"), "serve", "--store", witness.store, "--key", witness.key]


class Witness:
    """A witness on a port of its own, which stays the same over restarts."""

    def __init__(self, folder: Path, name: str):
        self.name = name
        self.key, self.store = folder / f"{name}.pem", folder / f"{name}.assay-witness"
        self.port = free_port()
        self.server: WitnessServer | None = None
        done(run("assay", "keygen", "--out", self.key))
        made = done(run("assay-witness", "init", "--store", self.store, "--key", self.key,
                        "--name", f"witness.example/{name}"))
        self.vkey = made.out.strip()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def line(self) -> str:
        return f"witness {self.name} {self.vkey} {self.url}\n"

    def watch(self, origin: str, vkey: str):
        done(run("assay-witness", "add-log", "--store", self.store, "--origin", origin,
                 "--vkey", vkey))

    def start(self):
        self.server = WitnessServer(self, listen=f"127.0.0.1:{self.port}")

    def stop(self):
        if self.server:
            self.server.stop()
        self.server = None

    def kill(self):
        self.server.kill()
        self.server = None


class WitnessedLedger(Ledger):
    """A ledger whose charter asks for witnesses."""

    def __init__(self, folder: Path, names=NAMES, quorum: str = QUORUM, addressed=True, **options):
        super().__init__(folder, **options)
        self.quorum, self.addressed = quorum, addressed
        self.witnesses = {name: Witness(folder, name) for name in names}

    def charter_arguments(self) -> list:
        arguments = super().charter_arguments()
        lines = [one.line if self.addressed else f"witness {one.name} {one.vkey}\n"
                 for one in self.witnesses.values()]
        (self.folder / "witnesses.txt").write_text("".join(lines) + self.quorum)
        place = arguments.index("--witnesses") + 1
        arguments[place] = self.folder / "witnesses.txt"
        arguments.remove("--allow-forkable")
        return arguments

    def create(self):
        super().create()
        vkey = self.charter_predicate()["checkpointKeys"][0]
        for witness in self.witnesses.values():
            witness.watch(self.origin, vkey)
        return self

    def start_witnesses(self, *names: str):
        for name in names or self.witnesses:
            self.witnesses[name].start()

    def stop_witnesses(self):
        for witness in self.witnesses.values():
            witness.stop()

    def cosigners(self, note: bytes) -> set[str]:
        """The witnesses whose lines are in a note; each line must verify."""
        vkeys = {name: witness.vkey for name, witness in self.witnesses.items()}
        return evidence.cosigners(note, vkeys)


def until(condition, seconds: float = 30, what: str = "it never came true"):
    """Waits for something that has no bound in time, though a test must end."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(what)


class StrangeWitness:
    """Listens where a witness should be and answers as `behave(request body)` says:
    (status, content type, body), or None to say nothing until it is stopped."""

    def __init__(self, port: int, behave, shown=None):
        self.asked = 0
        self.at_once = self.at_once_most = 0
        self.lock, self.ends = threading.Lock(), threading.Event()
        strange = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with strange.lock:
                    strange.asked += 1
                    strange.at_once += 1
                    strange.at_once_most = max(strange.at_once_most, strange.at_once)
                try:
                    answer = behave(body)
                    if answer is None:
                        strange.ends.wait()
                    else:
                        self.say(*answer)
                finally:
                    with strange.lock:
                        strange.at_once -= 1

            def do_GET(self):
                self.say(*((200, "text/plain", shown) if shown else (404, "text/plain", b"")))

            def say(self, status, kind, body):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                if status in (301, 302, 307):
                    self.send_header("Location", body.decode())
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    pass

            def log_message(self, *_):
                pass

        class Listener(ThreadingHTTPServer):
            allow_reuse_address = daemon_threads = True

            def handle_error(self, *_):
                pass  # A log that has heard enough ends the connection.

        self.server = Listener(("127.0.0.1", port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.ends.set()
        self.server.shutdown()
        self.server.server_close()
