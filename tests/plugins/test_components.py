"""Every built-in component keeps its contract, and what is read from source is what Python registers."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from aekit import registry
from aekit.catalog import read_catalog
from aekit.plugins import find_plugin_files

OPTIONS: dict[tuple[str, str], dict[str, Any]] = {
    ("encoder", "mlp"): {"units": [6]},
    ("encoder", "conv"): {"filters": [2, 3]},
    ("decoder", "mlp"): {"units": [6]},
    ("decoder", "conv"): {"filters": [3, 2]},
    ("encoder", "maxout"): {"units": [6]},
    ("latent", "plain"): {"size": 3},
    ("latent", "prior"): {"size": 3},
    ("latent", "gaussian"): {"size": 3},
    ("metric", "elbo"): {"likelihood": "gaussian"},
    ("metric", "importance_likelihood"): {"likelihood": "gaussian", "samples": 4},
    ("data", "curves"): {"train": 9, "validation": 3, "test": 3},
    ("trainer", "pseudo_labels"): {"labels_per_class": 1},
    **{
        ("metric", name): {"features": "pixels"}
        for name in ("fid", "kid", "precision_recall", "sliced_wasserstein", "two_sample")
    },
}
#: These need a file, a folder, a download or another net; their own tests make one.
NEED_FILES = {
    "class_balance",
    "pca",
    "npz",
    "hdf5",
    "idx",
    "image_folder",
    "mnist",
    "fashion_mnist",
    "cifar10",
    "olivetti",
    "olivetti_patches",
}
CATALOG = read_catalog()
COMPONENTS = [(kind, component.name) for kind in registry.KINDS for component in CATALOG.of_kind(kind)]


@pytest.fixture(scope="module", autouse=True)
def everything_imported() -> None:
    for file in find_plugin_files():
        import_module(file.module)


def test_the_catalog_is_the_registry() -> None:
    # Other tests of this process may have brought plugins of their own.
    files = {file.path for file in find_plugin_files()}
    found = {(entry.kind, entry.name) for entry in registry.registered() if entry.file in files}
    assert found == set(COMPONENTS)
    assert not CATALOG.broken


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, name in COMPONENTS if name not in NEED_FILES])
def test_a_component_keeps_its_contract(kind: str, name: str) -> None:
    from aekit.testing import check_component

    check_component(kind, name, **OPTIONS.get((kind, name), {}))


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, name in COMPONENTS if name in NEED_FILES])
def test_a_component_that_needs_files_is_documented(kind: str, name: str) -> None:
    from aekit.testing import check_documented, check_read_from_source

    check_documented(registry.find(kind, name))
    check_read_from_source(registry.find(kind, name))


def test_a_tied_decoder_shares_the_encoders_kernels() -> None:
    import numpy as np

    from aekit.testing import IMAGE_SHAPE, example_networks
    from aekit.training.exports import untied
    from aekit.training.networks import chain

    networks = example_networks()
    mirror = chain(networks.encoder, networks.latent)
    decoder = registry.find("decoder", "mlp").make((3,), IMAGE_SHAPE, mirror, None, units=[6], tied=True)
    assert [tuple(v.shape) for v in decoder.variables] == [(6,), (35,)], "only the biases are its own"
    z = np.random.default_rng(0).random((2, 3), "float32")
    for variable in mirror.trainable_variables:
        variable.assign(variable + 0.1)
    assert np.allclose(decoder(z), untied(decoder)(z), atol=1e-6)
    with pytest.raises(ValueError, match="tied weights need the encoder's layers in reverse"):
        registry.find("decoder", "mlp").make((3,), IMAGE_SHAPE, mirror, None, units=[7], tied=True)
