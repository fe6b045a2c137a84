"""Showing: the results as tables in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from publishing import Publishing
    from reading import Measured, Readings
    from run import Results
    from running import Figures

out = Console(highlight=False, width=150)


def show(found: Results) -> None:
    """Print everything that was measured."""
    out.print(f"\nMeasured {found.measured_at} · {' · '.join(f'{k} {v}' for k, v in found.machine.items())}")
    out.print(" · ".join(f"{name} {number}" for name, number in found.versions.items()))
    if found.wrong_answers:
        _answers(found.wrong_answers)
    for each in found.readings:
        _readings(each)
    if found.publishing:
        _publishing(found.publishing)
    if found.demo:
        _steps("The demo", found.demo)
    if found.starting:
        _steps("Starting", found.starting)
    for part, why in found.skipped.items():
        out.print(f"\nNot measured: {part}: {why}")


def _table(title: str, words: str, *numbers: str) -> Table:
    made = Table(title=title, title_justify="left", title_style="bold")
    made.add_column(words)
    for name in numbers:
        made.add_column(name, justify="right")
    return made


def _answers(wrong: dict[str, str]) -> None:
    made = _table("\nEqual counts where every other file has all fields in quotes, blanks too?", "contender")
    made.add_column("answer")
    for words, difference in wrong.items():
        made.add_row(words, f"WRONG: {difference}" if difference else "equal")
    out.print(made)


def _readings(found: Readings) -> None:
    size = f"{found.files} files, {found.rows:,} rows, {found.bytes / 1e6:,.0f} MB"
    same = f"The same counts by LSOA, month and crime type. Ratios are to: {found.base}."
    made = _table(
        f"\n{found.title}: {size}\n{same}",
        *("contender", "seconds", "least-most", "of it work", "CPU s", "peak MB", "cold s"),
        *("x seconds", "x CPU"),
    )
    for each in found.measured:
        made.add_row(each.words, *_cells(each))
    out.print(made)
    for each in found.measured:
        if each.wrong:
            out.print(f"WRONG: {each.words}: {each.wrong}")


def _cells(each: Measured) -> tuple[str, ...]:
    if each.warm is None:
        return ("WRONG",)
    warm = each.warm
    return (
        f"{warm.seconds:.2f}",
        f"{warm.least:.2f}-{warm.most:.2f}",
        f"{each.work_seconds:.2f}" if each.work_seconds else "",
        f"{warm.cpu:.2f}",
        f"{warm.peak_mb:,.0f}",
        f"{each.cold.seconds:.2f}" if each.cold else "",
        f"{each.ratio_seconds:.2f}",
        f"{each.ratio_cpu:.2f}",
    )


def _publishing(found: Publishing) -> None:
    _steps(f"A whole force area, with a site of {found.site_files} files", found.steps)
    made = _table("\nThe first publish by stage", "stage", "seconds", "CPU s")
    for words, (seconds, cpu) in found.stages.items():
        made.add_row(words, f"{seconds:.2f}", f"{cpu:.2f}")
    out.print(made)


def _steps(title: str, steps: dict[str, Figures]) -> None:
    made = _table(f"\n{title}", "command", "seconds", "least-most", "CPU s", "peak MB", "runs")
    for words, taken in steps.items():
        spread = f"{taken.least:.2f}-{taken.most:.2f}" if taken.runs > 1 else ""
        made.add_row(
            words,
            f"{taken.seconds:.2f}",
            spread,
            f"{taken.cpu:.2f}",
            f"{taken.peak_mb:,.0f}",
            str(taken.runs),
        )
    out.print(made)
