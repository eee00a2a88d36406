"""Romanizing real text beside uroman's own loop, line by line, in one process and one thread.

python -m benchmarks.romanize [--scripts Deva Cyrl] [--lines 8000] [--json]

A row is a script: its lines, the seconds of the processor that either took (`peer` calls
`Uroman.romanize_string` on every line, `ours` is `vocabulary.romanize`, links included), their `ratio`, on how many
lines both give the same text, and the seconds that either takes to read its rules (`peer_start`, `start`; not part
of the others). Lines come from NTREX-128, SIB-200 and Tatoeba, in that order. The last row is the sum of all.
"""

import argparse
import json
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import uroman

from benchmarks.common import data_folder
from calque.languages import lattices
from calque.languages.romanization import romanizer
from calque.values import Texts
from calque.vocabulary.romanize import romanize

# by script: languages with their names in NTREX-128, SIB-200 and Tatoeba, "" where there is none
LANGUAGES: dict[str, list[tuple[str, str, str, str]]] = {
    "Deva": [("hin", "hin", "hin_Deva", "hin"), ("mar", "", "", "mar")],
    "Cyrl": [("rus", "rus", "rus_Cyrl", "rus"), ("ukr", "ukr", "ukr_Cyrl", "ukr")],
    "Arab": [("arb", "arb", "arb_Arab", "ara"), ("pes", "fas", "pes_Arab", "pes")],
    "Grek": [("ell", "ell", "ell_Grek", "ell")],
    "Hebr": [("heb", "heb", "heb_Hebr", "heb"), ("yid", "", "", "yid")],
    "Hans": [("zho", "zho-CN", "zho_Hans", "cmn")],
    "Hang": [("kor", "kor", "kor_Hang", "kor")],
    "Beng": [("ben", "ben", "ben_Beng", "ben")],
    "Ethi": [("amh", "amh", "amh_Ethi", "amh"), ("tir", "tir", "", "")],
    "Thai": [("tha", "tha", "tha_Thai", "tha")],
    "Jpan": [("jpn", "jpn", "jpn_Jpan", "jpn")],
    "Tibt": [("bod", "bod", "bod_Tibt", "")],
    "Mymr": [("mya", "mya", "mya_Mymr", "")],
    "Khmr": [("khm", "khm", "khm_Khmr", "khm")],
    "Geor": [("kat", "kat", "kat_Geor", "kat")],
    "Armn": [("hye", "hye", "hye_Armn", "hye")],
    "Taml": [("tam", "tam", "tam_Taml", "tam")],
    "Telu": [("tel", "tel", "tel_Telu", "tel")],
    "Sinh": [("sin", "sin", "sin_Sinh", "")],
    "Latn": [("vie", "vie", "vie_Latn", "vie"), ("eng", "", "eng_Latn", "")],
}
TEN = list(LANGUAGES)[:10]


def main() -> None:
    """Romanize with both and print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scripts", nargs="+", choices=LANGUAGES, default=TEN)
    parser.add_argument("--lines", type=int, default=8000, help="of each script, at most")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    tool, peer_start = timed(uroman.Uroman)
    _, start = timed(lattices.warm)
    rows: list[dict[str, Any]] = []
    for script in asked.scripts:
        rows.append({"work": script, **row(script, asked.lines, tool)})
    total: dict[str, Any] = {"work": "all"}
    for name in ("lines", "same", "peer", "ours"):
        total[name] = sum(own[name] for own in rows)
    total["ratio"] = total["peer"] / total["ours"]
    rows.append({**total, "peer_start": peer_start, "start": start})
    if asked.json:
        print(json.dumps(rows))
        return
    for own in rows:
        print(" ".join(f"{k}={v:.4g}" if k != "work" else v for k, v in own.items()))


def row(script: str, most: int, tool: uroman.Uroman) -> dict[str, Any]:
    """One script, each language by itself."""
    found = {"lines": 0, "same": 0, "peer": 0.0, "ours": 0.0}
    for language, *names in LANGUAGES[script]:
        lines = list(islice(sentences(data_folder(), *names), most - found["lines"]))
        texts = Texts.of(lines, language)
        code = romanizer(language).code
        romanizer.cache_clear()
        view, seconds = timed(lambda texts=texts: romanize(texts))
        wanted, peer = timed(lambda: [tool.romanize_string(line, code) for line in lines])  # noqa: B023
        found["lines"] += len(lines)
        found["same"] += sum(a == b for a, b in zip(view.rewritten, wanted, strict=True))
        found["peer"] += peer
        found["ours"] += seconds
    return {**found, "ratio": found["peer"] / found["ours"]}


def sentences(data: Path, ntrex: str, sib: str, tatoeba: str) -> Iterator[str]:
    """All lines of a language."""
    if ntrex:
        yield from read(data / "ntrex-128" / f"newstest2019-ref.{ntrex}.txt")
    for part in ("train", "dev", "test") if sib else ():
        for line in read(data / "sib-200" / sib / f"{part}.tsv")[1:]:
            yield line.split("\t")[2]
    if tatoeba:
        yield from read(data / "tatoeba" / f"tatoeba.{tatoeba}-eng.{tatoeba}")


def read(path: Path) -> list[str]:
    """The lines of a file."""
    return path.read_text(encoding="utf-8-sig").replace("\r", "").rstrip("\n").split("\n")


def timed(work) -> tuple[Any, float]:
    """What it gives, and seconds of the processor."""
    before = time.process_time()
    made = work()
    return made, time.process_time() - before


if __name__ == "__main__":
    main()
