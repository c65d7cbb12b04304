"""The share of examples that the head gets wrong."""

import aekit

from ._classes import answers, percentage


@aekit.metric("error")
def error(model, split) -> aekit.Measure:
    """The percentage of examples whose most probable class is another than their label's.

    With its standard error and Wilson's 95 % interval, which also holds where nearly all or none are right: they say
    how far the figure depends on which examples the split has, not how far it depends on the training's seed.

    Unit: % of examples wrong.
    """
    labels, probabilities = answers(model, split)
    return percentage(probabilities.argmax(axis=1) != labels, "wrong", "lower")
