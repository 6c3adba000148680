"""The patient a start of the app is about: taken up from a record file, unless they are here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ekbom.app.desk import Desk
from ekbom.interop.patient_files import RECORD, read_patient
from ekbom.interop.plain_files import read_plain
from ekbom.interop.scored_nights import written_night
from ekbom.store import facts
from ekbom.store.exchange import record_in


def first_patient(desk: Desk, path: Path, who: str) -> str:
    """The id of the patient of a record file.

    A patient of the same name and birth who is in the store stays as they are: the file is where
    they came from, and the store has gone on since.

    Parameters
    ----------
    desk : Desk
        Store and knowledge.
    path : Path
        A record file; scored nights it names lie beside it.
    who : str
        Who takes them up.

    Raises
    ------
    PatientError
        The file is no record, or wrong somewhere.
    """
    patient = read_patient(path, desk.knowledge, desk.today())
    record: dict[str, Any] = record_in(read_plain(path, RECORD).data)
    named = (str(record["id"]), str(record["person"].get("born", "")))
    for one in desk.everybody():
        if (one.name, one.born) == named:
            return one.id
    # The store has no files beside it: nights of other files are written out.
    if any("file" in night for night in record.get("nights", ())):
        record["nights"] = [written_night(night) for night in patient.nights]
    desk.checked(record)
    with desk.store.writing() as connection:
        return facts.new_person(connection, record, desk.store.stamp(who))
