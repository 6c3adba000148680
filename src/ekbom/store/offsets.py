"""By how many days a person's dates are moved in what leaves the store: a secret of the store."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from ekbom.store.errors import StoreError

# Beside the database, not in it: whoever gets a copy of the facts alone cannot undo the shift.
SECRET = "deidentify.secret"
_SECRET_BYTES = 32
# A year is enough to hide the day and little enough to keep what was in force then.
_MOST_DAYS = 365
_CODE_DIGITS = 8


def days_earlier(folder: Path, person_id: str) -> int:
    """Days by which every date of a person is moved into the past: 1 to 365, always the same.

    Parameters
    ----------
    folder : Path
        Of the store; its secret is made where there is none.
    person_id : str
        Of the person in the store.

    Raises
    ------
    StoreError
        The secret cannot be read or kept.
    """
    return int.from_bytes(_derived(folder, f"days:{person_id}")) % _MOST_DAYS + 1


def code_name(folder: Path, person_id: str) -> str:
    """A name for a person in what leaves the store; it says nothing to anybody else."""
    return f"p-{_derived(folder, f'code:{person_id}').hex()[:_CODE_DIGITS]}"


def _derived(folder: Path, what: str) -> bytes:
    return hmac.digest(_secret(folder / SECRET), what.encode(), hashlib.sha256)


def _secret(path: Path) -> bytes:
    try:
        if not path.exists():
            _made(path)
        found = path.read_bytes()
    except OSError as error:
        raise StoreError(
            f"the secret of the dates cannot be used ({error.strerror or error})",
            where=str(path),
            what_to_do="let the owner of the store open it; nothing was written out",
        ) from error
    if len(found) != _SECRET_BYTES:
        raise StoreError(
            "the secret of the dates is damaged",
            expected=f"{_SECRET_BYTES} bytes",
            where=str(path),
            what_to_do="bring it back from a copy; or remove it, and later copies of a person "
            "will be shifted otherwise than earlier ones",
        )
    return found


def _made(path: Path) -> None:
    """Whole under its name or not there; where two make it at once, one of them stands."""
    arriving = path.with_name(f"{path.name}.{secrets.token_hex(6)}.part")
    handle = os.open(arriving, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(arriving, path)
        except FileExistsError:
            return
    finally:
        arriving.unlink(missing_ok=True)
