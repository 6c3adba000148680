"""What every page says of the store, whatever else it shows."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from ekbom.store.clock import clock_says
from ekbom.store.errors import StoreError
from ekbom.store.store import Store


def of_the_store(request: Request) -> dict[str, Any]:
    """For the frame around a page: where things are kept, and a clock that is wrong.

    Parameters
    ----------
    request : Request
        What is answered.
    """
    store: Store = request.app.state.desk.store
    has_session = getattr(request.state, "session", None) is not None
    return {
        "is_beyond": request.app.state.is_beyond,
        "is_on_a_server": store.engine.dialect.name != "sqlite",
        "clock_says": _clock_says(store) if has_session else "",
    }


def _clock_says(store: Store) -> str:
    try:
        return clock_says(store)
    except StoreError:
        # What is wrong with the store, the page itself says.
        return ""
