"""Bundles of which any byte differs, and files that are none."""

import json
import random

import evidence
from bundle_test import BundleTest
from forged_ledger import ForgedLedger
from programs import CANNOT, MALFORMED, REJECTED, run


class AnyByteChanged(BundleTest):
    """Every flipped bit, every truncation: never 0, never a crash."""

    def attack(self, cases, statuses=(REJECTED, MALFORMED)):
        failures, count = [], 0
        for name, data in cases:
            count += 1
            result = self.judge(data)
            if result.status not in statuses or "Fatal" in result.err:
                failures.append(f"{name}: status {result.status}: {result.out[:80]!r}")
        self.assertGreater(count, 50)
        self.assertEqual(failures, [], f"{len(failures)} of {count}")

    def test_flipped_bits(self):
        data = evidence.canonical_json(self.good)
        chance = random.Random(20261124)
        places = sorted(chance.sample(range(len(data)), 250))

        def cases():
            for place in places:
                for bit in chance.sample(range(8), 3):
                    changed = bytearray(data)
                    changed[place] ^= 1 << bit
                    yield f"bit {bit} of byte {place}", bytes(changed)
        self.attack(cases())

    def test_flipped_bits_of_a_complete_bundle(self):
        ledger = ForgedLedger()
        claim = ledger.add_result()
        ledger.add_result("eastmark")
        data = evidence.canonical_json(ledger.complete_bundle(claim))
        start = data.index(b'"lookups"')
        chance = random.Random(411)
        failures = []
        places = list(range(start, len(data) - 1))
        for place in sorted(chance.sample(places, min(200, len(places)))):
            changed = bytearray(data)
            changed[place] ^= 1 << chance.randrange(8)
            result = self.judge(bytes(changed), trust=ledger.identity)
            if result.status not in (REJECTED, MALFORMED):
                failures.append(f"byte {place} ({data[place - 20 : place + 20]!r}): "
                                f"{result.status} {result.out[:60]!r}")
        self.assertEqual(failures, [])

    def test_bytes_removed_doubled_and_replaced(self):
        data = evidence.canonical_json(self.good)
        chance = random.Random(7)

        def cases():
            for place in chance.sample(range(len(data)), 60):
                yield f"without byte {place}", data[:place] + data[place + 1 :]
                yield f"byte {place} twice", data[: place + 1] + data[place:]
                yield f"a space at {place}", data[:place] + b" " + data[place:]
        self.attack(cases())

    def test_truncated_anywhere(self):
        data = evidence.canonical_json(self.good)
        step = max(1, len(data) // 150)
        self.attack(((f"first {n} bytes", data[:n]) for n in range(0, len(data), step)))

    def test_truncation_is_malformed(self):
        data = evidence.canonical_json(self.good)
        for length in (0, 1, 100, len(data) // 2, len(data) - 1):
            self.refused(data[:length], MALFORMED)

    def test_other_spellings_of_the_same_value(self):
        data = evidence.canonical_json(self.good)
        value = json.loads(data)
        spellings = {
            "pretty-printed": json.dumps(value, indent=2, ensure_ascii=False).encode(),
            "sorted, with spaces": json.dumps(value, sort_keys=True).encode(),
            "other order": json.dumps(dict(reversed(list(value.items()))),
                                      separators=(",", ":"), ensure_ascii=False).encode(),
            "trailing newline": data + b"\n",
            "trailing NUL": data + b"\0",
            "second document": data + data,
            "leading space": b" " + data,
            "byte order mark": b"\xef\xbb\xbf" + data,
            "UTF-16": data.decode().encode("utf-16"),
            "escaped slash": data.replace(b"assay/v1", b"assay\\/v1"),
            "escaped letter": data.replace(b'"bundle"', b'"\\u0062undle"'),
            "fraction": data.replace(b'"index":0,', b'"index":0.0,'),
            "exponent": data.replace(b'"index":0,', b'"index":0e0,'),
            "minus": data.replace(b'"index":0,', b'"index":-0,'),
            "trailing comma": data[:-1] + b",}",
        }
        for name, other in spellings.items():
            with self.subTest(name):
                self.assertNotEqual(other, data)
                self.refused(other, MALFORMED)

    def test_what_every_bundle_has_is_never_left_out(self):
        for name in ("bundle", "ledger", "checkpoint", "entries"):
            with self.subTest(name):
                self.refused(self.changed(lambda v: v.pop(name) and None), MALFORMED, name)

    def test_empty_and_huge(self):
        for data in (b"", b" ", b"{", b"{}", b"[]", b"null", b"0", b'""'):
            self.refused(data, MALFORMED)
        self.refused(b"[" * 100_000, MALFORMED)
        self.refused(b'{"a":' * 50_000, MALFORMED)
        big = self.changed(lambda v: v.update(disclosures=["x" * 17_000_000]))
        self.refused(big, (MALFORMED, CANNOT))


class OtherFiles(BundleTest):
    def test_not_a_plain_file(self):
        for path in (self.folder, self.folder / "gone.assay"):
            result = run("assay-verify", path, "--trust", self.forged.identity)
            self.assert_result(result, CANNOT, path.name)
        result = run("assay-verify", "/dev/zero", "--trust", self.forged.identity, timeout=20)
        self.assertIn(result.status, (CANNOT, MALFORMED), f"\n{result}")
        sparse = self.folder / "sparse.assay"
        with sparse.open("wb") as file:
            file.truncate(5 << 30)
        result = run("assay-verify", sparse, "--trust", self.forged.identity, timeout=20)
        self.assertIn(result.status, (CANNOT, MALFORMED), f"\n{result}")

    def test_one_bad_bundle_among_good_ones(self):
        good, bad = self.folder / "good.assay", self.folder / "bad.assay"
        good.write_bytes(evidence.canonical_json(self.good))
        data = bytearray(good.read_bytes())
        data[len(data) // 2] ^= 1
        bad.write_bytes(data)
        result = run("assay-verify", good, bad, "--trust", self.forged.identity)
        self.assertIn(result.status, (REJECTED, MALFORMED), f"\n{result}")
        self.assertIn("bad.assay", result.out)
        self.assertIn("good.assay", result.out)
