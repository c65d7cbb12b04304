"""Texts become nodes with places, or problems with places; nothing else ever happens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aekit.recipe.nodes import plain
from aekit.recipe.places import LINE_BREAK, Text
from aekit.recipe.problems import RecipeError
from aekit.recipe.reader import DEEPEST, LARGEST_FILE, read_mapping, read_node


def read(content):
    return read_mapping(Text("recipe.yaml", content))


def problem_of(content):
    with pytest.raises(RecipeError) as caught:
        read(content)
    return caught.value.problems[0]


def test_values_know_their_places():
    root = read("a: 1\nb:\n  - {c: [x, 'y']}\n")
    assert plain(root) == {"a": 1, "b": [{"c": ["x", "y"]}]}
    y = root.values["b"].items[0].values["c"].items[1]
    assert (y.place.line, y.place.column, y.place.length) == (3, 13, 3)
    assert str(root.keys["b"]) == "recipe.yaml:2:1"


def test_quoted_scalars_are_text_and_keys_always_are():
    assert plain(read("a: '1'\n1: \"no\"\nno: yes")) == {"a": "1", "1": "no", "no": "yes"}


def test_aliases_stand_for_their_anchors():
    assert plain(read("a: &units [1, 2]\nb: *units")) == {"a": [1, 2], "b": [1, 2]}


@pytest.mark.parametrize(
    ("content", "line", "column", "message"),
    [
        ("", 1, 1, "the recipe is empty"),
        ("# only a comment\n", 1, 1, "the recipe is empty"),
        ("- a\n", 1, 1, "a recipe is a mapping"),
        ("a: 1\nb: 2\na: 3\n", 3, 1, "the key 'a' stands here twice, first in line 1"),
        ("a: 1\n---\nb: 2\n", 2, 1, "a recipe file holds one recipe"),
        ("a:\n\t- 1\n", 2, 1, "a tab: YAML is indented with spaces"),
        ("a: b: c\n", 1, 5, "a second ': ' in this line"),
        ("a: {b: 1\nc: 2\n", 2, 2, "the mapping {...} is not closed"),
        ("a:\n  b: 1\n c: 2\n", 3, 2, "this line is not indented like its neighbours"),
        ("a: 'b\n", 2, 1, "a quoted text is not closed"),
        ("a: @b\n", 1, 4, "a value cannot begin with '@'"),
        ("a: !!python/object:os.system {}\n", 1, 4, "recipes use no tags"),
        ("a: &x {b: *x}\n", 1, 11, "the alias *x lies within what it stands for"),
        ("a: *x\n", 1, 4, "there is no anchor &x"),
        ("<<: {a: 1}\n", 1, 1, "recipes have no merge key '<<'"),
        ("? [a]\n: 1\n", 1, 3, "a key is a word"),
        ("{: 1}\n", 1, 2, "a value is missing or out of place"),
        ("? \n: 1\n", 1, 2, "a value without its key"),
        ("a: .nan\n", 1, 4, ".nan is no number"),
        ("a: \x07\n", 1, 4, "the character U+0007 has no place in YAML"),
        ('a: "\\ud800"\n', 1, 4, "half a surrogate pair"),
        ('a: "\\UFFFFFFFF"\n', 1, 7, "this is not YAML"),
    ],
)
def test_bad_text_is_a_problem_with_its_place(content, line, column, message):
    problem = problem_of(content)
    assert problem.message.startswith(message)
    assert (problem.line, problem.column) == (line, column)


def test_depth_is_bounded():
    assert "nested deeper" in problem_of(f"a: {'[' * 100_000}").message
    read(f"a: {'[' * (DEEPEST - 2)}{']' * (DEEPEST - 2)}")


def test_aliases_are_bounded_as_if_written_out():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert "aliases written out" in problem_of("\n".join(lines)).message


def test_files_are_bounded_and_utf_8(load, problems_of):
    assert problems_of(b"#" * (LARGEST_FILE + 1)) == ["recipe.yaml: is larger than 256 KiB, which no recipe is"]
    [problem] = problems_of("seed: 1\ndata: grün".encode("latin-1"))
    assert problem.startswith("recipe.yaml:2:9: byte 0xfc is not UTF-8")
    assert "recipe is empty" in problems_of("\ufeff".encode())[0]


def lies_within(problem, content):
    lines = LINE_BREAK.split(content)
    return 1 <= problem.line <= len(lines) and 1 <= problem.column <= len(lines[problem.line - 1]) + 1


YAML_CHARACTERS = st.sampled_from(list(" \n\t-:{}[]&*!|>'\"#%@`,?~<=ab01.e\r\x85\u2028\ufeff\\xuU"))


@given(st.one_of(st.text(), st.text(YAML_CHARACTERS, max_size=200)))
def test_any_text_gives_nodes_or_problems_within_it(content):
    try:
        read_node(Text("recipe.yaml", content))
    except RecipeError as error:
        assert all(lies_within(problem, content) for problem in error.problems)
        assert str(error)


@pytest.mark.parametrize("piece", ["x, ", "a: b, ", "[", "- ", "? ", "x ", "a: x\n", "&a *a ", "''", "\n"])
def test_the_largest_file_is_read_or_refused_soon(piece):
    """Reading is linear in the text: a quadratic step would take minutes here."""
    content = f"a: [{piece * ((LARGEST_FILE - 4) // len(piece))}"
    with pytest.raises(RecipeError):
        read(content)
