"""Colours that people with any colour vision can tell apart, also in grey print."""

from dataclasses import dataclass

CIVIDIS = (
    "#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838",
)  # fmt: skip
"""Low to high; published by Nuñez, Anderton and Renslow (2018), ten steps."""

OKABE_ITO = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
"""Without the yellow, which is lost on white."""

DARK_INK, LIGHT_INK = "#10202c", "#ffffff"
DASHES = (("solid", None), ("dashed", "12 7"), ("dotted", "3 7"))
PALE = frozenset({"#e69f00", "#56b4e9", "#cc79a7"})


@dataclass(frozen=True)
class LineStyle:
    """How one squad is drawn: its colour, its dash (a CSS class and Leaflet's pattern), colours of its signs."""

    colour: str
    form: str
    dash: str | None
    face: tuple[str, str]


def squad_style(number: int) -> LineStyle:
    """The style of the squad with this number, from 1: 21 different ones."""
    colour = OKABE_ITO[(number - 1) % len(OKABE_ITO)]
    form, dash = DASHES[(number - 1) // len(OKABE_ITO) % len(DASHES)]
    return LineStyle(colour, form, dash, (colour, DARK_INK if colour in PALE else LIGHT_INK))


def shade(value: float, top: float) -> str:
    """The cividis colour of a value on a scale from 0 to ``top``."""
    share = 0.0 if top <= 0 else min(max(value / top, 0.0), 1.0) * (len(CIVIDIS) - 1)
    low = min(int(share), len(CIVIDIS) - 2)
    pair = zip(_rgb(CIVIDIS[low]), _rgb(CIVIDIS[low + 1]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * (share - low)):02x}" for a, b in pair)


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
