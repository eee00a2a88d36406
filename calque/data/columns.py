"""Finds which column or field plays which role: as told, by its name, or by its language.

Names are compared without case, spaces and dashes. A name may end in a language: of `sentence1_en`
and `sentence1_my` the reader of Burmese takes the second.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from calque.errors import BadFile, BadSetting, UnknownName
from calque.languages import Language, resolve

Columns = Mapping[str, str | int]

NEEDED = {
    "class": ("text",),
    "pair": ("text", "text_b"),
    "tags": ("words",),
    "slots": ("words",),
    "parse": ("words",),
    "events": ("words",),
    "tuples": ("words",),
    "answer": ("context", "question"),
    "texts": ("text",),
    "bitext": ("source", "target"),
    "lexicon": ("source", "target"),
}
OPTIONAL = {
    "class": ("label",),
    "pair": ("label",),
    "tags": ("tags",),
    "slots": ("tags", "label"),
    "parse": ("tags", "heads", "relations"),
    "events": ("spans",),
    "tuples": ("tuples",),
    "answer": ("answer", "start"),
    "texts": (),
    "bitext": (),
    "lexicon": ("weight",),
}
_NAMES = {
    "text": (
        *("text", "tweet", "sentence", "utterance", "utt", "review", "content", "comment"),
        *("headline", "document", "prompt"),
    ),
    "label": (
        *("label", "category", "class", "sentiment", "topic", "intent", "gold_label"),
        *("entailment_label", "relation", "is_duplicate", "labels", "target"),
    ),
    "words": ("words", "tokens"),
    "tags": ("tags", "ner_tags", "pos_tags", "upos", "slots", "slot_tags", "labels"),
    "heads": ("heads", "head"),
    "spans": ("spans",),
    "tuples": ("tuples",),
    "relations": ("relations", "deprel", "deprels"),
    "context": ("context", "passage", "paragraph"),
    "question": ("question",),
    "answer": ("answer",),
    "start": ("start", "answer_start"),
    "weight": ("weight", "score", "probability", "prob", "count"),
}
_PAIRS = {
    "pair": (
        *(("text", "text_b"), ("text_a", "text_b"), ("premise", "hypothesis")),
        *(("sentence1", "sentence2"), ("sentence_1", "sentence_2"), ("sentence_a", "sentence_b")),
        *(("text1", "text2"), ("question1", "question2"), ("query", "passage")),
    ),
    "bitext": (
        *(("source", "target"), ("src", "tgt"), ("src", "trg"), ("original", "translation")),
        *(("source_text", "target_text"), ("source_sentence", "target_sentence")),
    ),
    "lexicon": (("source", "target"), ("sourcestring", "targetstring"), ("src", "tgt")),
}
_NUMBERS = re.compile(r"|(\w*_)?(id|idx|index)|n|no|number|lang|language")  # of no text or label


def find(
    names: Sequence[str],
    task: str,
    columns: Columns | None,
    languages: Sequence[str],
    path: Path | str,
) -> dict[str, int]:
    """Place in `names`, from 0, of each role of the task; roles that may lack can be absent.

    names:     header cells of a table, or fields of a JSON object
    columns:   role -> name, or position from 1; what it leaves out is found by name
    languages: of the sides, or of the text
    Raises BadFile when a role that the task needs is not found.
    """
    given = told(names, task, columns, path)
    guessed = by_name(names, task, languages)
    found = {role: p for role, p in guessed.items() if p not in given.values()} | given
    _leftover(names, task, found)
    for role in NEEDED[task]:
        if role not in found:
            raise BadFile(
                f"{path}: cannot tell which column is the {role}; it has: {listed(names)}; "
                f"rename it to '{role}' there, or {saying(f'{role}: {names[-1] or len(names)}')}"
                if names
                else f"{path}: cannot tell which column is the {role}; it has no columns"
            )
    roles = (*NEEDED[task], *OPTIONAL[task])
    return {role: found[role] for role in roles if role in found}


def saying(columns: str) -> str:
    """How columns are said, in words for whoever calls from Python, a recipe or the command line."""
    return f"say columns={{{columns}}} (on the command line --columns '{{{columns}}}')"


def by_name(names: Sequence[str], task: str, languages: Sequence[str]) -> dict[str, int]:
    """Places of the roles that the usual names, or the languages, give away."""
    found: dict[str, int] = {}
    if task in _PAIRS:
        sides = NEEDED[task]
        for pair in _PAIRS[task]:
            places = [_place(names, name, languages) for name in pair]
            if None not in places:
                found = {
                    side: int(p) for side, p in zip(sides, places, strict=True) if p is not None
                }
                break
    else:
        places = {role: _first(names, role, languages) for role in NEEDED[task]}
        found = {role: place for role, place in places.items() if place is not None}
    if task in ("texts", "class", "bitext", "lexicon") and not found:
        found = _by_language(names, task, languages)
    for role in OPTIONAL[task]:
        place = _first(names, role, ())
        if place is not None and place not in found.values():
            found[role] = place
    return found


def is_usual(name: str) -> bool:
    """Whether a column of this name would be found by its name."""
    pairs = {one for known in _PAIRS.values() for pair in known for one in pair}
    return _plain(name) in pairs.union(*_NAMES.values())


def told(
    names: Sequence[str], task: str, columns: Columns | None, path: Path | str
) -> dict[str, int]:
    """Places of the roles in `columns`, which must exist."""
    roles = (*NEEDED[task], *OPTIONAL[task])
    found = {}
    for role, name in (columns or {}).items():
        if role not in roles:
            raise BadSetting(f"columns has no '{role}' here; there are: {', '.join(roles)}")
        if isinstance(name, int):
            if not 1 <= name <= len(names):
                raise BadFile(f"{path}: no column {name}; it has {len(names)}, counted from 1")
            found[role] = name - 1
        elif name in names:
            found[role] = list(names).index(name)
        else:
            raise BadFile(f"{path}: no column '{name}'; it has: {listed(names)}")
    return found


def listed(names: Sequence[str]) -> str:
    """The names for a message; a column without a name shows its position."""
    return ", ".join(name or f"(column {place})" for place, name in enumerate(names, start=1))


def extra(names: Sequence[str], taken: Sequence[str], places: Sequence[int]) -> dict[str, int]:
    """Names under which the columns without a role are kept: unique, and free of the task's own."""
    kept: dict[str, int] = {}
    for place, name in enumerate(names):
        if place in places:
            continue
        label = name or f"column{place + 1}"
        if label in kept or label in taken:
            label = f"{label}_{place + 1}"
        kept[label] = place
    return kept


def _leftover(names: Sequence[str], task: str, found: dict[str, int]) -> None:
    roles = (*NEEDED[task], *OPTIONAL[task])
    missing = [role for role in roles if role not in found]
    free = [
        place
        for place, name in enumerate(names)
        if place not in found.values() and not _NUMBERS.fullmatch(_plain(name))
    ]
    # of as many columns as roles, the last one without a name is the last role without a column
    if task in ("class", "texts") and len(missing) == len(free) == 1 and len(names) <= 2:
        found[missing[0]] = free[0]


def _first(names: Sequence[str], role: str, languages: Sequence[str]) -> int | None:
    for name in _NAMES[role]:
        place = _place(names, name, languages)
        if place is not None:
            return place
    return None


def _place(names: Sequence[str], wanted: str, languages: Sequence[str]) -> int | None:
    plain = [_plain(name) for name in names]
    if wanted in plain:
        return plain.index(wanted)
    ends = {
        place: name.removeprefix(f"{wanted}_")
        for place, name in enumerate(plain)
        if re.fullmatch(rf"{re.escape(wanted)}_[a-z]{{2,3}}(_[a-z]{{2,4}})?", name)
    }
    near = [(closeness(end, tag), -place) for place, end in ends.items() for tag in languages]
    if near and max(near)[0]:
        return -max(near)[1]
    if len(ends) == 1 and all(language == "und" for language in languages):
        return next(iter(ends))
    return None


def _by_language(names: Sequence[str], task: str, languages: Sequence[str]) -> dict[str, int]:
    found = {}
    if len(names) == 3 and not names[0] and set(languages) == {"und"} and len(languages) == 2:
        # row numbers without a name, and two languages
        return (
            {"source": 1, "target": 2} if all(closeness(name, name) for name in names[1:]) else {}
        )
    for role, language in zip(NEEDED[task], languages, strict=False):
        # a column `id` holds numbers rather than Indonesian where another column is Indonesian
        near = [(closeness(name, language), len(name), -place) for place, name in enumerate(names)]
        if near and max(near)[0]:
            found[role] = -max(near)[2]
    return found if len(found) == len(NEEDED[task]) else {}


def closeness(name: str, language: str) -> int:
    """How near the language named by a column, by code or in English, is to this language.

    2 where it is the same, 1 where it is in another script, else 0; "und" is near nothing.
    """
    other = _known(language)
    one = None if other is None or other.code == "und" else _known(name)
    if one is None or other is None or one.code != other.code:
        return 0
    return 1 + (one == other)


@lru_cache(maxsize=4096)
def _known(name: str) -> Language | None:
    try:
        return resolve(name)
    except UnknownName:  # found by a slow search for what may have been meant
        return None


def _plain(name: str) -> str:
    return re.sub(r"[\s-]+", "_", name.strip().lower())
