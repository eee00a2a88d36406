"""Tags of words by a hidden Markov model.

Source: Viterbi 1967, "Error Bounds for Convolutional Codes and an Asymptotically Optimum Decoding
Algorithm"
"""

import numpy as np

from calque.errors import BadValue
from calque.languages.words import words_of
from calque.maths.tagging import best_tags, tag_posteriors
from calque.progress import track
from calque.roles import part
from calque.values import Labelled, Predictions, Tagger, Texts

_CELLS = 1 << 22  # steps of all sentences from one word to the next that are held at once


@part(paper="zero-resource-pos-hmm")
def tag(tagger: Tagger, examples: Labelled | Texts) -> Predictions:
    """Give the words of each sentence the likeliest sequence of tags.

    Probabilities are of each word's tag over all sequences; the best sequence may hold a tag that is not
    the likeliest of its word.

    tagger:   as `projection.fit_tagger` makes it
    examples: with words; texts are cut into words
    """
    if isinstance(examples, Texts):
        sentences = [words_of(text, examples.tokenized) for text in examples]
    elif "words" in examples.table.column_names:
        sentences = examples.table["words"].to_pylist()
    else:
        raise BadValue(f"projection.tag: examples of task '{examples.task}' have no words")
    t = len(tagger.tags)
    labels, chances = [], [np.zeros((0, t))]
    chunk = max(1, _CELLS // t**2)
    start, steps = np.log(tagger.start), np.log(tagger.steps)
    for begun in track(range(0, len(sentences), chunk), "tagging"):
        some = sentences[begun : begun + chunk]
        sizes = np.array([len(words) for words in some], dtype=np.int64)
        emission = tagger([word for words in some for word in words])
        best = best_tags(start, steps, np.log(emission), sizes).tolist()
        chances.append(tag_posteriors(tagger.start, tagger.steps, emission, sizes)[0])
        ends = np.cumsum(sizes).tolist()
        labels += [
            tuple(tagger.tags[k] for k in best[end - len(words) : end])
            for end, words in zip(ends, some, strict=True)
        ]
    return Predictions(tuple(labels), tagger.tags, np.concatenate(chances))
