"""A ledger under mixed load for a while: memory and descriptors stay flat, no answer is an
unexplained 5xx, and the log explains all that was said. See --help."""

import argparse
import http.client
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "EndToEnd"))

from history import Violation  # noqa: E402
from programs import environment, program  # noqa: E402
from world import Template, World  # noqa: E402

MIB = 1 << 20


class Load:
    """Clients that go on until they are told to end."""

    def __init__(self, world: World):
        self.world, self.ended, self.lock = world, threading.Event(), threading.Lock()
        self.statuses: Counter[int] = Counter()
        self.lost = 0
        self.known: list[bytes] = []
        self.threads = [
            threading.Thread(target=self.run, args=(role, random.Random(number)), daemon=True)
            for number, role in enumerate(
                [self.submit] * 3 + [self.again, self.batch, self.read, self.read, self.leave])]
        for thread in self.threads:
            thread.start()

    def run(self, role, chance):
        while not self.ended.wait(chance.expovariate(30)):
            role(chance)

    def count(self, status: int | None):
        with self.lock:
            if status is None:
                self.lost += 1
            else:
                self.statuses[status] += 1

    def submit(self, chance):
        body = self.world.body(padding=chance.choice([0, 0, 0, 2000, 30_000]))
        self.count(self.world.submit(body))
        with self.lock:
            self.known = [*self.known[-500:], body]

    def again(self, chance):
        if self.known:
            self.count(self.world.submit(chance.choice(self.known)))

    def batch(self, chance):
        bodies = [self.world.body() for _ in range(chance.randint(1, 8))]
        submissions = [self.world.history.begin(body) for body in bodies]
        answer = self.world.ask("POST", "/entries/batch", b"\n".join(bodies))
        self.count(answer and answer[0])
        if answer and answer[0] == 200:
            for submission, line in zip(submissions, answer[2].splitlines()):
                receipt = json.loads(line)
                if "index" in receipt:
                    self.world.history.end(submission, receipt, receipt["new"])
                else:
                    self.count(receipt["status"])

    def read(self, chance):
        size = max(1, self.world.history.acknowledged)
        index = chance.randrange(size)
        path = chance.choice(["/checkpoint", f"/entries/{index}", f"/entries/{index}/bundle",
                              f"/tile/entries/{index // 256:03}", f"/tile/0/{index // 256:03}",
                              "/entries?limit=5", "/metrics", "/healthz", "/readyz", "/nothing"])
        answer = self.world.ask("GET", path)
        self.count(answer and answer[0])

    def leave(self, chance):
        """Asks and goes away."""
        connection = http.client.HTTPConnection(*self.world.server.address, timeout=10)
        try:
            connection.request("GET", "/entries?limit=3")
        except (OSError, http.client.HTTPException):
            self.count(None)
        finally:
            connection.close()

    def end(self):
        self.ended.set()
        for thread in self.threads:
            thread.join(60)


def marks(pid: int) -> tuple[int, int]:
    """Resident bytes and open descriptors."""
    status = Path(f"/proc/{pid}/status").read_text()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(resident.split()[1]) * 1024, len(list(Path(f"/proc/{pid}/fd").iterdir()))


def slope(samples: list[tuple[float, int]]) -> float:
    """Bytes an hour, by least squares."""
    mean_x = sum(x for x, _ in samples) / len(samples)
    mean_y = sum(y for _, y in samples) / len(samples)
    over = sum((x - mean_x) * (y - mean_y) for x, y in samples)
    return 3600 * over / sum((x - mean_x) ** 2 for x, _ in samples)


def soak(world: World, minutes: float):
    world.start()
    site = world.folder / "site"
    load, began, samples, publishing = Load(world), time.monotonic(), [], None
    pid, next_line = world.server.process.pid, 0.0
    most_descriptors = 0
    try:
        while (passed := time.monotonic() - began) < 60 * minutes:
            time.sleep(0.5)
            if world.server.process.poll() is not None:
                raise Violation(f"the server ended:\n{world.server.said[-1500:]}")
            memory, descriptors = marks(pid)
            most_descriptors = max(most_descriptors, descriptors)
            samples.append((passed, memory))
            if publishing is None or publishing.poll() is not None:
                publishing = subprocess.Popen(
                    [program("assay-log"), "publish", "--store", world.store, "--to", site],
                    stdout=subprocess.DEVNULL, env=environment())
            if passed >= next_line:
                next_line += max(10.0, 6 * minutes)
                print(f"{passed:>7.0f} s {world.history.acknowledged:>9} entries "
                      f"{memory / MIB:>7.1f} MiB {descriptors:>5} descriptors "
                      f"{dict(sorted(load.statuses.items()))}", flush=True)
    finally:
        load.end()
        if publishing:
            publishing.wait(60)
    report(world, load, samples, most_descriptors)
    world.check()
    world.stop()
    world.fsck()


def report(world: World, load: Load, samples, most_descriptors: int):
    settled = samples[len(samples) // 3:]
    first = sum(memory for _, memory in settled[:20]) / 20
    last = sum(memory for _, memory in settled[-20:]) / 20
    print(f"memory {first / MIB:.1f} MiB after a third, {last / MIB:.1f} MiB at the end, "
          f"{slope(settled) / MIB:+.1f} MiB an hour; at most {most_descriptors} descriptors; "
          f"{world.history.acknowledged} acknowledged; {load.lost} without an answer", flush=True)
    server_errors = {status: count for status, count in load.statuses.items() if status >= 500}
    if server_errors:
        raise Violation(f"answers without reason: {server_errors}")
    if load.lost:
        raise Violation(f"{load.lost} requests without an answer")
    if last > first + 24 * MIB:
        raise Violation(f"memory grows from {first / MIB:.1f} to {last / MIB:.1f} MiB")
    if most_descriptors > 100:
        raise Violation(f"{most_descriptors} descriptors for 8 clients")


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools/soak", description=__doc__)
    parser.add_argument("minutes", type=float)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="assay-faults-") as folder:
        template = Template(Path(folder) / "template")
        with World(template, random.Random(options.seed)) as world:
            try:
                soak(world, options.minutes)
            except Violation as violation:
                print(f"FAILED: {violation}", flush=True)
                return 1
    print("held", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
