"""The command line: one file per verb, whose function `verb` is the command."""
