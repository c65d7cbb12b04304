"""What makes two models the same for a file: a SHA-256 over their weights, shapes and range."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

ROLES = ("encoder", "latent", "decoder")


def identity(tensors: Iterable[tuple[str, str, np.ndarray]], shape: tuple[int, ...], value_range: Any) -> str:
    """64 hexadecimal digits.

    Args:
        tensors: (key, dtype, value) with keys role/position, as in a checkpoint.
        shape: of an example.
        value_range: of its values.
    """
    about = {"shape": list(shape), "range": [float(limit) for limit in value_range]}
    total = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
    for key, dtype, value in sorted(tensors, key=lambda each: each[0]):
        total.update(f"{key} {value.shape} {dtype}".encode())
        total.update(np.ascontiguousarray(value).tobytes())
    return total.hexdigest()


def networks_identity(networks: Mapping[str, Any], shape: tuple[int, ...], value_range: Any) -> str:
    """The identity of networks in memory."""
    tensors = [
        (f"{role}/{position:03d}", str(variable.dtype), np.asarray(variable))
        for role in ROLES
        for position, variable in enumerate(networks[role].variables)
    ]
    return identity(tensors, shape, value_range)


def checkpoint_identity(path: Path) -> str | None:
    """The identity of the networks in a checkpoint file, read without Keras; None where it holds no such networks."""
    import h5py

    try:
        with h5py.File(path, "r") as file:
            about = json.loads(file.attrs["about"])
            if about["value_range"] is None:
                return None
            tensors = [
                (f"{role}/{position}", str(item.attrs["dtype"]), np.asarray(item[()]))
                for role in ROLES
                for position, item in file["state"].get(role, {}).items()
            ]
    except (OSError, KeyError, ValueError, TypeError, RuntimeError):
        return None
    return identity(tensors, tuple(about["example_shape"]), about["value_range"])
