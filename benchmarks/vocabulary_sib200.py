"""Every mixer on topics of SIB-200: a classifier tuned on English, with the target's words given to it.

python -m benchmarks.vocabulary_sib200 [--languages swh tur] [--mixers surface transtokens] [--imitate] [--json]

The tuned all-MiniLM gets a new vocabulary, the same for all mixers, trained on the target side of
NTREX-128 (1,997 lines), whose pairs are also what mixers learn from. A row is one mixer in one language:
`accuracy` on the 204 test sentences and `retrieval`, how many of them find their English original among
204, right after the swap. With --imitate the body then learns for `epochs` the vectors of the English
side, some 60 seconds on one core, before it is measured. Target labels choose nothing.

`pieces_per_word` is that of the new vocabulary on the test sentences, `pieces_per_word_before` that of
the old one. --rows keeps rows as they come: what stands there is not run again.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

import torch

from benchmarks.common import ROOT, data_folder, parallel
from benchmarks.common_alignment import keep, rows_of
from benchmarks.transfer_sib200 import LANGUAGES, OTHERS
from calque import part
from calque.values import Bitext, Checkpoint, Labelled, Lexicon, Links, Mixture, Space, Vocabulary

RANDOM_SEEDS = 5
EPOCHS = 1


class Case:
    """A language: its pairs, links and vocabularies, each made when first asked for."""

    def __init__(self, data: Path, language: str, out: Path, tuned: Checkpoint):
        path = parallel(data, language, out / "parallel")
        self.pairs: Bitext = part("data.bitext")(path, source="eng", target=language)
        self.tuned = tuned
        self.old: Vocabulary = part("models.vocabulary")(tuned)
        self.new: Vocabulary = part("vocabulary.train")(self.pairs.targets, size=5000)

    @cached_property
    def links(self) -> list[Links]:
        """Words linked by the recipes' aligner."""
        return part("wordalign.agreement")(self.pairs, prefix=5, threshold=0.05)

    @cached_property
    def lexicon(self) -> Lexicon:
        """What the links say."""
        return part("wordalign.lexicon")(self.pairs, self.links)

    @cached_property
    def words(self) -> tuple[Space, Space]:
        """Vectors of English and of target words in one space, all from the same 1,997 pairs."""
        make = part("vocabulary.static_vectors")
        english, target = make(self.pairs.sources), make(self.pairs.targets)
        return part("spaces.procrustes")(english, target, self.lexicon)(english), target

    @cached_property
    def taught(self) -> Any:
        """What the tuned model says of the English side, the same for every mixer."""
        encode = part("models.sentences")
        return encode(self.tuned, self.pairs.sources, pooling="first", normalize=False)


def _by_pieces(name: str) -> Callable[[Case], Mixture]:
    return lambda case: part(f"vocabulary.{name}")(case.old, case.new)


def _transtokens(case: Case) -> Mixture:
    mix = part("vocabulary.transtokens")
    return mix(case.old, case.new, case.pairs, case.links, least=0.1)


def _then(first: Callable[[Case], Mixture], name: str) -> Callable[[Case], Mixture]:
    """The first mixer, and where it knows nothing `merges`, or `spelled_alike` by what it knows."""

    def mix(case: Case) -> Mixture:
        mixtures = [first(case)]
        if name == "spelled_alike":
            return part("vocabulary.spelled_alike")(case.old, case.new, mixtures)
        return part("vocabulary.blend")(
            case.old, case.new, [*mixtures, part(f"vocabulary.{name}")(case.old, case.new)]
        )

    return mix


def _copied(case: Case) -> Mixture:
    same = part("vocabulary.surface")(case.old, case.new)
    return part("vocabulary.blend")(case.old, case.new, [same, _transtokens(case)])


def _translated(case: Case) -> Mixture:
    return part("vocabulary.translated")(case.old, case.new, case.lexicon)


def _aligned(case: Case) -> Mixture:
    return part("vocabulary.aligned")(case.old, case.new, case.pairs.targets)


def _wechsel(case: Case) -> Mixture:
    by_grams = part("vocabulary.piece_vectors")
    spaces = (by_grams(v, w) for v, w in zip((case.old, case.new), case.words, strict=True))
    return part("vocabulary.wechsel")(case.old, case.new, *spaces)


def _ofa(case: Case) -> Mixture:
    means = partial(part("vocabulary.piece_means"), capitals=True)
    spaces = (means(v, w) for v, w in zip((case.old, case.new), case.words, strict=True))
    return part("vocabulary.ofa")(case.old, case.new, *spaces)


def _focus(case: Case) -> Mixture:
    vectors = part("vocabulary.static_pieces")(case.new, case.pairs.targets, least=2)
    return part("vocabulary.focus")(case.old, case.new, vectors)


# by name: the mixture, and what `models.swap` does with rows that it leaves unknown. CLP is not among
# them: it needs a model of the target language
MIXERS: dict[str, tuple[Callable[[Case], Mixture], dict[str, Any]]] = {
    "random": (_by_pieces("unknown"), {"noise": 1.0}),
    "mean": (_by_pieces("unknown"), {}),
    "surface": (_by_pieces("surface"), {}),
    "surface, random": (_by_pieces("surface"), {"noise": 1.0}),
    "merges": (_by_pieces("merges"), {}),
    "aligned": (_aligned, {}),
    "focus": (_focus, {}),
    "wechsel": (_wechsel, {}),
    "ofa": (_ofa, {}),
    "translated": (_translated, {}),
    "transtokens": (_transtokens, {}),
    "surface, transtokens": (_copied, {}),
    "transtokens, spelled_alike": (_then(_transtokens, "spelled_alike"), {}),
    "transtokens, merges": (_then(_transtokens, "merges"), {}),
    "transtokens, grams": (_transtokens, {"grams": True}),
}


def main() -> None:
    """Run what is asked for and not there yet; rows as they come, or a table at the end."""
    asked = _arguments()
    torch.set_num_threads(asked.threads)
    data, done = data_folder(), rows_of(asked.rows)
    start = part("models.load")(asked.model)
    train, dev = (_labelled(data, "eng_Latn", name) for name in ("train", "dev"))
    tuned = cache(partial(_tuned, start, train, dev))
    originals = _labelled(data, "eng_Latn", "test")
    english = cache(lambda: part("models.sentences")(tuned(), part("data.written")(originals)))
    for language in asked.languages:
        tests = _labelled(data, f"{language}_{(LANGUAGES | OTHERS)[language]}", "test")
        case = cache(lambda language=language: Case(data, language, asked.out, tuned()))
        for name in asked.mixers:
            for seed in range(RANDOM_SEEDS if "random" in name else 1):
                told = {"task": "topic", "target": language, "mixer": name, "seed": seed}
                told |= {"model": asked.model, "epochs": EPOCHS if asked.imitate else 0}
                if not any(told.items() <= row.items() for row in done):
                    row = told | _measured(case(), name, seed, tests, english(), asked.imitate)
                    done.append(row)
                    keep(row, asked.rows, asked.json)
    if not asked.json:
        wanted = [
            row for row in done if row["target"] in asked.languages and row["model"] == asked.model
        ]
        _tell([row for row in wanted if row["mixer"] in asked.mixers])


def _measured(
    case: Case,
    name: str,
    seed: int,
    tests: Labelled,
    english: Any,
    imitate: bool,
) -> dict[str, Any]:
    make, rest = MIXERS[name]
    clock = time.process_time()
    mixture = make(case)
    mixed = time.process_time() - clock
    grams = part("vocabulary.grams")(case.new) if rest.get("grams") else None
    noise = rest.get("noise", 0.0)
    model = part("models.swap")(case.tuned, case.new, mixture, grams, noise=noise, seed=seed)
    if imitate:
        model = _imitated(model, case, seed)
    seconds = time.process_time() - clock
    predictions = part("models.predict")(model, tests)
    score = part("evaluation.accuracy")(predictions, part("data.labels")(tests))
    texts = part("data.written")(tests)
    found = part("evaluation.retrieval")(part("models.sentences")(model, texts), english)
    before, after = (part("vocabulary.fertility")(v, texts).rows[0] for v in (case.old, case.new))
    return {
        "accuracy": score.value,
        "low": score.low,
        "high": score.high,
        "retrieval": found.value,
        "known": float(mixture.known.mean()),
        "pieces_per_word": after["pieces_per_word"],
        "pieces_per_word_before": before["pieces_per_word"],
        "mixing": mixed,
        "ours": seconds,
    }


def _imitated(model: Checkpoint, case: Case, seed: int) -> Checkpoint:
    """The student has learned the tuned model's vectors of the English side, as in transfer/distilled."""
    return part("models.imitate")(
        model,
        case.pairs.targets,
        case.taught,
        loss=part("distillation.sentence"),
        pooling="first",
        epochs=EPOCHS,
        seed=seed,
    )


def _tuned(start: Checkpoint, train: Labelled, dev: Labelled) -> Checkpoint:
    rates = {"classifier": 1e-3, "": 5e-5}
    return part("models.tune")(start, train, dev, epochs=4, learning_rate=rates)


def _labelled(data: Path, folder: str, name: str) -> Labelled:
    path = data / "sib-200" / folder / f"{name}.tsv"
    return part("data.labelled")(path, task="topic", language=folder[:3])


def _tell(rows: list[dict[str, Any]]) -> None:
    """A line per mixer: means over languages, of random ones over seeds too."""
    languages = list(dict.fromkeys(row["target"] for row in rows))
    print(f"{len(languages)} languages: {' '.join(languages)}")
    print("| mixer | epochs | known | accuracy | retrieval | seconds |\n|---|---|---|---|---|---|")
    for name, epochs in dict.fromkeys((row["mixer"], row["epochs"]) for row in rows):
        of = [row for row in rows if (row["mixer"], row["epochs"]) == (name, epochs)]
        means = {
            key: statistics.mean(
                statistics.mean(row[key] for row in of if row["target"] == language)
                for language in languages
                if any(row["target"] == language for row in of)
            )
            for key in ("known", "accuracy", "retrieval", "ours")
        }
        some = len({row["target"] for row in of})
        told = name if some == len(languages) else f"{name} ({some} languages)"
        shares = [f"{100 * means[key]:.1f}" for key in ("known", "accuracy", "retrieval")]
        print(f"| {told} | {epochs} | {' | '.join(shares)} | {means['ours']:.0f} |")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--languages", nargs="+", default=list(LANGUAGES))
    parser.add_argument("--mixers", nargs="+", default=list(MIXERS), choices=list(MIXERS))
    parser.add_argument("--imitate", action="store_true")
    parser.add_argument("--model", default="minilm")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks")
    parser.add_argument(
        "--rows", type=Path, default=ROOT / "runs" / "benchmarks" / "vocabulary_sib200.jsonl"
    )
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
