"""What if: asked within bounds, run in the background, kept with its inputs and its limits."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from ekbom.app.work import simulating
from ekbom.app.work.task import Task
from ekbom.errors import UsageError
from ekbom.interop.patient_files import example_text
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.mechanism import ModelVariant
from ekbom.mechanism.limits_of_use import LimitsOfUse
from ekbom.store import facts, jobs, results
from ekbom.store.blobs import kept
from ekbom.store.results import Made
from ekbom.store.store import Store

INFUSION = {
    "route": "vein",
    "vein_drug": "ferric-carboxymaltose",
    "vein_mg": "1000",
    "vein_n": "1",
    "drug": "",
    "missed": "0",
    "weeks": "4",
}
PREGABALIN = {"route": "none", "drug": "pregabalin", "drug_mg": "150", "clock": "21:00"}
PREGABALIN |= {"missed": "0", "weeks": "4"}
ASKED = {
    "iron": {
        "drug": "ferric-carboxymaltose",
        "dose_mg": 1000.0,
        "every_days": 1,
        "n_days": 0,
        "n_infusions": 1,
    },
    "medicine": None,
    "missed_percent": 0,
    "weeks": 8,
}


def ran(folder: Path, name: str, asked: dict[str, Any]) -> tuple[dict[str, Any], Made, list[float]]:
    shares: list[float] = []
    arguments = {"record": example_text(name), "as_of": "2026-11-22", "asked": asked}
    task = Task(folder, arguments, {})
    found = simulating.simulate(task, lambda share, says: shares.append(share))
    made = Made(found.inputs, found.knowledge_hash, found.editions, found.version)
    return json.loads((folder / found.result).read_text()), made, shares


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Made, list[float]]:
    """An infusion, in few draws."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simulating, "N_DRAWS", 6)
        return ran(tmp_path_factory.mktemp("ran"), "iron-deficient", ASKED)


@pytest.fixture
def stored(
    store: Store, example: str, answer: tuple[dict[str, Any], Made, list[float]]
) -> Callable[..., str]:
    """Keeps the answer as a result of the example; its address."""

    def keep(**changed: Any) -> str:
        content, made, _ = answer
        content = {**content, **changed}
        blob = kept(store.results, json.dumps(content).encode())
        whose = (example.rpartition("/")[2], "")
        with store.writing() as connection:
            stamp = store.stamp("Dr Example")
            id = results.keep(connection, "simulation", whose, blob.sha256, made, stamp)
        return f"{example}/what-if/{id}"

    return keep


# The work ----------------------------------------------------------------------------------------


def test_every_structure_is_run_and_its_fit_is_kept(
    answer: tuple[dict[str, Any], Made, list[float]], knowledge: KnowledgeBase
) -> None:
    content, made, shares = answer
    variants = set(knowledge.of(ModelVariant))
    assert {one["id"] for one in content["variants"]} == variants
    assert {one["id"] for one in made.inputs["variants"]} == variants
    assert all(one["fit"]["data_hash"] for one in made.inputs["variants"])
    assert made.knowledge_hash == knowledge.content_hash
    assert made.inputs["asked"] == ASKED
    assert shares == sorted(shares)


def test_the_same_question_gives_the_same_file(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: tuple[dict[str, Any], Made, list[float]],
) -> None:
    monkeypatch.setattr(simulating, "N_DRAWS", 6)
    assert ran(tmp_path, "iron-deficient", ASKED)[0] == answer[0]


def test_bands_hold_their_median_and_iron_raises_ferritin(
    answer: tuple[dict[str, Any], Made, list[float]],
) -> None:
    content = answer[0]
    for group in content["table"]:
        for cell in (cell for row in group["rows"] for cell in row["cells"]):
            levels = [float(cell[k]) for k in ("low", "lower", "median", "upper", "high")]
            assert levels == sorted(levels)
    (ferritin,) = (one for one in content["table"] if one["id"] == "ferritin")
    untreated, _, asked = (row["cells"][-1]["median"] for row in ferritin["rows"])
    assert untreated == "23"
    assert float(asked) > 100


@pytest.mark.parametrize("name", ["pregnant-third-trimester", "dialysis", "child-nine-years"])
def test_the_model_says_nothing_of_people_it_does_not_know(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing to say"):
        ran(tmp_path, name, ASKED)


def test_iron_is_not_run_where_the_plan_holds_it_back(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing to say"):
        ran(tmp_path, "hemochromatosis", ASKED)


# The form ----------------------------------------------------------------------------------------


def test_the_limits_stand_above_the_form(
    client: TestClient, example: str, knowledge: KnowledgeBase
) -> None:
    page = html.unescape(client.get(f"{example}/what-if").text)
    limits = LimitsOfUse.of(knowledge)
    assert page.index(limits.in_short) < page.index('<form method="post" action="/patients')
    assert limits.to_a_patient in page
    assert "Nothing yet" in page


def test_every_choice_says_how_the_plan_stands_to_it(client: TestClient, example: str) -> None:
    page = client.get(f"{example}/what-if").text
    assert re.search(r'<option value="oxycodone" disabled', page)
    assert "Not asked here.</b> Only where" in page
    assert "No trial in the model" in page


def test_a_route_of_iron_that_is_held_back_cannot_be_chosen(
    client: TestClient, example: str
) -> None:
    assert not re.search(r'id="route-oral"[^>]* disabled', client.get(f"{example}/what-if").text)
    failed = {"on": "2026-11-01", "q.iron-treatment-failed-or-not-tolerated": "yes"}
    assert client.post(f"{example}/interview", data=failed).status_code == 303
    page = client.get(f"{example}/what-if").text
    assert re.search(r'id="route-oral"[^>]* disabled', page)
    assert re.search(r'id="route-vein" value="vein">', page)


@pytest.mark.parametrize(
    "name", ["pregnant-third-trimester", "dialysis", "child-nine-years", "nearly-empty"]
)
def test_where_the_model_has_nothing_to_say_there_is_no_form(
    client: TestClient, take: Callable[[str], str], name: str
) -> None:
    page = client.get(f"{take(name)}/what-if").text
    assert "The model has nothing to say here" in page
    assert 'name="vein_mg"' not in page


@pytest.mark.parametrize(
    ("written", "field", "says"),
    [
        ({"route": "none", "drug": "", "missed": "0", "weeks": "4"}, "route", "neither iron"),
        (INFUSION | {"vein_mg": "5000"}, "vein_mg", "500 to 1000 mg"),
        (INFUSION | {"vein_mg": "much"}, "vein_mg", "is no number"),
        (INFUSION | {"vein_mg": "nan"}, "vein_mg", "is no number"),
        (INFUSION | {"vein_n": "2"}, "vein_mg", "at most 1500 mg"),
        (INFUSION | {"vein_n": "0"}, "vein_n", "whole number"),
        (INFUSION | {"vein_drug": "iron-sucrose", "vein_mg": "200"}, "route", "edition used"),
        (INFUSION | {"weeks": "9999"}, "weeks", "4 to 156"),
        (INFUSION | {"missed": "-1"}, "missed", "0 to 50"),
        (PREGABALIN | {"clock": "25:00"}, "clock", "no clock time"),
        (PREGABALIN | {"drug": "heroin"}, "drug_mg", "no trial on file"),
        (PREGABALIN | {"drug_mg": ""}, "drug_mg", "is no number"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_field(
    client: TestClient, example: str, written: dict[str, str], field: str, says: str
) -> None:
    page = client.post(f"{example}/what-if", data=written)
    assert page.status_code == 422
    assert f'id="{field}-wrong"' in page.text
    assert says in html.unescape(page.text)
    assert "Nothing yet" in page.text


# Asked, run, kept --------------------------------------------------------------------------------


def test_a_question_is_run_in_the_background_and_its_result_is_kept(
    client: TestClient, example: str
) -> None:
    asked = client.post(f"{example}/what-if", data=INFUSION)
    assert asked.status_code == 303
    where = asked.headers["location"]
    page = client.get(where)
    if page.status_code == 200:
        assert "The model is running" in page.text
        assert 'http-equiv="refresh"' in page.text
    ends_s = time.monotonic() + 60
    while page.status_code != 303 and time.monotonic() < ends_s:
        time.sleep(0.1)
        page = client.get(where)
    part = client.get(where, headers={"hx-request": "true"})
    assert part.status_code == 204
    assert part.headers["hx-redirect"] == page.headers["location"]
    result = client.get(page.headers["location"]).text
    assert "ferric carboxymaltose 1000 mg iron at 10:00 on 22 Nov 2026" in result
    assert "200 draws, seed 1" in result
    assert page.headers["location"] in client.get(f"{example}/what-if").text


def test_a_question_can_be_cancelled_and_asked_again(
    client: TestClient, example: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = client.app.state.work  # type: ignore[attr-defined]
    monkeypatch.setattr(queue, "_next", lambda: None)
    where = client.post(f"{example}/what-if", data=INFUSION).headers["location"]
    assert "Waiting for its turn" in client.get(where).text
    assert where in client.get(f"{example}/what-if").text
    assert client.post(f"{where}/cancel").status_code == 303
    assert "This was cancelled" in client.get(where).text
    again = client.post(f"{where}/again").headers["location"]
    assert again != where
    assert "Waiting for its turn" in client.get(again).text


def test_a_run_that_failed_is_listed_until_it_is_asked_again(
    client: TestClient, example: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = client.app.state.work  # type: ignore[attr-defined]
    monkeypatch.setattr(queue, "_next", lambda: None)
    where = client.post(f"{example}/what-if", data=INFUSION).headers["location"]
    says = "the model came to no number\nWhat to do: ask less"
    with store.writing() as connection:
        stamp = store.stamp("Dr Example")
        jobs.tell(connection, where.rpartition("/")[2], stamp, state="failed", says=says)
    page = client.get(f"{example}/what-if").text
    assert "Not answered" in page and "the model came to no number" in page
    assert f'action="{where}/again"' in page
    with store.writing() as connection:
        facts.state(
            connection,
            example.rpartition("/")[2],
            "weights",
            {"on": "2026-11-20", "kg": 72},
            store.stamp("Dr Example"),
        )
    again = client.post(f"{where}/again").headers["location"]
    assert "Not answered" not in client.get(f"{example}/what-if").text
    with store.reading() as connection:
        new = jobs.job_of(connection, again.rpartition("/")[2])
        old = jobs.job_of(connection, where.rpartition("/")[2])
    # The record is that of now, the question the same.
    assert "kg: 72" in new.arguments["record"] and "kg: 72" not in old.arguments["record"]
    assert new.arguments["asked"] == old.arguments["asked"]


def test_a_run_of_somebody_else_is_not_listed(
    client: TestClient, example: str, take: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = client.app.state.work  # type: ignore[attr-defined]
    monkeypatch.setattr(queue, "_next", lambda: None)
    where = client.post(f"{example}/what-if", data=INFUSION).headers["location"]
    assert client.post(f"{where}/cancel").status_code == 303
    assert "Not answered" in client.get(f"{example}/what-if").text
    assert "Not answered" not in client.get(f"{take('long-term-dopamine-agonist')}/what-if").text


def test_a_result_is_shown_with_its_limits_above_its_figures(
    client: TestClient, stored: Callable[..., str], knowledge: KnowledgeBase
) -> None:
    page = html.unescape(client.get(stored()).text)
    limits = LimitsOfUse.of(knowledge).in_short
    assert page.index(limits) < page.index('class="panel')
    assert "style=" not in page
    assert "90 % of draws" in page
    assert "Do the structures agree?" in page
    assert "disagree on its direction" not in page


def test_structures_that_disagree_are_said_to(
    client: TestClient,
    stored: Callable[..., str],
    answer: tuple[dict[str, Any], Made, list[float]],
) -> None:
    rivals = [{**one, "disagree": True} for one in answer[0]["rivals"]]
    assert "They disagree on its direction" in client.get(stored(rivals=rivals)).text


def test_what_lies_outside_of_trials_stands_before_the_figures(
    client: TestClient, stored: Callable[..., str]
) -> None:
    page = client.get(stored(outside=["pregabalin at 03:00"])).text
    assert page.index("pregabalin at 03:00") < page.index('class="panel')


def test_a_result_can_be_changed_and_asked_again(
    client: TestClient, stored: Callable[..., str], example: str
) -> None:
    where = stored()
    page = client.get(f"{example}/what-if?again={where.rpartition('/')[2]}").text
    assert re.search(r'value="vein" checked', page)
    assert re.search(r'name="vein_mg"[^>]* value="1000"', page)
    assert re.search(r'name="weeks"[^>]* value="8"', page)


def test_two_results_stand_side_by_side(client: TestClient, stored: Callable[..., str]) -> None:
    first, second = stored(), stored(start="2026-11-01")
    page = client.get(f"{first}?beside={second.rpartition('/')[2]}").text
    assert page.count('class="asked-of"') == 2
    assert "They do not start from the same record or day" in page
    assert "They were not made by the same knowledge base" not in page


def test_a_result_in_another_form_is_said_to_be_so(
    client: TestClient, stored: Callable[..., str]
) -> None:
    page = client.get(stored(format=99))
    assert page.status_code == 409
    assert "in another form" in page.text


def test_a_result_of_another_patient_is_not_there(
    client: TestClient, stored: Callable[..., str], take: Callable[[str], str]
) -> None:
    id = stored().rpartition("/")[2]
    other = take("ssri-induced")
    assert client.get(f"{other}/what-if/{id}").status_code == 404
    assert client.get(f"{other}/what-if?again={id}").status_code == 404
    assert client.get(f"{other}/what-if/running/{id}").status_code == 404
