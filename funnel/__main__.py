"""`python -m funnel`."""

from funnel.cli import main

if __name__ == "__main__":
    main()
