"""Two languages that read one word order in opposite ways: an expert for each is the optimum, and routers find it."""

from functools import partial

import numpy as np
import pytest
import torch

from calque import synthetic
from calque.adaptation.experts import experts
from calque.data.arguments import arguments
from calque.data.together import together
from calque.data.written import written
from calque.evaluation.span_f1 import span_f1
from calque.models.folder import open_tokenizer
from calque.models.fresh import fresh
from calque.models.inserted import inserted
from calque.models.patched import open_patched
from calque.models.predict import predict
from calque.models.tune import tune
from calque.models.tune_patch import tune_patch
from calque.values import Labelled
from calque.vocabulary.byte_pairs import byte_pairs

pytestmark = pytest.mark.slow
torch.set_num_threads(1)
FAMILY = synthetic.family(seed=3, languages=2, order=("SVO", "OVS"), morphology="isolating", scripts=("Latn", "Latn"), concepts=120)  # fmt: skip


def spoken(sign, turned, n, seed):
    """Tuples of a language: its sentences begin with a sign, and who comes first is whom where it is `turned`."""
    rows = []
    for row in FAMILY.labelled("tuples", "qaa", n, seed):
        one = dict(row["tuples"][0])
        first, *rest = one["arguments"]
        if turned and rest:
            one["arguments"] = [rest[0], first, *rest[1:]]
        rows.append({"words": [sign, *row["words"]], "tuples": [one]})
    return arguments(Labelled.of(rows, "tuples"))


def test_an_expert_per_language_is_found():
    """A base that knows one language; a mixture beats one expert with as many numbers, and tells the languages apart."""
    kinds = {"la": False, "lo": True}
    train, test = ([spoken(s, t, n, seed) for s, t in kinds.items()] for n, seed in ((120, 1), (60, 2)))  # fmt: skip
    vocabulary = byte_pairs(written(together(train)), size=400)
    base = fresh(vocabulary, width=32, layers=2, longest=64)
    known = tune(base, train[0], epochs=25, learning_rate=5e-3)
    learn = partial(tune_patch, known, together(train), epochs=20, learning_rate=1e-2)
    one, two = (learn(patchers=[partial(experts, count=c, rank=4 // c, alpha=16.0 / c)]) for c in (1, 2))  # fmt: skip

    def score(patch=None):
        found = [predict(known, own, patch) for own in test]
        return [span_f1(f, own.gold, boot=10).value for f, own in zip(found, test, strict=True)]

    alone, single, mixed = score(), score(one), score(two)
    assert alone[0] > 0.5 > 0.3 > alone[1]  # the other language is read the wrong way round
    assert mixed[0] > alone[0] - 0.1  # where the optimum is no difference at all
    assert min(mixed) > min(single) + 0.1 and np.mean(mixed) > np.mean(single) + 0.1
    shares = [first_share(known, two, own) for own in test]
    apart = np.abs(shares[0] - shares[1])
    assert apart[-1] > 0.8  # behind attention the first piece knows the sign
    assert apart[0] < 0.05  # in front of it all texts begin alike


def first_share(model, patch, labelled):
    """Of the first expert, mean over texts, for each matrix from the bottom."""
    body, tokenizer = open_patched(model, patch, "tags"), open_tokenizer(model)
    seen = {}
    for name, _, module in inserted(body).placed:
        body.get_submodule(name).register_forward_pre_hook(
            lambda _m, given, module=module, name=name: seen.setdefault(name, []).append(
                module.shares(given[0])[0, 0].item()
            )
        )
    for words in labelled.table["words"].to_pylist()[:20]:
        with torch.inference_mode():
            body(input_ids=tokenizer(" ".join(words), return_tensors="pt")["input_ids"])
    return np.array([np.mean(own) for own in seen.values()])
