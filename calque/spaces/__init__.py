"""Spaces of vectors: similarities corrected, spaces mapped and measured."""
