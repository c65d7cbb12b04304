"""A standby worker without TensorFlow: echo, print, garbage, hold, hang, die, refuse; `train` becomes a fake worker."""

import os
import sys
import time
from pathlib import Path

import fake_worker

from aekit.training.channel import Channel


class Standby:
    def __init__(self):
        self.channel = Channel()
        self.refusing = False

    def serve(self):
        if os.environ.get("FAKE_STANDBY") == "late":
            self.hold()
        if os.environ.get("FAKE_STANDBY") == "deaf":
            self.hang()
        self.channel.answer(ready=True, seconds=0.25)
        while True:
            request = self.channel.next()
            verb, arguments = request.get("verb"), request.get("arguments", {})
            if verb == "train" and self.train(request, **arguments):
                return fake_worker.main()
            if verb != "train":
                fields = getattr(self, str(verb), dict)(**arguments) or {}
                self.channel.answer(id=request.get("id"), ok=True, message="", **fields)

    def train(self, request, run, resume=False):
        if self.refusing:
            self.channel.refuse_handover()
            self.channel.answer(id=request["id"], ok=False, message="not me")
            return False
        self.channel.answer(id=request["id"], ok=True, message="")
        self.channel.release()
        with Path(run, "output.txt").open("ab") as output:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        print("a run's output", flush=True)
        sys.argv = [sys.argv[0], run, *(["--resume"] if resume else [])]
        return True

    def echo(self, **arguments):
        return {"echo": arguments}

    def print(self):
        print("stray", flush=True)
        os.write(1, b"stray\n")

    def garbage(self):
        self.channel._answers.write(b'no json\n[1]\n{"id": 99, "ok": true}\n\xff\n{"half": \n\n')

    def hold(self):
        while not self.channel.is_waited_for:
            time.sleep(0.01)

    def hang(self):
        time.sleep(600)

    def die(self):
        os._exit(3)

    def refuse(self):
        self.refusing = True


if __name__ == "__main__":
    sys.exit(Standby().serve())
