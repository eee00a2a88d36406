"""The settings that aligners which count have in common, checked in one place."""

from calque.errors import BadSetting


def sensible(
    part: str,
    *,
    rounds: int = 1,
    null: float = 0.0,
    smoothing: float = 0.0,
    prefix: int = 0,
    threshold: float = 0.0,
) -> None:
    """Raise BadSetting with the first setting of `part` that makes no sense."""
    for name, value, fine, wanted in (
        ("rounds", rounds, rounds >= 1, "be at least 1"),
        ("null", null, 0 <= null < 1, "lie in [0, 1)"),
        ("smoothing", smoothing, smoothing >= 0, "not be negative"),
        ("prefix", prefix, prefix >= 0, "not be negative"),
        ("threshold", threshold, 0 <= threshold <= 1, "lie in [0, 1]"),
    ):
        if not fine:
            raise BadSetting(f"{part}: {name} must {wanted}, got {value}")
