"""The page of the validation, written from the report of the calibration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

HEAD = """# Validation of the mechanism

Written by `make calibrate` from `src/ekbom/mechanism/posterior/report.json`; not edited by hand.
How the fit was done, and what it may not be taken for: [calibration](decisions/calibration.md).

A row is `trial/arm/measure@week`. *Predicted* is the median, with the 90 % interval of what a new
trial of that design would print: posterior draws, the effect a new trial has on expectation and
on response, and the row's own error. Rows held out were chosen before anything was fitted, and
nothing was changed after they had been looked at.
"""
DEFAULT = "poor-receptors"
# Posterior deviation by curvature, in prior ones, below which a parameter is listed; and means.
INFORMED = 0.95
MOVED = 0.3
# Difference of log scores below which nothing is made of it.
TELLING = 4


def table(report: Mapping[str, Any]) -> str:
    """The whole page.

    Parameters
    ----------
    report : mapping
        What `scripts/calibrate.py` wrote.
    """
    own = report["variants"]
    shown = own.get(DEFAULT) or next(iter(own.values()))
    parts = [
        HEAD,
        "## The variants beside each other\n",
        _variants(own),
        f"\n## Rows held out ({_name(own)})\n",
        _summary(shown["asked"]),
        _rows(shown["asked"], "holdout"),
        "\n### Covered or not, by variant\n",
        _by_variant(own),
        "\n## Rows not predicted\n",
        _lines(("row", "why"), ([r["row"], r["why"]] for r in report["not_predicted"])),
        "\n## Claims under test\n",
        _claims(report),
        "\n## The chain seen from the outside: rows told only\n",
        "People with restless legs against people without brain iron deficit; logarithms of "
        "ratios. Nothing here was fitted.\n",
        _mechanism(own),
        f"\n## Rows fitted ({_name(own)})\n",
        _rows(shown["fit"], "fit"),
        "\n## How far the data moved the priors\n",
        "Posterior mean (and standard deviation) in prior standard deviations, for parameters\n"
        f"whose deviation fell below {INFORMED} by the curvature at the mode, or whose mean moved\n"
        f"by more than {MOVED}, in some variant. With 400 draws of 200 chains a mean is known to\n"
        "about 0.1 and a deviation to about a tenth. All others are as their prior says: every\n"
        "output is shown under that whole prior.\n",
        _contraction(own),
        "\n## Checks of the method\n",
        _checks(report),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _name(own: Mapping[str, Any]) -> str:
    return f"variant {DEFAULT if DEFAULT in own else next(iter(own))}"


def _lines(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    head = tuple(head)
    text = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    text += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(text) + "\n"


def _held_out(own: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [row for row in own["asked"] if row["use"] == "holdout"]


def _variants(own: Mapping[str, Any]) -> str:
    head = (
        "variant", "chi-square of the mode", "rows", "effective parameters", "effective trial "
        "effects", "log score of rows held out", "covered", "Pareto shape of Laplace",
    )  # fmt: skip
    rows = []
    for name, one in own.items():
        held = _held_out(one)
        covered = sum(row["covered"] for row in held)
        rows.append(
            (
                name,
                one["chi2"],
                one["rows"],
                one["effective_parameters"],
                one["effective_trial_effects"],
                one["log_score"],
                f"{covered} of {len(held)} ({covered / len(held):.0%})",
                one["pareto_shape"],
            )  # fmt: skip
        )
    best = max(own, key=lambda name: own[name]["log_score"])
    behind = ", ".join(
        f"{name} {one['log_score'] - own[best]['log_score']:+.1f}"
        for name, one in own.items()
        if name != best
    )
    verdict = (
        f"Log scores against the best, {best}: {behind}. Rows of one trial share its effects and "
        "some means contain trials that were fitted, so the rows are not independent: a difference "
        f"below {TELLING} tells nothing. Chi-square is over rows that were fitted.\n"
    )
    return _lines(head, rows) + "\n" + verdict


def _summary(asked: Iterable[Mapping[str, Any]]) -> str:
    held = [row for row in asked if row["use"] == "holdout"]
    missed = [row["row"] for row in held if not row["covered"]]
    text = f"{len(held) - len(missed)} of {len(held)} rows inside their 90 % interval."
    return text + (" Missed: " + ", ".join(f"`{m}`" for m in missed) + ".\n" if missed else "\n")


def _rows(rows: Iterable[Mapping[str, Any]], use: str) -> str:
    return _lines(
        ("row", "kind", "unit", "observed", "predicted", "90 % interval", "covered"),
        (
            (
                f"`{r['row']}`",
                r["kind"],
                r["unit"],
                r["observed"],
                r["median"],
                f"{r['low']} to {r['high']}",
                "yes" if r["covered"] else "**no**",
            )  # fmt: skip
            for r in rows
            if r["use"] == use
        ),
    )


def _by_variant(own: Mapping[str, Any]) -> str:
    """Rows that some variant misses."""
    held = {name: {r["row"]: r for r in _held_out(one)} for name, one in own.items()}
    first = next(iter(held.values()))
    rows = [
        (f"`{row}`", *("yes" if by_row[row]["covered"] else "**no**" for by_row in held.values()))
        for row in first
        if not all(by_row[row]["covered"] for by_row in held.values())
    ]
    return _lines(("row missed by some", *held), rows)


def _claims(report: Mapping[str, Any]) -> str:
    own = report["variants"]
    rows = []
    for name, one in own.items():
        for row in one["asked"]:
            if row["use"] == "claim":
                rows.append(
                    (
                        f"`{row['row']}`",
                        name,
                        row["observed"],
                        row["median"],
                        f"{row['low']} to {row['high']}",
                        "yes" if row["covered"] else "**no**",
                    )  # fmt: skip
                )
    for name, one in own.items():
        night = one["d2_by_hour"]
        rows.append(
            (
                "`seed-d2-night/night-vs-day/d2-sensitivity@0`",
                name,
                "lowest at night",
                f"density the same at every hour; share held by dopamine lowest about "
                f"{night['least_held_at_h']:g} h, highest about {night['most_held_at_h']:g} h",
                "assumed, not found: the hours of the dopamine rhythm are a prior",
                "density **no**; occupancy yes, as assumed",
            )  # fmt: skip
        )
    return _lines(("claim", "variant", "claimed", "predicted", "90 % interval", "borne out"), rows)


def _mechanism(own: Mapping[str, Any]) -> str:
    told = {
        name: {r["row"]: r for r in one["asked"] if r["use"] == "told"} for name, one in own.items()
    }
    first = next(iter(told.values()))
    rows = []
    for row, seen in first.items():
        observed = seen["observed"]
        if seen["kind"] == "direction":
            observed = {-1: "lower", 0: "no difference", 1: "higher"}[int(observed)]
        cells = (
            f"{by_row[row]['median']:.2f} ({by_row[row]['low']:.2f} to {by_row[row]['high']:.2f})"
            for by_row in told.values()
        )
        rows.append((f"`{row}`", observed, *cells))
    return _lines(("row", "observed", *told), rows)


def _contraction(own: Mapping[str, Any]) -> str:
    by_id: dict[str, dict[str, Mapping[str, float]]] = {}
    for name, one in own.items():
        for entry in one["contraction"]:
            by_id.setdefault(entry["id"], {})[name] = entry
    rows = [
        (
            id_,
            *(
                f"{found[name]['mean']:+.2f} ({found[name]['sd']:.2f})" if name in found else ""
                for name in own
            ),
        )
        for id_, found in sorted(by_id.items(), key=lambda item: _least(item[1]))
        if _least(found) < INFORMED or max(abs(e["mean"]) for e in found.values()) > MOVED
    ]
    return _lines(("parameter", *own), rows)


def _least(found: Mapping[str, Mapping[str, float]]) -> float:
    return min(entry["laplace_sd"] for entry in found.values())


def _checks(report: Mapping[str, Any]) -> str:
    parts = []
    if "nuts" in report:
        nuts = report["nuts"]
        parts.append(
            f"NUTS on a reduced problem ({', '.join(nuts['trials'])}; {nuts['rows']} rows, "
            f"{len(nuts['compared'])} parameters free, {nuts['people_per_arm']} people an arm, "
            f"{nuts['steps']} steps after as many of warm-up): {nuts['divergent']} divergent, "
            f"split R-hat at most {nuts['split_r_hat']}. Medians and standard deviations beside "
            "those of the draws made the way the shipped ones were, and of plain Laplace:\n"
        )
        parts.append(
            _lines(
                ("parameter", "NUTS", "draws", "Laplace", "means apart, in errors of NUTS"),
                (
                    (
                        c["id"],
                        f"{c['nuts_median']:+.2f} ({c['nuts_sd']:.2f})",
                        f"{c['draws_median']:+.2f} ({c['draws_sd']:.2f})",
                        f"{c['laplace_median']:+.2f} ({c['laplace_sd']:.2f})",
                        f"{c['apart_in_errors']:+.1f}",
                    )
                    for c in nuts["compared"]
                ),
            )
        )
    if "ranks" in report:
        ranks = report["ranks"]
        parts.append(
            f"Simulation-based calibration: {ranks['replicates']} sets of data of the arms of "
            f"{ranks['trial']}, {len(ranks['parameters'])} parameters, ranks in {ranks['bins']} "
            "bins:\n"
        )
        parts.append(
            _lines(
                ("parameter", "ranks", "chi-square", "chance of a larger one"),
                (
                    (name, " ".join(map(str, one["counts"])), one["chi2"], one["p"])
                    for name, one in ranks["parameters"].items()
                ),
            )
        )
    return "\n".join(parts)
