"""Spans found again by their own words.

Source: Yang et al. 2022, "CROP: Zero-shot Cross-lingual Named Entity Recognition with Multilingual Labeled
Sequence Translation", section 3, https://aclanthology.org/2022.findings-emnlp.34, which matches what was
translated back in the original sentence exactly; that the likest words may do is ours
"""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.languages.words import folded
from calque.projection.carried import Found, carried
from calque.projection.opened import opened, target_of
from calque.projection.spans import Spans, Target, spans_of
from calque.roles import projector
from calque.values import Labelled, View

_SLACK = 1  # words by which a likeness may be longer or shorter than its span


@projector(paper="crop")
def by_text(examples: Labelled, view: View, *, ratio: float = 0.8) -> Labelled:
    """Give every span the words of the target text that are its own, or the likest ones.

    For texts of one language, such as a sentence and what came of it after a translation and back, and for
    names that a translation copies. The longest spans choose first, then those that stand first; each takes
    the first words that are its own, case aside, and lie in no other span. What finds none takes the likest of
    the free words, with their likeness as confidence, and counts as changed.

    Examples that were projected themselves are carried on: their account is continued, and what was lost on
    the way there stays lost, for the same reason.

    view:  the examples' texts (`data.written`) and what became of them; its links are not looked at
    ratio: least likeness in [0, 1], as difflib's ratio of the characters; 1 takes equal words alone. The
           lower, the more spans are found and the more of them in the wrong place
    """
    if not 0 <= ratio <= 1:
        raise BadSetting(f"projection.by_text: ratio must lie in [0, 1], got {ratio}")
    if len(view) != len(examples):
        raise BadValue(
            f"projection.by_text: {len(examples)} examples and a view of {len(view)} texts"
        )
    spans, there = _spans(examples)
    target = Target.of(view.rewritten)
    reason = np.where(there.end > 0, "", there.reason).astype(object)
    zeros = np.zeros(len(spans), dtype=np.int64)
    found = Found(zeros, zeros.copy(), np.zeros(len(spans)), reason)
    ends = np.searchsorted(spans.row, np.arange(len(examples)), side="right").tolist()
    first = 0
    both = zip(target_of(examples).words.to_pylist(), target.words.to_pylist(), strict=True)
    for (words, new), last in zip(both, ends, strict=True):
        own = [k for k in range(first, last) if there.end[k]]
        first = last
        wanted = {k: _wanted(words[there.start[k] : there.end[k]]) for k in own}
        if wanted:
            _find(found, wanted, [_plain([word]) for word in new], ratio)
    found.confidence *= there.confidence
    return carried(examples, view, spans, target, found)


def _spans(examples: Labelled) -> tuple[Spans, Found]:
    """The spans of examples, and where they stand in their texts: those of the account, if there is one."""
    if "account" in examples.table.column_names:
        return opened("projection.by_text", examples)
    spans = spans_of("projection.by_text", examples)
    reason = np.full(len(spans), "", dtype=object)
    return spans, Found(spans.start, spans.end, np.ones(len(spans)), reason)


class _Wanted(NamedTuple):
    """A span to find: its characters, and its number of words."""

    text: str
    size: int


def _wanted(words: list[str]) -> _Wanted:
    return _Wanted(_plain(words), len(words))


def _plain(words: list[str]) -> str:
    """Without case and spaces: words may be cut otherwise there."""
    return folded("".join("".join(words).split()))


def _find(found: Found, wanted: dict[int, _Wanted], words: list[str], ratio: float) -> None:
    """Place the spans of one text: numbers and texts of the spans, words of the target."""
    free = np.ones(len(words), dtype=bool)
    order = sorted(wanted, key=lambda k: (-wanted[k].size, k))
    for equal in (True, False):
        for k in order:
            if found.end[k] or not wanted[k].text:
                continue
            best = max(
                _likenesses(wanted[k], words, free, 1.0 if equal else ratio),
                key=lambda one: (one[0], -one[1]),
                default=None,
            )
            if best is not None:
                found.confidence[k], found.start[k], found.end[k] = best
                free[best[1] : best[2]] = False
                found.reason[k] = "" if best[0] == 1 else "its words are only alike"
    for k in order:
        if not found.end[k]:
            found.reason[k] = (
                "its words do not stand in the target text" if words else "no target text"
            )


def _likenesses(
    wanted: _Wanted, words: list[str], free: np.ndarray, least: float
) -> Iterator[tuple[float, int, int]]:
    """Likeness, first word and word after the last of every run of free words that is alike enough."""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted.text)  # of which difflib keeps what it has counted
    for width in range(max(1, wanted.size - _SLACK), wanted.size + _SLACK + 1):
        for start in range(len(words) - width + 1):
            made = "".join(words[start : start + width])
            if not free[start : start + width].all():
                continue
            if made == wanted.text:
                yield 1.0, start, start + width
            elif least < 1:
                matcher.set_seq1(made)
                if matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least:
                    likeness = matcher.ratio()
                    if likeness >= least:
                        yield likeness, start, start + width
