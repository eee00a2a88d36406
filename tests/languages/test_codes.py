import csv
import re
import subprocess
import sys
from pathlib import Path

import pytest

from calque.errors import UnknownName
from calque.languages import Language, resolve, same

ONE = [  # every code in a row means the first
    "swh swa sw swa_Latn swh_Latn sw_KE sw-TZ Swahili swahili SW",
    "zho cmn zh zho_Hans cmn_Hani zh-CN zho-CN zh_SG zh-Hans-CN Chinese UD_Chinese-PUD zh_pud",
    "arb ara ar arb_Arab ar_AR Arabic",
    "pes fas per fa fa_IR Persian Farsi",
    "azj aze az",
    "est ekk et",
    "lvs lav lv",
    "zsm msa may ms",
    "kmr kur ku Kurmanji",
    "khk mon mn mn_MN",
    "gaz orm om om_KE",
    "grn gug gn",
    "uzn uzb uz",
    "nob nor no nb no_XX no_bokmaal UD_Norwegian-Bokmaal",
    "nno nn no_nynorsk UD_Norwegian-Nynorsk",
    "als sqi alb sq",
    "plt mlg mg",
    "ory ori or",
    "npi nep ne",
    "ydd yid yi ji",
    "tgl tl fil Tagalog Filipino",
    "pbt pus ps pbu",
    "eus baq eu Basque eu_bdt-ud-dev",
    "deu ger de German de-BA de_lit",
    "jpn jp ja jp_JP ja_XX jpn_Jpan Japanese",
    "kor ko kor_Hang",
    "eng en eng-GB en_ewt UD_English-EWT UNER_English-PUD en_ewt-ud-train",
    "spa es es-419 es_XX es_XX",
    "por pt pt_BR pt-BR pt_br",
    "srp sr srp_Cyrl srp-Cyrl sr-Cyrl-RS",
    "srp_Latn sr-Latn srp-Latn sr_ME hbs sh",
    "ckb ckb-Arab cb_IQ",
    "ceb cx_PH",
    "nso ns_ZA",
    "bar de-ba de-st",
    "heb he iw",
    "ron ro rum mol mo",
    "zho_Hant zh-Hant-TW zh_TW zh-HK",
    "yue zh-yue yue_Hani",
    "urd ur urd-Aran ur_PK",
    "bbc toba_batak",
    "grc UD_Ancient_Greek-PROIEL",
    "prs prs_AF Dari",
    "uzn_Arab uz_AF",
    "und",
]


@pytest.mark.parametrize("row", ONE, ids=lambda row: row.split()[0])
def test_codes_of_one_language_resolve_to_one(row):
    first, *others = row.split()
    assert resolve(first).tag == first
    for other in others:
        assert resolve(other) == resolve(first), other
        assert hash(resolve(other)) == hash(resolve(first))
        assert same(first, other)


@pytest.mark.parametrize(
    "names",
    [
        "ind zsm jav",
        "kmr ckb",
        "nob nno dan",
        "que quy quz",
        "twi aka fat",
        "pes prs tgk",
        "arb ary arz acm arq",
        "swh swc",
        "srp srp_Latn hrv bos cnr",
        "zho zho_Hant yue lzh",
        "deu bar gsw ltz",
        "ace_Arab ace_Latn",
        "lvs ltg",
        "azj azb",
        "oto nah",
    ],
)
def test_different_languages_stay_apart(names):
    codes = names.split()
    assert len({resolve(code) for code in codes}) == len(codes)


def test_facts():
    serbian = resolve("sr-Latn")
    assert (serbian.code, serbian.script, serbian.default_script) == ("srp", "Latn", "Cyrl")
    assert (serbian.name, serbian.bcp47, str(serbian)) == ("Serbian (Latin)", "sr-Latn", "srp_Latn")
    assert serbian.scripts == ("Latn",)
    assert resolve("srp").scripts == ("Cyrl", "Latn")
    assert resolve("swa").name == "Swahili" and resolve("swa").endonym == "Kiswahili"
    assert resolve("swa").bcp47 == "sw" and resolve("swa").speakers > 10_000_000
    assert resolve("tir").written_in == "Ethi"
    assert resolve("bzd").scripts in ((), ("Latn",))
    assert resolve("deu").scripts == ("Latn",)  # and not Runic, which CLDR calls secondary
    assert resolve("und").default_script == "Zyyy" and resolve("und").direction == "ltr"


@pytest.mark.parametrize(
    "codes, direction",
    [("ar heb nqo pes ace_Arab uig_Arab urd ckb syr", "rtl"), ("swh ace jpn hin uig_Cyrl", "ltr")],
)
def test_direction(codes, direction):
    assert {resolve(code).direction for code in codes.split()} == {direction}


def test_a_language_resolves_to_itself_and_its_tag_and_name_to_it():
    for code in ["swh", "srp_Latn", "zho_Hant", "kmr", "nob", "tgl", "prs", "grc", "que"]:
        language = resolve(code)
        assert resolve(language) is language
        assert resolve(language.tag) == resolve(language.bcp47) == language
        assert resolve(language.name) == language


@pytest.mark.parametrize(
    "code, message",
    [
        ("swahilli", r"no language 'swahilli'; did you mean Swahili \(swh\)\?"),
        ("Esparanto", r"did you mean Esperanto \(epo\)\?"),
        ("swa_Latin", r"'Latin' is no script or region; did you mean Swahili \(swh\)\?"),
        ("sw-Cyrx", r"'Cyrx' is no script or region"),
        ("dsx", r"no language 'dsx'"),
        ("", "no language ''"),
        ("   ", "no language '   '"),
        ("x-private", "no language 'x-private'"),
        ("en-abcd-efgh", "no language"),
        ("🙂", "no language"),
        ("\ud800", r"no language '\\ud800'"),
        ("-", "no language '-'"),
        ("_", "no language '_'"),
        ("z" * 100_000, "no language 'z{40}…'$"),
    ],
)
def test_unknown_names_say_so(code, message):
    with pytest.raises(UnknownName, match=message):
        resolve(code)


def test_import_is_light_and_data_load_late():
    code = (
        "import sys, calque.languages; "
        "heavy = {'langcodes', 'language_data', 'regex', 'numpy', 'torch'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)


def test_codes_of_all_data_sets_resolve(data_folder):
    found = {code for code in _codes_in(data_folder)}
    assert len(found) > 300
    unknown = []
    for code in sorted(found):
        try:
            resolve(code)
        except UnknownName as error:
            unknown.append(str(error))
    assert unknown == []


def _codes_in(data):
    def names(pattern):
        return [path.name for path in data.glob(pattern)]

    for folder in [
        "sib-200/*_*",
        "masakhaner2/*",
        "masakhapos/*",
        "afriqa/queries/*",
        "afrisenti/*",
    ]:
        yield from names(folder)
    yield from names("ud/UD_*")
    yield from names("uner/UNER_*")
    yield from names("xl-wa/*")
    yield from names("nusax/sentiment/*")
    yield from names("multiged-2023/*")
    for pattern, inside in [
        ("ntrex-128/newstest*.txt", r"(?:ref|src)\.(.+)\.txt"),
        ("ud/*/*.conllu", r"(.+)\.conllu"),
        ("americasnli/*/*.tsv", r"(.+)\.tsv"),
        ("xquad/*.json", r"xquad\.(.+)\.json"),
        ("tatoeba/*", r"tatoeba\.(.+)-eng\."),
        ("tico-19/TM/*", r"all\.en-(.+)\.tmx"),
        ("tico-19/terminologies/*", r"[fg]_en[-_](.+)\.csv"),
        ("nusax/lexicon/*", r"(.+)\.csv"),
        ("panlex-bli/*", r"(.+)-.+"),
        ("panlex-bli/*", r".+-(.+)"),
        ("mafand/*", r".+-(.+)"),
        ("mlqe/*", r"(.+)-en"),
        ("alignment-gold/ugarit/*", r".+-(.+)"),
        ("xsid-0.7/*", r"(.+?)\.(?:valid|test)"),
        ("xcopa/*", r"([a-z]+)"),
        ("mgsm/*.tsv", r"mgsm_(.+)\.tsv"),
        ("language-confusion/*/*/*.csv", r"(.+)\.csv"),
        ("xquad-r/*.json", r"(.+)\.json"),
        ("xtd10/*/test_1kcaptions*", r"captions_(.+)\.txt"),
        ("wikipron/*", r"([a-z]+_[a-z]+)_"),
        ("genil/*.csv", r"(.+)\.csv"),
        ("sib-200-llm-outputs/*/*.tsv", r"(.+)\.tsv"),
    ]:
        matches = [re.search(inside, name) for name in names(pattern)]
        yield from (match.group(1) for match in matches if match)
    for line in (data / "ntrex-128/LANGUAGES.tsv").read_text("utf-8").splitlines():
        yield line.split()[0]
    with (data / "nusax/mt/test.csv").open(encoding="utf-8") as file:
        yield from next(csv.reader(file))[1:]
    for path in data.glob("bible/xml/*.xml"):
        yield re.search('iso639="(.+?)"', path.read_text("utf-8")).group(1)
    ranks = (data / "transfer-results/masakhaner2/all_lang_ranks.csv").read_text("utf-8")
    yield from ranks.splitlines()[0].split(",")[1:]


def test_flores_codes_stay_apart_and_keep_their_script(data_folder):
    with (data_folder / "mplm-sim/edit_flores200.tsv").open(encoding="utf-8") as file:
        codes = file.readline().split()
    assert len(codes) == 203
    assert len({resolve(code) for code in codes}) == 203
    plain = {"Hani": "Hans", "Hang": "Kore"}
    for code in codes:
        script = code.split("_")[1]
        if code != "yue_Hani":  # FLORES's Cantonese is traditional
            assert resolve(code).written_in == plain.get(script, script), code


def test_639_1_and_639_3_agree_with_a_published_table(data_folder):
    """LinguaMeta: 7,511 languages with BCP-47 and ISO 639-3 codes; 18 are newer than langcodes."""
    with (data_folder / "linguameta/linguameta.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    unknown, members = [], {}
    for row in rows:
        try:
            language = resolve(row["bcp_47_code"])
        except UnknownName:
            unknown.append(row["bcp_47_code"])
            continue
        members.setdefault(language, set()).add(row["bcp_47_code"])
        for column in ("iso_639_3_code", "iso_639_2b_code"):
            if row[column]:
                assert resolve(row[column]) == language, row["bcp_47_code"]
    assert len(unknown) <= 18
    joined = {language.code for language, codes in members.items() if len(codes) > 1}
    assert {"swh", "arb", "zho", "pes", "est", "zsm", "khk", "nob"} <= joined
    assert len(joined) < 40  # only what the table of aliases joins


def test_names_of_treebank_languages_mean_their_codes(data_folder):
    with (data_folder / "transfer-results/xpos/udpos-langs.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    wrong = []
    for row in rows:
        try:
            agrees = resolve(row["language"]) == resolve(row["language_id"])
        except UnknownName:
            agrees = False
        if not agrees:
            wrong.append(row["language"])
    # spelled without their accents there
    accented = {"Kiche", "Mbya Guarani", "Apurina", "Makurap", "Munduruku", "Tupinamba"}
    assert len(rows) > 100 and set(wrong) <= accented


def test_language_is_a_plain_value():
    assert Language("swh") == resolve("sw") != Language("swh", "Arab")
    assert Language("swh", "Arab").tag == "swh_Arab"
    with pytest.raises(AttributeError):
        resolve("sw").code = "deu"


@pytest.mark.parametrize("name", ["klingonx", "frenchh", "Englishes and"])
def test_the_beginning_of_a_word_is_no_name(name):
    with pytest.raises(UnknownName):
        resolve(name)
    assert resolve("Swahili language").code == "swh"
