"""Principal component analysis at the net's code size: what a linear code of as many numbers achieves."""

from typing import Annotated

from pydantic import Field

import aekit

from ._examples import per_example, squared_errors
from ._psnr import psnr_values, value_width


@aekit.metric("pca_baseline")
def pca_baseline(
    model,
    split,
    figures=None,
    *,
    size: Annotated[int, Field(gt=0)] | None = None,
    include_validation: bool = False,
    fit_examples: Annotated[int, Field(gt=1)] = 100_000,
) -> dict[str, aekit.Measure]:
    """The squared error and PSNR of PCA reconstructions, to stand beside the net's.

    PCA is fitted on the examples that the net is trained on; on frames drawn from the training stream with a
    fixed seed where training has no end. Its code is `size` numbers an example; the mean is not counted. The
    run's previews get rows of the probes, recovered by the net, recovered by PCA.

    Args:
        size: numbers in PCA's code; by default as many as in the net's.
        include_validation: fit on the validation split too. Off, since the net does not learn from it; on for
            figures of papers that fit on all of MNIST's 60,000 training images.
        fit_examples: PCA is fitted on at most so many training examples, evenly spread over them.

    Returns:
        squared_error, as the metric of this name; psnr in dB, for data with a value range.

    Source: Hinton and Salakhutdinov, 2006; PCA-30 on MNIST, fitted on 60,000 images: 13.87 on test.
    """
    data = model.data
    pca = aekit.fit_pca(data, size or model.code_size, include_validation, fit_examples)
    errors = per_example(data, split, pca.reconstruct, squared_errors)
    unit = f"squared error per {'image' if data.is_image else 'vector'}"
    measures = {"squared_error": aekit.Measure.mean(errors, unit)}
    if data.value_range:
        width = value_width(data, "pca_baseline")
        values = per_example(data, split, pca.reconstruct, lambda x, x_hat: psnr_values(x, x_hat, width))
        measures["psnr"] = aekit.Measure.mean(values, "dB", "higher")
    if figures is not None and figures.probes is not None and split == "validation":
        x = figures.probes
        figures.rows([x, model.reconstruct(x), pca.reconstruct(x)])
    return measures
