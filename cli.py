"""Runs the command `pricebook` from a checkout, from any folder: `python path/to/cli.py check koodrive`. Nothing of it is installed."""

from pricebook.__main__ import main

if __name__ == "__main__":
    main()
