"""What the service does with envelopes that it must not take, or takes once."""

import base64
import concurrent.futures
import json
import re
import shutil
import socket
import tempfile
import unittest
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ed25519

import evidence
import merkle
from institutes import Ledger
from programs import DONE, MALFORMED, REJECTED, ProgramTest


class SubmissionTest(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.home = Path(tempfile.mkdtemp(prefix="assay-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.home, ignore_errors=True)
        cls.ledger = Ledger(cls.home / "ledger").create()
        cls.ledger.serve()
        cls.addClassCleanup(cls.ledger.stop)

    numbers = iter(range(1_000_000))

    def good(self, **changes) -> bytes:
        return self.ledger.another(next(self.numbers), **changes)

    def refused(self, body: bytes, status: int, code: str, *says: str):
        """An RFC 9457 answer with this code, and not one entry more."""
        size = self.ledger.checkpoint().size
        answer = self.ledger.post(body)
        self.assertEqual(answer.status, status, answer)
        self.assertEqual(answer.headers["content-type"].split(";")[0], "application/problem+json")
        problem = answer.json
        self.assertEqual(problem["code"], code, problem)
        self.assertEqual(problem["type"], f"urn:assay:problem:{code}")
        self.assertEqual(problem["status"], status)
        self.assertTrue(problem["title"])
        for words in says:
            self.assertRegex(problem["detail"], re.compile(words, re.IGNORECASE))
        self.assertEqual(self.ledger.checkpoint().size, size, "a refused envelope is in the log")
        return problem

    def altered(self, change) -> bytes:
        value = json.loads(self.good())
        value = change(value) or value
        return json.dumps(value, ensure_ascii=False).encode()

    def restated(self, change, *signers: str) -> bytes:
        """A validly signed envelope over a statement that is wrong."""
        statement = evidence.statement_of(json.loads(self.good()))
        change(statement)
        return self.ledger.signed(statement, *(signers or ("northland",)))


class GoodEnvelopes(SubmissionTest):
    def test_a_new_one_gets_201_and_the_same_again_200_and_the_same_index(self):
        body = self.good()
        first = self.ledger.post(body)
        self.assertEqual(first.status, 201, first)
        receipt = first.json
        entry = evidence.entry_bytes(json.loads(body))
        self.assertEqual(receipt["leafHash"], merkle.leaf_hash(entry).hex())
        self.assertGreater(receipt["treeSize"], receipt["index"])
        self.assertEqual(first.headers["location"], f"/entries/{receipt['index']}")
        self.assertEqual(receipt["bundle"]["bundle"], "assay/v1")
        again = self.ledger.post(body)
        self.assertEqual(again.status, 200, again)
        self.assertEqual(again.json["index"], receipt["index"])
        self.assertEqual(again.json["leafHash"], receipt["leafHash"])

    def test_other_spellings_of_one_envelope_are_one_entry(self):
        body = self.good()
        value = json.loads(body)
        first = self.ledger.post(body).json
        turned = {name: value[name] for name in ("signatures", "payloadType", "payload")}
        spellings = [
            json.dumps(value, indent=4).encode(),
            json.dumps(turned).encode(),
            body.replace(b"/", b"\\/"),
            b"\n" + body + b"\n",
        ]
        for spelling in spellings:
            answer = self.ledger.post(spelling)
            self.assertEqual((answer.status, answer.json["index"]), (200, first["index"]))

    def test_the_same_payload_with_other_signatures_is_the_first_entry(self):
        statement = evidence.statement_of(json.loads(self.good()))
        first = self.ledger.post(self.ledger.signed(statement, "northland"))
        self.assertEqual(first.status, 201)
        # Ed25519 gives one signature per message, so add white space around another spelling.
        payload = json.dumps(statement, ensure_ascii=False, separators=(",", ":")).encode()
        value = evidence.envelope(payload, [self.ledger.private_key("northland")])
        again = self.ledger.post(json.dumps(value, indent=1).encode())
        self.assertEqual((again.status, again.json["index"]), (200, first.json["index"]))

    def test_two_clients_at_once_with_the_same_envelope(self):
        for _ in range(5):
            body, size = self.good(), self.ledger.checkpoint().size
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                answers = list(pool.map(lambda _: self.ledger.post(body), range(8)))
            self.assertEqual(sorted(answer.status for answer in answers), [200] * 7 + [201])
            self.assertEqual(len({answer.json["index"] for answer in answers}), 1)
            self.assertEqual(self.ledger.checkpoint().size, size + 1)

    def test_many_clients_with_different_envelopes_get_different_places(self):
        bodies = [self.good() for _ in range(64)]
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(self.ledger.post, bodies))
        self.assertEqual({answer.status for answer in answers}, {201})
        self.assertEqual(len({answer.json["index"] for answer in answers}), 64)
        entries = self.ledger.entries()
        for body, answer in zip(bodies, answers):
            self.assertEqual(entries[answer.json["index"]],
                             evidence.entry_bytes(json.loads(body)))

    def test_unknown_predicate_members_are_kept(self):
        answer = self.ledger.post(self.good(inventedMember={"é": ["☃", "\u2028"]}))
        self.assertEqual(answer.status, 201, answer)

    def test_another_harness_spelling_of_a_number_is_kept(self):
        for value in ("0.90", "1e-07", "1E+5", "-0.0", "0." + "1" * 200):
            def change(statement):
                statement["predicate"]["results"][0]["value"] = value
            answer = self.ledger.post(self.restated(change))
            self.assertEqual(answer.status, 201, answer)

    def test_a_batch_answers_line_by_line_and_one_bad_line_spoils_nothing(self):
        good = [self.good() for _ in range(4)]
        lines = [good[0], b"{}", good[1], good[1], b"not json", good[2]]
        answer = self.ledger.ask("POST", "/entries/batch", b"\n".join(lines) + b"\n",
                                 {"Content-Type": "application/x-ndjson"})
        self.assertEqual(answer.status, 200, answer)
        results = [json.loads(line) for line in answer.body.splitlines()]
        self.assertEqual(len(results), 6)
        self.assertEqual([result.get("code") for result in results],
                         [None, "malformed", None, None, "malformed", None])
        self.assertEqual(results[2]["index"], results[3]["index"])
        entries = self.ledger.entries()
        for place, body in ((0, good[0]), (2, good[1]), (5, good[2])):
            self.assertEqual(entries[results[place]["index"]],
                             evidence.entry_bytes(json.loads(body)))

    def test_bundle_and_entry_routes_agree_with_the_receipt(self):
        receipt = self.ledger.post(self.good()).json
        for reference in (receipt["index"], receipt["leafHash"]):
            answer = self.ledger.ask("GET", f"/entries/{reference}/bundle")
            self.assertEqual(answer.status, 200)
            self.assertEqual(answer.headers["content-type"].split(";")[0],
                             "application/vnd.assay.bundle+json")
            bundle = json.loads(answer.body)
            self.assertEqual(evidence.canonical_json(bundle), answer.body)
            shown = self.ledger.ask("GET", f"/entries/{reference}")
            self.assertEqual(shown.status, 200)
            self.assertIn("northland", shown.body.decode())
        for reference in ("999999", "ab" * 32, "-1", "01", "x"):
            self.assertIn(self.ledger.ask("GET", f"/entries/{reference}/bundle").status,
                          (400, 404))

    def test_it_is_alive_and_ready(self):
        for path in ("/healthz", "/readyz", "/"):
            self.assertEqual(self.ledger.ask("GET", path).status, 200, path)


class BadSignatures(SubmissionTest):
    def test_bad_signature(self):
        def change(value):
            raw = bytearray(base64.b64decode(value["signatures"][0]["sig"]))
            raw[20] ^= 1
            value["signatures"][0]["sig"] = evidence.b64(bytes(raw))
        self.refused(self.altered(change), 403, "signature-invalid")

    def test_every_length_but_the_right_one(self):
        for length in (1, 32, 63, 65, 128):
            def change(value):
                raw = base64.b64decode(value["signatures"][0]["sig"])
                value["signatures"][0]["sig"] = evidence.b64((raw * 3)[:length])
            self.refused(self.altered(change), 403, "signature-invalid")

    def test_the_payload_was_changed_after_signing(self):
        def change(value):
            statement = evidence.statement_of(value)
            statement["predicate"]["results"][0]["value"] = "0.999"
            value["payload"] = evidence.b64(json.dumps(statement).encode())
        self.refused(self.altered(change), 403, "signature-invalid")

    def test_signed_over_the_bare_payload_or_another_type(self):
        key = self.ledger.private_key("northland")
        for message in (lambda p: p, lambda p: evidence.b64(p).encode(),
                        lambda p: evidence.pre_auth_encoding("application/json", p)):
            def change(value):
                payload = evidence.unb64(value["payload"])
                value["signatures"][0]["sig"] = evidence.b64(evidence.sign(key, message(payload)))
            self.refused(self.altered(change), 403, "signature-invalid")

    def test_unknown_signer(self):
        stranger = ed25519.Ed25519PrivateKey.generate()
        payload = evidence.unb64(json.loads(self.good())["payload"])
        body = evidence.entry_bytes(evidence.envelope(payload, [stranger]))
        self.refused(body, 403, "signer-unknown", evidence.keyid(stranger.public_key())[:8])

    def test_one_good_and_one_unknown_signature(self):
        stranger = ed25519.Ed25519PrivateKey.generate()
        payload = evidence.unb64(json.loads(self.good())["payload"])
        keys = [self.ledger.private_key("northland"), stranger]
        self.refused(evidence.entry_bytes(evidence.envelope(payload, keys)),
                     403, "signer-unknown")

    def test_two_members_cannot_sign_one_result(self):
        body = self.restated(lambda statement: None, "northland", "eastmark")
        self.refused(body, 403, "not-entitled")

    def test_keyid_of_another_member(self):
        def change(value):
            key = self.ledger.private_key("eastmark")
            value["signatures"][0]["keyid"] = evidence.keyid(key.public_key())
        self.refused(self.altered(change), 403, "signature-invalid")

    def test_without_signatures(self):
        self.refused(self.altered(lambda value: value.update(signatures=[])), 400, "malformed",
                     "signature")

    def test_signed_for_another_ledger(self):
        def change(statement):
            statement["predicate"]["ledger"] = "assay1:" + "ab" * 32
        answer = self.ledger.post(self.restated(change))
        self.assertIn((answer.status, answer.json["code"]),
                      {(400, "malformed"), (403, "not-entitled")})
        self.assertRegex(answer.json["detail"], "ledger")

    def test_a_second_genesis_charter(self):
        body = self.ledger.draft.read_bytes()
        answer = self.ledger.post(body)
        # It is entry 0 already: the same submission, or a conflict, never a second entry.
        if answer.status == 200:
            self.assertEqual(answer.json["index"], 0)
        else:
            self.assertEqual((answer.status, answer.json["code"]), (409, "charter-conflict"))

    def test_an_index_root_by_a_member(self):
        def change(statement):
            statement["predicateType"] = "urn:assay:index-root:v1"
            identity = self.ledger.identity
            statement["subject"] = [{"name": self.ledger.origin,
                                     "digest": {"sha256": identity.removeprefix("assay1:")}}]
            statement["predicate"] = {"ledger": identity, "size": 1, "root": "00" * 32, "keys": 0}
        self.refused(self.restated(change), 403, "not-entitled")


class MalformedEnvelopes(SubmissionTest):
    def test_not_an_envelope(self):
        for body in (b"", b" ", b"{", b"{}", b"[]", b"null", b"1", b"\xef\xbb\xbf" + self.good(),
                     self.good().decode().encode("utf-16"), self.good() + b"x",
                     self.good() + b"\0", self.good() + self.good(), b"\xff" * 40,
                     self.good().replace(b",", b",,", 1), self.good()[:-1]):
            with self.subTest(body[:20]):
                self.refused(body, 400, "malformed")

    def test_duplicate_member(self):
        body = self.good()
        twice = [
            body[:-1] + b',"payloadType":"application/vnd.in-toto+json"}',
            body[:-1] + b',"payload\\u0054ype":"application/vnd.in-toto+json"}',
            body.replace(b'"keyid":', b'"keyid":"00","keyid":', 1),
        ]
        for case in twice:
            self.refused(case, 400, "malformed", "duplicate|twice|repeated")

    def test_duplicate_member_inside_the_signed_statement(self):
        payload = evidence.unb64(json.loads(self.good())["payload"])
        payload = payload[:-1] + b',"predicateType":"urn:assay:evaluation-result:v1"}'
        key = self.ledger.private_key("northland")
        body = evidence.entry_bytes(evidence.envelope(payload, [key]))
        self.refused(body, 400, "malformed", "duplicate|twice|repeated")

    def test_wrong_payload_type(self):
        payload = evidence.unb64(json.loads(self.good())["payload"])
        key = self.ledger.private_key("northland")
        for kind in ("application/json", "", "application/vnd.in-toto+JSON",
                     "application/vnd.in-toto+json "):
            body = evidence.entry_bytes(evidence.envelope(payload, [key], kind))
            self.refused(body, 400, "malformed", "payloadType")

    def test_unknown_envelope_member(self):
        self.refused(self.altered(lambda v: v.update(extra=1)), 400, "malformed", "extra")
        self.refused(self.altered(lambda v: v["signatures"][0].update(extra=1)), 400,
                     "malformed", "extra")
        self.refused(self.altered(lambda v: {**v, "Payload": v.pop("payload")}), 400,
                     "malformed", "payload")

    def test_other_spellings_of_base64(self):
        def urlsafe(value):
            value["payload"] = value["payload"].replace("+", "-").replace("/", "_") + "\n"

        def unpadded(value):
            value["signatures"][0]["sig"] = value["signatures"][0]["sig"].rstrip("=")

        def loose_bits(value):
            sig = value["signatures"][0]["sig"]  # 64 bytes end in one significant quartet
            alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
            last = alphabet[alphabet.index(sig[-3]) | 15]
            other = last if last != sig[-3] else alphabet[alphabet.index(last) ^ 1]
            value["signatures"][0]["sig"] = sig[:-3] + other + "=="

        def line_feed(value):
            value["payload"] = value["payload"][:76] + "\n" + value["payload"][76:]

        for change in (urlsafe, unpadded, loose_bits, line_feed):
            with self.subTest(change.__name__):
                self.refused(self.altered(change), 400, "malformed", "base64|payload|sig")

    def test_keyid_in_another_spelling(self):
        for spell in (str.upper, lambda k: k[:-1], lambda k: "0x" + k[2:], lambda k: k + "00"):
            def change(value):
                value["signatures"][0]["keyid"] = spell(value["signatures"][0]["keyid"])
            self.refused(self.altered(change), 400, "malformed", "keyid")

    def test_the_same_signer_twice(self):
        def change(value):
            value["signatures"] *= 2
        self.refused(self.altered(change), 400, "malformed", "keyid|twice|duplicate")

    def test_too_large(self):
        answer = self.refused(self.good(padding="x" * 70_000), 413, "too-large", "65,?535|45,?000")
        self.assertTrue(answer)
        self.refused(self.good(padding="x" * 46_000), 413, "too-large")
        self.assertEqual(self.ledger.post(b"{" + b" " * 140_000 + b"}").status, 413)

    def test_seventy_thousand_bytes(self):
        body = self.good()
        padded = body[:1] + b" " * (70_000 - len(body)) + body[1:]
        self.assertEqual(len(padded), 70_000)
        # White space is not part of the entry: the canonical form is what is measured.
        self.assertIn(self.ledger.post(padded).status, (201, 413))
        bulky = self.good(padding="y" * 52_000)
        self.assertGreater(len(bulky), 70_000)
        self.refused(bulky, 413, "too-large")

    def test_too_deep(self):
        for depth in (33, 1_000, 60_000):
            nested = b'{"a":' * (depth // 5) + b"1" + b"}" * (depth // 5)
            if depth < 60_000:
                nested = b"[" * depth + b"]" * depth
            self.refused(nested, 400, "malformed")

    def test_statements_that_are_not_well_formed(self):
        cases = {
            "_type": lambda s: s.update(_type="https://in-toto.io/Statement/v0.1"),
            "predicateType": lambda s: s.update(predicateType="urn:assay:nothing:v1"),
            "subject": lambda s: s.update(subject=[]),
            "subject.*digest": lambda s: s["subject"][0].update(digest={"sha512": "00" * 64}),
            "sha256": lambda s: s["subject"][0]["digest"].update(sha256="AB" * 32),
            "subject.1|same digest|twice": lambda s: s["subject"].append(s["subject"][0]),
            "results.*value": lambda s: s["predicate"]["results"][0].update(value=0.825),
            "value": lambda s: s["predicate"]["results"][0].update(value="NaN"),
            "value|decimal": lambda s: s["predicate"]["results"][0].update(value="+0.5"),
            "counts": lambda s: s["predicate"]["counts"].update(completed="120"),
            "counts.*completed|completed": lambda s: s["predicate"]["counts"].update(completed=-1),
            "ledger": lambda s: s["predicate"].pop("ledger"),
            "results": lambda s: s["predicate"].pop("results"),
            "run": lambda s: s["predicate"].pop("run"),
            "harness": lambda s: s["predicate"].update(harness="Inspect"),
            "withheld": lambda s: s["predicate"].pop("withheld"),
        }
        for path, change in cases.items():
            with self.subTest(path):
                self.refused(self.restated(change), 400, "malformed", path)

    def test_a_reference_to_an_entry_that_is_not_there(self):
        def change(statement):
            statement["predicate"]["protocol"] = "cd" * 32
        self.refused(self.restated(change), 409, "reference-unknown", "cd" * 8)


class ProblemsThroughTheClient(SubmissionTest):
    """`assay submit` shows the server's reason and exits 1; nothing is left half-written."""

    def submit(self, body: bytes, status: int, *says):
        file = self.folder / "statement.dsse.json"
        file.write_bytes(body)
        result = self.must(status, "assay", "submit", file, "--log", self.ledger.server.url,
                           says=says)
        self.assertEqual(list(self.files()), [file.name])
        return result

    def test_refused_by_the_server(self):
        stranger = ed25519.Ed25519PrivateKey.generate()
        payload = evidence.unb64(json.loads(self.good())["payload"])
        self.submit(evidence.entry_bytes(evidence.envelope(payload, [stranger])), REJECTED,
                    "signer-unknown", "statement.dsse.json")

    def test_malformed_file(self):
        file = self.folder / "statement.dsse.json"
        file.write_bytes(b"{")
        result = self.must(MALFORMED, "assay", "submit", file, "--log",
                           self.ledger.server.url, says="statement.dsse.json")
        self.assertEqual(list(self.files()), [file.name], result)

    def test_nobody_listens(self):
        file = self.folder / "statement.dsse.json"
        file.write_bytes(self.good())
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.must(4, "assay", "submit", file, "--log", f"http://127.0.0.1:{port}",
                  says=f"127.0.0.1:{port}")
        self.assertEqual(list(self.files()), [file.name])

    def test_several_files_of_which_one_is_bad(self):
        good, bad = self.folder / "good.dsse.json", self.folder / "bad.dsse.json"
        good.write_bytes(self.good())
        stranger = ed25519.Ed25519PrivateKey.generate()
        payload = evidence.unb64(json.loads(self.good())["payload"])
        bad.write_bytes(evidence.entry_bytes(evidence.envelope(payload, [stranger])))
        self.must(REJECTED, "assay", "submit", good, bad, "--log", self.ledger.server.url,
                  says="bad.dsse.json")
        bundles = [name for name in self.files() if name.endswith(".assay")]
        self.assertEqual(bundles, ["good.dsse.json.assay"])

    def test_get_of_nothing(self):
        file = self.folder / "x.assay"
        self.must(REJECTED, "assay", "get", "999999", "--log", self.ledger.server.url,
                  "-o", file, says="999999")
        self.assertFalse(file.exists())


class Requests(SubmissionTest):
    def raw(self, data: bytes, seconds: float = 5) -> bytes:
        with socket.create_connection(self.ledger.server.address, timeout=seconds) as connection:
            connection.sendall(data)
            said = b""
            try:
                while piece := connection.recv(65536):
                    said += piece
            except (TimeoutError, ConnectionResetError):
                pass
            return said

    def test_unknown_routes_and_methods(self):
        self.assertEqual(self.ledger.ask("GET", "/nothing/here").status, 404)
        self.assertIn(self.ledger.ask("DELETE", "/entries").status, (404, 405))
        self.assertIn(self.ledger.ask("PUT", "/checkpoint").status, (404, 405))

    def test_compressed_bodies_are_refused(self):
        answer = self.ledger.ask("POST", "/entries", self.good(), {"Content-Encoding": "gzip"})
        self.assertIn(answer.status, (400, 415))

    def test_garbage_and_huge_headers_get_an_error_and_harm_nobody(self):
        for data in (b"\0" * 100, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
                     b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 40_000 + b"\r\n\r\n",
                     b"POST /entries HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
                     b"Content-Length: 6\r\n\r\n123456",
                     b"POST /entries HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"):
            with self.subTest(data[:30]):
                said = self.raw(data)
                self.assertRegex(said[:16].decode(errors="replace"), r"^(HTTP/1.1 (4|5)\d\d|$)")
        self.assertEqual(self.ledger.ask("GET", "/healthz").status, 200)

    def test_a_client_that_disconnects_loses_nothing(self):
        body = self.good()
        with socket.create_connection(self.ledger.server.address) as connection:
            head = f"POST /entries HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
            connection.sendall(head.encode() + body)
        answers = [self.ledger.post(body) for _ in range(2)]
        self.assertIn(answers[0].status, (200, 201))
        self.assertEqual(answers[1].status, 200)
        self.assertEqual(answers[0].json["index"], answers[1].json["index"])
        entry = evidence.entry_bytes(json.loads(body))
        self.assertEqual(self.ledger.entries().count(entry), 1)

    def test_tiles_only_where_a_checkpoint_needs_them(self):
        size = self.ledger.checkpoint().size
        for path in (f"/tile/0/000.p/{min(size + 1, 255)}", "/tile/64/000", "/tile/0/0",
                     "/tile/0/001", "/tile/00/000", "/tile/0/000.p/0", "/tile/0/000.p/256",
                     "/tile/0/x000/000", "/tile/entries/999"):
            with self.subTest(path):
                self.assertIn(self.ledger.ask("GET", path).status, (400, 404))


if __name__ == "__main__":
    unittest.main()
