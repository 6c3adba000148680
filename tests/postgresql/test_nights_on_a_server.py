"""The same tests as of a store in a file."""

from tests.unit.store.test_nights import *  # noqa: F403
