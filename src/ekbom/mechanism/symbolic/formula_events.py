"""Doses, patches and nights of the continuous model as events of its formulas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from ekbom.mechanism import iron, symbols
from ekbom.mechanism.arrays import Array
from ekbom.mechanism.pharmacology import PATCHES
from ekbom.mechanism.schedule import DAY_H, Doses, Layout
from ekbom.mechanism.symbolic.formulas import Event, Quantity, Symbols, Value, slug
from ekbom.mechanism.symbols import Expression, symbol

# Later than any course.
NEVER_D = 1e6


class Repeated(NamedTuple):
    """The same dose at regular times.

    Parameters
    ----------
    kind : str
        What it is a dose of.
    name : str
        Medicine or iron product; empty for iron by mouth and lost blood.
    mg : float
        Each time: absorbed mg of a medicine, mg of iron otherwise.
    first_d, every_d, until_d : float
        Days after the start: first dose, step, and when none is given any more.
    """

    kind: Literal["gut", "complex", "oral-iron", "blood"]
    name: str
    mg: float
    first_d: float
    every_d: float
    until_d: float


class Held(NamedTuple):
    """Something that is on for a while.

    Parameters
    ----------
    kind : str
        Flow from a patch in mg/h, or being treated.
    name : str
        Medicine of the patch.
    amount : float
        While on.
    from_d, until_d : float
        Days after the start.
    """

    kind: Literal["flow", "treated"]
    name: str
    amount: float
    from_d: float
    until_d: float


def repeated(layout: Layout, doses: Doses) -> list[Repeated]:
    """Doses of a schedule, gathered to runs of equal doses at regular steps.

    Parameters
    ----------
    layout : Layout
        Medicines and clock times.
    doses : Doses
        With a first axis of days, of one lane.
    """
    given: list[tuple[Any, str, Array]] = [
        ("gut", name, taken)
        for name, taken in zip(layout.drugs, doses.taken, strict=True)
        if name not in PATCHES
    ]
    given += [
        ("complex", name, mg) for name, mg in zip(layout.complexes, doses.infused, strict=True)
    ]
    given += [("oral-iron", "", doses.oral_iron)] if layout.oral_iron else []
    given += [("blood", "", doses.bled)] if layout.bleeding else []
    runs = []
    for kind, name, amounts in given:
        for slot, hour in enumerate(layout.slots_h):
            of_days = np.asarray(amounts)[:, slot, 0]
            for mg, first, every, count in _runs(of_days):
                at = first + hour / DAY_H
                last = at + (count - 1) * every
                runs.append(Repeated(kind, name, mg, at, every, last + 0.5))
    return runs


def _runs(of_days: Array) -> Iterator[tuple[float, int, int, int]]:
    """Dose, first day, step and number of equal doses in arithmetic progression."""
    for mg in sorted({float(mg) for mg in of_days if mg != 0}):
        days = np.flatnonzero(of_days == mg).tolist()
        while days:
            step = days[1] - days[0] if len(days) > 1 else 1
            count = 1
            while count < len(days) and days[count] - days[count - 1] == step:
                count += 1
            yield mg, days[0], step, count
            del days[:count]


def held(layout: Layout, doses: Doses) -> list[Held]:
    """Patches worn and days of expectation, as stretches of equal amount.

    Parameters
    ----------
    layout : Layout
        Medicines and clock times.
    doses : Doses
        With a first axis of days, of one lane.
    """
    n_days = doses.treated.shape[0]
    cuts_h = (0.0, *layout.slots_h)
    times = [day + hour / DAY_H for day in range(n_days) for hour in cuts_h]
    found = []
    for name, taken in zip(layout.drugs, doses.taken, strict=True):
        if name in PATCHES:
            amounts = np.asarray(taken)[:, :, 0].ravel().tolist()
            found += [Held("flow", name, *each) for each in _stretches(times, amounts, n_days)]
    treated = np.asarray(doses.treated)[:, 0].tolist()
    days = [float(day) for day in range(n_days)]
    found += [Held("treated", "", *each) for each in _stretches(days, treated, n_days)]
    return found


def _stretches(
    times: Sequence[float], amounts: Sequence[float], end: float
) -> Iterator[tuple[float, float, float]]:
    begin = 0
    for at in range(1, len(times) + 1):
        if at == len(times) or amounts[at] != amounts[begin]:
            until = times[at] if at < len(times) else end
            if amounts[begin] != 0 and until > times[begin]:
                yield amounts[begin], times[begin], until
            begin = at


def planned(
    written: Symbols, doses: Iterable[Repeated], stretches: Iterable[Held]
) -> tuple[list[Quantity], list[Event]]:
    """Quantities and events of a regimen.

    Parameters
    ----------
    written : Symbols
        The model.
    doses, stretches : iterable
        The regimen.
    """
    quantities = [
        Quantity(f"flow_{slug(name)}", "state", 0.0, "mg/h", f"{name}: flow from the patch", "")
        for name in written.layout.drugs
        if name in PATCHES
    ]
    quantities.append(Quantity("treated", "state", 0.0, "1", "1 while treated", ""))
    events = []
    counts: dict[str, int] = {}
    lines: list[Repeated | Held] = [*doses, *stretches]
    for line in lines:
        root = slug(line.name or line.kind)
        counts[root] = counts.get(root, 0) + 1
        prefix = f"{root}_{counts[root]}"
        if isinstance(line, Repeated):
            own, event = _dose(written, prefix, line)
            events.append(event)
        else:
            own, on_off = _stretch(prefix, line)
            events.extend(on_off)
        quantities.extend(own)
    return quantities, events


def _dose(written: Symbols, prefix: str, line: Repeated) -> tuple[list[Quantity], Event]:
    name = line.name or line.kind
    unit = "mg"
    own = [
        _constant(f"{prefix}_mg", line.mg, unit, f"{name}: each dose"),
        _constant(f"{prefix}_first_d", line.first_d, "d", f"{name}: first dose"),
        _constant(f"{prefix}_every_d", line.every_d, "d", f"{name}: step between doses"),
        _constant(f"{prefix}_until_d", line.until_d, "d", f"{name}: none from here on"),
        Quantity(
            f"{prefix}_next_d", "state", symbol(f"{prefix}_first_d"), "d", f"{name}: next dose", ""
        ),
    ]
    following = symbol(f"{prefix}_next_d")
    after = following + symbol(f"{prefix}_every_d")
    changes = _given(written, line, symbol(f"{prefix}_mg"))
    changes[f"{prefix}_next_d"] = symbols.where(after < symbol(f"{prefix}_until_d"), after, NEVER_D)
    event = Event(f"{prefix}_given", f"{name} is given", symbol("time") >= following, changes)
    return own, event


def _given(written: Symbols, line: Repeated, mg: Expression) -> dict[str, Value]:
    """What one dose changes; the same as between two stretches of `reference.solve`."""
    state, body = written.state, written.own.parameters.body
    if line.kind == "gut":
        return {f"gut_{slug(line.name)}": symbol(f"gut_{slug(line.name)}") + mg}
    if line.kind == "complex":
        each = f"iron_complex_{slug(line.name)}"
        return {each: symbol(each) + mg, "iron_gained": state.iron_gained + mg}
    if line.kind == "blood":
        return {"iron_rbc": state.iron_rbc - mg, "iron_lost": state.iron_lost + mg}
    log_hepcidin = iron.log_hepcidin(
        symbols, state.iron_store, written.own.person.inflammation, body
    )
    absorbed = iron.absorbed_mg(symbols, mg, log_hepcidin, state.hepcidin_oral, body)
    return {
        "iron_gut": state.iron_gut + absorbed,
        "iron_gained": state.iron_gained + absorbed,
        "hepcidin_oral": state.hepcidin_oral + iron.hepcidin_rise(mg, body),
    }


def _stretch(prefix: str, line: Held) -> tuple[list[Quantity], tuple[Event, Event]]:
    each = f"flow_{slug(line.name)}" if line.kind == "flow" else "treated"
    unit, what = ("mg/h", f"{line.name}: patch") if line.kind == "flow" else ("1", "treated")
    own = [
        _constant(f"{prefix}_amount", line.amount, unit, what),
        _constant(f"{prefix}_from_d", line.from_d, "d", f"{what}, from"),
        _constant(f"{prefix}_until_d", line.until_d, "d", f"{what}, until"),
    ]
    now, amount, time = symbol(each), symbol(f"{prefix}_amount"), symbol("time")
    on = Event(
        f"{prefix}_on", f"{what} on", time >= symbol(f"{prefix}_from_d"), {each: now + amount}
    )
    off = Event(
        f"{prefix}_off", f"{what} off", time >= symbol(f"{prefix}_until_d"), {each: now - amount}
    )
    return own, (on, off)


def _constant(each: str, value: float, unit: str, name: str) -> Quantity:
    return Quantity(each, "constant", value, unit, name, "regimen")
