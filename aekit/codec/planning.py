"""The encoder's choices: for each channel the prediction and the table that take the fewest bits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from aekit.codec import contexts, tables
from aekit.codec.contexts import Step
from aekit.codec.entropy import all_predicted, expected
from aekit.codec.plan import CONTEXTS, EXPLICIT, Plan
from aekit.codec.predictors import NONE, PREDICTORS, predicted

#: Magnitudes beyond this count as outliers when widths are compared.
_MOST = tables.MAX_REACH + 1
#: The same while changes of width are compared, which differ little beyond it.
_CLOSE = 255
#: Codes of a few bits have contexts too where an image has no more of them than this: beside the small networks that
#: give such codes, contexts would take most of the time.
_SMALL = 1 << 17
#: So many integers are looked at together, which the processor's cache holds.
_TOGETHER = 1 << 14
#: Multiplications of one product of matrices.
_PRODUCT = 1 << 18
#: A channel's centre is the median of about so many of its integers.
_MEDIAN_OF = 512
#: What contexts code: the residuals (rows, columns, depth), and the steps.
Coded = tuple[np.ndarray, list[Step]]
#: A plan, what contexts code, and the length in bits.
Found = tuple[Plan, Coded | None, float]
#: By how many widths an activity bin may change a channel's.
_CHANGES = np.arange(-24, 25)


def make_plan(planes: np.ndarray, bits: np.ndarray | None) -> tuple[Plan, Coded | None]:
    """The shortest way found for integers (depth, rows, columns), bounded or not.

    Returns:
        the plan, and what its contexts code, None where it has no contexts.
    """
    positions = planes.reshape(len(planes), -1)
    centres = np.median(positions[:, :: max(positions.shape[1] // _MEDIAN_OF, 1)], axis=1).astype("int32")
    counts = _count(planes, centres)
    found = [_family_plan(family, counts, centres) for family in range(len(tables.FAMILIES))]
    plans: list[Found] = []
    if bits is None or planes.size <= _SMALL:
        # the geometric family gains more by contexts, which take up what varies
        plan, lengths = min(found, key=lambda each: each[1].sum() * (1.015 if each[0].family else 1))
        plans.append(_with_contexts(plan, lengths.sum(), planes))
    if bits is not None:
        plan, lengths = min(found, key=lambda each: each[1].sum())
        plans.append(_with_own_tables(plan, lengths, planes, bits))
    return min(plans, key=lambda each: each[2])[:2]


def _count(planes: np.ndarray, centres: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each prediction the channels that it might suit, and how often each magnitude is among their residuals."""
    found = []
    channels, most = np.arange(len(centres)), int(np.abs(_extremes(planes) - centres).max())
    for predictor in range(PREDICTORS):
        size = min(most << predictor, _MOST) + 1  # each difference at most doubles a magnitude
        counts = np.empty((len(channels), size), "int64")
        step = max(_TOGETHER // planes[0].size, 1)
        for block in (slice(start, start + step) for start in range(0, len(channels), step)):
            chosen = channels[block]
            residuals = predicted(planes[chosen], predictor, centres[chosen])
            magnitudes = np.minimum(np.abs(residuals, out=residuals), _MOST, out=residuals)
            counts[block] = histograms(magnitudes, size)
        found.append((channels, counts))
        if predictor == NONE:  # where nearly all are the median, a difference only adds to it
            channels = np.flatnonzero(counts[:, 0] < counts.sum(1) * 0.98)
    return found


def _extremes(planes: np.ndarray) -> np.ndarray:
    """The least and the largest of every channel, int64 (2, channels)."""
    return np.stack([planes.min((1, 2)), planes.max((1, 2))]).astype("int64")


def histograms(planes: np.ndarray, size: int) -> np.ndarray:
    """How often each of 0 to size - 1 occurs in every channel, (channels, size)."""
    keys = planes.reshape(len(planes), -1) + np.arange(len(planes))[:, None] * size
    return np.bincount(keys.reshape(-1), minlength=len(planes) * size).reshape(-1, size)


def _family_plan(
    family: int, counts: list[tuple[np.ndarray, np.ndarray]], centres: np.ndarray
) -> tuple[Plan, np.ndarray]:
    """The best prediction and width of every channel, and its length in bits."""
    best = np.full(len(centres), np.inf)
    predictors, widths = np.zeros((2, len(centres)), "uint8")
    for predictor, (channels, each) in enumerate(counts):
        lengths = _lengths(family, each)
        least = lengths.min(1) + (8 if predictor else 0)
        better = least < best[channels]
        chosen = channels[better]
        best[chosen], predictors[chosen], widths[chosen] = least[better], predictor, lengths.argmin(1)[better]
    return Plan(family, widths, predictors, centres), best


def _lengths(family: int, counts: np.ndarray) -> np.ndarray:
    """Bits of channels in every width, (channels, CLASSES); counts (channels, magnitude)."""
    lengths = np.empty((len(counts), tables.CLASSES))
    wide = counts[:, _CLOSE + 1 :].any(1)
    for chosen, size in ((wide, counts.shape[1]), (~wide, min(_CLOSE + 1, counts.shape[1]))):
        lengths[chosen] = _bits(counts[chosen, :size], tables.costs(family, _MOST)[:, :size])
    return lengths


def _bits(counts: np.ndarray, costs: np.ndarray) -> np.ndarray:
    """counts @ costs^T, in products so small that NumPy's threads, whose start takes longer, stay out of them."""
    step = max(_PRODUCT // costs.size, 1)
    parts = [counts[start : start + step].astype("float64") @ costs.T for start in range(0, len(counts), step)]
    return np.concatenate(parts) if parts else np.zeros((0, len(costs)))


def _with_contexts(plan: Plan, length: float, planes: np.ndarray) -> Found:
    """The plan with changes of width by activity, where these save more than they take; and its length in bits."""
    residuals = all_predicted(planes, plan)
    magnitudes = np.minimum(np.abs(residuals), _CLOSE)
    costs = tables.costs(plan.family, _CLOSE)
    own, which = np.unique(plan.widths.astype("int64"), return_inverse=True)
    keys = np.empty(residuals.shape, "int32")
    steps = list(contexts.steps(residuals, expected(plan)))
    for step in steps:
        pairs = step.bins.astype("int32") * len(own) + which[step.place[2]].astype("int32")
        keys[step.place] = pairs * (_CLOSE + 1) + magnitudes[step.place]
    size = CONTEXTS * len(own)
    counts = np.bincount(keys.reshape(-1), minlength=size * (_CLOSE + 1)).reshape(size, -1)
    lengths = _bits(counts, costs).reshape(CONTEXTS, len(own), -1)  # context, own width, used width
    moved = np.clip(own[:, None] + _CHANGES, 0, tables.CLASSES - 1)
    by_change = lengths[:, np.arange(len(own))[:, None], moved].sum(1)  # context, change
    total = by_change.min(1).sum() + 8 * CONTEXTS
    if total >= length:
        return plan, None, length
    unused = lengths.sum((1, 2)) == 0
    changes = np.where(unused, 0, _CHANGES[by_change.argmin(1)]).astype("int8")
    return replace(plan, changes=changes), (residuals, steps), total


def _with_own_tables(plan: Plan, lengths: np.ndarray, planes: np.ndarray, bits: np.ndarray) -> Found:
    """The plan with a table for each channel that is shorter so, the table counted; and its length in bits."""
    sizes = 1 << bits.astype("int64")
    counts = histograms(planes, int(sizes.max()))
    described: dict[int, np.ndarray] = {}
    own = np.zeros(len(bits))
    for size in np.unique(sizes[sizes > 1]):
        channels = np.flatnonzero(sizes == size)
        steps = tables.describe(counts[channels, :size])
        costs = tables.PRECISION - np.log2(tables.described_frequencies(steps))
        own[channels] = (counts[channels, :size] * costs).sum(1) + 4 * size
        described |= dict(zip(channels.tolist(), steps, strict=True))
    shorter = own < lengths
    plan = replace(
        plan,
        widths=np.where(shorter, EXPLICIT, plan.widths).astype("uint8"),
        predictors=np.where(shorter, NONE, plan.predictors).astype("uint8"),
        centres=np.where(shorter, 0, plan.centres).astype("int32"),
        described={c: described.get(c, np.zeros(1, "uint8")) for c in np.flatnonzero(shorter).tolist()},
    )
    return plan, None, float(np.minimum(own, lengths).sum())
