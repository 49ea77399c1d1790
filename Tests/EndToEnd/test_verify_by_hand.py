"""The page that checks a bundle by hand does what it shows, and notices changes."""

import base64
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "schemas" / "VERIFY-BY-HAND.md"
GOLDEN = ROOT / "schemas" / "vectors" / "bundles" / "golden.json"
MARK = "--- next ---"


def steps() -> list[tuple[str, str]]:
    """Command and expected output of each step of the page, in order."""
    found: list[tuple[str, str]] = []
    for block in re.findall(r"^```console\n(.*?)^```$", PAGE.read_text(), re.M | re.S):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], ""))
            elif line.startswith("> "):
                found[-1] = (found[-1][0] + "\n" + line[2:], "")
            else:
                found[-1] = (found[-1][0], found[-1][1] + line + "\n")
    return found


def golden() -> dict:
    cases = json.loads(GOLDEN.read_bytes())["cases"]
    return json.loads(next(c["bundle"] for c in cases if c["name"] == "one claim of six entries"))


class VerifyByHand(unittest.TestCase):
    def outputs(self, bundle: dict) -> list[str]:
        """What each step prints for this bundle, all in one shell."""
        for tool in ("openssl", "sha256sum", "base64", "jq", "xxd"):
            self.assertIsNotNone(shutil.which(tool), f"{tool} is not installed")
        script = f"\necho '{MARK}'\n".join(command for command, _ in steps())
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "result.assay")
            file.write_text(json.dumps(bundle, ensure_ascii=False, separators=(",", ":")))
            run = subprocess.run(
                ["bash", "-c", script], cwd=folder, capture_output=True, text=True, timeout=60
            )
        return run.stdout.split(MARK + "\n")

    def differing(self, bundle: dict) -> list[str]:
        """The commands whose output is not what the page shows."""
        expected = steps()
        found = self.outputs(bundle)
        self.assertEqual(len(found), len(expected))
        wrong = []
        for (command, shown), printed in zip(expected, found):
            form = ".*".join(map(re.escape, shown.split("…")))
            if not re.fullmatch(form, printed):
                wrong.append(f"{command}\n{printed}")
        return wrong

    def test_the_page_does_what_it_shows(self):
        self.assertGreaterEqual(len(steps()), 20)
        self.assertEqual(self.differing(golden()), [])

    def test_a_changed_bundle_is_noticed(self):
        def flipped(text: str) -> str:
            data = bytearray(base64.b64decode(text))
            data[-9] ^= 1
            return base64.b64encode(bytes(data)).decode()

        def charter(bundle):
            bundle["entries"][0]["entry"] = flipped(bundle["entries"][0]["entry"])

        def proof(bundle):
            bundle["entries"][-1]["proof"][1] = flipped(bundle["entries"][-1]["proof"][1])

        def log_signature(bundle):
            head, line = bundle["checkpoint"].rstrip("\n").rsplit(" ", 1)
            bundle["checkpoint"] = f"{head} {flipped(line)}\n"

        def statement(bundle):
            entry = json.loads(base64.b64decode(bundle["entries"][-1]["entry"]))
            payload = base64.b64decode(entry["payload"]).replace(b"0.8125", b"0.9125")
            entry["payload"] = base64.b64encode(payload).decode()
            text = json.dumps(entry, separators=(",", ":")).encode()
            bundle["entries"][-1]["entry"] = base64.b64encode(text).decode()

        for change, at_least in ((charter, 1), (proof, 1), (log_signature, 1), (statement, 3)):
            with self.subTest(change.__name__):
                bundle = golden()
                change(bundle)
                self.assertGreaterEqual(len(self.differing(bundle)), at_least)


if __name__ == "__main__":
    unittest.main()
