"""Checks what the README's first command has written: check_bundle.py CLONE BEFORE, BEFORE being a file as old as
the start of the command."""

import pathlib
import stat
import sys

import yaml

clone, before = map(pathlib.Path, sys.argv[1:])
start = before.stat().st_mtime_ns
new = [
    path
    for path in clone.rglob("*.yaml")
    if path.is_file() and "target" not in path.relative_to(clone).parts and path.stat().st_mtime_ns >= start
]
secrets = [path for path in new if path.parts[-2:] == ("k8s", "secrets.yaml")]
if len(secrets) != 1:
    sys.exit(f"expected one k8s/secrets.yaml, found {secrets}")

mode = stat.S_IMODE(secrets[0].stat().st_mode)
if mode != 0o600:
    sys.exit(f"{secrets[0]}: mode {mode:o}, expected 600")


def kinds(path):
    """Of each document; a helmfile is no object of Kubernetes and has none."""
    documents = yaml.safe_load_all(path.read_text())
    return [document.get("kind", "no object") for document in documents if document]


if set(kinds(secrets[0])) != {"Secret"}:
    sys.exit(f"{secrets[0]}: kinds {kinds(secrets[0])}, expected Secrets alone")
print(f"{secrets[0].relative_to(clone)}: mode 600, {len(kinds(secrets[0]))} Secrets")

out = secrets[0].parent.parent
for path in sorted(set(new) - set(secrets)):
    if out in path.parents:
        if "Secret" in kinds(path):
            sys.exit(f"{path}: a Secret outside of {secrets[0]}")
        print(f"{path.relative_to(clone)}: {', '.join(sorted(set(kinds(path))))}")

objects = out / "k8s"
listed = {objects / "kustomization.yaml"}
for folder in yaml.safe_load((objects / "kustomization.yaml").read_text())["resources"]:
    kustomization = objects / folder / "kustomization.yaml"
    listed.add(kustomization)
    listed.update(kustomization.parent / file for file in yaml.safe_load(kustomization.read_text())["resources"])
there = set(objects.rglob("*.yaml")) - set(secrets)
if listed != there:
    sys.exit(f"kustomizations list {sorted(listed - there)} too much and {sorted(there - listed)} too little")
