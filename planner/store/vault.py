"""Personal data at rest: sealed with a key that the deployment keeps outside the database.

Two keys are drawn from the deployment's secret (HKDF-SHA256, RFC 5869): one seals (AES-256-GCM with a fresh
96-bit nonce, NIST SP 800-38D), one makes the digests by which the same person and address are known again.
"""

import hmac
import os
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from planner.errors import DeploymentError

NONCE_BYTES = 12
KEY_BYTES = 32
VERSION = b"\x01"
"""First byte of everything sealed, so that a later key or cipher can be told apart."""

DIGEST_LETTERS = 32


@dataclass(frozen=True)
class Vault:
    cipher: AESGCM
    digest_key: bytes

    def seal(self, plain: bytes, about: str) -> bytes:
        """Encrypted, and bound to what it is ``about``: put anywhere else it does not open."""
        nonce = os.urandom(NONCE_BYTES)
        return VERSION + nonce + self.cipher.encrypt(nonce, plain, about.encode())

    def unseal(self, sealed: bytes, about: str) -> bytes:
        """Raises DeploymentError: another key sealed it, or it was changed."""
        nonce, text = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self.cipher.decrypt(nonce, text, about.encode())
        except (InvalidTag, ValueError) as problem:
            raise DeploymentError("sealed_with_another_key", about=about) from problem

    def digest(self, text: str) -> str:
        """Keyed hash (HMAC-SHA256, the first 32 hex digits): equal for equal texts, tells nothing without the key."""
        return hmac.new(self.digest_key, text.encode(), sha256).hexdigest()[:DIGEST_LETTERS]


def vault_of(secret: bytes) -> Vault:
    return Vault(AESGCM(_key(secret, "planner: personal data at rest")), _key(secret, "planner: digests of persons"))


def _key(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(secret)
