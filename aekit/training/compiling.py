"""The static rule behind `compile: auto`: never a race, since timing noise would pick different bits."""

from __future__ import annotations

from collections.abc import Iterator

import keras
import tensorflow as tf

from aekit.training.networks import Networks

#: Parameters above which XLA pays on a CPU for nets of dense layers.
DENSE_PARAMETERS_FOR_XLA = 100_000
CONVOLUTIONS = tuple(
    getattr(keras.layers, f"{variant}{rank}{transposed}")
    for variant in ("Conv", "SeparableConv", "DepthwiseConv")
    for rank in ("1D", "2D", "3D")
    for transposed in ("", "Transpose")
    if hasattr(keras.layers, f"{variant}{rank}{transposed}")
)


def resolve_compile(choice: str, networks: Networks) -> str:
    """ "xla" or "graph" for the networks at hand.

    On a CPU a net with convolutions is several times slower under XLA, a large dense net up to twice as fast, and a small
    one slower; on a GPU XLA pays for both.
    """
    if choice != "auto":
        return choice
    if tf.config.list_physical_devices("GPU"):
        return "xla"
    convolutional = any(isinstance(layer, CONVOLUTIONS) for model in networks.values() for layer in layers_of(model))
    large = sum(networks.parameters().values()) >= DENSE_PARAMETERS_FOR_XLA
    return "xla" if large and not convolutional else "graph"


def layers_of(layer: keras.layers.Layer) -> Iterator[keras.layers.Layer]:
    """The layer and, where it is a model, all layers in it, at any depth."""
    yield layer
    for inner in getattr(layer, "layers", []):
        yield from layers_of(inner)
