"""The night in a few plain sentences: what was counted, never what it means for the patient."""

from __future__ import annotations

from collections.abc import Iterator

from ekbom.scoring.indices import Count, StageIndices
from ekbom.scoring.score import EditionResult, NightResult

INTENDED_USE = (
    "This report informs professionals. It counts leg movements by published rules and says on "
    "what each figure rests. It is not a diagnosis and not a medical device."
)


def edition_label(name: str) -> str:
    """Short name of a rule set: ``wasm-2016`` becomes WASM 2016."""
    body, _, version = name.partition("-")
    return f"{body.upper()} {version}".strip()


def span(hours: float) -> str:
    """A length of time in hours, or in minutes where that reads better."""
    return f"{hours:.1f} h" if hours >= 1 else f"{hours * 60:.3g} min"


def plain_summary(result: NightResult) -> Iterator[str]:
    """One sentence about the sleep, then a few about each rule set."""
    yield _about_the_night(result)
    for name, edition in result.editions.items():
        if is_immobilization_test(result):
            yield _about_the_test(edition_label(name), edition)
        else:
            yield " ".join(_about_the_movements(edition_label(name), edition))


def is_immobilization_test(result: NightResult) -> bool:
    """True where any rule set read the recording as a suggested immobilization test."""
    return any(edition.immobilization is not None for edition in result.editions.values())


def _about_the_night(result: NightResult) -> str:
    if is_immobilization_test(result) and result.sleep is not None:
        return (
            f"The test: {result.sleep.time_in_bed_min:.0f} min, "
            f"{result.sleep.minutes['W']:.0f} min of them awake."
        )
    if result.sleep is not None and result.period is not None:
        efficiency = result.sleep.sleep_efficiency_percent
        return (
            f"The night: {span(result.period.hours)} in bed, "
            f"{span(result.sleep.total_sleep_time_min / 60)} of them asleep"
            f"{'' if efficiency is None else f' ({efficiency:.0f} %)'}."
        )
    if result.period is not None:
        return f"The recording: {span(result.period.hours)}, without sleep stages."
    return "How long the night was is not known; only events were given."


def _about_the_test(rules: str, edition: EditionResult) -> str:
    test = edition.immobilization
    if test is None:
        return f"{rules} scores no movements in wake and says nothing about the test."
    count = Count(test.n_periodic, test.finding.value_per_h)
    return (
        f"In {test.minutes_awake:.0f} min awake {_many(count, 'periodic leg movement')} "
        f"{'was' if count.n == 1 else 'were'} counted under {rules}{_an_hour(count)}."
    )


def _about_the_movements(rules: str, edition: EditionResult) -> Iterator[str]:
    groups = edition.indices.by_stage
    sleep = groups.get("sleep")
    if len(edition.night.movements) == 0:
        yield f"Under {rules}, no leg movement was found."
        return
    if sleep is None or not sleep.hours:
        yield _without_sleep(rules, groups["time_in_bed"], sleep)
    else:
        yield from _in_sleep(rules, sleep, edition)
    wake = groups.get("wake")
    if wake is not None and wake.hours and wake.scored is not None:
        yield (
            f"In {span(wake.hours)} awake in bed there "
            f"{'was' if wake.scored.n == 1 else 'were'} {wake.scored.n or 'none'}"
            f"{_an_hour(wake.scored)}."
        )


def _without_sleep(rules: str, whole: StageIndices, sleep: StageIndices | None) -> str:
    why = "no sleep stages are marked" if sleep is None else "there was no sleep"
    periodic = whole.scored.n if whole.scored is not None else 0
    return (
        f"Under {rules}, {_many(whole.candidates, 'candidate leg movement')} "
        f"{'was' if whole.candidates.n == 1 else 'were'} found, "
        f"{f'{periodic} of them in a' if periodic else 'in no'} periodic series; {why}, so no "
        "index per hour of sleep can be given."
    )


def _in_sleep(rules: str, sleep: StageIndices, edition: EditionResult) -> Iterator[str]:
    periodic = sleep.scored or Count(0, None)
    counted = (
        f"In {span(sleep.hours or 0)} of sleep {_many(periodic, 'periodic leg movement')} "
        f"{'was' if periodic.n == 1 else 'were'} counted under {rules}"
    )
    if not periodic.n:
        yield f"{counted}."
        return
    yield f"{counted}: {periodic.per_h:.1f} an hour" + _with_or_without_respiratory(sleep, edition)
    if sleep.scored_arousal is not None:
        arousal = sleep.scored_arousal
        yield f"{arousal.n or 'None'} of them went with an arousal{_an_hour(arousal)}."


def _with_or_without_respiratory(sleep: StageIndices, edition: EditionResult) -> str:
    if not edition.night.annotations.respiratory:
        return "."
    if edition.night.rules.respiratory_movements == "not-scored":
        with_them = 0.0 if sleep.periodic is None else sleep.periodic.per_h or 0.0
        return f", or {with_them:.1f} with those that belong to respiratory events."
    without = sleep.periodic_nonrespiratory
    per_h = 0.0 if without is None else without.per_h or 0.0
    return f", or {per_h:.1f} without those that belong to respiratory events."


def _many(count: Count, what: str) -> str:
    return f"{count.n or 'no'} {what}{'' if count.n == 1 else 's'}"


def _an_hour(count: Count) -> str:
    return "" if count.per_h is None or not count.n else f" ({count.per_h:.1f} an hour)"
