"""Trans-tokenization from counted word pairs to rows, as a section of `benchmarks.vocabulary`, beside its authors' package."""

import argparse
import importlib
import tempfile
import types
from collections.abc import Iterator
from typing import Any

import numpy as np
from tokenizers import Tokenizer, models, pre_tokenizers

from benchmarks.vocabulary_words import timed
from calque import part
from calque.values import Bitext, Links, Vocabulary

SHARED, SHOWN = 0.4, 0.98  # of the new pieces: in the old vocabulary too; in any word pair
PAIRS = 4  # of every new piece that is shown
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def links(asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """All of the work on both sides; reading the tokenizers is not counted, cutting words is in ours."""
    generator = np.random.default_rng(0)
    words = _words(asked.old + asked.new, generator)
    shared = int(SHARED * asked.new)
    old = _vocabulary(words[: asked.old])
    new = _vocabulary(words[asked.old - shared : asked.old - shared + asked.new])
    shown = _ordinary(new)[: int(SHOWN * asked.new)]
    sources = generator.choice(_ordinary(old), PAIRS * len(shown))
    endings = np.where(generator.random(len(sources)) < 0.3, "s", "")  # of two pieces, then
    targets = np.repeat(shown, PAIRS)
    pairs = [(a + s, b + s) for a, b, s in zip(sources, targets, endings, strict=True)]
    counts = generator.integers(10, 1000, len(pairs)).tolist()
    rows = generator.standard_normal((len(old), asked.width), dtype=np.float32)
    bitext = Bitext.of(pairs, tokenized=True)
    linked = [Links(np.zeros((1, 2), dtype=np.int32), (1, 1), np.array([c])) for c in counts]

    def ours() -> None:
        counted = part("vocabulary.transtokens")(old, new, bitext, linked)
        part("vocabulary.spelled_alike")(old, new, [counted]).apply(rows)

    row: dict[str, Any] = {
        "work": f"transtokens and spelled_alike, {asked.old} old and {asked.new} new pieces, rows "
        f"{asked.width} wide, {len(pairs)} word pairs"
    }
    seconds = timed(ours)
    try:
        theirs = _theirs(old, new, pairs, counts, rows)
        row |= {"peer": theirs[0], "ours": seconds[0], "ratio": theirs[0] / seconds[0]}
        yield row | {"ratio_cpu": theirs[1] / seconds[1], "share": 1.0}
    except ImportError as missing:
        yield row | {"peer": f"missing: {missing}", "ours": seconds[0]}


def _theirs(old: Vocabulary, new: Vocabulary, pairs: list, counts: list[int], rows: np.ndarray):
    import torch

    peer = importlib.import_module("transtokenizers.transtokenizers")
    cutters = {"old": _hub(old), "new": _hub(new)}
    model = _Rows(torch.from_numpy(rows))
    peer.transformers = types.SimpleNamespace(
        AutoTokenizer=types.SimpleNamespace(from_pretrained=cutters.__getitem__),
        AutoModelForCausalLM=types.SimpleNamespace(from_pretrained=lambda name: model),
    )
    sides = [
        ["—".join(found.tokens) for found in one.encode([pair[k] for pair in pairs])]
        for k, one in enumerate((old, new))
    ]
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
        for a, b, count in zip(*sides, counts, strict=True):
            file.write(f"{a}\t{b}\t-1.0\t{count}\n")
        file.flush()

        def work() -> None:
            counted, _ = peer.map_tokens(file.name, "old", "new")
            peer.remap_model("old", "new", peer.smooth_mapping("new", counted), "old")

        return timed(work)


class _Rows:
    """Stands in for a causal model whose input and output rows are one table."""

    def __init__(self, rows: Any):
        self.config = types.SimpleNamespace(tie_word_embeddings=True)
        self.rows = types.SimpleNamespace(weight=types.SimpleNamespace(data=rows))

    def get_input_embeddings(self) -> Any:
        return self.rows

    get_output_embeddings = get_input_embeddings

    def resize_token_embeddings(self, count: int) -> None:
        made = self.rows.weight.data.new_zeros(count, self.rows.weight.data.shape[1])
        self.rows = types.SimpleNamespace(weight=types.SimpleNamespace(data=made))


def _words(count: int, generator: np.random.Generator) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        sizes = generator.integers(5, 10, count)
        letters = generator.integers(len(LETTERS), size=(count, 10))
        found |= dict.fromkeys(
            "".join(LETTERS[k] for k in row[:size])
            for row, size in zip(letters, sizes, strict=True)
        )
    return list(found)[:count]


def _vocabulary(words: list[str]) -> Vocabulary:
    pieces = ["▁", *LETTERS, *"0123456789", *(f"▁{word}" for word in words)]
    scored = [("<unk>", 0.0), *((piece, -20.0 + 0.1 * len(piece)) for piece in pieces)]
    cutter = Tokenizer(models.Unigram(scored, unk_id=0))
    cutter.pre_tokenizer = pre_tokenizers.Metaspace()
    cutter.add_special_tokens(["<unk>"])
    return Vocabulary(cutter.to_str(), {"unk": "<unk>"})


def _ordinary(vocabulary: Vocabulary) -> list[str]:
    return [piece[1:] for piece in vocabulary.pieces if len(piece) > 2 and piece[0] == "▁"]


def _hub(vocabulary: Vocabulary) -> Any:
    from transformers import PreTrainedTokenizerFast

    made = PreTrainedTokenizerFast(tokenizer_object=vocabulary.fast, unk_token="<unk>")
    made.additional_special_tokens_ids = ()  # asked for, and not in transformers 5
    return made
