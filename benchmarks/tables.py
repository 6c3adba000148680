"""Results as Markdown, printed and written into the documentation between two markers."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from typing import Any

BEGIN = "<!-- benchmark:begin (written by make bench) -->"
END = "<!-- benchmark:end -->"

PSGSCORING_NOTCHED = "psgscoring: 2 uV end, 5 s bilateral, notch first"
LUNA_DEFAULT = "luna: default"
LUNA_HYBRID = "luna: its rules on our envelope"

EVENT_COLUMNS = (
    ("ekbom", "ekbom"),
    ("psgscoring, default", "psgscoring: default"),
    ("psgscoring, 2 µV end", "psgscoring: 2 uV end"),
    ("psgscoring, 2 µV end, notch first", PSGSCORING_NOTCHED),
    ("Luna, default", LUNA_DEFAULT),
    ("Luna, best setting", "best luna"),
    ("Luna's rules on an RMS envelope", LUNA_HYBRID),
)
COUNT_COLUMNS = (
    ("ekbom, WASM 2016", "ekbom"),
    ("Luna, default", LUNA_DEFAULT),
    ("Luna, best for events", "best luna"),
    ("Luna's rules on an RMS envelope", LUNA_HYBRID),
    ("ekbom, AASM 3", "ekbom aasm-3"),
    ("psgscoring, 2 µV end", "psgscoring: 2 uV end"),
    ("psgscoring, 2 µV end, 5 s bilateral", "psgscoring: 2 uV end, 5 s bilateral"),
    ("the same, notch first", PSGSCORING_NOTCHED),
)


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def number(value: float | None, form: str) -> str:
    """A number, or a dash where there is none."""
    return "–" if value is None else format(value, form)


def best_luna(programs: dict[str, Any]) -> str | None:
    """Luna's own setting with the highest F1 under this condition."""
    own = [
        name
        for name, found in programs.items()
        if name.startswith("luna: ") and name != LUNA_HYBRID and found["f1"] is not None
    ]
    return max(own, key=lambda name: float(programs[name]["f1"]), default=None)


def of(programs: dict[str, Any], name: str) -> dict[str, Any] | None:
    """Figures of a program, or None where it gave none."""
    chosen = best_luna(programs) if name == "best luna" else name
    found: dict[str, Any] | None = programs.get(chosen) if chosen else None
    return found if found and found["nights"] else None


def event_table(accuracy: dict[str, Any]) -> str:
    """F1, precision and recall per leg by condition."""
    rows = []
    for condition, figures in accuracy.items():
        cells = [condition]
        for _, name in EVENT_COLUMNS:
            found = of(figures["programs"], name)
            if not found:
                cells.append("failed")
                continue
            scores = (number(found[key], ".2f") for key in ("precision", "recall"))
            cells.append(f"**{number(found['f1'], '.3f')}** ({' / '.join(scores)})")
        rows.append(cells)
    rows.append(["median", *medians(accuracy, EVENT_COLUMNS, "f1", ".3f")])
    return table(["condition", *(title for title, _ in EVENT_COLUMNS)], rows)


def medians(
    accuracy: dict[str, Any], columns: tuple[tuple[str, str], ...], key: str, form: str
) -> list[str]:
    """Median over the conditions of one figure, for each column."""
    cells = []
    for _, name in columns:
        found = [of(figures["programs"], name) for figures in accuracy.values()]
        values = [one[key] for one in found if one and one[key] is not None]
        cells.append(number(median(values) if values else None, form))
    return cells


def edge_table(accuracy: dict[str, Any]) -> str:
    """Median absolute error of onsets and ends in milliseconds."""
    columns = (*EVENT_COLUMNS[:1], *EVENT_COLUMNS[2:])
    rows = []
    for condition, figures in accuracy.items():
        cells = [condition]
        for _, name in columns:
            found = of(figures["programs"], name) or {}
            onset = found.get("onset_error_median_absolute_s")
            end = found.get("end_error_median_absolute_s")
            edges = [number(edge and 1e3 * edge, ".0f") for edge in (onset, end)]
            cells.append(" / ".join(edges))
        rows.append(cells)
    return table(["condition", *(title for title, _ in columns)], rows)


def count_table(accuracy: dict[str, Any]) -> str:
    """Periodic movements counted, against the count on the truth."""
    rows = []
    for condition, figures in accuracy.items():
        cells = [condition]
        for _, name in COUNT_COLUMNS:
            found = of(figures["programs"], name)
            if not found:
                cells.append("failed")
                continue
            counted, true = sum(found["periodic"]), sum(found["periodic_truth"])
            error = number(found["periodic_error_percent"], ".0f")
            cells.append(f"**{error} %** ({counted} of {true})")
        rows.append(cells)
    middle = medians(accuracy, COUNT_COLUMNS, "periodic_error_percent", ".0f")
    rows.append(["median", *(f"{cell} %" for cell in middle)])
    return table(["condition", *(title for title, _ in COUNT_COLUMNS)], rows)


def clip_table(clip: dict[str, Any]) -> str:
    """Movements each program finds in the real recording."""
    rows = []
    for name, found in clip.items():
        if "failure" in found:
            rows.append([name, "failed", ""])
            continue
        legs = {"L": "", "R": ""}
        for one in sorted(found["leg_movements"], key=lambda movement: movement["onset_s"]):
            between = ", " if legs[one["side"]] else ""
            legs[one["side"]] += f"{between}{one['onset_s']:.1f}–{one['offset_s']:.1f}"
        rows.append([name, legs["L"] or "none", legs["R"] or "none"])
    return table(["program", "left leg, s", "right leg, s"], rows)


def speed_table(speed: dict[str, Any]) -> str:
    """Wall time and peak memory, with the goal beside."""
    floor = speed["programs"]["cat of the file"].get("wall_s")
    rows = []
    for name, found in speed["programs"].items():
        if "failure" in found:
            rows.append([name, "failed", "", "", "", found["failure"]])
            continue
        goal = speed["goals"].get(name, {})
        ratio = f"{found['wall_s'] / floor:.1f}" if floor and found["wall_s"] >= floor else ""
        rows.append(
            [
                name,
                seconds(found["wall_s"]),
                ratio,
                number(found.get("peak_rss_mb"), ".0f"),
                str(found["rounds"]),
                verdict(found, goal),
            ]
        )
    header = ["program", "wall, median", "× cat", "peak memory, MB", "rounds", "goal"]
    return table(header, rows)


def seconds(value: float) -> str:
    """A time in the unit that suits it."""
    return f"{value:.2f} s" if value >= 0.1 else f"{1e3 * value:.1f} ms"


def verdict(found: dict[str, Any], goal: dict[str, float]) -> str:
    """Each goal, and whether it was met."""
    parts = []
    for key, limit in goal.items():
        asked = seconds(limit) if key == "wall_s" else f"{limit:.0f} MB"
        parts.append(f"≤ {asked}: {'met' if found[key] <= limit else '**missed**'}")
    return "; ".join(parts)


def trouble(results: dict[str, Any]) -> list[str]:
    """Every failure of the run, said out loud."""
    lines = [f"{name} could not be installed: {why}" for name, why in results["not_installed"]]
    for condition, figures in results["accuracy"].items():
        lines += [f"{condition}: {line}" for line in figures["trouble"]]
        for name, found in figures["programs"].items():
            lines += [f"{condition}, {name}: {why}" for why in found["failures"]]
    for name, found in results["clip"].items():
        if "failure" in found:
            lines.append(f"real clip, {name}: {found['failure']}")
    if "trouble" in results["speed"]:
        lines.append(f"speed: {results['speed']['trouble']}")
    return list(dict.fromkeys(lines))


def render(results: dict[str, Any]) -> str:
    """The whole report."""
    about = results["about"]
    parts = [
        f"Measured {about['date']} on `{about['machine']}`; Python {about['python']}; "
        f"ekbom {about['ekbom']}, psgscoring {about['psgscoring']}, lunapi {about['lunapi']}. "
        f"Accuracy: {about['seeds']} synthetic nights of {about['hours']:g} h a condition, "
        f"two legs each; Luna, which takes minutes a night, on {about['luna_nights']} "
        "of each condition."
    ]
    accuracy = results["accuracy"]
    if accuracy:
        parts += [
            "### Movements found, leg by leg\n\nF1 at an overlap (intersection over union) of "
            "0.2, one to one; in brackets precision / recall. All legs and nights of a condition "
            "pooled.",
            event_table(accuracy),
            "### Where movements begin and end\n\nMedian absolute error of onset / end of the "
            "matched movements, in milliseconds.",
            edge_table(accuracy),
            "### Periodic leg movements counted\n\nSum of absolute differences over the nights, "
            "in percent of the count ekbom gives for the true movements by the same rules; in "
            "brackets the two counts. Luna counts by WASM 2016, psgscoring by AASM; stages and "
            "breathing were given to both AASM columns.",
            count_table(accuracy),
        ]
    if results["clip"]:
        parts += [
            "### The one real clip\n\n150 s of `PSG-IPA` night `SN5`, scored by nobody; by eye one "
            "movement of both legs, left 4.0–6.5 s and right 3.7–7.0 s, and nothing after.",
            clip_table(results["clip"]),
        ]
    if "programs" in results["speed"]:
        speed = results["speed"]
        parts += [
            f"### Time and memory\n\nOne night of {speed['hours']:g} h, {speed['size_mb']:.0f} "
            "MB; whole processes in turn, page cache warm. Peers read and score the same file.",
            speed_table(speed),
        ]
    failures = trouble(results)
    if failures:
        parts.append("### What failed\n\n" + "\n".join(f"- {line}" for line in failures))
    return "\n\n".join(parts) + "\n"


def write_between_markers(page: Path, report: str) -> None:
    """Replace what stands between the markers of a page; add them where there are none."""
    text = page.read_text() if page.exists() else "# Benchmarks\n"
    if BEGIN not in text:
        text = f"{text.rstrip()}\n\n{BEGIN}\n{END}\n"
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    page.write_text(f"{before}{BEGIN}\n\n{report}\n{END}{after}")
