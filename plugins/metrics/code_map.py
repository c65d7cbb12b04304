"""The codes of labelled examples: a map of them, and how well they keep the classes apart, beside PCA's."""

from typing import Annotated

import numpy as np
from pydantic import Field

import aekit
from aekit.errors import DataError

from ._classes import percentage
from ._examples import batches
from ._scatter import scatter
from ._sheet import sheet


@aekit.metric("code_map")
def code_map(model, split, figures=None, *, neighbours: Annotated[int, Field(gt=0)] = 5) -> dict[str, aekit.Measure]:
    """The share of examples whose nearest codes have another label, for the net's codes and for PCA's of equal size.

    Each example of the split is given the label that most of its `neighbours` nearest others have, by the distance of
    codes. No label was learned from: what is found is how the codes lie. Codes of two numbers are drawn: the run's
    figures get the map of the test split beside PCA's ("test").

    Args:
        neighbours: how many others vote; the nearer label wins where votes are equal.

    Returns:
        error, of the net's codes, and pca, of PCA's, in % of examples whose label is another than the vote's.

    Source: Hinton and Salakhutdinov, Reducing the dimensionality of data with neural networks, 2006, figure 3.
    """
    data, labels = model.data, _labels(model.data, split)
    encoders = {"net": model.encode, "PCA": aekit.fit_pca(model.data, model.code_size).encode}
    measures, maps = {}, []
    for name, encode in encoders.items():
        z = np.concatenate([encode(x).reshape(len(x), -1) for x in batches(data, split)])
        missed = vote(z, labels, neighbours) != labels
        measures["error" if name == "net" else "pca"] = percentage(missed, "wrong", "lower")
        if z.shape[1] == 2:
            caption = f"{name}: {100 * missed.mean():.1f} % unlike most of {neighbours} neighbours"
            maps.append((scatter(z, labels, data.labels), caption))
    if figures is not None and split == "test" and maps:
        figures.picture(split, sheet([maps]))
    return measures


def _labels(data: aekit.Data, split: str) -> np.ndarray:
    labels = data.splits[split].y
    if labels is None:
        raise DataError(f"code_map: {data.title} has no labels to tell examples apart by")
    return np.asarray(labels).astype("int64")


def vote(codes: np.ndarray, labels: np.ndarray, neighbours: int) -> np.ndarray:
    """The label that most of each code's nearest others have: (n, size), (n,) -> (n,)."""
    from scipy.spatial import KDTree

    nearest = KDTree(codes).query(codes, min(neighbours + 1, len(codes)))[1]
    others = np.stack([row[row != index][:neighbours] for index, row in enumerate(nearest)])
    found = labels[others]
    votes = (found[:, :, None] == found[:, None, :]).sum(axis=2)
    return found[np.arange(len(found)), votes.argmax(axis=1)]
