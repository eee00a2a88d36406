"""Makes vector_mixers.json: rows that the authors' code of WECHSEL, FOCUS, CLP-Transfer and OFA makes.

    pip install wechsel==0.0.4 deepfocus==1.0.1 gensim==4.4.0 fasttext-wheel==0.9.2
    git clone https://github.com/malteos/clp-transfer && git -C clp-transfer checkout d42c1d4
    git clone https://github.com/cisnlp/ofa && git -C ofa checkout 73fce73
    python tests/golden/vector_mixers.py clp-transfer ofa/ofa

All are given the two vocabularies, the rows, the word vectors and the dictionary that the functions here
make from formulas, so that the test can make the same ones. Special pieces are called otherwise in the new
vocabulary: these codes go by the text of pieces, calque by their role.
"""

import importlib
import itertools
import json
import logging
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer, models, pre_tokenizers

from calque.values import Lexicon, Space, Texts, Vocabulary

HERE = Path(__file__).resolve().parent
OLD, NEW = ("ka", "lo", "mi", "ne", "tu"), ("ba", "do", "fi", "re", "su")
COMMON = ("7", "-", "Rio", "delta")  # words of both
WIDTH, WIDE = 6, 8  # of word vectors, and of rows
SHOWN = 36  # rows that are kept: all but two of the further pieces come behind


def sines(rows: int, width: int, phase: float, middle: float = 0.0) -> np.ndarray:
    """[rows, width] float32, the same anywhere."""
    line = np.arange(rows * width, dtype=np.float64) ** 1.3
    return (np.sin(phase + line) + middle).round(4).astype(np.float32).reshape(rows, width)


def vocabulary(side: int) -> Vocabulary:
    """WordPiece: special pieces, words of both, some words, syllables, and further pieces inside words."""
    special = {"unk": ("[UNK]", "<u>")[side], "cls": ("[CLS]", "<c>")[side]}
    syllables = (OLD, NEW)[side]
    pieces = [*special.values(), *COMMON, *words(side)[:10], *syllables]
    pieces += [form for s in syllables for form in (f"##{s}", s.title())]
    pieces += ("z", "##9") if side == 0 else ("RIO", "9", "##delta")
    pieces += [f"##{a}{b}q" for a in "abcdefghij" for b in "klmnopqrstu"]  # peers count on 100
    cutter = Tokenizer(models.WordPiece({p: k for k, p in enumerate(pieces)}, unk_token=pieces[0]))
    cutter.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    cutter.add_special_tokens(list(special.values()))
    return Vocabulary(cutter.to_str(), special)


def words(side: int) -> list[str]:
    """Twenty-five words of two syllables each."""
    return ["".join(pair) for pair in itertools.product((OLD, NEW)[side], repeat=2)]


def texts(side: int) -> Texts:
    """Word k occurs 1 + k mod 4 times."""
    return Texts.of(
        [" ".join([w] * (1 + k % 4)) for k, w in enumerate(words(side))], tokenized=True
    )


def word_vectors(side: int) -> Space:
    """Of all words, with cosines above 0: wechsel takes pieces without vectors before those below."""
    return Space(tuple(words(side)), sines(25, WIDTH, float(side), middle=1.2))


def dictionary() -> Lexicon:
    """The first sixteen words, one written with a capital, and a pair that no vectors know."""
    pairs = list(zip(words(0)[:16], words(1)[:16], strict=True))
    pairs[3] = (pairs[3][0].title(), pairs[3][1])
    return Lexicon.of([(*pair, 1.0) for pair in [*pairs, ("nothing", "known")]])


def piece_vectors(phase: float, middle: float) -> Space:
    """Of all new pieces but the special ones and one other."""
    pieces = vocabulary(1).pieces
    names = tuple(piece for piece in pieces[2:] if piece != "badoq")[:-1]
    return Space(names, sines(len(names), WIDTH, phase, middle))


def rows() -> np.ndarray:
    """The old rows."""
    return sines(len(vocabulary(0)), WIDE, 3.0)


def main() -> None:
    """Run all four and write what they say."""
    logging.disable(logging.WARNING)
    sys.path[:0] = sys.argv[1:3]
    facts: dict[str, Any] = {
        "tools": ["wechsel 0.0.4", "deepfocus 1.0.1", "malteos/clp-transfer", "cisnlp/ofa"],
        "commits": [
            "",
            "",
            "d42c1d41b2a313c0b930df581054990e392d9569",
            "73fce73b4b88b8a937322aae63e69a6546258241",
        ],
        "command": "python tests/golden/vector_mixers.py clp-transfer ofa/ofa",
        **dict(_wechsel()),
        **dict(_focus()),
        **dict(_clp()),
        **dict(_ofa()),
    }
    text = json.dumps(facts, ensure_ascii=False)
    (HERE / "vector_mixers.json").write_text(text + "\n", encoding="utf-8")
    print({name: np.shape(value) for name, value in facts.items()}, facts["wechsel_wider"])


def _tokenizer(side: int) -> Any:
    from transformers import PreTrainedTokenizerFast

    words = vocabulary(side)
    special = {f"{role}_token": piece for role, piece in words.special.items()}
    return PreTrainedTokenizerFast(tokenizer_object=Tokenizer.from_str(words.tokenizer), **special)


def _rounded(matrix: Any) -> list[Any]:
    return np.asarray(matrix, dtype=np.float64)[:SHOWN].round(6).tolist()


def _word2vec(side: int) -> Any:
    from gensim.models import Word2Vec

    model = Word2Vec(vector_size=WIDTH, min_count=1)
    model.build_vocab([text.split() for text in texts(side)])
    for word, vector in zip(words(side), word_vectors(side).vectors, strict=True):
        model.wv.vectors[model.wv.key_to_index[word]] = vector
    return model


def _wechsel() -> Iterator[tuple[str, Any]]:
    import fasttext
    import wechsel

    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.writelines(f"{one}\t{other}\n" for one, other, _ in dictionary())
        file.flush()
        method = wechsel.WECHSEL(_word2vec(0), _word2vec(1), bilingual_dictionary=file.name)
        made, info = method.apply(_tokenizer(0), _tokenizer(1), rows(), use_subword_info=False)
        yield "wechsel_rows", _rounded(made)
        yield "wechsel_unknown", len(info.not_found)
        yield (
            "wechsel_neighbors",
            {
                p: [list(tokens), _rounded(weights)]
                for p, (tokens, weights, _) in info.sources.items()
            },
        )
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as corpus:
            corpus.write("\n".join(texts(0)) + "\n" + "\n".join(texts(1)) + "\n")
            corpus.flush()
            sides = [
                fasttext.train_unsupervised(corpus.name, dim=dim, minCount=1, thread=1, verbose=0)
                for dim in (WIDTH, WIDE)
            ]
        try:
            wechsel.WECHSEL(*sides, bilingual_dictionary=file.name)
            yield "wechsel_wider", "fine"
        except ValueError as error:
            yield "wechsel_wider", str(error)


def _focus() -> Iterator[tuple[str, Any]]:
    import deepfocus.focus
    import torch

    space = piece_vectors(5.0, 0.2)
    vectors = dict(zip(space.names, space.vectors, strict=True))
    deepfocus.focus.load_target_token_embedding = lambda **_: vectors
    for name, options in (
        ("plain", {}),
        ("fuzzy", {"fuzzy_match_all": True}),
        ("symbols", {"match_symbols": True}),
    ):
        made = deepfocus.focus.FOCUS(
            _tokenizer(1),
            _tokenizer(0),
            torch.from_numpy(rows()),
            fasttext_model_path="given",
            verbosity="silent",
            **options,
        )
        yield f"focus_{name}", _rounded(made)


def _clp() -> Iterator[tuple[str, Any]]:
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    clp = importlib.import_module("clp")
    with tempfile.TemporaryDirectory() as name:
        folders = [str(Path(name) / kind) for kind in ("source", "helper", "made")]
        for middle in (1.2, 0.2):
            tables = (rows(), helper_rows(middle))
            for side, (folder, table) in enumerate(zip(folders[:2], tables, strict=True)):
                config = GPT2Config(
                    vocab_size=len(table), n_positions=8, n_embd=table.shape[1], n_layer=1, n_head=2
                )
                model = GPT2LMHeadModel(config)
                model.get_input_embeddings().weight.data = torch.from_numpy(table)
                model.tie_weights()
                model.save_pretrained(folder)
                _tokenizer(side).save_pretrained(folder)
            clp.apply_clp(*folders, override=True)
            made = GPT2LMHeadModel.from_pretrained(folders[2]).get_input_embeddings().weight
            yield f"clp_{middle}", _rounded(made.detach())


def helper_rows(middle: float) -> np.ndarray:
    """Of every new piece: those without a vector are no anchors, as their text is in no old piece."""
    space, pieces = piece_vectors(5.0, middle), vocabulary(1).pieces
    table = np.ones((len(pieces), WIDTH), dtype=np.float32)
    places = {piece: k for k, piece in enumerate(pieces)}
    table[[places[name] for name in space.names]] = space.vectors
    return table


def _ofa() -> Iterator[tuple[str, Any]]:
    from gensim.models import KeyedVectors

    ofa = importlib.import_module("utils")
    spaces = []
    for side in (0, 1):
        vectors = KeyedVectors(WIDTH)
        space = word_vectors(side)
        vectors.add_vectors(list(space.names), space.vectors)
        found, _ = ofa.get_subword_embeddings_in_word_embedding_space(
            _tokenizer(side), ofa.WordEmbedding(vectors)
        )
        spaces.append(found)
        yield f"ofa_vectors_{side}", _rounded(found)
    sides = _tokenizer(0), _tokenizer(1)
    shared = ofa.get_overlapping_tokens(sides[1], sides[0])
    made = np.zeros((len(sides[1]), WIDE), dtype=np.float32)
    for target, source in shared.values():
        made[target] = rows()[source]
    pieces = {piece: target for piece, (target, _) in shared.items()}
    others = {piece: k for piece, k in sides[1].get_vocab().items() if piece not in pieces}
    yield (
        "ofa_rows",
        _rounded(ofa.create_target_embeddings(*spaces, *sides, rows(), made, pieces, others)[0]),
    )
    primitives, coordinates = ofa.perform_factorize(rows().astype(np.float64), keep_dim=3)
    yield "ofa_factorized", _rounded(coordinates @ primitives)


if __name__ == "__main__":
    main()
