"""What every page must fulfil, whatever it shows; `Client` asks for it at each answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

#: inputs that need no label: they are not seen, or say themselves what they do
SILENT = {"hidden", "submit", "button", "image", "reset"}


def flaws(page: BeautifulSoup, language: str | None = None) -> list[str]:
    """Everything that is wrong with a page, in words; an empty list: nothing."""
    checks = (_frame(page, language), _ids(page), _fields(page), _forms(page), _policy(page), _pictures(page))
    return [flaw for check in checks for flaw in check]


def _frame(page: BeautifulSoup, language: str | None) -> Iterator[str]:
    html = page.html
    if language and (html is None or html.get("lang") != language):
        yield f"the page says it is in {html and html.get('lang')}, not in {language}"
    if not (page.title and page.title.get_text(strip=True)):
        yield "no title"
    headings = [heading.get_text(" ", strip=True) for heading in page.find_all("h1")]
    if len(headings) != 1 or not headings[0]:
        yield f"not exactly one h1: {headings}"


def _ids(page: BeautifulSoup) -> Iterator[str]:
    counted = Counter(str(tag["id"]) for tag in page.find_all(id=True))
    yield from (f"id {name!r} occurs {number} times" for name, number in counted.items() if number > 1)
    for attribute in ("aria-describedby", "aria-labelledby", "aria-controls", "headers"):
        for tag in page.find_all(attrs={attribute: True}):
            yield from (f"{attribute} leads to no {name!r}" for name in _words(tag, attribute) if name not in counted)


def _fields(page: BeautifulSoup) -> Iterator[str]:
    labelled = {str(label["for"]) for label in page.find_all("label", attrs={"for": True})}
    for field in page.find_all(["input", "select", "textarea"]):
        if field.name == "input" and field.get("type") in SILENT:
            continue
        named = field.get("id") in labelled or field.find_parent("label")
        if not (named or field.get("aria-label") or field.get("aria-labelledby")):
            yield f"no label for {field.get('name') or field}"
        if len([option for option in field.find_all("option") if option.get("value") == ""]) > 1:
            yield f"two empty choices in {field.get('name')}"


def _forms(page: BeautifulSoup) -> Iterator[str]:
    for form in page.find_all("form"):
        if str(form.get("method", "get")).lower() == "post" and not form.find("input", attrs={"name": "csrf_token"}):
            yield f"a form without csrf_token: {form.get('action') or form.get('id') or 'post'}"


def _policy(page: BeautifulSoup) -> Iterator[str]:
    """What the content security policy would forbid."""
    for tag in page.find_all(True):
        if tag.has_attr("style"):
            yield f"style attribute: <{tag.name} style={tag['style']!r}>"
        yield from (f"script in {name} of <{tag.name}>" for name in tag.attrs if name.lower().startswith("on"))
    if page.find("style"):
        yield "a style element"
    for script in page.find_all("script"):
        if not script.get("src") and script.get("type") not in {"application/ld+json", "application/json"}:
            yield "a script within the page"


def _pictures(page: BeautifulSoup) -> Iterator[str]:
    yield from (f"no alt for {img.get('src')}" for img in page.find_all("img") if not img.has_attr("alt"))
    for link in page.find_all("a", href=True):
        pictures = link.find_all(["img", "svg"], attrs={"alt": True}) + link.find_all(attrs={"aria-label": True})
        named = link.get_text(strip=True) or link.get("aria-label") or any(p.get("alt") for p in pictures)
        if not named:
            yield f"a link without words: {link['href']}"


def _words(tag: Tag, attribute: str) -> list[str]:
    value = tag[attribute]
    return value.split() if isinstance(value, str) else list(value)
