"""One reader for Keras' benchmark sets: a local file in Keras' npz layout, or Keras' own loader."""

import os
from importlib import import_module
from pathlib import Path

import numpy as np

import aekit
from aekit.errors import DataError

from .._files import data_folder
from ._npz import read_npz

KEYS = ("x_train", "y_train", "x_test", "y_test")


def benchmark(
    name: str,
    shape: tuple[int, ...],
    validation: int,
    train_on_validation: bool,
    value_range: tuple[float, float],
    labels: tuple[str, ...],
    licence: str,
) -> aekit.Data:
    """The set `name`, whose images have `shape`; bytes are kept as bytes.

    Raises:
        DataError: the set cannot be had, its file is damaged, or `validation` leaves nothing to train on.
    """
    path = local_file(name)
    arrays = read_npz(path, KEYS) if path else fetch(name)
    x_train, y_train, x_test, y_test = (arrays[key] for key in KEYS)
    where = str(path or name)
    for key in ("x_train", "x_test"):
        if arrays[key].shape[1:] != shape or arrays[key].dtype != np.uint8:
            raise DataError(
                f"{where}: expected {key} as uint8 of shape (n, {', '.join(map(str, shape))}), "
                f"received {arrays[key].dtype} of shape {arrays[key].shape}"
            )
    left = len(x_train) - validation
    if left < 1:
        raise DataError(f"{name}: validation={validation} leaves none of {len(x_train)} images to train on")
    x_train, x_test = (x.reshape(*x.shape[:3], -1) for x in (x_train, x_test))
    y_train, y_test = (y.reshape(-1).astype("int64") for y in (y_train, y_test))
    trained = len(x_train) if train_on_validation else left
    return aekit.Data(
        aekit.Split(x_train[:trained], y_train[:trained]),
        aekit.Split(x_train[left:], y_train[left:]),
        aekit.Split(x_test, y_test),
        value_range=(float(value_range[0]), float(value_range[1])),
        name=name,
        licence=licence,
        labels=labels,
    )


def keras_cache() -> Path:
    """The folder where Keras keeps what it fetched."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "datasets"


def local_file(name: str) -> Path | None:
    """NAME.npz in `$AEKIT_DATA` or in Keras' cache, in this order."""
    folders = [folder for folder in (data_folder(), keras_cache()) if folder]
    return next((folder / f"{name}.npz" for folder in folders if (folder / f"{name}.npz").is_file()), None)


def fetch(name: str) -> dict[str, np.ndarray]:
    """The four arrays by Keras' loader, from its cache or the network, with Keras' progress bar.

    Raises:
        DataError: there is no network, or what came was damaged; says which file to put where.
    """
    loader = import_module(f"keras.datasets.{name}")
    try:
        (x_train, y_train), (x_test, y_test) = loader.load_data()
    except Exception as error:  # Keras' get_file raises a bare Exception where a download fails
        raise DataError(_how_to_provide(name, error)) from error
    return {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}


def _how_to_provide(name: str, error: Exception) -> str:
    folder = data_folder()
    here = f"{folder / f'{name}.npz'}" if folder else f"{name}.npz in a folder that $AEKIT_DATA names"
    return (
        f"{name} is not on this machine and could not be fetched ({str(error) or type(error).__name__}). "
        f"Connect to a network, or put a file with the arrays {', '.join(KEYS)} "
        f"at {here}, or at {keras_cache() / f'{name}.npz'}"
    )
