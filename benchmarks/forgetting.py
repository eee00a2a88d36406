"""What a writer of several languages forgets when it learns a task in one of them, and what keeps it from that.

python -m benchmarks.forgetting [--seeds 0 1 2] [--methods full prompt ...] [--json]

Vu et al. 2022, https://arxiv.org/abs/2205.12647, at a size that a CPU trains: a small model drawn anew reads texts with
gaps in three languages of a synthetic family, all behind one mark, so that nothing but the text says in which language to
write. Then it learns in the first language alone to cut statements down to who does what, and does so in all: whole
tuning (full), a prompt before a frozen model (prompt), both with texts with gaps of all languages among the examples
(mixed), and a prompt for each language and each task (factored), where a language's goes with the task's that it never met.
"supervised" learns from examples of all languages. "lora" learns the task by low-rank differences; "arithmetic" adds a
share of what the target's texts taught beyond the first language's (Chronopoulou et al. 2024,
https://arxiv.org/abs/2311.09344), "related" of what another language's did, each share searched on new examples of the
first language. --unknown leaves the last languages out of what the base has read. A row has the share of texts in another language than they should
be, the share in the first one, ROUGE-L, and exact texts. Rows that the file --rows has already are not made again.
"""

import argparse
import logging
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch

from benchmarks.common import ROOT
from benchmarks.common_alignment import keep, rows_of
from calque import part
from calque.synthetic import Family, named
from calque.values import Bitext, Checkpoint, Patch, Texts, View, Vocabulary
from calque.workspace import working_in

FAMILY = (
    "languages=3 tree=chain scripts=Latn order=SVO morphology=isolating articles=no concepts=40 topics=2 "
    "cognates=0.5 overlap=0.2"
)
MARK, GAP = "any", "_"
Fitted = Callable[
    [str], tuple[Checkpoint, Patch | None]
]  # for a language a model, and what is put on it
# of the task, the target's texts, the first language's; (1 - λ) task + λ (target - first), and task + λ target
WEIGHTS = [[1.0, 0.0, 0.0], [0.5, 0.5, -0.5], [1.0, 0.5, 0.0], [1.0, 1.0, 0.0]]

_MADE: dict[str, Patch] = {}


def main() -> None:
    """Tune and judge what is asked for and not there yet; rows as they come, or a table at the end."""
    logging.basicConfig(level=logging.WARNING)
    logging.getLogger("calque.adaptation.search").setLevel(
        logging.INFO
    )  # the weights that it takes
    asked = arguments()
    torch.set_num_threads(asked.threads)
    names = ("family", "texts", "unknown", "epochs", "examples", "task_epochs", "count", "test")
    facts = {name: getattr(asked, name) for name in names}
    for seed in asked.seeds:
        family = named(f"{asked.family} seed={seed}")
        with working_in(asked.out / str(seed)):
            told = [facts | {"seed": seed, "method": method} for method in asked.methods]
            left = [
                t for t in told if not any(t.items() <= row.items() for row in rows_of(asked.rows))
            ]
            base = writer(family, seed, asked) if left else None
            for one in left:
                assert base is not None
                clock = time.process_time()
                fitted = learned(one["method"], base, family, seed, asked)
                for language in family.languages:
                    model, patch = fitted(language)
                    seconds = round(time.process_time() - clock, 1)
                    found = judged(model, patch, family, seed, language, asked)
                    found |= {"language": language, "seconds": seconds}
                    keep(one | found, asked.rows, asked.json)
    if not asked.json:
        tell([row for row in rows_of(asked.rows) if facts.items() <= row.items()])


def gaps(family: Family, language: str, count: int, seed: int) -> Bitext:
    """Texts with gaps beside themselves whole, behind the common mark."""
    texts = family.texts(language, count, seed)
    pairs = part("data.holed")(texts, share=0.3, sign=GAP, seed=seed)
    return part("data.relabelled")(pairs, source=MARK, target=MARK)


def examples(family: Family, language: str, count: int, seed: int) -> Bitext:
    """Statements beside what is left of them: who does what."""
    sides = (family.texts(language, count, seed, of=of) for of in ("statements", "gists"))
    return part("data.relabelled")(part("data.pairs")(*sides), source=MARK, target=MARK)


def vocabulary(family: Family, size: int) -> Vocabulary:
    """Pieces of all languages, the sign of a gap among them."""
    texts = [family.texts(language, 500, 3) for language in family.languages]
    signs = Texts.of([f"{GAP} " * 50], family.languages[0], tokenized=True)
    return part("vocabulary.byte_pairs")(part("data.pooled")([*texts, signs]), size=size)


def writer(family: Family, seed: int, asked: argparse.Namespace) -> Checkpoint:
    """A model that fills gaps in every language."""
    start = part("models.fresh_translator")(
        vocabulary(family, asked.size), languages=[MARK], width=asked.width, layers=1, longest=64, seed=seed
    )  # fmt: skip
    known = family.languages[: len(family.languages) - asked.unknown]
    pairs = [gaps(family, language, asked.texts, 10) for language in known]
    return part("models.tune_translator")(
        start, pairs, epochs=asked.epochs, learning_rate=asked.base_rate, tokens=1024, both=False,
        smoothing=0.0, seed=seed,
    )  # fmt: skip


def learned(
    method: str, base: Checkpoint, family: Family, seed: int, asked: argparse.Namespace
) -> Fitted:
    """What a method makes of the base."""
    first, *_ = codes = family.languages
    task = [examples(family, first, asked.examples, 20)]
    more = [gaps(family, language, asked.examples // 4, 21) for language in codes]
    common = {"epochs": asked.task_epochs, "tokens": 1024, "seed": seed}
    if method == "factored":
        prompts = part("models.factored_prompts")(
            base, [*task, *more], names=[[first, "gist"], *([code, "gaps"] for code in codes)],
            count=asked.count // 2, learning_rate=asked.prompt_rate, **common,
        )  # fmt: skip
        mixed = partial(part("adaptation.recombine"), prompts)
        return lambda language: (base, mixed(names=[language, "gist"]))
    if method == "supervised":
        task += [examples(family, language, asked.examples, 20) for language in codes[1:]]
    pairs = [*task, *more] if method.endswith("mixed") else task
    if method.startswith("prompt"):
        prompt = part("models.translator_patch")(
            base, pairs, patchers=[partial(part("adaptation.prompt"), count=asked.count)],
            learning_rate=asked.prompt_rate, **common,
        )  # fmt: skip
        return lambda _: (base, prompt)
    if method in ("lora", "arithmetic", "related"):
        return low_rank(method, base, family, task, common, asked)
    made = part("models.tune_translator")(
        base, pairs, learning_rate=asked.full_rate, both=False, smoothing=0.0, **common
    )
    return lambda _: (made, None)


def low_rank(
    method: str, base: Checkpoint, family: Family, task: list[Bitext], common: dict[str, Any],
    asked: argparse.Namespace,
) -> Fitted:  # fmt: skip
    """The task by low-rank differences, alone or with what texts of a language taught."""
    learn = partial(
        part("models.translator_patch"), base, patchers=[partial(part("adaptation.lora"), at="")],
        learning_rate=asked.lora_rate, **common,
    )  # fmt: skip
    first, *others = family.languages
    task_patch = once(f"{base.folder} task", lambda: learn(task))
    if method == "lora":
        return lambda _: (base, task_patch)
    dev = examples(family, first, asked.test, 30)
    scorer = partial(part("models.translation_scores"), both=False, normalized=False)

    def of_texts(code: str) -> Patch:
        pairs = [gaps(family, code, asked.examples, 21)]
        return once(f"{base.folder} {code}", lambda: learn(pairs))

    def fitted(language: str) -> tuple[Checkpoint, Patch | None]:
        if language == first:
            return base, task_patch
        chosen = language
        if method == "related":
            chosen = next(code for code in others if code != language)
        parents = [task_patch, of_texts(chosen), of_texts(first)]
        made = part("adaptation.search")(
            parents, base, dev, scorer=scorer, weights=WEIGHTS, slack=asked.slack
        )
        return made, None

    return fitted


def once(name: str, make: Callable[[], Patch]) -> Patch:
    """A patch that several methods need, made for the first of them."""
    if name not in _MADE:
        _MADE[name] = make()
    return _MADE[name]


def judged(
    model: Checkpoint, patch: Patch | None, family: Family, seed: int, language: str,
    asked: argparse.Namespace,
) -> dict[str, Any]:  # fmt: skip
    """Language and quality of what is written for new statements of a language."""
    texts, gold = (family.texts(language, asked.test, 99, of=of) for of in ("statements", "gists"))
    said = part("models.translate")(texts, model, patch, language=MARK).rewritten
    view = View.whole(texts, Texts.of(list(said), language, tokenized=True))
    judge = part("synthetic.identifier")(family=f"{asked.family} seed={seed}")
    off = part("evaluation.off_target_rows")(view, judge)
    first = sum(row["found"] == family.languages[0] for row in off)
    return {
        "off": round(len(off) / asked.test, 4),
        "first": round(first / asked.test, 4),
        "rouge": round(part("evaluation.rouge")(view, gold, boot=1).value, 4),
        "exact": round(sum(a == b for a, b in zip(said, gold, strict=True)) / asked.test, 4),
    }


def tell(rows: list[dict[str, Any]]) -> None:
    """A line per method: in the first language and in the others, means over seeds, and each seed's off-target rate."""
    print(
        "| method | learned in: ROUGE-L, exact | others: off target (seeds) | in the first language | ROUGE-L | exact | s |"
    )
    print("|---" * 7 + "|")
    for method in dict.fromkeys(row["method"] for row in rows):
        found = [row for row in rows if row["method"] == method]
        first = found[0]["language"]
        here = [row for row in found if row["language"] == first]
        there = [row for row in found if row["language"] != first]
        seeds = {
            row["seed"]: [r["off"] for r in there if r["seed"] == row["seed"]] for row in there
        }
        each = ", ".join(_percent(off) for off in seeds.values())
        column = [
            _percent([row[name] for row in there]) for name in ("off", "first", "rouge", "exact")
        ]
        print(
            f"| {method} | {_percent([r['rouge'] for r in here])}, {_percent([r['exact'] for r in here])} "
            f"| {column[0]} ({each}) | {' | '.join(column[1:])} "
            f"| {statistics.mean(row['seconds'] for row in found):.0f} |"
        )


def _percent(values: list[float]) -> str:
    return f"{100 * statistics.mean(values):.1f}"


METHODS = ("full", "full-mixed", "prompt", "prompt-mixed", "factored", "supervised")
LOW_RANK = ("lora", "arithmetic", "related")


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """What is asked for on the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--family", default=FAMILY)
    parser.add_argument("--methods", nargs="+", default=list(METHODS), choices=METHODS + LOW_RANK)
    parser.add_argument("--texts", type=int, default=700, help="texts with gaps per language")
    parser.add_argument(
        "--unknown", type=int, default=0, help="languages that the base has not read, the last ones"
    )
    parser.add_argument("--epochs", type=int, default=8, help="of those texts")
    parser.add_argument("--base-rate", type=float, default=3e-3)
    parser.add_argument("--examples", type=int, default=300, help="of the task")
    parser.add_argument("--task-epochs", type=int, default=12)
    parser.add_argument("--full-rate", type=float, default=3e-3, help="of whole tuning")
    parser.add_argument("--prompt-rate", type=float, default=1e-1)
    parser.add_argument("--lora-rate", type=float, default=3e-3)
    parser.add_argument(
        "--slack", type=float, default=0.25, help="of the score that the search may give up"
    )
    parser.add_argument("--count", type=int, default=20, help="vectors of a prompt")
    parser.add_argument("--test", type=int, default=40, help="texts per language")
    parser.add_argument("--size", type=int, default=700, help="pieces")
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks" / "forgetting")
    parser.add_argument("--rows", type=Path, help="rows made so far; rows.jsonl in --out")
    parser.add_argument("--json", action="store_true", help="rows as JSON lines")
    asked = parser.parse_args(given)
    asked.rows = asked.rows or asked.out / "rows.jsonl"
    return asked


if __name__ == "__main__":
    main()
