"""The tenant's one colour as tokens, readable in light and dark whatever it picks.

Colours are adjusted in OKLCH, where a change of lightness leaves the hue as people see it. Contrast is WCAG 2's.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cbrt

from django.http import HttpRequest, HttpResponse

DEFAULT_ACCENT = "#3550c8"
TEXT_CONTRAST = 4.5  # WCAG 2.2, 1.4.3, level AA
DARK_TEXT_CONTRAST = 5.6  # saturated text on black tires the eye before it fails AA
PART_CONTRAST = 3.0  # WCAG 2.2, 1.4.11: ticks, bars, borders of controls

RGB = tuple[float, float, float]


@dataclass(frozen=True)
class Scheme:
    """The surfaces of tokens.css that the accent has to be read on."""

    surface: str
    sunken: str
    darker: bool  # which way to move for more contrast


LIGHT = Scheme(surface="#ffffff", sunken="#f1f0ec", darker=True)
DARK = Scheme(surface="#18191b", sunken="#232528", darker=False)
INK, PAPER = "#12120f", "#ffffff"


def _channels(colour: str) -> RGB:
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def _hex(rgb: RGB) -> str:
    return "#" + "".join(f"{round(min(max(channel, 0.0), 1.0) * 255):02x}" for channel in rgb)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _gamma(channel: float) -> float:
    channel = min(max(channel, 0.0), 1.0)
    return channel * 12.92 if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, 0 to 1, as WCAG defines it."""
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two `#rrggbb` colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(colour: str, into: str, share: float) -> str:
    """`share` (0 to 1) of `colour` stirred into `into`."""
    pairs = zip(_channels(colour), _channels(into), strict=True)
    red, green, blue = (a * share + b * (1 - share) for a, b in pairs)
    return _hex((red, green, blue))


def _oklab(colour: str) -> RGB:
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    long = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _from_oklab(lightness: float, a: float, b: float) -> RGB:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def with_lightness(colour: str, lightness: float) -> str:
    """The same hue at another OKLab lightness; chroma gives way where the screen cannot show it."""
    _, a, b = _oklab(colour)
    chroma = 1.0
    while chroma > 0.02:
        rgb = _from_oklab(lightness, a * chroma, b * chroma)
        if all(-0.001 <= channel <= 1.001 for channel in rgb):
            break
        chroma *= 0.94
    red, green, blue = rgb
    return _hex((_gamma(red), _gamma(green), _gamma(blue)))


def readable(colour: str, grounds: list[str], ratio: float, *, darker: bool) -> str:
    """`colour`, or the nearest lightness of it that reaches `ratio` on every one of `grounds`."""
    lightness = _oklab(colour)[0]
    while min(contrast(colour, ground) for ground in grounds) < ratio:
        lightness += -0.01 if darker else 0.01
        if not 0 < lightness < 1:
            return "#000000" if darker else "#ffffff"
        colour = with_lightness(colour, lightness)
    return colour


def accent_tokens(accent: str, scheme: Scheme) -> dict[str, str]:
    """Token name -> `#rrggbb` for one scheme: text, fill, what is written on the fill, a wash and a line."""
    fill = readable(accent, [scheme.surface], PART_CONTRAST, darker=scheme.darker)
    written = max((PAPER, INK), key=lambda colour: contrast(colour, fill))
    # White on a strong colour looks right long before it is the better of the two.
    if contrast(PAPER, fill) >= TEXT_CONTRAST:
        written = PAPER
    fill = readable(fill, [written], TEXT_CONTRAST, darker=written == PAPER)
    wash = mix(accent, scheme.surface, 0.08 if scheme.darker else 0.16)
    wanted = TEXT_CONTRAST if scheme.darker else DARK_TEXT_CONTRAST
    text = readable(accent, [scheme.surface, scheme.sunken, wash], wanted, darker=scheme.darker)
    return {
        "accent": text,
        "accent-fill": fill,
        "accent-on": written,
        "accent-wash": wash,
        "accent-line": mix(text, scheme.surface, 0.32),
    }


def theme_css(request: HttpRequest) -> HttpResponse:
    """`/theme.css`: unlayered, so that it wins over tokens.css. Its address has the colour and may be kept for ever."""
    accent = getattr(getattr(request, "tenant", None), "accent", "") or DEFAULT_ACCENT
    light, dark = accent_tokens(accent, LIGHT), accent_tokens(accent, DARK)
    lines = "".join(f"--{name}:light-dark({light[name]},{dark[name]});" for name in light)
    response = HttpResponse(f":root{{{lines}}}\n", content_type="text/css; charset=utf-8")
    named = request.META.get("QUERY_STRING", "") == accent[1:]
    response["Cache-Control"] = "public, max-age=31536000, immutable" if named else "public, max-age=60"
    return response
