"""Makes transmi.json: the vocabulary, scores and rows that TransMI's code gives a small model in each mode.

    git clone https://github.com/cisnlp/TransMI && git -C TransMI checkout fb65bac
    python tests/golden/transmi.py TransMI

Needs transformers 4 (4.33.3), sentencepiece, protobuf and uroman 1.3.1.1. Runs the tool's transmi.py as it is, on a
local XLM-R with a Unigram vocabulary trained here on the commons. Its romanizer is a program at a path of the
authors' machine; the same calls go to the PyPI package uroman, by its author too. Pieces are put in an order other
than that of their scores, as any tool may: in the trainer's order the first piece by id and the likeliest one are
the same, and two of the tool's three departures from its words would not show.

`rows` says of each new piece what its row is made of, [piece, weight] of the old ones.
"""

import io
import json
import os
import random
import runpy
import sys
import tempfile
from pathlib import Path
from types import ModuleType

import numpy as np
import sentencepiece
import torch
import uroman
from transformers import AutoTokenizer, XLMRobertaConfig, XLMRobertaForMaskedLM, XLMRobertaTokenizer
from transformers.utils import sentencepiece_model_pb2_new as sentencepiece_model_pb2

from calque.commons import sentences

HERE = Path(__file__).resolve().parent
LANGUAGES = ("hin", "arb", "eng")
SIZE = 500
MODES = ("max", "min", "average")


def trained() -> bytes:
    """A SentencePiece model of the commons, its pieces shuffled; accented and plain forms both occur."""
    lines = [row.text for language in LANGUAGES for row in sentences(language, "train")[:200]]
    made = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines),
        model_writer=made,
        vocab_size=SIZE,
        model_type="unigram",
        character_coverage=1.0,
        num_threads=1,
        minloglevel=2,
    )
    model = sentencepiece_model_pb2.ModelProto()
    model.ParseFromString(made.getvalue())
    pieces = list(model.pieces)
    ordinary = pieces[3:]
    random.Random(0).shuffle(ordinary)
    del model.pieces[:]
    model.pieces.extend([*pieces[:3], *ordinary])
    return model.SerializeToString()


def model_folder(folder: Path, spm: bytes) -> None:
    """An XLM-R whose input row of piece k is the k-th unit vector."""
    folder.mkdir()
    (folder / "sentencepiece.bpe.model").write_bytes(spm)
    tokenizer = XLMRobertaTokenizer(str(folder / "sentencepiece.bpe.model"))
    tokenizer.save_pretrained(folder)
    count = len(tokenizer)
    width = -(-count // 4) * 4
    config = XLMRobertaConfig(
        vocab_size=count,
        hidden_size=width,
        num_hidden_layers=1,
        num_attention_heads=4,
        intermediate_size=8,
        max_position_embeddings=16,
        pad_token_id=1,
    )
    model = XLMRobertaForMaskedLM(config)
    model.get_input_embeddings().weight.data = torch.eye(count, width)
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(folder).save_pretrained(folder)


def stand_in() -> ModuleType:
    """What the tool imports as its romanizer."""
    tables = uroman.Uroman()

    class Uroman:
        def romanize(self, texts: list[str]) -> list[str]:
            return [tables.romanize_string(text).strip() for text in texts]

    module = ModuleType("uroman")
    module.Uroman = Uroman  # type: ignore[attr-defined]
    return module


def rows_of(folder: Path, old: list[str]) -> dict[str, list]:
    """Of each new piece, the old ones in its row and their weights."""
    tokenizer = XLMRobertaTokenizer.from_pretrained(folder)
    rows = XLMRobertaForMaskedLM.from_pretrained(folder).get_input_embeddings().weight.detach()
    known = set(old)
    found = {}
    for piece, k in sorted(tokenizer.get_vocab().items(), key=lambda item: item[1]):
        if piece not in known:
            columns = np.flatnonzero(rows[k].numpy())
            found[piece] = [[old[c], float(rows[k][c])] for c in columns]
    return found


def main() -> None:
    """Run the tool in every mode and write what it made."""
    tool = Path(sys.argv[1]).resolve()
    facts = {
        "tool": "cisnlp/TransMI",
        "commit": "fb65bac9ff5e1ed2ea31dcd54201ab3015e4230f",
        "uroman": "1.3.1.1",
        "command": "python tests/golden/transmi.py TransMI",
    }
    sys.modules["uroman"] = stand_in()
    sys.modules["sentencepiece_model_pb2"] = sentencepiece_model_pb2  # the tool's copy is too old
    with tempfile.TemporaryDirectory() as temporary:
        base = Path(temporary) / "base"
        model_folder(base, trained())
        settings = json.loads((base / "tokenizer.json").read_text(encoding="utf-8"))
        facts["vocabulary"] = settings["model"]["vocab"]
        old = [piece for piece, _ in settings["model"]["vocab"]]
        facts["modes"] = {}
        os.chdir(temporary)
        for mode in MODES:
            out = Path(temporary) / mode
            sys.argv = ["transmi.py", "--model_name", str(base), "--merge_mode", mode]
            sys.argv += ["--save_path", str(out)]
            runpy.run_path(str(tool / "transmi.py"), run_name="__main__")
            made = next(out.iterdir())
            spm = sentencepiece.SentencePieceProcessor(
                model_file=str(made / "sentencepiece.bpe.model")
            )
            new = [spm.id_to_piece(k) for k in range(len(old) - 2, spm.get_piece_size())]
            scores = [round(spm.get_score(k), 5) for k in range(len(old) - 2, spm.get_piece_size())]
            facts["modes"][mode] = {
                "pieces": list(zip(new, scores, strict=True)),
                "rows": rows_of(made, old),
            }
    text = json.dumps(facts, ensure_ascii=False)
    (HERE / "transmi.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
