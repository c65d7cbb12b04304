"""Curves in braille, with a crosshair, zoom and pan: redrawn in a time that does not grow with the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from ..plot import view
from ..plot.chart import BLANK, Chart, Picture, draw
from ..plot.curves import Curve, Mark
from ..plot.legend import Reading, legend, readings
from ..plot.strips import difference, palette, strips
from ..store.series import AXES, Axis

__all__ = ["Curve", "Mark", "Plot"]

WHEEL = 1.25


class Plot(Widget):
    """Curves over steps, epochs or wall time, following live data until someone zooms.

    It binds no keys: a screen calls zoom, pan, move_cursor and reset_view. The mouse
    moves the crosshair, the wheel zooms, dragging pans, a double click resets.
    """

    DEFAULT_CSS = "Plot { height: 1fr; min-height: 3; }"

    title: reactive[str] = reactive("", repaint=False)
    log_y: reactive[bool] = reactive(False, repaint=False)
    axis: reactive[Axis] = reactive("step", repaint=False)
    smoothing: reactive[float] = reactive(0.0, repaint=False)
    #: Where the crosshair stands, in units of the axis.
    cursor: reactive[float | None] = reactive(None, repaint=False)

    @dataclass
    class CursorMoved(Message):
        """The user moved the crosshair; not sent when `cursor` is assigned."""

        plot: Plot
        x: float | None
        readings: list[Reading]

        @property
        def control(self) -> Plot:
            return self.plot

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, Plot.CursorMoved) and message.plot is self.plot

    def __init__(
        self,
        title: str = "",
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's word
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._curves: tuple[Curve, ...] = ()
        self._marks: tuple[Mark, ...] = ()
        self._versions: tuple[int, ...] = ()
        self._view: tuple[float, float] | None = None
        self._picture: Picture | None = None
        self._frame: list[Strip] | None = None
        self._frame_size = Size(0, 0)
        self._redraw_due = False
        self.set_reactive(Plot.title, title)

    def show(self, curves: Sequence[Curve], marks: Sequence[Mark] = ()) -> None:
        """Show these from now on; called again when their series grew. It costs nothing when nothing changed."""
        versions = tuple(curve.series.version for curve in curves)
        if (tuple(curves), tuple(marks), versions) == (self._curves, self._marks, self._versions):
            return
        self._curves, self._marks, self._versions = tuple(curves), tuple(marks), versions
        self._changed()

    @property
    def zoomed(self) -> bool:
        """Whether the view stands still instead of following the data."""
        return self._view is not None

    @property
    def chart(self) -> Chart:
        """What is shown, as data."""
        return Chart(
            self._curves, self._marks, self.title, self.axis, self._view, self.log_y, self.smoothing, self._monochrome
        )

    def zoom(self, factor: float) -> None:
        """Show 1 / factor of what is shown, about the crosshair, or else up to the same right end."""
        self._view = view.zoomed(self.chart, factor, self.cursor)
        self._changed()

    def pan(self, share: float) -> None:
        """Move a zoomed view by a share of its width; to the right when positive."""
        self._view = view.panned(self.chart, share)
        self._changed()

    def reset_view(self) -> None:
        """Show everything, and follow the data again."""
        self._view = None
        self._changed()

    def move_cursor(self, columns: int) -> None:
        """Move the crosshair by cells; it comes in at the right end."""
        low, high = self.chart.shown()
        cell = (high - low) / self._columns
        extent = self.chart.extent() or (low, high)
        start = min(high, extent[1]) if self.cursor is None else self.cursor + columns * cell
        self._put_cursor(min(max(start, low), high))

    def render_line(self, y: int) -> Strip:
        if not self.size:
            return Strip.blank(self.size.width, self.rich_style)
        if self._frame is None or self._frame_size != self.size:
            self._picture = None
            self._frame = self._draw_frame()
        if y < len(self._frame):
            return self._frame[y]
        return Strip.blank(self.size.width, self.rich_style)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._picture = self._frame = None

    def watch_title(self) -> None:
        self._changed()

    def watch_log_y(self) -> None:
        self._changed()

    def watch_smoothing(self) -> None:
        self._changed()

    def validate_smoothing(self, smoothing: float) -> float:
        return min(max(smoothing, 0.0), 0.99)

    def watch_axis(self) -> None:
        """Another axis has other units: the view and the crosshair are let go."""
        self._view = None
        self.cursor = None
        self._changed()

    def validate_axis(self, axis: Axis) -> Axis:
        if axis not in AXES:
            raise ValueError(f"Expected one of {AXES}. Received: {axis!r}")
        return axis

    def watch_cursor(self) -> None:
        self._changed(picture=False)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self.app.mouse_captured is self:
            self.pan(-event.delta_x / self._columns)
        elif (x := self._x_at(event)) is not None:
            self._put_cursor(x)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if self.zoomed and event.button == 1:
            self.capture_mouse()

    def on_mouse_up(self) -> None:
        self.release_mouse()

    def on_leave(self) -> None:
        self._put_cursor(None)

    def on_click(self, event: events.Click) -> None:
        if event.chain == 2:
            self.reset_view()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(event, WHEEL)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(event, 1 / WHEEL)

    def _wheel(self, event: events.MouseEvent, factor: float) -> None:
        event.stop()
        self._put_cursor(self._x_at(event))
        self.zoom(factor)

    @property
    def _monochrome(self) -> bool:
        return self.app.no_color

    @property
    def _columns(self) -> int:
        """How many cells the curves are wide."""
        return self._picture.columns if self._picture else max(self.size.width, 1)

    def _x_at(self, event: events.MouseEvent) -> float | None:
        """The x in the middle of the cell under the mouse; None beside the curves."""
        offset = event.get_content_offset(self)
        if offset is None or self._picture is None:
            return None
        column = offset.x - self._picture.left
        low, high = self._picture.x.low, self._picture.x.high
        return low + (high - low) * (column + 0.5) / self._picture.columns if column >= 0 else None

    def _put_cursor(self, x: float | None) -> None:
        if x != self.cursor:
            self.cursor = x
            self.post_message(self.CursorMoved(self, x, [] if x is None else self.readings(x)))

    def readings(self, x: float) -> list[Reading]:
        """What each curve is at x, as drawn."""
        return readings(self.chart, x, self._columns)

    def _changed(self, picture: bool = True) -> None:
        """Draw once all messages that wait are handled, however many changes they bring."""
        if picture:
            self._picture = None
        if not self._redraw_due and self.is_attached:
            self._redraw_due = self.call_later(self._redraw)

    def _redraw(self) -> None:
        """Draw, and have the terminal sent only the rows that differ."""
        self._redraw_due = False
        before, size = self._frame, self._frame_size
        if before is None or size != self.size or not self.is_on_screen:
            self._frame = None
            self.refresh()
            return
        self._frame = self._draw_frame()
        changed = [difference(y, old, new) for y, (old, new) in enumerate(zip(before, self._frame, strict=True))]
        regions = [region for region in changed if region is not None]
        if regions:
            self.refresh(*regions)

    def _draw_frame(self) -> list[Strip]:
        """The widget's lines: the legend and the picture, which is kept while only the crosshair moves."""
        self._frame_size = width, height = self.size
        chart = self.chart
        styles = palette(self.rich_style, [curve.color for curve in self._curves])
        top = 1 if height > 1 else 0
        if self._picture is None:
            self._picture = draw(chart, width, height - top)
        picture = self._picture
        parts = legend(chart, width, self.cursor, picture.columns)
        header = Strip([Segment(text, styles[role]) for text, role in parts]).adjust_cell_length(width, styles[BLANK])
        shown = picture if self.cursor is None else picture.with_cursor(self.cursor)
        return [header][:top] + strips(shown, styles)
