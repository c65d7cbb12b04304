"""PCA on the data sets of 2006 beside what is known of it: `AEKIT_DATA=/path/to/data python -m benchmarks.anchors`.

Each figure is the squared error per test image, by the metric `pca_baseline`; where it is the known one, data and
measure are the paper's. MNIST is fitted on all 60,000 training images, the others on their training split. The paper's
curves are not public, hence the wide tolerance: its figure is beside ours to show how near ours are.
"""

from __future__ import annotations

import argparse
import time
from types import SimpleNamespace
from typing import Any, NamedTuple

from benchmarks.reporting import machine, row, write


class Anchor(NamedTuple):
    """A known squared error of PCA with `size` numbers, and how far from it ours may be."""

    data: str
    size: int
    known: float
    tolerance: float
    include_validation: bool = False


ANCHORS = (
    Anchor("mnist", 2, 43.645, 0.001, True),
    Anchor("mnist", 16, 21.058, 0.001, True),
    Anchor("mnist", 30, 13.866, 0.001, True),
    Anchor("mnist", 100, 4.403, 0.001, True),
    Anchor("olivetti_patches", 30, 135, 1),
    Anchor("curves", 18, 5.90, 0.1),
)
ALL = 10**9  # examples to fit on


def measured(anchor: Anchor, data: Any) -> Any:
    """The `aekit.Measure` of PCA's squared error on the test split."""
    from aekit.registry import find

    model = SimpleNamespace(data=data, code_size=anchor.size)
    pca_baseline = find("metric", "pca_baseline").make
    found = pca_baseline(model, "test", include_validation=anchor.include_validation, fit_examples=ALL)
    return found["squared_error"]


def load(name: str) -> Any:
    from aekit.catalog import read_catalog
    from aekit.plugins import load_components
    from aekit.registry import find

    load_components(read_catalog(), [("data", name), ("metric", "pca_baseline")])
    return find("data", name).make()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = sorted({anchor.data for anchor in ANCHORS})
    parser.add_argument("--only", choices=names, help="one data set; nothing is written then")
    words = parser.parse_args()
    rows, loaded = [], {}
    for anchor in (a for a in ANCHORS if words.only in (None, a.data)):
        if anchor.data not in loaded:
            begun = time.monotonic()
            loaded[anchor.data] = load(anchor.data)
            print(f"{anchor.data} loaded in {time.monotonic() - begun:.1f} s", flush=True)
        found = measured(anchor, loaded[anchor.data])
        met = abs(found.value - anchor.known) <= anchor.tolerance
        text = f"{found.value:.3f} +- {found.standard_error:.3f} (n = {found.n:,})"
        figure = f"{anchor.data}, PCA-{anchor.size}, squared error per test image"
        rows.append(row(figure, f"{anchor.known:g} +- {anchor.tolerance:g}", text, met))
        print(f"{'  ' if met else '! '}{figure}: {text}; known {anchor.known:g}", flush=True)
    if not words.only:
        write("anchors", {"machine": machine(), "rows": rows})


if __name__ == "__main__":
    main()
