"""Families by their settings: in code, or in one line of text for recipes and the command line."""

import inspect
from functools import lru_cache
from typing import Any

from calque.errors import BadSetting
from calque.registry import near
from calque.synthetic.family import Family
from calque.synthetic.grammar import MIXED


def family(
    *,
    languages: int = 4,
    tree: str = "balanced",
    seed: int = 0,
    cognates: float = 0.7,
    overlap: float = 0.1,
    scripts: str | tuple[str, ...] = ("Latn", "Cyrl", "Deva", "Arab"),
    order: str | tuple[str, ...] = MIXED,
    morphology: str | tuple[str, ...] = MIXED,
    articles: bool | tuple[bool, ...] = (True, False),
    concepts: int = 600,
    topics: int = 6,
    sharpness: float = 0.8,
    typos: float = 0.0,
    dropped: float = 0.0,
    free: float = 0.0,
    wrong_labels: float = 0.0,
    misaligned: float = 0.0,
    clone: bool = False,
) -> Family:
    """Make a family of related languages. docs/synthetic.md measures what each setting does.

    languages: how many
    tree:      "balanced" (halved again and again), "star" or "chain" (each from the one before)
    seed:      same seed, same family; what texts are drawn is the seed of the methods
    cognates:  share of roots that a branch of the tree hands on, with sound changes; the rest is new
    overlap:   share of content words and names that all languages write alike and do not inflect
    scripts:   ISO 15924 codes out of `scripts.SCRIPTS`. A tuple here and below is gone through
               language by language, from the start again when it is shorter
    order:     one of "SVO SOV VSO VOS OVS OSV", or "mixed": inherited along the tree with changes
    morphology: "isolating", "agglutinative", "fusional", or "mixed" as above
    articles:  whether there are articles, words without a partner in a language that has none
    concepts:  content words, names and function words not counted; at least 20 per topic
    topics:    2 to 12
    sharpness: probability that a content word comes from its text's topic alone
    typos:     share of words with a character doubled, dropped or swapped
    dropped, free, misaligned: in bitexts, share of target words left out, of target content words
               replaced by one that translates nothing, of pairs with the next pair's target
    wrong_labels: share of labels (of spans, tokens, arcs, answers) replaced by another
    clone:     the languages after the first are the first in other letters
    """
    return Family(
        size=1 if clone else languages,
        shape=tree,
        seed=int(seed),
        cognates=cognates,
        overlap=overlap,
        scripts=_each(scripts),
        orders=_each(order),
        morphologies=_each(morphology),
        articles=_each(articles),
        concepts=concepts,
        topics=topics,
        sharpness=sharpness,
        typos=typos,
        dropped=dropped,
        free=free,
        wrong_labels=wrong_labels,
        misaligned=misaligned,
        clones=("qaa",) * (languages - 1) if clone else (),
    )


def _each(setting: Any) -> tuple:
    return tuple(setting) if isinstance(setting, (tuple, list)) else (setting,)


_DEFAULTS = {name: p.default for name, p in inspect.signature(family).parameters.items()}
_FLAGS = {"yes": True, "true": True, "no": False, "false": False}


@lru_cache(maxsize=16)
def named(text: str) -> Family:
    """The family that a line describes, made once: "languages=3 tree=star scripts=Latn,Cyrl".

    text: settings of `family`, apart by spaces; several values of one apart by commas; flags are
          yes or no. The empty line is the family of all defaults
    """
    settings = {}
    for item in text.split():
        name, equals, value = item.partition("=")
        if name not in _DEFAULTS:
            raise BadSetting(
                f"synthetic family: no setting '{name}'{near(name, list(_DEFAULTS))}; "
                f"there are: {', '.join(_DEFAULTS)}"
            )
        if not equals or not value:
            raise BadSetting(f"synthetic family: expected {name}=value, found '{item}'")
        settings[name] = _parse(name, value)
    return family(**settings)


def _parse(name: str, value: str) -> Any:
    default = _DEFAULTS[name]
    try:
        if name == "articles":
            return tuple(_FLAGS[flag] for flag in value.split(","))
        if isinstance(default, bool):
            return _FLAGS[value]
        if isinstance(default, (int, float)):
            return type(default)(value)
    except (KeyError, ValueError):
        wanted = "yes or no" if isinstance(default, (bool, tuple)) else type(default).__name__
        raise BadSetting(f"synthetic family: {name} must be {wanted}, got '{value}'") from None
    return tuple(value.split(",")) if name in ("scripts", "order", "morphology") else value
