"""Aligners that learn, on sets with gold links: minilm before and after it has learned to align.

python -m benchmarks.wordalign_trained [--set naacl/en-fr] [--learn 100] [--methods transport spans] [--json]

The first --learn pairs of a set teach, with their gold links or (`own links`) their text alone, with --more
pairs of other bitext; links of the others are scored, with the methods' published settings where no
other is named here. `as it is` is the encoder before. Nothing is chosen by the links scored.
"""

import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch

from benchmarks.common import ROOT, data_folder
from benchmarks.common_alignment import gold_sets, keep, rows_of, training
from calque import part
from calque.values import Bitext, Checkpoint, Links

_RATE = 1e-4  # for gold links, with 5 epochs, as published for awesome-align
Linker = Callable[[Bitext, Checkpoint], list[Links]]


def softmax(above: float) -> Linker:
    """awesome-align's and AccAlign's way from states to links."""
    pairer = partial(part("wordalign.threshold"), above=above)
    rescaler = part("wordalign.softmax")
    return lambda pairs, model: part("models.align")(
        pairs, model, measure="dot", rescaler=rescaler, pairer=pairer
    )


def transport(pairs: Bitext, model: Checkpoint) -> list[Links]:
    """OTAlign's way after learning: even masses, plain cosines."""
    return _moved(pairs, model, "cosine", "even")


def untaught(pairs: Bitext, model: Checkpoint) -> list[Links]:
    """OTAlign's way without supervision, as in the recipe."""
    return _moved(pairs, model, "centered", "length")


def _moved(pairs: Bitext, model: Checkpoint, measure: str, masses: str) -> list[Links]:
    return part("models.align")(
        pairs,
        model,
        unit="word",
        measure=measure,
        masses=masses,
        rescaler=part("wordalign.unbalanced_transport"),
        pairer=partial(part("wordalign.threshold"), above=0.5),
    )


def methods() -> dict[str, tuple[Callable[..., Checkpoint] | None, str, Linker]]:
    """By name: how the encoder learns, what from ("nothing", "text", "gold"), and how it then links."""
    tune = part("models.tune_aligner")
    gold = {"epochs": 5, "learning_rate": _RATE}
    own = {"masker": part("objectives.random_mask")}
    both = partial(tune, objectives=["self_training", "parallel"], **own)
    return {
        "softmax, as it is": (None, "nothing", softmax(0.001)),
        "softmax, own links": (both, "text", softmax(0.001)),
        "softmax, gold links": (
            partial(tune, objectives=["self_training"], **gold),
            "gold",
            softmax(0.001),
        ),
        "softmax 0.1, as it is": (None, "nothing", softmax(0.1)),
        "softmax 0.1, adapter, own links": (part("models.adapt_aligner"), "text", softmax(0.1)),
        "softmax 0.1, adapter, gold links": (
            partial(part("models.adapt_aligner"), epochs=5),
            "gold",
            softmax(0.1),
        ),
        "transport, as it is": (None, "nothing", untaught),
        "transport, gold links": (
            partial(tune, objectives=["transport"], **gold),
            "gold",
            transport,
        ),
        "marked words, gold links": (
            partial(part("models.tune_binary"), **gold),
            "gold",
            part("models.align_binary"),
        ),
        "spans, gold links": (
            partial(part("models.tune_spans"), **gold),
            "gold",
            part("models.align_spans"),
        ),
    }


def main() -> None:
    """Run what is asked for and not there yet; rows as they come, or a table at the end."""
    asked = _arguments()
    torch.set_num_threads(asked.threads)
    gold = gold_sets(data_folder())[asked.set]()
    known = gold.bitext.take(range(asked.learn))
    unseen = gold.bitext.take(range(asked.learn, len(gold.bitext)))
    other = [pair for rows in training(data_folder(), gold).values() for pair in rows]
    text = Bitext.of([*known, *other[: asked.more]], known.source, known.target, tokenized=True)
    encoder = part("models.load")(asked.model)
    facts = {"task": asked.set, "learn": len(known), "more": len(text) - len(known)}
    facts |= {"n": len(unseen), "model": asked.model, "seed": asked.seed}
    done = rows_of(asked.rows)
    for name, (learn, source, link) in methods().items():
        told = facts | {"method": name}
        if any(told.items() <= row.items() for row in done):
            continue
        if asked.methods and not any(word in name for word in asked.methods):
            continue
        clock, processor = time.perf_counter(), time.process_time()
        model = encoder
        if learn is not None:
            given = (text, None) if source == "text" else (known, gold.links[: asked.learn])
            model = learn(encoder, *given, seed=asked.seed)
        found = link(unseen, model)
        cost = {"seconds": time.perf_counter() - clock, "ours": time.process_time() - processor}
        for score in part("evaluation.link_scores")(found, gold.links[asked.learn :]):
            row = told | {key: score[key] for key in ("metric", "value", "low", "high")} | cost
            done.append(row)
            keep(row, asked.rows, asked.json)
    if not asked.json:
        _tell([row for row in done if facts.items() <= row.items()])


def _tell(rows: list[dict[str, Any]]) -> None:
    """A line per method; seconds are of the processor, for learning and linking together."""
    print("| method | AER | precision | recall | seconds |\n|---|---|---|---|---|")
    for name in dict.fromkeys(row["method"] for row in rows):
        of = {row["metric"]: row for row in rows if row["method"] == name}
        aer = of["aer"]
        shown = f"{100 * aer['value']:.1f} ({100 * aer['low']:.1f}-{100 * aer['high']:.1f})"
        rest = [f"{100 * of[metric]['value']:.1f}" for metric in ("link_precision", "link_recall")]
        print(f"| {name} | {shown} | {' | '.join(rest)} | {aer['ours']:.0f} |")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", default="naacl/en-fr")
    parser.add_argument("--learn", type=int, default=100, help="pairs that teach")
    parser.add_argument("--more", type=int, default=400, help="pairs of text alone, beside them")
    parser.add_argument("--methods", nargs="+", help="words of their names; all where not given")
    parser.add_argument("--model", default="minilm")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--rows", type=Path, default=ROOT / "runs" / "benchmarks" / "wordalign_trained.jsonl"
    )
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
