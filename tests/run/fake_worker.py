"""A run's process without training: `python -m fake_worker RUN [--resume]` behaves as $FAKE_WORKER says.

finish: ten steps, a preview, measures. endless: steps until it is told to stop. fail: a step, then a failed
event. crash: dies with a traceback and no event. mute: runs and writes nothing.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

from aekit.run import (
    EventLog,
    RunDirectory,
    done,
    exit_codes,
    latest_events,
    pending,
    process_start,
    write_info,
)

UNIT = "squared error per image"
MEASURES = {
    "squared_error": {"test": {"value": 4.25, "n": 1000, "standard_error": 0.05, "unit": UNIT}},
    "pca_baseline.squared_error": {"test": {"value": 8.5, "n": 1000, "standard_error": 0.1, "unit": UNIT}},
}


class Worker:
    def __init__(self, run, resume):
        self.run, self.asked, self.paused = run, False, False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.ask)
        write_info(run, threads=1)
        before = latest_events(run.events).get("checkpoint", {}).get("step") if resume else None
        self.step = before or 0
        self.log = EventLog(run.events)
        self.log.write(
            "started",
            pid=os.getpid(),
            host=os.uname().nodename,
            process_start=process_start(os.getpid()),
            resumed_from=before,
        )
        self.log.write(
            "stage",
            name="train",
            index=0,
            steps=10,
            parameters={"encoder": 10},
            compile="graph",
            status="tracing",
        )

    def ask(self, *_):
        self.asked = True

    def advance(self):
        self.step += 1
        self.log.write(
            "step",
            step=self.step,
            epoch=self.step / 5,
            losses={"loss": 1 / self.step, "kl": 0.5},
            rate=1000.0,
        )

    def answer_requests(self):
        for request in pending(self.run):
            ok = request.verb in ("stop", "pause", "continue")
            self.asked = self.asked or request.verb == "stop"
            self.paused = {"pause": True, "continue": False}.get(request.verb, self.paused)
            self.log.write("answer", request=request.id, verb=request.verb, ok=ok, message="" if ok else "unknown verb")
            done(request)

    def checkpoint(self, reason):
        self.log.write(
            "checkpoint",
            step=self.step,
            file=f"checkpoints/step-{self.step:06d}.h5",
            sha256="0",
            reason=reason,
        )

    def stop(self):
        self.checkpoint("stop")
        self.log.write("stopped", step=self.step, checkpoint=f"checkpoints/step-{self.step:06d}.h5", reason="SIGTERM")
        return exit_codes.STOPPED

    def endless(self):
        while not self.asked:
            self.answer_requests()
            if not self.paused and not self.asked:
                self.advance()
            time.sleep(0.01)
        return self.stop()

    def finish(self):
        while self.step < 10:
            self.advance()
        self.log.write("epoch", step=self.step, epoch=2, train={"loss": 0.1}, validation={"loss": 0.12})
        self.log.write("preview", step=self.step, kind="reconstruction", file="previews/reconstruction-000010.png")
        self.checkpoint("end")
        self.run.metrics.write_text(json.dumps({"format": 1, "step": self.step, "measures": MEASURES}))
        self.log.write("finished", step=self.step, seconds=1.5, measures=MEASURES)
        return exit_codes.DONE

    def fail(self):
        self.advance()
        self.checkpoint("interval")
        self.log.write(
            "failed", step=self.step, error="NonFiniteError", message="the loss became NaN at step 2",
            checkpoint="checkpoints/step-000001.h5",
        )  # fmt: skip
        return exit_codes.FAILED


def main():
    mode = os.environ.get("FAKE_WORKER", "finish")
    if mode == "crash":
        raise MemoryError("the machine is full")
    if mode == "mute":
        time.sleep(600)
    worker = Worker(RunDirectory(Path(sys.argv[1])), "--resume" in sys.argv)
    return getattr(worker, mode)()


if __name__ == "__main__":
    sys.exit(main())
