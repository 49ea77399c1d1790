"""`assay monitor`: who is told of what, once or again after a crash, and what heads give away."""

import copy
import hashlib
import http.server
import json
import signal
import subprocess
import threading
import time
from pathlib import Path

import evidence
import published_log
from forged_ledger import ForgedLedger
from programs import (CANNOT, DONE, REJECTED, TRUST, USAGE, ProgramTest, environment, program, run)


class MonitorTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.ledger = ForgedLedger()
        for number in range(12):
            self.ledger.add_result(("northland", "eastmark")[number % 2], exampleNumber=number)
        self.state = self.folder / "kept.monitor"
        self.server = self.serve("log")
        self.show()

    def serve(self, name: str) -> published_log.FileServer:
        (self.folder / name).mkdir()
        server = published_log.FileServer(self.folder / name)
        self.addCleanup(server.stop)
        return server

    def show(self, ledger=None, size=None, server=None, **checkpoint):
        published_log.publish(
            (server or self.server).folder, ledger or self.ledger, size, **checkpoint)

    def command(self, *arguments) -> list[str]:
        return ["monitor", "--log", self.server.url, "--trust", self.ledger.identity,
                "--evidence", str(self.folder), *map(str, arguments)]

    def look(self, status, *arguments, **options) -> list[dict]:
        """One look; the alerts."""
        result = self.must(status, "assay", *self.command("--once", *arguments), **options)
        alerts = [json.loads(line) for line in result.out.splitlines()]
        for alert in alerts:
            self.assertEqual(
                list(alert), ["alert", "ledger", "time", "detail", "code", "index", "leafHash",
                              "member", "type", "witness", "fraud"])
            self.assertEqual(alert["ledger"], self.ledger.identity)
            for path in alert["fraud"]:
                self.must(DONE, "assay-verify", "fraud", path, says="VERIFIED")
        return alerts

    def indexes(self, alerts) -> list[int]:
        self.assertEqual({alert["alert"] for alert in alerts} - {"member-entry"}, set())
        return [alert["index"] for alert in alerts]

    def kinds(self, alert) -> list[str]:
        return sorted(json.loads(Path(path).read_bytes())["kind"] for path in alert["fraud"])

    def keep(self, *arguments):
        return ("--state", self.state, *arguments)


class Entries(MonitorTest):
    def test_every_entry_of_a_member_is_told_once(self):
        alerts = self.look(DONE, *self.keep("--member", "eastmark"))
        self.assertEqual(self.indexes(alerts), [2, 4, 6, 8, 10, 12])
        self.assertEqual({alert["member"] for alert in alerts}, {"eastmark"})
        self.assertEqual(alerts[0]["leafHash"], self.ledger.leaf(2).hex())
        self.assertEqual(alerts[0]["type"], evidence.RESULT_TYPE)
        self.assertEqual(self.look(DONE, *self.keep("--member", "eastmark")), [])
        self.ledger.add_result("isleton", exampleNumber=100)
        index = self.ledger.add_result("eastmark", exampleNumber=101)
        self.show()
        self.assertEqual(
            self.indexes(self.look(DONE, *self.keep("--member", "eastmark"))), [index])

    def test_without_a_member_all_are(self):
        self.assertEqual(self.indexes(self.look(DONE)), list(range(1, 13)))
        self.assertEqual(
            self.indexes(self.look(DONE, "--member", "eastmark", "--member", "northland")),
            list(range(1, 13)))
        self.assertEqual(self.look(DONE, "--member", "southport"), [])

    def test_alerts_go_to_a_command(self):
        told = self.folder / "told"
        alerts = self.look(DONE, *self.keep("--exec", f"cat >> {told}"))
        self.assertEqual([json.loads(line) for line in told.read_text().splitlines()], alerts)

    def test_alerts_go_to_an_address(self):
        told = []

        class Hook(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                told.append((self.path, self.headers["Content-Type"], json.loads(
                    self.rfile.read(int(self.headers["Content-Length"])))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Hook)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        alerts = self.look(
            DONE, "--webhook", f"http://127.0.0.1:{server.server_port}/hook/northland")
        self.assertEqual(told, [("/hook/northland", "application/json", a) for a in alerts])

    def test_what_did_not_arrive_is_told_again(self):
        told = self.folder / "told"
        for failure, status in (("exit 3", CANNOT), ("kill -9 $PPID", -signal.SIGKILL)):
            with self.subTest(failure):
                # The fourth alert fails: after it nothing may count as told.
                fails = f"cat >> {told}; [ $(wc -l < {told}) -lt 4 ] || {failure}"
                told.unlink(missing_ok=True)
                self.state.unlink(missing_ok=True)
                result = run("assay", *self.command("--once", *self.keep("--exec", fails)))
                self.assertEqual(result.status, status, f"\n{result}")
                self.assertEqual(len(told.read_text().splitlines()), 4)
                alerts = self.look(DONE, *self.keep("--exec", f"cat >> {told}"))
                self.assertEqual(self.indexes(alerts), list(range(1, 13)))
                self.assertEqual(self.look(DONE, *self.keep()), [])

    def test_it_follows_until_it_is_told_to_stop(self):
        process = subprocess.Popen(
            [program("assay"), *self.command("--interval", "1s", "--member", "northland")],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), text=True)
        self.addCleanup(process.kill)
        seen = [json.loads(process.stdout.readline())["index"] for _ in range(6)]
        self.assertEqual(seen, [1, 3, 5, 7, 9, 11])
        index = self.ledger.add_result("northland", exampleNumber=200)
        self.show()
        self.assertEqual(json.loads(process.stdout.readline())["index"], index)
        process.terminate()
        out, err = process.communicate(timeout=20)
        self.assertEqual((process.returncode, out), (DONE, ""), err)

    def test_arguments_and_states_that_are_wrong(self):
        self.look(USAGE, "--interval", "5")
        self.look(USAGE, "--witness", "W1")
        self.look(USAGE, "--webhook", "mailto:x")
        self.state.write_text("{}")
        self.look(TRUST, *self.keep(), says="state-malformed")
        self.server.stop()
        self.server.stop = lambda: None
        self.look(CANNOT)


class Wrongs(MonitorTest):
    def fork(self, at: int) -> ForgedLedger:
        """The same ledger from another index on."""
        other = copy.copy(self.ledger)
        other.entries = list(self.ledger.entries)
        del other.entries[at]
        other.add_result("southport", exampleNumber=3000)
        return other

    def witness(self, name: str) -> published_log.FileServer:
        """Where a witness shows its heads, and a mirror if it is given one."""
        server = self.serve(name)
        origin = hashlib.sha256(self.ledger.origin.encode()).hexdigest()
        server.url_of_witness = server.url
        server.folder = server.folder / origin
        server.folder.mkdir()
        root = server.folder.parent
        server.shown = server.folder
        server.folder = root
        return server

    def head(self, server, note: bytes):
        (server.shown / "checkpoint").write_bytes(note)

    def test_a_log_that_is_wrong(self):
        self.look(DONE, *self.keep())
        stranger = ForgedLedger("stranger.example")
        index = self.ledger.add(self.ledger.result(), stranger.members["northland"])
        self.show()
        alert, = self.look(REJECTED, *self.keep())
        self.assertEqual((alert["alert"], alert["code"], alert["index"]),
                         ("log-finding", "signer-unknown", index))
        self.assertEqual(self.kinds(alert), ["unauthorised-entry"])
        again, = self.look(REJECTED, *self.keep())
        self.assertEqual(again["detail"], alert["detail"])

    def test_a_log_that_denies_its_history(self):
        self.look(DONE, *self.keep())
        self.show(self.fork(5), 13)
        alert, = self.look(REJECTED, *self.keep())
        self.assertEqual((alert["alert"], alert["code"]), ("log-finding", "fork"))
        self.assertIn("fork-same-size", self.kinds(alert))

    def test_witnesses_that_agree(self):
        server = self.witness("w1")
        for size in (1, 7, 13):
            self.head(server, self.ledger.checkpoint(size, by=["W1"]))
            alerts = self.look(DONE, "--member", "isleton",
                               "--witness", f"W1={server.url}", "--witness", "W2=http://127.0.0.1:1")
            self.assertEqual(alerts, [])
        self.head(server, b"no note")
        self.assertEqual(
            self.look(DONE, "--member", "isleton", "--witness", f"W1={server.url}"), [])

    def test_another_head_of_the_same_size(self):
        server = self.witness("w1")
        self.head(server, self.fork(5).checkpoint(13, by=["W1"]))
        alert, = self.look(REJECTED, "--member", "isleton", "--witness", f"W1={server.url}")
        self.assertEqual((alert["alert"], alert["code"], alert["witness"]),
                         ("heads-conflict", "fork", "W1"))
        self.assertEqual(self.kinds(alert), ["fork-same-size", "witness-fork"])

    def test_a_smaller_head_that_the_log_does_not_begin_with(self):
        server = self.witness("w1")
        other = self.fork(5)
        self.head(server, other.checkpoint(9, by=["W1"]))
        alert, = self.look(REJECTED, "--member", "isleton", "--witness", f"W1={server.url}")
        self.assertEqual((alert["alert"], alert["fraud"]), ("heads-conflict", []))
        # A witness that mirrors the log shows where they part.
        published_log.publish(server.shown, other, 9, by=["W1"])
        alert, = self.look(REJECTED, "--member", "isleton", "--witness", f"W1={server.url}")
        self.assertEqual(self.kinds(alert), ["fork-inclusion", "witness-fork"])
        proof = json.loads(Path(alert["fraud"][0]).read_bytes())
        self.assertEqual(proof["evidence"]["index"], 5)

    def test_two_witnesses_that_were_shown_two_logs(self):
        heads = self.fork(5), self.ledger
        for other in heads:
            other.add_result("northland", exampleNumber=4000)
        servers = [self.witness(name) for name in ("w1", "w2")]
        for server, other, name in zip(servers, heads, ("W1", "W2")):
            self.head(server, other.checkpoint(14, by=[name]))
        alerts = self.look(
            REJECTED, "--member", "isleton", "--witness", f"W1={servers[0].url}",
            "--witness", f"W2={servers[1].url}")
        found = {alert["alert"]: alert for alert in alerts}
        self.assertEqual(set(found), {"heads-conflict", "log-behind-witness"})
        self.assertEqual(self.kinds(found["heads-conflict"]), ["fork-same-size"])

    def test_a_log_that_hides_its_newest_head(self):
        server = self.witness("w1")
        self.ledger.add_result("northland", exampleNumber=4000)
        self.head(server, self.ledger.checkpoint(14, by=["W1"]))
        alert, = self.look(REJECTED, *self.keep(
            "--member", "isleton", "--witness", f"W1={server.url}"))
        self.assertEqual((alert["alert"], alert["witness"]), ("log-behind-witness", "W1"))
        # What the witness showed is remembered, and a log that shows something else is caught.
        self.head(server, self.ledger.checkpoint(13, by=["W1"]))
        other = self.fork(13)
        other.add_result("southport", exampleNumber=5000)
        self.show(other, 15)
        alert, = self.look(REJECTED, *self.keep(
            "--member", "isleton", "--witness", f"W1={server.url}"))
        self.assertEqual((alert["alert"], alert["witness"]), ("heads-conflict", "W1"))

    def test_a_log_that_is_late_for_a_moment(self):
        server = self.witness("w1")
        self.ledger.add_result("northland", exampleNumber=4000)
        note = self.ledger.checkpoint(14, by=["W1"])
        self.head(server, note)

        def grow(path):
            if path == "/checkpoint" and self.server.asked.count(path) == 2:
                self.show()

        self.server.before_answer = grow
        self.assertEqual(
            self.look(DONE, "--member", "isleton", "--witness", f"W1={server.url}"), [])

    def test_a_checkpoint_that_is_too_old(self):
        now = int(time.time())

        class Dated(ForgedLedger):
            def cosignature(self, witness, text, time=now - 7200):
                return super().cosignature(witness, text, time)

        self.ledger.__class__ = Dated
        self.show()
        self.assertEqual(self.look(DONE, "--member", "isleton", "--max-age", "3h"), [])
        alert, = self.look(REJECTED, "--member", "isleton", "--max-age", "1h")
        self.assertEqual((alert["alert"], alert["code"]), ("stale-checkpoint", "too-old"))
