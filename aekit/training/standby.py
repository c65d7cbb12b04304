"""A standby worker: `python -P -m aekit.training.standby`, with TensorFlow imported before there is a run.

It reads requests {"id": n, "verb": ..., "arguments": {...}} as lines on stdin, and answers each on stdout by
{"id": n, "ok": ..., "message": ..., ...}. `train` makes it the process of a run; until then it ends with its stdin.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aekit.errors import AekitError, InputError, RunError
from aekit.run import RunDirectory
from aekit.training.channel import HANDOVER, Channel

if TYPE_CHECKING:
    from aekit.recipe import Recipe
    from aekit.training.asking import Asking

#: Verbs that ask the open run's model: methods of `Asking`.
QUESTIONS = ("encode", "codes", "decode", "reconstruct", "worst")
#: What shows that a machine may have a GPU, without a word to its driver.
GPU_FILES = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")
#: Trained for one step before the first request: libraries start, and the first kernels are made.
WARM_UP = """
data: {type: digits}
encoder: {type: mlp, units: [8]}
latent: {type: plain, size: 2}
decoder: {type: mlp, units: [8]}
trainer: {type: autoencoder}
losses: {cross_entropy: {}}
steps: 1
batch_size: 8
"""


class Standby:
    """Serves requests until one hands it a run.

    Args:
        channel: to who started this process.
    """

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.asking: Asking | None = None
        self.run: tuple[RunDirectory, bool] | None = None
        self._computed = False
        self._verbs: dict[str, Callable[..., dict[str, Any]]] = {
            HANDOVER: self._train,
            "check": self._check,
            "estimate": self._estimate,
            "open": self._open,
            **{verb: partial(self._ask, verb) for verb in QUESTIONS},
        }

    def prepare(self) -> None:
        """Import what training needs and, where there is no GPU to hold, take it through a first step."""
        import aekit.training.check
        import aekit.training.estimate
        import aekit.training.opening
        import aekit.training.session  # noqa: F401

        if self.channel.is_quiet and not any(Path(file).exists() for file in GPU_FILES):
            from aekit.recipe import load_recipe_text
            from aekit.training.estimate import estimate

            # It saves time and no more: what is wrong with this machine is told by what is asked for later.
            with contextlib.suppress(Exception):
                estimate(load_recipe_text(WARM_UP, Path("warm-up.yaml")), trial=0.0)
        self._forget()
        gc.freeze()

    def serve(self) -> tuple[RunDirectory, bool]:
        """Answer requests until one is a run; returns it, and whether it resumes."""
        while self.run is None:
            request = self.channel.next()
            answer = {"id": request.get("id"), "ok": True, "message": "", **self._answer(request)}
            if request.get("verb") == HANDOVER and not answer["ok"]:
                self.channel.refuse_handover()
            self.channel.answer(**answer)
        self.channel.release()
        return self.run

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """The fields of an answer; whatever goes wrong is told, and ends nothing."""
        verb, arguments = request.get("verb"), request.get("arguments", {})
        if verb not in self._verbs or not isinstance(arguments, dict):
            return {"ok": False, "message": f"no answer to {verb!r}; known are {', '.join(self._verbs)}"}
        try:
            return self._verbs[verb](**arguments)
        except AekitError as error:
            problems = [problem.as_dict() for problem in getattr(error, "problems", ())]
            return {"ok": False, "message": str(error), **({"problems": problems} if problems else {})}
        except (Exception, SystemExit) as error:
            return {"ok": False, "message": f"{type(error).__name__}: {error}"}

    def _train(self, run: str, resume: bool = False) -> dict[str, Any]:
        directory = RunDirectory(Path(run))
        if not directory.exists:
            raise RunError(f"{directory.path} is no run directory: it has no recipe.yaml")
        if self._computed and has_gpu():
            raise RunError("this process has computed on the CPU already, and can no longer take the GPU")
        if self.asking:
            self.asking = None
            self._forget()
        self.run = (directory, bool(resume))
        return {"message": f"{directory.id} is trained by process {os.getpid()}", "pid": os.getpid()}

    def _check(self, **given: Any) -> dict[str, Any]:
        from aekit.training.check import check_build

        try:
            self._stay_off_gpu()
            recipe = read_recipe(**given)
            report = check_build(recipe)
        finally:
            self._forget()
        problems = [problem.as_dict() for problem in report.problems]
        message = problems[0]["message"] if problems else ""
        return {**vars(report), "ok": not problems, "message": message, "problems": problems}

    def _estimate(self, **given: Any) -> dict[str, Any]:
        from aekit.training.estimate import estimate

        if has_gpu():
            raise RunError("on a machine with a GPU no time is estimated: a process that waits must not hold it")
        try:
            return asdict(estimate(read_recipe(**given), give_way=lambda: self.channel.is_waited_for))
        finally:
            self._forget()

    def _open(self, run: str) -> dict[str, Any]:
        from aekit.training.asking import Asking
        from aekit.training.opening import open_run

        self.asking = None
        self._forget()
        self._stay_off_gpu()
        model = open_run(Path(run).absolute())
        self.asking = Asking(model)
        shapes = {"example_shape": model.example_shape, "code_shape": model.code_shape}
        return {"run": model.path.name, "step": model.step, **shapes, "range": model.shown_range}

    def _ask(self, verb: str, **arguments: Any) -> dict[str, Any]:
        if self.asking is None:
            raise InputError(f"{verb}: no run is open; send `open` first")
        found: dict[str, Any] = getattr(self.asking, verb)(**arguments)
        return found

    def _stay_off_gpu(self) -> None:
        """A process that waits must not hold a GPU: what it computes, it computes on the CPU."""
        if has_gpu() and not self._computed:
            import tensorflow as tf

            tf.config.set_visible_devices([], "GPU")
        self._computed = True

    def _forget(self) -> None:
        """Leave nothing of a model behind that a later training could notice."""
        import keras

        from aekit.plugins import unload_local_plugins

        unload_local_plugins()
        keras.backend.clear_session(free_memory=False)
        gc.collect()


def has_gpu() -> bool:
    """Whether TensorFlow sees a GPU; looking starts none."""
    import tensorflow as tf

    return bool(tf.config.list_physical_devices("GPU"))


def read_recipe(
    source: str | None = None,
    text: str | None = None,
    path: str | None = None,
    overrides: Sequence[str] = (),
    plugins: Sequence[str] = (),
) -> Recipe:
    """The recipe of a request: a name or file as `source`, or `text` that stands or would stand at `path`."""
    from aekit.recipe import load_recipe, load_recipe_text

    if source is not None:
        return load_recipe(source, overrides, plugins)
    if text is None or path is None:
        raise InputError("expected a source, or a text with its path")
    return load_recipe_text(text, path, overrides, plugins)


def main() -> int:
    began = time.perf_counter()
    channel = Channel()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    standby = Standby(channel)
    standby.prepare()
    channel.answer(ready=True, seconds=round(time.perf_counter() - began, 3), pid=os.getpid())
    run, resume = standby.serve()
    with run.output.open("ab") as output:
        for stream in (1, 2):
            os.dup2(output.fileno(), stream)
    from aekit.training.worker import work

    return work(run, resume, [sys.argv[0], HANDOVER, str(run.path), *(["--resume"] if resume else [])])


if __name__ == "__main__":
    sys.exit(main())
