"""``tosdsl diff`` from the command line, on the policies that are shipped."""

from __future__ import annotations

import json
from typing import Any

_MARCH, _BUSINESS = "openai.terms_of_use@2023-03-14", "openai.business_terms@2023-11-14"


def test_two_exceptions_loosened_competing_models(run: Any) -> None:
    done = run("diff", _MARCH, _BUSINESS, "--format", "json")
    assert done.status == 3
    found = json.loads(done.out)
    assert found["proved"]
    name = "openai.business_terms#competing_models"
    by = {
        each["by"]["new"]
        for each in found["changes"]
        if each["kind"] == "loosened" and each["clause"]["new"] == name
    }
    assert by == {f"{name}.classifiers", f"{name}.fine_tuning"}


def test_a_text_is_equal_to_itself(run: Any) -> None:
    done = run("diff", _MARCH, _MARCH)
    assert done.status == 0
    assert "Equal, proved" in done.out


def test_kinds_choose_the_status(run: Any) -> None:
    assert run("diff", _MARCH, _BUSINESS, "--fail-on", "tightened").status == 0
    assert run("diff", _MARCH, _BUSINESS, "--fail-on", "loosened").status == 3


def test_a_revision_that_is_not_there_is_a_mistake(run: Any) -> None:
    done = run("diff", "no-such-revision:policies", _MARCH)
    assert done.status == 1
    assert "TOS6013" in done.err
