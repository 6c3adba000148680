"""From files that came in to a night of a patient: what they hold, what is chosen, what is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from ekbom.app.desk import Desk, Person
from ekbom.app.nights.deliveries import Delivery
from ekbom.app.nights.files import asked_of
from ekbom.app.nights.scoring_options import Asked
from ekbom.errors import AnnotationError, ChannelError, PatientError
from ekbom.interop.annotations import Vocabulary
from ekbom.interop.edf import read_recording, signal_table
from ekbom.interop.night import read_marks
from ekbom.interop.scored_nights import night_began
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.labels import LegLabels
from ekbom.recording.annotation_checks import check_against, check_lights
from ekbom.recording.channels import Legs, find_legs
from ekbom.recording.events import Annotations
from ekbom.recording.recording import Recording
from ekbom.store import jobs, nights
from ekbom.store.errors import ConflictError
from ekbom.store.nights import Night
from ekbom.store.stamp import Stamp


@dataclass(frozen=True, slots=True)
class Examined:
    """What the files of a night hold.

    Parameters
    ----------
    recording : Recording
        Its signals; no sample was read.
    legs : Legs or None
        Those that would be scored; None where that is not to be told.
    legs_error : ChannelError or None
        Why.
    marked : Annotations
        Stages and events, of all files.
    began_on : datetime.date or None
        The evening as the recording has it.
    """

    recording: Recording
    legs: Legs | None
    legs_error: ChannelError | None
    marked: Annotations
    began_on: date | None


def examined(delivery: Delivery, asked: Asked, knowledge: KnowledgeBase) -> Examined:
    """Look into the files as scoring will, short of measuring.

    Parameters
    ----------
    delivery : Delivery
        The files.
    asked : Asked
        What was chosen so far.
    knowledge : KnowledgeBase
        How labels and texts are understood.

    Raises
    ------
    RecordingError
        The recording cannot be trusted.
    AnnotationError
        What is marked cannot be read, or contradicts the recording.
    """
    path = delivery.files["recording"].arriving.path
    recording = read_recording(path)
    left, right = asked.left or None, asked.right or None
    legs, legs_error = None, None
    try:
        legs = find_legs(recording, LegLabels.of(knowledge), left, right, signal_table(path))
    except ChannelError as error:
        legs_error = error
    vocabulary = Vocabulary.of(knowledge, left, right)
    return Examined(
        recording=recording,
        legs=legs,
        legs_error=legs_error,
        marked=_marked(path, delivery, asked, vocabulary, recording.duration_s),
        began_on=_evening(recording),
    )


def _marked(
    recording: Path, delivery: Delivery, asked: Asked, vocabulary: Vocabulary, duration_s: float
) -> Annotations:
    paths = {kind: file.arriving.path for kind, file in delivery.files.items()}
    # Without the length of an epoch a list of stages has no times.
    stages = paths.get("stages") if asked.epoch_s is not None else None
    epoch_s = asked.epoch_s if stages is not None else None
    marked = read_marks(recording, paths.get("marks"), stages, epoch_s, vocabulary)
    return check_lights(check_against(marked, duration_s))


def _evening(recording: Recording) -> date | None:
    return None if recording.start is None else night_began(recording.start, recording.name)


def same_recording(connection: Connection, person_id: str, sha256: str) -> tuple[Night, ...]:
    """Nights of a patient made from this recording already, and not withdrawn."""
    every = nights.standing_nights_of(connection, person_id)
    return tuple(night for night in every if night.recording == sha256)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody said of a night before it is kept.

    Parameters
    ----------
    began_on : datetime.date
        The evening it began.
    asked : Asked
        What it is scored with.
    is_second_reading : bool
        The same recording should stand here once more, with other marks or legs.
    """

    began_on: date
    asked: Asked
    is_second_reading: bool


def added(desk: Desk, person: Person, delivery: Delivery, chosen: Chosen, stamp: Stamp) -> str:
    """Keep a night and ask for its scoring; the delivery is empty then.

    Parameters
    ----------
    desk, person
        Where, and whose.
    delivery : Delivery
        Its files.
    chosen : Chosen
        What was said of it.
    stamp : Stamp
        Who and when.

    Returns
    -------
    str
        Id of the night.

    Raises
    ------
    PatientError
        The evening cannot be.
    ChannelError, AnnotationError, RecordingError
        It could not be scored like this.
    ConflictError
        It is here already.
    """
    _check_evening(chosen.began_on, person, desk.today())
    found = examined(delivery, chosen.asked, desk.knowledge)
    if found.legs_error is not None:
        raise found.legs_error
    _check_stages(delivery, chosen.asked)
    with desk.store.reading() as connection:
        _check_new(connection, person.id, delivery, chosen)
    # Files are on the disk before a row speaks of them.
    for file in delivery.files.values():
        file.kept()
    with desk.store.writing() as connection:
        _check_new(connection, person.id, delivery, chosen)
        night_id = _rows(connection, person.id, delivery, chosen, stamp)
    delivery.files.clear()
    return night_id


def _rows(
    connection: Connection, person_id: str, delivery: Delivery, chosen: Chosen, stamp: Stamp
) -> str:
    recording, marks = delivery.files["recording"], delivery.files.get("marks")
    blobs = (recording.kept(), None if marks is None else marks.kept())
    labels = (recording.label, "" if marks is None else marks.label)
    night_id = nights.add_night(connection, person_id, blobs, labels, chosen.began_on, stamp)
    if "stages" in delivery.files:
        nights.keep_recording(connection, delivery.files["stages"].kept(), stamp)
    arguments = chosen.asked.as_arguments()
    jobs.ask(connection, "score", (person_id, night_id), arguments, stamp)
    return night_id


def _check_evening(began_on: date, person: Person, today: date) -> None:
    born = person.patient.person.born.first
    if not born <= began_on <= today:
        raise PatientError(
            f"the evening of {began_on} lies {'before birth' if began_on < born else 'ahead'}",
            expected="the evening on which the recording began",
            what_to_do="many recordings carry a made-up date: write the true one",
        )


def _check_stages(delivery: Delivery, asked: Asked) -> None:
    if "stages" in delivery.files and asked.epoch_s is None:
        raise AnnotationError(
            "how long an epoch of the list of stages is was not said",
            expected="seconds, as the laboratory scores",
            where=delivery.files["stages"].label,
            what_to_do="write the length of an epoch",
        )


def _check_new(connection: Connection, person_id: str, delivery: Delivery, chosen: Chosen) -> None:
    marks = delivery.files["marks"].sha256 if "marks" in delivery.files else ""
    for night in same_recording(connection, person_id, delivery.files["recording"].sha256):
        is_same = night.marks == marks and _alike(asked_of(connection, night.id), chosen.asked)
        if is_same or not chosen.is_second_reading:
            raise ConflictError(
                f"this recording is here already: the night of {night.began_on}, added by "
                f"{night.made_by}",
                what_to_do="open that night"
                if is_same
                else "open that night; or say below that this is a second reading of it",
            )


def _alike(one: Asked, other: Asked) -> bool:
    """The same but for what a file was called."""
    return {**one.as_arguments(), "stages_label": ""} == {
        **other.as_arguments(),
        "stages_label": "",
    }
