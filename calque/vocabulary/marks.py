"""One spelling for pieces of all tokenizers, so that equal pieces can be found."""


def plain(piece: str) -> str:
    """The piece's text with ▁ before it where it begins a word; special pieces as they are.

    WordPiece marks what continues a word (##), SentencePiece (▁) and byte-level BPE (Ġ) what begins
    one. A vocabulary without any mark reads like WordPiece.
    """
    if piece.startswith("##"):
        return piece[2:]
    if piece.startswith("Ġ"):
        return "▁" + piece[1:]
    if piece.startswith(("▁", "[", "<")) and len(piece) > 1:
        return piece
    return "▁" + piece
