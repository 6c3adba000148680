"""``ekbom population``: many virtual patients under some arms, and trials of them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ekbom.errors import UsageError, WritingError

if TYPE_CHECKING:
    from ekbom.cli.progress import Advance
    from ekbom.interop.population_files import PopulationFolder
    from ekbom.knowledge.base import KnowledgeBase
    from ekbom.mechanism.draws import Draws
    from ekbom.mechanism.populations.lanes import Backend
    from ekbom.mechanism.populations.population import Chunk, Plan
    from ekbom.mechanism.populations.population_file import PopulationFile
    from ekbom.mechanism.populations.population_summary import Totals

# Without a folder nothing is kept of a run that is stopped.
MOST_WITHOUT_FOLDER = 2_000_000
# Patient-years a second on one core, rounded down; only for saying how long it may take.
_SPEED = {"jax": 10_000, "numpy": 2_000}
# What it takes to compile is only worth it beyond some patient-years.
_WORTH_COMPILING = 20_000
# One set of parameters has no range, and no output is without one.
_FEWEST_DRAWS = 2
_SAVED_EVERY_S = 5.0
_LONG_S = 60.0
_BYTES_A_ROW = 60
_WEEKS_A_YEAR = 52.18


def register(subparsers: Any) -> None:
    """Add the verb ``population`` to the parsers of ``argparse``."""
    parser = subparsers.add_parser(
        "population",
        help="simulate many virtual patients, or trials of them",
        description=(
            "Draws virtual patients who differ as treated people do, runs each under every arm, "
            "and sums up. With --trial N people enter each arm, some leave, and the arms are "
            "compared, again and again."
        ),
    )
    parser.add_argument("n", metavar="N", nargs="?", help="people; with --trial in each arm")
    parser.add_argument("--arms", type=Path, metavar="FILE.yaml", help="what they are given")
    parser.add_argument("--new", type=Path, metavar="FILE.yaml", help="write such a file, and end")
    parser.add_argument("--trial", action="store_true", help="emulate the trial of the file")
    parser.add_argument("--weeks", type=int, help="length; default: that of the file, or 12")
    parser.add_argument("--seed", type=int, default=1, help="one seed, one result; default: 1")
    parser.add_argument(
        "--draws", type=int, default=64, help="sets of parameters; default: 64, of a trial one each"
    )
    parser.add_argument("--variant", help="structure of the model; a wrong name lists them")
    output = parser.add_argument_group("output")
    output.add_argument(
        "--out", type=Path, metavar="FOLDER", help="keep what is done; the same call goes on there"
    )
    output.add_argument(
        "--people", choices=("csv", "parquet"), help="with --out: each person by week too"
    )
    output.add_argument("--json", action="store_true", help="everything, for machines")
    parser.add_argument(
        "--backend",
        choices=("jax", "numpy"),
        help="default: numpy for little work, jax for much where it is installed",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Simulate and print; the exit status."""
    if args.new is not None:
        return _write_template(args.new)
    n = _whole(args.n)
    _check(args)
    from ekbom.knowledge.loading import load

    knowledge = load()
    if args.trial:
        return _trial(args, n, knowledge)
    return _population(args, n, knowledge)


def _write_template(path: Path) -> int:
    from ekbom.interop.files import write_whole
    from ekbom.interop.population_files import template_text

    if path.exists():
        raise WritingError("the file exists", where=str(path), what_to_do="Choose another name.")
    write_whole(path, template_text().encode())
    print(f"{path}: two arms, to be changed", file=sys.stderr)
    return 0


def _whole(written: str | None) -> int:
    """A number of people."""
    if written is None:
        raise UsageError("no number of people", expected="ekbom population N, N from 1 up")
    try:
        n = int(written)
    except ValueError as error:
        raise UsageError(
            f"{written!r} people", expected="a whole number in digits, such as 10000"
        ) from error
    if n < 1:
        raise UsageError(f"{n} people", expected="a whole number from 1 up")
    return n


def _check(args: argparse.Namespace) -> None:
    from ekbom.mechanism.populations.population import MOST_WEEKS

    if args.weeks is not None and not 1 <= args.weeks <= MOST_WEEKS:
        raise UsageError(f"{args.weeks} weeks", expected=f"from 1 to {MOST_WEEKS}")
    if args.seed < 0:
        raise UsageError(f"seed {args.seed}", expected="a whole number from 0 up")
    if args.draws < _FEWEST_DRAWS:
        raise UsageError(
            f"--draws {args.draws}, which has no range",
            expected=f"a whole number from {_FEWEST_DRAWS} up",
        )
    if args.trial and args.arms is None:
        raise UsageError("--trial without --arms", expected="a file with two arms or more")
    if args.trial and (args.out or args.people):
        name = "--out" if args.out else "--people"
        raise UsageError(f"{name} with --trial", what_to_do="Take --json > FILE.")
    if args.people and args.out is None:
        raise UsageError("--people without --out", what_to_do="Name a folder.")
    if args.people == "parquet":
        from ekbom.interop.tables import check_parquet

        check_parquet()


def _asked(args: argparse.Namespace, knowledge: KnowledgeBase) -> PopulationFile:
    """What the file asks for, or one arm of people who are given nothing."""
    from ekbom.interop.population_files import read_population
    from ekbom.mechanism.populations.population import PopulationArm
    from ekbom.mechanism.populations.population_file import PopulationFile
    from ekbom.mechanism.populations.virtual_patients import EVERYBODY

    if args.arms is not None:
        return read_population(args.arms, knowledge, args.weeks)
    nothing = PopulationArm("nothing given", (), hopes=False)
    weeks = 12 if args.weeks is None else args.weeks
    return PopulationFile("", (nothing,), weeks, EVERYBODY, "last-observation", 0.05, None, 0)


def _draws(args: argparse.Namespace, n: int, knowledge: KnowledgeBase) -> Draws:
    from ekbom.cli.model_draws import draws_of

    found = draws_of(knowledge, args.variant, n, args.seed)
    if len(found) < n:
        print(
            f"ekbom: {len(found)} sets of parameters are on file: all are used, though {n} were "
            "asked for",
            file=sys.stderr,
        )
    return found


def _backend(args: argparse.Namespace, patient_years: float) -> Backend:
    from ekbom.mechanism.populations.lanes import default_backend

    if args.backend:
        backend: Backend = args.backend
        return backend
    if patient_years < _WORTH_COMPILING:
        return "numpy"
    backend = default_backend()
    if backend == "numpy":
        print(
            "ekbom: JAX is not installed, NumPy is used: slower (the extra ekbom[population] has "
            "it)",
            file=sys.stderr,
        )
    return backend


# A population --------------------------------------------------------------------------------


def _population(args: argparse.Namespace, n: int, knowledge: KnowledgeBase) -> int:
    from ekbom.cli.progress import Progress
    from ekbom.mechanism.limits_of_use import LimitsOfUse
    from ekbom.mechanism.populations.population import Plan, settings_of, simulate_population
    from ekbom.report.population.as_json import population_json
    from ekbom.report.population.text import population_text

    asked = _asked(args, knowledge)
    years = n * len(asked.arms) * asked.weeks / _WEEKS_A_YEAR
    _refuse_unkept(args, n, years)
    plan = Plan(
        n, asked.arms, asked.weeks, _draws(args, args.draws, knowledge), args.seed, asked.criteria
    )
    backend = _backend(args, years)
    _say_how_long(years, backend)
    settings = settings_of(plan, knowledge, backend)
    folder = _folder(args, plan, settings, LimitsOfUse.of(knowledge))
    so_far = folder.begin() if folder else None
    if so_far is not None:
        done = so_far.n + so_far.failed
        print(f"ekbom: {done} of {n} people are done already", file=sys.stderr)
    with Progress("simulating", "person") as advance:
        keeper = _Keeper(plan, folder, advance)
        try:
            population = simulate_population(
                plan, knowledge, backend=backend, so_far=so_far, each=keeper.told
            )
        except KeyboardInterrupt:
            keeper.stopped()
            raise
    if folder:
        folder.finish(population.rows)
    if args.json:
        print(population_json(population, settings))
    else:
        print(population_text(population, asked.title))
    return 0


def _refuse_unkept(args: argparse.Namespace, n: int, years: float) -> None:
    if n > MOST_WITHOUT_FOLDER and args.out is None:
        hours = years / _SPEED["jax"] / 3600
        raise UsageError(
            f"{n} people, about {hours:.2g} hours or more, and nothing kept if it is stopped",
            expected=f"at most {MOST_WITHOUT_FOLDER} people, or --out FOLDER",
            what_to_do="Add --out FOLDER: it is then done in chunks, and the same call goes on "
            "where it was stopped.",
        )


def _say_how_long(years: float, backend: Backend) -> None:
    seconds = years / _SPEED[backend]
    if seconds > _LONG_S:
        print(
            f"ekbom: about {years:.3g} patient-years, which may take {_in_words(seconds)}",
            file=sys.stderr,
        )


def _in_words(seconds: float) -> str:
    minute, hour, day = 60, 3600, 86_400
    if seconds < hour:
        return f"{seconds / minute:.0f} min"
    return f"{seconds / hour:.1f} h" if seconds < day else f"{seconds / day:.1f} days"


def _folder(
    args: argparse.Namespace, plan: Plan, settings: dict[str, Any], limits: Any
) -> PopulationFolder | None:
    from ekbom.interop.population_files import PopulationFolder

    if args.out is None:
        return None
    if args.people:
        _refuse_too_large(args.out, plan)
    names = tuple(arm.name for arm in plan.arms)
    return PopulationFolder(args.out, settings, limits, names, args.people)


def _refuse_too_large(folder: Path, plan: Plan) -> None:
    import shutil

    needed = plan.n * len(plan.arms) * (plan.weeks + 1) * _BYTES_A_ROW
    there = next((p for p in (folder, *folder.absolute().parents) if p.exists()), Path())
    free = shutil.disk_usage(there).free
    if needed > free:
        raise UsageError(
            f"about {needed / 1e9:.3g} GB for each person by week, {free / 1e9:.3g} GB free",
            what_to_do="Leave --people out: the summary stays small.",
        )


class _Keeper:
    """Shows how far it is, and keeps it."""

    def __init__(self, plan: Plan, folder: PopulationFolder | None, advance: Advance) -> None:
        self._plan, self._folder, self._advance = plan, folder, advance
        self._saved_s = 0.0
        self._unsaved: Totals | None = None

    def told(self, chunk: Chunk) -> None:
        """One chunk is done."""
        import time

        if self._folder:
            self._folder.save_people(chunk)
            self._unsaved = chunk.totals
            last = chunk.number + 1 == self._plan.n_chunks
            if last or time.monotonic() - self._saved_s > _SAVED_EVERY_S:
                self._folder.save(chunk.totals)
                self._saved_s, self._unsaved = time.monotonic(), None
        self._advance(chunk.first_person + len(chunk.draw), self._plan.n)

    def stopped(self) -> None:
        """Keep what is done."""
        if self._folder and self._unsaved is not None:
            self._folder.save(self._unsaved)
        if self._folder:
            print("ekbom: the same call goes on from here", file=sys.stderr)


# A trial -------------------------------------------------------------------------------------


def _trial(args: argparse.Namespace, n: int, knowledge: KnowledgeBase) -> int:
    from ekbom.cli.progress import Progress
    from ekbom.mechanism.populations.trial_emulation import TrialDesign, emulate_trial
    from ekbom.mechanism.populations.trial_power import sample_size
    from ekbom.report.population.as_json import trial_json
    from ekbom.report.population.text import trial_text

    asked = _asked(args, knowledge)
    design = TrialDesign(asked.arms, n, asked.weeks, asked.criteria, asked.analysis, asked.level)
    years = n * len(asked.arms) * asked.repeats * asked.weeks / _WEEKS_A_YEAR
    backend = _backend(args, years)
    _say_how_long(years, backend)
    draws = _draws(args, asked.repeats, knowledge)
    with Progress("emulating trials", "person") as advance:
        result = emulate_trial(
            design,
            draws,
            knowledge,
            repeats=asked.repeats,
            seed=args.seed,
            backend=backend,
            progress=advance,
        )
    sizes = []
    if asked.power is not None:
        analysed = min(arm.analysed for arm in result.arms)
        sizes = [sample_size(one, asked.power, analysed) for one in result.comparisons]
    shown = trial_json if args.json else trial_text
    print(shown(result, sizes, asked.title))
    return 0
