"""How a billing mode names its policies: an id, or a list of uses with dates and conditions (rule language, 3.1)."""

from engine.language.build.conditions import read_conditions
from engine.language.build.context import Build
from engine.language.build.node import Node
from engine.model.book import PolicyUse


def read_policy_uses(build: Build, node: Node | None, section: str, kind: str) -> tuple[PolicyUse, ...]:
    """The policies a mode uses: an id, or a list of `{use, effective, until, when}`. Source: rule language, 3.1."""
    return build.each(_read_policy_use, node.one_or_more(), section, kind) if node is not None else ()


def _read_policy_use(build: Build, node: Node, section: str, kind: str) -> PolicyUse:
    if not node.is_mapping:
        return PolicyUse(build.refer(node, section, kind), origin=node.origin())
    return PolicyUse(build.refer(node.need("use"), section, kind), read_conditions(build, node), node.origin())
