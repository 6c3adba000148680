"""Records of the model of the disease: its parameters, rival structures and the trials it meets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ekbom.knowledge.parameters import Mark
from ekbom.knowledge.records import Record

Scale = Literal["linear", "log", "logit"]
Submodel = Literal[
    "iron",
    "brain-iron",
    "dopamine",
    "dopamine-terminal",
    "circadian",
    "excitability",
    "sleep",
    "expectation",
    "augmentation",
    "pharmacology",
    "movements",
    "population",
    "trials",
    "genes",
    "scenario",
]
Measure = Literal[
    "irls",
    "plms-index",
    "wake-after-sleep-onset",
    "awakenings",
    "ferritin",
    "transferrin-saturation",
    "augmentation",
    "responders",
    "relapse",
    "brain-iron-caudate",
    "brain-iron-putamen",
    "d2-density",
    "d2-binding-potential",
    "tyrosine-hydroxylase",
    "dopamine",
    "hemoglobin",
    "iron-absorbed",
    "remission",
    "responders-cgi",
    "slow-wave-sleep",
    "csf-ferritin",
    "csf-transferrin",
    "d1-density",
    "d2-sensitivity",
    "dopamine-transporter",
]
# What a row is for: fitted, held out of the fit, a claim put to the test, or told only.
Use = Literal["fit", "holdout", "claim", "told"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelParameter(Record):
    """One number of the model, as a prior: what was known before any trial was fitted.

    Parameters
    ----------
    submodel : str
        The file of equations it belongs to.
    symbol : str
        Its name in the code, unit included.
    definition : str
        What it is, and where it stands in the equation.
    unit : str
        UCUM unit; ``1`` for a pure number.
    median : float
        Prior median, in ``unit``.
    scale : str
        On which scale the prior is normal.
    spread : float
        Standard deviation on that scale; 0 where the number is fixed.
    lower, upper : float or None
        Hard limits, in ``unit``.
    role : str
        ``fixed``: taken from independent data; ``prior``: uncertain, and known not to be
        informed by trials; ``fitted``: to be moved by the trials.
    drug : str
        The medicine it belongs to; empty for the body.
    """

    submodel: Submodel
    symbol: str
    definition: str
    unit: str
    median: float
    role: Literal["fixed", "prior", "fitted"]
    scale: Scale = "linear"
    spread: float = 0.0
    lower: float | None = None
    upper: float | None = None
    drug: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVariant(Record):
    """One structure of the chain from brain iron to the legs; rivals share all other equations.

    Parameters
    ----------
    says : str
        The chain in one or two sentences.
    open_ : tuple of str
        Symbols of the pathway exponents that are not zero in it.
    """

    says: str
    open_: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelStatement(Record):
    """Something the model may or may not say.

    Parameters
    ----------
    kind : str
        ``may``, ``may-not``, or ``sentence`` for what every output bears.
    says : str
        In words.
    """

    kind: Literal["may", "may-not", "sentence"]
    says: str


@dataclass(frozen=True, slots=True)
class TrialDose:
    """One line of an arm's regimen, in the words of a scenario.

    Parameters
    ----------
    drug : str
        Ingredient or iron product.
    dose : str
        Amount with unit, e.g. ``0.5 mg``.
    times : tuple of str
        Clock times of each day.
    from_day, to_day : int
        First day, and the day on which it is no longer given; -1 for the end of the trial.
    every_days : int
        1 for every day.
    """

    drug: str
    dose: str
    times: tuple[str, ...]
    from_day: int = 0
    to_day: int = -1
    every_days: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCourse(Record):
    """A course of treatment that stands for its kind where a patient's scenario is made.

    Parameters
    ----------
    order : int
        Place among the courses.
    says : str
        What it stands for, and by whose choice.
    action : str
        Id of the action it would be; empty where nothing or placebo is given.
    regimen : tuple of TrialDose
        What is given.
    hopes : bool
        Whether the response to being treated, whatever the treatment, is part of it.
    """

    order: int
    says: str
    action: str = ""
    regimen: tuple[TrialDose, ...] = ()
    hopes: bool = True


@dataclass(frozen=True, slots=True)
class TrialArm:
    """One arm of a trial.

    Parameters
    ----------
    id : str
        Name in the trial.
    n : int or None
        People in it; None where not known.
    regimen : tuple of TrialDose
        What they took; empty for placebo.
    baseline_irls : float or None
        Mean severity before, where it differs from the trial's.
    """

    id: str
    n: int | None = None
    regimen: tuple[TrialDose, ...] = ()
    baseline_irls: float | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """One number a trial printed.

    Parameters
    ----------
    arm : str
        Arm it was seen in.
    measure : str
        What was measured.
    kind : str
        ``change`` from baseline, ``level``, ``log-ratio`` to baseline, ``share`` (0 to 1), or
        ``direction``: only the sign is known, -1 lower, 0 no difference, 1 higher.
    week : float
        Weeks since the start.
    value : float
        In ``unit``.
    unit : str
        UCUM unit; ``1`` for scores and shares.
    use : str
        ``fit``, ``holdout``, ``claim`` or ``told``.
    place, mark : str
        Where it stands and how well it was checked.
    against : str
        The other arm, where the number is a difference (this arm minus the other one).
    standard_error, standard_deviation, low, high : float or None
        As printed; ``low`` and ``high`` bound a 95 % interval.
    assumed_error : float or None
        Standard error taken where none was printed; our assumption.
    since_week : float
        Week a ``change`` or ``log-ratio`` is counted from; 0 is baseline.
    note : str
        What a reader should know.
    """

    arm: str
    measure: Measure
    kind: Literal["change", "level", "log-ratio", "share", "direction"]
    week: float
    value: float
    unit: str
    use: Use
    place: str
    mark: Mark
    against: str = ""
    standard_error: float | None = None
    standard_deviation: float | None = None
    low: float | None = None
    high: float | None = None
    assumed_error: float | None = None
    since_week: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """Who entered a trial; numbers that were not printed are assumed, and named so.

    Parameters
    ----------
    irls_mean, irls_sd : float
        Severity at baseline, IRLS points.
    ferritin_median : float
        ug/L.
    transferrin_saturation_mean : float
        Per cent.
    hemoglobin_mean : float
        g/dL.
    share_women : float
        0 to 1.
    age_mean : float
        Years.
    plms_index_mean : float
        Movements per hour of sleep.
    assumed : tuple of str
        Which of the above were not printed.
    """

    irls_mean: float
    irls_sd: float
    ferritin_median: float
    transferrin_saturation_mean: float
    hemoglobin_mean: float
    share_women: float
    age_mean: float
    plms_index_mean: float
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial(Record):
    """One trial as the model meets it.

    Parameters
    ----------
    says : str
        Design, length and people, in one sentence.
    weeks : float
        Length.
    entry : Entry
        Who entered.
    arms : tuple of TrialArm
        Its arms.
    observations : tuple of Observation
        What it printed.
    blind : bool
        Whether people did not know what they took.
    """

    says: str
    weeks: float
    entry: Entry
    arms: tuple[TrialArm, ...]
    observations: tuple[Observation, ...]
    blind: bool = True
