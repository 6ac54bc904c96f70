"""Plain values as new lines of YAML, in the manner of the agreements that are there: blocks, and short lists in brackets."""

from __future__ import annotations

from typing import Any

from agreements.editing.scalars import WIDTH, block_scalar, key, scalar


def in_brackets(value: Any) -> str:
    """A value on one line, as it stands inside a list or mapping in brackets."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key(name, flow=True)}: {in_brackets(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(in_brackets(item) for item in value) + "]"
    return scalar(value, flow=True)


def entry(name: str, value: Any, *, indent: int) -> str:
    """`name: value`, its first line without the indentation; further lines are indented to stand at `indent`."""
    if _is_block(value, indent):
        below = indent + 2
        return f"{key(name)}:\n{' ' * below}{block(value, indent=below)}"
    return f"{key(name)}: {inline(value, indent=indent)}"


def block(value: Any, *, indent: int) -> str:
    """A mapping or list over several lines, the first without its indentation."""
    joint = "\n" + " " * indent
    if isinstance(value, dict):
        return joint.join(entry(name, item, indent=indent) for name, item in value.items())
    return joint.join(f"- {item_text(item, indent=indent)}" for item in value)


def item_text(value: Any, *, indent: int) -> str:
    """What stands behind the dash of a list whose dashes are at `indent`."""
    if _is_block(value, indent + 2):
        return block(value, indent=indent + 2)
    return inline(value, indent=indent)


def inline(value: Any, *, indent: int) -> str:
    """What stands behind `name: ` on its line; a long text goes on below it, deeper than `indent`."""
    if isinstance(value, dict | list):
        return in_brackets(value)
    if isinstance(value, str) and ("\n" in value or len(value) > WIDTH):
        lines = block_scalar(value, indent=indent + 2, folded="\n" not in value)
        if lines is not None:
            return lines
    return scalar(value)


def _is_block(value: Any, indent: int) -> bool:
    """Short lists and short parts stand in brackets; what would be too long, or holds parts itself, gets its own lines."""
    if not isinstance(value, dict | list) or not value:
        return False
    inner = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict) or any(isinstance(item, dict | list) for item in inner):
        return True
    return indent + len(in_brackets(value)) > WIDTH or any("\n" in str(item) for item in inner)
