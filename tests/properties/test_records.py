"""A record with anything wrong in it is refused with its place; nothing else ever escapes."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekbom.errors import PatientError
from ekbom.interop.patient_files import RECORD, example_names, example_text
from ekbom.interop.plain_files import parsed
from ekbom.knowledge.loading import load
from ekbom.patient.patient import Patient
from ekbom.patient.reading import patient_from

TODAY = date(2026, 11, 22)
TEXTS = {name: example_text(name) for name in example_names()}
PIECES = st.sampled_from(
    [
        "yes",
        "no",
        "true",
        "~",
        "-1",
        "1e999",
        ".inf",
        "2026-13-01",
        "<",
        ">",
        "%",
        "{",
        "}",
        "[",
        "]",
    ]
    + [
        ":",
        "- ",
        "  ",
        "\n",
        "\t",
        "'",
        '"',
        "&a",
        "*a",
        "!!x",
        "#",
        ",",
        "ferritin",
        "\u00b5",
        "0",
    ]
)


def read(name: str, content: bytes) -> Patient | str:
    """The patient, or why the record was refused."""
    try:
        return patient_from(parsed(name, content, RECORD), load(), TODAY)
    except PatientError as error:
        return str(error)


@settings(max_examples=400)
@given(data=st.data())
def test_a_slip_of_the_pen_is_read_or_refused_with_its_line(data: st.DataObject) -> None:
    text = TEXTS[data.draw(st.sampled_from(sorted(TEXTS)))]
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        gone = data.draw(st.integers(0, 12))
        text = text[:at] + data.draw(PIECES | st.text(max_size=4)) + text[at + gone :]
    found = read("r.yaml", text.encode(errors="surrogatepass"))
    assert isinstance(found, Patient) or found.startswith("r.yaml:")


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["yes", "2026-05-01", "1980", "21:30", "23 ng/mL", "sertraline", "irls"])
)
KEYS = st.sampled_from(
    ["id", "person", "born", "sex", "answers", "on", "labs", "results", "ferritin", "medications"]
    + ["drug", "dose", "times", "since", "condition", "items", "1", "nights", "file", "diary", "kg"]
)


@settings(max_examples=200)
@given(
    st.recursive(
        LEAVES,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
        max_leaves=12,
    )
)
def test_any_json_is_read_or_refused_with_its_path(content: object) -> None:
    whole = {"id": "x", "person": {"born": "1980"}}
    if isinstance(content, dict):
        whole |= content
    found = read("r.json", json.dumps(whole).encode())
    assert isinstance(found, Patient) or found.startswith("r.json: ")


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_record_cut_off_anywhere_is_no_other_record(name: str) -> None:
    text = TEXTS[name]
    for end in range(0, len(text), 97):
        found = read("r.yaml", text[:end].encode())
        if isinstance(found, Patient):
            # Cut between entries: what is left is what stands there, as it stands.
            assert (
                found.id == patient_from(parsed("r.yaml", text.encode(), RECORD), load(), TODAY).id
            )
