"""Tags from English: entities into Swahili, Hausa and Yorùbá, parts of speech into five languages.

python -m benchmarks.transfer_tags [--languages swa deu] [--json]

Entities: train on WikiGold and Universal NER (English), test on MasakhaNER 2, whose DATE spans no
English set has; they count as missed. Parts of speech: train on English-EWT, test on UD.
"""

from collections.abc import Iterable
from pathlib import Path

from benchmarks.common import adaptation, arguments, data_folder, parallel, tell
from calque.data.conll import conll, write_conll
from calque.data.conllu import conllu
from calque.transfer import transfer
from calque.values import Labelled

ENTITIES = {"swa": "swh", "hau": "hau", "yor": "yor"}
SPEECH = {
    "deu": "UD_German-PUD/de_pud-ud-test.conllu",
    "tur": "UD_Turkish-PUD/tr_pud-ud-test.conllu",
    "hin": "UD_Hindi-PUD/hi_pud-ud-test.conllu",
    "mlt": "UD_Maltese-MUDT/mt_mudt-ud-test.conllu",
    "wol": "UD_Wolof-WTB/wo_wtb-ud-test.conllu",
}
_MOST = 3000  # training sentences, so that tuning takes minutes on two cores


def main() -> None:
    """Run every language and print what came out."""
    asked = arguments(__doc__ or "", [*ENTITIES, *SPEECH])
    data = data_folder()
    prepared = asked.out / "tags"
    rows, facts = [], []
    for language in asked.languages:
        entities = language in ENTITIES
        code = ENTITIES.get(language, language)
        name, read = ("ner", english_names) if entities else ("pos", english_speech)
        train, dev = _write(prepared, name, *read(data))
        test = data / "masakhaner2" / language / "test.txt"
        if not entities:
            test = prepared / f"pos.{language}.conll"
            write_conll(plain(conllu(data / "ud" / SPEECH[language], task="tags")), test)
        for seed in asked.seeds:
            out = asked.out / f"tags-{language}-{seed}"
            found = transfer(
                task="ner" if entities else "pos",
                source="eng",
                target=code,
                train=train,
                dev=dev,
                test=test,
                parallel=parallel(data, code, asked.out / "parallel"),
                model=asked.model,
                strategies=asked.strategy,
                out=out,
                seed=seed,
            )
            for row in found.table:
                rows.append(row | {"adaptation": adaptation(out, row["method"])})
            facts.append(found.facts)
    tell(rows, facts, asked.json)


def english_names(data: Path) -> tuple[Labelled, Labelled]:
    """WikiGold and the test part of Universal NER to learn from, its development part."""
    wikigold = conll(data / "ner-english" / "wikigold" / "wikigold.conll.txt", task="tags")
    uner = data / "uner" / "UNER_English-EWT"
    files = sorted(uner.glob("*.iob2"))
    dev = conll(next(file for file in files if "dev" in file.name), task="tags")
    test = conll(next(file for file in files if "test" in file.name), task="tags")
    return _tagged([*_known(wikigold), *_known(test)]), _tagged(_known(dev))


def english_speech(data: Path) -> tuple[Labelled, Labelled]:
    """English-EWT, its training and its development part."""
    folder = data / "ud" / "UD_English-EWT"
    sides = (conllu(folder / f"en_ewt-ud-{name}.conllu", task="tags") for name in ("train", "dev"))
    train, dev = (_tagged(plain(side)) for side in sides)
    return train, dev


def _known(examples: Labelled) -> list[dict]:
    """MISC is no type of the target's: those spans become O."""
    return [
        {"words": row["words"], "tags": [tag if "MISC" not in tag else "O" for tag in row["tags"]]}
        for row in examples
    ]


def plain(examples: Labelled) -> Labelled:
    """Words and tags alone."""
    rows = [{"words": row["words"], "tags": row["tags"]} for row in examples]
    return Labelled.of(rows, "tags", examples.language)


def _tagged(rows: Iterable[dict]) -> Labelled:
    return Labelled.of([row for row in rows if row["words"]], "tags", "eng")


def _write(folder: Path, task: str, train: Labelled, dev: Labelled) -> tuple[Path, Path]:
    paths = folder / f"{task}.train.conll", folder / f"{task}.dev.conll"
    folder.mkdir(parents=True, exist_ok=True)
    for path, examples, most in zip(paths, (train, dev), (_MOST, 500), strict=True):
        write_conll(examples.take(range(min(most, len(examples)))), path)
    return paths


if __name__ == "__main__":
    main()
