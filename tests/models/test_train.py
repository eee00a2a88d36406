"""The loop: planted lines, frozen parameters, shares of streams, kills, two processes."""

import math
import multiprocessing
import signal

import numpy as np
import pytest
import torch
import training_script
from accelerate.tracking import GeneralTracker
from safetensors import safe_open
from safetensors.torch import load_file
from torch import nn
from torch.distributed import TCPStore

from calque.errors import BadSetting, BadValue, MissingExtra
from calque.models.parameters import groups, share_at, training
from calque.models.running import Running, run_as
from calque.models.train import Stream, train
from calque.progress import show_with
from calque.workspace import working_in

# processes are forks of one that has imported what takes seconds
OTHERS = multiprocessing.get_context("forkserver")
OTHERS.set_forkserver_preload(["accelerate", "torch._dynamo"])
torch.set_num_threads(1)


def a_line(seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.1), nn.Linear(4, 1))


def points(epoch, seed):
    generator = torch.Generator().manual_seed(100 * seed + epoch)
    rows = torch.randn(6, 8, 3, generator=generator)
    return [(row, row @ torch.tensor([[1.0], [-2.0], [0.5]])) for row in rows]


def squares(model, batch):
    return nn.functional.mse_loss(model(batch[0]), batch[1])


def zero(model, batch):
    return 0.0 * squares(model, batch)


def weights_of(model):
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


def assert_equal(one, other):
    assert one.keys() == other.keys()
    for name in one:
        assert torch.equal(one[name], other[name]), name


def elsewhere(*options, **environment):
    """The script in a process of its own."""
    words = list(map(str, options))
    process = OTHERS.Process(
        target=training_script.start, args=(words,), kwargs=environment, daemon=True
    )
    process.start()
    return process


def here(*options):
    """The script in this process."""
    return training_script.main(list(map(str, options)))


def test_finds_a_planted_line():
    model = a_line()
    losses = train(model, [Stream("points", points, squares)], steps=200, learning_rate=0.05)
    assert len(losses["points"]) == 200
    assert np.mean(losses["points"][-20:]) < 0.1 * np.mean(losses["points"][:20])


def test_first_step_is_adam_by_hand():
    model = nn.Linear(1, 1, bias=False)
    model.weight.data.fill_(2.0)
    stream = Stream("one", lambda epoch, seed: [torch.ones(1, 1)], lambda m, x: m(x).sum())
    train(
        model, [stream], steps=1, learning_rate=0.1, warmup=0, weight_decay=0.5, schedule="constant"
    )
    # decay: 2 - 0.1 * 0.5 * 2 = 1.9; the first step of Adam is the rate itself
    assert model.weight.item() == pytest.approx(1.8, abs=1e-6)


def test_same_seed_same_weights_and_no_trace_outside():
    torch.manual_seed(11)
    before = torch.random.get_rng_state()
    first, second = a_line(1), a_line(1)
    torch.random.set_rng_state(before)
    train(first, [Stream("points", points, squares)], epochs=2, seed=4)
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.manual_seed(77)
    train(second, [Stream("points", points, squares)], epochs=2, seed=4)
    assert_equal(weights_of(first), weights_of(second))
    third = a_line(1)
    train(third, [Stream("points", points, squares)], epochs=2, seed=5)
    assert not torch.equal(first[0].weight, third[0].weight)


def test_frozen_parameters_stay_bit_equal_and_flags_come_back():
    model = a_line()
    model[2].bias.requires_grad_(False)
    before = weights_of(model)
    model.eval()
    train(model, [Stream("points", points, squares)], steps=5, trains=r"^2\.")
    after = weights_of(model)
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"2.weight"}
    assert [p.requires_grad for p in model.parameters()] == [True, True, True, False]
    assert not model.training
    assert all(p.grad is None for p in model.parameters())


def test_rates_by_pattern_and_no_decay_of_what_has_one_axis():
    model = a_line()
    with training(model, "", {r"^0\.": 2e-3, "": 1e-4}) as parameters:
        made = groups(parameters, 0.1)
    facts = [(g["lr"], g["weight_decay"], [tuple(p.shape) for p in g["params"]]) for g in made]
    assert facts == [
        (2e-3, 0.1, [(4, 3)]),
        (2e-3, 0.0, [(4,)]),
        (1e-4, 0.1, [(1, 4)]),
        (1e-4, 0.0, [(1,)]),
    ]


def test_a_rate_of_zero_moves_nothing():
    model = a_line()
    before = weights_of(model)
    rates = {r"^0\.": 0.0, "": 0.1}
    needs = []

    def objective(model, batch):
        needs.append(model[0].weight.requires_grad)
        return squares(model, batch)

    train(model, [Stream("points", points, objective)], steps=3, learning_rate=rates)
    assert needs == [False] * 3
    after = weights_of(model)
    assert torch.equal(before["0.weight"], after["0.weight"])
    assert not torch.equal(before["2.weight"], after["2.weight"])


def test_schedules_by_hand():
    assert [share_at(s, 10, 0.2, "linear") for s in (0, 1, 2, 6, 9)] == pytest.approx(
        [1 / 3, 2 / 3, 1, 0.5, 1 / 8]
    )
    assert share_at(6, 10, 0.2, "cosine") == pytest.approx(0.5)
    assert share_at(9, 10, 0.2, "constant") == 1
    assert share_at(0, 1, 0.9, "linear") == 1


def test_streams_share_the_steps_by_weight():
    order = []

    def seen(name):
        def objective(model, batch):
            order.append(name)
            return squares(model, batch)

        return objective

    streams = [Stream("a", points, seen("a"), 3.0), Stream("b", points, seen("b"), 1.0)]
    losses = train(a_line(), streams, steps=16)
    assert order == ["a", "a", "b", "a"] * 4 or order == ["a", "b", "a", "a"] * 4
    assert {name: len(values) for name, values in losses.items()} == {"a": 12, "b": 4}
    # an epoch sees the first stream once: 6 of its batches, and a third as many of the other
    assert {n: len(v) for n, v in train(a_line(), streams, epochs=1).items()} == {"a": 6, "b": 2}


def test_every_batch_once_an_epoch_and_accumulation_takes_more():
    seen = []

    def objective(model, batch):
        seen.append(batch)
        return model(torch.ones(1, 3)).sum()

    def numbers(epoch, seed):
        return [torch.tensor(10 * epoch + number) for number in range(4)]

    train(a_line(), [Stream("n", numbers, objective)], epochs=2, accumulate=2)
    assert [int(number) for number in seen] == [0, 1, 2, 3, 10, 11, 12, 13]


def test_accumulation_is_the_mean_of_the_batches():
    rows = torch.randn(4, 3, generator=torch.Generator().manual_seed(0))
    gold = rows.sum(dim=1, keepdim=True)
    one, two = nn.Linear(3, 1), nn.Linear(3, 1)
    two.load_state_dict(one.state_dict())
    whole = Stream("w", lambda e, s: [(rows, gold)], squares)
    halves = Stream("h", lambda e, s: [(rows[:2], gold[:2]), (rows[2:], gold[2:])], squares)
    train(one, [whole], steps=5, learning_rate=0.1)
    train(two, [halves], steps=5, learning_rate=0.1, accumulate=2)
    torch.testing.assert_close(one.weight, two.weight, rtol=0, atol=1e-5)


def test_snapshots_are_even_and_in_evaluation_mode():
    model, seen = a_line(), []

    def at(number):
        seen.append((number, model.training))

    stream = Stream("points", points, squares)
    losses = train(model, [stream], steps=10, snapshots=4, at_snapshot=at)
    assert seen == [(1, False), (2, False), (3, False), (4, False)]
    plain = a_line()
    assert losses == train(plain, [stream], steps=10)
    assert_equal(weights_of(model), weights_of(plain))


def test_a_loss_that_is_no_number_names_step_and_stream():
    def breaks(model, batch):
        return squares(model, batch) * math.inf

    streams = [Stream("good", points, squares), Stream("bad", points, breaks)]
    with pytest.raises(BadValue, match=r"stream 'bad' is inf at step 2 of 9"):
        train(a_line(), streams, steps=9)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"steps": 3, "epochs": 1}, "either steps or epochs"),
        ({}, "either steps or epochs"),
        ({"steps": 0}, "either steps or epochs"),
        ({"steps": 3, "trains": "nowhere"}, "'nowhere' is in no parameter's name"),
        ({"steps": 3, "learning_rate": {"^0": 1.0}}, r"no pattern for '2.weight'"),
        ({"steps": 3, "learning_rate": {"nowhere": 1.0, "": 1.0}}, "fits no parameter"),
        ({"steps": 3, "learning_rate": -1.0}, "at least 0"),
        ({"steps": 3, "learning_rate": ["x"]}, r"at least 0, got \['x'\]"),
        ({"steps": 3, "trains": "("}, r"trains '\(' is no regular expression: missing \)"),
        ({"steps": 3, "learning_rate": {"(": 1.0}}, "learning_rate .* is no regular expression"),
        ({"steps": 3, "learning_rate": 0.0}, "no parameter trains"),
        ({"steps": 3, "schedule": "square"}, "no schedule 'square'"),
        ({"steps": 3, "warmup": 1.0}, "warmup must lie"),
        ({"steps": 3, "clip": -1.0}, "not be negative"),
        ({"steps": 3, "accumulate": 0}, "must be positive"),
        ({"steps": 3, "snapshots": 4}, "4 snapshots of 3 steps"),
    ],
)
def test_settings_that_cannot_be(settings, message):
    with pytest.raises(BadSetting, match=message):
        train(a_line(), [Stream("points", points, squares)], **settings)


def test_streams_that_cannot_be():
    with pytest.raises(BadValue, match="'none' has no batches"):
        train(a_line(), [Stream("none", lambda epoch, seed: [], squares)], steps=1)
    with pytest.raises(BadSetting, match="own name"):
        train(a_line(), [Stream("x", points, squares)] * 2, steps=1)
    with pytest.raises(BadSetting, match="own name"):
        train(a_line(), [], steps=1)
    model = a_line().requires_grad_(False)
    with pytest.raises(BadSetting, match="all are frozen"):
        train(model, [Stream("x", points, squares)], steps=1)


def test_progress_says_loss_and_total():
    bars, notes = [], []

    def reporter(items, doing, total):
        bars.append((doing, total))
        yield from items

    show_with(reporter, notes.append)
    try:
        train(a_line(), [Stream("points", points, squares)], steps=3)
    finally:
        show_with(None)
    assert bars == [("training", 3)]
    assert len(notes) == 3 and notes[0].startswith("loss ")


class Remembering(GeneralTracker):
    name = "remembering"
    requires_logging_directory = False

    def __init__(self):
        super().__init__()
        self.logged = []

    @property
    def tracker(self):
        return self.logged

    def store_init_configuration(self, values): ...

    def log(self, values, step=None, **kwargs):
        self.logged.append((step, values))


def test_trackers_get_each_loss():
    tracker = Remembering()
    with run_as(Running(trackers=(tracker,))):
        losses = train(a_line(), [Stream("points", points, squares)], steps=3)
    assert tracker.logged == [
        (step + 1, {"loss/points": loss}) for step, loss in enumerate(losses["points"])
    ]


def test_running_says_what_is_not_there():
    with pytest.raises(BadSetting, match="no precision 'int8'"):
        Running(precision="int8")
    with pytest.raises(MissingExtra, match="the tracker 'nothing' is not installed"):
        Running(trackers=("nothing",))


def test_goes_on_where_it_was_and_a_finished_run_is_not_run_again(tmp_path):
    stream, half = Stream("points", points, squares), a_line()
    whole = a_line()
    expected = train(whole, [stream], steps=8)

    class Enough(Exception): ...

    def stop(number):
        if number == 5:
            raise Enough

    with working_in(tmp_path), run_as(Running(save_seconds=0)):
        with pytest.raises(Enough):
            train(half, [stream], steps=8, snapshots=8, at_snapshot=stop)
        again = []
        half = a_line()
        assert train(half, [stream], steps=8, snapshots=8, at_snapshot=again.append) == expected
        assert again == [5, 6, 7, 8]
        assert_equal(weights_of(half), weights_of(whole))
        done = a_line()
        assert train(done, [stream], steps=8, at_snapshot=pytest.fail) == expected
        assert_equal(weights_of(done), weights_of(whole))
    assert [path.name for path in tmp_path.iterdir()] == ["train.safetensors"]


def test_the_state_of_another_training_is_left_aside(tmp_path, caplog):
    with working_in(tmp_path):
        train(a_line(), [Stream("points", points, squares)], steps=4)
        losses = train(a_line(), [Stream("points", points, squares)], steps=5)
    assert len(losses["points"]) == 5
    assert "state of another training" in caplog.text


@pytest.mark.slow
def test_killed_and_gone_on_is_bit_equal(tmp_path):
    assert here(tmp_path / "whole.safetensors") == 16
    work = tmp_path / "work"
    killed = elsewhere(tmp_path / "killed.safetensors", "--work", work, "--kill", 9)
    killed.join(300)
    assert killed.exitcode == -signal.SIGKILL
    assert not (tmp_path / "killed.safetensors").exists()
    assert (work / "train.safetensors").is_file()
    assert here(tmp_path / "on.safetensors", "--work", work) == 16 - 9
    one, other = load_file(tmp_path / "whole.safetensors"), load_file(tmp_path / "on.safetensors")
    assert_equal(one, other)


@pytest.mark.slow
def test_two_processes_do_what_one_does_with_twice_the_batches(tmp_path):
    # what torchrun gives its processes; tests/test_launched.py calls torchrun itself
    store = TCPStore("127.0.0.1", 0, is_master=True, wait_for_workers=False)
    told = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(store.port)}
    told |= {"TORCHELASTIC_USE_AGENT_STORE": "True", "ACCELERATE_USE_CPU": "true"}
    two = [
        elsewhere(tmp_path / "two.safetensors", "--dropout", 0, RANK=rank, LOCAL_RANK=rank, **told)
        for rank in ("0", "1")
    ]
    for process in two:
        process.join(300)
    assert [process.exitcode for process in two] == [0, 0]
    with safe_open(tmp_path / "two.safetensors", "pt") as file:
        assert file.metadata()["processes"] == "2"
    here(tmp_path / "one.safetensors", "--dropout", 0, "--accumulate", 2)
    one, two = load_file(tmp_path / "one.safetensors"), load_file(tmp_path / "two.safetensors")
    for name in one:
        torch.testing.assert_close(one[name], two[name], rtol=0, atol=1e-5)


def test_bf16_learns_the_line_and_leaves_float32_weights():
    model, types = a_line(), []

    def objective(model, batch):
        made = model(batch[0])
        types.append(made.dtype)
        return nn.functional.mse_loss(made, batch[1])

    with run_as(Running(precision="bf16")):
        losses = train(model, [Stream("points", points, objective)], steps=100, learning_rate=0.05)[
            "points"
        ]
    assert set(types) == {torch.bfloat16}
    assert model[0].weight.dtype == torch.float32
    assert np.mean(losses[-20:]) < 0.2 * np.mean(losses[:20])


def test_one_process_does_not_change_to_fp16():
    stream = Stream("points", points, squares)
    train(a_line(), [stream], steps=1)
    with run_as(Running(precision="fp16")), pytest.raises(BadSetting, match="precision 'fp16'"):
        train(a_line(), [stream], steps=1)


def test_without_dropout_the_same_batch_has_the_same_loss():
    one = points(0, 0)[:1]
    stream = Stream("one", lambda epoch, seed: one, squares)

    def losses(dropout):
        rate = {r"2\.bias": 1e-12, "": 0}
        return train(a_line(), [stream], steps=3, learning_rate=rate, dropout=dropout)["one"]

    assert len(set(losses(False))) == 1
    assert len(set(losses(True))) == 3
