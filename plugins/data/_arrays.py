"""From named arrays (x, or x_train, x_test, ...) to splits that the framework can train on."""

from collections.abc import Collection, Mapping
from typing import Any, Literal

import numpy as np

import aekit
from aekit.errors import DataError, did_you_mean

PARTS = {"": "train", "_train": "train", "_validation": "validation", "_test": "test"}
KEYS = tuple(letter + part for part in PARTS for letter in "xy")
EXPECTED = "'x', or 'x_train' and optionally 'x_validation' and 'x_test', with labels 'y...' beside them"


def check_keys(found: Collection[str], where: str) -> None:
    """Raise DataError unless `found` holds x or x_train, and labels only where their examples are."""
    known = ", ".join(f"'{name}'" for name in sorted(found)) or "nothing"
    if "x" not in found and "x_train" not in found:
        near = next(filter(None, (did_you_mean(name, ("x_train", "x")) for name in sorted(found))), "")
        raise DataError(f"{where} holds {known}; expected {EXPECTED}.{near}")
    if "x" in found and "x_train" in found:
        raise DataError(f"{where} holds both 'x' and 'x_train'; expected {EXPECTED}")
    for suffix in PARTS:
        if "y" + suffix in found and "x" + suffix not in found:
            raise DataError(f"{where} holds 'y{suffix}' without 'x{suffix}'; it holds {known}")


def stored_arrays(found: Mapping[str, np.ndarray], where: str) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Examples and labels by split, each checked and in the type in which it is kept."""
    x = {part: as_stored(found["x" + s], f"{where}, 'x{s}'") for s, part in PARTS.items() if "x" + s in found}
    y = {part: labels_of(found["y" + s], f"{where}, 'y{s}'") for s, part in PARTS.items() if "y" + s in found}
    return x, y


def as_stored(x: np.ndarray, where: str) -> np.ndarray:
    """Examples as they are kept: pixels as bytes, all else as floats; grey images gain a channel axis.

    Whole numbers from 0 to 255 become bytes, other whole numbers, truth values and float64 become float32.

    Raises:
        DataError: text, objects or complex numbers; an axis too few or too many; no example.
    """
    check_shape(x.shape, x.dtype, where)
    if x.dtype.kind in "ui" and x.dtype != np.uint8 and x.min() >= 0 and x.max() <= 255:
        x = x.astype("uint8")
    if x.dtype not in (np.uint8, np.float16, np.float32):
        x = x.astype("float32")
    return x[..., None] if x.ndim == 3 else x


def check_shape(shape: tuple[int, ...], dtype: np.dtype, where: str) -> None:
    """Raise DataError unless it is numbers (n, size), (n, height, width) or (n, height, width, channels)."""
    if len(shape) not in (2, 3, 4) or dtype.kind not in "buif":
        raise DataError(
            f"{where}: expected numbers of shape (n, size), (n, height, width) or "
            f"(n, height, width, channels), received {dtype} of shape {shape}"
        )
    if 0 in shape:
        raise DataError(f"{where} is empty: its shape is {shape}")


def labels_of(y: np.ndarray, where: str) -> np.ndarray:
    """Labels (n,): numbers as they are, one column (n, 1) flattened, one-hot rows (n, classes) as class numbers.

    Raises:
        DataError: any other shape, or words.
    """
    if y.dtype.kind not in "buif" or y.ndim not in (1, 2):
        raise DataError(
            f"{where}: expected numbers (n,), (n, 1) or (n, classes), received {y.dtype} of shape {y.shape}"
        )
    if y.ndim == 2 and y.shape[1] > 1:
        if not (np.isin(y, (0, 1)).all() and (y.sum(axis=1) == 1).all()):
            raise DataError(f"{where}: labels of shape {y.shape} are expected to be one-hot rows")
        y = y.argmax(axis=1)
    return y.reshape(-1).astype("int64") if y.dtype.kind in "bui" else y.reshape(-1)


def found_range(arrays: Mapping[str, Any]) -> tuple[float, float] | None:
    """The value range that examples suggest: (0, 1), (-1, 1), or None for values beyond both.

    Bytes are pixels, hence (0, 1). Of lazy rows up to 1024, evenly spread, are looked at.
    """
    looked = [_some(x) for x in arrays.values() if x.dtype != np.uint8]
    low = min((float(x.min()) for x in looked), default=0.0)
    high = max((float(x.max()) for x in looked), default=1.0)
    return next(((a, b) for a, b in ((0.0, 1.0), (-1.0, 1.0)) if a <= low and high <= b), None)


def _some(x: Any) -> np.ndarray:
    if isinstance(x, np.ndarray):
        return x
    return x.read(np.unique(np.linspace(0, x.shape[0] - 1, 1024).astype("int64")))


def splits_of(
    x: Mapping[str, Any], y: Mapping[str, Any], validation_fraction: float, test_fraction: float, seed: int
) -> dict[str, aekit.Split]:
    """The splits that are given; those that are not are drawn from the training examples.

    Args:
        x, y: arrays or lazy rows by split, "train" at least; y may lack any of them.
        validation_fraction, test_fraction: shares of the training examples for the splits not given, in (0,
            1).
        seed: of the permutation by which they are drawn.

    Raises:
        DataError: examples and labels that differ in number, or none left to train on.
    """
    splits = {name: aekit.Split(x[name], y.get(name)) for name in x}
    for name, split in splits.items():
        if split.y is not None and len(split.y) != len(split):
            raise DataError(f"split '{name}' has {len(split)} examples and {len(split.y)} labels")
    whole = splits["train"]
    shares = {"test": test_fraction, "validation": validation_fraction}
    sizes = {name: max(1, round(len(whole) * share)) for name, share in shares.items() if name not in splits}
    left = len(whole) - sum(sizes.values())
    if left < 1:
        drawn = " and ".join(f"{size} for {name}" for name, size in sizes.items())
        raise DataError(f"{len(whole)} examples leave none to train on beside {drawn}")
    if sizes:
        order = np.random.default_rng(seed).permutation(len(whole))
        parts = np.split(order, np.cumsum([left, *sizes.values()])[:-1])
        drawn_parts = dict(zip(("train", *sizes), parts, strict=True))
        splits |= {name: whole.take(np.sort(part)) for name, part in drawn_parts.items()}
    return splits


def data_of(
    x: Mapping[str, Any],
    y: Mapping[str, Any],
    value_range: tuple[float, float] | Literal["found"] | None,
    validation_fraction: float,
    test_fraction: float,
    seed: int,
    **about: Any,
) -> aekit.Data:
    """`aekit.Data` of examples by split, with a value range that is given or found."""
    if value_range == "found":
        limits = found_range(x)
        if limits is None:
            about["notes"] = "values lie outside [0, 1] and [-1, 1]: taken as data without limits"
    else:
        limits = (float(value_range[0]), float(value_range[1])) if value_range else None
    splits = splits_of(x, y, validation_fraction, test_fraction, seed)
    return aekit.Data(**splits, value_range=limits, **about)
