"""How a game of generator and discriminator stands: how alike samples are, who wins, what is left to learn from.

Figures are means of D over a minibatch, shares, and ratios; samples are compared with data pixel by pixel.
"""

import aekit
from keras import ops

GAUGES = ("real_score", "fake_score", "saturation", "gradient_ratio")
#: An example is covered by a sample that is nearer than its NEIGHBOURS-th nearest other example.
NEIGHBOURS = 5
#: Samples that differ from each other by less than this share of how examples differ are one picture.
COLLAPSED, NARROW = 0.2, 0.5
#: From here on one side has won: means of D, and the share of samples for which minimax has no gradient left.
CERTAIN, SATURATED = 0.95, 0.95
#: One player's gradient is so many times the other's.
LOPSIDED = 1000.0


def spread(samples, x):
    """`diversity` and `coverage` of samples beside examples.

    diversity: mean distance between two samples, over that between two examples; 1 is as diverse as the data.
    coverage: share of the examples that a sample comes near to (Naeem et al. 2020), 1 at best.

    Shapes: samples (m, ...), x (n, ...) -> scalars.
    """
    samples, x = (ops.reshape(a, (ops.shape(a)[0], -1)) for a in (samples, x))
    among_data, between = distances(x, x), distances(x, samples)
    nearest = -ops.top_k(-among_data, min(NEIGHBOURS + 1, x.shape[0]))[0]  # each example itself comes first
    covered = ops.min(between, axis=1) < nearest[:, -1]
    return {
        "diversity": mean_distance(distances(samples, samples)) / (mean_distance(among_data) + 1e-12),
        "coverage": ops.mean(ops.cast(covered, "float32")),
    }


def distances(a, b):
    """Euclidean distances, (m, size) and (n, size) -> (m, n)."""
    squares = ops.sum(a * a, axis=1)[:, None] + ops.sum(b * b, axis=1)[None] - 2 * ops.matmul(a, ops.transpose(b))
    return ops.sqrt(ops.relu(squares))


def mean_distance(among):
    """Of two different rows, from all distances (n, n)."""
    count = ops.cast(ops.shape(among)[0], "float32")
    return ops.sum(among) / ops.maximum(count * (count - 1), 1.0)


def verdict(figures):
    """What the figures say of the game: the worst that is true, and why."""
    found = [(state, reason) for state, reason in _findings(figures) if reason]
    worst = next((state for state in ("collapsed", "warning") if any(state == s for s, _ in found)), "ok")
    return aekit.Verdict(worst, tuple(reason for state, reason in found if state == worst))


def _findings(figures):
    diversity, coverage = figures["diversity"], figures["coverage"]
    real, fake, ratio = figures["real_score"], figures["fake_score"], figures["gradient_ratio"]
    alike = f"samples are alike: they differ by {diversity:.0%} of what examples differ by"
    yield "collapsed", diversity < COLLAPSED and alike
    yield "warning", COLLAPSED <= diversity < NARROW and alike
    yield "warning", coverage == 0 and "no sample comes near to any example"
    lost = figures["saturation"] > SATURATED and real > CERTAIN
    yield "warning", lost and f"the discriminator has won: D is {real:.2g} on examples, {fake:.2g} on samples"
    yield "warning", fake > CERTAIN and f"the discriminator is fooled: D is {fake:.2g} on samples"
    yield (
        "warning",
        not 1 / LOPSIDED < ratio < LOPSIDED and f"the generator's gradient is {ratio:.2g} times the other's",
    )
