"""An encoder learns from gold links to point at the translation of a marked word, or at nothing.

Source: Nagata et al. 2020, "A Supervised Word Alignment Method based on Cross-Language Span Prediction
using Multilingual BERT", section 3, https://arxiv.org/abs/2004.14516
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from calque.errors import BadValue
from calque.maths.spans import column_runs
from calque.models.batches import aligned, collate
from calque.models.marked import Marked, to_learn
from calque.models.shuffled import shuffled
from calque.models.span_loss import allowed, span_loss
from calque.models.train import Stream, train
from calque.models.whole import named_by, write_whole
from calque.roles import part
from calque.values import Bitext, Checkpoint, Links


@part(paper="nagata-etal-2020-supervised")
def tune_spans(
    checkpoint: Checkpoint,
    bitext: Bitext,
    links: Sequence[Links],
    *,
    epochs: int = 2,
    learning_rate: float | dict[str, float] = 3e-5,
    batch_size: int = 8,
    seed: int = 0,
) -> Checkpoint:
    """Train body and head on gold links as questions and answers: a model for `models.align_spans`.

    Each word of either side is a question: its sentence, the word between two ¶. The answer is a span
    of the other sentence; a word that is linked to several spans is asked once for each, and one that
    is linked to none is answered by the first special piece. Neighboring words are one span where
    they are linked to the same words.

    checkpoint: a multilingual body, or a model of this kind, whose head then goes on learning
    bitext:     as `models.align`; of pairs longer than the model takes, inputs hold the words around
                the marked one and the other side piece by piece
    links:      gold links of each pair, possible ones count as links
    learning_rate: peak of a linear schedule; or name patterns with a rate each (`models.train`)
    batch_size: questions of a step; the authors take 6
    seed:       draws a new head, a new piece and the order of the questions
    """
    where = "models.tune_spans"
    model, tokenizer, inputs = to_learn(
        checkpoint, bitext, links, kind="spans", task="span_links", seed=seed, where=where
    )
    if not len(inputs.layout.special[0]):
        raise BadValue(f"{where}: the tokenizer puts no piece before a text to answer 'none' with")
    asked, first, last = questions(inputs, links)

    def make(places: np.ndarray, generator: np.random.Generator) -> dict[str, Any]:
        windows = inputs.windows(asked[places])
        ends = [
            _places(inputs, int(asked[place]), words, int(first[place]), int(last[place]))
            for place, words in zip(places, windows.words, strict=True)
        ]
        every = np.arange(len(places))
        words = aligned(windows, every, windows.words, fill=-1)
        return {
            "inputs": collate(windows, every),
            "allowed": allowed(words),
            "ends": torch.tensor(ends),
        }

    train(
        model,
        [Stream("spans", shuffled(inputs.lengths[asked], make, size=batch_size), span_loss)],
        epochs=epochs,
        learning_rate=learning_rate,
        seed=seed,
        name=named_by(
            "tune_spans", checkpoint, bitext, links, epochs, learning_rate, batch_size, seed
        ),
    )
    return write_whole(model, tokenizer)


def questions(inputs: Marked, links: Sequence[Links]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per question the input [q] and the first and last word of the answer [q]; -1 where there is none."""
    found = []
    runs: dict[tuple[int, int], tuple[np.ndarray, np.ndarray]] = {}
    for row in range(len(inputs)):
        key = int(inputs.pair[row]), int(inputs.side[row])
        if key not in runs:
            grid = links[key[0]].grid()
            grid = grid if key[1] == 0 else grid.T
            runs[key] = grid, column_runs(grid)
        grid, spans = runs[key]
        own = spans[grid[inputs.word[row], spans[:, 0]]].tolist()
        found += [(row, *span) for span in own or [(-1, -1)]]
    rows, first, last = np.array(found, dtype=np.int64).reshape(-1, 3).T
    return rows, first, last


def _places(inputs: Marked, row: int, words: np.ndarray, first: int, last: int) -> tuple[int, int]:
    """First and last piece of the answer in its input; 0 where the input does not hold all of it."""
    inside = np.flatnonzero((words >= first) & (words <= last) & (words >= 0))
    every = inputs.pieces[1 - inputs.side[row]][inputs.pair[row]][1]
    whole = int(((every >= first) & (every <= last)).sum())
    if first < 0 or not len(inside) or len(inside) < whole:
        return 0, 0
    return int(inside[0]), int(inside[-1])
