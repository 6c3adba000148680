"""The page of a night: tried and kept, rejected, accepted, added, undone, by two hands at once."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

from ekbom.knowledge.binding import slice_fields
from ekbom.scoring.leg_movements import MovementThresholds
from ekbom.scoring.rules import PlmRules
from ekbom.store import nights
from ekbom.store.store import Store

HTMX = {"hx-request": "true"}
FIELD = "set.onset_above_rest_uv"


def part(client: TestClient, address: str, written: dict[str, str], status: int = 200) -> str:
    """The panel after a form was sent by the script."""
    answer = client.post(address, data=written, headers=HTMX)
    assert answer.status_code == status, answer.text[:2000]
    return answer.text


def plms(text: str) -> tuple[str, str]:
    """PLMS index as read, and automatic."""
    row = re.search(r"<th scope=\"row\">PLMS index<small>.*?</tr>", text, re.DOTALL)
    assert row is not None
    now, automatic = re.findall(r"([\d.]+)/h", row[0])
    return now, automatic


def movements(client: TestClient, kept: str, trial: str = "") -> dict[str, object]:
    return dict(client.get(f"{kept}/movements.json{trial}").json())


def keys(client: TestClient, kept: str, state: str = "automatic") -> list[str]:
    every = client.get(f"{kept}/movements.json").json()["movements"]
    return [one["key"] for one in every if one["state"] == state]


def changes(store: Store, kept: str) -> tuple[nights.Change, ...]:
    with store.reading() as connection:
        return nights.changes(connection, kept.rpartition("/")[2])


def periodic_key(client: TestClient, kept: str) -> str:
    every = client.get(f"{kept}/movements.json").json()["movements"]
    periodic = [one["key"] for one in every if one["is_periodic"]]
    # In the middle of the recording the patient sleeps.
    return str(periodic[len(periodic) // 2])


def test_the_page_shows_what_was_scored(client: TestClient, kept: str) -> None:
    shown = client.get(kept)
    assert shown.status_code == 200
    now, automatic = plms(shown.text)
    assert now == automatic
    assert 'id="viewer"' in shown.text
    assert "Nobody changed anything" in shown.text
    assert "not in the record yet" in shown.text
    assert " changed</span>" not in shown.text
    assert "desirable" in shown.text or "caveat" in shown.text
    # An edition goes by its name, never by that of its file.
    assert movements(client, kept)["edition"] == "WASM 2016"
    assert "<b>wasm-2016</b>" not in shown.text


def test_every_setting_that_can_be_changed_has_its_control(client: TestClient, kept: str) -> None:
    shown = client.get(kept).text
    for name in (*slice_fields(MovementThresholds), *slice_fields(PlmRules)):
        assert f'name="set.{name}"' in shown
        assert f'for="c-{name}"' in shown


def test_another_patients_night_is_not_shown(client: TestClient, kept: str) -> None:
    other = client.post("/patients/example", data={"name": "child-nine-years"}).headers["location"]
    foreign = f"{other}/nights/{kept.rpartition('/')[2]}"
    for where in ("", "/movements.json", "/figures", "/agreement", "/export/report.html"):
        assert client.get(foreign + where).status_code == 404
    for where in ("trial", "reject", "accept", "add", "undo", "settings", "into-record"):
        assert client.post(f"{foreign}/{where}", data={"seen": "0"}).status_code == 404


def test_a_threshold_that_is_tried_is_not_kept(client: TestClient, kept: str, store: Store) -> None:
    before = plms(client.get(kept).text)
    tried = part(client, f"{kept}/trial", {"rules": "wasm-2016", "of": "wasm-2016", FIELD: "60"})
    now, automatic = plms(tried)
    assert automatic == before[1]
    assert float(now) < float(automatic)
    assert "Only tried, not kept" in tried
    assert "Settings that are only tried do not go into the record" in tried
    assert changes(store, kept) == ()
    assert plms(client.get(kept).text) == before


def test_the_viewer_sees_what_is_tried_under_its_name_only(client: TestClient, kept: str) -> None:
    tried = part(client, f"{kept}/trial", {"rules": "wasm-2016", "of": "wasm-2016", FIELD: "60"})
    found = re.search(r'data-movements="[^"]*(\?trial=\w+)"', tried)
    assert found is not None
    as_tried, as_kept = movements(client, kept, found[1]), movements(client, kept)
    assert as_tried["is_trial"] and not as_kept["is_trial"]
    assert len(as_tried["movements"]) < len(as_kept["movements"])  # type: ignore[arg-type]
    assert client.get(f"{kept}/movements.json?trial=0123456789abcdef").status_code == 404


def test_settings_are_kept_and_undone(client: TestClient, kept: str, store: Store) -> None:
    before = plms(client.get(kept).text)
    written = {"rules": "wasm-2016", "of": "wasm-2016", FIELD: "60", "seen": "0"}
    assert client.post(f"{kept}/settings", data=written).status_code == 303
    (change,) = changes(store, kept)
    assert change.body["overrides"] == {"onset_above_rest_uv": "60"}
    shown = client.get(kept).text
    assert plms(shown)[0] != before[0] and "with changed settings" in shown
    assert "with “Rise of the EMG that starts a leg movement” 60 µV" in shown
    undone = {"seen": str(change.seq), "change": str(change.seq)}
    assert client.post(f"{kept}/undo", data=undone).status_code == 303
    assert plms(client.get(kept).text) == before
    again = {"seen": str(changes(store, kept)[-1].seq), "change": str(changes(store, kept)[-1].seq)}
    assert client.post(f"{kept}/undo", data=again).status_code == 303
    assert plms(client.get(kept).text)[0] != before[0]


def test_settings_taken_back_by_the_script_do_not_stay_as_a_trial(
    client: TestClient, kept: str, store: Store
) -> None:
    before = plms(client.get(kept).text)
    on_screen = {"rules": "wasm-2016", "of": "wasm-2016", FIELD: "60"}
    now = plms(part(client, f"{kept}/settings", {**on_screen, "seen": "0"}))
    assert now[0] != before[0]
    seq = str(changes(store, kept)[-1].seq)
    # The script sends the controls along, as they are on the screen.
    back = part(client, f"{kept}/undo", {**on_screen, "seen": seq, "change": seq})
    assert plms(back) == before and "Only tried" not in back
    assert re.search(rf'name="{re.escape(FIELD)}"[^>]*value="8"', back)


def test_a_trial_stays_while_a_change_is_taken_back(
    client: TestClient, kept: str, store: Store
) -> None:
    assert client.post(f"{kept}/reject", data={"seen": "0", "key": periodic_key(client, kept)})
    seq = str(changes(store, kept)[-1].seq)
    on_screen = {"rules": "wasm-2016", "of": "wasm-2016", FIELD: "60"}
    assert "Only tried" in part(client, f"{kept}/undo", {**on_screen, "seen": seq, "change": seq})


def test_another_rule_set_begins_with_its_own_values(client: TestClient, kept: str) -> None:
    shown = part(client, f"{kept}/trial", {"rules": "aasm-3", "of": "wasm-2016", FIELD: "60"})
    assert "Indices by AASM 3<" in shown
    # The controls on the screen were those of the other rule set.
    assert 'hx-swap-oob="true"' in shown and 'name="of" value="aasm-3"' in shown
    narrow = part(
        client, f"{kept}/trial", {"rules": "wasm-2016", "of": "wasm-2016", "window": "aasm"}
    )
    assert "Indices by WASM 2016, with changed settings" in narrow


IMPOSSIBLE_SETTINGS: tuple[tuple[dict[str, str], str], ...] = (
    ({FIELD: "much"}, "a number with a point"),
    ({FIELD: "1_0"}, "a number with a point"),
    ({FIELD: "-1"}, "at least 0"),
    ({FIELD: "1"}, "not above"),
    ({"set.short_interval": "none"}, "one of"),
    ({"set.series_min_movements": "2.5"}, "whole number"),
    ({"rules": "other"}, "rule set"),
    ({"window": "other"}, "respiratory window"),
)


def test_a_setting_that_cannot_be_is_refused_in_words(
    client: TestClient, kept: str, store: Store
) -> None:
    for written, says in IMPOSSIBLE_SETTINGS:
        whole = {"rules": "wasm-2016", "of": "wasm-2016", "seen": "0", **written}
        for where in ("trial", "settings"):
            assert says in part(client, f"{kept}/{where}", whole, 422)
            assert client.post(f"{kept}/{where}", data=whole).status_code == 422
        assert changes(store, kept) == ()


def test_a_refused_threshold_is_named_as_its_control_is(client: TestClient, kept: str) -> None:
    on_screen = {"rules": "wasm-2016", "of": "wasm-2016"}
    label = "“Rise of the EMG that starts a leg movement”"
    for value in ("-1", "much", "1"):
        refused = part(client, f"{kept}/trial", {**on_screen, FIELD: value}, 422)
        told = re.search(r'class="said.*?</section>|role="alert".*?</div>', refused, re.DOTALL)
        assert told is not None and label in told[0]
        assert "_rest_uv" not in told[0] and "wasm-2016" not in told[0]


def test_rejecting_changes_the_indices_and_undoing_gives_them_back(
    client: TestClient, kept: str, store: Store
) -> None:
    before, key = plms(client.get(kept).text), periodic_key(client, kept)
    rejected = part(client, f"{kept}/reject", {"seen": "0", "key": key})
    assert "hx-swap-oob" in rejected
    assert plms(rejected)[0] != before[0] and plms(rejected)[1] == before[1]
    assert "rejected" in {one["state"] for one in movements(client, kept)["movements"]}  # type: ignore[attr-defined]
    (change,) = changes(store, kept)
    assert change.made_by == "Dr Example"
    back = part(client, f"{kept}/undo", {"seen": str(change.seq), "change": str(change.seq)})
    assert plms(back) == before
    assert "taken back" in back and "Do again" in back


def test_accepting_changes_no_number_and_cannot_be_done_twice(
    client: TestClient, kept: str, store: Store
) -> None:
    before, key = plms(client.get(kept).text), periodic_key(client, kept)
    accepted = part(client, f"{kept}/accept", {"seen": "0", "key": key})
    assert plms(accepted) == before and keys(client, kept, "accepted") == [key]
    seen = str(changes(store, kept)[-1].seq)
    assert "accepted before" in part(client, f"{kept}/accept", {"seen": seen, "key": key}, 422)


def test_a_rejection_holds_while_a_threshold_is_tried(client: TestClient, kept: str) -> None:
    key = periodic_key(client, kept)
    part(client, f"{kept}/reject", {"seen": "0", "key": key})
    tried = part(client, f"{kept}/trial", {"rules": "aasm-3", "of": "aasm-3", FIELD: "9"})
    assert "1 rejected; by Dr Example" in tried


def test_two_windows_that_change_one_night_lose_nothing(
    client: TestClient, kept: str, store: Store
) -> None:
    first, second = keys(client, kept)[:2]
    part(client, f"{kept}/reject", {"seen": "0", "key": first})
    refused = part(client, f"{kept}/reject", {"seen": "0", "key": second}, 409)
    assert "changed in another window" in refused
    # What stands now is shown, and can be changed from here.
    seen = str(changes(store, kept)[-1].seq)
    assert f'name="seen" value="{seen}"' in refused
    assert len(changes(store, kept)) == 1
    assert client.post(f"{kept}/reject", data={"seen": "0", "key": second}).status_code == 409
    part(client, f"{kept}/reject", {"seen": seen, "key": second})
    assert len(keys(client, kept, "rejected")) == 2
    late = {"seen": "0", "rules": "wasm-2016", "of": "wasm-2016", FIELD: "9"}
    for where in ("accept", "undo", "settings", "into-record", "add"):
        wanted = {"key": first, "change": seen, "leg": "left", "onset": "1 s", "duration": "1"}
        assert part(client, f"{kept}/{where}", {**late, **wanted}, 409)


def test_a_movement_that_is_not_there_is_not_rejected(
    client: TestClient, kept: str, store: Store
) -> None:
    for key in ("", "l1-2", "x" * 500):
        assert "is not there" in part(client, f"{kept}/reject", {"seen": "0", "key": key}, 422)
    assert changes(store, kept) == ()


def test_a_movement_is_added_by_clock_and_by_seconds(
    client: TestClient, kept: str, store: Store
) -> None:
    part(client, f"{kept}/reject", {"seen": "0", "key": keys(client, kept)[0]})
    seen = str(changes(store, kept)[-1].seq)
    added = {"leg": "left", "onset": "3.25 s", "duration": "1.5", "seen": seen}
    part(client, f"{kept}/add", added)
    (one,) = [m for m in movements(client, kept)["movements"] if m["state"] == "added"]  # type: ignore[attr-defined]
    assert (one["side"], one["onset_s"], one["offset_s"]) == ("left", 3.25, 4.75)
    seen = str(changes(store, kept)[-1].seq)
    by_clock = {"leg": "right", "onset": "22:00:06.5", "duration": "2", "seen": seen}
    part(client, f"{kept}/add", by_clock)
    assert 6.5 in [m["onset_s"] for m in movements(client, kept)["movements"]]  # type: ignore[attr-defined]


IMPOSSIBLE_MOVEMENTS: tuple[tuple[dict[str, str], str], ...] = (
    ({"leg": ""}, "left or right"),
    ({"onset": "soon"}, "clock time"),
    ({"onset": "25:61:00"}, "clock time"),
    ({"onset": "21:59:00"}, "outside the recording"),
    ({"onset": "9999999 s"}, "outside the recording"),
    ({"duration": "long"}, "seconds, such as"),
    ({"duration": "0"}, "no length"),
    ({"duration": "-3"}, "no length"),
    ({"duration": "0.2"}, "too short"),
)


def test_a_movement_that_cannot_have_been_is_not_added(
    client: TestClient, kept: str, store: Store
) -> None:
    for written, says in IMPOSSIBLE_MOVEMENTS:
        whole = {"leg": "left", "onset": "3.25 s", "duration": "1.5", "seen": "0", **written}
        assert says in part(client, f"{kept}/add", whole, 422)
        assert client.post(f"{kept}/add", data=whole).status_code == 422
        assert changes(store, kept) == ()


def test_nothing_is_added_over_a_movement_that_stands(
    client: TestClient, kept: str, store: Store
) -> None:
    one = next(m for m in movements(client, kept)["movements"] if m["side"] == "left")  # type: ignore[attr-defined]
    over = {"leg": "left", "onset": f"{one['onset_s']:.3f} s", "duration": "1", "seen": "0"}
    assert "at this time already" in part(client, f"{kept}/add", over, 422)
    assert changes(store, kept) == ()


def test_the_table_is_paged_filtered_and_opens_at_a_movement(client: TestClient, kept: str) -> None:
    every = keys(client, kept)
    shown = part(client, f"{kept}/trial", {"page": "2"})
    assert f"51 to {min(100, len(every))} of {len(every)}" in shown
    at = part(client, f"{kept}/trial", {"at": every[-1]})
    assert f'data-selected="{every[-1]}"' in at and f'data-key="{every[-1]}"' in at
    assert "None of the" in part(client, f"{kept}/trial", {"show": "edited"})
    without_script = client.get(f"{kept}?to=2&show=all").text
    assert "51 to" in without_script
    for odd in ({"page": "x"}, {"page": "999999999"}, {"show": "<b>"}, {"at": "<b>"}):
        assert client.post(f"{kept}/trial", data=odd, headers=HTMX).status_code == 200


def test_parts_are_pages_of_their_own_without_script(client: TestClient, kept: str) -> None:
    for where in ("figures", "agreement"):
        alone = client.get(f"{kept}/{where}")
        assert alone.status_code == 200 and "<!DOCTYPE html>" in alone.text
        in_page = client.get(f"{kept}/{where}", headers=HTMX)
        assert "<!DOCTYPE html>" not in in_page.text


def test_agreement_counts_what_was_changed(client: TestClient, kept: str, store: Store) -> None:
    same = client.get(f"{kept}/agreement", headers=HTMX).text
    assert same.count("<td>1.000</td>") == 9
    one = next(m for m in movements(client, kept)["movements"] if m["side"] == "left")  # type: ignore[attr-defined]
    part(client, f"{kept}/reject", {"seen": "0", "key": one["key"]})
    seen = str(changes(store, kept)[-1].seq)
    part(client, f"{kept}/add", {"leg": "left", "onset": "1 s", "duration": "1", "seen": seen})
    changed = client.get(f"{kept}/agreement", headers=HTMX).text
    row = re.search(r"Left leg</th><td>(\d+)</td><td>(\d+)</td><td>(\d+)</td>", changed)
    assert row is not None and row.groups()[1:] == ("1", "1")
