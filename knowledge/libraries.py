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
    for path in articles:
        try:
            policies.append(article_to_policy(path, path.relative_to(folder).as_posix()))
        except LibraryError as error:
            faults += error.faults
    seen = {policy.id for policy in policies}
    if len(seen) != len(policies):
        twice = next(policy.id for n, policy in enumerate(policies) if policy.id in {p.id for p in policies[:n]})
        faults.append(Fault(str(folder), 0, f"id {twice!r} is used by two files", "rename one of them"))
    if faults:
        raise LibraryError(faults)
    return tuple(sorted(policies, key=lambda policy: policy.id))
