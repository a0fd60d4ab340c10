"""A pack with any bytes changed loads or tells its faults; nothing else ever comes out."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.procedures import PackFaults, load_pack
from tests.procedures.builders import a_pack

FILES = a_pack()
SMALL = sorted(name for name in FILES if name != "process.bpmn")


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_damaged_file_is_told(data):
    name = data.draw(st.sampled_from(SMALL))
    original = FILES[name]
    at = data.draw(st.integers(0, len(original)))
    cut = data.draw(st.integers(0, 40))
    damage = data.draw(
        st.sampled_from(
            [b"", b"\0", b"{", b"- ", b": ", b"\xff", b'"', b"=", b"[]", b"null", b"&a *a", b"1e999"]
        )
    )
    try:
        load_pack({**FILES, name: original[:at] + damage + original[at + cut :]})
    except PackFaults as broken:
        assert broken.faults and all(fault.file and fault.remedy for fault in broken.faults)


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(
        ["service.yaml", "rules.yaml", "texts/en.yaml", "examples/01_family_in_time.yaml", "forms/send.form"]
    ),
    st.recursive(
        st.sampled_from(["1", "x", "null", "true", '""']),
        lambda inner: (
            st.lists(inner, max_size=3).map(lambda items: "[" + ", ".join(items) + "]")
            | st.lists(inner, max_size=3).map(
                lambda items: "{" + ", ".join(f'"k{n}": {item}' for n, item in enumerate(items)) + "}"
            )
        ),
    ),
)
def test_a_file_of_another_shape_is_told(name, text):
    try:
        load_pack({**FILES, name: text.encode()})
    except PackFaults as broken:
        assert broken.faults
