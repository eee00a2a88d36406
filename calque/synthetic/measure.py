"""Measures what each setting of a family does: `python -m calque.synthetic.measure` prints the table.

docs/synthetic.md holds that table; a test compares them.
"""

import sys
import unicodedata
from collections import Counter
from itertools import combinations
from typing import Any

import numpy as np

from calque.synthetic.family import Family
from calque.synthetic.forms import closed
from calque.synthetic.naming import family
from calque.values.links import Links

A, B = "qaa", "qab"
N = 1000  # texts that a measurement is taken on
Row = tuple[str, str, str, float]  # setting, its value, what is measured, the number


def _plain(**settings: Any) -> Family:
    """Two languages that differ in nothing but their words, but for the settings."""
    alike: dict[str, Any] = {"languages": 2, "articles": False, "scripts": "Latn"}
    alike |= {"order": "SVO", "morphology": "isolating"}
    return family(**(alike | settings))


def edit_distance(a: str, b: str) -> float:
    """Levenshtein distance over the longer length, in [0, 1]."""
    row = list(range(len(b) + 1))
    for i, one in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, other in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (one != other))
    return row[-1] / max(len(a), len(b), 1)


def lexical_distance(made: Family, a: str, b: str) -> float:
    """Mean edit distance of words that say the same."""
    return float(np.mean([edit_distance(one, other) for one, other, _ in made.lexicon(a, b)]))


def identical(made: Family, a: str, b: str) -> float:
    """Share of content words and names that are written alike."""
    content = ~closed(made.world)
    one, other = (made.language(code).forms[content, 0] for code in (a, b))
    return float(np.mean(one == other))


def crossing(links: list[Links]) -> float:
    """Share of pairs of sure links in a text that cross."""
    crossed = pairs = 0
    for link in links:
        i, j = link.pairs[link.sure].T
        lower, upper = np.triu_indices(len(i), 1)
        crossed += int(np.sum((i[upper] - i[lower]) * (j[upper] - j[lower]) < 0))
        pairs += len(lower)
    return crossed / max(pairs, 1)


def unlinked(links: list[Links]) -> float:
    """Share of source words without a link."""
    linked = sum(len(np.unique(link.pairs[:, 0])) for link in links)
    return 1 - linked / max(sum(link.size[0] for link in links), 1)


def words_per_text(made: Family, language: str) -> float:
    """Mean number of words, signs included."""
    return len(made.sentences(language, N).spelling) / N


def types_per_token(made: Family, language: str) -> float:
    """Distinct words over words."""
    words = made.sentences(language, N).spelling
    return len(set(words)) / len(words)


def tree_correlation(made: Family) -> float:
    """Pearson correlation, over pairs of languages, of distance in the tree and in the lexicon."""
    pairs = list(combinations(made.languages, 2))
    near = [made.distance(a, b) for a, b in pairs]
    return float(np.corrcoef(near, [lexical_distance(made, a, b) for a, b in pairs])[0, 1])


def script_share(made: Family, language: str, name: str) -> float:
    """Share of the letters whose Unicode name starts with `name`."""
    text = "".join(made.texts(language, N))
    names = Counter(
        unicodedata.name(c).split()[0] for c in text if unicodedata.category(c)[0] in "LM"
    )
    return names[name] / names.total()


def mapped(made: Family) -> float:
    """Share of words whose entry in the lexicon of all forms is the word of qab in the same place."""
    entries = {one: other for one, other, _ in made.lexicon(A, B, inflected=True)}
    one, other = (made.sentences(code, N).spelling for code in (A, B))
    return float(np.mean([entries[x] == y for x, y in zip(one, other, strict=True)]))


def on_topic(made: Family) -> float:
    """Share of content words whose concept belongs to the topic of their text."""
    said = made.sentences(A, N)
    category = made.world.category[said.concepts]
    content = np.isin(category, ("person", "thing", "place", "verb", "adjective", "adverb"))
    starts = np.array([made.world.starts[str(name)] for name in category.ravel()])
    own = (said.concepts - starts.reshape(category.shape)) % made.world.topics
    right = own == said.clauses["topic"][:, None]
    return float(right[content & (said.concepts >= 0)].mean())


def zipf(made: Family, language: str) -> float:
    """Slope of log frequency over log rank of the 200 most frequent words."""
    counts = Counter(made.sentences(language, 10 * N).spelling).most_common(200)
    ranks = np.log(np.arange(1, len(counts) + 1))
    return float(np.polyfit(ranks, np.log([count for _, count in counts]), 1)[0])


def relabelled(clean: Family, noisy: Family, task: str) -> float:
    """Share of the labels of a task that noise changed; of ner, of the spans."""
    one, other = (made.labelled(task, A, N).table for made in (clean, noisy))
    column = {"answer": "start", "parse": "relations", "pos": "tags", "ner": "tags"}.get(
        task, "label"
    )
    pairs = zip(one[column].to_pylist(), other[column].to_pylist(), strict=True)
    if isinstance(one[column][0].as_py(), list):
        pairs = ((x, y) for xs, ys in pairs for x, y in zip(xs, ys, strict=True))
    if task == "ner":
        pairs = ((x, y) for x, y in pairs if x.startswith("B-"))
    return float(np.mean([x != y for x, y in pairs]))


def misspelt(clean: Family, noisy: Family) -> float:
    """Share of the words, signs left out, that noise changed."""
    one, other = clean.sentences(A, N), noisy.sentences(A, N)
    changed = [x != y for x, y in zip(one.spelling, other.spelling, strict=True)]
    return float(np.mean(np.array(changed)[~np.array(one.signs)]))


def strangers(clean: Family, noisy: Family) -> float:
    """Share of pairs whose target is not what it was."""
    pairs = zip(clean.bitext(A, B, N).targets, noisy.bitext(A, B, N).targets, strict=True)
    return float(np.mean([x != y for x, y in pairs]))


def rows() -> list[Row]:
    """Every setting at several values, with what it changes."""
    return [*_lexical(), *_grammatical(), *_shapes(), *_statistics(), *_noisy()]


def _lexical() -> list[Row]:
    found: list[Row] = []
    for value in (0.0, 0.25, 0.5, 0.75, 1.0):
        made = _plain(tree="star", cognates=value, overlap=0.0)
        name = "mean edit distance of translations"
        found.append(("cognates", f"{value}", name, lexical_distance(made, A, B)))
    for value in (0.0, 0.1, 0.3, 0.6, 1.0):
        made = _plain(tree="star", scripts=("Latn", "Cyrl"), overlap=value)
        found.append(("overlap", f"{value}", "share of identical words", identical(made, A, B)))
    return found


def _grammatical() -> list[Row]:
    found: list[Row] = []
    for order in ("SVO", "OVS", "VSO", "SOV"):
        links = _plain(order=("SVO", order)).links(A, B, N)
        found.append(("order", f"SVO, {order}", "share of link pairs that cross", crossing(links)))
    for value in ("isolating", "fusional", "agglutinative"):
        made = _plain(morphology=value)
        found.append(("morphology", value, "words per sentence", words_per_text(made, A)))
        found.append(("morphology", value, "types per token", types_per_token(made, A)))
    for articles in ((False, False), (True, True), (True, False)):
        links = _plain(articles=articles).links(A, B, N)
        shown = ", ".join("yes" if flag else "no" for flag in articles)
        found.append(("articles", shown, "share of source words without a link", unlinked(links)))
    return found


def _shapes() -> list[Row]:
    found: list[Row] = []
    for value in ("balanced", "chain"):
        made = _plain(languages=6, tree=value)
        name = "correlation of lexical distance and distance in the tree"
        found.append(("tree", value, name, tree_correlation(made)))
    made = _plain(languages=6, tree="star")
    distances = [lexical_distance(made, a, b) for a, b in combinations(made.languages, 2)]
    name = "standard deviation of lexical distances (all distances in the tree are 2)"
    found.append(("tree", "star", name, float(np.std(distances))))
    names = (("Latn", "LATIN"), ("Cyrl", "CYRILLIC"), ("Arab", "ARABIC"), ("Thai", "THAI"))
    for code, name in names:
        share = script_share(family(languages=1, scripts=code, overlap=0.0), A, name)
        found.append(("scripts", code, f"share of letters that are {name.title()}", share))
    mixed = family(languages=2, scripts=("Latn", "Cyrl"), overlap=0.3)
    share = script_share(mixed, B, "CYRILLIC")
    found.append(
        ("scripts", "Latn, Cyrl; overlap=0.3", "share of qab's letters that are Cyrillic", share)
    )
    made = family(languages=2, clone=True)
    alike = identical(made, A, B), crossing(made.links(A, B, N))
    found.append(("clone", "yes", "share of identical words", alike[0]))
    found.append(("clone", "yes", "share of link pairs that cross", alike[1]))
    found.append(
        ("clone", "yes", "share of words that the lexicon maps onto the clone's", mapped(made))
    )
    return found


def _statistics() -> list[Row]:
    found: list[Row] = []
    for value in (0.0, 0.4, 0.8, 1.0):
        share = on_topic(family(languages=1, sharpness=value))
        found.append(("sharpness", f"{value}", "share of content words on topic", share))
    for value in (120, 600, 2400):
        made = _plain(languages=1, concepts=value)
        kinds = len(set(made.sentences(A, N).spelling))
        found.append(("concepts", f"{value}", "distinct words in 1000 sentences", float(kinds)))
    for value in (2, 6, 12):
        labels = _plain(languages=1, topics=value).labelled("topic", A, N).labels
        found.append(("topics", f"{value}", "distinct labels of topic", float(len(labels))))
    made = _plain(languages=1)
    found.append(
        (
            "(frequency)",
            "200 commonest words",
            "slope of log frequency over log rank",
            zipf(made, A),
        )
    )
    return found


def _noisy() -> list[Row]:
    found: list[Row] = []
    clean = _plain()
    words = sum(link.size[1] for link in clean.links(A, B, N))
    for value in (0.1, 0.3):
        found.append(
            (
                "typos",
                f"{value}",
                "share of words changed",
                misspelt(clean, _plain(typos=value)),
            )
        )
    for value in (0.1, 0.3):
        left = sum(link.size[1] for link in _plain(dropped=value).links(A, B, N))
        name = "share of target words left out (verbs and signs never are)"
        found.append(("dropped", f"{value}", name, 1 - left / words))
    for value in (0.1, 0.3):
        links = _plain(free=value).links(A, B, N)
        found.append(("free", f"{value}", "share of source words without a link", unlinked(links)))
    for value in (0.1, 0.3):
        share = strangers(clean, _plain(misaligned=value))
        found.append(("misaligned", f"{value}", "share of pairs with another target", share))
    noisy = _plain(wrong_labels=0.2)
    for task in ("topic", "nli", "intents", "ner", "pos", "parse", "answer"):
        share = relabelled(clean, noisy, task)
        found.append(("wrong_labels", "0.2", f"share of labels of {task} changed", share))
    return found


def table(found: list[Row]) -> str:
    """The rows in Markdown, one line per setting and quantity."""
    lines: dict[tuple[str, str], list[str]] = {}
    for setting, value, quantity, number in found:
        shown = f"{number:.0f}" if number == int(number) and number > 1 else f"{number:.2f}"
        lines.setdefault((setting, quantity), []).append(f"{value}: {shown}" if value else shown)
    text = ["| setting | measured | value: result |", "|---|---|---|"]
    text += [f"| {name} | {what} | {' · '.join(cells)} |" for (name, what), cells in lines.items()]
    return "\n".join(text) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table(rows()))
