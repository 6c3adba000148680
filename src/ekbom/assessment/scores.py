"""What a filled questionnaire comes to, and how it stands against its limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, by_rule, labelled
from ekbom.assessment.person import is_adult
from ekbom.caveats import Caveat
from ekbom.errors import UsageError
from ekbom.knowledge.binding import Param
from ekbom.knowledge.instruments import Instrument
from ekbom.knowledge.parameters import Sourced
from ekbom.logic import Fact, Missing, Truth, any_of, at_least
from ekbom.patient.patient import FilledQuestionnaire


@dataclass(frozen=True, slots=True)
class ScoreLimits:
    """Smallest totals that count as at least moderate or abnormal, by instrument."""

    edition: str
    irls: Annotated[int, Param("severity/irls", "1")]
    jhrlss: Annotated[int, Param("severity/jhrlss", "1")]
    cgi_severity: Annotated[int, Param("severity/cgi-severity", "1")]
    isi: Annotated[int, Param("severity/isi", "1")]
    psqi: Annotated[int, Param("severity/psqi", "1")]
    ess: Annotated[int, Param("severity/ess", "1")]
    phq_9: Annotated[int, Param("severity/phq-9", "1")]
    gad_7: Annotated[int, Param("severity/gad-7", "1")]
    stop_bang: Annotated[int, Param("severity/stop-bang", "1")]
    provenance: Mapping[str, Sourced] = field(repr=False)

    def of(self, instrument_id: str) -> Sourced | None:
        """The limit of an instrument; None where none is on file."""
        return self.provenance.get(instrument_id.replace("-", "_"))


@dataclass(frozen=True, slots=True)
class ScoreRules:
    """How scores of one patient are compared, and which item asks about self-harm."""

    edition: str
    irls_change_in_one_patient: Annotated[float, Param("severity/irls-change-in-one-patient", "1")]
    score_stale_after_d: Annotated[float, Param("severity/score-stale-after", "d")]
    self_harm_item: Annotated[int, Param("severity/self-harm-item", "1")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Score:
    """What a filled questionnaire comes to.

    Parameters
    ----------
    total : float or None
        Sum of the items, or the total on record; None where items are missing or the instrument
        has no total.
    missing : tuple of int
        Numbers of the items that were not answered; empty where only a total is on record.
    """

    total: float | None
    missing: tuple[int, ...]


def scores(filled: FilledQuestionnaire, instrument: Instrument) -> Score:
    """The score of a filled questionnaire; a missing item is never counted as zero.

    Raises
    ------
    UsageError
        An item the instrument does not have, or a score outside its range.
    """
    numbers = range(1, instrument.items + 1)
    for number, score in filled.items.items():
        if number not in numbers:
            raise UsageError(
                f"item {number} of {instrument.name}", expected=f"1 to {instrument.items}"
            )
        if not instrument.item_minimum <= score <= instrument.item_maximum:
            raise UsageError(
                f"item {number} of {instrument.name} is {score:g}",
                expected=f"{instrument.item_minimum:g} to {instrument.item_maximum:g}",
            )
    missing = tuple(n for n in numbers if n not in filled.items) if filled.items else ()
    if instrument.total == "none":
        return Score(None, missing)
    if filled.items and not missing:
        return Score(float(sum(filled.items.values())), ())
    return Score(None if missing else filled.total, missing)


# The latest score ----------------------------------------------------------------------------


def score_limit(case: Case, instrument_id: str) -> Sourced | None:
    """Smallest total of an instrument that counts as at least moderate or abnormal."""
    return case.fixed_limits(ScoreLimits).of(instrument_id)


def graded_score(case: Case, instrument: Instrument, rule: str = "R-SEV-01") -> Finding:
    """The latest score of an instrument against its limit, with the band as state.

    Parameters
    ----------
    case : Case
        The patient on the day.
    instrument : Instrument
        One with a limit on file.
    rule : str, optional
        Rule whose words are used.
    """
    limit = score_limit(case, instrument.id)
    if limit is None:
        raise UsageError(f"no limit of {instrument.name}", expected="an instrument with one")
    filled = fillings(case, instrument)[-1:]
    fact, state = total_as_fact(instrument, filled[0] if filled else None)
    compared = at_least(fact, limit)
    if compared.truth is Truth.UNKNOWN:
        compared = replace(compared, missing=(to_fill(instrument, filled),))
    statement = f"{instrument.name} ({instrument.measures}) is at least moderate or abnormal"
    conclusion = any_of(statement, compared).named(f"{rule}:{instrument.id}", statement)
    if filled:
        conclusion = conclusion.with_caveat(*caveats_of(case, instrument, filled[0]))
    name = f"{instrument.name}: {instrument.measures}"
    return labelled(by_rule(case, conclusion, state=state, name=name), instrument.measures)


def fillings(case: Case, instrument: Instrument) -> list[FilledQuestionnaire]:
    """Fillings of an instrument, oldest first."""
    found = [q for q in case.patient.questionnaires if q.instrument == instrument.id]
    return sorted(found, key=lambda filled: filled.on)


def fits_age(case: Case, instrument: Instrument) -> bool:
    """Whether a scale was filled in, or may be asked for: those on file were made for adults."""
    return bool(fillings(case, instrument)) or is_adult(case).truth is not Truth.NO


def total_as_fact(instrument: Instrument, filled: FilledQuestionnaire | None) -> tuple[Fact, str]:
    """The total as a fact, and the band or what is missing in a word or two."""
    key = f"questionnaire:{instrument.id}"
    if filled is None:
        return Fact(key, instrument.name, unit="1"), "not filled in"
    score = scores(filled, instrument)
    fact = Fact(key, instrument.name, score.total, "1", filled.on, filled.path)
    if score.total is None:
        return fact, _items_missing(score) or "not filled in"
    bands = [b.name for b in instrument.bands if b.lowest <= score.total <= b.highest]
    return fact, f"{bands[0]} ({score.total:g})" if bands else f"score {score.total:g}"


def _items_missing(score: Score) -> str:
    if not score.missing:
        return ""
    plural = "s" if len(score.missing) > 1 else ""
    return f"item{plural} {', '.join(map(str, score.missing))} missing"


def to_fill(instrument: Instrument, filled: list[FilledQuestionnaire]) -> Missing:
    """What to fill in: the items left out, or the whole of it."""
    missing = _items_missing(scores(filled[0], instrument)) if filled else ""
    ask = f"{instrument.name}: {missing}" if missing else f"A filled {instrument.name}"
    return Missing(f"questionnaire:{instrument.id}", ask)


def caveats_of(case: Case, instrument: Instrument, filled: FilledQuestionnaire) -> Iterator[Caveat]:
    """That a score is old, or of a scale that was not made for this person."""
    age_d = (case.as_of - filled.on).days
    if age_d > score_rules(case).score_stale_after_d:
        yield Caveat("old-score", f"The latest {instrument.name} is {age_d} days old.")
    if is_adult(case).truth is Truth.NO:
        yield Caveat("scale-for-adults", f"The {instrument.name} was made for adults.")


def score_rules(case: Case) -> ScoreRules:
    """How scores are compared; the same under every edition."""
    return case.fixed_limits(ScoreRules)
