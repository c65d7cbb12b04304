"""Measures of samples on sets that are known: `AEKIT_DATA=/path/to/data python -m benchmarks.sample_measures`.

MNIST, 50,000 images to learn from, measured on the 10,000 test images. Parzen windows around training images give 242.5
(Goodfellow et al. 2014's protocol); those around blurred images give more, which is why a figure above that is evidence
of blur. The Frechet distance on features must find the same sets worse than real images, the more the more they are
blurred. The first call trains the feature net, two minutes on two cores; it is kept in the user's cache folder.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from benchmarks.reporting import machine, row, write

N = 10_000
METRICS = ("parzen", "fid", "kid", "precision_recall", "two_sample")


class Anchor(NamedTuple):
    """A known mean log-likelihood, in nats per image, and how far from it ours may be."""

    name: str
    known: float
    tolerance: float


PARZEN = (
    Anchor("10,000 k-means centroids", 334, 2),
    Anchor("PCA-30 reconstructions", 295, 2),
)
#: A Frechet distance of so many floors at least, for images that each are the mean of many.
FLOORS = 20


@dataclass
class Samples:
    """A model whose samples are these."""

    data: Any
    images: np.ndarray

    def sample(self, n: int, seed: int = 0) -> np.ndarray:
        return self.images[:n]


def sets(x: np.ndarray) -> dict[str, np.ndarray]:
    """What is measured in place of samples: training images x (n, size) made worse in known ways."""
    from sklearn.decomposition import PCA

    order = np.random.default_rng(0).permutation(len(x))
    pca = PCA(30, svd_solver="covariance_eigh").fit(x)
    few, nearest = centroids(x, x[order[:1000]], 5)
    return {
        "10,000 k-means centroids": centroids(x, x[order[:N]], 2)[0],
        "images as the nearest of 1000 k-means centroids": few[nearest[order[:N]]],
        "PCA-30 reconstructions": np.clip(pca.inverse_transform(pca.transform(x[order[:N]])), 0, 1),
    }


def centroids(x: np.ndarray, first: np.ndarray, rounds: int) -> tuple[np.ndarray, np.ndarray]:
    """Centroids by Lloyd's algorithm from `first`, and the number of the nearest of them for each of x."""
    from scipy.sparse import csr_matrix

    found = first.copy()
    nearest = np.empty(len(x), "int64")
    for turn in range(rounds + 1):
        halves = np.square(found).sum(axis=1) / 2
        for start in range(0, len(x), 2000):
            rows = slice(start, start + 2000)
            nearest[rows] = (x[rows] @ found.T - halves).argmax(axis=1)
        if turn < rounds:
            members = csr_matrix((np.ones(len(x), "float32"), (nearest, np.arange(len(x)))), (len(found), len(x)))
            counts = np.asarray(members.sum(axis=1))[:, 0]
            found[counts > 0] = (members @ x)[counts > 0] / counts[counts > 0, None]
    return found, nearest


def load() -> Any:
    from aekit.catalog import read_catalog
    from aekit.plugins import load_components
    from aekit.registry import find

    load_components(read_catalog(), [("data", "mnist"), *(("metric", name) for name in METRICS)])
    return find("data", "mnist").make(validation=10_000)


def measured(data: Any, images: np.ndarray) -> dict[str, dict[str, Any]]:
    """Every measure of the set, as metrics.json has it."""
    from aekit.recipe import Entry
    from aekit.run.wording import describe
    from aekit.training.finishing import measure

    def tell(event_type: str, **fields: Any) -> None:
        line = describe({"type": event_type, **fields})
        print(f"    {line[1] if line else event_type}", flush=True)

    model: Any = Samples(data, images.reshape(-1, 28, 28, 1))
    entries = [Entry("metric", name, name, {"n": N}) for name in METRICS]
    return {name: found["test"] for name, found in measure(model, entries, splits=("test",), tell=tell).items()}


def value(measure: dict[str, Any]) -> str:
    return f"{measure['value']:.4g} +- {measure['standard_error']:.2g}"


def rows_of(found: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The table: {set: {measure: ...}} beside what is known."""
    some = next(iter(found.values()))
    real = some["parzen.real"]
    rows = [row("training images, Parzen", "242.5 +- 2.1", value(real), abs(real["value"] - 242.5) <= 2.1)]
    for anchor in PARZEN:
        got = found[anchor.name]["parzen"]
        met = abs(got["value"] - anchor.known) <= anchor.tolerance
        rows.append(row(f"{anchor.name}, Parzen", f"{anchor.known:g} +- {anchor.tolerance:g}", value(got), met))
    for name, measures in found.items():
        ratio = measures["fid.ratio"]
        text = f"{value(ratio)} ({value(measures['fid'])}; floor {value(measures['fid.floor'])})"
        rows.append(row(f"{name}, Frechet distance in floors", f">= {FLOORS}", text, ratio["value"] >= FLOORS))
    return rows


def main() -> None:
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    data = load()
    x = data.to_float(data.splits["train"].x).reshape(len(data.splits["train"]), -1)
    begun = time.monotonic()
    made = sets(x)
    print(f"sets made in {time.monotonic() - begun:.0f} s", flush=True)
    found = {}
    for name, images in made.items():
        begun = time.monotonic()
        print(name, flush=True)
        found[name] = measured(data, images)
        print(f"    measured in {time.monotonic() - begun:.0f} s", flush=True)
    rows = rows_of(found)
    for line in rows:
        print(f"{'  ' if line['met'] else '! '}{line['figure']}: {line['measured']}; goal {line['target']}")
    write("sample_measures", {"machine": machine(), "rows": rows, "measures": found})


if __name__ == "__main__":
    main()
