import time
import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from calque.languages.words import Word, spaced, word_texts, words, words_of


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Ng'ombe wa l'homme, don’t!", "Ng'ombe|wa|l'homme|,|don’t|!"),
        ("well-known anak-anak", "well|-|known|anak|-|anak"),
        ("3.14 1,000 12:30 5% €3", "3.14|1,000|12|:|30|5|%|€|3"),
        ("end.Next foo_bar cel·la", "end|.|Next|foo_bar|cel·la"),
        ("wait... what?! no!! -- ok", "wait|...|what|?|!|no|!!|--|ok"),
        ('צה"ל אמר "שלום"', 'צה"ל|אמר|"|שלום|"'),
        ("ג׳ירפה וג׳", "ג׳ירפה|וג׳"),
        ("שָׁלוֹם", "שָׁלוֹם"),
        ("日本語はカタカナー。", "日|本|語|は|カタカナー|。"),
        ("らーめん", "らー|め|ん"),
        ("测试iPhone15很好，", "测|试|iPhone15|很|好|，"),
        ("สวัสดี น้ำ เกาะ ๒๕๖๓", "ส|วั|ส|ดี|น้ำ|เกาะ|๒๕๖๓"),
        ("ສະບາຍດີ", "ສະ|ບາ|ຍ|ດີ"),
        ("ខ្ញុំ ភាសា។", "ខ្ញុំ|ភា|សា|។"),
        ("မြန်မာစာ အင်္ဂလိပ် မန္တလေး။", "မြန်|မာ|စာ|အင်္ဂ|လိပ်|မန္တ|လေး|။"),
        ("བོད་ཡིག། ༡༢", "བོད་|ཡིག|།|༡༢"),
        ("अच्छा है।", "अच्छा|है|।"),
        ("አማርኛ፡ነው።", "አማርኛ|፡|ነው|።"),
        ("Ի՞նչ է։", "Ի՞նչ|է|։"),
        ("한국어를 배워요.", "한국어를|배워요|."),
        (unicodedata.normalize("NFD", "한국어 Ẹ̀kọ́"), unicodedata.normalize("NFD", "한국어|Ẹ̀kọ́")),
        ("(a) \"b\" 'c'", "(|a|)|\"|b|\"|'|c|'"),
        ("👩‍👩‍👧 🇬🇧 ❤️ 1️⃣ 👍🏽", "👩‍👩‍👧|🇬🇧|❤️|1️⃣|👍🏽"),
        ("x² ½ H₂O 3D", "x²|½|H₂O|3D"),
        ("\u0600\u0661 \u06dd", "\u0600\u0661|\u06dd"),  # visible, though of category Cf
    ],
)
def test_worked_examples(text, expected):
    assert word_texts(text) == expected.split("|")


def test_offsets_count_characters():
    assert words("Ẹ̀kọ́ 👍🏽!") == [Word("Ẹ̀kọ́", 0, 5), Word("👍🏽", 6, 8), Word("!", 8, 9)]


@pytest.mark.parametrize(
    "text", ["", " ", "\u200b", "\ufeff \u00ad\u200d\u200c", "\x00\r\n\t", "\u3164\u2060"]
)
def test_nothing_visible_is_no_word(text):
    assert words(text) == []


def test_invisible_characters():
    assert word_texts("so\u00adft wo\u2060rd") == ["so\u00adft", "wo\u2060rd"]  # inside: kept
    assert word_texts("\ufeffa\ufeff \u202bb\u202c") == ["a", "b"]  # at an edge: trimmed
    assert word_texts("a\u200bb") == ["a", "b"]  # zero width space is a space
    assert word_texts("می\u200cخواهم ന്\u200d") == ["می\u200cخواهم", "ന്\u200d"]  # joiners belong


def test_apostrophes_at_edges_by_language():
    assert word_texts("'Yan sanda", "ha") == ["'Yan", "sanda"]
    assert word_texts("'Yan sanda") == ["'", "Yan", "sanda"]
    assert word_texts("O'zbek tog' to'g'ri", "uz") == ["O'zbek", "tog'", "to'g'ri"]
    assert word_texts("O'zbek tog' to'g'ri") == ["O'zbek", "tog", "'", "to'g'ri"]
    assert word_texts("l'eau", "fra") == ["l'eau"]


_SHOWN = regex.compile(
    r"[^\s\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}]|\p{Prepended_Concatenation_Mark}"
)
_MATERIAL = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("aB'’-.,_ \"״3٣\u0301\u200b\u200c\u200d\u00ad\ufeff\ud800\x00ー์"),
        st.sampled_from("漢のカ한ᄒกเะລເកា្မန်္မြ་བའָשՀ՞אيߒአက🙂👍🏽🇬🇧ꦗ"),
    )
)


@given(_MATERIAL, st.sampled_from([None, "hau", "uzn"]))
def test_words_are_lossless(text, language):
    found = words(text, language)
    place = 0
    for word in found:
        assert word.start >= place and word.end > word.start
        assert text[word.start : word.end] == word.text
        assert _SHOWN.search(word.text), "a word shows something"
        assert not any(character.isspace() for character in word.text)
        assert not _SHOWN.search(text[place : word.start]), "nothing visible lies between words"
        place = word.end
    assert not _SHOWN.search(text[place:])
    assert word_texts(text, language) == [word.text for word in found]


@given(_MATERIAL, _MATERIAL)
def test_words_do_not_look_across_space(left, right):
    assert word_texts(f"{left} {right}") == word_texts(left) + word_texts(right)


@pytest.mark.parametrize(
    "unit", ["a", "'", "a'", "\u0301", "\u00ad", "a\u00ad", "漢", "\u200d", "ក្", "1."]
)
def test_long_text_takes_linear_time(unit):
    text = unit * 50_000
    start = time.perf_counter()
    found = words(text)
    assert time.perf_counter() - start < 5  # quadratic time would be minutes
    assert "".join(word.text for word in found).strip("\u00ad\u200d") == text.strip("\u00ad\u200d")


def test_real_sentences_of_all_scripts(data_folder):
    for path in sorted(data_folder.glob("sib-200/*/dev.tsv")):
        for text in path.read_text("utf-8").splitlines()[1:11]:
            found = words(text)
            covered = {place for word in found for place in range(word.start, word.end)}
            missed = {text[place] for place in range(len(text)) if place not in covered}
            assert not _SHOWN.search("".join(missed)), path
            assert len(found) > 3, path


def test_words_match_treebank_words_where_languages_have_spaces(data_folder):
    """Most gold words of UD treebanks are words here too: same start, same end."""
    for name, least in [("UD_English-EWT", 0.98), ("UD_Turkish-PUD", 0.99), ("UD_Hindi-PUD", 0.99)]:
        path = next((data_folder / "ud" / name).glob("*test.conllu"))
        gold = ours = both = 0
        for block in path.read_text("utf-8").split("\n\n")[:200]:
            lines = block.splitlines()
            text = next((line[9:] for line in lines if line.startswith("# text = ")), "")
            rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
            spans, place = set(), 0
            until = 0
            for row in rows:
                if "." in row[0] or ("-" not in row[0] and int(row[0]) <= until):
                    continue  # empty nodes, and words inside a multiword token
                if "-" in row[0]:
                    until = int(row[0].split("-")[1])
                place = text.index(row[1], place)
                spans.add((place, place + len(row[1])))
                place += len(row[1])
            found = {(word.start, word.end) for word in words(text)}
            gold, ours, both = gold + len(spans), ours + len(found), both + len(spans & found)
        assert gold > 3000
        assert 2 * both / (gold + ours) > least, name


def test_words_between_spaces_keep_other_white_space():
    assert words_of("10\u00a0000 a\u3000b  c ", tokenized=True) == ["10\u00a0000", "a\u3000b", "c"]
    assert words_of("a\u3000b", tokenized=False) == ["a", "b"]
    assert words_of("", tokenized=True) == words_of(" ", tokenized=False) == []


ODD = "ab1 .'\u2019-\u05d0\u05f3\u0301\u0600\u06dd\u200b\u200d\u00ad\u0e01\u0e40\u1000\u0f0b\u65e5\U0001f1ec\U0001f44d\t\u00a0"


@given(st.text(ODD, max_size=60), st.sampled_from([None, "ha", "uz"]))
def test_texts_alone_are_those_with_places(text, language):
    """What stands between spaces is split piece by piece there, and all at once here."""
    assert word_texts(text, language) == [word.text for word in words(text, language)]


@given(_MATERIAL)
def test_words_put_side_by_side_are_the_same_words(text):
    words = word_texts(text)
    found = words_of(spaced(words), tokenized=True)
    assert found == [word.replace(" ", "\u00a0") for word in words]
    assert spaced(["a b", "c"]) == "a\u00a0b c"
