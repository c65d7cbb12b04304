"""PCA against scikit-learn's, and against what is known of generated data."""

import numpy as np
import pytest
from aekit_plugins.data.small_sets import digits
from sklearn.decomposition import PCA

import aekit
from aekit.training.pca import by_covariance, by_iteration, fit_pca


@pytest.mark.parametrize("size", [1, 5, 64])
def test_equals_scikit_learns_on_digits(size):
    data = digits()
    theirs = PCA(size, svd_solver="full").fit(data.train.x.reshape(-1, 64))
    ours = fit_pca(data, size)
    test = data.test.x
    expected = theirs.inverse_transform(theirs.transform(test.reshape(-1, 64))).reshape(test.shape)
    assert np.allclose(ours.reconstruct(test), expected, atol=1e-4)
    assert (
        np.allclose(np.abs(ours.encode(test)), np.abs(theirs.transform(test.reshape(-1, 64))), atol=2e-3) or size == 64
    )
    assert ours.fitted_on == 1437


def test_iteration_finds_what_the_covariance_matrix_gives():
    x = digits().train.x.reshape(-1, 64).astype("float64") + 3
    parts = np.array_split(x, 7)
    exact, found = (fit(lambda: iter(parts), 64, 6) for fit in (by_covariance, by_iteration))
    errors = [np.square(x - pca.reconstruct(x)).sum() for pca in (exact, found)]
    assert errors[1] == pytest.approx(errors[0], rel=1e-6)
    assert np.allclose(found.components @ found.components.T, np.eye(6), atol=1e-9)


def test_images_too_large_for_a_covariance_matrix():
    rng = np.random.default_rng(0)
    x = (rng.standard_normal((40, 3)) @ rng.standard_normal((3, 5000))).astype("float32")
    pca = by_iteration(lambda: iter([x]), 5000, 3)
    assert np.allclose(pca.reconstruct(x), x, atol=1e-3)


def test_a_mean_far_from_zero_costs_no_digits():
    x = np.random.default_rng(0).standard_normal((500, 4)) * [3, 2, 1, 0.1] + 1e6
    pca = by_covariance(lambda: iter(np.array_split(x, 3)), 4, 3)
    rest = np.square(x - (x - pca.mean) @ pca.components.T @ pca.components - pca.mean).sum(axis=1).mean()
    assert rest == pytest.approx(0.1**2, rel=0.1)


def test_what_is_fitted_on():
    data = digits()
    assert fit_pca(data, 2, include_validation=True).fitted_on == 1437 + 180
    assert fit_pca(data, 2, fit_examples=100).fitted_on == 100


class Large:
    """Lazy rows that are computed when they are read, and remember how many were asked for at once."""

    shape, dtype, block = (30_000, 16, 16, 1), np.dtype("float32"), 64

    def __init__(self):
        self.most = 0
        self.basis = np.random.default_rng(0).standard_normal((3, 256))

    def read(self, indices):
        self.most = max(self.most, len(indices))
        scores = np.sin(indices[:, None] * [1.0, 2.0, 3.0])
        return (scores @ self.basis).reshape(-1, *self.shape[1:]).astype("float32")


def test_data_larger_than_memory_is_read_in_parts():
    rows = Large()
    part = aekit.Split(rows.read(np.arange(50)))
    rows.most = 0
    pca = fit_pca(aekit.Data(aekit.Split(rows), part, part, None), 3, fit_examples=20_000)
    assert pca.fitted_on == 20_000 and rows.most * 256 <= 2**21
    assert np.allclose(pca.reconstruct(part.x), part.x, atol=1e-4)


def test_frames_are_the_examples_where_images_are_cut():
    x = np.random.default_rng(0).random((50, 4, 6, 1), "float32")
    part = aekit.Split(x)
    pca = fit_pca(aekit.Data(part, part, part), 3, frame=(2, 3))
    frames = np.stack([x[n, r : r + 2, c : c + 3] for n in range(50) for r in (0, 2) for c in (0, 3)]).reshape(-1, 6)
    assert pca.fitted_on == 200 and np.allclose(pca.mean, frames.mean(axis=0))
    assert np.allclose(np.abs(pca.components), np.abs(PCA(3).fit(frames).components_), atol=1e-4)
    assert fit_pca(aekit.Data(part, part, part), 3, fit_examples=20, frame=(2, 3)).fitted_on == 20
