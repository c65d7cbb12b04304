"""Light colours for YAML, a line at a time: keys, comments, quoted text, numbers and words such as true."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"""(?P<comment>(?:^|(?<=\s))\#.*)
    | (?P<key>(?:[\w./-]+|"[^"]*"|'[^']*')(?=[ \t]*:(?:\s|$)))
    | (?P<text>"[^"]*"|'[^']*')
    | (?P<number>(?<![\w.])[-+]?(?:\.\d+|\d[\d_]*(?:\.\d*)?)(?:[eE][-+]?\d+)?(?![\w.]))
    | (?P<word>(?<![\w.-])(?:true|false|null)(?![\w.-]))
    | (?P<other>[\w./+-]+)""",
    re.VERBOSE,
)


def colored(line: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, what) of the parts of a line that have a colour of their own."""
    for match in _TOKEN.finditer(line):
        if match.lastgroup and match.lastgroup != "other":
            yield match.start(), match.end(), match.lastgroup
