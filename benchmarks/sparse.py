"""Sparse differences of languages and tasks (adaptation/composable-sft), and what going on to a language makes a model forget.

python -m benchmarks.sparse [--what forgetting tags names] [--seeds 0 1 2] [--rows FILE] [--json]

forgetting: topics of two synthetic languages that share no word; a model that knows them in one learns 60 examples of the other by all its
            numbers, all but its pieces' rows, 2 % of them, or bottlenecks, at three rates, and is asked in both (evaluation.forgetting)
tags:       parts of speech, minilm learns 300 sentences of English-EWT, is asked in German, Turkish and Wolof (150 sentences each)
names:      minilm learns 300 sentences of WikiGold, is asked in Swahili, Hausa and Yorùbá (MasakhaNER 2, 150 sentences each)

tags and names go by the recipe's steps: a patch of English and one of the target from 300 lines each, with the pull to the base, a patch of
the task on the English one, task and target added. Beside it whole tuning, and the task's patch alone. A row is a seed and a target (in
`forgetting`: a way to go on); figures in [0, 1], `seconds` of processor time of the seed so far. --rows keeps rows as they come: what stands
there is not run again.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import averaging
from benchmarks.common import ROOT, data_folder, parallel
from benchmarks.common_alignment import keep, rows_of
from calque import part
from calque.values import Checkpoint, Labelled, Texts
from calque.workspace import working_in

SPEECH = {
    "deu": "UD_German-PUD/de_pud-ud-test.conllu",
    "tur": "UD_Turkish-PUD/tr_pud-ud-test.conllu",
    "wol": "UD_Wolof-WTB/wo_wtb-ud-test.conllu",
}
LINES, SHARE = 300, 0.05
FAMILY = (
    "languages=2 tree=star scripts=Latn order=SVO,SOV morphology=isolating articles=no concepts=60 topics=3 "
    "cognates=0 overlap=0 sharpness=1"
)


def forgetting(seed: int) -> Iterator[dict[str, Any]]:
    """Going on from one synthetic language to another that shares nothing with it."""
    make = partial(part("synthetic.labelled"), family=FAMILY, task="topic")
    texts = [
        line
        for code in ("qaa", "qab")
        for line in part("synthetic.texts")(family=FAMILY, language=code, n=600, seed=5)
    ]
    body = part("models.fresh")(
        part("vocabulary.train")(Texts.of(texts), size=500), width=32, layers=2, longest=64
    )
    train, more = (make(language=code, n=n, seed=1) for code, n in (("qaa", 200), ("qab", 60)))
    asked = [make(language=code, n=300, seed=3) for code in ("qab", "qaa")]
    known = part("models.tune")(body, train, epochs=10, learning_rate=3e-3, seed=seed)
    patcher = partial(part("adaptation.bottleneck"), reduction=8)
    ways: dict[str, Callable[..., tuple[Checkpoint, Any]]] = {
        "whole": lambda **given: (part("models.tune")(known, more, **given), None),
        "all but rows": lambda **given: (part("models.tune")(known, more, trains=r"encoder|pooler|classifier", **given), None),
        "sparse": lambda **given: (known, part("models.sparse_tune")(known, more, count=0.02, **given)),
        "bottleneck": lambda **given: (known, part("models.tune_patch")(known, more, patchers=[patcher], **given)),
    }  # fmt: skip
    before = [_right(known, None, examples) for examples in asked]
    for rate in (1e-2, 3e-3, 1e-3):
        for name, learn in ways.items():
            model, patch = learn(epochs=20, learning_rate=rate, seed=seed)
            after = [_right(model, patch, examples) for examples in asked]
            table = part("evaluation.forgetting")(
                [before[0]], [after[0]], [before[1]], [after[1]], [name]
            )
            yield {"rate": rate} | dict(table.rows[0])


def _right(model: Checkpoint, patch: Any, examples: Labelled) -> Any:
    found = part("models.predict")(model, examples, patch)
    return part("evaluation.accuracy")(found.labels, examples.gold, boot=1)


def tags(seed: int) -> Iterator[dict[str, Any]]:
    """Parts of speech."""
    folder = data_folder() / "ud"

    def read(path: str, most: int) -> Labelled:
        examples = part("data.conllu")(folder / path, task="tags")
        return averaging.some(examples, most)

    train = read("UD_English-EWT/en_ewt-ud-train.conllu", 300)
    tests = {language: read(path, 150) for language, path in SPEECH.items()}
    written = {language: _translations(language) for language in ("deu", "tur", "wol")}
    yield from _added(part("models.load")("minilm"), train, tests, written, "accuracy", seed)


def names(seed: int) -> Iterator[dict[str, Any]]:
    """Entities."""
    task = averaging.names()
    written = {language: _translations(language) for language in task.test}
    yield from _added(task.body, task.train, task.test, written, "span_f1", seed)


def _translations(language: str) -> Texts:
    """Lines of a language, from NTREX-128."""
    folder = ROOT / "runs" / "benchmarks" / "parallel"
    pairs = part("data.bitext")(parallel(data_folder(), language, folder), source="eng", target=language)  # fmt: skip
    return pairs.targets.take(range(LINES))


def _added(
    base: Checkpoint, train: Labelled, tests: dict[str, Labelled], written: dict[str, Texts], metric: str, seed: int
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """Whole tuning, the task's patch alone, and with the target's in place of the source's."""
    pairs = part("data.bitext")(parallel(data_folder(), "deu", ROOT / "runs" / "benchmarks" / "parallel"), source="eng", target="deu")  # fmt: skip
    read = partial(
        part("models.sparse_masked"), base, masker=part("objectives.random_mask"), count=SHARE, epochs=2,
        learning_rate=1e-4, seed=seed,
    )  # fmt: skip
    settings = {"epochs": 4, "learning_rate": {"classifier": 1e-3, "": 1e-4}, "seed": seed}
    whole = part("models.tune")(base, train, **settings)
    english = read(pairs.sources.take(range(LINES)))
    alone = part("models.sparse_tune")(base, train, count=SHARE, **settings)
    learned = part("models.sparse_tune")(base, train, english, count=SHARE, **settings)
    put = part("adaptation.apply")
    for language, test in tests.items():
        both = part("adaptation.add")([learned, read(written[language])])
        models = {"whole": whole, "task": put(base, alone), "task + target": put(base, both)}
        scores = {}
        for name, model in models.items():
            found = part("models.predict")(model, test)
            scores[name] = part(f"evaluation.{metric}")(found.labels, test.gold, boot=1).value
        yield {"target": language} | scores


WHAT: dict[str, Callable[[int], Iterator[dict[str, Any]]]] = {
    "forgetting": forgetting,
    "tags": tags,
    "names": names,
}
ROWS = {"forgetting": 12, "tags": 3, "names": 3}


def main() -> None:
    """Run what is asked for and not there yet; rows as they come."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("--what", nargs="+", default=list(WHAT), choices=list(WHAT))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks")
    parser.add_argument("--rows", type=Path, default=ROOT / "runs" / "benchmarks" / "sparse.jsonl")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    for what in asked.what:
        for seed in asked.seeds:
            told = {"what": what, "seed": seed}
            there = sum(told.items() <= row.items() for row in rows_of(asked.rows))
            if there == ROWS[what]:
                continue
            clock = time.process_time()
            with working_in(asked.out / "sparse" / f"{what}-{seed}"):
                for number, row in enumerate(WHAT[what](seed)):
                    row = told | row | {"seconds": round(time.process_time() - clock, 1)}
                    if number < there:  # of a run that was stopped
                        continue
                    keep(row, asked.rows, asked.json)
                    if not asked.json:
                        print(json.dumps(row, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
