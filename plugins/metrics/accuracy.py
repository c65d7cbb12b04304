"""The share of examples that the head gets right, and which it takes for which."""

import aekit

from ._classes import answers, percentage
from ._confusion import confusion, mistakes


@aekit.metric("accuracy")
def accuracy(model, split, figures=None) -> aekit.Measure:
    """The percentage of examples whose most probable class is their label's.

    With its standard error and Wilson's 95 % interval, as `error` has them. Of the test split the run's figures get
    the table of classes and answers ("confusion") and, where examples are images, the surest of the wrong answers
    ("mistakes").

    Unit: % of examples right.
    """
    labels, probabilities = answers(model, split)
    found = probabilities.argmax(axis=1)
    if figures is not None and split == "test":
        figures.picture("confusion", confusion(labels, found, probabilities.shape[1], model.data.labels))
        wrong = mistakes(model.data, split, labels, probabilities)
        if wrong is not None:
            figures.picture("mistakes", wrong)
    return percentage(found == labels, "right", "higher")
