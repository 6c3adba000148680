"""The same tests as of a store in a file."""

from tests.unit.store.test_order import *  # noqa: F403
