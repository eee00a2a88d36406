"""Figures of word links by how often a word stands in other text."""

from collections import Counter
from collections.abc import Sequence

from calque.evaluation.linked_words import by_group, checked, of_texts, side_of
from calque.languages.words import folded
from calque.roles import part
from calque.values import Bitext, Links, Table, Texts

# each band up to this count
_BANDS = {"unseen": 0, "1": 1, "2-5": 5, "6-20": 20}
_MORE = "more"


@part
def links_by_frequency(
    predictions: Sequence[Links],
    references: Sequence[Links],
    bitext: Bitext,
    text: Texts | Bitext,
    *,
    side: str = "source",
    boot: int = 1000,
    seed: int = 0,
) -> Table:
    """Tabulate AER, precision, recall and F1 by how often links' words stand in the training text.

    Bands: unseen, 1, 2-5, 6-20, more. Words are counted in lower case and composed form (NFC), as
    aligners see them.

    predictions, references: links of the same sentence pairs; `sure` matters in the references alone
    bitext: their sentences, cut into words as the gold counts them
    text:   what the aligner learned from, one side or both
    side:   "source" or "target": whose words tell
    boot:   number of bootstrap draws over the pairs that have such links, for the interval of AER
    """
    words = of_texts(side_of(bitext, side, "evaluation.links_by_frequency"))
    checked(words, references, side, "evaluation.links_by_frequency")
    training = of_texts(side_of(text, side, "evaluation.links_by_frequency"))
    seen = Counter(folded(word) for row in training for word in row)
    labels = ([_band(seen[folded(word)]) for word in row] for row in words)
    order = [*_BANDS, _MORE]
    return by_group(predictions, references, labels, side, "seen", order, boot=boot, seed=seed)


def _band(count: int) -> str:
    return next((name for name, most in _BANDS.items() if count <= most), _MORE)
