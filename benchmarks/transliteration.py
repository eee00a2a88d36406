"""Encoders before and after they learn from romanized text, on SIB-200: five scripts of South Asia; Polish and Ukrainian.

python -m benchmarks.transliteration [--groups south-asia pol-ukr] [--lines 300] [--epochs 4] [--out FOLDER] [--json]

A tiny encoder, drawn at random, learns from text of each language (NTREX-128; for Polish and Ukrainian the training
sentences of SIB-200) and its romanization by uroman; no translations are used. Measured on the test sentences of
SIB-200, none of them learned from: how often a sentence finds its own romanization and its translation in
another script, mean cosines of matched and of random pairs behind the layer that is contrasted, and a topic
classifier on frozen vectors from the first language to the others. Rows are kept below --out as they
come, so that a run that was stopped goes on.
"""

import argparse
import csv
import json
import statistics
import time
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
from calque.languages.romanization import romanizer
from calque.models.folder import open_tokenizer, save
from calque.models.tokens import wrap
from calque.values import Bitext, Checkpoint, Texts, Vocabulary

GROUPS = {
    "south-asia": ("hin_Deva", "ben_Beng", "tam_Taml", "tel_Telu", "sin_Sinh"),
    "pol-ukr": ("pol_Latn", "ukr_Cyrl"),
}
LAYERS, WIDTH, LAYER, RATE = 3, 64, 2, 5e-3


def objectives(weight: float) -> dict[str, dict[str, Any] | None]:
    """Settings of `models.tune_script` by name; None for text in its own script alone."""
    told = {"contrast": partial(part("objectives.contrast"), weight=weight)}
    masker = {"masker": part("objectives.random_mask")}
    return {
        "own script": None,
        "masked": masker,
        "joint": masker | {"joint": True},
        "contrast": masker | told,
        "all": masker | told | {"joint": True},
    }


def topics(data: Path, language: str, split: str) -> tuple[list[str], list[str]]:
    """Sentences and their topics."""
    file = data / "sib-200" / language / f"{split}.tsv"
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row["text"] for row in rows], [row["category"] for row in rows]


def writing(data: Path, language: str, lines: int) -> list[str]:
    """What is learned from: lines of NTREX-128, or of SIB-200's training set where there are none."""
    file = data / "ntrex-128" / f"newstest2019-ref.{language[:3]}.txt"
    if language == "ukr_Cyrl" or not file.is_file():  # Polish is not there; both sides alike
        return topics(data, language, "train")[0][:lines]
    return file.read_text(encoding="utf-8-sig").replace("\r", "").split("\n")[:lines]


def begun(vocabulary: Vocabulary, folder: Path, seed: int) -> Checkpoint:
    """A random BERT with a masked-language head."""
    config = transformers.BertConfig(
        vocab_size=len(vocabulary), hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=4,
        intermediate_size=3 * WIDTH, max_position_embeddings=128, pad_token_id=vocabulary.role_id("pad"),
    )  # fmt: skip
    toy = open_tokenizer(part("models.load")(ROOT / "calque" / "toy" / "tiny"))
    tokenizer = wrap(vocabulary, toy, ["input_ids", "token_type_ids", "attention_mask"])
    torch.manual_seed(seed)
    return save(transformers.BertForMaskedLM(config), tokenizer, folder)


def learned(
    start: Checkpoint, pairs: Bitext, settings: dict[str, Any] | None, asked: Any
) -> Checkpoint:
    """The encoder after it has seen every text `epochs` times."""
    how = {"epochs": asked.epochs, "learning_rate": RATE, "seed": asked.seed}
    if settings is None:
        masker = part("objectives.random_mask")
        # pieces of a batch: about as many texts as the others have
        return part("models.masked")(start, pairs.sources, masker=masker, tokens=1024, **how)
    return part("models.tune_script")(start, pairs, layer=LAYER, **settings, **how)


def measured(model: Checkpoint, group: tuple[str, ...], seen: dict[str, Any]) -> dict[str, float]:
    """All figures of a model, means over languages and pairs of them."""
    encode = partial(part("models.sentences"), model, layer=LAYER)
    own, latin = (
        {lang: encode(Texts.of(seen[lang][name])) for lang in group} for name in ("test", "latin")
    )
    train = encode(Texts.of(seen[group[0]]["train"]))
    retrieval = partial(part("evaluation.retrieval"), boot=10)
    found = {
        "romanization": statistics.mean(retrieval(own[lang], latin[lang]).value for lang in group),
        "translation": statistics.mean(
            retrieval(own[one], own[other]).value for one, other in permutations(group, 2)
        ),
        "translation, romanized": statistics.mean(
            retrieval(latin[one], latin[other]).value for one, other in permutations(group, 2)
        ),
    }
    tables = [
        part("models.similarity_layers")(
            model,
            Bitext.of(zip(seen[group[0]]["test"], seen[other]["test"], strict=True)),
            Bitext.of(zip(seen[group[0]]["latin"], seen[other]["latin"], strict=True)),
        ).where(layer=LAYER)
        for other in group[1:]
    ]
    for row in tables[0]:
        name = {"form": row["form"], "pairs": row["pairs"]}
        values = [table.where(**name).rows[0]["value"] for table in tables]
        found[f"{row['form']} {row['pairs']}"] = statistics.mean(values)
    return found | transferred(own, train, group, seen)


def transferred(own: Any, train: Any, group: tuple[str, ...], seen: Any) -> dict[str, float]:
    """Accuracy of topics learned in the first language, there and in the others."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    first, *others = group
    judge = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500))
    judge.fit(train, seen[first]["train topics"])
    scores = {lang: float(judge.score(own[lang], seen[lang]["topics"])) for lang in group}
    return {
        "topics": scores[first],
        "topics, transferred": float(np.mean([scores[x] for x in others])),
    }


def compared(name: str, data: Path, asked: Any) -> list[dict[str, Any]]:
    """A row for each way of learning, those on disk not made again."""
    file = (
        asked.out
        / f"{name}-{asked.lines}-{asked.epochs}-{asked.weight:g}-{asked.size}-{asked.seed}.jsonl"
    )
    rows = rows_of(file)
    ways = {"nothing": None} | objectives(asked.weight)
    if len(rows) == len(ways):
        return rows
    group = GROUPS[name]
    seen, learning = {}, []
    for lang in group:
        test, labels = topics(data, lang, "test")
        train, train_labels = topics(data, lang, "train")
        seen[lang] = {"test": test, "topics": labels, "train": train, "train topics": train_labels}
        latin = romanizer(lang).strings
        seen[lang]["latin"] = latin(test)
        texts = [text for text in writing(data, lang, asked.lines) if text.strip()]
        learning += zip(texts, latin(texts), strict=True)
    pairs = Bitext.of(learning)
    both = part("data.pooled")([pairs.sources, pairs.targets])
    vocabulary = part("vocabulary.train")(both, size=asked.size)
    start = begun(vocabulary, asked.out / f"{name}-start-{asked.seed}", asked.seed)
    for way, settings in list(ways.items())[len(rows) :]:
        begin = time.process_time()
        model = start if way == "nothing" else learned(start, pairs, settings, asked)
        seconds = round(time.process_time() - begin, 1)
        row = {"group": name, "way": way, "texts": len(pairs), "seconds": seconds}
        rows.append(row | measured(model, group, seen))
        keep(rows[-1], file, show=False)
    return rows


def main() -> None:
    """Print a line per group and way of learning."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--groups", nargs="+", default=list(GROUPS), choices=list(GROUPS))
    parser.add_argument("--lines", type=int, default=300, help="of each language to learn from")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--weight", type=float, default=1.0, help="of the contrast")
    parser.add_argument("--size", type=int, default=4000, help="of the vocabulary")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--out", type=Path, default=ROOT / "runs" / "benchmarks" / "transliteration"
    )
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    data = data_folder()
    rows = [row for name in asked.groups for row in compared(name, data, asked)]
    if asked.json:
        print(json.dumps(rows))
        return
    columns = [column for column in rows[0] if column not in ("group", "way")]
    print("\t".join(["group", "way", *columns]))
    for row in rows:
        shown = [f"{row[c]:.3f}" if isinstance(row[c], float) else str(row[c]) for c in columns]
        print("\t".join([row["group"], row["way"], *shown]))


if __name__ == "__main__":
    main()
