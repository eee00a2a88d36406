"""Labels and tags from a model that reads texts beside their translations.

Source: Fang et al. 2020, "FILTER", section 3.2, https://arxiv.org/abs/2009.05166
"""

from typing import Any

import numpy as np
import torch

from calque.errors import BadFile
from calque.maths.sparse import softmax
from calque.models.batches import buckets, first_pieces
from calque.models.folder import device, open_tokenizer
from calque.models.fusing import encoded, fused, inputs_of, pair_lengths
from calque.models.heads import trained_head
from calque.models.predicting import tags_of
from calque.models.states import batch_pieces
from calque.progress import track
from calque.roles import part
from calque.values import Checkpoint, Labelled, Predictions


@part(paper="filter")
def predict_fused(
    checkpoint: Checkpoint,
    examples: Labelled,
    translations: Labelled,
    *,
    tokens: int | None = None,
) -> Predictions:
    """Predict the label, or the tag of every word, of each example as it is read beside its translation.

    checkpoint:   as `models.tune_fused` makes it, which says in which layers the two see each other
    translations: row i translates row i, into the language of the labels say; itself where there is none
    tokens:       most pieces of a batch; None for what suits the device

    What is longer than the model takes loses its end; words there, and words without pieces, get the commonest tag, or
    "O" where there is one, with probability 0 everywhere.
    """
    head, classes = trained_head(checkpoint, examples.task)
    model: Any = head
    layers = getattr(model.config, "calque_fused", None)
    if layers is None:
        raise BadFile(
            f"{checkpoint.folder}: was not trained beside translations (models.tune_fused); models.predict "
            "reads texts alone"
        )
    model.to(device())
    tokenizer = open_tokenizer(checkpoint)
    windows = encoded(model, tokenizer, examples, translations)
    tagged = examples.task == "tags"
    words = examples.table["words"].to_pylist() if tagged else [[None]] * len(examples)
    counts = np.array([len(row) for row in words], dtype=np.int64)
    starts = np.cumsum(counts) - counts
    table = np.full((counts.sum(), len(classes)), np.nan, dtype=np.float32)
    most = max(1, batch_pieces(tokens) // 2)
    for rows in track(buckets(pair_lengths(windows), tokens=most), "predicting"):
        batch = {name: own.to(device()) for name, own in inputs_of(windows, rows).items()}
        with torch.inference_mode(), fused(model, layers):
            logits = model(**batch).logits.chunk(2)[0].float().cpu().numpy()
        for at, row in enumerate(rows):
            if not tagged:
                table[row] = logits[at]
                continue
            first = first_pieces(windows, row)
            table[starts[row] + windows.words[row][first]] = logits[at, first]
    if tagged:
        return tags_of(table, classes, counts)
    labels = tuple(classes[best] for best in table.argmax(axis=1))
    return Predictions(labels, classes, softmax(table))
