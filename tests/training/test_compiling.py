"""`compile: auto` is a rule of sizes and kinds, not of timing."""

from __future__ import annotations

from typing import Any

import pytest
import tensorflow as tf

from aekit.recipe import load_recipe
from aekit.training.setup import prepare
from aekit.training.stages import StageRun

DENSE = "encoder.units=[{0}]", "decoder.units=[{0}]"
CONV = "encoder={{type: conv, filters: [8, {0}]}}", "decoder={{type: conv, filters: [{0}, 8]}}"
BFLOAT16, MUON = "precision=mixed_bfloat16", "trainer.optimizer={type: muon}"
NOISE = "trainer.input_noise=0.1"


@pytest.mark.parametrize(
    ("nets", "size", "more", "expected"),
    [
        (DENSE, 12, (), "xla_loop"),
        (DENSE, 512, (), "xla_loop"),
        (DENSE, 12, ("data={type: digits, binarise: dynamic}",), "graph"),
        (DENSE, 4096, ("data={type: digits, binarise: dynamic}",), "xla"),
        (DENSE, 4096, (), "xla"),
        (CONV, 8, (), "graph"),
        (CONV, 1024, (), "xla_update"),
        (DENSE, 4096, (BFLOAT16,), "xla_update"),
        (DENSE, 4096, (MUON,), "graph"),
        (DENSE, 12, (NOISE,), "graph"),
        (DENSE, 4096, (NOISE,), "xla_update"),
        (DENSE, 12, ("compile=xla",), "xla"),
    ],
)
def test_the_rule(tiny: Any, nets: Any, size: int, more: tuple[str, ...], expected: str) -> None:
    import keras

    recipe = tiny(*(net.format(size) for net in nets), *more)
    try:
        stage = StageRun(prepare(recipe), 0)
    finally:
        keras.config.set_dtype_policy("float32")
    assert stage.compile == expected


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ((), "xla_loop"),
        (("discriminator={type: maxout, units: [8], hidden_keep: 0.5}",), "graph"),
        (
            ("generator.units=[1200, 1200]", "discriminator={type: maxout, units: [240], hidden_keep: 0.5}"),
            "xla_update",
        ),
    ],
)
def test_the_noise_of_a_games_codes_is_drawn_under_xla_and_dropout_is_not(
    overrides: tuple[str, ...], expected: str
) -> None:
    assert StageRun(prepare(load_recipe("gan-digits", overrides)), 0).compile == expected


@pytest.mark.parametrize("compiled", ["graph", "xla_loop"])
def test_the_length_of_a_gradient(compiled: str) -> None:
    from aekit.training.trainer import length

    gradients = [tf.constant([[1.0, 2.0], [4.0, 10.0]]), tf.constant([2.0, 10.0]), tf.constant(8.0), None]
    assert float(length(gradients, compiled)) == 17.0
