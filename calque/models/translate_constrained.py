"""Translations that hold given phrases.

Source: Li and Callison-Burch 2023, "PAXQA: Generating Cross-lingual Question Answering Examples at Training Scale",
section 3.3, https://aclanthology.org/2023.findings-emnlp.32; the search: Hokamp and Liu 2017, "Lexically
Constrained Decoding for Sequence Generation Using Grid Beam Search", https://arxiv.org/abs/1704.07138
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import torch

from calque.errors import BadSetting
from calque.models.constrained import Pieces, Written, search
from calque.models.folder import device
from calque.models.translating import Translator, Way, filled, open_translator
from calque.progress import track
from calque.roles import part
from calque.values import Checkpoint, Texts, View

log = logging.getLogger(__name__)

_WHERE = "models.translate_constrained"
_SPARE = 16  # pieces that a translation may have beyond twice those of its source
_TOGETHER = 8  # texts that are searched side by side
TOO_LONG, NOT_FOUND = "longer than the model takes", "no translation with all phrases"


@part(paper="paxqa")
def translate_constrained(
    texts: Texts, checkpoint: Checkpoint, *, language: str, beams: int = 4
) -> View:
    """Translate texts so that each translation holds the phrases of its text, in any order and none within another.

    Takes the likeliest translation seen; column `score` says how surely (`models.translate`), column `trouble`
    why one is empty. A phrase begins like a word and may be the beginning of a longer word: languages inflect.

    texts:    with a column `constraints`, lists of phrases of the translation (`generation.cross`); without it
              nothing is asked for. Of empty phrases nothing is
    language: one that the model has a mark for
    beams:    hypotheses side by side for each number of pieces of phrases; 1 and no phrase is what
              `models.translate` does with 1
    """
    if beams < 1:
        raise BadSetting(f"{_WHERE}: beams must be at least 1, got {beams}")
    translator = open_translator(checkpoint, _WHERE)
    translator.model.to(device())
    speaker = _Speaker(
        translator,
        translator.way(texts.language, language, _WHERE),
        translator.place(texts.language),
        translator.place(language),
    )
    wanted: list[list[str]] = [[] for _ in range(len(texts))]
    if "constraints" in texts.table.column_names:
        wanted = [list(filter(None, own or ())) for own in texts.table["constraints"].to_pylist()]
    sources = speaker.cut(list(texts))
    rows = [k for k, one in enumerate(sources) if 0 < len(one) <= translator.room]
    endless = 0
    said = ["" for _ in sources]
    scores = np.zeros(len(sources))
    troubles = [TOO_LONG if len(one) > translator.room else "" for one in sources]
    rows.sort(key=lambda k: len(sources[k]))
    for start in track(range(0, len(rows), _TOGETHER), "translating"):
        some = rows[start : start + _TOGETHER]
        phrases = [speaker.phrases(wanted[k]) for k in some]
        for k, found in zip(
            some, speaker.say([sources[k] for k in some], phrases, beams), strict=True
        ):
            if found is None:
                troubles[k] = NOT_FOUND
            else:
                said[k] = translator.written([np.array(found.pieces, dtype=np.int64)])[0]
                scores[k] = found.score / (len(found.pieces) + 1)
                endless += not found.ended
    if endless:
        log.warning("%s: %d translations found no end and were cut off", _WHERE, endless)
    if any(troubles):
        log.warning(
            "%s: %d of %d texts have no translation", _WHERE, sum(map(bool, troubles)), len(texts)
        )
    columns = {"text": pa.array(said, pa.string()), "score": pa.array(scores)}
    table = pa.table(columns | {"trouble": pa.array(troubles, pa.string())})
    return View.whole(texts, Texts(table, language, texts.tokenized))


@dataclass(frozen=True)
class _Speaker:
    """Reads one language and writes another. reads, writes: [t] the ids that they use in place of each"""

    translator: Translator
    way: Way
    reads: np.ndarray
    writes: np.ndarray

    def cut(self, texts: list[str]) -> list[np.ndarray]:
        """Pieces of each text, in the language that is read."""
        return [self.reads[ids] for ids in self.translator.cut(texts)]

    def phrases(self, phrases: list[str]) -> list[Pieces]:
        """Pieces of phrases as they stand behind a word, in the language that is written."""
        found = self.translator.cut([f" {phrase}" for phrase in phrases])
        return [tuple(self.writes[ids].tolist()) for ids in found if len(ids)]

    @torch.inference_mode()
    def say(
        self, sources: list[np.ndarray], phrases: list[list[Pieces]], beams: int
    ) -> list[Written | None]:
        """The translation of each text with its phrases."""
        from transformers.modeling_outputs import BaseModelOutput

        own = self.translator
        reads = [self.way.reads(one, own.end) for one in sources]
        inputs = {name: tensor.to(device()) for name, tensor in own.inputs(reads).items()}
        mask = inputs["attention_mask"]
        states = own.model.get_encoder()(**inputs).last_hidden_state
        never = own.unwritten("", own=False)

        def chances(asked: Sequence[tuple[int, Pieces]]) -> np.ndarray:
            of = torch.tensor([k for k, _ in asked]).to(device())
            before = [np.array([own.start, *self.way.first, *pieces]) for _, pieces in asked]
            last = torch.tensor([len(row) - 1 for row in before])
            logits = own.model(
                encoder_outputs=BaseModelOutput(states[of]),
                attention_mask=mask[of],
                decoder_input_ids=torch.from_numpy(filled(before, own.pad, own.longest)).to(
                    device()
                ),
                use_cache=False,
            ).logits
            found = logits[torch.arange(len(asked)), last].float().log_softmax(-1)
            found[:, never] = -torch.inf
            return found.double().cpu().numpy()

        most = [
            min(own.longest - 1, 2 * len(row) + _SPARE + sum(map(len, some)))
            for row, some in zip(reads, phrases, strict=True)
        ]
        return search(phrases, most, chances, own.end, beams)
