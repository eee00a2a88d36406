"""Words of translations scored one by one, against a plain pass."""

import numpy as np
import pytest
import torch

from calque.models.fresh_translator import fresh_translator
from calque.models.translating import open_translator
from calque.models.translation_scores import translation_scores
from calque.models.word_scores import word_scores
from calque.synthetic import family
from calque.values import Bitext, Texts
from calque.vocabulary.byte_pairs import byte_pairs

torch.set_num_threads(1)
MADE = family(languages=2, concepts=40, topics=2, seed=1)


@pytest.fixture(scope="module")
def model():
    both = Texts.of([*MADE.texts("qaa", 100), *MADE.texts("qab", 100)], "mul")
    return fresh_translator(
        byte_pairs(both, size=300), languages=["qaa", "qab"], width=32, layers=1, longest=64
    )


def chance(own, source, target):
    """Log probabilities of a target's pieces and its end, by one plain pass."""
    cut = own.tokenizer.backend_tokenizer.encode
    reads = [own.marks["qab"], *cut(source, add_special_tokens=False).ids, own.end]
    writes = [*cut(target, add_special_tokens=False).ids, own.end]
    with torch.inference_mode():
        logits = own.model(
            input_ids=torch.tensor([reads]),
            decoder_input_ids=torch.tensor([[own.start, *writes[:-1]]]),
        ).logits[0]
    return logits.log_softmax(-1)[torch.arange(len(writes)), torch.tensor(writes)].numpy()


def test_a_word_has_what_its_pieces_have_in_a_plain_pass(model):
    sources = list(MADE.texts("qaa", 3))
    pairs = list(zip(sources, MADE.texts("qab", 3), strict=True))
    own = open_translator(model, "test")
    bitext = Bitext.of(pairs, "qaa", "qab")
    means = translation_scores(bitext, model, both=False, normalized=False)
    for (source, target), scores, mean in zip(
        pairs, word_scores(bitext, model), means, strict=True
    ):
        logs = chance(own, source, target)
        assert len(scores) == len([w for w in target.replace(".", " .").split()])
        assert scores.sum() == pytest.approx(float(logs[:-1].sum()), abs=1e-4)
        assert np.exp(logs.mean()) == pytest.approx(mean, abs=1e-6)
        first = own.tokenizer.backend_tokenizer.encode(target.split()[0], add_special_tokens=False)
        assert scores[0] == pytest.approx(float(logs[: len(first.ids)].sum()), abs=1e-4)


def test_what_does_not_fit_has_no_scores(model):
    scores = word_scores(Bitext.of([("", "hef yo"), ("hef", "")], "qaa", "qab"), model)
    assert np.isnan(scores[0]).all() and [len(one) for one in scores] == [2, 0]
