"""Word alignment: which word of a sentence is a translation of which word of the other."""
