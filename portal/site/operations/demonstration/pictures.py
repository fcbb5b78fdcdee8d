"""Drawn photographs and papers, for people who attach something."""

import io
from dataclasses import replace
from functools import cached_property
from random import Random

from PIL import Image, ImageDraw

from portal.core import files
from portal.core.files import CleanFile, Intake

SIZE = (480, 320)
PHOTOS = ("IMG_2041.jpg", "IMG_2107.jpg", "photo.jpg", "φωτογραφία.jpg")
PAPERS = ("έγγραφο.pdf", "σάρωση.pdf", "scan-001.pdf", "δικαιολογητικό.pdf")


class Album:
    """A few drawn files that went through the same examination as any upload; their content is stored once."""

    def __init__(self, intake: Intake) -> None:
        self.intake = intake

    @cached_property
    def photos(self) -> list[CleanFile]:
        """Streets and trees."""
        drawings = [_street(tone) for tone in ("#7fb2d9", "#e6b98c", "#9fc4a8")]
        return [files.examine(_bytes(drawing, "JPEG"), "photo.jpg", self.intake) for drawing in drawings]

    @cached_property
    def papers(self) -> list[CleanFile]:
        """Pages with lines."""
        return [files.examine(_bytes(_page(lines), "PDF"), "paper.pdf", self.intake) for lines in (9, 14, 18)]

    def pick(self, rng: Random, *, photo: bool) -> CleanFile:
        """One of them, under one of the names that people give."""
        name, kind = (PHOTOS, self.photos) if photo else (PAPERS, self.papers)
        return replace(rng.choice(kind), name=rng.choice(name))


def _street(sky: str) -> Image.Image:
    picture = Image.new("RGB", SIZE, sky)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 210, 480, 320), fill="#8d8d89")
    draw.rectangle((30, 90, 190, 210), fill="#f4efe4", outline="#5b5b5b", width=3)
    for x in (50, 110):
        draw.rectangle((x, 120, x + 40, 165), fill="#2b6a8f")
    draw.rectangle((345, 130, 360, 225), fill="#6b4a2f")
    draw.ellipse((290, 50, 420, 160), fill="#4f7f4a")
    draw.line((0, 265, 480, 265), fill="#f2f2f2", width=4)
    return picture


def _page(lines: int) -> Image.Image:
    picture = Image.new("RGB", (420, 594), "#ffffff")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((40, 40, 120, 70), fill="#0b4f79")
    draw.rectangle((140, 46, 340, 62), fill="#333333")
    for number in range(lines):
        draw.rectangle((40, 110 + number * 22, 380 - (number % 4) * 35, 116 + number * 22), fill="#888888")
    draw.ellipse((280, 500, 350, 570), outline="#0b4f79", width=4)
    return picture


def _bytes(picture: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()
