"""The latent joystick over a made-up model: live by requests in a log, afterwards by a worker; no Keras."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest
from aekit_tui.modals.joystick import Joystick
from aekit_tui.models import OpenedModel, array_of
from aekit_tui.store.walk import Walk
from aekit_tui.widgets.codes import bar_lines, cells_of, scatter
from aekit_tui.widgets.pixels import Pixels

from aekit.errors import RunError
from aekit.run import done, pending
from benchmarks.recorded import running
from benchmarks.recorded_game import game, played

CODES = np.array([[0.0, 0.0, 5.0], [4.0, 1.0, 5.0], [-4.0, -1.0, 5.0], [0.0, 0.0, 5.0]], "float32")
LABELS = [7, 1, 3, 7]


def decoded(z):
    """A picture of four pixels from a code of three numbers."""
    values = np.clip(np.asarray(z, "float32") / 8 + 0.5, 0, 1)
    return np.concatenate([values, values[:, :1]], axis=1).reshape(-1, 2, 2, 1)


def answer_of(verb, index=0, z=None, count=4, **_):
    """What the model behind these tests answers, in numpy arrays."""
    if verb == "open":
        return {"run": "r", "step": 6600, "example_shape": [2, 2, 1], "code_shape": [3], "range": [0.0, 1.0]}
    if verb == "codes":
        return {"z": CODES[:count], "y": LABELS[:count], "mean": CODES.mean(0), "deviation": CODES.std(0)}
    if verb == "decode":
        return {"x_hat": decoded(z)}
    return {"index": [index], "x": decoded(CODES[index : index + 1]) * 0, "x_hat": decoded(CODES[index : index + 1])}


class FakeStandby:
    """A worker that answers when it is told to."""

    def __init__(self, answers=answer_of):
        self.ready = self.alive = True
        self.asked, self.held, self.is_closed = [], [], False
        self.answering, self._answers = True, answers

    def ask(self, verb, **arguments):
        self.asked.append((verb, arguments))
        self.held.append((len(self.asked), verb, arguments))
        return len(self.asked)

    def poll(self):
        if not self.answering:
            return []
        held, self.held = self.held, []
        return [
            {"id": number, "ok": True, "message": "", **packed(self._answers(verb, **a))} for number, verb, a in held
        ]

    def close(self):
        self.alive, self.is_closed = False, True

    def verbs(self, name):
        return [arguments for verb, arguments in self.asked if verb == name]


def packed(fields):
    """As a worker sends arrays."""
    return {
        name: {"shape": list(value.shape), "float32": base64.b64encode(value.astype("<f4").tobytes()).decode()}
        if isinstance(value, np.ndarray)
        else value
        for name, value in fields.items()
    }


def answer_requests(run, answers=answer_of):
    """Do as a live run does: answer what waits in its control folder, in its log."""
    for request in pending(run):
        number = sum(1 for _ in run.events.open())
        fields = {
            name: np.asarray(value).tolist() for name, value in answers(request.verb, **request.arguments).items()
        }
        event = {"n": number, "time": 0.0, "type": "answer", "request": request.id, "verb": request.verb, "ok": True}
        with run.events.open("a") as file:
            file.write(json.dumps({**event, **fields}) + "\n")
        done(request)


async def opened(app, pilot, until, run, standby):
    """The joystick over a finished run, with its first picture."""
    app.launcher.serve = lambda: standby
    joystick = Joystick(run)
    await app.push_screen(joystick)
    picture = joystick.query_one("#picture", Pixels)
    await until(pilot, lambda: picture.image is not None)
    return joystick, picture


# ---------------------------------------------------------------------- the walk


def test_the_pair_is_of_the_largest_deviations_and_a_step_a_quarter_of_one():
    walk = Walk(CODES)
    assert walk.pair == (0, 1)
    walk.move(right=1, up=-2)
    assert walk.z == pytest.approx([0.25 * CODES[:, 0].std(), -0.5 * CODES[:, 1].std(), 5.0])
    walk.back()
    assert walk.z == pytest.approx(CODES[0])


def test_pairs_go_round_and_what_was_moved_stays():
    walk = Walk(CODES)
    walk.move(1, 0)
    walk.next_pair(1)
    assert walk.pair == (1, 2) and walk.z[0] > 0
    walk.next_pair(1)
    assert walk.pair == (0, 1)


def test_between_two_examples_is_a_straight_line():
    walk = Walk(CODES)
    walk.toggle_between()
    assert walk.z == pytest.approx(CODES[0])
    for _ in range(8):
        walk.move(1, 0)
    assert walk.z == pytest.approx((CODES[0] + CODES[1]) / 2) and walk.t == 0.5
    for _ in range(99):
        walk.move(1, 0)
    assert walk.z == pytest.approx(CODES[1])
    walk.move(0, 1)
    assert walk.other == 2 and walk.z == pytest.approx(CODES[2])


def test_spatial_codes_and_single_numbers():
    walk = Walk(np.arange(24, dtype="float32").reshape(2, 2, 2, 3))
    walk.move(1, 1)
    assert walk.code.shape == (1, 2, 2, 3) and walk.size == 12
    lone = Walk(np.array([[1.0], [3.0]]))
    lone.move(1, 0)
    assert lone.pair == (0, 0) and lone.z == pytest.approx([1.25])
    alone = Walk(np.zeros((1, 2)))
    alone.toggle_between()
    alone.next_start(1)
    alone.move(1, 1)
    assert alone.z == pytest.approx([0, 0])


# ---------------------------------------------------------------------- bars and map


def test_bars_go_up_and_hang_down_from_the_middle():
    lines = bar_lines(np.array([1.5, -1.5, 0.0, 9.0]), half=2)
    assert [line[0] for line in lines] == [(" ", False), ("█", False), (" ", False), (" ", False)]
    assert [line[1][0] for line in lines] == [" ", " ", "█", " "]
    assert [line[2][0] for line in lines] == [" "] * 4
    assert [line[3][0] for line in lines] == ["█", "█", " ", " "]
    assert bar_lines(np.array([-0.75]), half=1)[1][0] == ("▆", True)  # two eighths hang: the rest is drawn, reversed


def test_the_map_has_digits_for_labels_and_dots_without():
    characters, owners = scatter(CODES[:, :2], np.array(LABELS), (9, 5))
    assert characters[0, 8] == "1" and characters[4, 0] == "3" and characters[2, 4] == "7" and owners[0, 8] == 1
    dots, _ = scatter(CODES[:, :2], None, (9, 5))
    assert "".join(dots.ravel()).strip() != "" and dots[1, 0] == " "


def test_places_outside_the_map_stand_at_its_edge():
    assert cells_of(np.array([[99.0, -99.0]]), CODES[:, :2], (9, 5)).tolist() == [[8, 4]]


@pytest.mark.parametrize("value", [{"shape": [2], "float32": "!"}, {}, [[1], [2, 3]], "x"])
def test_an_answer_that_is_no_array_is_none(value):
    assert array_of(value) is None


# ---------------------------------------------------------------------- over a run that is finished


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
def test_the_decoder_answers_the_arrow_keys(app, recorded, drive, until, text_of, size):
    async def script(pilot):
        standby = FakeStandby()
        _, picture = await opened(app, pilot, until, recorded["finished"], standby)
        await until(pilot, lambda: "step 6600, from its last checkpoint · example 0 (7)" in text_of(app))
        before = picture.image.copy()
        await pilot.press("right", "right", "l")
        await until(pilot, lambda: not np.array_equal(picture.image, before))
        deviation = float(CODES[:, 0].std())
        await until(pilot, lambda: standby.verbs("decode")[-1]["z"][0][0] == pytest.approx(0.75 * deviation, abs=1e-4))
        await until(pilot, lambda: "z0 +2.12 (+0.8 sd)" in text_of(app))
        await pilot.press("0")
        await until(pilot, lambda: standby.verbs("decode")[-1]["z"] == [[0.0, 0.0, 5.0]])

    drive(app, script, size=size)


def test_one_decode_is_under_way_and_the_newest_place_wins(app, recorded, drive, until):
    async def script(pilot):
        standby = FakeStandby()
        joystick, _ = await opened(app, pilot, until, recorded["finished"], standby)
        await until(pilot, lambda: not joystick.model.waiting)
        standby.answering, count = False, len(standby.verbs("decode"))
        await pilot.press(*["right"] * 6)
        assert len(standby.verbs("decode")) == count + 1
        standby.answering = True
        await until(pilot, lambda: not joystick.model.waiting)
        assert len(standby.verbs("decode")) == count + 2
        assert standby.verbs("decode")[-1]["z"][0][0] == pytest.approx(1.5 * float(CODES[:, 0].std()), abs=1e-4)

    drive(app, script)


def test_examples_and_the_way_between_them(app, recorded, drive, until, text_of):
    async def script(pilot):
        standby = FakeStandby()
        await opened(app, pilot, until, recorded["finished"], standby)
        await pilot.press("n")
        await until(pilot, lambda: {"index": 1} in standby.verbs("reconstruct") and "example 1 (1)" in text_of(app))
        await pilot.press("b", "x", "right")
        await until(pilot, lambda: "example 0 (7) to example 1 (1), 6% of the way" in text_of(app))
        await pilot.press("tab", "right_square_bracket")
        await until(pilot, lambda: "z1 +0 (+0.0 sd)  z2 +5 (+0.0 sd)" in text_of(app))

    drive(app, script)


def test_the_worker_ends_with_the_joystick(app, recorded, drive, until):
    async def script(pilot):
        standby = FakeStandby()
        await opened(app, pilot, until, recorded["finished"], standby)
        await pilot.press("q")
        await until(pilot, lambda: standby.is_closed and not app.screen.is_modal)

    drive(app, script)


def test_what_goes_wrong_is_told(app, recorded, drive, until, text_of):
    def refuse(verb, **_):
        return {"ok": False, "message": "the plugin rings.py is gone"} if verb == "open" else {}

    async def script(pilot):
        app.launcher.serve = lambda: FakeStandby(refuse)
        await app.push_screen(Joystick(recorded["finished"]))
        await until(pilot, lambda: "the plugin rings.py is gone" in text_of(app))
        await pilot.press("right", "n", "x", "0", "q")

        def too_small():
            raise RunError("less than 4 GB of memory are free")

        app.launcher.serve = too_small
        await app.push_screen(Joystick(recorded["finished"]))
        await until(pilot, lambda: "less than 4 GB" in text_of(app))

    drive(app, script)


@pytest.mark.parametrize("odd", [{"z": "x"}, {"z": [[]]}, {"z": [1, 2]}, {}])
def test_answers_without_codes_are_told(app, recorded, drive, until, text_of, odd):
    async def script(pilot):
        app.launcher.serve = lambda: FakeStandby(lambda verb, **a: odd if verb == "codes" else answer_of(verb, **a))
        await app.push_screen(Joystick(recorded["finished"]))
        await until(pilot, lambda: "no codes to move through" in text_of(app))

    drive(app, script)


@pytest.mark.parametrize("size", [(20, 6), (1, 1), (44, 12)])
def test_it_does_not_break_where_there_is_no_room(app, recorded, drive, until, size):
    async def script(pilot):
        await opened(app, pilot, until, recorded["finished"], FakeStandby())
        await pilot.press("right", "x", "n")

    drive(app, script, size=size)


def test_only_the_newest_of_each_verb_follows(recorded):
    standby, seen = FakeStandby(), []
    model = OpenedModel(standby, recorded["finished"], seen.append)
    for place in range(5):
        model.ask("decode", lambda answer, place=place: seen.append(place), z=[[0.0, 0.0, place]])
    model.ask("reconstruct", lambda answer: seen.append("start"), index=0)
    model.look()
    model.look()
    model.look()
    assert seen == [0, "start", 4] and model.waiting == 0


# ---------------------------------------------------------------------- over a live run


def test_a_live_run_answers_by_its_log_and_its_end_opens_its_model(app, tmp_path, drive, until, text_of, monkeypatch):
    run = running(tmp_path / "runs")

    async def script(pilot):
        standby = FakeStandby()
        app.launcher.serve = lambda: standby
        joystick = Joystick(run)
        await app.push_screen(joystick)
        picture = joystick.query_one("#picture", Pixels)
        await until(pilot, lambda: answer_requests(run) or picture.image is not None)
        assert "as it trains" in text_of(app) and not standby.asked
        await until(pilot, lambda: answer_requests(run) or "input, output at step 2,400" in text_of(app))
        before = picture.image.copy()
        await pilot.press("right", "right")
        await until(pilot, lambda: answer_requests(run) or not np.array_equal(picture.image, before))
        end = {"n": sum(1 for _ in run.events.open()), "time": 0.0, "type": "stopped", "step": 2400, "reason": "stop"}
        with run.events.open("a") as file:
            file.write(json.dumps(end) + "\n")
        await until(pilot, lambda: "step 6600, from its last checkpoint" in text_of(app))
        assert isinstance(joystick.model, OpenedModel)

    drive(app, script)


def test_a_run_that_traces_is_waited_for(app, tmp_path, drive, until, text_of):
    run = running(tmp_path / "runs")

    async def script(pilot):
        await app.push_screen(Joystick(run))
        await until(pilot, lambda: "waiting for the run: it answers between two steps" in text_of(app))

    drive(app, script)


# ---------------------------------------------------------------------- the launcher


def test_a_served_worker_stands_by_no_more_and_is_alone(app, monkeypatch):
    import aekit.run.standby as module

    monkeypatch.setattr(module, "enough_memory", lambda: True)
    monkeypatch.setattr(module.Standby, "start", classmethod(lambda cls: FakeStandby()))
    launcher = app.launcher
    launcher.wanted = True
    launcher.stand_by([])
    waiting = launcher.standby
    served = launcher.serve()
    assert served is waiting and launcher.standby is None
    launcher.stand_by([])
    assert launcher.standby is None, "two workers would hold a gigabyte"
    served.close()
    launcher.stand_by([])
    assert launcher.standby is not None and launcher.standby is not served


def test_without_memory_nothing_is_served(app, monkeypatch):
    import aekit.run.standby as module

    monkeypatch.setattr(module, "enough_memory", lambda: False)
    with pytest.raises(RunError, match="memory"):
        app.launcher.serve()


# ---------------------------------------------------------------------- without an encoder


def prior_answer(verb, **arguments):
    """A generator: its codes are drawn, and nothing can be encoded."""
    assert verb not in ("encode", "reconstruct"), "there is no encoder to ask"
    return {name: value for name, value in answer_of(verb, **arguments).items() if name != "y"} | {"source": "prior"}


def test_drawn_codes_are_samples_and_their_dimensions_come_in_order():
    walk = Walk(CODES[:, ::-1], drawn=True)
    assert walk.pair == (0, 1), "no dimension of a prior matters more than another"
    assert walk.label(2) == "sample 2" and walk.ends == [0]
    walk.toggle_between()
    assert walk.ends == [0, 1] and walk.codes_of([1, 0]).tolist() == [[5, 1, 4], [5, 0, 0]]


def test_a_generator_answers_and_the_walk_goes_between_two_samples(app, recorded, drive, until, text_of):
    async def script(pilot):
        standby = FakeStandby(prior_answer)
        joystick, picture = await opened(app, pilot, until, recorded["finished"], standby)
        await until(pilot, lambda: "from its last checkpoint · sample 0" in text_of(app))
        assert standby.verbs("decode") == [{"z": [[0.0, 0.0, 5.0], [0.0, 0.0, 5.0]]}], "the start, and the place"
        start = joystick.ends.image.copy()
        await pilot.press("right")
        await until(pilot, lambda: standby.verbs("decode")[-1] == {"z": [[pytest.approx(0.7071, abs=1e-4), 0.0, 5.0]]})
        assert np.array_equal(joystick.ends.image, start)
        await pilot.press("x", *["right"] * 8)
        await until(pilot, lambda: "sample 0 to sample 1, 50% of the way" in text_of(app))
        await until(pilot, lambda: joystick.ends.image.shape[1] > start.shape[1])
        await until(pilot, lambda: standby.verbs("decode")[-1] == {"z": [[2.0, 0.5, 5.0]]})
        await pilot.press("n")
        await until(pilot, lambda: set(joystick.ends.samples) == set(joystick.walk.ends))
        assert picture.image is not None and not joystick.problem

    drive(app, script)


def test_a_live_game_is_asked_for_codes_and_decodings_alone(app, tmp_path, drive, until, text_of):
    run = played(game(tmp_path / "runs"), 0, 100).write()

    async def script(pilot):
        joystick = Joystick(run)
        await app.push_screen(joystick)
        picture = joystick.query_one("#picture", Pixels)
        await until(pilot, lambda: answer_requests(run, prior_answer) or picture.image is not None)
        await until(pilot, lambda: "as it trains · sample 0" in text_of(app))
        assert joystick.model.range == (0.0, 1.0), "as its samples' event has it"

    drive(app, script)


def test_an_answer_with_too_few_pictures_is_told(app, recorded, drive, until, text_of):
    def short(verb, **arguments):
        found = prior_answer(verb, **arguments)
        return {"x_hat": found["x_hat"][:1]} if verb == "decode" else found

    async def script(pilot):
        app.launcher.serve = lambda: FakeStandby(short)
        await app.push_screen(Joystick(recorded["finished"]))
        await until(pilot, lambda: "the answer is no picture" in text_of(app))

    drive(app, script)
