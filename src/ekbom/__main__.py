"""Lets ``python -m ekbom`` do what the command ``ekbom`` does."""

from __future__ import annotations

import sys

from ekbom.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
