"""The model in the demo: the patient's courses over three years, and two nights scored back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ekbom.cli.progress import Progress
from ekbom.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ekbom.knowledge.base import KnowledgeBase
    from ekbom.mechanism.scenarios.scenario import SimulatedCourse, Simulation
    from ekbom.patient.patient import Patient
    from ekbom.recording.synthetic.night import SyntheticNight
    from ekbom.report.demo_summary import NightBack

_N_DRAWS, _SEED, _EVERY_D = 100, 1, 14
# The first half of the night: enough movements to compare, in half the time.
_MOST_HOURS = 4.0
# Legs move slower than this can follow; more would only take longer.
_RATE_HZ = 100.0
_RULES = "wasm-2016"
_TITLE = "The demo patient: untreated, placebo, iron, an alpha-2-delta ligand, an agonist"
_QUESTION = (
    "How do people like this respond on average in the model over three years? Iron by mouth is "
    "among the courses although the record says that it failed; the consultation leaves it out."
)


def show_model(
    folder: Path, patient: Patient, knowledge: KnowledgeBase, as_of: date, hours: float
) -> None:
    """Simulate, write the page, print what it comes to, and close the loop to the scored night."""
    from ekbom.interop.files import write_whole
    from ekbom.report.demo_summary import model_summary, nights_back
    from ekbom.report.simulation.html import render_simulation

    page = folder / "model.html"
    simulation = _simulation(patient, knowledge, as_of)
    write_whole(page, render_simulation([simulation], knowledge).encode())
    print("\n".join(model_summary(simulation)))
    print(f"  page of the model: {page}")
    courses = (simulation.courses[0], simulation.courses[-1])
    in_bed_h = min(hours, _MOST_HOURS)
    nights = [night_back(one, simulation, knowledge, in_bed_h) for one in courses]
    print("\n".join(nights_back(nights, in_bed_h)))
    print()


def _simulation(patient: Patient, knowledge: KnowledgeBase, as_of: date) -> Simulation:
    from ekbom.cli.model_draws import draws_of
    from ekbom.mechanism.scenarios.from_patient import Asked, scenario_of
    from ekbom.mechanism.scenarios.scenario import simulate

    draws = draws_of(knowledge, None, _N_DRAWS, _SEED)
    asked = Asked(n_draws=len(draws), seed=_SEED, variant=draws.variant)
    made = scenario_of(patient, knowledge, as_of, asked)
    if made.scenario is None:
        raise UsageError(f"no scenario of the demo patient: {'; '.join(made.refused)}")
    scenario = replace(made.scenario, title=_TITLE, question=_QUESTION)
    with Progress("simulating", "%") as advance:

        def progress(share: float) -> None:
            advance(100 * share, 100)

        return simulate(scenario, draws, knowledge, every_days=_EVERY_D, progress=progress)


def night_back(
    course: SimulatedCourse, simulation: Simulation, knowledge: KnowledgeBase, hours: float
) -> NightBack:
    """A night drawn from the last day of a course at the median of its draws, and scored.

    Parameters
    ----------
    course : SimulatedCourse
        Of the simulation.
    simulation : Simulation
        Says when the person goes to bed.
    knowledge : KnowledgeBase
        All sections.
    hours : float
        In bed.
    """
    import numpy as np

    from ekbom.recording.synthetic.conditions import preset
    from ekbom.recording.synthetic.drive import movement_process
    from ekbom.recording.synthetic.driven_night import night_of
    from ekbom.recording.synthetic.profiles import profile
    from ekbom.report.demo_summary import NightBack

    bed_h = float(simulation.scenario.person.bed_h)
    # The model's day begins at noon, the night's hours are counted from midnight.
    chance = np.roll(np.median(course.last_day.excitability, axis=-1), 12)
    night = night_of(
        [float(one) for one in chance],
        profile("rls", knowledge),
        movement_process(knowledge),
        preset("clean"),
        np.random.default_rng(_SEED),
        lights_off_h=bed_h,
        lights_on_h=(bed_h + hours) % 24,
        other_movements=False,
        rate_hz=_RATE_HZ,
    )
    index, error = _expected(chance, night, bed_h, knowledge)
    return NightBack(course.name, index, error, _scored(night, knowledge))


def _expected(
    chance: NDArray[np.float64], night: SyntheticNight, bed_h: float, knowledge: KnowledgeBase
) -> tuple[float, float]:
    """PLMS index the model gives the stages of a night, and its sampling error."""
    import numpy as np

    from ekbom.mechanism.movement_index import MovementIndex
    from ekbom.mechanism.movements import night_plms_index
    from ekbom.recording.synthetic.drive import hours_by_clock_and_stage
    from ekbom.terms import SleepStage

    stages = (SleepStage.N1, SleepStage.N2, SleepStage.N3, SleepStage.R)
    movements = MovementIndex.of(knowledge)
    index, error = night_plms_index(
        np,
        chance,
        hours_by_clock_and_stage(night.sleep, bed_h, stages),
        np.array(movements.stage_factors),
        movements.intervals,
        movements.fewest_movements,
    )
    return float(index), float(error)


def _scored(night: SyntheticNight, knowledge: KnowledgeBase) -> float | None:
    """PLMS index as scoring finds it in the signals of the legs."""
    from ekbom.knowledge.labels import LegLabels
    from ekbom.recording.channels import find_legs
    from ekbom.scoring.measure import measure_legs
    from ekbom.scoring.score import score_recording
    from ekbom.scoring.settings import settings

    chosen, recording = settings(knowledge, _RULES), night.recording()
    legs = find_legs(recording, LegLabels.of(knowledge))
    levels = measure_legs(legs, None, chosen.detection)
    scored = score_recording(recording, legs, levels, night.annotations, chosen)
    found = scored.editions[_RULES].indices.by_stage["sleep"].scored
    return None if found is None else found.per_h
