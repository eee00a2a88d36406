"""Everything that touches `transformers`: loading, encoding, states, heads, training, saving."""
