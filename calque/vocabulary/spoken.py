"""The tokenizer of one language, of a vocabulary with copies.

Source: Chen et al. 2023, section 4, https://arxiv.org/abs/2305.10930
"""

from calque.errors import BadSetting
from calque.roles import part
from calque.values import Vocabulary
from calque.values.copied import in_language, originals
from calque.vocabulary.surgery import ids_of, settled, state_of


@part(paper="lavs")
def spoken(vocabulary: Vocabulary, *, language: str) -> Vocabulary:
    """Let a language use its own copies: the same cut, its own ids.

    The tokenizer is an ordinary one over the same ids, in which a copy and its original have changed
    names. Encode text of each language with its own; what a model writes may be decoded by any.

    vocabulary: as `vocabulary.split` makes it
    language:   one of the texts' languages; one that shares nothing has no copies, and gets
                the vocabulary as it is
    """
    owners = {owner for _, owner in originals(vocabulary).values()}
    if not owners:
        raise BadSetting(
            "vocabulary.spoken: no piece is a copy of another; use vocabulary.split first"
        )
    pieces, place = vocabulary.pieces, in_language(vocabulary, language)
    swapped = {pieces[old]: pieces[new] for old, new in enumerate(place.tolist()) if old != new}
    swapped |= {copy: piece for piece, copy in swapped.items()}
    state = state_of(vocabulary)
    model = state["model"]
    if isinstance(model["vocab"], dict):
        model["vocab"] = {swapped.get(piece, piece): k for piece, k in model["vocab"].items()}
    else:
        scores = dict(map(tuple, model["vocab"]))
        names = [swapped.get(piece, piece) for piece, _ in model["vocab"]]
        model["vocab"] = [[piece, scores[piece]] for piece in names]
    return settled(state, vocabulary.special, ids_of(model))
