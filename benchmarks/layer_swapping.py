"""Two experts of a small decoder, sums in one language and text of another, put together in every way (adaptation/layer-swapping).

python -m benchmarks.layer_swapping [--seeds 0 1 2 3 4] [--apart both] [--rows FILE] [--json]

Words of two languages, "a" and "b", stand for numbers from 0 to 10; the rows of a word and of its translation begin alike but for a
direction. A decoder of six layers learns text of both, and 24 of the 36 sums of numbers up to 5 in both. Then one expert learns
all sums in "a" beside some text of it, another text of "b" without sums. With --apart yes the first changes layers 2 to 5 alone, the second the lowest, the highest
and all rows; with --apart no both change everything.

A row is a seed and a way to put both together: share of sums told right, the new ones in "a" and in "b" ("new a", "new b") and all in
"a" ("sums"), and bits per character of text of "b" that neither has seen ("bits"). "swap" is by the recipe's own plan where changes lie apart, else
by one language layer at both ends; `share` is the language's share of the changes, layer by layer.
"""

import argparse
import json
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from safetensors.torch import load_file, save_file

from benchmarks.common import ROOT
from benchmarks.common_alignment import keep, rows_of
from calque import part
from calque.models.folder import open_model, open_tokenizer
from calque.models.unlearned import unlearned
from calque.values import Checkpoint, Texts, Vocabulary
from calque.workspace import working_in

MOST, KNOWN, LETTERS = 5, 24, "zyxwvutsrqp"
SUMS = [(one, two) for one in range(MOST + 1) for two in range(MOST + 1)]
MIDDLE, OUTER = r"layers\.[1-4]\.", r"layers\.[05]\.|embed|lm_head|model\.norm"


def number(language: str, value: int) -> str:
    """The word for a number."""
    return language + LETTERS[value]


def told(language: str, facts: list[tuple[int, int]]) -> list[str]:
    """Sums as sentences of five words."""
    return [
        f"{number(language, one)} {language}plus {number(language, two)} {language}is {number(language, one + two)}"
        for one, two in facts
    ]  # fmt: skip


def text(languages: str, count: int, generator: np.random.Generator) -> list[str]:
    """Numbers in a row, and halves of sums, each word in one of the languages."""

    def some() -> str:
        return languages[int(generator.integers(len(languages)))]

    lines = []
    for row in range(count):
        start, *two = (int(drawn) for drawn in generator.integers(0, MOST + 1, 3))
        if row % 2:
            lines.append(" ".join(number(some(), value) for value in range(start, start + 4)))
        else:
            lines.append(f"{number(some(), two[0])} {some()}plus {number(some(), two[1])}")
    return lines


def words() -> Vocabulary:
    """All words as pieces."""
    return part("vocabulary.words")(
        Texts.of(told("a", SUMS) + told("b", SUMS)), shared=len(SUMS) ** 2
    )


def decoder(vocabulary: Vocabulary, seed: int) -> Checkpoint:
    """A decoder that has learned nothing, in which words and their translations are neighbors."""
    config = transformers.LlamaConfig(
        vocab_size=len(vocabulary), hidden_size=64, intermediate_size=128, num_hidden_layers=6, num_attention_heads=2,
        num_key_value_heads=2, max_position_embeddings=16, tie_word_embeddings=False, initializer_range=0.1,
    )  # fmt: skip
    made = unlearned(transformers.LlamaForCausalLM, config, vocabulary, 16, seed)
    (file,) = made.weights
    tensors, places = load_file(file), vocabulary.fast.get_vocab()
    generator = torch.Generator().manual_seed(seed)
    for name in ("model.embed_tokens.weight", "lm_head.weight"):
        apart = torch.randn(64, generator=generator) * 0.1
        for piece, place in places.items():
            other = places.get("▁a" + piece[2:])
            if piece.startswith("▁b") and len(piece) > 2 and other is not None:
                tensors[name][place] = tensors[name][other] + apart
    save_file(tensors, file, metadata={"format": "pt"})
    return made


def right(model: Checkpoint, language: str, facts: list[tuple[int, int]]) -> float:
    """Share of sums whose last word comes out."""
    tokenizer = open_tokenizer(model)
    ids = torch.tensor([tokenizer(row)["input_ids"][:-1] for row in told(language, facts)])
    with torch.inference_mode():
        found = open_model(model, "causal")(input_ids=ids[:, :-1]).logits[:, -1].argmax(-1)
    return float((found == ids[:, -1]).float().mean())


def experts(seed: int, apart: bool) -> tuple[Checkpoint, Checkpoint, Checkpoint, list[tuple[int, int]]]:  # fmt: skip
    """Base, task expert, language expert, and the sums that the base has not met."""
    generator = np.random.default_rng(seed)
    order = [SUMS[place] for place in generator.permutation(len(SUMS))]
    known, new = order[:KNOWN], order[KNOWN:]
    lines = text("a", 480, generator) + text("b", 240, generator) + text("ab", 480, generator)
    lines += told("a", known) * 8 + told("b", known) * 4
    tune: Callable[..., Checkpoint] = part("models.tune_causal")
    base = tune(
        decoder(words(), seed), Texts.of(lines), epochs=15, learning_rate=2e-3, tokens=1024, seed=seed
    )  # fmt: skip
    settings = {"learning_rate": 1e-3, "tokens": 1024, "seed": seed}
    sums = Texts.of(told("a", SUMS) * 3 + text("a", 120, generator))
    task = tune(base, sums, epochs=20, trains=MIDDLE if apart else "", **settings)
    own = Texts.of(text("b", 300, generator))
    language = tune(base, own, epochs=8, trains=OUTER if apart else "", **settings)
    return base, task, language, new


def merged(base: Checkpoint, task: Checkpoint, language: Checkpoint, apart: bool) -> tuple[dict[str, Checkpoint], list[float]]:  # fmt: skip
    """Every way to put both together, and the language's share of the changes by layer."""
    changes = part("adaptation.layer_changes")(base, task, language)
    ends = {} if apart else {"bottom": 1, "top": 1}
    plans = {
        name: part("adaptation.layer_plan")(changes, transition=transition, **ends)
        for name, transition in (("swap", 0), ("swap with transition", 1))
    }
    swap = part("adaptation.swap_layers")
    models = {
        "base": base,
        "task": task,
        "language": language,
        "mean": part("adaptation.average")([task, language]),
        "sum": part("adaptation.arithmetic")([task, language], base),
    } | {name: swap(task, language, plan) for name, plan in plans.items()}
    return models, [round(row["share"], 2) for row in changes]


def main() -> None:
    """Make experts for every seed, put them together, and print means and deviations over the seeds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2, 3, 4])
    parser.add_argument("--apart", nargs="+", choices=("yes", "no"), default=["yes", "no"])
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks")
    parser.add_argument("--rows", type=Path, default=ROOT / "runs" / "benchmarks" / "layer_swapping.jsonl")  # fmt: skip
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    held = Texts.of(text("b", 100, np.random.default_rng(99)))
    for apart in asked.apart:
        for seed in asked.seeds:
            if any((row["apart"], row["seed"]) == (apart, seed) for row in rows_of(asked.rows)):
                continue
            with working_in(asked.out / "layer_swapping" / f"{apart}-{seed}"):
                base, task, language, new = experts(seed, apart == "yes")
                models, share = merged(base, task, language, apart == "yes")
                rows = [
                    {"apart": apart, "seed": seed, "way": way, "new a": right(model, "a", new), "new b": right(model, "b", new),
                     "sums": right(model, "a", SUMS), "share": share,
                     "bits": part("models.bits_per_character")(model, held, boot=1).rows[0]["bits_per_character"]}
                    for way, model in models.items()
                ]  # fmt: skip
            for row in rows:  # a seed's rows stand together or not at all
                keep(row, asked.rows, asked.json)
    if not asked.json:
        _sum_up(rows_of(asked.rows))


def _sum_up(rows: list[dict[str, Any]]) -> None:
    for apart, way in dict.fromkeys((row["apart"], row["way"]) for row in rows):
        found = [row for row in rows if (row["apart"], row["way"]) == (apart, way)]
        line = {"apart": apart, "way": way, "seeds": len(found)}
        for name in ("new a", "new b", "sums", "bits"):
            values = [row[name] for row in found]
            line[name] = f"{statistics.mean(values):.2f} ± {statistics.pstdev(values):.2f}"
        print(json.dumps(line))


if __name__ == "__main__":
    main()
