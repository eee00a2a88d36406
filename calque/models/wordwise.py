"""Words read from their bytes: the network of Byte2Word, its batches, and its folder.

Source: Lee et al. 2022, "Word-Level Representation From Bytes For Language Modeling",
https://arxiv.org/abs/2211.12677

No class of transformers reads words so, hence a folder of our own: config.json with the model type
"calque-byte2word", safetensors, and predicted.json, the pieces that hidden words are guessed in.
`transformers` does not load it; the parts `models.byte2word*` do.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import nn

from calque.errors import BadFile
from calque.languages.words import word_texts
from calque.models.running import processes, shared_folder
from calque.values import Checkpoint, Labelled, Vocabulary

log = logging.getLogger(__name__)

TYPE = "calque-byte2word"
TASKS = ("class", "pair")
NOTHING, START, HIDDEN = 256, 257, 258  # beside the bytes: padding, begin of text, a hidden word
LONGEST_WORD = 64  # bytes of a word that are read
PARTS = 4  # pieces of a hidden word that are guessed
_NONE = -100
_FIRST, _MASKED = 0, 1  # places in a lexicon


class ByteWords(nn.Module):
    """The vector of a word from its bytes: learned queries attend to bytes at their places.

    Many narrow heads whose queries begin large: each looks at a few bytes, so that words are apart
    from the beginning; broad ones would give every word nearly the mean of all bytes.
    """

    def __init__(self, width: int):
        super().__init__()
        narrow, self.heads = max(64, width // 4), width // 8
        self.bytes = nn.Embedding(HIDDEN + 1, narrow, padding_idx=NOTHING)
        self.places = nn.Embedding(LONGEST_WORD, narrow)
        self.norm_bytes = nn.LayerNorm(narrow)
        self.query = nn.Parameter(4.0 * torch.randn(self.heads, 8))
        self.key = nn.Linear(narrow, width)
        self.value = nn.Linear(narrow, width)
        self.out = nn.Linear(width, width)
        self.inner = nn.Linear(width, width)
        self.outer = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        for table in (self.bytes, self.places):
            nn.init.normal_(table.weight, std=0.5)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        """Vectors [u, d] of words [u, k], filled up with NOTHING, of which nothing is read."""
        places = torch.arange(words.shape[1], device=words.device)
        states = self.norm_bytes(self.bytes(words) + self.places(places))
        keys, values = (
            linear(states).unflatten(-1, (self.heads, -1)) for linear in (self.key, self.value)
        )
        scores = torch.einsum("ukhd,hd->ukh", keys, self.query) / keys.shape[-1] ** 0.5
        scores = scores.masked_fill((words == NOTHING)[..., None], float("-inf"))
        pooled = torch.einsum("ukh,ukhd->uhd", scores.softmax(dim=1), values).flatten(1)
        found = self.out(pooled)
        return self.norm(found + self.outer(F.gelu(self.inner(found))))


class Byte2Word(nn.Module):
    """Words from bytes, a transformer over words, pieces of hidden words guessed from word states.

    config: "width", "layers", "longest" (words of a text), "pieces" (to guess among) and, where there
            is a task's head, "id2label"
    """

    def __init__(self, config: dict[str, Any]):
        super().__init__()
        from transformers import BertConfig, BertModel

        width = config["width"]
        self.config = config
        self.front = ByteWords(width)
        settings = BertConfig(
            vocab_size=1,  # words come as vectors
            hidden_size=width,
            num_hidden_layers=config["layers"],
            num_attention_heads=max(1, width // 32),
            intermediate_size=4 * width,
            max_position_embeddings=config["longest"],
        )
        self.body: Any = BertModel(settings, add_pooling_layer=False)
        self.body.embeddings.word_embeddings.weight.requires_grad_(False)
        self.parts = nn.Embedding(PARTS, width)
        self.dense = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        self.pieces = nn.Linear(width, config["pieces"])
        labels = config.get("id2label")
        self.classifier = nn.Linear(width, len(labels)) if labels else None

    def states(self, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        """States [b, w, d] of the words; each distinct word of the batch is read once."""
        vectors = self.front(batch["words"])[batch["index"]]
        told = {"attention_mask": batch["mask"], "token_type_ids": batch["types"]}
        return self.body(inputs_embeds=vectors, **told).last_hidden_state

    def guesses(self, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        """Logits [n, v] of the pieces asked for: those of "targets" [m, PARTS] that are there."""
        states = self.states(batch).flatten(0, 1)[batch["places"]]
        word, part = torch.nonzero(batch["targets"] != _NONE, as_tuple=True)
        return self.pieces(self.norm(F.gelu(self.dense(states[word] + self.parts(part)))))

    def logits(self, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        """Logits [b, c] of the labels, from the state where the text begins."""
        if self.classifier is None:
            raise BadFile("byte2word: no head of a task; train one first (models.byte2word_tune)")
        return self.classifier(self.states(batch)[:, 0])


@dataclass(frozen=True)
class Lexicon:
    """Distinct words as bytes; texts as their numbers.

    words: [2 + n] bytes of each: where a text begins, a hidden word, and the words themselves
    names: the words as text
    texts: windows of the texts, each [w] numbers of words, START first; of a pair START and words twice
    owner: [t] which text a window belongs to
    """

    words: list[np.ndarray]
    names: list[str]
    texts: list[np.ndarray]
    owner: np.ndarray

    @property
    def lengths(self) -> np.ndarray:
        """[t] words per window."""
        return np.array([len(text) for text in self.texts], dtype=np.int64)

    def batch(self, ids: np.ndarray) -> dict[str, torch.Tensor]:
        """Tensors of windows [b, w] of words; -1 is padding."""
        there = ids >= 0
        distinct, index = np.unique(np.where(there, ids, _FIRST), return_inverse=True)
        table = np.full((len(distinct), max(len(self.words[k]) for k in distinct)), NOTHING)
        for row, word in enumerate(distinct):
            table[row, : len(self.words[word])] = self.words[word]
        return {
            "words": torch.from_numpy(table.astype(np.int64)),
            "index": torch.from_numpy(index.reshape(ids.shape).astype(np.int64)),
            "mask": torch.from_numpy(there.astype(np.int64)),
            "types": torch.from_numpy((np.cumsum(ids == _FIRST, axis=1) > 1).astype(np.int64)),
        }

    def padded(self, rows: Sequence[int] | np.ndarray) -> np.ndarray:
        """Windows at these positions as [b, w]; -1 is padding."""
        ids = np.full((len(rows), max(len(self.texts[row]) for row in rows)), -1, dtype=np.int64)
        for place, row in enumerate(rows):
            ids[place, : len(self.texts[row])] = self.texts[row]
        return ids

    def hidden(self, ids: np.ndarray, masker: Any, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Windows [b, w] with words hidden by a part with the role masker, and what was there."""
        words = np.where(ids >= 2, np.arange(ids.shape[1]), -1)
        drawable = np.arange(2, len(self.words))
        return masker(ids, words, _MASKED, drawable, seed=seed)


def read(texts: Sequence[str], longest: int, seconds: Sequence[str] | None = None) -> Lexicon:
    """Cut texts into words and these into bytes; longer texts have several windows.

    seconds: second texts of pairs; pairs that are too long lose the end of their longer side
    """
    known: dict[str, int] = {}
    rows, owner, cut, too_long = [], [], set(), 0
    for number, text in enumerate(texts):
        ids = _numbers(text, known)
        if seconds is not None:
            second = _numbers(seconds[number], known)
            too_long += len(ids) + len(second) > longest - 2
            windows = [_paired(ids, second, longest - 2)]
        else:
            room = longest - 1
            starts = range(0, max(1, len(ids)), room)
            windows = [[_FIRST, *ids[start : start + room]] for start in starts]
        rows += [np.array(window, dtype=np.int64) for window in windows]
        owner += [number] * len(windows)
    words = [np.array([START]), np.array([HIDDEN])]
    for word in known:
        whole = word.encode("utf-8", "surrogatepass")
        if len(whole) > LONGEST_WORD:
            cut.add(word)
        words.append(np.frombuffer(whole[:LONGEST_WORD], dtype=np.uint8).astype(np.int64))
    if cut:
        log.warning("%d words are longer than %d bytes and read to there", len(cut), LONGEST_WORD)
    if too_long:
        log.warning(
            "%d pairs have over %d words and lose the end of the longer side", too_long, longest - 2
        )
    return Lexicon(words, ["", "", *known], rows, np.array(owner, dtype=np.int64))


def examined(examples: Labelled, longest: int) -> Lexicon:
    """Texts, or pairs of texts, of labelled examples as words."""
    texts = examples.table["text"].to_pylist()
    return read(
        texts, longest, examples.table["text_b"].to_pylist() if examples.task == "pair" else None
    )


def _numbers(text: str, known: dict[str, int]) -> list[int]:
    return [known.setdefault(word, len(known) + 2) for word in word_texts(text)]


def _paired(first: list[int], second: list[int], room: int) -> list[int]:
    kept = min(len(first), max(room // 2, room - len(second)))
    return [_FIRST, *first[:kept], _FIRST, *second[: room - kept]]


def pieces_of(lexicon: Lexicon, vocabulary: Vocabulary) -> np.ndarray:
    """[2 + n, PARTS] pieces in which each word is guessed, -100 behind its last; longer words lose theirs."""
    cut = vocabulary.encode_words([[name] for name in lexicon.names[2:]])
    found = np.full((len(lexicon.words), PARTS), _NONE, dtype=np.int64)
    for row, [pieces] in enumerate(cut, start=2):
        found[row, : min(PARTS, len(pieces))] = pieces[:PARTS]
    return found


def write(model: Byte2Word, vocabulary: Vocabulary) -> Checkpoint:
    """Write the model's folder, once however many processes there are."""
    folder = shared_folder("model")
    if processes().is_main_process:
        weights = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
        save_file(weights, folder / "model.safetensors")
        config = {"model_type": TYPE, "architectures": ["Byte2Word"]} | model.config
        _json(folder / "config.json", config)
        predicted = {"tokenizer": vocabulary.tokenizer, "special": vocabulary.special}
        _json(folder / "predicted.json", predicted)
    processes().wait_for_everyone()
    return Checkpoint(folder)


def open_words(checkpoint: Checkpoint, **settings: Any) -> tuple[Byte2Word, Vocabulary]:
    """The model, in evaluation mode, and the vocabulary that it guesses in; BadFile for another kind.

    settings: of the configuration, in place of the folder's own; for other labels, or another task, a new
              head is drawn
    """
    if checkpoint.config.get("model_type") != TYPE:
        raise BadFile(
            f"{checkpoint.folder}: a model of type {checkpoint.config.get('model_type')}, not of "
            f"{TYPE}; models.byte2word makes one"
        )
    kept = {k: v for k, v in checkpoint.config.items() if k not in ("model_type", "architectures")}
    model = Byte2Word(kept | settings)
    weights = {k: v for path in checkpoint.weights for k, v in load_file(path).items()}
    own = model.state_dict()
    headless = any(settings.get(k, kept.get(k)) != kept.get(k) for k in ("id2label", "calque_task"))
    fits = {
        name: tensor
        for name, tensor in weights.items()
        if name in own and tensor.shape == own[name].shape
        if not (headless and name.startswith("classifier."))
    }
    missing = [name for name in own if name not in fits and not name.startswith("classifier")]
    if missing:
        raise BadFile(f"{checkpoint.folder}: {len(missing)} weights are missing, as {missing[0]}")
    model.load_state_dict(fits, strict=False)
    predicted = json.loads((checkpoint.folder / "predicted.json").read_text(encoding="utf-8"))
    return model.eval(), Vocabulary(predicted["tokenizer"], predicted["special"])


def _json(path: Path, tree: Any) -> None:
    text = json.dumps(tree, ensure_ascii=False, indent=2, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
