import pytest

from calque.synthetic import family

FAMILY = family(
    languages=4,
    scripts=("Latn", "Arab", "Thai", "Hang"),
    order=("SVO", "SOV", "VSO", "OSV"),
    morphology=("isolating", "agglutinative", "fusional", "agglutinative"),
    concepts=240,
)
PAIRS = [("qaa", "qab"), ("qab", "qac"), ("qac", "qad"), ("qad", "qaa")]


def projected(tags: list[str], link, size: int) -> list[str]:
    """Carry each span over its sure links; the target span reaches from its first word to its last."""
    result = ["O"] * size
    ends = {i for i, tag in enumerate(tags) if tag == "O" or tag[0] == "B"} | {len(tags)}
    for i, tag in enumerate(tags):
        if tag[0] != "B":
            continue
        end = min(e for e in ends if e > i)
        places = [t for s, t in link.pairs[link.sure].tolist() if i <= s < end]
        for t in range(min(places), max(places) + 1):
            result[t] = ("B" if t == min(places) else "I") + tag[1:]
    return result


@pytest.mark.parametrize(("a", "b"), PAIRS)
@pytest.mark.parametrize(("task", "of"), [("ner", "statements"), ("intents", "requests")])
def test_spans_projected_over_gold_links_are_gold(a, b, task, of):
    source, target = (FAMILY.labelled(task, code, 300) for code in (a, b))
    links = FAMILY.links(a, b, 300, of=of)
    spans = 0
    for one, other, link in zip(source, target, links, strict=True):
        assert projected(one["tags"], link, len(other["words"])) == other["tags"]
        spans += sum(tag[0] == "B" for tag in one["tags"])
    assert spans > 200


def test_rows_are_about_the_same_texts():
    texts = list(FAMILY.texts("qac", 40))
    for task in ("ner", "pos", "parse"):
        assert [" ".join(row["words"]) for row in FAMILY.labelled(task, "qac", 40)] == texts
    assert FAMILY.labelled("topic", "qac", 40).table["text"].to_pylist() == texts
    for task in ("topic", "nli", "intents"):
        labels = [
            FAMILY.labelled(task, code, 40).table["label"].to_pylist() for code in FAMILY.languages
        ]
        assert all(column == labels[0] for column in labels)
    pairs = FAMILY.labelled("nli", "qab", 40).table
    assert pairs["text"].to_pylist() == list(FAMILY.texts("qab", 40, of="premises"))
    assert pairs["text_b"].to_pylist() == list(FAMILY.texts("qab", 40, of="hypotheses"))


def test_labels():
    assert FAMILY.labelled("topic", "qaa", 200).labels == tuple(
        sorted(("farming", "trade", "health", "weather", "music", "law"))
    )
    assert FAMILY.labelled("nli", "qaa", 50).labels == ("contradiction", "entailment", "neutral")
    tags = {f"{iob}-{kind}" for iob in "BI" for kind in ("PER", "ORG", "DATE")} | {"O", "B-LOC"}
    assert set(FAMILY.labelled("ner", "qab", 500).labels) == tags
    words = {"NOUN", "PROPN", "VERB", "ADJ", "ADV", "NUM", "PUNCT"}
    assert set(FAMILY.labelled("pos", "qab", 500).labels) == words
    isolating = words | {"ADP", "DET", "AUX", "PART"}
    assert set(FAMILY.labelled("pos", "qaa", 500).labels) == isolating
    intents = set(FAMILY.labelled("intents", "qab", 200).table["label"].to_pylist())
    assert intents == {"call", "visit", "find", "order", "remind", "join"}


@pytest.mark.parametrize("code", FAMILY.languages)
def test_trees_have_one_root_and_no_cycle(code):
    for row in FAMILY.labelled("parse", code, 200):
        heads = row["heads"]
        assert heads.count(0) == 1
        root = heads.index(0)
        assert row["relations"][root] == "root" and row["tags"][root] == "VERB"
        assert row["relations"].count("root") == 1
        for word in range(len(heads)):
            seen = set()
            while heads[word]:
                assert word not in seen
                seen.add(word)
                word = heads[word] - 1
            assert word == root


@pytest.mark.parametrize("code", FAMILY.languages)
@pytest.mark.parametrize("tokenized", [True, False])
def test_answers_stand_where_they_should(code, tokenized):
    rows = list(FAMILY.labelled("answer", code, 100, tokenized=tokenized))
    said = FAMILY.sentences(code, 100, of="contexts")
    for row, words in zip(rows, said.words, strict=True):
        end = row["start"] + len(row["answer"])
        assert row["answer"] and row["context"][row["start"] : end] == row["answer"]
        if tokenized:
            answer = row["answer"].split()
            assert any(words[i : i + len(answer)] == answer for i in range(len(words)))


@pytest.mark.parametrize("code", FAMILY.languages)
def test_tuples_stand_where_they_should_and_say_the_same(code):
    rows, trees = (list(FAMILY.labelled(task, code, 100)) for task in ("tuples", "parse"))
    same = list(FAMILY.labelled("tuples", "qaa", 100))
    for row, tree, other in zip(rows, trees, same, strict=True):
        (one,) = row["tuples"]
        root = tree["heads"].index(0)
        assert row["words"] == tree["words"]
        assert row["words"][root] in one["relation"].split()
        relation, *places = (f" {text} " for text in (one["relation"], *one["arguments"]))
        text = f" {' '.join(row['words'])} "
        assert relation in text and all(place in text for place in places)
        subject = tree["relations"].index("nsubj")
        assert row["words"][subject] in one["arguments"][0].split()
        assert len(one["arguments"]) == len(other["tuples"][0]["arguments"])


def test_a_question_shares_the_words_around_its_answer():
    for row in FAMILY.labelled("answer", "qaa", 100):  # no inflection: only the answer is missing
        sentence = [
            s for s in row["context"].split(" . ") if row["context"].index(s) <= row["start"]
        ][-1]
        around = sentence.replace(row["answer"], " ").replace(".", " ").split()
        assert len(set(around) - set(row["question"].split())) <= 1  # the adposition of the answer


def test_answers_mean_the_same():
    rows = [list(FAMILY.labelled("answer", code, 60)) for code in ("qaa", "qab")]
    entries = {}
    for one, other, _ in FAMILY.lexicon("qaa", "qab", inflected=True):
        entries.setdefault(one, set()).add(other)
    for one, other in zip(*rows, strict=True):
        assert entries[one["answer"].split()[-1]] & set(other["answer"].split())


def test_facts():
    tables = {code: FAMILY.facts(code, 50) for code in FAMILY.languages}
    numbers = [[row["fact"] for row in table] for table in tables.values()]
    assert len(set(numbers[0])) == 50 and all(column == numbers[0] for column in numbers)
    for table in tables.values():
        for row in table:
            end = row["start"] + len(row["object"])
            assert row["statement"][row["start"] : end] == row["object"] != ""
            assert row["subject"] in row["statement"] and row["subject"] in row["question"]
            assert row["object"] not in row["question"]
    assert {row["relation"] for row in FAMILY.facts("qaa", 500)} >= {
        "lives_in",
        "works_for",
        "born_on",
    }
