"""Simulated power cuts: programs are watched while they write, and then every file is set to any
mixture of what they had not synced. Many more states than a device shows, each in milliseconds."""

import base64
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import merkle
import recording
from history import History, RootsOfPrefixes, Violation
from powercut import check_site
from programs import environment, program
from unsynced import Disk
from witnessed import ORIGIN, WitnessWorld
from world import Template, World, can, must_catch, signal_children

NAME = "crash states"
MEMORY = Path("/dev/shm")
RECEIPT = re.compile(rb'"index":(\d+),"leafHash":"([0-9a-f]{64})"')
NOTE = re.compile(rb'"checkpoint":"((?:[^"\\]|\\.)*)"')


def unavailable() -> str | None:
    if not can(["strace", "-e", "trace=fsync", "true"]):
        return "no strace that may trace here"
    return None


class Judge:
    """The program that opens stores, asked by lines."""

    def __init__(self):
        self.process = subprocess.Popen(
            [program("store-judge")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=environment())

    def ask(self, *words) -> list[str]:
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        if not answer:
            raise Violation(f"it crashed with {self.process.wait()} over {words[1]}")
        if answer[0] != "good":
            raise Violation("it needs hands: " + " ".join(answer[1:]))
        return answer[1:]

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class Recording:
    """What a program did to a folder. A subclass says what was promised by then, and asks whether
    a state keeps it."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.base = Path(tempfile.mkdtemp(prefix="assay-faults-", dir=MEMORY))
        shutil.copytree(folder, self.base / "before", symlinks=True)
        self.events: list[recording.Event] = []

    def read(self, log: Path):
        self.events = recording.read(log, self.folder)
        # The disk model starts from the copy, under the names of the original.
        if not any(event.kind == "sync-ended" for event in self.events):
            raise AssertionError("the trace shows no sync: this harness does not see the files")

    def disk(self, ignores) -> Disk:
        disk = Disk(self.base / "before", ignores)
        for names in (disk.names, disk.durable_names):
            for path in list(names):
                names[str(self.folder) + path[len(disk.folder):]] = names.pop(path)
        disk.folder = str(self.folder)
        return disk

    def states(self, chance, count: int, ignores=lambda path: False):
        """`count` states after a cut, each with the number of events before it, and a folder that
        holds it."""
        places = sorted(chance.randrange(len(self.events) + 1) for _ in range(count))
        disk, done = self.disk(ignores), 0
        for number, place in enumerate(places):
            for event in self.events[done:place]:
                disk.take(event)
            done = place
            state = self.base / "after"
            shutil.rmtree(state, ignore_errors=True)
            state.mkdir()
            for path, data in disk.after_a_cut(chance).items():
                target = state / path[len(disk.folder) + 1:]
                if data is None:
                    target.mkdir()
                else:
                    target.touch(0o600)
                    target.write_bytes(data)
            yield place, state

    def check(self, judge: Judge, place: int, state: Path):
        raise NotImplementedError

    def close(self):
        shutil.rmtree(self.base, ignore_errors=True)


@dataclass
class Promise:
    """From this event on clients know this."""

    place: int
    index: int
    leaf: bytes
    note: bytes


class LogRecording(Recording):
    """The log's server, from its start on."""

    def __init__(self, world: World, work, before: list[Promise] = (), ends=True):
        super().__init__(world.folder)
        self.world, self.next_body = world, 0
        with tempfile.TemporaryDirectory(prefix="assay-faults-") as folder:
            log = Path(folder) / "trace"
            world.start(prefix=recording.tracer(log))
            work(world)
            signal_children(world.server, 15 if ends else 9)
            world.wait_end()
            world.server.kill()
            self.read(log)
        self.promises = [Promise(-1, p.index, p.leaf, p.note) for p in before]
        for place, event in enumerate(self.events):
            if event.kind != "sent":
                continue
            for receipt in RECEIPT.finditer(event.data):
                note = NOTE.search(event.data)
                self.promises.append(Promise(
                    place, int(receipt.group(1)), bytes.fromhex(receipt.group(2).decode()),
                    note.group(1).replace(b"\\n", b"\n") if note else b""))
        if len(self.promises) == len(before):
            raise AssertionError("the trace shows no answer: this harness does not see the server")

    def known(self, place: int) -> list[Promise]:
        return [promise for promise in self.promises if promise.place < place]

    def check(self, judge: Judge, place: int, state: Path):
        body = state / "body"
        self.next_body += 1
        body.write_bytes(self.world.template.body((1 << 40) + self.next_body))
        key = state / "checkpoint.pem"
        records = list(state.glob("checkpoint.pem.*.signed"))
        record = records[0] if records else state / "checkpoint.pem.new.signed"
        leaves = [bytes.fromhex(word) for word in judge.ask(
            "log", state / self.world.store.name, key, state / "entry.pem", record, body)]
        history = History(self.world.template.vkeys)
        lost = 0
        for promise in self.known(place):
            lost += promise.index >= len(leaves) or leaves[promise.index] != promise.leaf
            if promise.note:
                history.see(promise.note)
        if lost:
            raise Violation(f"{lost} acknowledged entries are lost")
        roots = RootsOfPrefixes()
        for size, leaf in enumerate(leaves, 1):
            roots.append(leaf)
            if history.heads.pop(size, roots.root) != roots.root:
                raise Violation(f"fork: the head of size {size} is not of this log")
        if history.heads:
            raise Violation(f"size {max(history.heads)} was signed, {len(leaves)} entries are left")
        if leaves[-1] != merkle.leaf_hash(body.read_bytes()):
            raise Violation("it does not go on")


class WitnessRecording(Recording):
    """The witness's server: what it cosigned it remembers."""

    def __init__(self, world: WitnessWorld, chance):
        super().__init__(world.folder)
        with tempfile.TemporaryDirectory(prefix="assay-faults-") as folder:
            log = Path(folder) / "trace"
            world.start(prefix=recording.tracer(log))
            sizes = []
            for _ in range(12):
                world.grow(chance)
                sizes.append(world.size)
            signal_children(world.server, 15)
            world.server.process.wait(15)
            world.server.kill()
            self.read(log)
        answers = [place for place, event in enumerate(self.events)
                   if event.kind == "sent" and b" 200 OK" in event.data]
        if len(answers) != len(sizes):
            raise AssertionError(f"{len(answers)} answers are in the trace of {len(sizes)}")
        self.promises = list(zip(answers, sizes))
        self.store, self.roots = world.store.name, {
            size: merkle.root(world.leaves["honest"][:size]) for size in sizes}

    def check(self, judge: Judge, place: int, state: Path):
        answer = judge.ask("witness", state / self.store, ORIGIN)
        size = int(answer[0]) if answer[0] != "unknown" else -1
        least = max((size for at, size in self.promises if at < place), default=0)
        if size < least:
            raise Violation(f"size {least} was cosigned, and the witness remembers {answer}")
        if size > 0 and base64.b64decode(answer[1]) != self.roots.get(size):
            raise Violation(f"the witness remembers another root of size {size}")


class SiteRecording(Recording):
    """`publish`, once: the folder is whole at every moment and afterwards has the new size."""

    def __init__(self, world: World):
        (world.folder / "www").mkdir(exist_ok=True)
        super().__init__(world.folder / "www")
        self.world = world
        with tempfile.TemporaryDirectory(prefix="assay-faults-") as folder:
            log = Path(folder) / "trace"
            subprocess.run(
                [*recording.tracer(log), program("assay-log"), "publish", "--store", world.store,
                 "--to", world.folder / "www" / "site"], check=True, stdout=subprocess.DEVNULL,
                env=environment())
            self.read(log)
        self.sizes = [self.size(self.base / "before"), self.size(self.folder)]

    def size(self, folder: Path) -> int:
        file = folder / "site" / "checkpoint"
        return self.world.history.see(file.read_bytes()).size if file.exists() else 0

    def check(self, judge: Judge, place: int, state: Path):
        try:
            check_site(self.world, state / "site")
        except FileNotFoundError as error:
            raise Violation(f"a published file is missing: {error.filename}") from error
        except ValueError as error:
            raise Violation(f"a published file is not whole: {error}") from error
        if self.size(state) < self.sizes[place == len(self.events)]:
            raise Violation("the published folder has gone back")


# What is recorded


def submit(count: int, padding: int, clients: int):
    def work(world: World):
        pool, running = world.press(
            [world.body(padding=world.chance.randrange(padding + 1)) for _ in range(count)],
            clients=clients)
        for done in running:
            done.result()
        pool.shutdown()
    return work


def recover(first: LogRecording, template: Template, chance, world: World) -> LogRecording:
    """A start after a cut, which may be cut again: from one of the states of `first`."""
    place, state = list(first.states(chance, 1))[0]
    for path in world.folder.iterdir():
        path.unlink()
    for path in state.iterdir():
        shutil.copy(path, world.folder)
    world.numbers = iter(range(1 << 31, 1 << 32))
    return LogRecording(world, submit(5, 500, 2), first.known(place), ends=False)


# A sync that is missing is a bug that must show.
MISSING = {
    "log": [("write-ahead log", lambda path: path.endswith("-wal")),
            ("folder", lambda path: Path(path).is_dir())],
    "long log": [("store", lambda path: path.endswith(".assay-log"))],
    "witness": [("witness's write-ahead log", lambda path: path.endswith("-wal"))],
    "site": [("published file", lambda path: not Path(path).is_dir()),
             ("published folder", lambda path: Path(path).is_dir())],
}


def violation(recorded: Recording, judge: Judge, chance, count: int, ignores) -> bool:
    for place, state in recorded.states(chance, count, ignores):
        try:
            recorded.check(judge, place, state)
        except Violation:
            return True
    return False


class Recordings:
    """One of each kind, made anew for each seed."""

    def __init__(self, template: Template, chance):
        self.worlds = [World(template, chance), World(template, chance), World(template, chance)]
        self.witness = WitnessWorld()
        plain, again, long = self.worlds
        self.all = {"log": LogRecording(plain, submit(14, 4000, 3))}
        plain.start_and_check()
        self.all["site"] = SiteRecording(plain)
        submit(300, 10, 8)(plain)
        plain.check()
        plain.stop()
        self.all["site again"] = SiteRecording(plain)
        self.all["recovery"] = recover(self.all["log"], template, chance, again)
        self.all["long log"] = LogRecording(long, submit(240, 3000, 1))
        self.all["witness"] = WitnessRecording(self.witness, chance)

    def close(self):
        for recorded in self.all.values():
            recorded.close()
        for world in [*self.worlds, self.witness]:
            world.__exit__()


def prove(template: Template, chance) -> str:
    recordings, judge = Recordings(template, chance), Judge()
    missed, caught = [], []
    try:
        for kind, cases in MISSING.items():
            for name, ignores in cases:
                found = violation(recordings.all[kind], judge, chance, 400, ignores)
                (caught if found else missed).append(name)
    finally:
        judge.close()
        recordings.close()
    if missed:
        raise AssertionError(f"missing syncs were not caught: {missed}")
    return "missing syncs: " + ", ".join(caught)


SHARES = {"log": 36, "recovery": 14, "long log": 1, "witness": 24, "site": 10, "site again": 15}


def rounds(template: Template, chance, count: int):
    for first in range(0, count, 4000):
        size = min(4000, count - first)
        recordings, judge = Recordings(template, chance), Judge()
        shares = {kind: max(1, size * SHARES[kind] // 100) for kind in recordings.all}
        states = {kind: recordings.all[kind].states(chance, share)
                  for kind, share in shares.items()}
        turns = [kind for kind, share in shares.items() for _ in range(share)]
        chance.shuffle(turns)
        try:
            for kind in turns:
                recorded, (place, state) = recordings.all[kind], next(states[kind])
                try:
                    recorded.check(judge, place, state)
                except Violation as found:
                    raise Violation(
                        f"{kind}, cut after event {place} of {len(recorded.events)}, state in "
                        f"{keep(state)}: {found}") from found
                yield 1
        finally:
            judge.close()
            recordings.close()


def keep(state: Path) -> Path:
    kept = Path(tempfile.mkdtemp(prefix="assay-crash-state-"))
    shutil.copytree(state, kept, dirs_exist_ok=True)
    return kept
