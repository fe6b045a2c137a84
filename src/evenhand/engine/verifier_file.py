"""The verifier as one file: the modules that check a ledger, joined so that they stand alone.

Each module keeps its words and its code; their imports of one another go, and those of the standard
library come together at the top. The last module, which is the program, gives the file its docstring.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from types import ModuleType

from evenhand.ledger import ed25519, heads, lines, merkle, note, proofs, verify

PARTS = (merkle, ed25519, note, heads, lines, proofs, verify)
"""Each before those that use it."""


@cache
def verifier_file() -> bytes:
    """The file that lies beside every publication as verify.py."""
    parts = [_Part(module) for module in PARTS]
    docstring = f'"""{ast.get_docstring(parts[-1].tree, clean=False)}"""'
    imports = _imports({each for part in parts for each in part.imports})
    opening = "\n\n".join([docstring, "from __future__ import annotations", imports])
    return "\n\n\n".join([opening, *(part.text for part in parts)]).encode() + b"\n"


class _Part:
    """One module, taken apart."""

    def __init__(self, module: ModuleType) -> None:
        source = Path(str(module.__file__)).read_text(encoding="utf-8")
        self.tree = ast.parse(source)
        body = self.tree.body
        found = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
        self.imports = [each for node in found for each in _standard(node)]
        rest = source.splitlines()[found[-1].end_lineno :]
        words = "" if module is PARTS[-1] else _commented(ast.get_docstring(self.tree) or "")
        self.text = f"{words}\n".join(["", "\n".join(rest).strip("\n")]).strip("\n")


def _standard(node: ast.Import | ast.ImportFrom) -> list[tuple[str, str]]:
    """Each name that the import brings from the standard library, with its module; without, the module's."""
    if isinstance(node, ast.Import):
        return [("", alias.name) for alias in node.names]
    if node.module == "__future__" or (node.module or "").startswith("evenhand."):
        return []
    return [(str(node.module), alias.name) for alias in node.names]


def _imports(names: set[tuple[str, str]]) -> str:
    """The imports as lines: modules first, then names, a line a module."""
    whole = [f"import {name}" for module, name in sorted(names) if not module]
    modules = sorted({module for module, _ in names if module})
    parts = [
        f"from {each} import {', '.join(sorted(name for module, name in names if module == each))}"
        for each in modules
    ]
    return "\n".join(whole + parts)


def _commented(docstring: str) -> str:
    title = "-" * 100
    return "\n".join([f"# {title}", *(f"# {line}".rstrip() for line in docstring.strip().splitlines()), ""])
