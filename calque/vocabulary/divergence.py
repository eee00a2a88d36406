"""How far apart languages lie in the pieces they use.

Source: Chen et al. 2023, "On the Off-Target Problem", section 3.2, https://arxiv.org/abs/2305.10930
"""

import numpy as np

from calque.errors import BadValue
from calque.maths.entropy import divergences
from calque.roles import part
from calque.values import Table, Texts, Vocabulary
from calque.values.copied import in_language
from calque.vocabulary.surgery import counts_of


@part(paper="lavs")
def divergence(vocabulary: Vocabulary, texts: list[Texts]) -> Table:
    """Measure the Kullback-Leibler divergence between the pieces of every two languages, in nats.

    One row per ordered pair, `source`, `target`, `divergence`: how many nats per piece text of the
    source costs more when it is written by the frequencies of the target. Where the vocabulary has copies of
    pieces for languages, each uses its own. The lower it is, the more easily a translator slips into the
    other language. A piece that the target never has counts as one in a thousand million.

    texts: of two languages or more, named by their `language`; one language may have several
    """
    languages = list(dict.fromkeys(one.language for one in texts))
    if len(languages) < 2:
        raise BadValue(f"vocabulary.divergence: needs texts of two languages, got {languages}")
    counts = np.zeros((len(languages), len(vocabulary)))
    places = [in_language(vocabulary, language) for language in languages]
    for one in texts:
        row = languages.index(one.language)
        np.add.at(counts[row], places[row], counts_of(vocabulary, one))
    if not counts.any(axis=1).all():
        empty = languages[int(np.argmin(counts.any(axis=1)))]
        raise BadValue(f"vocabulary.divergence: the texts of '{empty}' have no pieces")
    found = divergences(counts)
    return Table(
        tuple(
            {"source": a, "target": b, "divergence": float(found[i, j])}
            for i, a in enumerate(languages)
            for j, b in enumerate(languages)
            if i != j
        )
    )
