import pytest

from calque.errors import BadSetting
from calque.languages.respelling import Respelling
from calque.synthetic.blend import Blend
from calque.synthetic.naming import family

PAIR = family(
    languages=2, scripts=("Arab", "Latn"), cognates=0.0, overlap=0.0, seed=4, articles=True
)
BASE, OTHER = PAIR.languages
BLEND = Blend(PAIR, BASE, OTHER, 0.4)


def test_taken_words_are_the_other_languages_and_the_rest_the_bases_in_its_letters():
    said, meant = BLEND.sentences(30, 3), PAIR.sentences(BASE, 30, 3)
    table: dict[str, list[str]] = {}
    for letter, base, _ in BLEND.rules:
        table.setdefault(letter, []).append(base)
    back = Respelling(table)
    others = {form for row in PAIR.language(OTHER).forms.tolist() for form in row}
    for mixed, base, origins in zip(said.words, meant.words, BLEND.origins(said), strict=True):
        assert len(mixed) == len(base) == len(origins)  # the base's grammar
        for new, old, origin in zip(mixed, base, origins, strict=True):
            if origin == "base":
                assert old in set(back.spellings(new))
            elif origin == "taken":
                assert new in others


def test_a_share_of_none_or_all():
    none, all_ = Blend(PAIR, BASE, OTHER, 0.0), Blend(PAIR, BASE, OTHER, 1.0)
    assert {o for row in none.labelled(20) for o in row["origins"]} == {"base", "sign"}
    content = {
        (tag, origin)
        for row in all_.labelled(40)
        for tag, origin in zip(row["tags"], row["origins"], strict=True)
    }
    assert ("NOUN", "taken") in content and ("NOUN", "base") not in content


def test_the_lexicon_holds_every_word():
    words = {word for row in BLEND.labelled(30) for word in row["words"]}
    assert words <= {source for source, _, _ in BLEND.lexicon(BASE)}


def test_tags_are_those_of_the_base():
    theirs = PAIR.labelled("pos", BASE, 20, 6)
    assert [row["tags"] for row in BLEND.labelled(20, 6)] == [row["tags"] for row in theirs]


def test_bad_settings():
    with pytest.raises(BadSetting, match="share"):
        Blend(PAIR, BASE, OTHER, 1.5)
    deva = family(languages=2, scripts=("Deva", "Latn"))
    with pytest.raises(BadSetting, match="letter for each sound"):
        Blend(deva, "qaa", "qab")
