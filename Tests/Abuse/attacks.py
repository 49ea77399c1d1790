"""Attacks on the served ledger. Each says what it did and what must hold, and raises where it does
not: statuses, memory and descriptors always; how long others wait only where that is asked for."""

import concurrent.futures
import gzip
import http.client
import json
import os
import re
import selectors
import socket
import time
from contextlib import closing

import evidence
from scene import HONEST, Broken, Scene, attacker, measured

MIB = 1 << 20
GET = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"


def must(what: bool, words: str):
    if not what:
        raise Broken(words)


def codes(said: bytes) -> list[int]:
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d\d\d)", said)]


def still_serves(scene: Scene):
    status, _, answer = scene.ask("POST", "/entries", scene.body("eastmark"), HONEST)
    must(status == 201, f"afterwards a good envelope is answered {status} {answer[:200]}")


# What is not HTTP, or too much of it


def header_flood(scene: Scene, size: float):
    """A million tiny fields on one connection, and an endless field."""
    before, count, slowest = scene.memory, int(1_000_000 * size), 0.0
    for make in (lambda: b"a:b\r\n" * 4096, lambda: b"a" * 20480):
        began, said = time.monotonic(), b""
        with closing(scene.connect(attacker(1))) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n")
            try:
                for _ in range(max(8, count // 4096)):
                    connection.sendall(make())
                while piece := connection.recv(1 << 16):
                    said += piece
            except OSError:
                pass
        slowest = max(slowest, time.monotonic() - began)
        must(codes(said) in ([431], []), f"a flood of fields is answered {said[:100]}")
    grown = scene.memory - before
    must(grown < 16 * MIB, f"memory grows by {grown / MIB:.0f} MiB")
    return f"431 or closed after {slowest:.1f} s, memory +{max(0, grown) / MIB:.1f} MiB"


SMUGGLED = {
    "length and chunked": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked and length": b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n123456",
    "list of lengths": b"Content-Length: 5, 6\r\n\r\n123456",
    "signed length": b"Content-Length: +5\r\n\r\n12345",
    "hexadecimal length": b"Content-Length: 0x5\r\n\r\n12345",
    "chunked twice": b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "unknown coding": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunked not last": b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "folded field": b"Content-Length: 5\r\n X: y\r\n\r\n12345",
    "blank before colon": b"Content-Length : 5\r\n\r\n12345",
    "chunk size overflow": b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
    "chunk size with a sign": b"Transfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n0\r\n\r\n",
    "bare line feeds": b"Content-Length: 5\nX: y\n\n12345",
    "NUL in a field": b"X: a\0b\r\nContent-Length: 0\r\n\r\n",
    "bare return in a field": b"X: a\rContent-Length: 9\r\nContent-Length: 0\r\n\r\n",
}


def smuggling(scene: Scene, size: float):
    """Two readings of where a request ends: answered once, 400, and closed."""
    tail = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
    for name, rest in SMUGGLED.items():
        said = scene.raw(b"POST /entries HTTP/1.1\r\nHost: a\r\n" + rest + tail, attacker(2), 10)
        must(codes(said) == [400], f"{name}: answered {codes(said)} {said[:80]!r}")
    return f"{len(SMUGGLED)} forms: each 400 once, closed"


def encodings(scene: Scene, size: float):
    """Compressed bodies, a bomb among them, are refused unread."""
    before, bomb = scene.memory, gzip.compress(bytes(int(100 * MIB * size)))[:120_000]
    for coding in ("gzip", "deflate", "br", "zstd", "gzip, gzip"):
        for path in ("/entries", "/entries/batch"):
            status, _, answer = scene.ask(
                "POST", path, bomb, attacker(3), {"Content-Encoding": coding})
            must(status == 415, f"{coding} to {path}: {status} {answer[:100]}")
    grown = scene.memory - before
    must(grown < 16 * MIB, f"memory grows by {grown / MIB:.0f} MiB")
    return f"415 each, memory +{max(0, grown) / MIB:.1f} MiB"


def hostile_json(scene: Scene, size: float):
    """Depth, doubled names, a million members, long numbers."""
    envelope = json.loads(scene.body())
    payload = json.dumps(scene.statements["northland"])
    deep = {**envelope, "payload": evidence.b64(b"[" * 40_000)}
    many = ",".join(f'"{number:x}":0' for number in range(1_000_000))
    bodies = {
        "deep": b"[" * 130_000, "deep objects": b'{"a":' * 25_000, "doubled": b'{"payload":"",' * 2,
        "deep payload": json.dumps(deep).encode(), "number": b"1" * 130_000,
        "string": b'{"payload":"' + b"\\u0000" * 21_000,
        "members": b"{" + many[:130_000].encode(), "members in a batch": ("{" + many + "}").encode(),
        "doubled inside": json.dumps({**envelope, "payload": evidence.b64(
            payload[:-1].encode() + b',"predicate":{}}')}).encode(),
        "lines": b"\n" * (16 * MIB - 1), "lines of one": b"1\n" * 4096,
    }
    before, slowest = scene.memory, (0.0, "")
    for name, body in bodies.items():
        batch = "batch" in name or "lines" in name
        began = time.monotonic()
        status, _, answer = scene.ask(
            "POST", "/entries" + ("/batch" if batch else ""), body, attacker(4))
        slowest = max(slowest, (time.monotonic() - began, name))
        if status == 200 and batch:
            found = {json.loads(line)["code"] for line in answer.splitlines()}
            must(found <= {"malformed", "too-large"}, f"{name}: lines are answered {found}")
        else:
            must(status in (400, 413), f"{name}: {status} {answer[:200]}")
    grown = scene.memory - before
    must(grown < 100 * MIB, f"memory grows by {grown / MIB:.0f} MiB")
    return f"400 or 413 each; slowest {slowest[0] * 1000:.0f} ms ({slowest[1]}), " \
        f"memory +{max(0, grown) / MIB:.1f} MiB"


def expensive_keys(scene: Scene, size: float):
    """Many signatures and unknown keys: refused before any of them is verified."""
    envelope, slowest = json.loads(scene.body()), 0.0
    good = envelope["signatures"][0]
    stranger = {"keyid": "ab" * 32, "sig": evidence.b64(os.urandom(2048))}
    cases = {
        "1,000 signatures": [{"keyid": os.urandom(32).hex(), "sig": good["sig"]}] * 1000,
        "one key often": [good] * 17, "unknown key": [stranger],
        "a long signature": [{**good, "sig": evidence.b64(os.urandom(60_000))}],
        "none": [],
    }
    for name, signatures in cases.items():
        body = json.dumps({**envelope, "signatures": signatures}).encode()
        began = time.monotonic()
        status, _, answer = scene.ask("POST", "/entries", body, attacker(5))
        slowest = max(slowest, time.monotonic() - began)
        must(status in (400, 403, 413), f"{name}: {status} {answer[:200]}")
    return f"refused, slowest {slowest * 1000:.0f} ms"


def replays(scene: Scene, size: float):
    """What was accepted, what was refused, what is for another ledger, each again and again."""
    body = scene.body()
    first = json.loads(scene.ask("POST", "/entries", body, attacker(6))[2])
    refused = json.loads(scene.body())
    refused["signatures"][0]["sig"] = evidence.b64(os.urandom(64))
    statement = scene.statements["northland"]
    foreign = json.loads(json.dumps(statement).replace(
        scene.ledger.identity, "assay1:" + "7" * 64))
    must(foreign != statement, "the statement does not name its ledger")
    payload = json.dumps(foreign, separators=(",", ":")).encode()
    other = evidence.entry_bytes(evidence.envelope(payload, [scene.keys["northland"]]))
    for _ in range(int(20 * size) or 3):
        status, _, answer = scene.ask("POST", "/entries", body, attacker(6))
        must(status == 200 and json.loads(answer)["index"] == first["index"], f"again: {status}")
        answers = [scene.ask("POST", "/entries", bad, attacker(6))
                   for bad in (json.dumps(refused).encode(), other)]
        found = [(status, json.loads(answer)["code"]) for status, _, answer in answers]
        must(found[0] == (403, "signature-invalid"), f"a refused one again: {found[0]}")
        must(found[1][0] in (400, 403, 422), f"another ledger's: {found[1]}")
    return f"accepted: 200 and the same index; refused: {found[0][0]}; other ledger: {found[1][0]}"


def labels(scene: Scene, size: float):
    """Random paths, methods and query names do not become metrics."""
    def ask(number: int):
        with closing(http.client.HTTPConnection(
                *scene.address, timeout=30, source_address=(attacker(7 + number), 0))) as client:
            for count in range(int(1000 * size) or 50):
                word = os.urandom(6).hex()
                client.request("GET", f"/{word}/{word}?{word}={word}")
                client.getresponse().read()
                if count % 20 == 0:
                    client.close()
                    client.request(f"X{word}", f"/entries/{word}")
                    client.getresponse().read()

    ask(0)
    before, memory = len(scene.ask("GET", "/metrics")[2]), scene.memory
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))
    after, grown = len(scene.ask("GET", "/metrics")[2]), scene.memory - memory
    must(after < before + 500, f"the metrics grow from {before} to {after} bytes")
    must(grown < 32 * MIB, f"memory grows by {grown / MIB:.0f} MiB")
    return f"metrics {before} → {after} bytes, memory +{max(0, grown) / MIB:.1f} MiB"


# Connections that wait


def gone_clients(scene: Scene, size: float):
    """Clients that ask for something and are gone: no descriptor waits for them."""
    scene.ask("POST", "/entries/batch", b"\n".join(scene.body() for _ in range(150)), attacker(8))
    before, count, most = scene.descriptors, int(3000 * size) or 150, 0
    for number in range(count):
        with closing(scene.connect(attacker(8 + number % 7))) as connection:
            connection.sendall(b"GET /entries?limit=5 HTTP/1.1\r\nHost: a\r\n\r\n")
        if number % 50 == 0:
            most = max(most, scene.descriptors)
    # Far less than the time after which an idle connection is closed.
    end = time.monotonic() + 40
    while scene.descriptors > before + 5 and time.monotonic() < end:
        time.sleep(0.2)
    must(scene.descriptors <= before + 5,
         f"{scene.descriptors} descriptors stay open, {before} before")
    return f"{count} gone, at most {most} descriptors, none stays"


def trickle(scene: Scene, ended, count: int, addresses: int, first: bytes, piece: bytes):
    """Keeps `count` connections open, each sending a byte a second, and opens new ones for those
    that the server ends; how many it ended."""
    selector, open_until, ends = selectors.DefaultSelector(), {}, 0
    beat = time.monotonic()
    while not ended.is_set():
        for _ in range(min(100, count - len(open_until))):
            connection = socket.socket()
            try:
                connection.bind((attacker(20 + ends % addresses), 0))
                connection.settimeout(2)
                connection.connect(scene.address)
                connection.sendall(first)
                connection.setblocking(False)
            except OSError:
                connection.close()
                continue
            selector.register(connection, selectors.EVENT_READ)
            open_until[connection] = True
            ends += 1
        for key, _ in selector.select(0.05):
            try:
                gone = not key.fileobj.recv(65536)
            except OSError:
                gone = True
            if gone:
                selector.unregister(key.fileobj)
                key.fileobj.close()
                del open_until[key.fileobj]
        if time.monotonic() - beat > 1:
            beat = time.monotonic()
            for connection in list(open_until):
                try:
                    connection.send(piece)
                except OSError:
                    pass
    for connection in open_until:
        connection.close()
    return ends


def waits(scene: Scene, size: float, addresses: int, first: bytes, piece: bytes):
    count, opened = int(5000 * size) or 100, []
    before = scene.memory
    client, memory, descriptors = measured(
        scene, 40 * size + 5,
        lambda ended: opened.append(trickle(scene, ended, count, addresses, first, piece)))
    must(len(client.seconds) > 20, "the honest client is not served")
    must(len(client.problems) <= len(client.seconds) // 10,
         f"the honest client is refused: {client.problems[:3]} ({len(client.problems)})")
    must(memory - before < 100 * MIB, f"memory grows by {(memory - before) / MIB:.0f} MiB")
    must(descriptors < 1400, f"{descriptors} descriptors")
    return client, f"{opened and opened[0]} opened from {addresses} addresses, " \
        f"{descriptors} descriptors, memory +{(memory - before) / MIB:.1f} MiB, " \
        f"others refused {len(client.problems)} of {len(client.seconds)}"


def slow_headers(scene: Scene, size: float):
    """Headers at a byte a second."""
    return waits(scene, size, 1, b"GET / HTTP/1.1\r\nX: ", b"a")


def slow_headers_from_many(scene: Scene, size: float):
    return waits(scene, size, 40, b"GET / HTTP/1.1\r\nX: ", b"a")


def slow_bodies(scene: Scene, size: float):
    """Bodies at a byte a second."""
    return waits(scene, size, 3, b"POST /entries HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n\r\n{",
                 b" ")


def silent(scene: Scene, size: float):
    """Connections on which nothing is ever said."""
    return waits(scene, size, 5, b"", b"")


def slow_readers(scene: Scene, size: float):
    """Asks for much and reads nothing of it."""
    pool = [scene.body() for _ in range(300)]
    status, _, _ = scene.ask("POST", "/entries/batch", b"\n".join(pool), attacker(9))
    must(status == 200, f"a batch is answered {status}")
    request = b"GET /tile/entries/000 HTTP/1.1\r\nHost: a\r\nAccept-Encoding: identity\r\n\r\n"

    def attack(ended):
        connections = []
        for number in range(int(900 * size) or 100):
            connection = scene.connect(attacker(30 + number % 5))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.setblocking(False)
            connections.append(connection)
        while not ended.wait(0.2):
            for connection in connections:
                try:
                    connection.send(request * 50)
                except OSError:
                    pass
        for connection in connections:
            connection.close()

    before = scene.memory
    client, memory, descriptors = measured(scene, 30 * size + 5, attack)
    must(len(client.problems) <= len(client.seconds) // 10, f"refused: {client.problems[:3]}")
    must(memory - before < 150 * MIB, f"memory grows by {(memory - before) / MIB:.0f} MiB")
    return client, f"memory +{(memory - before) / MIB:.1f} MiB, {descriptors} descriptors"


def pipelines(scene: Scene, size: float):
    """Thousands of requests on each connection, and no answer read."""
    def attack(ended):
        connections = [scene.connect(attacker(40 + number % 5))
                       for number in range(int(900 * size) or 100)]
        for connection in connections:
            connection.setblocking(False)
        while not ended.wait(0.1):
            for connection in connections:
                try:
                    connection.send(GET * 1000)
                except OSError:
                    pass
        for connection in connections:
            connection.close()

    before = scene.memory
    client, memory, descriptors = measured(scene, 15 * size + 5, attack)
    must(len(client.problems) <= len(client.seconds) // 10, f"refused: {client.problems[:3]}")
    must(memory - before < 150 * MIB, f"memory grows by {(memory - before) / MIB:.0f} MiB")
    return client, f"memory +{(memory - before) / MIB:.1f} MiB, {descriptors} descriptors"


# Members and strangers that submit


def flood(scene: Scene, size: float, bodies, sources: int, path="/entries", clients=32):
    """Clients that submit as fast as they are answered."""
    counts: dict[int, int] = {}

    def attack(ended):
        def one(number: int):
            connection = http.client.HTTPConnection(
                *scene.address, timeout=30, source_address=(attacker(50 + number % sources), 0))
            while not ended.is_set():
                try:
                    connection.request("POST", path, body=next(bodies))
                    answer = connection.getresponse()
                    answer.read()
                    counts[answer.status] = counts.get(answer.status, 0) + 1
                except StopIteration:
                    return
                except (OSError, http.client.HTTPException):
                    connection.close()

        with concurrent.futures.ThreadPoolExecutor(clients) as pool:
            list(pool.map(one, range(clients)))

    before = scene.memory
    client, memory, _ = measured(scene, 20 * size + 3, attack)
    must(not client.problems, f"others are refused: {client.problems[:3]}")
    must(memory - before < 100 * MIB, f"memory grows by {(memory - before) / MIB:.0f} MiB")
    shown = ", ".join(f"{count} × {code}" for code, count in sorted(counts.items()))
    return client, counts, f"{shown}; memory +{(memory - before) / MIB:.1f} MiB"


class Endless:
    """Prepared bodies, handed out to many threads, over and over."""

    def __init__(self, bodies):
        self.bodies, self.position = bodies, 0

    def __next__(self):
        self.position += 1
        return self.bodies[self.position % len(self.bodies)]


def garbage_signatures(scene: Scene, size: float):
    """A stranger who names a member's key, and cannot sign with it."""
    bodies = []
    for _ in range(400):
        envelope = json.loads(scene.body())
        envelope["signatures"][0]["sig"] = evidence.b64(os.urandom(64))
        bodies.append(json.dumps(envelope).encode())
    client, counts, shown = flood(scene, size, Endless(bodies), 50)
    must(set(counts) <= {403, 429}, f"answered {counts}")
    # The member whose key was named has lost nothing of its share.
    status, _, _ = scene.ask("POST", "/entries", scene.body("northland"), HONEST)
    must(status == 201, f"the member that was named is answered {status}")
    return client, shown


def member_flood(scene: Scene, size: float, sources=1):
    """A member far beyond its share."""
    bodies = [scene.body("northland") for _ in range(int(6000 * size) or 300)]
    client, counts, shown = flood(scene, size, Endless(bodies), sources)
    must(set(counts) <= {200, 201, 429, 503}, f"answered {counts}")
    return client, shown


def member_from_many(scene: Scene, size: float):
    """The same from fifty addresses."""
    return member_flood(scene, size, 50)


def batch_flood(scene: Scene, size: float):
    """A member that sends batch after batch."""
    lines = [scene.body("northland") for _ in range(int(8000 * size) or 600)]
    batches = [b"\n".join(lines[first:first + 300]) for first in range(0, len(lines), 300)]
    client, counts, shown = flood(scene, size, Endless(batches), 8, "/entries/batch", 8)
    must(set(counts) <= {200, 429, 503}, f"answered {counts}")
    return client, shown


# Nothing is measured of how long others wait here.
PLAIN = [header_flood, smuggling, encodings, hostile_json, expensive_keys, replays, labels,
         gone_clients]
UNDER_LOAD = [slow_headers, slow_headers_from_many, slow_bodies, silent, slow_readers, pipelines,
              garbage_signatures, member_flood, member_from_many, batch_flood]
