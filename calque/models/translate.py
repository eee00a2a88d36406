"""Translations by a trained model."""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import torch

from calque.errors import BadSetting
from calque.models.batches import buckets
from calque.models.folder import device
from calque.models.states import batch_pieces
from calque.models.translating import Translator, Way, check_tokens, open_translator
from calque.progress import track
from calque.remembered import Remembered
from calque.roles import part
from calque.values import Checkpoint, Patch, Texts, View

log = logging.getLogger(__name__)

_WHERE = "models.translate"
_CHUNK = 1024  # texts cut into pieces at a time, and what a kill may cost
_SPARE = 16  # pieces that a translation may have beyond twice those of its source


@part
def translate(
    texts: Texts,
    checkpoint: Checkpoint,
    patch: Patch | None = None,
    *,
    language: str,
    own: bool = False,
    beams: int = 1,
    tokens: int | None = None,
    temperature: float = 0.0,
    seed: int = 0,
) -> View:
    """Translate texts into a language, each as a whole; column `score` of the rewritten says how surely.

    A score is the mean log probability (nats) of the pieces written, the end included; 0 where
    nothing was. A text without pieces, an empty one above all, has an empty translation. One longer than the model
    takes is cut between words, and the translations of its parts are put together, a space between
    them. A translation that finds no end stops at twice the pieces of its source and 16, is counted, and has that
    in column `trouble`. Translations are kept on disk by text and model, so that a killed run goes on and nothing is
    translated twice; those that are drawn are not.

    checkpoint: a sequence-to-sequence model with marks of languages, of OPUS-MT's kind (>>swh<<), NLLB's
              (swh_Latn), M2M-100's (__sw__) or mBART-50's (sw_KE), with a fast tokenizer
    patch:    on the model, of any kind; modules stay out of its folder (`models.translator_patch`)
    texts:    of any language; where that has pieces of its own (`vocabulary.split`), it is read in them.
              The translation counts as tokenized where the texts are: train on such pairs then
    language: one that the model has a mark for; but for OPUS-MT's kind, that of the texts has to have one too
    own:      whether only pieces are written that the language uses: its copies, and what no language
              has copies of. No effect on other vocabularies
    beams:    translations looked at side by side; 1 takes the likeliest piece each time
    tokens:   most pieces of a batch, padding included; None for what suits the device
    temperature: above 0, pieces are drawn by their chances, those of 1 being the model's own; with one beam alone
    seed:     draws them; what is drawn for a text depends on its place, not on the batch it is in
    """
    check_tokens(tokens, _WHERE)
    if beams < 1 or temperature < 0 or (temperature > 0 and beams > 1):
        raise BadSetting(
            f"{_WHERE}: beams must be at least 1 and temperature at least 0, and not both above; "
            f"got {beams} and {temperature:g}"
        )
    translator = open_translator(checkpoint, _WHERE, patch)
    way = translator.way(texts.language, language, _WHERE)
    written = translator.known(language, _WHERE)
    translator.model.to(device())
    speaker = _Speaker(
        translator,
        way,
        translator.unwritten(written, own=own),
        beams,
        batch_pieces(tokens),
        temperature,
        seed,
    )
    place = translator.place(texts.language)
    memory = None
    if not temperature:
        worn = [] if patch is None else [patch.fingerprint()]
        identity = [checkpoint.fingerprint(), *worn, texts.language, language, own, beams]
        memory = Remembered("translate", identity)
    said: list[_Said] = []
    for start in track(range(0, len(texts), _CHUNK), "translating"):
        some = list(texts.take(range(start, min(start + _CHUNK, len(texts)))))
        said += (
            _remembered(memory, speaker, some, place) if memory else speaker.say(some, place, start)
        )
    if several := sum(one.parts > 1 for one in said):
        shown = "%s: %d texts are longer than %d pieces and were translated in parts"
        log.info(shown, _WHERE, several, translator.room)
    if endless := sum(one.endless for one in said):
        log.warning("%s: %d translations found no end and were cut off", _WHERE, endless)
    columns = {
        "text": pa.array([one.text for one in said], pa.string()),
        "score": pa.array([one.score for one in said], pa.float64()),
        "trouble": pa.array(["no end" if one.endless else "" for one in said], pa.string()),
    }
    return View.whole(texts, Texts(pa.table(columns), language, texts.tokenized))


class _Said(NamedTuple):
    """A translation, how surely, of how many parts, and how many of these found no end."""

    text: str
    score: float
    parts: int
    endless: int


def _remembered(
    memory: Remembered, speaker: "_Speaker", texts: list[str], place: np.ndarray
) -> list[_Said]:
    """Translations of texts, of which only those are made that were not made before."""
    known = {text: _Said(*json.loads(answer)) for text, answer in memory.known(texts).items()}
    new = [text for text in dict.fromkeys(texts) if text not in known]
    made = dict(zip(new, speaker.say(new, place, 0), strict=True))
    for _ in memory.keep((text, json.dumps(one)) for text, one in made.items()):
        pass
    return [known[text] if text in known else made[text] for text in texts]


@dataclass(frozen=True)
class _Speaker:
    """Writes one language.

    unwritten: ids that are never written
    tokens:    most pieces of a batch
    """

    translator: Translator
    way: Way
    unwritten: list[int]
    beams: int
    tokens: int
    temperature: float
    seed: int

    def say(self, texts: list[str], place: np.ndarray, first: int) -> list[_Said]:
        """Translations with scores.

        first: place of the first text among all
        """
        parts = [_parts(one, self.translator.room) for one in self._cut(texts)]
        owner = np.repeat(np.arange(len(texts)), [len(own) for own in parts])
        flat = [place[one] for own in parts for one in own]
        number = np.concatenate([np.zeros(0, int), *(np.arange(len(own)) for own in parts)])
        names = np.stack([owner + first, number], axis=1)
        written: list[np.ndarray] = [np.zeros(0, dtype=np.int64)] * len(flat)
        sums, endless = np.zeros(len(flat)), np.zeros(len(flat))
        for rows in buckets([len(one) + 2 for one in flat], tokens=self.tokens):
            batch = self._batch([flat[row] for row in rows], names[rows].tolist())
            for row, (ids, score, ended) in zip(rows.tolist(), batch, strict=True):
                written[row], sums[row] = ids, score
                endless[row] = not ended
        strings = self.translator.written(written)
        pieces = np.bincount(owner, [len(ids) + 1 for ids in written], minlength=len(texts))
        scores = np.bincount(owner, sums, minlength=len(texts)) / np.maximum(pieces, 1)
        joined: list[list[str]] = [[] for _ in texts]
        for text, string in zip(owner.tolist(), strings, strict=True):
            joined[text].append(string)
        found = [" ".join(filter(None, own)) for own in joined]
        gone = np.bincount(owner, endless, minlength=len(texts)).astype(int).tolist()
        counts = [len(own) for own in parts]
        return [_Said(*one) for one in zip(found, scores.tolist(), counts, gone, strict=True)]

    def _cut(self, texts: list[str]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Pieces of each text, and the word that each belongs to."""
        for encoding in self.translator.encodings(texts):
            words = [-1 if word is None else word for word in encoding.word_ids]
            yield np.array(encoding.ids, dtype=np.int64), np.array(words, dtype=np.int64)

    def _batch(
        self, sources: list[np.ndarray], names: list[list[int]]
    ) -> Iterator[tuple[np.ndarray, float, bool]]:
        """Of each source the pieces written, their log probability with that of the end, and whether it came.

        names: text and part of each source
        """
        from transformers.modeling_outputs import BaseModelOutput

        own = self.translator
        reads = [self.way.reads(one, own.end) for one in sources]
        inputs = {name: tensor.to(device()) for name, tensor in own.inputs(reads).items()}
        most = min(own.longest - 1, 2 * max(len(row) for row in reads) + _SPARE)
        begun = torch.tensor([[own.start, *self.way.first]] * len(reads), device=device())
        with torch.inference_mode():
            states = own.model.get_encoder()(**inputs).last_hidden_state
            out = own.model.generate(
                encoder_outputs=BaseModelOutput(states),
                attention_mask=inputs["attention_mask"],
                decoder_input_ids=begun,
                generation_config=self._how(most),
                logits_processor=[self._drawn(names)] if self.temperature else [],
            )
            logits = own.model(
                encoder_outputs=BaseModelOutput(states),  # a search widens what it is given
                attention_mask=inputs["attention_mask"],
                decoder_input_ids=out[:, :-1],
                use_cache=False,
            ).logits.float()
        given = begun.shape[1]
        made = out[:, given:]
        logits = logits[:, given - 1 :]
        chosen = logits.log_softmax(-1).gather(-1, made[..., None])[..., 0].double().cpu().numpy()
        for row, chances in zip(made.cpu().numpy(), chosen, strict=True):
            ends = np.flatnonzero(row == own.end)
            stop = int(ends[0]) if len(ends) else len(row)
            yield row[:stop], float(chances[: stop + 1].sum()), bool(len(ends))

    def _drawn(
        self, names: list[list[int]]
    ) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
        """Adds Gumbel noise, so that the greatest of all is a draw by their chances, for each text by itself."""

        def noised(written: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
            keys = [[self.seed, *name, written.shape[1]] for name in names]
            noise = [np.random.default_rng(key).gumbel(size=scores.shape[1]) for key in keys]
            return scores / self.temperature + torch.from_numpy(np.array(noise)).to(scores)

        return noised

    def _how(self, most: int) -> Any:
        from transformers import GenerationConfig

        own = self.translator
        return GenerationConfig(
            num_beams=self.beams,
            do_sample=False,
            max_new_tokens=most,
            suppress_tokens=self.unwritten,
            decoder_start_token_id=own.start,
            eos_token_id=own.end,
            pad_token_id=own.pad,
        )


def _parts(cut: tuple[np.ndarray, np.ndarray], room: int) -> list[np.ndarray]:
    """The pieces in parts of at most `room`, cut between words where a word fits."""
    ids, words = cut
    found, start = [], 0
    while len(ids) - start > room:
        begins = np.flatnonzero(words[start + 1 : start + room + 1] != words[start : start + room])
        stop = start + (int(begins[-1]) + 1 if len(begins) else room)
        found.append(ids[start:stop])
        start = stop
    return [*found, ids[start:]] if len(ids) else []
