"""The log-likelihood of images under a Parzen window around samples."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

import aekit

from ._distances import squared_distances
from ._psnr import value_width
from ._samples import pixels, samples, drawn

#: The windows' widths that are tried.
SIGMAS = np.logspace(-1, 0, 10)


@aekit.metric("parzen")
def parzen(
    model,
    split,
    *,
    n: Annotated[int, Field(gt=1)] = 10_000,
    seed: Annotated[int, Field(ge=0)] = 0,
    validation_examples: Annotated[int, Field(gt=0)] = 1000,
    density: Literal["normal", "gaussian", "mixture"] | None = None,
) -> dict[str, aekit.Measure]:
    """ln p(x) of a split under Gaussian windows around samples, beside that under windows around training images.

    p is the mean of n Gaussians of the standard deviation sigma around n samples, with values in [0, 1] whatever the
    data's range. sigma is one of ten from 0.1 to 1, logarithmically spaced: the one of the highest mean ln p on
    validation images. Training images get the same treatment: **more than they have is evidence of blur**, not of
    better samples, as blurred images stand nearer to everything. It says little of quality and is here to compare with
    papers; never tune on it. On validation data the width is chosen on images that are also measured.

    Args:
        n: samples, and training images, which are drawn at random.
        seed: of the samples.
        validation_examples: the width is chosen by so many from the validation split's beginning. The paper's
            protocol for MNIST is 1000 where the 10,000 last training images validate, `data.validation=10000`.
        density: where codes come from, as for `sample`; the recipe's prior where None.

    Returns:
        the mean, and `real`, that of training images; none for training data without end. The standard error is that
        of the mean over the split's images.

    Unit: nats per image.

    Source: Goodfellow et al., Generative adversarial networks, 2014, section 5; Theis, van den Oord and Bethge, A note
    on the evaluation of generative models, 2016.
    """
    data = model.data
    value_width(data, "parzen")
    windows = {"": pixels(data, samples(model, n, seed, density))}
    if "train" in data.splits:
        windows["real"] = pixels(data, drawn(data, "train", min(n, len(data.splits["train"]))))
    judges = pixels(data, data.first("validation", validation_examples))
    x = pixels(data, data.first(split, len(data.splits[split])))
    measures = {}
    for name, centres in windows.items():
        who = "training images" if name else "samples"
        sigma = best_sigma(judges, centres, who)
        values = log_densities(x, centres, [sigma], f"densities around {who}")[0]
        error = float(values.std() / np.sqrt(len(values)))
        on = f"windows around {len(centres):,} {who}"
        unit = f"nats per image, sigma {sigma:.3f}"
        measures[name] = aekit.Measure(
            float(values.mean()), len(x), error, unit, "higher", None, on, None if name else seed
        )
    return measures


def best_sigma(x: np.ndarray, centres: np.ndarray, who: str) -> float:
    """The width under which x has the highest mean density."""
    found = log_densities(x, centres, SIGMAS, f"width of windows around {who}").mean(axis=1)
    return float(SIGMAS[found.argmax()])


def log_densities(x: np.ndarray, centres: np.ndarray, sigmas, what: str) -> np.ndarray:
    """ln mean_j N(x_i; centre_j, sigma^2 I) for each sigma: (n, ...), (m, ...) -> (sigmas, n)."""
    x, centres = (points.reshape(len(points), -1) for points in (x, centres))
    found = np.empty((len(sigmas), len(x)))
    for rows, distances in squared_distances(x, centres, what):
        nearest = distances.min(axis=1)
        distances -= nearest[:, None]
        room = np.empty_like(distances)
        for place, sigma in enumerate(sigmas):
            np.multiply(distances, -1 / (2 * sigma**2), out=room)
            np.exp(room, out=room)
            constant = np.log(len(centres)) + x.shape[1] / 2 * np.log(2 * np.pi * sigma**2)
            found[place, rows] = np.log(room.sum(axis=1)) - nearest / (2 * sigma**2) - constant
    return found
