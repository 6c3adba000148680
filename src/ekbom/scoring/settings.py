"""All settings of one scoring, filled from the knowledge base and the caller's choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ekbom.caveats import Caveat
from ekbom.errors import UsageError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.binding import bind, slice_fields
from ekbom.recording.ecg import EcgSettings
from ekbom.recording.emg import EnvelopeSettings
from ekbom.scoring.leg_movements import MorphologyRule, MovementThresholds
from ekbom.scoring.limits import ImmobilizationLimits, PlmsLimits
from ekbom.scoring.quality import QualityLimits
from ekbom.scoring.resting_level import RestingLevelSettings
from ekbom.scoring.rules import FerriPeriodicity, HistogramBins, PlmRules, RespiratoryWindow

# The names a caller says, and the editions they stand for.
RULES = ("wasm-2016", "aasm-3")
DETECTORS = {"envelope": "ekbom-detector-1", "literal": "literal-samples-1"}
WINDOWS = {"wasm": "wasm-2016", "narrow": "wasm-2016-narrow", "aasm": "aasm-3"}
SECTIONS = ("scoring", "detection", "bands", "labels")


@dataclass(frozen=True, slots=True)
class DetectionSettings:
    """Stage one: signal to level above rest; and what is said of its quality."""

    envelope: EnvelopeSettings
    ecg: EcgSettings
    rest: RestingLevelSettings
    morphology: MorphologyRule
    quality: QualityLimits


@dataclass(frozen=True, slots=True)
class EditionSettings:
    """Stage two and the rules: one edition of the standards."""

    name: str
    thresholds: MovementThresholds
    rules: PlmRules
    window: RespiratoryWindow


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a scoring needs to know, and which knowledge it came from."""

    detection: DetectionSettings
    editions: tuple[EditionSettings, ...]
    periodicity: FerriPeriodicity
    bins: HistogramBins
    plms_limits: PlmsLimits
    immobilization: ImmobilizationLimits
    knowledge_hash: str


def settings(
    base: KnowledgeBase,
    rules: str = "wasm-2016",
    *,
    window: str | None = None,
    detector: str = "envelope",
    overrides: Mapping[str, object] | None = None,
) -> Settings:
    """Settings for one edition, or for all side by side.

    Parameters
    ----------
    base : KnowledgeBase
        Knowledge with the sections of ``SECTIONS``.
    rules : str
        ``wasm-2016``, ``aasm-3`` or ``all``.
    window : str, optional
        Respiratory window ``wasm``, ``narrow`` or ``aasm``; by default each edition's own.
    detector : str
        ``envelope``, or ``literal`` for the rule applied to single samples.
    overrides : Mapping of str to object, optional
        Values or choices by field name of `PlmRules` or `MovementThresholds`.

    Raises
    ------
    UsageError
        For a name that is none of the above.
    """
    names = RULES if rules == "all" else (rules,)
    _check("rule set", rules, (*RULES, "all"))
    _check("detector", detector, tuple(DETECTORS))
    if window is not None:
        _check("respiratory window", window, tuple(WINDOWS))
    return Settings(
        detection=_detection(base, DETECTORS[detector]),
        editions=tuple(_edition(base, name, window, overrides or {}) for name in names),
        periodicity=bind(FerriPeriodicity, base, "ferri-2006"),
        bins=bind(HistogramBins, base, "wasm-2016"),
        plms_limits=bind(PlmsLimits, base, "icsd-3"),
        immobilization=bind(ImmobilizationLimits, base, "montplaisir-1998"),
        knowledge_hash=base.content_hash,
    )


def _detection(base: KnowledgeBase, edition: str) -> DetectionSettings:
    return DetectionSettings(
        envelope=bind(EnvelopeSettings, base, edition),
        ecg=bind(EcgSettings, base, edition),
        rest=bind(RestingLevelSettings, base, edition),
        morphology=bind(MorphologyRule, base, edition),
        quality=bind(QualityLimits, base, edition),
    )


# No value of the first may be above that of the second.
_ORDERED = (
    ("end_above_rest_uv", "onset_above_rest_uv"),
    ("leg_movement_min_s", "leg_movement_max_s"),
    ("imi_min_s", "imi_max_s"),
)


def _check_order(edition: EditionSettings) -> None:
    values = {**edition.thresholds.provenance, **edition.rules.provenance}
    for low, high in _ORDERED:
        if float(values[low].value) > float(values[high].value):
            raise UsageError(
                f"{low} is {values[low].value} and {high} is {values[high].value}",
                expected=f"{low} not above {high}",
                where=edition.name,
            )


def _edition(
    base: KnowledgeBase, name: str, window: str | None, overrides: Mapping[str, object]
) -> EditionSettings:
    given = _split(overrides)
    edition = EditionSettings(
        name=name,
        thresholds=bind(MovementThresholds, base, name, given[MovementThresholds]),
        rules=bind(PlmRules, base, name, given[PlmRules]),
        window=bind(RespiratoryWindow, base, WINDOWS[window] if window else name),
    )
    _check_order(edition)
    return edition


def settings_caveats(settings: Settings) -> list[Caveat]:
    """What a reader must know of the numbers a night was scored by."""
    caveats = []
    if settings.detection.envelope.edition == DETECTORS["literal"]:
        caveats.append(
            Caveat(
                "literal-detector",
                "The rule was applied to single samples, for comparison: one noise sample above "
                "the end threshold keeps a movement open, so noisy legs lose their movements.",
            )
        )
    for edition in settings.editions:
        values = {**edition.rules.provenance, **edition.thresholds.provenance}
        values |= {f"respiratory_{k}": v for k, v in edition.window.provenance.items()}
        recalled = [name for name, value in values.items() if value.mark == "recalled"]
        changed = [f"{k} = {v.value}" for k, v in values.items() if v.mark == "override"]
        if recalled:
            caveats.append(
                Caveat(
                    "recalled-values",
                    f"{len(recalled)} of {len(values)} values are recalled: they were not checked "
                    "against the text of the standard.",
                    edition.name,
                )
            )
        if changed:
            caveats.append(
                Caveat(
                    "changed-options", f"changed by the caller: {', '.join(changed)}.", edition.name
                )
            )
    return caveats


def _check(what: str, name: str, allowed: tuple[str, ...]) -> None:
    if name not in allowed:
        raise UsageError(f"{what} {name!r} is not known", expected=f"one of {', '.join(allowed)}")


def _split(overrides: Mapping[str, object]) -> dict[type, dict[str, object]]:
    """Overrides by the slice they belong to."""
    slices: dict[str, type] = {
        name: slice_type
        for slice_type in (MovementThresholds, PlmRules)
        for name in slice_fields(slice_type)
    }
    given: dict[type, dict[str, object]] = {MovementThresholds: {}, PlmRules: {}}
    for name, value in overrides.items():
        if name not in slices:
            raise UsageError(f"no option {name!r}", expected=f"one of {', '.join(slices)}")
        given[slices[name]][name] = value
    return given
