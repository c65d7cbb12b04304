"""The static rule behind `compile: auto`: never a race, since timing noise would pick different bits."""

from __future__ import annotations

from collections.abc import Iterator

import keras
import tensorflow as tf

from aekit.training.seeds import global_generator
from aekit.training.state import owners, randomness_of
from aekit.training.trainer import Trainer

#: Parameters up to which a dense net's step costs less than its launch, so that the whole loop is compiled.
SMALL = 50_000
#: Parameters from which the optimizer's way through the memory costs more than a launch.
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

    On a CPU a small dense net has its whole loop under XLA, where a step costs no launch, and a large one its step,
    which spares the memory most of an optimizer's dozen passes. Convolutions, matrix products in bfloat16 and, by a
    factor of ten, random numbers are faster in the graph: a large net with these has only the update under XLA. What
    lies between, and Muon, which multiplies matrices in its update, has nothing under XLA. On a GPU the whole step is
    worth it.
    """
    if choice != "auto":
        return choice
    if tf.config.list_physical_devices("GPU"):
        return "xla"
    parameters = sum(trainer.networks.parameters().values())
    layers = [layer for model in trainer.networks.values() for layer in layers_of(model)]
    step_in_graph = draws(trainer) or any(
        isinstance(layer, CONVOLUTIONS) or layer.compute_dtype == "bfloat16" for layer in layers
    )
    if parameters <= SMALL and not step_in_graph:
        return "xla_loop"
    if parameters < LARGE or any(isinstance(o, keras.optimizers.Muon) for o in optimizers_of(trainer)):
        return "graph"
    return "xla_update" if step_in_graph else "xla"


def optimizers_of(trainer: Trainer) -> list[keras.optimizers.Optimizer]:
    """The optimizers among a trainer's attributes, lists and dicts."""
    return [item for _, item in owners(trainer) if isinstance(item, keras.optimizers.Optimizer)]


def draws(trainer: Trainer) -> bool:
    """Whether a step draws random numbers: by a seed generator of the trainer's own, or of a layer such as dropout."""
    shared = global_generator().state
    return any(variable is not shared for variable in randomness_of(trainer))


def layers_of(layer: keras.layers.Layer) -> Iterator[keras.layers.Layer]:
    """The layer and, where it is a model, all layers in it, at any depth."""
    yield layer
    for inner in getattr(layer, "layers", []):
        yield from layers_of(inner)
