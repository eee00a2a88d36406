"""Ways of transfer on three test sets, with what each costs: zero-shot, translate-train, translate-test, combinations.

    python -m benchmarks.cost_benefit CHECKOUT [--what topics entailment answers] [--seeds 0] [--json]

CHECKOUT is https://github.com/unicamp-dl/cross-lingual-analysis, of which ASSIN2 and FaQuAD (both Portuguese) are read.

topics      SIB-200, English to Spanish (Apertium's eng-spa both ways) and Portuguese (over Spanish, then es-pt)
entailment  English SICK to ASSIN2, two classes
answers     English XQuAD to FaQuAD

The body of minilm stands still and is read once, heads learn (`trains`), so that all of it takes minutes. Translators are
asked anew: everything is made in a fresh cache. Prices are those of --hour and --characters; Apertium itself costs nothing but its time, `characters` says what a service would charge for.
"""

import argparse
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import data_folder
from calque import part
from calque.data.squad import write_squad
from calque.data.tsv import write_tsv
from calque.prices import Prices
from calque.run import run
from calque.values import Labelled
from calque.ways import ways

WHAT = ("topics", "entailment", "answers")


def _translators(target: str) -> dict[str, Any]:
    """Apertium from English and back; to Portuguese it goes over Spanish."""
    chains = {
        "spa": (["eng-spa"], ["spa-eng"]),
        "por": (["eng-spa", "es-pt"], ["pt-es", "spa-eng"]),
    }
    languages = {"eng-spa": "spa", "es-pt": "por", "pt-es": "spa", "spa-eng": "eng"}
    found = {}
    for name, pairs in zip(("there", "back"), chains[target], strict=True):
        steps = [{"use": "projection.apertium", "pair": p, "language": languages[p]} for p in pairs]
        found[name] = {"use": "projection.pivot", "ways": steps}
    return found


def topics(_: Path, __: Path, seed: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Topics of sentences in Spanish and Portuguese."""
    folder = data_folder() / "sib-200"
    for target in ("spa", "por"):
        inputs = {
            "train": str(folder / "eng_Latn" / "train.tsv"),
            "test": str(folder / f"{target}_Latn" / "test.tsv"),
            "task": "topic",
        }
        yield target, inputs | _still(seed)


def entailment(
    checkout: Path, work: Path, seed: int, learned: int = 600, asked: int = 300
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Whether one sentence follows from another, in Portuguese."""
    sick = (data_folder() / "sick-nl" / "SICK_NL.txt").read_text(encoding="utf-8").splitlines()
    names = sick[0].split("\t")
    first, second, label = (
        names.index(n) for n in ("sentence_A_original", "sentence_B_original", "entailment_label")
    )
    cells = [line.split("\t") for line in sick[1:]]
    english = [_pair(row[first], row[second], row[label] == "ENTAILMENT") for row in cells]
    tests = part("data.labelled")(
        checkout / "data" / "assin2-test.csv", task="nli",
        columns={"text": "t", "text_b": "h", "label": "_entailment"},
    )  # fmt: skip
    portuguese = [_pair(row["text"], row["text_b"], row["label"] == "Entailment") for row in tests]
    inputs = {"task": "nli"}
    for name, rows, count in (("train", english, learned), ("test", portuguese, asked)):
        write_tsv(Labelled.of(_even(rows, count, seed), "pair"), work / f"{name}.tsv")
        inputs[name] = str(work / f"{name}.tsv")
    yield "por", inputs | _still(seed)


def _pair(text: str, text_b: str, follows: bool) -> dict[str, str]:
    return {"text": text, "text_b": text_b, "label": "yes" if follows else "no"}


def _even(rows: list[dict[str, str]], count: int, seed: int) -> list[dict[str, str]]:
    """As many of either class as of the other, drawn."""
    kept = []
    for label in ("yes", "no"):
        own = [row for row in rows if row["label"] == label]
        order = np.random.default_rng(seed).permutation(len(own))[: count // 2]
        kept += [own[place] for place in sorted(order)]
    return kept


def answers(
    checkout: Path, work: Path, seed: int, learned: int = 100, asked: int = 63
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Questions about Portuguese texts."""
    with tarfile.open(checkout / "data" / "FAQUAD.tar.gz") as packed:
        packed.extract("dev-v1.1.json", work, filter="data")
    read = part("data.labelled")
    files = {"train": data_folder() / "xquad" / "xquad.en.json", "test": work / "dev-v1.1.json"}
    inputs: dict[str, Any] = {}
    for name, count in (("train", learned), ("test", asked)):
        examples = read(files[name], task="answer")
        order = np.random.default_rng(seed).permutation(len(examples))[:count]
        write_squad(examples.take(np.sort(order)), work / f"{name}.json")
        inputs[name] = str(work / f"{name}.json")
    yield "por", inputs | _still(seed, "qa_outputs") | {"epochs": 2}


def _still(seed: int, head: str = "classifier") -> dict[str, Any]:
    rate = {head: 1e-2, "": 1e-3}
    trains = {"classifier": "pooler|classifier"}.get(head, head)
    return {"base": "minilm", "epochs": 10, "rate": rate, "trains": trains, "seed": seed}


def told(
    what: str, target: str, inputs: dict[str, Any], prices: Prices, work: Path, most: int
) -> list[dict[str, Any]]:
    """One row for each way."""
    name = f"adaptation/cost-benefit-{'answers' if what == 'answers' else 'transfer'}"
    given = inputs | _translators(target) | {"source": "eng", "target": target}
    made = run(name, given, out=work / f"{what}-{target}")
    return [{"what": what, "target": target} | row for row in ways(made, prices, most=most)]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--what", nargs="+", choices=WHAT, default=WHAT)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--hour", type=float, default=0.5)
    parser.add_argument("--characters", type=float, default=20.0, help="price of a million")
    parser.add_argument("--learned", type=int, help="examples, but of topics")
    parser.add_argument("--asked", type=int, help="test examples, but of topics")
    parser.add_argument("--most", type=int, default=16, help="test examples timed one by one")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    prices = Prices(asked.hour, asked.characters)
    many = {n: v for n, v in (("learned", asked.learned), ("asked", asked.asked)) if v}
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CALQUE_HOME"] = str(Path(folder) / "home")
        for seed in asked.seeds:
            for what in asked.what:
                work = Path(folder) / f"{what}-{seed}"
                work.mkdir()
                own = {} if what == "topics" else many
                for target, inputs in _RUN[what](asked.checkout, work, seed, **own):
                    found = told(what, target, inputs, prices, work, asked.most)
                    rows += [{"seed": seed} | row for row in found]
    if asked.json:
        print(json.dumps(rows, indent=1))
        return
    columns = list(rows[0])
    print(f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|")
    for row in rows:
        cells = (f"{v:.4g}" if isinstance(v, float) else str(v) for v in row.values())
        print(f"| {' | '.join(cells)} |")


_RUN = {"topics": topics, "entailment": entailment, "answers": answers}


if __name__ == "__main__":
    main()
