"""Plain text as examples that wait for their labels."""

from calque.errors import BadSetting
from calque.languages.words import words_of
from calque.roles import part
from calque.values import Labelled, Texts


@part
def unlabelled(texts: Texts, *, task: str = "class") -> Labelled:
    """Make examples without labels, so that a model can predict them.

    texts: a pair task takes each text with the one after it, the last with the first; tasks of words
           cut the text into words
    task:  "class", "pair", "tags" or "parse"
    """
    rows = list(texts)
    if task == "class":
        made = [{"text": text} for text in rows]
    elif task == "pair":
        after = [*rows[1:], *rows[:1]]
        made = [{"text": a, "text_b": b} for a, b in zip(rows, after, strict=True)]
    elif task in ("tags", "parse"):
        cut = (words_of(text, texts.tokenized) for text in rows)
        made = [{"words": words, "tags": None} for words in cut]
    else:
        raise BadSetting(f"data.unlabelled: no task '{task}'; there are: class, pair, tags, parse")
    return Labelled.of(made, task, texts.language)
