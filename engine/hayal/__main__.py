"""`python -m hayal`."""

from hayal.cli import main

if __name__ == "__main__":
    main()
