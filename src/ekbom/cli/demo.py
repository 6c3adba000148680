"""``ekbom demo``: a synthetic night and a real clip, scored and reported, in one go."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ekbom.errors import WritingError

if TYPE_CHECKING:
    from ekbom.scoring.score import NightResult

_SEED = 1
_N_SIGNALS = 20
_INDICES = (
    ("PLMS index (/h)", "plms_per_h"),
    ("PLMS-arousal index (/h)", "plms_arousal_per_h"),
    ("PLMW index (/h)", "plmw_per_h"),
)


def register(subparsers: Any) -> None:
    """Add the verb ``demo`` to the parsers of ``argparse``."""
    parser = subparsers.add_parser(
        "demo",
        help="make a night, score it by every rule set, set it beside the truth",
        description="Makes a synthetic night of a patient with restless legs syndrome, scores it "
        "by both rule sets and sets the result beside the truth; scores a real clip of 150 s too. "
        "Writes a report of each.",
    )
    parser.add_argument("--out", type=Path, default=Path("demo"), help="folder; default: demo")
    parser.add_argument("--hours", type=float, default=8.0, help="length; default: 8")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Make, score, compare, report; the exit status."""
    from ekbom.interop.night import score_files

    try:
        args.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WritingError(
            f"the folder cannot be made ({error.strerror})",
            where=str(args.out),
            what_to_do="name another one with --out",
        ) from error
    recording, truth_path = args.out / "rls-night.edf", args.out / "rls-night.truth.tsv"
    _make_night(recording, truth_path, args.hours)
    with _Bar("finding leg movements", "s") as advance:
        found = score_files(recording, rules="all", progress=advance)
    truth = score_files(events=truth_path, rules="all")
    print("\n".join(_beside_truth(found, truth)))
    _report(args.out / "rls-night.html", found)
    with as_file(files("ekbom") / "examples" / "SN5_sample.edf") as clip:
        real = score_files(clip, rules="all")
        print("\n".join(_clip(real)))
        _report(args.out / "real-clip.html", real)
    return 0


def _make_night(recording: Path, truth_path: Path, hours: float) -> None:
    """Write the night and its truth, unless they lie there already."""
    import numpy as np

    from ekbom.interop.edf_writing import write_edf, write_events
    from ekbom.interop.files import write_whole
    from ekbom.knowledge.loading import load
    from ekbom.recording.synthetic.conditions import preset
    from ekbom.recording.synthetic.night import simulate_night
    from ekbom.recording.synthetic.profiles import SECTIONS, profile

    base = load(SECTIONS)
    made_from = json.dumps(
        {"hours": hours, "seed": _SEED, "ekbom": version("ekbom"), "knowledge": base.content_hash}
    )
    note = recording.with_suffix(".made-from.json")
    if _says(note, made_from) and recording.exists() and truth_path.exists():
        print(f"{recording} is there already", file=sys.stderr)
        return
    note.unlink(missing_ok=True)
    rng = np.random.default_rng(_SEED)
    night = simulate_night(profile("rls", base), preset("typical"), rng, hours=hours)
    with _Bar("making a night", "signal", _N_SIGNALS) as advance:

        def signals() -> Iterator[Any]:
            for done, signal in enumerate(night.all_signals(), 1):
                yield signal
                advance(done, _N_SIGNALS)

        write_edf(recording, signals(), night.annotations, night.duration_s)
    write_events(truth_path, night.truth)
    # Last, so that it speaks of whole files only.
    write_whole(note, made_from.encode())


def _says(note: Path, text: str) -> bool:
    try:
        return note.read_text() == text
    except (OSError, UnicodeDecodeError):
        return False


def _report(path: Path, result: NightResult) -> None:
    from ekbom.interop.files import write_whole
    from ekbom.report.html import render_report

    write_whole(path, render_report(result).encode())
    print(f"  report: {path}\n")


def _beside_truth(found: NightResult, truth: NightResult) -> Iterator[str]:
    """Each leg's movements and the indices, truth and found, by every rule set."""
    from ekbom.knowledge.binding import bind
    from ekbom.knowledge.loading import load
    from ekbom.scoring.agreement_events import AgreementRules, event_agreement
    from ekbom.terms import Side

    names = list(found.editions)
    nights = [(truth.editions[name].night, found.editions[name].night) for name in names]
    pairs = [(truth.editions[name].indices, found.editions[name].indices) for name in names]
    matching = bind(AgreementRules, load(("agreement",)), "ekbom-agreement-1")
    yield f"A synthetic night of restless legs syndrome: {found.name}"
    yield f"  {'':28}" + "".join(f"{name:>20}" for name in names)
    yield f"  {'':28}" + f"{'truth':>10}{'found':>10}" * len(names)
    for side in (Side.LEFT, Side.RIGHT):
        counts = [(len(getattr(n, side)) for n in pair) for pair in nights]
        yield _row(f"movements, {side} leg", [str(n) for pair in counts for n in pair])
    in_bed = [one.by_stage["time_in_bed"].scored for pair in pairs for one in pair]
    yield _row("periodic", ["unknown" if count is None else str(count.n) for count in in_bed])
    for label, name in _INDICES:
        yield _row(label, [_number(getattr(one, name)) for pair in pairs for one in pair])
    legs = [{Side.LEFT: night.left, Side.RIGHT: night.right} for night in nights[0]]
    both = event_agreement(legs[0], legs[1], matching)["both"]
    yield (
        f"  {both.n_matched} of {both.n_a} true movements found ({names[0]}); "
        f"{both.n_b - both.n_matched} found that are none; F1 {_number(both.f1, 3)}"
    )
    yield "  Synthetic nights are easier than real ones: this only shows that nothing is broken."


def _clip(result: NightResult) -> Iterator[str]:
    yield f"A real clip of {result.duration_s or 0:.0f} s with both legs: {result.name} (PSG-IPA)"
    night = next(iter(result.editions.values())).night
    for leg in (night.left, night.right):
        for onset_s, offset_s in zip(leg.onset_s.tolist(), leg.offset_s.tolist(), strict=True):
            yield f"  {leg.side} leg: a movement from {onset_s:.1f} to {offset_s:.1f} s"


def _row(label: str, values: list[str]) -> str:
    return f"  {label:28}" + "".join(f"{value:>10}" for value in values)


def _number(value: float | None, digits: int = 1) -> str:
    return "unknown" if value is None else f"{value:.{digits}f}"


class _Bar:
    """A bar on stderr where somebody is looking; elsewhere one line."""

    def __init__(self, says: str, unit: str, total: float | None = None) -> None:
        from tqdm import tqdm

        print(f"{says} ...", file=sys.stderr)
        self._bar = tqdm(
            total=total, desc=says, unit=unit, leave=False, disable=not sys.stderr.isatty()
        )

    def __enter__(self) -> Callable[[float, float], None]:
        return self._show

    def _show(self, done: float, total: float) -> None:
        self._bar.total = round(total)
        self._bar.update(round(done) - self._bar.n)

    def __exit__(self, *exception: object) -> None:
        self._bar.close()
