"""What a translator thinks of texts that are given, not written by it: log probabilities of their pieces."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from calque.models.batches import buckets
from calque.models.folder import device
from calque.models.states import batch_pieces
from calque.models.translating import Translator, filled, open_translator
from calque.values import Checkpoint


@dataclass(frozen=True)
class Forced:
    """A translator that reads sources and is made to write targets.

    tokens: most pieces of a batch, padding included
    """

    translator: Translator
    tokens: int

    @classmethod
    def of(cls, checkpoint: Checkpoint, where: str, tokens: int | None) -> "Forced":
        """Open the model on the device where inference runs."""
        translator = open_translator(checkpoint, where)
        translator.model.to(device())
        return cls(translator, batch_pieces(tokens))

    def read(self, sources: Sequence[np.ndarray]) -> list[torch.Tensor]:
        """States [l, d] of each source, ids as the model reads them."""
        own, states = self.translator, [torch.zeros(0, 0)] * len(sources)
        for rows in buckets([len(one) for one in sources], tokens=self.tokens):
            some = [sources[row] for row in rows]
            inputs = {name: tensor.to(device()) for name, tensor in own.inputs(some).items()}
            with torch.inference_mode():
                out = own.model.get_encoder()(**inputs).last_hidden_state
            for row, one, length in zip(rows.tolist(), out, map(len, some), strict=True):
                states[row] = one[:length]
        return states

    def logs(
        self,
        states: Sequence[torch.Tensor],
        targets: Sequence[np.ndarray],
        also: int | None = None,
        first: tuple[int, ...] = (),
    ) -> list[np.ndarray]:
        """[l + 1, 1 or 2] of each target the log probabilities of its pieces and its end.

        states: of the source of each target
        first:  pieces that what is written begins with, which are not told
        also:   a piece whose own log probability is told beside that of each, as if it stood there instead
        """
        found: list[np.ndarray] = [np.zeros((0, 1))] * len(targets)
        targets = [np.concatenate([first, one]).astype(np.int64) for one in targets]
        lengths = [max(len(t) + 1, len(s)) for s, t in zip(states, targets, strict=True)]
        for rows in buckets(lengths, tokens=self.tokens):
            some = [targets[row] for row in rows]
            chosen = self._batch([states[row] for row in rows], some, also)
            for row, one, target in zip(rows.tolist(), chosen, some, strict=True):
                found[row] = one[len(first) : len(target) + 1]
        return found

    def _batch(
        self, states: list[torch.Tensor], targets: list[np.ndarray], also: int | None
    ) -> np.ndarray:
        from transformers.modeling_outputs import BaseModelOutput

        own = self.translator
        before = filled([np.append(own.start, one) for one in targets], own.pad, own.longest)
        after = filled([np.append(one, own.end) for one in targets], own.pad, own.longest)
        wanted = torch.from_numpy(after).to(device())[..., None]
        if also is not None:
            wanted = torch.cat([wanted, torch.full_like(wanted, also)], dim=-1)
        padded = torch.nn.utils.rnn.pad_sequence(states, batch_first=True)
        with torch.inference_mode():
            logits = own.model(
                encoder_outputs=BaseModelOutput(padded),
                attention_mask=_mask([len(one) for one in states], padded.shape[1]),
                decoder_input_ids=torch.from_numpy(before).to(device()),
                use_cache=False,
            ).logits.float()
            return chosen_logs(logits, wanted)


def chosen_logs(logits: torch.Tensor, wanted: torch.Tensor) -> np.ndarray:
    """[b, l, k] log probabilities of these pieces [b, l, k], without a table of those of all pieces."""
    return (logits.gather(-1, wanted) - logits.logsumexp(-1, keepdim=True)).double().cpu().numpy()


def _mask(lengths: Sequence[int], width: int) -> torch.Tensor:
    mask = np.arange(width) < np.array(lengths)[:, None]
    return torch.from_numpy(mask.astype(np.int64)).to(device())


def in_lots(count: int, size: int) -> Iterator[range]:
    """Ranges of at most this size, one after the other."""
    return (range(at, min(at + size, count)) for at in range(0, count, size))
