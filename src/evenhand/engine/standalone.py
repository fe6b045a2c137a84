"""The programs that a stranger takes away, each as one file: modules of ours, joined to stand alone.

Each module keeps its words and its code; their imports of one another go, and those of the standard
library come together at the top. The last module, which is the program, gives the file its docstring.
"""

from __future__ import annotations

import ast
from functools import cache
from importlib.resources import files

VERIFIER = "ledger", ("merkle", "ed25519", "note", "heads", "lines", "limits", "proofs", "verify")
"""Where the modules are, and each before those that use it."""
CHECKER = (
    "disclosure",
    (
        "checker/policies",
        "checker/book",
        "checker/rows",
        "checker/columns",
        "checker/pieces",
        "checker/scopes",
        "checker/tables",
        "checker/sums",
        "checker/earlier",
        "checker/revised",
        "checker/ledger",
        "checker/held",
        "checker/worlds",
        "check",
    ),
)


def verifier_file() -> bytes:
    """The file that lies beside every publication as verify.py: it checks the ledger."""
    return _joined(*VERIFIER)


def checker_file() -> bytes:
    """The file that lies beside a publication that hides, as check_hidden.py: it checks the certificate."""
    return _joined(*CHECKER)


@cache
def _joined(package: str, names: tuple[str, ...]) -> bytes:
    sources = [(files("evenhand") / package / f"{name}.py").read_text(encoding="utf-8") for name in names]
    *parts, program = [_Part(source) for source in sources]
    imports = _imports({each for part in (*parts, program) for each in part.imports})
    opening = "\n\n".join([f'"""{program.docstring}"""', "from __future__ import annotations", imports])
    return "\n\n\n".join([opening, *(part.commented for part in parts), program.code]).encode() + b"\n"


class _Part:
    """One module, taken apart."""

    def __init__(self, source: str) -> None:
        tree = ast.parse(source)
        found = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        self.docstring = ast.get_docstring(tree, clean=False) or ""
        self.imports = [each for node in found for each in _standard(node)]
        self.code = "\n".join(source.splitlines()[found[-1].end_lineno :]).strip("\n")

    @property
    def commented(self) -> str:
        """The code, its docstring above it as a comment."""
        return f"{_commented(self.docstring)}\n{self.code}"


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
