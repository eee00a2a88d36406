"""Sends each word the way that its origin asks for: some rewritten so, some otherwise, some left.

Source: Micallef et al. 2024, "Cross-Lingual Transfer from Related Languages: Treating Low-Resource
Maltese as Multilingual Code-Switching", section 5, https://aclanthology.org/2024.eacl-long.61
"""

from collections.abc import Callable

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.projection.wordwise import by_word
from calque.roles import rewriter
from calque.values import Classifier, Texts, View


@rewriter(paper="maltese-etymology")
def route(
    texts: Texts,
    classifier: Classifier,
    routes: dict[str, Callable[..., View]],
    *,
    least: float = 0.0,
) -> View:
    """Rewrite each word by the rewriter of its likeliest origin; words of other origins stay.

    Every distinct word is judged once and alone, and each rewriter is called once, with the words
    of its origins as texts of one word.

    classifier: of words by origin (`vocabulary.origins`)
    routes:     rewriter by name of an origin; origins without one are left as they are
    least:      probability in [0, 1] that an origin must have for its route to be taken; higher leaves
                more doubtful words as they are
    """
    if not 0 <= least <= 1:
        raise BadSetting(f"projection.route: least must lie in [0, 1], got {least}")
    for origin in routes:
        if origin not in classifier.labels:
            raise BadValue(
                f"projection.route: no origin '{origin}' for the classifier; "
                f"it knows: {', '.join(classifier.labels)}"
            )

    def routed(words: list[str]) -> list[str]:
        chances = classifier(words)
        best = chances.argmax(axis=1)
        sure = chances.max(axis=1, initial=0) >= least
        made = np.array(words, dtype=object)
        for origin, rewrite in routes.items():
            own = np.flatnonzero(sure & (best == classifier.labels.index(origin)))
            if len(own):
                view = rewrite(Texts.of([words[i] for i in own], texts.language, tokenized=True))
                made[own] = list(view.rewritten)
        return made.tolist()

    return by_word(texts, routed, texts.language)
