"""A street to draw on: sky, hills, white houses, pavement and road, the same every time for the same chance."""

from collections.abc import Sequence
from math import cos, pi, sin
from random import Random

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 640, 480
#: drawn so many times larger and made smaller at the end, so that edges are smooth
FINE = 2
#: where the pavement begins, where its kerb lies, and where the road begins
PAVEMENT, KERB, ROAD = 300, 346, 356
#: top of the sky, its foot, and the hills
DAY = (("#7db7e0", "#dcedf7", "#8f9f7c"), ("#93c1de", "#efe7d6", "#a39a74"), ("#a9bccb", "#e3e6e8", "#84907d"))
DUSK = (("#1d2740", "#6b5a78", "#2c3340"), ("#16243d", "#8a6a6c", "#2a3038"))
_WALLS = ("#f6f1e6", "#efe3cd", "#f8f8f4", "#e9d9c3")
_SHUTTERS = ("#2b6a8f", "#3f7d5a", "#8a4b34", "#5a6f86")

Point = tuple[float, float]


class Canvas:
    """A picture in points of its final size."""

    def __init__(self, rng: Random, *, dusk: bool = False) -> None:
        self.rng, self.dusk = rng, dusk
        self.image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE))
        self.pen = ImageDraw.Draw(self.image)

    def box(self, x: float, y: float, width: float, height: float, fill: str, *, round_by: float = 0) -> None:
        """A rectangle from its upper left corner."""
        edges = (x * FINE, y * FINE, (x + width) * FINE, (y + height) * FINE)
        self.pen.rounded_rectangle(edges, round_by * FINE, fill=self.tone(fill))

    def oval(self, x: float, y: float, across: float, up: float, fill: str) -> None:
        """An ellipse around its middle, with half its width and half its height."""
        edges = ((x - across) * FINE, (y - up) * FINE, (x + across) * FINE, (y + up) * FINE)
        self.pen.ellipse(edges, fill=self.tone(fill))

    def shape(self, points: Sequence[Point], fill: str) -> None:
        """What lies within these points."""
        self.pen.polygon([(x * FINE, y * FINE) for x, y in points], fill=self.tone(fill))

    def line(self, points: Sequence[Point], fill: str, width: float = 3) -> None:
        """A line through these points."""
        spots = [(x * FINE, y * FINE) for x, y in points]
        self.pen.line(spots, fill=self.tone(fill), width=round(width * FINE), joint="curve")

    def blot(self, x: float, y: float, across: float, up: float, fill: str, *, corners: int = 14) -> None:
        """Something uneven around a point."""
        turns = [2 * pi * at / corners for at in range(corners)]
        far = [self.rng.uniform(0.75, 1.05) for _ in turns]
        self.shape([(x + across * r * cos(t), y + up * r * sin(t)) for t, r in zip(turns, far, strict=True)], fill)

    def tone(self, colour: str) -> str:
        """The colour, darker at dusk."""
        if not self.dusk:
            return colour
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        return f"#{int(red * 0.42):02x}{int(green * 0.44):02x}{int(blue * 0.55):02x}"

    def glow(self, x: float, y: float, foot: float) -> None:
        """Light from a lamp down to the ground, and around it."""
        light = Image.new("L", self.image.size, 0)
        pen = ImageDraw.Draw(light)
        cone = [(x - 14, y), (x + 14, y), (x + 120, foot), (x - 120, foot)]
        pen.polygon([(a * FINE, b * FINE) for a, b in cone], fill=70)
        for reach, much in ((46, 90), (26, 160), (12, 255)):
            pen.ellipse(((x - reach) * FINE, (y - reach) * FINE, (x + reach) * FINE, (y + reach) * FINE), fill=much)
        self.image.paste(Image.new("RGB", self.image.size, "#ffe7a0"), mask=light)
        self.pen = ImageDraw.Draw(self.image)

    def finished(self) -> Image.Image:
        """The picture in its size."""
        return self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def street(rng: Random, *, dusk: bool = False) -> Canvas:
    """An empty street."""
    canvas = Canvas(rng, dusk=dusk)
    top, foot, hills = rng.choice(DUSK if dusk else DAY)
    _sky(canvas, top, foot)
    canvas.dusk, keep = False, canvas.dusk  # sky and hills have colours of their own at dusk
    _hills(canvas, hills)
    canvas.dusk = keep
    left = rng.uniform(-40, 20)
    while left < WIDTH:
        left += _house(canvas, left) + rng.uniform(12, 70)
    canvas.box(0, PAVEMENT, WIDTH, KERB - PAVEMENT, "#c9c3b6")
    for x in range(0, WIDTH, 40):
        canvas.line([(x, PAVEMENT), (x - 14, KERB)], "#b4ad9e", 1.2)
    canvas.line([(0, PAVEMENT + 20), (WIDTH, PAVEMENT + 20)], "#b4ad9e", 1.2)
    canvas.box(0, KERB, WIDTH, ROAD - KERB, "#9c968a")
    canvas.box(0, ROAD, WIDTH, HEIGHT - ROAD, "#6d6e70")
    for x in range(int(rng.uniform(-60, 0)), WIDTH, 120):
        canvas.shape([(x + 10, 424), (x + 70, 424), (x + 64, 430), (x + 2, 430)], "#e9e6da")
    return canvas


def _sky(canvas: Canvas, top: str, foot: str) -> None:
    fade = Image.linear_gradient("L").resize((WIDTH * FINE, PAVEMENT * FINE))
    sky = Image.composite(Image.new("RGB", fade.size, foot), Image.new("RGB", fade.size, top), fade)
    canvas.image.paste(sky)
    canvas.pen = ImageDraw.Draw(canvas.image)


def _hills(canvas: Canvas, colour: str) -> None:
    rng = canvas.rng
    tops = [(x, rng.uniform(170, 235)) for x in range(-40, WIDTH + 80, 80)]
    canvas.shape([(-40, PAVEMENT), *tops, (WIDTH + 80, PAVEMENT)], colour)


def _house(canvas: Canvas, left: float) -> float:
    """A flat-roofed house from here to the right; its width."""
    rng = canvas.rng
    width, height = rng.uniform(110, 190), rng.uniform(90, 165)
    wall, shutters = rng.choice(_WALLS), rng.choice(_SHUTTERS)
    canvas.box(left, PAVEMENT - height, width, height, wall)
    canvas.box(left - 3, PAVEMENT - height - 5, width + 6, 7, "#d8cdb9")
    door = rng.uniform(12, width - 40)
    canvas.box(left + door, PAVEMENT - 50, 26, 50, shutters)
    for x in range(14, int(width) - 30, 44):
        for up in range(86, int(height) - 8, 52):
            canvas.box(left + x, PAVEMENT - up, 24, 26, "#3d4c58")
            canvas.box(left + x - 7, PAVEMENT - up, 7, 26, shutters)
            canvas.box(left + x + 24, PAVEMENT - up, 7, 26, shutters)
    return width
