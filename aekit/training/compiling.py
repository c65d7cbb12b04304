"""The static rule behind `compile: auto`: never a race, since timing noise would pick different bits."""

from __future__ import annotations

from collections.abc import Iterator

import keras
import tensorflow as tf

from aekit.training.networks import Networks

#: Parameters from which a dense net's matrix products are worth more than the launch of each step.
DENSE_PARAMETERS_FOR_STEP = 50_000
CONVOLUTIONS = tuple(
    getattr(keras.layers, f"{variant}{rank}{transposed}")
    for variant in ("Conv", "SeparableConv", "DepthwiseConv")
    for rank in ("1D", "2D", "3D")
    for transposed in ("", "Transpose")
    if hasattr(keras.layers, f"{variant}{rank}{transposed}")
)


def resolve_compile(choice: str, networks: Networks, precision: str = "float32") -> str:
    """One of "graph", "xla" or "xla_loop", for the networks at hand.

    On a CPU a net with convolutions is several times slower under XLA. A large dense net is fastest with its step
    under XLA: inside a compiled loop its matrix products would use one core. A small one is fastest with the whole
    loop under XLA, where a step costs no launch. In bfloat16 a CPU's fast matrix products are the graph's. On a GPU the
    step is worth it for all.
    """
    if choice != "auto":
        return choice
    if tf.config.list_physical_devices("GPU"):
        return "xla"
    if precision != "float32" or any(isinstance(layer, CONVOLUTIONS) for model in networks.values() for layer in layers_of(model)):
        return "graph"
    large = sum(networks.parameters().values()) >= DENSE_PARAMETERS_FOR_STEP
    return "xla" if large else "xla_loop"


def layers_of(layer: keras.layers.Layer) -> Iterator[keras.layers.Layer]:
    """The layer and, where it is a model, all layers in it, at any depth."""
    yield layer
    for inner in getattr(layer, "layers", []):
        yield from layers_of(inner)
