"""Completion, the grammar beneath it, and edits that leave everything else as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aekit_tui.launch.completion import Completion, complete
from aekit_tui.launch.editing import as_yaml, edit_text, remove_text, value_of, write_text
from aekit_tui.launch.fields import fields_of
from aekit_tui.launch.grammar import keys_in
from aekit_tui.launch.levels import Level
from aekit_tui.launch.scanning import spot_at
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from aekit.catalog import Catalog, catalog_of, read_catalog
from aekit.errors import InputError
from aekit.plugins import PluginFile
from aekit.recipe import load_recipe_text, shipped_recipes
from aekit.recipe.nodes import plain
from aekit.recipe.places import Text
from aekit.recipe.reader import read_mapping

SHIPPED = {recipe.name: recipe.path.read_text(encoding="utf-8") for recipe in shipped_recipes()}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return read_catalog()


def at_bar(text: str, catalog: Catalog) -> list[Completion]:
    """What is offered where the bar stands."""
    before, _, after = text.partition("|")
    lines = before.split("\n")
    return complete(before + after, len(lines) - 1, len(lines[-1]), catalog)


def names(text: str, catalog: Catalog) -> list[str]:
    return [completion.text for completion in at_bar(text, catalog)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("da|", "data"),
        ("seed: 0\nenc|", "encoder"),
        ("encoder: {ty|", "type"),
        ("encoder: {type: ml|", "mlp"),
        ("encoder: {type: ml|}\nlatent: {type: plain}", "mlp"),
        ("encoder: {type: mlp, un|", "units"),
        ("encoder: {un|, type: mlp}", "units"),
        ("encoder:\n  type: mlp\n  norm|", "normalization"),
        ("encoder:\n  norm|\n  type: mlp", "normalization"),
        ("encoder:\n    type: mlp\n    |\nseed: 0", "units"),
        ("encoder: {type: mlp, activation: sig|}", "sigmoid"),
        ("encoder: {type: mlp, normalization: b|}", "batch"),
        ("decoder:\n  type: mlp\n  tied: |", "true"),
        ("data: {type: image_folder, channels: |}", "1"),
        ("trainer: {type: autoencoder, optimizer: adamw|", "adamw"),
        ("trainer: {type: autoencoder, optimizer: {type: adamw, we|", "weight_decay"),
        ("trainer:\n  type: autoencoder\n  optimizer:\n    type: sgd\n    mom|", "momentum"),
        ("trainer: {optimizer: {type: adam, learning_rate: {type: cos|", "cosine_decay"),
        ("trainer: {type: autoencoder, learn|", "learning_rate"),
        ("trainer: {type: autoencoder, learning_rate: {type: exp|", "exponential_decay"),
        ("losses: {m|", "mse"),
        ("losses:\n  mse:\n    weight: {fr|", "from"),
        ("metrics:\n  ps|", "psnr"),
        ("stages:\n  - {name: a, trainer: {type: auto|", "autoencoder"),
        ("stages:\n- name: a\n  tr|", "trainer"),
        ("stages:\n- name: a\n  trainer: {type: autoencoder}\n- na|", "name"),
        ("stages:\n- name: a\nlos|", "losses"),
        ("encoder: {type: mlp}\nfreeze: [e|]", "encoder"),
        ("compile: gr|", "graph"),
        ("early_stopping: {pa|", "patience"),
        ("on_collapse: ro|", "rollback"),
        ("on_collapse: {ac|", "action"),
        ("on_collapse: {action: st|", "stop"),
        ("latent: {type: pri|", "prior"),
        ("discriminator: {type: max|", "maxout"),
        ("generator: {type: mlp}\nfreeze: [gen|]", "generator"),
        ("trainer: {type: gan, generator_optimizer: {type: sgd, momentum: {fr|", "from"),
        ("extends: dig|", "digits"),
        ("data: {type: 'di|", "digits"),
        ("trainer: {type: autoencoder, # why\n  in|", "input_noise"),
        ("encoder: {type: mlp, units: [256\nlatent: {type: pl|}", "plain"),
        ("encoder: {type: mlp\nse|", "seed"),
    ],
)
def test_what_is_offered_first(text: str, first: str, catalog: Catalog) -> None:
    assert names(text, catalog)[0] == first


@pytest.mark.parametrize(
    "text",
    [
        "# da|",
        "data: {type: digits} # ty|",
        "encoder: {type: mlp, units: [2|",
        "description: some wo|",
        "encoder: {type: mlp}|",
    ],
)
def test_nothing_is_offered_where_nothing_is_known(text: str, catalog: Catalog) -> None:
    assert at_bar(text, catalog) == []


def test_keys_that_are_there_are_not_offered_again(catalog: Catalog) -> None:
    offered = names("encoder: {type: mlp, units: [3], |, activation: relu}", catalog)
    assert "normalization" in offered
    assert not {"type", "units", "activation"} & set(offered)


def test_options_tell_their_default_and_their_words(catalog: Catalog) -> None:
    offered = {item.text: item.doc for item in at_bar("encoder: {type: mlp, |", catalog)}
    assert offered["units"].startswith("required · sizes of the layers")
    assert offered["activation"] == "default 'relu' · of every layer."


def test_types_come_with_their_summaries(catalog: Catalog) -> None:
    offered = at_bar("losses: {|", catalog)
    component = catalog.find("loss", "mse")
    assert component
    assert ("mse", "mse: {}", component.summary) in [(each.text, each.insert, each.doc) for each in offered]


def test_a_component_as_a_value_has_what_it_must_have(catalog: Catalog) -> None:
    assert "{type: plain, size: }" in [item.insert for item in at_bar("latent: |", catalog)]


def test_a_word_in_the_middle_is_found_after_those_that_begin_with_it(catalog: Catalog) -> None:
    assert names("trainer: {type: autoencoder, optimizer: {type: adamw, decay|", catalog) == ["weight_decay"]


def test_while_the_type_is_not_known_every_option_of_the_kind_is_offered(catalog: Catalog) -> None:
    assert {"units", "filters"} <= set(names("encoder: {|", catalog))


def test_the_place_of_a_completion_is_where_its_word_begins(catalog: Catalog) -> None:
    (completion,) = at_bar("encoder: {type: ml|}", catalog)
    assert (completion.start, completion.insert) == (16, "mlp")


def test_plugins_are_completed_too(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "from typing import Literal\nimport aekit\nSIDES = Literal['left', 'right']\n\n"
        '@aekit.encoder("mine")\ndef mine(input_shape, *, side: SIDES = "left"):\n    """My own."""\n'
    )
    catalog = catalog_of([PluginFile(file, "mine", f"folder {tmp_path}")])
    assert names("encoder: {type: mine, si|", catalog) == ["side"]
    assert names("encoder: {type: mine, side: |", catalog) == ["left", "right"]


@given(st.text(alphabet="abet:{}[],-# \n'\"12", max_size=60), st.integers(0, 8), st.integers(0, 20))
@settings(max_examples=300, deadline=None)
def test_no_text_is_too_broken(text: str, line: int, column: int) -> None:
    spot = spot_at(text, line, column)
    if spot is not None:
        complete(text, line, column, Catalog({}))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_cursor_in_a_shipped_recipe_stands_where_the_reader_puts_it(data: st.DataObject) -> None:
    """The scan by lines and brackets agrees with the YAML reader about whose key a key is."""
    text = data.draw(st.sampled_from(sorted(SHIPPED.values())))
    places = list(_keys(read_mapping(Text("recipe", text)), ()))
    path, place = data.draw(st.sampled_from(places))
    spot = spot_at(text, place.line - 1, place.column - 1 + place.length)
    assert spot is not None
    assert (*spot.level.path, spot.word) == path


def _keys(node: Any, path: tuple[str, ...]) -> Any:
    for key, place, value in node.items() if hasattr(node, "keys") else ():
        yield (*path, key), place
        yield from _keys(value, (*path, key))


def test_every_key_that_is_offered_is_one_that_the_check_knows(catalog: Catalog) -> None:
    text = SHIPPED["digits"]
    for item in keys_in(Level(), catalog):
        if item.name in ("extends", "plugins"):
            continue
        added = f"{text}\n{item.name}: null\n" if f"\n{item.name}:" not in text else text
        try:
            load_recipe_text(added, Path("x.yaml"))
        except InputError as error:
            assert "has no key" not in str(error)


# ---------------------------------------------------------------------- edits

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=5), inner, max_size=3),
    max_leaves=5,
)


def read(text: str) -> Any:
    return plain(read_mapping(Text("recipe", text)))


def comments(text: str) -> list[str]:
    return [line.partition("#")[2] for line in text.splitlines() if "#" in line]


PATHS = [
    ("encoder", "units"), ("encoder", "activation"), ("latent", "size"), ("trainer", "input_drop"), ("seed",),
    ("trainer", "learning_rate"), ("validate", "epochs"), ("new_key",), ("data", "a", "b"),
]  # fmt: skip


@given(st.sampled_from(sorted(SHIPPED)), st.sampled_from(PATHS), VALUES)
@settings(max_examples=150, deadline=None)
def test_an_edit_changes_its_value_and_nothing_else(name: str, path: tuple[str, ...], value: Any) -> None:
    text = SHIPPED[name]
    assume(not _has_surrogate(value))
    new = edit_text(text, path, value)
    wanted, found = read(text), read(new)
    holder = wanted
    for key in path[:-1]:
        holder = holder.setdefault(key, {})
    holder[path[-1]] = value
    assert found == wanted
    lines = iter(new.splitlines())
    assert all(any(line.endswith(f"#{comment}") for line in lines) for comment in comments(text))
    elsewhere = [line for line in text.splitlines() if not line.startswith((path[0], " "))]
    assert [line for line in new.splitlines() if line in elsewhere] == elsewhere


def _has_surrogate(value: Any) -> bool:
    return "\\ud" in ascii(value)


@pytest.mark.parametrize(
    ("text", "path", "value", "new"),
    [
        ("a: 1 # one\nb: 2\n", ("a",), 3, "a: 3 # one\nb: 2\n"),
        ("a: {b: 1, c: 2} # flow\n", ("a", "d"), [1], "a: {b: 1, c: 2, d: [1]} # flow\n"),
        ("a:\n  b: 1   # why\n\n# next\nc: 2\n", ("a", "d"), "x", "a:\n  b: 1   # why\n  d: x\n\n# next\nc: 2\n"),
        ("a: {}\n", ("a", "b"), True, "a: {b: true}\n"),
        ("a:\nb: 1\n", ("a",), None, "a: null\nb: 1\n"),
        ("o: adam\n", ("o", "rate"), 0.1, "o: {type: adam, rate: 0.1}\n"),
        ("s:\n- name: x\n  n: 1\n- {name: y}\n", ("s", "y", "n"), 2, "s:\n- name: x\n  n: 1\n- {name: y, n: 2}\n"),
        ("s:\n- name: x\n  n: 1\n- {name: y}\n", ("s", "0", "n"), 2, "s:\n- name: x\n  n: 2\n- {name: y}\n"),
        ("a:\n  # in\n  b:\n    c: 1\n", ("a", "b"), 2, "a:\n  # in\n  b: 2\n"),
        ("a: 1", ("b",), "no", 'a: 1\nb: no'),
        ("a: |\n  long\n  text\nb: 1\n", ("c",), 2, "a: |\n  long\n  text\nb: 1\nc: 2\n"),
        ("a: {\n  b: 1, # one\n  c: 2\n}\n", ("a", "d"), 3, "a: {\n  b: 1, # one\n  c: 2, d: 3\n}\n"),
    ],
)  # fmt: skip
def test_edits_keep_style_and_comments(text: str, path: tuple[str, ...], value: Any, new: str) -> None:
    assert edit_text(text, path, value) == new


def test_a_value_that_others_share_is_not_changed_behind_their_back() -> None:
    text = "a: &size 1\nb: *size\n"
    with pytest.raises(InputError, match="edit the text"):
        edit_text(text, ("a",), 2)
    assert edit_text(text, ("b",), 2) == "a: &size 1\nb: 2\n"


def test_what_was_typed_keeps_its_spelling_where_it_can() -> None:
    assert write_text("t: {r: 0.1}\n", ("t", "r"), "1e-3") == "t: {r: 1e-3}\n"
    assert write_text("t: {r: 0.1}\n", ("t", "r"), "a, b") == 't: {r: "a, b"}\n'


@pytest.mark.parametrize(
    ("text", "path", "new"),
    [
        ("a: {b: 1, c: 2}\n", ("a", "c"), "a: {b: 1}\n"),
        ("a: {b: 1, c: 2}\n", ("a", "b"), "a: {c: 2}\n"),
        ("a: {b: 1}\n", ("a", "b"), "a: {}\n"),
        ("# head\na: 1\nb:\n  c: 1\nd: 2 # two\n", ("b",), "# head\na: 1\nd: 2 # two\n"),
        ("a: 1\n", ("b",), "a: 1\n"),
    ],
)
def test_taking_out(text: str, path: tuple[str, ...], new: str) -> None:
    assert remove_text(text, path) == new


@given(VALUES)
@settings(max_examples=150, deadline=None)
def test_every_value_is_read_back_as_it_was(value: Any) -> None:
    assume(not _has_surrogate(value))
    assert value_of(as_yaml(value)) == value


# ---------------------------------------------------------------------- fields


def test_the_fields_are_the_signatures_options_with_the_recipes_values(catalog: Catalog) -> None:
    text = SHIPPED["faces"]
    fields = {field.path: field for field in fields_of(text, Path("x.yaml").absolute(), catalog)}
    noise = fields["trainer", "input_noise"]
    assert (noise.value, noise.default, noise.given, noise.words) == ("0.1", "0.0", True, "a number >= 0")
    assert fields["trainer", "optimizer", "learning_rate"].value == "0.001"
    assert fields["decoder", "tied"].choices == ("true", "false")
    assert not fields["decoder", "tied"].given
    assert fields["epochs",].value == "1000"
    encoder = catalog.find("encoder", "mlp")
    assert encoder
    assert [path[1] for path in fields if path[0] == "encoder"] == list(encoder.parameters)


def test_a_game_has_a_field_for_what_happens_when_it_collapses(catalog: Catalog) -> None:
    path = Path("x.yaml").absolute()
    field = next(each for each in fields_of(SHIPPED["gan-2014"], path, catalog) if each.path == ("on_collapse",))
    assert (field.value, field.choices, field.given) == ("keep", ("keep", "stop", "rollback"), False)
    written = write_text(SHIPPED["gan-2014"], field.path, "rollback")
    assert next(each for each in fields_of(written, path, catalog) if each.path == field.path).value == "rollback"
    assert all(each.path != field.path for each in fields_of(SHIPPED["digits"], path, catalog))


def test_each_field_can_be_written_and_is_found_there(catalog: Catalog) -> None:
    text = SHIPPED["digits"]
    path = Path("x.yaml").absolute()
    for field in fields_of(text, path, catalog):
        written = field.choices[-1] if field.choices else field.value
        again = {each.path: each for each in fields_of(write_text(text, field.path, written), path, catalog)}
        assert (again[field.path].value, again[field.path].given) == (written, True)


def test_stages_have_fields_of_their_own(catalog: Catalog) -> None:
    text = SHIPPED["digits"].replace(
        "epochs: 300\n", "stages:\n- {name: first, epochs: 2}\n- {epochs: 3, batch_size: 8}\n"
    )
    paths = [field.path for field in fields_of(text, Path("x.yaml").absolute(), catalog)]
    assert ("stages", "0", "epochs") in paths
    assert ("stages", "1", "batch_size") in paths
    assert ("batch_size",) in paths


def test_a_field_says_what_is_wrong_with_a_value(catalog: Catalog) -> None:
    fields = {field.path: field for field in fields_of(SHIPPED["digits"], Path("x.yaml").absolute(), catalog)}
    assert fields["latent", "size"].why_wrong("0") == "expected a whole number > 0, received 0"
    assert fields["latent", "size"].why_wrong("3") == ""
    with pytest.raises(InputError):
        fields["latent", "size"].why_wrong("[3")
