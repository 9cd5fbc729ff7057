"""Makes the faces that charts are set in: Noto Sans, cut down to Latin, Vietnamese and a few signs.

Signs that Noto Sans lacks (minus, arrows, triangles) come from its sisters Noto Sans Math and Noto Sans Symbols 2. The
family has a name of its own, so that an installed Noto Sans without these signs is never taken for it. Needs
``fonttools`` and ``brotli``; the fonts are those of Debian's ``fonts-noto-core``:

    python python/tools/noto_sans.py /usr/share/fonts/truetype/noto
"""

import sys
import tempfile
from pathlib import Path

from fontTools import merge, subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._n_a_m_e import table__n_a_m_e

OUT = Path(__file__).parents[1] / "src" / "parindex" / "chart" / "fonts"

LATIN = "U+0020-007E,U+00A0-017F,U+01A0-01A1,U+01AF-01B0,U+0300-0304,U+0306,U+0309,U+031B,U+0323"
VIETNAMESE = "U+1EA0-1EF9,U+20AB"
PUNCTUATION = "U+2009,U+2010-2014,U+2018-201E,U+2020-2022,U+2026,U+202F,U+2030,U+2032-2033,U+20AC"
MATH = "U+2190-2193,U+2212,U+2248,U+2260,U+2264-2265"
SYMBOLS = "U+25A0,U+25A1,U+25B2,U+25BC,U+25CB,U+25CF"

FAMILY = "Noto Sans Parindex"
NOTO_SANS, BOLD = "NotoSans-Regular.ttf", "NotoSans-Bold.ttf"
SISTERS = {"NotoSansMath-Regular.ttf": MATH, "NotoSansSymbols2-Regular.ttf": SYMBOLS}


def cut(source: Path, characters: str, target: Path) -> Path:
    """The font with these characters only."""
    options = ["--layout-features=kern,mark,mkmk,ccmp,locl", "--no-hinting", "--notdef-outline", "--name-IDs=*"]
    subset.main([str(source), f"--unicodes={characters}", *options, f"--output-file={target}"])
    return target


def sign(source: Path, characters: str, target: Path) -> Path:
    """Signs only, without tables that Noto Sans does not have."""
    cut(source, characters, target)
    font = TTFont(target)
    for table in ("MATH", "GSUB", "GPOS", "GDEF", "vhea", "vmtx"):
        if table in font:
            del font[table]
    font.save(target)
    return target


def renamed(names: table__n_a_m_e) -> table__n_a_m_e:
    """The names of a face, under our family."""
    style = names.getDebugName(2)
    for number, text in {
        1: FAMILY,
        3: f"{FAMILY} {style}",
        4: f"{FAMILY} {style}",
        6: f"NotoSansParindex-{style}",
    }.items():
        for record in [record for record in names.names if record.nameID == number]:
            names.setName(text, number, record.platformID, record.platEncID, record.langID)
    return names


def face(folder: Path, name: str) -> None:
    """One face: as TrueType for images, as WOFF2 for pages."""
    with tempfile.TemporaryDirectory() as place:
        base = cut(folder / name, f"{LATIN},{VIETNAMESE},{PUNCTUATION}", Path(place) / name)
        signs = [sign(folder / sister, characters, Path(place) / sister) for sister, characters in SISTERS.items()]
        names = TTFont(base)["name"]
        font = merge.Merger().merge([str(base), *map(str, signs)])
    font["name"] = renamed(names)
    font.save(OUT / name)
    font.flavor = "woff2"
    font.save((OUT / name).with_suffix(".woff2"))


if __name__ == "__main__":
    for name in (NOTO_SANS, BOLD):
        face(Path(sys.argv[1]), name)
