"""Small files to read, with short names so that messages can be compared whole."""

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import strategies as st


@pytest.fixture
def put(tmp_path, monkeypatch) -> Callable[[str, str | bytes], Path]:
    """Write a file into the current, temporary folder; gives its bare name."""
    monkeypatch.chdir(tmp_path)

    def write(name: str, content: str | bytes) -> Path:
        data = content.encode() if isinstance(content, str) else content
        Path(name).write_bytes(data)
        return Path(name)

    return write


@pytest.fixture(scope="session")
def there_and_back():
    """Write a value to a file of this name and read it again."""

    def go(value, write, read, name: str):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            write(value, path)
            return read(path)

    return go


@pytest.fixture(scope="session")
def any_text() -> st.SearchStrategy[str]:
    """Text of any script, with every white space there is; CRLF is left out, NUL too."""
    spaces = st.sampled_from("\n\r\t\u2028\u0085\u200b\ufeff \u3000\"'#,|{")
    letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    text = st.lists(st.one_of(letters, spaces), max_size=12).map("".join)
    return text.map(lambda one: re.sub("\r+\n", "\n", one))
