"""Makes calque/toy/writer, a small model that fills gaps in three languages, and calque/toy/gists-*: what it can learn.

python tests/golden/toy_writer.py

Languages of a synthetic family, a chain of three, all behind one mark ("any"), as a model like mT5 has none: nothing but
the text says in which language to write. gists: statements and what is left of them, who does what.
"""

import shutil

import torch

from calque import part, registry
from calque.synthetic import named
from calque.values import Texts

FAMILY = (
    "languages=3 tree=chain scripts=Latn order=SVO morphology=isolating articles=no concepts=40 topics=2 "
    "cognates=0.5 overlap=0.2 seed=0"
)
TOY = registry.PACKAGE / "toy"


def main() -> None:
    """Train the model, write it and the files."""
    torch.set_num_threads(1)
    family = named(FAMILY)
    texts = [family.texts(language, 1200, 10) for language in family.languages]
    signs = Texts.of(["_ " * 50], "qaa", tokenized=True)
    words = part("vocabulary.byte_pairs")(part("data.pooled")([*texts, signs]), size=600)
    start = part("models.fresh_translator")(
        words, languages=["any"], width=32, layers=1, longest=64
    )
    gaps = [part("data.holed")(one, share=0.3) for one in texts]
    pairs = [part("data.relabelled")(one, source="any", target="any") for one in gaps]
    made = part("models.tune_translator")(
        start, pairs, epochs=16, learning_rate=5e-3, tokens=1024, both=False, smoothing=0.0
    )
    shutil.rmtree(TOY / "writer", ignore_errors=True)
    shutil.copytree(made.folder, TOY / "writer")
    for language in family.languages:
        lines = "".join(f"{text}\n" for text in family.texts(language, 60, 21))
        (TOY / f"gists-{language}.txt").write_text(lines, encoding="utf-8")
    for name, language, count, seed in (
        ("train", "qaa", 80, 20),
        ("dev", "qaa", 20, 30),
        ("test", "qab", 20, 99),
    ):
        sides = (family.texts(language, count, seed, of=of) for of in ("statements", "gists"))
        lines = "".join(f"{a}\t{b}\n" for a, b in zip(*sides, strict=True))
        (TOY / f"gists-{name}.tsv").write_text(lines, encoding="utf-8")


if __name__ == "__main__":
    main()
