"""What product information and leaflets say of contraindications, as it was read."""

from __future__ import annotations

import pytest

from ekbom.knowledge.clinic import RedFlag
from ekbom.knowledge.loading import load
from ekbom.knowledge.treatment import Action, Consideration

BASE = load()

# Action, fact, role, source, mark: where the text itself or a page that reproduces it was read.
READ = [
    ("bupropion", "condition:epilepsy", "blocks", "bupropion-naltrexone-leaflet", "verified"),
    ("clonazepam", "conclusion:sleep-apnea-untreated", "blocks", "clonazepam-smpc", "secondary"),
    ("pramipexole", "drug-class:antipsychotics", "blocks", "pramipexole-leaflet", "verified"),
    ("rotigotine", "drug-class:antipsychotics", "blocks", "rotigotine-leaflet", "verified"),
    (
        "rotigotine",
        "drug-class:dopamine-blocking-antiemetics",
        "blocks",
        "rotigotine-leaflet",
        "verified",
    ),
    ("ropinirole", "conclusion:kidneys-failed", "cautions", "ropinirole-smpc", "secondary"),
    ("ropinirole", "drug:ciprofloxacin", "cautions", "ropinirole-smpc", "secondary"),
    ("levodopa", "drug-class:oral-iron", "cautions", "ferrous-sulfate-smpc", "verified"),
    ("pregabalin", "drug-class:opioids", "cautions", "pregabalin-leaflet", "verified"),
    ("opioids", "condition:chronic-hypoventilation", "blocks", "oxycodone-smpc", "secondary"),
    ("opioids", "drug-class:mao-inhibitors", "blocks", "oxycodone-smpc", "secondary"),
    (
        "peroneal-nerve-stimulation",
        "condition:epilepsy",
        "blocks",
        "tomac-safety-information",
        "verified",
    ),
]
# What was looked for and stands in no text that could be read.
NOT_FOUND = [
    ("peroneal-nerve-stimulation", "condition:deep-vein-thrombosis"),
    ("peroneal-nerve-stimulation", "question:cold-or-swollen-painful-leg"),
    ("dipyridamole", "question:bleeding-tendency"),
    ("ferrous-sulfate", "condition:inflammatory-bowel-disease"),
    ("pramipexole", "drug-class:dopamine-blocking-antiemetics"),
    ("rotigotine", "question:new-compulsions-or-psychosis"),
]


def consideration(action: str, fact: str) -> Consideration:
    found = [one for one in BASE.record(Action, action).considerations if one.fact == fact]
    assert len(found) == 1, (action, fact)
    return found[0]


@pytest.mark.parametrize(("action", "fact", "role", "source", "mark"), READ)
def test_what_was_read_is_marked_so(
    action: str, fact: str, role: str, source: str, mark: str
) -> None:
    one = consideration(action, fact)
    assert (one.role, one.source, one.mark) == (role, source, mark)


@pytest.mark.parametrize(("action", "fact"), NOT_FOUND)
def test_what_was_not_found_stays_recalled(action: str, fact: str) -> None:
    assert consideration(action, fact).mark == "recalled"


def test_severe_lung_disease_is_said_beside_the_caution() -> None:
    one = consideration("opioids", "condition:chronic-obstructive-pulmonary-disease")
    assert one.role == "cautions"
    assert "severe disease is a contraindication" in one.says


def test_a_serious_reaction_bears_on_every_product_of_intravenous_iron() -> None:
    words = BASE.record(RedFlag, "reaction-after-iv-iron").words.clinician
    assert "any further intravenous iron" in words
    assert "same product" not in words
