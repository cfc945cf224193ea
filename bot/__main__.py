"""`python -m bot` is `redstation`."""

from bot.cli import main

if __name__ == "__main__":
    main()
