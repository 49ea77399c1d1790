"""Two sequencers: started at once, one asleep while the other starts, on copies of one store."""

import shutil
import signal

from history import Violation
from programs import Server
from world import Template, World, must_catch

NAME = "two sequencers"


class Rival:
    """Paths of a second server over the same or a copied folder."""

    def __init__(self, world: World, store=None, checkpoint_key=None):
        self.store = store or world.store
        self.checkpoint_key = checkpoint_key or world.checkpoint_key
        self.entry_key = world.entry_key


def must_refuse(server: Server, words: str):
    try:
        status = server.process.wait(20)
    except Exception as error:
        server.kill()
        raise Violation("a second sequencer serves beside the first") from error
    server.stop()
    if server.url or status not in (1, 4) or words not in server.said:
        raise Violation(f"the second ended with {status}:\n{server.said[-800:]}")


def clone(world: World, name: str, with_key: bool) -> Rival:
    folder = world.folder / name
    folder.mkdir()
    for path in world.folder.iterdir():
        if path.name.startswith(world.store.name):
            shutil.copy(path, folder)
    key = world.checkpoint_key
    if with_key:
        key = folder / "checkpoint.pem"
        shutil.copy(world.checkpoint_key, key)
    return Rival(world, folder / world.store.name, key)


def submit_through(world: World, server: Server, body: bytes):
    first, world.server = world.server, server
    try:
        return world.submit(body)
    finally:
        world.server = first


def prove(template: Template, chance) -> str:
    """Copies of store and key together know nothing of each other: they fork, and that is seen."""

    def planted():
        with World(template, chance) as world:
            world.start()
            rival = clone(world, "clone", with_key=True)
            second = Server(rival)
            try:
                for _ in range(3):
                    world.submit(world.body())
                    submit_through(world, second, world.body())
            finally:
                second.kill()

    return must_catch("copies of store and key, both serving", planted)


def started_at_once(world: World, chance):
    servers = [Server(Rival(world), wait=False) for _ in range(2)]
    ready = [server.wait_ready(20) for server in servers]
    if sum(ready) > 1:
        raise Violation("two servers that started at once both serve")
    for server, serves in zip(servers, ready):
        if serves:
            world.server = server
        else:
            server.process.wait(20)
            server.stop()
    if not any(ready):
        world.start()


def asleep(world: World, chance):
    """A sleeping server still holds the store."""
    world.start()
    world.submit(world.body())
    world.server.process.send_signal(signal.SIGSTOP)
    try:
        must_refuse(Server(Rival(world), wait=False), "store-in-use")
    finally:
        world.server.process.send_signal(signal.SIGCONT)


def lock_removed(world: World, chance):
    """Somebody removes the lock file: the key's own record holds."""
    world.start()
    world.submit(world.body())
    world.server.process.send_signal(signal.SIGSTOP)
    (world.folder / (world.store.name + "-lock")).unlink()
    try:
        must_refuse(Server(Rival(world), wait=False), "key-in-use")
    finally:
        world.server.process.send_signal(signal.SIGCONT)


def both_removed(world: World, chance):
    """Lock file gone and the key copied elsewhere: the comparison of heads holds. Whoever comes
    second to a step stops."""
    world.start()
    world.submit(world.body())
    (world.folder / (world.store.name + "-lock")).unlink()
    key = world.folder / "elsewhere.pem"
    shutil.copy(world.checkpoint_key, key)
    second = Server(Rival(world, checkpoint_key=key))
    if chance.random() < 0.5:
        world.server.process.send_signal(signal.SIGSTOP)
        submit_through(world, second, world.body())
        world.server.process.send_signal(signal.SIGCONT)
    for _ in range(4):
        for server in chance.sample([world.server, second], 2):
            submit_through(world, server, world.body())
    running = [s for s in (world.server, second) if s.process.poll() is None]
    for _ in range(100):
        if len(running) < 2:
            break
        running[0].process.poll()
        try:
            running[0].process.wait(0.1)
        except Exception:
            pass
        running = [s for s in (world.server, second) if s.process.poll() is None]
    if len(running) > 1:
        raise Violation("two servers write to one store for ever")
    for server in (world.server, second):
        server.kill()
    for path in world.folder.glob("elsewhere*"):
        path.unlink()
    world.start()


def cloned(world: World, chance):
    """A copied store with the same key: refused while the first serves."""
    world.start()
    rival = clone(world, "clone", with_key=False)
    try:
        must_refuse(Server(rival, wait=False), "key-in-use")
        world.submit(world.body())
        world.server.kill()
        # And afterwards too: the copy lacks what was signed since.
        must_refuse(Server(rival, wait=False), "store-behind")
        world.start()
    finally:
        shutil.rmtree(world.folder / "clone")


def rounds(template: Template, chance, count: int):
    cases = [started_at_once, asleep, lock_removed, both_removed, cloned]
    with World(template, chance) as world:
        before = 0
        for number in range(count):
            case = cases[number % len(cases)]
            try:
                case(world, chance)
                for _ in range(3):
                    if world.submit(world.body()) != 201:
                        raise Violation(f"does not go on:\n{world.server.said[-800:]}")
                world.check()
            except Violation as violation:
                raise Violation(f"{case.__name__}: {violation}") from violation
            world.server.kill()
            yield world.history.acknowledged - before
            before = world.history.acknowledged
        world.start_and_check()
        world.stop()
        world.fsck()
