"""Labels, tags, parses and answers from a trained model."""

import logging

from calque.models.predicting import predictor
from calque.roles import part
from calque.values import Checkpoint, Labelled, Patch, Predictions

log = logging.getLogger(__name__)


@part
def predict(
    checkpoint: Checkpoint,
    examples: Labelled,
    patch: Patch | None = None,
    *,
    tokens: int | None = None,
) -> Predictions:
    """Predict the label or answer of each example, or the tag, or head and relation, of its words.

    checkpoint: a model whose head was trained for the examples' task: class, pair, tags, parse or answer
    patch:      what is on the model while it reads, which may bring the head (`models.tune_patch`); several
                are put together by `adaptation.compose`, the lower ones first
    tokens:     most pieces of a batch, padding included; None for what suits the device

    What is longer than the model takes is read in windows that overlap by half, and the logits of
    windows are averaged (pairs lose the end of their longer side, counted in a warning). A word's tag
    is that of its first piece. A word without pieces is tagged "O" where there is such a tag, else
    with the commonest tag predicted, with probability 0 everywhere; such words are counted in a warning.

    A parse is the best tree with one word below the root, written "2:nsubj" for each word; probabilities
    are those of the relation to that head. Only the root's word has the relation "root". A word without
    pieces hangs from it by "dep", or else by the commonest relation.

    An answer is a piece of its context, whole characters without white space around, with the place where it
    begins; the surest one of all windows that the context has. Only a model that has seen questions
    without an answer gives none. There are no probabilities.
    """
    found = predictor(checkpoint, examples.task, patch, tokens)(examples)
    lost = [label for label in examples.labels if label not in found.classes]
    if lost and found.classes:
        shown = ", ".join(lost[:5]) + (f" and {len(lost) - 5} more" if len(lost) > 5 else "")
        log.warning(
            "the model does not know these labels of the examples and can only be wrong there: %s",
            shown,
        )
    return found
