"""Every console block of the README does what it shows.

In a block, `$ ` starts a command (a line that ends in `\\` goes on in the next). The other lines
are what it prints; `…` stands for anything within a line, a line of `…` alone for any lines. A
command that ends in ` &` runs until the block ends, and its first line is awaited. The blocks of a
README run in one folder, in order. Ports 8080 and 8081 of the README are free ports here.
"""

import os
import re
import shlex
import signal
import socket
import subprocess
import threading
import unittest

from institutes import INSTITUTES, exercise_log
from programs import BIN, ROOT, ProgramTest, environment, program

README = ROOT / "README.md"


def blocks(text: str) -> list[tuple[int, list[str]]]:
    """Line number and lines of each console block."""
    found, current = [], None
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip() == "```console":
            current = (number, [])
        elif line.strip() == "```" and current:
            found.append(current)
            current = None
        elif current:
            current[1].append(line)
    return found


def steps(lines: list[str]) -> list[tuple[str, list[str]]]:
    """Command and expected output of each step in a block."""
    found = []
    for line in lines:
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found and found[-1][0].endswith("\\") and not found[-1][1]:
            found[-1] = (found[-1][0] + "\n" + line, [])
        elif found:
            found[-1][1].append(line)
        else:
            raise AssertionError(f"output before the first command: {line!r}")
    return found


def pattern(expected: list[str]) -> re.Pattern:
    parts = []
    for line in expected:
        if line.strip() == "…":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(r"[^\n]*?".join(map(re.escape, line.split("…"))) + r"[ \t]*\n")
    return re.compile(r"\A" + "".join(parts) + r"\Z")


class Readme(ProgramTest):
    def setUp(self):
        super().setUp()
        self.running: list[subprocess.Popen] = []
        self.addCleanup(self.stop_all)
        tools = self.folder / ".programs"
        tools.mkdir()
        for name in ("assay", "assay-log", "assay-verify", "assay-witness"):
            (tools / name).symlink_to(program(name))
        self.work = self.folder / "work"
        self.work.mkdir()
        for name in INSTITUTES:
            (self.work / f"{name}.eval").symlink_to(exercise_log(name))
        self.env = environment(PATH=f"{tools}:{os.environ['PATH']}", HOME=str(self.work))
        self.assertTrue(BIN.is_dir(), f"{BIN} is missing: build first")

    def stop_all(self):
        for process in self.running:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(15)
            process.stdout.close()
        self.running.clear()

    def start(self, command: str, expected: list[str]):
        process = subprocess.Popen(["bash", "-c", "exec " + command.removesuffix("&").strip()],
                                   cwd=self.work, env=self.env, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, start_new_session=True)
        self.running.append(process)
        said, found = [], threading.Event()
        wanted = pattern(["…", *expected])

        def read():
            for line in process.stdout:
                said.append(line.decode())
                if wanted.match("".join(said)):
                    found.set()

        threading.Thread(target=read, daemon=True).start()
        self.assertTrue(not expected or found.wait(30), f"$ {command}\n{''.join(said)}")

    def execute(self, command: str, expected: list[str]):
        done = subprocess.run(["bash", "-c", command], cwd=self.work, env=self.env, timeout=120,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        said = done.stdout.decode()
        if said and not said.endswith("\n"):
            said += "\n"
        self.assertRegex(said, pattern(expected), f"\n$ {command}\n{said}\nis not\n" +
                         "\n".join(expected))

    def test_every_console_block(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            other = free.getsockname()[1]
        text = README.read_text().replace("127.0.0.1:8080", f"127.0.0.1:{port}")
        found = blocks(text.replace("127.0.0.1:8081", f"127.0.0.1:{other}"))
        commands = 0
        for number, lines in found:
            for command, expected in steps(lines):
                if shlex.split(command)[0].startswith("tools/"):
                    continue  # the demonstration and the tests themselves: tools/test runs them
                commands += 1
                with self.subTest(line=number, command=command):
                    if command.endswith("&"):
                        self.start(command, expected)
                    else:
                        self.execute(command, expected)
        self.assertGreater(commands, 8, "the README shows hardly anything")

    def test_it_is_short_and_its_links_lead_somewhere(self):
        text = README.read_text()
        self.assertLessEqual(len(text.split("\n")), 201)
        for target in re.findall(r"\]\(([^)#]+)\)", text):
            if "://" not in target:
                self.assertTrue((ROOT / target).exists(), f"README links to {target}")
        for folder in re.findall(r"(?m)^\| `([A-Za-z./_-]+/)`", text):
            self.assertTrue((ROOT / folder).is_dir(), f"README maps {folder}")


class Patterns(unittest.TestCase):
    """The comparison itself can fail."""

    def test_wildcards(self):
        self.assertRegex("a\nb1c\n", pattern(["a", "b…c"]))
        self.assertRegex("a\nx\ny\nz\n", pattern(["a", "…", "z"]))
        self.assertRegex("z\n", pattern(["…", "z"]))
        self.assertNotRegex("a\nb1d\n", pattern(["a", "b…c"]))
        self.assertNotRegex("a\nb\nc\n", pattern(["a", "c"]))
        self.assertNotRegex("a\n", pattern([]))

    def test_steps(self):
        self.assertEqual(steps(["$ a \\", "  b", "out", "$ c"]),
                         [("a \\\n  b", ["out"]), ("c", [])])
