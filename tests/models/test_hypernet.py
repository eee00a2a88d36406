"""The network against its authors' code, and what holds for any weights."""

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from calque.errors import BadFile
from calque.models.hypernet import Hypernet, read, write
from calque.values import Hypernetwork

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
torch.set_num_threads(1)


def golden():
    """The module that made the answers, and the answers."""
    spec = importlib.util.spec_from_file_location("golden_zett", GOLDEN / "zett.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module, json.loads((GOLDEN / "zett.json").read_text(encoding="utf-8"))


def network(outputs=0, beyond=False, biased=True):
    made, _ = golden()
    net = Hypernet(made.INPUTS, outputs, biased, beyond, made.WIDTH, made.LAYERS, made.LONGEST)
    with torch.no_grad():
        for name, tensor in net.state_dict().items():
            tensor.copy_(made.values(name, tensor.shape))
    return net.eval()


@pytest.mark.parametrize("kind", ["tied", "untied"])
def test_rows_are_those_of_the_authors_code(kind):
    made, answers = golden()
    outputs = made.INPUTS if kind == "untied" else 0
    with torch.inference_mode():
        found = network(outputs)(torch.tensor(made.FORMS), made.table(outputs))
    for own, name in zip(found, ("inputs", "outputs", "bias"), strict=True):
        if answers[kind][name] is None:
            assert own is None
        else:
            np.testing.assert_allclose(own.numpy(), answers[kind][name], rtol=1e-4, atol=2e-5)


@pytest.mark.parametrize("beyond", [False, True])
def test_a_row_depends_on_its_own_form_alone(beyond):
    made, _ = golden()
    net, table, forms = network(beyond=beyond), made.table(0), torch.tensor(made.FORMS)
    bias = made.values("bias", (len(table),))
    with torch.inference_mode():
        rows, _, offsets = net(forms, table, bias)
        order = torch.tensor([3, 0, 4, 2, 1])
        turned, _, turned_offsets = net(forms[order], table, bias)
        short, _, short_offsets = net(forms[1:3, :2], table, bias)  # no padding behind them
        table[4] += 100.0  # in the form of the first piece alone
        other, _, _ = net(forms, table, bias)
    torch.testing.assert_close(turned, rows[order], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(turned_offsets, offsets[order], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(short, rows[1:3], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(short_offsets, offsets[1:3], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(other[1:], rows[1:], rtol=1e-4, atol=1e-5)
    assert (other[0] - rows[0]).abs().max() > 0.1


def test_beyond_the_mean_old_pieces_keep_their_rows_and_others_begin_as_means():
    made, _ = golden()
    net, table, forms = (
        network(made.INPUTS, beyond=True),
        made.table(made.INPUTS),
        torch.tensor(made.FORMS),
    )
    bias = made.values("bias", (len(table),))
    with torch.inference_mode():
        learned, _, _ = net(forms, table, bias)
        net.begin(table, forms)
        rows, outputs, offsets = net(forms, table, bias)
    both = torch.cat([rows, outputs], 1)
    torch.testing.assert_close(both[2], table[2])  # a form of one piece
    torch.testing.assert_close(learned[2], table[2, : made.INPUTS])  # whatever was learned
    torch.testing.assert_close(both[0], (table[3] + 2 * table[1] + table[4]) / 4)
    torch.testing.assert_close(both[1], (table[5] + table[8]) / 2)
    torch.testing.assert_close(offsets[1], (bias[5] + bias[8]) / 2)
    assert (learned[1] - rows[1]).abs().max() > 0.1


def test_the_memory_adds_to_a_form_of_several_as_a_whole():
    made, _ = golden()
    net = Hypernet(made.INPUTS, made.INPUTS, True, True, made.WIDTH, 1, made.LONGEST, remembers=50)
    table, forms = (
        made.table(made.INPUTS),
        torch.tensor([*made.FORMS, (1, 3, 4, 1), (8, 5, -1, -1)]),
    )
    bias = made.values("bias", (len(table),))
    with torch.inference_mode():
        net.begin(table, forms[2:3])
        begun = net(forms, table, bias)
        net.memory.weight.copy_(made.values("memory", net.memory.weight.shape))
        found = net(forms, table, bias)
        short = net(forms[1:2, :2], table, bias)
    moved = [other - one for one, other in zip(begun, found, strict=True)]
    for one in moved:
        assert (one[2] == 0).all() and (one[[0, 1, 3, 4, 5, 6]] != 0).all()
        assert len(one.reshape(len(one), -1).unique(dim=0)) == len(one)  # order counts too
    for one, other in zip(found, short, strict=True):
        torch.testing.assert_close(one[1:2], other)  # what fills up does not


def test_without_a_form_of_several_there_is_still_a_gradient():
    made, _ = golden()
    net, table = network(beyond=True), made.table(0)
    rows, _, _ = net(torch.tensor([[1, -1], [4, -1]]), table, made.values("bias", (len(table),)))
    rows.sum().backward()
    torch.testing.assert_close(rows.detach(), table[[1, 4]])


def test_rows_begin_with_the_mean_and_spread_of_the_old_ones():
    made, _ = golden()
    net, table = network(), made.table(0)
    forms = torch.arange(len(table))[:, None]
    with torch.inference_mode():
        net.begin(table, forms)
        rows, _, _ = net(forms, table)
        read_in = net.in_scaler(table)
    torch.testing.assert_close(rows.mean(0), table.mean(0), rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(rows.std(0), table.std(0), rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(read_in.std(0), torch.full_like(table[0], 0.02))


def test_what_is_written_is_read(tmp_path):
    made, _ = golden()
    net = network(made.INPUTS)
    again = read(write(net, tmp_path))
    forms, table = torch.tensor(made.FORMS), made.table(made.INPUTS)
    with torch.inference_mode():
        for one, other in zip(net(forms, table), again(forms, table), strict=True):
            assert torch.equal(one, other)


def test_what_is_no_hypernetwork_is_refused(tmp_path):
    with pytest.raises(BadFile, match=r"no config\.json"):
        Hypernetwork(tmp_path)
    made = write(network(), tmp_path)
    other = network(4)
    settings = json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))
    write(other, tmp_path)
    (tmp_path / "config.json").write_text(json.dumps(settings), encoding="utf-8")
    with pytest.raises(BadFile, match="not a whole hypernetwork"):
        read(made)
    (tmp_path / "config.json").write_text('{"model_type": "bert"}', encoding="utf-8")
    with pytest.raises(BadFile, match="model_type is 'bert'"):
        Hypernetwork(tmp_path)
