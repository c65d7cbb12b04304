"""What PyYAML says of bad syntax, in words for people who do not know its grammar."""

from __future__ import annotations

from typing import Any

#: (what PyYAML's problem begins with, our message, a note)
WORDS = (
    ("found character '\\t'", "a tab: YAML is indented with spaces", ""),
    (
        "mapping values are not allowed here",
        "a second ': ' in this line",
        "quote text that holds ': ', or begin a new line",
    ),
    ("could not find expected ':'", "a key without its ': '", "the line above may lack a ': ' or a closing quote"),
    ("expected ',' or '}'", "the mapping {...} is not closed, or lacks a comma here", ""),
    ("expected ',' or ']'", "the list [...] is not closed, or lacks a comma here", ""),
    (
        "expected <block end>",
        "this line is not indented like its neighbours",
        "values of one mapping or list begin in one column",
    ),
    ("expected the node content", "a value is missing or out of place", "quote text that holds : , [ ] { or }"),
    ("found unexpected end of stream", "a quoted text is not closed", ""),
    ("found unexpected document separator", "a quoted text is not closed", ""),
    ("found undefined tag handle", "recipes use no tags", "quote text that begins with '!'"),
    (
        "did not find expected comment or line break",
        "unexpected text after | or >",
        "quote text that begins with | or >",
    ),
    (
        "found unknown escape character",
        "unknown escape in double quotes",
        "write \\\\ for a backslash, or use single quotes",
    ),
    (
        "expected escape sequence",
        "unfinished escape in double quotes",
        "write \\\\ for a backslash, or use single quotes",
    ),
    (
        "block sequence entries are not allowed here",
        "a list item '- ' cannot stand here",
        "begin it in a line of its own",
    ),
    ("block mapping entries are not allowed here", "a key cannot stand here", ""),
    ("mapping keys are not allowed here", "a key '? ' cannot stand here", ""),
    (
        "expected alphabetic or numeric character",
        "a name of letters and digits is wanted",
        "quote text that begins with * or &",
    ),
)


def in_our_words(error: Any, content: str) -> tuple[str, ...]:
    """The message for a YAML error, then its notes.

    Args:
        error: PyYAML's, with problem, context and marks.
        content: the text that it was found in.
    """
    problem = str(error.problem or error.context or "this is not YAML")
    for beginning, message, note in WORDS:
        if problem.startswith(beginning):
            return (message, *_opened(error), *filter(None, [note]))
    if "cannot start any token" in problem:
        character = content[error.problem_mark.index : error.problem_mark.index + 1]
        return (f"a value cannot begin with {character!r}", "quote it: '...'")
    return (f"this is not YAML: {problem}", *_opened(error))


def _opened(error: Any) -> tuple[str, ...]:
    mark = error.context_mark
    if mark is None or error.problem_mark is None or mark.line == error.problem_mark.line:
        return ()
    return (f"it began in line {mark.line + 1}",)
