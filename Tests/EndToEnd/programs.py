"""Runs the programs under test as a person would: by their command line, nothing else.

ASSAY_BIN names the folder with the built programs (default .build/debug), ASSAY_VERIFY an
assay-verify to use instead of the one in that folder (the static release build).
"""

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "Tests/Fixtures/inspect"
BIN = Path(os.environ.get("ASSAY_BIN", ROOT / ".build/debug")).resolve()
LEDGER_ID = re.compile(r"assay1:[0-9a-f]{64}")

DONE, REJECTED, TRUST, MALFORMED, CANNOT, USAGE = 0, 1, 2, 3, 4, 64


def program(name: str) -> str:
    path = BIN / name
    if name == "assay-verify" and "ASSAY_VERIFY" in os.environ:
        path = Path(os.environ["ASSAY_VERIFY"]).resolve()
    if not os.access(path, os.X_OK):
        raise RuntimeError(f"{path} is missing: build first, or point ASSAY_BIN at the programs")
    return str(path)


def environment(**extra: str) -> dict[str, str]:
    """A plain environment, so that nothing of the tester's own leaks into a run."""
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", **extra}


@dataclass
class Result:
    command: list[str]
    status: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def said(self) -> str:
        return self.out + self.err

    def __str__(self) -> str:
        return (
            f"$ {' '.join(self.command)}\nstatus {self.status}\n"
            f"--- standard output\n{self.out}--- standard error\n{self.err}---"
        )


def run(name: str, *arguments, cwd=None, stdin: bytes = b"", env=None, timeout=60) -> Result:
    command = [program(name), *map(str, arguments)]
    done = subprocess.run(
        command, cwd=cwd, input=stdin, env=env or environment(), capture_output=True,
        timeout=timeout,
    )
    return Result(command, done.returncode, done.stdout.decode(), done.stderr.decode())


def run_on_terminal(name: str, *arguments, answers: list[str], timeout=30) -> Result:
    """Runs a program with a controlling terminal and types one answer at each prompt."""
    command = [program(name), *map(str, arguments)]
    child, terminal = pty.fork()
    if child == 0:
        os.execve(command[0], command, environment(TERM="dumb"))
    said, waiting, end = b"", list(answers), time.monotonic() + timeout
    prompted_at = -1
    while time.monotonic() < end:
        ready, _, _ = select.select([terminal], [], [], 0.3)
        if ready:
            try:
                piece = os.read(terminal, 4096)
            except OSError:
                break
            if not piece:
                break
            said += piece
        elif waiting and len(said) != prompted_at and said.rstrip(b" ").endswith(b":"):
            # Quiet after a prompt: the program waits for an answer.
            os.write(terminal, waiting.pop(0).encode() + b"\n")
            prompted_at = len(said)
    else:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise AssertionError(f"{command} still waits after {timeout} s; it said {said!r}")
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    text = said.decode(errors="replace")
    return Result(command, os.waitstatus_to_exitcode(status), text, "")


class ProgramTest(unittest.TestCase):
    """A test with a folder of its own, which stays where it is when the test fails."""

    maxDiff = None

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="assay-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def must(self, status: int, name: str, *arguments, says=(), **options) -> Result:
        """Runs a program and expects this exit status, and each of `says` in what it prints."""
        result = run(name, *arguments, **options)
        self.assert_result(result, status, says)
        return result

    def assert_result(self, result: Result, status: int, says=()):
        self.assertEqual(result.status, status, f"\n{result}")
        for words in [says] if isinstance(says, str) else says:
            self.assertRegex(result.said, re.compile(words, re.IGNORECASE), f"\n{result}")
        if status not in (DONE, REJECTED):
            self.assertTrue(result.said.strip(), f"fails without a word\n{result}")
        self.assertNotRegex(
            result.said, r"Fatal error|Stack dump|Optional\(|\.swift:\d+|\bAssay[A-Z]\w*\.[A-Z]\w*", f"\n{result}"
        )

    def files(self, folder: Path | None = None) -> dict[str, bytes]:
        """Every file below the folder with its content: to show that nothing changed."""
        folder = folder or self.folder
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }


class Server:
    """`assay-log serve` on a port of the system's choice, until `stop` or `kill`."""

    def __init__(self, ledger, *arguments, listen="127.0.0.1:0", wait=True, reads=True, prefix=()):
        self.lines: list[str] = []
        self.url = None
        self.ready = threading.Event()
        command = [
            *prefix, *self.serve_command(ledger), "--listen", listen, *arguments,
        ]
        self.process = subprocess.Popen(
            list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, env=environment(),
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        if reads:
            self.reader.start()
        if wait and not self.wait_ready():
            self.kill()
            raise AssertionError(f"assay-log did not start:\n{self.said}")

    def serve_command(self, ledger) -> list:
        return [program("assay-log"), "serve", "--store", ledger.store,
                "--key", ledger.checkpoint_key, "--entry-key", ledger.entry_key]

    def _read(self):
        for raw in self.process.stderr:
            line = raw.decode(errors="replace")
            self.lines.append(line)
            found = re.search(r"listening on (http://[0-9.]+:\d+)", line)
            if found and not self.url:
                self.url = found.group(1)
                self.ready.set()
        self.ready.set()

    def wait_ready(self, seconds=30) -> bool:
        self.ready.wait(seconds)
        return self.url is not None

    @property
    def said(self) -> str:
        return "".join(self.lines)

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.url.removeprefix("http://").split(":")
        return host, int(port)

    def stop(self) -> int:
        """SIGTERM; the exit status. 10 s is what service.md allows for it."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(12)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError(f"assay-log did not stop within 10 s:\n{self.said}")
        self._close()
        return self.process.returncode

    def kill(self):
        self.process.kill()
        self.process.wait()
        self._close()

    def _close(self):
        if self.reader.ident:
            self.reader.join(5)
        self.process.stderr.close()
