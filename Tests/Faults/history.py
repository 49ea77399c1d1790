"""What clients saw, and whether one log can have shown it: the checker, apart from the system.

Every submission has a beginning and perhaps an end. An answer that never came leaves it open
whether the entry is on record, but only one way, for ever after.
"""

import itertools
import threading
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature

import evidence
import merkle


class Violation(AssertionError):
    """The log broke a promise."""


@dataclass
class Submission:
    leaf: bytes
    began: int
    ended: int | None = None
    index: int | None = None
    is_new: bool = False


class RootsOfPrefixes:
    """The root of every prefix of a list of leaf hashes, each in a logarithmic number of steps."""

    def __init__(self):
        self.peaks: list[tuple[int, bytes]] = []

    def append(self, leaf: bytes):
        size, digest = 1, leaf
        while self.peaks and self.peaks[-1][0] == size:
            digest = merkle.node_hash(self.peaks.pop()[1], digest)
            size *= 2
        self.peaks.append((size, digest))

    @property
    def root(self) -> bytes:
        digest = self.peaks[-1][1]
        for _, left in reversed(self.peaks[:-1]):
            digest = merkle.node_hash(left, digest)
        return digest


@dataclass
class History:
    """Everything that one ledger told its clients, over all of its starts."""

    vkeys: list[str]
    heads: dict[int, bytes] = field(default_factory=dict)
    submissions: list[Submission] = field(default_factory=list)

    def __post_init__(self):
        self.lock = threading.Lock()
        self.clock = itertools.count()

    @property
    def acknowledged(self) -> int:
        return sum(submission.index is not None for submission in self.submissions)

    def begin(self, body: bytes) -> Submission:
        submission = Submission(merkle.leaf_hash(body), next(self.clock))
        with self.lock:
            self.submissions.append(submission)
        return submission

    def end(self, submission: Submission, answer: dict, is_new: bool):
        """An answer that says that the entry is on record."""
        if answer["leafHash"] != submission.leaf.hex():
            raise Violation(f"the answer is about {answer['leafHash']}, another entry")
        bundle = answer.get("bundle")
        if bundle:
            self.see(bundle["checkpoint"].encode())
            head = evidence.open_checkpoint(bundle["checkpoint"].encode(), self.vkeys)
            item = next(e for e in bundle["entries"] if e["index"] == answer["index"])
            path = [evidence.unb64(digest) for digest in item["proof"]]
            found = merkle.root_from_path(submission.leaf, answer["index"], head.size, path)
            if found != head.root:
                raise Violation(f"entry {answer['index']} is not under the head it came with")
        submission.index, submission.is_new = answer["index"], is_new
        submission.ended = next(self.clock)

    def see(self, note: bytes) -> evidence.Checkpoint:
        """A signed checkpoint that somebody was shown."""
        try:
            head = evidence.open_checkpoint(note, self.vkeys)
        except (ValueError, InvalidSignature) as error:
            raise Violation(f"a checkpoint does not verify: {error!r}") from error
        with self.lock:
            known = self.heads.setdefault(head.size, head.root)
        if known != head.root:
            raise Violation(f"fork: two roots of size {head.size} are signed")
        return head

    def check(self, note: bytes, entries: list[bytes]):
        """The log as it is now must explain everything that was seen."""
        head = self.see(note)
        leaves = [merkle.leaf_hash(entry) for entry in entries]
        if len(leaves) != head.size:
            raise Violation(f"{len(leaves)} entries under a head of size {head.size}")
        largest = max(self.heads)
        if largest > head.size:
            raise Violation(f"size {largest} was signed, and the log has {head.size} entries")
        roots = RootsOfPrefixes()
        for size, leaf in enumerate(leaves, 1):
            roots.append(leaf)
            if size in self.heads and roots.root != self.heads[size]:
                raise Violation(f"fork: the head of size {size} is not of this log")
        self._check_entries(leaves)

    def _check_entries(self, leaves: list[bytes]):
        places: dict[bytes, int] = {}
        for index, leaf in enumerate(leaves):
            if places.setdefault(leaf, index) != index:
                raise Violation(f"entry {index} is entry {places[leaf]} once more")
        earliest_new = -1
        lost = [s for s in self.submissions
                if s.index is not None and places.get(s.leaf) != s.index]
        if lost:
            raise Violation(f"{len(lost)} acknowledged entries are lost, first {lost[0].index}")
        # Indexes follow real time: what ended before another began stands before it, where the
        # other is new.
        ends = sorted((s for s in self.submissions if s.ended is not None), key=lambda s: s.ended)
        news = sorted((s for s in self.submissions if s.is_new), key=lambda s: s.began)
        position = 0
        for submission in news:
            while position < len(ends) and ends[position].ended < submission.began:
                earliest_new = max(earliest_new, ends[position].index)
                position += 1
            if submission.index <= earliest_new:
                raise Violation(
                    f"entry {submission.index} began after entry {earliest_new} was answered")
