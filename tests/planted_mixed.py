"""A mixed language made of two, and the ways to write it that a reader of both might like."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from calque.projection.respell import respell
from calque.projection.reword import reword
from calque.projection.route import route
from calque.projection.translate_words import translate_words
from calque.synthetic.blend import Blend
from calque.synthetic.naming import family
from calque.values import Classifier, Labelled, Lexicon, Texts
from calque.vocabulary.origins import origins

Way = Callable[[Labelled], Labelled]


class Mixed(NamedTuple):
    """A planted mixed language.

    blend: made of words of the first language, whose letters have merged, and words of the second
    knows: sentences of either with parts of speech
    ways:  as it is, respelled as the first, translated into the second, or each word by its origin
    """

    blend: Blend
    knows: list[Labelled]
    ways: dict[str, Way]


def mixed(seed: int) -> Mixed:
    """Two languages in two scripts without a word in common; a lexicon translates three of five words."""
    pair = family(
        languages=2, scripts=("Arab", "Latn"), cognates=0.0, overlap=0.0, seed=seed,
        morphology="agglutinative",
    )  # fmt: skip
    first, second = pair.languages
    blend = Blend(pair, first, second, 0.5)
    knows = [pair.labelled("pos", code, 250, 5) for code in (first, second)]
    known = Texts.of([" ".join(row["words"]) for row in knows[0]], first, tokenized=True)
    random = np.random.default_rng(seed)
    lexicon = Lexicon.of(
        [row for row in blend.lexicon(second) if random.random() < 0.6], "und", second
    )
    respelled = partial(respell, rules=blend.rules, known=known)
    translated = partial(translate_words, lexicon=lexicon)
    selective = partial(
        route,
        classifier=judge([blend.labelled(250, 1)], "origins"),
        routes={"base": respelled, "taken": translated},
    )
    rewriters = {"respelled": respelled, "translated": translated, "selective": selective}
    ways: dict[str, Way] = {n: partial(reword, rewriter=way) for n, way in rewriters.items()}
    return Mixed(blend, knows, {"raw": lambda examples: examples} | ways)


def judge(sets: Sequence[Labelled], column: str) -> Classifier:
    """What tells by spelling what stands beside a word in a column."""
    counts = Counter(
        key for rows in sets for row in rows for key in zip(row["words"], row[column], strict=True)
    )
    seen = Lexicon.of([(*key, float(count)) for key, count in counts.items()])
    return origins(seen, longest=3, shared=2)
