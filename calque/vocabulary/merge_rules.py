"""A new piece is made of the two pieces that its merge rule joins.

Source: Yamaguchi et al. 2024, "Vocabulary Expansion for Low-resource Cross-lingual Transfer",
the initialization "Merge", https://arxiv.org/abs/2406.11477
"""

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping

import numpy as np
from scipy import sparse

from calque.roles import mixer
from calque.values import Mixture, Vocabulary
from calque.vocabulary.blending import with_copies
from calque.vocabulary.rows import mixed, shared

log = logging.getLogger(__name__)


@mixer(paper="yamaguchi-etal-2024-effectively")
def merge_rules(old: Vocabulary, new: Vocabulary) -> Mixture:
    """Give a new piece half of each of the two pieces that a merge rule of `new` joins to it.

    A part that is new itself is made of its own parts, down to pieces that `old` has; of several
    rules for one piece the mean counts. So a piece weighs by how late it is joined, where
    `vocabulary.merges` has every part weigh alike. Pieces that no rule makes stay unknown, which
    are all of them where the new tokenizer is no BPE.

    Unlike the authors' code, output rows are mixed of output rows; there they are mixed of input
    rows, also where the model does not tie them.
    """
    state = json.loads(new.tokenizer)["model"]
    rules = [rule.split(" ") if isinstance(rule, str) else rule for rule in state.get("merges", ())]
    if not rules:
        log.warning(
            "the new tokenizer has no merge rules; pieces that are not in the old one stay unknown"
        )
    origins = shared(old, new)
    ids = {piece: k for k, piece in enumerate(new.pieces)}
    made = _made(rules, ids, origins, new.marks.joined)
    cells = [(row, column, weight) for row, own in made.items() for column, weight in own.items()]
    rows, columns, weights = zip(*cells, strict=True) if cells else ((), (), ())
    shape = (len(new), len(old))
    matrix = sparse.csr_matrix((np.array(weights, float), (rows, columns)), shape=shape)
    return mixed(with_copies(sparse.csr_matrix(matrix), origins), old, new)


def _made(
    rules: list[list[str]],
    ids: Mapping[str, int],
    origins: np.ndarray,
    joined: Callable[[str, str], str],
) -> dict[int, dict[int, float]]:
    """Old pieces and their weights, for each new piece that `old` has not and a rule makes."""
    pairs = defaultdict(list)
    for left, right in rules:
        whole = ids.get(joined(left, right))
        if whole is not None and origins[whole] < 0 and left in ids and right in ids:
            pairs[whole].append((ids[left], ids[right]))
    names = {k: piece for piece, k in ids.items()}
    made: dict[int, dict[int, float]] = {}

    def parts(piece: int) -> dict[int, float] | None:
        return {int(origins[piece]): 1.0} if origins[piece] >= 0 else made.get(piece)

    for piece in sorted(pairs, key=lambda k: len(names[k])):  # parts are shorter than the whole
        sides = [(parts(left), parts(right)) for left, right in pairs[piece]]
        usable = [side for pair in sides if None not in pair for side in pair]
        own: dict[int, float] = defaultdict(float)
        for side in usable:
            for column, weight in (side or {}).items():
                own[column] += weight / len(usable)
        if own:
            made[piece] = dict(own)
    return made
