"""A corpus cut into windows of pieces that lie on disk: memory holds a few numbers per window."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from calque.models.batches import Windows, encode
from calque.progress import track
from calque.values import Texts

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

_CHUNK = 8192  # texts cut into pieces at a time


def encode_corpus(
    tokenizer: "PreTrainedTokenizerFast", texts: Texts, *, maximum: int, windows: bool = True
) -> Windows:
    """What `encode` gives for single texts, windows without an ordinary piece left out.

    The pieces lie in a temporary file without a name, which goes when the windows go.
    """
    lengths: list[int] = []
    starts, owners, last = [], [], None
    with _temporary() as all_ids, _temporary() as all_words:
        for begin in track(range(0, len(texts), _CHUNK), "cutting texts"):
            some = list(texts.take(range(begin, min(begin + _CHUNK, len(texts)))))
            last = encode(tokenizer, some, maximum=maximum, windows=windows)
            for number, words in enumerate(last.words):
                if (words >= 0).any():
                    all_ids.write(last.ids[number].astype(np.int32).tobytes())
                    all_words.write(words.astype(np.int32).tobytes())
                    lengths.append(len(words))
                    starts.append(last.start[number])
                    owners.append(begin + last.owner[number])
        ids, words = _Rows(all_ids, lengths), _Rows(all_words, lengths)
    return replace(
        last or encode(tokenizer, [], maximum=maximum),
        ids=ids,
        types=None,  # models take all pieces to be of the first segment
        words=words,
        start=np.array(starts, dtype=np.int64),
        owner=np.array(owners, dtype=np.int64),
        inputs=len(texts),
    )


def _temporary() -> IO[bytes]:
    return tempfile.TemporaryFile(prefix="calque-pieces-")


class _Rows(Sequence[np.ndarray]):
    """Rows of numbers one after the other in a file."""

    def __init__(self, file: IO[bytes], lengths: Sequence[int]):
        file.flush()
        self.ends = np.cumsum(lengths, dtype=np.int64)
        # the mapping holds the pieces when the file is closed
        self.numbers = np.memmap(file, np.int32, "r") if len(lengths) else np.zeros(0, np.int32)

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        place = range(len(self))[place]  # from the end where negative; IndexError behind it
        start = self.ends[place - 1] if place else 0
        return np.array(self.numbers[start : self.ends[place]], dtype=np.int64)
