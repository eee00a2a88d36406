"""What users can mend. Everything else keeps its traceback."""


class CalqueError(Exception):
    """Base of all errors that the CLI prints as one line, with exit code 2."""


class BadSetting(CalqueError):
    """A setting has a value that the part cannot work with."""


class BadValue(CalqueError):
    """Data that a value's constructor or a part's door refuses."""


class BadFile(CalqueError):
    """A file or folder that is missing, unreadable or of the wrong kind."""


class BadLines(BadFile):
    """Lines of files that cannot be read: `file:line: what is wrong; what would do`.

    lines: every message, in order; the first 20 are shown, the total is counted.
    """

    SHOWN = 20

    def __init__(self, lines: list[str]):
        self.lines = list(lines)
        shown = "\n".join(self.lines[: self.SHOWN])
        if len(self.lines) > self.SHOWN:
            shown += f"\n{len(self.lines)} bad lines in all, the first {self.SHOWN} shown"
        super().__init__(shown)


class BadRecipe(CalqueError):
    """A recipe that cannot run: its file, step and what is wrong."""


class UnknownName(CalqueError):
    """A part, recipe, language or model that does not exist, with the nearest that does."""


class MissingExtra(CalqueError):
    """An optional package is not installed; names the extra that brings it."""
