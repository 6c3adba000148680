"""The same tests as of a store in a file."""

from tests.unit.store.test_facts import *  # noqa: F403
