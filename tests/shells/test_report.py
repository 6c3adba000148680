"""The report of a night: its numbers, its sources, its figures, and nothing from outside."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import fields, is_dataclass, replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from ekbom.interop.night import score_files
from ekbom.knowledge.labels import LegLabels
from ekbom.knowledge.loading import load
from ekbom.recording.channels import find_legs
from ekbom.recording.events import Annotations
from ekbom.recording.recording import ArraySource, Channel, Recording
from ekbom.recording.synthetic.conditions import preset
from ekbom.recording.synthetic.night import SyntheticNight, simulate_night
from ekbom.recording.synthetic.profiles import SECTIONS as SYNTHETIC
from ekbom.recording.synthetic.profiles import profile
from ekbom.report.figures.stretch import LONGEST_SERIES_S, band_passed, choose_stretch
from ekbom.report.html import render_report
from ekbom.scoring.measure import measure_legs
from ekbom.scoring.reasons import reasons
from ekbom.scoring.score import NightResult, score_marked, score_recording
from ekbom.scoring.settings import SECTIONS, settings
from ekbom.timeline import Segment

SVG = re.compile(r"<svg.*?</svg>", re.DOTALL)
VOID = {"meta", "br", "link", "img", "hr", "input"}
RATE_HZ = 256.0
HOSTILE = '<script>alert("1")</script> & \x00\u202etxt.\udcff'


class Page(HTMLParser):
    """What a page says, what it points to, and whether its elements close."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.links: list[str] = []
        self.sources: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.links += [value or "" for name, value in attrs if name.endswith("href")]
        self.sources += [value or "" for name, value in attrs if name in ("src", "data", "action")]
        assert not [name for name, _ in attrs if name.startswith("on")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)


@cache
def synthetic(hours: float = 0.5, kind: str = "rls") -> SyntheticNight:
    base = load(SYNTHETIC)
    rng = np.random.default_rng(3)
    return simulate_night(profile(kind, base), preset("typical"), rng, hours=hours, rate_hz=RATE_HZ)


def scored(
    recording: Recording, annotations: Annotations, rules: str = "all", **options: object
) -> NightResult:
    chosen = settings(load(SECTIONS), rules, overrides=options.pop("overrides", None))  # type: ignore[arg-type]
    legs = find_legs(recording, LegLabels.of(load(("labels",))))
    levels = measure_legs(legs, None, chosen.detection)
    return score_recording(recording, legs, levels, annotations, chosen, **options)  # type: ignore[arg-type]


@cache
def full_night() -> NightResult:
    night = synthetic()
    return scored(night.recording(), night.annotations)


def bursts(duration_s: float, onsets_s: list[float], seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    samples = rng.normal(0, 2.0, round(duration_s * RATE_HZ))
    for onset_s in onsets_s:
        start = round(onset_s * RATE_HZ)
        samples[start : start + round(2 * RATE_HZ)] *= 15
    return samples.astype(np.float32)


def made(
    legs: dict[str, np.ndarray], segments: tuple[Segment, ...] | None = None, name: str = "n.edf"
) -> Recording:
    channels = []
    for label, samples in legs.items():
        channel = Channel.from_array(label, RATE_HZ, samples)
        if segments:
            channel = replace(channel, source=ArraySource(samples), segments=segments)
        channels.append(channel)
    last = channels[0].segments[-1]
    end_s = last.start_s + last.duration_s(RATE_HZ)
    return Recording(tuple(channels), tuple(legs), end_s, name=name)


def gapped() -> NightResult:
    samples = bursts(600, list(range(20, 580, 25)))
    half = len(samples) // 2
    segments = (Segment(0.0, 0, half), Segment(900.0, half, len(samples) - half))
    return scored(made({"EMG LAT": samples, "EMG RAT": samples}, segments), Annotations())


def one_leg() -> NightResult:
    return scored(made({"EMG LAT": bursts(400, [50, 80, 110, 140])}), Annotations(), "wasm-2016")


def still() -> NightResult:
    legs = {"EMG LAT": bursts(120, []), "EMG RAT": bursts(120, [], 1)}
    return scored(made(legs), Annotations())


def hour_test() -> NightResult:
    legs = {"EMG LAT": bursts(900, list(range(30, 870, 14)))}
    return scored(made(legs), Annotations(), is_immobilization_test=True)


def events_only() -> NightResult:
    return score_marked(synthetic().truth, settings(load(SECTIONS), "all"))


def no_length() -> NightResult:
    marked = Annotations(synthetic().truth.leg_movements, None, "marks.tsv")
    return score_marked(marked, settings(load(SECTIONS), "aasm-3"))


def clip() -> NightResult:
    from importlib.resources import as_file, files

    with as_file(files("ekbom") / "examples" / "SN5_sample.edf") as path:
        return score_files(path)


CASES = {
    "full night": full_night,
    "events only": events_only,
    "length unknown": no_length,
    "gap": gapped,
    "one leg": one_leg,
    "no movement": still,
    "immobilization test": hour_test,
    "clip of 150 s": clip,
}


@pytest.fixture(scope="module", params=list(CASES))
def case(request: pytest.FixtureRequest) -> tuple[NightResult, str]:
    result = CASES[request.param]()
    return result, render_report(result)


def test_page_closes_its_elements_and_loads_and_runs_nothing(case: tuple[NightResult, str]) -> None:
    page = Page(case[1])
    assert not page.seen & {"script", "link", "img", "iframe", "object", "embed", "form"}
    assert page.sources == []
    assert all(link.startswith(("#", "https://")) for link in page.links)
    assert "url(" not in case[1] and "@import" not in case[1]


def test_every_figure_is_well_formed_and_stays_in_numbers(case: tuple[NightResult, str]) -> None:
    figures = SVG.findall(case[1])
    assert figures
    for figure in figures:
        root = ET.fromstring(figure)
        assert root.get("aria-label")
        assert not re.search(r"\b(nan|inf)\b", figure.lower())
        # Colours stand in the style sheet and nowhere else.
        assert not re.search(r'(fill|stroke|style)="', figure)


def test_every_caveat_and_every_index_is_on_the_page(case: tuple[NightResult, str]) -> None:
    result, text = case[0], Page(case[1]).text
    for caveat in result.caveats:
        assert " ".join(caveat.statement.split()) in text
    for edition in result.editions.values():
        for group in edition.indices.by_stage.values():
            assert f"{group.candidates.n}" in text
            if group.candidates.per_h is not None:
                assert f"{group.candidates.per_h:.1f}/h" in text


def test_every_value_is_there_with_place_mark_and_full_source(
    case: tuple[NightResult, str],
) -> None:
    result, text = case[0], Page(case[1]).text
    base = load(SECTIONS)
    bound: list[object] = [result.settings.periodicity, result.settings.plms_limits]
    for edition in result.settings.editions:
        bound += [edition.thresholds, edition.rules, edition.window]
    if result.legs:
        detection = result.settings.detection
        assert is_dataclass(detection)
        bound += [getattr(detection, field.name) for field in fields(detection)]
    for one in bound:
        for sourced in one.provenance.values():  # type: ignore[attr-defined]
            source = base.source(sourced.source)
            wanted = [sourced.name, sourced.place, sourced.mark, str(sourced.checked_on)]
            for words in (*wanted, source.title, str(source.year)):
                assert " ".join(words.split()) in text
    assert result.settings.knowledge_hash in text


def test_headline_gives_each_index_of_each_rule_set() -> None:
    result = full_night()
    text = Page(render_report(result)).text
    for edition in result.editions.values():
        assert edition.indices.plms_per_h is not None
        for value in (
            edition.indices.plms_per_h,
            edition.indices.plms_nonrespiratory_per_h,
            edition.indices.plms_arousal_per_h,
        ):
            assert f" {value:.1f} " in text
    assert "these rules score none in wake" in text
    assert "WASM 2016" in text and "AASM 3" in text


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("length unknown", "nothing tells how long the night was"),
        ("no movement", "no sleep stages are marked"),
        ("immobilization test", "there is no sleep in the time in bed"),
    ],
)
def test_an_unknown_index_says_why(name: str, why: str) -> None:
    text = Page(render_report(CASES[name]())).text
    assert "unknown" in text
    assert why in text


def test_summary_says_what_was_counted_and_is_no_diagnosis() -> None:
    result = full_night()
    sleep = result.editions["wasm-2016"].indices.by_stage["sleep"]
    assert sleep.periodic is not None and sleep.periodic.n > 0
    text = Page(render_report(result)).text
    assert f"{sleep.periodic.n} periodic leg movements were counted under WASM 2016" in text
    assert "It is not a diagnosis" in text


def test_each_movement_is_drawn_once_with_its_reason() -> None:
    result = full_night()
    first = next(iter(result.editions.values()))
    figure = ET.fromstring(SVG.findall(render_report(result))[0])
    titles = [
        group[0].text or ""
        for group in figure.iter("{http://www.w3.org/2000/svg}g")
        if (group.get("class") or "").startswith("m ") and len(group) > 1
    ]
    in_figure = titles[: len(first.night.movements)]
    assert [
        t for t, r in zip(in_figure, reasons(first.night), strict=True) if str(r) not in t
    ] == []


def test_movements_differ_in_shape_as_well_as_in_colour() -> None:
    night = synthetic(1.0, "sleep-apnea")
    result = scored(night.recording(), night.annotations)
    figure = ET.fromstring(SVG.findall(render_report(result))[0])
    marks = {
        group.get("class"): group
        for group in figure.iter("{http://www.w3.org/2000/svg}g")
        if (group.get("class") or "").startswith("m ")
    }
    dotted = {name for name, group in marks.items() if len(group.findall("{*}circle"))}
    assert dotted == {name for name in marks if "resp" in str(name)} != set()


def test_a_gap_is_drawn_and_said() -> None:
    page = render_report(gapped())
    assert 'class="gap"' in SVG.findall(page)[0]
    assert "nothing was recorded from" in page


def test_without_a_signal_the_page_says_so() -> None:
    assert "There is no signal to show" in render_report(events_only())
    assert "There is no signal to show" not in render_report(one_leg())


def test_a_test_of_immobilization_is_called_one_and_set_beside_its_limit() -> None:
    text = Page(render_report(hour_test())).text
    assert "Suggested immobilization test" in text
    assert "AASM 3 scores no movements in wake and says nothing about the test" in text
    assert "PLMW index of the suggested immobilization test" in text


def test_what_the_caller_changed_is_marked() -> None:
    night = synthetic()
    changed = {"imi_min_s": "5", "short_interval": "skipped"}
    page = render_report(
        scored(night.recording(), night.annotations, "wasm-2016", overrides=changed)
    )
    assert page.count('class="changed"') == len(changed)
    assert "wasm-2016 has 10" in Page(page).text
    assert 'class="changed"' not in render_report(full_night())


def test_hostile_names_stay_text() -> None:
    legs = {f"EMG LAT {HOSTILE}": bursts(200, [50, 80, 110, 140])}
    recording = made(legs, name=HOSTILE)
    chosen = settings(load(SECTIONS), "wasm-2016")
    found = find_legs(recording, LegLabels.of(load(("labels",))), left=next(iter(legs)))
    levels = measure_legs(found, None, chosen.detection)
    page = render_report(score_recording(recording, found, levels, Annotations(), chosen))
    assert "<script" not in page
    assert "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt; &amp; \ufffd\ufffdtxt.\ufffd" in page
    assert Page(page).seen
    assert page.encode()


def test_the_same_night_gives_the_same_page() -> None:
    assert render_report(one_leg()) == render_report(one_leg())


def test_a_whole_night_stays_small() -> None:
    night = synthetic(8.0)
    page = render_report(score_marked(night.truth, settings(load(SECTIONS), "all")))
    assert len(page.encode()) < 1_200_000


def test_the_series_shown_is_a_whole_one_in_sleep() -> None:
    result = full_night()
    edition = result.editions["wasm-2016"]
    stretch = choose_stretch(result, edition)
    assert stretch is not None and stretch.shows == "series"
    periodic = [i for i in stretch.movements if edition.night.is_periodic[i]]
    onset_s = edition.night.movements.onset_s[periodic]
    assert len(periodic) >= 4
    assert onset_s[-1] - onset_s[0] <= LONGEST_SERIES_S
    assert all(stage.is_sleep for stage in edition.night.stage[periodic])
    assert stretch.focus in stretch.movements


@pytest.mark.parametrize(
    ("frequency_hz", "kept"), [(2.0, 0.0), (30.0, 1.0), (50.0, 0.0), (110.0, 0.318)]
)
def test_the_emg_shown_is_band_passed_and_free_of_mains(frequency_hz: float, kept: float) -> None:
    time_s = np.arange(60 * RATE_HZ) / RATE_HZ
    noise = np.random.default_rng(0).normal(0, 0.01, len(time_s))
    samples = (100 * np.sin(2 * np.pi * frequency_hz * time_s) + noise).astype(np.float32)
    channel = Channel.from_array("EMG LAT", RATE_HZ, samples)
    envelope = settings(load(SECTIONS)).detection.envelope
    at_s, shown_uv = band_passed(channel, channel.segments[0], 20.0, 30.0, envelope)
    assert at_s[0] == 20.0
    assert np.abs(shown_uv).max() == pytest.approx(100 * kept, abs=2)
    if kept == 1:
        assert np.corrcoef(shown_uv, samples[(time_s >= 20) & (time_s < 30)])[0, 1] > 0.999


def test_ekbom_score_writes_the_report_whole(tmp_path: Path) -> None:
    from ekbom.cli.main import main
    from ekbom.interop.edf_writing import write_events

    events, page = tmp_path / "night.tsv", tmp_path / "night.html"
    write_events(events, synthetic().truth)
    assert main(["score", "--events", str(events), "--report", str(page)]) == 0
    assert page.read_text() == render_report(score_files(events=events))
    assert main(["score", "--events", str(events), "--report", str(tmp_path / "no" / "x")]) == 3
