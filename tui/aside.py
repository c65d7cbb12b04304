"""The one thread that reads catalogs and checks recipes.

It is one because CPython's `ast.parse`, by which plugins are read, fails at random when two threads are in it
("AST constructor recursion depth mismatch", up to 3.11 and 3.12).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

Result = TypeVar("Result")


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "catalog")


async def aside(function: Callable[..., Result], *arguments: object) -> Result:
    """The function's result, computed in that thread."""
    return await asyncio.get_running_loop().run_in_executor(_thread(), function, *arguments)
