"""A disk that promises nothing but what was synced: after a power cut each sector holds any of the
contents that were written to it since the file's last sync, and of the names in a folder any number
of the latest changes is missing.

That is weaker than what file systems do, with one exception: changes of one folder's names happen
in their order, as a journal keeps them.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

from recording import Event

SECTOR = 512


@dataclass
class File:
    durable: bytearray
    # Since the last sync, in order: data at an offset, or None where the file was cut or grew.
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    # How many of these a sync under way covers.
    covered: int = 0

    def flush(self):
        for offset, data in self.pending[:self.covered]:
            apply(self.durable, offset, data)
        del self.pending[:self.covered]
        self.covered = 0


def apply(content: bytearray, offset: int, data: bytes | None):
    if data is None:
        if offset < len(content):
            del content[offset:]
        else:
            content.extend(bytes(offset - len(content)))
        return
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset:offset + len(data)] = data


class Disk:
    """`ignores` says of which paths a sync does nothing: a bug to be caught."""

    def __init__(self, folder: Path, ignores=lambda path: False):
        self.folder, self.ignores = str(folder), ignores
        self.names: dict[str, File | None] = {}
        for place, folders, files in os.walk(folder):
            for name in folders:
                self.names[os.path.join(place, name)] = None
            for name in files:
                path = os.path.join(place, name)
                self.names[path] = File(bytearray(Path(path).read_bytes()))
        self.durable_names = dict(self.names)
        # Changes of names since the last sync of their folder.
        self.changes: dict[str, list[tuple[str, str, File | None]]] = {}

    def take(self, event: Event):
        file = self.names.get(event.path)
        match event.kind:
            case "make":
                if file is None:
                    self.change("set", event.path, File(bytearray()))
                elif event.offset:
                    file.pending.append((0, None))
            case "folder":
                self.change("set", event.path, None)
            case "write" if file:
                file.pending.append((event.offset, event.data))
            case "length" if file:
                file.pending.append((event.offset, None))
            case "sync-begins" if file:
                file.covered = len(file.pending)
            case "sync-ended" if not self.ignores(event.path):
                if file:
                    file.flush()
                else:
                    self.sync_names(event.path)
            case "rename":
                # One change, though it concerns two names.
                self.change("rename", event.path, file, event.other)
            case "link":
                self.change("set", event.other, file)
            case "unlink":
                self.change("remove", event.path, None)

    def change(self, kind: str, path: str, file: File | None, other: str = ""):
        record = (kind, path, file, other)
        self.changes.setdefault(os.path.dirname(other or path), []).append(record)
        rename(self.names, record)

    def sync_names(self, folder: str):
        for record in self.changes.pop(folder, []):
            rename(self.durable_names, record)

    def after_a_cut(self, chance) -> dict[str, bytes | None]:
        """What may be found when the power is back: contents by path, None for a folder."""
        names = dict(self.durable_names)
        for folder in sorted(self.changes):
            records = self.changes[folder]
            for record in records[:chance.choice([0, len(records),
                                                  chance.randint(0, len(records))])]:
                rename(names, record)
        found = {}
        for path in sorted(names):
            parent = os.path.dirname(path)
            if parent != self.folder and parent not in found:
                continue
            file = names[path]
            found[path] = None if file is None else bytes(survivor(file, chance))
        return found


def rename(names: dict, record):
    kind, path, file, other = record
    if kind == "set":
        names[path] = file
    elif kind == "remove":
        names.pop(path, None)
    else:
        names.pop(path, None)
        names[other] = file


def survivor(file: File, chance) -> bytearray:
    content = bytearray(file.durable)
    way = chance.choice(["nothing", "all", "prefix", "some", "sectors"])
    if way == "nothing":
        return content
    count = chance.randint(0, len(file.pending)) if way == "prefix" else len(file.pending)
    share = chance.random()
    for offset, data in file.pending[:count]:
        if way == "some" and chance.random() > share:
            continue
        if data is None or way != "sectors":
            apply(content, offset, data)
            continue
        begin = offset
        while begin < offset + len(data):
            end = min(offset + len(data), (begin // SECTOR + 1) * SECTOR)
            if chance.random() < share:
                apply(content, begin, data[begin - offset:end - offset])
            begin = end
    return content
