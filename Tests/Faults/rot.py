"""Bit rot: one bit in every page and random bits; what fsck says, and what the server signs."""

import sqlite3
import subprocess

import evidence
import merkle
from history import RootsOfPrefixes, Violation
from programs import run
from world import Template, World, must_catch

NAME = "bit rot"
PAGE = 4096


def rows(path) -> object:
    """Every row of every table: the content, however it lies in the file."""
    database = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        tables = sorted(database.execute(
            "SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall(), key=repr)
        found = [tables]
        for name, sql in tables:
            if sql and sql.upper().startswith("CREATE TABLE"):
                found.append((name, database.execute(
                    f'SELECT * FROM "{name}" NOT INDEXED ORDER BY rowid').fetchall()))
        return found
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        # Cannot be read: other than what was there, in any case.
        return repr(error)
    finally:
        database.close()


class Specimen:
    """A store at rest in one file, and everything that it says."""

    def __init__(self, world: World, entries: int):
        world.start()
        pool, work = world.press([world.body(padding=world.chance.choice([0, 200, 5000]))
                                  for _ in range(entries)])
        for done in work:
            done.result()
        world.check()
        self.leaves = self.tree(world)
        world.stop()
        self.path = world.folder / "specimen"
        subprocess.run(["sqlite3", world.store, f"VACUUM INTO '{self.path}'"], check=True)
        self.bytes = self.path.read_bytes()
        self.content = rows(self.path)
        self.rotten = world.folder / "rotten"

    @staticmethod
    def tree(world: World) -> list[bytes]:
        leaves = []
        size = world.history.see(world.ask("GET", "/checkpoint")[2]).size
        for path, level, _, _ in evidence.tile_names(size):
            if level == -1:
                leaves += [merkle.leaf_hash(entry) for entry in
                           evidence.split_entry_bundle(world.ask("GET", "/" + path)[2])]
        return leaves

    def flip(self, bit: int):
        changed = bytearray(self.bytes)
        changed[bit // 8] ^= 1 << bit % 8
        self.rotten.write_bytes(changed)
        for suffix in ("-wal", "-shm", "-journal"):
            self.rotten.with_name("rotten" + suffix).unlink(missing_ok=True)

    def bits(self, chance, count: int) -> list[int]:
        """One in each page, then anywhere, `count` in all."""
        pages = [8 * PAGE * page + chance.randrange(8 * PAGE)
                 for page in range(len(self.bytes) // PAGE)]
        chance.shuffle(pages)
        return pages[:count] + [chance.randrange(8 * len(self.bytes))
                                for _ in range(count - len(pages))]


def fsck(path) -> bool:
    result = run("assay-log", "fsck", "--store", path, timeout=120)
    if result.status not in (0, 1, 3, 4):
        raise Violation(f"fsck ended with {result.status}: {result}")
    return result.status == 0


def judge(specimen: Specimen, bit: int, says_good):
    """A changed content that is called good is a miss."""
    specimen.flip(bit)
    good = says_good(specimen.rotten)
    if good and rows(specimen.rotten) != specimen.content:
        raise Violation(f"bit {bit} changes what is stored, and the check calls it good")
    return not good


def prove(template: Template, chance) -> str:
    def planted():
        def sqlite_check(path):
            answer = subprocess.run(["sqlite3", path, "PRAGMA integrity_check"],
                                    capture_output=True, text=True)
            return answer.stdout.strip() == "ok"

        with World(template, chance) as world:
            specimen = Specimen(world, 40)
            for bit in specimen.bits(chance, 100):
                judge(specimen, bit, sqlite_check)

    return must_catch("SQLite's own check instead of fsck", planted)


def serve_rotten(template: Template, chance, world: World, specimen: Specimen, bit: int):
    """The server refuses, or what it signs is over the entries that were there."""
    specimen.flip(bit)
    with World(template, chance) as served:
        served.store.write_bytes(specimen.rotten.read_bytes())
        body = template.body(1_000_000 + bit)
        served.start(wait=False)
        if not served.server.wait_ready(20):
            if served.wait_end() not in (1, 2, 3, 4):
                raise Violation(f"bit {bit}: it ended so:\n{served.server.said[-800:]}")
            return
        served.submit(body)
        answer = served.ask("GET", "/checkpoint")
        if answer is None or answer[0] != 200:
            return
        head = served.history.see(answer[2])
        roots = RootsOfPrefixes()
        for leaf in [*specimen.leaves, merkle.leaf_hash(body)][:head.size]:
            roots.append(leaf)
        if head.size > len(specimen.leaves) + 1 or roots.root != head.root:
            raise Violation(f"bit {bit}: a head over rotten data is signed")


def rounds(template: Template, chance, count: int):
    with World(template, chance) as world:
        specimen = Specimen(world, 60 if count <= 1000 else 400)
        for number, bit in enumerate(specimen.bits(chance, count)):
            found = judge(specimen, bit, fsck)
            if number % 10 == 0:
                serve_rotten(template, chance, world, specimen, bit)
            yield 1 if found else 0
