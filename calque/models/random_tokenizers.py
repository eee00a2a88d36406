"""Random tokenizers: frequent substrings of some of the texts, or merges learned from some of them.

Source: Minixhofer et al. 2024, "Zero-Shot Tokenizer Transfer", section 3.1,
https://arxiv.org/abs/2405.07883, for substrings
"""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse
from tokenizers import Tokenizer, models, trainers

from calque.values import Vocabulary
from calque.values.marks import BEGINS, byte_letters, unlettered

_LONGEST = 15  # letters of a piece
_WORDS = 50_000  # most frequent words whose substrings are looked at
_READ = 20_000  # texts whose words are counted
_TEXTS = 2048  # of which a tokenizer of substrings is made
_FEW = 512  # of which merges are learned: fewer, or all of them would be learned alike
_NOISE = (1e-5, 4.0)  # median and spread of how far frequencies are blurred
_NEVER = -1e5
_INSIDE = frozenset(byte_letters()[0x80:0xC0])  # letters of bytes that go on inside a character


class RandomTokenizers:
    """Draws tokenizers that read texts as a given one does, but cut them otherwise.

    What they have in common is `old`'s reading and its special pieces. Those of substrings are the
    paper's, pieces of any kind and many that no text is cut into; those of merges are
    what a new tokenizer of the texts may well look like.

    size: pieces of each
    """

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
        letters = dict.fromkeys(letter for word in self.words for letter in word)
        index = {letter: number for number, letter in enumerate(letters)}
        cells = [
            (row, index.setdefault(word[start:end], len(index)))
            for word, row in self.words.items()
            for start in range(len(word))
            if not (self.bytes and word[start] in _INSIDE)
            for end in range(start + 1, min(len(word), start + _LONGEST) + 1)
        ]
        self.pieces = list(index)
        lengths = np.array([len(piece) for piece in self.pieces], dtype=float)
        rows, columns = np.array(cells, dtype=np.int64).reshape(-1, 2).T
        shape = (len(self.words), len(self.pieces))
        self.within = sparse.csr_matrix((lengths[columns], (rows, columns)), shape)
        self.letters = lengths == 1

    def substrings(self, generator: np.random.Generator) -> Vocabulary:
        """A Unigram tokenizer of the `size` best substrings, single characters always among them.

        A substring is as good as what it covers of the letters of all substrings, and its score
        the logarithm of that. As in the authors' code, but that there they begin at each fourth
        character of a word alone (at the last byte of one, and twice at the first of a text), and
        letters outside ASCII, so that of the space too, count twice.
        """
        shares = self._counts(generator, _TEXTS) @ self.within
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

    def merges(self, generator: np.random.Generator) -> Vocabulary:
        """A tokenizer of `size` pieces, or fewer, that grow from the most frequent pairs of neighbors."""
        counts = self._counts(generator, _FEW)
        some = [word for word, n in zip(self.words, counts, strict=True) for _ in range(int(n))]
        cutter = Tokenizer(models.BPE())
        letters = [piece for piece, one in zip(self.pieces, self.letters, strict=True) if one]
        trainer = trainers.BpeTrainer(
            vocab_size=max(0, self.size - len(self.roles)),
            initial_alphabet=sorted(letters),
            show_progress=False,
        )
        cutter.train_from_iterator(some, trainer)
        model = json.loads(cutter.to_str())["model"]
        learned = sorted(model["vocab"], key=model["vocab"].__getitem__)
        pieces = dict.fromkeys([*self.roles, *learned])
        model["vocab"] = {piece: number for number, piece in enumerate(pieces)}
        model["unk_token"] = None if self.unknown is None else self.roles[self.unknown]
        return Vocabulary(json.dumps({**self.state, "model": model}), self.special)

    def _counts(self, generator: np.random.Generator, texts: int) -> np.ndarray:
        """How often each word stands in so many of the texts."""
        some = generator.permutation(self.texts.shape[0])[:texts]
        return np.asarray(self.texts[some].sum(axis=0)).ravel()

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
