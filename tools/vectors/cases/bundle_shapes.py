"""What the attacks on bundles share."""

import copy

from .sample_ledgers import MODEL_DIGEST, plain, result

REJECTED, MALFORMED = ["REJECTED"], ["MALFORMED"]
EITHER = ["REJECTED", "MALFORMED"]


def small():
    ledger = plain()
    for identifier in ("aa", "bb", "cc", "aa"):
        ledger.append_result(identifier, MODEL_DIGEST, result(ledger))
    return ledger


def change(base: dict, *path, to=None, drop=False) -> dict:
    """A copy with one value replaced, or dropped."""
    copied = copy.deepcopy(base)
    target = copied
    for step in path[:-1]:
        target = target[step]
    if drop:
        del target[path[-1]]
    else:
        target[path[-1]] = to
    return copied
