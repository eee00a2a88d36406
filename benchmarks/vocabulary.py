"""Mixers of vocabularies beside their authors' code, on the same vectors and rows, in one process.

python -m benchmarks.vocabulary [--section mixers] [--old 250000] [--new 50000] [--width 768] [--json]

A row says how many seconds either took, by the clock (`peer`, `ours`, `ratio`) and of the processor
(`ratio_cpu`, steadier where other programs run), from vectors of pieces to the new rows. Vectors are drawn:
groups of pieces that lie together, 40 % of the new pieces are shared. Peers run on the `share` of the new
pieces that their row names, and their seconds are scaled up by it, with what they do once per call: a small
share flatters ours for wechsel and ofa. Ours finds shared pieces too, which focus and clp here are given. `gib` is the memory that ours took above its inputs, `allowed` twice both tables.

`links` is trans-tokenization, from counted word pairs to rows. Peers are pip install wechsel==0.0.4 deepfocus==1.0.1
trans-tokenizers==0.1.4 (with gensim, fasttext-wheel, fastdist), and clones
of malteos/clp-transfer and cisnlp/ofa (--clp, --ofa); a row whose peer is missing says so. They are only
run, never shipped.

`words` is what word vectors of little text are worth: 1,997 sentences of NTREX-128 in English and --language,
aligned by half of the word pairs that `wordalign.agreement` links twice or more; how many of the other half find
their translation first among all words (`right`), beside fastText with the settings of WECHSEL's helper.
"""

import argparse
import importlib
import json
import logging
import sys
import threading
import types
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from tokenizers import Tokenizer, models, pre_tokenizers

from benchmarks.vocabulary_links import links
from benchmarks.vocabulary_words import timed, words
from calque import part
from calque.values import Space, Vocabulary

SHARED = 0.4  # of the new pieces
_SPECIAL = {"unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "pad": "[PAD]", "mask": "[MASK]"}


def main() -> None:
    """Run the sections asked for and print their rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--section", action="append", choices=SECTIONS, help="all where not given")
    parser.add_argument("--mixer", action="append", choices=PEERS, help="all where not given")
    parser.add_argument("--old", type=int, default=250_000, help="old pieces")
    parser.add_argument("--new", type=int, default=50_000, help="new pieces")
    parser.add_argument("--width", type=int, default=768, help="of the rows")
    parser.add_argument("--vectors", type=int, default=100, help="width of the pieces' vectors")
    parser.add_argument("--share", type=float, default=0.01, help="of the new pieces, for peers")
    parser.add_argument("--clp", type=Path, help="clone of malteos/clp-transfer")
    parser.add_argument("--ofa", type=Path, help="folder ofa of a clone of cisnlp/ofa")
    parser.add_argument("--language", default="swa", help="of `words`, as NTREX-128 calls it")
    parser.add_argument("--json", action="store_true", help="rows as JSON lines, as they come")
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    rows = []
    for name in asked.section or SECTIONS:
        for row in SECTIONS[name](asked):
            rows.append(row)
            if asked.json:
                print(json.dumps(row, ensure_ascii=False), flush=True)
    if asked.json:
        return
    columns = list(dict.fromkeys(name for row in rows for name in row))
    print("| " + " | ".join(columns) + " |\n" + "|---" * len(columns) + "|")
    for row in rows:
        print("| " + " | ".join(_shown(row.get(name, "")) for name in columns) + " |")


class Given:
    """Two vocabularies, vectors of their pieces and the old rows."""

    def __init__(self, asked: argparse.Namespace, new: int):
        generator = np.random.default_rng(0)
        self.shared = int(SHARED * new)
        old = [*_SPECIAL.values(), *(f"o{k}" for k in range(asked.old - self.shared - 5))]
        # the shared pieces come first and last, so that any share of the new ones has its own
        mixed = [f"c{k}" if k % 5 < 2 else f"n{k}" for k in range(new - 5)]
        self.old = _vocabulary([*old, *(piece for piece in mixed if piece[0] == "c")])
        self.new = _vocabulary([*_SPECIAL.values(), *mixed])
        centers = generator.standard_normal((500, asked.vectors)).astype(np.float32)
        self.old_vectors = _around(centers, self.old, generator)
        self.new_vectors = _around(centers, self.new, generator)
        self.rows = generator.standard_normal((len(self.old), asked.width), dtype=np.float32)


def mixers(asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Each mixer, ours at full size and the peer on a share of the new pieces."""
    given = Given(asked, asked.new)
    sides = (given.old, given.new)
    both, one = (given.old_vectors, given.new_vectors), (given.new_vectors,)
    few = int(asked.share * asked.new)
    small = Given(asked, few)
    for name in asked.mixer or PEERS:
        vectors = both if name in ("wechsel", "ofa") else one
        settings = {"anchors": 1000} if name == "clp" else {}
        work = partial(part(f"vocabulary.{name}"), *sides, *vectors, **settings)
        seconds, memory = _measured(lambda work=work: work().apply(given.rows))
        row: dict[str, Any] = {
            "work": f"{name}, {asked.old} old and {asked.new} new pieces, rows {asked.width} and "
            f"vectors {asked.vectors} wide{_told(settings)}",
        }
        try:
            theirs = [value * asked.new / few for value in PEERS[name](asked, small)]
            row |= {"peer": theirs[0], "ours": seconds[0], "ratio": theirs[0] / seconds[0]}
            row |= {"ratio_cpu": theirs[1] / seconds[1], "share": asked.share}
        except (ImportError, TypeError) as missing:
            row |= {"peer": f"missing: {missing}", "ours": seconds[0]}
        allowed = 2 * 4 * asked.width * (asked.old + asked.new)
        yield row | {"gib": memory / 2**30, "allowed": allowed / 2**30}


def _wechsel(asked: argparse.Namespace, small: Given) -> tuple[float, float]:
    peer = importlib.import_module("wechsel")
    sides = [_dense(space, words) for space, words in _sides(small)]
    cutters = [_hub(words) for _, words in _sides(small)]
    return timed(lambda: peer.create_target_embeddings(*sides, *cutters, small.rows, verbose=False))


def _ofa(asked: argparse.Namespace, small: Given) -> tuple[float, float]:
    peer = _module("utils", asked.ofa)
    sides = [_dense(space, words) for space, words in _sides(small)]
    cutters = [_hub(words) for _, words in _sides(small)]
    both = {p for p in small.new.pieces if p[0] in "c["}
    made = np.zeros((len(small.new), asked.width), dtype=np.float32)
    return timed(
        lambda: peer.create_target_embeddings(
            *sides, *cutters, small.rows, made, both, set(small.new.pieces) - both
        )
    )


def _focus(asked: argparse.Namespace, small: Given) -> tuple[float, float]:
    """All anchors, a share of the new pieces."""
    import torch

    peer = importlib.import_module("deepfocus.focus")
    anchors = Given(asked, asked.new)
    rows, cutter = torch.from_numpy(anchors.rows), types.SimpleNamespace
    places = {piece: k for k, piece in enumerate(anchors.old.pieces)}
    overlap, fresh = {}, {}
    for k, (name, vector) in enumerate(
        zip(anchors.new_vectors.names, anchors.new_vectors.vectors, strict=True)
    ):
        target = cutter(id=k)
        if name[0] == "c":
            overlap[name] = cutter(
                source_embedding=rows[places[name]], auxiliary_embedding=vector, target=target
            )
        elif len(fresh) < asked.share * (1 - SHARED) * asked.new:
            fresh[name] = cutter(auxiliary_embedding=vector, target=target)
    run = partial(peer.focus_additional_token_initialization, device="cpu")
    made = torch.zeros(len(anchors.new), asked.width)
    first = dict(list(fresh.items())[:2]), dict(list(overlap.items())[:2])
    run(first[1], first[0], made)  # numba compiles
    return timed(lambda: run(overlap, fresh, made))


def _clp(asked: argparse.Namespace, small: Given) -> tuple[float, float]:
    """All anchors, a share of the new pieces; models are stand-ins that hold their rows."""
    import torch

    peer = _module("clp", asked.clp)
    anchors = Given(asked, asked.new)
    few = asked.share * (1 - SHARED) * asked.new
    fresh = [p for p in anchors.new.pieces if p[0] == "n"][: int(few)]
    kept = [p for p in anchors.new.pieces if p[0] == "c"] + fresh
    vectors = dict(zip(anchors.new_vectors.names, anchors.new_vectors.vectors, strict=True))
    tables = {
        "source": (anchors.rows, {p: k for k, p in enumerate(anchors.old.pieces)}),
        "helper": (np.stack([vectors[p] for p in kept]), {p: k for k, p in enumerate(kept)}),
    }

    def model(name: str) -> Any:
        holder = torch.nn.Embedding.from_pretrained(torch.from_numpy(tables[name][0]))
        return types.SimpleNamespace(
            get_input_embeddings=lambda: holder,
            resize_token_embeddings=lambda size: None,
            save_pretrained=lambda path: None,
        )

    class Words(dict):
        def get_vocab(self) -> dict[str, int]:
            return dict(self)

        def save_pretrained(self, path: str) -> None: ...

    peer.AutoModelForCausalLM = types.SimpleNamespace(from_pretrained=model)
    peer.AutoTokenizer = types.SimpleNamespace(from_pretrained=lambda name: Words(tables[name][1]))
    return timed(lambda: peer.apply_clp("source", "helper", "nowhere", override=True))


PEERS = {"wechsel": _wechsel, "ofa": _ofa, "focus": _focus, "clp": _clp}
SECTIONS: dict[str, Callable[[argparse.Namespace], Iterator[dict[str, Any]]]] = {
    "mixers": mixers,
    "links": links,
    "words": words,
}


def _sides(given: Given) -> list[tuple[Space, Vocabulary]]:
    return [(given.old_vectors, given.old), (given.new_vectors, given.new)]


def _vocabulary(pieces: list[str]) -> Vocabulary:
    cutter = Tokenizer(models.WordPiece({p: k for k, p in enumerate(pieces)}, unk_token="[UNK]"))
    cutter.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    cutter.add_special_tokens(list(_SPECIAL.values()))
    return Vocabulary(cutter.to_str(), dict(_SPECIAL))


def _hub(words: Vocabulary) -> Any:
    from transformers import PreTrainedTokenizerFast

    special = {f"{role}_token": piece for role, piece in words.special.items()}
    return PreTrainedTokenizerFast(tokenizer_object=words.fast, **special)


def _around(centers: np.ndarray, words: Vocabulary, generator: np.random.Generator) -> Space:
    """A vector near one of the centers for every piece that is not special."""
    names = words.pieces[len(_SPECIAL) :]
    noise = generator.standard_normal((len(names), centers.shape[1]), dtype=np.float32)
    return Space(names, centers[generator.integers(len(centers), size=len(names))] + noise)


def _dense(space: Space, words: Vocabulary) -> np.ndarray:
    """[pieces, d] float64 at length 1, as these peers keep vectors; special pieces zeros."""
    vectors = space.vectors / np.linalg.norm(space.vectors, axis=1, keepdims=True)
    head = np.zeros((len(words) - len(space), vectors.shape[1]))
    return np.concatenate([head, vectors.astype(np.float64)])


def _module(name: str, folder: Path | None) -> Any:
    if folder is None:
        raise ImportError(f"no clone given for {name}.py")
    sys.path.insert(0, str(folder))
    return importlib.import_module(name)


def _measured(work: Callable[[], Any]) -> tuple[tuple[float, float], int]:
    """The same, and the most memory above that before, looked at every 20 ms."""
    process, stop = psutil.Process(), threading.Event()
    before = most = process.memory_info().rss

    def watch() -> None:
        nonlocal most
        while not stop.wait(0.02):
            most = max(most, process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    seconds = timed(work)
    stop.set()
    watcher.join()
    return seconds, most - before


def _told(settings: dict[str, Any]) -> str:
    return "".join(f", {value} {name}" for name, value in settings.items())


def _shown(cell: Any) -> str:
    return f"{cell:.3g}" if isinstance(cell, float) else str(cell)


if __name__ == "__main__":
    main()
