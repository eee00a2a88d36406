"""CROP on MasakhaNER 2: target text glossed into English, tagged, its names found again, and taggers that learn from it.

python -m benchmarks.crop [--languages swa hau yor] [--encoder minilm] [--most 1500] [--epochs 3] [--json]

English names are WikiGold's; sentence pairs NTREX-128, from which the lexicons of the word by word translations come; target
text is that of MasakhaNER's training sentences, without their tags. Rows are span F1 on its test set: `zero_shot` of the
English tagger, `span_f1` of the tagger that learned from what was found again, `self_trained` of the second one. Taggers are
hidden Markov models (recipe projection/crop), with --encoder that model tuned (projection/crop-encoder). `matched` is what
was found again scored against the gold tags of its sentences: `matched_f1`, of those kept for training `kept_f1`.
MISC is no type of MasakhaNER's, its DATE none of WikiGold's; spans of either count as missed or wrong.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.common import data_folder, parallel
from calque import part
from calque.data.conll import write_conll
from calque.run import run
from calque.values import Labelled, Texts

LANGUAGES = {"swa": "swh", "hau": "hau", "yor": "yor"}
read, f1 = part("data.labelled"), part("evaluation.span_f1")


def measured(asked: argparse.Namespace, data: Path, work: Path) -> Iterator[dict[str, Any]]:
    """Every language."""
    rows = [
        {"words": r["words"], "tags": ["O" if "MISC" in tag else tag for tag in r["tags"]]}
        for r in read(data / "ner-english/wikigold/wikigold.conll.txt", task="ner", language="eng")
        if r["words"]
    ]
    english = work / "english.conll"
    write_conll(Labelled.of(rows[: asked.most], "tags", "eng"), english)
    for name in asked.languages:
        code = LANGUAGES[name]
        folder = data / "masakhaner2" / name
        gold = read(folder / "train.txt", task="ner", language=code)
        gold = gold.take(range(min(asked.most, len(gold))))
        text = work / f"{code}.txt"
        written: Texts = part("data.written")(gold)
        text.write_text("\n".join(written) + "\n", encoding="utf-8")
        inputs = {
            "train": english,
            "text": text,
            "parallel": parallel(data, code, work),
            "test": folder / "test.txt",
            "source": "eng",
            "target": code,
        }
        if asked.encoder:
            inputs |= {"base": asked.encoder, "epochs": asked.epochs, "rate": 5e-5}
        recipe = "projection/crop-encoder" if asked.encoder else "projection/crop"
        clock = time.process_time()
        made = run(recipe, {k: str(v) if isinstance(v, Path) else v for k, v in inputs.items()})
        row: dict[str, Any] = {"language": code, "tagger": asked.encoder or "hmm"}
        row["seconds"] = round(time.process_time() - clock, 1)
        matched = made["matched"]
        row["matched_f1"] = f1(matched.gold, gold.gold).value
        whole = [all(e["outcome"] != "lost" for e in r["account"]) for r in matched]
        kept = [k for k, one in enumerate(whole) if one]
        row["kept"] = len(kept)
        row["kept_f1"] = f1(matched.take(kept).gold, gold.take(kept).gold).value
        for step in ("zero_shot", "span_f1", "self_trained"):
            score = made[step]
            row |= {step: score.value, f"{step}_low": score.low, f"{step}_high": score.high}
        yield row


def main() -> None:
    """Run the languages asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--languages", nargs="+", default=list(LANGUAGES), choices=LANGUAGES)
    parser.add_argument("--encoder", default="", help="a model to tune, such as minilm")
    parser.add_argument("--most", type=int, default=1500, help="sentences to learn from")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for row in measured(asked, data_folder(), Path(folder)):
            shown = {k: f"{100 * v:.1f}" if isinstance(v, float) else v for k, v in row.items()}
            print(json.dumps(row) if asked.json else shown, flush=True)


if __name__ == "__main__":
    main()
