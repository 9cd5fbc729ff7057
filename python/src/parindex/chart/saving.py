"""Charts as files: images, SVG and pages that carry their typeface with them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any

from parindex.arguments import flag, path, real, takes
from parindex.chart import look
from parindex.office.faults import fault
from parindex.optional import needed
from parindex.outputs import write_file


@takes(path=path, scale=real)
def save(chart: look.Chart, path: str | PathLike[str], *, scale: float = 2) -> None:
    """Writes a chart to a file: ``.png``, ``.svg``, ``.html`` or ``.json``.

    Nothing comes from the network. SVG and pages hold the typeface and look the same
    everywhere; images are drawn with it. The file is written whole or not at all, and
    a folder that is missing is made.

    Parameters
    ----------
    chart : altair chart
        Of this package or your own.
    path : str or os.PathLike
        The name says the format.
    scale : float
        Pixels of an image for each unit of the chart, above 0.

    Raises
    ------
    ParIndexError
        ``bad-value`` for another format, ``out-of-range`` for a scale that is not above 0.
    ImportError
        Without vl-convert: one sentence with the command.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import parindex as pi
    >>> chart = pi.chart.tiles({"22": 92.18}, provinces=63)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pi.chart.save(chart, f"{folder}/ban-do.svg")
    ...     pathlib.Path(f"{folder}/ban-do.svg").read_text()[:4]
    '<svg'
    """
    path = Path(path)
    kind = path.suffix.lower()
    makers = {
        ".png": lambda: png(chart, scale=scale),
        ".svg": lambda: svg(chart).encode(),
        ".html": lambda: html(chart).encode(),
        ".json": lambda: json.dumps(_specification(chart), indent=2, sort_keys=True).encode(),
    }
    if kind not in makers:
        raise fault("bad-value", f"{path.name}: a chart is saved as {', '.join(makers)}")
    content = makers[kind]()
    write_file(path, lambda file: file.write(content))


@takes(scale=real)
def png(chart: look.Chart, *, scale: float = 2) -> bytes:
    """The chart as a PNG image, drawn with the bundled typeface.

    Parameters
    ----------
    chart : altair chart
        Of this package or your own.
    scale : float
        Pixels of the image for each unit of the chart, above 0.

    Raises
    ------
    ParIndexError
        ``out-of-range`` for a scale that is not above 0.
    ImportError
        Without vl-convert.
    """
    if not scale > 0:
        raise fault("out-of-range", f"scale is {scale}: must be above 0")
    image: bytes = _converter().vegalite_to_png(_specification(chart), scale=scale, allowed_base_urls=[])
    return image


@takes(with_font=flag)
def svg(chart: look.Chart, *, with_font: bool = True) -> str:
    """The chart as SVG text.

    Parameters
    ----------
    chart : altair chart
        Of this package or your own.
    with_font : bool
        Put the typeface inside (some 45 kB). A page of many charts states it once
        instead, with :func:`font_face`.

    Raises
    ------
    ImportError
        Without vl-convert.
    """
    text = _drawn(_specification(chart))
    return _with_font(text) if with_font else text


def html(chart: look.Chart) -> str:
    """The chart as a page of its own, interactive, with all it needs inside.

    Parameters
    ----------
    chart : altair chart
        Of this package or your own.

    Raises
    ------
    ImportError
        Without vl-convert.
    """
    specification = json.dumps(_specification(chart), ensure_ascii=False)
    # What stands in data must not end the page's script: a mark keeps the place of every `<` until it can be escaped.
    mark = next(chr(code) for code in range(0xE000, 0xF8FF) if chr(code) not in specification)
    page: str = _converter().vegalite_to_html(specification.replace("<", mark), bundle=True)
    page = page.replace(mark, "\\u003c")
    return page.replace("<head>", f"<head><style>{font_face()}</style>", 1)


@cache
def font_face() -> str:
    """The typeface as CSS, regular and bold, for pages that hold charts."""
    faces = []
    for name, weight in (("Regular", 400), ("Bold", 700)):
        packed = base64.b64encode((look.FONTS / f"NotoSans-{name}.woff2").read_bytes()).decode()
        source = f"url(data:font/woff2;base64,{packed}) format('woff2')"
        faces.append(f"@font-face{{font-family:'{look.FAMILY}';font-weight:{weight};src:{source}}}")
    return "".join(faces)


def offline() -> None:
    """Shows charts in notebooks as SVG that carries its typeface, without the network.

    It holds for all Altair charts of the session; ``altair.renderers.enable("default")``
    goes back to interactive ones, which load Vega from the network.

    Raises
    ------
    ImportError
        Without Altair.
    """
    alt = look.altair_module()
    alt.renderers.register("parindex-offline", _rendered)
    alt.renderers.enable("parindex-offline")


def _specification(chart: look.Chart) -> Any:
    if not isinstance(chart, look.altair_module().TopLevelMixin):
        raise TypeError(f"`chart` must be a chart of Altair, not {type(chart).__name__}")
    return look.drawable(chart.to_dict())


def _rendered(specification: dict[str, Any], **_: Any) -> dict[str, str]:
    return {"image/svg+xml": _with_font(_drawn(specification))}


def _drawn(specification: dict[str, Any]) -> str:
    """SVG whose gradients and clips are called by what they are.

    Vega numbers them: a gradient by how many charts were drawn before, a clip alike in every
    chart, though all charts of a notebook share one page.
    """
    text: str = _converter().vegalite_to_svg(look.drawable(specification), allowed_base_urls=[])
    for found in re.finditer(r'<(linearGradient|clipPath) id="(\w+)"(.*?)</\1>', text, re.DOTALL):
        kind, number, content = found.groups()
        name = f"{kind}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"
        text = text.replace(f'id="{number}"', f'id="{name}"').replace(f'"url(#{number})"', f'"url(#{name})"')
    return text


def _with_font(text: str) -> str:
    """SVG with the typeface inside."""
    head, close, rest = text.partition(">")
    return f"{head}{close}<style>{font_face()}</style>{rest}"


def _converter() -> Any:
    look.altair_module()
    return needed("vl_convert", "saving a chart", "'parindex[charts]'")
