"""`compress`, `decompress` and `info`: whole images through a transform, a quantiser and the coder."""

from __future__ import annotations

from typing import Any

import numpy as np

from aekit.codec import container, entropy, fixed
from aekit.codec.container import Container
from aekit.codec.quantisers import NAMES, Quantiser, unpack_quantiser
from aekit.codec.transform import Transform, check_image
from aekit.errors import CodecError


def compress(
    image: np.ndarray, transform: Transform, quantiser: Quantiser | None = None, entropy: bool = True
) -> bytes:
    """An image as the bytes of a file.

    Args:
        image: uint8 (height, width, 1 or 3).
        transform: what gives the codes; its identity goes into the file.
        quantiser: instead of the transform's own.
        entropy: False gives every code its fixed number of bits, as the systems of 1987 did.

    Raises:
        CodecError: an image or codes that the format cannot hold.
    """
    shape = check_image(image)
    container.check_sizes(shape, transform.code_shape(shape))
    codes = transform.analyse(image)
    if not np.isfinite(codes).all():
        raise CodecError("the model gives codes that are not finite, so there is nothing to code")
    fitted = (quantiser or transform.quantiser()).fit(codes)
    integers = fitted.quantise(codes)
    tables, payload = _encode(integers, fitted.bits_per_code(codes.shape[-1]), entropy)
    return container.pack(
        Container(
            shape=shape,
            code_shape=codes.shape,
            identity=_short(transform),
            transform=transform.kind,
            quantiser=fitted.kind,
            coding=container.ENTROPY if entropy else container.FIXED,
            parameters=fitted.pack(),
            tables=tables,
            payload=payload,
        )
    )


def decompress(data: bytes, transform: Transform) -> np.ndarray:
    """The image in a file, uint8 (height, width, channels).

    Raises:
        CodecError: a file that is damaged or hostile, or of another model.
    """
    content = container.unpack(data)
    if content.identity != _short(transform):
        raise CodecError(
            f"the file was made by the model {content.identity.hex()}, this one is {_short(transform).hex()}"
        )
    if transform.code_shape(content.shape) != content.code_shape:
        raise CodecError(
            f"the file's codes are {content.code_shape}; the model has {transform.code_shape(content.shape)} "
            f"for an image {content.shape}"
        )
    quantiser, integers = decode_integers(content)
    with np.errstate(over="ignore", invalid="ignore"):  # a hostile grid may lead anywhere; pixels are clipped
        return transform.synthesise(quantiser.dequantise(integers), content.shape)


def decode_integers(content: Container) -> tuple[Quantiser, np.ndarray]:
    """The quantiser and the integers (rows, columns, depth) of a file; no model has a part in it.

    Raises:
        CodecError: parameters, tables or a payload that do not fit.
    """
    depth = content.code_shape[2]
    quantiser = unpack_quantiser(content.quantiser, content.parameters, depth)
    bits = quantiser.bits_per_code(depth)
    if content.coding == container.ENTROPY:
        return quantiser, entropy.decode(content.tables, content.payload, content.code_shape, bits)
    if bits is None or content.tables:
        raise CodecError("the file says that its codes have a fixed length, but its quantiser gives them none")
    return quantiser, fixed.decode(content.payload, content.code_shape, bits)


def info(data: bytes) -> dict[str, Any]:
    """What a file's header says, without decoding: sizes in pixels and bytes, bits per pixel, identity.

    Raises:
        CodecError: as `decompress`.
    """
    content = container.unpack(data)
    height, width, channels = content.shape
    return {
        "format": container.VERSION,
        "width": width,
        "height": height,
        "channels": channels,
        "bytes": len(data),
        "bits_per_pixel": 8 * len(data) / (height * width),
        "codes": list(content.code_shape),
        "transform": content.transform,
        "identity": content.identity.hex(),
        "quantiser": NAMES.get(content.quantiser, "unknown"),
        "entropy_coded": content.coding == container.ENTROPY,
        "parameter_bytes": len(content.parameters),
        "table_bytes": len(content.tables),
        "payload_bytes": len(content.payload),
    }


def _encode(integers: np.ndarray, bits: np.ndarray | None, entropy_coded: bool) -> tuple[bytes, bytes]:
    if entropy_coded:
        return entropy.encode(integers, bits)
    if bits is None:
        raise CodecError(
            "this quantiser's integers have no bounds, so no fixed length: use entropy coding, or round "
            "them to an even grid (--bits)"
        )
    return b"", fixed.encode(integers, bits)


def _short(transform: Transform) -> bytes:
    return bytes.fromhex(transform.identity)[:16]
