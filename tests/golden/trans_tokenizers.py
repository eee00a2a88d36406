"""Makes trans_tokenizers.json: what the authors' package makes of tables of translations.

    pip install trans-tokenizers==0.1.4 && PYTHONPATH=.:tests python tests/golden/trans_tokenizers.py

Runs `map_tokens`, `smooth_mapping` and `remap_model` on two small tokenizers, tables of counts as their aligner
prints them, and a Llama of two random layers whose input and output rows are not tied. In the table "whole" no
count has to be rounded, in "rounded" many have. The package keeps words whose pieces are joined by a dash.
"""

import json
import tempfile
from pathlib import Path

import numpy as np
import torch
import transformers

from calque.models.folder import quiet
from calque.values import Vocabulary

from small_tokenizers import sentencepiece  # isort: skip

HERE = Path(__file__).resolve().parent
LETTERS = "abcdefghijklmnopqrstuvwxyz7"
OLD_RULES = ["▁ h", "u s", "▁h o", "▁ho us", "▁hous e", "d o", "▁ do", "▁do g", "t r", "e e", "tr ee",
             "▁ tree", "▁ r", "▁r i", "v e", "ve r", "▁ c", "▁ 7"]  # fmt: skip
NEW_RULES = ["▁ n", "▁n y", "u m", "um b", "▁ny umb", "▁nyumb a", "▁ m", "▁m b", "w a", "▁mb wa", "▁m t",
             "▁mt i", "n i", "z i", "▁ z", "r i", "▁ k", "i a", "▁n j", "▁nj ia", "▁ 7"]  # fmt: skip
# old word, new word, count
WHOLE = [("house", "nyumba", 40), ("dog", "mbwa", 60), ("tree", "mti", 20), ("river", "mto", 80),
         ("river", "ziwa", 120), ("house", "kiumbe", 80), ("dogs", "mbwani", 24), ("tree", "njia", 9)]  # fmt: skip
ROUNDED = [
    ("house", "nyumba", 41),
    ("river", "mto", 11),
    ("dogs", "ziwani", 13),
    ("houses", "umbo", 15),
]


def vocabularies() -> tuple[Vocabulary, Vocabulary]:
    """The old and the new one, with pieces that neither text nor table has."""
    return sentencepiece(OLD_RULES, LETTERS), sentencepiece(NEW_RULES, LETTERS)


def rows(count: int, width: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Input and output rows of the old model."""
    grid = np.arange(count * width, dtype=np.float32).reshape(count, width)
    return np.sin(grid), np.cos(3 * grid)


def _folder(vocabulary: Vocabulary, path: Path) -> str:
    wrapped = transformers.PreTrainedTokenizerFast(
        tokenizer_object=vocabulary.fast, unk_token=vocabulary.special["unk"]
    )
    wrapped.save_pretrained(path)
    return str(path)


def _model(count: int, path: Path) -> str:
    config = transformers.LlamaConfig(
        vocab_size=count, hidden_size=4, intermediate_size=4, num_hidden_layers=2,
        num_attention_heads=2, num_key_value_heads=2, tie_word_embeddings=False,
    )  # fmt: skip
    model = transformers.LlamaForCausalLM(config)
    inner, outer = rows(count)
    with torch.no_grad():
        model.get_input_embeddings().weight.copy_(torch.from_numpy(inner))
        model.get_output_embeddings().weight.copy_(torch.from_numpy(outer))
    model.save_pretrained(path)
    return str(path)


def _table(entries: list[tuple[str, str, int]], folder: Path) -> str:
    lines = []
    for source, target, count in entries:
        cut = [
            "—".join(v.fast.encode(word).tokens)
            for v, word in zip(vocabularies(), (source, target), strict=True)
        ]
        lines.append(f"{cut[0]}\t{cut[1]}\t-1.0\t{count}")
    path = folder / "table.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def main() -> None:
    """Run the package and write what it says."""
    from transtokenizers import map_tokens, remap_model, smooth_mapping

    if not hasattr(transformers.PreTrainedTokenizerFast, "additional_special_tokens_ids"):
        # `remap_model` asks for it, and transformers 5 has it no more
        transformers.PreTrainedTokenizerFast.additional_special_tokens_ids = ()
    found = {
        "tool": "trans-tokenizers",
        "version": "0.1.4",
        "command": "python tests/golden/trans_tokenizers.py",
    }
    with tempfile.TemporaryDirectory() as name, quiet():
        folder = Path(name)
        old, new = vocabularies()
        names = _folder(old, folder / "old"), _folder(new, folder / "new")
        model = _model(len(old), folder / "model")
        for table, entries in (("whole", WHOLE), ("rounded", ROUNDED)):
            counts, _ = map_tokens(_table(entries, folder), *names)
            mapped = {str(t): {str(o): int(c) for o, c in row.items()} for t, row in counts.items()}
            smoothed = smooth_mapping(names[1], counts)
            made = remap_model(*names, smoothed, model)
            found[table] = {
                "counts": mapped,
                "smoothed": {piece: {str(o): float(w) for o, w in row} for piece, row in smoothed},
                "input": made.get_input_embeddings().weight.detach().numpy().round(7).tolist(),
                "output": made.get_output_embeddings().weight.detach().numpy().round(7).tolist(),
            }
    text = json.dumps(found, ensure_ascii=False)
    (HERE / "trans_tokenizers.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
