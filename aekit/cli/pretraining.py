"""`compare-pretraining`: one recipe begun in several ways, by ordinary runs, over seeds."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aekit.cli.attend import EXIT_CODES, LeftAlone, last_number, see_out
from aekit.cli.display import make_display
from aekit.cli.output import figure, new_table, print_json, print_table, say
from aekit.cli.params import json_option, overrides_argument, plugins_option, recipe_argument, runs_option, verb
from aekit.errors import InputError
from aekit.run import RunDirectory, runs_root, start_worker, status
from aekit.run.files import write_whole
from aekit.run.paths import shown
from aekit.run.wording import with_error

if TYPE_CHECKING:
    from aekit.report import Comparison, Plan
    from aekit.report.comparison import Result

#: The folder of comparisons, among the runs.
FOLDER = "comparisons"


class Halted(Exception):
    """A run was stopped or left to itself: the comparison goes on another time."""

    def __init__(self, code: int) -> None:
        self.code = code


@verb(
    "compare-pretraining",
    ("aekit compare-pretraining digits-rbm", "as written, greedy, and from a random start"),
    ("aekit compare-pretraining digits-rbm --seeds 10 stages.pretrain.epochs=20", "more seeds, another pretraining"),
    ("aekit compare-pretraining mine.yaml --rates 1e-3,1e-2 --measure error --json", "with these rates, for a program"),
)
@recipe_argument
@overrides_argument
@click.option("--pretraining", metavar="STAGE", help="The stage that is compared; the first one otherwise.")
@click.option("--measure", metavar="KEY", help="What is compared; the last stage's first metric otherwise.")
@click.option("--rates", metavar="LIST", help="Rates of the last stage; the recipe's own times 1/3, 1 and 3 otherwise.")
@click.option("--seeds", type=click.IntRange(1), default=3, metavar="N", help="How many seeds; 3 otherwise.")
@click.option("--greedy", "greedy", multiple=True, metavar="OPTION=VALUE", help="For the trainer of the greedy arm.")
@click.option("--without-greedy", is_flag=True, help="Leave the greedy arm out.")
@plugins_option
@runs_option
@json_option("the comparison")
def compare_pretraining(
    source: str,
    overrides: tuple[str, ...],
    pretraining: str | None,
    measure: str | None,
    rates: str | None,
    seeds: int,
    greedy: tuple[str, ...],
    without_greedy: bool,
    plugins: tuple[Path, ...],
    root: Path | None,
    as_json: bool,
) -> int:
    """Say whether pretraining helps, and by how much beyond noise.

    The recipe's networks begin the last stage in three ways: after the recipe's pretraining, after the greedy
    training of one layer after another for as long, and from a random start, whose last stage is longer by all
    examples that the pretraining was presented with. Each arm's rate of the last stage is the best on validation data
    with the first seed; test data is for the final runs.

    All are ordinary runs, one after another. Ctrl-C stops the present one after a checkpoint (exit code 75); the same
    command goes on there, and takes runs that are finished as they are. The figure, and all figures as JSON, lie in
    comparisons/ among the runs. Differences are to the random start, paired over seeds, with a 95 % interval.
    """
    from aekit.report import Trials, conduct, plan_comparison

    if greedy and without_greedy:
        raise InputError("--greedy is for an arm that --without-greedy leaves out")
    options = None if without_greedy else greedy
    plan = plan_comparison(source, overrides, plugins, pretraining, measure, _numbers(rates), seeds, options)
    folder = runs_root(root)
    try:
        comparison = conduct(plan, Trials(folder, ["aekit", *sys.argv[1:]], plan.runs, _train))
    except Halted as halted:
        say("the same command goes on with the comparison")
        return halted.code
    _report(comparison, _folder(plan, folder), as_json)
    return 0


def _numbers(text: str | None) -> tuple[float, ...]:
    """Positive numbers, separated by commas."""
    try:
        found = tuple(float(part) for part in (text or "").split(",") if part.strip())
    except ValueError:
        found = (0.0,)
    if not all(0 < number < float("inf") for number in found):
        raise InputError(f"--rates: expected positive numbers such as 1e-3,3e-3, received '{text}'")
    return found


def _train(run: RunDirectory, resume: bool, label: str) -> None:
    """Bring a run to its end on the terminal."""
    say(label)
    try:
        if resume and status(run).state == "running":
            see_out(run, None, make_display(brief=True))
        if not resume or status(run).state in ("stopped", "failed", "lost"):
            see_out(run, lambda: start_worker(run, resume), make_display(brief=True), last_number(run))
    except LeftAlone as left:
        say(f"{run.id} goes on by itself; `aekit watch {run.id}` shows it")
        raise Halted(left.code) from None
    if status(run).state == "stopped":
        raise Halted(EXIT_CODES["stopped"])


def _folder(plan: Plan, root: Path) -> Path:
    """Of this comparison: the same for the same recipe, however many seeds."""
    from aekit.report.trials import digest_of

    return root / FOLDER / f"{plan.title}-{digest_of(plan.recipe)[:8]}"


def _report(comparison: Comparison, folder: Path, as_json: bool) -> None:
    from aekit.report import draw_comparison
    from aekit.report.comparison import as_dict, notes, sentence

    found = as_dict(comparison)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "comparison.json", json.dumps(found, indent=2) + "\n")
    chart = draw_comparison(comparison, folder / "comparison.png")
    if as_json:
        print_json(found)
    else:
        _print(comparison)
        click.echo()
        for result in comparison.results[:-1]:
            click.echo(sentence(result, comparison.plan.measure))
        for note in notes(comparison):
            say(note)
    say(f"\nfigure     {shown(chart)}\nfigures    {shown(folder / 'comparison.json')}")


def _print(comparison: Comparison) -> None:
    """The arms, a line each; differences are to the random start."""
    unit = f" ({comparison.unit})" if comparison.unit else ""
    click.echo(f"{comparison.plan.measure}{unit}, {comparison.direction} is better\n")
    columns = ("rate", "presentations", "validation", "test")
    table = new_table("start", *columns, "± over seeds", "difference, 95 %", right=columns)
    for result in comparison.results:
        table.add_row(*_row(result))
    print_table(table)


def _row(result: Result) -> list[Any]:
    from aekit.report.pairs import spread

    n = len(result.test)
    mean, over = with_error(sum(result.test) / n, spread(result.test) if n > 1 else None)
    presentations = " + ".join(f"{count / 1000:,.0f}k" for count in result.presentations if count)
    validation = with_error(sum(result.validation) / n, spread(result.validation) if n > 1 else None)[0]
    found = result.difference
    difference = " ".join(with_error(found.mean, found.half_width)) if found else ""
    return [result.arm.title, figure(result.rate), presentations, validation, mean, over, difference]
