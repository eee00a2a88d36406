"""The likeliest translations of each text, and of those that begin in a given way."""

import logging
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import torch

from calque.errors import BadSetting, BadValue
from calque.models.batches import buckets
from calque.models.folder import device
from calque.models.forcing import Forced
from calque.models.translating import Way, check_tokens
from calque.progress import track
from calque.roles import part
from calque.values import Checkpoint, Texts

log = logging.getLogger(__name__)

_WHERE = "models.n_best"
_SPARE = 16  # pieces that a translation may have beyond twice those of its source
TOO_LONG, NO_PIECES = "longer than the model takes", "no pieces"


@part
def n_best(
    texts: Texts,
    checkpoint: Checkpoint,
    prefixes: Texts | None = None,
    *,
    language: str,
    best: int = 5,
    beams: int | None = None,
    tokens: int | None = None,
) -> Texts:
    """Translate every text in several ways: a line each, tabs between translations, the likeliest first.

    Column `scores` has a list per text, the mean log probability (nats) of the pieces of each translation, prefix and end
    included; column `trouble` says why a line is empty. Equal translations stand once. As candidates of
    spans, `projection.by_candidates` takes such lines as they are.

    checkpoint: a model that `models.translate` takes
    prefixes: what the translations of each text are to begin with, a line per text, empty for nothing
    best:     most translations of a text
    beams:    looked at side by side, at least `best`; None for as many
    tokens:   most pieces of a batch, padding included; None for what suits the device
    """
    check_tokens(tokens, _WHERE)
    if best < 1 or (beams is not None and beams < best):
        raise BadSetting(
            f"{_WHERE}: best must be at least 1, beams at least best; got {best}, {beams}"
        )
    if prefixes is not None and len(prefixes) != len(texts):
        raise BadValue(f"{_WHERE}: {len(texts)} texts, but prefixes of {len(prefixes)}")
    forced = Forced.of(checkpoint, _WHERE, tokens)
    own = forced.translator
    way = own.way(texts.language, language, _WHERE)
    writes = own.place(language)
    speaker = _Speaker(forced, way, own.unwritten(language, own=False), best, beams or best)
    given = list(prefixes) if prefixes is not None else [""] * len(texts)
    sources = [own.place(texts.language)[ids] for ids in own.cut(list(texts))]
    begun = [writes[ids] for ids in own.cut(given)]
    lengths = [max(len(a), len(b) + 1) for a, b in zip(sources, begun, strict=True)]
    fits = [k for k, size in enumerate(lengths) if len(sources[k]) and size <= own.room]
    found: list[dict[str, float]] = [{} for _ in sources]
    groups: dict[int, list[int]] = {}  # a batch is begun with as many pieces in every row
    for k in fits:
        groups.setdefault(len(begun[k]), []).append(k)
    for some in track(list(groups.values()), "translating"):
        for rows in buckets([len(sources[k]) * speaker.beams for k in some], tokens=forced.tokens):
            batch = [some[row] for row in rows]
            made = speaker.say([sources[k] for k in batch], [begun[k] for k in batch])
            for k, one in zip(batch, made, strict=True):
                found[k] = one
    troubles = [
        "" if one or not text.strip() else TOO_LONG if len(ids) else NO_PIECES
        for one, text, ids in zip(found, texts, sources, strict=True)
    ]
    if lost := sum(map(bool, troubles)):
        log.warning("%s: %d of %d texts have no translation", _WHERE, lost, len(texts))
    columns = {
        "text": pa.array(["\t".join(one) for one in found], pa.string()),
        "scores": pa.array([list(one.values()) for one in found], pa.list_(pa.float64())),
        "trouble": pa.array(troubles, pa.string()),
    }
    return Texts(pa.table(columns), language)


@dataclass(frozen=True)
class _Speaker:
    """Writes one language. unwritten: ids that are never written"""

    forced: Forced
    way: Way
    unwritten: list[int]
    best: int
    beams: int

    def say(self, sources: list[np.ndarray], begun: list[np.ndarray]) -> list[dict[str, float]]:
        """Translations of each source with their scores; all are begun with as many pieces."""
        from transformers import GenerationConfig
        from transformers.modeling_outputs import BaseModelOutput

        own = self.forced.translator
        reads = [self.way.reads(one, own.end) for one in sources]
        states = self.forced.read(reads)
        padded = torch.nn.utils.rnn.pad_sequence(states, batch_first=True)
        mask = torch.tensor(
            [[int(k < len(one)) for k in range(padded.shape[1])] for one in states],
            device=device(),
        )
        start = [[own.start, *self.way.first, *one.tolist()] for one in begun]
        most = min(own.longest - len(start[0]), 2 * padded.shape[1] + _SPARE)
        config = GenerationConfig(
            num_beams=self.beams,
            num_return_sequences=self.best,
            do_sample=False,
            max_new_tokens=most,
            suppress_tokens=self.unwritten,
            decoder_start_token_id=own.start,
            eos_token_id=own.end,
            pad_token_id=own.pad,
        )
        with torch.inference_mode():
            out = own.model.generate(
                encoder_outputs=BaseModelOutput(padded),
                attention_mask=mask,
                decoder_input_ids=torch.tensor(start, device=device()),
                generation_config=config,
            )
        skipped = 1 + len(self.way.first)
        written = [_until(row[skipped:], own.end, own.pad) for row in out.cpu().numpy()]
        owner = np.repeat(np.arange(len(sources)), self.best)
        logs = self.forced.logs([states[k] for k in owner], written, first=self.way.first)
        found: list[dict[str, float]] = [{} for _ in sources]
        strings = [" ".join(text.split()) for text in own.written(written)]
        scores = [float(one.mean()) for one in logs]
        for k in sorted(range(len(written)), key=lambda k: -scores[k]):
            found[owner[k]].setdefault(strings[k], scores[k])
        return found


def _until(ids: np.ndarray, end: int, pad: int) -> np.ndarray:
    """The pieces before the end, or before the filling where none came."""
    stops = np.flatnonzero((ids == end) | (ids == pad))
    return ids[: stops[0]] if len(stops) else ids
