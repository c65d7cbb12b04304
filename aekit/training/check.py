"""What only a built recipe can tell: shapes, value ranges, keys of the losses, memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from aekit.dataset import Data, Split
from aekit.errors import AekitError
from aekit.recipe import Problem, Recipe, RecipeError
from aekit.training.networks import shape_given
from aekit.training.setup import Prepared, check_metrics, load_data, networks_for, prepare_components
from aekit.training.stages import StageRun


@dataclass
class BuildReport:
    """The outcome of a dry build.

    Attributes:
        problems: what is wrong, with its place; empty where the recipe can be trained.
        parameters: numbers in each network.
        shapes: role -> (input shape, output shape), without the batch axis.
        compile: "xla" or "graph", resolved.
        data: split -> number of examples; the training stream has none.
        data_bytes: what the splits take in memory.
        steps: stage -> steps of a phase.
        notes: what is worth knowing.
    """

    problems: list[Problem] = field(default_factory=list)
    parameters: dict[str, int] = field(default_factory=dict)
    shapes: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = field(default_factory=dict)
    compile: str = ""
    data: dict[str, int] = field(default_factory=dict)
    data_bytes: int = 0
    steps: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def check_build(recipe: Recipe) -> BuildReport:
    """Load the data, build the networks and every stage, and make one forward pass; nothing is trained or written."""
    report = BuildReport()
    try:
        prepare_components(recipe)
        data = load_data(recipe)
        _describe_data(report, data, recipe)
        check_metrics(recipe, data)
        networks = networks_for(recipe, data)
        report.parameters = networks.parameters()
        report.shapes = {role: (tuple(m.input_shape[1:]), shape_given(m)) for role, m in networks.items()}
    except AekitError as error:
        report.problems += problems_of(error, recipe)
        return report
    for index, stage in enumerate(recipe.stages):
        try:
            built = StageRun(Prepared(recipe, data, networks), index)
        except AekitError as error:
            report.problems += problems_of(error, recipe)
            continue
        report.compile, report.steps[stage.name] = built.compile, built.steps
        built.close()
    return report


def problems_of(error: AekitError, recipe: Recipe) -> list[Problem]:
    """What an error says of the recipe; of the file as a whole where it names no place."""
    return error.problems if isinstance(error, RecipeError) else [Problem(str(recipe.path), 0, 0, 0, str(error))]


def _describe_data(report: BuildReport, data: Data, recipe: Recipe) -> None:
    report.data = {name: len(split) for name, split in data.splits.items()}
    report.data_bytes = sum(split.nbytes for split in data.splits.values())
    train = data.train
    if isinstance(train, Split) and train.lazy and train.nbytes > recipe.memory:
        report.notes.append(f"the training split is {train.nbytes / 1e9:.2f} GB and streams under the memory cap")
