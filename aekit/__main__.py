"""`python -m aekit`, and the command `aekit`: the terminal application where there are no words, else the verbs."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Look at the words before anything is imported: the application's first frame must not wait for click."""
    words = sys.argv[1:]
    if (not words or words[0] == "tui") and not any(word.startswith("-") for word in words) and _on_terminal():
        _open(words[1:])
    from aekit.cli import main as run_command

    run_command()


def _open(words: list[str]) -> None:
    """Open the application, on a run if one is named; what is wrong with the name is for the verb to say."""
    from aekit_tui import main as open_application

    if not words:
        sys.exit(open_application())
    from aekit.errors import RunError
    from aekit.run import find_run

    try:
        run = find_run(words[0])
    except RunError:
        return
    if len(words) == 1:
        sys.exit(open_application(run=run))


def _on_terminal() -> bool:
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return os.environ.get("TERM", "dumb") != "dumb" and all(stream and stream.isatty() for stream in streams)


if __name__ == "__main__":
    main()
