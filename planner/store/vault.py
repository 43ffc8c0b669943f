"""Personal data at rest: sealed with keys that the deployment keeps outside the database.

Two keys are drawn from a secret (HKDF-SHA256, RFC 5869): one seals (AES-256-GCM with a fresh 96-bit nonce,
NIST SP 800-38D), one makes the digests by which the same person and address are known again. Where the keys were
rotated there are several secrets: the newest seals, all open, and the first still makes the digests, because what
they were made of is not kept.
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
MOST_KEYS = 255
"""The first byte of everything sealed is the number of its key, from 1."""

DIGEST_LETTERS = 32


@dataclass(frozen=True)
class Vault:
    """``ciphers`` in the order of their making."""

    ciphers: tuple[AESGCM, ...]
    digest_key: bytes

    @property
    def newest(self) -> int:
        """Number of the key that seals."""
        return len(self.ciphers)

    def seal(self, plain: bytes, about: str) -> bytes:
        """Encrypted, and bound to what it is ``about``: put anywhere else it does not open."""
        nonce = os.urandom(NONCE_BYTES)
        return bytes([self.newest]) + nonce + self.ciphers[-1].encrypt(nonce, plain, about.encode())

    def unseal(self, sealed: bytes, about: str) -> bytes:
        """Raises DeploymentError: another key sealed it, or it was changed."""
        number, nonce, text = sealed[0] if sealed else 0, sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        if not 1 <= number <= self.newest:
            raise DeploymentError("sealed_with_another_key", about=about)
        try:
            return self.ciphers[number - 1].decrypt(nonce, text, about.encode())
        except (InvalidTag, ValueError) as problem:
            raise DeploymentError("sealed_with_another_key", about=about) from problem

    def digest(self, text: str) -> str:
        """Keyed hash (HMAC-SHA256, the first 32 hex digits): equal for equal texts, tells nothing without the key."""
        return hmac.new(self.digest_key, text.encode(), sha256).hexdigest()[:DIGEST_LETTERS]


def vault_of(*secrets: bytes) -> Vault:
    """From one secret, or several in the order of their making."""
    ciphers = tuple(AESGCM(_key(secret, "planner: personal data at rest")) for secret in secrets)
    return Vault(ciphers, _key(secrets[0], "planner: digests of persons"))


def _key(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(secret)


def renewed(vault: Vault, secret: bytes) -> Vault:
    """The vault with one more key, which seals from now on."""
    return Vault((*vault.ciphers, *vault_of(secret).ciphers), vault.digest_key)
