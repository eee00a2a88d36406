"""Errors that a model transfers to a language without examples, against noise by rule; and detectors of learners' errors.

python -m benchmarks.written_errors synthetic [--n 400] [--epochs 10] [--temperature 0.7] [--learned 8] [--seeds 0 1]
python -m benchmarks.written_errors multiged [--target german] [--most 1500] [--learned 8] [--seeds 0 1]

synthetic: three related languages with a known process of errors (agreement, order, spelling). A model learns errors of two, and
to repeat sentences of all three (`projection/ged-synthetic-errors`); detectors, an encoder drawn anew, learn from what it makes of
sentences of the third, or others, and then from the first two's marked errors. Rows, by what the first stage learns from:

none       nothing: the marked errors of the first two alone
rule       words exchanged with the next and letters doubled, dropped or exchanged, each as often as in truth; agreement is left out
generated  what the model made
true       true errors of the third language

divergence: Jensen-Shannon's of kinds of errors from those of the language, in bits. f05: of flags on 300 sentences of the third
language, with a bootstrap interval. repeated: sentences that the model gave back as they were

multiged: what people marked in MultiGED-2023's development sets of the other languages is the second stage, noise by rule on the
target's side of NTREX-128 the first. Correct and erroneous sentences side by side, from which a model could learn to make errors,
these sets do not hold.
"""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import data_folder
from calque import part
from calque.languages.words import spaced, word_texts
from calque.synthetic.noise import slip
from calque.values import Bitext, Labelled, Texts

FAMILY = (
    "languages=3 tree=star scripts=Latn order=SVO morphology=fusional articles=no concepts=40 topics=2 "
    "cognates=0.9 overlap=0.5"
)
RATES = (0.1, 0.1, 0.05)
SETS = {
    "czech": ("ces", "czech/cs_geccc_dev.tsv", ""),
    "english": ("eng", "english/en_realec_dev.tsv", ""),
    "german": ("deu", "german/de_falko-merlin_dev.tsv", "deu"),
    "italian": ("ita", "italian/it_merlin_dev.tsv", ""),
}
tags, tune = part("generation.error_tags"), part("models.tune")


def synthetic(asked: argparse.Namespace, seed: int) -> Iterator[dict[str, Any]]:
    """Rows of one seed."""
    family = f"{FAMILY} seed={seed}"
    errors = [
        part("synthetic.errors")(
            family=family, language=language, n=asked.n, seed=k + 1, rates=RATES
        )
        for k, language in enumerate(("qaa", "qab"))
    ]
    clean = part("synthetic.texts")(family=family, language="qac", n=asked.n, seed=3)
    clock = time.process_time()
    vocabulary, spoiler = spoiled(errors, clean, asked.epochs, seed)
    seconds = time.process_time() - clock
    made = part("models.translate")(clean, spoiler, language="wrong", temperature=asked.temperature)
    pairs = part("data.beside")(made)
    repeated = float(np.mean([a == b for a, b in pairs]))
    true = part("synthetic.errors")(family=family, language="qac", n=asked.n, seed=6, rates=RATES)
    tests = part("synthetic.errors")(family=family, language="qac", n=300, seed=5, rates=RATES)
    stages = {
        "none": None,
        "rule": by_rule(clean, RATES[1:], seed),
        "generated": pairs,
        "true": true,
    }
    marked = part("data.together")([tags(one) for one in errors])
    for way, first in stages.items():
        row = {"seed": seed, "way": way, "writer_seconds": seconds}
        if first is not None:
            kinds = [tags(one, kinds=True).gold for one in (first, tests)]
            row["divergence"] = part("evaluation.tag_divergence")(*kinds).value
        if way == "generated":
            row |= {"repeated": repeated, "usable": len(part("generation.valid")(tags(first)))}
        first = first and part("generation.valid")(tags(first))
        yield row | detected(vocabulary, first, marked, tags(tests), asked.learned, seed)


def spoiled(errors: list[Bitext], clean: Texts, epochs: int, seed: int) -> tuple[Any, Any]:
    """The vocabulary and the model that makes errors."""
    pairs, relabel = part("data.pairs"), part("data.relabelled")
    wrong = [relabel(one, target="wrong") for one in errors]
    same = [
        relabel(pairs(one, one), target="same") for one in (*(e.sources for e in errors), clean)
    ]
    texts = part("data.pooled")([clean, *(side for e in errors for side in (e.sources, e.targets))])
    vocabulary = part("vocabulary.byte_pairs")(texts, size=400)
    drawn = part("models.fresh_translator")(
        vocabulary, languages=["same", "wrong"], width=64, layers=1, longest=64, seed=seed
    )
    return vocabulary, part("models.tune_translator")(
        drawn, [*wrong, *same], both=False, epochs=epochs, learning_rate=5e-3, tokens=1024, smoothing=0.0, seed=seed
    )  # fmt: skip


def by_rule(texts: Texts, rates: tuple[float, ...], seed: int) -> Bitext:
    """Words exchanged with the next and misspelled at these rates."""
    random = np.random.default_rng(seed)
    pairs = []
    for text in texts:
        words = text.split()
        k = 0
        while k < len(words):
            draw, kind, where = random.random(3)
            letters = any(map(str.isalpha, words[k]))
            if letters and draw < rates[0] and k + 1 < len(words):
                words[k : k + 2] = words[k + 1], words[k]
                k += 1
            elif letters and draw < sum(rates):
                words[k] = slip(words[k], kind, where)
            k += 1
        pairs.append((text, " ".join(words)))
    return Bitext.of(pairs, texts.language, texts.language, tokenized=True)


def detected(
    vocabulary: Any, first: Labelled | None, second: Labelled | None, tests: Labelled, epochs: int, seed: int
) -> dict[str, Any]:  # fmt: skip
    """F0.5 of a detector of both stages, on words of the tests."""
    model = part("models.fresh")(vocabulary, width=64, layers=1, longest=128, seed=seed)
    for stage, rate in ((first, 3e-3), (second, 2e-3)):
        if stage is not None:
            model = tune(model, stage, epochs=epochs, learning_rate=rate, seed=seed)
    found = part("models.predict")(model, tests)
    score = part("evaluation.flag_f05")(found, tests.gold)
    flags = [tag == "i" for row in found for tag in row]
    return {
        "f05": score.value,
        "low": score.low,
        "high": score.high,
        "flagged": float(np.mean(flags)),
    }


def multiged(asked: argparse.Namespace, seed: int) -> Iterator[dict[str, Any]]:
    """Rows of one seed: with and without a first stage, and the first stage alone."""
    data = data_folder()
    sets = {name: marks(data, name) for name in SETS}
    tests = sets.pop(asked.target)
    random = np.random.default_rng(seed)
    second = part("data.together")(
        [one.take(random.permutation(len(one))[: asked.most // 3]) for one in sets.values()]
    )
    code = SETS[asked.target][2]
    lines = (data / "ntrex-128" / f"newstest2019-ref.{code}.txt").read_text(encoding="utf-8-sig")
    words = [
        spaced(word_texts(line, code)) for line in lines.split("\n")[: asked.most] if line.strip()
    ]
    noisy = tags(by_rule(Texts.of(words, code, tokenized=True), (0.03, 0.06), seed))
    first = part("generation.valid")(noisy)
    written = [part("data.written")(one) for one in (first, second)]
    vocabulary = part("vocabulary.byte_pairs")(part("data.pooled")(written), size=3000)
    yield {"seed": seed, "way": "all words flagged"} | flat(tests)
    stages = {"none": (None, second), "rule": (first, second), "rule alone": (first, None)}
    for way, (one, two) in stages.items():
        row = {"seed": seed, "way": way, "target": asked.target, "tests": len(tests)}
        yield row | detected(vocabulary, one, two, tests, asked.learned, seed)


def marks(data: Path, name: str) -> Labelled:
    """Sentences with the words that people marked, of at most 60 words."""
    language, file, _ = SETS[name]
    made = part("data.labelled")(data / "multiged-2023" / file, task="tags", language=language)
    rows = [{"words": row["words"], "tags": row["tags"]} for row in made if len(row["words"]) <= 60]
    return Labelled.of(rows, "tags", language)


def flat(tests: Labelled) -> dict[str, float]:
    """F0.5 were every word flagged."""
    score = part("evaluation.flag_f05")([["i"] * len(row["words"]) for row in tests], tests.gold)
    return {"f05": score.value, "low": score.low, "high": score.high, "flagged": 1.0}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("synthetic", "multiged"))
    for name, default in (("n", 400), ("epochs", 10), ("learned", 8), ("most", 1500)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--temperature", type=float, default=0.7)
    parser.add_argument("--target", choices=[k for k, v in SETS.items() if v[2]], default="german")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1])
    asked = parser.parse_args()
    for seed in asked.seeds:
        for row in (synthetic if asked.what == "synthetic" else multiged)(asked, seed):
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
