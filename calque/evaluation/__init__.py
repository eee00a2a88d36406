"""Numbers with their intervals: metrics, tests of differences, agreement."""
