"""What the alignment benchmarks share: gold links of every set, and text to learn from."""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks.common import NTREX
from calque import part
from calque.languages.words import spaced, word_texts
from calque.values import Bitext, Links

Rows = list[tuple[str, str]]


class Gold(NamedTuple):
    """A set with gold links, and other sentences of it that have links too but lend only their text."""

    bitext: Bitext
    links: list[Links]
    beside: Sequence[tuple[str, str]] = ()


# language codes as the sets' folders say them
CODES = {
    **{"bg": "bul", "cs": "ces", "da": "dan", "de": "deu", "en": "eng", "es": "spa", "fr": "fra"},
    **{"hi": "hin", "hu": "hun", "it": "ita", "ja": "jpn", "nl": "nld", "pt": "por", "ro": "ron"},
    **{"ru": "rus", "grc": "grc", "lat": "lat", "eng": "eng"},
}
NAACL = ("de-en", "en-cs", "en-fr", "en-hi", "ro-en")
PHARAOH = ("enfr", "roen", "jaen")
UGARIT = ("grc-eng", "grc-lat")
XL_WA = ("bg", "da", "es", "hu", "it", "nl", "pt", "ru")
SIB = {
    **{"deu": "deu_Latn", "fra": "fra_Latn", "hin": "hin_Deva", "hun": "hun_Latn"},
    **{"por": "por_Latn", "rus": "rus_Cyrl", "spa": "spa_Latn"},
}
CAPTIONS = {"ita": "it", "rus": "ru", "spa": "es"}


def gold_sets(data: Path, dermit: Path | None = None) -> dict[str, Callable[[], Gold]]:
    """A reader for every set with gold links, by name.

    dermit: folder of gold_standard/ of the DERMIT corpus, where there is one; pairs of its articles are
            read too where a `more.tsv` lies in it
    """
    sets: dict[str, Callable[[], Gold]] = {}
    gold = data / "alignment-gold"
    sets |= {f"naacl/{pair}": partial(_naacl, gold / "naacl-format", pair) for pair in NAACL}
    sets |= {
        f"pharaoh/{pair}": partial(_pharaoh, gold / "pharaoh-format", pair) for pair in PHARAOH
    }
    sets |= {f"ugarit/{pair}": partial(_ugarit, gold / "ugarit", pair) for pair in UGARIT}
    for split in ("dev", "test"):
        sets |= {
            f"xl-wa/{one}/{split}": partial(_xl_wa, data / "xl-wa", one, split) for one in XL_WA
        }
    if dermit is not None:
        sets["dermit/de-rm"] = partial(_dermit, dermit)
    return sets


def training(data: Path, gold: Gold) -> dict[str, Rows]:
    """Pairs that an aligner may learn from beside the gold set's own, by where they come from.

    Cut into words; pairs with an empty side are left out. For Japanese there are none: the gold set
    counts words, calque cuts by character, so that other text would teach words that do not occur.
    """
    found: dict[str, Rows] = {"other splits": list(gold.beside)} if gold.beside else {}
    languages = (gold.bitext.source, gold.bitext.target)
    other = next((one for one in languages if one != "eng"), "eng")
    if "eng" in languages and other != "jpn":
        for name, read in SOURCES.items():
            pairs = [
                (spaced(word_texts(source)), spaced(word_texts(target)))
                for source, target in read(data, other)
            ]
            if languages[0] == other:
                pairs = [(target, source) for source, target in pairs]
            found[name] = [pair for pair in pairs if all(pair)]
    return {name: rows for name, rows in found.items() if rows}


def _naacl(folder: Path, pair: str) -> Gold:
    sides = pair.split("-")
    texts = [folder / pair / f"test.{side}" for side in sides]
    bitext = part("data.parallel")(
        *texts, source=CODES[sides[0]], target=CODES[sides[1]], tokenized=True
    )
    marked = folder / pair / "alignv2.txt"  # tells sure from possible links
    path = marked if marked.exists() else folder / pair / "align.txt"
    return Gold(bitext, part("data.naacl")(path, bitext, drop_bad=True))


def _pharaoh(folder: Path, pair: str) -> Gold:
    bitext = part("data.parallel")(
        folder / f"{pair}.src-tgt", source=CODES[pair[:2]], target=CODES[pair[2:]], tokenized=True
    )
    return Gold(bitext, part("data.pharaoh")(folder / f"{pair}.gold", bitext, base=1))


def _ugarit(folder: Path, pair: str) -> Gold:
    source, target = pair.split("-")
    texts = [folder / pair / f"{side}.txt" for side in (source, target)]
    bitext = part("data.parallel")(*texts, source=source, target=target, tokenized=True)
    links = folder / pair / f"alignment_{pair.replace('-', '_')}.txt"
    return Gold(bitext, part("data.pharaoh")(links, bitext))


def _xl_wa(folder: Path, language: str, split: str) -> Gold:
    def read(name: str) -> Bitext:
        path = folder / language / f"{name}.tsv"
        return part("data.tsv")(path, source="eng", target=CODES[language], tokenized=True)

    bitext = read(split)
    links = part("data.pharaoh")(folder / language / f"{split}.tsv", bitext, column=3)
    others = [path.stem for path in sorted((folder / language).glob("*.tsv")) if path.stem != split]
    return Gold(bitext, links, [pair for name in others for pair in read(name)])


def _dermit(folder: Path) -> Gold:
    def side(name: str) -> list[str]:
        lines = (folder / f"alignments_{name}_text.txt").read_text(encoding="utf-8").splitlines()
        return [line.split("\t")[1] for line in lines]

    rows = list(zip(side("src"), side("trg"), strict=True))
    bitext = Bitext.of(rows, "deu", "roh", tokenized=True)
    links = part("data.pharaoh")(folder / "alignments_pharaoh.txt", bitext, column=2)
    articles = folder / "more.tsv"
    more = part("data.bitext")(articles, source="deu", target="roh") if articles.exists() else []
    cut = ((spaced(word_texts(source)), spaced(word_texts(target))) for source, target in more)
    return Gold(bitext, links, [pair for pair in cut if all(pair)])


def _ntrex(data: Path, other: str) -> Iterator[tuple[str, str]]:
    paths = [data / "ntrex-128" / "newstest2019-src.eng.txt"]
    paths.append(data / "ntrex-128" / f"newstest2019-ref.{NTREX.get(other, other)}.txt")
    return _by_line(*paths)


def _tatoeba(data: Path, other: str) -> Iterator[tuple[str, str]]:
    stem = data / "tatoeba" / f"tatoeba.{other}-eng"
    return _by_line(stem.with_name(f"{stem.name}.eng"), stem.with_name(f"{stem.name}.{other}"))


def _captions(data: Path, other: str) -> Iterator[tuple[str, str]]:
    names = [f"test_1kcaptions_{one}.txt" for one in ("en", CAPTIONS.get(other, other))]
    return _by_line(*(data / "xtd10" / "XTD10" / name for name in names))


def _by_line(*paths: Path) -> Iterator[tuple[str, str]]:
    if all(path.exists() for path in paths):
        texts = [path.read_text(encoding="utf-8-sig").replace("\r", "") for path in paths]
        yield from zip(*(text.rstrip("\n").split("\n") for text in texts), strict=True)


def _sib(data: Path, other: str) -> Iterator[tuple[str, str]]:
    if other in SIB:
        source, target = (_sib_texts(data / "sib-200" / one) for one in ("eng_Latn", SIB[other]))
        yield from ((source[number], target[number]) for number in source if number in target)


def _sib_texts(folder: Path) -> dict[str, str]:
    rows = []
    for split in ("train", "dev", "test"):
        text = (folder / f"{split}.tsv").read_text(encoding="utf-8")
        rows += [line.split("\t") for line in text.splitlines()[1:]]
    return {row[0]: row[-1] for row in rows}


def _sick(data: Path, other: str) -> Iterator[tuple[str, str]]:
    if other == "nld":
        with (data / "sick-nl" / "SICK_NL.txt").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        pairs = [
            (row[f"sentence_{x}_original"], row[f"sentence_{x}"]) for row in rows for x in "AB"
        ]
        yield from dict.fromkeys(pairs)


SOURCES: dict[str, Callable[[Path, str], Iterator[tuple[str, str]]]] = {
    "ntrex-128": _ntrex,
    "sib-200": _sib,
    "tatoeba": _tatoeba,
    "xtd10": _captions,
    "sick-nl": _sick,
}


def rows_of(path: Path) -> list[dict]:
    """The rows that a benchmark left, one JSON object a line; none where there is no file."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def keep(row: dict, path: Path, show: bool) -> None:
    """Add a row to those that `rows_of` reads, and print it where it is to be shown."""
    line = json.dumps(row, ensure_ascii=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    if show:
        print(line, flush=True)
