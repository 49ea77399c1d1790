"""Runs a command beside a ledger that serves some entries.

    python3 with_ledger.py COMMAND [ARGUMENT...]      {url} in an argument becomes the address

Exit status: that of the command; 1 when the ledger does not stop cleanly.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from institutes import INSTITUTES, Ledger


def main(command: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="assay-test-") as folder:
        ledger = Ledger(Path(folder)).create()
        server = ledger.serve()
        try:
            for number in range(20):
                answer = ledger.post(ledger.another(number, list(INSTITUTES)[number % 4]))
                assert answer.status == 201, answer
            filled = [part.replace("{url}", server.url) for part in command]
            status = subprocess.run(filled).returncode
        finally:
            stopped = ledger.stop()
        return status or (1 if stopped else 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
