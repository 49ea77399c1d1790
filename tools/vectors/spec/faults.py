"""The two ways in which an input can fail."""


class Fault(Exception):
    """Carries the class and a short word for the reason."""

    verdict = ""

    def __init__(self, reason: str):
        super().__init__(f"{self.verdict}: {reason}")
        self.reason = reason


class Malformed(Fault):
    """The bytes do not follow the format."""

    verdict = "malformed"


class Rejected(Fault):
    """The bytes can be read and do not prove what they should."""

    verdict = "rejected"


def outcome(action, *arguments) -> dict:
    """What `action` says, as the members of a case."""
    try:
        action(*arguments)
    except Fault as fault:
        return {"expect": fault.verdict, "reason": fault.reason}
    return {"expect": "accept"}
