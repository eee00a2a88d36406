"""`python -m calque` is the command `calque`."""

from calque.cli.main import main

main()
