"""Sentences and the ways to say each of their facts, as BenchIE writes them.

Source: Gashteovski et al. 2022, "BenchIE", section 2, https://aclanthology.org/2022.acl-long.307
"""

import re
from pathlib import Path

import pyarrow as pa

from calque.data.lines import Lines, Problems
from calque.roles import reader
from calque.values import Labelled

_FACTS = pa.list_(pa.list_(pa.list_(pa.string())))
_SENTENCE = re.compile(r"^sent_id:(\S+)\t(.*)$")
_CLUSTER = re.compile(r"^\S+-->\s*Cluster")


@reader
def facts(path: Path, *, language: str = "und", drop_bad: bool = False) -> Labelled:
    """Read an example of task tuples per sentence, without tuples: `id`, and `facts`, each a list of ways to say it.

    A sentence stands behind "sent_id:1" and a tab, each of its facts begins with a line "1--> Cluster 1:", and a way to
    say it is "subject --> relation --> object", with words that may be left out in brackets.

    drop_bad: leave bad lines out instead of refusing the file
    """
    problems = Problems(path, drop_bad)
    rows: list[dict] = []
    for number, line in Lines(path, problems):
        text = line.strip()
        sentence = _SENTENCE.match(text)
        if sentence:
            rows.append({"id": sentence[1], "words": sentence[2].split(), "facts": []})
        elif text and not rows:
            problems.add(number, "stands before the first sentence (sent_id:1 and a tab)")
        elif _CLUSTER.match(text):
            rows[-1]["facts"].append([])
        elif text:
            slots = [slot.strip() for slot in text.split(" --> ")]
            if len(slots) < 3 or not rows[-1]["facts"]:
                problems.add(number, "is no 'subject --> relation --> object' of a cluster")
                continue
            rows[-1]["facts"][-1].append(slots[:3])
    problems.settle()
    made = pa.array([row.pop("facts") for row in rows], _FACTS)
    return Labelled.of(rows, "tuples", language).with_columns(facts=made)
