import json
import logging
import weakref
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from calque import part
from calque.commons.bitext import bitext as commons
from calque.errors import BadSetting, BadValue
from calque.languages.words import spaced, word_texts
from calque.models import folder, pairs
from calque.models.align import align
from calque.models.word_grids import word_grids
from calque.models.words import words
from calque.values import Bitext, Checkpoint, Links, Texts
from calque.wordalign.itermax import itermax
from calque.wordalign.max_weight import max_weight
from calque.wordalign.mutual import mutual
from calque.wordalign.softmax import softmax
from calque.wordalign.threshold import threshold
from calque.wordalign.unbalanced_transport import unbalanced_transport

GOLDEN = Path(__file__).parents[1] / "golden"
TOY = Path(pairs.__file__).parents[1] / "toy"


def pairs_of(links: list[Links]) -> list[list[list[int]]]:
    return [one.pairs.tolist() for one in links]


@pytest.fixture(scope="module")
def simalign():
    return pytest.importorskip("simalign", reason="pip install simalign==0.4 to compare with it")


def agrees(simalign, bitext, checkpoint, unit, layer):
    peer = simalign.SentenceAligner(
        str(checkpoint.folder), token_type=unit, matching_methods="mai", layer=layer
    )
    theirs = [peer.get_word_aligns(source.split(), target.split()) for source, target in bitext]
    ours = partial(
        align, bitext, checkpoint, layer=layer, unit="piece" if unit == "bpe" else "word"
    )
    for method, pairer in (("inter", mutual), ("itermax", itermax), ("mwmf", max_weight)):
        found = pairs_of(ours(pairer=pairer))
        assert found == [[list(link) for link in one[method]] for one in theirs], method
    assert any(len(one["itermax"]) > len(one["inter"]) for one in theirs)


@pytest.mark.parametrize("layer", [1, 3])
@pytest.mark.parametrize("unit", ["bpe", "word"])
def test_links_are_those_of_simalign(tiny, drawn, simalign, unit, layer):
    agrees(simalign, drawn(50), tiny("bert"), unit, layer)


@pytest.mark.slow
def test_links_of_500_real_pairs_are_those_of_simalign(simalign):
    pairs = []
    for target in ("deu", "tur", "swh", "hin", "arb"):
        some = commons(target=target, split="train").take(range(100))
        pairs += [tuple(spaced(word_texts(text)) for text in pair) for pair in some]
    bitext = Bitext.of(pairs, tokenized=True)
    assert len(bitext) == 500
    # by pieces simalign's match takes minutes; an encoder that lacks the words would leave ties
    agrees(simalign, bitext, part("models.load")(TOY / "tiny"), "word", 2)


@pytest.mark.parametrize(
    ("rule", "alpha", "above"),
    [("softmax 0.001", 1, 0.001), ("softmax 0.1", 1, 0.1), ("entmax", 1.5, 0)],
)
def test_links_are_those_of_awesome_align(rule, alpha, above):
    golden = json.loads((GOLDEN / "awesome_align_links.json").read_text(encoding="utf-8"))
    assert_links(golden["links"][rule], 0, golden["layer"], alpha, above)


def test_links_are_those_of_acc_align():
    golden = json.loads((GOLDEN / "acc_align.json").read_text(encoding="utf-8"))
    assert_links(golden["links"], golden["first"], golden["layer"], 1, 0.1)


def assert_links(expected, first, layer, alpha, above):
    lines = (TOY / "eng-swh.tsv").read_text(encoding="utf-8").splitlines()
    lines = lines[first : first + len(expected)]
    bitext = Bitext.of((tuple(line.split("\t")) for line in lines), "eng", "swh")
    found = align(
        bitext,
        Checkpoint(TOY / "tiny"),
        layer=layer,
        measure="dot",
        rescaler=partial(softmax, alpha=alpha),
        pairer=partial(threshold, above=above),
    )
    assert pairs_of(found) == expected


@pytest.mark.parametrize("name", ["xlmr", "modernbert", "gpt2"])
@pytest.mark.parametrize("unit", ["piece", "word", "first"])
def test_batches_and_chunks_change_nothing(tiny, drawn, monkeypatch, name, unit):
    bitext = drawn(12)
    whole = align(bitext, tiny(name), pairer=itermax, unit=unit, tokens=4096)
    monkeypatch.setattr(pairs, "_BYTES", 150)
    some = align(bitext, tiny(name), pairer=itermax, unit=unit, tokens=1)
    alone = [
        align(bitext.take([row]), tiny(name), pairer=itermax, unit=unit)[0] for row in range(12)
    ]
    assert sum(map(len, whole)) > 12
    assert pairs_of(some) == pairs_of(whole) == pairs_of(alone)
    for one, other in zip(some, whole, strict=True):
        np.testing.assert_allclose(one.score, other.score, atol=1e-5)


def test_equal_sentences_align_word_by_word_in_every_measure(tiny):
    text = "the cat sees the small dog in the house"
    bitext = Bitext.of([(text, text), ("a dog runs", "a dog runs")])
    for measure in ("cosine", "centered"):
        first, second = align(bitext, tiny("bert"), pairer=mutual, measure=measure)
        np.testing.assert_array_equal(first.grid(), np.eye(9, dtype=bool))
        np.testing.assert_array_equal(second.grid(), np.eye(3, dtype=bool))
        np.testing.assert_allclose(first.score, 1, atol=1e-5)
    (_, second) = align(bitext, tiny("bert"), pairer=max_weight, measure="dot")
    assert (second.score > 2).all()  # squared lengths of the states, not cosines


def test_centering_undoes_what_all_states_share(tiny, drawn):
    """A constant added to every state moves cosines toward 1, and none of the centered ones."""
    checkpoint, bitext = tiny("bert"), drawn(20)
    before = align(bitext, checkpoint, pairer=max_weight, measure="centered", layer=3)
    model, tokenizer = folder.open_model(checkpoint, "encoder"), folder.open_tokenizer(checkpoint)
    with torch.no_grad():
        model.encoder.layer[-1].output.LayerNorm.bias.add_(5.0)
    moved = folder.save(model, tokenizer, checkpoint.folder.parent / "moved")
    after = align(bitext, moved, pairer=max_weight, measure="centered", layer=3)
    assert pairs_of(after) == pairs_of(before)
    raw = align(bitext, moved, pairer=max_weight, layer=3)
    assert min(one.score.min() for one in raw) > 0.9 > max(one.score.min() for one in before)


def test_every_pair_has_links_however_odd_it_is(tiny, caplog):
    rows = [
        ("", ""),
        ("the cat", ""),
        ("", "paka"),
        ("\u200b", "paka"),
        ("the \u200d\ufe0f cat 👩‍👩‍👧", "\u2060 paka 🇹🇿 !!"),
        ("الكلب الصغير", "小さい犬"),
        ("the cat sees " * 1700, "paka mdogo " * 40),
        ("cat", "cat"),
    ]
    with caplog.at_level(logging.INFO, "calque"):
        raw = align(Bitext.of(rows), tiny("bert"), pairer=mutual)
        cut = align(Bitext.of(rows, tokenized=True), tiny("bert"), pairer=mutual)
    assert len(raw) == len(cut) == len(rows)
    for (source, target), one, other in zip(rows, raw, cut, strict=True):
        assert one.size == (len(word_texts(source)), len(word_texts(target)))
        assert other.size == (len(source.split()), len(target.split()))
    assert [one.size for one in cut][3:5] == [(1, 1), (4, 4)]
    assert len(cut[3]) == 0 and not cut[4].grid()[1].any() and not cut[4].grid()[:, 0].any()
    assert raw[6].size == cut[6].size == (5100, 80)
    assert cut[-1].pairs.tolist() == [[0, 0]]
    assert (
        r"3 words have no pieces and stay unlinked, for example '\u200b' (pair 3, source word 0)"
        in caplog.text
    )
    assert "2 sentences are longer than 40 pieces and were read in windows" in caplog.text


def test_tokenized_text_is_cut_at_spaces_alone_and_raw_text_by_script(tiny):
    row = ("cat-dog,\u00a0house  犬猫", "犬は 猫")
    (tokenized,) = align(Bitext.of([row], tokenized=True), tiny("bert"), pairer=mutual)
    (raw,) = align(Bitext.of([row], "eng", "jpn"), tiny("bert"), pairer=mutual)
    assert tokenized.size == (2, 2)
    assert raw.size == (7, 3)


def test_an_empty_bitext_gives_nothing(tiny):
    assert align(Bitext.of([]), tiny("bert"), pairer=mutual) == []
    (nothing,) = align(Bitext.of([("cat", "")]), tiny("bert"), pairer=mutual, measure="centered")
    assert nothing.size == (1, 0)


def test_the_layer_two_thirds_up_is_the_default(tiny, drawn):
    bitext = drawn(5)
    default = align(bitext, tiny("bert"), pairer=max_weight)
    assert [pairs.usual_layer(count) for count in (0, 1, 2, 3, 6, 12, 24)] == [0, 1, 1, 2, 4, 8, 16]
    second = align(bitext, tiny("bert"), pairer=max_weight, layer=2)
    first = align(bitext, tiny("bert"), pairer=max_weight, layer=1)
    np.testing.assert_array_equal(default[0].score, second[0].score)
    assert not np.array_equal(default[0].score, first[0].score)


def test_wrong_settings_are_refused(tiny, drawn):
    bitext = drawn(1)
    with pytest.raises(BadSetting, match="unit is 'piece', 'word' or 'first', got 'bpe'"):
        align(bitext, tiny("bert"), pairer=mutual, unit="bpe")  # type: ignore[arg-type]
    with pytest.raises(BadSetting, match="measure is one of 'cosine', 'centered', 'dot', got 'l2'"):
        align(bitext, tiny("bert"), pairer=mutual, measure="l2")  # type: ignore[arg-type]
    with pytest.raises(BadSetting, match="layer 4 of a model with 3 layers"):
        align(bitext, tiny("bert"), pairer=mutual, layer=4)
    with pytest.raises(BadValue, match="the pairer gave ndarray for a grid of"):
        align(bitext, tiny("bert"), pairer=lambda grid: grid)  # type: ignore[arg-type]
    with pytest.raises(BadValue, match=r"the pairer gave Links on \(1, 1\) for a grid of"):
        align(bitext, tiny("bert"), pairer=lambda _: Links(np.zeros((0, 2)), (1, 1)))


def test_memory_does_not_grow_with_the_grids(tiny, drawn, monkeypatch):
    """Grids are made and dropped one by one: never are two alive when the pairer is called."""
    alive: list[weakref.ref] = []

    def counting(grid):
        assert sum(ref() is not None for ref in alive) <= 1
        alive.append(weakref.ref(grid))
        return mutual(grid)

    assert len(align(drawn(10), tiny("bert"), pairer=counting)) == len(alive) == 10


def test_masses_are_the_lengths_of_the_words_vectors(tiny, drawn):
    checkpoint, bitext = tiny("bert"), drawn(30)
    settings = {"checkpoint": checkpoint, "layer": 2, "unit": "word"}
    pairer = partial(threshold, above=0.3)
    even, by_length = (
        align(bitext, **settings, rescaler=unbalanced_transport, pairer=pairer, masses=masses)
        for masses in ("even", "length")
    )
    lengths = [
        [np.linalg.norm(row, axis=1) for row in words(checkpoint, texts, layer=2)]
        for texts in (Texts.of(bitext.sources, "eng"), Texts.of(bitext.targets, "swh"))
    ]
    grids = word_grids(bitext, **settings)
    expected = [
        pairer(unbalanced_transport(grid, *sides))
        for grid, sides in zip(grids, zip(*lengths, strict=True), strict=True)
    ]
    assert pairs_of(by_length) == pairs_of(expected) != pairs_of(even)
    with pytest.raises(BadSetting, match="masses are for a rescaler that moves them"):
        align(bitext, **settings, rescaler=softmax, pairer=pairer, masses="length")
    with pytest.raises(BadSetting, match="masses is 'even' or 'length', got 'all'"):
        align(bitext, **settings, pairer=pairer, masses="all")
