"""The list of patients: found by name, told apart where two have one name."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ekbom.store.facts import Fact, record_of

# What is there, in the order in which it is said: one, and several.
_COUNTED = (
    ("answers", "visit", "visits"),
    ("labs", "draw", "draws"),
    ("medications", "medicine", "medicines"),
    ("conditions", "condition", "conditions"),
    ("questionnaires", "questionnaire", "questionnaires"),
    ("diary", "spell in the diary", "spells in the diary"),
    ("nights", "night", "nights"),
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One patient in the list.

    Parameters
    ----------
    id, name, born, sex : str
        As in the store and in the record.
    holds : str
        What is there, in a line; empty where only the person is.
    changed_at, changed_by : str
        When something was last stated (UTC), and by whom.
    taken_up_at : str
        When the person was taken up (UTC).
    """

    id: str
    name: str
    born: str
    sex: str
    holds: str
    changed_at: str
    changed_by: str
    taken_up_at: str


def listed(person_id: str, standing: tuple[Fact, ...], history: tuple[Fact, ...]) -> Listed:
    """A patient as the list shows them.

    Parameters
    ----------
    person_id : str
        In the store.
    standing, history : tuple of Fact
        Those that stand, and every one ever stated.
    """
    record = record_of(standing)
    return Listed(
        id=person_id,
        name=str(record["id"]),
        born=str(record["person"].get("born", "")),
        sex=record["person"].get("sex") or "",
        holds=", ".join(
            f"{len(record[section])} {one if len(record[section]) == 1 else several}"
            for section, one, several in _COUNTED
            if section in record
        ),
        changed_at=history[-1].stated_at,
        changed_by=history[-1].stated_by,
        taken_up_at=history[0].stated_at,
    )


def found_by(name: str, everybody: Sequence[Listed]) -> list[Listed]:
    """Those whose name holds a text, whatever its case and accents.

    Parameters
    ----------
    name : str
        What is looked for; empty finds everybody.
    everybody : sequence of Listed
        In any order, which is kept.
    """
    wanted = _plain(name)
    return [one for one in everybody if wanted in _plain(one.name)]


def of_one_name(everybody: Sequence[Listed]) -> frozenset[str]:
    """Ids of those who share their name with somebody else."""
    count = Counter(_plain(one.name) for one in everybody)
    return frozenset(one.id for one in everybody if count[_plain(one.name)] > 1)


def _plain(text: str) -> str:
    """Without case, accents and needless spaces."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(one for one in parts if not unicodedata.combining(one)).split())
