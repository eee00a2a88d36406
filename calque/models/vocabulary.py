"""The vocabulary of a model, as data."""

from calque.models.folder import open_tokenizer
from calque.models.tokens import vocabulary_of
from calque.roles import part
from calque.values import Checkpoint, Vocabulary


@part
def vocabulary(checkpoint: Checkpoint) -> Vocabulary:
    """Read the model's tokenizer: its pieces by id, how it cuts, and which piece plays which role.

    BadFile where the folder has no tokenizer, or only a slow one.
    """
    return vocabulary_of(open_tokenizer(checkpoint))
