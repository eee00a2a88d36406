from calque.values import Lexicon, Texts
from calque.vocabulary.origins import origins
from calque.vocabulary.word_origins import word_origins

CLASSIFIER = origins(
    Lexicon.of(
        [("il-", "ara", 9.0), ("dar", "ara", 5.0), ("stazzjon", "ita", 5.0), (".", "sign", 5.0)]
    )
)


def test_each_word_with_its_origin_and_how_likely_it_is():
    found = word_origins(Texts.of(["Il-stazzjon.", "", "dar dar"], "mlt"), CLASSIFIER)
    assert [row["words"] for row in found] == [["Il-", "stazzjon", "."], [], ["dar", "dar"]]
    assert [row["tags"] for row in found] == [["ara", "ita", "sign"], [], ["ara", "ara"]]
    chances = [chance for row in found for chance in row["probability"]]
    assert all(1 / 3 < chance <= 1 for chance in chances)
    assert chances[-1] == round(float(CLASSIFIER(["dar"]).max()), 6)


def test_no_texts():
    assert len(word_origins(Texts.of([], "mlt"), CLASSIFIER)) == 0
