"""PCA of what a run was trained on, as a codec of its own: fitted once, kept in the run as models/pca.npz."""

from __future__ import annotations

import io
from zipfile import BadZipFile

import numpy as np

from aekit.codec.files import write_file
from aekit.codec.frames import FrameTransform
from aekit.codec.networks import run_transform
from aekit.codec.pca import linear_transform
from aekit.errors import CodecError
from aekit.run import RunDirectory

#: Frames at most, evenly spread over the training data; one of 16x16 pixels in colour has 768 numbers.
FITTED_ON = 50_000


def stored_pca(run: RunDirectory) -> FrameTransform | None:
    """The PCA that a run keeps, read without Keras; None where it keeps none.

    Raises:
        CodecError: the file is damaged.
    """
    path = run.models / "pca.npz"
    try:
        with np.load(path) as file:
            mean, basis = file["mean"], file["basis"]
            height, width, channels = map(int, file["frame_shape"])
            low, high = map(float, file["value_range"])
        if basis.shape != (len(basis), height * width * channels) or mean.shape != basis.shape[1:] or not low < high:
            raise ValueError("its arrays do not fit each other")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
        raise CodecError(f"{path} is damaged ({error}); without it, compress --pca fits anew") from error
    return linear_transform(mean, basis, (height, width, channels), (low, high))


def fit_run_pca(run: RunDirectory) -> FrameTransform:
    """PCA with as many numbers as the run's code has, fitted on the run's training data and kept in the run.

    ```
    example 8x8, code 16                PCA-16 of the examples
    example 96x96x3, code 6x6x512       PCA-512 of frames of 16x16x3
    ```

    Raises:
        CodecError: networks that cannot code images, as `run_transform` has it.
        DataError: the training data is not there, or the run cannot be written to.
    """
    from aekit.training.opening import open_run
    from aekit.training.pca import fit_pca

    model = open_run(run.path)
    net = run_transform(model)
    shape, size = net.block
    pca = fit_pca(model.data, size, fit_examples=FITTED_ON, frame=shape[:2])
    transform = linear_transform(pca.mean, pca.components, shape, net.value_range)
    content = io.BytesIO()
    mean, basis = pca.mean.astype("<f4"), pca.components.astype("<f4")
    np.savez(content, mean=mean, basis=basis, frame_shape=np.array(shape), value_range=np.array(net.value_range))
    run.models.mkdir(exist_ok=True)
    write_file(run.models / "pca.npz", content.getvalue())
    return transform
