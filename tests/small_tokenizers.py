"""Small tokenizers of every kind, for tests of mixers: the same pieces under different marks."""

from collections.abc import Sequence

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

from calque.values import Vocabulary


def wordpiece(
    begun: Sequence[str], inside: Sequence[str] = (), *, lowercase: bool = False
) -> Vocabulary:
    """Whole words and beginnings, and what goes on inside a word."""
    pieces = ["[UNK]", "[PAD]", *begun, *(f"##{piece}" for piece in inside)]
    cutter = Tokenizer(models.WordPiece(_ids(pieces), unk_token="[UNK]"))
    cutter.normalizer = normalizers.BertNormalizer(lowercase=lowercase, strip_accents=False)
    cutter.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    cutter.add_special_tokens(["[UNK]", "[PAD]"])
    return Vocabulary(cutter.to_str(), {"unk": "[UNK]", "pad": "[PAD]"})


def sentencepiece(
    merges: Sequence[str], letters: str, *, fallback: bool = False, bos: bool = False
) -> Vocabulary:
    """BPE with ▁ before words, of letters and of merges such as "▁ a" in their order."""
    special = {"unk": "<unk>"} | ({"bos": "<s>"} if bos else {})
    pieces = [*special.values(), *(f"<0x{value:02X}>" for value in range(256) if fallback)]
    pieces += ["▁", *letters, *(merge.replace(" ", "") for merge in merges)]
    model = models.BPE(
        _ids(pieces), [_pair(merge) for merge in merges], unk_token="<unk>", byte_fallback=fallback,
        fuse_unk=True,
    )  # fmt: skip
    cutter = Tokenizer(model)
    # as Llama has it: no pre-tokenizer at all
    cutter.normalizer = normalizers.Sequence(
        [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
    )
    cutter.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback()])
    cutter.add_special_tokens([*special.values()])
    return Vocabulary(cutter.to_str(), special)


def unigram(pieces: Sequence[str]) -> Vocabulary:
    """Unigram with ▁ before words, the longest piece first, and no piece for nothing known."""
    scored = [("<unk>", 0.0), *((piece, -10.0 + 0.1 * len(piece)) for piece in pieces)]
    cutter = Tokenizer(models.Unigram(scored, unk_id=0))
    cutter.pre_tokenizer = pre_tokenizers.Metaspace()
    cutter.add_special_tokens(["<unk>"])
    return Vocabulary(cutter.to_str(), {"unk": "<unk>"})


def byte_level(merges: Sequence[str]) -> Vocabulary:
    """Byte-level BPE as GPT-2 has it, of all bytes and these merges; no special piece but the end."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    pieces = ["<|end|>", *alphabet, *(merge.replace(" ", "") for merge in merges)]
    cutter = Tokenizer(models.BPE(_ids(pieces), [_pair(merge) for merge in merges]))
    cutter.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    cutter.decoder = decoders.ByteLevel()
    cutter.add_special_tokens(["<|end|>"])
    return Vocabulary(cutter.to_str(), {"eos": "<|end|>"})


def ended(merges: Sequence[str], letters: str, *, in_bytes: bool = False) -> Vocabulary:
    """BPE that marks the ends of words, as the first GPT has it; in bytes, as CLIP has it."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet()) if in_bytes else letters
    pieces = ["<unk>", *alphabet, *(f"{letter}</w>" for letter in alphabet)]
    pieces += [merge.replace(" ", "") for merge in merges]
    model = models.BPE(
        _ids(pieces),
        [_pair(merge) for merge in merges],
        unk_token="<unk>",
        end_of_word_suffix="</w>",
    )
    cutter = Tokenizer(model)
    if in_bytes:
        words = pre_tokenizers.Split(
            Regex(r"[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"), "removed", invert=True
        )
        cutter.pre_tokenizer = pre_tokenizers.Sequence(
            [words, pre_tokenizers.ByteLevel(add_prefix_space=False)]
        )
    else:
        cutter.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=False)
        cutter.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    cutter.decoder = decoders.BPEDecoder(suffix="</w>")
    cutter.add_special_tokens(["<unk>"])
    return Vocabulary(cutter.to_str(), {"unk": "<unk>"})


def _ids(pieces: Sequence[str]) -> dict[str, int]:
    return {piece: k for k, piece in enumerate(dict.fromkeys(pieces))}


def _pair(merge: str) -> tuple[str, str]:
    left, right = merge.split(" ")
    return left, right
