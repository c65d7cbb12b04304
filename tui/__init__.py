"""The terminal application: launch recipes, watch runs, look at what they learn, steer them.

It reads run directories, starts processes and leaves control requests; it never imports Keras.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aekit.run import RunDirectory


def main(
    runs: Path | None = None, standby: bool = True, theme: str | None = None, run: RunDirectory | None = None
) -> int:
    """Open the application on this terminal; returns the exit code.

    Args:
        runs: the folder of runs; $AEKIT_RUNS or ./runs by default.
        standby: keep a worker ready, so that a launched run shows its first loss at once.
        theme: by name; the remembered one by default.
        run: show this one, in its folder; else the list of runs.
    """
    from .first_paint import paint, unpaint

    painted = run is None and paint()
    try:
        from .app import AekitApp

        app = AekitApp(run.path.parent if run else runs, standby, theme, run)
        code = app.run()
    except BaseException:
        if painted:
            unpaint()
        raise
    return int(code or app.return_code or 0)
