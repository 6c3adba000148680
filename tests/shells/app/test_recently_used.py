"""A few things kept: found again, bounded, the one not asked for longest goes first."""

from __future__ import annotations

from ekbom.app.recently_used import Few


def test_what_is_kept_is_not_made_again_and_the_oldest_goes_first() -> None:
    made: list[str] = []

    def of(key: str) -> str:
        def make() -> str:
            made.append(key)
            return key.upper()

        return few.of(key, make)

    few: Few[str, str] = Few(2)
    assert [of("a"), of("b"), of("a"), of("c")] == ["A", "B", "A", "C"]
    assert made == ["a", "b", "c"]
    # b was not asked for longest; a stayed.
    assert [of("a"), of("b")] == ["A", "B"]
    assert made == ["a", "b", "c", "b"]
