"""Translations by CTranslate2, a runtime for translators in few bits, several times as fast on a CPU.

Source: https://opennmt.net/CTranslate2, its guide for Marian models
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors import safe_open

from calque.errors import BadFile, BadSetting
from calque.extras import need
from calque.models.folder import quiet
from calque.remembered import Remembered
from calque.roles import part
from calque.translated import asked, view_of
from calque.values import Checkpoint, Texts, View
from calque.workspace import home, replacing

log = logging.getLogger(__name__)

_WHERE = "models.ctranslate"
_ROWS = {"model.shared.weight", "model.decoder.embed_tokens.weight"}
_CHUNK = 512  # lines between two looks at the clock; batches inside are by length
_SPARE = 16  # pieces that a translation may have beyond twice those of its text


@part
def ctranslate(
    texts: Texts,
    checkpoint: Checkpoint,
    *,
    language: str,
    before: str = "",
    beams: int = 1,
    quantization: Literal["int8", "float32", "float16", "bfloat16"] = "int8",
    tokens: int = 2048,
) -> View:
    """Translate by a Marian model, of the kind of OPUS-MT, converted once and kept in the cache.

    Answers are kept on disk and not asked for twice. A text of more pieces than the model takes, and
    one whose translation finds no end, is empty; column `trouble` says so.

    checkpoint:   a Marian model with its tokenizer, safetensors weights
    language:     of the translations, ISO 639-3
    before:       what each text is to begin with, such as ">>swh<< " for a model of several languages
    beams:        translations looked at side by side; 1 takes the likeliest piece each time
    quantization: of the weights; "int8" is smallest and fastest on a CPU, "float32" says what
                  transformers says
    tokens:       most pieces of a batch, padding included
    """
    runtime = need("ctranslate2", extra="translate")
    if beams < 1 or tokens < 1:
        raise BadSetting(f"{_WHERE}: beams and tokens must be at least 1, got {beams} and {tokens}")
    kind = checkpoint.config.get("model_type")
    if kind != "marian":
        raise BadFile(f"{_WHERE}: {checkpoint.folder} holds a model of type '{kind}', not 'marian'")
    _check_start(checkpoint)
    name = checkpoint.fingerprint()
    asker = _Asker(runtime, checkpoint, before, beams, quantization, tokens)
    identity = [name, before, beams, quantization, runtime.__version__]
    answers, troubles = asked(texts, asker, Remembered("ctranslate", identity))
    return view_of(_WHERE, texts, answers, language, troubles)


def _check_start(checkpoint: Checkpoint) -> None:
    """What is written begins with the padding, which the runtime takes for zeros and for the last piece."""
    last = checkpoint.config.get("vocab_size", 0) - 1
    for path in checkpoint.weights:
        with safe_open(path, "pt") as tensors:
            for name in sorted(_ROWS & set(tensors.keys())):
                rows = tensors.get_slice(name)
                if checkpoint.config.get("pad_token_id") != last or rows[last:].any():
                    raise BadFile(
                        f"{_WHERE}: {checkpoint.folder}: the padding is not the last piece, with a row of "
                        f"zeros in {name}, as in OPUS-MT; CTranslate2 would say something else than the model"
                    )
                return
    raise BadFile(
        f"{_WHERE}: {checkpoint.folder} has none of the tensors {', '.join(sorted(_ROWS))}"
    )


@dataclass(frozen=True)
class _Asker:
    """Opens the model when there is something to ask."""

    runtime: Any
    checkpoint: Checkpoint
    before: str
    beams: int
    quantization: str
    tokens: int

    def __call__(self, lines: Sequence[str]) -> Iterator[tuple[int, str, str]]:
        """Answers to lines, a chunk of neighbors at a time."""
        from transformers import AutoTokenizer

        with quiet():
            tokenizer: Any = AutoTokenizer.from_pretrained(
                self.checkpoint.folder, local_files_only=True, trust_remote_code=False
            )
        cuda = torch.cuda.is_available()
        model = self.runtime.Translator(
            str(self._converted()),
            device="cuda" if cuda else "cpu",
            intra_threads=torch.get_num_threads(),
        )
        room = self.checkpoint.config.get("max_position_embeddings", 512)
        for start in range(0, len(lines), _CHUNK):
            some = [self.before + line for line in lines[start : start + _CHUNK]]
            cut = [tokenizer.convert_ids_to_tokens(tokenizer.encode(line)) for line in some]
            fit = [k for k, pieces in enumerate(cut) if len(pieces) <= room]
            for k in sorted(set(range(len(cut))) - set(fit)):
                yield start + k, "", f"longer than {room} pieces"
            for k, said in zip(fit, self._say(model, [cut[k] for k in fit], room), strict=True):
                ended = bool(said) and said[-1] == tokenizer.eos_token
                ids = tokenizer.convert_tokens_to_ids(said)
                text = tokenizer.decode(ids, skip_special_tokens=True) if ended else ""
                yield start + k, text, "" if ended else "no end"

    def _say(self, model: Any, cut: list[list[str]], room: int) -> list[list[str]]:
        if not cut:
            return []
        found = model.translate_batch(
            cut,
            beam_size=self.beams,
            max_batch_size=self.tokens,
            batch_type="tokens",
            max_input_length=0,
            max_decoding_length=min(room - 1, 2 * max(map(len, cut)) + _SPARE),
            return_end_token=True,
        )
        return [one.hypotheses[0] for one in found]

    def _converted(self) -> Path:
        """The folder that the runtime reads, made where it is not there yet."""
        version = f"{self.checkpoint.fingerprint()}-{self.quantization}-{self.runtime.__version__}"
        folder = home() / "ctranslate2" / version
        if not folder.is_dir():
            converters = need("ctranslate2.converters", extra="translate")
            log.info("%s: converting %s", _WHERE, self.checkpoint.folder)
            with quiet(), replacing(folder, over=False) as temporary:
                converter = converters.TransformersConverter(str(self.checkpoint.folder))
                converter.convert(str(temporary), quantization=self.quantization)
        return folder
