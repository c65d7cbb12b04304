"""Points and curves from coders that are known by heart."""

import numpy as np
import pytest
from skimage.metrics import structural_similarity

from aekit.report import CLASSICAL, Curve, Point, at_rate, coder, measure_curve, measure_point, pca_coders
from aekit.report.rate_distortion import ssim


def noise(*shape):
    return np.random.default_rng(0).integers(0, 256, shape, "uint8")


def test_a_point_is_the_mean_over_the_images():
    images = {"small": np.zeros((8, 8, 1), "uint8"), "large": np.zeros((16, 8, 3), "uint8")}
    point = measure_point("", lambda image: (16, image + np.uint8(len(image))), images)
    assert [coded.bpp for coded in point.images] == [16 * 8 / 64, 16 * 8 / 128] and point.bpp == 1.5
    expected = [10 * np.log10(255**2 / error**2) for error in (8, 16)]
    assert point.psnr == pytest.approx(np.mean(expected))


def test_an_image_without_an_error_has_a_hundred_decibels():
    point = measure_point("", lambda image: (1, image), {"noise": noise(20, 20, 3)})
    assert point.psnr == 100 and point.ssim == pytest.approx(1)


def test_a_coder_must_keep_the_shape():
    with pytest.raises(AssertionError):
        measure_point("", lambda image: (1, image[1:]), {"noise": noise(20, 20, 3)})


def test_a_curve_rises_in_rate_whatever_the_order():
    coders = {str(size): lambda image, size=size: (size, image) for size in (30, 10, 20)}
    curve = measure_curve("mine", coders, {"noise": noise(8, 8, 1)})
    assert [point.setting for point in curve.points] == ["10", "20", "30"]


def test_psnr_at_a_rate_is_linear_in_its_logarithm_and_never_extrapolated():
    curve = Curve("", "", tuple(Point("", bpp, psnr, 1.0, ()) for bpp, psnr in ((0.25, 30.0), (1.0, 34.0))))
    assert at_rate(curve, 0.5) == pytest.approx(32)
    assert at_rate(curve, 0.25) == 30 and at_rate(curve, 0.2) is None and at_rate(curve, 1.1) is None


def test_similarity_is_scikit_images_and_takes_images_of_any_size():
    x, y = noise(40, 30, 1), noise(30, 40, 1).reshape(40, 30, 1)
    settings = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 255}
    expected = structural_similarity(x[..., 0].astype(float), y[..., 0].astype(float), **settings)
    assert ssim(x, y) == pytest.approx(expected, abs=1e-12)
    assert ssim(noise(1, 2, 3), noise(1, 2, 3)) == pytest.approx(1)


@pytest.mark.parametrize("name", CLASSICAL)
@pytest.mark.parametrize("shape", [(64, 64, 3), (33, 50, 1)])
def test_more_bytes_are_less_error(name, shape):
    y, x = np.mgrid[: shape[0], : shape[1]]
    image = np.clip(128 + 60 * np.sin(x / 3) * np.cos(y / 5) + 0.1 * (noise(*shape[:2]) - 128.0), 0, 255)
    image = np.repeat(image[..., None], shape[2], axis=2).astype("uint8")
    codec = CLASSICAL[name]
    low, high = (codec.code(image, setting) for setting in (codec.settings[1], codec.settings[-1]))
    assert low[1].shape == high[1].shape == image.shape
    errors = [np.square(image - recovered.astype(float)).mean() for _, recovered in (low, high)]
    assert low[0] < high[0] and errors[0] > errors[1]


def test_pca_writes_real_files_and_gains_by_bits():
    name, _, coders = pca_coders()
    from skimage.data import coins

    curve = measure_curve(name, coders, {"coins": coins()[:128, :128, None]})
    rates, values = zip(*((point.bpp, point.psnr) for point in curve.points), strict=True)
    assert list(values) == sorted(values) and len(set(rates)) == len(coders)
    assert rates[0] < 0.6 and values[-1] > 30


def test_a_coder_counts_every_byte_of_the_file():
    from aekit.codec import compress, pca_transform

    image = noise(16, 16, 1)
    transform = pca_transform(image, components=4)
    size, recovered = coder(transform)(image)
    assert size == len(compress(image, transform)) and recovered.shape == image.shape
