"""What can be wrong with the store; each error says what is safe."""

from __future__ import annotations

from ekbom.errors import EkbomError


class StoreError(EkbomError):
    """The store cannot be opened, read or written; what was acknowledged is untouched."""


class StoreBusyError(StoreError):
    """Another program writes to this store."""


class NotFoundError(StoreError):
    """There is no such patient, night, recording, result or job."""


class ConflictError(StoreError):
    """Somebody changed the same thing since it was shown."""
