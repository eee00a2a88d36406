"""What translation does to pairs of sentences that were translated apart.

Source: Artetxe, Labaka and Agirre 2020, "Translation Artifacts in Cross-lingual Transfer Learning",
https://arxiv.org/abs/2004.04721
"""

from collections.abc import Mapping

import numpy as np

from calque.errors import BadValue
from calque.evaluation.overlap import overlaps, pair_words
from calque.maths.bootstrap import Statistics, interval, paired_difference
from calque.roles import part
from calque.values import Labelled, Table


@part(paper="translation-artifacts")
def translation_artifacts(
    versions: Mapping[str, Labelled], *, boot: int = 1000, seed: int = 0
) -> Table:
    """Measure overlap and length of premise and hypothesis in versions of the same pairs, by label.

    Overlap is the share of the hypotheses' words that stand in their premise; premise and hypothesis that
    are translated apart lose some, since one word is translated in two ways. Only versions in one
    language compare: languages differ in overlap by themselves, as their words are inflected or cut.

    versions: by name, the same examples in the same order, the originals first: human and machine
              translations, back-translations
    boot:     number of bootstrap draws over pairs for 95 % intervals, and of random swaps for p

    Columns: version, label ("all" first), n, overlap with low and high, shift (from the first version) with
    its low, high and p, premise and hypothesis (mean words), same (share of the premises and hypotheses that read as in the
    first version).
    """
    if not versions:
        raise BadValue("evaluation.translation_artifacts: no versions")
    first, *_ = versions
    gold = versions[first].gold
    names = ["all", *versions[first].labels]
    rows, words, counts = [], {}, {}
    for name, examples in versions.items():
        where = f"evaluation.translation_artifacts, '{name}'"
        _check(where, examples.gold, gold)
        words[name] = pair_words(where, examples)
        counts[name] = overlaps(words[name])
        same = np.array(
            [a == b for a, b in zip(words[name], words[first], strict=True)], dtype=bool
        )
        for label in names:
            chosen = np.array([label in ("all", own) for own in gold], dtype=bool)
            if not chosen.any():
                continue
            row = {"version": name, "label": label, "n": int(chosen.sum())}
            row |= _measured(counts[name][chosen], counts[first][chosen], boot, seed)
            rows.append(row | {"same": float(same[chosen].mean())})
    return Table(tuple(rows))


def _check(where: str, labels: list, gold: list) -> None:
    seen = f"{len(labels)} examples, the first version {len(gold)}"
    if len(labels) == len(gold):
        pairs = enumerate(zip(labels, gold, strict=True))
        seen = next((f"row {k} is '{a}', was '{b}'" for k, (a, b) in pairs if a != b), "")
    if seen:
        raise BadValue(f"{where}: {seen}; versions hold the same examples in the same order")


def _measured(counts: np.ndarray, before: np.ndarray, boot: int, seed: int) -> dict:
    one, other = Statistics(counts, _share), Statistics(before, _share)
    low, high = interval(one, draws=boot, seed=seed)
    shift, shift_low, shift_high, p = paired_difference(one, other, draws=boot, seed=seed)
    _, hypothesis, premise, n = counts.sum(axis=0).tolist()
    row = {"overlap": one.value, "low": low, "high": high, "shift": shift}
    row |= {"shift_low": shift_low, "shift_high": shift_high, "p": p}
    return row | {"premise": premise / n, "hypothesis": hypothesis / n}


def _share(sums: np.ndarray) -> np.ndarray:
    inside, words = np.asarray(sums[..., 0], dtype=float), np.asarray(sums[..., 1], dtype=float)
    return np.divide(inside, words, out=np.zeros_like(inside), where=words > 0)
