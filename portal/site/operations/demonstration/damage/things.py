"""What is broken, and the same repaired: one function for each, drawn on a street."""

from collections.abc import Callable
from math import cos, sin

from portal.site.operations.demonstration.damage.scenery import KERB, PAVEMENT, ROAD, Canvas


def pothole(canvas: Canvas, *, repaired: bool) -> None:
    """A hole in the asphalt; then a patch."""
    x, y = canvas.rng.uniform(230, 400), 402
    if repaired:
        canvas.shape([(x - 92, y - 22), (x + 86, y - 26), (x + 100, y + 24), (x - 104, y + 22)], "#3c3d40")
        canvas.line([(x - 92, y - 22), (x + 86, y - 26)], "#55565a", 2)
        return
    canvas.blot(x, y, 96, 27, "#8b857a")
    canvas.blot(x, y + 1, 82, 21, "#3b3a38")
    canvas.blot(x + 6, y + 5, 52, 11, "#5d7485")
    for _ in range(14):
        canvas.oval(x + canvas.rng.uniform(-130, 130), y + canvas.rng.uniform(-30, 34), 4, 2.5, "#98948b")


def pavement(canvas: Canvas, *, repaired: bool) -> None:
    """Slabs that are broken and raised; then whole."""
    x = canvas.rng.uniform(220, 360)
    if repaired:
        for at in range(4):
            left = x + at * 42
            slab = [(left, PAVEMENT + 2), (left + 40, PAVEMENT + 2), (left + 28, KERB - 2), (left - 12, KERB - 2)]
            canvas.shape(slab, "#ded8cb")
        return
    canvas.shape([(x, PAVEMENT + 3), (x + 160, PAVEMENT + 3), (x + 146, KERB), (x - 16, KERB)], "#7a6a55")
    canvas.shape([(x + 4, PAVEMENT - 6), (x + 56, PAVEMENT + 8), (x + 38, KERB - 12), (x - 8, KERB - 22)], "#d8d1c2")
    canvas.shape([(x + 62, PAVEMENT + 12), (x + 104, PAVEMENT + 2), (x + 98, KERB - 4), (x + 60, KERB - 8)], "#bdb5a5")
    canvas.shape(
        [(x + 112, PAVEMENT - 2), (x + 152, PAVEMENT + 14), (x + 138, KERB - 2), (x + 108, KERB - 16)], "#cfc8ba"
    )
    canvas.line([(x + 70, PAVEMENT + 12), (x + 82, PAVEMENT + 26), (x + 78, KERB - 6)], "#6b604f", 2)


def sign(canvas: Canvas, *, repaired: bool) -> None:
    """A no-entry sign that has been knocked over; then upright."""
    x = canvas.rng.uniform(270, 380)
    lean = 0.0 if repaired else 0.62
    top = (x + 170 * sin(lean), 318 - 170 * cos(lean))
    canvas.line([(x, 322), top], "#8b9096", 7)
    canvas.oval(*top, 38, 38, "#f6f6f2")
    canvas.oval(*top, 33, 33, "#b3261e")
    bar = [(-22, -5), (22, -5), (22, 5), (-22, 5)]
    turned = [(top[0] + a * cos(lean) - b * sin(lean), top[1] + a * sin(lean) + b * cos(lean)) for a, b in bar]
    canvas.shape(turned, "#f6f6f2")


def drain(canvas: Canvas, *, repaired: bool) -> None:
    """A gully under water and leaves; then open."""
    x = canvas.rng.uniform(260, 360)
    if not repaired:
        canvas.blot(x + 45, 388, 190, 32, "#7c8f98", corners=22)
        canvas.blot(x + 45, 386, 160, 22, "#94a7b0", corners=22)
    canvas.box(x, ROAD + 8, 96, 30, "#3c3d40")
    for at in range(7):
        canvas.box(x + 6 + at * 13, ROAD + 12, 7, 22, "#9aa0a6" if repaired else "#5b4a33")
    if not repaired:
        for _ in range(26):
            spot = x + canvas.rng.uniform(-20, 116), ROAD + canvas.rng.uniform(4, 42)
            canvas.oval(*spot, 8, 4, canvas.rng.choice(("#7d5a2d", "#5f6f34", "#8d7440")))


def lamp(canvas: Canvas, *, repaired: bool) -> None:
    """A street lamp at dusk that is dark; then lit."""
    x = canvas.rng.uniform(220, 380)
    canvas.line([(x, 330), (x, 92), (x + 16, 78), (x + 58, 76)], "#aab0b6", 8)
    canvas.box(x + 46, 70, 40, 12, "#cfd4d8", round_by=5)
    if repaired:
        canvas.glow(x + 66, 86, 352)
    else:
        canvas.oval(x + 66, 84, 15, 6, "#4a4d52")


def cable(canvas: Canvas, *, repaired: bool) -> None:
    """A pole whose box stands open with bare wires; then closed."""
    x = canvas.rng.uniform(270, 370)
    canvas.line([(x, 334), (x, 60)], "#8a6c4c", 16)
    canvas.line([(0, 92), (x, 76), (640, 98)], "#3a3a3a", 2)
    canvas.box(x - 26, 226, 52, 64, "#b9bfc4", round_by=3)
    if repaired:
        canvas.shape([(x, 238), (x + 13, 262), (x - 13, 262)], "#f2c230")
        return
    canvas.box(x - 20, 232, 40, 52, "#33373b")
    canvas.shape([(x + 26, 226), (x + 58, 236), (x + 58, 300), (x + 26, 290)], "#a2a8ad")
    for at, colour in enumerate(("#b3261e", "#d7a11e", "#2f5d9b")):
        canvas.line([(x - 10 + at * 9, 262), (x - 22 + at * 13, 304), (x - 14 + at * 20, 322)], colour, 3.5)


def bin_(canvas: Canvas, *, repaired: bool) -> None:
    """A bin that overflows; then empty and closed."""
    x = canvas.rng.uniform(230, 330)
    if not repaired:
        for _ in range(9):
            colour = canvas.rng.choice(("#262a2e", "#3a4046", "#e8e6df", "#4d6b8a"))
            canvas.blot(x + canvas.rng.uniform(-40, 190), 352 + canvas.rng.uniform(-8, 14), 30, 20, colour)
    canvas.shape([(x, 236), (x + 150, 236), (x + 138, 346), (x + 12, 346)], "#3f7d4b")
    for at in range(3):
        canvas.line([(x + 38 + at * 37, 250), (x + 40 + at * 35, 334)], "#35693f", 4)
    canvas.oval(x + 28, 350, 10, 10, "#2c2c2c")
    canvas.oval(x + 122, 350, 10, 10, "#2c2c2c")
    if repaired:
        canvas.box(x - 6, 222, 162, 18, "#2f6039", round_by=8)
        return
    for at in range(6):
        colour = canvas.rng.choice(("#262a2e", "#dedad0", "#3a4046"))
        canvas.blot(x + 16 + at * 25, 228 - canvas.rng.uniform(0, 18), 26, 20, colour)
    canvas.shape([(x - 4, 236), (x + 6, 170), (x + 18, 172), (x + 12, 236)], "#2f6039")


def rubbish(canvas: Canvas, *, repaired: bool) -> None:
    """An old mattress, boards and rubble at the roadside; then a swept pavement."""
    x = canvas.rng.uniform(190, 300)
    if repaired:
        canvas.line([(x - 10, KERB - 18), (x + 210, KERB - 20)], "#dcd6c9", 5)
        return
    canvas.shape([(x, 250), (x + 130, 232), (x + 142, 300), (x + 10, 322)], "#e6dcc6")
    for at in range(4):
        canvas.line([(x + 20 + at * 30, 248 - at * 4), (x + 30 + at * 30, 316 - at * 5)], "#c9bb9d", 3)
    for at in range(5):
        canvas.line([(x + 120 + at * 9, 338), (x + 190 + at * 12, 268 + at * 6)], "#8a6238", 7)
    for _ in range(12):
        canvas.blot(x + canvas.rng.uniform(20, 220), 340 + canvas.rng.uniform(-8, 10), 18, 11, "#a89d8c")


def branch(canvas: Canvas, *, repaired: bool) -> None:
    """A tree whose branch hangs over the road; then cut."""
    x = canvas.rng.uniform(170, 260)
    canvas.shape([(x - 12, 322), (x - 8, 170), (x + 12, 170), (x + 16, 322)], "#6b4a2f")
    for a, b, r in ((-34, 150, 56), (28, 130, 62), (-2, 100, 54)):
        canvas.blot(x + a, b, r, r * 0.8, "#4f7f4a", corners=20)
    if repaired:
        canvas.oval(x + 14, 196, 7, 8, "#d6b98c")
        return
    canvas.line([(x + 10, 196), (x + 90, 236), (x + 210, 372)], "#6b4a2f", 13)
    canvas.line([(x + 90, 236), (x + 180, 268)], "#6b4a2f", 7)
    for a, b, r in ((190, 270, 42), (150, 322, 40), (222, 366, 46), (106, 262, 30)):
        canvas.blot(x + a, b, r, r * 0.62, "#5d8a49", corners=18)


def weeds(canvas: Canvas, *, repaired: bool) -> None:
    """Dry weeds over the pavement; then mown."""
    canvas.box(0, PAVEMENT - 8, 640, 12, "#8c7a52")
    number, longest = (60, 12) if repaired else (150, 96)
    for _ in range(number):
        x, up = canvas.rng.uniform(0, 640), canvas.rng.uniform(longest * 0.3, longest)
        bow, colour = canvas.rng.uniform(-14, 14), canvas.rng.choice(("#7f8f3f", "#a89a4c", "#6a7d38"))
        foot = PAVEMENT + (2 if repaired else canvas.rng.uniform(2, 34))
        canvas.line([(x, foot), (x + bow * 0.4, foot - up * 0.6), (x + bow, foot - up)], colour, 2.4)


def playground(canvas: Canvas, *, repaired: bool) -> None:
    """A swing whose seat hangs by one chain; then by two."""
    canvas.box(0, PAVEMENT - 6, 640, KERB - PAVEMENT + 6, "#c7a978")
    x = canvas.rng.uniform(200, 280)
    for side in (x, x + 210):
        canvas.line([(side - 26, 336), (side, 150), (side + 26, 336)], "#c0392b", 8)
    canvas.line([(x, 152), (x + 210, 152)], "#2f5d9b", 8)
    canvas.line([(x + 45, 154), (x + 45, 286)], "#565b60", 3)
    canvas.line([(x + 85, 154), (x + 85, 286)], "#565b60", 3)
    canvas.box(x + 38, 284, 54, 9, "#e2b93b", round_by=3)
    canvas.line([(x + 125, 154), (x + 125, 286 if repaired else 276)], "#565b60", 3)
    if repaired:
        canvas.line([(x + 165, 154), (x + 165, 286)], "#565b60", 3)
        canvas.box(x + 118, 284, 54, 9, "#e2b93b", round_by=3)
    else:
        canvas.line([(x + 165, 154), (x + 168, 196)], "#565b60", 3)
        canvas.shape([(x + 121, 274), (x + 130, 272), (x + 148, 322), (x + 139, 325)], "#e2b93b")


def leak(canvas: Canvas, *, repaired: bool) -> None:
    """Water that springs from the road; then a dry road with the trench filled."""
    x = canvas.rng.uniform(250, 380)
    if repaired:
        canvas.shape([(x - 26, ROAD), (x + 30, ROAD), (x + 44, 480), (x - 44, 480)], "#47484b")
        return
    canvas.blot(x + 20, 420, 240, 44, "#8fb0c4", corners=24)
    canvas.blot(x + 10, 414, 160, 26, "#b6d0de", corners=24)
    canvas.line([(x - 18, 396), (x, 388), (x + 22, 398), (x + 38, 390)], "#3b3a38", 4)
    for at in range(9):
        side = (at - 4) * 11
        canvas.line([(x, 396), (x + side * 0.6, 318 + abs(side) * 0.5), (x + side * 1.5, 380)], "#d3e6f0", 3.5)


def car(canvas: Canvas, *, repaired: bool) -> None:
    """A car without plates on flat tyres; then an empty place."""
    x = canvas.rng.uniform(150, 250)
    if repaired:
        for side in (x - 8, x + 268):
            canvas.shape([(side, ROAD + 2), (side + 6, ROAD + 2), (side - 8, 414), (side - 14, 414)], "#e9e6da")
        canvas.oval(x + 70, 388, 40, 5, "#5d5e61")
        return
    body = canvas.rng.choice(("#8e3b2f", "#4f6478", "#8b8f6a", "#a9a39a"))
    canvas.shape([(x + 46, 330), (x + 78, 284), (x + 176, 284), (x + 214, 330)], body)
    canvas.shape([(x + 58, 328), (x + 84, 292), (x + 122, 292), (x + 122, 328)], "#aebac2")
    canvas.shape([(x + 130, 328), (x + 130, 292), (x + 172, 292), (x + 200, 328)], "#aebac2")
    canvas.line([(x + 140, 296), (x + 160, 312), (x + 150, 326)], "#5f6c74", 2)
    canvas.box(x, 328, 266, 48, body, round_by=14)
    for spot in ((40, 350, 24, 9), (150, 362, 34, 7), (226, 340, 18, 8)):
        canvas.oval(x + spot[0], spot[1], spot[2], spot[3], "#7a4a2a")
    for wheel in (x + 58, x + 208):
        canvas.oval(wheel, 378, 27, 20, "#25272a")
        canvas.oval(wheel, 376, 11, 10, "#6d7176")


def graffiti(canvas: Canvas, *, repaired: bool) -> None:
    """A wall with paint all over it; then whitewashed."""
    canvas.box(60, 170, 520, 132, "#f7f5ef" if repaired else "#e4dac6")
    canvas.box(54, 162, 532, 12, "#c9bda6")
    if repaired:
        return
    for colour in ("#b3261e", "#2f5d9b", "#2e7d4f", "#26282b"):
        left = canvas.rng.uniform(90, 380)
        steps = [(left + at * 16, canvas.rng.uniform(192, 286)) for at in range(10)]
        canvas.line(steps, colour, 8)


#: code of a drawing → who draws it
THINGS: dict[str, Callable[..., None]] = {
    "pothole": pothole,
    "pavement": pavement,
    "sign": sign,
    "drain": drain,
    "lamp": lamp,
    "cable": cable,
    "bin": bin_,
    "rubbish": rubbish,
    "branch": branch,
    "weeds": weeds,
    "playground": playground,
    "leak": leak,
    "car": car,
    "graffiti": graffiti,
}
