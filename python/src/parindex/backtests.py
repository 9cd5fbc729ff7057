"""Past years forecast from what was known before them, and held against what came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from parindex import _native
from parindex.layout import Language
from parindex.table import Table

if TYPE_CHECKING:
    from parindex._native import History


class Backtest(Table):
    """The table of a backtest, as :func:`parindex.backtest` returns it, with the gains of its models."""

    __slots__ = ("_gains",)
    __module__ = "parindex"

    def __init__(self, native: _native.Table, gains: Table) -> None:
        super().__init__(native)
        if not isinstance(gains, Table):
            raise TypeError(f"`gains` must be a Table, not {type(gains).__name__}")
        self._gains = gains

    def gains(self) -> Table:
        """How much each model gained on the random walk.

        Returns
        -------
        Table
            model, gain (how much lower its mean CRPS of rank is, as a share of the
            walk's), se (the standard error of that over years, which count as
            independent), years (that both could forecast); gain and se are None with
            fewer than two years.
        """
        return self._gains


def backtest(
    history: History,
    years: int | Iterable[int],
    models: str | Sequence[str] = ("auto", "random-walk"),
    *,
    draws: int = 10_000,
    seed: int = 0,
    top: int = 10,
    lang: Language = "vi",
    progress: bool | Callable[[int, int], object] = True,
) -> Backtest:
    """Forecasts each year from the years before it and holds it against the year.

    Where nearly all units have a score, ranks are taken among those; else the
    published ranks count, and scores are means over the units whose rank is known.

    Parameters
    ----------
    history : History
    years : int or iterable of int
        Years that a model has too little history for have no row of it.
    models : str or list of str
        As in :func:`parindex.forecast`.
    draws, seed : int
        Of each forecast.
    top : int
        The rank whose probability the Brier score is of.
    lang : {"vi", "en"}
        The language of reasons.
    progress : bool or callable
        As in :func:`parindex.forecast`.

    Returns
    -------
    Backtest
        A table by year, then in the order of `models`: year, model, rank_mae (how far
        the median rank was off, in places), crps (of the rank, in places), log_score
        (minus the mean logarithm of the probability of the rank that came, a hundredth
        of all probability spread over the ranks), brier_top10, coverage90 (share of
        ranks within the 5 % and 95 % quantiles), crps_score (in points; None where no
        score is known), units (judged), pit (randomised probability integral transforms
        counted by tenths: even if calibrated), reason. Lower scores are better.

    Raises
    ------
    ParIndexError
        ``not-enough-history`` if no year can be forecast and compared,
        ``unknown-model``, ``out-of-range``, ``bad-value`` for no model at all.

    Notes
    -----
    Gneiting and Raftery (2007), *Strictly Proper Scoring Rules, Prediction, and
    Estimation*, JASA 102.

    Examples
    --------
    >>> import parindex as pi
    >>> rows = [
    ...     {"unit": unit, "year": year, "score": 80 + place + (year * place) % 3}
    ...     for year in range(2015, 2022) for place, unit in enumerate(("01", "22", "31", "48"))
    ... ]
    >>> backtest = pi.backtest(pi.History(rows), range(2019, 2022), top=2)
    >>> backtest["year"], backtest["model"][:2]
    ([2019, 2019, 2020, 2020, 2021, 2021], ['auto', 'random-walk'])
    >>> backtest.gains().columns
    ['model', 'gain', 'se', 'years']
    """
    table, gains = _native.backtest(history, years, models, draws, seed, top, lang, progress)
    return Backtest(table._native, gains)
