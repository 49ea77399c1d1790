"""Power cuts: an ext4 device that loses everything that was not synced, while a log, a witness and
the publishing of the log write to it."""

import fcntl
import os
import signal
import struct
import subprocess
import tempfile
from pathlib import Path

import evidence
import merkle
from history import Violation
from programs import environment, program
from witnessed import WitnessWorld
from world import Template, World, can, is_root, must_catch, signal_children, sleep

NAME = "power cut"
# _IOR('X', 125, __u32) of the kernel; 2 stops the device without writing out its log.
SHUTDOWN, WITHOUT_FLUSH = 0x8004587D, 2


class Device:
    """An ext4 file system in a file, whose power can be cut."""

    def __init__(self):
        self.home = Path(tempfile.mkdtemp(prefix="assay-faults-"))
        self.image, self.folder = self.home / "image", self.home / "mounted"
        self.folder.mkdir()
        with open(self.image, "wb") as file:
            file.truncate(96 << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", self.image], check=True)
        self.mount()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", "-l", self.folder], check=False, capture_output=True)
        self.image.unlink()
        self.folder.rmdir()
        self.home.rmdir()

    def mount(self):
        subprocess.run(["mount", "-o", "loop", self.image, self.folder], check=True)

    def cut(self):
        file = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(file, SHUTDOWN, struct.pack("I", WITHOUT_FLUSH))
        finally:
            os.close(file)

    def power_on(self):
        subprocess.run(["umount", self.folder], check=True)
        self.mount()


def unavailable() -> str | None:
    if not is_root():
        return "needs root"
    if not can(["which", "mkfs.ext4"]):
        return "no mkfs.ext4"
    try:
        with Device() as device:
            device.cut()
            device.power_on()
    except (OSError, subprocess.CalledProcessError) as error:
        return f"no device can be cut off here: {error}"
    return None


def cut_under_load(
        world: World, witness: WitnessWorld, device: Device, delay: float, publishes: bool):
    """Cuts the power while clients submit and the log grows at the witness; afterwards everything
    that ran is gone."""
    publisher = None
    growing, wrong = witness.press(world.chance)
    if publishes:
        publisher = subprocess.Popen(
            [program("assay-log"), "publish", "--store", world.store, "--to",
             world.folder / "site", "--follow"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
    try:
        pool, work = world.press([world.body() for _ in range(120)])
        sleep(delay)
        # What was answered before the cut counts. While the cut is under way a sync may return as
        # if it had been done: the kernel takes a transaction that it gave up for one that ended.
        world.is_off = witness.is_off = True
        device.cut()
        world.server.process.send_signal(signal.SIGKILL)
        witness.server.process.send_signal(signal.SIGKILL)
        for done in work:
            done.result()
        pool.shutdown()
        world.server.kill()
        witness.server.kill()
        growing.join()
        if wrong:
            raise wrong[0]
    finally:
        if publisher:
            publisher.kill()
            publisher.wait()
    device.power_on()


def check_site(world: World, folder: Path):
    """The published checkpoint, if there is one, has all of its files, whole."""
    if not (folder / "checkpoint").exists():
        return
    head = world.history.see((folder / "checkpoint").read_bytes())
    leaves = []
    for path, level, index, width in evidence.tile_names(head.size):
        data = (folder / path).read_bytes()
        if level == -1:
            leaves += [merkle.leaf_hash(entry) for entry in evidence.split_entry_bundle(data)]
    for path, level, index, width in evidence.tile_names(head.size):
        if level >= 0 and (folder / path).read_bytes() != evidence.tile_content(
                level, index, width, leaves):
            raise Violation(f"{path} is not what its checkpoint needs")
    if merkle.root(leaves) != head.root:
        raise Violation("the published entries are not those of the published checkpoint")


def unsyncing() -> list[str]:
    """A tracer under which every sync is answered without syncing."""
    return ["strace", "-f", "-o", "/dev/null", "-e", "trace=fdatasync,fsync",
            "-e", "inject=fdatasync,fsync:retval=0"]


def end_traced(device: Device, server):
    device.cut()
    signal_children(server, signal.SIGKILL)
    server.kill()
    sleep(0.3)
    device.power_on()


def prove(template: Template, chance) -> str:
    def planted_in_log():
        with Device() as device, World(template, chance, device.folder) as world:
            os.sync()
            world.start(prefix=unsyncing())
            pool, work = world.press([world.body() for _ in range(12)])
            for done in work:
                done.result()
            end_traced(device, world.server)
            world.start_and_check()

    def planted_in_witness():
        with Device() as device, WitnessWorld(device.folder) as witness:
            os.sync()
            witness.start(prefix=unsyncing())
            for _ in range(5):
                witness.grow(chance)
            end_traced(device, witness.server)
            witness.start_and_check()

    return (must_catch("every sync answered without syncing", planted_in_log) + "; "
            + must_catch("in the witness", planted_in_witness))


def rounds(template: Template, chance, count: int):
    for first in range(0, count, 20):
        with Device() as device, World(template, chance, device.folder) as world:
            (device.folder / "witness").mkdir()
            with WitnessWorld(device.folder / "witness") as witness:
                os.sync()
                world.start()
                witness.start()
                before = 0
                for number in range(first, min(first + 20, count)):
                    publishes = number % 2 == 0
                    cut_under_load(
                        world, witness, device,
                        chance.uniform(0.05, 1.3 if publishes else 0.5), publishes)
                    check_site(world, world.folder / "site")
                    world.start_and_check()
                    witness.start_and_check()
                    yield world.history.acknowledged - before
                    before = world.history.acknowledged
                world.stop()
                world.fsck()
