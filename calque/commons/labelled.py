"""Examples of the commons: topics or named entities."""

from calque.commons import Sentence, sentences
from calque.errors import BadSetting
from calque.languages.words import words
from calque.roles import part
from calque.values import Labelled


@part
def labelled(*, language: str, split: str = "train", task: str = "topic") -> Labelled:
    """Read topics, or named entities as IOB2 tags (PER, LOC, ORG, DATE), in one language.

    language: one of eng, deu, tur, swh, ind, hin, arb
    split:    "train", "dev", "test" or "all"; the same sentences in every language
    task:     "topic" or "ner"
    """
    if task not in _ROWS:
        raise BadSetting(f"commons.labelled: no task '{task}'; there are: {', '.join(_ROWS)}")
    kind, row = _ROWS[task]
    return Labelled.of([row(sentence) for sentence in sentences(language, split)], kind, language)


def _topic(sentence: Sentence) -> dict:
    return {"id": sentence.id, "text": sentence.text, "label": sentence.topic}


def _entities(sentence: Sentence) -> dict:
    found = words(sentence.text)
    tags = ["O"] * len(found)
    for kind, start, end in sentence.spans:
        inside = [k for k, word in enumerate(found) if word.start < end and word.end > start]
        for k in inside:
            tags[k] = f"I-{kind}"
        tags[inside[0]] = f"B-{kind}"
    return {"id": sentence.id, "words": [word.text for word in found], "tags": tags}


_ROWS = {"topic": ("class", _topic), "ner": ("tags", _entities)}
