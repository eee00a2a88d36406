"""A small package of parts and recipes in a temporary folder, to run recipes on."""

import importlib
import sys
import textwrap
from pathlib import Path

import calque
from calque import registry

PARTS = {
    "letters/__init__.py": '"""Parts to test with."""\n',
    "letters/read.py": '''
        from pathlib import Path

        from calque.roles import reader
        from calque.values import Texts

        @reader
        def read(path: Path) -> Texts:
            """Read lines."""
            return Texts.of(path.read_text(encoding="utf-8").splitlines())
    ''',
    "letters/repeat.py": '''
        from calque.errors import BadSetting
        from calque.roles import part
        from calque.values import Texts

        @part(paper="somebody-2020-letters")
        def repeat(texts: Texts, *, times: int = 2, mark: str = "") -> Texts:
            """Repeat every text."""
            if times < 1:
                raise BadSetting(f"letters.repeat: times must be at least 1, got {times}")
            return Texts.of([(text + mark) * times for text in texts])
    ''',
    "letters/size.py": '''
        from calque.roles import part

        @part
        def size(text: str) -> int:
            """Count the characters of one text."""
            return len(text)
    ''',
    "letters/total.py": '''
        from collections.abc import Callable, Sequence

        from calque.roles import part
        from calque.values import Score

        @part
        def total(numbers: Sequence[int], *, change: Callable | None = None) -> Score:
            """Add numbers up, each changed first where asked."""
            numbers = [change(number) for number in numbers] if change else numbers
            return Score("total", float(sum(numbers)), n=len(numbers))
    ''',
    "letters/twice.py": '''
        from calque.roles import part

        @part
        def twice(number: int, *, plus: int = 0) -> int:
            """Double a number."""
            return 2 * number + plus
    ''',
    "letters/odd.py": '''
        from calque.roles import part

        @part
        def odd(text: str) -> object:
            """Return what cannot be stored."""
            return object()
    ''',
    "letters/wait.py": '''
        import time
        from pathlib import Path

        from calque.roles import part
        from calque.values import Texts
        from calque.workspace import kept

        @part
        def wait(texts: Texts, *, log: str, seconds: float = 0.0) -> Texts:
            """Say in the file `log` that it works, or goes on with work that was begun; then wait."""
            begun = kept("begun")
            with Path(log).open("a") as file:
                file.write("again\\n" if begun.exists() else "first\\n")
            begun.write_text("x")
            time.sleep(0 if begun.with_name("hurry").exists() else seconds)
            return texts
    ''',
}
RECIPES = {
    "letters/count.yaml": """
        about: Repeat lines and count characters.
        paper: somebody-2020-letters
        inputs: {file: toy/lines.txt, times: 2}
        steps:
          lines: {use: letters.read, path: $file}
          more: {use: letters.repeat, texts: $lines, times: $times}
          sizes: {use: letters.size, each: [text], text: $more}
          total: {use: letters.total, numbers: $sizes, change: {use: letters.twice, plus: 1}}
        expect: {toy: {more: 3, total: 23.0}}
    """,
}
TOY = {"toy/lines.txt": "one\nא\u200b\n\n"}


def build(folder: Path) -> Path:
    """Write the package."""
    for name, text in (PARTS | RECIPES).items():
        put(folder, name if name.endswith(".py") else f"recipes/{name}", text)
    for name, text in TOY.items():
        put(folder, name, text)
    return folder


def put(folder: Path, name: str, text: str) -> Path:
    """Write one file of it."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    forget()
    return path


def use(folder: Path) -> None:
    """Let calque find its parts and recipes in this folder, and import them from there."""
    registry.PACKAGE = folder
    calque.__path__.append(str(folder))
    sys.dont_write_bytecode = True  # a file changed within a second would come back as it was
    forget()


def leave(package: Path, folder: Path) -> None:
    """Undo `use`."""
    registry.PACKAGE = package
    calque.__path__.remove(str(folder))
    forget()


def forget() -> None:
    """Forget what was read and imported before a file changed."""
    for known in (
        registry.families,
        registry.parts,
        registry._named,
        registry.source_key,
        registry._imports,
    ):
        known.cache_clear()
    importlib.invalidate_caches()
    for name in [name for name in sys.modules if name.startswith("calque.letters")]:
        del sys.modules[name]


def children(folder: Path, into: Path) -> str:
    """PYTHONPATH with which every process that is started sees this folder's parts."""
    tests = Path(__file__).parent
    (into / "sitecustomize.py").write_text(
        f"import sys\nsys.path[:0] = [{str(tests)!r}, {str(tests.parent)!r}]\n"
        f"from pathlib import Path\nimport shelf\nshelf.use(Path({str(folder)!r}))\n"
    )
    return str(into)
