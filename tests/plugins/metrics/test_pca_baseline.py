"""The metric `pca_baseline`: PCA measured as the net is."""

import numpy as np
import pytest
from aekit_plugins.data.gaussian import gaussian
from aekit_plugins.data.small_sets import digits
from aekit_plugins.metrics.pca_baseline import pca_baseline

import aekit


def test_measures_stand_beside_the_nets(model_of):
    data = digits()
    model = model_of(data.test.x, train=data.train.x, validation=data.validation.x, code_size=10)
    measures = pca_baseline(model, "test")
    assert set(measures) == {"squared_error", "psnr"}
    rest = data.test.x - aekit.fit_pca(data, 10).reconstruct(data.test.x)
    assert measures["squared_error"].value == pytest.approx(np.square(rest).sum(axis=(1, 2, 3)).mean(), rel=1e-5)
    assert measures["squared_error"].n == 180
    assert pca_baseline(model, "test", size=64)["squared_error"].value == pytest.approx(0, abs=1e-6)


def test_leaves_what_noise_there_is_off_the_subspace(model_of):
    data = gaussian(size=20, dimensions=4, noise=0.1, count=20_000)
    about = {"train": data.train.x, "validation": data.validation.x, "value_range": None}
    measures = pca_baseline(model_of(data.test.x, code_size=4, **about), "test")
    assert measures["squared_error"].value == pytest.approx(0.1**2 * 16, rel=0.05)
    assert set(measures) == {"squared_error"}
