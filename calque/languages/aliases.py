"""Facts about codes that no standard table holds: which codes mean one language, and whose habits to accept.

Sources: CLDR's macrolanguage aliases (https://www.unicode.org/reports/tr35/), ISO 639-3, and the
code lists of FLORES-200 (NLLB Team 2022, https://arxiv.org/abs/2207.04672), TICO-19, xSID and
Universal Dependencies.
"""

# Canonical ISO 639-3 code -> (code under which CLDR keeps its facts, further codes that mean it).
# Only pairs whose text is one and the same in practice. Where FLORES-200 has one of the codes, that
# one is canonical. Kurdish is split (kmr, ckb), as are Twi and Akan, Dari and Persian, Malay and
# Indonesian, the two Norwegians and the spoken Arabics; Quechua (que) and its varieties stay apart.
ONE_LANGUAGE: dict[str, tuple[str, tuple[str, ...]]] = {
    "als": ("sq", ("sqi",)),
    "arb": ("ar", ("ara",)),
    "ayr": ("ay", ("aym",)),
    "azj": ("az", ("aze",)),
    "bcl": ("bik", ("bik",)),
    "bho": ("bho", ("bih",)),
    "bxr": ("bxr", ("bua",)),
    "dik": ("din", ("din",)),
    "doi": ("doi", ("dgo",)),
    "est": ("et", ("ekk",)),
    "gaz": ("om", ("orm",)),
    "grn": ("gn", ("gug",)),
    "iku": ("iu", ("ike",)),
    "khk": ("mn", ("mon",)),
    "kmr": ("ku", ("kur",)),
    "knc": ("kr", ("kau",)),
    "kon": ("kg", ("kng",)),
    "kpv": ("kv", ("kom",)),
    "lvs": ("lv", ("lav",)),
    "mhr": ("chm", ("chm",)),
    "nob": ("nb", ("nor",)),
    "npi": ("ne", ("nep",)),
    "ory": ("or", ("ori",)),
    "pbt": ("ps", ("pus", "pbu")),
    "pes": ("fa", ("fas",)),
    "plt": ("mg", ("mlg",)),
    "swh": ("sw", ("swa",)),
    "tgl": ("fil", ("fil", "tl")),
    "uzn": ("uz", ("uzb",)),
    "ydd": ("yi", ("yid",)),
    "zho": ("zh", ("cmn",)),
    "zsm": ("ms", ("msa",)),
}
CANONICAL = {other: code for code, (_, others) in ONE_LANGUAGE.items() for other in others}

# CLDR would rewrite these to a region of a neighbor; they are languages with text of their own.
KEPT_APART = frozenset({"cnr", "prs", "swc"})

# Codes that data sets use against the standards, and what they mean there. "de-ba" and "de-st" are
# xSID's Bavarian and South Tyrolean (a Bavarian dialect), where de-BA in capitals is still a locale;
# "gsw-ZH" is NTREX's Zurich German.
NICKNAMES = {
    "cb": "ckb",
    "cx": "ceb",
    "de-ba": "bar",
    "de-st": "bar",
    "gsw-ZH": "gsw",
    "jp": "jpn",
    "no_nynorsk": "nno",
    "ns": "nso",
}

# English names that CLDR lacks, folded as `codes` folds names; most are Universal Dependencies'.
NAMES = {
    "assyrian": "aii",
    "bokmal": "nob",
    "bokmaal": "nob",
    "chukchi": "ckt",
    "classical chinese": "lzh",
    "congo swahili": "swc",
    "dari": "prs",
    "guajajara": "gub",
    "komi permyak": "koi",
    "komi zyrian": "kpv",
    "kurmanji": "kmr",
    "livvi": "olo",
    "low saxon": "nds",
    "montenegrin": "cnr",
    "naija": "pcm",
    "norwegian bokmaal": "nob",
    "norwegian bokmal": "nob",
    "norwegian nynorsk": "nno",
    "old east slavic": "orv",
    "skolt sami": "sms",
    "sorani": "ckb",
    "swedish sign language": "swl",
    "tagalog": "tgl",
    "toba batak": "bbc",
    "western armenian": "hyw",
}

# Names to show where CLDR's, looked up by the macrolanguage, says too much.
SHOWN = {"kmr": "Northern Kurdish", "tgl": "Tagalog"}

# Where CLDR's likely subtags have another script than the texts (Cypriot for Ancient Greek), or
# nothing while the macrolanguage's script would be wrong.
DEFAULT_SCRIPTS = {"azb": "Arab", "grc": "Grek", "prs": "Arab"}

# Script -> default scripts of which it is another name: `zho_Hani`, `yue_Hani`, `kor_Hang`.
SAME_SCRIPT = {
    "Aran": ("Arab",),
    "Hang": ("Kore",),
    "Hani": ("Hans", "Hant", "Jpan"),
    "Hrkt": ("Jpan",),
}
