"""Two hidden Markov models of word alignment that learn from the links both make.

Source: Liang et al. 2006, "Alignment by Agreement", https://aclanthology.org/N06-1014
"""

from calque.errors import BadSetting
from calque.maths.agreement import agreed
from calque.maths.grids import facing, grids
from calque.roles import aligner
from calque.values import Bitext, Links
from calque.wordalign.choosing import chosen
from calque.wordalign.numbering import numbered
from calque.wordalign.settings import sensible


@aligner(paper="liang-etal-2006-alignment")
def agreement(
    bitext: Bitext,
    *,
    rounds: int = 5,
    null: float = 0.2,
    smoothing: float = 0.002,
    prefix: int = 0,
    threshold: float = 0.3,
) -> list[Links]:
    """Link the words that models of both directions link, each of which learns from what the other holds too.

    The models are those of `wordalign.hmm`, one per direction; a link counts in learning by the product
    of its two probabilities. So the links of both directions are already joined.

    bitext:    sentence pairs; raw text is cut into words by `calque.languages.words`
    rounds:    of expectation maximization for IBM model 1, and as many again for these models
    null:      share, in [0, 1), of words that no word of the other side explains
    smoothing: prior counts per explaining word and distinct explained word, as in `wordalign.hmm`
    prefix:    compare words by this many first characters, 0 for all: a cheap stemmer
    threshold: above 0; cells are linked whose score reaches it. Less finds more links, more of them wrong

    Returns per pair the links with the geometric means of both posteriors as scores. Unlike the paper,
    model 1 learns by agreement from its first round, and what is left of a word counts for the null word.
    Time and memory are those of `wordalign.hmm` for both directions together, and half as much again.
    """
    sensible(
        "wordalign.agreement",
        rounds=rounds,
        null=null,
        smoothing=smoothing,
        prefix=prefix,
        threshold=threshold,
    )
    if not threshold:
        raise BadSetting("wordalign.agreement: threshold must be above 0, got 0; try 0.3")
    words = numbered(bitext, prefix=prefix, reverse=False)
    forward = grids(words.given, words.explained)
    backward = facing(forward, words.given, words.explained)
    found = agreed(forward, backward, rounds=rounds, null=null, smoothing=smoothing)
    return chosen(found, words.sizes, threshold=threshold)
