"""Topics of SIB-200 from English into 15 languages, NTREX-128 as the only parallel text.

python -m benchmarks.transfer_sib200 [--languages swh tur] [--json]
"""

from benchmarks.common import adaptation, arguments, data_folder, parallel, tell
from calque.transfer import transfer

LANGUAGES = {
    "deu": "Latn", "fra": "Latn", "spa": "Latn", "por": "Latn", "tur": "Latn", "fin": "Latn",
    "hun": "Latn", "ind": "Latn", "swh": "Latn", "hin": "Deva", "arb": "Arab", "rus": "Cyrl",
    "vie": "Latn", "eus": "Latn", "isl": "Latn",
}  # fmt: skip
# outside the list: to choose settings on
OTHERS = {"est": "Latn", "ukr": "Cyrl", "zul": "Latn", "tam": "Taml", "kaz": "Cyrl", "heb": "Hebr"}


def main() -> None:
    """Run every language and print what came out."""
    asked = arguments(__doc__ or "", list(LANGUAGES))
    data = data_folder()
    rows, facts = [], []
    for language in asked.languages:
        script = (LANGUAGES | OTHERS)[language]
        english, target = (data / "sib-200" / name for name in ("eng_Latn", f"{language}_{script}"))
        for seed in asked.seeds:
            out = asked.out / f"sib200-{language}-{seed}"
            found = transfer(
                task="topic",
                source="eng",
                target=language,
                train=english / "train.tsv",
                dev=english / "dev.tsv",
                test=target / "test.tsv",
                parallel=parallel(data, language, asked.out / "parallel"),
                model=asked.model,
                strategies=asked.strategy,
                out=out,
                seed=seed,
            )
            for row in found.table:
                rows.append(row | {"adaptation": adaptation(out, row["method"])})
            facts.append(found.facts)
    tell(rows, facts, asked.json)


if __name__ == "__main__":
    main()
