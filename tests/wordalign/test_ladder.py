"""The recipes of several aligners: their toy data, and what their tables say of it."""

import pytest

from calque import registry
from calque.papers import find
from calque.recipe import read
from calque.synthetic.bitext import bitext
from calque.synthetic.links import links

FAMILY = "seed=7 languages=2 scripts=Latn concepts=60 topics=3"


@pytest.mark.parametrize(
    ("name", "n", "seed", "linked"),
    [("linked", 40, 0, True), ("linked-learn", 20, 1, True), ("linked-more", 160, 2, False)],
)
def test_the_toy_files_are_what_the_synthetic_family_gives(name, n, seed, linked):
    settings = {"family": FAMILY, "n": n, "seed": seed}
    rows = [[*pair] for pair in bitext(**settings)]
    if linked:
        for row, one in zip(rows, links(**settings), strict=True):
            marks = ["-" if sure else "p" for sure in one.sure]
            row.append(
                " ".join(f"{i}{m}{j}" for (i, j), m in zip(one.pairs.tolist(), marks, strict=True))
            )
    text = (registry.PACKAGE / "toy" / f"{name}.tsv").read_text(encoding="utf-8")
    assert text == "".join("\t".join(row) + "\n" for row in rows)


# the families of aligners that the tutorial names, and the parts that stand for them here
FAMILIES = {
    "IBM model 1": {"wordalign.ibm1"},
    "IBM model 2": {"wordalign.diagonal"},
    "hidden Markov model": {"wordalign.hmm"},
    "agreement": {"wordalign.agreement"},
    "fertilities, as in IBM models 3 to 5": {"wordalign.fertility"},
    "symmetrization": {
        "wordalign.intersect",
        "wordalign.union",
        "wordalign.grow_diag_final_and",
    },
    "attention": {"models.mirror_align"},
    "embeddings": {"models.align", "wordalign.itermax"},
    "tuned on gold links": {"models.tune_aligner"},
    "supervised, word by word": {"models.tune_binary", "models.align_binary"},
    "supervised, by spans": {"models.tune_spans", "models.align_spans"},
    "error rates": {"evaluation.links_by_aligner"},
}


def test_every_family_of_the_tutorial_has_its_rung():
    recipe = read("wordalign/word-alignment-tutorial")
    used = {step.part for step in recipe.steps}
    for step in recipe.steps:
        used |= {
            tree["use"]
            for tree in step.arguments.values()
            if isinstance(tree, dict) and "use" in tree
        }
    for family, parts in FAMILIES.items():
        assert parts <= used, family


@pytest.mark.parametrize("name", ["romansh-alignment", "word-alignment-tutorial"])
def test_every_aligner_of_the_recipe_is_in_its_table(name):
    """A rung that is made and not compared would be work for nothing."""
    recipe = read(find(name).recipe)
    (table,) = (step for step in recipe.steps if step.part == "evaluation.links_by_aligner")
    shown = {text[1:] for text in table.arguments["predictions"].values()}
    joined = {
        step.name for step in recipe.steps if step.part.startswith("wordalign.") and step.each
    }
    whole = ("models.align", "models.mirror_align", "wordalign.agreement")
    made = {step.name for step in recipe.steps if step.part.startswith(whole)}
    assert joined | made <= shown
