"""Every malformed text gets just the diagnostics that it must get, each with a place and a way out."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tests.malformed import corpus
from tests.malformed.judge import check, check_policies
from tosdsl.diagnostics.catalogue import CATALOGUE
from tosdsl.diagnostics.model import Diagnostic, Severity
from tosdsl.facade import FactError, PolicyError, PolicySet, load
from tosdsl.testing.collect import collect

_POLICIES = dict(corpus.policies())
_TABLES = {text.name: text for text in corpus.tables()}
_FACTS = {text.name: text for text in corpus.facts()}


@pytest.mark.parametrize("name", _POLICIES)
def test_policies(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    check_policies(*_POLICIES[name])


@pytest.mark.parametrize("name", _FACTS)
def test_facts(name: str) -> None:
    text = _FACTS[name]
    check(text, _of_facts(text), {name: text.text})


def _of_facts(text: corpus.Text) -> tuple[Diagnostic, ...]:
    try:
        return _policies_of(text.vocabulary).read_use(text.text, text.name)[1]
    except FactError as error:
        return error.diagnostics


@cache
def _policies_of(vocabulary: str) -> PolicySet:
    if not vocabulary:
        return load("openai.business_terms")
    return load(corpus.HERE / "facts" / f"{vocabulary}.tos")


@pytest.mark.parametrize("name", _TABLES)
def test_tables(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder with the policy, under the policy's name."""
    monkeypatch.chdir(tmp_path)
    text = _TABLES[name]
    file = f"shop.cases.{name.rpartition('.')[2]}"
    Path("shop.tos").write_bytes((corpus.HERE / "tables" / "shop.tos").read_bytes())
    Path(file).write_bytes(text.text.encode())
    with pytest.raises(PolicyError) as raised:
        collect([file])
    assert {each.span.file for each in raised.value.diagnostics} == {file}
    check(text, raised.value.diagnostics, {file: text.text})


_ELSEWHERE = {
    "TOS1015": "test_library.py",
    "TOS1081": "../unit/test_zones.py",
    "TOS4023": "../unit/test_json_back.py",
    "TOS4050": "../unit/test_json_back.py",
    "TOS4051": "../unit/test_json_back.py",
    "TOS4052": "../unit/test_json_back.py",
    "TOS4053": "../unit/test_json_back.py",
    "TOS5001": "test_limits.py",
    "TOS5003": "test_limits.py",
    "TOS5004": "test_limits.py",
    "TOS5005": "test_limits.py",
    "TOS5007": "test_limits.py",
    "TOS5008": "test_library.py",
    "TOS5009": "test_limits.py",
    "TOS5011": "test_limits.py",
    "TOS5012": "test_limits.py",
    "TOS5013": "test_limits.py",
    "TOS5014": "test_limits.py",
    "TOS5015": "test_limits.py",
    "TOS5016": "test_limits.py",
    "TOS5017": "test_limits.py",
    "TOS5018": "../unit/test_gate.py",
    "TOS5022": "../unit/test_kept_code.py",
    "TOS5023": "test_limits.py",
    "TOS5027": "test_growth.py",
    "TOS5028": "test_growth.py",
    "TOS5029": "test_growth.py",
    "TOS5030": "test_limits.py",
    "TOS5031": "test_growth.py",
    "TOS5040": "test_limits.py",
    "TOS5041": "../unit/test_asked_together.py",
    "TOS5042": "../unit/test_json_back.py",
    "TOS5043": "../unit/test_json_back.py",
    "TOS5050": "test_limits.py",
    "TOS6001": "test_library.py",
    "TOS4060": "../unit/test_receipts.py",
    "TOS4061": "../unit/test_receipts.py",
    "TOS4062": "../unit/test_receipts.py",
    "TOS4063": "../unit/test_receipts.py",
    "TOS4065": "../unit/test_compare.py",
    "TOS4066": "../unit/test_presuming.py",
    "TOS4070": "../unit/test_mcp.py",
    "TOS4071": "../unit/test_mcp.py",
    "TOS4072": "../unit/test_mcp.py",
    "TOS4073": "../unit/test_mcp.py",
    "TOS4080": "../unit/test_interpretations.py",
    "TOS4081": "../unit/test_interpretations.py",
    "TOS4082": "../unit/test_interpretations.py",
    "TOS4083": "../unit/test_interpretations.py",
    "TOS4101": "../unit/test_audit.py",
    "TOS4102": "../unit/test_audit.py",
    "TOS4103": "../unit/test_audit.py",
    "TOS4104": "../unit/test_audit.py",
    "TOS4105": "../unit/test_audit.py",
    "TOS4106": "../unit/test_audit.py",
    "TOS4107": "../unit/test_audit.py",
    "TOS4108": "../unit/test_audit_runs.py",
    "TOS4109": "../unit/test_audit_runs.py",
    "TOS4110": "../unit/test_audit.py",
    "TOS4120": "../unit/test_audit.py",
    "TOS4121": "../unit/test_audit_rows.py",
    "TOS4122": "../unit/test_audit.py",
    "TOS4123": "../unit/test_audit_rows.py",
    "TOS4124": "../unit/test_audit_others.py",
    "TOS5044": "../unit/test_receipts.py",
    "TOS6002": "test_library.py",
    "TOS6004": "test_library.py",
    "TOS6006": "test_library.py",
    "TOS6007": "test_library.py",
    "TOS6008": "../unit/test_cli_test.py",
    "TOS6009": "../unit/test_cli_fmt.py",
    "TOS6010": "../unit/test_cli_fmt.py",
    "TOS4140": "../unit/test_versions_at_moments.py",
    "TOS4141": "../unit/test_versions_at_moments.py",
    "TOS4142": "../unit/test_versions_at_moments.py",
    "TOS4143": "../unit/test_versions_at_moments.py",
    "TOS6012": "test_limits.py",
    "TOS6025": "../unit/test_asked_together.py",
    "TOS6013": "../unit/test_cli_diff.py",
    "TOS6014": "../unit/test_reading.py",
    "TOS6015": "../unit/test_replaced.py",
    "TOS6016": "../unit/test_replaced.py",
    "TOS6017": "../unit/test_cli_fmt.py",
    "TOS6020": "../unit/test_tables_of_cases.py",
    "TOS6021": "../unit/test_cli_test.py",
    "TOS6022": "../unit/test_mutation.py",
    "TOS6023": "../unit/test_cli_diff.py",
    "TOS6024": "../unit/test_declared.py",
    "TOS6027": "../unit/test_interview.py",
    "TOS6030": "../unit/test_interpretations.py",
    "TOS6028": "../unit/test_interview.py",
    "TOS6040": "../studio/test_building.py",
    "TOS6041": "../studio/test_building.py",
    "TOS6042": "../studio/test_building.py",
    "TOS7001": "../lint/policies/conflict.tos",
    "TOS7002": "../lint/policies/dead.tos",
    "TOS7003": "../lint/policies/dead.tos",
    "TOS7004": "../lint/policies/idle.tos",
    "TOS7005": "../lint/policies/idle.tos",
    "TOS7006": "../lint/policies/dead.tos",
    "TOS7007": "../lint/policies/idle.tos",
    "TOS7008": "../lint/policies/overlap.tos",
    "TOS7009": "../lint/policies/idle.tos",
    "TOS7010": "../lint/policies/dead.tos",
    "TOS7011": "../lint/policies/unused.tos",
    "TOS7012": "../lint/policies/unused.tos",
    "TOS7013": "../lint/policies/unused.tos",
    "TOS7014": "../lint/policies/unused.tos",
    "TOS7015": "../lint/policies/months.tos",
    "TOS7016": "../lint/policies/allowed.tos",
    "TOS7017": "../lint/policies/allowed.tos",
    "TOS7018": "../lint/policies/allowed.tos",
    "TOS7019": "../lint/policies/dated.tos",
    "TOS7020": "../lint/policies/presumed.tos",
    "TOS7021": "../lint/policies/divided.tos",
    "TOS7022": "../lint/policies/opened.tos",
    "TOS7023": "../lint/policies/late.tos",
    "TOS8001": "../gate/test_mapping.py",
    "TOS8002": "../gate/test_mapping.py",
    "TOS8003": "../gate/test_mapping.py",
    "TOS8004": "../gate/test_mapping.py",
    "TOS8005": "../gate/test_mapping.py",
    "TOS8006": "../gate/test_mapping.py",
    "TOS8007": "../gate/test_mapping.py",
    "TOS8008": "../gate/test_mapping.py",
    "TOS8009": "../gate/test_deciding.py",
    "TOS8010": "../gate/test_mapping.py",
    "TOS8011": "../gate/test_mapping.py",
    "TOS8012": "../gate/test_mapping.py",
    "TOS8013": "../gate/test_server.py",
    "TOS8014": "../gate/test_bundle.py",
    "TOS8015": "../gate/test_mapping.py",
    "TOS8016": "../gate/test_deciding.py",
    "TOS8017": "../gate/test_mapping.py",
    "TOS8018": "../gate/test_mapping.py",
    "TOS8019": "../gate/test_watched.py",
    "TOS8020": "../gate/test_server.py",
    "TOS8021": "../gate/test_replay.py",
    "TOS8022": "../gate/test_elsewhere.py",
}
"""Codes that no small text can produce, and the tests that produce them."""


def test_every_code_is_produced() -> None:
    texts = [text for several in _POLICIES.values() for text in several] + list(_FACTS.values())
    texts += [*corpus.of_features(), *_TABLES.values()]
    here = {expected.code for text in texts for expected in text.expected}
    assert here | _ELSEWHERE.keys() == CATALOGUE.keys()
    assert here.isdisjoint(_ELSEWHERE)
    for code, file in _ELSEWHERE.items():
        assert code in (corpus.HERE / file).read_text(encoding="utf-8"), code


def test_there_are_errors_and_warnings() -> None:
    codes = {entry.code for entry in CATALOGUE.values() if entry.warning} - _ELSEWHERE.keys()
    texts = [text for several in _POLICIES.values() for text in several] + list(_FACTS.values())
    assert codes <= {expected.code for text in texts for expected in text.expected}
    assert {Severity.ERROR, Severity.WARNING, Severity.NOTE} == set(Severity)
