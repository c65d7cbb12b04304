"""A run's networks as a transform: dense ones on frames, convolutional ones on whole images."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aekit.codec.convolutional import ConvolutionalTransform
from aekit.codec.frames import FrameTransform
from aekit.codec.identity import networks_identity
from aekit.codec.quantisers import RoundingQuantiser, UniformQuantiser
from aekit.errors import CodecError


def run_transform(run: Any) -> FrameTransform | ConvolutionalTransform:
    """The transform of a run's encoder, latent and decoder.

    ```
    example 8x8, code a vector           frames without overlap, each coded by itself
    example 64x64, code 4x4x192          the whole image, padded to multiples of 16
    ```

    Args:
        run: a model as of `aekit.open_run`, or what that takes.

    Raises:
        CodecError: networks that fit neither way, with the reason.
    """
    model = _opened(run)
    shape, code = tuple(model.example_shape), tuple(model.code_shape)
    value_range = model.networks.value_range
    if "decoder" not in model.networks:
        raise CodecError("the recipe has no decoder: its networks cannot code images")
    if len(shape) != 3 or shape[2] not in (1, 3):
        raise CodecError(f"the model's examples have the shape {shape}: the codec needs images with 1 or 3 channels")
    if value_range is None:
        raise CodecError("the model's data has no fixed range of values, so its output cannot become 8-bit pixels")
    identity = networks_identity(model.networks, shape, value_range)
    if len(code) == 1:
        return FrameTransform(
            identity, shape, code[0], model.encode, model.decode, value_range, UniformQuantiser(bits=6)
        )
    return ConvolutionalTransform(model, identity, value_range, RoundingQuantiser(1.0))


def _opened(run: Any) -> Any:
    if isinstance(run, (str, Path)):
        from aekit.training.opening import open_run

        return open_run(run)
    return run
