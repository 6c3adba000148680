"""What is taken out of the store leaves a row in the log."""

from __future__ import annotations

from tests.security.house import House

from ekbom.store import audit_log


def test_every_file_that_is_taken_out_stands_in_the_log(house: House) -> None:
    client, paths = house.insider(), [*house.pages, f"/patients/{house.person}/report/file"]
    n_files = 0
    for path in dict.fromkeys(paths):
        before = _n_rows(house)
        answer = client.get(path)
        if "attachment" not in answer.headers.get("content-disposition", ""):
            continue
        n_files += 1
        assert _n_rows(house) == before + 1, path
    assert n_files >= 3


def _n_rows(house: House) -> int:
    with house.store.reading() as connection:
        return sum(1 for _ in audit_log.rows(connection))
