"""mixer: old vocabulary, new vocabulary, evidence -> Mixture. Says what each new row is made of."""

from typing import Any

import numpy as np
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from calque.roles.base import Role
from calque.values import Bitext, Lexicon, Links, Mixture, Space, Vocabulary

_OLD_WORDS = ("cat", "dog", "bird", "tree", "house", "river", "##s", "##es", "7", "-")
_NEW_WORDS = ("katu", "dogu", "bir", "##du", "tree", "##s", "7", "ev", "##ler", "nehir", "şu")
_SENTENCES = ("cat dog bird", "dog tree 7", "bird house", "river tree", "cat - house")
_CODE = {"cat": "katu", "dog": "dogu", "bird": "birdu", "house": "ev", "river": "nehir"}


def example(seed: int) -> tuple[Vocabulary, Vocabulary]:
    """Two WordPiece vocabularies that share some pieces and name their special pieces differently."""
    generator = np.random.default_rng(seed)
    old = _vocabulary(_OLD_WORDS, {"unk": "[UNK]", "cls": "[CLS]", "pad": "[PAD]"}, generator)
    new = _vocabulary(_NEW_WORDS, {"unk": "<unk>", "bos": "<s>", "mask": "<mask>"}, generator)
    return old, new


def evidence(seed: int) -> dict[str, Any]:
    """What mixers may ask for beside the vocabularies, by the name of the argument."""
    old, new = example(seed)
    generator = np.random.default_rng(seed)
    bitext = Bitext.of(
        [(text, " ".join(_CODE.get(w, w) for w in text.split())) for text in _SENTENCES],
        "eng",
        "qaa",
    )
    sizes = [len(text.split()) for text in _SENTENCES]
    return {
        "bitext": bitext,
        "links": [Links(np.stack([np.arange(n)] * 2, axis=1), (n, n)) for n in sizes],
        "lexicon": Lexicon.of([(*pair, 1.0) for pair in _CODE.items()], "eng", "qaa"),
        "old_texts": bitext.sources,
        "new_texts": bitext.targets,
        "old_vectors": Space(old.pieces, generator.standard_normal((len(old), 6))),
        "new_vectors": Space(new.pieces, generator.standard_normal((len(new), 6))),
        "mixtures": [_some(old, new, generator) for _ in range(2)],
    }


def is_a_mixture_of_both(part, old: Vocabulary, new: Vocabulary):
    """Rows are the new pieces and columns the old ones, in the order of their ids; none is negative."""
    mixture = part(old, new)
    assert mixture.new == new.pieces and mixture.old == old.pieces
    assert (mixture.matrix.data > 0).all()


def carries_special_pieces_by_role(part, old: Vocabulary, new: Vocabulary):
    """A special piece is the old one of its role, whatever either is called, and else unknown."""
    mixture = part(old, new)
    assert mixture.origins("<unk>") == [("[UNK]", 1.0)]
    assert mixture.origins("<s>") == [("[CLS]", 1.0)]
    assert mixture.origins("<mask>") == []


def gives_the_same_again(part, old: Vocabulary, new: Vocabulary):
    """Nothing is left to chance."""
    first, again = part(old, new).matrix, part(old, new).matrix
    assert (first != again).nnz == 0


def bears_a_vocabulary_of_special_pieces_alone(part, old: Vocabulary, new: Vocabulary):
    """Where there is no ordinary new piece there is nothing to mix."""
    bare = _vocabulary((), {"unk": "<unk>"}, np.random.default_rng(0))
    for name, value in part.keywords.items():
        if name == "new_vectors":
            part.keywords[name] = Space(bare.pieces, value.vectors[: len(bare)])
        if name == "mixtures":
            part.keywords[name] = [_some(old, bare, np.random.default_rng(0))]
    assert part(old, bare).matrix.shape == (1, len(old))


def _vocabulary(
    words: tuple[str, ...], special: dict[str, str], generator: np.random.Generator
) -> Vocabulary:
    pieces = [*special.values(), *generator.permutation(words)] if words else [*special.values()]
    model = models.WordPiece(
        {str(piece): k for k, piece in enumerate(pieces)}, unk_token=special["unk"]
    )
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(list(special.values()))
    return Vocabulary(tokenizer.to_str(), special)


def _some(old: Vocabulary, new: Vocabulary, generator: np.random.Generator) -> Mixture:
    """Each new piece is two old ones, or unknown; special ones by their role."""
    weights = np.zeros((len(new), len(old)))
    for row in range(len(new)):
        if generator.random() < 0.6:
            weights[row, generator.choice(len(old), 2, replace=False)] = 0.5
    for row, column in new.special_from(old).items():
        weights[row] = 0
        if column is not None:
            weights[row, column] = 1
    return Mixture(weights, new.pieces, old.pieces)  # type: ignore[arg-type]


mixer = Role(
    "mixer",
    takes=("old", "new"),
    gives=Mixture,
    about="Says what each row of a new vocabulary is made of; takes what evidence it needs.",
    example=example,
    evidence=evidence,
    laws=(
        is_a_mixture_of_both,
        carries_special_pieces_by_role,
        gives_the_same_again,
        bears_a_vocabulary_of_special_pieces_alone,
    ),
)
