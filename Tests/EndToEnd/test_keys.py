"""Keys: made, shown, refused."""

import datetime
import json
import re

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

import evidence
from institutes import mode
from programs import CANNOT, DONE, TRUST, ProgramTest, run, run_on_terminal

ALGORITHMS = ["ed25519", "ecdsa-p256-sha256", "ecdsa-p384-sha384", "sm2-sm3", "rsa-pss-sha256"]
POST_QUANTUM = ["ml-dsa-44", "ml-dsa-65", "ml-dsa-87"]


def pem(key, passphrase: bytes | None = None) -> bytes:
    encryption = (
        serialization.BestAvailableEncryption(passphrase)
        if passphrase else serialization.NoEncryption()
    )
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    )


def public_pem(key) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def pem_keyid(path) -> str:
    """SHA-256 of the DER inside a public PEM file, for algorithms that Python here cannot load."""
    lines = path.read_text().strip().split("\n")
    assert lines[0] == "-----BEGIN PUBLIC KEY-----", lines[0]
    assert lines[-1] == "-----END PUBLIC KEY-----", lines[-1]
    der = evidence.base64.b64decode("".join(lines[1:-1]), validate=True)
    return evidence.hashlib.sha256(der).hexdigest()


class KeysAreMade(ProgramTest):
    def test_every_algorithm_gives_a_key_pair_that_others_can_read(self):
        for algorithm in ALGORITHMS:
            with self.subTest(algorithm):
                key = self.folder / f"{algorithm}.pem"
                made = self.must(DONE, "assay", "keygen", "--out", key, "--algorithm", algorithm)
                public = key.with_suffix(".pub")
                self.assertEqual(mode(key), 0o600)
                self.assertIn("-----BEGIN PRIVATE KEY-----", key.read_text())
                self.assertIn(pem_keyid(public), made.out)
                for file in (key, public):
                    self.must(DONE, "assay", "key", "show", file,
                              says=[pem_keyid(public), re.escape(algorithm)])
                if algorithm == "sm2-sm3":
                    continue  # the Python library here has no SM2
                private = evidence.load_private(key)
                self.assertEqual(evidence.keyid(private.public_key()), pem_keyid(public))

    def test_post_quantum_keys_are_made_or_said_to_be_unavailable(self):
        for algorithm in POST_QUANTUM:
            with self.subTest(algorithm):
                key = self.folder / f"{algorithm}.pem"
                made = run("assay", "keygen", "--out", key, "--algorithm", algorithm)
                if made.status == DONE:
                    self.assertIn(pem_keyid(key.with_suffix(".pub")), made.out)
                else:
                    self.assert_result(made, CANNOT, "not available|unavailable|lacks|no ml-dsa")
                    self.assertEqual(self.files(), {})

    def test_the_verifier_key_is_the_one_of_the_note_format(self):
        key = self.folder / "log.pem"
        made = self.must(DONE, "assay", "keygen", "--out", key, "--name", "ledger.example/2026")
        public = evidence.load_private(key).public_key()
        self.assertIn(evidence.verifier_key("ledger.example/2026", public), made.out)

    def test_json_is_one_value(self):
        key = self.folder / "k.pem"
        made = self.must(DONE, "assay", "keygen", "--out", key, "--json").json
        shown = self.must(DONE, "assay", "key", "show", key.with_suffix(".pub"), "--json").json
        self.assertIn(pem_keyid(key.with_suffix(".pub")), json.dumps(made))
        self.assertIn(pem_keyid(key.with_suffix(".pub")), json.dumps(shown))

    def test_an_existing_key_is_never_overwritten(self):
        key = self.folder / "k.pem"
        self.must(DONE, "assay", "keygen", "--out", key)
        before = self.files()
        result = run("assay", "keygen", "--out", key)
        self.assertNotEqual(result.status, DONE, f"\n{result}")
        self.assertRegex(result.err, r"k\.(pem|pub).*exists")
        self.assertEqual(self.files(), before)

    def test_a_folder_that_is_not_there_is_named_and_nothing_is_left(self):
        self.must(CANNOT, "assay", "keygen", "--out", self.folder / "nowhere/k.pem",
                  says="nowhere")
        self.assertEqual(self.files(), {})


class EncryptedKeys(ProgramTest):
    def setUp(self):
        super().setUp()
        self.key = self.folder / "secret.pem"
        made = run_on_terminal("assay", "keygen", "--out", self.key, "--encrypt",
                               answers=["correct horse", "correct horse"])
        self.assertEqual(made.status, DONE, f"\n{made}")
        self.assertNotIn("correct horse", made.out, "the passphrase was shown on the terminal")
        self.draft = self.folder / "charter.json"

    def test_the_file_is_encrypted_pkcs8_for_everybody(self):
        self.assertIn("-----BEGIN ENCRYPTED PRIVATE KEY-----", self.key.read_text())
        self.assertEqual(mode(self.key), 0o600)
        private = evidence.load_private(self.key, b"correct horse")
        self.assertEqual(
            evidence.keyid(private.public_key()), pem_keyid(self.key.with_suffix(".pub"))
        )

    def test_the_right_passphrase_opens_it(self):
        shown = run_on_terminal("assay", "key", "show", self.key, answers=["correct horse"])
        self.assert_result(shown, DONE, pem_keyid(self.key.with_suffix(".pub")))

    def test_a_wrong_passphrase_is_said_to_be_wrong(self):
        shown = run_on_terminal("assay", "key", "show", self.key, answers=["battery staple"])
        self.assert_result(shown, TRUST, ["passphrase", re.escape(self.key.name)])

    def test_without_a_terminal_it_says_what_it_needs_and_does_not_wait(self):
        shown = run("assay", "key", "show", self.key, timeout=10)
        self.assertIn(shown.status, (TRUST, CANNOT), f"\n{shown}")
        self.assertRegex(shown.err, "(?i)passphrase")

    def test_two_passphrases_that_differ_make_no_key(self):
        other = self.folder / "other.pem"
        made = run_on_terminal("assay", "keygen", "--out", other, "--encrypt",
                               answers=["one", "two"])
        self.assertNotEqual(made.status, DONE, f"\n{made}")
        self.assertFalse(other.exists())
        self.assertFalse(other.with_suffix(".pub").exists())


class KeyFilesAreRefused(ProgramTest):
    """Each is tried where a key is used for real: signing a charter draft."""

    def setUp(self):
        super().setUp()
        for name in ("good", "entry"):
            good = self.folder / f"{name}.pem"
            self.must(DONE, "assay", "keygen", "--out", good)
        good, entry = self.folder / "good.pem", self.folder / "entry.pub"
        self.good = good.read_bytes()
        self.good_public = good.with_suffix(".pub").read_bytes()
        (self.folder / "voting").write_text("group amend all northland\nquorum amend\n")
        (self.folder / "none").write_text("quorum none\n")
        self.draft = self.folder / "charter.json"
        self.must(
            DONE, "assay", "charter", "new", "--origin", "ledger.example/keys",
            "--checkpoint-key", entry, "--entry-key", entry,
            "--member", "id=northland,name=Northland,jurisdiction=XN,group=north,"
            f"key={good.with_suffix('.pub')}",
            "--voting", self.folder / "voting", "--witnesses", self.folder / "none",
            "--auditing", self.folder / "none", "--allow-forkable", "-o", self.draft,
        )

    def refused(self, content: bytes, *says: str, permissions: int = 0o600):
        file = self.folder / "wrong.pem"
        file.write_bytes(content)
        file.chmod(permissions)
        before = self.files()
        self.must(TRUST, "assay", "charter", "sign", self.draft, "--key", file,
                  says=["wrong.pem", *says])
        self.assertEqual(self.files(), before)

    def test_readable_by_others(self):
        for permissions in (0o640, 0o604, 0o644, 0o660, 0o666):
            with self.subTest(oct(permissions)):
                self.refused(self.good, "0600|permission|readable", permissions=permissions)

    def test_a_public_key_in_place_of_a_private_one(self):
        self.refused(self.good_public, "public")

    def test_two_keys_in_one_file(self):
        self.refused(self.good + pem(ed25519.Ed25519PrivateKey.generate()))

    def test_text_before_the_key(self):
        self.refused(b"my key:\n" + self.good)

    def test_empty_half_and_garbled(self):
        self.refused(b"")
        self.refused(self.good[: len(self.good) // 2])
        self.refused(self.good.replace(b"M", b"!", 1))
        self.refused(bytes(range(256)) * 40)

    def test_an_algorithm_that_is_not_on_the_list(self):
        self.refused(pem(ec.generate_private_key(ec.SECP521R1())))
        self.refused(pem(ec.generate_private_key(ec.SECP256K1())))

    def test_rsa_below_3072_bits(self):
        self.refused(pem(rsa.generate_private_key(65537, 2048)), "3072|too short|too small")

    def test_a_key_that_is_not_in_the_charter(self):
        file = self.folder / "stranger.pem"
        file.write_bytes(pem(ed25519.Ed25519PrivateKey.generate()))
        file.chmod(0o600)
        before = self.files()
        stranger = evidence.load_private(file)
        self.must(TRUST, "assay", "charter", "sign", self.draft, "--key", file,
                  says=evidence.keyid(stranger.public_key()))
        self.assertEqual(self.files(), before)

    def test_public_keys_that_must_not_be_counted(self):
        """Small order, a certificate, a compressed point: refused wherever a key is loaded."""
        prefix = bytes.fromhex("302a300506032b6570032100")
        small_order = [
            "0100000000000000000000000000000000000000000000000000000000000000",
            "00" * 32,
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        ]
        cases = {f"small order {i}": self.armour(prefix + bytes.fromhex(point))
                 for i, point in enumerate(small_order)}
        curve = ec.generate_private_key(ec.SECP256R1())
        point = curve.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
        )
        cases["compressed point"] = self.armour(
            bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200") + point
        )
        cases["trailing byte"] = self.armour(
            evidence.public_der(ed25519.Ed25519PrivateKey.generate().public_key()) + b"\0"
        )
        cases["certificate"] = self.certificate()
        for name, content in cases.items():
            with self.subTest(name):
                file = self.folder / "wrong.pub"
                file.write_bytes(content)
                self.must(TRUST, "assay", "key", "show", file, says="wrong.pub")

    @staticmethod
    def armour(der: bytes) -> bytes:
        text = evidence.b64(der)
        lines = [text[i : i + 64] for i in range(0, len(text), 64)]
        return "\n".join(
            ["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""]
        ).encode()

    @staticmethod
    def certificate() -> bytes:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "northland.example")])
        start = datetime.datetime(2026, 1, 1)
        built = x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), start,
            start + datetime.timedelta(days=365),
        ).sign(key, hashes.SHA256())
        return built.public_bytes(serialization.Encoding.PEM)
