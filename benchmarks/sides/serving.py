"""How a side talks to the benchmark: one process that works only when it is told to."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping


def serve(first_losses: Callable[[], list[float]], variants: Mapping[str, Callable[[], int]]) -> None:
    """Announce the variants and the first losses, then time a variant for every line of input.

    Args:
        first_losses: losses of the first steps on the given weights and order.
        variants: name -> a function that trains for a while and returns how many examples it saw.
    """
    answers = sys.stdout
    sys.stdout = sys.stderr
    print(json.dumps({"variants": list(variants), "losses": first_losses()}), file=answers, flush=True)
    warm: set[str] = set()
    for line in sys.stdin:
        name = line.strip()
        if name not in warm:
            variants[name]()
            warm.add(name)
        started = time.perf_counter()
        seen = variants[name]()
        print(json.dumps({"rate": seen / (time.perf_counter() - started)}), file=answers, flush=True)
