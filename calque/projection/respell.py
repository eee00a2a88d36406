"""Spells words anew by a table of rules, as from one script into another."""

from calque.errors import BadValue
from calque.languages.respelling import Known, Respelling
from calque.projection.wordwise import by_word, seen
from calque.roles import rewriter
from calque.values import Lexicon, Texts, View


@rewriter
def respell(texts: Texts, rules: Lexicon, known: Texts | None = None) -> View:
    """Respell every word by the rules; among several spellings the commonest known word is taken.

    At each place of a word the longest rule counts, bounds included. Words are read in lower case
    (NFC); a word to which no rule applies stays as it was, as do characters without a rule.

    rules: the letters as source and what stands for them as target; `^` before the letters binds a
           rule to the beginning of a word, `$` behind them to its end, both make it one of a whole word.
           Of several targets the heaviest is the usual one, the first of equals; write `''` for nothing
    known: text in the language or dialect whose spelling is wanted; without it, or where no spelling
           is known, the usual targets are taken
    """
    if not len(rules):
        raise BadValue("projection.respell: the table has no rules")
    choices: dict[str, list[tuple[float, str]]] = {}
    for letters, spelled, weight in rules:
        choices.setdefault(letters, []).append((-weight, "" if spelled == "''" else spelled))
    table = Respelling(
        {key: [c for _, c in sorted(own, key=lambda x: x[0])] for key, own in choices.items()}
    )
    words = Known(seen(known)) if known is not None else None
    one = table.usual if words is None else lambda word: table.likeliest(word, words)
    return by_word(texts, lambda distinct: [one(word) for word in distinct], rules.target)
