"""Labels met in recordings mean what they should, and nothing is guessed."""

from __future__ import annotations

from typing import Any

import pytest

from ekbom.errors import KnowledgeError
from ekbom.knowledge.labels import AnnotationTexts, EcgLabels, LegLabels
from ekbom.knowledge.loading import load, load_folder
from ekbom.terms import EventKind, Side, SleepStage

BASE = load(("labels",))
LEGS = LegLabels.of(BASE)
ECG = EcgLabels.of(BASE)
TEXTS = AnnotationTexts.of(BASE)

PAIRS = [
    ("EMG LAT", "EMG RAT"),
    ("LAT", "RAT"),
    ("PLMl", "PLMr"),
    ("PLM l", "PLM r"),
    ("Leg/L", "Leg/R"),
    ("LLEG", "RLEG"),
    ("EMG Ant Tibial L", "EMG Ant Tibial R"),
    ("SX1-SX2", "DX1-DX2"),
    ("Tib Sx", "Tib Dx"),
    ("EMG LLEG+-LLEG-", "EMG RLEG+-RLEG-"),
    ("Leg L", "Leg R"),
    ("LegL", "LegR"),
    ("Left Leg", "Right Leg"),
    ("Leg Left", "Leg Right"),
    ("Tibialis L", "Tibialis R"),
    ("L Tib", "R Tib"),
    ("EMG LEG-L", "EMG LEG-R"),
]


@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_label_of_each_leg(left: str, right: str) -> None:
    assert (LEGS.side_of(left), LEGS.side_of(right)) == (Side.LEFT, Side.RIGHT)
    assert not LEGS.is_ambiguous(left)
    assert not LEGS.is_ambiguous(right)


@pytest.mark.parametrize("label", ["emg lat", "EMG  LAT", "  EMG LAT ", "Emg\tLat"])
def test_case_and_runs_of_white_space_do_not_matter(label: str) -> None:
    assert LEGS.side_of(label) is Side.LEFT


@pytest.mark.parametrize(
    "label", ["Leg", "Leg 1", "Leg 2", "EMG", "LEMG", "TIB", "PLM", "LAT-RAT", "EMG LLEG-RLEG"]
)
def test_an_ambiguous_label_is_never_given_a_side(label: str) -> None:
    assert LEGS.side_of(label) is None
    assert LEGS.is_ambiguous(label)


@pytest.mark.parametrize("label", ["", "EMG chin", "C4-M1", "LATERAL", "LLEG1", "SX1", "SaO2"])
def test_another_label_is_neither_a_leg_nor_ambiguous(label: str) -> None:
    assert LEGS.side_of(label) is None
    assert not LEGS.is_ambiguous(label)


def test_every_left_label_has_its_right_twin() -> None:
    sides = list(LEGS.sides.values())
    unpaired = {"tib sin"}
    assert sides.count(Side.LEFT) == sides.count(Side.RIGHT) + len(unpaired & set(LEGS.sides))


@pytest.mark.parametrize("label", ["ECG", "EKG", "ecg", "ECG1-ECG2", "ECG II", "EKG1-EKG2"])
def test_label_of_the_ecg(label: str) -> None:
    assert ECG.matches(label)


@pytest.mark.parametrize("label", ["", "EEG", "EMG LAT", "SaO2", "ECG artefact"])
def test_another_label_is_not_the_ecg(label: str) -> None:
    assert not ECG.matches(label)


def test_the_most_wanted_ecg_label_comes_first() -> None:
    assert ECG.labels[0] == "ECG"


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("Sleep stage W", SleepStage.W),
        ("Sleep stage N1", SleepStage.N1),
        ("Sleep stage N2", SleepStage.N2),
        ("Sleep stage N3", SleepStage.N3),
        ("Sleep stage R", SleepStage.R),
        ("Sleep stage REM", SleepStage.R),
        ("Sleep stage ?", SleepStage.UNSCORED),
        ("sleep  stage n2", SleepStage.N2),
        ("REM", SleepStage.R),
        ("Wake|0", SleepStage.W),
    ],
)
def test_text_of_a_stage(text: str, stage: SleepStage) -> None:
    meaning = TEXTS.meaning(text)
    assert meaning is not None
    assert (meaning.stage, meaning.kind, meaning.caveat) == (stage, None, "")


@pytest.mark.parametrize(
    ("number", "stage"),
    [("1", SleepStage.N1), ("2", SleepStage.N2), ("3", SleepStage.N3), ("4", SleepStage.N3)],
)
def test_stages_of_rechtschaffen_and_kales_carry_a_caveat(number: str, stage: SleepStage) -> None:
    for text in (f"Sleep stage {number}", f"Stage {number} sleep|{number}"):
        meaning = TEXTS.meaning(text)
        assert meaning is not None
        assert (meaning.stage, meaning.caveat) == (stage, "rechtschaffen-kales-stages")


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("Limb movement", None),
        ("Leg movement", None),
        ("LM", None),
        ("PLM", None),
        ("Limb Movement (Left)", Side.LEFT),
        ("Limb Movement (Right)", Side.RIGHT),
        ("Periodic leg movement - left", Side.LEFT),
        ("Periodic leg movement - right", Side.RIGHT),
        ("Limb movement - right|Limb Movement (Right)", Side.RIGHT),
        ("PLM (Left)", Side.LEFT),
    ],
)
def test_text_of_a_leg_movement_gives_the_leg_where_it_names_one(
    text: str, side: Side | None
) -> None:
    meaning = TEXTS.meaning(text)
    assert meaning is not None
    assert (meaning.kind, meaning.side) == (EventKind.LEG_MOVEMENT, side)


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        (
            EventKind.AROUSAL,
            [
                "EEG arousal",
                "Arousal",
                "Arousal (PLM)",
                "PLM Arousal (EEG)",
                "LM Arousal (EEG)",
                "Respiratory Arousal (EEG)",
                "Spontaneous arousal",
                "Arousal|Arousal ()",
                "AROUSAL-PLM",
            ],
        ),
        (
            EventKind.APNEA,
            ["Apnea", "Obstructive apnea", "Central apnoea", "Mixed Apnea", "OBSTRUCTIVE APNOEA"],
        ),
        (
            EventKind.HYPOPNEA,
            ["Hypopnea", "Hypopnoea", "Obstructive hypopnea", "Central hypopnoea"],
        ),
        (EventKind.RERA, ["RERA", "Respiratory effort related arousal|RERA"]),
        (EventKind.LIGHTS_OFF, ["Lights off"]),
        (EventKind.LIGHTS_ON, ["Lights on"]),
    ],
)
def test_text_of_an_event(kind: EventKind, texts: list[str]) -> None:
    for text in texts:
        meaning = TEXTS.meaning(text)
        assert meaning is not None, text
        assert (meaning.kind, meaning.stage) == (kind, None), text


@pytest.mark.parametrize("text", ["", "|", "W", "R", "Movement", "Unsure|Unsure", "Arousal (EMG)"])
def test_a_text_of_more_than_one_meaning_has_none(text: str) -> None:
    assert TEXTS.meaning(text) is None


TABLE = """\
id: labels/{name}
name: A table
definition: What a row says.
source: book
place: page 1
mark: design
checked: {{on: 2026-11-22, by: somebody}}
columns:
{columns}
rows:
{rows}
"""


@pytest.mark.parametrize(
    ("name", "columns", "rows", "said"),
    [
        ("leg-channels", "label side", ["LAT up"], "side is 'up'"),
        ("leg-channels", "label side", ["LAT left", "lat left"], "matches an earlier row"),
        ("annotation-texts", "text kind stage", ["LM", "LM"], "stands twice"),
        ("annotation-texts", "text kind stage", ["LM"], "a kind and a stage, or neither"),
        ("annotation-texts", "text kind stage", ["LM arousal N1"], "a kind and a stage"),
        ("annotation-texts", "text kind stage", ["LM twitch"], "kind is 'twitch'"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(
    folder: Any, name: str, columns: str, rows: list[str], said: str
) -> None:
    names = columns.split()
    cells = [dict(zip(names, row.split(), strict=False)) for row in rows]
    text = TABLE.format(
        name=name,
        columns="\n".join(f"  {column}: A column." for column in names),
        rows="\n".join(
            "  - {" + ", ".join(f"{key}: {value}" for key, value in row.items()) + "}"
            for row in cells
        ),
    )
    folder.write(f"labels/{name}.yaml", text)
    reader = LegLabels if name == "leg-channels" else AnnotationTexts
    with pytest.raises(KnowledgeError, match=said):
        reader.of(load_folder(folder.path))
