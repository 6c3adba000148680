"""The mechanism's benchmark as Markdown, printed and written into the documentation."""

from __future__ import annotations

from statistics import median
from typing import Any

from tables import table

GOAL_PER_S = 30_000
GOAL_TIMES_ROADRUNNER = 1000
DAYS, WEEKS, YEAR_D = 364, 52, 365.25
SIZES = ("256", "10000", "1000000")


def good(rounds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rounds that ended."""
    return [one for one in rounds if "failure" not in one]


def rate(values: list[dict[str, Any]]) -> tuple[float, float]:
    """Median patient-years per second of processor time, and (largest - smallest) / median.

    Over every repeat of every round.
    """
    every = [one["patient_years"] / cpu for one in values for cpu in one["cpu_s_all"] if cpu > 0]
    return median(every), (max(every) - min(every)) / median(every)


def bounds(one: dict[str, Any]) -> tuple[float, float]:
    """Patient-years per second if the core did nothing but arithmetic: without and with exp, log.

    Additions and multiplications at the rate of fused ones, two a fused one; divisions, and
    exponentials and logarithms, at the rates of long rows of them.
    """
    counts, rates = one["operations"], one["rates"]
    share = DAYS / YEAR_D

    def of_year(name: str) -> float:
        return float(
            DAYS * counts["day"][name] + WEEKS * counts["night"][name] + counts["start"][name]
        )

    plain = (of_year("plain") + of_year("choices")) / rates["fused_flops"]
    divided = of_year("divisions") / rates["divisions"]
    curved = of_year("transcendentals") / rates["transcendentals"]
    return share / (plain + divided), share / (plain + divided + curved)


def sized(kind: str, rounds: list[dict[str, Any]]) -> list[list[str]]:
    """Rows of one number type, by number of patients."""
    if not rounds:
        return []
    free, curved = (median(bounds(one)[which] for one in rounds) for which in (0, 1))
    rows = []
    for size in SIZES:
        values = [one["sizes"][size] for one in rounds if size in one["sizes"]]
        if not values:
            continue
        per_s, spread = rate(values)
        repeats = sum(len(one["cpu_s_all"]) for one in values)
        met = ""
        if kind == "f32":
            met = f"≥ {GOAL_PER_S:,}: " + ("met" if per_s >= GOAL_PER_S else "**missed**")
        rows.append(
            [
                f"day-step, {kind}, {int(size):,} patients",
                f"{per_s:,.0f}",
                f"{100 * spread:.0f} %" if repeats > 1 else "once",
                f"{max(one['peak_mb'] for one in values):.0f}",
                f"{100 * per_s / free:.0f} % / {100 * per_s / curved:.0f} %",
                met,
            ]
        )
    return rows


OTHERS = (
    ("population", "`simulate_population`, f32, blocks, people drawn and summed up"),
    ("numpy", "day-step in NumPy, f64, one person in 200 draws"),
    ("diffrax Tsit5", "diffrax Tsit5, f64, batch of 32"),
    ("roadrunner", "libRoadRunner, exported SBML, one person"),
    ("diffrax Kvaerno5", "diffrax Kvaerno5, f64, batch of 32"),
    ("lsoda", "SciPy LSODA, right-hand side in Python, one person"),
)


def difference(name: str, values: list[dict[str, Any]], truth: dict[str, Any]) -> str:
    """Largest relative difference from the strict solution, where it was looked at."""
    if "difference" in values[0]:
        return f"{values[0]['difference']:.0e}"
    if "closing" in values[0] and "failure" not in truth:
        closing = values[0]["closing"]
        return f"{max(abs(closing[k] - truth[k]) / abs(truth[k]) for k in closing):.0e}"
    return "–"


def others(results: dict[str, Any], fastest: float) -> list[list[str]]:
    """Rows of everything but the compiled day-step."""
    rows = []
    for name, what in OTHERS:
        values = good(results["rounds"][name])
        if not values:
            rows.append([what, results["rounds"][name][0]["failure"], "", "", "", ""])
            continue
        per_s, spread = rate(values)
        form = ",.0f" if per_s >= 100 else ".2f"
        rows.append(
            [
                what,
                format(per_s, form),
                f"{100 * spread:.0f} %",
                f"{max(one['peak_mb'] for one in values):.0f}",
                f"1 / {fastest / per_s:,.1f}"
                if fastest / per_s < 100
                else f"1 / {fastest / per_s:,.0f}",
                difference(name, values, results["truth_two_weeks"]),
            ]
        )
    return rows


def limits_text(rounds: list[dict[str, Any]], kind: str) -> str:
    """Counts and rates in a sentence."""
    rates = {name: max(one["rates"][name] for one in rounds) for name in rounds[0]["rates"]}
    counts = rounds[0]["operations"]
    parts = [
        f"{what} {of['plain'] + of['choices']:,.0f} additions, multiplications, choices, "
        f"{of['divisions']:,.0f} divisions, {of['transcendentals']:,.0f} exponentials or logarithms"
        for what, of in (
            ("a day", counts["day"]),
            ("a night observed", counts["night"]),
            ("the start of a patient", counts["start"]),
        )
    ]
    return (
        f"{kind}: {rates['fused_flops'] / 1e9:.0f} Gflop/s in fused multiply-adds, "
        f"{rates['divisions'] / 1e9:.1f} G divisions/s, "
        f"{rates['transcendentals'] / 1e9:.1f} G exponentials/s. Per patient: {'; '.join(parts)}."
    )


def render(results: dict[str, Any]) -> str:
    """The whole section."""
    about = results["about"]
    f32, f64 = good(results["rounds"]["f32"]), good(results["rounds"]["f64"])
    lines = [
        f"Measured {about['date']} on `{about['machine']}`, pinned to one core, one thread, "
        f"processor time; {about['rounds']} rounds in turn; load of the machine "
        f"{about['load'][0]} before and {about['load'][1]} after."
    ]
    for kind in ("f32", "f64"):
        lines += [
            f"{kind} failed: {one['failure']}"
            for one in results["rounds"][kind]
            if "failure" in one
        ]
    lines.append(
        table(
            [
                "program",
                "patient-years/s/core",
                "(max − min) / median",
                "peak memory while running, MB",
                "share of arithmetic limit, without / with exp and log",
                "goal",
            ],
            [*sized("f32", f32), *sized("f64", f64)],
        )
    )
    lines += [limits_text(rounds, kind) for kind, rounds in (("f32", f32), ("f64", f64)) if rounds]
    fastest = rate([one["sizes"]["10000"] for one in f32])[0] if f32 else float("nan")
    lines.append(
        table(
            [
                "the same model by other ways",
                "patient-years/s/core",
                "(max − min) / median",
                "peak memory while running, MB",
                "of day-step f32, 10,000",
                "largest difference of slow states from LSODA at 1e-10",
            ],
            others(results, fastest),
        )
    )
    runner = good(results["rounds"]["roadrunner"])
    if runner and f32:
        times = fastest / rate(runner)[0]
        met = "met" if times >= GOAL_TIMES_ROADRUNNER else "**missed**"
        lines.append(f"Day-step over libRoadRunner: {times:,.0f} × (≥ 1,000: {met}).")
    gradients = good(results["rounds"]["gradient"])
    if gradients:
        one = gradients[0]
        lines.append(
            f"Gradient of mean severity after twelve weeks in {one['parameters']} parameters, 256 "
            f"people, f32, checkpointed: {1e3 * median(g['cpu_s'] for g in gradients):.0f} ms, "
            f"{median(g['times_value'] for g in gradients):.1f} × the value."
        )
    return "\n\n".join(lines) + "\n"
