"""Images to bytes and back: a transform, a quantiser, an entropy coder, and the file that holds their results.

```
image ─ transform.analyse ─ codes ─ quantiser ─ integers ─ entropy coder ─ container ─ bytes
image ─ transform.synthesise ─ codes ─ quantiser ─ integers ─ entropy coder ─ container ─ bytes
```
Everything right of the integers is integer arithmetic, so that no float of another machine can break a file. Each name
is imported when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aekit.lazy import lazy_names

if TYPE_CHECKING:
    from aekit.codec.find import find_model
    from aekit.codec.images import compress, decompress, info
    from aekit.codec.networks import run_transform
    from aekit.codec.pca import pca_transform
    from aekit.codec.quantisers import AllocatedQuantiser, Quantiser, RoundingQuantiser, UniformQuantiser
    from aekit.codec.run_pca import fit_run_pca, stored_pca
    from aekit.codec.transform import Transform

__all__ = [
    "AllocatedQuantiser", "Quantiser", "RoundingQuantiser", "Transform", "UniformQuantiser", "compress", "decompress",
    "find_model", "fit_run_pca", "info", "pca_transform", "run_transform", "stored_pca",
]  # fmt: skip

_MODULES = {
    "find": ("find_model",),
    "images": ("compress", "decompress", "info"),
    "networks": ("run_transform",),
    "pca": ("pca_transform",),
    "quantisers": ("AllocatedQuantiser", "Quantiser", "RoundingQuantiser", "UniformQuantiser"),
    "run_pca": ("fit_run_pca", "stored_pca"),
    "transform": ("Transform",),
}

__getattr__, __dir__ = lazy_names(__name__, globals(), _MODULES)
