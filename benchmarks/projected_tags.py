"""Parts of speech without a tagged sentence of the language: projected over links, then a hidden Markov model.

python -m benchmarks.projected_tags [--languages deu tur …] [--test fra=FILE.conllu …] [--json]

A tagger of English is fitted to UD_English-EWT (train) and tags the English side of NTREX-128; tags are carried
over word links learned from NTREX-128 alone, a model of the other language is fitted to what arrived, and tested
on the language's UD test set. Rows, by what is fitted to what arrived:

words    the commonest tag of each word, the commonest of all for others
plain    counts, all unknown words alike, as in the paper
endings  counts, unknown words judged by their ends
sure     the same from tags whose link has a score of at least 0.5
filled   as endings, then three rounds in which gaps have expected tags
gold     as endings, but fitted to gold tags: of the other half of the test set

--test gives a test set that the data folder lacks. `seconds` are processor time of fitting and tagging.
"""

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import data_folder, parallel
from calque import part
from calque.languages.words import folded
from calque.values import Labelled, View

TESTS = {
    "deu": "UD_German-PUD/de_pud-ud-test.conllu",
    "tur": "UD_Turkish-PUD/tr_pud-ud-test.conllu",
    "hin": "UD_Hindi-PUD/hi_pud-ud-test.conllu",
    "arb": "UD_Arabic-PUD/ar_pud-ud-test.conllu",
    "mlt": "UD_Maltese-MUDT/mt_mudt-ud-test.conllu",
    "wol": "UD_Wolof-WTB/wo_wtb-ud-test.conllu",
    "eus": "UD_Basque-BDT/eu_bdt-ud-test.conllu",
}
WAYS: dict[str, dict[str, Any]] = {
    "plain": {"ending": 0},
    "endings": {},
    "filled": {"rounds": 3},
}
fit, tag, accuracy = (
    part(name) for name in ("projection.fit_tagger", "projection.tag", "evaluation.accuracy")
)


def measured(
    data: Path, languages: list[str], tests: dict[str, Path], work: Path
) -> Iterator[dict[str, Any]]:
    """Every language and way."""
    read = part("data.labelled")
    train = read(data / "ud/UD_English-EWT/en_ewt-ud-train.conllu", task="pos", language="eng")
    english = fit(train)
    for language in languages:
        file = tests.get(language) or data / "ud" / TESTS[language]
        test = read(file, task="pos", language=language)
        view, examples = seen(data, language, work, english)
        carried = part("projection.by_links")
        made = carried(examples, view, bare=True)
        share = np.mean([word is not None for tags in made.gold for word in tags])
        row = {"language": language, "carried": float(share)}
        yield row | {"way": "words"} | scored([words(made, test)], [test])
        for way, settings in WAYS.items():
            yield row | timed(way, [(made, test)], settings)
        yield row | timed("sure", [(carried(examples, view, bare=True, above=0.5), test)], {})
        halves = [test.take(range(k, len(test), 2)) for k in (0, 1)]
        yield row | timed("gold", [(halves[1], halves[0]), (halves[0], halves[1])], {})


def seen(data: Path, language: str, work: Path, english: Any) -> tuple[View, Labelled]:
    """English sentences with the tagger's tags, and their translations linked word to word."""
    file = parallel(data, language, work)
    raw = part("data.bitext")(file, source="eng", target=language)
    waiting = part("data.unlabelled")(raw.sources, task="tags")
    examples = part("data.predicted")(waiting, tag(english, waiting))
    pairs = part("data.pairs")(part("data.written")(examples), raw.targets)
    links = part("wordalign.agreement")(pairs, prefix=5, threshold=0.05)
    return part("data.view")(pairs, links), examples


def words(made: Labelled, test: Labelled) -> list[list[str]]:
    """The commonest tag of each word."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    every: Counter[str] = Counter()
    for row in made:
        for word, own in zip(row["words"], row["tags"], strict=True):
            if own is not None:
                counts[folded(word)][own] += 1
                every[own] += 1
    best = {word: count.most_common(1)[0][0] for word, count in counts.items()}
    usual = every.most_common(1)[0][0]
    return [[best.get(folded(word), usual) for word in row["words"]] for row in test]


def timed(way: str, sets: list[tuple[Labelled, Labelled]], settings: dict[str, Any]) -> dict:
    """Score of the tags of test sets by models of the training sets beside them."""
    clock = time.process_time()
    found = [tag(fit(train, **settings), test) for train, test in sets]
    seconds = time.process_time() - clock
    return {"way": way} | scored(found, [test for _, test in sets]) | {"seconds": seconds}


def scored(found: list, tests: list[Labelled]) -> dict[str, Any]:
    """Accuracy over all test sets together; words without a gold tag stay out."""
    made, gold = [], []
    for tags, test in zip(found, tests, strict=True):
        for one, own in zip(tags, test.gold, strict=True):
            pairs = [(a, b) for a, b in zip(one, own, strict=True) if b is not None]
            made.append([a for a, _ in pairs])
            gold.append([b for _, b in pairs])
    score = accuracy(made, gold)
    return {"accuracy": score.value, "low": score.low, "high": score.high, "n": score.n}


def main() -> None:
    """Measure the languages asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--languages", nargs="+", default=list(TESTS))
    parser.add_argument("--test", nargs="+", default=[], metavar="LANGUAGE=FILE")
    parser.add_argument("--work", type=Path, default=Path("runs/projected-tags"))
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    tests = {name: Path(file) for name, _, file in (one.partition("=") for one in asked.test)}
    languages = list(dict.fromkeys([*tests, *asked.languages]))
    asked.work.mkdir(parents=True, exist_ok=True)
    rows = []
    for row in measured(data_folder(), languages, tests, asked.work):
        rows.append(row)
        if asked.json:
            print(json.dumps(row), flush=True)
    if not asked.json:
        ways = list(dict.fromkeys(row["way"] for row in rows))
        print(f"| language | carried | {' | '.join(ways)} |{chr(10)}{'|---' * (len(ways) + 2)}|")
        for language in languages:
            own = {row["way"]: row for row in rows if row["language"] == language}
            cells = [
                "{:.1f} ({:.1f}-{:.1f})".format(
                    *(100 * own[w][k] for k in ("accuracy", "low", "high"))
                )
                for w in ways
            ]
            print(f"| {language} | {100 * own[ways[0]]['carried']:.1f} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
