"""The static rule behind `compile: auto`: never a race, since timing noise would pick different bits."""

from __future__ import annotations

from collections.abc import Iterator

import keras
import tensorflow as tf

from aekit.dataset import Data, Stream
from aekit.training.seeds import global_generator
from aekit.training.state import owners, randomness_of
from aekit.training.trainer import Trainer

#: Parameters from which the optimizer's way through the memory costs more than a step's launch.
LARGE = 300_000
CONVOLUTIONS = tuple(
    getattr(keras.layers, f"{variant}{rank}{transposed}")
    for variant in ("Conv", "SeparableConv", "DepthwiseConv")
    for rank in ("1D", "2D", "3D")
    for transposed in ("", "Transpose")
    if hasattr(keras.layers, f"{variant}{rank}{transposed}")
)


def resolve_compile(choice: str, trainer: Trainer, data: Data) -> str:
    """How much XLA compiles for a trainer's networks and optimizers: "graph", "xla_update", "xla" or "xla_loop".

    On a CPU a dense net has its whole loop under XLA, where a step costs no launch, and a large one its step, which
    spares the memory most of an optimizer's dozen passes. Convolutions, matrix products in bfloat16 and, by a factor of
    ten, random numbers are faster in the graph: a large net with these has only the update under XLA, a smaller one
    nothing; nor has one whose examples are drawn or changed at every step, which the loop would do under XLA, nor a
    large one with Muon, which multiplies matrices in its update. On a GPU the whole step is worth it.
    """
    if choice != "auto":
        return choice
    if tf.config.list_physical_devices("GPU"):
        return "xla"
    layers = [layer for model in trainer.networks.values() for layer in layers_of(model)]
    step_in_graph = draws(trainer) or any(
        isinstance(layer, CONVOLUTIONS) or layer.compute_dtype == "bfloat16" for layer in layers
    )
    if sum(trainer.networks.parameters().values()) < LARGE:
        fresh = isinstance(data.train, Stream) or data.augment is not None
        return "graph" if step_in_graph or fresh else "xla_loop"
    if any(isinstance(o, keras.optimizers.Muon) for o in optimizers_of(trainer)):
        return "graph"
    return "xla_update" if step_in_graph else "xla"


def optimizers_of(trainer: Trainer) -> list[keras.optimizers.Optimizer]:
    """The optimizers among a trainer's attributes, lists and dicts."""
    return [item for _, item in owners(trainer) if isinstance(item, keras.optimizers.Optimizer)]


def draws(trainer: Trainer) -> bool:
    """Whether a step draws many random numbers: for the trainer itself, or for a layer such as dropout."""
    few = [global_generator()]
    if trainer.draws_little:
        few += [item for _, item in owners(trainer) if isinstance(item, keras.random.SeedGenerator)]
    states = {id(generator.state) for generator in few}
    return any(id(variable) not in states for variable in randomness_of(trainer))


def layers_of(layer: keras.layers.Layer) -> Iterator[keras.layers.Layer]:
    """The layer and, where it is a model, all layers in it, at any depth."""
    yield layer
    for inner in getattr(layer, "layers", []):
        yield from layers_of(inner)
