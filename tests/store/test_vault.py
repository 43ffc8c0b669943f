"""What is sealed opens with the same key, at the same place, unchanged; and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import DeploymentError
from planner.store.vault import vault_of

VAULT = vault_of(b"one secret of an installation, 32 bytes")


@given(st.binary(max_size=200), st.text(max_size=20))
def test_round_trip(plain: bytes, about: str) -> None:
    sealed = VAULT.seal(plain, about)
    assert VAULT.unseal(sealed, about) == plain
    assert sealed != VAULT.seal(plain, about)  # a fresh nonce each time
    assert len(plain) < 4 or plain not in sealed


@given(st.binary(min_size=1, max_size=50), st.data())
def test_any_change_is_noticed(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(VAULT.seal(plain, "party_row/1"))
    place = data.draw(st.integers(1, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(DeploymentError):
        VAULT.unseal(bytes(sealed), "party_row/1")


def test_a_row_cannot_be_put_in_the_place_of_another() -> None:
    sealed = VAULT.seal("示例张三".encode(), "party_row/1")
    for vault, about in ((VAULT, "party_row/2"), (vault_of(b"another secret of an installation....."), "party_row/1")):
        with pytest.raises(DeploymentError) as told:
            vault.unseal(sealed, about)
        assert told.value.key == "sealed_with_another_key"


def test_digests_are_equal_for_equal_texts_and_keyed() -> None:
    assert VAULT.digest("示例") == VAULT.digest("示例") != VAULT.digest("示例二")
    assert VAULT.digest("示例") != vault_of(b"another secret of an installation.....").digest("示例")
    assert len(VAULT.digest("示例")) == 32
