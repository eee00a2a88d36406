"""Spans put on the target words that translate them best, of all words in a row.

Source: García-Ferrero, Agerri and Rigau 2023, "T-Projection: High Quality Annotation Projection for
Sequence Labeling Tasks", https://aclanthology.org/2023.findings-emnlp.918, section 3: candidates chosen by how
likely they are as translations of a span. Candidates without a text-to-text model are ours.
"""

from collections.abc import Callable, Sequence

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.languages.words import word_places
from calque.projection.carried import carried
from calque.projection.choosing import Candidates, First, check_choice, chosen
from calque.projection.occurring import occurring
from calque.projection.places import span_places, texts_of
from calque.projection.spans import Spans, Target, places_of, read
from calque.roles import projector
from calque.values import Bitext, Labelled, Texts, View

_PART = "projection.by_candidates"


@projector(paper="t-projection")
def by_candidates(
    examples: Labelled,
    view: View,
    scorer: Callable[[Bitext], np.ndarray],
    generated: Texts | None = None,
    *,
    longer: int | None = 3,
    first: First = "surest",
    above: float = 0.0,
) -> Labelled:
    """Give every span the target words that translate its text best, whatever links the view has.

    Candidates are all words in a row, up to some more than the span has; one begins or ends with punctuation
    only where the span does. Each pair of a span's text and a candidate's is scored once, all in one call.

    scorer:    a number for every pair of texts, at least 0, about 1 for a sure translation, as
               `models.translation_scores`, `models.vector_scores` or `wordalign.lexical_scores`. It is the
               confidence, 1 at most; 0 is no translation at all
    generated: candidates that a text-to-text model made, a line for each span in the order of
               `projection.span_texts`, tabs between them. Those that stand in the target text count: as they
               are, else in lower case without punctuation
    longer:    most words that a candidate has beyond those of its span; None takes what was generated alone,
               as published
    first:     which span of a sentence chooses first: the "surest", or in the order of the "source", as published
    above:     least confidence in [0, 1] of a span; more gives fewer and surer spans
    """
    check_choice(_PART, first, above)
    if longer is not None and longer < 0:
        raise BadSetting(f"{_PART}: longer must be at least 0, got {longer}")
    if longer is None and generated is None:
        raise BadSetting(f"{_PART}: without `longer` there are only candidates that are generated")
    spans, target, _ = read(_PART, examples, view)
    if generated is not None and len(generated) != len(spans):
        raise BadValue(
            f"{_PART}: {len(spans)} spans, but generated candidates for {len(generated)}; a span "
            "without any needs an empty line"
        )
    parts = [] if longer is None else [_in_a_row(spans, Target.of(view.original), target, longer)]
    if generated is not None:
        parts.append(occurring(spans, target, generated, view.rewritten.tokenized))
    span, start, end = np.unique(np.concatenate(parts), axis=0).T
    score = _scores(examples, view, spans, (span, start, end), scorer)
    candidates = Candidates(span, start, end, score)
    found = chosen(spans, target, candidates, first=first, above=above)
    return carried(examples, view, spans, target, found)


def _in_a_row(spans: Spans, source: Target, target: Target, longer: int) -> np.ndarray:
    """[c, 3] span, first word and the one after its last, of all words in a row that may be an image."""
    size, before = target.sizes[spans.row], target.offsets[spans.row]
    most = spans.end - spans.start + longer
    place, _ = places_of(before, size)
    span = np.repeat(np.arange(len(spans)), size)
    ends = np.minimum(place + most[span], (before + size)[span])
    stop, counts = places_of(place + 1, ends - place)
    span, place = np.repeat(span, counts), np.repeat(place, counts)
    fits = ~target.bare[place] | source.bare[spans.first][span]
    fits &= ~target.bare[stop - 1] | source.bare[spans.first + spans.end - spans.start - 1][span]
    return np.stack([span, place - before[span], stop - before[span]], axis=1)[fits]


def _scores(
    examples: Labelled,
    view: View,
    spans: Spans,
    candidates: Sequence[np.ndarray],
    scorer: Callable[[Bitext], np.ndarray],
) -> np.ndarray:
    """[c] what the scorer says of each candidate; equal texts are asked for once."""
    span, start, end = candidates
    wanted: dict[str, int] = {}
    of_span = np.zeros(len(spans), dtype=np.int64)
    for text, places in zip(texts_of(examples), span_places(examples, spans), strict=True):
        for k, a, b in places:
            of_span[k] = wanted.setdefault(text[a:b], len(wanted))
    places, which = np.unique(
        np.stack([spans.row[span], start, end], axis=1), axis=0, return_inverse=True
    )
    there: dict[str, int] = {}
    of_place = np.zeros(len(places), dtype=np.int64)
    texts, row, text, cut = iter(view.rewritten), -1, "", []
    for k, (own, a, b) in enumerate(places.tolist()):
        while row < own:
            text, row = next(texts), row + 1
            cut = word_places(text, view.rewritten.tokenized) if row == own else []
        of_place[k] = there.setdefault(text[cut[a][0] : cut[b - 1][1]], len(there))
    asked = np.stack([of_span[span], of_place[which.reshape(-1)]], axis=1)
    pairs, which = np.unique(asked, axis=0, return_inverse=True)
    sources, targets = list(wanted), list(there)
    bitext = Bitext.of(
        [(sources[i], targets[j]) for i, j in pairs.tolist()],
        examples.language,
        view.rewritten.language,
        tokenized=view.original.tokenized and view.rewritten.tokenized,
    )
    score = np.asarray(scorer(bitext), dtype=np.float64)
    if score.shape != (len(bitext),) or not (score >= 0).all():  # NaN is not, either
        raise BadValue(
            f"{_PART}: the scorer must give a number of at least 0 for each of {len(bitext)} pairs; it gave "
            f"{score.shape}" + (f", least {score.min():.3g}" if score.size else "")
        )
    return score[which.reshape(-1)]
