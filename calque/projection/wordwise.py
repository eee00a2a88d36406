"""What rewriters that go word by word share: distinct words once, and spans from old to new."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from calque.errors import BadValue
from calque.languages.cutting import cut
from calque.languages.words import folded, words_of
from calque.values import Texts, View


def by_word(
    texts: Texts,
    rewrite: Callable[[list[str]], Sequence[str]],
    language: str,
    *,
    read_as: str | None = None,
) -> View:
    """Put for each word what `rewrite` makes of it; what stands between words stays.

    rewrite:  distinct words to as many strings, called once. Where it gives nothing the word stays,
              so that no text loses a word
    language: of the rewritten texts
    read_as:  language whose rules cut the texts into words; that of the texts where None

    In tokenized text a word stays one word: spaces within what replaces it become no-break spaces.
    """
    places = partial(cut, language=read_as or texts.language, tokenized=texts.tokenized)
    distinct = list(dict.fromkeys(word.text for text in texts for word in places(text)))
    made = rewrite(distinct)
    if len(made) != len(distinct):
        raise BadValue(f"rewriting word by word: {len(distinct)} words became {len(made)}")
    gap = "\u00a0" if texts.tokenized else " "
    new = {
        old: old if one == old else gap.join(one.split()) or old
        for old, one in zip(distinct, made, strict=True)
    }
    rewritten, spans, sizes = [], [], []
    for text in texts:
        pieces, end, length, own = [], 0, 0, 0
        for word in places(text):
            between, put = text[end : word.start], new[word.text]
            start = length + len(between)
            spans.append((word.start, word.end, start, start + len(put)))
            pieces += [between, put]
            end, length, own = word.end, start + len(put), own + 1
        rewritten.append("".join([*pieces, text[end:]]))
        sizes.append(own)
    return View.packed(
        texts,
        Texts.of(rewritten, language, tokenized=texts.tokenized),
        np.array(spans, dtype=np.int32).reshape(-1, 4),
        np.array(sizes, dtype=np.int64),
    )


def seen(texts: Texts) -> Counter[str]:
    """How often each word occurs, folded and without the vowel signs of Arabic."""
    return Counter(
        _VOWEL_SIGNS.sub("", folded(word))
        for text in texts
        for word in words_of(text, texts.tokenized)
    )


_VOWEL_SIGNS = re.compile("[\u064b-\u0652\u0670]")
