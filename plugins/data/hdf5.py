"""A user's own data in an HDF5 file, which may be larger than memory."""

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

import aekit
from aekit.errors import DataError, did_you_mean

from ._arrays import check_shape, data_of, labels_of
from .._files import find_file
from ._hdf5_rows import Hdf5Rows, open_hdf5, reading


@aekit.data("hdf5")
def hdf5(
    *,
    path: str,
    train: str = "x_train",
    validation: str | None = None,
    test: str | None = None,
    train_labels: str | None = None,
    validation_labels: str | None = None,
    test_labels: str | None = None,
    value_range: tuple[float, float] | Literal["found"] | None = "found",
    validation_fraction: Annotated[float, Field(gt=0, lt=1)] = 0.1,
    test_fraction: Annotated[float, Field(gt=0, lt=1)] = 0.1,
    seed: int = 0,
    licence: str = "not stated",
) -> aekit.Data:
    """Images or plain vectors from an HDF5 file, read as training needs them.

    Bytes are pixels and scaled to the value range; floats are used as they are. Contiguous data sets and
    those chunked by few rows serve random order best; a chunk is read as a whole.

    Args:
        path: of the file, from the working folder or from inside $AEKIT_DATA.
        train, validation, test: names of the data sets, such as "images/train"; a split that is not named is
            drawn from the training examples.
        train_labels, validation_labels, test_labels: names of the data sets of labels.
        value_range: lowest and highest value in data units; "found": (0, 1) or (-1, 1) where 1024 examples
            lie inside, else without limits; null: without limits.
        validation_fraction, test_fraction: shares of the training examples for splits that are not named.
        seed: of the permutation by which they are drawn.
        licence: for reports.

    Shapes: examples (n, size), (n, height, width) or (n, height, width, channels); labels (n,), (n, 1) or
    one-hot.
    """
    file = find_file(path, "HDF5 file")
    names = {"train": train, "validation": validation, "test": test}
    labels = {"train": train_labels, "validation": validation_labels, "test": test_labels}
    x = {part: _examples(file, name) for part, name in names.items() if name}
    y = {part: _labels(file, name) for part, name in labels.items() if name}
    if set(y) - set(x):
        part = sorted(set(y) - set(x))[0]
        raise DataError(f"hdf5: {part}_labels is given without {part}")
    about = {"name": file.stem, "licence": licence}
    return data_of(x, y, value_range, validation_fraction, test_fraction, seed, **about)


def _examples(file: Path, name: str) -> Hdf5Rows:
    _check_name(file, name)
    rows = Hdf5Rows(file, name)
    check_shape(rows.stored_shape, rows.dtype, f"{file}, data set '{name}'")
    return rows


def _labels(file: Path, name: str) -> np.ndarray:
    _check_name(file, name)
    with reading(file, name), open_hdf5(file) as opened:
        return labels_of(np.asarray(opened[name]), f"{file}, data set '{name}'")


def _check_name(file: Path, name: str) -> None:
    """Raise DataError unless the file holds a data set of this name."""
    import h5py

    with reading(file, name), open_hdf5(file) as opened:
        known: list[str] = []
        opened.visititems(lambda key, item: known.append(str(key)) if isinstance(item, h5py.Dataset) else None)
    if name.strip("/") not in known:
        raise DataError(
            f"{file} has no data set '{name}'.{did_you_mean(name, known)} Its data sets: {', '.join(known)}"
        )
