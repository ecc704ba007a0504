"""`python -m facialis` is the command line."""

from facialis.cli import main

main()
