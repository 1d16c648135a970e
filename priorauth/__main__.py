"""`python -m priorauth`: the same as the command `priorauth`."""

from priorauth.cli import main

if __name__ == "__main__":
    main()
