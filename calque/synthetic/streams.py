"""Random numbers that depend on named keys alone: not on the process, the platform or the hash seed."""

import hashlib

import numpy as np


def stream(*keys: int | str) -> np.random.Generator:
    """A generator of its own for these keys; only its `random` is used, which numpy keeps stable."""
    plain = tuple(key if isinstance(key, str) else int(key) for key in keys)
    digest = hashlib.blake2b(repr(plain).encode(), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "big")))
