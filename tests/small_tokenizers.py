"""Small tokenizers of every kind, for tests of mixers: the same pieces under different marks."""

from collections.abc import Sequence

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers

from calque.values import Vocabulary


def wordpiece(begun: Sequence[str], inside: Sequence[str] = (), *, lowercase: bool = False):
    """Whole words and beginnings, and what goes on inside a word."""
    pieces = ["[UNK]", "[PAD]", *begun, *(f"##{piece}" for piece in inside)]
    cutter = Tokenizer(models.WordPiece(_ids(pieces), unk_token="[UNK]"))
    cutter.normalizer = normalizers.BertNormalizer(lowercase=lowercase, strip_accents=False)
    cutter.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    cutter.add_special_tokens(["[UNK]", "[PAD]"])
    return Vocabulary(cutter.to_str(), {"unk": "[UNK]", "pad": "[PAD]"})


def sentencepiece(merges: Sequence[str], letters: str, *, fallback: bool = False, unk: bool = True):
    """BPE with ▁ before words, of letters and of merges such as "▁ a" in their order."""
    pieces = ["<unk>"] * unk + [f"<0x{value:02X}>" for value in range(256)] * fallback
    pieces += ["▁", *letters, *(merge.replace(" ", "") for merge in merges)]
    pairs = [tuple(merge.split(" ")) for merge in merges]
    model = models.BPE(
        _ids(pieces), pairs, unk_token="<unk>" if unk else None, byte_fallback=fallback, fuse_unk=True
    )
    cutter = Tokenizer(model)
    # as Llama has it: no pre-tokenizer at all
    cutter.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    cutter.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback()])
    if unk:
        cutter.add_special_tokens(["<unk>"])
    return Vocabulary(cutter.to_str(), {"unk": "<unk>"} if unk else {})


def unigram(pieces: Sequence[str]):
    """Unigram with ▁ before words, the longest piece first, and no piece for nothing known."""
    scored = [("<unk>", 0.0), *((piece, -10.0 + 0.1 * len(piece)) for piece in pieces)]
    cutter = Tokenizer(models.Unigram(scored, unk_id=0))
    cutter.pre_tokenizer = pre_tokenizers.Metaspace()
    cutter.add_special_tokens(["<unk>"])
    return Vocabulary(cutter.to_str(), {"unk": "<unk>"})


def byte_level(merges: Sequence[str]):
    """Byte-level BPE as GPT-2 has it, of all bytes and these merges; no special piece but the end."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    pieces = ["<|end|>", *alphabet, *(merge.replace(" ", "") for merge in merges)]
    cutter = Tokenizer(models.BPE(_ids(pieces), [tuple(merge.split(" ")) for merge in merges]))
    cutter.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    cutter.decoder = decoders.ByteLevel()
    cutter.add_special_tokens(["<|end|>"])
    return Vocabulary(cutter.to_str(), {"eos": "<|end|>"})


def _ids(pieces: Sequence[str]) -> dict[str, int]:
    return {piece: k for k, piece in enumerate(dict.fromkeys(pieces))}
