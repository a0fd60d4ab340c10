"""Keys: what was sealed opens under its name only, and nothing tells what it was."""

from __future__ import annotations

import multiprocessing
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.vault import SealBroken, Vault

VAULT = Vault.ephemeral()


@given(st.binary(max_size=2000), st.text(max_size=40))
def test_what_was_sealed_opens_under_its_name(plain: bytes, name: str) -> None:
    key, wrapped = VAULT.new_key()
    sealed = key.seal(name, plain)
    assert VAULT.unwrap(wrapped).open(name, sealed) == plain
    with pytest.raises(SealBroken):
        key.open(name + "x", sealed)


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_every_bit_counts(at: int, flip: int) -> None:
    key, _ = VAULT.new_key()
    sealed = bytearray(key.seal("case-blob", b"value number 7"))
    sealed[at % len(sealed)] ^= flip
    with pytest.raises(SealBroken):
        key.open("case-blob", bytes(sealed))


def test_another_key_or_vault_opens_nothing() -> None:
    key, wrapped = VAULT.new_key()
    other, _ = VAULT.new_key()
    with pytest.raises(SealBroken):
        other.open("n", key.seal("n", b"x"))
    with pytest.raises(SealBroken):
        Vault.ephemeral().unwrap(wrapped)
    with pytest.raises(SealBroken):
        VAULT.unwrap(b"\x01" + bytes(61))


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert VAULT.seal("profile", b"Anna") != VAULT.seal("profile", b"Anna")
    assert VAULT.open("profile", VAULT.seal("profile", b"Anna")) == b"Anna"


def test_a_blind_index_is_equal_for_equal_values_of_one_field() -> None:
    assert VAULT.blind("pid", "50893\uff10") == VAULT.blind("pid", "508930"), "NFKC: full-width digits"
    assert VAULT.blind("pid", "1") != VAULT.blind("phone", "1")
    assert VAULT.blind("pid", "1") != Vault.ephemeral().blind("pid", "1")
    assert len(VAULT.blind("pid", "1")) == 16 and len(VAULT.mac("handoff-number", "482913")) == 32
    assert VAULT.mac("a", b"1") == VAULT.mac("a", "1") != VAULT.mac("b", "1")


def _first(directory: str) -> bytes:
    from pathlib import Path

    return Vault.at(Path(directory)).blind("pid", "1")


def test_two_processes_that_start_at_once_make_one_set_of_keys(tmp_path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        found = set(pool.map(_first, [str(tmp_path / "keys")] * 8))
    assert found == {_first(str(tmp_path / "keys"))}
    files = list((tmp_path / "keys").iterdir())
    assert {file.name for file in files} == {"kek.key", "index.key", "mac.key", "data.key"}
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
