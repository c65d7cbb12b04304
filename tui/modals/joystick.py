"""The latent joystick: arrow keys move through the space of codes, and the decoder answers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

import numpy as np
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Static

from aekit.errors import AekitError
from aekit.run import RunDirectory

from ..errors import Guarded
from ..keys import bindings, identity, keys_of
from ..models import Fields, LiveModel, Questions, array_of, connect
from ..pixels.grid import to_bytes
from ..store.pictures import shown_range
from ..store.walk import Walk
from ..widgets.bars import KeyLine
from ..widgets.codes import CodeBars, CodeMap
from ..widgets.pixels import Pixels
from .ends import Ends

if TYPE_CHECKING:
    from ..app import AekitApp

#: Seconds after which it is said what is waited for.
PATIENCE = 0.7


def _app_bindings(*names: str) -> list[Binding]:
    """Keys of the app, which a modal screen shuts out."""
    found = [key for key in keys_of("everywhere") if key.id in names]
    return [Binding(key.keys, f"app.{key.id}", key.label, show=key.shown, id=identity(key)) for key in found]


class Joystick(Guarded, ModalScreen[None]):
    """Moves through the codes of a run's model, live or from its last checkpoint.

    Args:
        run: whose model.
    """

    BINDINGS: ClassVar = [*bindings("joystick"), *_app_bindings("theme", "back")]
    DEFAULT_CSS = """
    Joystick { background: $background; layout: vertical; }
    Joystick > Static { height: 1; padding: 0 1; }
    Joystick #about { background: $panel; color: $primary; text-style: bold; }
    Joystick #state.-problem { color: $error; }
    Joystick > Horizontal { height: 1fr; }
    Joystick #picture { width: 1fr; }
    Joystick #beside { width: 36; margin-left: 1; }
    Joystick #start { height: 1fr; }
    Joystick CodeMap { height: 2fr; }
    Joystick CodeBars { height: 1fr; min-height: 5; }
    Joystick.-narrow #beside { display: none; }
    """

    def __init__(self, run: RunDirectory) -> None:
        super().__init__()
        self.run = run
        self.walk: Walk | None = None
        self.model: Questions | None = None
        self.problem = ""
        self._guessed: tuple[float, float] | None = None
        self._timer: Timer | None = None

    @property
    def aekit(self) -> AekitApp:
        return cast("AekitApp", self.app)

    @property
    def ends(self) -> Ends:
        return self.query_one(Ends)

    def compose(self) -> ComposeResult:
        yield Static(id="about", markup=False)
        with Horizontal():
            yield Pixels(id="picture")
            with Vertical(id="beside"):
                yield Ends(id="start")
                yield CodeMap()
                yield CodeBars()
        yield Static(id="state", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        self._timer = self.set_interval(0.03, self._tick)
        self._connect()

    def on_resize(self) -> None:
        self.set_class(self.size.width < 60, "-narrow")

    def on_unmount(self) -> None:
        self._close()

    # ------------------------------------------------------------------ the model

    def _connect(self) -> None:
        """Find who answers, and ask for codes to begin at."""
        self._close()
        self.problem = ""
        try:
            self.model = connect(self.aekit, self.run, self._fail)
            self.model.codes(self._coded)
        except (AekitError, OSError) as error:
            self._fail(str(error))
        self._look_out()

    def _close(self) -> None:
        if self.model is not None:
            self.model.close()
        self.model = None

    def rows_changed(self) -> None:
        """The list of runs is not as it was: a live run that has ended is opened."""
        row = self.aekit.row(self.run.id)
        if isinstance(self.model, LiveModel) and row is not None and row.status.is_over:
            self._connect()

    def _look_out(self) -> None:
        """Look for answers until there are none to come."""
        if self._timer:
            self._timer.resume()
        self._say()

    def _tick(self) -> None:
        if self.model is not None:
            self.model.look()
        self._say()
        if self._timer and not (self.model and self.model.waiting):
            self._timer.pause()

    def _fail(self, problem: str) -> None:
        self.problem = " ".join(problem.split())
        self._say()

    # ------------------------------------------------------------------ answers

    def _coded(self, answer: Fields) -> None:
        z, y = array_of(answer.get("z")), answer.get("y")
        if z is None or z.ndim < 2 or not z.size:
            self._fail("this model has no codes to move through")
            return
        labels = np.asarray(y) if isinstance(y, list) and all(type(label) in (int, str) for label in y) else None
        before, self.walk = self.walk, Walk(z, labels, drawn=answer.get("source") == "prior")
        if before is not None:
            self.walk.start = min(before.start, len(z) - 1)
        self._begin()

    def _begin(self) -> None:
        """Show the example that the walk begins at, and decode; samples of a prior come with what is decoded."""
        if self.walk is not None and self.model is not None:
            self.ends.samples.clear()
            if not self.walk.drawn:
                self.model.example(self.walk.start, self._show_start)
            self._moved()

    def _show_start(self, rows: np.ndarray | None, caption: str) -> None:
        """Input and output side by side, (2, *example_shape)."""
        if not self.is_attached:
            return
        if rows is None:
            self.ends.show(None)
        else:
            self.ends.show_example(rows, caption, self._range(rows))

    def _decoded(self, answer: Fields, ends: Sequence[int] = ()) -> None:
        """Pictures of these ends of the walk, and last the one of the place."""
        x_hat = array_of(answer.get("x_hat"))
        if x_hat is None or not 2 <= x_hat.ndim <= 4 or not x_hat.size or len(x_hat) != len(ends) + 1:
            self._fail("the answer is no picture")
            return
        self.problem = ""
        self.query_one("#picture", Pixels).show(to_bytes(x_hat[-1:], self._range(x_hat))[0])
        self.ends.learn(dict(zip(ends, x_hat[:-1], strict=True)))
        if self.walk is not None:
            self.ends.show_samples(self.walk, self._range(x_hat))
        self._say()

    def _range(self, examples: np.ndarray) -> tuple[float, float]:
        """The data's range; where nobody has said it, the usual one that holds the first examples seen."""
        known = self.model.range if self.model else None
        self._guessed = known or self._guessed or shown_range({}, examples[None])
        return self._guessed

    # ------------------------------------------------------------------ moving

    def _moved(self) -> None:
        """Show where one is, and have it decoded."""
        walk = self.walk
        if walk is None:
            return
        self.query_one(CodeBars).show(walk.scores, walk.pair if walk.t is None else None)
        self.query_one(CodeMap).show(walk.points, walk.labels, walk.places)
        if self.model is not None:
            ends = self.ends.unknown(walk)
            z = np.concatenate([walk.codes_of(ends), walk.code]) if ends else walk.code
            self.model.ask("decode", partial(self._decoded, ends=ends), z=z.round(5).tolist())
        self._look_out()

    def _say(self) -> None:
        """The lines above and below."""
        if not self.is_mounted:
            return
        walk, model = self.walk, self.model
        about = [
            f"latent space of {self.run.title}",
            model.about if model else "",
            walk.label(walk.start) if walk else "",
        ]
        self._put("#about", " · ".join(filter(None, about)))
        waiting = model.waits_for if model and model.waiting > PATIENCE else ""
        state = self.query_one("#state", Static)
        state.set_class(bool(self.problem), "-problem")
        self._put("#state", self.problem or " · ".join(filter(None, (waiting, walk.words() if walk else ""))))

    def _put(self, name: str, text: str) -> None:
        line = self.query_one(name, Static)
        if str(line.content) != text:
            line.update(Text(text, no_wrap=True, overflow="ellipsis"))

    def _change(self, method: str, *arguments: int) -> None:
        if self.walk is not None:
            getattr(self.walk, method)(*arguments)
            self._moved()

    def action_left(self) -> None:
        self._change("move", -1, 0)

    def action_right(self) -> None:
        self._change("move", 1, 0)

    def action_up(self) -> None:
        self._change("move", 0, 1)

    def action_down(self) -> None:
        self._change("move", 0, -1)

    def action_next_pair(self) -> None:
        self._change("next_pair", 1)

    def action_previous_pair(self) -> None:
        self._change("next_pair", -1)

    def action_origin(self) -> None:
        self._change("back")

    def action_between(self) -> None:
        self._change("toggle_between")

    def action_next_example(self, delta: int = 1) -> None:
        if self.walk is not None:
            self.walk.next_start(delta)
            self._begin()

    def action_previous_example(self) -> None:
        self.action_next_example(-1)
