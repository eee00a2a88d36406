"""Projections scored against those that people made by hand, beside the automatic ones that were published with them.

python -m benchmarks.projection_manual [--targets Easy-Label-Projection] [--arguments abstrct-projections] [--json]

--targets:   a checkout of ikergarcia1996/Easy-Label-Projection. Opinion targets of SemEval 2016 (restaurants), English
             into Spanish, French and Russian by DeepL and Turkish by M2M100, training and test sentences
--arguments: one of ragerri/abstrct-projections. Claims and premises of medical abstracts, English into Spanish by DeepL

`projections`: span F1 against the manual ones on the same translations, and the share of spans that arrived. `links`
are calque's own, learned from these texts alone, or the published ones; `way` is how calque chooses the words of a span,
or "published" for the projection that came with the links.

`taggers`: hidden Markov models, span F1 on the test set: for targets the original one in the language, whose text no
machine translated; for arguments the manual revision of the translated one. Regimes are zero-shot, translate-train on
calque's, the published and the manual projection, calque's with the source examples (joint), and, where the test set was
translated, translate-test. `unseen` is the share of test words that the training data do not have, by
`evaluation.lexical_gap`.
--most: at most so many sentences of each set, for a quick look.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from calque import part
from calque.values import Bitext, Labelled, Links

WAYS: dict[str, dict[str, Any]] = {
    "surest": {},
    "longest": {"run": "longest", "conflict": "longer"},
    "whole": {"run": "whole"},
    "whole, punctuation too": {"run": "whole", "bare": True},  # components end with their full stop
    "to the edges, too": {"run": "whole", "bare": True, "edges": True},
}
MANUAL = {
    "spa": ("en2es", "DeepL.Iker", "DeepL"),
    "fra": ("en2fr", "Nayla.DeepL", "DeepL"),
    "rus": ("en2ru", "Olia.DeepL", "DeepL"),
    "tur": ("en2tr", "Suna.m2m100", "m2m100"),
}
PUBLISHED = {
    "awesome": "awesome.{}",
    "simalign": "simalign.{}.itermax",
    "mgiza": "mgiza.{}.grow_diag_final-and",
    "fast_align": "fast_align.{}.grow_diag_final-and",
}
tag, fit, f1 = (
    part(name) for name in ("projection.tag", "projection.fit_tagger", "evaluation.span_f1")
)


@dataclass
class Set:
    """Source sentences, the same translated with manual spans, what was published, the way that suits its spans."""

    language: str
    name: str
    source: Labelled
    manual: Labelled
    published: dict[str, Labelled]
    links: dict[str, list[Links]]
    way: str = "surest"


def read(path: Path, language: str, most: int | None) -> Labelled:
    """Words and tags in the first two columns, sentences apart by lines without a word."""
    rows: list[list[list[str]]] = [[]]
    for line in path.read_text(encoding="utf-8").split("\n"):
        cells = line.split()
        if not cells and rows[-1]:
            rows.append([])
        elif cells:
            rows[-1].append(cells[:2])
    return Labelled.of(
        [{"words": [c[0] for c in row], "tags": [c[1] for c in row]} for row in rows if row][:most],
        "tags",
        language,
    )


def targets(folder: Path, most: int | None) -> Iterator[Set]:
    """Opinion targets."""
    data = folder / "data" / "absa_datasets"
    for language, (way, who, translator) in MANUAL.items():
        for name in ("train", "test"):
            by_hand = data / "manual_projections" / way / f"{who}.{name}.tsv"
            if not by_hand.is_file():
                continue
            source = read(data / "original" / "en" / f"en.absa.{name}.tsv", "eng", most)
            manual = read(by_hand, language, most)
            published, links = {}, {}
            for aligner, form in PUBLISHED.items():
                stem = f"{translator}.50000."
                file = data / "automatic_projections" / way / f"{stem}{aligner}.{name}.tsv"
                grid = (
                    data
                    / "automatic_projections/alignments"
                    / way
                    / f"{stem}{form.format(name)}.talp"
                )
                if file.is_file():
                    published[aligner] = read(file, language, most)
                if grid.is_file():
                    links[aligner] = pharaoh(grid, source, manual)
            yield Set(language, name, source, manual, published, links)


def arguments(folder: Path, most: int | None) -> Iterator[Set]:
    """Argument components."""
    data = folder / "data" / "data_for_experiments"
    english, spanish = (data / side / "argument_components" for side in ("EN", "ES/deepl"))
    for name in ("neoplasm_train", "neoplasm_test", "glaucoma_test", "mixed_test"):
        kind, split = name.split("_")
        forms = {
            "awesome": ("automatic_projections", "auto_"),
            "awesome, corrected by rules": ("post_processed_projections", "post_"),
            "manual": ("manual_revision", ""),
        }
        files = {
            way: spanish / place / f"es_{kind}_deepl_awesome_{mark}{split}.tsv"
            for way, (place, mark) in forms.items()
        }
        found = {way: read(file, "spa", most) for way, file in files.items()}
        manual = found.pop("manual")
        source = read(english / "original_data" / f"{name}.tsv", "eng", most)
        yield Set("spa", name, source, manual, found, {}, "to the edges, too")


def pharaoh(path: Path, source: Labelled, target: Labelled) -> list[Links]:
    """Links of the first sentences of a file, a line for each."""
    lines = path.read_text(encoding="utf-8").split("\n")
    made = []
    for line, one, other in zip(lines, source, target, strict=False):
        size = len(one["words"]), len(other["words"])
        pairs = np.array([p.split("-") for p in line.split()], dtype=np.int64).reshape(-1, 2)
        made.append(Links(np.unique(pairs[(pairs < size).all(axis=1)], axis=0), size))
    return made


def own_links(sets: list[Set]) -> dict[str, list[list[Links]]]:
    """Links of every set by aligners that need no model, learned from all sets of a language."""
    bitexts = [pairs(one.source, one.manual) for one in sets]
    every = part("data.pooled_pairs")(bitexts)
    found = {}
    for name, join in (("ibm1", "intersect"), ("hmm", "grow_diag_final_and"), ("agreement", "")):
        learn = part(f"wordalign.{name}")
        settings: dict[str, Any] = {} if name == "ibm1" else {"prefix": 5}
        if join:
            sides = [learn(every, reverse=reverse, **settings) for reverse in (False, True)]
            links = [part(f"wordalign.{join}")(*both) for both in zip(*sides, strict=True)]
        else:
            links = learn(every, threshold=0.05, **settings)
        ends = np.cumsum([len(bitext) for bitext in bitexts]).tolist()
        found[name] = [links[a:b] for a, b in zip([0, *ends], ends, strict=False)]
    return found


def pairs(source: Labelled, target: Labelled) -> Bitext:
    """Sentences of both sides, word by word."""
    return part("data.pairs")(part("data.written")(source), part("data.written")(target))


def projections(sets: list[Set]) -> Iterator[dict[str, Any]]:
    """Every way to carry spans, against the manual ones."""
    own = own_links(sets)
    for k, one in enumerate(sets):
        row = {"language": one.language, "set": one.name, "spans": count(one.manual)}
        for aligner, made in one.published.items():
            same = [a["words"] == b["words"] for a, b in zip(made, one.manual, strict=True)]
            if not all(same):
                sys.exit(
                    f"{one.language} {one.name}: the words of '{aligner}' are not the manual ones'"
                )
            yield row | {"links": aligner, "way": "published"} | scored(made.gold, one, count(made))
        linked = {f"calque's {name}": links[k] for name, links in own.items()} | one.links
        for aligner, links in linked.items():
            view = part("data.view")(pairs(one.source, one.manual), links)
            for way, settings in WAYS.items():
                made = part("projection.by_links")(one.source, view, **settings)
                lost = sum(e["outcome"] == "lost" for r in made for e in r["account"])
                arrived = count(one.source) - lost
                yield row | {"links": aligner, "way": way} | scored(made.gold, one, arrived)


def count(examples: Labelled) -> int:
    """Number of spans."""
    return sum(tag.startswith("B-") for tags in examples.gold for tag in tags)


def scored(tags: list, one: Set, arrived: int) -> dict[str, Any]:
    """Span F1 against the manual spans, and the share of the source's spans that arrived."""
    return told(f1(tags, one.manual.gold)) | {"yield": arrived / count(one.source)}


def told(score: Any) -> dict[str, float]:
    """What a row says of a score."""
    return {"f1": score.value, "low": score.low, "high": score.high}


def taggers(
    sets: list[Set], tests: dict[str, Labelled], back: Labelled | None, how: tuple = (fit, tag)
) -> Iterator[dict[str, Any]]:
    """Models of each regime on each test set; `back` is the first test set translated into the source."""
    (fit, tag), learn = how, sets[0]
    view = part("data.view")(pairs(learn.source, learn.manual), own_links(sets)["agreement"][0])
    projected = part("projection.by_links")(learn.source, view, **WAYS[learn.way])
    complete = part("projection.complete")(projected)
    regimes = {
        "zero-shot": learn.source,
        "calque's projection": complete,
        **{f"published, {name}": made for name, made in learn.published.items()},
        "manual": learn.manual,
        "joint": part("data.together")([learn.source, complete]),
    }
    for regime, training in regimes.items():
        model = fit(training)
        for name, test in tests.items():
            made = tag(model, test)
            gap = part("evaluation.lexical_gap")(training, test, made).where(
                kind="all", group="unseen"
            )
            row = {"language": learn.language, "set": name, "regime": regime}
            yield row | told(f1(made, test.gold)) | {"unseen": gap.rows[0]["share"]}
    if back is not None:
        name, test = next(iter(tests.items()))
        texts = part("data.written")(back)
        guessed = part("data.predicted")(back, tag(fit(learn.source), back))
        both = part("data.pairs")(texts, part("data.written")(test))
        every = part("data.pooled_pairs")([both, pairs(learn.source, learn.manual)])
        links = part("wordalign.agreement")(every, prefix=5, threshold=0.05)
        made = part("projection.by_links")(guessed, part("data.view")(both, links))
        row = {"language": learn.language, "set": name, "regime": "translate-test"}
        yield row | told(f1(made.gold, test.gold))


def measured(asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """All rows, each with its section and data."""
    for data, folder in (("targets", asked.targets), ("arguments", asked.arguments)):
        if folder is None:
            continue
        found = list((targets if data == "targets" else arguments)(folder, asked.most))
        for language in dict.fromkeys(one.language for one in found):
            sets = [one for one in found if one.language == language]
            if "projections" in asked.section:
                for row in projections(sets):
                    yield {"section": "projections", "data": data} | row
            if "taggers" in asked.section:
                tests, back = {one.name: one.manual for one in sets[1:]}, None
                if data == "targets":
                    tests, back = natural(folder, language, asked.most)
                for row in taggers(sets, tests, back):
                    yield {"section": "taggers", "data": data} | row


def natural(
    folder: Path, language: str, most: int | None
) -> tuple[dict[str, Labelled], Labelled | None]:
    """The test set that was written in a language, and its machine translation into English."""
    data, code = folder / "data" / "absa_datasets", MANUAL[language][0].removeprefix("en2")
    test = read(data / "original" / code / f"{code}.absa.test.tsv", language, most)
    file = (
        data
        / "automatic_projections"
        / f"{code}2en"
        / f"{MANUAL[language][2]}.50000.awesome.test.tsv"
    )
    back = read(file, "eng", most) if file.is_file() else None
    return {"written in the language": test}, back


def main() -> None:
    """Measure what checkouts are given for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--targets", type=Path)
    parser.add_argument("--arguments", type=Path)
    sections = ["projections", "taggers"]
    parser.add_argument("--section", nargs="+", default=sections, choices=sections)
    parser.add_argument("--most", type=int)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    if not (asked.targets or asked.arguments):
        parser.error("give a checkout: --targets or --arguments")
    for row in measured(asked):
        if asked.json:
            print(json.dumps(row), flush=True)
        else:
            cells = [f"{100 * v:.1f}" if isinstance(v, float) else str(v) for v in row.values()]
            print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
