"""The same tests as of a store in a file, apart from those that change the file."""

from tests.unit.store.test_audit_log import (
    test_an_empty_log_is_whole,
    test_an_untouched_log_is_whole,
    test_corrections_and_facts_taken_back_are_as_the_log_tells,
    test_no_value_and_no_name_is_in_the_log,
)
from tests.unit.store.test_looking import (
    test_a_clock_set_back_stands_in_the_log_once,
    test_seconds_are_no_clock_set_back,
)

__all__ = [
    "test_a_clock_set_back_stands_in_the_log_once",
    "test_an_empty_log_is_whole",
    "test_an_untouched_log_is_whole",
    "test_corrections_and_facts_taken_back_are_as_the_log_tells",
    "test_no_value_and_no_name_is_in_the_log",
    "test_seconds_are_no_clock_set_back",
]
