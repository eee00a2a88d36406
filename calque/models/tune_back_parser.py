"""A model that says meanings of one language in another, from text of that language alone.

Source: Kang et al. 2024, "Cross-lingual Back-Parsing: Utterance Synthesis from Meaning Representation for Zero-Resource
Semantic Parsing", sections 3.1 to 3.3, https://arxiv.org/abs/2410.00513
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from calque.errors import BadSetting, BadValue
from calque.maths.offset import offset
from calque.models.batches import buckets
from calque.models.corpus import encode_corpus
from calque.models.folder import device
from calque.models.learned_pairs import Pairs, cross_entropy, lessons, stream
from calque.models.shuffled import shuffled
from calque.models.train import Stream, train
from calque.models.translating import (
    Translator,
    Way,
    check_pairs,
    check_tokens,
    open_translator,
)
from calque.models.whole import named_by, write_whole
from calque.roles import part
from calque.values import Bitext, Checkpoint, Texts

_WHERE = "models.tune_back_parser"
_LOOKED_AT = 2000  # texts of either language whose states make its mean
_DECODER = r"^model\.decoder\."


@part(paper="cross-lingual-back-parsing")
def tune_back_parser(
    checkpoint: Checkpoint,
    pairs: Bitext,
    texts: Texts,
    *,
    epochs: int = 10,
    learning_rate: float = 1e-3,
    noise: float = 0.3,
    shift: bool = True,
    tokens: int = 2048,
    seed: int = 0,
) -> Checkpoint:
    """Teach the decoder to say meanings in one language and to write another from states that look like those of the first.

    Two things are learned by turns: to say each meaning, and to write texts of the other language anew of which the
    encoder saw some words only, its states moved by the difference of both languages' means. To say a meaning in the
    other language is then `models.translate`, from meanings to that language. The encoder stays as it is: only where it
    reads both languages alike, but for their means, is there anything to gain.

    checkpoint: a model that reads both languages, with a mark for each (`models.tune_translator`)
    pairs:      meanings beside utterances of the language that has both
    texts:      of the other language
    noise:      share in [0, 1) of the words of a text that the encoder does not see
    shift:      False leaves states where they are, for comparison
    tokens:     most pieces of one side of a batch, padding included
    """
    check_tokens(tokens, _WHERE)
    if not 0 <= noise < 1:
        raise BadSetting(f"{_WHERE}: noise must lie in [0, 1), got {noise}")
    translator = open_translator(checkpoint, _WHERE)
    said = Pairs.of(translator, [pairs], False, _WHERE)
    check_pairs(len(said), _WHERE)
    translator.model.to(device()).eval()
    ways = [translator.way(one, texts.language, _WHERE) for one in (pairs.target, texts.language)]
    first, other = (_Reading.of(translator, one) for one in (pairs.targets, texts))
    if not other.pieces:
        raise BadValue(
            f"{_WHERE}: none of the {len(texts)} texts has pieces that the model can take"
        )
    vector = torch.from_numpy(offset(first.states(ways[0]), other.states(ways[1]))).float()
    train(
        translator.model,
        [
            stream(said, tokens, 0.0),
            _denoising(other, ways[1], vector * shift, noise, tokens),
        ],
        epochs=epochs,
        learning_rate=learning_rate,
        trains=_DECODER,
        seed=seed,
        name=named_by(
            "tune_back_parser", checkpoint, pairs, texts, epochs, learning_rate, noise, shift, tokens, seed
        ),
    )  # fmt: skip
    return write_whole(translator.model, translator.tokenizer)


@dataclass(frozen=True)
class _Reading:
    """Texts of a language that the model can take whole: their pieces, and the word of each."""

    translator: Translator
    pieces: list[np.ndarray]
    words: list[np.ndarray]

    @classmethod
    def of(cls, translator: Translator, texts: Texts) -> "_Reading":
        added = translator.tokenizer.num_special_tokens_to_add()
        windows = encode_corpus(translator.tokenizer, texts, maximum=translator.room + added)
        counts = np.bincount(windows.owner, minlength=windows.inputs)
        rows = np.flatnonzero(counts[windows.owner] == 1).tolist()
        ordinary = [windows.words[row] >= 0 for row in rows]
        place = translator.place(texts.language)
        pairs = list(zip(rows, ordinary, strict=True))
        pieces = [place[windows.ids[row][own]] for row, own in pairs]
        return cls(translator, pieces, [windows.words[row][own] for row, own in pairs])

    @property
    def lengths(self) -> np.ndarray:
        """Pieces of each text, with those that begin and end it."""
        return np.array([len(ids) + 2 for ids in self.pieces], dtype=np.int64)

    @torch.inference_mode()
    def states(self, way: Way) -> np.ndarray:
        """[n, d] what the encoder makes of texts that go this way."""
        found = []
        for rows in buckets(self.lengths[:_LOOKED_AT], tokens=4096):
            reads = [way.reads(self.pieces[row], self.translator.end) for row in rows]
            inputs = self.translator.inputs(reads)
            inputs = {name: tensor.to(device()) for name, tensor in inputs.items()}
            states = self.translator.model.get_encoder()(**inputs).last_hidden_state
            found.append(states[inputs["attention_mask"] > 0].float().cpu().numpy())
        return np.concatenate(found)


def _denoising(
    texts: _Reading, way: Way, vector: torch.Tensor, noise: float, tokens: int
) -> Stream:
    """Texts written anew from what is left of them, the encoder's states moved by a vector."""

    def make(rows: np.ndarray, generator: np.random.Generator) -> dict[str, torch.Tensor]:
        seen, whole = [], []
        for row in rows.tolist():
            ids, words = texts.pieces[row], texts.words[row]
            kept = generator.random(int(words.max()) + 1) >= noise
            seen.append(ids[kept[words]])
            whole.append(ids)
        return lessons(texts.translator, [way] * len(rows), seen, whole)

    def objective(model: Any, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        from transformers.modeling_outputs import BaseModelOutput

        body = getattr(model, "module", model)
        with torch.no_grad():
            states = body.get_encoder()(
                input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]
            ).last_hidden_state
        logits = model(
            encoder_outputs=BaseModelOutput(states + vector.to(states)),
            attention_mask=batch["attention_mask"],
            decoder_input_ids=batch["decoder_input_ids"],
            use_cache=False,
        ).logits
        return cross_entropy(logits, batch["targets"], 0.0)

    return Stream("denoising", shuffled(texts.lengths, make, tokens=tokens), objective)
