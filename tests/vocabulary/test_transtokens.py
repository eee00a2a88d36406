"""Trans-tokenization: planted translations, pieces by hand, special pieces by role."""

import json

import numpy as np
import pytest

from calque.errors import BadValue
from calque.synthetic.naming import family
from calque.values import Bitext, Links, Texts, Vocabulary
from calque.vocabulary.spelled_alike import spelled_alike
from calque.vocabulary.train import train
from calque.vocabulary.translated import translated
from calque.vocabulary.transtokens import transtokens
from calque.wordalign.hmm import hmm

SOURCES = ["cat dog bird", "dog tree", "bird cat 7", "tree house"] * 50
CODE = str.maketrans("abcdefghijklmnopqrstuvwxyz", "αβψδεφγηιξκλμνοπκρστθωςχυζ")
TARGETS = [text.translate(CODE) for text in SOURCES]
BITEXT = Bitext.of(zip(SOURCES, TARGETS, strict=True), "eng", "qaa")
OLD = train(Texts.of(SOURCES), size=250)
NEW = train(Texts.of(TARGETS), size=250)
LINKS = [Links(np.stack([np.arange(n)] * 2, 1), (n, n)) for n in (len(s.split()) for s in SOURCES)]


def test_every_word_finds_its_translation():
    mixture = transtokens(OLD, NEW, BITEXT, LINKS)
    for word in ("cat", "dog", "bird", "tree", "house"):
        (origin, weight), *_ = mixture.origins(word.translate(CODE))
        assert origin == word
        assert weight > 0.99


def test_equal_pieces_and_roles_are_carried_over():
    mixture = transtokens(OLD, NEW, BITEXT, LINKS)
    assert mixture.origins("7")[0] == ("7", 1.0)
    assert mixture.origins("[CLS]") == [("[CLS]", 1.0)]
    # ASCII letters are pieces of both though no target word holds them
    assert mixture.origins("q") == [("q", 1.0)]
    assert transtokens(OLD, NEW, BITEXT, LINKS, surface=0).origins("q") == []


def test_one_word_of_many_pieces_by_hand():
    """abc -> αβ cut into letters: half evenly over 3 x 2 cells, half along the diagonal."""
    old = train(Texts.of(["a b c"]), size=200)
    new = train(Texts.of(["αα ββ"]), size=200)
    bitext = Bitext.of([("xyc", "αβ")])
    cut = [old.pieces[k] for k in old.encode_words([["xyc"]])[0][0]]
    assert len(cut) == 3
    mixture = transtokens(old, new, bitext, [Links(np.array([[0, 0]]), (1, 1))], surface=0)
    pieces = [new.pieces[k] for k in new.encode_words([["αβ"]])[0][0]]
    assert len(pieces) == 2
    row = dict(mixture.origins(pieces[0]))
    # the first of two pieces: 1/6 of the half from each, and all of piece 1, half of piece 2
    assert row[cut[0]] == pytest.approx(2 * (0.5 / 6 + 0.5 / 3))
    assert row[cut[1]] == pytest.approx(2 * (0.5 / 6 + 0.5 / 6))
    assert row[cut[2]] == pytest.approx(2 * (0.5 / 6))


def test_light_word_pairs_can_be_dropped():
    mixture = transtokens(OLD, NEW, BITEXT, LINKS, least=60, surface=0)
    assert mixture.origins("dog".translate(CODE))
    assert not mixture.origins("house".translate(CODE))


def test_source_words_can_be_read_too():
    """Words of `also` come back as themselves, cut by the new tokenizer."""
    both = train(Texts.of(SOURCES + TARGETS), size=300)
    mixture = transtokens(OLD, both, BITEXT, LINKS, Texts.of(["cat zebra"]), surface=0)
    assert mixture.origins("cat")[0] == ("cat", 1.0)
    assert mixture.origins("dog") == []
    assert transtokens(OLD, both, BITEXT, LINKS, surface=0).origins("cat") == []


def test_links_must_belong_to_the_words():
    with pytest.raises(BadValue, match="links for 1"):
        transtokens(OLD, NEW, BITEXT, LINKS[:1])
    with pytest.raises(BadValue, match="4 by 4 words for a pair of 3 by 3"):
        wrong = [Links(np.zeros((0, 2)), (4, 4)), *LINKS[1:]]
        transtokens(OLD, NEW, BITEXT, wrong)


def clone_of(pieces, bitext):
    """The vocabulary of a clone: every piece in the letters that stand at the same places."""
    letters = {}
    for source, target in bitext:
        letters |= dict(zip(source, target, strict=True))
    state = json.loads(pieces.tokenizer)
    state["model"]["vocab"] = {
        piece if piece in pieces.special.values() else _in(letters, piece): k
        for piece, k in state["model"]["vocab"].items()
    }
    return Vocabulary(json.dumps(state), pieces.special)


def _in(letters, piece):
    mark = "##" if piece.startswith("##") else ""
    return mark + "".join(letters.get(letter, letter) for letter in piece[len(mark) :])


@pytest.fixture(scope="module")
def cloned():
    """A language and its clone, a vocabulary of each with the same pieces at the same places."""
    made = family(languages=2, scripts=("Latn",), clone=True)
    bitext = made.bitext("qaa", "qab", 600)
    old = train(bitext.sources, size=700, lowercase=False)
    new = clone_of(old, bitext)
    used = {i for text in bitext.targets for i in new.fast.encode(text).ids}
    assert len(used) > 350 and len(new) == len(old)
    return made, bitext, old, new, sorted(used)


def share_found(mixture, used):
    """Of the pieces of the text, how many have the piece that they clone as heaviest origin."""
    best = np.asarray(mixture.matrix.argmax(axis=1)).ravel()
    return np.mean([mixture.known[k] and best[k] == k for k in used])


def test_pieces_of_a_clone_find_what_they_clone(cloned):
    _, bitext, old, new, used = cloned
    mixture = transtokens(old, new, bitext, hmm(bitext), least=0.1)
    assert share_found(mixture, used) >= 0.99
    # the other pieces, which no text shows, are filled from these
    assert not mixture.known.all()
    filled = spelled_alike(old, new, [mixture])
    assert share_found(filled, used) >= 0.99
    rest = [piece for piece, known in zip(new.pieces, filled.known, strict=True) if not known]
    assert all(len(piece.removeprefix("##")) == 1 for piece in rest)  # letters stand in no text


def test_a_lexicon_does_as_well_on_a_clone(cloned):
    made, _, old, new, used = cloned
    lexicon = made.lexicon("qaa", "qab", inflected=True)
    assert share_found(translated(old, new, lexicon), used) >= 0.99


def test_shuffled_links_find_nothing(cloned):
    """The trivial baseline: so it is the links that find, not the places of pieces in words."""
    _, bitext, old, new, used = cloned
    links = hmm(bitext)
    order = np.random.default_rng(0).permutation(len(bitext))
    wrong = Bitext.of(
        [(a, b) for (a, _), (_, b) in zip(bitext.take(order), bitext, strict=True)], tokenized=True
    )
    sizes = [(len(a.split()), len(b.split())) for a, b in wrong]
    kept = [
        Links(link.pairs[(link.pairs < size).all(axis=1)], size)
        for link, size in zip(links, sizes, strict=True)
    ]
    assert share_found(transtokens(old, new, wrong, kept), used) < 0.3
