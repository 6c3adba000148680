"""The app's benchmark as Markdown, printed and written into the documentation."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import Any

from tables import seconds, table


def of(spread: dict[str, float], form: str = ".0f") -> str:
    """Median / 95th percentile."""
    return f"{spread['median']:{form}} / {spread['p95']:{form}}"


def dropped(found: dict[str, Any]) -> str:
    """From drop to scored, beside the command."""
    send, score, command = (found[name] for name in ("send_s", "score_s", "command_s"))
    both = [one + other for one, other in zip(send, score, strict=True)]
    rows = [
        [what, seconds(median(values)), f"{median(values) / median(command):.1f}"]
        for what, values in (
            ("sent and checked", send),
            ("from *Keep and score* until the night stands with its signals", score),
            ("both", both),
            ("`ekbom score` of the same file", command),
        )
    ]
    return table(["step", "median", "× `ekbom score`"], rows)


def redrawn(found: dict[str, Any]) -> str:
    """Jumps, and frames while something moves."""
    rows = [
        [
            f"{name} on the screen, dragged" if name != "8 h" else "8 h on the screen",
            of(one["jump_ms"]),
            of(one["frame_ms"], ".1f"),
            of(one["draw_ms"], ".1f"),
        ]
        for name, one in found["spans"].items()
    ]
    zoom = found["zoom"]
    rows.append(
        [
            "from 8 h to 30 s by the wheel",
            "",
            of(zoom["frame_ms"], ".1f"),
            of(zoom["draw_ms"], ".1f"),
        ]
    )
    header = ["", "to another place, ms", "frame to frame, ms", "script of a frame, ms"]
    return table(header, rows)


def tiles(found: dict[str, Any]) -> str:
    """Stretches of the signals."""
    rows = [
        [name, of(one, ".1f"), f"{one['kb']}", f"{one['times']}"] for name, one in found.items()
    ]
    return table(["on the screen", "ms", "largest, kB", "times"], rows)


def thresholds(found: dict[str, Any]) -> str:
    """A control that moves."""
    return (
        f"A threshold moved on that night: {of(found['trial'])} ms until its new page part is "
        f"there; the first one after a start {found['trial_after_start_ms']:.0f} ms."
    )


def rooms(found: dict[str, Any]) -> str:
    """Pages of a patient."""
    rows = [
        [name, f"{one['first']['median']:.0f}", of(one["other"]), of(one["again"])]
        for name, one in found.items()
    ]
    header = ["page", "first page after a start, ms", "of another day, ms", "asked for again, ms"]
    return table(header, rows)


def memory(found: dict[str, Any]) -> str:
    """Memory night by night."""
    rows = [
        [
            {"start": "the start", "night of 8 h": "one of 8 h more"}.get(
                one["after"], f"{one['after']} night{'' if one['after'] == '1' else 's'}"
            ),
            *(f"{one[name]:.0f}" if name in one else "–" for name in ("resident", "own", "most")),
        ]
        for one in found["rows"]
    ]
    return table(["after", "resident, MB", "of it own, MB", "most so far, MB"], rows)


def floods(found: list[dict[str, Any]]) -> str:
    """What came back."""
    header = [
        "connections × requests",
        "200",
        "503",
        "cut off",
        "200: median / p99, ms",
        "503: median / p99, ms",
        "resident before → after, MB",
        "a page afterwards, ms",
    ]
    return table(header, [_flood(one) for one in found])


def _flood(one: dict[str, Any]) -> list[str]:
    others = set(one["statuses"]) - {"200", "503"}
    took = {status: " / ".join(f"{ms:,}" for ms in both) for status, both in one["ms"].items()}
    before, after = (one[name].get("resident") for name in ("before_mb", "after_mb"))
    return [
        f"{one['connections']:,} × {one['each']}"
        + (f" (also {', '.join(sorted(others))})" if others else ""),
        *(f"{one['statuses'].get(status, 0):,}" for status in ("200", "503")),
        f"{one['closed']:,}",
        *(took.get(status, "–") for status in ("200", "503")),
        "–" if before is None or after is None else f"{before:.0f} → {after:.0f}",
        f"{one['page_after_ms']:.0f}" if one["is_alive"] else "**ended**",
    ]


def signals(found: dict[str, Any]) -> str:
    """Stretches of the signals, and a control that moves."""
    return f"{tiles(found['tiles'])}\n\n{thresholds(found)}"


# By key of the results: the heading, what is said below it, and the table.
PARTS: dict[str, tuple[str, str, Callable[[Any], str]]] = {
    "drop": (
        "From drop to scored",
        "In the browser, each round on a new store, and the command in turn; {rounds} rounds, page "
        "cache warm.",
        dropped,
    ),
    "redraws": (
        "Drawing a night",
        "16 signals, a window of 1400 × 1000, no graphics processor. *To another place* is from "
        "asking to the picture, its signals fetched. Frames are those while the signals are "
        "dragged with the mouse, each drawn anew; 16.7 ms is as often as the screen is drawn. The "
        "whole night has nowhere to be dragged to and is only drawn anew.",
        redrawn,
    ),
    "viewed": (
        "Signals from the server",
        "Without a browser, one after the other, 16 signals, 3600 columns of three screens.",
        signals,
    ),
    "rooms": (
        "Pages",
        "The example `history-augmentation`, the fullest record, without a browser; medians of "
        "{starts} starts. *Of another day* is consulted anew, *asked for again* is not.",
        rooms,
    ),
    "memory": (
        "Memory of the server",
        "One server; {nights} nights of 1 h with the 20 signals, each with a seed of its own, each "
        "sent, kept, scored, opened and read with another threshold; then the one of 8 h. "
        "*Resident* holds pages of files that the system takes back when it needs them; *own* is "
        "without them. Scoring runs in a process of its own.",
        memory,
    ),
    "floods": (
        "Ten thousand requests at once",
        "The page of patients, as fast as one process can ask. 503 says to come again.",
        floods,
    ),
}


def render(results: dict[str, Any]) -> str:
    """The whole section."""
    about = results["about"]
    parts = [
        f"Measured {about['date']} on `{about['machine']}`; load of the machine "
        f"{about['load'][0]} before and {about['load'][1]} after. One night of 8 h, 20 signals, "
        f"{about['size_mb']:.0f} MB. Pairs are median / 95th percentile."
    ]
    for key, (heading, said, line) in PARTS.items():
        found = results[key]
        parts.append(f"### {heading}")
        if isinstance(found, dict) and "failure" in found:
            parts.append(f"Not measured: {found['failure']}")
        else:
            parts += [said.format(**about), line(found)]
    return "\n\n".join(parts) + "\n"
