"""`assay-verify` touches nothing but what it is given, and says the same everywhere."""

import os
import re
import shutil
import subprocess

import evidence
from bundle_test import BundleTest
from programs import DONE, environment, program, run

# What the loader and the runtime may read: code, never configuration or anybody's data.
SYSTEM = re.compile(
    r"^(/lib|/lib64|/usr/lib|/usr/lib64|/opt|/etc/ld\.so\.(cache|preload)|/proc/self/|"
    r"/proc/sys/|/sys/devices/system/cpu|/sys/kernel/mm|/dev/(null|urandom|random)$)"
)
CONFIGURATION = re.compile(r"openssl\.cnf|/ssl/|resolv\.conf|/etc/hosts|nsswitch|locale|passwd")


class Hermetic(BundleTest):
    def setUp(self):
        super().setUp()
        self.file = self.folder / "good.assay"
        self.file.write_bytes(evidence.canonical_json(self.good))
        self.arguments = (str(self.file), "--trust", self.forged.identity)

    def report(self, cwd=None, command=(), **variables) -> bytes:
        done = subprocess.run([*command, program("assay-verify"), *self.arguments],
                              capture_output=True, env=environment(**variables), cwd=cwd)
        self.assertEqual(done.returncode, DONE, done)
        return done.stdout + done.stderr

    def test_no_network_call_and_no_file_but_its_arguments(self):
        if not shutil.which("strace"):
            self.fail("strace is missing: tools/prerequisites --test installs it")
        trace = self.folder / "trace"
        done = subprocess.run(
            ["strace", "-f", "-o", trace, "-e", "trace=%network,%file,%process",
             program("assay-verify"), *self.arguments], capture_output=True, env=environment())
        if b"ptrace" in done.stderr or b"Operation not permitted" in done.stderr:
            self.skipTest(f"nobody may trace a program here: {done.stderr.decode().strip()}")
        self.assertEqual(done.returncode, DONE, done)
        network, opened, executed = [], set(), 0
        calls = r"socket|connect|bind|listen|accept4?|send(to|msg|mmsg)|recv(from|msg|mmsg)"
        for line in trace.read_text().splitlines():
            if re.search(rf"\b({calls}|getsockname|getpeername)\(", line):
                network.append(line)
            executed += bool(re.search(r"\bexecve\(", line))
            found = re.search(r'\b(open|openat|stat|newfstatat|access|readlink|statx)\w*\('
                              r'[^"]*"([^"]*)"', line)
            if found:
                opened.add(found.group(2))
        self.assertEqual(network, [])
        self.assertEqual(executed, 1, "it started another program")
        self.assertIn(str(self.file), opened)
        own = {str(self.file), program("assay-verify"), ""}
        foreign = sorted(
            path for path in opened - own
            if CONFIGURATION.search(path)
            or not (SYSTEM.match(path) or path.startswith(os.path.dirname(program("assay-verify")))))
        self.assertEqual(foreign, [])

    def test_output_is_the_same_under_any_environment(self):
        expected = self.report()
        trap = self.folder / "openssl.cnf"
        trap.write_text("openssl_conf = x\n[x]\nproviders = y\n[y]\nnone = z\n[z]\nactivate = 0\n"
                        "module = /nonexistent.so\n")
        hostile = self.folder / "hostile"
        hostile.mkdir()
        for name in ("charter.json", "openssl.cnf", ".assay", "assay.conf", "policy.txt"):
            (hostile / name).write_text("quorum none\n")
        cases = {
            "Turkish": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
            "Arabic": {"LC_ALL": "ar_EG.UTF-8"}, "C": {"LC_ALL": "C"},
            "Kiritimati": {"TZ": "Pacific/Kiritimati"}, "odd zone": {"TZ": ":/etc/passwd"},
            "OpenSSL": {"OPENSSL_CONF": str(trap), "OPENSSL_MODULES": str(hostile)},
            "colours": {"CLICOLOR_FORCE": "1", "FORCE_COLOR": "1", "TERM": "xterm-256color"},
            "no home": {"HOME": ""}, "hostile folder": {"HOME": str(hostile)},
        }
        for name, variables in cases.items():
            with self.subTest(name):
                self.assertEqual(self.report(**variables), expected)
        self.assertEqual(self.report(cwd=hostile), expected)
        self.assertEqual(self.report(cwd="/"), expected)

    def test_output_is_the_same_every_time(self):
        expected = {self.report() for _ in range(30)}
        self.assertEqual(len(expected), 1)
        machine = {run("assay-verify", *self.arguments, "--json").out for _ in range(30)}
        self.assertEqual(len(machine), 1)

    def test_an_output_that_cannot_be_written_never_counts_as_verified(self):
        command = [program("assay-verify"), *self.arguments]
        for extra in ([], ["--json"], ["--explain"]):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([*command, *extra], stdout=full, stderr=subprocess.PIPE,
                                      env=environment())
            self.assertEqual(done.returncode, 4, done)
            closed = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", *command, *extra],
                                    stderr=subprocess.PIPE, env=environment())
            self.assertEqual(closed.returncode, 4, closed)
            read, write = os.pipe()
            os.close(read)
            broken = subprocess.run([*command, *extra], stdout=write, stderr=subprocess.PIPE,
                                    env=environment(), restore_signals=False)
            os.close(write)
            self.assertEqual(broken.returncode, 4, broken)

    def test_little_memory_stack_and_few_files(self):
        for limit in ("-v 300000", "-s 256", "-n 16"):
            with self.subTest(limit):
                done = subprocess.run(
                    ["bash", "-c", f'ulimit {limit} && exec "$@"', "bash",
                     program("assay-verify"), *self.arguments],
                    capture_output=True, env=environment())
                self.assertIn(done.returncode, (DONE, 4), done)

    def test_it_links_no_networking_and_no_foundation(self):
        names = subprocess.run(["ldd", program("assay-verify")], capture_output=True, text=True)
        self.assertNotRegex(names.stdout, r"libFoundation\.so|FoundationNetworking|libcurl|NIO")


class OtherPrograms(BundleTest):
    def test_results_that_cannot_be_written_never_end_in_zero(self):
        key = self.folder / "k.pem"
        self.must(DONE, "assay", "keygen", "--out", key)
        with open("/dev/full", "wb") as full:
            done = subprocess.run([program("assay"), "key", "show", key], stdout=full,
                                  stderr=subprocess.PIPE, env=environment())
        self.assertEqual(done.returncode, 4, done)
