"""`python -m ferbench`."""

from ferbench.cli.app import main

main()
