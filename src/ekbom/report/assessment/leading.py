"""The sections and conclusions that lead an assessment, by id."""

from __future__ import annotations

from typing import Final

RED_FLAGS: Final = "red-flags"
# Rules that say whether everything was asked: not flags themselves, and unknown speaks too.
ASKED_RULES: Final = frozenset({"R-RF-02", "R-RF-03"})
# The two conclusions everything else hangs on.
DIAGNOSTIC_STATE: Final = "R-DX-06"
IRON_STATUS: Final = "iron-status"
LEADING: Final = frozenset({DIAGNOSTIC_STATE, IRON_STATUS})
