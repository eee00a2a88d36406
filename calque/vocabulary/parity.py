"""How much more a tokenizer makes one language pay for the same content.

Source: Petrov et al. 2023, "Language Model Tokenizers Introduce Unfairness Between Languages",
section 3, https://arxiv.org/abs/2305.15425
"""

import numpy as np

from calque.roles import part
from calque.values import Bitext, Table, Vocabulary
from calque.vocabulary.surgery import cuts


@part
def parity(vocabulary: Vocabulary, bitext: Bitext) -> Table:
    """Compare the pieces that both sides of parallel text are cut into: their ratio is the premium.

    One row: languages `source` and `target`, `source_pieces`, `target_pieces`, and `premium`, target
    pieces over source pieces: 2 means that the target costs twice as much, in time, money and room. As
    in the paper it is the ratio of the sums, so that long sentences count for more; `median` is that of
    single pairs. Pairs in which either side has no piece are left out of both and counted as `skipped`; both ratios are 0 where none is left.

    bitext: source in the language to compare with, mostly English
    """
    counts = [
        np.array([len(ids) for ids in cuts(vocabulary, side)], dtype=int)
        for side in (bitext.sources, bitext.targets)
    ]
    both = (counts[0] > 0) & (counts[1] > 0)
    source, target = (side[both] for side in counts)
    return Table(
        (
            {
                "source": bitext.source,
                "target": bitext.target,
                "source_pieces": int(source.sum()),
                "target_pieces": int(target.sum()),
                "premium": float(target.sum() / source.sum()) if both.any() else 0.0,
                "median": float(np.median(target / source)) if both.any() else 0.0,
                "skipped": int((~both).sum()),
            },
        )
    )
