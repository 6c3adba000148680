"""A night in a store as scoring leaves it there, without a worker."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np

from ekbom.app.nights.files import cache_of
from ekbom.app.nights.measured import write_measured
from ekbom.app.nights.scoring_options import Asked
from ekbom.knowledge.loading import load
from ekbom.recording.synthetic.conditions import preset
from ekbom.recording.synthetic.night import SyntheticNight, simulate_night
from ekbom.recording.synthetic.profiles import SECTIONS, profile
from ekbom.report.results import as_json
from ekbom.scoring.score import NightResult
from ekbom.store import blobs, jobs, nights, results
from ekbom.store.results import Made
from ekbom.store.store import Store

SHORT_S = 2700


def short() -> SyntheticNight:
    """Three quarters of an hour of a patient with restless legs."""
    rng, hours = np.random.default_rng(3), SHORT_S / 3600
    rls = profile("rls", load(SECTIONS))
    return simulate_night(rls, preset("clean"), rng, hours=hours, rate_hz=256.0)


def add_measured(store: Store, person_id: str, recording: Path, scored: NightResult) -> str:
    """Id of a night of a person, added, scored and measured."""
    stamp = store.stamp("Dr Example")
    blob = blobs.kept(store.recordings, recording.read_bytes())
    content = json.dumps(as_json(scored), allow_nan=False).encode()
    result = blobs.kept(store.results, content)
    with store.writing() as connection:
        files, labels = (blob, None), ("night.edf", "")
        night_id = nights.add_night(connection, person_id, files, labels, date(2026, 5, 12), stamp)
        whose = (person_id, night_id)
        job_id = jobs.ask(connection, "score", whose, Asked().as_arguments(), stamp)
        jobs.tell(connection, job_id, stamp, state="done", share_done=1.0, says="done")
        made = Made({}, scored.settings.knowledge_hash, {}, "test")
        results.keep(connection, "night", whose, result.sha256, made, stamp)
    cache_of(store, night_id).mkdir(parents=True)
    write_measured(cache_of(store, night_id), scored)
    return night_id
