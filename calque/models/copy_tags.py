"""Tags by a text-to-text model that may write nothing but its input and tags.

Source: García-Ferrero 2025, "Cross-Lingual Transfer for Low-Resource Natural Language Processing", the chapter on
constrained decoding, https://arxiv.org/abs/2502.02722
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from calque.errors import BadFile, BadSetting
from calque.languages.words import words_of
from calque.maths.copying import Copying, Label, State
from calque.models.batches import buckets
from calque.models.folder import device
from calque.models.forcing import Forced
from calque.models.translating import check_tokens
from calque.progress import track
from calque.roles import part
from calque.values import Checkpoint, Labelled, Predictions, Texts

log = logging.getLogger(__name__)

_WHERE = "models.copy_tags"


@part(paper="t-projection")
def copy_tags(
    examples: Labelled | Texts,
    checkpoint: Checkpoint,
    *,
    labels: Sequence[str],
    beams: int = 1,
    tokens: int | None = None,
) -> Predictions:
    """Tag words with what the model writes, forced to copy the words and to put tags around them.

    Whatever the model has learned, what it writes is its input with labels around whole words, none in another:
    no word is lost, changed or added, and no tag is left open. Sentences that are longer than the model takes,
    or become so by their tags, get no tags and are counted.

    examples:   with words; texts are cut into words
    checkpoint: has learned to write "<PER> Asha </PER> lives" (`data.with_tags`, `models.tune_translator`)
    labels:     that it may write, without B- and I-
    beams:      sequences looked at side by side
    tokens:     most pieces of a batch, padding included; None for what suits the device
    """
    check_tokens(tokens, _WHERE)
    labels = [labels] if isinstance(labels, str) else list(labels)
    if beams < 1 or not labels:
        raise BadSetting(f"{_WHERE}: beams must be at least 1, and there must be labels")
    if isinstance(examples, Texts):
        sentences = [words_of(text, examples.tokenized) for text in examples]
    else:
        sentences = [words or [] for words in examples.table["words"].to_pylist()]
    forced = Forced.of(checkpoint, _WHERE, tokens)
    own = forced.translator
    mark = own.marks[own.known("tagged", _WHERE)]
    tags, end = _tags(forced, labels), own.end
    copyings = [Copying(*_pieces(forced, words), tags, end) for words in sentences]
    lengths = [len(one.symbols) + 2 for one in copyings]
    found = [["O"] * len(words) for words in sentences]
    fits = [k for k, one in enumerate(lengths) if 2 < one < own.longest]
    unended = sum(one > 2 for one in lengths) - len(fits)
    for rows in track(buckets([lengths[k] for k in fits], tokens=forced.tokens), "tagging"):
        some = [fits[row] for row in rows]
        reads = [np.concatenate([[mark], copyings[k].symbols, [end]]) for k in some]
        for k, ids in zip(
            some, _written(forced, reads, [copyings[k] for k in some], beams), strict=True
        ):
            if not len(ids) or ids[-1] != end:
                unended += 1
                continue
            for label, start, stop in copyings[k].read(ids):
                words = range(copyings[k].units[start], copyings[k].units[stop - 1] + 1)
                found[k][words.start : words.stop] = [
                    f"{'I' if word > words.start else 'B'}-{label}" for word in words
                ]
    if unended:
        shown = "%s: %d sentences are longer than %d pieces with their tags, and get none"
        log.warning(shown, _WHERE, unended, own.longest)
    classes = ["O", *(f"{place}-{label}" for label in labels for place in "BI")]
    return Predictions(tuple(tuple(tags) for tags in found), tuple(classes))


def allowed(
    copyings: Sequence[Copying], *, pad: int, prompt: int = 1
) -> Callable[[int, torch.Tensor], list[int]]:
    """What `generate` of any text-to-text model takes as `prefix_allowed_tokens_fn`.

    copyings: one per text of the batch
    pad:      written once a sequence has ended
    prompt:   pieces before what is written
    """
    known: list[dict[tuple[int, ...], State]] = [{(): State()} for _ in copyings]

    def follow(row: int, ids: torch.Tensor) -> list[int]:
        written = tuple(ids[prompt:].tolist())
        states = known[row]
        if written not in states:
            before = states[written[:-1]]
            states[written] = copyings[row].follow(before).get(written[-1], State(ended=True))
        return list(copyings[row].follow(states[written])) or [pad]

    return follow


def _written(
    forced: Forced, reads: list[np.ndarray], copyings: list[Copying], beams: int
) -> list[list[int]]:
    """What the model writes for each, without padding."""
    from transformers import GenerationConfig

    own = forced.translator
    inputs = {name: tensor.to(device()) for name, tensor in own.inputs(reads).items()}
    config = GenerationConfig(
        num_beams=beams,
        do_sample=False,
        max_new_tokens=own.longest - 1,
        decoder_start_token_id=own.start,
        eos_token_id=own.end,
        pad_token_id=own.pad,
    )
    with torch.inference_mode():
        out: Any = own.model.generate(
            **inputs,
            generation_config=config,
            prefix_allowed_tokens_fn=allowed(copyings, pad=own.pad),
        )
    rows = [row[1:].tolist() for row in out.cpu()]
    return [row[: row.index(own.end) + 1] if own.end in row else row for row in rows]


def _pieces(forced: Forced, words: list[str]) -> tuple[list[int], list[int]]:
    """Pieces of a sentence, and the word that each belongs to; words without pieces have none."""
    place = forced.translator.place("und")
    cut = forced.translator.cut([f"{' ' if k else ''}{word}" for k, word in enumerate(words)])
    ids = [int(place[piece]) for own in cut for piece in own]
    return ids, [k for k, own in enumerate(cut) for _ in own]


def _tags(forced: Forced, labels: list[str]) -> dict[str, Label]:
    """What opens and closes each label; BadFile where the vocabulary cannot tell two apart."""
    own = forced.translator
    unknown = own.vocabulary.role_id("unk")
    found: dict[str, Label] = {}
    for label in labels:
        one, other = (tuple(ids.tolist()) for ids in own.cut([f" <{label}>", f" </{label}>"]))
        if unknown in (*one, *other):
            raise BadFile(
                f"{_WHERE}: the model cannot write the tags of '{label}'; train its vocabulary on what "
                "data.with_tags gives"
            )
        found[label] = (one, other)
    return found
