"""Logs that must not become attestations, and the flags that let some of them."""

import json
import re
import resource
import subprocess
import time

import doctored_logs
import evidence
from institutes import ATTEST_FLAGS, exercise_log, fixture_log
from programs import (
    CANNOT, DONE, MALFORMED, REJECTED, ProgramTest, environment, program, run,
)

LEDGER = "assay1:" + "5e" * 32


class LogTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.key = self.folder / "northland.pem"
        self.must(DONE, "assay", "keygen", "--out", self.key)
        self.good = exercise_log("isleton")  # written with deflate
        self.clean = self.files()

    def attest(self, log, *arguments, key=None):
        return run("assay", "attest", log, "--key", key or self.key, "--ledger", LEDGER,
                   *ATTEST_FLAGS, "-o", self.folder / "out", *arguments)

    def log(self, content: bytes, name: str = "bad.eval"):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def refused(self, log, status, *says):
        """Refused in signing and in `--print` alike, with nothing written."""
        before = self.files()
        for arguments in ((), ("--print",)):
            result = self.attest(log, *arguments)
            wanted = status if isinstance(status, tuple) else (status,)
            self.assertIn(result.status, wanted, f"\n{result}")
            self.assert_result(result, result.status, says)
            self.assertEqual(result.out if not arguments else "", "", f"\n{result}")
        self.assertEqual(self.files(), before, "a refused log left something behind")
        return result

    def statement(self) -> dict:
        return evidence.statement_of(json.loads((self.folder / "out.dsse.json").read_bytes()))


class LogsAreRefused(LogTest):
    def test_truncated(self):
        data = self.good.read_bytes()
        for length in (0, 1, 22, 1000, len(data) // 2, len(data) - 100, len(data) - 1):
            with self.subTest(length):
                self.refused(self.log(data[:length]), MALFORMED, "bad.eval")

    def test_zip_bomb(self):
        log = self.folder / "bomb.eval"
        doctored_logs.zip_bomb(self.good, 1_500_000_000, log)
        self.assertLess(log.stat().st_size, 5_000_000)
        command = [program("assay"), "attest", str(log), "--key", str(self.key), "--ledger",
                   LEDGER, *ATTEST_FLAGS, "-o", str(self.folder / "out")]
        started = time.monotonic()
        done = subprocess.run(command, capture_output=True, env=environment(), timeout=120)
        seconds = time.monotonic() - started
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        self.assertIn(done.returncode, (MALFORMED, CANNOT), done)
        self.assertRegex(done.stderr.decode(), "(?i)large|limit|ratio|expand|bytes")
        self.assertLess(peak, 600_000, "kilobytes of memory for a bomb of 1.5 GB")
        self.assertLess(seconds, 60)
        self.assertFalse((self.folder / "out.dsse.json").exists())

    def test_a_member_that_lies_about_its_size(self):
        self.refused(self.log(doctored_logs.lying_size(self.good)), (MALFORMED, CANNOT),
                     "header.json|size|bad.eval")

    def test_too_deep(self):
        self.refused(self.log(doctored_logs.nested_json(self.good, 100_000)),
                     (MALFORMED, CANNOT), "deep|depth|nest")

    def test_doctored_accuracy_shows_both_numbers(self):
        self.refused(self.log(doctored_logs.with_accuracy(self.good, "0.9583333333333334")),
                     REJECTED, "0\\.9583333333333334", "0\\.758333333333333")

    def test_a_sample_left_out(self):
        parts = doctored_logs.members(self.good)
        name = next(name for name in parts if name.startswith("samples/"))
        self.refused(self.log(doctored_logs.without(self.good, name)), (REJECTED, MALFORMED),
                     "bad.eval")

    def test_a_wrong_answer_left_out_and_the_accuracy_adjusted(self):
        """The numbers of samples must hold as well as the metrics."""
        parts = doctored_logs.members(self.good)
        name = next(
            name for name, data in parts.items() if name.startswith("samples/")
            and json.loads(data)["scores"]["includes"]["value"] == "I")
        del parts[name]
        header = json.loads(parts["header.json"])
        values = [json.loads(data)["scores"]["includes"]["value"] == "C"
                  for name, data in parts.items() if name.startswith("samples/")]
        mean = sum(values) / len(values)
        deviation = (sum((value - mean) ** 2 for value in values) / (len(values) - 1)) ** 0.5
        metrics = header["results"]["scores"][0]["metrics"]
        metrics["accuracy"]["value"] = mean
        metrics["stderr"]["value"] = deviation / len(values) ** 0.5
        parts["header.json"] = json.dumps(header).encode()
        self.refused(self.log(doctored_logs.archive(parts)), REJECTED, r"\b119\b", r"\b120\b")

    def test_crashed_run_without_a_header(self):
        self.refused(self.log(doctored_logs.without(self.good, "header.json")),
                     (REJECTED, MALFORMED), "header")

    def test_unknown_harness_file(self):
        for name, content in {
            "notes.txt": b"accuracy 0.9\n",
            "other.json": b'{"results": {"accuracy": 0.9}}',
            "list.json": b"[1, 2, 3]",
            "archive.eval": doctored_logs.archive({"readme.txt": b"hello"}),
            "image.eval": b"\x89PNG\r\n\x1a\n" + bytes(100),
        }.items():
            with self.subTest(name):
                self.refused(self.log(content, name), MALFORMED, re.escape(name))

    def test_no_such_file_and_a_folder(self):
        self.refused(self.folder / "gone.eval", CANNOT, "gone.eval")
        (self.folder / "folder.eval").mkdir()
        self.refused(self.folder / "folder.eval", (CANNOT, MALFORMED), "folder.eval")

    def test_malformed_json_in_the_header(self):
        for content in (b"{", b'{"version": 2, "version": 3}', b"\xff\xfe{}", b"{} x", b""):
            with self.subTest(content):
                parts = doctored_logs.members(self.good)
                parts["header.json"] = content
                self.refused(self.log(doctored_logs.archive(parts)), MALFORMED)

    def test_keys_that_do_not_serve(self):
        self.key.chmod(0o644)
        before = self.files()
        result = self.attest(self.good)
        self.assert_result(result, 2, ["northland.pem", "0600|permission|readable"])
        result = self.attest(self.good, key=self.key.with_suffix(".pub"))
        self.assert_result(result, 2, "northland.pub")
        result = self.attest(self.good, key=self.good)
        self.assert_result(result, 2, re.escape(self.good.name))
        self.assertEqual(self.files(), before)

    def test_a_ledger_identity_in_another_spelling(self):
        for identity in ("5e" * 32, LEDGER.upper(), LEDGER[:-1], LEDGER + "0", "assay2" + LEDGER[6:]):
            with self.subTest(identity):
                result = run("assay", "attest", self.good, "--key", self.key, "--ledger", identity,
                             *ATTEST_FLAGS, "-o", self.folder / "out")
                self.assertIn(result.status, (2, 64), f"\n{result}")
        self.assertEqual(self.files(), self.clean)


class LogsThatNeedAFlag(LogTest):
    def flag_of(self, log, *says: str) -> str:
        """The refusal names the flag that would let this log through."""
        result = self.refused(log, REJECTED, *says)
        found = re.search(r"--allow-[a-z-]+|--accept-[a-z-]+|--[a-z]+-[a-z-]+", result.err)
        self.assertTrue(found, f"the refusal names no flag\n{result}")
        return found.group(0)

    def test_run_that_failed(self):
        log = fixture_log("run-failed")
        flag = self.flag_of(log, "error")
        result = self.attest(log, flag)
        if result.status == DONE:
            self.assertEqual(self.statement()["predicate"]["run"]["status"], "error")

    def test_header_only(self):
        log = fixture_log("header-only")
        flag = self.flag_of(log, "sample")
        self.assert_result(self.attest(log, flag), DONE)

    def test_invalidated_sample(self):
        log = self.log(doctored_logs.with_header(
            self.good, lambda header: header.update(invalidated=True)))
        flag = self.flag_of(log, "invalidated")
        self.assert_result(self.attest(log, flag), DONE)


class LogsThatAreFine(LogTest):
    def test_bare_nan_is_an_unscored_sample_and_never_reaches_the_statement(self):
        log = fixture_log("unscored")
        self.assert_result(self.attest(log), DONE)
        counts = self.statement()["predicate"]["counts"]
        self.assertEqual((counts["scored"], counts["unscored"]), (20, 5))
        payload = json.dumps(self.statement())
        self.assertNotRegex(payload, r"NaN|Infinity")

    def test_failed_samples_are_counted(self):
        self.assert_result(self.attest(fixture_log("sample-errors")), DONE)
        counts = self.statement()["predicate"]["counts"]
        self.assertEqual((counts["completed"], counts["failed"]), (9, 3))

    def test_three_reducers_of_one_score(self):
        self.assert_result(self.attest(fixture_log("epochs")), DONE)
        reducers = {result["reducer"] for result in self.statement()["predicate"]["results"]}
        self.assertEqual(reducers, {"mean", "mode", "pass_at_2"})

    def test_every_quantity_is_a_decimal_string(self):
        self.assert_result(self.attest(self.good), DONE)

        def walk(value, path):
            if isinstance(value, float):
                self.fail(f"a JSON fraction at {path}")
            if isinstance(value, dict):
                for name, member in value.items():
                    walk(member, f"{path}/{name}")
            if isinstance(value, list):
                for number, member in enumerate(value):
                    walk(member, f"{path}/{number}")

        walk(self.statement(), "")
        result = self.statement()["predicate"]["results"][0]
        self.assertRegex(result["value"], r"^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$")

    def test_samples_are_committed_with_fresh_salts(self):
        roots = set()
        for number in range(2):
            result = run("assay", "attest", self.good, "--key", self.key, "--ledger", LEDGER,
                         *ATTEST_FLAGS, "-o", self.folder / f"out{number}")
            self.assert_result(result, DONE)
            envelope = json.loads((self.folder / f"out{number}.dsse.json").read_bytes())
            roots.add(evidence.statement_of(envelope)["predicate"]["samples"]["root"])
        self.assertEqual(len(roots), 2)
