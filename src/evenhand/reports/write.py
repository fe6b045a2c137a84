"""Writes pages as HTML: Jinja templates, escaped by default, with the design system's components."""

from __future__ import annotations

from functools import cache, partial
from html import escape
from posixpath import relpath
from typing import Any, NoReturn

from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from evenhand.reports import words
from evenhand.reports.about import About
from evenhand.reports.assets_built import stylesheet
from evenhand.reports.blocks import Heading, Link, Map, Page
from evenhand.reports.maps import patterns

HOME = Link("Home", "index.html")
NAVIGATION = (
    HOME,
    Link("Violence here", "violence/index.html"),
    Link("Find your area", "areas/index.html"),
    Link("How we know", "how-we-know/index.html"),
    Link("Downloads", "downloads/index.html"),
)
COMPONENTS = ("breadcrumbs", "details", "generic-header", "service-navigation", "skip-link")


def html(page: Page, about: About) -> bytes:
    """The page as it is published."""
    return (
        _environment()
        .get_template("page.html")
        .render(
            page=page,
            about=about,
            here=partial(from_here, path=page.path),
            navigation=_navigation(page),
            crumbs=[_item(link, page) for link in (HOME, *page.trail)] + [{"text": page.title}],
            contents=_contents(page),
            has_map=any(isinstance(block, Map) for block in page.blocks),
            patterns=Markup(patterns()),  # noqa: S704  a constant
            published_on=words.day(about.published_on),
            licences=_licences(about),
        )
        .encode()
    )


def private_html(page: Page, site_title: str, notices: tuple[str, ...]) -> bytes:
    """A page that is not published, whole in one file: it carries its stylesheet and asks for nothing.

    Raises NotSetUp without the stylesheet.
    """
    style = Markup(stylesheet().decode("utf-8-sig"))  # noqa: S704  ours, built by the set-up
    template = _environment().get_template("private.html")
    text = template.render(
        page=page,
        site_title=site_title,
        notices=notices,
        style=style,
        here=partial(from_here, path=page.path),
        contents=_contents(page),
    )
    return text.encode()


def _contents(page: Page) -> list[Heading]:
    return [block for block in page.blocks if isinstance(block, Heading) and block.level == 2]


def from_here(address: str, path: str) -> str:
    """An address of the site as seen from the page at `path`; a web address as it is."""
    if address.startswith(("http://", "https://", "mailto:")):
        return address
    file, _, anchor = address.partition("#")
    folder = path.rpartition("/")[0]
    seen = relpath(file, folder) if folder else file
    return f"{seen}#{anchor}" if anchor else seen


def picture(drawing: str, name: str, said: str) -> Markup:
    """An SVG of ours as an image with its words: a reader who cannot see it hears these."""
    role = f'<svg role="img" aria-labelledby="{name}-words" focusable="false" '
    inside = drawing.removeprefix("<svg ").replace(
        ">", f'><title id="{name}-words">{escape(said)}</title>', 1
    )
    return Markup(role + inside)  # noqa: S704  drawn by charts and maps, which escape what they are given


def unwritten(block: Any) -> NoReturn:
    """Refuse a block that no template writes: a page is never published with a part missing."""
    raise TypeError(f"no template writes a {type(block).__name__}")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("evenhand.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    ours: dict[str, Any] = {
        "kind": lambda block: type(block).__name__,
        "picture": picture,
        "slug": words.slug,
        "unwritten": unwritten,
    }
    environment.filters.update(ours)
    environment.globals |= _components()
    return environment


def _components() -> dict[str, Any]:
    """The design system's macros. They test for what was not given, so they need an undefined that chains."""
    loader = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    library = Environment(loader=loader, autoescape=True, undefined=ChainableUndefined)
    macros = {}
    for component in COMPONENTS:
        name = "govuk" + "".join(part.capitalize() for part in component.split("-"))
        template = library.get_template(f"govuk_frontend_jinja/components/{component}/macro.html")
        macros[name] = getattr(template.module, name)
    return macros


def _navigation(page: Page) -> list[dict[str, Any]]:
    items = []
    for link in NAVIGATION:
        item: dict[str, Any] = {"text": link.text, "href": from_here(link.address, page.path)}
        if link.address == page.path:
            item["current"] = True
        elif link.address == page.section:
            item["active"] = True
        items.append(item)
    return items


def _item(link: Link, page: Page) -> dict[str, str]:
    return {"text": link.text, "href": from_here(link.address, page.path)}


def _licences(about: About) -> str:
    """Whose data is on the site, and under which licences; of synthetic data, whose formats it is in."""
    under: dict[str, set[str]] = {}
    for supply in about.supplies:
        under.setdefault(supply.licence, set()).add(supply.publisher)
    if about.synthetic:
        return f"The data is made up, in the formats of: {_each_once(set[str]().union(*under.values()))}."
    lines = [f"Contains data from: {_each_once(names)}. {licence}." for licence, names in under.items()]
    return " ".join(sorted(lines)) + _ordnance_survey(about)


def _each_once(names: set[str]) -> str:
    """The publishers; one that is there alone is not said again where it is named first of several."""
    # A comma alone does not tell: some publishers have one in their name.
    said = set(names)
    for alone in names:
        said = {name.removeprefix(f"{alone}, ") for name in said}
    return "; ".join(sorted(said))


def _ordnance_survey(about: About) -> str:
    """The words that Ordnance Survey asks of those who use its boundaries."""
    if not any("Ordnance Survey" in supply.publisher for supply in about.supplies):
        return ""
    return f" Contains OS data © Crown copyright and database right {about.published_on.year}."
