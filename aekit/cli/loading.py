"""Importing TensorFlow for a verb: said on stderr, and without its start-up notices."""

from __future__ import annotations

import os
import tempfile
from importlib import import_module
from types import ModuleType

from aekit.cli.output import say


def load_training(module: str, what: str) -> ModuleType:
    """The module `aekit.training.MODULE`, after saying on stderr what is being done.

    TensorFlow writes pages of notices to the file descriptor of stderr while it starts, before any log level counts:
    they are kept aside, and shown only if the start fails.
    """
    say(f"{what} ...")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as notices:
        os.dup2(notices.fileno(), 2)
        try:
            loaded = import_module(f"aekit.training.{module}")
            # physical: logical ones would fix the choice of devices
            import_module("tensorflow").config.list_physical_devices()
        except BaseException:
            notices.seek(0)
            os.write(stderr, notices.read())
            raise
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
    return loaded
