"""The door to the widget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from parindex._native import Assessment, Forecast
from parindex.layout import Language
from parindex.optional import needed

if TYPE_CHECKING:
    from parindex.whatif.widget import Explorer


def explore(
    assessment: Assessment,
    forecast: Forecast | None = None,
    *,
    unit: str | None = None,
    top: int = 10,
    within: Literal["level", "parent"] | None = None,
    lang: Language = "vi",
) -> Explorer:
    """The what-if widget: change a unit's evidence and watch its points and its place.

    Every leaf has the control that fits its rule. Each change scores all units
    anew in the kernel, exactly. It needs no network.

    Parameters
    ----------
    assessment : Assessment
        Where it starts.
    forecast : Forecast, optional
        What the others will reach: shows the chance of a place among the first `top`.
    unit : str, optional
        The unit shown first; any other can be chosen in the widget.
    top : int
        The rank the chance is about.
    within : {"level", "parent"}, optional
        Rank among the units of the same level, or under the same parent.
    lang : {"vi", "en"}
        The language shown first.

    Returns
    -------
    Explorer
        A Jupyter widget. `scenario` is the :class:`Scenario` of the unit shown,
        ``evidence()`` its evidence as changed.

    Raises
    ------
    ParIndexError
        ``unknown-unit``; ``out-of-range`` for a `top` that every unit of the forecast reaches.
    ImportError
        Without anywidget: ``pip install 'parindex[widget]'``.

    Examples
    --------
    >>> import parindex as pi
    >>> framework = pi.Framework.load("par-index/local-example")
    >>> assessment = pi.score(framework, [{"unit": "A", "code": "1.2", "value": "85"}])
    >>> widget = pi.explore(assessment)
    >>> widget.scenario.set("1.2", "90.5")
    >>> widget.refresh()
    >>> widget.evidence().to_dicts()[0]["value"]
    '90.5'
    """
    needed("anywidget", "pi.explore", "'parindex[widget]'")
    from parindex.whatif.widget import Explorer

    return Explorer(assessment, forecast, unit=unit, top=top, within=within, lang=lang)
