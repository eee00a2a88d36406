"""Markers in given translations: against every insertion written out, and what cannot be done."""

import numpy as np
import pytest
import torch

from calque.errors import BadFile, BadSetting, BadValue
from calque.models.forcing import Forced
from calque.models.fresh_translator import fresh_translator
from calque.models.insert import insert
from calque.models.inserting import Search, inserted
from calque.models.translating import open_translator
from calque.models.translation_scores import translation_scores
from calque.values import Bitext, Texts
from calque.vocabulary.train import train as wordpiece
from calque.workspace import working_in

torch.set_num_threads(1)
PAIRS = [("ana lives here", "hier lebt ana"), ("the red house", "das haus rot"), ("ana", "ana")]
SPANS = np.array([[0, 0, 1], [1, 1, 3], [2, 0, 1], [0, 1, 3]])


@pytest.fixture(autouse=True)
def _results_below_the_test(tmp_path_factory):
    with working_in(tmp_path_factory.mktemp("step")):
        yield


def fresh(**settings):
    lines = [f"[ {text} ]" for pair in PAIRS for text in pair]
    words = wordpiece(Texts.of(lines, tokenized=True), size=200)
    given = {"languages": ["eng", "deu"], "width": 32, "layers": 1, "longest": 32} | settings
    return fresh_translator(words, **given)


def bitext(pairs=PAIRS, tokenized=True):
    return Bitext.of(pairs, "eng", "deu", tokenized=tokenized)


def chance(own, source, target):
    """Log probability of a target, by one plain pass."""
    cut = own.tokenizer.backend_tokenizer.encode
    reads = [own.marks["deu"], *cut(source, add_special_tokens=False).ids, own.end]
    writes = [*cut(target, add_special_tokens=False).ids, own.end]
    with torch.inference_mode():
        logits = own.model(
            input_ids=torch.tensor([reads]),
            decoder_input_ids=torch.tensor([[own.start, *writes[:-1]]]),
        ).logits[0]
    return float(logits.log_softmax(-1)[torch.arange(len(writes)), torch.tensor(writes)].sum())


def around(words, start, end):
    return " ".join([*words[:start], "[", *words[start:end], "]", *words[end:]])


@pytest.mark.parametrize("tokenized", [True, False])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_best_are_those_of_every_insertion_written_out(seed, tokenized):
    model = fresh(seed=seed)
    own = open_translator(model, "test")
    found = insert(bitext(tokenized=tokenized), SPANS, model, change=None, best=3, tokens=40)
    for (row, start, end), places in zip(SPANS.tolist(), found, strict=True):
        source, target = (text.split() for text in PAIRS[row])
        every = [
            (i, j, chance(own, around(source, start, end), around(target, i, j)))
            for i in range(len(target))
            for j in range(i + 1, len(target) + 1)
        ]
        wanted = sorted(every, key=lambda one: -one[2])[:3]
        assert places[:, :2].tolist() == [list(one[:2]) for one in wanted]
        np.testing.assert_allclose(places[:, 2], [one[2] for one in wanted], atol=1e-4)


def test_places_where_nothing_changes_are_spared():
    """Openings near a change alone; with a change that is nowhere, all of them."""
    model = fresh()
    every, some, none = (
        insert(bitext(), SPANS, model, change=change, best=99) for change in (None, 0.002, 50.0)
    )
    for a, b, c in zip(every, some, none, strict=True):
        np.testing.assert_array_equal(a, c)
        assert {tuple(row) for row in b[:, :2]} <= {tuple(row) for row in a[:, :2]}
    search = Search(1, None, None)
    forced = Forced.of(model, "test", None)
    told = inserted(forced, bitext(), SPANS, ("[", "]"), search, "test")
    assert 0 < told.pieces < told.every


def test_odd_texts_have_no_places(caplog):
    long = " ".join(["ana"] * 40)
    pairs = [("ana", ""), ("ana", long), (f"{long} ana", "ana"), ("ana", "\u200b"), ("ana", "hier")]
    spans = np.array([[row, 0, 1] for row in range(5)])
    found = insert(bitext(pairs), spans, fresh())
    assert [len(one) for one in found] == [0, 0, 0, len(found[3]), 1]
    assert "spans of texts without pieces, or of more than 29, have no place" in caplog.text
    assert found[4][:, :2].tolist() == [[0, 1]]
    assert insert(bitext([]), np.zeros((0, 3)), fresh()) == []


def test_what_will_not_do():
    model = fresh()
    for settings in ({"best": 0}, {"ahead": -1}, {"change": -1.0}):
        with pytest.raises(BadSetting, match="best must be at least 1"):
            insert(bitext(), SPANS, model, **settings)
    for markers in (("[",), ("[", "[")):
        with pytest.raises(BadSetting, match="markers must"):
            insert(bitext(), SPANS, model, markers=markers)
    with pytest.raises(BadFile, match="no piece of its own for the marker"):
        insert(bitext(), SPANS, model, markers=("{", "}"))
    with pytest.raises(BadValue, match="words 0 to 9 of a text with 3"):
        insert(bitext(), np.array([[0, 0, 9]]), model)


def test_scores_of_translations_are_geometric_means_weighed_by_the_text_itself():
    model = fresh(seed=3)
    own = open_translator(model, "test")

    def mean(source, target, language):
        cut = own.tokenizer.backend_tokenizer.encode
        mark, own.marks["deu"] = own.marks["deu"], own.marks[language]
        try:
            count = len(cut(target, add_special_tokens=False).ids) + 1
            return np.exp(chance(own, source, target) / count)
        finally:
            own.marks["deu"] = mark

    pairs = bitext([*PAIRS, PAIRS[0]])
    plain = translation_scores(pairs, model, both=False, normalized=False, tokens=16)
    whole = translation_scores(pairs, model)
    for (a, b), one, other in zip(pairs, plain, whole, strict=True):
        assert one == pytest.approx(mean(a, b, "deu"), rel=1e-4)
        forward = mean(a, b, "deu") / mean(b, b, "deu")
        back = mean(b, a, "eng") / mean(a, a, "eng")
        assert other == pytest.approx((forward + back) / 2, rel=1e-4)
    assert plain[3] == plain[0]


def test_pairs_without_pieces_score_nothing(caplog):
    long = " ".join(["ana"] * 40)
    found = translation_scores(
        bitext([("", "ana"), ("ana", ""), ("ana", long), ("ana", "ana")]), fresh()
    )
    assert found[:3].tolist() == [0, 0, 0] and found[3] > 0
    assert "3 pairs have a side without pieces, or of more than 30" in caplog.text
    assert translation_scores(bitext([]), fresh()).shape == (0,)
