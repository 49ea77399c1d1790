"""The device fills up, in steps of one page, while the server runs."""

import json
import subprocess
import tempfile
from pathlib import Path

from history import Violation
from world import Template, World, can, is_root, must_catch

NAME = "disk full"
RESERVE = 4 << 20


class SmallDevice:
    """A memory file system of a size that is set at will."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="assay-faults-"))
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", self.folder], check=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", "-l", self.folder], check=False)
        self.folder.rmdir()

    def leave_free(self, count: int):
        used = subprocess.run(["df", "--output=used", "-B1", self.folder], check=True,
                              capture_output=True, text=True).stdout.split()[1]
        size = int(used) + count
        subprocess.run(["mount", "-o", f"remount,size={size}", self.folder], check=True)


def unavailable() -> str | None:
    if not is_root():
        return "needs root"
    with tempfile.TemporaryDirectory() as folder:
        if not can(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]):
            return "no tmpfs may be mounted here"
        subprocess.run(["umount", folder], check=False)
    return None


def prove(template: Template, chance) -> str:
    def planted():
        with SmallDevice() as device, World(template, chance, device.folder) as world:
            world.start()
            device.leave_free(8192)
            world.server.kill()
            expect_reading(world)

    return must_catch("a server that ends on a full device", planted)


def expect_reading(world: World):
    for path in ("/checkpoint", "/entries/0/bundle", "/tile/entries/000.p/1"):
        answer = world.ask("GET", path)
        if answer is None or answer[0] != 200:
            raise Violation(f"{path} is not read on a full device: {answer}")


def rounds(template: Template, chance, count: int):
    """`count` steps of 4 KiB up from nothing free, and as many around the reserve."""
    for start in (0, RESERVE - 4096 * (count // 2)):
        with SmallDevice() as device, World(template, chance, device.folder) as world:
            world.start()
            before = 0
            for step in range(count):
                device.leave_free(start + 4096 * step)
                body = world.body(padding=chance.choice([0, 3000, 30000]))
                status = world.submit(body)
                if status == 503:
                    _, headers, data = world.ask("POST", "/entries", body)
                    if json.loads(data)["code"] != "storage-full" or "retry-after" not in headers:
                        raise Violation(f"a full device answers {data!r} {headers}")
                elif status != 201 or start + 4096 * step < RESERVE:
                    raise Violation(f"{start + 4096 * step} bytes free: answer {status}")
                expect_reading(world)
                device.leave_free(32 << 20)
                if world.submit(body) not in (200, 201) or world.submit(world.body()) != 201:
                    raise Violation(f"step {step}: does not go on with room again")
                yield world.history.acknowledged - before
                before = world.history.acknowledged
            world.check()
            # It starts with little room, or says that it cannot, and is whole afterwards.
            world.server.kill()
            device.leave_free(4096 * chance.randrange(1, 40))
            world.start(wait=False)
            if world.server.wait_ready(20):
                expect_reading(world)
                world.server.kill()
            elif world.wait_end() not in (1, 4):
                raise Violation(f"a start without room ended so:\n{world.server.said[-800:]}")
            device.leave_free(32 << 20)
            world.start_and_check()
            world.stop()
            world.fsck()
