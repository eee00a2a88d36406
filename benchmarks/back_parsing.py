"""Utterances of another language from meanings, against gold utterances and against back-translation, where truth is known.

python -m benchmarks.back_parsing [--known 300] [--examples 150] [--epochs 14] [--learned 8] [--seeds 0 1] [--json]

Two languages of a synthetic family, one verb-final. An encoder-decoder learns to translate --known pairs of requests; --examples
labelled utterances of the first language are then put into the second in several ways, their slots carried over links that
are learned from all pairs, and a tagger learns from what lost at most one slot. Rows:

gold         what the utterances are in the other language, with gold slots
translation  the model's translation of the utterances
shift        `models.tune_back_parser`, which never sees a pair: meanings said by a decoder that learned from moved states
no shift     the same from states as they are

carried  share of the slots that arrive over the links as wholes
right    share of the slots whose words are those of the gold utterance
slots    F1 of the tagger on 200 other utterances, with a bootstrap interval

"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from calque import part
from calque.generation.brackets import Utterance
from calque.values import Labelled, Texts

FAMILY = (
    "languages=2 tree=star scripts=Latn order=SVO,SOV morphology=isolating articles=no concepts=40 "
    "topics=2 cognates=0.5 overlap=0.3"
)
ONE, OTHER = "qaa", "qab"


def measured(asked: argparse.Namespace, seed: int) -> Iterator[dict[str, Any]]:
    """Rows of one seed."""
    made = {"family": FAMILY + f" seed={seed}", "task": "intents", "seed": 2}
    examples, gold = (
        part("synthetic.labelled")(language=one, n=asked.examples, **made) for one in (ONE, OTHER)
    )
    tests = part("synthetic.labelled")(language=OTHER, n=200, **(made | {"seed": 4}))
    requests = {"family": made["family"], "of": "requests"}
    pairs = part("synthetic.bitext")(source=ONE, target=OTHER, n=asked.known, seed=1, **requests)
    texts = part("synthetic.texts")(language=OTHER, n=asked.examples, seed=3, **requests)
    meanings = part("generation.slot_prompts")(examples, count=0).sources
    writing = part("data.written")(examples)
    vocabulary = part("vocabulary.byte_pairs")(
        part("data.pooled")([pairs.sources, pairs.targets, meanings, texts]), size=600
    )
    drawn = part("models.fresh_translator")(
        vocabulary, languages=[ONE, OTHER], width=64, layers=1, longest=64, seed=seed
    )
    clock = time.process_time()
    reads = part("models.tune_translator")(
        drawn, [pairs], epochs=asked.epochs, learning_rate=5e-3, tokens=512, smoothing=0.0, seed=seed
    )  # fmt: skip
    facts = {"seed": seed, "read": time.process_time() - clock}
    utterances = part("data.pairs")(meanings, writing)
    translate = part("models.translate")
    said = {"translation": list(translate(writing, reads, language=OTHER).rewritten)}
    for name, shift in (("shift", True), ("no shift", False)):
        clock = time.process_time()
        speaker = part("models.tune_back_parser")(
            reads, utterances, texts, epochs=asked.learned, learning_rate=5e-3, noise=0.3, shift=shift, tokens=512, seed=seed
        )  # fmt: skip
        said[name] = list(translate(meanings, speaker, language=OTHER).rewritten)
        facts[name] = time.process_time() - clock
    said["gold"] = list(part("data.written")(gold))
    yield facts
    for way in ("gold", "translation", "shift", "no shift"):
        training, carried = slotted(examples, gold, said[way], pairs, whole=way == "gold")
        tags = part("projection.tag")(part("projection.fit_tagger")(training, ending=4), tests)
        score = part("evaluation.span_f1")(tags, tests.gold)
        right = arrived(training, gold, carried)
        yield {"seed": seed, "way": way, "carried": carried["share"], "right": right} | {
            "examples": len(training), "slots": score.value, "low": score.low, "high": score.high
        }  # fmt: skip


def slotted(
    examples: Labelled, gold: Labelled, said: list[str], pairs: Any, *, whole: bool
) -> tuple[Labelled, dict[str, Any]]:
    """Utterances with slots carried over links, and what became of the slots."""
    if whole:
        return gold, {"share": 1.0, "rows": list(gold)}
    made = part("data.pairs")(part("data.written")(examples), Texts.of(said, OTHER, tokenized=True))
    every = part("data.pooled_pairs")([made, pairs])
    links = part("wordalign.agreement")(every, prefix=5, threshold=0.05)
    view = part("data.view")(made, links)
    projected = part("projection.by_links")(examples, view)
    rows = [row for row in part("projection.account")(projected) if row["kind"] == "all"]
    kept = sum(row["share"] for row in rows if row["outcome"] == "kept")
    return part("projection.complete")(projected, lost=1), {"share": kept, "rows": list(projected)}


def arrived(training: Labelled, gold: Labelled, carried: dict[str, Any]) -> float:
    """Share of the gold slots of all utterances that are there, words and label."""
    found = total = 0
    for own, wanted in zip(carried["rows"], gold, strict=True):
        have, want = (
            Counter(Utterance.of(row["words"], row["tags"]).values) for row in (own, wanted)
        )
        found += (have & want).total()
        total += want.total()
    return found / total


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, default in (("known", 300), ("examples", 150), ("epochs", 14), ("learned", 8)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1])
    asked = parser.parse_args()
    for seed in asked.seeds:
        for row in measured(asked, seed):
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
