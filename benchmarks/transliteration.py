"""Encoders before and after they learn from romanized text: South Asia; Hindi and Urdu; Polish and Ukrainian.

python -m benchmarks.transliteration [--groups south-asia hin-urd pol-ukr] [--lines 300] [--epochs 8] [--rows FILE] [--json]

A tiny encoder first guesses hidden pieces of English and of each language in its own script, other lines of
NTREX-128 in each (of the training sentences of SIB-200 where a language has none there), so that no sentence is read
in two languages. Then it learns from the languages' lines again, in each of the ways that `models.tune_script` has,
romanized by `vocabulary.romanize`. Measured on the test sentences of SIB-200, none of them learned from:

- how often a sentence finds its own romanization, and its translation in another script, among all;
- mean cosines of translations and of random pairs, in their own scripts and romanized, behind each layer;
- topics judged on frozen vectors, learned from English or the first language, in the others.

A row is kept in FILE as it comes, so that a run that was stopped goes on. Urdu and the Polish of NTREX-128 are not among the
shared data: urd_Arab of dadelani/sib-200, and two files of MicrosoftTranslator/NTREX, have to lie beside the others
in the folder that CALQUE_DATA names.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers

from benchmarks.common import ROOT, data_folder
from benchmarks.common_alignment import keep, rows_of
from calque import part
from calque.models.folder import open_tokenizer, save
from calque.models.tokens import wrap
from calque.values import Bitext, Checkpoint, Labelled, Texts, Vocabulary

GROUPS = {
    "south-asia": ("hin_Deva", "ben_Beng", "tam_Taml", "tel_Telu", "sin_Sinh"),
    "hin-urd": ("hin_Deva", "urd_Arab"),
    "pol-ukr": ("pol_Latn", "ukr_Cyrl"),
}
ENGLISH = "eng_Latn"
LAYERS, WIDTH, LAYER = 3, 64, 2
SETTINGS = ("lines", "first", "epochs", "rate", "weight", "size", "seed")
FORMS = tuple(
    f"{form} {pairs}" for form in ("original", "transliterated") for pairs in ("matched", "random")
)


def ways(weight: float) -> dict[str, dict[str, Any] | None]:
    """Settings of `models.tune_script` by name; None for text in its own script alone."""
    told = {"contrast": partial(part("objectives.contrast"), weight=weight)}
    masker = {"masker": part("objectives.random_mask")}
    return {
        "before": None,
        "own script": None,
        "both scripts": masker,
        "and in one input": masker | {"joint": True},
        "and told apart": masker | told,
        "all": masker | told | {"joint": True},
    }


def topics(data: Path, language: str, split: str) -> Labelled:
    """Sentences of SIB-200 and their topics."""
    file = data / "sib-200" / language / f"{split}.tsv"
    if not file.is_file():
        sys.exit(f"{file} is missing: it comes from data/annotated of github.com/dadelani/sib-200")
    return part("data.labelled")(file, task="topic", language=language)


def texts_of(examples: Labelled) -> Texts:
    """Their texts alone."""
    return Texts.of([example["text"] for example in examples])


def lines_of(data: Path, languages: tuple[str, ...], count: int) -> dict[str, Texts]:
    """`count` lines of each language, none of them a translation of another's."""
    names = {one: "src.eng" if one == ENGLISH else f"ref.{one[:3]}" for one in languages}
    files = {one: data / "ntrex-128" / f"newstest2019-{names[one]}.txt" for one in languages}
    found = {}
    for number, (language, file) in enumerate(files.items()):
        if all(one.is_file() for one in files.values()):
            every = part("data.texts")(file, language=language)
        else:
            every = texts_of(topics(data, language, "train"))
        rows = range(number * count, (number + 1) * count)
        if rows.stop > len(every):
            sys.exit(f"{len(languages)} times {count} lines asked for, {len(every)} there are")
        found[language] = every.take(rows)
    return found


def romanized(texts: Texts, language: str) -> Texts:
    """The texts in Latin letters."""
    return part("vocabulary.romanize")(texts, rules=language[:3]).rewritten


def begun(vocabulary: Vocabulary, texts: Texts, asked: Any, folder: str) -> Checkpoint:
    """A BERT drawn at random, after it has guessed pieces of text in every language's own script."""
    config = transformers.BertConfig(
        vocab_size=len(vocabulary), hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=4,
        intermediate_size=3 * WIDTH, max_position_embeddings=128, pad_token_id=vocabulary.role_id("pad"),
    )  # fmt: skip
    toy = open_tokenizer(part("models.load")(ROOT / "calque" / "toy" / "tiny"))
    tokenizer = wrap(vocabulary, toy, ["input_ids", "token_type_ids", "attention_mask"])
    torch.manual_seed(asked.seed)
    drawn = save(transformers.BertForMaskedLM(config), tokenizer, Path(folder))
    return guessed(drawn, texts, asked.first, asked)


def guessed(start: Checkpoint, texts: Texts, epochs: int, asked: Any) -> Checkpoint:
    """The encoder after it has guessed pieces of every text `epochs` times."""
    masker, how = part("objectives.random_mask"), {"learning_rate": asked.rate, "seed": asked.seed}
    # pieces of a batch: about as many texts as `models.tune_script` takes
    return part("models.masked")(start, texts, masker=masker, tokens=1024, epochs=epochs, **how)


def learned(way: str, start: Checkpoint, pairs: Bitext, asked: Any) -> Checkpoint:
    """The encoder after it has learned from the texts and their romanization."""
    settings = ways(asked.weight)[way]
    if way == "before":
        return start
    if settings is None:
        return guessed(start, pairs.sources, asked.epochs, asked)
    how = {"epochs": asked.epochs, "learning_rate": asked.rate, "seed": asked.seed, "layer": LAYER}
    return part("models.tune_script")(start, pairs, **settings, **how)


def measured(model: Checkpoint, group: tuple[str, ...], seen: dict[str, Any]) -> dict[str, Any]:
    """All figures of a model, means over languages and pairs of them."""
    encode = partial(part("models.sentences"), model, layer=LAYER)
    own = {lang: encode(texts_of(seen[lang]["test"])) for lang in group}
    latin = {lang: encode(seen[lang]["latin"]) for lang in group}

    def found(pairs: Any) -> float:
        retrieval = partial(part("evaluation.retrieval"), boot=10)
        return statistics.mean(retrieval(one, other).value for one, other in pairs)

    row: dict[str, Any] = {
        "romanization": found((own[lang], latin[lang]) for lang in group),
        "translation": found((own[one], own[other]) for one, other in permutations(group, 2)),
        "translation, romanized": found(
            (latin[one], latin[other]) for one, other in permutations(group, 2)
        ),
        "similarity": layers(model, group, seen),
    }
    for source in (ENGLISH, group[0]):
        scores = judged(encode, source, own, seen)
        row[f"topics from {source[:3]}"] = statistics.mean(
            score for lang, score in scores.items() if lang != source
        )
    row[f"topics in {group[0][:3]}"] = scores[group[0]]
    return row


def layers(model: Checkpoint, group: tuple[str, ...], seen: Any) -> dict[str, list[float]]:
    """Mean cosines behind each layer by form and kind of pairs, of the first language and each other."""
    tables = [
        part("models.similarity_layers")(
            model,
            Bitext.of(
                zip(*(texts_of(seen[one]["test"]) for one in (group[0], other)), strict=True)
            ),
            Bitext.of(zip(seen[group[0]]["latin"], seen[other]["latin"], strict=True)),
        )
        for other in group[1:]
    ]
    kinds = [*FORMS, "across matched", "across random"]
    return {
        kind: [
            statistics.mean(
                table.where(layer=layer, form=kind.split()[0], pairs=kind.split()[1]).rows[0][
                    "value"
                ]
                for table in tables
            )
            for layer in range(LAYERS + 1)
        ]
        for kind in kinds
    }


def judged(encode: Any, source: str, own: Any, seen: Any) -> dict[str, float]:
    """Accuracy of topics by language, learned in `source` on frozen vectors."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    judge = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500))
    train = seen[source]["train"]
    judge.fit(encode(texts_of(train)), labels(train))
    return {lang: float(judge.score(own[lang], labels(seen[lang]["test"]))) for lang in own}


def labels(examples: Labelled) -> np.ndarray:
    """Their topics."""
    return np.array([example["label"] for example in examples])


def compared(name: str, data: Path, asked: Any) -> Iterator[dict[str, Any]]:
    """A row for each way of learning, those on disk not made again."""
    facts = {"group": name} | {key: getattr(asked, key) for key in SETTINGS}
    done = {row["way"]: row for row in rows_of(asked.rows) if facts.items() <= row.items()}
    if set(done) >= set(ways(asked.weight)):
        yield from (done[way] for way in ways(asked.weight))
        return
    group = GROUPS[name]
    lines = lines_of(data, (ENGLISH, *group), asked.lines)
    views = [Bitext.of(zip(lines[x], romanized(lines[x], x), strict=True)) for x in group]
    pairs = part("data.pooled_pairs")(views)
    own = part("data.pooled")(list(lines.values()))
    vocabulary = part("vocabulary.train")(
        part("data.pooled")([own, pairs.targets]), size=asked.size
    )
    seen = {
        lang: {split: topics(data, lang, split) for split in ("train", "test")}
        for lang in (ENGLISH, *group)
    }
    for lang in group:
        seen[lang]["latin"] = romanized(texts_of(seen[lang]["test"]), lang)
    with tempfile.TemporaryDirectory() as folder:
        start = begun(vocabulary, own, asked, folder)
        for way in ways(asked.weight):
            if way not in done:
                begin = time.process_time()
                model = learned(way, start, pairs, asked)
                seconds = round(time.process_time() - begin, 1)
                row = facts | {"way": way, "texts": len(pairs), "seconds": seconds}
                done[way] = row | measured(model, group, seen)
                keep(done[way], asked.rows, show=False)
            yield done[way]


def tell(rows: list[dict[str, Any]]) -> None:
    """Two tables per group: what the ways give, in percent, and cosines behind each layer."""
    for name in dict.fromkeys(row["group"] for row in rows):
        of = [row for row in rows if row["group"] == name]
        columns = [
            key for key in of[0] if key not in ("group", "way", "texts", "similarity", *SETTINGS)
        ]
        print(f"\n| {name} | " + " | ".join(columns) + " |\n" + "|---" * (len(columns) + 1) + "|")
        for row in of:
            cells = [row[c] if c == "seconds" else f"{100 * row[c]:.1f}" for c in columns]
            print(f"| {row['way']} | " + " | ".join(map(str, cells)) + " |")
        kinds = list(of[0]["similarity"])
        print(f"\n| {name}, layers 0 to {LAYERS} | " + " | ".join(kinds) + " |")
        print("|---" * (len(kinds) + 1) + "|")
        for row in of:
            cells = [" ".join(f"{x:.2f}" for x in row["similarity"][kind]) for kind in kinds]
            print(f"| {row['way']} | " + " | ".join(cells) + " |")


def main() -> None:
    """Measure what is asked for and is not kept yet, and print all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--groups", nargs="+", default=list(GROUPS), choices=list(GROUPS))
    parser.add_argument("--lines", type=int, default=300, help="of each language to learn from")
    parser.add_argument(
        "--first", type=int, default=6, help="epochs in every language's own script"
    )
    parser.add_argument("--epochs", type=int, default=8, help="with romanized text")
    parser.add_argument("--rate", type=float, default=2e-3, help="of learning")
    parser.add_argument("--weight", type=float, default=1.0, help="of the contrast")
    parser.add_argument("--size", type=int, default=4000, help="of the vocabulary")
    parser.add_argument("--seed", type=int, default=0)
    rows = ROOT / "runs" / "benchmarks" / "transliteration.jsonl"
    parser.add_argument("--rows", type=Path, default=rows, metavar="FILE")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    data = data_folder()
    found = [row for name in asked.groups for row in compared(name, data, asked)]
    if asked.json:
        print(json.dumps(found))
    else:
        tell(found)


if __name__ == "__main__":
    main()
