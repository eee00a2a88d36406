"""Patchers learn: a task that a body can do, but does not do unasked, and its head alone cannot."""

from functools import partial

import numpy as np
import pytest
import torch
from planted_cloze import chooser, pairs_of_words

from calque.adaptation.bottleneck import bottleneck
from calque.adaptation.prefix import prefix
from calque.adaptation.prompt import prompt
from calque.models.predict import predict
from calque.models.tune import tune
from calque.models.tune_patch import tune_patch
from calque.values import Labelled
from calque.workspace import working_in

torch.set_num_threads(1)
PATCHERS = {
    "bottleneck": (partial(bottleneck, reduction=2), 1e-2),
    "prefix": (partial(prefix, count=4), 5e-2),
    "prompt": (partial(prompt, count=4), 5e-2),
}


def classes(count, seed, low, high):
    """The class of the first kind of word is asked for, and no mark says so."""
    rows = pairs_of_words(count, seed, low=low, high=high)
    return Labelled.of([{"text": r["text"], "label": r["first"]} for r in rows], "class")


def right(found, examples):
    return np.mean([a == b for a, b in zip(found, examples.gold, strict=True)])


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A body that has learned; examples with half of the words, tests with the others; what the head gets right."""
    folder = tmp_path_factory.mktemp("planted")
    with working_in(folder):
        body = chooser(folder)
        train, tests = classes(128, 3, 0, 6), classes(200, 4, 6, 12)
        head = tune(body, train, trains="classifier|pooler", epochs=10, learning_rate=1e-2)
        alone = right(predict(head, tests), tests)
    return body, train, tests, alone


@pytest.mark.parametrize("name", PATCHERS)
def test_it_finds_what_the_body_knows_of_words_it_was_not_shown(world, name):
    """Which class an unseen word has only the body knows; what asks for it must be learned."""
    body, train, tests, alone = world
    patcher, rate = PATCHERS[name]
    patch = tune_patch(body, train, patchers=[patcher], epochs=10, learning_rate={"inserted": rate, "": 1e-2})  # fmt: skip
    assert right(predict(body, tests, patch), tests) > 0.95
    assert alone < 0.88
