"""How few numbers are learned, counted by hand."""

from functools import partial

import pytest

from calque import registry
from calque.adaptation.prefix import prefix
from calque.adaptation.trained_share import trained_share
from calque.models.tune_patch import tune_patch
from calque.values import Checkpoint, Labelled
from calque.values.patch import Head, Piece, write_patch
from calque.workspace import working_in

TINY = Checkpoint(registry.PACKAGE / "toy" / "tiny")  # two layers, 32 wide


def test_prompts_and_their_head_are_counted_apart(tmp_path):
    rows = [{"text": "a dog", "label": "a"}, {"text": "rain", "label": "b"}] * 2
    with working_in(tmp_path):
        patch = tune_patch(TINY, Labelled.of(rows, "class"), patchers=[partial(prefix, count=5)], epochs=1)  # fmt: skip
    found = {row["what"]: row for row in trained_share(TINY, patch)}
    assert found["patch"]["numbers"] == 2 * 2 * 5 * 32  # keys and values of two layers
    assert found["head"]["numbers"] >= 2 * 32 + 2
    assert found["patch"]["share"] == pytest.approx(640 / found["base"]["numbers"])
    assert found["base"]["numbers"] > 1000 * 32


def test_a_patch_of_nothing_has_no_share():
    found = list(trained_share(TINY, write_patch(Head("base"), list[Piece]())))
    assert [row["numbers"] for row in found[:2]] == [0, 0]
