"""How the tests of bundles judge one: by `assay-verify`, its exit status and its first line."""

import copy

import evidence
from forged_ledger import ForgedLedger
from programs import CANNOT, DONE, MALFORMED, REJECTED, TRUST, ProgramTest, run


class BundleTest(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.forged = ForgedLedger()
        for member in ("northland", "eastmark", "isleton"):
            cls.claim = cls.forged.add_result(member)
        for number in range(9):
            cls.forged.add_result("southport", exampleNumber=number)
        cls.good = cls.forged.bundle(cls.claim)

    def judge(self, bundle, *arguments, trust: str | None = None):
        data = bundle if isinstance(bundle, bytes) else evidence.canonical_json(bundle)
        return run("assay-verify", "-", "--trust", trust or self.forged.identity, *arguments,
                   stdin=data)

    def accepted(self, bundle, *says, headline="VERIFIED AS SHOWN", arguments=(), trust=None):
        result = self.judge(bundle, *arguments, trust=trust)
        self.assert_result(result, DONE, says)
        self.assertEqual(result.out.split("\n")[0], headline)
        return result

    def refused(self, bundle, status, *says, arguments=(), trust=None):
        result = self.judge(bundle, *arguments, trust=trust)
        wanted = status if isinstance(status, tuple) else (status,)
        self.assertIn(result.status, wanted, f"\n{result}")
        self.assert_result(result, result.status, says)
        headline = {REJECTED: "REJECTED", MALFORMED: "MALFORMED", CANNOT: "UNDECIDED",
                    TRUST: "BAD TRUST INPUT"}[result.status]
        self.assertEqual(result.out.split("\n")[0], headline, f"\n{result}")
        self.assertNotRegex(result.out, r"(?m)^VERIFIED")
        return result

    def changed(self, change, bundle=None) -> dict:
        value = copy.deepcopy(bundle or self.good)
        return change(value) or value
