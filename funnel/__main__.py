"""`python -m funnel`."""

from funnel.commands.cli import main

if __name__ == "__main__":
    main()
