"""Two hidden Markov models of word alignment, one per direction, trained to agree.

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
    """Train one hidden Markov model per direction so that they agree, and link what both find likely.

    The models are those of `wordalign.hmm`; a link counts in learning by the product of its two
    probabilities, and links need no joining. Words are compared in lower case and composed form (NFC).
    Grids over 2,048 words squared stay unlinked, with a warning.

    bitext:    sentence pairs; raw text is cut into words by `calque.languages.words`
    rounds:    of expectation maximization for IBM model 1, and as many again for these models
    null:      share, in [0, 1), of words that no word of the other side explains
    smoothing: prior counts per explaining word and distinct explained word, as in `wordalign.hmm`
    prefix:    compare words by this many first characters, 0 for all: a cheap stemmer
    threshold: above 0; cells are linked whose score reaches it. Less finds more links, more of them wrong

    Returns per pair the links with the geometric means of both posteriors as scores. What is left of a word
    when its links are counted goes to the null word. The threshold is lower than the authors' program has
    it (0.5); it was chosen on Bulgarian and Hungarian. Time is that of `wordalign.hmm` in both
    directions, memory twice that of one.
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
