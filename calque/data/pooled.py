"""Several texts as one."""

import pyarrow as pa

from calque.roles import part
from calque.values import Texts


@part
def pooled(texts: list[Texts]) -> Texts:
    """Put texts one after the other; the language is "mul" where they differ.

    texts: any number; the result counts as tokenized only where all of them are
    """
    languages = {part.language for part in texts}
    tables = [part.table.select(["text"]) for part in texts]
    whole = pa.concat_tables(tables) if tables else pa.table({"text": pa.array([], pa.string())})
    language = languages.pop() if len(languages) == 1 else "mul"
    return Texts(whole, language, all(part.tokenized for part in texts) and bool(texts))
