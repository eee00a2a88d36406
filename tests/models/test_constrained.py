"""Against enumeration of every sequence, on models that are tables of chances."""

from itertools import permutations, product

import numpy as np
import pytest

from calque.models.constrained import search

END, PIECES = 0, 4  # the end, and three pieces


def table(seed):
    """Log probabilities that depend on all that stands before."""

    def chances(asked):
        rows = []
        for text, pieces in asked:
            random = np.random.default_rng([seed, text, *pieces])
            logits = random.normal(size=PIECES) * 2
            rows.append(logits - np.log(np.exp(logits).sum()))
        return np.array(rows)

    return chances


def holds(pieces, phrases):
    """Whether the phrases stand in it, in any order, none within another."""
    for order in permutations(phrases):
        place = 0
        for phrase in order:
            ends = [
                k + len(phrase)
                for k in range(place, len(pieces) - len(phrase) + 1)
                if pieces[k : k + len(phrase)] == phrase
            ]
            if not ends:
                break
            place = ends[0]
        else:
            return True
    return False


def enumerated(chances, phrases, most, text=0):
    """The likeliest of all sequences that end."""
    best = None
    for length in range(most):
        for pieces in product(range(1, PIECES), repeat=length):
            if not holds(pieces, phrases):
                continue
            whole = (*pieces, END)
            score = sum(chances([(text, whole[:k])])[0][piece] for k, piece in enumerate(whole))
            if best is None or score > best[1]:
                best = (pieces, score)
    return best


PHRASES = [(), ((2,),), ((3, 1),), ((3, 1), (1,)), ((2, 2), (2,)), ((1,), (2,), (3,))]


@pytest.mark.parametrize("phrases", PHRASES)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_with_room_for_all_it_finds_the_likeliest_of_all(phrases, seed):
    chances = table(seed)
    [found] = search([phrases], [6], chances, END, 10_000)
    pieces, score = enumerated(chances, phrases, 6)
    assert found.pieces == pieces
    assert found.score == pytest.approx(score)


@pytest.mark.parametrize("phrases", PHRASES[1:])
def test_with_few_beams_the_phrases_are_held_and_nothing_is_likelier_than_the_best(phrases):
    for seed in range(3):
        chances = table(seed)
        [found] = search([phrases], [7], chances, END, 2)
        assert holds(found.pieces, phrases)
        [best] = search([phrases], [7], chances, END, 100)
        assert found.score <= best.score + 1e-9


def test_texts_do_not_know_of_one_another():
    chances = table(5)
    alone = [search([p], [6], lambda asked, k=k: chances([(k, h) for _, h in asked]), END, 3)[0]
             for k, p in enumerate(PHRASES)]  # fmt: skip
    assert search(PHRASES, [6] * len(PHRASES), chances, END, 3) == alone


def test_one_beam_and_no_phrase_takes_the_likeliest_piece_each_time():
    chances = table(11)
    [found] = search([()], [30], chances, END, 1)
    pieces = ()
    while (best := int(chances([(0, pieces)])[0].argmax())) != END:
        pieces += (best,)
    assert found.pieces == pieces


def test_what_finds_no_end_is_cut_off():
    endless = np.log([1e-9, 0.5, 0.3, 0.2])
    [found] = search([((3,),)], [4], lambda asked: np.tile(endless, (len(asked), 1)), END, 2)
    assert found.pieces.count(3) == 1 and len(found.pieces) == 4 and not found.ended


def test_what_does_not_fit_is_not_found():
    assert search([((1, 2, 3),), ()], [2, 3], table(0), END, 5)[0] is None
    assert search([], [], table(0), END, 5) == []
