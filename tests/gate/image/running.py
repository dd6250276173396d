"""The image at work: by itself, as compose.yaml starts it, and as the manifests for Kubernetes do."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import yaml

from tests.conftest import ROOT
from tests.gate.image.tools import IMAGE, Failed, Tools, told, wrong
from tests.gate.rig import client

KEY = "the key of this run"
BASE = "http://127.0.0.1:8181"
USER = 10001

UNLAWFUL = """
key-of-outlaw:
  lawful: false
  user: {age: 30}
  model: {purpose: classify, competes_with: [], distributed: false, commercially_available: false}
"""
"""A row beside the one that is shipped, so that there is something to forbid."""

QUESTIONS = {
    "a customer who may": ("key-of-acme", KEY, 200, "permitted"),
    "a customer who may not": ("key-of-outlaw", KEY, 403, "forbidden"),
    "nobody's customer": ("key-of-nobody", KEY, 403, "undetermined"),
    "without the gate's key": ("key-of-acme", "", 401, None),
}
"""The customer's key, the caller's key; the status and the verdict that must come."""

WRITABLE = {"/tmp", "/var/tmp", "/run/lock", "/var/log/tosdsl"}
"""What the image's user can write to where nothing is read-only: its log, and what everybody may."""


def run(tools: Tools) -> int:
    """Everything, in a network of its own. The status of the command."""
    tools.run("ip", "link", "set", "lo", "up")
    for kind in ("pod", "container", "secret"):  # of a run that was broken off
        tools.podman(kind, "rm", "--all", *([] if kind == "secret" else ["--force"]))
    deploy = tools.folder / "deploy"
    shutil.rmtree(deploy, ignore_errors=True)
    shutil.copytree(ROOT / "deploy", deploy)
    with (deploy / "gate" / "customers.yaml").open("a", encoding="utf-8") as register:
        register.write(UNLAWFUL)
    for name, part in {"alone": alone, "compose": compose, "kubernetes": kubernetes}.items():
        print(f"-- {name}", flush=True)
        try:
            part(tools, deploy)
        except (Failed, httpx.HTTPError, OSError) as error:
            told(False, name, f"{type(error).__name__}: {error}")
    told(None, "Docker and BuildKit", "podman built it and ran it")
    told(
        None,
        "a cluster",
        "no kubelet: its probes, the rollout, the Service, the NetworkPolicy, the budget",
    )
    print(f"{len(wrong)} lines are wrong: {'; '.join(wrong)}" if wrong else "no line is wrong")
    return 1 if wrong else 0


def alone(tools: Tools, deploy: Path) -> None:
    """What the image says of itself, and what it does without being told more."""
    made = tools.inspect("image", "inspect", IMAGE)
    config = made["Config"]
    named = config["User"].split(":")
    told(named == [str(USER)] * 2, "user and group", config["User"])
    told(list(config["ExposedPorts"]) == ["8181/tcp"], "port", *config["ExposedPorts"])
    told(True, "starts", " ".join([*config["Entrypoint"], *config["Cmd"]]))
    check = made.get("Healthcheck") or config.get("Healthcheck")
    told(bool(check), "health check", (check or {}).get("Test"))
    base = tools.inspect("image", "inspect", "docker.io/library/" + _base())["Size"]
    told(
        True,
        "size",
        f"{made['Size'] / 1e6:.0f} MB, {(made['Size'] - base) / 1e6:.0f} MB above the base",
    )
    once = ["run", "--rm", "--network", "none", "--no-healthcheck"]
    search = "find / -xdev -writable -not -type l -not -path '/dev/*' 2>/dev/null || true"
    found = tools.podman(*once, "--entrypoint", "sh", IMAGE, "-c", search)
    paths = set(found.splitlines())
    told(paths <= WRITABLE, "what the user can write to", ", ".join(sorted(paths)))
    mapping = f"{deploy / 'gate'}:/etc/tosdsl:ro"
    try:
        tools.podman(*once, "--volume", mapping, IMAGE, patience=20)
        told(False, "without a key", "it ended with the status 0")
    except Failed as failed:
        told("TOS8013" in str(failed), "without a key", str(failed).splitlines()[1])


def compose(tools: Tools, deploy: Path) -> None:
    """compose.yaml as it is; the register is replaced while it runs."""
    program = shutil.which("podman-compose", path=str(Path(sys.executable).parent)) or shutil.which(
        "podman-compose"
    )
    if program is None:
        told(None, "compose.yaml", "no podman-compose: pip install podman-compose")
        return
    words = [program, "--podman-path", str(tools.program), "--in-pod", "false"]
    words += ["-f", str(deploy / "compose.yaml")]
    began = time.monotonic()
    tools.run(*words, "up", "--detach", "--no-build", TOSDSL_GATE_KEY=KEY)
    name = "tosdsl_gate_1"
    try:
        ready(began)
        confined(tools, name, yaml.safe_load((deploy / "compose.yaml").read_text(encoding="utf-8")))
        asked()
        told(_healthy(tools, name), "health check", "healthy")
        replaced(deploy / "gate" / "customers.yaml", lambda: _healthy(tools, name))
        stopped(tools, name, "tosdsl_decisions")
    finally:
        tools.run(*words, "down", "--volumes", TOSDSL_GATE_KEY=KEY)


def kubernetes(tools: Tools, deploy: Path) -> None:
    """What kustomization.yaml makes, played by podman: one pod, and a volume for each emptyDir."""
    if shutil.which("kubectl") is None:
        told(None, "kustomization.yaml", "no kubectl: apt-get install kubernetes-client")
        return
    made = list(yaml.safe_load_all(tools.run("kubectl", "kustomize", str(deploy))))
    kinds = {each["kind"]: each for each in made}
    told(True, "kubectl kustomize", ", ".join(sorted(kinds)))
    deployment = kinds["Deployment"]["spec"]
    container = deployment["template"]["spec"]["containers"][0]
    told(None, f"{deployment['replicas']} replicas", "they share one port of this machine; 1 is run")
    deployment["replicas"] = 1
    file = tools.folder / "pod.yaml"
    file.write_text(yaml.safe_dump_all([kinds["ConfigMap"], kinds["Deployment"]]), encoding="utf-8")
    secret = tools.folder / "secret.json"
    secret.write_text(json.dumps({"key": base64.b64encode(KEY.encode()).decode()}), encoding="utf-8")
    tools.podman("secret", "create", "tosdsl-gate", str(secret))
    name = "tosdsl-gate-pod-0-gate"
    try:
        began = time.monotonic()
        tools.podman("play", "kube", str(file))
        ready(began)
        confined(tools, name, container)
        with client(BASE) as asking:
            for probe in (each for each in container if each.endswith("Probe")):
                path = container[probe]["httpGet"]["path"]
                told(asking.get(path).status_code == 200, f"{probe}, asked by hand", path)
        asked()
        before = container["lifecycle"]["preStop"]["exec"]["command"]
        began = time.monotonic()
        tools.podman("exec", name, *before)
        told(True, "preStop", f"{' '.join(before)}: {time.monotonic() - began:.1f} s")
        stopped(tools, name, "log")
    finally:
        tools.podman("play", "kube", "--down", str(file))
        tools.podman("secret", "rm", "tosdsl-gate")
        tools.podman("volume", "rm", "--force", "log", "tmp", "tosdsl-gate")


def ready(began: float) -> None:
    """Waits until the gate may be asked, at the port that is published."""
    with client(BASE) as asking:
        seconds = _until(lambda: asking.get("/readyz").status_code == 200, 40)
    if seconds is None:
        raise Failed(f"nothing is ready at {BASE}")
    told(True, "ready at the published port", f"{time.monotonic() - began:.1f} s after its start")


def confined(tools: Tools, name: str, wanted: dict[str, Any]) -> None:
    """What the kernel says of the process that answers."""
    pid = tools.inspect("inspect", name)["State"]["Pid"]
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    status = {each: value.split() for each, _, value in (line.partition(":") for line in lines)}
    for field in ("Uid", "Gid"):
        told(set(status[field]) == {str(USER)}, field, " ".join(status[field]))
    sets = [status[field][0] for field in ("CapEff", "CapPrm", "CapBnd")]
    told(set(sets) == {"0" * 16}, "capabilities", "none" if set(sets) == {"0" * 16} else sets)
    told(status["NoNewPrivs"] == ["1"], "no new privileges", status["NoNewPrivs"][0])
    told(status["Seccomp"] == ["2"], "seccomp", f"mode {status['Seccomp'][0]}")
    mounts = Path(f"/proc/{pid}/mounts").read_text(encoding="utf-8").splitlines()
    ways = {line.split()[1]: line.split()[3].split(",")[0] for line in mounts}
    for place, way in {"/": "ro", "/etc/tosdsl": "ro", "/var/log/tosdsl": "rw", "/tmp": "rw"}.items():
        told(ways.get(place) == way, f"mounted at {place}", ways.get(place))
    for place, may in {"/opt/tosdsl/x": False, "/etc/tosdsl/x": False, "/tmp/x": True}.items():
        try:
            tools.podman("exec", name, "touch", place)
            told(may, f"writing {place}", "done")
        except Failed as failed:
            told(not may, f"writing {place}", str(failed).splitlines()[1].rpartition(": ")[2])
    limit = tools.inspect("inspect", name)["HostConfig"]["Memory"]
    used = int(status["VmHWM"][0]) * 1024
    told(0 < used < limit, "memory", f"{used / 2**20:.0f} of {limit / 2**20:.0f} MiB")
    asks = wanted.get("resources", {}).get("requests", {}).get("memory")
    if asks:
        told(used < int(asks.removesuffix("Mi")) * 2**20, "memory that the manifest asks for", asks)


def question(asking: httpx.Client, customer: str, key: str = KEY) -> httpx.Response:
    """As Envoy asks: may this customer train with what the model says?"""
    headers = {"authorization": f"Bearer {customer}", "x-activities": "train", "x-tosdsl-key": key}
    return asking.post("/envoy/check/v1/chat/completions", json={"model": "gpt-4o"}, headers=headers)


def asked() -> None:
    """Each question, with the answer that must come."""
    with client(BASE) as asking:
        for what, (customer, key, status, verdict) in QUESTIONS.items():
            answer = question(asking, customer, key)
            seen = (answer.status_code, answer.headers.get("x-tosdsl-decision"))
            told(seen == (status, verdict), what, f"{seen[0]} {seen[1] or ''}".rstrip())


def replaced(register: Path, healthy: Callable[[], bool]) -> None:
    """The register is replaced by rename, as the book says; then it is taken away, and comes back."""
    text = register.read_text(encoding="utf-8")
    with client(BASE) as asking:
        beside = register.with_suffix(".new")
        beside.write_text(text.replace("key-of-acme", "key-of-another"), encoding="utf-8")
        beside.rename(register)
        seconds = _until(lambda: question(asking, "key-of-another").status_code == 200, 20)
        told(seconds is not None, "the register is replaced by rename", _after(seconds))
        shut = question(asking, "key-of-acme").status_code
        told(shut == 403, "the customer who stood there before", shut)
        register.rename(beside)
        seconds = _until(lambda: not healthy(), 20)
        told(seconds is not None, "no register: unhealthy", _after(seconds))
        beside.rename(register)
        seconds = _until(healthy, 20)
        told(seconds is not None, "it is back: healthy", _after(seconds))
    register.write_text(text, encoding="utf-8")


def stopped(tools: Tools, name: str, volume: str) -> None:
    """SIGTERM while it is asked: what was answered is in the log, and the process ends by itself."""
    answered: list[str] = []

    def ask() -> None:
        with client(BASE) as asking:
            try:
                while True:
                    answer = question(asking, "key-of-outlaw")
                    answered.append(answer.headers["x-tosdsl-decision-id"])
            except httpx.TransportError:
                return

    callers = [Thread(target=ask) for _ in range(2)]
    for each in callers:
        each.start()
    time.sleep(1)
    began = time.monotonic()
    tools.podman("stop", "--time", "10", name)
    seconds = time.monotonic() - began
    for each in callers:
        each.join()
    state = tools.inspect("inspect", name)["State"]
    told(state["ExitCode"] == 0, "SIGTERM", f"status {state['ExitCode']} after {seconds:.1f} s")
    place = Path(tools.podman("volume", "inspect", "--format", "{{.Mountpoint}}", volume).strip())
    log = place / "decisions.jsonl"
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    missing = set(answered) - {line["id"] for line in lines}
    told(
        bool(answered) and not missing,
        "the log",
        f"{len(answered)} requests were answered until the end, {len(missing)} are not in the log",
    )
    mode = oct(log.stat().st_mode & 0o777)
    told((log.stat().st_uid, mode) == (USER, "0o600"), "the log's file", f"{log.stat().st_uid}, {mode}")


def _base() -> str:
    text = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    return text.rpartition("\nFROM ")[2].split()[0]


def _healthy(tools: Tools, name: str) -> bool:
    ran = subprocess.run(
        [str(tools.program), "healthcheck", "run", name], check=False, capture_output=True
    )
    return ran.returncode == 0


def _until(seen: Callable[[], bool], patience: float) -> float | None:
    """The seconds until it was seen; None if it was not."""
    began = time.monotonic()
    while (seconds := time.monotonic() - began) < patience:
        try:
            if seen():
                return seconds
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    return None


def _after(seconds: float | None) -> str:
    return "not seen" if seconds is None else f"seen after {seconds:.1f} s"
