"""`calque demo FOLDER`: the commons as plain files, to try `calque transfer` on."""

from itertools import product
from pathlib import Path
from typing import Annotated

import typer

from calque.cli import _talk


def verb(
    folder: Annotated[Path, typer.Argument(help="Where the files go.")],
    json: _talk.Json = False,
) -> None:
    """Write the corpus that ships with calque as files: topics, entities, sentence pairs."""
    from calque.commons import SPLITS, languages
    from calque.commons.bitext import bitext
    from calque.commons.labelled import labelled
    from calque.data.conll import write_conll
    from calque.data.tsv import write_tsv

    files = []
    for language, split in product(languages(), SPLITS):
        files.append(folder / language / f"topic.{split}.tsv")
        write_tsv(labelled(language=language, split=split, task="topic"), files[-1])
        files.append(folder / language / f"ner.{split}.conll")
        write_conll(labelled(language=language, split=split, task="ner"), files[-1])
    for target in languages():
        if target != "eng":
            files.append(folder / f"eng-{target}.tsv")
            write_tsv(bitext(target=target), files[-1])
    if json:
        _talk.emit([str(file) for file in files])
    else:
        _talk.say(f"{len(files)} files in {folder}: LANGUAGE/TASK.SPLIT and eng-LANGUAGE.tsv")
