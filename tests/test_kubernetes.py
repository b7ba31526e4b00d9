"""deploy/kubernetes: what refers to something refers to what is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from bot.__main__ import COMMANDS
from bot.app import STOP_PATIENCE_S
from tests.house import ROOT

FOLDER = ROOT / "deploy" / "kubernetes"
Manifest = dict[str, Any]


def manifests() -> Iterator[Manifest]:
    for path in sorted(FOLDER.glob("*.yaml")):
        yield from yaml.safe_load_all(path.read_text())


def of_kind(kind: str) -> list[Manifest]:
    return [one for one in manifests() if one["kind"] == kind]


def template(deployment: Manifest) -> Manifest:
    found: Manifest = deployment["spec"]["template"]
    return found


DEPLOYMENTS = of_kind("Deployment")
each = pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda one: one["metadata"]["name"])


def test_every_manifest_says_what_it_is() -> None:
    known = {
        "Deployment": "apps/v1",
        "Service": "v1",
        "Secret": "v1",
        "Kustomization": "kustomize.config.k8s.io/v1beta1",
    }
    assert {one["kind"]: one["apiVersion"] for one in manifests()} == known


def test_all_but_the_example_of_secrets_is_applied() -> None:
    (kustomization,) = of_kind("Kustomization")
    present = {path.name for path in FOLDER.glob("*.yaml")}
    applied = set(kustomization["resources"])
    assert present - applied == {"kustomization.yaml", "secret.example.yaml"}
    assert applied <= present


@each
def test_it_selects_its_own_pods(deployment: Manifest) -> None:
    wanted = deployment["spec"]["selector"]["matchLabels"]
    assert template(deployment)["metadata"]["labels"] == wanted


@each
def test_it_runs_a_command_that_exists_and_waits_for_its_end(deployment: Manifest) -> None:
    pod = template(deployment)["spec"]
    (container,) = pod["containers"]
    assert container["args"][0] in COMMANDS
    assert pod["terminationGracePeriodSeconds"] > STOP_PATIENCE_S + 5


@each
def test_it_mounts_and_asks_only_what_is_there(deployment: Manifest) -> None:
    pod = template(deployment)["spec"]
    (container,) = pod["containers"]
    volumes = {volume["name"] for volume in pod["volumes"]}
    assert {mount["name"] for mount in container["volumeMounts"]} == volumes
    ports = {port["name"] for port in container.get("ports", [])}
    probes = [probe for name, probe in container.items() if name.endswith("Probe")]
    assert {probe["httpGet"]["port"] for probe in probes} <= ports
    secrets = {one["metadata"]["name"] for one in of_kind("Secret")}
    assert {source["secretRef"]["name"] for source in container["envFrom"]} <= secrets


@each
def test_it_has_no_rights_that_it_does_not_need(deployment: Manifest) -> None:
    pod = template(deployment)["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_the_service_leads_to_the_web_pods() -> None:
    (service,) = of_kind("Service")
    labels = [template(one)["metadata"]["labels"] for one in DEPLOYMENTS]
    assert service["spec"]["selector"] in labels


def test_one_worker_only_is_run() -> None:
    (worker,) = [one for one in DEPLOYMENTS if one["metadata"]["name"] == "usher-worker"]
    spec = worker["spec"]
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})
