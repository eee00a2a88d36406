"""Keeps many arrays: in memory up to a limit, beyond it in a temporary file."""

import tempfile

import numpy as np

IN_MEMORY = 1 << 29  # bytes per shelf


class Shelf:
    """Arrays that are put down one by one and taken up again all together."""

    def __init__(self):
        self._kept: list[np.ndarray] = []
        self._filed: list[tuple[int, np.dtype, tuple[int, ...]]] = []
        self._file = None
        self._size = 0

    def put(self, array: np.ndarray) -> None:
        """Keep one more."""
        self._size += array.nbytes
        if self._size <= IN_MEMORY:
            self._kept.append(array)
            return
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115  without a name; gone when the arrays are
        self._filed.append((self._file.tell(), array.dtype, array.shape))
        self._file.write(np.ascontiguousarray(array).data)
        self._file.write(bytes(-array.nbytes % 8))  # the next one aligned

    def arrays(self) -> list[np.ndarray]:
        """All of them in order; nothing can be put down afterwards."""
        if self._file is None:
            return self._kept
        self._file.write(bytes(8))  # an empty file cannot be mapped
        self._file.flush()
        whole = np.memmap(self._file, np.uint8, "r+")
        self._file.close()
        return self._kept + [
            whole[start : start + dtype.itemsize * int(np.prod(shape))].view(dtype).reshape(shape)
            for start, dtype, shape in self._filed
        ]
