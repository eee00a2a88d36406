"""Loss right after a tokenizer is swapped: rows by a hypernetwork beside those of heuristics.

python -m benchmarks.zett [--text english|synthetic] [--lines N] [--seeds 0 1 2] [--steps 200] [--out DIR] [--json]

A small causal model learns the text, one fine-tuned on other text is its sibling. Both are given a
larger tokenizer; pieces that both tokenizers have are copied, and each method fills the other rows: their
mean, draws around it, the mean of the old pieces that spell a new one (merges), sparsemax over shared
pieces (focus) and the network, which saw the first model alone. Scored are the bits that held-out text
takes, for each character, whatever its pieces. Models and finished rows are kept in --out and not made
again. What the method's constants are was chosen with --seeds 10.
"""

import argparse
import json
import shutil
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from tokenizers import Tokenizer

from benchmarks.common import ROOT, data_folder
from calque import part
from calque.models.folder import save
from calque.values import Checkpoint, Texts, Vocabulary
from calque.workspace import working_in

_SIZES = {"synthetic": (500, 1000), "english": (2000, 5000)}  # pieces, old and new
_EPOCHS = {"synthetic": 6, "english": 4}


def corpus(name: str, seed: int, lines: int | None) -> tuple[Texts, Texts, Texts, Texts]:
    """Text to learn from and held-out text, and the same of another kind."""
    if name == "synthetic":
        make = part("synthetic.texts")
        sizes = ((lines or 3000, 1, "statements"), (200, 2, "statements"))
        other = ((800, 3, "questions"), (200, 4, "questions"))
        made = [make(n=n, seed=10 * seed + own, of=of) for n, own, of in (*sizes, *other)]
        return made[0], made[1], made[2], made[3]
    data = data_folder()
    files = sorted((data / "tatoeba").glob("*-eng.eng"))
    short = sorted({line for file in files for line in file.read_text("utf-8").splitlines()})
    news = (data / "ntrex-128" / "newstest2019-src.eng.txt").read_text("utf-8-sig").splitlines()
    order = np.random.default_rng(seed).permutation(len(short))
    some = [short[k] for k in order if short[k].strip()]
    learned = some[500:] if lines is None else some[500 : 500 + lines]
    made = [Texts.of(some, "eng") for some in (learned, some[:500], news[200:], news[:200])]
    return made[0], made[1], made[2], made[3]


def model(words: Vocabulary, folder: Path) -> Checkpoint:
    """A small random model of this vocabulary."""
    roles: dict[str, Any] = {f"{role}_token": piece for role, piece in words.special.items()}
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(words.tokenizer),
        model_max_length=64,
        model_input_names=["input_ids", "attention_mask"],
        **roles,
    )
    config = transformers.LlamaConfig(
        vocab_size=len(words), hidden_size=64, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=128, max_position_embeddings=64, initializer_range=0.05,
        bos_token_id=words.role_id("cls"), eos_token_id=words.role_id("sep"),
        pad_token_id=words.role_id("pad"), tie_word_embeddings=True,
    )  # fmt: skip
    torch.manual_seed(0)
    folder.mkdir(parents=True, exist_ok=True)
    return save(transformers.LlamaForCausalLM(config), tokenizer, folder)


def bodies(
    name: str, seed: int, texts: tuple[Texts, ...], old: Vocabulary, folder: Path
) -> list[Checkpoint]:
    """The model and its sibling, from the folder once they are there."""
    places = [folder / "base", folder / "sibling"]
    if not places[1].is_dir():
        with working_in(folder):
            learn = partial(part("models.tune_causal"), tokens=1024, seed=seed)
            start = model(old, folder / "start")
            base = learn(start, texts[0], epochs=_EPOCHS[name], learning_rate=4e-3)
            sibling = learn(base, texts[2], epochs=2, learning_rate=1e-3)
        for made, place in zip((base, sibling), places, strict=True):
            shutil.copytree(made.folder, place)
    return [Checkpoint(place) for place in places]


def rows_of(
    name: str, seed: int, steps: int, lines: int | None, folder: Path
) -> Iterator[dict[str, Any]]:
    """One row for each method and model."""
    texts = corpus(name, seed, lines)
    text, held, _, other_held = texts
    small, large = _SIZES[name]
    old, new = (part("vocabulary.train")(text, size=size) for size in (small, large))
    base, sibling = bodies(name, seed, texts, old, folder)
    start = time.process_time()
    network = part("models.tune_hypernetwork")(
        base, text, steps=steps, learning_rate=3e-3, pieces=large, seed=seed
    )
    seconds = time.process_time() - start
    kept, swap = part("vocabulary.surface")(old, new), part("models.swap")
    near = part("vocabulary.focus")(old, new, part("vocabulary.static_pieces")(new, text, least=3))
    ways: dict[str, Callable[[Checkpoint], Checkpoint]] = {
        "old tokenizer": lambda body: body,
        "mean": lambda body: swap(body, new, kept),
        "random": lambda body: swap(body, new, kept, noise=1.0, seed=seed),
        "merges": lambda body: swap(body, new, part("vocabulary.merges")(old, new)),
        "focus": lambda body: swap(body, new, near),
        "hypernetwork": lambda body: swap(
            body, new, kept, rows=part("models.predict_rows")(body, new, network)
        ),
    }
    for kind, body, new_text in (("base", base, held), ("sibling", sibling, other_held)):
        for way, make in ways.items():
            value = part("models.bits_per_character")(make(body), new_text).rows[0]
            yield {
                "text": name, "lines": len(text), "seed": seed, "steps": steps, "model": kind, "rows": way,
                "bits": round(value["bits_per_character"], 4), "training_seconds": round(seconds, 1),
            }  # fmt: skip


def main() -> None:
    """Make what is not there yet, and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--text", choices=list(_SIZES), default="english")
    parser.add_argument(
        "--lines", type=int, help="texts to learn from; all, or 3000 synthetic ones"
    )
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "zett")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found: list[dict[str, Any]] = []
    for seed in given.seeds:
        place = given.out / f"{given.text}-{given.lines or 'all'}-{seed}"
        file = place / f"rows-{given.steps}.json"
        if not file.is_file():
            with working_in(place / f"work-{given.steps}"):
                made = list(rows_of(given.text, seed, given.steps, given.lines, place))
            file.write_text(json.dumps(made), encoding="utf-8")
        found += json.loads(file.read_text(encoding="utf-8"))
    if given.json:
        print(json.dumps(found))
        return
    for row in found:
        print("\t".join(str(value) for value in row.values()))


if __name__ == "__main__":
    main()
