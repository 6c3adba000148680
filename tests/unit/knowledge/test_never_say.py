"""Forbidden wording is found in bad sentences, and good sentences pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest

from ekbom.knowledge.claims import Claim, Contradiction
from ekbom.knowledge.education import Mode, NeverSay, Topic
from ekbom.knowledge.loading import load
from ekbom.knowledge.never_say import spoken
from ekbom.knowledge.record_kinds import RECORD_KINDS
from ekbom.knowledge.records import Words

BASE = load()
BOTH: tuple[Mode, ...] = ("patient", "clinician")

# Sentences that no patient may read, by the record that has to catch them.
BAD = {
    "diagnosis-told": [
        "You have RLS.",
        "Your answers show it: you have restless legs syndrome.",
        "You probably have severe restless legs.",
        "You suffer from restless legs syndrome.",
        "You’ve got RLS.",
        "This means that you have Willis-Ekbom disease.",
        "You may have restless legs syndrome.",
    ],
    "diagnosis-denied": ["You do not have restless legs syndrome.", "You don't have RLS."],
    "diagnosis-of-the-patient": [
        "The patient has restless legs syndrome.",
        "She suffers from RLS.",
    ],
    "diagnosis-of-the-symptoms": [
        "This is restless legs syndrome.",
        "What you describe is clearly RLS.",
        "Your symptoms are caused by restless legs syndrome.",
    ],
    "diagnosis-likelihood": [
        "Restless legs syndrome is very likely.",
        "RLS is unlikely.",
        "Everything points to restless legs.",
    ],
    "cause-told": [
        "Your restless legs are caused by low iron.",
        "Your symptoms come from your antidepressant.",
    ],
    "change-in-the-passive": [
        "The antidepressant should be stopped.",
        "The dose can be reduced.",
        "Iron must now be started.",
    ],
    "you-need": ["You need iron.", "You lack magnesium.", "You need more medicine."],
    "order-through-the-doctor": [
        "Ask your doctor to stop the antidepressant.",
        "Ask your doctor for gabapentin.",
    ],
    "judgement-of-a-dose": ["Your dose is too high.", "Your medicine is unnecessary."],
    "best-for-you": ["Gabapentin is the best medicine for you."],
    "all-clear": ["Nothing is wrong.", "You are healthy, do not worry.", "Everything is normal."],
    "advice-by-suggestion": [
        "Consider stopping the antidepressant.",
        "Try reducing the evening dose.",
        "You no longer need your medicine.",
    ],
    "diagnosis-confirmed": [
        "The diagnosis is confirmed.",
        "Restless legs syndrome is ruled out.",
        "RLS has been established by five criteria.",
    ],
    "diagnosis-named": ["Your diagnosis is restless legs.", "You are diagnosed with RLS."],
    "other-diagnosis-told": [
        "You have iron deficiency.",
        "You probably have sleep apnoea.",
        "You have augmentation.",
        "You have peripheral neuropathy.",
    ],
    "diagnosis-by-a-drug": ["Try levodopa for a week to see whether it helps: that confirms it."],
    "no-need-of-a-doctor": [
        "You do not need to see a doctor.",
        "There is no need to talk to your doctor.",
    ],
    "fit-to-drive": ["You can drive.", "You are safe to drive again."],
    "dose-amount": [
        "Take 65 mg of iron.",
        "The usual amount is 0.25 mg in the evening.",
        "300mg of gabapentin",
        "2,5 µg daily",
        "Vitamin D, 2000 IU.",
    ],
    "dose-count": [
        "Two tablets a day are usual.",
        "1 tablet at night",
        "Half a tablet in the evening.",
    ],
    "dose-times": [
        "Take it twice daily.",
        "Iron is taken once every other day, taking it once a day.",
    ],
    "order-to-change-a-medicine": [
        "Stop your antidepressant.",
        "Stop taking the tablets.",
        "Please reduce your dose.",
        "Slowly taper the pramipexole.",
        "Talk to nobody, then double the dose.",
        "Start iron.",
        "Our advice: switch to gabapentin.",
        "Increase the dose of pregabalin.",
        "Come off your medication slowly.",
        "Cut your dose in half.",
        "Leave out the tablets for a while.",
    ],
    "order-to-change-it": [
        "Stop it today.",
        "Now halve it.",
        "Stop taking diphenhydramine.",
        "Do not take your antidepressant any more.",
    ],
    "advice-to-change-a-medicine": [
        "You should stop your antidepressant.",
        "You can safely reduce the dose.",
        "You must start iron now.",
        "You may need to stop it.",
        "You should take iron tablets.",
        "You could take more magnesium.",
    ],
    "medicine-recommended": [
        "We recommend iron tablets.",
        "This report suggests starting gabapentin.",
    ],
    "take-a-medicine": ["Take iron tablets.", "Try magnesium in the evening.", "Use some iron."],
    "safe-to-stop": [
        "It is safe to stop the medicine.",
        "It is fine to double the dose.",
        "Now is the best time to increase the dose.",
    ],
    "dopamine-agonists-banned": [
        "Dopamine agonists are banned.",
        "Pramipexole is now forbidden.",
        "Ropinirole must never be used.",
        "Dopamine agonists are to be avoided at all costs.",
    ],
    "supplements-treat": [
        "Magnesium helps restless legs.",
        "Vitamin D is effective against the symptoms.",
        "Supplements treat restless legs syndrome.",
        "Folate relieves the legs.",
    ],
    "iron-and-70-per-cent": [
        "IV iron reduces PLMS by 70%.",
        "Movements fall by 70 per cent after an infusion.",
        "A 70 % reduction of leg movements is expected.",
    ],
    "normal-ferritin-excludes": [
        "A normal ferritin excludes iron treatment.",
        "A normal ferritin rules out a lack of iron.",
        "Your ferritin is normal, so no iron is needed.",
        "A normal ferritin means you do not need iron.",
    ],
    "iron-is-safe": [
        "Iron is safe.",
        "Iron tablets are always harmless.",
        "Iron cannot hurt.",
        "It is safe to take iron.",
    ],
    "iron-without-saturation": [
        "Iron without a transferrin saturation is fine.",
        "Ferritin alone is enough before iron.",
    ],
    "success-by-one-number": [
        "A ferritin above 75 means the treatment worked.",
        "A PLMI below 5 is a success.",
        "The treatment has succeeded because the ferritin rose.",
    ],
    "low-dopamine": [
        "You have low dopamine.",
        "Restless legs come from too little dopamine.",
        "Dopamine levels are low at night.",
        "A dopamine deficiency causes it.",
        "There is a lack of dopamine in the brain.",
    ],
    "probability": [
        "There is an 80 % chance of iron deficiency.",
        "The probability of restless legs is 90 per cent.",
        "Your risk of stroke is 20%.",
        "You have a one in three chance.",
        "The probability is 0.8.",
        "You are at high risk.",
        "That happens to 90 of 100 people like you.",
    ],
    "share-of-a-driver": [
        "Iron is 80 % of the cause.",
        "This driver has a weight of 35 %.",
    ],
    "gene-risk": ["Your genes raise your risk.", "Your genetic risk score is high."],
    "genetic-test-proposed": ["Ask for a genetic test.", "We suggest having a DNA test."],
    "cure-promised": [
        "Iron cures restless legs.",
        "Your legs will get better.",
        "This guarantees relief.",
        "An iron infusion will help.",
    ],
    "fate-foretold": [
        "You will develop heart disease.",
        "You are going to get worse nights, you will die.",
    ],
    "movements-wake-each-time": [
        "Each movement wakes the brain.",
        "Every leg movement causes an arousal.",
    ],
    "dementia-follows": ["Restless legs syndrome leads to dementia."],
}

# Sentences that may be shown to a patient.
GOOD = [
    "Do not stop it yourself.",
    "Do not stop the medicine on your own; ask the prescriber.",
    "Never stop it suddenly.",
    "Ask before stopping.",
    "Ask before you change any of them.",
    "Ask before you stop your medicine.",
    "Please do not take iron on your own.",
    "Ask whether you should stop it.",
    "This medicine can make restless legs worse; ask the prescriber whether there is another.",
    "If you have restless legs, the evening is often the worst time.",
    "This does not mean that you have restless legs syndrome.",
    "Whether you have restless legs syndrome only a clinician can say.",
    "People who have restless legs often sleep badly.",
    "Your answers match the five published criteria.",
    "Your answers do not match all of the first four published criteria.",
    "The ferritin you entered, 23 ng/mL, is below the limit of 75 ng/mL.",
    "Your transferrin saturation is below 20 %.",
    "A CRP above 5 mg/L makes ferritin hard to read.",
    "Your iron was 40 µg/dL.",
    "A normal ferritin alone does not settle the question of iron.",
    "A normal ferritin does not rule out that iron is considered.",
    "Iron is not harmless without both blood values.",
    "Iron tablets or an infusion may be an option; ask your doctor what fits you.",
    "Whether iron is safe for you depends on both values.",
    "Dopamine signalling is disturbed.",
    "It is not a lack of dopamine: the signal is disturbed.",
    "Dopamine agonists are no longer recommended for standard use; that is not a ban.",
    "Dopamine agonists were first-line until 2025.",
    "Magnesium has not been shown to help restless legs.",
    "No supplement has been shown to treat restless legs.",
    "There is no evidence that vitamins help restless legs.",
    "About eight in ten people with restless legs have leg movements in sleep.",
    "About 80 % of people with restless legs have leg movements in sleep.",
    "Between 10 and 25 % of pregnant women notice it.",
    "Not every movement wakes the brain.",
    "Leg movements are often associated with brief arousals.",
    "A risk variant does not give you the disease.",
    "A genetic test is of no use for one person.",
    "There is no reason to have a genetic test.",
    "Nobody can say how it will go for you.",
    "Do not drive while drowsy.",
    "Begin gently and find out what suits you.",
    "Try it earlier in the day.",
    "Try whether going without coffee after noon makes a difference.",
    "Take a walk when it comes.",
    "Take your questions to your clinician.",
    "Start with a diary.",
    "Stop and stretch on long journeys.",
    "Has the medicine been changed lately?",
    "Tell which medicines you take and since when.",
    "Ask your doctor for both iron values.",
    "Iron studies belong to every work-up.",
    "There is no cure, but much can be done.",
    "Whether restless legs raise the risk of dementia is unclear.",
    "It began when you were pregnant.",
    "This changed in 2025.",
    "What is restless legs syndrome?",
    "Only a clinician can say whether this is restless legs syndrome.",
    "Ask your doctor about stopping it, and never stop it suddenly.",
    "Think about when it began.",
    "Restless legs syndrome is a neurological condition.",
    "It is called restless legs syndrome.",
    "That rules nothing out.",
    "Tell the prescriber before you change the dose.",
    "It must never be stopped suddenly.",
    "Some of these medicines must not be ended suddenly.",
    "Ask your doctor whether you need iron.",
    "Ask your doctor for both iron values and for a list of your medicines.",
    "Ask which treatment is right for you.",
    "Ask whether your dose is too high.",
    "Women are affected more often than men.",
    "Guidelines suggest talking about iron at these values.",
    "The guideline of 2025 suggests discussing iron.",
    "Iron tablets are absorbed poorly above this value.",
]


@pytest.mark.parametrize(
    ("record", "sentence"), [(record, text) for record, texts in BAD.items() for text in texts]
)
def test_a_forbidden_sentence_is_caught_by_its_record(record: str, sentence: str) -> None:
    for mode in BASE.record(NeverSay, record).modes:
        assert record in {found.id for found in spoken(sentence, BASE, mode)}


def test_every_record_has_a_sentence_that_it_catches() -> None:
    assert set(BAD) == set(BASE.of(NeverSay))


@pytest.mark.parametrize("mode", BOTH)
@pytest.mark.parametrize("sentence", GOOD)
def test_a_good_sentence_passes(sentence: str, mode: Mode) -> None:
    assert spoken(sentence, BASE, mode) == ()


def test_a_dose_may_be_said_to_a_clinician_only() -> None:
    assert spoken("Ferrous sulfate 325 mg once daily.", BASE, "clinician") == ()
    assert spoken("Ferrous sulfate 325 mg once daily.", BASE, "patient") != ()


def test_not_in_one_sentence_does_not_excuse_the_next() -> None:
    found = spoken("It is not a cure. Magnesium helps restless legs.", BASE, "patient")
    assert [(match.id, match.words) for match in found] == [
        ("supplements-treat", "Magnesium helps restless legs.")
    ]


def test_a_line_break_does_not_hide_a_sentence() -> None:
    assert {found.id for found in spoken("You\n   have\nRLS.", BASE, "patient")} == {
        "diagnosis-told"
    }


@pytest.mark.parametrize("record", BASE.of(NeverSay).values(), ids=lambda record: record.id)
def test_every_record_names_its_readers_and_compiles(record: NeverSay) -> None:
    assert record.modes
    re.compile(record.pattern, re.IGNORECASE)


def texts_of(record: object) -> Iterator[tuple[Mode, str]]:
    """Every text of a record that reaches a reader, with who reads it."""
    if isinstance(record, Words):
        yield "clinician", record.clinician
        yield "patient", record.patient
    if isinstance(record, Topic):
        told = (record.question, record.short, *(p.text for p in record.paragraphs))
        for text in (*told, *(p.text for p in record.not_known)):
            yield "clinician", text
            yield "patient", text
    for field in fields(record):  # type: ignore[arg-type]
        value = getattr(record, field.name)
        if field.name == "says" and isinstance(value, str):
            yield "clinician", value
        parts = value.values() if hasattr(value, "values") else value
        for part in parts if isinstance(parts, tuple) or hasattr(value, "values") else (value,):
            if is_dataclass(part):
                yield from texts_of(part)


SHOWN = [
    pytest.param(record, id=f"{kind.__name__}-{record_id}")
    for kind in RECORD_KINDS.values()
    if kind not in (Claim, Contradiction, NeverSay)
    for record_id, record in BASE.of(kind).items()
    if any(text for _, text in texts_of(record))
]


@pytest.mark.parametrize("record", SHOWN)
def test_nothing_shown_says_what_may_not_be_said(record: object) -> None:
    for mode, text in texts_of(record):
        assert spoken(text, BASE, mode) == (), text
