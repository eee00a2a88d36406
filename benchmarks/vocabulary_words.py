"""Word vectors of little text, as a section of `benchmarks.vocabulary`: what they find, beside fastText's."""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from benchmarks.common import ROOT, data_folder, parallel
from calque import part
from calque.languages.words import folded, word_texts
from calque.maths.neighbors import unit
from calque.values import Lexicon, Space, Texts


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def words(asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Translations found by `vocabulary.static_vectors`, and by fastText on the same words."""
    path = parallel(data_folder(), asked.language, ROOT / "runs" / "benchmarks" / "parallel")
    bitext = part("data.bitext")(path, source="eng", target=asked.language)
    texts = [
        Texts.of([" ".join(map(folded, word_texts(text))) for text in side], tokenized=True)
        for side in (bitext.sources, bitext.targets)
    ]
    counts: Counter[tuple[str, str]] = Counter()
    rows = zip(*texts, strict=True)
    for row, links in zip(rows, part("wordalign.agreement")(bitext), strict=True):
        one, other = (text.split(" ") for text in row)
        counts.update((one[i], other[j]) for i, j in links.pairs)
    best: dict[str, str] = {}
    for (one, other), count in counts.most_common():
        if count > 1 and one != other and one[0].isalpha() and other[0].isalpha():
            best.setdefault(one, other)
    pairs = [(one, other, 1.0) for one, other in sorted(best.items())]
    order = np.random.default_rng(0).permutation(len(pairs))
    pairs = [pairs[k] for k in order]
    for told, make in (
        ("static_vectors", part("vocabulary.static_vectors")),
        ("static_vectors, window 10", partial(part("vocabulary.static_vectors"), window=10)),
        ("fastText cbow", partial(_fasttext, model="cbow")),
        ("fastText skipgram", partial(_fasttext, model="skipgram")),
    ):
        sides: list[Space] = []
        work = f"word vectors of {len(bitext)} sentences, eng-{asked.language}, {told}"
        try:
            seconds = timed(lambda make=make, sides=sides: sides.extend(map(make, texts)))
        except ImportError as missing:
            yield {"work": work, "peer": f"missing: {missing}"}
            continue
        yield {"work": work, "cpu": seconds[1], "right": _right(sides, pairs), "pairs": len(pairs)}


def _right(sides: list[Space], pairs: list[tuple[str, str, float]]) -> float:
    half = len(pairs) // 2
    moved = part("spaces.procrustes")(*sides, Lexicon.of(pairs[:half]))(sides[0])
    places = [{name: k for k, name in enumerate(side.names)} for side in sides]
    asked = [p for p in pairs[half:] if p[0] in places[0] and p[1] in places[1]]
    keys = unit(sides[1].vectors)
    best = (moved.vectors[[places[0][one] for one, *_ in asked]] @ keys.T).argmax(axis=1)
    return float(np.mean([places[1][p[1]] == k for p, k in zip(asked, best, strict=True)]))


def _fasttext(texts: Texts, model: str) -> Space:
    import fasttext

    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
        file.write("\n".join(texts) + "\n")
        file.flush()
        made = fasttext.train_unsupervised(
            file.name,
            model=model,
            dim=100,
            neg=10,
            minn=5,
            maxn=5,
            epoch=20,
            minCount=2,
            thread=1,
            verbose=0,
        )
    names = tuple(made.get_words())
    return Space(names, np.array([made.get_word_vector(name) for name in names]))
