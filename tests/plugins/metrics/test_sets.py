"""Measures that compare samples with real examples, on sets whose figures are known."""

import numpy as np
import pytest
from aekit_plugins.metrics import precision_recall as manifolds
from aekit_plugins.metrics._distances import neighbour_distances
from aekit_plugins.metrics._frechet import frechet, jackknife_error, left_out, moments
from aekit_plugins.metrics.class_balance import balance
from aekit_plugins.metrics.fid import fid
from aekit_plugins.metrics.kid import discrepancies, kid, squared_discrepancy
from aekit_plugins.metrics.precision_recall import precision_recall
from aekit_plugins.metrics.sliced_wasserstein import sliced_wasserstein, squared_distances_along
from aekit_plugins.metrics.two_sample import told_right, two_sample

import aekit
from aekit.errors import DataError, InputError


@pytest.fixture
def beside(sampling):
    """`beside(samples, train, test)`: a model that gives these samples, of data without a range."""

    def made(samples, train, test):
        data = aekit.Data(aekit.Split(train), aekit.Split(train), aekit.Split(test), value_range=None)
        return sampling(data, samples)

    return made


def normal(n, size=3, seed=0):
    return np.random.default_rng(seed).normal(size=(n, size)).astype("float32")


class TestFrechet:
    def test_two_gaussians_by_the_closed_form(self):
        one, other = np.array([[2.0, 0.5], [0.5, 1.0]]), np.array([[1.0, -0.3], [-0.3, 3.0]])
        product = one @ other
        root = np.sqrt(np.trace(product) + 2 * np.sqrt(np.linalg.det(product)))  # of a 2 x 2 matrix
        known = 3**2 + 4**2 + np.trace(one) + np.trace(other) - 2 * root
        assert frechet((np.zeros(2), one), (np.array([3.0, 4.0]), other)) == pytest.approx(known)

    def test_one_dimension(self):
        assert frechet((np.zeros(1), np.eye(1) * 4), (np.ones(1), np.eye(1) * 9)) == pytest.approx(1 + (2 - 3) ** 2)

    def test_fewer_points_than_dimensions(self):
        few = moments(normal(4, size=9))
        assert frechet(few, few) == pytest.approx(0, abs=1e-6)

    def test_moments_without_a_part(self):
        points = normal(53)
        kept = np.ones(53, bool)
        kept[np.random.default_rng(0).permutation(53)[:3]] = False  # the first of 25 parts
        found, known = next(left_out(points)), moments(points[kept])
        assert found[0] == pytest.approx(known[0]) and found[1] == pytest.approx(known[1])

    def test_the_error_of_a_mean_is_the_known_one(self):
        points = normal(25 * 40, size=1)
        means = np.array([mean for mean, _ in left_out(points)])
        assert jackknife_error(means)[0] == pytest.approx(1 / np.sqrt(1000), rel=0.5)

    def test_metric(self, beside):
        test, train = normal(500), normal(600, seed=1)
        found = fid(beside(normal(500, seed=2) + 2, train, test), "test", features="pixels")
        assert found[""].value == pytest.approx(3 * 2**2, rel=0.1)
        assert found["floor"].value < 0.1
        assert found["ratio"].value == pytest.approx(found[""].value / found["floor"].value)
        assert (found[""].n, found[""].on) == (500, "pixels, 500 of each")
        assert 0 < found[""].standard_error < 1


class TestKernel:
    def test_by_hand(self):
        # k(1, 1) = (1 + 1)^3 = 8 and k(1, -1) = 0
        ones = np.ones((2, 1))
        assert squared_discrepancy(ones, -ones) == pytest.approx(8 + 8 - 0)
        assert squared_discrepancy(np.array([[1.0], [-1.0]]), ones) == pytest.approx(0 + 8 - 2 * 4)

    def test_is_zero_on_average_for_one_distribution(self):
        values = discrepancies(normal(2000), normal(2000, seed=1), 20, 0)
        assert abs(values.mean()) < 3 * values.std(ddof=1) / np.sqrt(20)

    def test_few_points_are_cut_into_fewer_subsets(self):
        assert len(discrepancies(normal(70), normal(70, seed=1), 10, 0)) == 3

    def test_metric(self, beside):
        test, train = normal(400), normal(400, seed=1)
        found = kid(beside(normal(400, seed=2) + 1, train, test), "test", features="pixels")
        assert found[""].value > 3 * found[""].standard_error
        assert abs(found["floor"].value) < 3 * found["floor"].standard_error


class TestManifolds:
    def test_density_and_coverage_by_hand(self):
        # With k = 1 every real ball has the radius 1: the sample 0.5 lies in those of 0 and 1.
        real, samples = np.array([[0.0], [1], [2], [3]]), np.array([[0.5], [10]])
        found = {name: value for name, (value, _) in manifolds.found(samples, real, 1, 1).items()}
        assert found == {"precision": 0.5, "recall": 1.0, "density": 1.0, "coverage": 0.5}

    def test_a_missing_kind_lowers_recall_and_coverage_only(self):
        real = np.concatenate([normal(200), normal(200, seed=1) + 100])
        found = manifolds.found(normal(400, seed=2), real, 3, 5)
        assert found["precision"][0] > 0.8 and found["density"][0] > 0.8
        assert found["recall"][0] < 0.5 and found["coverage"][0] <= 0.5

    def test_samples_of_nothing_lower_precision_and_density_only(self):
        samples = np.concatenate([normal(300), 50 * normal(300, seed=1)])
        found = manifolds.found(samples, normal(300, seed=2), 3, 5)
        same = manifolds.found(normal(300), normal(300, seed=2), 3, 5)
        assert found["recall"][0] >= same["recall"][0] and found["coverage"][0] >= same["coverage"][0]
        assert found["precision"][0] < 0.55 and found["density"][0] == pytest.approx(same["density"][0] / 2, rel=0.1)

    def test_a_point_is_not_its_own_neighbour(self):
        assert neighbour_distances(np.array([[0.0], [1], [3]]), 2, "") == pytest.approx([9, 4, 9])

    def test_metric(self, beside):
        found = precision_recall(beside(normal(90), normal(80, seed=1), normal(70, seed=2)), "test", features="pixels")
        assert list(found)[:5] == ["precision", "recall", "density", "coverage", "train_precision"]
        assert {measure.n for measure in found.values()} == {70}
        assert (found["recall"].seed, found["train_recall"].seed) == (0, None)


class TestTwoSample:
    def test_sets_apart_are_told_apart(self):
        told = told_right(normal(50), normal(50, seed=1) + 100)
        assert told["samples"].mean() == told["real"].mean() == 1

    def test_copies_are_taken_for_what_they_copy(self):
        told = told_right(normal(50), normal(50))
        assert told["samples"].mean() == told["real"].mean() == 0

    def test_equally_near_is_half(self):
        told = told_right(np.zeros((3, 2)), np.zeros((3, 2)))
        assert np.concatenate(list(told.values())).tolist() == [0.5] * 6

    def test_metric(self, beside):
        found = two_sample(beside(normal(500), normal(500, seed=1), normal(500, seed=2)), "test", features="pixels")
        assert found[""].value == pytest.approx(0.5, abs=3 * found[""].standard_error)
        assert (found[""].n, found["real"].n) == (1000, 500)


class TestSlicedWasserstein:
    def test_a_shift_in_one_dimension_is_its_length(self):
        x = normal(20, size=1)
        assert np.sqrt(squared_distances_along(x, x + 3, 4, 0)) == pytest.approx(np.full(4, 3), rel=1e-5)

    def test_a_shift_in_two_is_its_length_by_the_root_of_two(self, beside):
        x = normal(100, size=2)
        found = sliced_wasserstein(beside(x + np.float32([3, 4]), x, x), "test", features="pixels", directions=4000)
        assert found[""].value == pytest.approx(5 / np.sqrt(2), abs=3 * found[""].standard_error)
        assert found["floor"].value == pytest.approx(0, abs=1e-6)


class TestClassBalance:
    def test_by_hand(self):
        found = {name: value[:2] for name, value in balance(np.eye(2)[[0, 0, 0, 1]], np.eye(2)[[0, 1]]).items()}
        assert found["smallest"] == pytest.approx((25, 100 * np.sqrt(0.25 * 0.75 / 4)))
        assert found["largest"][0] == 75
        assert found["kl"][0] == pytest.approx(0.75 * np.log(1.5) + 0.25 * np.log(0.5))
        assert found["entropy"][0] == pytest.approx(-0.75 * np.log(0.75) - 0.25 * np.log(0.25))

    def test_a_missing_class_is_seen(self):
        found = balance(np.eye(3)[[0, 1]], np.eye(3)[[0, 1, 2]])
        assert found["smallest"][0] == 0 and found["kl"][0] > 0


class TestSets:
    def test_the_training_data_may_have_no_end(self, beside, monkeypatch):
        model = beside(normal(50), normal(50, seed=1), normal(50, seed=2))
        monkeypatch.setattr(aekit.Data, "splits", {"validation": model.data.validation, "test": model.data.test})
        assert list(fid(model, "test", features="pixels")) == [""]

    def test_samples_are_drawn_once_for_all_metrics(self, beside):
        model = beside(normal(50), normal(50, seed=1), normal(50, seed=2))
        for metric in (fid, kid, precision_recall):
            metric(model, "test", features="pixels")
        assert model.drawn == 1

    def test_nothing_is_compared_by_default_where_no_net_comes(self, beside):
        with pytest.raises(InputError, match="no feature net comes for data: `features` names a recipe or run"):
            fid(beside(normal(50), normal(50), normal(50)), "test")

    def test_large_examples_need_features(self, beside):
        x = np.zeros((6, 5000), "float32")
        with pytest.raises(DataError, match="5,000 numbers"):
            fid(beside(x, x, x), "test", features="pixels")

    def test_samples_that_are_no_numbers(self, beside):
        with pytest.raises(DataError, match="NaN"):
            fid(beside(normal(50) * np.nan, normal(50), normal(50)), "test", features="pixels")
