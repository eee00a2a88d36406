import pytest
from safetensors.numpy import load_file

from calque.data.pairs import pairs as beside
from calque.data.written import written
from calque.errors import BadSetting, BadValue
from calque.generation.slot_prompts import slot_prompts
from calque.models.fresh_translator import fresh_translator
from calque.models.translate import translate
from calque.models.tune_back_parser import tune_back_parser
from calque.models.tune_translator import tune_translator
from calque.synthetic import family
from calque.values import Texts
from calque.vocabulary.byte_pairs import byte_pairs

MADE = family(languages=2, concepts=40, topics=2, seed=1)
EXAMPLES = MADE.labelled("intents", "qaa", 24, 1)
ASKS = slot_prompts(EXAMPLES, count=0).sources
PAIRS = beside(ASKS, written(EXAMPLES))
TEXTS = MADE.texts("qab", 24, 2, of="requests")


@pytest.fixture(scope="module")
def model():
    vocabulary = byte_pairs(Texts.of([*ASKS, *PAIRS.targets, *TEXTS]), size=400)
    drawn = fresh_translator(vocabulary, languages=["qaa", "qab"], width=32, layers=1, longest=64)
    return tune_translator(drawn, [MADE.bitext("qaa", "qab", 24, 3, of="requests")], epochs=1)


def weights(checkpoint):
    return load_file(checkpoint.folder / "model.safetensors")


def test_the_decoder_learns_and_nothing_else_changes(model):
    made = tune_back_parser(model, PAIRS, TEXTS, epochs=1)
    old, new = weights(model), weights(made)
    assert old.keys() == new.keys()
    changed = {name for name in old if (old[name] != new[name]).any()}
    assert changed and all(name.startswith("model.decoder.") for name in changed)
    assert len(translate(ASKS, made, language="qab").rewritten) == 24


def test_the_same_again_and_another_without_the_shift(model):
    one, other, still = (
        weights(tune_back_parser(model, PAIRS, TEXTS, epochs=1, shift=shift))
        for shift in (True, True, False)
    )
    assert all((one[name] == other[name]).all() for name in one)
    assert any((one[name] != still[name]).any() for name in one)


def test_what_it_refuses(model):
    with pytest.raises(BadSetting, match=r"noise must lie in \[0, 1\)"):
        tune_back_parser(model, PAIRS, TEXTS, noise=1.0)
    with pytest.raises(BadValue, match="none of the 2 texts has pieces"):
        tune_back_parser(model, PAIRS, Texts.of(["", ""], "qab"))
    with pytest.raises(BadValue, match="no sentence pair"):
        tune_back_parser(model, PAIRS.take([]), TEXTS)
