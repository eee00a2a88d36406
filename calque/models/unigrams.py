"""Random tokenizers: frequent substrings of some of the texts, their frequencies blurred.

Source: Minixhofer et al. 2024, "Zero-Shot Tokenizer Transfer", section 3.1,
https://arxiv.org/abs/2405.07883
"""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse
from tokenizers import Tokenizer

from calque.values import Vocabulary
from calque.values.marks import BEGINS, unlettered

_LONGEST = 16  # characters of a piece
_WORDS = 50_000  # most frequent words whose substrings are looked at
_READ = 20_000  # texts whose words are counted
_TEXTS = 2048  # of which one tokenizer is made
_NOISE = (1e-5, 4.0)  # median and spread of how far frequencies are blurred
_NEVER = -1e5


class Unigrams:
    """Draws Unigram tokenizers that read texts as a given tokenizer does, but cut them otherwise."""

    def __init__(
        self, old: Vocabulary, texts: Sequence[str], size: int, generator: np.random.Generator
    ):
        state = json.loads(old.tokenizer)
        self.bytes = old.in_bytes
        self.special, self.size = old.special, size
        marked = self.bytes or any(piece.startswith(BEGINS) for piece in old.pieces)
        if not marked:  # the beginnings of words have to show
            state["pre_tokenizer"] = _with_marks(state["pre_tokenizer"])
        roles = list(dict.fromkeys(old.special.values()))
        own = {token["content"]: token for token in state["added_tokens"]}
        plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
        state["added_tokens"] = [
            {**plain, **own.get(piece, {}), "content": piece, "id": number, "special": True}
            for number, piece in enumerate(roles)
        ]
        state["post_processor"] = state["truncation"] = state["padding"] = None
        self.state, self.roles = state, roles
        unknown = old.special.get("unk")
        self.unknown = roles.index(unknown) if unknown is not None else None
        read = generator.permutation(len(texts))[:_READ]
        self._count([str(texts[row]) for row in np.sort(read).tolist()])

    def _count(self, texts: Sequence[str]) -> None:
        reader = Tokenizer.from_str(json.dumps(self._filled([(BEGINS, 0.0)])))
        read = [_words(reader, text) for text in texts]
        totals = Counter(word for words in read for word in words)
        self.words = {word: k for k, (word, _) in enumerate(totals.most_common(_WORDS))}
        cells = [
            (row, self.words[w]) for row, words in enumerate(read) for w in words if w in self.words
        ]
        rows, columns = np.array(cells, dtype=np.int64).reshape(-1, 2).T
        ones = np.ones(len(rows))
        self.texts: Any = sparse.csr_matrix((ones, (rows, columns)), (len(read), len(self.words)))
        index: dict[str, int] = {}
        cells = [
            (row, index.setdefault(word[start:end], len(index)))
            for word, row in self.words.items()
            for start in range(len(word))
            for end in range(start + 1, min(len(word), start + _LONGEST) + 1)
        ]
        self.pieces = list(index)
        lengths = np.array([len(piece) for piece in self.pieces], dtype=float)
        rows, columns = np.array(cells, dtype=np.int64).reshape(-1, 2).T
        shape = (len(self.words), len(self.pieces))
        self.within = sparse.csr_matrix((lengths[columns], (rows, columns)), shape)
        self.letters = lengths == 1

    def draw(self, generator: np.random.Generator) -> Vocabulary:
        """Another tokenizer: the `size` best substrings, single characters always among them."""
        some = generator.permutation(self.texts.shape[0])[:_TEXTS]
        counts = np.asarray(self.texts[some].sum(axis=0)).ravel()
        shares = counts @ self.within
        shares = shares / max(shares.sum(), 1.0)
        least = shares[shares > 0].min(initial=1.0)
        noise = generator.lognormal(np.log(_NOISE[0]), _NOISE[1])
        blurred = shares + generator.standard_normal(len(shares)) * noise
        blurred[shares == 0] = -np.inf
        room = max(0, self.size - len(self.roles) - int(self.letters.sum()))
        others = np.where(self.letters, -np.inf, blurred)
        order = np.argsort(-others, kind="stable")[:room]
        order = order[np.isfinite(others[order])]
        scored = [(self.pieces[k], float(np.log(least))) for k in np.flatnonzero(self.letters)]
        values = np.where(blurred > 0, np.log(np.maximum(blurred, 1e-300)), _NEVER)
        scored += [(self.pieces[k], float(values[k])) for k in order]
        return Vocabulary(json.dumps(self._filled(scored)), self.special)

    def readable(self, pieces: Sequence[str]) -> list[str]:
        """Texts of drawn pieces, as `Vocabulary.readings` gives them."""
        return [unlettered(piece) for piece in pieces] if self.bytes else list(pieces)

    def _filled(self, scored: list[tuple[str, float]]) -> dict[str, Any]:
        taken = set(self.roles)
        pieces = [[piece, 0.0] for piece in self.roles]
        pieces += [[piece, score] for piece, score in scored if piece not in taken]
        model = {"type": "Unigram", "unk_id": self.unknown, "vocab": pieces, "byte_fallback": False}
        return {**self.state, "model": model}


def _words(reader: Tokenizer, text: str) -> list[str]:
    step: Any = reader.normalizer
    read = text if step is None else step.normalize_str(text)
    step = reader.pre_tokenizer
    return [read] if step is None else [word for word, _ in step.pre_tokenize_str(read)]


def _with_marks(step: dict[str, Any] | None) -> dict[str, Any]:
    mark = {"type": "Metaspace", "replacement": BEGINS, "prepend_scheme": "always", "split": False}
    return {"type": "Sequence", "pretokenizers": [*([step] if step else []), mark]}
