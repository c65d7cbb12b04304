"""Generated curves: what is drawn is the curve that three points set."""

import numpy as np
import pytest
from aekit_plugins.data.curves import SIDE, curves, draw_curves


def test_a_straight_line_has_the_tips_profile():
    line = np.array([[[4, 14], [14, 14], [24, 14]]], "float32")
    for pen in (1.0, 2.0):
        image = draw_curves(line, pen)[0] / 255
        across = np.exp(-((np.arange(SIDE) - 14) ** 2) / (2 * pen**2))
        assert image[:, 14] == pytest.approx(across, abs=0.004)


def test_the_ends_are_the_first_and_the_last_point():
    image = draw_curves(np.array([[[6, 8], [14, 2], [22, 20]]], "float32"), 1.0)[0]
    assert image[8, 6] > 100 and image[20, 22] > 100, "rows run down, columns across"
    middle_x, middle_y = (6 + 2 * 14 + 22) / 4, (8 + 2 * 2 + 20) / 4
    assert image[round(middle_y), round(middle_x)] > 200
    assert image[2, 14] == 0, "the point between bends the curve, which does not reach it"


def test_a_curve_has_no_direction():
    points = np.random.default_rng(0).uniform(3, 24, (20, 3, 2)).astype("float32")
    forward, backward = draw_curves(points, 1.0), draw_curves(points[:, ::-1], 1.0)
    assert np.abs(forward.astype(int) - backward).max() <= 1


def test_ink_stays_in_the_picture_whatever_the_pen():
    for pen in (1.0, 3.0):
        x = curves(train=200, validation=1, test=1, pen=pen).train.x
        edges = np.concatenate([x[:, 0], x[:, -1], x[:, :, 0], x[:, :, -1]])
        assert edges.max() <= 255 * 0.25 and edges.mean() < 1


def test_splits_differ_and_do_not_depend_on_each_others_size():
    few, many = curves(train=10, validation=10, test=10), curves(train=30, validation=10, test=10)
    assert [len(split) for split in many.splits.values()] == [30, 10, 10]
    assert np.array_equal(few.test.x, many.test.x) and np.array_equal(few.validation.x, many.validation.x)
    assert not np.array_equal(few.train.x, few.test.x)
    other = curves(train=10, validation=10, test=10, seed=1)
    assert not np.array_equal(few.train.x, other.train.x)


def test_turned_curves_are_in_all_eight_positions_of_the_square_alike():
    data = curves(train=1, validation=1, test=1, turned=True)
    (x,) = data.first("train", 1)[..., 0]
    eight = [np.rot90(image, turns) for image in (x, x.T) for turns in range(4)]
    shown = np.asarray(data.augment({"x": np.tile(x[..., None], (400, 1, 1, 1))}, 5)["x"])[..., 0]
    counts = [sum(np.array_equal(image, one) for one in shown) for image in eight]
    assert sum(counts) == 400 and min(counts) > 25
    assert curves(train=1, validation=1, test=1).augment is None
