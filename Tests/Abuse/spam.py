"""Attacks on the witness: requests by strangers, and by a log that proves nothing."""

import http.client
import os
import random
import time
from contextlib import closing

import evidence
from attacks import must
from scene import Scene, attacker
from witnessed import NAME, WitnessWorld


def add_checkpoint_spam(scene: Scene, size: float):
    """Unknown logs, bad proofs, bad signatures, and a forged line in the witness's own name."""
    with WitnessWorld() as witness:
        witness.start()
        chance = random.Random(1)
        witness.grow(chance)
        good = witness.request(witness.size, witness.size + 3)
        parts = good.partition(b"\n\n")
        strange = good.replace(b"log.example/strange", b"log.example/unknown")
        unproven = b"old %d\n%s\n\n" % (
            witness.size, evidence.b64(os.urandom(32)).encode()) + parts[2]
        unsigned = good[:-20] + b"A" * 18 + b"=\n"
        forged = good + f"\u2014 {NAME} {evidence.b64(os.urandom(76))}\n".encode()
        seen: dict[str, set[int]] = {}
        began, asked = time.monotonic(), 0
        with closing(http.client.HTTPConnection(
                *witness.server.address, timeout=20, source_address=(attacker(1), 0))) as client:
            for _ in range(int(2000 * size) or 100):
                for name, body in (("unknown log", strange), ("bad proof", unproven),
                                   ("bad signature", unsigned), ("not a request", good[:40])):
                    client.request("POST", "/add-checkpoint", body=body)
                    answer = client.getresponse()
                    answer.read()
                    seen.setdefault(name, set()).add(answer.status)
                    asked += 1
        rate = asked / (time.monotonic() - began)
        must(seen["unknown log"] <= {404, 429}, f"an unknown log: {seen}")
        must(seen["bad proof"] <= {422, 429}, f"a bad proof: {seen}")
        must(seen["bad signature"] <= {400, 403, 429}, f"a bad signature: {seen}")
        must(seen["not a request"] <= {400, 429}, f"no request: {seen}")
        # A line of its own name that somebody else made neither blocks nor gets stored.
        answer = witness.send(forged)
        must(answer is not None and answer[0] == 200, f"with a forged line: {answer}")
        witness.size = witness.asked = witness.size + 3
        witness.grow(chance)
        witness.server.kill()
        witness.start_and_check()
        return f"{asked} requests at {rate:.0f}/s: " + ", ".join(
            f"{name} {'/'.join(map(str, sorted(found)))}" for name, found in seen.items()) \
            + "; a forged line of its own name wedges nothing"


ALL = [add_checkpoint_spam]
