"""The published files of a log (C2SP tlog-tiles), written by hand into a folder or served from one,
so that a test can make them say anything.
"""

import functools
import gzip
import http.server
import threading
from pathlib import Path

import evidence
import merkle


def bundle(entries: list[bytes]) -> bytes:
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def write(folder: Path, entries: list[bytes], checkpoint: bytes, leaves=None) -> Path:
    """Every file that a log of these entries has at this checkpoint's size."""
    leaves = leaves or [merkle.leaf_hash(entry) for entry in entries]
    size = evidence.parse_checkpoint(evidence.parse_note(checkpoint).text).size
    for name, level, index, width in evidence.tile_names(size):
        first = 256 * index
        content = (
            bundle(entries[first : first + width]) if level == -1
            else evidence.tile_content(level, index, width, leaves)
        )
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "checkpoint").write_bytes(checkpoint)
    return folder


def publish(folder: Path, ledger, size=None, **checkpoint) -> Path:
    """The files of a forged ledger at a size."""
    size = len(ledger.entries) if size is None else size
    return write(folder, ledger.entries[:size], ledger.checkpoint(size, **checkpoint))


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves a folder the way a stranger's server might: bundles compressed, nothing else known."""

    protocol_version = "HTTP/1.1"

    def __init__(self, server, *arguments):
        self.files = server
        super().__init__(*arguments)

    def do_GET(self):
        self.files.asked.append(self.path)
        path = self.files.folder / self.path.lstrip("/")
        status, body = 404, b"no such file"
        if path.is_file():
            status, body = 200, path.read_bytes()
        self.files.before_answer(self.path)
        self.send_response(status)
        if status == 200 and "/entries/" in self.path and "gzip" in self.headers.get(
                "Accept-Encoding", ""):
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        try:
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # whoever asked has gone

    def log_message(self, *_):
        pass


class FileServer:
    """A web server of a folder, on a port of its own, until `stop`."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.asked: list[str] = []
        self.before_answer = lambda path: None
        handler = functools.partial(Handler, self)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
