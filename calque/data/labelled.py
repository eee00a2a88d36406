"""Examples of a task, in whatever format the file is."""

from pathlib import Path

from calque.data.open import open_labelled
from calque.roles import reader
from calque.values import Labelled


@reader
def labelled(
    path: Path | str,
    *,
    task: str = "class",
    language: str = "und",
    columns: dict[str, str | int] | None = None,
    header: bool | None = None,
    quoted: bool | None = None,
    drop_bad: bool = False,
) -> Labelled:
    """Read examples; the format is told by name and content, and said in the log.

    path:     delimited text, JSON, CoNLL, CoNLL-U, SQuAD, or hf:org/name[:config][@split]
    task:     "class", "pair", "tags", "slots", "parse", "events", "tuples" or "answer", or a word for one: topic,
              sentiment, intent, nli, ner, pos, qa
    columns:  role -> column or field, for example {text: tweet, label: mood}; what it leaves out is
              found by the usual names
    header:   whether delimited text has one; None decides by evidence
    quoted:   undo quotes of delimited text as CSV does; None decides by evidence
    drop_bad: leave bad lines out instead of refusing the file
    """
    return open_labelled(
        path,
        task,
        language=language,
        columns=columns,
        header=header,
        quoted=quoted,
        drop_bad=drop_bad,
    )
