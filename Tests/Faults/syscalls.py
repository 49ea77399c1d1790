"""System calls that change a file, failed or killed before, one at a time: in a start with a batch
of submissions, and in the start that recovers from a kill. Writes are also cut short, and torn."""

import collections
import re
import signal

from history import Violation
from world import Template, World, can, must_catch, signal_children, sleep

NAME = "failed system calls"

# `write` is not among them: the server writes to its own event counters with it. Nor are locks,
# which change nothing that lasts.
CALLS = ["openat", "pwrite64", "pwritev", "fsync", "fdatasync", "ftruncate", "fallocate", "unlink",
         "unlinkat", "rename", "renameat", "renameat2", "link", "linkat", "mkdir"]
FAULTS = ["error=EIO", "signal=KILL", "error=ENOSPC", "error=EINTR"]
SYNCS = {"fsync", "fdatasync"}
# Of these only the calls that change something.
CHANGES = {"openat": re.compile("O_CREAT|O_RDWR|O_WRONLY|O_TRUNC")}
# A limit on the size of files cuts a write short; what writes on gets an error, or the signal.
SHORT, TORN = "short", "torn"
CRASHES = (132, 134, 139, -4, -6, -11)
# The thread pool below Swift counts its threads in /proc, and traps where it may not open that.
RUNTIME_CRASH = "_dispatch_workq_monitor_pools"


class Tally:
    """How many of the faults came to pass: a call that never happens proves nothing."""

    def __init__(self):
        self.tried = self.happened = 0

    def __str__(self):
        return f"{self.happened} of {self.tried} faults happened"


tally = Tally()


def unavailable() -> str | None:
    if not can(["strace", "-e", "inject=fsync:error=EIO", "true"]):
        return "no strace that may trace here"
    return None


def tracer(log, *injections: str) -> list[str]:
    return ["strace", "-f", "-y", "-qq", "-o", str(log), "-e", "trace=" + ",".join(CALLS),
            *[part for injection in injections for part in ("-e", "inject=" + injection)]]


def limited(size: int, fault: str) -> list[str]:
    ignoring = ["env", "--ignore-signal=XFSZ"] if fault == SHORT else []
    return [*ignoring, "prlimit", f"--fsize={size}"]


def kill_traced(world: World):
    signal_children(world.server, signal.SIGKILL)
    world.wait_end(10)
    world.server.kill()


def interrupted(world: World):
    """Leaves the store as a kill in the middle of work leaves it."""
    world.start()
    pool, work = world.press([world.body() for _ in range(12)])
    sleep(0.05)
    world.server.kill()
    for done in work:
        done.result()
    pool.shutdown()


def batch(world: World):
    pool, work = world.press([world.body() for _ in range(8)], clients=4)
    for done in work:
        done.result()
    pool.shutdown()


def places(template: Template, chance, recovers: bool) -> list[tuple[str, int]]:
    """Calls that change something, each with its number in its thread, which is how the tracer
    counts them, from the start to the end of a batch."""
    with World(template, chance) as world:
        if recovers:
            interrupted(world)
        log = world.folder / "trace"
        world.start(prefix=tracer(log))
        batch(world)
        signal_children(world.server, signal.SIGTERM)
        world.wait_end()
        world.server.kill()
        lines = log.read_text(errors="replace").splitlines()
    found, counts = set(), collections.Counter()
    for line in lines:
        call = re.match(r"(\d+) +(\w+)\((.*)", line)
        if call:
            thread, name, rest = call.groups()
            counts[thread, name] += 1
            if name not in CHANGES or CHANGES[name].search(rest):
                found.add((name, counts[thread, name]))
    if not any(name in SYNCS for name, _ in found):
        raise AssertionError("the trace shows no sync: this harness does not see the store")
    return sorted(found)


def points(template: Template, chance) -> list[tuple[str, int, str, bool]]:
    found = []
    for recovers in (False, True):
        found += [(call, when, fault, recovers)
                  for call, when in places(template, chance, recovers) for fault in FAULTS]
        found += [("fsize", chance.randrange(1 << 18), fault, recovers)
                  for fault in (SHORT, TORN) for _ in range(100)]
    return found


def one(template: Template, chance, call: str, when: int, fault: str, recovers: bool) -> int:
    with World(template, chance) as world:
        if recovers:
            interrupted(world)
        log = world.folder / "trace"
        limits = call == "fsize"
        world.start(wait=False, prefix=limited(when, fault) if limits
                    else tracer(log, f"{call}:{fault}:when={when}"))
        if world.server.wait_ready(30):
            batch(world)
            if world.server.process.poll() is None:
                # A fault in copying back is told by the next step.
                world.submit(world.body(padding=30_000))
        ended = world.wait_end(0.1)
        injected = [] if limits else [
            line for line in log.read_text(errors="replace").splitlines()
            if "INJECTED" in line or "killed by SIGKILL" in line]
        tally.tried += 1
        tally.happened += bool(injected) or (limits and ended is not None)
        # SQLite syncs the folder of its log once more, with fdatasync, and does not look at the
        # answer; the store has synced it with fsync by then.
        counts = [line for line in injected
                  if not re.search(rf"fdatasync\(\d+<{re.escape(str(world.folder))}>\)", line)]
        if call in SYNCS and fault == "error=EIO" and counts and ended is None:
            ended = world.wait_end(10)
            if ended is None:
                raise Violation(f"goes on after a failed sync: {injected}")
        if ended in CRASHES and RUNTIME_CRASH not in world.server.said:
            raise Violation(f"crashed with {ended}: {injected}\n{world.server.said[-800:]}")
        if limits:
            world.server.kill()
        else:
            kill_traced(world)
        world.start_and_check()
        if world.submit(world.body()) != 201:
            raise Violation("does not go on afterwards")
        world.check()
        world.server.kill()
        world.fsck()
        return world.history.acknowledged


def prove(template: Template, chance) -> str:
    def planted():
        with World(template, chance) as world:
            world.start()
            saved = world.saved()
            world.server.kill()
            log = world.folder / "trace"
            world.start(prefix=tracer(log))
            batch(world)
            kill_traced(world)
            world.put_back(saved)
            world.start_and_check()

    return must_catch("the batch forgotten after its answers", planted)


def rounds(template: Template, chance, count: int):
    chosen = points(template, chance)
    chance.shuffle(chosen)
    # Every call with every fault first, syncs before all; then the rest, errors and kills first.
    seen, first, rest = set(), [], []
    for point in chosen:
        kind = (point[0], point[2], point[3])
        (rest if kind in seen else first).append(point)
        seen.add(kind)
    rest.sort(key=lambda point: point[2] not in FAULTS[:2])
    first.sort(key=lambda point: point[0] not in SYNCS | {"pwrite64", "fsize"})
    for call, when, fault, recovers in (first + rest)[:count]:
        try:
            yield one(template, chance, call, when, fault, recovers)
        except Violation as violation:
            where = "recovery" if recovers else "batch"
            raise Violation(f"{call}:{fault}:{when} in {where}: {violation}") from violation
