"""Tagging by constrained writing: an untrained model never breaks its input, a trained one learns names."""

import pytest
import torch
import transformers

from calque.data.with_tags import with_tags
from calque.errors import BadFile, BadSetting
from calque.maths.copying import Copying
from calque.models.copy_tags import allowed, copy_tags
from calque.models.fresh_translator import fresh_translator
from calque.models.tune_translator import tune_translator
from calque.values import Labelled, Texts
from calque.vocabulary.train import train as wordpiece
from calque.workspace import working_in

torch.set_num_threads(1)
ROWS = [
    ("asha lives in new york", "B-PER O O B-LOC I-LOC"),
    ("new york sees kofi", "B-LOC I-LOC O B-PER"),
    ("asha sees kofi", "B-PER O B-PER"),
    ("nothing lives here", "O O O"),
]
EXAMPLES = Labelled.of([{"words": w.split(), "tags": t.split()} for w, t in ROWS], "tags", "eng")


@pytest.fixture(autouse=True)
def _results_below_the_test(tmp_path_factory):
    with working_in(tmp_path_factory.mktemp("step")):
        yield


def fresh(languages=("tagged",), lines=None, **settings):
    bitext = with_tags(EXAMPLES)
    lines = lines or [*bitext.sources, *bitext.targets]
    words = wordpiece(Texts.of(lines, tokenized=True), size=200)
    given = {"width": 32, "layers": 1, "longest": 48} | settings
    return fresh_translator(words, languages=languages, **given)


def whole(tags):
    """Whether these are IOB2 tags that no I- begins."""
    return all(
        tag[:2] != "I-" or before[2:] == tag[2:]
        for before, tag in zip(("O", *tags), tags, strict=False)
    )


@pytest.mark.parametrize("beams", [1, 3])
def test_an_untrained_model_writes_its_input_and_legal_tags_alone(beams, caplog):
    texts = [
        "asha lives",
        "",
        "\u200b",
        "kofi \u200b שלום <PER> asha </PER>",
        " ".join(["kofi"] * 60),
    ]
    for seed in range(3):
        found = copy_tags(
            Texts.of(texts, tokenized=True), fresh(seed=seed), labels=["PER", "LOC"], beams=beams
        )
        assert [len(tags) for tags in found] == [
            len(text.split(" ")) if text else 0 for text in texts
        ]
        assert all(whole(tags) for tags in found)
        assert set(found[4]) == {"O"}
    assert "longer than 48 pieces with their tags, and get none" in caplog.text
    assert found.classes == ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")


def test_it_learns_names():
    bitext = with_tags(EXAMPLES)
    model = tune_translator(
        fresh(), [bitext], epochs=120, learning_rate=1e-2, both=False, smoothing=0
    )
    found = copy_tags(EXAMPLES, model, labels=["PER", "LOC"])
    assert [list(tags) for tags in found] == EXAMPLES.gold


def test_any_model_of_transformers_is_held_to_it():
    """A T5 drawn at random, by its own `generate`."""
    config = transformers.T5Config(
        vocab_size=30,
        d_model=16,
        d_kv=8,
        d_ff=16,
        num_layers=1,
        num_heads=2,
        decoder_start_token_id=0,
    )
    torch.manual_seed(0)
    model = transformers.T5ForConditionalGeneration(config).eval()
    copyings = [
        Copying(ids, list(range(len(ids))), {"A": ((20, 21), (22,))}, 1) for ids in ([5, 6, 7], [8])
    ]
    out = model.generate(
        input_ids=torch.tensor([[5, 6, 7], [8, 0, 0]]),
        max_new_tokens=40,
        num_beams=2,
        prefix_allowed_tokens_fn=allowed(copyings, pad=0),
    )
    for row, copying in zip(out[:, 1:].tolist(), copyings, strict=True):
        written = row[: row.index(1) + 1]
        copying.read(written)
        assert [symbol for symbol in written if symbol < 20] == [*copying.symbols, 1]


def test_what_will_not_do():
    with pytest.raises(BadSetting, match="there must be labels"):
        copy_tags(EXAMPLES, fresh(), labels=[])
    with pytest.raises(BadSetting, match="no mark for language 'tagged'"):
        copy_tags(EXAMPLES, fresh(["eng"]), labels=["PER"])
    with pytest.raises(BadFile, match="cannot write the tags of 'PER'"):
        copy_tags(EXAMPLES, fresh(lines=["asha"]), labels=["PER"])
