"""Models of bytes: Byte2Word under typing errors, and MonoByte's controls.

    python -m benchmarks.bytes --what byte2word [--seeds 0 1 2] [--epochs 3] [--json]
    python -m benchmarks.bytes --what monobyte [--seeds 0 1 2] [--corpora nothing eng …] [--json]

byte2word: topics of SIB-200 in English, by words read from bytes and by a twin of the same width and depth
           that reads pieces (WordPiece), both pretrained on NTREX-128 and the training texts alone; test
           texts with errors in growing shares of their words. Sizes of what turns text into vectors. Bits per
           character of hidden words, the same for both, in lines of NTREX-128 that neither has seen.
monobyte:  the protocol of the recipe vocabulary/monobyte at a larger budget: the two related languages, English
           of NTREX-128, two texts that are no language, and nothing; one text a model.

What was measured is kept below --out, and not measured again.
"""

import argparse
import functools
import json
import math
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.common import data_folder
from calque.data.blocks import blocks
from calque.data.labelled import labelled
from calque.data.mistyped import mistyped
from calque.data.pooled import pooled
from calque.data.texts import texts
from calque.data.written import written
from calque.evaluation.accuracy import accuracy
from calque.maths.bootstrap import Statistics, interval
from calque.models.batches import collate, encode
from calque.models.budget import budget
from calque.models.byte2word import byte2word
from calque.models.byte2word_masked import byte2word_masked
from calque.models.byte2word_predict import byte2word_predict
from calque.models.byte2word_tune import byte2word_tune
from calque.models.folder import open_model, open_tokenizer
from calque.models.fresh import fresh
from calque.models.guessing import guess
from calque.models.masked import masked
from calque.models.predict import predict
from calque.models.tune import tune
from calque.models.wordwise import PARTS, open_words, pieces_of, read
from calque.objectives.random_mask import random_mask
from calque.synthetic.artificial import artificial
from calque.synthetic.labelled import labelled as synthetic
from calque.synthetic.texts import texts as spoken
from calque.values import Checkpoint, Texts, Vocabulary
from calque.vocabulary.bytes import bytes as bytes_
from calque.vocabulary.train import train

WIDTH, LAYERS, PIECES = 64, 2, 5000
SHARES = (0.0, 0.1, 0.2, 0.3, 0.5)
FAMILY = "languages=3 topics=2 concepts=120 cognates=1 overlap=0.6 morphology=isolating order=SVO articles=no"
KIND = {
    "nothing": "random", "nested": "artificial", "nonsense": "artificial", "eng": "natural",
    "qab": "natural", "qaa": "natural",
}  # fmt: skip
HELD_OUT = 200  # lines of NTREX-128 in which hidden words are guessed
HIDDEN = 0.15  # of the words of these lines


def main() -> None:
    """Run what is asked for, and print a row for each figure."""
    parser = argparse.ArgumentParser(description=__doc__ or "")
    known = {"byte2word": under_errors, "monobyte": controls}
    parser.add_argument("--what", nargs="+", default=list(known), choices=list(known))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--epochs", type=int, default=3, help="of byte2word's pretraining")
    parser.add_argument("--corpora", nargs="+", default=list(KIND), choices=list(KIND))
    parser.add_argument("--out", type=Path, default=Path("runs") / "benchmarks")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    for what in asked.what:
        for row in known[what](asked):
            print(json.dumps(row) if asked.json else "\t".join(map(str, row.values())), flush=True)


def under_errors(asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Bits per character and accuracy of both models, at each share of wrong words; then the means."""
    right: dict[tuple[str, float], list[np.ndarray]] = {}
    for seed in asked.seeds:
        file = asked.out / f"byte2word-{asked.epochs}-{seed}.json"
        if not file.is_file():  # what was measured before is not measured again
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(_measured(seed, asked.epochs)), encoding="utf-8")
        for row in json.loads(file.read_text(encoding="utf-8")):
            hits = np.array(row.pop("right"))
            right.setdefault((row["model"], row["wrong words"]), []).append(hits)
            yield row
    yield from _means(right)


def _measured(seed: int, epochs: int) -> list[dict[str, Any]]:
    data = data_folder()
    folder = data / "sib-200" / "eng_Latn"
    examples, tests = (
        labelled(folder / f"{split}.tsv", task="topic", language="eng")
        for split in ("train", "test")
    )
    news = list(texts(data / "ntrex-128" / "newstest2019-src.eng.txt", language="eng"))
    held_out = Texts.of(news[-HELD_OUT:], "eng")
    seen = pooled([Texts.of(news[:-HELD_OUT], "eng"), written(examples)])
    pieces = train(seen, size=PIECES)
    models = _pretrained(pieces, seen, epochs, seed)
    bits = _bits(models["byte2word"], models["pieces"], held_out, seed)
    sizes = {"byte2word": _front(models["byte2word"]), "pieces": len(pieces) * WIDTH}
    tuning = {"epochs": 10, "learning_rate": 1e-3, "seed": seed}
    models["byte2word"] = byte2word_tune(models["byte2word"], examples, **tuning)
    models["pieces"] = tune(models["pieces"], examples, **tuning)
    rows = []
    for share in SHARES:
        noisy = mistyped(tests, share=share, seed=seed)
        for name, told in (("byte2word", byte2word_predict), ("pieces", predict)):
            labels = told(models[name], noisy).labels
            score = accuracy(labels, tests.gold)
            rows.append({
                "model": name, "parameters before the layers": sizes[name], "seed": seed,
                "bits per character": bits[name], "wrong words": share,
                "accuracy": round(score.value, 4), "low": score.low, "high": score.high, "n": score.n,
                "right": [int(a == b) for a, b in zip(labels, tests.gold, strict=True)],
            })  # fmt: skip
    return rows


def _means(right: dict[tuple[str, float], list[np.ndarray]]) -> Iterator[dict[str, Any]]:
    """Mean and range over seeds, and the lead over the twin with its interval over texts."""
    for share in SHARES:
        ours, twin = (np.array(right[name, share]) for name in ("byte2word", "pieces"))
        lead = ours.mean(axis=0) - twin.mean(axis=0)
        both = Statistics(np.stack([lead, np.ones_like(lead)], axis=1), _ratio)
        low, high = interval(both, draws=1000, seed=0)
        row: dict[str, Any] = {"wrong words": share}
        for name, hits in (("byte2word", ours), ("pieces", twin)):
            by_seed = hits.mean(axis=1)
            row |= {name: round(float(by_seed.mean()), 4)}
            row |= {f"{name} by seed": [round(float(value), 4) for value in by_seed]}
        yield row | {
            "lead": round(float(lead.mean()), 4),
            "low": round(low, 4),
            "high": round(high, 4),
        }


def _ratio(sums: np.ndarray) -> np.ndarray:
    return sums[..., 0] / sums[..., 1]


def _pretrained(pieces: Vocabulary, seen: Texts, epochs: int, seed: int) -> dict[str, Checkpoint]:
    ours = byte2word(pieces, width=WIDTH, layers=LAYERS, seed=seed)
    twin = fresh(pieces, width=WIDTH, layers=LAYERS, seed=seed)
    if epochs:
        told = {"epochs": epochs, "seed": seed, "learning_rate": 1e-3}
        words = functools.partial(random_mask, whole_words=True)
        ours = byte2word_masked(ours, seen, masker=random_mask, **told)
        twin = masked(twin, seen, masker=words, tokens=1024, **told)
    return {"byte2word": ours, "pieces": twin}


def _front(checkpoint: Checkpoint) -> int:
    return sum(parameter.numel() for parameter in open_words(checkpoint)[0].front.parameters())


def _bits(ours: Checkpoint, twin: Checkpoint, held_out: Texts, seed: int) -> dict[str, float]:
    """Bits that either model needs for a character of the same hidden words.

    Words of more than PARTS pieces are not among them, for `byte2word` guesses no more. Either model
    is told how many pieces a word has, guesses each by itself and sees the rest of the line.
    """
    model, vocabulary = open_words(ours)
    lexicon = read(list(held_out), model.config["longest"])
    pieces = pieces_of(lexicon, vocabulary)
    short = [
        len(found) <= PARTS for [found] in vocabulary.encode_words([[n] for n in lexicon.names[2:]])
    ]
    generator = np.random.default_rng(seed)
    tokenizer, other = open_tokenizer(twin), open_model(twin, "masked")
    bits, characters = {"byte2word": 0.0, "pieces": 0.0}, 0
    for ids in lexicon.texts:
        drawn = generator.random(len(ids)) < HIDDEN
        places = [p for p in np.flatnonzero(drawn & (ids >= 2)) if short[ids[p] - 2]]
        if not places:
            continue
        targets = torch.from_numpy(pieces[ids[places]])
        wanted = targets[targets != -100]
        characters += sum(len(lexicon.names[ids[p]]) for p in places)
        spoiled = ids.copy()
        spoiled[places] = 1
        batch = lexicon.batch(spoiled[None]) | {"places": torch.tensor(places), "targets": targets}
        windows = encode(
            tokenizer, [[lexicon.names[i] for i in ids[1:]]], maximum=512, report=False
        )
        inputs = collate(windows, [0])
        hidden = np.flatnonzero(np.isin(windows.words[0], np.array(places) - 1))
        assert (inputs["input_ids"][0, hidden] == wanted).all()
        inputs["input_ids"][0, hidden] = tokenizer.mask_token_id
        with torch.inference_mode():
            found = {
                "byte2word": model.guesses(batch),
                "pieces": guess(other, inputs, torch.from_numpy(hidden)),
            }
        for name, logits in found.items():
            loss = torch.nn.functional.cross_entropy(logits.float(), wanted, reduction="sum")
            bits[name] += float(loss) / math.log(2)
    return {name: round(value / characters, 4) for name, value in bits.items()}


def controls(asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """A row for each seed, model and language of the tests; then models, and kinds of control, over the seeds."""
    found: dict[tuple[str, str, str], list[float]] = {}
    for seed in asked.seeds:
        kinds: dict[tuple[str, str], list[float]] = {}
        budgets = set()
        for name in asked.corpora:
            file = asked.out / f"monobyte-{seed}-{name}.json"
            if not file.is_file():  # what was measured before is not measured again
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(json.dumps(_carried(seed, name)), encoding="utf-8")
            told = json.loads(file.read_text(encoding="utf-8"))
            budgets |= {json.dumps(told["budget"])} if told["budget"] else set()
            for row in told["rows"]:
                yield {"seed": seed} | row
                found.setdefault((row["test"], KIND[name], name), []).append(row["accuracy"])
                kinds.setdefault((row["test"], KIND[name]), []).append(row["accuracy"])
        if len(budgets) > 1:
            raise SystemExit(f"seed {seed}: models of different budgets: {sorted(budgets)}")
        for (test, kind), scores in kinds.items():
            found.setdefault((test, kind, "mean"), []).append(statistics.mean(scores))
    for (test, kind, name), scores in found.items():
        yield {
            "test": test, "kind": kind, "pretrained": name, "mean": round(statistics.mean(scores), 4),
            "by seed": [round(score, 4) for score in scores],
        }  # fmt: skip


def _carried(seed: int, name: str) -> dict[str, Any]:
    """Pretrain on one text, tune on the task, and read three languages: what the recipe does, larger."""
    model = fresh(bytes_(), width=64, layers=2, longest=256, distances=True, seed=seed)
    same = []
    if name != "nothing":
        text = blocks(_corpus(name), size=64, most=1000)
        hides = functools.partial(random_mask, share=0.2)
        told = {"epochs": 10, "learning_rate": 4e-3, "tokens": 512, "seed": seed}
        model = masked(model, text, masker=hides, **told)
        [row] = budget([model], [text])
        same = [row["parameters"], row["texts"], row["bytes"], model.config]
    task = {"task": "pos", "family": FAMILY}
    examples = synthetic(**task, language="qaa", n=50, seed=seed)
    model = tune(model, examples, epochs=8, learning_rate=1e-3, batch_size=8, seed=seed)
    rows = []
    for language in ("qaa", "qab", "qac"):
        tests = synthetic(**task, language=language, n=300, seed=99)
        score = accuracy(predict(model, tests).labels, tests.gold)
        rows.append({
            "pretrained": name, "test": language, "accuracy": round(score.value, 4),
            "low": score.low, "high": score.high, "n": score.n,
        })  # fmt: skip
    return {"budget": same, "rows": rows}


def _corpus(name: str) -> Texts:
    if name in ("nested", "nonsense"):
        return artificial(order=name, n=4000)
    if name == "eng":
        return texts(data_folder() / "ntrex-128" / "newstest2019-src.eng.txt", language="eng")
    return spoken(family=FAMILY, language=name, n=4000, seed={"qaa": 11, "qab": 12}[name])


if __name__ == "__main__":
    main()
