"""A small multilingual encoder loses foreign scripts, reads African text, and finds names and topics before and after.

git clone https://github.com/christos-c/bible-corpus; git clone https://github.com/masakhane-io/masakhane-news
python -m benchmarks.maft [--bible bible-corpus/bibles] [--news masakhane-news/data] [--seeds 0 1] [--json]

XLM-R is not here, so a model like it is made on the spot: Unigram pieces, and masked pieces of SIB-200 in twenty
scripts, Swahili and Hausa among them. `before` is that model; `after` the same without the pieces of scripts that
the African languages lack, gone on with on their text (NTREX-128, MAFAND, New Testaments where --bible is
given), drawn by temperature; `own-LANGUAGE` has as many texts of one language. No sentence of MasakhaNER 2 that is
tested on is among the texts. Settings were not searched, and labels of test sets chose nothing, but that the rate of
patches was raised when `lora` on the model before had found no name of the Swahili test set at 1e-3.

names:  MasakhaNER 2, one tagger tuned on some sentences of each language; span F1
unseen: the same, of Swahili sentences alone, all numbers tuned or few of them; the other languages are unseen
topics: of SIB-200, one classifier tuned on some sentences of each language; accuracy
news:   of MasakhaNEWS headlines, likewise, where --news is given

Models and rows are kept below --out: what is there is not made again.
"""

import argparse
import itertools
import json
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import ROOT, data_folder
from benchmarks.common_alignment import keep, rows_of
from calque import part
from calque.values import Checkpoint, Labelled, Texts
from calque.workspace import working_in

SCRIPTS = [
    "eng_Latn",
    "fra_Latn",
    "swh_Latn",
    "hau_Latn",
    "arb_Arab",
    "rus_Cyrl",
    "ell_Grek",
    "heb_Hebr",
    "hin_Deva",
    "ben_Beng",
    "tam_Taml",
    "tel_Telu",
    "sin_Sinh",
    "tha_Thai",
    "khm_Khmr",
    "mya_Mymr",
    "bod_Tibt",
    "zho_Hans",
    "jpn_Jpan",
    "kor_Hang",
    "amh_Ethi",
    "kat_Geor",
    "hye_Armn",
]
AFRICAN = ("swa", "hau", "yor", "wol", "ewe", "kin", "zul", "som")
MAFAND = {"yor": "en-yor", "zul": "en-zul", "kin": "en-kin", "wol": "fr-wol", "ewe": "fr-ewe"}
BIBLES = {"swa": "Swahili", "wol": "Wolof", "zul": "Zulu", "ewe": "Ewe"}
NAMES = ("swa", "hau", "yor", "wol", "ewe", "kin")
TOPICS = {"swa": "swh_Latn", "hau": "hau_Latn", "yor": "yor_Latn", "wol": "wol_Latn"}
NEWS = ("yor", "som")  # whose training headlines and text to read are there
PATCHERS = ("lora", "bottleneck")
RATES = {"classifier": 2e-3, "": 5e-4}
FEW = {"classifier": 1e-2, "": 5e-3}  # few numbers need greater steps


def main() -> None:
    """Make what is not there yet, and print the rows."""
    asked = _arguments()
    base = _kept(asked, "before", lambda: _base(asked))
    models = {"before": base, "after": _kept(asked, "after", lambda: _after(base, AFRICAN, asked))}
    for language in asked.own:
        name = f"own-{language}"
        models[name] = _kept(asked, name, partial(_after, base, (language,), asked))
    for seed, task in itertools.product(asked.seeds, asked.tasks):
        for name, model in models.items():
            own = name.removeprefix("own-") if name.startswith("own-") else None
            if task == "unseen" and (own or seed != asked.seeds[0]):
                continue
            for tuned in ("all", *PATCHERS) if task == "unseen" else ("all",):
                told = {"task": task, "model": name, "seed": seed, "tuned": tuned}
                with tempfile.TemporaryDirectory() as folder, working_in(Path(folder)):
                    _score(asked, model, told, own)
    if not asked.json:
        for row in rows_of(asked.rows):
            print(" | ".join(f"{key} {value}" for key, value in row.items()))


def _kept(asked: argparse.Namespace, name: str, make: Callable[[], Checkpoint]) -> Checkpoint:
    """A model, made once, with a row of its size."""
    done = asked.out / f"{name}-{asked.width}-{asked.layers}" / "done"
    if not done.is_file():
        done.parent.mkdir(parents=True, exist_ok=True)
        clock = time.process_time()
        with working_in(done.parent):
            made = make()
        done.write_text(str(made.folder), encoding="utf-8")
        size = sum(path.stat().st_size for path in made.weights)
        pieces = len(part("models.vocabulary")(made))
        told = {"task": "made", "model": name, "pieces": pieces, "bytes": size}
        keep(told | {"seconds": round(time.process_time() - clock)}, asked.rows, asked.json)
    return Checkpoint(Path(done.read_text(encoding="utf-8")))


# --- models


def _base(asked: argparse.Namespace) -> Checkpoint:
    """What has read a little in twenty scripts."""
    folder, read, some = data_folder() / "sib-200", part("data.texts"), part("data.sample")
    texts = [
        read(folder / name / "train.tsv", language=name[:3], columns={"text": "text"})
        for name in SCRIPTS
    ]
    everything = part("data.pooled")([some(one, most=asked.base) for one in texts])
    words = part("vocabulary.unigram")(everything, size=asked.pieces)
    fresh = part("models.fresh")(words, width=asked.width, layers=asked.layers, longest=256)
    return _read(fresh, everything, asked, asked.base_epochs)


def _after(base: Checkpoint, languages: Sequence[str], asked: argparse.Namespace) -> Checkpoint:
    """What has lost the pieces of other scripts, and read African text."""
    tested = {bare(row["words"]) for name in NAMES for row in _names(name, "test")}
    texts = [african(name, asked.bible, tested) for name in languages]
    old = part("models.vocabulary")(base)
    kept = part("vocabulary.by_script")(old, texts, scripts=["Latn"])
    small = part("models.swap")(base, kept, part("vocabulary.surface")(old, kept))
    shares = partial(part("objectives.temperature"), temperature=asked.temperature)
    drawn = part("data.sampled")(texts, sampler=shares, most=asked.texts)
    return _read(small, part("data.pooled")(drawn), asked, 1)


def _read(model: Checkpoint, texts: Texts, asked: argparse.Namespace, epochs: int) -> Checkpoint:
    masker = part("objectives.random_mask")
    return part("models.masked")(
        model, texts, masker=masker, epochs=epochs, learning_rate=asked.rate, tokens=1024
    )


def african(language: str, bibles: Path | None, tested: set[str]) -> Texts:
    """All text of a language that is there, without what is tested on."""
    data = data_folder()
    lines = [*part("data.texts")(data / "ntrex-128" / f"newstest2019-ref.{language}.txt")]
    if language in MAFAND:
        for path in sorted((data / "mafand" / MAFAND[language]).glob("*.json")):
            rows = path.read_text(encoding="utf-8").splitlines()
            lines += [json.loads(row)["translation"][language] for row in rows]
    if bibles and language in BIBLES:
        tree = ElementTree.parse(bibles / f"{BIBLES[language]}-NT.xml")
        lines += [" ".join((verse.text or "").split()) for verse in tree.iter("seg")]
    return Texts.of([x for x in lines if x and bare(x.split()) not in tested], language)


def bare(words: Sequence[str]) -> str:
    """A sentence without its spaces, which stand elsewhere in every set."""
    return "".join(words)


# --- tasks


def _score(asked: argparse.Namespace, model: Checkpoint, told: dict, own: str | None) -> None:
    """A row for each language of the task that is not there yet, from one tuned model."""
    task, seed = told["task"], told["seed"]
    languages = [own] if own else list(_languages(asked, task))
    missing = [
        one
        for one in languages
        if not any((told | {"language": one}).items() <= row.items() for row in rows_of(asked.rows))
    ]
    if not missing or not set(missing) <= set(_languages(asked, task)):
        return
    clock = time.process_time()
    read = partial(_examples, asked, task)
    learned = ["swa"] if task == "unseen" else list(_languages(asked, task))
    train = part("data.together")([read(one, "train") for one in learned])
    settings: dict[str, Any] = {"epochs": asked.epochs, "seed": seed}
    patch = None
    if told["tuned"] == "all":
        model = part("models.tune")(model, train, learning_rate=RATES, **settings)
    else:
        patcher = part(f"adaptation.{told['tuned']}")
        patch = part("models.tune_patch")(
            model, train, patchers=[patcher], learning_rate=FEW, **settings
        )
    spent = {"seconds": round(time.process_time() - clock)}
    measure = "accuracy" if task in ("topics", "news") else "span_f1"
    for one in missing:
        test = read(one, "test")
        found = part("models.predict")(model, test, patch)
        score = part(f"evaluation.{measure}")(found, part("data.labels")(test))
        facts = {"value": score.value, "low": score.low, "high": score.high, "n": len(test)}
        keep(told | {"language": one} | facts | spent, asked.rows, asked.json)


def _languages(asked: argparse.Namespace, task: str) -> Sequence[str]:
    if task == "news":
        return NEWS if asked.news else ()
    return [*TOPICS] if task == "topics" else NAMES


def _examples(asked: argparse.Namespace, task: str, language: str, split: str) -> Labelled:
    """Some of a set, drawn once for all models and seeds."""
    if task == "topics":
        path = data_folder() / "sib-200" / TOPICS[language] / f"{split}.tsv"
        found = part("data.labelled")(path, task="topic", language=language)
    elif task == "news":
        columns = {"text": "headline", "label": "category"}
        path = asked.news / language / f"{split}.tsv"
        found = part("data.labelled")(path, task="topic", language=language, columns=columns)
    else:
        found = _names(language, split)
    most = asked.test
    if split == "train":
        most = asked.train * (3 if task == "unseen" else 1)
    rows = np.random.default_rng(0).permutation(len(found))[:most]
    return found.take(np.sort(rows))


def _names(language: str, split: str) -> Labelled:
    path = data_folder() / "masakhaner2" / language / f"{split}.txt"
    return part("data.conll")(path, task="tags", language=language)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--bible", type=Path, help="folder of the New Testaments")
    parser.add_argument("--news", type=Path, help="data folder of MasakhaNEWS")
    parser.add_argument("--own", nargs="*", default=[], choices=AFRICAN, help="also read alone")
    tasks = ["names", "unseen", "topics", "news"]
    parser.add_argument("--tasks", nargs="+", default=tasks, choices=tasks)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1])
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--pieces", type=int, default=8000)
    parser.add_argument("--base", type=int, default=150, help="sentences of each of the scripts")
    parser.add_argument("--base-epochs", type=int, default=1)
    parser.add_argument("--texts", type=int, default=4000, help="African ones, over all languages")
    parser.add_argument("--temperature", type=float, default=3.3)
    parser.add_argument("--rate", type=float, default=1e-3, help="peak, of guessing pieces")
    parser.add_argument("--train", type=int, default=100, help="sentences of each language")
    parser.add_argument("--test", type=int, default=200, help="sentences of each language")
    parser.add_argument("--epochs", type=int, default=4, help="of each task")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks" / "maft")
    parser.add_argument("--rows", type=Path, help="rows made so far; rows.jsonl in --out")
    parser.add_argument("--json", action="store_true", help="rows as JSON lines")
    asked = parser.parse_args()
    asked.rows = asked.rows or asked.out / "rows.jsonl"
    return asked


if __name__ == "__main__":
    main()
