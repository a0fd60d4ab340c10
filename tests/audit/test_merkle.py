"""The tree, its proofs, its tiles and its signed notes, against vectors and a slow telling of the RFC."""

from __future__ import annotations

import random
import subprocess
import sys
from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.audit.log import merkle
from backend.audit.log.note import Checkpoint, NoteBroken, PrivateKey, PublicKey, check_proof, proof_text
from backend.audit.log.tiles import bundle, edge_of, grow, reader, tile_path, tiles_of, unbundle, width_of
from tests.audit import slow

VECTORS = [b"", b"\x00", b"\x10", b" !", b"01", b"@ABC", b"PQRSTUVW", b"`abcdefghijklmno"]
"""The leaves of the test vectors of Certificate Transparency, and the root after each."""
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [b"leaf %d" % n for n in range(700)]


def tiles(size: int) -> dict[tuple[int, int], bytes]:
    return {(level, n): slow.tile(level, n, width, LEAVES) for level, n, width in tiles_of(size)}


def read_of(size: int) -> merkle.Read:
    held = tiles(size)
    return reader(lambda level, n, width: held[level, n], size)


def test_the_roots_of_the_known_vectors() -> None:
    frontier = merkle.Frontier()
    assert frontier.root() == merkle.EMPTY == slow.mth([])
    for count, (leaf, root) in enumerate(zip(VECTORS, ROOTS, strict=True), 1):
        frontier.add(merkle.leaf_hash(leaf))
        assert frontier.root().hex() == root == slow.mth(VECTORS[:count]).hex()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 255, 256, 257, 511, 512, 700])
def test_roots_and_proofs_from_tiles_are_those_of_the_rfc(size: int) -> None:
    read, leaves = read_of(size), LEAVES[:size]
    assert merkle.root(read, size) == slow.mth(leaves)
    for index in {0, size // 3, size - 1, min(255, size - 1), min(256, size - 1)}:
        proof = merkle.inclusion(read, index, size)
        assert proof == slow.path(index, leaves)
        assert merkle.included(merkle.leaf_hash(leaves[index]), index, size, proof, slow.mth(leaves))
    for old in {1, size // 2 or 1, size, min(256, size), max(1, size - 1)}:
        proof = merkle.consistency(read, old, size)
        assert proof == slow.proof(old, leaves)
        assert merkle.consistent(old, slow.mth(leaves[:old]), size, slow.mth(leaves), proof)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_proof_holds_for_its_leaf_alone(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 90))
    leaves = LEAVES[:size]
    index = data.draw(st.integers(0, size - 1))
    root, proof = slow.mth(leaves), slow.path(index, leaves)
    leaf = merkle.leaf_hash(leaves[index])
    assert merkle.included(leaf, index, size, proof, root)
    other = data.draw(st.integers(0, 95).filter(lambda n: n != index))
    assert not merkle.included(leaf, other, size, proof, root)
    assert not merkle.included(merkle.leaf_hash(b"other"), index, size, proof, root)
    assert not merkle.included(leaf, index, size, [*proof, root], root)
    assert not proof or not merkle.included(leaf, index, size, proof[:-1], root)
    if proof:
        broken = data.draw(st.integers(0, len(proof) - 1))
        wrong = [bytes(32) if n == broken else each for n, each in enumerate(proof)]
        assert not merkle.included(leaf, index, size, wrong, root)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_consistency_holds_for_a_log_that_only_grew(data: st.DataObject) -> None:
    new = data.draw(st.integers(1, 90))
    old = data.draw(st.integers(1, new))
    leaves = LEAVES[:new]
    proof, before, after = slow.proof(old, leaves), slow.mth(leaves[:old]), slow.mth(leaves)
    assert merkle.consistent(old, before, new, after, proof)
    changed = data.draw(st.integers(0, old - 1))
    forked = slow.mth([b"forked" if n == changed else leaf for n, leaf in enumerate(leaves[:old])])
    assert not merkle.consistent(old, forked, new, after, proof)
    assert not merkle.consistent(old, before, new, forked, proof)
    assert not merkle.consistent(old, before, new, after, [*proof, before])
    if old < new:
        assert not merkle.consistent(old, before, new, after, proof[:-1])
        assert not merkle.consistent(new, after, old, before, proof)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=5))
@settings(max_examples=25, deadline=None)
def test_a_log_that_grows_in_batches_has_the_tiles_of_one_that_was_made_at_once(batches: list[int]) -> None:
    held: dict[tuple[int, int], bytes] = {}
    size = 0
    for wanted in batches:
        count = min(wanted, len(LEAVES) - size)
        edge = {level: held[level, n] for level, n, _ in edge_of(size)}
        held |= grow(size, edge, [merkle.leaf_hash(leaf) for leaf in LEAVES[size : size + count]])
        size += count
    assert held == tiles(size)


def test_a_log_over_three_levels_of_tiles_has_the_right_root() -> None:
    count = 256 * 256 + 300
    hashes = [merkle.leaf_hash(b"%d" % n) for n in range(count)]
    held = grow(0, {}, hashes[:70])
    held |= grow(70, {0: held[0, 0]}, hashes[70:])
    assert {level for level, _ in held} == {0, 1, 2} and len(held[2, 0]) == 32
    frontier = merkle.Frontier()
    for each in hashes:
        frontier.add(each)
    read = reader(lambda level, n, width: held[level, n], count)
    assert merkle.root(read, count) == frontier.root()
    proof = merkle.inclusion(read, 65_000, count)
    assert merkle.included(hashes[65_000], 65_000, count, proof, frontier.root())


def test_paths_and_bundles_are_those_of_tlog_tiles() -> None:
    assert tile_path(0, 1234067, 256) == "tile/0/x001/x234/067"
    assert tile_path(1, 0, 3) == "tile/1/000.p/3" and tile_path("entries", 999, 1) == "tile/entries/999.p/1"
    assert [width_of(level, 0, 70_000) for level in (0, 1, 2, 3)] == [256, 256, 1, 0]
    assert width_of(0, 273, 70_000) == 70_000 - 273 * 256
    assert bundle([b"ab", b""]) == b"\x00\x02ab\x00\x00" and unbundle(b"\x00\x02ab\x00\x00") == [b"ab", b""]


def test_notes_are_signed_and_read_as_in_the_example_of_go() -> None:
    """golang.org/x/mod/sumdb/note: its example key, text and signature."""
    seed = b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
    signer = PrivateKey("PeterNeumann", Ed25519PrivateKey.from_private_bytes(seed))
    assert str(signer.public) == "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    line = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    assert signer.sign_text(text) == f"{text}\n— PeterNeumann {line}\n"
    assert PublicKey.read(str(signer.public)).text_of(signer.sign_text(text)) == text


def test_a_checkpoint_says_name_size_and_root() -> None:
    signer = PrivateKey("log.example/a", Ed25519PrivateKey.generate())
    note = signer.sign(3, bytes(32))
    assert note.startswith(f"log.example/a\n3\n{b64encode(bytes(32)).decode()}\n\n— log.example/a ")
    assert signer.public.open(note) == Checkpoint("log.example/a", 3, bytes(32))
    with pytest.raises(NoteBroken):
        PublicKey.read(str(signer.public).replace("log.example/a", "log.example/b"))


def test_every_changed_character_of_a_checkpoint_is_refused() -> None:
    signer = PrivateKey("log.example/a", Ed25519PrivateKey.generate())
    note = signer.sign(3, bytes(range(32)))
    chance = random.Random(1)
    for at in range(len(note)):
        changed = note[:at] + chance.choice("abcXYZ019+/=\n —".replace(note[at], "")) + note[at + 1 :]
        with pytest.raises(NoteBroken):
            signer.public.open(changed)
    other = PrivateKey("log.example/a", Ed25519PrivateKey.generate())
    with pytest.raises(NoteBroken, match="not signed by"):
        other.public.open(note)
    witnessed = note + other.sign(3, bytes(range(32))).split("\n\n")[1]
    assert signer.public.open(witnessed).size == 3


def test_a_proof_of_a_leaf_is_checked_with_the_key_alone() -> None:
    signer = PrivateKey("log.example/a", Ed25519PrivateKey.generate())
    read, size = read_of(300), 300
    note = signer.sign(size, merkle.root(read, size))
    text = proof_text(258, merkle.inclusion(read, 258, size), note)
    assert check_proof(LEAVES[258], text, signer.public) == 258
    for leaf, proof in [
        (LEAVES[257], text),
        (LEAVES[258], text.replace("index 258", "index 257")),
        (LEAVES[258], text.replace("index 258", "index 0258")),
        (LEAVES[258], text.replace("tlog-proof@v1", "tlog-proof@v2")),
    ]:
        with pytest.raises(NoteBroken):
            check_proof(leaf, proof, signer.public)


def test_the_verifier_needs_nothing_of_the_server() -> None:
    code = (
        "import sys, backend.audit.log.verify as v; "
        "bad = {m.split('.')[0] for m in sys.modules} & {'psycopg', 'flask', 'redis', 'msgspec', 'lxml'}; "
        "bad |= {m for m in sys.modules if m.startswith('backend.') and not m.startswith('backend.audit')}; "
        "sys.exit(str(bad) if bad else 0)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
