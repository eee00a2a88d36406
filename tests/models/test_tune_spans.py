"""Questions and answers from gold links: what is asked, where the answer stands, what is learned."""

import json

import numpy as np
import pytest
import torch
import transformers
from golden import word_align_spans
from planted_encoders import encoder, planted

from calque.data.parallel import parallel
from calque.data.pharaoh import pharaoh
from calque.errors import BadValue
from calque.models.align_spans import align_spans
from calque.models.folder import open_model, open_tokenizer, save
from calque.models.marked import MARK, marked
from calque.models.span_loss import span_loss
from calque.models.tune_binary import tune_binary
from calque.models.tune_spans import _places, questions, tune_spans
from calque.values import Links

torch.set_num_threads(1)
THEIRS = json.loads((word_align_spans.HERE / "word_align_spans.json").read_text(encoding="utf-8"))


def placed(world, folder):
    """A random encoder whose positions are waves, so that neighbors can be told from the start."""
    body = encoder(world, folder / "random", width=64, heads=4)
    model, tokenizer = open_model(body, "encoder"), open_tokenizer(body)
    positions = model.get_parameter("embeddings.position_embeddings.weight").data
    count, width = positions.shape
    angles = torch.arange(count)[:, None] * count ** (-torch.arange(0, width, 2) / width)
    positions.copy_(0.2 * torch.cat([angles.sin(), angles.cos()], dim=1))
    return save(model, tokenizer, folder / "placed")


@pytest.mark.slow
def test_links_and_words_without_any_are_found_in_unseen_pairs(tmp_path):
    world = planted(1800, overlap=1.0, dropped=0.1)
    texts = list(world.bitext)
    short = [row for row, pair in enumerate(texts) if max(len(t.split()) for t in pair) <= 7]
    known, others = short[:600], short[600:]
    seen = {texts[row] for row in known}
    others = [row for row in others if texts[row] not in seen]
    made = tune_spans(
        placed(world, tmp_path),
        world.bitext.take(known),
        [world.links[row] for row in known],
        epochs=5,
        learning_rate=4e-3,
        batch_size=32,
    )
    gold = [world.links[row] for row in others]
    found = align_spans(world.bitext.take(others), made)
    rate = link_f1(found, gold)
    gaps = [
        (~one.grid().any(axis=side), ~other.grid().any(axis=side))
        for one, other in zip(gold, found, strict=True)
        for side in (0, 1)
    ]
    none, left = (np.concatenate(which) for which in zip(*gaps, strict=True))
    right = (none & left).sum()
    assert len(others) >= 50 and none.sum() >= 50  # something to be measured on
    # worlds of three seeds gave 0.972 to 0.998, and 0.91 to 0.99 of the words without a translation
    assert rate > 0.95
    assert right > 0.9 * none.sum() and right > 0.9 * left.sum()


def link_f1(found, gold):
    """Of all pairs together."""
    right = sum(int((x.grid() & y.grid()).sum()) for x, y in zip(found, gold, strict=True))
    return 2 * right / (sum(map(len, found)) + sum(map(len, gold)))


def inputs_of(tiny, sides, maximum=40):
    tokenizer = open_tokenizer(tiny("bert"))
    tokenizer.add_tokens([MARK], special_tokens=True)
    return marked(tokenizer, sides, maximum=maximum)


def test_a_question_per_word_and_span(tiny):
    sides = [[["the", "cat", "sees"]], [["der", "Hund", "Katze", "Haus"]]]
    # 0 is linked to the first two words together, and to the last; 2 to nothing
    links = [Links(np.array([[0, 0], [0, 1], [0, 3], [1, 3]]), (3, 4))]
    inputs = inputs_of(tiny, sides)
    rows, first, last = questions(inputs, links)
    asked = [
        (int(inputs.side[row]), int(inputs.word[row]), i, j)
        for row, i, j in zip(rows, first.tolist(), last.tolist(), strict=True)
    ]
    assert asked == [
        *((0, 0, 0, 1), (0, 0, 3, 3), (0, 1, 3, 3), (0, 2, -1, -1)),
        # seen from the target, neither 0 and 1 of the source are alike
        *((1, 0, 0, 0), (1, 1, 0, 0), (1, 2, -1, -1), (1, 3, 0, 0), (1, 3, 1, 1)),
    ]


def asked_about(tiny, links):
    """Per pair and both ways: word, first and last word of the answer."""
    sides = [[["cat"] * one.size[side] for one in links] for side in (0, 1)]
    inputs = inputs_of(tiny, sides, maximum=1000)
    found: list[list[list[int]]] = [[] for _ in range(2 * len(links))]
    for row, first, last in zip(*(c.tolist() for c in questions(inputs, links)), strict=True):
        place = 2 * int(inputs.pair[row]) + int(inputs.side[row])
        found[place].append([int(inputs.word[row]), first, last])
    return found


def test_the_questions_are_those_of_the_authors(tiny):
    found = asked_about(tiny, [Links.from_grid(grid) for grid in word_align_spans.grids()])
    assert found == THEIRS["questions"]
    assert any(last > first >= 0 for asked in found for _, first, last in asked)


@pytest.mark.parametrize("name", ["enfr", "roen"])
def test_so_they_are_of_real_gold(tiny, data_folder, name):
    folder = data_folder / "alignment-gold/pharaoh-format"
    bitext = parallel(folder / f"{name}.src-tgt", tokenized=True)
    found = asked_about(tiny, pharaoh(folder / f"{name}.gold", bitext, base=1))
    assert len(found) == 2 * len(bitext)
    assert word_align_spans.digest(found) == THEIRS["real"][name]


def test_answers_stand_at_the_pieces_of_their_words(tiny):
    sides = [[["the"]], [["der", "kleine", "Hund"]]]
    inputs = inputs_of(tiny, sides)
    (words,) = inputs.windows(np.array([0])).words
    begin, end = _places(inputs, 0, words, 1, 2)
    assert words[begin] == 1 and words[begin - 1] == 0
    assert words[end] == 2 and words[end + 1] == -1
    assert _places(inputs, 0, words, -1, -1) == (0, 0)


def test_an_answer_that_is_cut_is_none(tiny):
    inputs = inputs_of(tiny, [[["cat"]], [["dog"] * 60]], maximum=24)
    windows = inputs.windows(np.flatnonzero(inputs.side == 0))
    held = [set(words[words >= 0].tolist()) for words in windows.words]
    for word in range(60):
        for row, words in enumerate(windows.words):
            found = _places(inputs, row, words, word, word)
            assert (found == (0, 0)) == (word not in held[row])


def test_the_loss_by_hand():
    class Fixed:
        def __call__(self, **_):
            start = torch.tensor([[0.0, 7.0, 0.0], [np.log(3.0), 7.0, 0.0]])
            end = torch.tensor([[0.0, 7.0, np.log(3.0)], [0.0, 7.0, 0.0]])
            return transformers.modeling_outputs.QuestionAnsweringModelOutput(
                start_logits=start, end_logits=end
            )

    batch = {
        "inputs": {},
        "allowed": torch.tensor([[True, False, True]] * 2),
        "ends": torch.tensor([[2, 2], [0, 0]]),
    }
    # starts: 1/2 and 3/4; ends: 3/4 and 1/2
    expected = -(np.log(0.5) + np.log(0.75)) / 2
    assert float(span_loss(Fixed(), batch)) == pytest.approx(expected)


def test_the_folder_is_plain(tiny, drawn):
    bitext = drawn(4)
    links = [Links(np.array([[0, 0]]), (len(x.split()), len(y.split()))) for x, y in bitext]
    for name in ("bert", "xlmr", "modernbert"):
        made = tune_spans(tiny(name), bitext, links, epochs=1)
        transformers.AutoModelForQuestionAnswering.from_pretrained(made.folder)
        assert made.config["architectures"][0].endswith("ForQuestionAnswering")


def test_a_tokenizer_without_a_first_piece_is_refused(tiny, drawn):
    bitext = drawn(1)
    links = [Links(np.zeros((0, 2)), tuple(len(t.split()) for t in pair)) for pair in bitext]
    with pytest.raises(BadValue, match="no piece before a text"):
        tune_spans(tiny("gpt2", "causal"), bitext, links)


def test_a_body_with_another_head_begins_anew(tiny, drawn):
    bitext = drawn(4)
    links = [Links(np.array([[0, 0]]), (len(x.split()), len(y.split()))) for x, y in bitext]
    other = tune_binary(tiny("bert"), bitext, links, epochs=1)
    made = tune_spans(other, bitext, links, epochs=1)
    assert made.config["architectures"] == ["BertForQuestionAnswering"]
    assert len(align_spans(bitext, made)) == 4
