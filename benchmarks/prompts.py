"""Prompts on a frozen minilm: parts of speech from English into other languages of UD, and topics that no example shows.

git clone https://github.com/salesforce/MPT
python -m benchmarks.prompts [--what tags topics] [--languages deu tur] [--seeds 0 1] [--sentences 500] [--tested 150] [--rows FILE] [--json]
python -m benchmarks.prompts --what tags --udpos MPT/data/udpos
git clone https://github.com/masakhane-io/masakhane-news
python -m benchmarks.prompts --what topics --news masakhane-news/data

topics: minilm with a masked-language head that learns from 701 English texts of SIB-200 for two epochs, the body frozen;
        prompts learn from eight English texts of each of four topics drawn by the seed (adaptation/rosprompt's parts), and the
        other three and all seven are asked for. A row is a language and a way (`bare` without prompts, `plain` prompt
        tuning, `kept` with smoothing and holding): accuracy on `seen`, `unseen` and `every` topic, and calibrated by the
        test texts themselves (`…_calibrated`; their labels are not looked at). With --news headlines of MasakhaNEWS are
        asked for its own topics as well: other texts, other classes (`news`; `seen` are those among the four)
tags:   a row is a language of a seed: `prompts` and `tuned`, accuracies in [0, 1] of both
        (adaptation/prompt-tuning-tags); what `adaptation.borders` says of both in the language; `share` of the model's
        numbers that the prompts are, head apart. With --udpos the authors' files of 33 languages, of German the development part

`ours` is seconds of processor time of the whole seed. --rows keeps rows as they come: what stands there is not run again.
"""

import argparse
import json
import shutil
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

import calque
from benchmarks.common import ROOT, data_folder
from benchmarks.common_alignment import keep, rows_of
from benchmarks.regimes import DESCRIBED
from benchmarks.regimes_frozen import topics as file_of
from benchmarks.transfer_tags import SPEECH
from calque.data.conll import write_conll
from calque.data.conllu import conllu
from calque.models.folder import open_model, open_tokenizer, save
from calque.values import Checkpoint, Labelled, Predictions

NEWS = ("business", "religion", "technology")  # topics of MasakhaNEWS that SIB-200 lacks
ENGLISH = "UD_English-EWT/en_ewt-ud-{split}.conllu"


def sentences(file: str, most: int, path: Path) -> Path:
    """The first sentences of a treebank with their parts of speech, as one file."""
    if file.endswith(".tsv"):
        rows = calque.part("data.conll")(Path(file), task="tags").table.to_pylist()
    else:
        rows = list(conllu(data_folder() / "ud" / file, task="tags"))
    some = [{"words": row["words"], "tags": row["tags"]} for row in rows if row["words"]][:most]
    write_conll(Labelled.of(some, "tags"), path)
    return path


def tags(asked: argparse.Namespace, seed: int) -> list[dict[str, Any]]:
    """A row for each language, English first."""
    folder = asked.out / "prompts" / ("udpos" if asked.udpos else "ud")
    folder.mkdir(parents=True, exist_ok=True)
    clock = time.process_time()
    if asked.udpos:
        # German's test part is large: where a checkout lacks it the development part is asked
        found = {
            file.stem.split("-")[1]: str(file)
            for split in ("dev", "test")
            for file in asked.udpos.glob(f"{split}-*.tsv")
        }
        languages = ["en", *sorted(found.keys() - {"en"})]
        files, learned = (
            [found[language] for language in languages],
            str(asked.udpos / "train-en.tsv"),
        )
    else:
        languages = ["eng", *asked.languages]
        files = [ENGLISH.format(split="test"), *(SPEECH[language] for language in asked.languages)]
        learned = ENGLISH.format(split="train")
    tests = [
        str(sentences(file, asked.tested, folder / f"{language}.{asked.tested}.conll"))
        for language, file in zip(languages, files, strict=True)
    ]
    train = folder / f"train.{asked.sentences}.conll"
    inputs = {
        "train": str(sentences(learned, asked.sentences, train)), "tests": tests,
        "languages": languages, "source": languages[0], "base": "minilm", "count": 16, "epochs": asked.epochs,
        "rate": 1e-2, "tuned_rate": 1e-4, "seed": seed,
    }  # fmt: skip
    made: Any = calque.run("adaptation/prompt-tuning-tags", inputs, out=folder / f"run-{seed}")
    spent = round(time.process_time() - clock, 1)
    share = next(row["share"] for row in made["share"] if row["what"] == "patch")
    rows = []
    for place, language in enumerate(languages):
        row: dict[str, Any] = {"language": language, "share": share, "ours": spent}
        for name in ("prompts", "tuned"):
            row[name] = made[f"right_{name}"][place].value
        for name in ("prompted", "tuned"):
            found = list(made[f"{name}_borders"])[place]
            row |= {f"{name}_{key}": found[key] for key in ("own", "source", "agree", "cosine", "apart")}  # fmt: skip
        rows.append(row)
    return rows


def guesser(folder: Path) -> Checkpoint:
    """Minilm with a masked-language head, which begins as nothing but the body's states and learns alone."""
    made = folder / "guesser"
    if not made.is_dir():
        start = calque.part("models.load")("minilm")
        model: Any = open_model(start, "masked", seed=0)
        torch.nn.init.eye_(model.cls.predictions.transform.dense.weight)
        begun = save(model, open_tokenizer(start), folder / "begun")
        lines = calque.part("data.written")(_topics("eng", "train"))
        hide = calque.part("objectives.random_mask")
        learned = calque.part("models.masked")(
            begun, lines, masker=hide, epochs=2, learning_rate=1e-3, tokens=1024, trains="cls"
        )
        shutil.copytree(learned.folder, made)
    return Checkpoint(made)


def topics(asked: argparse.Namespace, seed: int) -> list[dict[str, Any]]:
    """A row for each language and way."""
    folder = asked.out / "prompts"
    folder.mkdir(parents=True, exist_ok=True)
    clock = time.process_time()
    model = guesser(folder)
    words = {label: label.split("/") for label in (*DESCRIBED, *NEWS)}
    old, rows = calque.part("models.vocabulary")(model), calque.part("models.piece_rows")(model)

    def said(labels: list[str]) -> Any:
        named = [{"text": text, "label": label} for label in labels for text in words[label]]
        return calque.part("vocabulary.verbalizer")(old, Labelled.of(named, "class"), rows)

    generator = np.random.default_rng(seed)
    known = sorted(list(DESCRIBED)[k] for k in generator.permutation(len(DESCRIBED))[:4])
    train = _topics("eng", "train")
    kept = generator.permutation(len(train))
    few = train.take(
        [k for label in known for k in [k for k in kept if train.gold[k] == label][:8]]
    )
    learn = partial(
        calque.part("models.tune_prompt"), model, few, said(known), [calque.part("adaptation.prompt")],
        epochs=5, learning_rate=1e-2, seed=seed,
    )  # fmt: skip
    ways = {"bare": None, "plain": learn(smoothing=0.0, holding=0.0), "kept": learn()}
    made = []
    for language, tests in _asked(asked):
        labels = sorted(set(tests.gold))
        groups = {"seen": [label for label in labels if label in known], "every": labels}
        groups["unseen"] = [label for label in labels if label not in known]
        for way, patch in ways.items():
            found = calque.part("models.verbalize")(model, tests, said(labels), patch)
            row: dict[str, Any] = {"language": language, "way": way, "known": known}
            for what, some in groups.items():
                asked_rows = [k for k, label in enumerate(tests.gold) if label in some]
                told = _among(found, asked_rows, some)
                gold = [tests.gold[k] for k in asked_rows]
                for name, one in (("", told), ("_calibrated", calque.part("adaptation.calibrated")(told, told))):  # fmt: skip
                    row[what + name] = float(np.mean([a == b for a, b in zip(one, gold, strict=True)]))  # fmt: skip
            made.append(row | {"ours": round(time.process_time() - clock, 1)})
    return made


def _asked(asked: argparse.Namespace) -> Iterator[tuple[str, Labelled]]:
    """Test texts of each language, and headlines where they are given; the files are sorted in part, so every so many."""
    named = [(language, _topics(language, "test")) for language in asked.languages]
    for folder in sorted(asked.news.iterdir()) if asked.news else ():
        columns = {"text": "headline", "label": "category"}
        some = calque.part("data.labelled")(folder / "test.tsv", task="topic", language=folder.name, columns=columns)  # fmt: skip
        named.append((f"news, {folder.name}", some))
    for language, tests in named:
        yield language, tests.take(range(0, len(tests), max(1, len(tests) // asked.tested)))


def _topics(language: str, split: str) -> Labelled:
    return calque.part("data.labelled")(file_of(language, split), task="topic", language=language)


def _among(found: Predictions, rows: list[int], labels: list[str]) -> Predictions:
    """What was said of some texts, were there no other labels."""
    columns = [found.classes.index(label) for label in labels]
    assert found.probabilities is not None
    shares = found.probabilities[rows][:, columns]
    shares = shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-30)
    return Predictions(tuple(labels[k] for k in shares.argmax(axis=1)), tuple(labels), shares)


WHAT = {"tags": tags, "topics": topics}


def main() -> None:
    """Run the seeds that are not there yet; rows as they come."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--languages", nargs="+", default=["deu", "tur", "mlt"])
    parser.add_argument("--what", nargs="+", default=list(WHAT), choices=list(WHAT))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1])
    parser.add_argument("--udpos", type=Path, help="data/udpos of MPT")
    parser.add_argument("--news", type=Path, help="data of MasakhaNEWS")
    parser.add_argument("--sentences", type=int, default=500)
    parser.add_argument("--tested", type=int, default=150)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks")
    parser.add_argument("--rows", type=Path, default=ROOT / "runs" / "benchmarks" / "prompts.jsonl")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    done = rows_of(asked.rows)
    for what in asked.what:
        for seed in asked.seeds:
            told = {"what": what, "seed": seed}
            if any(told.items() <= row.items() for row in done):
                continue
            for row in WHAT[what](asked, seed):
                keep(told | row, asked.rows, asked.json)
                if not asked.json:
                    print(json.dumps(told | row), flush=True)


if __name__ == "__main__":
    main()
