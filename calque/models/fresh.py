"""A model that has learned nothing yet, for a vocabulary of one's own."""

from calque.errors import BadSetting, BadValue
from calque.models.unlearned import unlearned
from calque.roles import part
from calque.values import Checkpoint, Vocabulary

_HEAD = 32  # width of an attention head
_UNUSED = 2  # rows of an MPNet's positions before the first piece's


@part
def fresh(
    vocabulary: Vocabulary,
    *,
    width: int = 128,
    layers: int = 2,
    longest: int = 512,
    distances: bool = False,
    seed: int = 0,
) -> Checkpoint:
    """Draw a BERT with a masked-language head for this vocabulary; every weight is random.

    For controls, and for pretraining small models from nothing (`models.masked`).

    vocabulary: with pieces of the roles pad, cls, sep and mask; puts them around a text itself
    width:      of its states, a multiple of 32; heads are 32 wide, inner layers four times as wide
    longest:    most pieces of a text
    distances:  whether heads also weigh how far apart pieces are, as those of T5 do: an MPNet instead, without
                dropout, whose weights begin larger the narrower it is. Bytes, which say little without their
                neighbors, are learned much sooner
    seed:       of all weights: one seed, one vocabulary size, one configuration, one model
    """
    import transformers

    if width < _HEAD or width % _HEAD or min(layers, longest) < 1:
        raise BadSetting(
            f"models.fresh: width must be a multiple of {_HEAD} and layers and longest positive, "
            f"got {width}, {layers} and {longest}"
        )
    missing = [r for r in ("pad", "cls", "sep", "mask") if vocabulary.role_id(r) is None]
    if missing:
        raise BadValue(f"models.fresh: the vocabulary has no piece for {', '.join(missing)}")
    settings = {
        "vocab_size": len(vocabulary),
        "hidden_size": width,
        "num_hidden_layers": layers,
        "num_attention_heads": width // _HEAD,
        "intermediate_size": 4 * width,
    }
    if distances:
        config = transformers.MPNetConfig(
            **settings,
            max_position_embeddings=longest + _UNUSED,
            initializer_range=width**-0.5,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        return unlearned(transformers.MPNetForMaskedLM, config, vocabulary, longest, seed)
    config = transformers.BertConfig(**settings, max_position_embeddings=longest)
    return unlearned(transformers.BertForMaskedLM, config, vocabulary, longest, seed)
