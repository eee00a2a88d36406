"""The published sets, with their oddities, against the counts that their folder states."""

import logging
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from calque.data.conll import conll
from calque.data.conllu import conllu
from calque.data.jsonl import jsonl
from calque.data.lexicon import lexicon
from calque.data.naacl import naacl
from calque.data.open import open_bitext, open_labelled, open_texts
from calque.data.overlap import overlap
from calque.data.parallel import parallel
from calque.data.pharaoh import pharaoh
from calque.data.plain import plain
from calque.data.squad import squad
from calque.data.tables import read_labelled
from calque.data.tmx import tmx
from calque.data.tsv import tsv
from calque.errors import BadFile, BadLines


def rows(files, read):
    files = list(files)
    assert files
    return sum(len(read(file)) for file in files)


def test_sib_200_has_csv_quoting(data_folder):
    folders = sorted((data_folder / "sib-200").iterdir())
    assert len(folders) == 49
    for folder in folders[::4]:
        sizes = [
            len(open_labelled(folder / f"{split}.tsv", "topic"))
            for split in ("train", "dev", "test")
        ]
        assert sizes == [701, 99, 204]
    value = open_labelled(data_folder / "sib-200/eng_Latn/test.tsv", "topic")
    assert list(value.labels) == sorted(
        (data_folder / "sib-200/eng_Latn/labels.txt").read_text().split()
    )
    assert not any('""' in row["text"] for row in value)


def test_answers_of_a_language_model_stand_beside_the_rows(data_folder):
    for file in (data_folder / "sib-200-llm-outputs/gpt3.5").iterdir():
        value = open_labelled(file, "topic")
        assert len(value) == 204
        assert {"gpt-3", "column1"} <= set(value.table.column_names)


def test_afrisenti_differs_from_file_to_file(data_folder):
    folder = data_folder / "afrisenti"
    assert rows(folder.glob("*/*.tsv"), lambda file: open_labelled(file, "sentiment")) == 73_645
    assert "ID" in open_labelled(folder / "orm/dev.tsv", "sentiment").table.column_names
    assert len(open_labelled(folder / "tir/train.tsv", "sentiment")) == 0
    quoted = [row["text"] for row in open_labelled(folder / "arq/test.tsv", "sentiment")]
    assert not any('""' in text for text in quoted)
    kept = [row["text"] for row in open_labelled(folder / "arq/dev.tsv", "sentiment")]
    assert sum('""""' in text for text in kept) == 7


def test_nusax(data_folder):
    folder = data_folder / "nusax"
    for split, size in (("train", 500), ("valid", 100), ("test", 400)):
        files = list((folder / "sentiment").glob(f"*/{split}.csv"))
        assert rows(files, lambda file: open_labelled(file, "sentiment")) == 10 * size
        value = open_bitext(folder / f"mt/{split}.csv", source="ind", target="bbc")
        assert len(value) == size
    assert rows((folder / "lexicon").iterdir(), lexicon) == 12_671 - 32  # entries without a word


@pytest.mark.parametrize(
    ("path", "language", "size"),
    [
        ("sick-nl/SICK_NL.txt", "und", 9840),
        ("myxnli/my.genre.dev.tsv", "mya", 2490),
        ("myxnli/my.genre.test.tsv", "eng", 5010),
        ("myxnli/sw.genre.test.tsv", "und", 5010),
        ("myxnli/ur.genre.dev.tsv", "urd", 2490),
        ("americasnli/dev/aym.tsv", "aym", 743),
        ("americasnli/test/tar.tsv", "tar", 750),
        ("ocnli/train.3k.json", "zho", 3000),
        ("ocnli/dev.json", "zho", 3000),
    ],
)
def test_pairs(data_folder, path, language, size):
    value = open_labelled(data_folder / path, "nli", language=language)
    assert len(value) == size
    assert {label.lower() for label in value.labels} == {"contradiction", "entailment", "neutral"}
    assert value.table["label"].null_count == {"dev.json": 50, "train.3k.json": 6}.get(
        Path(path).name, 0
    )


def test_tables_without_header_or_usual_names(data_folder):
    for file in (data_folder / "mgsm").iterdir():
        assert len(read_labelled(file, "class")) == 250
    value = read_labelled(data_folder / "genil/en.csv", "class", columns={"label": "generalizing"})
    assert value.labels == ("0", "1")
    sizes = rows((data_folder / "genil").iterdir(), lambda f: open_texts(f))
    assert sizes == 26_261
    columns = {"text": 4, "label": 1}
    value = read_labelled(data_folder / "xwinograd/dataset.tsv", "class", columns=columns)
    assert Counter(value.gold) == {"en": 2325, "jp": 959, "ru": 315, "pt": 263, "fr": 83, "zh": 16}
    for file in (data_folder / "mlqe").glob("*/*.tsv"):
        assert len(tsv(file)) == 1000
    for file in (data_folder / "language-confusion/monolingual").glob("*/*.csv"):
        assert len(open_texts(file)) == 100


def test_masakhaner2(data_folder, caplog):
    folder = data_folder / "masakhaner2"
    assert rows(folder.glob("*/dev.txt"), lambda file: open_labelled(file, "ner")) == 8223
    assert "I- tags without a B- before them now begin a span" in caplog.text
    value = open_labelled(folder / "yor/test.txt", "ner")
    assert {tag[2:] for tag in value.labels} == {"", "PER", "ORG", "LOC", "DATE"}
    words = [word for row in value for word in row["words"]]
    assert any(unicodedata.normalize("NFC", word) != word for word in words)
    hashes = [word for row in open_labelled(folder / "pcm/dev.txt", "ner") for word in row["words"]]
    assert hashes.count("#") == sum(
        line == "# O" for line in (folder / "pcm/dev.txt").read_text().splitlines()
    )


def test_masakhapos_has_hashes_as_words(data_folder):
    found = 0
    for file in (data_folder / "masakhapos").glob("*/test.txt"):
        value = open_labelled(file, "pos")
        lines = file.read_text().split("\n")
        assert len(value) == sum(
            bool(a and not b) for a, b in zip(lines, [*lines[1:], ""], strict=True)
        )
        hashes = sum(row["words"].count("#") for row in value)
        assert hashes == sum(line.startswith("# ") for line in lines)
        found += hashes
    assert found > 0


def test_uner(data_folder):
    folder = data_folder / "uner"
    assert rows(folder.glob("*/*.iob2"), lambda file: open_labelled(file, "ner")) == 11_590
    english = conll(folder / "UNER_English-PUD/en_pud-ud-test.iob2")
    german = conll(folder / "UNER_German-PUD/de_pud-ud-test.iob2")
    assert english.table["sent_id"].equals(german.table["sent_id"])
    danish = conll(folder / "UNER_Danish-DDT/da_ddt-ud-test.iob2", tag=4)
    assert "B-LOCderiv" in danish.labels
    assert "nested" in danish.table.column_names


def test_english_entities(data_folder, caplog):
    caplog.set_level(logging.INFO)
    folder = data_folder / "ner-english"
    value = conll(folder / "wikigold/wikigold.conll.txt")
    assert len(value) == 1696
    assert "wikigold.conll.txt: 145 -DOCSTART- lines left out" in caplog.text
    assert "IO or IOB1 tags read as IOB2" in caplog.text
    names = ("wnut17train.conll", "emerging.dev.conll", "emerging.test.annotated")
    sets = [open_labelled(folder / "wnut17" / name, "ner") for name in names]
    assert [len(one) for one in sets] == [3394, 1009, 1287]
    assert "B-creative-work" in sets[0].labels


@pytest.mark.parametrize(
    ("treebank", "sizes"),
    [
        ("UD_English-EWT/en_ewt-ud", {"dev": 2001, "test": 2077}),
        ("UD_Maltese-MUDT/mt_mudt-ud", {"train": 1123, "dev": 433, "test": 518}),
        ("UD_Wolof-WTB/wo_wtb-ud", {"train": 1188, "dev": 449, "test": 470}),
        ("UD_Basque-BDT/eu_bdt-ud", {"dev": 1798, "test": 1799}),
        ("UD_Chinese-PUD/zh_pud-ud", {"test": 1000}),
        ("UD_Arabic-PUD/ar_pud-ud", {"test": 1000}),
        ("UD_Turkish-PUD/tr_pud-ud", {"test": 1000}),
    ],
)
def test_treebanks(data_folder, treebank, sizes):
    for split, size in sizes.items():
        path = data_folder / "ud" / f"{treebank}-{split}.conllu"
        parse, tags = open_labelled(path, "parse"), open_labelled(path, "pos")
        assert len(parse) == len(tags) == size
        assert parse.table["tags"].to_pylist() == tags.gold
        assert all(heads.count(0) == 1 for heads in parse.table["heads"].to_pylist())
        assert parse.table["text"].null_count == 0
        assert "_" not in tags.labels


def test_a_large_treebank_has_ranges_and_empty_nodes(data_folder):
    path = data_folder / "ud/UD_English-EWT/en_ewt-ud-train.conllu"
    value = conllu(path)
    assert len(value) == 12_544
    ids = [line.split("\t")[0] for line in path.read_text().split("\n") if line and line[0] != "#"]
    words = sum(len(row["words"]) for row in value)
    assert (len(ids) - words, sum("." in one for one in ids)) == (2614 + 37, 37)


def test_grammatical_errors_are_tags(data_folder):
    files = (data_folder / "multiged-2023").glob("*/*.tsv")
    assert rows(files, lambda file: open_labelled(file, "tags")) == 16_502


def test_xsid(data_folder):
    folder = data_folder / "xsid-0.7"
    for split, size in (("valid", 300), ("test", 500)):
        for file in folder.glob(f"*.{split}.conll"):
            value = open_labelled(file, "slots")
            assert len(value) == (size // 2 if file.name.startswith("ja.") else size)
            assert value.table["label"].null_count == 0
            assert ("id" in value.table.column_names) == (not file.name.startswith("en."))
    empty = [
        word
        for split in ("valid", "test")
        for row in conll(folder / f"zh.{split}.conll")
        for word in row["words"]
        if not word
    ]
    assert len(empty) == 7


def test_xquad_offsets_hold(data_folder, caplog):
    marks = 0
    for file in (data_folder / "xquad").iterdir():
        value = open_labelled(file, "qa")
        assert len(value) == 1190
        marks += sum("\ufeff" in context for context in value.table["context"].to_pylist())
        assert all(r["context"].startswith(r["answer"], r["start"]) for r in value)
    assert marks > 0
    assert "moved" not in caplog.text
    assert len(squad(data_folder / "xquad-r/en.json")) == 1190


def test_afriqa_has_passages_without_text_and_wrong_offsets(data_folder, caplog):
    files = sorted((data_folder / "afriqa/gold_passages").glob("*/*.json"))
    settings = {"question": "question_translated", "answers": "answer_pivot"}
    kin = next(file for file in files if "kin.en.train" in file.name)
    with pytest.raises(BadLines, match=r"question 0: field 'context' is missing or null") as caught:
        squad(kin, **settings)
    assert len(caught.value.lines) == 45
    assert rows(files, lambda file: squad(file, drop_bad=True, **settings)) == 6398 - 150
    counts = [
        [int(word) for word in message.split(": ")[1].split() if word.isdigit()]
        for message in caplog.messages
        if "offsets moved" in message
    ]
    assert sum(moved + lost for moved, lost in counts) == 489
    files = (data_folder / "afriqa/queries").glob("*/*.json")
    columns = {"text": "question", "label": "lang"}
    assert rows(files, lambda file: jsonl(file, columns=columns)) == 9718


def test_mafand_is_json_lines_with_translations(data_folder):
    sizes = {
        "en-yor": (6644, 1544, 1558),
        "en-zul": (3500, 1239, 998),
        "fr-wol": (3360, 1506, 1500),
        "fr-ewe": (2026, 1414, 1563),
    }
    for pair, wanted in sizes.items():
        source, target = pair.split("-")
        folder = data_folder / "mafand" / pair
        found = [
            open_bitext(folder / f"{split}.json", source=source, target=target)
            for split in ("train", "dev", "test")
        ]
        assert tuple(len(one) for one in found) == wanted


def test_xcopa_has_crlf(data_folder):
    for file in (data_folder / "xcopa").glob("*/*.jsonl"):
        value = jsonl(file, columns={"text": "premise"})
        assert len(value) == (100 if file.name.startswith("val") else 500)
        assert value.labels == ("0", "1")


def test_lines_of_ntrex_and_xtd10(data_folder):
    files = list((data_folder / "ntrex-128").glob("newstest2019-*.txt"))
    assert len(files) == 51
    for file in files[::5]:
        value = plain(file)
        assert len(value) == 1997
        assert not any(text.endswith("\r") for text in value)
    files = [*(data_folder / "xtd10").glob("*/test_1kcaptions_*.txt")]
    assert {len(open_texts(file)) for file in files} == {1000}


def test_tatoeba_by_the_name_that_its_sides_share(data_folder):
    for code in ("swh", "kur", "deu"):
        value = open_bitext(data_folder / f"tatoeba/tatoeba.{code}-eng", source="eng", target=code)
        assert 142 <= len(value) <= 1000


def test_tico_19(data_folder, caplog):
    for file in (data_folder / "tico-19/TM").iterdir():
        value = tmx(file)
        assert (len(value), value.source) == (3071, "eng")
    files = (data_folder / "tico-19/terminologies").glob("*.csv")
    assert rows(files, lexicon) == 43_504 - 306  # rows without a word, all in one file
    glued = [message for message in caplog.messages if "put together again" in message]
    assert sum(int(message.split(": ")[1].split()[0]) for message in glued) == 15


def test_panlex_has_equal_pairs(data_folder):
    folder = data_folder / "panlex-bli"
    for size in (5000, 500):
        assert {len(lexicon(file)) for file in folder.glob(f"*/*.train.{size}.*")} == {size}
    tests = [list(lexicon(file)) for file in folder.glob("*/*.test.2000.*")]
    assert sum(source == target for one in tests for source, target, _ in one) == 2867


@pytest.mark.parametrize(
    ("pair", "sides", "file", "links", "possible", "bad"),
    [
        ("en-fr", ("en", "fr"), "align.txt", 4038, 0, None),
        ("en-fr", ("en", "fr"), "alignv2.txt", 17_438, 13_400, None),
        ("ro-en", ("ro", "en"), "alignv2.txt", 5033, 0, None),
        ("en-hi", ("en", "hi"), "align.txt", 1408, 0, "link 33 34, counted from 1, lies outside"),
        ("en-cs", ("en", "cs"), "align.txt", 67_423, 0, "link 60 44, counted from 1, lies outside"),
        (
            "de-en",
            ("de", "en"),
            "alignv2.txt",
            10_533,
            921,
            "link 22 -99, counted from 1, lies outside",
        ),
    ],
)
def test_gold_links_of_naacl(data_folder, pair, sides, file, links, possible, bad):
    folder = data_folder / "alignment-gold/naacl-format" / pair
    source, target = (folder / f"test.{side}" for side in sides)
    bitext = parallel(source, target, tokenized=True)
    if bad:
        with pytest.raises(BadLines, match=bad) as caught:
            naacl(folder / file, bitext)
        assert len(caught.value.lines) == 1
    found = naacl(folder / file, bitext, drop_bad=bad is not None)
    assert len(found) == len(bitext)
    assert sum(len(one) for one in found) == links
    assert sum(int((~one.sure).sum()) for one in found) == possible


@pytest.mark.parametrize(
    ("name", "size", "links", "possible"),
    [("enfr", 447, 17_438, 13_400), ("roen", 248, 6198, 0), ("jaen", 582, 13_562, 0)],
)
def test_gold_links_of_pharaoh(data_folder, name, size, links, possible):
    """The six links of jaen outside the words that `split()` counts are inside: U+3000 is a word."""
    folder = data_folder / "alignment-gold/pharaoh-format"
    found = pharaoh(
        folder / f"{name}.gold", parallel(folder / f"{name}.src-tgt", tokenized=True), base=1
    )
    assert (len(found), sum(len(one) for one in found)) == (size, links)
    assert sum(int((~one.sure).sum()) for one in found) == possible


def test_gold_links_of_ugarit_and_xl_wa(data_folder):
    folder = data_folder / "alignment-gold/ugarit/grc-eng"
    bitext = parallel(folder / "grc.txt", folder / "eng.txt", tokenized=True)
    assert len(pharaoh(folder / "alignment_grc_eng.txt", bitext)) == 274
    assert len(parallel(folder / "text_grc_eng.txt")) == 275
    sizes = {}
    for file in (data_folder / "xl-wa").glob("*/*.tsv"):
        bitext = tsv(file, tokenized=True)
        found = pharaoh(file, bitext, column=3)
        assert len(found) == len(bitext)
        sizes.setdefault(file.stem, set()).add(len(found))
    assert sizes["train"] == {1002}
    assert max(sizes["dev"]) == 105
    assert sizes["test"] == {245, 243, 210}


def test_gold_links_that_occur_twice_are_told_by_line(data_folder, caplog):
    """All that there are in the gold sets; none is sure once and possible once."""
    folder = data_folder / "alignment-gold"
    latin = folder / "ugarit/grc-lat"
    bitext = parallel(latin / "grc.txt", latin / "lat.txt", tokenized=True)
    found = pharaoh(latin / "alignment_grc_lat.txt", bitext)
    assert (len(found), sum(map(len, found))) == (100, 1593)
    assert sum(int((~one.sure).sum()) for one in found) == 213
    for file in sorted((data_folder / "xl-wa").glob("*/*.tsv")):
        pharaoh(file, tsv(file, tokenized=True), column=3)
    romanian = folder / "naacl-format/ro-en"
    bitext = parallel(romanian / "test.ro", romanian / "test.en", tokenized=True)
    naacl(romanian / "alignv2.txt", bitext)
    told = [message for message in caplog.messages if "occur twice" in message]
    assert [message.removeprefix(str(data_folder)) for message in told] == [
        "/xl-wa/pt/dev.tsv: 1 links occur twice, one is kept; at line 80",
        "/xl-wa/pt/test.tsv: 1 links occur twice, one is kept; at line 70",
        "/xl-wa/ru/dev.tsv: 1 links occur twice, one is kept; at line 83",
        "/xl-wa/ru/test.tsv: 2 links occur twice, one is kept; at lines 28, 52",
        "/alignment-gold/naacl-format/ro-en/alignv2.txt: 1 links occur twice, one is kept; at line 2794",
    ]
    assert not [message for message in caplog.messages if "counted from" in message]


@pytest.mark.parametrize("name", ["enfr", "roen", "jaen"])
def test_gold_links_counted_from_elsewhere_are_refused_even_if_bad_ones_may_go(data_folder, name):
    folder = data_folder / "alignment-gold/pharaoh-format"
    bitext = parallel(folder / f"{name}.src-tgt", tokenized=True)
    with pytest.raises(BadFile, match=r"no link has a word 0, .* counted from 1; give base=1"):
        pharaoh(folder / f"{name}.gold", bitext, drop_bad=True)


def test_gold_links_counted_from_zero_are_refused_as_counted_from_one(data_folder):
    for file in (data_folder / "xl-wa").glob("*/test.tsv"):
        with pytest.raises(BadFile, match=r"pairs have links with a word 0, .*; give base=0"):
            pharaoh(file, tsv(file, tokenized=True), column=3, base=1, drop_bad=True)


def test_tweets_shared_by_training_and_test(data_folder):
    train, dev = (
        open_labelled(data_folder / f"afrisenti/arq/{split}.tsv", "sentiment")
        for split in ("train", "dev")
    )
    assert len(overlap(train, dev)) == 2
