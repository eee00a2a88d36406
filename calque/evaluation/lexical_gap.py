"""What of gold text a tagger's training data never showed, and what that costs.

Source: García-Ferrero, Agerri and Rigau 2022, "Model and Data Transfer for Cross-Lingual Sequence Labelling
in Zero-Resource Settings", section 6, which finds that translated text says things in other words than text
of the language itself, https://aclanthology.org/2022.findings-emnlp.478
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.languages.words import folded
from calque.maths.entropy import jensen_shannon
from calque.roles import part
from calque.values import Labelled, Table

_GROUPS = ("known", "other tag", "unseen")


@part(paper="model-vs-data-transfer")
def lexical_gap(
    training: Labelled,
    gold: Labelled,
    predictions: Sequence[Sequence[str]] | None = None,
    *,
    shown: int = 10,
) -> Table:
    """Tabulate how much of gold text stands in training data, type by type, and how it was tagged.

    A row per type (the tag without B- and I-; "all" first, "O" with the rest) and group: "known" words stand
    in the training data with that type, of words of "other tag" the word does but never so, "unseen" ones do not
    stand there at all; "all" are these three. Words are compared without case.

    Columns: kind, group, words (of the gold text), share (of the type's), right (share that was tagged with
    the right type, where predictions are given), examples (the commonest), and in rows of group "all" training
    (words of that type there) and divergence: Jensen-Shannon's between the words of that type in both, in bits,
    from 0 to 1. Row "tags" has the divergence between how often each type occurs.

    training:    examples with tags, for instance projected ones; words without a tag have no type
    gold:        examples of the language itself
    predictions: tags of the gold examples by a model that learned from the training data
    shown:       most words in `examples`
    """
    if shown < 0:
        raise BadSetting(f"evaluation.lexical_gap: shown must be at least 0, got {shown}")
    taught = _by_kind(training, "training")
    wanted = _by_kind(gold, "gold")
    right = None if predictions is None else _right(gold, predictions)
    seen = set().union(*taught.values()) if taught else set()
    kinds = sorted((k for k in wanted if k is not None), key=lambda k: (-wanted[k].total(), k))
    rows = [_tags(taught, wanted)]
    counts: dict[str, dict[str, Counter[str]]] = {}
    for kind in kinds:
        counts[kind] = {group: Counter() for group in _GROUPS}
        for word, count in wanted[kind].items():
            known = word in taught.get(kind, ())
            group = "known" if known else "other tag" if word in seen else "unseen"
            counts[kind][group][word] += count
    every = {group: sum((counts[k][group] for k in kinds), Counter()) for group in _GROUPS}
    for kind, groups in {"all": every, **counts}.items():
        own = kinds if kind == "all" else [kind]
        for group in ("all", *_GROUPS):
            some = [counts[k][g] for k in own for g in ([group] if group != "all" else _GROUPS)]
            total = sum(groups[g].total() for g in _GROUPS)
            row = _row(kind, group, some, total, shown)
            row["right"] = _accuracy(right, own, counts, group) if right is not None else None
            if group == "all":
                both = [
                    sum((side.get(k, Counter()) for k in own), Counter())
                    for side in (taught, wanted)
                ]
                row |= {"training": both[0].total(), "divergence": _apart(*both)}
            rows.append(row)
    return Table(tuple([*rows[1:], rows[0]]))


def _by_kind(examples: Labelled, name: str) -> dict[str | None, Counter[str]]:
    """How often each word has each type; type None for words without a tag."""
    found: dict[str | None, Counter[str]] = defaultdict(Counter)
    for kind, word in _words(examples, name):
        found[kind][word] += 1
    return found


def _words(examples: Labelled, name: str) -> Iterator[tuple[str | None, str]]:
    if not {"words", "tags"} <= set(examples.table.column_names):
        raise BadValue(
            f"evaluation.lexical_gap: the {name} examples are of task '{examples.task}', which has no tag per word"
        )
    for row in examples:
        words = row["words"] or ()
        for word, tag in zip(words, row["tags"] or [None] * len(words), strict=True):
            yield _kind(tag), folded(word)


def _kind(tag: str | None) -> str | None:
    return tag[2:] if tag is not None and tag[:2] in ("B-", "I-") else tag


def _right(gold: Labelled, predictions: Sequence) -> dict[tuple[str | None, str], int]:
    """How often a word of a type was tagged with it."""
    if len(predictions) != len(gold):
        raise BadValue(
            f"evaluation.lexical_gap: {len(gold)} gold examples and {len(predictions)} predictions"
        )
    made = [tag for tags in predictions for tag in tags]
    pairs = list(_words(gold, "gold"))
    if len(made) != len(pairs):
        raise BadValue(
            f"evaluation.lexical_gap: {len(pairs)} gold words and {len(made)} predicted tags"
        )
    return Counter(pair for pair, tag in zip(pairs, made, strict=True) if _kind(tag) == pair[0])


def _accuracy(right: dict, kinds: list[str], counts: dict, group: str) -> float | None:
    """Share of the words of these types and this group whose type was found."""
    groups = _GROUPS if group == "all" else (group,)
    words = [
        (kind, word, n) for kind in kinds for g in groups for word, n in counts[kind][g].items()
    ]
    total = sum(n for _, _, n in words)
    return sum(right.get((kind, word), 0) for kind, word, _ in words) / total if total else None


def _row(
    kind: str, group: str, counters: list[Counter[str]], total: int, shown: int
) -> dict[str, Any]:
    words = sum(counters, Counter())
    common = sorted(words, key=lambda word: (-words[word], word))[:shown]
    return {
        "kind": kind,
        "group": group,
        "words": words.total(),
        "share": words.total() / total if total else 0.0,
        "examples": " ".join(common),
    }


def _tags(taught: dict, wanted: dict) -> dict[str, Any]:
    sides = [
        Counter({kind: words.total() for kind, words in side.items() if kind is not None})
        for side in (taught, wanted)
    ]
    return {
        "kind": "tags",
        "group": "all",
        "words": sides[1].total(),
        "training": sides[0].total(),
        "divergence": _apart(*sides),
    }


def _apart(one: Counter, other: Counter) -> float:
    names = sorted({*one, *other})
    return jensen_shannon(
        *(np.array([side[n] for n in names], dtype=float) for side in (one, other))
    )
