"""``ekbom simulate``: a scenario of the model, run in every draw."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ekbom.errors import UsageError, WritingError, near_names

if TYPE_CHECKING:
    from ekbom.knowledge.base import KnowledgeBase
    from ekbom.mechanism.scenarios.scenario import Scenario, Simulation

_MOST_DRAWS = 100_000
# Nights apart: weekly is enough for years.
_STEPS_D = (1, 2, 7, 14, 28)
_ENOUGH_NIGHTS = 200
_ALL = "all"
_FORMS = (".csv", ".parquet")
# About 100 MB of text.
_MOST_TABLED = 10_000_000


def register(subparsers: Any) -> None:
    """Add the verb ``simulate`` to the parsers of ``argparse``."""
    parser = subparsers.add_parser(
        "simulate",
        help="run a scenario of the model: courses of treatment side by side",
        description="Runs the model of brain iron, dopamine and the night on a scenario: one "
        "person, some courses. What comes out is always median and range over draws. The model "
        "speaks of the mean of groups of people; it predicts no one's response.",
    )
    files = parser.add_argument_group("scenario")
    files.add_argument("scenario", nargs="?", type=Path, help="scenario (YAML)")
    files.add_argument(
        "--example", metavar="NAME", help="a scenario that comes with ekbom; see --examples"
    )
    files.add_argument("--examples", action="store_true", help="list them and stop")
    files.add_argument(
        "--new", type=Path, metavar="FILE", help="write an example into a new file and stop"
    )
    _add_run(parser.add_argument_group("in place of what the scenario says"))
    _add_output(parser.add_argument_group("output (a summary, unless --json)"))
    parser.set_defaults(run=run)


def _add_run(group: Any) -> None:
    group.add_argument("--draws", type=int, metavar="N", help="sets of parameters")
    group.add_argument("--seed", type=int, metavar="N", help="of everything that is drawn")
    group.add_argument(
        "--variant", metavar="NAME", help="structure of the model; all: each in turn"
    )
    group.add_argument(
        "--prior", action="store_true", help="draw from the prior, fitted to no trial"
    )
    group.add_argument(
        "--every",
        type=int,
        metavar="DAYS",
        help="days from one night observed to the next; default: by length, 1 to 28",
    )


def _add_output(group: Any) -> None:
    group.add_argument("--json", action="store_true", help="everything, as JSON")
    group.add_argument("--html", type=Path, metavar="OUT.html", help="write a page with plots")
    group.add_argument(
        "--out",
        type=Path,
        metavar="OUT",
        help="write percentiles of every night as a table, .csv or .parquet",
    )
    group.add_argument(
        "--each-draw", action="store_true", help="every draw in the table, one row a night"
    )
    group.add_argument(
        "--sbml",
        type=Path,
        metavar="OUT.xml",
        help="write the continuous model of the first course, at median parameters",
    )
    group.add_argument("--overwrite", action="store_true", help="replace files that exist")


def run(args: argparse.Namespace) -> int:
    """Read, run, write, print; the exit status."""
    if args.examples:
        return _list_examples()
    if args.new is not None:
        return _write_new(args.new, args.example)
    _check(args)
    from ekbom.knowledge.loading import load

    knowledge = load()
    scenario = _scenario(args, knowledge)
    variants = _variants(scenario, knowledge)
    if args.sbml is not None:
        _check_sbml(scenario, variants)
    _check_length(scenario, len(variants), args)
    simulations = list(_simulated(scenario, variants, args, knowledge))
    try:
        _write(simulations, args, knowledge)
    finally:
        # A file that cannot be written takes no result with it.
        _print(simulations, args)
    return 0


# The call ---------------------------------------------------------------------------------------


def _check(args: argparse.Namespace) -> None:
    """Refuse a call that cannot be carried out whole, before the work."""
    if (args.scenario is None) == (args.example is None):
        raise UsageError(
            "no scenario" if args.scenario is None else "a scenario and an example",
            expected="ekbom simulate SCENARIO.yaml, or ekbom simulate --example NAME",
        )
    for name, lowest, highest in (
        ("draws", 1, _MOST_DRAWS),
        ("seed", 0, 2**63 - 1),
        ("every", 1, 36_525),
    ):
        value = getattr(args, name)
        if value is not None and not lowest <= value <= highest:
            raise UsageError(f"--{name} {value}", expected=f"a whole number, {lowest} to {highest}")
    if args.each_draw and args.out is None:
        raise UsageError("--each-draw without --out", expected="--out FILE beside it")
    if args.out is not None:
        _check_table(args.out)
    outputs = [path for path in (args.html, args.out, args.sbml) if path is not None]
    if len({path.resolve() for path in outputs}) < len(outputs):
        raise UsageError("two outputs into one file", expected="a name for each")
    for path in outputs:
        _check_output(path, args)


def _check_table(path: Path) -> None:
    form = path.suffix
    if form not in _FORMS:
        raise UsageError(f"--out {path}", expected=f"a name that ends in {' or '.join(_FORMS)}")
    if form == ".parquet":
        from ekbom.interop.tables import check_parquet

        check_parquet()


def _check_output(path: Path, args: argparse.Namespace) -> None:
    if path.is_dir():
        raise WritingError("this is a folder", where=str(path), what_to_do="name a file inside it")
    if not path.parent.is_dir():
        raise WritingError(
            "its folder does not exist", where=str(path), what_to_do="make the folder first"
        )
    if args.scenario is not None and path.resolve() == args.scenario.resolve():
        raise UsageError(f"{path} is the scenario itself", expected="another name")
    if path.exists() and not args.overwrite:
        raise WritingError(
            "the file exists",
            where=str(path),
            what_to_do="Choose another name, or add --overwrite.",
        )


def _check_sbml(scenario: Scenario, variants: tuple[str, ...]) -> None:
    from ekbom.interop.sbml import check_sbml

    if len(variants) > 1:
        raise UsageError("--sbml with all variants", expected="--variant NAME beside --sbml")
    if scenario.n_before:
        raise UsageError(
            "a scenario that goes on from medicines taken so far",
            expected="for --sbml one that starts without medicines",
        )
    check_sbml()


def _list_examples() -> int:
    from ekbom.interop.scenario_files import example_scenario_names, example_scenario_text

    for name in example_scenario_names():
        print(f"{name}: {example_scenario_text(name).partition(chr(10))[0].lstrip('# ')}")
    return 0


def _write_new(path: Path, example: str | None) -> int:
    from ekbom.interop.files import write_whole
    from ekbom.interop.scenario_files import example_scenario_names, example_scenario_text

    text = example_scenario_text(example or _first_of(example_scenario_names()))
    if path.exists():
        raise UsageError(f"{path} exists", expected="a new name; nothing is ever overwritten")
    write_whole(path, text.encode())
    print(f"{path} written; change it, then: ekbom simulate {path}")
    return 0


_BEGIN_WITH = "iron-agonist-ligand"


def _first_of(names: tuple[str, ...]) -> str:
    return _BEGIN_WITH if _BEGIN_WITH in names else names[0]


# The run ----------------------------------------------------------------------------------------


def _scenario(args: argparse.Namespace, knowledge: KnowledgeBase) -> Scenario:
    """The scenario with what the call puts in place of what it says."""
    from ekbom.interop.scenario_files import example_scenario, read_scenario

    if args.example is not None:
        found = example_scenario(args.example, knowledge)
    else:
        found = read_scenario(args.scenario, knowledge)
    given = {"n_draws": args.draws, "seed": args.seed, "variant": args.variant}
    asked = replace(found, **{name: value for name, value in given.items() if value is not None})
    if asked.n_draws == 1:
        raise UsageError("1 set of parameters, which has no range", expected="2 or more")
    return asked


def _variants(scenario: Scenario, knowledge: KnowledgeBase) -> tuple[str, ...]:
    from ekbom.knowledge.mechanism import ModelVariant

    every = tuple(knowledge.of(ModelVariant))
    if scenario.variant == _ALL:
        return every
    if scenario.variant not in every:
        raise UsageError(
            f"no variant {scenario.variant!r} of the model",
            expected=near_names(scenario.variant, (*every, _ALL)),
        )
    return (scenario.variant,)


def _simulated(
    scenario: Scenario,
    variants: tuple[str, ...],
    args: argparse.Namespace,
    knowledge: KnowledgeBase,
) -> Iterator[Simulation]:
    """Each structure in turn, while a bar shows how far it is."""
    import numpy as np

    from ekbom.cli.model_draws import draws_of
    from ekbom.cli.progress import Progress
    from ekbom.mechanism.scenarios.scenario import simulate

    every_days = args.every or _nights_apart_d(scenario.n_days)
    with Progress("simulating", "%") as advance:
        for k, variant in enumerate(variants):

            def progress(share: float, done: int = k) -> None:
                advance(100 * (done + share) / len(variants), 100)

            draws = draws_of(
                knowledge, variant, scenario.n_draws, scenario.seed, from_prior=args.prior
            )
            # What comes to no number is refused in words; NumPy's warning would stand before them.
            with np.errstate(invalid="ignore", divide="ignore"):
                found = simulate(
                    scenario, draws, knowledge, every_days=every_days, progress=progress
                )
            yield found


def _nights_apart_d(n_days: int) -> int:
    return next((step for step in _STEPS_D if n_days / step <= _ENOUGH_NIGHTS), _STEPS_D[-1])


def _check_length(scenario: Scenario, n_variants: int, args: argparse.Namespace) -> None:
    """Refuse more than memory holds, and a table of every draw that no one could open."""
    from ekbom.mechanism.observables import UNITS
    from ekbom.mechanism.scenarios.scenario import MOST_NUMBERS

    n_nights = scenario.n_days // (args.every or _nights_apart_d(scenario.n_days)) + 1
    n_rows = n_variants * len(scenario.courses) * n_nights * scenario.n_draws
    most, what_to_do = MOST_NUMBERS, "Take fewer --draws or more days with --every."
    if args.each_draw:
        most, what_to_do = _MOST_TABLED, f"{what_to_do[:-1]}, or leave out --each-draw."
    if n_rows * len(UNITS) > most:
        raise UsageError(
            f"{n_rows:,} nights of courses and draws",
            expected=f"at most {most // len(UNITS):,}{' in a table' if args.each_draw else ''}",
            what_to_do=what_to_do,
        )


# What comes out ---------------------------------------------------------------------------------


def _write(
    simulations: list[Simulation], args: argparse.Namespace, knowledge: KnowledgeBase
) -> None:
    from ekbom.interop.files import write_whole

    written = []
    if args.html is not None:
        from ekbom.report.simulation.html import render_simulation

        write_whole(args.html, render_simulation(simulations, knowledge).encode())
        written.append(f"page written to {args.html}")
    if args.out is not None:
        from ekbom.interop.tables import write_table
        from ekbom.report.simulation.tables import about, table

        write_table(args.out, table(simulations, each_draw=args.each_draw), about(simulations))
        written.append(f"table written to {args.out}")
    if args.sbml is not None:
        _write_sbml(simulations[0], args.sbml, knowledge)
        written.append(f"model written to {args.sbml}")
    for says in written:
        print(says, file=sys.stderr)


def _write_sbml(simulation: Simulation, path: Path, knowledge: KnowledgeBase) -> None:
    """The continuous model of the first course, every parameter at the median of the draws."""
    import numpy as np

    from ekbom.interop.sbml import sbml_of, write_sbml
    from ekbom.mechanism.individual import individual
    from ekbom.mechanism.movement_index import MovementIndex
    from ekbom.mechanism.parameters import Priors
    from ekbom.mechanism.regimen import Arm, layout_of, scheduled

    scenario = simulation.scenario
    course = scenario.courses[0]
    priors, movements = Priors.of(knowledge, simulation.variant), MovementIndex.of(knowledge)
    middle = {name: float(np.median(own)) for name, own in simulation.draws.by_id().items()}
    parameters = priors.values(np, middle if simulation.draws.kind == "posterior" else {})
    arm = Arm(course.lines, np.full(scenario.n_days, course.hopes))
    layout = layout_of([arm])
    own, state = individual(np, scenario.person, parameters, layout, movements)
    doses = scheduled([arm], layout, parameters.drugs, scenario.n_days)
    title = f"{scenario.title}: {course.name}"
    text = sbml_of(
        layout,
        own,
        state,
        doses,
        priors=priors,
        movements=movements,
        limits=simulation.limits,
        title=title,
    )
    write_sbml(path, text)


def _print(simulations: list[Simulation], args: argparse.Namespace) -> None:
    if args.json:
        import json

        from ekbom.report.simulation.as_json import as_json

        print(json.dumps(as_json(simulations), allow_nan=False, ensure_ascii=False))
        return
    from ekbom.report.simulation.text import text

    print("\n".join(text(simulations)))
