"""Labels from a model that reads words from bytes."""

import numpy as np
import torch

from calque.errors import BadFile, BadSetting, BadValue
from calque.models.batches import buckets
from calque.models.folder import device
from calque.models.wordwise import examined, open_words
from calque.roles import part
from calque.values import Checkpoint, Labelled, Predictions

_WORDS = 2048  # of a batch, padding included


@part(paper="byte2word")
def byte2word_predict(checkpoint: Checkpoint, examples: Labelled) -> Predictions:
    """Predict the label of each text or pair, with probabilities; logits of a long text's windows are averaged.

    checkpoint: as `models.byte2word_tune` makes it
    examples:   of the task that it was tuned for; their labels are not read
    """
    model, _ = open_words(checkpoint)
    named = model.config.get("id2label")
    if not named:
        raise BadFile(f"{checkpoint.folder}: no head of a task; train one (models.byte2word_tune)")
    if examples.task != model.config["calque_task"]:
        raise BadSetting(
            f"models.byte2word_predict: task '{examples.task}'; {checkpoint.folder} was tuned for "
            f"'{model.config['calque_task']}'"
        )
    classes = tuple(named[str(number)] for number in range(len(named)))
    for name in ("text", "text_b")[: 1 + (examples.task == "pair")]:
        if examples.table[name].null_count:
            raise BadValue(f"models.byte2word_predict: column '{name}' has missing values")
    lexicon = examined(examples, model.config["longest"])
    count = len(examples)
    totals, place = np.zeros((count, len(classes))), device()
    model.to(place)
    for rows in buckets(lexicon.lengths, tokens=_WORDS):
        batch = lexicon.batch(lexicon.padded(rows))
        with torch.inference_mode():
            logits = model.logits({name: tensor.to(place) for name, tensor in batch.items()})
        np.add.at(totals, lexicon.owner[rows], logits.float().cpu().numpy())
    means = totals / np.maximum(1, np.bincount(lexicon.owner, minlength=count))[:, None]
    powers = np.exp(means - means.max(axis=1, keepdims=True, initial=-np.inf))
    shares = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    labels = [classes[best] for best in means.argmax(axis=1)] if count else []
    return Predictions(tuple(labels), classes, shares)
