"""A library folder of either kind: policies (*.md), raw articles (*.txt), or both."""

from __future__ import annotations

from pathlib import Path

from knowledge.articles import article_to_policy
from knowledge.errors import Fault, LibraryError
from knowledge.model import Policy
from knowledge.policies import read_library

READ_ME = ("README", "readme", "LICENSE")


def read_any_library(folder: Path) -> tuple[Policy, ...]:
    """Every policy and article of `folder`, in order of id. Raises LibraryError with all faults."""
    articles = sorted(path for path in folder.glob("*.txt") if path.stem not in READ_ME)
    articles += sorted((folder / "articles").rglob("*.txt"))
    has_policies = (folder / "policies").is_dir() or any(folder.rglob("*.md"))
    faults: list[Fault] = []
    policies: list[Policy] = []
    if has_policies or not articles:
        try:
            policies += read_library(folder)
        except LibraryError as error:
            faults += error.faults
    places = {policy.id: f"the policy {policy.id}" for policy in policies}
    for path in articles:
        name = path.relative_to(folder).as_posix()
        try:
            policy = article_to_policy(path, name)
        except LibraryError as error:
            faults += error.faults
            continue
        if policy.id in places:
            what = f"id {policy.id!r} is used by two files, this one and {places[policy.id]}"
            faults.append(Fault(name, 1, what, "rename one of them"))
        places.setdefault(policy.id, name)
        policies.append(policy)
    if faults:
        raise LibraryError(faults)
    return tuple(sorted(policies, key=lambda policy: policy.id))
