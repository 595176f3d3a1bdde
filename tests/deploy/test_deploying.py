"""What Steward is deployed with: valid by the schemas of those who read it, and as closed as it says."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
KUBERNETES = ("1.29", "1.37")
SECRETS = {"SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "DATABASE_URL", "STEWARD_SIGNING_KEY", "POSTGRES_PASSWORD"}


def _manifests() -> Iterator[dict[str, Any]]:
    for path in sorted((DEPLOY / "kubernetes").glob("*.yaml")):
        for document in yaml.safe_load_all(path.read_text()):
            if document["kind"] != "Kustomization":
                yield document


def _pods() -> Iterator[dict[str, Any]]:
    for manifest in _manifests():
        template = manifest.get("spec", {})
        template = template.get("jobTemplate", {}).get("spec", template)
        if "template" in template:
            yield template["template"]["spec"]


@pytest.mark.parametrize("version", KUBERNETES)
def test_manifests_are_kubernetes(version: str) -> None:
    found = list(_manifests())
    for manifest in found:
        kubernetes_validate.validate(manifest, version, strict=True)
    kinds = {manifest["kind"] for manifest in found}
    assert {"Deployment", "Service", "PodDisruptionBudget", "NetworkPolicy", "Job", "CronJob"} <= kinds


def test_kustomization_names_every_manifest() -> None:
    named = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text())["resources"]
    there = {path.name for path in (DEPLOY / "kubernetes").glob("*.yaml")} - {"kustomization.yaml"}
    assert set(named) == there


def test_pods_may_do_nothing_that_they_need_not() -> None:
    pods = list(_pods())
    assert len(pods) == 3
    for pod in pods:
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] > 0
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in pod["containers"]:
            allowed = container["securityContext"]
            assert allowed["readOnlyRootFilesystem"] is True
            assert allowed["allowPrivilegeEscalation"] is False
            assert allowed["capabilities"] == {"drop": ["ALL"]}
            assert container["resources"]["limits"]["memory"]
            for one in container.get("env", ()):
                assert one["name"] not in SECRETS or "secretKeyRef" in one["valueFrom"], "secrets stand by reference"


def test_a_rolling_upgrade_and_a_drained_node_leave_enough_replicas() -> None:
    by_kind = {manifest["kind"]: manifest for manifest in _manifests()}
    deployment, budget = by_kind["Deployment"]["spec"], by_kind["PodDisruptionBudget"]["spec"]
    assert deployment["replicas"] > budget["minAvailable"] >= 1
    assert deployment["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    labels = deployment["template"]["metadata"]["labels"]
    for selector in (budget["selector"]["matchLabels"], by_kind["Service"]["spec"]["selector"]):
        assert selector.items() <= labels.items()
    (container,) = deployment["template"]["spec"]["containers"]
    probes = {name: container[name]["httpGet"]["path"] for name in container if name.endswith("Probe")}
    assert probes == {"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"}


def test_compose_is_compose() -> None:
    schema = files("check_jsonschema").joinpath("builtin_schemas/vendor/compose-spec.json").read_text()
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    jsonschema.validators.validator_for(json.loads(schema))(json.loads(schema)).validate(compose)
    for name in ("steward", "upgrade"):
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert not SECRETS - {"STEWARD_SIGNING_KEY"} & set(service["environment"])
    steward, database = compose["services"]["steward"], compose["services"]["database"]
    assert all(port.startswith("127.0.0.1:") for port in steward["ports"])
    assert {name: given["condition"] for name, given in steward["depends_on"].items()} == {
        "database": "service_healthy",
        "upgrade": "service_completed_successfully",
    }
    assert "--host=127.0.0.1" in database["healthcheck"]["test"], "its socket answers before the database is made"


def test_limits_hold_what_operating_md_says_that_workers_take() -> None:
    """Two workers with the sentence model, each with its integrator, and who keeps them; a pod has one alone."""
    (row,) = (line for line in (ROOT / "docs" / "operating.md").read_text().splitlines() if "| a machine |" in line)
    said = re.search(r"some (\d+) MB and its integrator (\d+);.* up to (\d+) more; .* workers (\d+)\.", row)
    assert said
    process, integrator, model, keeper = map(int, said.groups())
    worker = process + integrator + model
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["steward"]
    unit = re.search(r"^MemoryMax=(\w+)$", (DEPLOY / "systemd" / "steward.service").read_text(), re.MULTILINE)
    assert unit
    for limit in (compose["mem_limit"], unit[1]):
        assert _megabytes(limit) > (keeper + 2 * worker) * 1.1
    (container,) = next(pod for pod in _pods() if pod["containers"][0].get("readinessProbe"))["containers"]
    assert _megabytes(container["resources"]["limits"]["memory"]) > worker * 1.1


def _megabytes(limit: str) -> float:
    number, unit = re.match(r"(\d+)(\w)", limit).groups()  # type: ignore[union-attr]
    return int(number) * {"M": 2**20, "G": 2**30}[unit.upper()] / 1e6


def test_what_compose_expects_is_made_by_its_first_lines_and_kept_out_of_the_repository() -> None:
    written = (DEPLOY / "compose.yaml").read_text()
    compose = yaml.safe_load(written)
    files = [secret["file"].removeprefix("./") for secret in compose["secrets"].values()]
    files += compose["services"]["steward"]["env_file"]
    told = "".join(line for line in written.splitlines(keepends=True) if line.startswith("#"))
    for name in (*files, "etc/"):
        assert f"deploy/{name}" in told
        ignored = subprocess.run(["git", "check-ignore", "--quiet", f"deploy/{name}"], cwd=ROOT, check=False)
        assert ignored.returncode == 0, name


@pytest.mark.skipif(not shutil.which("kubectl"), reason="no kubectl on this machine")
def test_kustomize_puts_everything_together() -> None:
    built = subprocess.run(
        ["kubectl", "kustomize", DEPLOY / "kubernetes"], capture_output=True, text=True, check=True, timeout=60
    )
    manifests = list(yaml.safe_load_all(built.stdout))
    assert len(manifests) == len(list(_manifests()))
    named = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text())["images"][0]
    for manifest in manifests:
        kubernetes_validate.validate(manifest, KUBERNETES[-1], strict=True)
        assert manifest["metadata"]["namespace"] == "steward"
    images = set(re.findall(r"image: (\S+)", built.stdout))
    assert images == {f"{named['newName']}:{named['newTag']}", "postgres:17-bookworm"}


def test_the_container_file_is_one_and_keeps_what_builds_out() -> None:
    path = DEPLOY / "Containerfile"
    hadolint = Path(sys.executable).with_name("hadolint")
    checked = subprocess.run([hadolint, path], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, "")
    last = path.read_text().rpartition("\nFROM ")[2]
    assert "\nUSER 10001:10001\n" in last
    assert "HEALTHCHECK" in last
    assert not re.search(r"^RUN .*(pip install|apt-get)", last, re.MULTILINE)


def test_what_is_copied_into_the_image_is_there_and_let_through() -> None:
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [line.split()[1:-1] for line in (DEPLOY / "Containerfile").read_text().splitlines() if line[:5] == "COPY "]
    names = {name for line in copied if not line[0].startswith("--from") for name in line} - {"${LOCK}"}
    assert {name for name in names if not (ROOT / name).exists()} == set()
    assert names | {"requirements.lock", "requirements-extras.lock"} == let_through


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze on this machine")
@pytest.mark.parametrize("name", ["steward.service", "steward-backup.service", "steward-backup.timer"])
def test_units_are_systemds(name: str, tmp_path: Path) -> None:
    for unit in (DEPLOY / "systemd").iterdir():
        here = unit.read_text().replace("/opt/steward/.venv/bin/steward", "/bin/true")
        (tmp_path / unit.name).write_text(here)
    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (checked.returncode, [line for line in checked.stderr.splitlines() if "steward" in line]) == (0, [])


def test_a_command_has_the_services_user_variables_and_key() -> None:
    unit = (DEPLOY / "systemd" / "steward.service").read_text().splitlines()
    command = (DEPLOY / "systemd" / "steward-command").read_text()
    told = re.findall(r"--property=(\S+)", command)
    assert {"User=steward", "EnvironmentFile=/etc/steward/steward.env"} < set(told)
    assert set(told) <= set(unit)
    start = next(line.removeprefix("ExecStart=") for line in unit if line.startswith("ExecStart="))
    assert start.split()[0] in command
