"""Pictures of what a classifier takes for what."""

from collections.abc import Sequence

import numpy as np

import aekit

from ._sheet import GAP, INK, LINE, PAPER, sheet

RIGHT, WRONG = (31, 119, 180), (214, 39, 40)
#: Above so many classes the table has neither counts nor names.
MOST_NAMED = 30
#: Mistakes on a sheet, in a row, and how wide each is in pixels, about.
SHOWN, ROW, WIDE = 24, 6, 112
#: Letters of a class's name in a caption.
LETTERS = 8


def confusion(labels: np.ndarray, found: np.ndarray, classes: int, names: Sequence[str] = ()) -> np.ndarray:
    """The table of counts, a row for each label and a column for each answer, as bytes (height, width, 3).

    A cell's colour is its share of the row: blue where label and answer agree, red elsewhere.
    """
    from PIL import Image, ImageDraw, ImageFont

    table = np.zeros((classes, classes), "int64")
    np.add.at(table, (labels, found), 1)
    shares = table / np.maximum(1, table.sum(axis=1, keepdims=True))
    named = classes <= MOST_NAMED
    words = [_short(names, number) for number in range(classes)] if named else [""] * classes
    font = ImageFont.load_default(12)
    margin = GAP + (int(max(map(font.getlength, words))) + GAP if named else 0)
    side = max(34, margin) if named else max(2, 900 // classes)
    top = LINE + GAP + (LINE if named else 0)
    page = Image.new("RGB", (max(margin + classes * side + GAP, 260), top + classes * side + GAP), (PAPER,) * 3)
    draw = ImageDraw.Draw(page)
    summary = f"{int(np.trace(table))} of {len(labels)} right; rows: labels, columns: answers"
    draw.text((GAP, GAP // 2), summary, fill=(INK,) * 3, font=font)
    for row, column in np.ndindex(classes, classes):
        share, place = shares[row, column], (margin + column * side, top + row * side)
        ink = np.array(RIGHT if row == column else WRONG)
        color = tuple(int(part) for part in PAPER + share**0.5 * (ink - PAPER))
        draw.rectangle((*place, place[0] + side - 2, place[1] + side - 2), fill=color)
        if named and table[row, column]:
            shade = (PAPER if share > 0.4 else INK,) * 3
            draw.text((place[0] + side // 2, place[1] + side // 2), str(table[row, column]), shade, font, anchor="mm")
    for number, word in enumerate(words):
        middle = number * side + side // 2
        draw.text((GAP, top + middle), word, (INK,) * 3, font, anchor="lm")
        draw.text((margin + middle, top - LINE // 2), word, (INK,) * 3, font, anchor="mm")
    return np.asarray(page)


def mistakes(data: aekit.Data, split: str, labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray | None:
    """The surest wrong answers, each over "LABEL as ANSWER, PROBABILITY", as bytes; None where there are none."""
    found = probabilities.argmax(axis=1)
    wrong = np.flatnonzero(found != labels)
    if not len(wrong) or not data.is_image or data.example_shape[2] not in (1, 3):
        return None
    surest = wrong[np.argsort(-probabilities[wrong, found[wrong]], kind="stable")][:SHOWN]
    x = np.stack([data.to_float(data.splits[split].read(np.array([index])))[0] for index in surest])
    low, high = data.shown_range
    pixels = (np.clip((x - low) / (high - low), 0, 1) * 255).round().astype("uint8")
    times = max(1, -(-WIDE // pixels.shape[2]))
    enlarged = pixels.repeat(times, axis=1).repeat(times, axis=2)
    captions = [
        f"{_short(data.labels, labels[i])} as {_short(data.labels, found[i])}, {100 * probabilities[i].max():.0f} %"
        for i in surest
    ]
    places = list(zip(enlarged, captions, strict=True))
    return sheet([places[start : start + ROW] for start in range(0, len(places), ROW)])


def _short(names: Sequence[str], number: int) -> str:
    return names[number][:LETTERS] if names else str(number)
