"""Labels that a model says at a mask, of any set of labels.

Source: Schick and Schütze 2021, "Exploiting Cloze Questions for Few Shot Text Classification", section 3,
https://aclanthology.org/2021.eacl-main.20; labels of several pieces: Zhao et al. 2023 (NPPrompt), section 3,
https://aclanthology.org/2023.acl-long.869
"""

from typing import Any

import numpy as np
import torch
from accelerate.utils import send_to_device

from calque.maths.sparse import softmax
from calque.models.batches import buckets
from calque.models.clozes import TEMPLATE, check_verbalizer, clozes
from calque.models.folder import device, open_tokenizer
from calque.models.patched import open_patched
from calque.models.states import batch_pieces
from calque.progress import track
from calque.roles import part
from calque.values import Checkpoint, Labelled, Mixture, Patch, Predictions

_WHERE = "models.verbalize"


@part(paper="rosprompt")
def verbalize(
    checkpoint: Checkpoint,
    examples: Labelled,
    verbalizer: Mixture,
    patch: Patch | None = None,
    *,
    template: str = TEMPLATE,
    tokens: int | None = None,
) -> Predictions:
    """Classify by what the model guesses at a mask: a label's logit is the mean of those of its pieces.

    Labels that are said more often whatever the text win too often; `adaptation.calibrated` takes that out.

    checkpoint: with a masked-language head
    examples:   of task class; their labels are not looked at
    verbalizer: what each label is made of (`vocabulary.verbalizer`)
    patch:      of `models.tune_prompt`; None for the model as it is
    template:   holds {text} and {mask} once each. Of a text longer than the model takes the end is lost
    tokens:     most pieces of a batch, padding included; None for what suits the device
    """
    check_verbalizer(checkpoint, verbalizer, _WHERE)
    model: Any = open_patched(checkpoint, patch, "masked").to(device())  # type: ignore[arg-type]
    asked = clozes(model, open_tokenizer(checkpoint), examples, verbalizer, template, _WHERE)
    logits = np.zeros((len(examples), len(verbalizer.new)), dtype=np.float32)
    rows_of = buckets(asked.windows.lengths, tokens=batch_pieces(tokens)) if len(examples) else []
    for rows in track(rows_of, "guessing"):
        batch: Any = send_to_device(asked.batch(rows), device())
        with torch.inference_mode():
            logits[rows] = asked.scores(asked.guesses(model, batch)).cpu().numpy()
    best = logits.argmax(axis=1)
    return Predictions(
        tuple(verbalizer.new[index] for index in best), verbalizer.new, softmax(logits)
    )
