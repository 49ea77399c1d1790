"""What a program did to the files of one folder and to its sockets, in order, read from a trace of
its system calls."""

import re
from dataclasses import dataclass
from pathlib import Path

CALLS = ["openat", "write", "writev", "sendto", "pwrite64", "pwritev", "pwritev2", "fsync",
         "fdatasync", "ftruncate", "fallocate", "unlink", "unlinkat", "rename", "renameat",
         "renameat2", "link", "linkat", "mkdir", "mkdirat"]
LINE = re.compile(r"(\d+) +(?:(\w+)\((.*)|<\.\.\. (\w+) resumed>(.*))")
RESULT = re.compile(r"\) += (-?\d+)(?:<([^>]*)>)?")
HANDLE = re.compile(r"^(-?\d+|AT_FDCWD)<([^>]*)>(\(deleted\))?")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
UNFINISHED = " <unfinished ...>"


def tracer(log: Path) -> list[str]:
    return ["strace", "-f", "-qq", "-y", "-xx", "-s", str(64 << 20), "-o", str(log),
            "-e", "signal=none", "-e", "trace=" + ",".join(CALLS)]


@dataclass
class Event:
    """One thing that happened. `kind` is one of

    - `make`: a file with this name, empty, or emptied if it was there; `folder`: a new folder
    - `write`: `data` at `offset`; `length`: the file ends at `offset` from now on
    - `sync-begins`, `sync-ended`: of a file or folder
    - `rename`: to `other`; `link`: also as `other`; `unlink`
    - `sent`: `data` on a socket
    """

    kind: str
    path: str
    offset: int = 0
    data: bytes = b""
    other: str = ""


@dataclass
class Call:
    name: str
    arguments: str
    began: int
    ended: int
    result: int = -1
    result_path: str = ""


def unhex(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def calls(log: Path) -> list[Call]:
    """The calls that ended well; one that had not ended is taken to have done its work."""
    found, open_calls = [], {}
    with open(log, errors="replace") as lines:
        for number, line in enumerate(lines):
            match = LINE.match(line)
            if not match:
                continue
            thread, name, arguments, resumed, rest = match.groups()
            if name and line.rstrip("\n").endswith(UNFINISHED):
                open_calls[thread] = Call(name, arguments.rstrip("\n")[:-len(UNFINISHED)],
                                          number, 1 << 60)
                continue
            if resumed:
                call = open_calls.pop(thread, None)
                if call is None:
                    continue
                call.ended, text = number, rest
            else:
                call, text = Call(name, arguments, number, number), arguments
            result = None
            for result in RESULT.finditer(text):
                pass
            if result and int(result.group(1)) >= 0:
                call.result = int(result.group(1))
                call.result_path = unhex(result.group(2) or "").decode(errors="replace") \
                    if "\\x" in (result.group(2) or "") else ""
                found.append(call)
    for call in open_calls.values():
        if "write" in call.name:
            call.result = 1 << 60
            found.append(call)
    return found


class Reader:
    """Turns calls into events, in the order in which the kernel may have done them: a write may
    have done its work when it is called, a sync only when it returns."""

    def __init__(self, folder: Path):
        self.folder = str(folder)
        self.offsets: dict[str, int] = {}
        self.events: list[tuple[int, int, Event]] = []

    def add(self, place: int, *event):
        self.events.append((place, len(self.events), Event(*event)))

    def concerns(self, path: str) -> bool:
        return path == self.folder or path.startswith(self.folder + "/")

    def read(self, log: Path) -> list[Event]:
        for call in sorted(calls(log), key=lambda call: (call.ended, call.began)):
            self.take(call)
        self.events.sort(key=lambda item: item[:2])
        return [event for _, _, event in self.events]

    def take(self, call: Call):
        texts = [unhex(text) for text in TEXT.findall(call.arguments)]
        handle = HANDLE.match(call.arguments)
        path, deleted = "", False
        if handle:
            path = unhex(handle.group(2)).decode(errors="replace") \
                if "\\x" in handle.group(2) else handle.group(2)
            deleted = handle.group(3) is not None
        if call.name == "openat":
            self.opened(call)
        elif call.name in ("write", "writev", "sendto", "pwrite64", "pwritev", "pwritev2"):
            data = b"".join(texts)[:call.result]
            if path.startswith("socket:") or path.startswith("TCP"):
                self.add(call.began, "sent", path, 0, data)
            elif self.concerns(path) and not deleted:
                self.add(call.began, "write", path, self.offset(call, handle, data), data)
        elif call.name in ("fsync", "fdatasync"):
            if self.concerns(path) and not deleted:
                self.add(call.began, "sync-begins", path)
                self.add(call.ended, "sync-ended", path)
        elif call.name in ("ftruncate", "fallocate"):
            if self.concerns(path) and not deleted:
                numbers = [int(part) for part in re.findall(r", (\d+)", call.arguments)]
                if call.name == "ftruncate":
                    self.add(call.began, "length", path, numbers[0])
        else:
            self.named(call, [text.decode(errors="replace") for text in texts])

    def opened(self, call: Call):
        path = call.result_path
        self.offsets[str(call.result)] = 0
        if not self.concerns(path):
            return
        if "O_CREAT" in call.arguments or "O_TRUNC" in call.arguments:
            self.add(call.ended, "make", path, 1 if "O_TRUNC" in call.arguments else 0)

    def offset(self, call: Call, handle, data: bytes) -> int:
        if call.name.startswith("pwrite"):
            arguments = call.arguments.rsplit(") ", 1)[0].split(", ")
            return int(arguments[-2 if call.name == "pwritev2" else -1])
        descriptor = handle.group(1)
        offset = self.offsets.get(descriptor, 0)
        self.offsets[descriptor] = offset + len(data)
        return offset

    def named(self, call: Call, paths: list[str]):
        if not all(self.concerns(path) for path in paths):
            return
        kinds = {"unlink": "unlink", "unlinkat": "unlink", "rename": "rename",
                 "renameat": "rename", "renameat2": "rename", "link": "link", "linkat": "link",
                 "mkdir": "folder", "mkdirat": "folder"}
        self.add(call.ended, kinds[call.name], paths[0], 0, b"", (paths + [""])[1])


def read(log: Path, folder: Path) -> list[Event]:
    return Reader(folder).read(log)
