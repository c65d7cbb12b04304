"""Coding by convolutional networks, rebuilt with their weights for the size of the padded image."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from aekit.codec.quantisers import Quantiser
from aekit.codec.transform import check_image, from_planes, from_units, pad, plane_count, to_planes, to_units
from aekit.errors import AekitError, CodecError

#: Larger images go through the networks in tiles of at most this side in pixels, which bounds the memory; each with
#: a margin of its neighbours, so that it joins them without a seam.
TILE, MARGIN = 1024, 64

Place = tuple[slice, slice]


class ConvolutionalTransform:
    """The networks of a model on images of any size.

    Args:
        model: trained networks with the recipe that builds them.
        identity: theirs.
        value_range: of a pixel in data units.
        default: the quantiser, if no other is asked for.

    Raises:
        CodecError: networks whose weights depend on the image's size, or whose code is no smaller image.
    """

    kind = "convolutional"

    def __init__(self, model: Any, identity: str, value_range: tuple[float, float], default: Quantiser) -> None:
        self.identity, self.value_range, self.default = identity, value_range, default
        self.model, self.channels = model, model.example_shape[2]
        self.stride, self.depth = _stride(tuple(model.example_shape), tuple(model.code_shape))
        self.functions = lru_cache(maxsize=16)(self._build)

    def analyse(self, image: np.ndarray) -> np.ndarray:
        codes = np.empty(self.code_shape(check_image(image)), "float32")
        padded = pad(image, self.stride, self.stride)
        for (rows, columns), (outer_rows, outer_columns) in self._tiles(codes.shape):
            tile = padded[_scaled(outer_rows, self.stride), _scaled(outer_columns, self.stride)]
            z = self.functions(*tile.shape[:2])[0](to_units(to_planes(tile, self.channels), self.value_range))
            inner = z[:, _within(rows, outer_rows), _within(columns, outer_columns)]
            codes[rows, columns] = inner.transpose(1, 2, 0, 3).reshape(codes[rows, columns].shape)
        return codes

    def synthesise(self, codes: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
        image = np.empty(shape, "uint8")
        for (rows, columns), outer in self._tiles(codes.shape):
            part = codes[outer]
            z = np.ascontiguousarray(part.reshape(*part.shape[:2], -1, self.depth).transpose(2, 0, 1, 3))
            x = self.functions(z.shape[1] * self.stride, z.shape[2] * self.stride)[1](z)
            places = [_scaled(_within(a, b), self.stride) for a, b in zip((rows, columns), outer, strict=True)]
            there = image[_scaled(rows, self.stride), _scaled(columns, self.stride)]
            pixels = from_units(x[:, places[0], places[1]], self.value_range)
            there[:] = from_planes(pixels[:, : there.shape[0], : there.shape[1]], shape[2])
        return image

    def code_shape(self, shape: tuple[int, int, int]) -> tuple[int, int, int]:
        height, width, channels = shape
        return -(-height // self.stride), -(-width // self.stride), plane_count(channels, self.channels) * self.depth

    @property
    def block(self) -> tuple[tuple[int, int, int], int]:
        """The shape of what one place of the code stands for, without overlap, and how many numbers it has."""
        return (self.stride, self.stride, self.channels), self.depth

    def quantiser(self) -> Quantiser:
        return self.default

    def _tiles(self, code_shape: tuple[int, ...]) -> Iterator[tuple[Place, Place]]:
        """Rows and columns of the codes that are made together, and those that go through the networks for them."""
        side, margin = max(TILE // self.stride, 1), -(-MARGIN // self.stride)
        for row in range(0, code_shape[0], side):
            for column in range(0, code_shape[1], side):
                inner = (slice(row, min(row + side, code_shape[0])), slice(column, min(column + side, code_shape[1])))
                outer = [
                    slice(max(s.start - margin, 0), min(s.stop + margin, n))
                    for s, n in zip(inner, code_shape, strict=False)
                ]
                yield inner, (outer[0], outer[1])

    def _build(self, height: int, width: int) -> tuple[Any, Any]:
        """Compiled functions (encode, decode) for this size of image."""
        import tensorflow as tf

        from aekit.training.building import build_networks

        try:
            networks = build_networks(self.model.recipe, (height, width, self.channels), self.value_range)
        except AekitError as error:
            raise CodecError(f"the networks cannot be built for an image of {height}x{width}: {error}") from error
        _copy_weights(self.model.networks, networks)
        encode = tf.function(networks.code, autograph=False)
        decode = tf.function(lambda z: networks.decode(z)["x_hat"], autograph=False)
        return (
            lambda x: np.concatenate([encode(tf.constant(plane[None])).numpy() for plane in x]),
            lambda z: np.concatenate([decode(tf.constant(plane[None])).numpy() for plane in z]),
        )


def _scaled(place: slice, factor: int) -> slice:
    return slice(place.start * factor, place.stop * factor)


def _within(inner: slice, outer: slice) -> slice:
    return slice(inner.start - outer.start, inner.stop - outer.start)


def _stride(example: tuple[int, ...], code: tuple[int, ...]) -> tuple[int, int]:
    """By what the encoder shrinks an image, and its code's depth."""
    if len(code) != 3 or example[0] % code[0] or example[1] % code[1]:
        raise CodecError(
            f"a code of the shape {code} for an example {example} is no vector and no smaller image: such a model "
            "cannot code images of any size"
        )
    stride = example[0] // code[0]
    if stride != example[1] // code[1]:
        raise CodecError(f"the model shrinks height and width differently: {example} -> {code}")
    return stride, code[2]


def _copy_weights(source: Any, target: Any) -> None:
    for role, model in target.items():
        given, wanted = source[role].variables, model.variables
        shapes = [tuple(v.shape) for v in given], [tuple(v.shape) for v in wanted]
        if shapes[0] != shapes[1]:
            raise CodecError(
                f"the {role} has weights that depend on the size of the image, so it codes images of its own size only"
            )
        for one, other in zip(wanted, given, strict=True):
            one.assign(other)
