import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calque.data.tmx import tmx, write_tmx
from calque.errors import BadFile, BadLines, BadValue
from calque.values import Bitext

UNIT = '<tu tuid="u{n}"><tuv xml:lang="en"><seg>one {n}</seg></tuv><tuv xml:lang="SW"><seg>moja {n}</seg></tuv></tu>'


def memory(*units, doctype="", srclang="en"):
    head = f'<?xml version="1.0"?>{doctype}<tmx version="1.4"><header srclang="{srclang}"/><body>'
    return head + "\n".join(units) + "</body></tmx>"


def seg(left, right="x"):
    tuv = '<tuv xml:lang="{}"><seg>{}</seg></tuv>'
    return f"<tu>{tuv.format('en', left)}{tuv.format('sw', right)}</tu>"


def test_units_with_their_ids(put):
    path = put("a.tmx", memory(*(UNIT.format(n=n) for n in range(3000))))
    value = tmx(path)
    assert (value.source, value.target, len(value)) == ("eng", "swh", 3000)
    assert list(value)[2999] == ("one 2999", "moja 2999")
    assert value.table["id"][2999].as_py() == "u2999"


def test_languages_choose_the_direction(put):
    path = put("a.tmx", memory(UNIT.format(n=1)))
    value = tmx(path, source="swh", target="eng")
    assert (list(value), value.source) == ([("moja 1", "one 1")], "swh")
    assert list(tmx(path, target="eng")) == [("moja 1", "one 1")]
    with pytest.raises(
        BadFile, match=r"no unit has both som and eng; units by language: en 1, SW 1"
    ):
        tmx(path, source="som", target="eng")


def test_units_without_one_of_the_languages_are_counted(put, caplog):
    more = (
        '<tu><tuv xml:lang="en"><seg>two</seg></tuv><tuv xml:lang="fr"><seg>deux</seg></tuv></tu>'
    )
    path = put("a.tmx", memory(UNIT.format(n=1), more))
    assert list(tmx(path, source="eng", target="swh")) == [("one 1", "moja 1")]
    assert caplog.messages == ["a.tmx: 1 units without eng or swh left out"]
    several = more.replace("</tu>", '<tuv xml:lang="de"><seg>zwei</seg></tuv></tu>')
    with pytest.raises(BadFile, match=r"it has en, fr, de; say which is source and which target"):
        tmx(put("b.tmx", memory(several)))


def test_codes_inside_a_text_are_left_out(put):
    text = 'a <bpt i="1">{\\b <sub>note</sub></bpt>bold<ept i="1">}</ept> &amp; <hi>b</hi><ph/>.'
    assert list(tmx(put("a.tmx", memory(seg(text))))) == [("a notebold & b.", "x")]


def test_other_encodings_and_packed_files(put):
    content = memory(UNIT.format(n=1).replace("one", "één")).replace("?>", ' encoding="{}"?>', 1)
    for code in ("utf-16", "iso-8859-1", "utf-8"):
        data = content.format(code).encode(code)
        assert list(tmx(put("a.tmx", data))) == [("één 1", "moja 1")]
        assert list(tmx(put("a.tmx.gz", gzip.compress(data)))) == [("één 1", "moja 1")]


def test_entities_never_expand(put):
    bomb = '<!DOCTYPE tmx [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>'
    with pytest.raises(BadFile, match=r"a.tmx: declares the entity 'a'; take its declarations out"):
        tmx(put("a.tmx", memory(seg("&b;"), doctype=bomb)))
    put("secret.txt", "secret")
    outside = '<!DOCTYPE tmx [<!ENTITY a SYSTEM "secret.txt">]>'
    with pytest.raises(BadFile, match=r"declares the entity 'a'"):
        tmx(put("a.tmx", memory(seg("&a;"), doctype=outside)))


def test_a_document_type_elsewhere_is_not_opened(put):
    named = '<!DOCTYPE tmx SYSTEM "tmx14.dtd">'
    assert len(tmx(put("a.tmx", memory(seg("a"), doctype=named)))) == 1
    with pytest.raises(BadLines) as caught:
        tmx(put("a.tmx", memory(seg("a"), seg("b&nbsp;c"), doctype=named)))
    assert str(caught.value) == (
        "a.tmx:2: the entity &nbsp; is not defined; write the character itself"
    )


def test_what_is_no_memory_is_refused(put):
    with pytest.raises(BadFile, match=r"^a.tmx:1: not well-formed XML: mismatched tag"):
        tmx(put("a.tmx", "<tmx><body></tmx>"))
    with pytest.raises(BadFile, match=r"^a.tmx:1: not well-formed XML: no element found"):
        tmx(put("a.tmx", ""))
    with pytest.raises(BadFile, match=r"a.tmx: not TMX: its first element is <html>"):
        tmx(put("a.tmx", "<html/>"))
    with pytest.raises(BadLines, match=r"a.tmx:1: a <tuv> without xml:lang"):
        tmx(
            put("a.tmx", memory("<tu><tuv><seg>a</seg></tuv></tu>", UNIT)),
            source="eng",
            target="swh",
        )


def test_no_units_are_no_rows(put):
    assert len(tmx(put("a.tmx", memory()))) == 0


def test_tokenized_words_have_one_space_between_them(put):
    value = tmx(put("a.tmx", memory(seg(" a  b ", "c "))), tokenized=True)
    assert (list(value), value.tokenized) == ([("a b", "c")], True)


XML = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))
SPACED = st.lists(st.one_of(XML, st.sampled_from(["\r", "\n", "\t", "<a>", "&amp;", "]]>"]))).map(
    "".join
)


@given(st.lists(st.tuples(SPACED, SPACED), min_size=1))
@settings(deadline=None, max_examples=40)
def test_pairs_come_back(there_and_back, pairs):
    value = Bitext.of(pairs, "eng", "swh")
    assert there_and_back(value, write_tmx, tmx, "a.tmx").fingerprint() == value.fingerprint()


def test_ids_come_back(there_and_back, put):
    value = tmx(put("a.tmx", memory(UNIT.format(n='"&lt;'.replace('"', "&quot;")))))
    assert there_and_back(value, write_tmx, tmx, "a.tmx").fingerprint() == value.fingerprint()


def test_what_tmx_cannot_hold_is_not_written(tmp_path):
    with pytest.raises(BadValue, match=r"tells sides by language, and both are 'und'"):
        write_tmx(Bitext.of([("a", "b")]), tmp_path / "a.tmx")
    with pytest.raises(BadValue, match=r"pair 0 has a control character; XML has none"):
        write_tmx(Bitext.of([("a", "\x0b")], "eng", "swh"), tmp_path / "a.tmx")
    assert list(tmp_path.iterdir()) == []
