"""Patient records from files: YAML with lines, JSON with paths, scored nights beside them."""

from __future__ import annotations

import importlib.resources
import os
from datetime import date
from pathlib import Path

from ekbom.errors import PatientError
from ekbom.interop.examples import names_in, text_in
from ekbom.interop.plain_files import FileKind, read_plain
from ekbom.interop.scored_nights import read_scored_night
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.strict_yaml import parse
from ekbom.patient.patient import NightSummary, Patient
from ekbom.patient.reading import patient_from

RECORD = FileKind("record", "id and person", "ekbom patient new FILE", PatientError)
_EXAMPLES = "patients"


def read_patient(path: str | os.PathLike[str], knowledge: KnowledgeBase, today: date) -> Patient:
    """A patient record.

    Parameters
    ----------
    path : str or os.PathLike
        YAML, or JSON where the name ends in ``.json``. Scored nights it names are read from the
        folder it is in.
    knowledge : KnowledgeBase
        All sections.
    today : datetime.date
        The day of reading; later facts are refused.

    Raises
    ------
    PatientError
        The file cannot be read, or the record is wrong somewhere; the message says where.
    """
    file = read_plain(path, RECORD)

    def scored_night(name: str, on: date, rules: str) -> NightSummary:
        return read_scored_night(Path(path).parent / name, on, rules)

    return patient_from(file, knowledge, today, scored_night=scored_night)


def template_text() -> str:
    """A record file with every section explained, to be filled in."""
    template = importlib.resources.files("ekbom") / "examples" / "patient-template.yaml"
    return template.read_text(encoding="utf-8")


def example_names() -> tuple[str, ...]:
    """Names of the records that come with the package."""
    return names_in(_EXAMPLES)


def example_text(name: str) -> str:
    """The file of an example record.

    Raises
    ------
    UsageError
        There is no example of this name.
    """
    return text_in(_EXAMPLES, name, "see: ekbom patient examples")


def example_patient(name: str, knowledge: KnowledgeBase, today: date) -> Patient:
    """An example record, read."""
    file = parse(f"{name}.yaml", example_text(name).encode(), PatientError)
    return patient_from(file, knowledge, today)
