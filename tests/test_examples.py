"""Components in examples/ keep the contract like built-in ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from aekit.catalog import read_catalog
from aekit.plugins import load_components

EXAMPLES = Path(__file__).parent.parent / "examples"
CHECKED = {
    ("data", "stripes"): {"count": 50},
    ("encoder", "gated_mlp"): {"units": [4]},
    ("loss", "log_cosh"): {},
    ("data", "waves"): {"count": 50},
    ("metric", "worst_error"): {"quantile": 0.5},
}


@pytest.mark.parametrize("key", CHECKED, ids=lambda key: key[1])
def test_an_example_keeps_its_contract(key: tuple[str, str]) -> None:
    from aekit.testing import check_component

    catalog = read_catalog([EXAMPLES / "local_plugins", EXAMPLES / "package" / "aekit_waves"])
    load_components(catalog, [key])
    check_component(*key, **CHECKED[key])
