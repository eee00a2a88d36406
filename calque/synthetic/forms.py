"""Words of a language: every concept inflected in every way, written in its script."""

from dataclasses import dataclass, replace

import numpy as np

from calque.synthetic.grammar import Grammar
from calque.synthetic.roots import VOWELS, fresh, shape
from calque.synthetic.scripts import Script, clone_letters
from calque.synthetic.streams import stream
from calque.synthetic.world import NAMES, NOUNS, VERBS, World

FEATURES = 14
CASES = ("nominative", "accusative", "genitive", "in", "near", "from", "on")
IMPERATIVE = 12
_INFLECTED = (
    dict.fromkeys(NOUNS, "noun") | dict.fromkeys(VERBS, "verb") | {"adjective": "adjective"}
)
Endings = tuple[list[str], list[str]]  # by feature: after a consonant, and after a vowel
_FUSED = (0, 1, 2, 3, 3, 3, 3)  # fusional languages have one case for all relations


def noun_feature(plural: np.ndarray, case: np.ndarray | int) -> np.ndarray:
    """Column of the form of a noun or adjective; case is a position in `CASES`."""
    return plural * len(CASES) + case


def verb_feature(tense: np.ndarray, plural: np.ndarray, negated: np.ndarray) -> np.ndarray:
    """Column of the form of a verb in a statement; of a request: `IMPERATIVE` + negated."""
    return tense * 4 + plural * 2 + negated


@dataclass(frozen=True, eq=False)
class Language:
    """A language with all its words.

    forms: [concepts, FEATURES] written words; column 0 is the form of the dictionary (singular
           nominative, singular present). Words that do not inflect have it in every column
    loan:  [concepts + 1] True for words that all languages write alike and that do not inflect
    words: [concepts + 1] True for concepts that are words here (no articles where there are none)
    letters: for a clone, character of the original to its own
    """

    code: str
    grammar: Grammar
    script: Script
    forms: np.ndarray
    loan: np.ndarray
    words: np.ndarray
    letters: dict[str, str]


def shapes(world: World) -> list[str]:
    """Sound pattern of every concept's root."""
    found = []
    for category, size in world.sizes.items():
        if category == "ending":  # the first half follows consonants, the second half vowels
            found += ["VC"] * (size // 2) + ["CV"] * (size - size // 2)
        elif category == "suffix":
            found += ["CV"] * size
        elif category in ("adposition", "article", "auxiliary", "negation", "question"):
            found += ["CVC"] * size
        elif category == "stop":
            found += ["CVCVCVCVCV"] * size  # never heard; long, so as to stay out of the way
        else:
            found += [shape(rank) for rank in range(size)]
    return found


def loans(world: World, overlap: float, seed: int) -> np.ndarray:
    """[concepts + 1] which content words and names are written alike everywhere.

    overlap: their share; what is one at a share is one at every higher share
    """
    inherited = np.flatnonzero(~closed(world))
    order = np.argsort(stream("loans", seed).random(len(inherited)), kind="stable")
    mask = np.zeros(world.total + 1, bool)
    mask[inherited[order[: round(overlap * len(inherited))]]] = True
    return mask


def closed(world: World) -> np.ndarray:
    """[concepts] True for function words, signs and affixes."""
    names = (
        "adposition",
        "article",
        "auxiliary",
        "negation",
        "question",
        "stop",
        "suffix",
        "ending",
    )
    return world.members(*names)[:-1]


def make(
    code: str,
    grammar: Grammar,
    script: Script,
    world: World,
    stems: list[str],
    loan: list[str],
    mask: np.ndarray,
) -> Language:
    """Inflect and write every concept.

    stems: roots in sounds; loan: written forms, used where `mask`
    """
    forms = np.empty((world.total, FEATURES), dtype=object)
    suffixes = _suffixes(grammar, world, stems)
    for category in world.sizes:
        table = suffixes.get(_INFLECTED.get(category, ""))
        for concept in world.range(category):
            if mask[concept]:
                forms[concept] = loan[concept]
            else:
                forms[concept] = _inflect(stems[concept], table, script, category in NAMES)
    first = world.starts["stop"]
    forms[first], forms[first + 1] = script.stop, script.question
    return Language(code, grammar, script, forms, mask, _words(grammar, world), {})


def _inflect(stem: str, table: Endings | None, script: Script, name: bool) -> list[str] | str:
    if table is None:
        return script.write(stem)
    suffixes = table[stem[-1] in VOWELS]
    written = {suffix: script.write(stem + suffix) for suffix in dict.fromkeys(suffixes)}
    if name and script.cased:
        written = {suffix: word[0].upper() + word[1:] for suffix, word in written.items()}
    return [written[suffix] for suffix in suffixes]


def _suffixes(grammar: Grammar, world: World, stems: list[str]) -> dict[str, Endings]:
    """What follows the stems of nouns, adjectives and verbs; nothing where a key is missing."""
    if grammar.morphology == "isolating":
        return {}
    if grammar.morphology == "agglutinative":
        plural, accusative, genitive, inside, near, away, on, past, future, no, they, please = (
            stems[i] for i in world.range("suffix")
        )
        cases = ("", accusative, genitive, inside, near, away, on)
        noun = [number + case for number in ("", plural) for case in cases]
        verb = [
            deny + tense + number
            for tense in ("", past, future)
            for number in ("", they)
            for deny in ("", no)
        ]
        verb += [please, no + please]
        return {"noun": (noun, noun), "verb": (verb, verb)}
    ending = [stems[i] for i in world.range("ending")]
    nouns, verbs = [], []
    for half in (ending[:15], ending[15:]):
        nouns.append([half[number * 4 + case] for number in (0, 1) for case in _FUSED])
        verb = [
            half[8 + tense * 2 + number] for tense in range(3) for number in (0, 1) for _ in "+-"
        ]
        verbs.append([*verb, half[14], half[14]])
    noun = (nouns[0], nouns[1])
    return {"noun": noun, "adjective": noun, "verb": (verbs[0], verbs[1])}


def _words(grammar: Grammar, world: World) -> np.ndarray:
    words = ~world.members("suffix", "ending")
    for there, category in (
        (grammar.articles, "article"),
        (grammar.adpositions, "adposition"),
        (grammar.auxiliaries, "auxiliary"),
        (grammar.adpositions, "negation"),  # a suffix exactly where adpositions are
    ):
        words &= there | ~world.members(category)
    words[-1] = False
    return words


def loan_forms(world: World, script: Script, seed: int) -> list[str]:
    """The written form that each concept has as a loan; four syllables, longer than any root."""
    roots = fresh(
        ["CVCVCVCV"] * world.total, set(), stream("loan roots", seed), [True] * world.total
    )
    words = [script.write(root) for root in roots]
    if script.cased:
        for category in NAMES:
            for concept in world.range(category):
                words[concept] = words[concept][0].upper() + words[concept][1:]
    return words


def clone(original: Language, code: str, number: int) -> Language:
    """The same language with every character replaced, one to one, by one that no other language has."""
    alphabet = "".join(sorted(set("".join(original.forms[original.words[:-1]].ravel().tolist()))))
    script, table = clone_letters(alphabet, number, original.script)
    forms = np.empty_like(original.forms)
    for concept, row in enumerate(original.forms.tolist()):
        forms[concept] = [word.translate(table) for word in row]
    letters = {chr(letter): own for letter, own in table.items()}
    return replace(original, code=code, script=script, forms=forms, letters=letters)
