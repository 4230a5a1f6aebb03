"""The seller's own look on a page: its logo, carried whole, and its colour.

Source: rule language, 2.1.
"""

from base64 import b64encode

from markupsafe import Markup

from engine.model.parties import Letterhead, Picture
from engine.values.colours import is_legible, six_digits
from engine.values.exact import divide, exact, multiply, whole_up

WIDEST, HIGHEST = 220, 56
"""The room of a logo on an invoice, in px: 58 by 15 mm on paper."""
MEDIA = {"svg": "image/svg+xml", "png": "image/png"}


def letterhead_values(look: Letterhead) -> dict[str, object]:
    """What a template prints of it: `logo`, `colour` and `legible`, which says whether words may be set in that colour."""
    colour = six_digits(look.colour) or ""
    return {"logo": _logo(look.logo) if look.logo is not None else None, "colour": colour, "legible": bool(colour) and is_legible(colour)}


def _logo(logo: Picture) -> dict[str, object]:
    width, height = _fitted(logo)
    address = Markup(f"data:{MEDIA[logo.kind]};base64,{b64encode(logo.content).decode('ascii')}")
    return {"address": address, "width": width, "height": height}


def _fitted(logo: Picture) -> tuple[int, int]:
    """How large it is shown: as large as its room allows, but no photograph larger than it is.

    >>> _fitted(Picture("a.svg", "svg", b"", exact(3), exact(1))), _fitted(Picture("a.png", "png", b"", exact(100), exact(8)))
    ((168, 56), (100, 8))
    """
    scale = min(divide(exact(WIDEST), logo.width), divide(exact(HIGHEST), logo.height))
    if logo.kind == "png":
        scale = min(scale, exact(1))
    return whole_up(multiply(logo.width, scale)), whole_up(multiply(logo.height, scale))
