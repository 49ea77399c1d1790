"""Bundles of a dishonest log: all of it validly included, and still refused."""

import copy
import json

import evidence
from bundle_test import BundleTest
from forged_ledger import GENERATE, ForgedLedger
from programs import CANNOT, MALFORMED, REJECTED, TRUST
from subject_index import committed, index_key


class Entries(BundleTest):
    """A dishonest log: everything is validly included and signed by the log."""

    def logged(self, make, status=REJECTED, *says):
        ledger = ForgedLedger()
        claim = make(ledger)
        return self.refused(ledger.bundle(claim), status, *says, trust=ledger.identity)

    def test_by_a_stranger(self):
        self.logged(lambda l: l.add(l.result(), GENERATE()), REJECTED, "signer|key")

    def test_by_a_member_and_a_stranger(self):
        self.logged(lambda l: l.add(l.result(), l.members["isleton"], GENERATE()))

    def test_by_two_members(self):
        self.logged(lambda l: l.add(l.result(), l.members["isleton"], l.members["eastmark"]))

    def test_a_result_by_the_ledgers_own_key(self):
        self.logged(lambda l: l.add(l.result(), l.entry_key))

    def test_an_index_root_by_a_member(self):
        self.logged(lambda l: l.add_index_root(key=l.members["northland"]))

    def test_a_correction_by_another_member(self):
        def make(ledger):
            return ledger.add_correction(ledger.add_result("northland"), member="southport")
        self.logged(make, (REJECTED, MALFORMED, CANNOT))

    def test_a_signature_that_does_not_verify(self):
        def make(ledger):
            value = json.loads(ledger.entries[ledger.add_result()])
            raw = bytearray(evidence.unb64(value["signatures"][0]["sig"]))
            raw[5] ^= 1
            value["signatures"][0]["sig"] = evidence.b64(bytes(raw))
            return ledger.append(evidence.entry_bytes(value))
        self.logged(make, REJECTED, "signature")

    def test_ed25519_signatures_that_only_lax_verifiers_take(self):
        order = 2**252 + 27742317777372353535851937790883648493

        def make(ledger):
            value = json.loads(ledger.entries[ledger.add_result()])
            raw = evidence.unb64(value["signatures"][0]["sig"])
            s = int.from_bytes(raw[32:], "little") + order
            value["signatures"][0]["sig"] = evidence.b64(raw[:32] + s.to_bytes(32, "little"))
            return ledger.append(evidence.entry_bytes(value))
        self.logged(make, REJECTED, "signature")

    def test_no_signatures(self):
        def make(ledger):
            value = json.loads(ledger.entries[ledger.add_result()])
            value["signatures"] = []
            return ledger.append(evidence.entry_bytes(value))
        self.logged(make, (REJECTED, MALFORMED))

    def test_payload_type(self):
        for kind in ("application/json", "text/plain", ""):
            self.logged(lambda l: l.add(l.result(), l.members["isleton"], payload_type=kind),
                        (REJECTED, MALFORMED))

    def test_for_another_ledger(self):
        def make(ledger):
            statement = ledger.result()
            statement["predicate"]["ledger"] = "assay1:" + "77" * 32
            return ledger.add(statement, ledger.members["isleton"])
        self.logged(make, (REJECTED, MALFORMED), "ledger")

    def test_envelopes_in_another_spelling(self):
        spellings = (
            lambda e: json.dumps(json.loads(e)).encode(),
            lambda e: e + b"\n",
            lambda e: e[:-1] + b',"extra":1}',
            lambda e: b"{" + e[e.index(b'"payloadType"'):-1] + b"," +
            e[1:e.index(b',"payloadType"')] + b"}",
            lambda e: e.replace(b'"keyid":"', b'"keyid":"00","keyid":"'),
        )
        for spell in spellings:
            def make(ledger):
                return ledger.append(spell(ledger.entries[ledger.add_result()]))
            self.logged(make, (REJECTED, MALFORMED))

    def test_statements_that_are_not_well_formed(self):
        def set_value(value):
            return lambda s: s["predicate"]["results"][0].update(value=value)
        changes = [
            lambda s: s.update(subject=[]), lambda s: s.pop("subject"),
            lambda s: s["subject"][0].update(digest={}),
            lambda s: s["subject"][0]["digest"].update(sha256="zz" * 32),
            lambda s: s["subject"].append(copy.deepcopy(s["subject"][0])),
            lambda s: s.update(_type="x"), lambda s: s.update(predicateType="x"),
            lambda s: s["predicate"].pop("results"),
            set_value(0.5), set_value("NaN"), set_value(".5"), set_value("1e"), set_value("1,5"),
        ]
        for number, change in enumerate(changes):
            with self.subTest(number):
                def make(ledger):
                    statement = ledger.result()
                    change(statement)
                    return ledger.add(statement, ledger.members["northland"])
                self.logged(make, (REJECTED, MALFORMED))

    def test_payload_with_a_duplicate_member(self):
        def make(ledger):
            payload = evidence.unb64(json.loads(ledger.entries[ledger.add_result()])["payload"])
            return ledger.add(payload[:-1] + b',"subject":[]}', ledger.members["northland"])
        self.logged(make, (REJECTED, MALFORMED))

    def test_an_entry_over_the_limit(self):
        def make(ledger):
            return ledger.add(ledger.result(padding="x" * 70_000), ledger.members["northland"])
        self.logged(make, (REJECTED, MALFORMED, CANNOT))

    def test_base64_in_another_spelling(self):
        def change(value):
            entry = next(e for e in value["entries"] if e["role"] == "claim")
            entry["entry"] = entry["entry"].rstrip("=") + "\n"
        self.refused(self.changed(change), MALFORMED)

    def test_unknown_members_and_roles(self):
        self.refused(self.changed(lambda v: v.update(extra=[])), MALFORMED, "extra")
        self.refused(self.changed(lambda v: v["entries"][1].update(extra=1)), MALFORMED, "extra")
        self.refused(self.changed(lambda v: v["entries"][1].update(role="proof")), MALFORMED)
        self.refused(self.changed(lambda v: v.update(bundle="assay/v2")), (MALFORMED, CANNOT))

    def test_a_claim_in_a_role_that_hides_it(self):
        """A result called a charter, a charter called a claim: roles are not believed."""
        self.refused(self.changed(lambda v: v["entries"][1].update(role="charter")),
                     (REJECTED, MALFORMED))
        result = self.judge(self.changed(lambda v: v["entries"][0].update(role="related")))
        self.assertIn(result.status, (REJECTED, MALFORMED), f"\n{result}")


class Charters(BundleTest):
    """The genesis charter is the trust root: what is wrong in it is refused even when trusted."""

    def genesis(self, **changes):
        ledger = ForgedLedger(charter=changes)
        ledger.add_result()
        return self.refused(ledger.bundle(1), (REJECTED, MALFORMED, TRUST), trust=ledger.identity)

    def test_charters_that_are_not_well_formed(self):
        ledger = ForgedLedger()
        twice = [ledger.charter["members"][0]] * 2
        for changes in (
            {"version": 2}, {"version": 0}, {"members": []}, {"members": twice},
            {"checkpointKeys": []}, {"entryKeys": []}, {"voting": "quorum none\n"},
            {"voting": "group g all westhaven\nquorum g\n"}, {"voting": ""},
            {"witnesses": "quorum none\n", "auditing": "quorum none\n"},
            {"witnesses": "group q any W9\nquorum q\n"}, {"origin": "other.example"},
            {"origin": ""}, {"indexEvery": 0}, {"allowForkable": "no"},
        ):
            with self.subTest(str(changes)[:60]):
                self.genesis(**changes)

    def test_not_signed_by_every_key(self):
        ledger = ForgedLedger()
        value = json.loads(ledger.entries[0])
        for place in range(len(value["signatures"])):
            fewer = copy.deepcopy(value)
            del fewer["signatures"][place]
            ledger.entries[0] = evidence.entry_bytes(fewer)
            ledger.identity = "assay1:" + ledger.leaf(0).hex()
            self.refused(ledger.bundle(), (REJECTED, MALFORMED), "sign", trust=ledger.identity)

    def test_a_second_genesis_later(self):
        ledger = ForgedLedger()
        entry = ledger.entries[0]
        again = ledger.append(entry)
        self.refused(ledger.bundle(charters=(0, again)), (REJECTED, MALFORMED),
                     trust=ledger.identity)


class Lookups(BundleTest):
    def setUp(self):
        super().setUp()
        self.ledger = ForgedLedger()
        self.number = self.ledger.add_result()
        self.correction = self.ledger.add_correction(self.number)
        for _ in range(6):
            self.ledger.add_result("southport")

    def lookups(self, change, bundle=None, statuses=(REJECTED, MALFORMED)):
        value = bundle or self.ledger.complete_bundle(self.number, related=(self.correction,))
        change(value["lookups"])
        return self.refused(value, statuses, trust=self.ledger.identity)

    def test_a_list_with_something_left_out(self):
        """The retraction is left out of the list: the value no longer fits the root."""
        self.lookups(lambda l: l[0].update(indexes=[]))

    def test_an_entry_that_a_list_names_is_not_shown(self):
        bundle = self.ledger.complete_bundle(self.number)
        result = self.judge(bundle, trust=self.ledger.identity)
        self.assertNotEqual(result.out.split("\n")[0], "VERIFIED", f"\n{result}")
        self.refused(bundle, REJECTED, trust=self.ledger.identity,
                     arguments=("--require", "complete"))

    def test_other_lists_and_proofs(self):
        zero = evidence.b64(bytes(32))
        changes = [
            lambda l: l[0].update(indexes=[1, 2]), lambda l: l[0].update(indexes=[3]),
            lambda l: l[0].update(indexes=[2, 2]), lambda l: l[0].update(end="empty"),
            lambda l: l[0].update(end="empty", indexes=[]),
            lambda l: l[0].update(siblings=l[0]["siblings"][:-1]),
            lambda l: l[0].update(siblings=l[0]["siblings"] + [zero]),
            lambda l: l[0].update(siblings=[zero] * 300),
            lambda l: l[0].update(kind="subject"), lambda l: l[0].update(kind="nothing"),
            lambda l: l[0].update(value="00" * 32),
            lambda l: l[0].update(root=1), lambda l: l[0].update(root=99),
        ]
        for number, change in enumerate(changes):
            with self.subTest(number):
                self.lookups(change)

    def test_absence_shown_by_a_leaf_that_is_not_on_the_way(self):
        def change(lookups):
            other = index_key("signer", "northland")
            lookups[0].update(indexes=[], end={"key": other.hex(),
                                               "value": evidence.b64(committed([1]))})
        self.lookups(change)

    def test_a_wrong_index_root_signed_by_the_ledger(self):
        root = self.ledger.add_index_root(root=bytes(range(32)))
        lookups = [self.ledger.lookup(root, "type", evidence.CHARTER_TYPE)]
        bundle = self.ledger.bundle(self.number, roots=(root,), lookups=lookups)
        self.refused(bundle, REJECTED, trust=self.ledger.identity)

    def test_entries_after_the_index_root_are_not_covered(self):
        """An old root with a new checkpoint would hide the retraction between them."""
        ledger = ForgedLedger()
        claim = ledger.add_result()
        root = ledger.add_index_root()
        lookups = [ledger.lookup(root, "about", ledger.leaf(claim).hex()),
                   ledger.lookup(root, "type", evidence.CHARTER_TYPE),
                   ledger.lookup(root, "type", "urn:assay:member-keys:v1")]
        ledger.add_correction(claim)
        ledger.add_result("southport")
        bundle = ledger.bundle(claim, roots=(root,), lookups=lookups)
        result = self.judge(bundle, trust=ledger.identity)
        self.assertEqual(result.out.split("\n")[0], "VERIFIED AS SHOWN", f"\n{result}")
        self.refused(bundle, REJECTED, trust=ledger.identity,
                     arguments=("--require", "complete"))

    def test_one_of_the_three_lookups_is_missing(self):
        for missing in range(3):
            bundle = self.ledger.complete_bundle(self.number, related=(self.correction,))
            del bundle["lookups"][missing]
            result = self.judge(bundle, trust=self.ledger.identity)
            self.assertNotEqual(result.out.split("\n")[0], "VERIFIED", f"\n{result}")
