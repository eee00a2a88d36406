"""Figures of word links by how much text the aligner learned from.

Source: Dolev 2023, "Does mBERT understand Romansh? Evaluating word embeddings using word alignment",
section 5.2, https://aclanthology.org/2023.swisstext-1.5
"""

import inspect
from collections.abc import Callable, Sequence

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.evaluation.against_gold import against_gold, grouped
from calque.languages.words import spaced, words_of
from calque.progress import track
from calque.roles import part
from calque.values import Bitext, Links, Table


@part(paper="dolev-2023-does")
def links_by_size(
    bitext: Bitext,
    references: Sequence[Links],
    more: Bitext,
    *,
    aligner: Callable[..., list[Links]],
    sizes: Sequence[int],
    joiner: Callable[..., Links] | None = None,
    boot: int = 1000,
    seed: int = 0,
) -> Table:
    """Align the gold pairs alone and together with more and more other pairs, and score each time.

    The aligner sees no links, so the pairs that are scored are among those that it learns from. A larger
    sample holds the smaller ones.

    bitext:     pairs with gold links, tokenized; references: these links
    more:       other pairs of the same languages; raw text is cut into words by `calque.languages.words`
    aligner:    learns from all pairs given, for example {use: wordalign.agreement}
    sizes:      numbers of other pairs, each at least 0; those above what there is count as all
    joiner:     for an aligner of one direction, such as {use: wordalign.hmm}, which is then called a
                second time with reverse=True: {use: wordalign.grow_diag_final_and}
    boot:       number of bootstrap draws over sentence pairs for the 95 % interval of AER

    Returns a row per size, ascending: `pairs` learned from in all, `more` of these drawn from `more`,
    number of scored pairs `n`, |A|, |S|, |A∩S|, |A∩P| and the figures.
    """
    if not sizes or min(sizes) < 0:
        raise BadSetting(
            f"evaluation.links_by_size: sizes must be numbers from 0, got {list(sizes)}"
        )
    if joiner and "reverse" not in inspect.signature(aligner).parameters:
        raise BadSetting(
            "evaluation.links_by_size: this aligner looks both ways at once; leave the joiner out"
        )
    if not bitext.tokenized:
        raise BadValue(
            "evaluation.links_by_size: gold links count words, so their pairs must be tokenized"
        )
    order = np.random.default_rng(seed).permutation(len(more))
    rows = []
    for size in track(sorted({min(size, len(more)) for size in sizes}), "aligning"):
        drawn = more.take(np.sort(order[:size]))
        pairs = [*bitext, *(_cut(pair, more.tokenized) for pair in drawn)]
        whole = Bitext.of(pairs, bitext.source, bitext.target, tokenized=True)
        joined = aligner(whole)[: len(bitext)]
        if joiner:
            back = aligner(whole, reverse=True)[: len(bitext)]
            joined = [joiner(one, other) for one, other in zip(joined, back, strict=True)]
        compared = against_gold(joined, references)
        (row,) = grouped(compared, compared.pair * 0, [str(len(whole))], "pairs", boot, seed)
        rows.append(row | {"pairs": len(whole), "more": size, "n": compared.n})
    return Table(tuple(rows))


def _cut(pair: tuple[str, str], tokenized: bool) -> tuple[str, str]:
    source, target = (spaced(words_of(text, tokenized)) for text in pair)
    return source, target
