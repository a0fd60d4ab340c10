"""Whatever is changed in a copy of the log: verify sees it, and says which leaf."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.audit.log.directory import Directory, export
from backend.audit.log.note import Checkpoint, PrivateKey
from backend.audit.log.tiles import bundle, unbundle
from backend.audit.log.verify import Report, verify
from tests.audit import slow
from tests.audit.conftest import SIZE, a_leaf, write

FULL, NEXT, PARTIAL = "tile/entries/000", "tile/entries/001", "tile/entries/002.p/188"


def check(copy: Path, key: PrivateKey, last: Checkpoint | None = None) -> Report:
    return verify(Directory(copy), key.public, last)


def names(copy: Path) -> list[str]:
    return sorted(str(path.relative_to(copy)) for path in copy.rglob("*") if path.is_file())


def first(report: Report) -> tuple[int, int]:
    return report.faults[0].first, report.faults[0].last


def rewrite(copy: Path, name: str, change) -> None:
    leaves = unbundle((copy / name).read_bytes())
    (copy / name).write_bytes(bundle(change(leaves)))


def test_a_whole_log_is_whole_and_a_copy_of_it_too(copy, key, leaves, tmp_path) -> None:
    report = check(copy, key)
    assert (report.faults, report.size, report.root) == ([], SIZE, slow.mth(leaves))
    export(Directory(copy), SIZE, (copy / "checkpoint").read_text(), tmp_path / "second")
    assert names(copy) == names(tmp_path / "second") and check(tmp_path / "second", key).faults == []


def test_a_flipped_byte_in_any_file_is_seen_and_placed(copy, key) -> None:
    chance = random.Random(6962)
    for name in names(copy):
        data = (copy / name).read_bytes()
        for at in {0, 1, len(data) - 1, *(chance.randrange(len(data)) for _ in range(12))}:
            changed = bytearray(data)
            changed[at] ^= 1 << chance.randrange(8)
            (copy / name).write_bytes(changed)
            report = check(copy, key)
            assert report.faults, (name, at)
            if name.startswith("tile/0/"):
                leaf = int(name.split("/")[2][:3]) * 256 + at // 32
                assert first(report) == (leaf, leaf), (name, at)
            elif name.startswith("tile/1/"):
                assert first(report) == (at // 32 * 256, at // 32 * 256 + 255)
            elif name.startswith("tile/entries/"):
                assert first(report) == (where(data, at, name),) * 2, (name, at)
        (copy / name).write_bytes(data)
    assert check(copy, key).faults == []


def where(data: bytes, at: int, name: str) -> int:
    """The position of the leaf to which a byte of a bundle belongs."""
    end, count = 0, 0
    for leaf in unbundle(data):
        end += 2 + len(leaf)
        if at < end:
            break
        count += 1
    return int(name.split("/")[2][:3]) * 256 + count


def test_an_edited_leaf_is_named(copy, key) -> None:
    rewrite(copy, NEXT, lambda leaves: [*leaves[:44], a_leaf(300, res="no"), *leaves[45:]])
    report = check(copy, key)
    assert [str(fault) for fault in report.faults] == ["leaf 300: it is not the leaf that was signed"]


@pytest.mark.parametrize("name, at, leaf", [(FULL, 7, 7), (NEXT, 255, 511), (PARTIAL, 187, 699)])
def test_a_dropped_leaf_is_named(copy, key, name, at, leaf) -> None:
    rewrite(copy, name, lambda leaves: leaves[:at] + leaves[at + 1 :])
    assert first(check(copy, key)) == (leaf, leaf)


def test_two_swapped_leaves_are_both_named(copy, key) -> None:
    rewrite(copy, PARTIAL, lambda ls: [*ls[:10], ls[90], *ls[11:90], ls[10], *ls[91:]])
    assert [fault.first for fault in check(copy, key).faults] == [522, 602]


def test_a_truncated_or_lost_file_is_named(copy, key) -> None:
    for name in names(copy):
        if name == "checkpoint":
            continue
        data = (copy / name).read_bytes()
        span = (int(name.split("/")[2][:3]) * 256) if "/1/" not in name else 0
        (copy / name).write_bytes(data[:-5])
        report = check(copy, key)
        assert report.faults and first(report)[0] >= span, name
        (copy / name).unlink()
        assert first(check(copy, key))[0] == span, name
        (copy / name).write_bytes(data)


def test_a_leaf_too_many_is_seen(copy, key) -> None:
    rewrite(copy, PARTIAL, lambda leaves: [*leaves, a_leaf(700)])
    assert first(check(copy, key)) == (700, 700)


def test_a_leaf_edited_together_with_its_tile_is_found_by_the_tile_above(copy, key, leaves) -> None:
    changed = [*leaves[:40], a_leaf(40, res="no"), *leaves[41:]]
    (copy / FULL).write_bytes(bundle(changed[:256]))
    (copy / "tile/0/000").write_bytes(slow.tile(0, 0, 256, changed))
    assert first(check(copy, key)) == (0, 255)


def test_a_log_rewritten_with_all_its_tiles_does_not_fit_its_checkpoint(copy, key, leaves, tmp_path) -> None:
    kept = key.public.open((copy / "checkpoint").read_text())
    changed = [*leaves[:650], a_leaf(650, res="no"), *leaves[651:]]
    write(tmp_path / "forked", changed, key)
    forked = (tmp_path / "forked/checkpoint").read_text()
    (tmp_path / "forked/checkpoint").write_text((copy / "checkpoint").read_text())
    report = check(tmp_path / "forked", key)
    assert first(report) == (0, 699) and "rewritten or forked" in str(report.faults[0])
    earlier = Checkpoint(kept.origin, 600, slow.mth(leaves[:600]))
    assert first(check(tmp_path / "forked", key, earlier)) == (600, 699)
    (tmp_path / "forked/checkpoint").write_text(forked)  # signed by the true key
    assert check(tmp_path / "forked", key).faults == [], "without a memory a fork looks whole"
    assert "forked" in str(check(tmp_path / "forked", key, kept).faults[0])


def test_a_log_that_was_turned_back_is_shorter_than_what_is_remembered(copy, key, leaves, tmp_path) -> None:
    kept = key.public.open((copy / "checkpoint").read_text())
    write(tmp_path / "older", leaves[:500], key)
    report = check(tmp_path / "older", key, kept)
    assert first(report) == (500, 699) and "gone" in str(report.faults[0])
    earlier = key.public.open((tmp_path / "older/checkpoint").read_text())
    assert check(copy, key, earlier).faults == [], "a log that grew goes on from what it was"


def test_another_key_or_no_checkpoint_is_told(copy, key, tmp_path) -> None:
    other = PrivateKey(key.public.name, Ed25519PrivateKey.generate())
    assert "not signed by" in str(check(copy, other).faults[0])
    (copy / "checkpoint").unlink()
    assert str(check(copy, key).faults[0]) == "there is no checkpoint"


def test_a_change_of_a_case_that_was_never_logged_is_named(key, leaves, tmp_path) -> None:
    write(tmp_path / "gap", [*leaves[:100], *leaves[101:]], key)
    report = check(tmp_path / "gap", key)
    assert [fault.first for fault in report.faults] == [106] and "from change 14 to 16" in str(
        report.faults[0]
    )
    write(tmp_path / "twice", [*leaves[:100], a_leaf(3)], key)
    told = [str(fault) for fault in check(tmp_path / "twice", key).faults]
    assert told[0].startswith("leaf 100: ") and any("stands twice" in text for text in told)
    write(tmp_path / "alien", [*leaves[:9], b"[]"], key)
    assert "no leaf" in str(check(tmp_path / "alien", key).faults[0])
