"""What translators share: each distinct line is asked for once, answers are kept, troubles are told."""

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import pyarrow as pa

from calque.languages.words import spaced, word_texts
from calque.progress import track
from calque.remembered import Remembered
from calque.values import Texts, View

log = logging.getLogger(__name__)

EMPTY = "empty answer"
# asks for lines, gives (place of the line, answer, trouble) in any order
Asker = Callable[[Sequence[str]], Iterable[tuple[int, str, str]]]

_ENDS = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029\0]+")


def one_line(text: str) -> str:
    """The text without line ends, of whatever kind, and without spaces around it."""
    return _ENDS.sub(" ", text).strip()


def asked(texts: Texts, ask: Asker, memory: Remembered) -> tuple[list[str], list[str]]:
    """Answer and trouble of every text; what was answered without trouble is never asked again.

    ask: is given distinct lines with something in them, in the order in which they occur first
    """
    lines = [one_line(text) for text in texts]
    distinct = [line for line in dict.fromkeys(lines) if line]
    answers = memory.known(distinct)
    new = [line for line in distinct if line not in answers]
    if len(new) < len(distinct):
        log.info("%d of %d lines were translated before", len(distinct) - len(new), len(distinct))
    troubles: dict[str, str] = {}

    def fine() -> Iterable[tuple[str, str]]:
        for place, answer, trouble in track(ask(new) if new else [], "translating", total=len(new)):
            if trouble or not answer.strip():
                troubles[new[place]] = trouble or EMPTY
                answers[new[place]] = answer
            else:
                yield new[place], answer

    answers.update(memory.keep(fine()))
    return [answers.get(line, "") for line in lines], [troubles.get(line, "") for line in lines]


def view_of(
    where: str,
    texts: Texts,
    answers: Sequence[str],
    language: str,
    troubles: Sequence[str],
    **columns: pa.Array,
) -> View:
    """Texts beside their answers, each one line; troubles are counted in the log.

    troubles: "" for none. An empty answer to a text with letters or digits is one, said or not
    columns:  further ones of the rewritten texts
    """
    lines = [one_line(answer) for answer in answers]
    if texts.tokenized:
        lines = [spaced(word_texts(line, language)) for line in lines]
    told = [
        trouble or (EMPTY if not line and any(map(str.isalnum, text)) else "")
        for text, line, trouble in zip(texts, lines, troubles, strict=True)
    ]
    counts = Counter(filter(None, told))
    if counts:
        shown = ", ".join(f"{count} {trouble}" for trouble, count in counts.most_common(5))
        log.warning("%s: %d of %d texts: %s", where, counts.total(), len(told), shown)
    table = pa.table(
        {"text": pa.array(lines, pa.string()), "trouble": pa.array(told, pa.string())} | columns
    )
    return View.whole(texts, Texts(table, language, texts.tokenized))
