"""Projected labels against gold ones on real translations, and the time they take beside Easy-Label-Projection.

python -m benchmarks.projection [--section names slots answers speed] [--aligners NAME ...] [--peer CHECKOUT] [--json]

`names`: English PUD of UNER into German PUD, the same 1,000 sentences with gold names on both sides; `slots`:
the 800 English requests of xSID into each of its languages; `answers`: the 1,190 questions of XQuAD, English
contexts into those of each language. Links are learned from these texts alone, for names from NTREX-128 too. A row
is an aligner and a way of choosing the run of words: `f1` of spans (for answers the share found exactly) with its
interval, and the `yield`, the share of spans that arrived. --peer is a checkout of Easy-Label-Projection; its rules
are then a way more.

`speed`: 10,000 planted sentences with noise in a tenth of their links. `peer` is the time of the
tool's `sentence_projection`, `peer_memory` with what its loader makes of links and tags; `ours` is `by_links`,
account included. `peer_files` and `ours_files` are from files to a file: the tool's `dataset_projection`, here readers,
`by_links` and the writer; processor time of all processes.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import data_folder
from calque import part
from calque.data.conll import write_conll
from calque.languages.words import spaced, word_texts
from calque.maths.counts import spans
from calque.synthetic import family
from calque.values import Bitext, Labelled, Links

XSID = {
    **{"ar": "arb", "da": "dan", "de": "deu", "id": "ind", "it": "ita", "kk": "kaz", "lt": "lit"},
    **{"nl": "nld", "sr": "srp", "tr": "tur", "zh": "zho", "de-st": "bar", "gsw": "gsw"},
}
XQUAD = ("ar", "de", "el", "es", "hi", "ru", "th", "tr", "vi", "zh")
WAYS: dict[str, dict[str, Any]] = {
    "surest": {},
    "longest": {"run": "longest", "conflict": "longer"},
    "whole": {"run": "whole"},
    "sure": {"above": 0.5},
}
Peer = Callable[..., list[str]]


def _joined(name: str, join: str) -> Callable[[Bitext], list[Links]]:
    def align(bitext: Bitext) -> list[Links]:
        learn = part(f"wordalign.{name}")
        settings = {"prefix": 5} if name == "hmm" else {}
        ways = [learn(bitext, reverse=reverse, **settings) for reverse in (False, True)]
        return [part(f"wordalign.{join}")(*both) for both in zip(*ways, strict=True)]

    return align


def _by_encoder(bitext: Bitext) -> list[Links]:
    """As SimAlign does, with the encoder as it is."""
    pairer = part("wordalign.itermax")
    return part("models.align")(bitext, part("models.load")("minilm"), pairer=pairer)


def _by_tuned_encoder(bitext: Bitext) -> list[Links]:
    """As awesome-align does, after the encoder has learned from these pairs."""
    learned = part("models.tune_aligner")(
        part("models.load")("minilm"),
        bitext,
        objectives=["self_training", "parallel"],
        masker=part("objectives.random_mask"),
    )
    return part("models.align")(
        bitext,
        learned,
        measure="dot",
        rescaler=part("wordalign.softmax"),
        pairer=partial(part("wordalign.threshold"), above=0.001),
    )


ALIGNERS: dict[str, Callable[[Bitext], list[Links]]] = {
    f"{name}, {join}": _joined(name, join)
    for name in ("ibm1", "diagonal", "hmm", "fertility")
    for join in ("intersect", "grow_diag_final_and")
}
ALIGNERS |= {
    f"agreement, {least}": partial(part("wordalign.agreement"), prefix=5, threshold=least)
    for least in (0.05, 0.3, 0.5)
}
ALIGNERS |= {"encoder, itermax": _by_encoder, "tuned encoder, softmax": _by_tuned_encoder}


def names(data: Path) -> Iterator[tuple[str, Labelled, Labelled, Bitext]]:
    """English and German PUD, and what else their links are learned from."""
    sides = [
        part("data.labelled")(
            data / f"uner/UNER_{name}-PUD/{code[:2]}_pud-ud-test.iob2", task="ner", language=code
        )
        for name, code in (("English", "eng"), ("German", "deu"))
    ]
    folder = data / "ntrex-128"
    texts = [
        (folder / f"newstest2019-{side}.txt").read_text(encoding="utf-8-sig").splitlines()
        for side in ("src.eng", "ref.deu")
    ]
    more = [[spaced(word_texts(line)) for line in side] for side in texts]
    pairs = Bitext.of(list(zip(*more, strict=True)), "eng", "deu", tokenized=True)
    yield "deu", *sides, pairs


def slots(data: Path) -> Iterator[tuple[str, Labelled, Labelled, Bitext]]:
    """Requests of xSID, valid and test."""
    together = part("data.together")

    def of(code: str) -> Labelled:
        files = [data / f"xsid-0.7/{code}.{split}.conll" for split in ("valid", "test")]
        return together(
            [part("data.labelled")(f, task="slots", language=XSID.get(code, "eng")) for f in files]
        )

    english = of("en")
    for code in XSID:
        yield code, english, of(code), Bitext.of([], tokenized=True)


def answers(data: Path) -> Iterator[tuple[str, Labelled, Labelled, Bitext]]:
    """Questions of XQuAD; each context once for every question about it."""
    read = part("data.labelled")
    english = read(data / "xquad/xquad.en.json", task="answer", language="eng")
    for code in XQUAD:
        yield code, english, read(data / f"xquad/xquad.{code}.json", task="answer"), Bitext.of([])


def measured(
    section: str, data: Path, peer: Peer | None, aligners: list[str]
) -> Iterator[dict[str, Any]]:
    """Every aligner, language and way of a section."""
    for language, source, gold, more in {"names": names, "slots": slots, "answers": answers}[
        section
    ](data):
        pairs = part("data.pairs")(part("data.written")(source), part("data.written")(gold))
        distinct = list(dict.fromkeys(pairs))  # contexts of several questions
        place = {pair: k for k, pair in enumerate(distinct)}
        once = Bitext.of([*distinct, *more], pairs.source, pairs.target, tokenized=pairs.tokenized)
        for aligner in aligners:
            links = ALIGNERS[aligner](once)
            view = part("data.view")(pairs, [links[place[pair]] for pair in pairs])
            for way, settings in WAYS.items():
                clock = time.process_time()
                made = part("projection.by_links")(source, view, **settings)
                row = {"section": section, "language": language, "aligner": aligner, "way": way}
                yield row | scored(made, gold) | {"ours": time.process_time() - clock}
            if peer and section != "answers":
                tags = [
                    asked(peer, *one)
                    for one in zip(source, view.rewritten, view.word_links(), strict=True)
                ]
                row = {"section": section, "language": language, "aligner": aligner, "way": "peer"}
                score = part("evaluation.span_f1")(tags, gold.gold)
                arrived = sum(len(spans(t)) for t in tags) / sum(len(spans(t)) for t in source.gold)
                yield row | {
                    "f1": score.value,
                    "low": score.low,
                    "high": score.high,
                    "yield": arrived,
                }


def scored(made: Labelled, gold: Labelled) -> dict[str, Any]:
    """F1 of spans, or the share of answers found exactly, and the share of spans that arrived."""
    entries = [entry for row in made for entry in row["account"]]
    arrived = sum(entry["outcome"] != "lost" for entry in entries) / max(len(entries), 1)
    if made.task == "answer":
        places = [[(row["answer"], row["start"]) for row in one] for one in (made, gold)]
        score = part("evaluation.accuracy")(*places)
    else:
        score = part("evaluation.span_f1")(made.gold, gold.gold)
    return {"f1": score.value, "low": score.low, "high": score.high, "yield": arrived}


def asked(peer: Peer, example: dict[str, Any], text: str, links: Links) -> list[str]:
    """What the tool says of one sentence, from what its loader would give it."""
    found = spans(example["tags"])
    of_word: dict[int, list[int]] = {}
    for i, j in links.pairs.tolist():
        of_word.setdefault(i, []).append(j)
    kinds, places = [kind for kind, _, _ in found], [list(range(a, b)) for _, a, b in found]
    return peer(example["words"], kinds, places, text.split(" ") if text else [], of_word)


def speed(peer: Peer | None, count: int = 10_000) -> dict[str, Any]:
    """Planted sentences, a tenth of whose links are gone and as many stray."""
    world, generator = family(languages=2, seed=3), np.random.default_rng(1)
    source, gold = (world.labelled("ner", code, count, 0) for code in ("qaa", "qab"))
    links = []
    for one in world.links("qaa", "qab", count, 0):
        stray = generator.random(one.size) < 0.1 / max(one.size[1], 1)
        links.append(Links.from_grid((one.grid() & (generator.random(one.size) >= 0.1)) | stray))
    bitext = world.bitext("qaa", "qab", count, 0)
    view = part("data.view")(bitext, links)
    part("projection.by_links")(source.take(range(10)), view.take(range(10)))  # imports
    clock = time.process_time()
    made = part("projection.by_links")(source, view)
    row: dict[str, Any] = {"section": "speed", "work": f"{count} sentences"}
    row |= {"ours": time.process_time() - clock, "f1": scored(made, gold)["f1"]}
    if peer:
        inside = [0.0]

        def timed(*given: Any) -> list[str]:
            begun = time.process_time()
            answer = peer(*given)
            inside[0] += time.process_time() - begun
            return answer

        clock = time.process_time()
        tags = [asked(timed, *one) for one in zip(source, view.rewritten, links, strict=True)]
        row |= {"peer": inside[0], "peer_memory": time.process_time() - clock}
        row |= {"peer_f1": part("evaluation.span_f1")(tags, gold.gold).value}
        with tempfile.TemporaryDirectory() as folder:
            row |= from_files(Path(folder), source, bitext, links)
        for name in ("", "_files"):
            row[f"ratio{name}"] = row[f"peer{name}"] / row[f"ours{name}"]
        row["ratio_memory"] = row["peer_memory"] / row["ours"]
    return row


def from_files(
    folder: Path, source: Labelled, bitext: Bitext, links: Sequence[Links]
) -> dict[str, float]:
    """Seconds of both from files with tags, translations and links to a file with tags."""
    from projection.annotation_proyection import (  # type: ignore[import-not-found]
        dataset_projection,
    )

    tagged, texts, linked = (folder / name for name in ("source.tsv", "target.txt", "links.talp"))
    write_conll(source, tagged)
    texts.write_text("\n".join(target for _, target in bitext) + "\n", encoding="utf-8")
    lines = (" ".join(f"{i}-{j}" for i, j in one.pairs.tolist()) for one in links)
    linked.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def spent() -> float:
        return sum(os.times()[:4])  # children's, too

    clock = spent()
    dataset_projection(str(tagged), str(texts), str(linked), len(source), str(folder / "peer.tsv"))
    theirs = spent() - clock
    clock = spent()
    examples = part("data.labelled")(tagged, task="ner", language="qaa")
    both = part("data.pairs")(
        part("data.written")(examples), part("data.texts")(texts, language="qab")
    )
    view = part("data.view")(both, part("data.pharaoh")(linked, both))
    write_conll(part("projection.by_links")(examples, view), folder / "ours.conll")
    return {"peer_files": theirs, "ours_files": spent() - clock}


def main() -> None:
    """Run the sections asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    sections = ["names", "slots", "answers", "speed"]
    parser.add_argument("--section", nargs="+", default=sections, choices=sections)
    parser.add_argument("--aligners", nargs="+", default=list(ALIGNERS), help=", ".join(ALIGNERS))
    parser.add_argument("--peer", type=Path, help="a checkout of Easy-Label-Projection")
    parser.add_argument("--json", action="store_true")
    asked_for = parser.parse_args()
    peer = None
    if asked_for.peer:
        sys.path.insert(0, str(asked_for.peer))
        from projection.annotation_proyection import (  # type: ignore[import-not-found]
            sentence_projection as peer,
        )
    rows: list[dict[str, Any]] = []
    for section in asked_for.section:
        found = measured(section, data_folder(), peer, asked_for.aligners)
        for row in [speed(peer)] if section == "speed" else found:
            rows.append(row)
            if asked_for.json:
                print(json.dumps(row), flush=True)
    if not asked_for.json:
        tell(rows)


def tell(rows: Sequence[dict[str, Any]]) -> None:
    """Means over languages, a table per section."""
    for section in dict.fromkeys(row["section"] for row in rows):
        own = [row for row in rows if row["section"] == section]
        if section == "speed":
            print("\n".join(f"{key}: {value}" for key, value in own[0].items()))
            continue
        ways = list(dict.fromkeys(row["way"] for row in own))
        languages = list(dict.fromkeys(row["language"] for row in own))
        print(
            f"\n{section}: {' '.join(languages)}\n| aligner | {' | '.join(ways)} |{'|---' * (len(ways) + 1)}|"
        )
        for aligner in dict.fromkeys(row["aligner"] for row in own):
            cells = []
            for way in ways:
                some = [r for r in own if (r["aligner"], r["way"]) == (aligner, way)]
                means = (
                    100 * float(np.mean([row[key] for row in some])) for key in ("f1", "yield")
                )
                cells.append("{:.1f} ({:.0f})".format(*means))
            print(f"| {aligner} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
