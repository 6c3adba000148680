"""The first steps of a person at the desk, in a browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def test_an_invented_patient_is_looked_at(page: Page) -> None:
    page.get_by_label("Look around with an invented patient").select_option("iron-deficient")
    page.get_by_role("button", name="Take").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    expect(page.get_by_text("example-iron-deficient")).to_be_visible()
