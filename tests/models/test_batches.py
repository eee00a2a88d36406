import logging

import numpy as np
import pytest
import torch

from calque.errors import BadSetting
from calque.models.batches import (
    aligned,
    buckets,
    collate,
    encode,
    first_pieces,
    longest,
    tag_targets,
)
from calque.models.folder import open_model, open_tokenizer

ENCODERS = ("bert", "xlmr", "distilbert", "deberta", "modernbert")


def test_buckets_by_hand():
    # widths are padded to 8 and 24: 48 pieces are two of 24, or six of 8
    lengths = [3, 20, 8, 17, 1, 24]
    found = [batch.tolist() for batch in buckets(lengths, tokens=48)]
    assert found == [[5, 1], [3, 2], [0, 4]]
    assert [batch.tolist() for batch in buckets(lengths, size=4)] == [[5, 1, 3, 2], [0, 4]]


def test_buckets_hold_everything_once_and_a_giant_alone():
    lengths = np.random.default_rng(0).integers(0, 300, 500)
    batches = buckets(lengths, tokens=256, size=7)
    assert sorted(np.concatenate(batches)) == list(range(500))
    assert max(len(batch) for batch in batches) <= 7
    for batch in batches:
        assert len(batch) == 1 or len(batch) * -(-lengths[batch].max() // 8) * 8 <= 256
    assert buckets([], tokens=8) == []
    with pytest.raises(BadSetting, match="at least 1"):
        buckets([1])


@pytest.mark.parametrize("name", ENCODERS)
def test_short_texts_are_what_the_tokenizer_says(tiny, name):
    tokenizer = open_tokenizer(tiny(name))
    texts = ["the cat sees", "", "小さい犬 البيت"]
    windows = encode(tokenizer, texts, maximum=40)
    assert [ids.tolist() for ids in windows.ids] == tokenizer(texts)["input_ids"]
    batch = collate(windows, [2, 0, 1])
    plain = tokenizer([texts[i] for i in (2, 0, 1)], padding="longest", pad_to_multiple_of=8)
    assert set(batch) == set(plain)
    for key in plain:
        assert batch[key].tolist() == plain[key]


def test_pairs_have_segments_and_are_cut_with_a_count(tiny, caplog):
    tokenizer = open_tokenizer(tiny("bert"))
    with caplog.at_level(logging.WARNING, "calque"):
        windows = encode(tokenizer, ["the cat", "cat " * 50], ["a dog", "dog"], maximum=12)
    plain = tokenizer("the cat", "a dog")
    assert windows.types is not None
    assert windows.ids[0].tolist() == plain["input_ids"]
    assert windows.types[0].tolist() == plain["token_type_ids"]
    assert windows.lengths.tolist() == [7, 12]
    assert "1 of 2 inputs are longer than 12 pieces" in caplog.text


@pytest.mark.parametrize("name", [*ENCODERS, "gpt2"])
def test_windows_cover_a_line_of_ten_thousand_words(tiny, name):
    tokenizer = open_tokenizer(tiny(name))
    words = ("the small dog sees нет " * 2000).split()
    whole = encode(tokenizer, [words], maximum=10**6)
    windows = encode(tokenizer, [["a"], words, []], maximum=40)
    assert windows.lengths.max() == 40
    pieces: dict[int, set[tuple[int, int]]] = {}
    for window in np.flatnonzero(windows.owner == 1):
        cells = zip(
            windows.positions(window), windows.ids[window], windows.words[window], strict=True
        )
        for position, piece, word in cells:
            if position >= 0:
                pieces.setdefault(position, set()).add((piece, word))
    ordinary = whole.words[0] >= 0
    expected = list(zip(whole.ids[0][ordinary], whole.words[0][ordinary], strict=True))
    assert [pieces[position] for position in range(len(pieces))] == [{pair} for pair in expected]
    seen = {int(w) for window in windows.words[1:-1] for w in window if w >= 0}
    assert seen == set(range(len(words)))


def test_the_first_piece_of_a_word_is_never_a_middle_one(tiny):
    tokenizer = open_tokenizer(tiny("xlmr"))
    words = ["nyumbani", "the", "犬犬犬"] * 20
    whole = encode(tokenizer, [words], maximum=10**6)
    begins = set(whole.positions(0)[first_pieces(whole, 0)].tolist())
    assert len(begins) == len(words) < whole.lengths[0] / 2
    windows = encode(tokenizer, [words], maximum=15)
    borders = set(windows.start.tolist())
    assert borders - begins, "no window begins within a word: the test shows nothing"
    found = [set(windows.positions(w)[first_pieces(windows, w)]) for w in range(len(windows))]
    assert set().union(*found) == begins


def test_tags_stand_at_first_pieces(tiny):
    tokenizer = open_tokenizer(tiny("bert"))
    windows = encode(tokenizer, [["nyumbani", "the"], ["cat"]], maximum=40)
    targets = tag_targets(windows, [[4, 5], [6]])
    grid = aligned(windows, [1, 0], targets, fill=-100)
    pieces = len(windows.ids[0])
    assert grid.shape == collate(windows, [1, 0])["input_ids"].shape
    assert grid[0].tolist() == [-100, 6] + [-100] * 6
    assert grid[1].tolist()[:pieces] == [-100, 4] + [-100] * (pieces - 4) + [5, -100]


def test_words_without_pieces_are_kept_and_told(tiny, caplog):
    tokenizer = open_tokenizer(tiny("bert"))
    sentences = [["the", "\u200b", "cat"], [], ["\u200d\u200b"], ["", "dog", "\ufeff"]]
    with caplog.at_level(logging.WARNING, "calque"):
        windows = encode(tokenizer, sentences, maximum=40)
    assert windows.empty == [(0, 1), (2, 0), (3, 0), (3, 2)]
    assert windows.words[0].tolist() == [-1, 0, 2, -1]
    assert r"4 words have no pieces, for example '\u200b' (sentence 0, word 1)" in caplog.text


@pytest.mark.parametrize("name", [*ENCODERS, "gpt2"])
def test_words_are_cut_as_in_running_text(tiny, name):
    tokenizer = open_tokenizer(tiny(name))
    words = ["the", "small", "dog", "الكلب", "é", "e\u0301", "犬"]
    (apart,) = encode(tokenizer, [words], maximum=200).ids
    (running,) = encode(tokenizer, [" ".join(words)], maximum=200).ids
    assert apart.tolist() == running.tolist()


def test_the_tokenizer_is_left_without_truncation(tiny):
    tokenizer = open_tokenizer(tiny("bert"))
    encode(tokenizer, ["the cat " * 40], maximum=8)
    assert len(tokenizer("the cat " * 40)["input_ids"]) == 82
    with pytest.raises(BadSetting, match="no room for text"):
        encode(tokenizer, ["the"], maximum=3)


@pytest.mark.parametrize("name", [*ENCODERS, "gpt2"])
def test_longest_is_the_most_that_the_model_takes(tiny, name):
    model, tokenizer = open_model(tiny(name), "encoder"), open_tokenizer(tiny(name))
    tokenizer.model_max_length = int(1e30)
    assert longest(model, tokenizer) == (512 if name == "distilbert" else 40)
    windows = encode(tokenizer, ["犬" * 1000], maximum=longest(model, tokenizer))
    with torch.inference_mode():
        model(**collate(windows, [0]))
    tokenizer.model_max_length = 30
    assert longest(model, tokenizer) == 30
