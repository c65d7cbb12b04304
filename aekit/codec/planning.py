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
#: A channel's centre is the median of about so many of its integers.
_MEDIAN_OF = 512
#: A plan, the residuals, the contexts' steps, and the length in bits.
Found = tuple[Plan, np.ndarray, list[Step], float]
#: By how many widths an activity bin may change a channel's.
_CHANGES = np.arange(-24, 25)


def make_plan(integers: np.ndarray, bits: np.ndarray | None) -> tuple[Plan, np.ndarray, list[Step]]:
    """The shortest way found for integers (rows, columns, depth), bounded or not.

    Returns:
        the plan, the residuals, and its contexts' steps, none where it has no contexts.
    """
    positions = integers.reshape(-1, integers.shape[2])
    centres = np.median(positions[:: max(len(positions) // _MEDIAN_OF, 1)], axis=0).astype("int32")
    counts = _count(integers, centres)
    found = [_family_plan(family, counts, centres) for family in range(len(tables.FAMILIES))]
    plans: list[Found] = []
    if bits is None or integers.size <= _SMALL:
        # the geometric family gains more by contexts, which take up what varies
        plan, lengths = min(found, key=lambda each: each[1].sum() * (1.015 if each[0].family else 1))
        plans.append(_with_contexts(plan, lengths.sum(), integers))
    if bits is not None:
        plan, lengths = min(found, key=lambda each: each[1].sum())
        plans.append(_with_own_tables(plan, lengths, integers, bits))
    return min(plans, key=lambda each: each[3])[:3]


def _count(integers: np.ndarray, centres: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each prediction the channels that it might suit, and how often each magnitude is among their residuals."""
    found = []
    channels = np.arange(len(centres))
    for predictor in range(PREDICTORS):
        residuals = predicted(integers[..., channels], predictor, centres[channels])
        magnitudes = np.minimum(np.abs(residuals, out=residuals), _MOST, out=residuals)
        size = int(magnitudes.max(initial=0)) + 1
        keys = magnitudes + np.arange(len(channels), dtype="int32") * size
        counts = np.bincount(keys.reshape(-1), minlength=len(channels) * size).reshape(len(channels), size)
        found.append((channels, counts))
        if predictor == NONE:  # where nearly all are the median, a difference only adds to it
            channels = np.flatnonzero(counts[:, 0] < counts.sum(1) * 0.98)
    return found


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
        lengths[chosen] = counts[chosen, :size].astype("float64") @ tables.costs(family, _MOST)[:, :size].T
    return lengths


def _with_contexts(plan: Plan, length: float, integers: np.ndarray) -> Found:
    """The plan with changes of width by activity, where these save more than they take; and its length in bits."""
    residuals = all_predicted(integers, plan)
    magnitudes = np.minimum(np.abs(residuals), _CLOSE)
    costs = tables.costs(plan.family, _CLOSE)
    widths = plan.widths.astype("int64")
    keys = np.empty(residuals.shape, "int32")
    steps = list(contexts.steps(residuals, expected(plan)))
    for step in steps:
        keys[step.place] = (step.bins.astype("int32") * tables.CLASSES + widths[step.place[2]]) * (
            _CLOSE + 1
        ) + magnitudes[step.place]
    counts = np.bincount(keys.reshape(-1), minlength=CONTEXTS * costs.size).reshape(-1, _CLOSE + 1)
    lengths = (counts.astype("float64") @ costs.T).reshape(CONTEXTS, tables.CLASSES, -1)  # context, own width, used
    own = np.arange(tables.CLASSES)[:, None]
    moved = np.clip(own + _CHANGES, 0, tables.CLASSES - 1)
    by_change = lengths[:, own, moved].sum(1)  # context, change
    total = by_change.min(1).sum() + 8 * CONTEXTS
    if total >= length:
        return plan, residuals, [], length
    unused = lengths.sum((1, 2)) == 0
    changes = np.where(unused, 0, _CHANGES[by_change.argmin(1)]).astype("int8")
    return replace(plan, changes=changes), residuals, steps, total


def _with_own_tables(plan: Plan, lengths: np.ndarray, integers: np.ndarray, bits: np.ndarray) -> Found:
    """The plan with a table for each channel that is shorter so, the table counted; and its length in bits."""
    lengths = lengths.copy()
    widths, predictors, centres = plan.widths.copy(), plan.predictors.copy(), plan.centres.copy()
    described = {}
    for c, each in enumerate(bits):
        size = 1 << int(each)
        counts = np.bincount(integers[..., c].reshape(-1), minlength=size)
        steps = tables.describe(counts) if size > 1 else np.zeros(1, "uint8")
        length = 0.0
        if size > 1:
            length = counts @ (tables.PRECISION - np.log2(tables.described_frequencies(steps))) + 4 * size
        if length < lengths[c]:
            widths[c], predictors[c], centres[c], described[c] = EXPLICIT, NONE, 0, steps
            lengths[c] = length
    plan = replace(plan, widths=widths, predictors=predictors, centres=centres, described=described)
    return plan, all_predicted(integers, plan), [], float(lengths.sum())
