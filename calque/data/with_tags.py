"""Tagged sentences beside what a model is to write for them: the same with tags around their spans."""

from calque.errors import BadValue
from calque.maths.counts import spans
from calque.roles import part
from calque.values import Bitext, Labelled

TAGGED = "tagged"


@part
def with_tags(examples: Labelled) -> Bitext:
    """Write each sentence and, as its translation into the language "tagged", the same with tags in it.

    "Asha lives in New York" becomes "<PER> Asha </PER> lives in <LOC> New York </LOC>". A text-to-text model
    that learns this (`models.tune_translator`) tags with `models.copy_tags`.

    examples: of tasks tags or slots, with IOB2 tags; those without tags are left out
    """
    if examples.task not in ("tags", "slots"):
        raise BadValue(f"data.with_tags: examples of task '{examples.task}' have no tags of spans")
    made = []
    for row in examples:
        words, tags = row["words"] or [], row["tags"]
        if tags is None or None in tags:
            continue
        wrong = next((tag for tag in tags if tag != "O" and tag[:2] not in ("B-", "I-")), None)
        if wrong is not None:
            raise BadValue(f"data.with_tags: '{wrong}' is no tag of a span, as B-PER and I-PER are")
        written = [[word] for word in words]
        for kind, start, end in spans(tags):
            written[start] = [f"<{kind}>", *written[start]]
            written[end - 1] = [*written[end - 1], f"</{kind}>"]
        made.append((" ".join(words), " ".join(word for own in written for word in own)))
    return Bitext.of(made, examples.language, TAGGED, tokenized=True)
