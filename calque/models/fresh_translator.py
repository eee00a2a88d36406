"""A translator that has learned nothing yet, for a vocabulary of one's own."""

from collections.abc import Sequence

import torch

from calque import workspace
from calque.errors import BadSetting, BadValue
from calque.models.folder import quiet, save
from calque.models.translating import marked
from calque.roles import part
from calque.values import Checkpoint, Vocabulary
from calque.values.vocabulary import ROLES

_HEAD = 32  # width of an attention head


@part
def fresh_translator(
    vocabulary: Vocabulary,
    *,
    languages: Sequence[str],
    width: int = 128,
    layers: int = 2,
    longest: int = 256,
    seed: int = 0,
) -> Checkpoint:
    """Draw a Marian model, of the kind of OPUS-MT, for this vocabulary; every weight is random.

    A text begins with a mark of the language that is wanted, >>swh<< for example, and ends with the
    piece that ends texts; `models.tune_translator` and `models.translate` put both there. One table of
    pieces serves both sides and the output.

    vocabulary: with pieces of the roles pad and eos (or sep); the marks become pieces behind its own
    languages:  codes of all that it is to write
    width:      of its states, a multiple of 32; heads are 32 wide, inner layers four times as wide
    layers:     of the encoder, and of the decoder
    longest:    most pieces of a text, mark and end included; at least 8
    seed:       of all weights: one seed, one vocabulary size, one configuration, one model
    """
    import transformers

    if width < _HEAD or width % _HEAD or layers < 1 or longest < 8:
        raise BadSetting(
            f"models.fresh_translator: width must be a multiple of {_HEAD}, layers positive and longest "
            f"at least 8, got {width}, {layers} and {longest}"
        )
    pad, end = vocabulary.role_id("pad"), vocabulary.role_id("eos")
    if pad is None or end is None:
        missing = [role for role, place in (("pad", pad), ("eos", end)) if place is None]
        raise BadValue(
            f"models.fresh_translator: the vocabulary has no piece for {' and '.join(missing)}"
        )
    cutter = marked(vocabulary, languages)
    config = transformers.MarianConfig(
        vocab_size=max(cutter.get_vocab(with_added_tokens=True).values()) + 1,
        d_model=width,
        encoder_layers=layers,
        decoder_layers=layers,
        encoder_attention_heads=width // _HEAD,
        decoder_attention_heads=width // _HEAD,
        encoder_ffn_dim=4 * width,
        decoder_ffn_dim=4 * width,
        max_position_embeddings=longest,
        pad_token_id=pad,
        eos_token_id=end,
        decoder_start_token_id=pad,  # as OPUS-MT does
        forced_eos_token_id=None,
        scale_embedding=True,
        init_std=width**-0.5,  # embeddings, once scaled, are as large as positions
    )
    with quiet(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = transformers.MarianMTModel(config).eval()
    pieces = {f"{role}_token": vocabulary.special.get(role) for role in ROLES}
    pieces["eos_token"] = vocabulary.pieces[end or 0]
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=cutter,
        model_max_length=longest,
        model_input_names=["input_ids", "attention_mask"],
        **{role: piece for role, piece in pieces.items() if piece is not None},
    )
    return save(model, tokenizer, workspace.fresh("model"))
