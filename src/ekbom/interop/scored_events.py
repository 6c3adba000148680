"""A scored night as marks: what every reader of ekbom, and other programs, understand."""

from __future__ import annotations

from io import BytesIO
from typing import Final

import edfio

from ekbom.interop.edf_writing import START_DATE, edf_annotations
from ekbom.recording.events import Annotations, Event
from ekbom.scoring.measure import night_gaps
from ekbom.scoring.score import NightResult
from ekbom.terms import EventKind

# Texts that every scorer's program knows; those of a file may hold more than what they mark.
_TEXTS: Final = {
    EventKind.LEG_MOVEMENT: "Limb movement",
    EventKind.AROUSAL: "Arousal",
    EventKind.APNEA: "Apnea",
    EventKind.HYPOPNEA: "Hypopnea",
    EventKind.RERA: "RERA",
    EventKind.LIGHTS_OFF: "Lights off",
    EventKind.LIGHTS_ON: "Lights on",
}


def scored_events(result: NightResult, rules: str) -> Annotations:
    """The movements of each leg of a scored night, with its stages, events and gaps.

    Scored as marks by the same rules they give the same movements again.

    Parameters
    ----------
    result : NightResult
        The night.
    rules : str
        The edition whose movements are meant.
    """
    marked = result.annotations
    # No series crosses them, in these marks neither.
    gaps = night_gaps(result.legs, marked)
    events = [
        Event(each.kind, each.onset_s, each.duration_s, _TEXTS[each.kind])
        for each in marked.events
        if each.kind is not EventKind.LEG_MOVEMENT
    ]
    events += [
        Event(
            EventKind.LEG_MOVEMENT,
            part.onset_s,
            part.offset_s - part.onset_s,
            _TEXTS[EventKind.LEG_MOVEMENT],
            str(part.side),
            part.side,
        )
        for parts in result.editions[rules].night.movements.parts
        for part in parts
    ]
    return Annotations(
        tuple(sorted(events, key=lambda event: event.onset_s)),
        marked.hypnogram,
        result.name,
        start=result.start,
        gaps=tuple((gap.start_s, gap.end_s) for gap in gaps),
    )


def annotations_edf(marked: Annotations) -> bytes:
    """An EDF+ file that holds marks alone; with the date of the recording and no name.

    Parameters
    ----------
    marked : Annotations
        Stages and events; without a start their moments count from an invented evening.
    """
    start = marked.start
    edf = edfio.Edf(
        [],
        patient=edfio.Patient(),
        recording=edfio.Recording(startdate=START_DATE if start is None else start.date()),
        starttime=None if start is None else start.time(),
        annotations=list(edf_annotations(marked)),
    )
    file = BytesIO()
    edf.write(file)
    return file.getvalue()
