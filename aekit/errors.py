"""The error tree.

```
AekitError                 exit code 1
├── InputError             exit code 2: something the user gave is wrong, nothing was lost
│   ├── RecipeError        every problem of a recipe at once
│   ├── PluginError        a component that is missing, broken or against its contract
│   ├── DataError          data that is missing, unreadable or of the wrong shape or range
│   ├── RunError           no such run, or a run in the wrong state for what was asked
│   ├── CheckpointError    a checkpoint that is damaged or does not fit the networks
│   └── CodecError         a compressed file that is damaged, or an image or network that cannot be coded
└── RunFailed              a run that broke off; its last checkpoint is intact
    └── NonFiniteError     a loss became NaN or infinite
```
Anything else is a defect and shows its traceback.
"""

from __future__ import annotations

from collections.abc import Iterable


class AekitError(Exception):
    """Root of everything that aekit raises on purpose."""

    exit_code = 1


class InputError(AekitError):
    """What the user gave is wrong: where, what, the near miss, what exists."""

    exit_code = 2


class PluginError(InputError):
    """A component that is missing, broken or against its kind's contract."""


class DataError(InputError):
    """Data that is missing, unreadable, or of the wrong shape or range."""


class RunError(InputError):
    """No such run, or a run whose state forbids what was asked."""


class CheckpointError(InputError):
    """A checkpoint that is damaged, or does not fit the networks."""


class CodecError(InputError):
    """A compressed file that is damaged or of another model, or what cannot be coded at all."""


class RunFailed(AekitError):
    """A run broke off; the message says why, and its last checkpoint is intact."""


class NonFiniteError(RunFailed):
    """A loss became NaN or infinite."""


def near_miss(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was probably meant to be, or None."""
    import difflib

    matches = difflib.get_close_matches(word.lower(), {name.lower(): name for name in known}, n=1, cutoff=0.6)
    return next((name for name in known if matches and name.lower() == matches[0]), None)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """' Did you mean ...?' with its leading space, or nothing."""
    match = near_miss(word, list(known))
    return f" Did you mean '{match}'?" if match else ""
