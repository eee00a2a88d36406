"""What models read that guess the next piece: texts behind a piece that begins them, in windows."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.nn.functional as F

from calque.errors import BadFile, BadSetting, BadValue
from calque.models.batches import Windows, longest, padded
from calque.models.corpus import encode_corpus
from calque.models.shuffled import shuffled
from calque.models.train import Stream
from calque.models.whole import kind_of
from calque.values import Checkpoint, Texts

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


@dataclass(frozen=True)
class Reading:
    """Texts as pieces to be guessed one after the other.

    windows: of ordinary pieces, and special ones that are left out
    start:   id of the piece that stands before each window, so that its first piece is guessed too
    end:     id of the piece behind a text; None where it is not to be guessed
    overlap: pieces at the beginning of a window that the one before it has guessed already
    longest: most pieces that the model takes
    """

    windows: Windows
    start: int
    end: int | None
    overlap: int
    longest: int

    @property
    def lengths(self) -> np.ndarray:
        """[w] pieces per window, that at its start included."""
        return self.windows.lengths + 2

    def batch(self, rows: np.ndarray) -> dict[str, torch.Tensor]:
        """`input_ids`, `attention_mask` and `targets` [b, l]: the next piece of each place, or -100.

        Padded on the right with the piece at the start, which no place before it sees.
        """
        lines = [self._line(int(row)) for row in rows]
        # tables of positions may end at a length that is no multiple of 8
        width = min(padded(max(len(ids) for ids, _ in lines)), self.longest)
        ids = np.full((len(rows), width), self.start, dtype=np.int64)
        targets = np.full((len(rows), width), -100, dtype=np.int64)
        mask = np.zeros((len(rows), width), dtype=np.int64)
        for place, (line, first) in enumerate(lines):
            ids[place, : len(line)] = line
            mask[place, : len(line)] = 1
            targets[place, first : len(line) - 1] = line[first + 1 :]
        made = {"input_ids": ids, "attention_mask": mask, "targets": targets}
        return {name: torch.from_numpy(values) for name, values in made.items()}

    def _line(self, row: int) -> tuple[np.ndarray, int]:
        """The pieces of a window, and the first place whose next piece is to be guessed."""
        windows = self.windows
        own = windows.ids[row][windows.words[row] >= 0]
        last = row + 1 == len(windows) or windows.owner[row + 1] != windows.owner[row]
        end = [self.end] if last and self.end is not None else []
        first = 0 if windows.start[row] == 0 else self.overlap
        return np.concatenate([[self.start], own, end]).astype(np.int64), first


def read_causal(
    tokenizer: "PreTrainedTokenizerFast", model: Any, texts: Texts, *, ends: bool, where: str
) -> Reading:
    """Cut texts into windows that the model takes; BadValue where there is no piece to guess.

    ends: whether the end of a text is to be guessed, where the tokenizer has a piece for it
    """
    start = piece_before(tokenizer, where)
    closes: tuple[Any, ...] = (tokenizer.eos_token_id, tokenizer.sep_token_id)
    end = next((one for one in closes if one is not None), None) if ends else None
    room = longest(model, tokenizer) - 2
    maximum = room + tokenizer.num_special_tokens_to_add()
    windows = encode_corpus(tokenizer, texts, maximum=maximum)
    if not len(windows):
        raise BadValue(f"{where}: no text has a piece that could be guessed")
    return Reading(windows, start, end, room // 2, room + 2)


def piece_before(tokenizer: "PreTrainedTokenizerFast", where: str) -> int:
    """Id of the piece that stands before a text; BadValue where the tokenizer has none."""
    names = ("bos_token_id", "cls_token_id", "eos_token_id", "sep_token_id")
    found = (getattr(tokenizer, name) for name in names)
    start = next((one for one in found if one is not None), None)
    if start is None:
        raise BadValue(
            f"{where}: the tokenizer has no piece that begins or ends a text (bos, eos); name one in `special`"
        )
    return start


def check_causal(checkpoint: Checkpoint, where: str) -> None:
    """BadFile where the model does not guess the next piece."""
    kind = kind_of(checkpoint)
    if kind != "causal":
        raise BadFile(f"{where}: {checkpoint.folder} is a model of kind '{kind}', not 'causal'")


def losses(model: Any, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """[b, l] minus the log probability (nats) of each target, 0 where there is none."""
    inputs = {name: tensor for name, tensor in batch.items() if name != "targets"}
    logits = model(**inputs, use_cache=False).logits.float()
    flat = F.cross_entropy(logits.flatten(0, 1), batch["targets"].flatten(), reduction="none")
    return flat.view_as(batch["targets"])


def stream(reading: Reading, tokens: int) -> Stream:
    """All windows in another order each epoch, each next piece to be guessed.

    tokens: most pieces of a batch, padding included
    """

    def make(rows: np.ndarray, _generator: np.random.Generator) -> dict[str, torch.Tensor]:
        return reading.batch(rows)

    def objective(model: Any, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        return losses(model, batch).sum() / (batch["targets"] >= 0).sum().clamp(min=1)

    return Stream("next piece", shuffled(reading.lengths, make, tokens=tokens), objective)


def check_tokens(tokens: int, where: str) -> None:
    """BadSetting where a batch would hold nothing."""
    if tokens < 1:
        raise BadSetting(f"{where}: tokens must be at least 1, got {tokens}")
