"""Drugs: found by any generic name, never mistaken for another, weighted as the sources say."""

from __future__ import annotations

import re

import pytest

from ekbom.knowledge.drugs import Drug, DrugClass, find_drug, near_drugs
from ekbom.knowledge.loading import load

BASE = load(("drugs",))
CLASSES = BASE.of(DrugClass)
MEMBERS = [(c, drug) for c in CLASSES.values() for drug in c.members]


@pytest.mark.parametrize(
    ("written", "name", "classes"),
    [
        ("escitalopram", "escitalopram", ["ssri"]),
        ("Escitalopram", "escitalopram", ["ssri"]),
        (" Gabapentin  Enacarbil ", "gabapentin-enacarbil", ["alpha-2-delta-ligands"]),
        ("gabapentin", "gabapentin", ["alpha-2-delta-ligands"]),
        ("chlorphenamine", "chlorpheniramine", ["sedating-antihistamines"]),
        ("meclozine", "meclizine", ["sedating-antihistamines"]),
        ("Ferrous sulphate", "ferrous-sulfate", ["oral-iron"]),
        ("co-careldopa", "carbidopa/levodopa", ["levodopa"]),
        ("levodopa + carbidopa", "carbidopa/levodopa", ["levodopa"]),
        ("oxycodone / naloxone", "oxycodone/naloxone", ["opioids"]),
        ("aspirin", "acetylsalicylic-acid", ["antithrombotics"]),
        (
            "promethazine",
            "promethazine",
            ["dopamine-blocking-antiemetics", "sedating-antihistamines"],
        ),
    ],
)
def test_a_drug_is_found_by_its_generic_names(written: str, name: str, classes: list[str]) -> None:
    found = find_drug(BASE, written)
    assert found is not None
    assert found.name == name
    assert [c.id for c in found.classes] == classes


@pytest.mark.parametrize("written", ["", "gabapentin-x", "gaba", "escitaloprom", "iron", "ssri"])
def test_nothing_is_matched_loosely(written: str) -> None:
    assert find_drug(BASE, written) is None


def test_near_names_are_only_offered() -> None:
    assert near_drugs(BASE, "escitaloprom")[0] == "escitalopram"
    assert near_drugs(BASE, "pramipexol")[0] == "pramipexole"
    assert near_drugs(BASE, "qqqqqq") == ()


def test_gabapentin_enacarbil_is_never_gabapentin() -> None:
    plain, prodrug = find_drug(BASE, "gabapentin"), find_drug(BASE, "gabapentin enacarbil")
    assert plain is not None and prodrug is not None
    assert plain.drug.codes["rxnorm"].code != prodrug.drug.codes["rxnorm"].code
    assert "atc" not in prodrug.drug.codes


def test_no_name_means_two_drugs() -> None:
    spellings: dict[str, str] = {}
    for _, drug in MEMBERS:
        for spelling in (drug.name, *drug.synonyms):
            assert re.fullmatch(r"[a-z0-9]+([-/][a-z0-9]+)*", spelling)
            assert spellings.setdefault(spelling, drug.name) == drug.name


def test_a_drug_in_two_classes_is_the_same_drug() -> None:
    seen: dict[str, Drug] = {}
    for _, drug in MEMBERS:
        assert seen.setdefault(drug.name, drug) == drug


def test_every_class_that_worsens_says_so_to_both_readers() -> None:
    for drug_class in CLASSES.values():
        assert (drug_class.words is not None) is (drug_class.culprit != "none"), drug_class.id
        if drug_class.words is not None:
            assert drug_class.words.patient


def test_no_patient_is_told_to_change_a_medicine() -> None:
    advice = re.compile(r"\b(stop|taper|reduce|halve|switch|start|increase|mg)\b")
    for drug_class in CLASSES.values():
        if drug_class.words is not None:
            text = drug_class.words.patient
            for allowed in ("not stop", "not be stopped", "never be stopped"):
                text = text.replace(allowed, "")
            assert not advice.search(text), drug_class.id


@pytest.mark.parametrize(
    ("name", "weight"),
    [
        ("escitalopram", "high"),
        ("fluoxetine", "high"),
        ("mirtazapine", "high"),
        ("mianserin", "high"),
        ("olanzapine", "high"),
        ("tramadol", "high"),
        ("levothyroxine", "low"),
        ("domperidone", "low"),
        ("metoclopramide", "high"),
        ("trazodone", "low"),
        ("cetirizine", "low"),
        ("lithium", "medium"),
        ("bupropion", "none"),
        ("ondansetron", "none"),
        ("pramipexole", "none"),
    ],
)
def test_weights_are_those_of_the_sources(name: str, weight: str) -> None:
    found = find_drug(BASE, name)
    assert found is not None
    assert found.classes[0].weight_of(found.name) == weight


def test_bupropion_is_a_record_of_its_own_and_says_it_has_two_roles() -> None:
    found = find_drug(BASE, "bupropion")
    assert found is not None
    (drug_class,) = found.classes
    assert [member.name for member in drug_class.members] == ["bupropion"]
    assert "C32" in drug_class.notes


def test_pramipexole_must_name_its_form() -> None:
    found = find_drug(BASE, "pramipexole")
    assert found is not None
    assert found.drug.forms == ("base", "salt")


def test_no_code_is_one_that_was_recalled_wrongly_or_withdrawn() -> None:
    codes = {code.code for _, drug in MEMBERS for code in drug.codes.values()}
    assert not codes & {"N03AX12", "N03AX16"}


def test_thyroid_hormone_at_a_fitting_dose_makes_no_culprit() -> None:
    found = find_drug(BASE, "L-thyroxine")
    assert found is not None
    assert {drug_class.weight_of(found.name) for drug_class in found.classes} == {"low"}


@pytest.mark.parametrize(
    ("name", "class_id"),
    [
        ("pyrilamine", "sedating-antihistamines"),
        ("Orphenadrine", "sedating-antihistamines"),
        ("trimethobenzamide", "dopamine-blocking-antiemetics"),
        ("lumateperone", "antipsychotics"),
        ("vortioxetine", "serotonergic-antidepressants"),
        ("levodopa/carbidopa/entacapone", "levodopa"),
        ("apomorphine", "dopamine-agonists"),
        ("meperidine", "opioids"),
        ("melatonin", "other-medicines"),
    ],
)
def test_medicines_that_matter_are_known(name: str, class_id: str) -> None:
    found = find_drug(BASE, name)
    assert found is not None
    assert class_id in {drug_class.id for drug_class in found.classes}


def test_the_name_before_a_salt_or_form_is_the_nearest() -> None:
    assert near_drugs(BASE, "nortriptyline hydrochloride")[0] == "nortriptyline"
    assert near_drugs(BASE, "Gabapentin enacarbil ER")[0] == "gabapentin-enacarbil"
    assert near_drugs(BASE, "gabapentin ER")[0] == "gabapentin"
