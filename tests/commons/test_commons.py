"""The commons: aligned line by line, marked alike, in the right script, without duplicates."""

import re
import unicodedata
from collections import Counter

import pytest

from calque.commons import FOLDER, languages, sentences, unmarked
from calque.commons.bitext import bitext
from calque.commons.labelled import labelled
from calque.errors import BadSetting, UnknownName
from calque.evaluation.span_f1 import span_f1
from calque.languages.codes import resolve
from calque.languages.identify import unlike
from calque.languages.scripts import script_shares
from calque.maths.counts import spans

OTHERS = [language for language in languages() if language != "eng"]


def test_there_are_seven_languages():
    assert languages() == ("arb", "deu", "eng", "hin", "ind", "swh", "tur")


@pytest.mark.parametrize("language", languages())
def test_every_file_is_whole(language):
    rows = sentences(language)
    assert len(rows) == 800
    assert len({row.text for row in rows}) == 800
    assert Counter(row.topic for row in rows) == dict.fromkeys({r.topic for r in rows}, 100)
    assert Counter(row.split for row in rows) == {"train": 560, "dev": 80, "test": 160}
    text = (FOLDER / f"{language}.tsv").read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert not re.search("[\u200b-\u200f\ufeff]", text)
    for row in rows:
        assert "[" not in row.text
        assert "]" not in row.text
        assert row.text.strip() == row.text
        assert row.text[-1] in ".!?।؟"
        for _, start, end in row.spans:
            assert row.text[start:end].strip() == row.text[start:end] != ""


@pytest.mark.parametrize("language", OTHERS)
def test_lines_belong_together(language):
    for row, source in zip(sentences(language), sentences("eng"), strict=True):
        assert (row.id, row.split, row.topic) == (source.id, source.split, source.topic)
        assert Counter(s[0] for s in row.spans) == Counter(s[0] for s in source.spans), row.id
        assert 0.4 < len(row.text) / len(source.text) < 2.2, row.id


@pytest.mark.parametrize("language", languages())
def test_each_is_in_its_own_script_and_language(language):
    texts = [row.text for row in sentences(language)]
    shares = script_shares(" ".join(texts))
    assert shares[resolve(language).default_script] > 0.98
    for other in languages():
        reason = unlike(texts, [row.text for row in sentences(other)])
        assert (reason is None) == (other == language), f"{language} {other}: {reason}"


def test_english_sentences_have_8_to_20_words():
    for row in sentences("eng"):
        assert 8 <= len(row.text.split()) <= 20, row.id


def test_about_half_have_entities_and_no_type_is_rare():
    rows = sentences("eng")
    assert 0.45 < sum(bool(row.spans) for row in rows) / len(rows) < 0.55
    kinds = Counter(span[0] for row in rows for span in row.spans)
    assert set(kinds) == {"PER", "LOC", "ORG", "DATE"}
    assert min(kinds.values()) > 100


def test_marks_by_hand():
    text, marks = unmarked("In [LOC Lima] met [PER Ana Ruiz].")
    assert text == "In Lima met Ana Ruiz."
    assert [(kind, text[a:b]) for kind, a, b in marks] == [("LOC", "Lima"), ("PER", "Ana Ruiz")]


@pytest.mark.parametrize("language", languages())
def test_tags_hold_every_span(language):
    examples = labelled(language=language, split="all", task="ner")
    counts = Counter(kind for tags in examples.gold for kind, _, _ in spans(tags))
    assert counts == Counter(s[0] for row in sentences(language) for s in row.spans)
    assert span_f1(examples.gold, examples.gold).value == 1


def test_parts_refuse_what_is_not_there():
    assert len(bitext(target="sw", split="dev")) == 80
    with pytest.raises(UnknownName, match="no fra"):
        labelled(language="fra")
    with pytest.raises(UnknownName, match="no split 'tune'"):
        labelled(language="eng", split="tune")
    with pytest.raises(BadSetting, match="no task 'pos'"):
        labelled(language="eng", task="pos")
