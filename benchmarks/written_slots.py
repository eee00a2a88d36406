"""Utterances that a small model writes for xSID: how many can be used, and what taggers and classifiers learn from them.

python -m benchmarks.written_slots [--languages deu ind] [--few 20] [--times 2] [--epochs 12] [--more 3] [--json]

The writer, drawn anew, learns from the English development set (300 utterances, their values swapped --times times) and from
the first --few of another language's with each of its intents, the values of which are English ones by a lexicon of NTREX-128,
or its own. It then writes --more utterances of each of the few, with other values, in two ways: freely, and by a search that
holds the slots (`generation.slot_phrases`). Rates, of what was asked for:

read     brackets can be read to the end
told     it holds every slot that was told, with its words, whatever else
usable   nothing is wrong with it (`generation.read_slots`)
new      usable, and no other value put into a shown utterance would have given it

Slot F1 (hidden Markov model) and accuracy of intents (an encoder drawn anew) on the language's test set, from: `few` alone, with
`swapped` values, and with what the writer wrote besides, `free` or `held`.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.common import data_folder, parallel
from calque import part
from calque.generation.brackets import Instruction, NotRead, Utterance
from calque.values import Labelled

CODES = {"deu": "de", "ind": "id", "tur": "tr", "nld": "nl", "ita": "it", "dan": "da", "srp": "sr"}


def measured(data: Path, language: str, work: Path, asked: argparse.Namespace) -> Iterator[dict]:
    """Rows of one language."""
    english, known, tests = sets(data, language, asked.few)
    clock = time.process_time()
    values = glossed(data, language, work, english)
    swap, prompts = part("generation.swap_values"), part("generation.slot_prompts")
    english_pairs = prompts(swap(english, times=asked.times), count=0)
    varied = swap(known, values, times=asked.times * 5)
    pairs = prompts(varied, known, count=0)
    every = part("data.pooled_pairs")([english_pairs, pairs])
    texts = part("data.pooled")([every.sources, every.targets])
    vocabulary = part("vocabulary.byte_pairs")(texts, size=1500)
    drawn = part("models.fresh_translator")(
        vocabulary, languages=["eng", language], width=64, layers=1, longest=128
    )
    writer = part("models.tune_translator")(
        drawn, [english_pairs, pairs], both=False, epochs=asked.epochs, learning_rate=4e-3, tokens=2048, smoothing=0.0
    )  # fmt: skip
    learned = time.process_time() - clock
    wanted = prompts(swap(known, values, times=asked.more, seed=1), known, count=0, seed=1)
    held = part("generation.slot_phrases")(wanted.sources)
    clock = time.process_time()
    free = part("models.translate")(wanted.sources, writer, language=language)
    middle = time.process_time()
    bound = part("models.translate_constrained")(held, writer, language=language, beams=1)
    seconds = {"free": middle - clock, "held": time.process_time() - middle}
    shapes = {frame(row["words"], row["tags"]) for row in (*known, *english)}
    sources: dict[str, Labelled] = {"few": known, "swapped": varied}
    for way, view in (("free", free), ("held", bound)):
        examples = part("generation.read_slots")(view, repeats=True)
        usable = part("generation.valid")(examples)
        new = sum(frame(row["words"], row["tags"]) not in shapes for row in usable)
        yield {"language": language, "way": way, "learned": learned, "seconds": seconds[way]} | {
            "asked": len(view),
            "read": share(map(_read, view)),
            "told": share(map(_told, view)),
            "usable": len(usable) / len(view),
            "new": new / len(view),
            "troubles": list(part("generation.troubles")(examples).rows),
        }
        sources[way] = part("data.together")([known, usable])
    vocabulary = part("vocabulary.byte_pairs")(part("data.written")(varied), size=600)
    for way, training in sources.items():
        yield {"language": language, "learned from": way, "examples": len(training)} | taught(
            training, tests, vocabulary
        )


def sets(data: Path, language: str, few: int) -> tuple[Labelled, Labelled, Labelled]:
    """English to learn from, the few of the language, one of each intent first, and its test set."""
    folder, read = data / "xsid-0.7", part("data.labelled")
    english = read(folder / "en.valid.conll", task="slots", language="eng")
    code = CODES[language]
    own = read(folder / f"{code}.valid.conll", task="slots", language=language)
    counts: Counter[str] = Counter()
    places = []
    for row, intent in enumerate(own.table["label"].to_pylist()):
        places.append((counts[intent], row))
        counts[intent] += 1
    rows = [row for _, row in sorted(places)[:few]]
    return (
        english,
        own.take(rows),
        read(folder / f"{code}.test.conll", task="slots", language=language),
    )


def glossed(data: Path, language: str, work: Path, english: Labelled) -> Labelled:
    """English utterances whose words are those of the language where a lexicon of NTREX-128 has them."""
    pairs = part("data.bitext")(parallel(data, language, work), source="eng", target=language)
    links = part("wordalign.agreement")(pairs, prefix=5, threshold=0.05)
    lexicon = part("wordalign.lexicon")(pairs, links)
    translate = part("projection.translate_words")
    return part("projection.reword")(english, lambda texts: translate(texts, lexicon))


def taught(training: Labelled, tests: Labelled, vocabulary: Any) -> dict[str, Any]:
    """Slot F1 and intent accuracy on the test set."""
    tags = part("projection.tag")(part("projection.fit_tagger")(training, ending=4), tests)
    slots = part("evaluation.span_f1")(tags, tests.gold)
    fresh = part("models.fresh")(vocabulary, width=64, layers=1, longest=64)
    intents, test_intents = (part("data.intents")(one) for one in (training, tests))
    steps = 1500 // len(training) + 1  # as many examples are seen, however many there are
    model = part("models.tune")(fresh, intents, epochs=steps, learning_rate=3e-3)
    said = part("models.predict")(model, test_intents)
    accuracy = part("evaluation.accuracy")(said, test_intents.gold)
    made = {"slots": slots, "intents": accuracy}
    return {
        name: {"value": one.value, "low": one.low, "high": one.high} for name, one in made.items()
    }


def frame(words: list[str], tags: list[str]) -> tuple:
    """An utterance with its values left out."""
    one, end, made = Utterance.of(words, tags), 0, []
    for start, stop, label in one.spans:
        made += [*one.words[end:start], (label,)]
        end = stop
    return (*made, *one.words[end:])


def share(found: Iterator[bool]) -> float:
    """Of those that are true."""
    every = list(found)
    return sum(every) / len(every)


def _utterance(pair: tuple[str, str]) -> Utterance | None:
    try:
        return Utterance.read(pair[1], Instruction.read(pair[0]).labels)
    except NotRead:
        return None


def _read(pair: tuple[str, str]) -> bool:
    return bool(pair[1].strip()) and _utterance(pair) is not None


def _told(pair: tuple[str, str]) -> bool:
    found, wanted = _utterance(pair), Counter(Instruction.read(pair[0]).include)
    return found is not None and not wanted - Counter(found.values)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--languages", nargs="+", default=["deu", "ind"])
    for name, default in (("few", 20), ("times", 2), ("epochs", 12), ("more", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    with TemporaryDirectory() as work:
        for language in asked.languages:
            for row in measured(data_folder(), language, Path(work), asked):
                print(json.dumps(row, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
