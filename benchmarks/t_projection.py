"""What T-Projection published: its choice of candidates by mT5 and M2M100 replayed, its MasakhaNER projections read and tested.

python -m benchmarks.t_projection T-PROJECTION [--most 4000] [--json]

T-PROJECTION is a checkout of ikergarcia1996/T-Projection.

`europarl`: its test data, 32 sentences of Europarl, English to Spanish, with candidates that mT5-large wrote and scores by M2M100.
Rows: `published` is the file of tags that it ships, `replayed` what `projection.by_candidates` makes of the same candidates
and scores as published, `surest` with the surest span first; `same` is the share of sentences with the published tags.

`masakhaner`: its English CoNLL-2003 training data translated and projected. A hidden Markov model learns from the first
--most sentences and tags the test set of MasakhaNER 2; types that one of both sets lacks (MISC, DATE) are no spans.
Beside it one that learned from WikiGold in English.
"""

import argparse
import json
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import data_folder
from calque import part
from calque.values import Bitext, Labelled, Texts

NAMES = {"Organization": "ORG", "Person": "PER", "Location": "LOC", "Miscellaneous": "MISC"}
LANGUAGES = {"hau": "hau", "ibo": "ibo", "swa": "swh", "yor": "yor"}
_ANSWER = re.compile(r"<(\w+)>(.*?)</\1>")
read, f1 = part("data.labelled"), part("evaluation.span_f1")


def europarl(folder: Path) -> Iterator[dict[str, Any]]:
    """The choice among published candidates."""
    data = folder / "datasets" / "test_data"
    lines = (data / "mt5-large/en2es.europarl.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    scores = json.loads((data / "mt5-large/en2es.europarl.json").read_text(encoding="utf-8"))
    source = Labelled.of(
        [{"words": r["source_word"].split(), "tags": r["source_label"].split()} for r in rows],
        "tags",
        "eng",
    )
    target = Texts.of([r["target_word"] for r in rows], "spa", tokenized=True)
    view = part("data.view")(part("data.pairs")(part("data.written")(source), target))
    gold = read(data / "es.europarl.gold", task="ner", language="spa").gold
    shipped = read(data / "mt5-large/en2es.europarl.conll", task="ner", language="spa").gold

    def scorer(bitext: Bitext) -> np.ndarray:
        return np.array([scores.get(_key(a), {}).get(_key(b), 0.0) for a, b in bitext])

    generated = Texts.of(["\t".join(one) for one in _candidates(source, rows)], "spa")
    made = {"published": shipped}
    for way, first in (("replayed", "source"), ("surest", "surest")):
        settings = {"longer": None, "first": first}
        made[way] = part("projection.by_candidates")(
            source, view, scorer, generated, **settings
        ).gold
    for way, tags in made.items():
        score = f1(tags, gold)
        same = np.mean([a == b for a, b in zip(tags, shipped, strict=True)])
        row = {"section": "europarl", "way": way, "f1": score.value, "low": score.low}
        yield row | {"high": score.high, "same": float(same), "sentences": len(rows)}


def _key(text: str) -> str:
    """As its file of scores has it, without punctuation."""
    return text.translate(str.maketrans("", "", string.punctuation))


def _candidates(source: Labelled, rows: list[dict[str, Any]]) -> Iterator[list[str]]:
    """Of each span what was written of its type, in order."""
    for example, row in zip(source, rows, strict=True):
        written = [found for answer in row["preds"] for found in _ANSWER.findall(answer)]
        for tag in example["tags"]:
            if tag.startswith("B-"):
                own = [text.strip() for name, text in written if NAMES.get(name) == tag[2:]]
                yield list(dict.fromkeys(filter(None, own)))


def masakhaner(folder: Path, data: Path, most: int) -> Iterator[dict[str, Any]]:
    """Taggers that learned from the published projections."""
    wikigold = read(data / "ner-english/wikigold/wikigold.conll.txt", task="ner", language="eng")
    english = _plain(wikigold)
    for name, code in LANGUAGES.items():
        path = folder / "datasets/masakhaNER_projections" / f"{name}.train.txt"
        projected = _plain(read(path, task="ner", language=code))
        test = _plain(read(data / "masakhaner2" / name / "test.txt", task="ner", language=code))
        row = {"section": "masakhaner", "language": code, "sentences": len(projected)}
        row["spans"] = sum(tag.startswith("B-") for tags in projected.gold for tag in tags)
        for way, training in (
            ("zero-shot", english),
            ("published", projected.take(range(min(most, len(projected))))),
        ):
            tagger = part("projection.fit_tagger")(training)
            score = f1(part("projection.tag")(tagger, test), test.gold)
            yield row | {"way": way, "f1": score.value, "low": score.low, "high": score.high}


def _plain(examples: Labelled) -> Labelled:
    """Types that both sets have."""
    rows = [
        {"words": r["words"], "tags": ["O" if t[2:] in ("MISC", "DATE") else t for t in r["tags"]]}
        for r in examples
        if r["words"]
    ]
    return Labelled.of(rows, "tags", examples.language)


def main() -> None:
    """Run both sections."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=4000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    for rows in (europarl(asked.folder), masakhaner(asked.folder, data_folder(), asked.most)):
        for row in rows:
            shown = {k: f"{100 * v:.1f}" if isinstance(v, float) else v for k, v in row.items()}
            print(
                json.dumps(row) if asked.json else " | ".join(map(str, shown.values())), flush=True
            )


if __name__ == "__main__":
    main()
