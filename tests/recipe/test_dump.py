"""A dumped recipe is complete, and reads back as the same recipe."""

import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aekit.recipe.dump import dump_yaml
from aekit.recipe.nodes import plain
from aekit.recipe.places import Text
from aekit.recipe.reader import read_mapping


def test_a_dump_reads_like_a_recipe(load, recipe_text, plugins):
    text = load(recipe_text, "encoder={type: conv, filters: [8]}", "losses.b={type: kl, weight: 1e-5}").dump()
    # A temporary folder's path may be long enough to break the line.
    text = re.sub(r"plugins: \[[^]]*\]", lambda match: " ".join(match[0].split()), text)
    assert text == (
        "description: A recipe to try things on.\n"
        "seed: 1\n"
        f"plugins: [{plugins}/data.py, {plugins}/networks.py, {plugins}/training.py]\n"
        "data:\n"
        "  type: dots\n"
        "  count: 32\n"
        "  value_range: [0.0, 1.0]\n"
        "encoder:\n"
        "  type: conv\n"
        "  filters: [8]\n"
        "  norm: none\n"
        "  drop: 0.5\n"
        "latent: {type: plain, size: 4}\n"
        "decoder:\n"
        "  type: mlp\n"
        "  units: [32, 64]\n"
        "trainer:\n"
        "  type: autoencoder\n"
        "  optimizer: {type: adam, learning_rate: 0.001}\n"
        "  clip: null\n"
        "losses:\n"
        "  mse: {weight: 1.0}\n"
        "  b: {type: kl, weight: 1.0e-05, free_nats: 0.0}\n"
        "metrics: {}\n"
        "epochs: 3\n"
        "batch_size: 128\n"
        "freeze: []\n"
        "compile: auto\n"
        "output: null\n"
        "device: auto\n"
        "precision: float32\n"
        "memory: 4000000000\n"
        "validate: auto\n"
        "early_stopping: null\n"
        "on_collapse: keep\n"
        "best: null\n"
        "checkpoints: {seconds: 60.0, keep: 3}\n"
        "previews: {count: 16, seconds: 60.0}\n"
    )


@pytest.mark.parametrize(
    "overrides",
    [
        [],
        ["description='#1: \"no\"'", "memory=3", "validate={epochs: 2}", "best=mse", "checkpoints=null"],
        ["trainer={type: gan, learning_rate: {type: cosine_decay, decay_steps: 10}}", "steps=9"],
        ["losses.mse.weight={from: 0, to: 1, epochs: 3}", "metrics={m: {type: squared_error}}", "freeze=[encoder/a]"],
        ["encoder={type: conv, filters: [1], drop: null}", "early_stopping={patience: 1}"],
        ["stages=[{trainer: {type: rbm, chain: [a, {b: 1}]}}]"],
        ["stages=[{name: train}, {name: other, steps: 3}]"],
    ],
)
def test_a_dump_reads_back_as_the_same_recipe(load, recipe_text, overrides):
    recipe = load(recipe_text, *overrides)
    again = load(recipe.dump())
    assert again == recipe
    assert again.as_dict() == recipe.as_dict()
    assert again.dump() == recipe.dump()


def test_stages_are_dumped_by_name(load, stages_text):
    recipe = load(stages_text)
    assert [stage["name"] for stage in recipe.as_dict()["stages"]] == ["pretrain", "finetune"]
    assert load(recipe.dump()) == recipe


def test_other_yaml_readers_read_a_dump_alike(load, recipe_text):
    recipe = load(recipe_text, "description='no'", "losses.mse.weight=1e-5")
    assert yaml.safe_load(recipe.dump()) == recipe.as_dict()


KEYS = st.text(min_size=1).filter(lambda key: not any("\ud800" <= c <= "\udfff" for c in key))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4))
def test_any_plain_value_survives_dump_and_reading(value):
    again = plain(read_mapping(Text("dump", dump_yaml(value))))
    assert again == value
    assert repr(again) == repr(value)
