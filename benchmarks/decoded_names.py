"""CODEC on real names: markers put into sentences of MasakhaNER 2 by a small translator, translate-test.

python -m benchmarks.decoded_names [--language swa] [--pairs 600] [--epochs 12] [--width 64] [--most 100] [--json]

Sentences are glossed into English word by word, by a lexicon from NTREX-128. A translator learns from glosses of training
sentences, whose tags nobody looks at, beside the sentences themselves, with markers around linked words and without. Then names
that are tagged in the glosses of test sentences are looked for in the sentences: span F1 against the gold names.

`tagger` says who tagged the glosses: `gold` carries the gold tags there, so that only projection errs; `english` is a hidden
Markov model of WikiGold. `way`: `decoding` is `projection.by_decoding` alone, `chain` takes from links what it lost, `links` the
links of the gloss alone. Sentences are of at most --longest words.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.common import data_folder, parallel
from benchmarks.crop import LANGUAGES
from calque import part
from calque.values import Bitext, Checkpoint, Labelled, Links, Texts, View
from calque.workspace import working_in

read, f1 = part("data.labelled"), part("evaluation.span_f1")


def glossed(examples: Labelled, lexicon: Any) -> View:
    """Sentences as what became of their glosses, with the links of the words."""
    view = part("projection.translate_words")(part("data.written")(examples), lexicon)
    links = tuple(_turned(one) for one in view.word_links())
    return View(view.rewritten, view.original, links=links)


def _turned(links: Links) -> Links:
    """The same from the other side."""
    return Links(links.pairs[:, ::-1].copy(), links.size[::-1], links.score)


def translator(view: View, asked: argparse.Namespace) -> Checkpoint:
    """A model that has learned the pairs with markers and without."""
    bitext: Bitext = view.bitext
    marked = part("projection.mark_pairs")(bitext, list(view.word_links()))
    sides = [part("data.side")(one, of=s) for one in (bitext, marked) for s in ("source", "target")]
    words = part("vocabulary.train")(part("data.pooled")(sides), size=2000)
    start = part("models.fresh_translator")(
        words, languages=[bitext.target], width=asked.width, layers=1, longest=96
    )
    return part("models.tune_translator")(
        start,
        [bitext, marked],
        epochs=asked.epochs,
        learning_rate=6e-3,
        both=False,
        smoothing=0.0,
        tokens=512,
    )


def measured(asked: argparse.Namespace, data: Path, work: Path) -> Iterator[dict[str, Any]]:
    """Both taggers, every way."""
    code = LANGUAGES[asked.language]
    bitext = part("data.bitext")(parallel(data, code, work), source="eng", target=code)
    links = part("wordalign.agreement")(bitext, prefix=5, threshold=0.05)
    lexicon = part("wordalign.lexicon")(bitext, links, reverse=True)
    folder = data / "masakhaner2" / asked.language

    def short(name: str, most: int) -> Labelled:
        every = read(folder / f"{name}.txt", task="ner", language=code)
        rows = [k for k, r in enumerate(every) if 2 < len(r["words"]) <= asked.longest]
        return every.take(rows[:most])

    clock = time.process_time()
    model = translator(glossed(short("train", asked.pairs), lexicon), asked)
    row: dict[str, Any] = {"language": code, "train": round(time.process_time() - clock)}
    tests = short("test", asked.most)
    view = glossed(tests, lexicon)
    english: Texts = view.original
    back = View(view.rewritten, view.original, links=tuple(_turned(o) for o in view.word_links()))
    gold = part("projection.by_links")(tests, back, bare=True)
    waiting = part("data.unlabelled")(english, task="tags")
    tagger = part("projection.fit_tagger")(
        read(data / "ner-english/wikigold/wikigold.conll.txt", task="ner", language="eng")
    )
    guessed = part("data.predicted")(waiting, part("projection.tag")(tagger, waiting))
    insert = part("models.insert")
    for name, tagged in (("gold", gold), ("english", guessed)):
        clock = time.process_time()

        def inserter(pairs: Bitext, spans: Any) -> Any:
            return insert(pairs, spans, model, change=None)

        plain = Labelled.of(
            [{"words": r["words"], "tags": r["tags"]} for r in tagged], "tags", "eng"
        )
        decoded = part("projection.by_decoding")(plain, view, inserter)
        linked = part("projection.by_links")(plain, view, bare=True)
        ways = {
            "decoding": decoded,
            "chain": part("projection.chain")([decoded, linked]),
            "links": linked,
        }
        for way, made in ways.items():
            score = f1(made.gold, tests.gold)
            told = {"tagger": name, "way": way, "f1": score.value, "low": score.low}
            seconds = round(time.process_time() - clock)
            yield row | told | {"high": score.high, "sentences": len(tests), "seconds": seconds}


def main() -> None:
    """Train, search, tell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--language", default="swa", choices=LANGUAGES)
    for name, default in (
        ("pairs", 600),
        ("epochs", 12),
        ("width", 64),
        ("most", 100),
        ("longest", 14),
    ):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, working_in(Path(folder)):
        for row in measured(asked, data_folder(), Path(folder)):
            shown = {k: f"{100 * v:.1f}" if isinstance(v, float) else v for k, v in row.items()}
            print(
                json.dumps(row) if asked.json else " | ".join(map(str, shown.values())), flush=True
            )


if __name__ == "__main__":
    main()
