"""Makes open_ie.json: tuples scored by the code of CaRB and of BenchIE.

    git clone https://github.com/CSJianYang/Multilingual-Multimodal-NLP
    git -C Multilingual-Multimodal-NLP checkout 62a3ce6
    python tests/golden/open_ie.py Multilingual-Multimodal-NLP/MT4CrossOIE

The folder carries copies of both. Their code is only run: of CaRB `Benchmark.compare` with
`Matcher.binary_linient_tuple_match`, what scores MT4CrossOIE, from its file, with what it imports and does not use here
(docopt, ipdb, nltk, its readers) left out; of BenchIE everything. `planted` and `FACTS` are what they are asked.
`disturbed` makes what a system could have found of the gold of CaRB's development and test files, which lie in the same
folder and are not kept here; with them there, `tests/evaluation/test_open_ie.py` compares on these, too (CARB_FOLDER).
"""

import collections
import importlib
import json
import sys
import tempfile
import types
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
COMMIT = "62a3ce6"
WORDS = [
    "the",
    "cat",
    "dog",
    "river",
    "was",
    "is",
    "be",
    "been",
    "said",
    "told",
    "added",
    "adds",
    "near",
    "of",
    "in",
    "on",
    "house",
    "sees",
    "runs",
    "Asha",
    "Rome",
]
FACTS = """sent_id:1\tAsha served as the first minister of Kenya .
1--> Cluster 1:
Asha --> served as --> [the] [first] minister [of Kenya]
Asha --> served --> as [the] [first] minister [of Kenya]
1--> Cluster 2:
Asha --> is minister of --> Kenya

sent_id:2\tRain fell on the old town .
2--> Cluster 1:
Rain --> fell on --> [the] [old] town
2--> Cluster 2:
[the] town --> is --> old

sent_id:3\t雨 が 降る .
3--> Cluster 1:
雨 --> 降る --> 町 [に]
"""
SAID = [
    ("1", "Asha", "served as", "minister of Kenya"),
    ("1", "Asha", "served as", "the minister"),
    ("1", "Asha", "served", "as the first minister"),
    ("1", "Asha", "served as", "Kenya minister"),
    ("1", "Asha", "is minister of", "Kenya"),
    ("2", "Rain", "fell on", "old the town"),
    ("2", "town", "is", "old"),
    ("3", "雨", "降る", "町"),
    ("3", "雨", "降る", "町 に に"),
]


def planted(seed: int = 5) -> tuple[list[list[dict]], list[list[dict]]]:
    """Tuples found and right ones of forty sentences, with equal scores, words twice, and arguments that lack."""
    draw = np.random.default_rng(seed)
    gold, found = [], []
    for _ in range(40):
        own = [a_tuple(draw) for _ in range(draw.integers(1, 4))]
        gold.append(own)
        found.append(disturbed(own, draw) if draw.random() < 0.85 else [])
    return found, gold


def a_tuple(draw: np.random.Generator) -> dict[str, Any]:
    """Some words as a relation and one to four arguments."""
    texts = [" ".join(draw.choice(WORDS, draw.integers(1, 4))) for _ in range(draw.integers(2, 6))]
    return {"relation": texts[0], "arguments": texts[1:], "score": 1.0}


def disturbed(gold: list[dict], draw: np.random.Generator) -> list[dict]:
    """Of right tuples some, with words left out or doubled, arguments turned or lost, and scores that may be equal."""
    made = []
    for one in gold:
        for _ in range(draw.integers(0, 3)):
            texts = [" ".join(_some(text, draw)) for text in [one["relation"], *one["arguments"]]]
            arguments = texts[1:]
            if draw.random() < 0.2:
                arguments = arguments[::-1]
            if draw.random() < 0.2:
                arguments = arguments[:-1]
            score = float(draw.integers(1, 20)) / 20
            made.append({"relation": texts[0] or "is", "arguments": arguments, "score": score})
    return made


def _some(text: str, draw: np.random.Generator) -> list[str]:
    return [w for word in text.split() for w in [word] * int(draw.choice([0, 1, 1, 1, 2]))]


def main() -> None:
    """Ask both and keep what they say."""
    folder = Path(sys.argv[1])
    ask = asked(folder)
    found, gold = planted()
    answers: dict[str, Any] = {"planted": ask(found, gold)}
    for name in ("dev", "test"):
        own = gold_of(folder / "carb" / f"CaRB_{name}.tsv")
        draw = np.random.default_rng(7)
        answers[name] = ask([disturbed(one, draw) for one in own], own)
    answers["facts"] = benchie(folder)
    text = json.dumps({"tools": {"Multilingual-Multimodal-NLP": COMMIT}, "answers": answers})
    (HERE / "open_ie.json").write_text(text + "\n", encoding="utf-8")


def gold_of(path: Path) -> list[list[dict]]:
    """Right tuples per sentence of a file of CaRB."""
    sentences: dict[str, list[dict]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        text, relation, *arguments = line.strip().split("\t")
        kept = [one.strip() for one in arguments if "C: " not in one]
        made = {"relation": relation.strip(), "arguments": kept, "score": 1.0}
        sentences.setdefault(text.strip(), []).append(made)
    return list(sentences.values())


def asked(folder: Path) -> Any:
    """CaRB's own scorer as a function of tuples found and right ones."""
    stop = types.SimpleNamespace(words=lambda language: [])
    for name, inside in {
        "docopt": {}, "ipdb": {}, "nltk": {}, "nltk.translate": {}, "nltk.translate.bleu_score": {"sentence_bleu": None},
        "nltk.corpus": {"stopwords": stop}, "carb.goldReader": {"GoldReader": None},
        "carb.gold_relabel": {"Relabel_GoldReader": None},
    }.items():  # fmt: skip
        sys.modules[name] = types.ModuleType(name)
        vars(sys.modules[name]).update(inside)
    sys.path.insert(0, str(folder))
    scorer = importlib.import_module("carb.carb").Benchmark
    matcher = importlib.import_module("carb.matcher").Matcher

    def ask(found: list[list[dict]], gold: list[list[dict]]) -> dict[str, float]:
        own = scorer.__new__(scorer)
        own.gold = collections.OrderedDict(named(gold))
        with tempfile.TemporaryDirectory() as place:
            auc, (precision, recall, f1) = own.compare(
                named(found), matcher.binary_linient_tuple_match, f"{place}/curve"
            )
        numbers = {"auc": auc, "precision": precision, "recall": recall, "f1": f1}
        return {name: round(float(value), 5) for name, value in numbers.items()}

    return ask


def named(rows: list[list[dict]]) -> dict[str, list[Any]]:
    """By a name of the sentence, as CaRB has its extractions."""
    return {
        f"s{k}x": [
            types.SimpleNamespace(pred=t["relation"], args=t["arguments"], confidence=t["score"])
            for t in own
        ]
        for k, own in enumerate(rows)
        if own
    }


def benchie(folder: Path) -> dict[str, float]:
    """BenchIE's own scores of `SAID`."""
    sys.path.insert(0, str(folder / "benchie"))
    asking = importlib.import_module("src.benchie").Benchie()
    with tempfile.TemporaryDirectory() as place:
        Path(place, "gold").write_text(FACTS, encoding="utf-8")
        Path(place, "said").write_text(
            "".join("\t".join(one) + "\n" for one in SAID), encoding="utf-8"
        )
        asking.load_gold_annotations(filename=f"{place}/gold")
        asking.add_oie_system_extractions(oie_system_name="said", filename=f"{place}/said")
    asking.compute_precision()
    asking.compute_recall()
    asking.compute_f1()
    own = asking.scores["said"]
    return {name: round(float(getattr(own, name)), 5) for name in ("precision", "recall", "f1")}


if __name__ == "__main__":
    main()
