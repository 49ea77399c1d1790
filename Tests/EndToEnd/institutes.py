"""Four fictional institutes, their charter, and a ledger that they share."""

import http.client
import json
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

import evidence
from programs import FIXTURES, LEDGER_ID, Result, Server, run

ORIGIN = "ledger.example/2026"
INSTITUTES = {
    "northland": ("Northland AI Safety Institute", "XN", "north"),
    "eastmark": ("Eastmark Institute for AI Evaluation", "XE", "south"),
    "isleton": ("Isleton AI Testing Centre", "XI", "north"),
    "southport": ("Southport Laboratory for AI", "XS", "south"),
}
# Any three of the four: each group has two, so neither group decides alone.
VOTING = "group amend 3 northland eastmark isleton southport\nquorum amend\n"
ATTEST_FLAGS = ("--model-id", "example-lab/atlas-2@2026-11-01")


def fixture_log(name: str) -> Path:
    """One of the logs in Tests/Fixtures/inspect."""
    for suffix in (".eval", ".json"):
        path = FIXTURES / (name + suffix)
        if path.exists():
            return path
    raise RuntimeError(f"no log {name} in {FIXTURES}")


def exercise_log(institute: str) -> Path:
    """The log that this institute wrote in the joint exercise."""
    return fixture_log(f"{institute}-atlas-2")


def done(result: Result) -> Result:
    if result.status != 0:
        raise AssertionError(f"a step of the fixture failed\n{result}")
    return result


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


def ask(address, method: str, path: str, body: bytes | None = None, headers=None) -> Answer:
    connection = http.client.HTTPConnection(*address, timeout=30)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        names = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, names, answer.read())
    finally:
        connection.close()


class Ledger:
    """Keys, charter and store of one ledger, made by the programs in one folder."""

    def __init__(self, folder: Path, origin: str = ORIGIN, store: Path | None = None):
        self.folder = folder
        self.origin = origin
        self.store = store or folder / "ledger.assay-log"
        self.keys = {name: folder / f"{name}.pem" for name in INSTITUTES}
        self.checkpoint_key = folder / "checkpoint.pem"
        self.entry_key = folder / "entry.pem"
        self.draft = folder / "charter.json"
        self.identity = None
        self.server: Server | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def make_keys(self):
        for path in [*self.keys.values(), self.checkpoint_key, self.entry_key]:
            done(run("assay", "keygen", "--out", path))
        return self

    def charter_arguments(self) -> list:
        (self.folder / "voting.txt").write_text(VOTING)
        (self.folder / "none.txt").write_text("quorum none\n")
        arguments = [
            "--origin", self.origin, "--checkpoint-key", self.checkpoint_key.with_suffix(".pub"),
            "--entry-key", self.entry_key.with_suffix(".pub"),
            "--voting", self.folder / "voting.txt", "--witnesses", self.folder / "none.txt",
            "--auditing", self.folder / "none.txt", "--allow-forkable",
        ]
        for name, (title, jurisdiction, group) in INSTITUTES.items():
            key = self.keys[name].with_suffix(".pub")
            arguments += ["--member", f"id={name},name={title},jurisdiction={jurisdiction},"
                          f"group={group},key={key}"]
        return arguments

    def draft_charter(self):
        done(run("assay", "charter", "new", *self.charter_arguments(), "-o", self.draft))
        return self

    def sign_charter(self, *without: str):
        for name, key in {**self.keys, "entry": self.entry_key}.items():
            if name not in without:
                done(run("assay", "charter", "sign", self.draft, "--key", key))
        return self

    def init(self) -> Result:
        return run("assay-log", "init", "--store", self.store, "--charter", self.draft,
                   "--key", self.checkpoint_key, "--entry-key", self.entry_key)

    def create(self):
        """All of the above; afterwards `identity` is the one thing an auditor needs."""
        self.make_keys().draft_charter().sign_charter()
        self.identity = LEDGER_ID.search(done(self.init()).out).group(0)
        return self

    def serve(self, *arguments, **options) -> Server:
        self.server = Server(self, *arguments, **options)
        return self.server

    def stop(self) -> int:
        """The exit status of the service, 0 where none ran."""
        return self.server.stop() if self.server else 0

    # What an institute does

    def attest(self, institute: str, out: Path, *arguments, log: Path | None = None) -> Result:
        where = () if "--submit" in arguments else ("--ledger", self.identity)
        return run("assay", "attest", log or exercise_log(institute),
                   "--key", self.keys[institute], *where, *ATTEST_FLAGS, "-o", out, *arguments)

    def envelope(self, institute: str = "northland") -> dict:
        """A signed envelope, straight from `assay attest`."""
        out = self.folder / f"template-{institute}"
        path = out.with_name(out.name + ".dsse.json")
        if not path.exists():
            done(self.attest(institute, out))
        return json.loads(path.read_bytes())

    def private_key(self, institute: str):
        return evidence.load_private(self.keys[institute])

    def another(self, number: int, institute: str = "northland", **changes) -> bytes:
        """One more valid envelope, other than all others: same statement, another number in it."""
        statement = evidence.statement_of(self.envelope(institute))
        statement["predicate"]["exampleNumber"] = number
        statement["predicate"].update(changes)
        return self.signed(statement, institute)

    def signed(self, statement: dict, *signers: str) -> bytes:
        payload = json.dumps(statement, ensure_ascii=False, separators=(",", ":")).encode()
        keys = [self.private_key(name) for name in signers]
        return evidence.entry_bytes(evidence.envelope(payload, keys))

    # What anybody can ask

    def ask(self, method: str, path: str, body: bytes | None = None, headers=None) -> Answer:
        return ask(self.server.address, method, path, body, headers)

    def post(self, body: bytes, query: str = "") -> Answer:
        headers = {"Content-Type": "application/json"}
        return self.ask("POST", "/entries" + query, body, headers)

    def charter_predicate(self) -> dict:
        return evidence.statement_of(json.loads(self.draft.read_bytes()))["predicate"]

    def checkpoint(self) -> evidence.Checkpoint:
        answer = self.ask("GET", "/checkpoint")
        assert answer.status == 200, answer
        return evidence.open_checkpoint(answer.body, self.charter_predicate()["checkpointKeys"])

    def entries(self) -> list[bytes]:
        """Every entry, from the tiles, in order."""
        found = []
        for path, level, _, _ in evidence.tile_names(self.checkpoint().size):
            if level == -1:
                answer = self.ask("GET", "/" + path, headers={"Accept-Encoding": "identity"})
                assert answer.status == 200, (path, answer)
                found += evidence.split_entry_bundle(answer.body)
        return found


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def in_empty_network(command: list[str], **options) -> subprocess.CompletedProcess:
    """Runs a command in a network namespace that has nothing, not even loopback up."""
    for unshare in (["unshare", "-n"], ["unshare", "-rn"]):
        if subprocess.run([*unshare, "true"], capture_output=True).returncode == 0:
            return subprocess.run([*unshare, *map(str, command)], capture_output=True, **options)
    raise PermissionError("this system lets nobody here make a network namespace")
