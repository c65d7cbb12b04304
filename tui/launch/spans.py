"""Where every value of a YAML text begins and ends, so that one can be changed and all else stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Span:
    """A value's stretch of the text.

    Args:
        what: "mapping", "sequence", "scalar" or "alias".
        start, end: its first character, and one past its last; comments behind it are not in it.
        flow: within braces or brackets.
        items: (key, value) of a mapping; of a sequence the key is None.
        text: of a scalar.
    """

    what: str
    start: int
    end: int
    flow: bool = False
    items: list[tuple[Span | None, Span]] = field(default_factory=list)
    text: str = ""

    def find(self, key: str) -> Span | None:
        """The value under a key; of a list's item by its number, or by its `name`."""
        if self.what == "mapping":
            return next((value for name, value in self.items if name and name.text == key), None)
        values = [value for _, value in self.items]
        named = [value for value in values if (name := value.find("name")) and name.text == key]
        if named:
            return named[0]
        return values[int(key)] if key.isascii() and key.isdigit() and int(key) < len(values) else None


def spans_of(text: str) -> Span | None:
    """The spans of a text that is known to be YAML; None where it holds nothing."""
    import yaml

    events = yaml.parse(text, Loader=yaml.SafeLoader)
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            return _span(event, events, text)
    return None


def _span(event: Any, events: Iterator[Any], text: str) -> Span:
    import yaml

    start, end = event.start_mark.index, event.end_mark.index
    if isinstance(event, yaml.AliasEvent):
        return Span("alias", start, end)
    if isinstance(event, yaml.ScalarEvent):
        # A block scalar's mark lies behind the empty lines that follow it.
        end = start + len(text[start:end].rstrip()) if event.style in ("|", ">") else end
        return Span("scalar", start, end, text=event.value)
    what = "mapping" if isinstance(event, yaml.MappingStartEvent) else "sequence"
    span = Span(what, start, end, bool(event.flow_style))
    while not isinstance(inner := next(events), yaml.CollectionEndEvent):
        key = _span(inner, events, text) if what == "mapping" else None
        span.items.append((key, _span(next(events) if key else inner, events, text)))
    # A block's mark lies at what follows it, behind comments: it ends where its last value does.
    last = [part.end for pair in span.items[-1:] for part in pair if part]
    assert inner.end_mark is not None  # events of a parser have marks
    span.end = inner.end_mark.index if span.flow else max([*last, start])
    return span
