"""RFC 6962 section 2.1 as the recursive definitions, and RFC 9162 verification."""

from .encoding import sha256


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data)


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)


def split_point(size: int) -> int:
    """The largest power of two below size (size at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)


class Tree:
    """A tree over the given leaf hashes."""

    def __init__(self, leaves: list[bytes]):
        self.leaves = leaves
        self.known: dict[tuple[int, int], bytes] = {}

    def root(self, start: int = 0, end: int | None = None) -> bytes:
        end = len(self.leaves) if end is None else end
        if end == start:
            return sha256(b"")
        if end - start == 1:
            return self.leaf(start)
        if (start, end) not in self.known:
            middle = start + split_point(end - start)
            self.known[start, end] = node(self.root(start, middle), self.root(middle, end))
        return self.known[start, end]

    def leaf(self, index: int) -> bytes:
        return self.leaves[index]

    def path(self, index: int, size: int, start: int = 0) -> list[bytes]:
        """PATH(index, D[start:start+size])."""
        if size == 1:
            return []
        k = split_point(size)
        if index < k:
            return self.path(index, k, start) + [self.root(start + k, start + size)]
        return self.path(index - k, size - k, start + k) + [self.root(start, start + k)]

    def consistency(self, old: int, size: int) -> list[bytes]:
        """PROOF(old, D[0:size])."""
        return self._subproof(old, 0, size, True)

    def _subproof(self, old: int, start: int, size: int, whole: bool) -> list[bytes]:
        if old == size:
            return [] if whole else [self.root(start, start + size)]
        k = split_point(size)
        if old <= k:
            return self._subproof(old, start, k, whole) + [self.root(start + k, start + size)]
        return self._subproof(old - k, start + k, size - k, False) + [self.root(start, start + k)]


class HugeTree(Tree):
    """A tree too big to hold: every aligned perfect subtree that no cut passes through has a
    made-up hash, everything else follows from the definition."""

    def __init__(self, label: bytes, cuts: list[int]):
        super().__init__([])
        self.label = label
        self.cuts = cuts

    def leaf(self, index: int) -> bytes:
        return sha256(self.label + b" leaf %d" % index)

    def root(self, start: int = 0, end: int | None = None) -> bytes:
        assert end is not None
        size = end - start
        perfect = size & (size - 1) == 0 and start % size == 0
        if perfect and size > 1 and not any(start < cut < end for cut in self.cuts):
            return sha256(self.label + b" subtree %d %d" % (start, end))
        return super().root(start, end)


def inclusion_accepts(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """RFC 9162 section 2.1.3.2."""
    if index >= size or any(len(item) != 32 for item in [leaf, root, *path]):
        return False
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node(p, r)
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def consistency_accepts(
    old: int, new: int, path: list[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """RFC 9162 section 2.1.4.2."""
    if any(len(item) != 32 for item in [old_root, new_root, *path]) or old == 0 or old > new:
        return False
    if old == new:
        return not path and old_root == new_root
    if not path:
        return False
    if old & (old - 1) == 0:
        path = [old_root, *path]
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node(c, fr), node(c, sr)
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return fr == old_root and sr == new_root and sn == 0
