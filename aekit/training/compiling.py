"""The static rule behind `compile: auto`: never a race, since timing noise would pick different bits."""

from __future__ import annotations

from collections.abc import Iterator

import keras
import tensorflow as tf

from aekit.training.trainer import Trainer

#: Parameters up to which a dense net's step costs less than its launch, so that the whole loop is compiled.
SMALL = 50_000
#: Parameters from which an optimizer's update is worth a launch of its own.
LARGE = 300_000
CONVOLUTIONS = tuple(
    getattr(keras.layers, f"{variant}{rank}{transposed}")
    for variant in ("Conv", "SeparableConv", "DepthwiseConv")
    for rank in ("1D", "2D", "3D")
    for transposed in ("", "Transpose")
    if hasattr(keras.layers, f"{variant}{rank}{transposed}")
)


def resolve_compile(choice: str, trainer: Trainer) -> str:
    """How much XLA compiles for a trainer's networks and optimizers: "graph", "xla_update", "xla" or "xla_loop".

    On a CPU TensorFlow's own convolutions and matrix products are the faster ones, but its optimizers go through the
    memory a dozen times for each update. So a small dense net has its whole loop under XLA, where a step costs no
    launch; a large net has only the update under XLA, in one pass; and what lies between has none. Muon multiplies
    matrices in its update, which stays in the graph. On a GPU the whole step is worth it.
    """
    if choice != "auto":
        return choice
    if tf.config.list_physical_devices("GPU"):
        return "xla"
    parameters = sum(trainer.networks.parameters().values())
    layers = [layer for model in trainer.networks.values() for layer in layers_of(model)]
    if parameters <= SMALL and not any(isinstance(layer, CONVOLUTIONS) for layer in layers):
        return "xla_loop"
    muon = any(isinstance(optimizer, keras.optimizers.Muon) for optimizer in optimizers_of(trainer))
    return "xla_update" if parameters >= LARGE and not muon else "graph"


def optimizers_of(trainer: Trainer) -> list[keras.optimizers.Optimizer]:
    """The optimizers among a trainer's attributes."""
    return [value for value in vars(trainer).values() if isinstance(value, keras.optimizers.Optimizer)]


def layers_of(layer: keras.layers.Layer) -> Iterator[keras.layers.Layer]:
    """The layer and, where it is a model, all layers in it, at any depth."""
    yield layer
    for inner in getattr(layer, "layers", []):
        yield from layers_of(inner)
