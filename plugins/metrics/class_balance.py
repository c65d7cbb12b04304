"""Of which classes the samples are."""

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

import aekit

from ._samples import samples, share, drawn


def check_classifier(data: aekit.Data, *, features: str | None = None, **_: Any) -> None:
    """Raise AekitError where there is no such classifier, or none for this data."""
    aekit.feature_source(features, data)


@aekit.metric("class_balance", check=check_classifier)
def class_balance(
    model,
    split,
    *,
    features: str | None = None,
    n: Annotated[int, Field(gt=1)] = 10_000,
    seed: Annotated[int, Field(ge=0)] = 0,
    density: Literal["normal", "gaussian", "mixture"] | None = None,
) -> dict[str, aekit.Measure]:
    """The shares of classes among samples, by the classifier of a feature net, beside those of the split.

    A class that no sample belongs to has a share of 0: the samples miss it. The classifier gives every sample a class,
    also one that looks like nothing.

    Args:
        features: which classifier: its recipe, trained once and kept, or a run of one; the shipped one for this data
            where None.
        n: samples.
        seed: of the samples.
        density: where codes come from, as for `sample`; the recipe's prior where None.

    Returns:
        smallest and largest share, in %; kl, sum of p ln(p / q), p the shares among samples, q those among the split's
        examples by the same classifier, in nats, 0 where they agree; entropy of the shares, in nats. Standard errors
        are those of n samples.
    """
    data = model.data
    net = aekit.feature_net(features, data)
    x = samples(model, n, seed, density)
    real = drawn(data, split, min(n, len(data.splits[split])))
    found, expected = (net.classes(images, data.value_range) for images in (x, real))
    on = net.on.replace("features ", "classifier ", 1)
    return {
        name: aekit.Measure(float(value), n, float(error), unit, direction, None, on, seed)
        for name, (value, error, unit, direction) in balance(found, expected).items()
    }


def balance(found: np.ndarray, expected: np.ndarray) -> dict[str, tuple[float, float, str, str]]:
    """Value, standard error, unit and direction by name, from probabilities (n, classes) and (m, classes)."""
    classes = found.shape[1]
    given, real = found.argmax(axis=1), expected.argmax(axis=1)
    p = np.bincount(given, minlength=classes) / len(given)
    # Half an example for each class keeps the logarithm finite where the split has none of it.
    q = (np.bincount(real, minlength=classes) + 0.5) / (len(real) + classes / 2)
    percent = {
        name: 100 * np.array(share(given == at)) for name, at in (("smallest", p.argmin()), ("largest", p.argmax()))
    }
    with np.errstate(divide="ignore"):
        surprise, excess = -np.log(p[given]), np.log(p[given] / q[given])
    root = np.sqrt(len(given))
    return {
        "smallest": (*percent["smallest"], "% of samples, the rarest class", "higher"),
        "largest": (*percent["largest"], "% of samples, the commonest class", "lower"),
        "kl": (excess.mean(), excess.std() / root, "nats, from the split's classes", "lower"),
        "entropy": (surprise.mean(), surprise.std() / root, "nats", "higher"),
    }
