"""Grey images as black and white ones: a pixel's value is its probability of being white."""

from dataclasses import replace

import numpy as np

import aekit

#: Of what is drawn once; each split has its own numbers, so that its images do not depend on the others' sizes.
SEED = 20151


def binarised(data: aekit.Data, how: str) -> aekit.Data:
    """The data with pixels that are 0 or 1.

    Args:
        data: grey images in [0, 1], in memory.
        how: "static" draws every image once, by a fixed seed; "dynamic" training images anew at every step, and
            validation and test images once; "none" leaves them grey.

    Raises:
        ValueError: values that are no probabilities.

    Source: Salakhutdinov and Murray, On the quantitative analysis of deep belief networks, 2008.
    """
    if how == "none":
        return data
    if data.value_range != (0.0, 1.0):
        raise ValueError(f"binarise needs pixels in [0, 1], the value range is {data.value_range}")
    drawn = {
        name: aekit.Split(_drawn(data, name, number), split.y)
        for number, (name, split) in enumerate(data.splits.items())
        if how == "static" or name != "train"
    }
    return replace(data, **drawn, augment=_draw_after(data.augment) if how == "dynamic" else None)


def _drawn(data, split, number):
    """A split's images as bytes, 0 or 255."""
    rng = np.random.default_rng([SEED, number])
    parts = [rng.random(batch["x"].shape, "float32") < batch["x"] for batch in data.batches(split)]
    return np.where(np.concatenate(parts), np.uint8(255), np.uint8(0))


def _draw_after(augment):
    """A `Data.augment` that draws each pixel of a batch, after another augmentation where there is one."""

    def draw(batch, seed):
        from keras import ops, random

        if augment:
            batch = augment(batch, seed)
        x = batch["x"]
        white = random.uniform(ops.shape(x), dtype="float32", seed=seed) < x
        return batch | {"x": ops.cast(white, "float32")}

    return draw
