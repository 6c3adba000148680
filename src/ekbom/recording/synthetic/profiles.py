"""What sort of night to make: the statistics of sleep, breathing, movements and EMG."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from ekbom.errors import UsageError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.binding import Param, bind
from ekbom.knowledge.parameters import Sourced

PROFILES: Final = ("rls", "control", "sleep-apnea", "rbd")
SECTIONS: Final = ("synthetic", "scoring")
TRUTH_EDITION: Final = "wasm-2016"

_EDITION: Final = "ekbom-synthetic-1"


@dataclass(frozen=True, slots=True)
class SleepStatistics:
    """How a profile sleeps: latency, cycles, awakenings, arousals."""

    edition: str
    sleep_latency_median_s: Annotated[float, Param("synthetic/sleep-latency-median", "s")]
    sleep_latency_ln_sd: Annotated[float, Param("synthetic/sleep-latency-ln-sd", "1")]
    cycle_mean_s: Annotated[float, Param("synthetic/cycle-mean", "s")]
    cycle_sd_s: Annotated[float, Param("synthetic/cycle-sd", "s")]
    n3_first_cycle_s: Annotated[float, Param("synthetic/n3-first-cycle", "s")]
    n3_next_cycle_ratio: Annotated[float, Param("synthetic/n3-next-cycle-ratio", "1")]
    rem_first_cycle_s: Annotated[float, Param("synthetic/rem-first-cycle", "s")]
    rem_next_cycle_ratio: Annotated[float, Param("synthetic/rem-next-cycle-ratio", "1")]
    awakenings_per_h: Annotated[float, Param("synthetic/awakenings-per-h", "/h")]
    awakening_median_s: Annotated[float, Param("synthetic/awakening-median", "s")]
    awakening_ln_sd: Annotated[float, Param("synthetic/awakening-ln-sd", "1")]
    arousals_per_h: Annotated[float, Param("synthetic/arousals-per-h", "/h")]
    arousal_mean_s: Annotated[float, Param("synthetic/arousal-mean", "s")]
    arousal_sd_s: Annotated[float, Param("synthetic/arousal-sd", "s")]
    posture_changes_per_h: Annotated[float, Param("synthetic/posture-changes-per-h", "/h")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class BreathingStatistics:
    """Apnoeas and hypopnoeas of a profile, and the movements at their ends."""

    edition: str
    respiratory_events_per_h: Annotated[float, Param("synthetic/respiratory-events-per-h", "/h")]
    respiratory_event_median_s: Annotated[float, Param("synthetic/respiratory-event-median", "s")]
    respiratory_event_ln_sd: Annotated[float, Param("synthetic/respiratory-event-ln-sd", "1")]
    apnea_share: Annotated[float, Param("synthetic/apnea-share", "1")]
    respiratory_arousal_share: Annotated[float, Param("synthetic/respiratory-arousal-share", "1")]
    respiratory_movement_share: Annotated[float, Param("synthetic/respiratory-movement-share", "1")]
    respiratory_movement_lag_s: Annotated[float, Param("synthetic/respiratory-movement-lag", "s")]
    respiratory_movement_lag_sd_s: Annotated[
        float, Param("synthetic/respiratory-movement-lag-sd", "s")
    ]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class MovementStatistics:
    """When a profile's legs move, for how long, which leg, and with which arousals."""

    edition: str
    hourly_course: Annotated[Literal["declining", "bell"], Param("synthetic/hourly-course")]
    series_share: Annotated[float, Param("synthetic/series-share", "1")]
    series_decline_h: Annotated[float, Param("synthetic/series-decline", "h")]
    series_bout_mean_s: Annotated[float, Param("synthetic/series-bout-mean", "s")]
    series_rem_share: Annotated[float, Param("synthetic/series-rem-share", "1")]
    series_wake_share: Annotated[float, Param("synthetic/series-wake-share", "1")]
    imi_median_s: Annotated[float, Param("synthetic/imi-median", "s")]
    imi_ln_sd: Annotated[float, Param("synthetic/imi-ln-sd", "1")]
    wake_imi_median_s: Annotated[float, Param("synthetic/wake-imi-median", "s")]
    short_interval_share: Annotated[float, Param("synthetic/short-interval-share", "1")]
    short_interval_median_s: Annotated[float, Param("synthetic/short-interval-median", "s")]
    short_interval_ln_sd: Annotated[float, Param("synthetic/short-interval-ln-sd", "1")]
    isolated_movements_per_h: Annotated[float, Param("synthetic/isolated-movements-per-h", "/h")]
    rem_bursts_per_h: Annotated[float, Param("synthetic/rem-bursts-per-h", "/h")]
    rem_burst_median_s: Annotated[float, Param("synthetic/rem-burst-median", "s")]
    rem_burst_ln_sd: Annotated[float, Param("synthetic/rem-burst-ln-sd", "1")]
    duration_ln_mean: Annotated[float, Param("synthetic/duration-ln-mean", "1")]
    duration_ln_sd: Annotated[float, Param("synthetic/duration-ln-sd", "1")]
    long_movement_share: Annotated[float, Param("synthetic/long-movement-share", "1")]
    long_movement_median_s: Annotated[float, Param("synthetic/long-movement-median", "s")]
    bilateral_share: Annotated[float, Param("synthetic/bilateral-share", "1")]
    bilateral_lag_sd_s: Annotated[float, Param("synthetic/bilateral-lag-sd", "s")]
    movement_arousal_share: Annotated[float, Param("synthetic/movement-arousal-share", "1")]
    movement_arousal_close_share: Annotated[
        float, Param("synthetic/movement-arousal-close-share", "1")
    ]
    movement_arousal_first_share: Annotated[
        float, Param("synthetic/movement-arousal-first-share", "1")
    ]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class EmgStatistics:
    """What the tibialis anterior EMG looks like; the same for every profile."""

    edition: str
    peak_median_uv: Annotated[float, Param("synthetic/peak-median", "uV")]
    peak_ln_sd: Annotated[float, Param("synthetic/peak-ln-sd", "1")]
    weak_peak_median_uv: Annotated[float, Param("synthetic/weak-peak-median", "uV")]
    weak_peak_ln_sd: Annotated[float, Param("synthetic/weak-peak-ln-sd", "1")]
    contralateral_ln_sd: Annotated[float, Param("synthetic/contralateral-ln-sd", "1")]
    rise_min_s: Annotated[float, Param("synthetic/rise-min", "s")]
    rise_max_s: Annotated[float, Param("synthetic/rise-max", "s")]
    fall_min_s: Annotated[float, Param("synthetic/fall-min", "s")]
    fall_max_s: Annotated[float, Param("synthetic/fall-max", "s")]
    plateau_modulation_ln_sd: Annotated[float, Param("synthetic/plateau-modulation-ln-sd", "1")]
    twitches_per_h: Annotated[float, Param("synthetic/twitches-per-h", "/h")]
    twitch_peak_max_uv: Annotated[float, Param("synthetic/twitch-peak-max", "uV")]
    rest_min_uv: Annotated[float, Param("synthetic/rest-min", "uV")]
    rest_max_uv: Annotated[float, Param("synthetic/rest-max", "uV")]
    rest_drift_ln_sd: Annotated[float, Param("synthetic/rest-drift-ln-sd", "1")]
    rest_drift_time_s: Annotated[float, Param("synthetic/rest-drift-time", "s")]
    rest_step_ln_sd: Annotated[float, Param("synthetic/rest-step-ln-sd", "1")]
    tonic_max_uv: Annotated[float, Param("synthetic/tonic-max", "uV")]
    tonic_episodes_per_h: Annotated[float, Param("synthetic/tonic-episodes-per-h", "/h")]
    body_movements_wake_per_h: Annotated[float, Param("synthetic/body-movements-wake-per-h", "/h")]
    body_movement_median_s: Annotated[float, Param("synthetic/body-movement-median", "s")]
    body_movement_ln_sd: Annotated[float, Param("synthetic/body-movement-ln-sd", "1")]
    body_movement_peak_uv: Annotated[float, Param("synthetic/body-movement-peak", "uV")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class TruthRule:
    """The amplitude rule of the standard that says where a true movement starts and ends."""

    edition: str
    onset_rise_uv: Annotated[float, Param("scoring/onset-above-rest", "uV")]
    end_rise_uv: Annotated[float, Param("scoring/end-above-rest", "uV")]
    end_hold_s: Annotated[float, Param("scoring/end-min-quiet", "s")]
    min_s: Annotated[float, Param("scoring/leg-movement-min-duration", "s")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything a night is drawn from.

    Parameters
    ----------
    name : str
        One of ``PROFILES``.
    sleep, breathing, movements, emg : statistics
        Bound to the editions ``ekbom-synthetic-1`` and its variants.
    truth_rule : TruthRule
        Bound to the edition whose amplitude rule the truth follows.
    """

    name: str
    sleep: SleepStatistics
    breathing: BreathingStatistics
    movements: MovementStatistics
    emg: EmgStatistics
    truth_rule: TruthRule


def profile(name: str, knowledge: KnowledgeBase) -> Profile:
    """The named profile, filled from the knowledge base.

    Parameters
    ----------
    name : str
        One of ``PROFILES``.
    knowledge : KnowledgeBase
        With the sections of ``SECTIONS`` loaded.

    Raises
    ------
    UsageError
        If there is no such profile.
    """
    if name not in PROFILES:
        raise UsageError(f"unknown profile {name!r}", expected=f"one of: {', '.join(PROFILES)}")
    own = f"{_EDITION}-{name}"
    return Profile(
        name,
        bind(SleepStatistics, knowledge, own),
        bind(BreathingStatistics, knowledge, own),
        bind(MovementStatistics, knowledge, own),
        bind(EmgStatistics, knowledge, _EDITION),
        bind(TruthRule, knowledge, TRUTH_EDITION),
    )
