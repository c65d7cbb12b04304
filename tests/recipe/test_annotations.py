"""Annotations as plugins write them: resolved from source, described, checked, never run."""

import ast

import pytest

from aekit.catalog import UNKNOWN
from aekit.recipe.annotations import Activation, Optimizer, accept, accepts_optimizer, check_value, resolve
from aekit.recipe.words import describe

LITERALS = {"SIZES": ("small", "large"), "Size": ast.parse("Annotated[int, Field(gt=0)]", mode="eval").body}


def resolved(source):
    return resolve(source, LITERALS)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("int", "a whole number"),
        ("Annotated[int, Field(gt=0)]", "a whole number > 0"),
        ("Annotated[float, Field(ge=0, lt=1)]", "a number >= 0 and < 1"),
        ("typing.Annotated[float, pydantic.Field(ge=0)]", "a number >= 0"),
        ("list[Size]", "a list of whole numbers > 0"),
        ("list[list[float]]", "a list of lists of numbers"),
        ("tuple[float, float]", "a list of 2 numbers"),
        ("tuple[int, str]", "a list of 2: a whole number, text"),
        ("tuple[int, ...]", "a list of whole numbers"),
        ("Annotated[list[int], Field(min_length=1)]", "a list of whole numbers of length >= 1"),
        ("Literal['a', 'b', 'c']", "'a', 'b' or 'c'"),
        ("Literal[SIZES]", "'small' or 'large'"),
        ("Literal['a', 'b'] | int | None", "'a', 'b', a whole number or null"),
        ("int | None", "a whole number or null"),
        ("Optional[str]", "text or null"),
        ("dict[str, float]", "a mapping"),
        ("'list[int]'", "a list of whole numbers"),
        ("Sequence[bool]", "a list of true or false"),
        ("Path", "a path"),
        (None, "any value"),
    ],
)
def test_annotations_in_words(source, words):
    assert describe(resolved(source)) == words


@pytest.mark.parametrize(
    "source",
    [
        "np.ndarray",
        "Chain",
        "print('run')",
        "[x for x in y]",
        "__import__('os').system('x')",
        "int.__class__",
        "(",
        "int[3]",
    ],
)
def test_what_the_namespace_does_not_have_is_left_to_the_run(source):
    assert resolved(source) is UNKNOWN
    assert check_value(UNKNOWN, "anything") is None


def test_an_alias_of_itself_is_unknown():
    loop = {"A": ast.parse("list[A]", mode="eval").body}
    assert resolve("A", loop) is UNKNOWN


@pytest.mark.parametrize(
    ("source", "good", "bad"),
    [
        ("int", [0, -3], [1.0, True, "1", None]),
        ("float", [0.5, 1, float("inf")], [True, "1"]),
        ("bool", [True], [1, "true"]),
        ("str", ["1"], [1, True, None]),
        ("tuple[float, float]", [[0, 1]], [[0], [0, 1, 2], 0]),
        ("list[int] | None", [[], [1], None], [["a"], 1]),
        ("dict[int, float]", [{"1": 2}], [{"a": 2}]),
        ("Literal['a', 1]", ["a", 1], ["b", 2]),
        ("Path", ["faces/"], [1]),
    ],
)
def test_nothing_is_converted_but_whole_numbers_and_lists(source, good, bad):
    assert [check_value(resolved(source), value) for value in good] == [None] * len(good)
    assert all(check_value(resolved(source), value) for value in bad)


def test_a_mismatch_says_what_was_expected_and_points_at_the_item():
    mismatch = check_value(resolved("list[Annotated[int, Field(gt=0)]]"), [5, -1])
    assert str(mismatch) == "expected a whole number > 0, received -1"
    assert mismatch.path == (1,)
    assert str(check_value(int, "x")) == "expected a whole number, received 'x'"


def test_near_misses_of_names():
    assert str(check_value(resolved("Literal['minimax', 'wasserstein']"), "minmax")).endswith("Did you mean 'minimax'?")
    mismatch = check_value(resolved("aekit.Activation | None"), "rellu")
    assert str(mismatch) == "there is no activation 'rellu'. Did you mean 'relu'?"
    assert check_value(Activation, "gelu") is None


def test_optimizers_are_known_by_their_annotation():
    assert resolved("aekit.Optimizer") == Optimizer
    assert accepts_optimizer(resolved("aekit.Optimizer | None"))
    assert not accepts_optimizer(resolved("str | dict[str, int]"))


def test_normal_form_is_plain_data_of_the_annotated_type():
    assert repr(accept(resolved("tuple[float, int]"), [1, 2])) == "[1.0, 2]"
    assert accept(resolved("Path"), "a/b") == "a/b"
