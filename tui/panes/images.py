"""The pictures of a run: reconstructions with their error maps, samples; through the steps, worst first, enlarged."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from rich.text import Text
from textual.app import ComposeResult
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from aekit.errors import RunError
from aekit.run import Event, Status

from ..store.pictures import Picture, Pictures, step_of
from ..store.record import Record
from ..widgets.choices import Choices
from ..widgets.filmstrip import Filmstrip
from ..widgets.slider import Slider
from .browsing import Browsing
from .flipbook import BEAT, write_gif
from .gallery import Gallery
from .pane import Pane
from .views import View, caption


class ImagesPane(Pane):
    """Pictures of one run; `show_run` chooses it, `refresh_pictures` says that its log has grown."""

    DEFAULT_CSS = """
    ImagesPane { layout: vertical; height: 1fr; }
    ImagesPane > Static { height: 1; color: $secondary; padding: 0 1; }
    """

    class Loaded(Message):
        """A file was read, or there is a reason why not."""

        def __init__(self, ticket: int, found: Picture | str) -> None:
            super().__init__()
            self.ticket, self.found = ticket, found

    class Written(Message):
        """A GIF was written, or there is a reason why not."""

        def __init__(self, text: str, failed: bool = False) -> None:
            super().__init__()
            self.text, self.failed = text, failed

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.browsing = Browsing()
        self.picture: Picture | None = None
        self.reason = ""
        self._ticket = 0
        self._wanted: tuple[object, ...] | None = None
        self._player: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Choices(id="views")
        yield Gallery()
        yield Static(id="caption")
        yield Slider(id="steps")

    def on_mount(self) -> None:
        self._draw()

    # ------------------------------------------------------------------ what is shown

    def show_run(self, record: Record | None) -> None:
        """Show the pictures of another run; None shows nothing."""
        if record is None or record is not self.record:
            super().show_run(record)
            self._stop_playing()
            self.browsing = Browsing(record, self.aekit.settings.image_mode)
            self.picture, self._wanted, self.reason = None, None, ""
            self._ticket += 1
            self._draw()
        self.refresh_pictures()

    def grew(self, now: Status) -> None:
        self.refresh_pictures()

    def refresh_pictures(self) -> None:
        """Look for pictures that have come since."""
        self.browsing.look_again()
        event, pictures = self.browsing.event, self.browsing.pictures
        if event is None or pictures is None:
            self.picture, self._wanted, self.reason = None, None, ""
            self._draw()
            return
        wanted = (event.get("arrays"), event["n"])
        if wanted != self._wanted or self.reason:
            self._wanted = wanted
            self._ticket += 1
            self._in_thread(partial(self._load, pictures, event, self._ticket), "load")
        self._say()

    def _in_thread(self, work: Callable[[], None], group: str) -> None:
        self.run_worker(work, group=group, thread=True, exclusive=True, exit_on_error=False)

    def _load(self, pictures: Pictures, event: Event, ticket: int) -> None:
        """In a thread."""
        self.post_message(self.Loaded(ticket, pictures.load(event)))

    def on_images_pane_loaded(self, message: Loaded) -> None:
        if message.ticket != self._ticket:
            return
        before = (self.picture, self.reason)
        is_missing = isinstance(message.found, str)
        self.picture, self.reason = (None, message.found) if is_missing else (message.found, "")  # type: ignore[assignment]
        if before[0] is not self.picture or before[1] != self.reason:
            self._draw()

    # ------------------------------------------------------------------ drawing

    def _draw(self) -> None:
        """Put the picture into its widgets."""
        if not self.is_mounted:
            return
        gallery, picture, here = self.query_one(Gallery), self.picture, self.browsing
        if picture is None or here.view is None:
            gallery.say(self.reason or self._nothing())
        else:
            gallery.show(picture, here.view.part, here.worst, here.chosen)
        self._say()

    def _nothing(self) -> str:
        """What stands where there are no pictures."""
        if self.record is None:
            return "no run is chosen"
        if self.browsing.event is not None:
            return "reading"
        if self.record.is_over:
            return "this run wrote no pictures"
        return "no pictures yet: the run writes them as it trains; a asks for some now"

    def _say(self) -> None:
        """The lines above and below the pictures."""
        if not self.is_mounted:
            return
        here, picture = self.browsing, self.picture
        known = here.views
        place = known.index(here.view) if here.view in known else 0
        self.query_one(Choices).show([view.part or view.kind for view in known], place)
        words = caption(picture, here.view.part, here.chosen, here.worst) if picture and here.view else ""
        line = self.query_one("#caption", Static)
        if str(line.content) != words:
            line.update(Text(words, no_wrap=True, overflow="ellipsis"))
        events, position = here.events, here.position
        step = f"step {step_of(events[position]):,}" if events else ""
        state = "playing" if self._player else "" if here.at is not None or not events else "(newest)"
        self.query_one(Slider).show(position, len(events), f"{step} {state}".strip())

    # ------------------------------------------------------------------ what the keys do

    def step(self, delta: int) -> None:
        """So many steps forward; at the newest it follows again."""
        self._stop_playing()
        self._go_to(self.browsing.position + delta)

    def _go_to(self, position: int) -> None:
        self.browsing.go_to(position)
        self.refresh_pictures()

    def on_slider_moved(self, message: Slider.Moved) -> None:
        self.step(message.position - self.browsing.position)

    def play(self) -> None:
        """Show the steps one after the other, from here or, at the end, from the first; again stops."""
        if self._player:
            self._stop_playing()
        elif len(self.browsing.events) > 1:
            self._player = self.set_interval(BEAT, self._beat)
            if self.browsing.at is None:
                self._go_to(0)
        self._say()

    def _beat(self) -> None:
        here = self.browsing
        if not self.is_on_screen or here.position >= len(here.events) - 1:
            self._stop_playing()
            self._say()
        else:
            self._go_to(here.position + 1)

    def _stop_playing(self) -> None:
        if self._player:
            self._player.stop()
            self._player = None

    def move(self, right: int, down: int) -> None:
        self.select(right + down * self.query_one(Gallery).columns)

    def select(self, delta: int) -> None:
        """Enlarge the next example as they are shown; past the ends none."""
        if self.picture is not None:
            self.browsing.choose(delta, self.picture.order(self.browsing.worst).tolist())
            self._draw()

    def on_filmstrip_chosen(self, message: Filmstrip.Chosen) -> None:
        if self.picture is not None and message.index < self.picture.count:
            chosen = int(self.picture.order(self.browsing.worst)[message.index])
            self.browsing.chosen = None if chosen == self.browsing.chosen else chosen
            self._draw()

    def next_kind(self) -> None:
        """The next view: the whole, outputs, error maps; then the next kind of pictures."""
        known = self.browsing.views
        if known:
            place = known.index(self.browsing.view) if self.browsing.view in known else -1
            self._view(known[(place + 1) % len(known)])

    def show_kind(self, kind: str) -> None:
        """The newest of a kind, such as "example 17", if there are pictures of it."""
        if View(kind) in self.browsing.views:
            self.browsing.at = None
            self._view(View(kind))

    def on_choices_chosen(self, message: Choices.Chosen) -> None:
        message.stop()
        self._view(self.browsing.views[message.place])

    def _view(self, view: View) -> None:
        self.browsing.view = view
        self.aekit.settings.image_mode = self.browsing.wanted = str(view)
        self.refresh_pictures()
        self._draw()

    def toggle_worst(self) -> None:
        """The examples by their errors, the worst first; or as they come."""
        self.browsing.worst = not self.browsing.worst
        self._draw()

    def gif(self) -> None:
        """Write the view through all steps as a GIF into the current folder."""
        here, picture = self.browsing, self.picture
        if here.pictures is None or here.view is None or picture is None:
            self.aekit.notify("there are no pictures to write", severity="warning")
            return
        order = picture.order(here.worst)
        self._in_thread(partial(self._write, here.pictures, here.events, here.view, order), "gif")

    def _write(self, pictures: Pictures, events: list[Event], view: View, order: np.ndarray) -> None:
        """In a thread."""
        try:
            self.post_message(self.Written(write_gif(pictures, events, view, order)))
        except RunError as error:
            self.post_message(self.Written(str(error), failed=True))

    def on_images_pane_written(self, message: Written) -> None:
        if message.failed:
            self.aekit.tell(message.text)
        else:
            self.aekit.notify(message.text)
