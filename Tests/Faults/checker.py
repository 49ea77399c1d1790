"""The checker itself: histories of an honest log pass, and every lie in one is found.

All other harnesses lean on it, so each kind of lie is planted in a history of its own.
"""

import base64

import evidence
import merkle
from history import History, Violation
from world import Template

NAME = "history checker"
ORIGIN = "ledger.example/checker"


class Story:
    """A log as it should be, and clients that hear of it in some interleaving."""

    def __init__(self, key, chance, count: int):
        self.key, self.chance = key, chance
        self.history = History([evidence.verifier_key(ORIGIN, key.public_key())])
        self.entries = [f"entry {number}".encode() for number in range(count)]
        self.leaves = [merkle.leaf_hash(entry) for entry in self.entries]
        waiting, running = list(range(count)), []
        # An entry may be answered after any that began before its answer; indexes go in order.
        while waiting or running:
            if waiting and (not running or chance.random() < 0.6) and len(running) < 4:
                index = waiting.pop(0)
                running.append((index, self.history.begin(self.entries[index])))
            else:
                index, submission = running.pop(chance.randrange(len(running)))
                if chance.random() < 0.8:
                    self.answer(index, submission, chance.randint(index + 1, count))

    def note(self, leaves) -> bytes:
        text = evidence.checkpoint_text(ORIGIN, len(leaves), merkle.root(leaves))
        raw = self.key.public_key().public_bytes_raw()
        return evidence.write_note(
            text, [(ORIGIN, evidence.note_key_id(ORIGIN, 1, raw), self.key.sign(text))])

    def answer(self, index: int, submission, size: int, leaf: bytes | None = None):
        leaves = self.leaves[:size]
        path = merkle.inclusion_path(index, leaves)
        self.history.end(submission, {
            "index": index, "leafHash": (leaf or self.leaves[index]).hex(),
            "bundle": {"checkpoint": self.note(leaves).decode(), "entries": [
                {"index": index, "proof": [base64.b64encode(d).decode() for d in path]}]},
        }, True)

    def check(self, entries=None):
        entries = self.entries if entries is None else entries
        self.history.check(self.note([merkle.leaf_hash(entry) for entry in entries]), entries)

    def answered(self) -> list[int]:
        return [s.index for s in self.history.submissions if s.index is not None]


def rewritten(story: Story):
    index = story.chance.choice(story.answered())
    story.check(story.entries[:index] + [b"another"] + story.entries[index + 1:])


def dropped(story: Story):
    index = story.chance.choice(story.answered())
    story.check(story.entries[:index] + story.entries[index + 1:])


def swapped(story: Story):
    entries = list(story.entries)
    index = story.chance.randrange(len(entries) - 1)
    entries[index], entries[index + 1] = entries[index + 1], entries[index]
    story.check(entries)


def cut_back(story: Story):
    largest = max(story.history.heads)
    story.check(story.entries[:largest - 1])


def doubled(story: Story):
    story.check(story.entries + [story.chance.choice(story.entries)])


def forked_at_one_size(story: Story):
    size = story.chance.choice(sorted(story.history.heads))
    story.history.see(story.note(story.leaves[:size - 1] + [merkle.leaf_hash(b"fork")]))


def forked_between_sizes(story: Story):
    # A size that nobody has seen, so that only the last comparison can tell.
    story.entries.append(b"more")
    story.leaves.append(merkle.leaf_hash(b"more"))
    story.history.see(story.note([*story.leaves[:-1], merkle.leaf_hash(b"fork")]))
    story.entries.append(b"and more")
    story.check()


def answered_before_it_began(story: Story):
    story.entries += [b"late", b"later"]
    story.leaves += map(merkle.leaf_hash, story.entries[-2:])
    size = len(story.entries)
    story.answer(size - 1, story.history.begin(story.entries[-1]), size)
    story.answer(size - 2, story.history.begin(story.entries[-2]), size)
    story.check()


def two_places(story: Story):
    index = story.chance.randrange(len(story.entries))
    story.answer(index, story.history.begin(story.entries[index]), len(story.entries))
    story.history.submissions[-1].index = (index + 1) % len(story.entries)
    story.check()


def another_entry(story: Story):
    story.answer(1, story.history.begin(story.entries[0]), len(story.entries))


def proof_of_another_tree(story: Story):
    body = b"never appended"
    story.answer(2, story.history.begin(body), len(story.entries), merkle.leaf_hash(body))


def signed_by_another(story: Story):
    note = story.note(story.leaves)
    place = note.rindex(b" ") + 20
    changed = note[:place] + (b"A" if note[place:place + 1] != b"A" else b"B") + note[place + 1:]
    story.history.see(changed)


LIES = [rewritten, dropped, swapped, cut_back, doubled, forked_at_one_size, forked_between_sizes,
        answered_before_it_began, two_places, another_entry, proof_of_another_tree,
        signed_by_another]


def prove(template: Template, chance) -> str:
    missed = []
    for lie in LIES:
        story = Story(template.key, chance, 30)
        try:
            lie(story)
        except Violation:
            continue
        missed.append(lie.__name__)
    if missed:
        raise AssertionError(f"lies that were not caught: {missed}")
    return f"{len(LIES)} lies: " + ", ".join(lie.__name__.replace("_", " ") for lie in LIES)


def rounds(template: Template, chance, count: int):
    for _ in range(count):
        story = Story(template.key, chance, chance.randint(3, 60))
        story.check()
        yield story.history.acknowledged
