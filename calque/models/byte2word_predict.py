"""Labels from a model that reads words from bytes."""

import numpy as np
import torch

from calque.errors import BadFile, BadSetting, BadValue
from calque.models.batches import buckets
from calque.models.folder import device
from calque.models.wordwise import open_words, read
from calque.roles import part
from calque.values import Checkpoint, Labelled, Predictions

_WORDS = 2048  # of a batch, padding included


@part(paper="byte2word")
def byte2word_predict(checkpoint: Checkpoint, examples: Labelled) -> Predictions:
    """Predict the label of each text, with probabilities; logits of a long text's windows are averaged.

    checkpoint: as `models.byte2word_tune` makes it
    examples:   of the task class; their labels are not read
    """
    if examples.task != "class":
        raise BadSetting(f"models.byte2word_predict: task '{examples.task}'; it can: class")
    model, _ = open_words(checkpoint)
    named = model.config.get("id2label")
    if not named:
        raise BadFile(f"{checkpoint.folder}: no head of a task; train one (models.byte2word_tune)")
    classes = tuple(named[str(number)] for number in range(len(named)))
    if examples.table["text"].null_count:
        raise BadValue("models.byte2word_predict: column 'text' has missing values")
    texts = examples.table["text"].to_pylist()
    lexicon = read(texts, model.config["longest"])
    totals, place = np.zeros((len(texts), len(classes))), device()
    model.to(place)
    for rows in buckets(lexicon.lengths, tokens=_WORDS):
        batch = lexicon.batch(lexicon.padded(rows))
        with torch.inference_mode():
            logits = model.logits({name: tensor.to(place) for name, tensor in batch.items()})
        np.add.at(totals, lexicon.owner[rows], logits.float().cpu().numpy())
    means = totals / np.maximum(1, np.bincount(lexicon.owner, minlength=len(texts)))[:, None]
    powers = np.exp(means - means.max(axis=1, keepdims=True, initial=-np.inf))
    shares = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    labels = [classes[best] for best in means.argmax(axis=1)] if len(texts) else []
    return Predictions(tuple(labels), classes, shares)
