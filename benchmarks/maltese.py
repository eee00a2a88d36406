"""Maltese as a mixed language: where its words come from, and parts of speech that no Maltese label tells.

git clone --branch 2024.eacl https://github.com/MLRS/malti
python -m benchmarks.maltese --malti malti [--only origins] [--pipelines raw Xara …] [--json]

Origins: the 9,683 tokens annotated by Micallef et al. 2024, ten folds of sentences as they take them.
Parts of speech: UD_Maltese-MUDT after each pipeline, with the authors' word translations (by machine) and their
list of Tunisian words. Origins are predicted by a classifier fitted to the annotated sentences, all of which
lie outside the test set. P is to leave, X to transliterate, T to translate; before the stroke words of Arabic
origin, behind it the others. Tasks tuned on Maltese labels: `benchmarks.maltese_tasks`.
"""

import argparse
import itertools
import json
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import ROOT, data_folder
from calque.data.conllu import conllu
from calque.data.lexicon import lexicon
from calque.evaluation.accuracy import accuracy
from calque.evaluation.paired import paired
from calque.maths.bootstrap import Statistics, interval
from calque.projection.maltese_arabic import maltese_arabic
from calque.projection.reword import reword
from calque.projection.route import route
from calque.projection.translate_words import translate_words
from calque.values import Labelled, Lexicon, Texts, View
from calque.vocabulary.origins import origins

_FOREIGN = ("Non-Arabic", "Code-Switching", "Name")
PIPELINES = (
    "raw",
    "Xara",
    "Tara",
    "Tita",
    "Teng",
    "Xara/P",
    "Xara/Tara",
    "Xara/Tita",
    "Xara/Teng",
    "Teng/P",
)
_MOST = 3000  # sentences of English, so that Arabic, of which there are a thousand, is not drowned
Sentence = list[tuple[str, str]]
Ways = dict[str, Callable[..., View] | None]


def main() -> None:
    """Score what is asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--malti", type=Path, required=True, help="checkout of MLRS/malti, 2024.eacl"
    )
    parser.add_argument("--only", choices=("origins", "spelling"))
    parser.add_argument("--pipelines", nargs="+", default=list(PIPELINES), choices=PIPELINES)
    parser.add_argument("--test", type=int, help="sentences to score on; all where not given")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    sentences = annotated(asked.malti)
    rows = []
    if asked.only in (None, "origins"):
        rows += _origins(sentences, asked.seed)
    if asked.only in (None, "spelling"):
        path = data_folder() / "ud" / "UD_Maltese-MUDT" / "mt_mudt-ud-test.conllu"
        test = conllu(path, task="tags", language="mlt")
        test = test.take(range(len(test))[: asked.test])
        rows += _spelling(pipelines(asked.malti, [test]), test, asked)
    if asked.json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        bounds = f"{100 * row['value']:.1f} ({100 * row['low']:.1f} to {100 * row['high']:.1f})"
        print(" | ".join([row["what"], bounds, *(f"{k} {row[k]}" for k in list(row)[4:])]))


def annotated(malti: Path) -> list[Sentence]:
    """Words with their origins, sentence by sentence."""
    path = malti / "src" / "etymology_data" / "annotations.tsv"
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    groups = itertools.groupby(lines, key=lambda line: line[0])
    return [[(line[1], line[3]) for line in group] for _, group in groups]


# --- where words come from


def _origins(sentences: list[Sentence], seed: int) -> list[dict[str, Any]]:
    folds = np.random.default_rng(seed).permutation(len(sentences)) % 10
    ways = {
        "origins": _by_spelling,
        "commonest origin of the word": _by_memory,
        "commonest": _by_none,
    }
    right: dict[str, list[np.ndarray]] = {
        f"{way}{of}": [] for way in ways for of in ("", ", unseen words")
    }
    for fold in range(10):
        known = [s for s, own in zip(sentences, folds, strict=True) if own != fold]
        held = [s for s, own in zip(sentences, folds, strict=True) if own == fold]
        seen = {word.lower() for s in known for word, _ in s}
        for way, fit in ways.items():
            judge = fit(known)
            for s in held:
                hits = np.array(
                    [j == o for j, (_, o) in zip(judge([w for w, _ in s]), s, strict=True)]
                )
                new = np.array([word.lower() not in seen for word, _ in s])
                right[way].append(np.array([hits.sum(), len(s)]))
                right[f"{way}, unseen words"].append(np.array([hits[new].sum(), new.sum()]))
    rows = [_share(f"origin: {name}", np.array(counts), seed) for name, counts in right.items()]
    toy = lexicon(ROOT / "calque" / "toy" / "mlt-words.tsv")
    judge = origins(toy).best
    hits = [
        sum(j == o for j, (_, o) in zip(judge([w for w, _ in s]), s, strict=True))
        for s in sentences
    ]
    counts = np.array([hits, [len(s) for s in sentences]]).T
    return [*rows, _share(f"origin: origins, from {len(toy)} words listed by hand", counts, seed)]


def _by_spelling(known: list[Sentence]) -> Callable[[list[str]], list[str]]:
    return origins(_counted(known)).best


def _by_memory(known: list[Sentence]) -> Callable[[list[str]], list[str]]:
    seen: dict[str, Counter[str]] = {}
    for word, origin in itertools.chain(*known):
        seen.setdefault(word.lower(), Counter())[origin] += 1
    none = _by_none(known)([""])[0]
    best = {word: counts.most_common(1)[0][0] for word, counts in seen.items()}
    return lambda words: [best.get(word.lower(), none) for word in words]


def _by_none(known: list[Sentence]) -> Callable[[list[str]], list[str]]:
    commonest = Counter(origin for _, origin in itertools.chain(*known)).most_common(1)[0][0]
    return lambda words: [commonest] * len(words)


def _counted(known: list[Sentence]) -> Lexicon:
    counts = Counter(itertools.chain(*known))
    return Lexicon.of([(*key, float(count)) for key, count in counts.items()], "mlt")


def _share(what: str, counts: np.ndarray, seed: int) -> dict[str, Any]:
    shares = Statistics(counts, lambda sums: sums[..., 0] / sums[..., 1])
    low, high = interval(shares, draws=1000, seed=seed)
    return {
        "what": what,
        "value": shares.value,
        "low": low,
        "high": high,
        "words": int(counts[:, 1].sum()),
    }


# --- parts of speech


def _spelling(ways: Ways, test: Labelled, asked: argparse.Namespace) -> list[dict[str, Any]]:
    """A tagger that was shown Arabic and English words alone, on Maltese that it was not."""
    folder = data_folder() / "ud"
    files = ("UD_Arabic-PUD/ar_pud-ud-test.conllu", "UD_English-EWT/en_ewt-ud-train.conllu")
    known: Counter[tuple[str, str]] = Counter()
    for file in files:
        for row in list(conllu(folder / file, task="tags"))[:_MOST]:
            known.update(zip(row["words"], row["tags"], strict=True))
    tagger = origins(
        Lexicon.of([(*key, float(n)) for key, n in known.items()]), longest=3, shared=2
    )
    found = {}
    for name in asked.pipelines:
        way = ways[name]
        rewritten = reword(test, way) if way else test
        found[name] = [tagger.best(row["words"]) for row in rewritten]
    return _scored("zero-shot by spelling", found, test, asked.seed)


def _scored(
    what: str, found: dict[str, list[list[str]]], test: Labelled, seed: int
) -> list[dict[str, Any]]:
    gold, rows = [row["tags"] for row in test], []
    for name, tags in found.items():
        score = accuracy(tags, gold, seed=seed)
        row: dict[str, Any] = {
            "what": f"{what}: {name}",
            "value": score.value,
            "low": score.low,
            "high": score.high,
        }
        row["words"] = sum(map(len, gold))
        others = ["raw", *(name.split("/")[:1] if "/" in name else [])]
        for other in (o for o in others if o in found and o != name):
            gap = paired(tags, found[other], gold, seed=seed)
            bounds = [100 * (bound or 0) for bound in (gap.value, gap.low, gap.high)]
            row[f"over {other}"] = "{:+.1f} ({:+.1f} to {:+.1f})".format(*bounds)
        rows.append(row)
    return rows


def pipelines(malti: Path, tests: list[Labelled]) -> Ways:
    """The rewriter of each; none for raw text. Origins are learned outside the test sets."""
    tested = {tuple(row["words"]) for test in tests for row in test}
    own = [s for s in annotated(malti) if tuple(word for word, _ in s) not in tested]
    arabic = (malti / "data" / "arabi_data" / "country_tn-maghreb-words.txt").read_text("utf-8")
    x = partial(maltese_arabic, known=Texts.of(arabic.splitlines(), "aeb"))
    t = {code: _translator(malti, f"mt-{code}") for code in ("ar", "it", "en")}
    en_ar = _translator(malti, "en-ar")
    routed = partial(route, classifier=origins(_counted(own)))
    to_arabic = {
        "Arabic": x,
        "Symbol": x,
        "Non-Arabic": t["ar"],
        "Code-Switching": en_ar,
        "Name": t["ar"],
    }
    return {
        "raw": None,
        "Xara": x,
        "Tara": t["ar"],
        "Tita": t["it"],
        "Teng": t["en"],
        "Xara/P": partial(routed, routes={"Arabic": x}),
        "Xara/Tara": partial(routed, routes=to_arabic),
        "Xara/Tita": partial(routed, routes={"Arabic": x} | dict.fromkeys(_FOREIGN[::2], t["it"])),
        "Xara/Teng": partial(routed, routes={"Arabic": x} | dict.fromkeys(_FOREIGN[::2], t["en"])),
        "Teng/P": partial(routed, routes={"Arabic": t["en"]}),
    }


def _translator(malti: Path, system: str) -> Callable[[Texts], View]:
    """The authors' translations; a word that was translated several ways has its first."""
    lines = (malti / "src" / "translations" / f"{system}.tsv").read_text("utf-8").splitlines()
    pairs = [line.split("\t") for line in lines]
    entries = [(pair[0], pair[1], 1.0) for pair in pairs if len(pair) == 2 and all(pair)]
    return partial(translate_words, lexicon=Lexicon.of(entries, "mlt", system[3:]))


if __name__ == "__main__":
    main()
