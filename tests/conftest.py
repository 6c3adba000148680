"""What every test shares: the root of the repository and repeatable examples."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Repeatable, and blind to how fast the machine is.
settings.register_profile(
    "repeatable",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def root() -> Path:
    """Folder that holds pyproject.toml."""
    return Path(__file__).resolve().parents[1]
