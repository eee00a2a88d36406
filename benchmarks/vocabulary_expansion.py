"""A small causal model of English learns Swahili: new pieces by size, initialization and data to adapt on.

python -m benchmarks.vocabulary_expansion [--pieces 100 300 1000] [--sentences 75 225 675] [--json]

The grid of Yamaguchi et al. 2024, https://arxiv.org/abs/2406.11477, on a model that a CPU trains: a Llama of three
layers, made from the English side of SIB-200 and NTREX-128, adapted on Swahili NTREX-128 and scored in bits per
character on test sentences of SIB-200. Steps are pieces per sentence, what generating it takes. Rows that
the file --rows has already are not made again.
"""

import argparse
import time
from functools import partial
from pathlib import Path
from typing import Any

import torch

from benchmarks.common import NTREX, ROOT, data_folder
from benchmarks.common_alignment import keep, rows_of
from calque import part
from calque.values import Checkpoint, Mixture, Texts, Vocabulary

INITIALIZATIONS = ("random", "mean", "merge", "align", "focus")
SCRIPTS = {"swh": "Latn", "tur": "Latn", "hin": "Deva", "arb": "Arab", "deu": "Latn"}


def main() -> None:
    """Run what is asked for and not there yet; rows as they come, or a table at the end."""
    asked = _arguments()
    torch.set_num_threads(asked.threads)
    base, texts, held = _base(asked), _ntrex(asked.target), _sib(asked.target, "test")
    held = held.take(range(min(asked.test, len(held))))
    facts = {"target": asked.target, "base": asked.base_epochs, "epochs": asked.epochs}
    facts |= {"trains": asked.trains, "rate": asked.rate, "seed": asked.seed, "test": len(held)}
    for sentences in asked.sentences:
        some = part("data.sample")(texts, most=sentences, seed=asked.seed)
        for pieces in (0, *asked.pieces):
            for name in INITIALIZATIONS if pieces else ("none",):
                told = facts | {"pieces": pieces, "initialization": name, "sentences": sentences}
                if not any(told.items() <= row.items() for row in rows_of(asked.rows)):
                    clock = time.perf_counter()
                    row = _adapted(base, name, pieces, some, held, asked)
                    seconds = {"seconds": round(time.perf_counter() - clock, 1)}
                    keep(told | row | seconds, asked.rows, asked.json)
    if not asked.json:
        _tell([row for row in rows_of(asked.rows) if facts.items() <= row.items()])


def mixture(name: str, old: Vocabulary, new: Vocabulary, texts: Texts) -> Mixture:
    """What each new row is made of by this initialization."""
    if name == "align":
        seen = part("vocabulary.aligned")(old, new, texts)
        return part("vocabulary.blend")(old, new, [seen, part("vocabulary.merges")(old, new)])
    if name == "focus":
        vectors = part("vocabulary.static_pieces")(new, texts, least=2)
        return part("vocabulary.focus")(old, new, vectors)
    parts = {"random": "surface", "mean": "merges", "merge": "merge_rules"}
    return part(f"vocabulary.{parts[name]}")(old, new)


def _adapted(
    base: Checkpoint, name: str, pieces: int, texts: Texts, held: Texts, asked: argparse.Namespace
) -> dict[str, Any]:
    """Bits before and after adaptation, and steps, of one cell of the grid."""
    start = base
    if pieces:
        old = part("models.vocabulary")(base)
        other = part("vocabulary.train")(texts, size=max(400, 3 * pieces), lowercase=False)
        new = part("vocabulary.extend")(old, other, texts, most=pieces)
        start = part("models.swap")(
            base, new, mixture(name, old, new, texts), noise=1.0, seed=asked.seed
        )
    settings = {"epochs": asked.epochs, "learning_rate": asked.rate, "seed": asked.seed}
    if asked.trains == "ends":
        settings["trains"] = part("models.outer_layers")(start, count=1)
    elif asked.trains == "lora":
        settings["rank"] = 8
    made = part("models.tune_causal")(start, texts, **settings)
    before, after = (_bits(model, held) for model in (start, made))
    names = ("bits_per_character", "low", "high", "pieces_per_text")
    return {"before": before["bits_per_character"]} | {name: after[name] for name in names}


def _bits(model: Checkpoint, held: Texts) -> dict[str, Any]:
    return next(iter(part("models.bits_per_character")(model, held)))


def _base(asked: argparse.Namespace) -> Checkpoint:
    """The English model, made once and kept."""
    place = asked.out / f"base-{asked.base_epochs}"
    if (place / "done").is_file():
        return Checkpoint(Path((place / "done").read_text(encoding="utf-8")))
    english = [*_sib("eng", "train"), *_ntrex("eng")]
    from calque.workspace import working_in

    place.mkdir(parents=True, exist_ok=True)
    with working_in(place):
        made = part("models.tune_causal")(
            _fresh(english, place / "fresh"), Texts.of(english, "eng"), epochs=asked.base_epochs,
            learning_rate=6e-3,
        )  # fmt: skip
    (place / "done").write_text(str(made.folder), encoding="utf-8")
    return made


def _fresh(texts: list[str], folder: Path) -> Checkpoint:
    """A random Llama with byte-level pieces of these texts."""
    import transformers
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    cutter = Tokenizer(models.BPE())
    cutter.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    cutter.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = partial(trainers.BpeTrainer, special_tokens=["<s>", "</s>"], show_progress=False)
    cutter.train_from_iterator(texts, trainer(vocab_size=2000, initial_alphabet=alphabet))
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=cutter, bos_token="<s>", eos_token="</s>", model_max_length=256,
        model_input_names=["input_ids", "attention_mask"],
    )  # fmt: skip
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=64, intermediate_size=160, num_hidden_layers=3,
        num_attention_heads=4, num_key_value_heads=4, max_position_embeddings=256, bos_token_id=0,
        eos_token_id=1, pad_token_id=None, tie_word_embeddings=False, initializer_range=0.1,
    )  # fmt: skip
    torch.manual_seed(0)
    transformers.AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return Checkpoint(folder)


def _sib(language: str, split: str) -> Texts:
    script = {"eng": "Latn"}.get(language) or SCRIPTS[language]
    path = data_folder() / "sib-200" / f"{language}_{script}" / f"{split}.tsv"
    return part("data.texts")(path, language=language, columns={"text": "text"})


def _ntrex(language: str) -> Texts:
    name = "src.eng" if language == "eng" else f"ref.{NTREX.get(language, language)}"
    path = data_folder() / "ntrex-128" / f"newstest2019-{name}.txt"
    return part("data.texts")(path, language=language)


def _tell(rows: list[dict[str, Any]]) -> None:
    """A line per size and initialization, a column per number of sentences."""
    sizes = sorted({row["sentences"] for row in rows})
    head = [f"bits, {size} sentences (before)" for size in sizes]
    print("| pieces | initialization | " + " | ".join(head) + " | steps |")
    print("|---" * (len(sizes) + 3) + "|")
    for pieces, name in dict.fromkeys((row["pieces"], row["initialization"]) for row in rows):
        own = [r for r in rows if (r["pieces"], r["initialization"]) == (pieces, name)]
        found = {row["sentences"]: row for row in own}
        cells = [
            f"{row['bits_per_character']:.3f} ({row['before']:.2f})" if row else ""
            for row in map(found.get, sizes)
        ]
        steps = found[max(found)]["pieces_per_text"]
        print(f"| {pieces} | {name} | " + " | ".join(cells) + f" | {steps:.1f} |")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--target", default="swh", choices=sorted(SCRIPTS))
    parser.add_argument("--pieces", type=int, nargs="+", default=[100, 300, 1000])
    parser.add_argument("--sentences", type=int, nargs="+", default=[75, 225, 675])
    parser.add_argument("--test", type=int, default=100, help="sentences that are scored")
    parser.add_argument("--epochs", type=int, default=1, help="of adaptation")
    parser.add_argument("--rate", type=float, default=3e-3, help="peak learning rate of adaptation")
    parser.add_argument("--trains", default="ends", choices=["ends", "lora", "all"])
    parser.add_argument("--base-epochs", type=int, default=1, help="of the English model")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks" / "expansion")
    parser.add_argument("--rows", type=Path, help="rows made so far; rows.jsonl in --out")
    parser.add_argument("--json", action="store_true", help="rows as JSON lines")
    asked = parser.parse_args()
    asked.rows = asked.rows or asked.out / "rows.jsonl"
    return asked


if __name__ == "__main__":
    main()
