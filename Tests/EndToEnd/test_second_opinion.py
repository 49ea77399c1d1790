"""The test's own reading of the formats, held against answers that others published."""

import unittest

from cryptography.hazmat.primitives.asymmetric import ed25519

import evidence
import merkle
from subject_index import EMPTY, SubjectIndex, committed, index_key, leaf


class SecondOpinion(unittest.TestCase):
    def test_merkle_known_answers(self):
        data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                "606162636465666768696a6b6c6d6e6f"]
        leaves = [merkle.leaf_hash(bytes.fromhex(text)) for text in data]
        self.assertEqual(leaves[0].hex(),
                         "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
        self.assertEqual(merkle.root(leaves).hex(),
                         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")

    def test_paths_lead_to_the_root_and_others_do_not(self):
        for size in range(1, 34):
            leaves = [merkle.leaf_hash(bytes([i])) for i in range(size)]
            for index in range(size):
                path = merkle.inclusion_path(index, leaves)
                found = merkle.root_from_path(leaves[index], index, size, path)
                self.assertEqual(found, merkle.root(leaves))
                with self.assertRaises(ValueError):
                    merkle.root_from_path(leaves[index], index, size, [*path, leaves[0]])

    def test_published_verifier_key_and_note(self):
        vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
        name, ident, blob = vkey.split("+", 2)
        key = ed25519.Ed25519PublicKey.from_public_bytes(evidence.unb64(blob)[1:])
        self.assertEqual(evidence.verifier_key(name, key), vkey)
        note = evidence.parse_note(
            "This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6"
            "TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n".encode())
        self.assertEqual(note.signatures[0][:2], (name, bytes.fromhex(ident)))
        key.verify(note.signatures[0][2], note.text)

    def test_pre_authentication_encoding_of_the_standard(self):
        self.assertEqual(
            evidence.pre_auth_encoding("http://example.com/HelloWorld", b"hello world"),
            b"DSSEv1 29 http://example.com/HelloWorld 11 hello world")

    def test_canonical_json_orders_by_utf_16(self):
        value = {"\ue000": 1, "\U00010000": 2, "b": ["/", "\u2028", "\x7f", "\x0f"], "a": {}}
        self.assertEqual(
            evidence.canonical_json(value).decode(),
            '{"a":{},"b":["/","\u2028","\x7f","\\u000f"],"\U00010000":2,"\ue000":1}')

    def test_tile_names(self):
        self.assertEqual(evidence.tile_path(1234067), "x001/x234/067")
        names = [name for name, *_ in evidence.tile_names(70_000)]
        self.assertIn("tile/0/273.p/112", names)
        self.assertIn("tile/1/001.p/17", names)
        self.assertIn("tile/2/000.p/1", names)
        self.assertEqual(len(names), 274 * 2 + 2 + 1)

    def test_subject_index_of_one_and_of_none(self):
        index = SubjectIndex()
        self.assertEqual(index.root(0), EMPTY)
        index.add(0, [("type", "x")])
        self.assertEqual(index.root(1), leaf(index_key("type", "x"), committed([0])))
        self.assertEqual(index.proof("type", "x", 1),
                         {"indexes": [0], "siblings": [], "end": "leaf"})
        self.assertEqual(index.proof("type", "y", 1)["indexes"], [])
