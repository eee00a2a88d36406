import pytest

from calque.data.columns import closeness, extra, find
from calque.errors import BadFile, BadSetting

LANGUAGE = ("und",)


@pytest.mark.parametrize(
    ("task", "names", "found"),
    [
        ("class", ["index_id", "category", "text"], {"text": 2, "label": 1}),
        ("class", ["ID", "tweet", "label"], {"text": 1, "label": 2}),
        ("class", ["Sentence", "Gold Label"], {"text": 0, "label": 1}),
        ("class", ["frase", "label"], {"text": 0, "label": 1}),
        ("class", ["text", "polaridad"], {"text": 0, "label": 1}),
        ("class", ["text", "polaridad", "id"], {"text": 0}),
        ("class", ["text"], {"text": 0}),
        ("class", ["index_id", "text"], {"text": 1}),
        (
            "pair",
            ["sentence_A", "sentence_B", "entailment_label"],
            {"text": 0, "text_b": 1, "label": 2},
        ),
        (
            "pair",
            ["genre", "label", "sentence1_sw", "sentence2_sw"],
            {"text": 2, "text_b": 3, "label": 1},
        ),
        ("pair", ["hypothesis", "premise"], {"text": 1, "text_b": 0}),
        ("bitext", ["id", "sourceLang", "Source", "Target"], {"source": 2, "target": 3}),
        ("lexicon", ["sourceLang", "sourceString", "targetString"], {"source": 1, "target": 2}),
        ("lexicon", ["", "indonesian", "toba_batak"], {"source": 1, "target": 2}),
        ("tags", ["tokens", "ner_tags"], {"words": 0, "tags": 1}),
    ],
)
def test_usual_names_are_found(task, names, found):
    languages = ("und", "und") if task in ("bitext", "lexicon") else LANGUAGE
    assert find(names, task, None, languages, "x") == found


@pytest.mark.parametrize(
    ("task", "names", "languages", "found"),
    [
        (
            "pair",
            ["sentence1_en", "sentence2_en", "sentence1_my", "sentence2_my"],
            ("mya",),
            {"text": 2, "text_b": 3},
        ),
        (
            "bitext",
            ["", "indonesian", "acehnese", "balinese"],
            ("ban", "ind"),
            {"source": 3, "target": 1},
        ),
        ("bitext", ["sw", "eng"], ("eng", "swh"), {"source": 1, "target": 0}),
        ("bitext", ["id", "english", "indonesian"], ("eng", "ind"), {"source": 1, "target": 2}),
        ("bitext", ["en", "sr_Cyrl", "sr_Latn"], ("eng", "srp_Latn"), {"source": 0, "target": 2}),
        ("texts", ["id", "english", "indonesian"], ("ind",), {"text": 2}),
    ],
)
def test_languages_find_their_columns(task, names, languages, found):
    assert find(names, task, None, languages, "x") == found


def test_columns_are_taken_as_told_and_what_they_leave_out_is_found():
    names = ["text", "label", "mood"]
    assert find(names, "class", {"label": "mood"}, LANGUAGE, "x") == {"text": 0, "label": 2}
    assert find(names, "class", {"label": 3}, LANGUAGE, "x") == {"text": 0, "label": 2}
    assert find(["label", "mood"], "class", {"text": "label"}, LANGUAGE, "x") == {
        "text": 0,
        "label": 1,
    }


@pytest.mark.parametrize(
    ("columns", "error", "message"),
    [
        (
            None,
            BadFile,
            "x: cannot tell which column is the text; it has: (column 1), foo, bar; "
            "rename it to 'text' there, or say columns={text: bar} "
            "(on the command line --columns '{text: bar}')",
        ),
        ({"text": "fo"}, BadFile, "x: no column 'fo'; it has: (column 1), foo, bar"),
        ({"text": 4}, BadFile, "x: no column 4; it has 3, counted from 1"),
        ({"txt": "foo"}, BadSetting, "columns has no 'txt' here; there are: text, label"),
    ],
)
def test_what_cannot_be_found_is_named(columns, error, message):
    with pytest.raises(error) as caught:
        find(["", "foo", "bar"], "class", columns, LANGUAGE, "x")
    assert str(caught.value) == message


def test_other_columns_keep_unique_names():
    names = ["text", "body", "", "id", "id", "label"]
    assert extra(names, ("text", "label"), (1,)) == {
        "text_1": 0,
        "column3": 2,
        "id": 3,
        "id_5": 4,
        "label_6": 5,
    }


def test_closeness_of_languages():
    assert closeness("sw", "swh") == closeness("Swahili", "swh") == closeness("swa", "sw_KE") == 2
    assert closeness("sr_Latn", "srp") == 1
    assert closeness("und", "und") == closeness("label", "eng") == closeness("en", "und") == 0
