"""Vocabularies: tokenizers trained on target text, and what their pieces are made of."""
