"""How well do AutoETS and AutoARIMA of statsforecast forecast ranks, beside the
random walk, on the panels that `forecast.rs` reads?

Each unit's standardised score is forecast by itself from the years before; its
predictive normal, read off the 80 % interval, is drawn 4,000 times, and all
units' draws are ranked together. Series too short for a model fall back to its
naive forecast. Years, scores and the random walk are those of
`forecast.rs`.

Run: ``python benches/compare/forecast_statsforecast.py FOLDER``, with statsforecast,
pandas and SciPy installed. The lines are those that ``run.py`` gathers.
"""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from alone import Run, is_quick, megabytes, named, say
from scipy.stats import norm, rankdata
from statsforecast import StatsForecast
from statsforecast.models import AutoARIMA, AutoETS, Naive

DRAWS, TOP = 4000, 10
PANELS = [
    ("papi.csv", "papi_total", 2011, range(2014, 2021)),
    ("pci.csv", "pci_weighted", 2006, range(2009, 2014)),
]


def standardised(path, score, first):
    table = pd.read_csv(path, dtype={"province_code": str})
    scores = table[table["year"] >= first].pivot(index="year", columns="province_code", values=score)
    return scores.sub(scores.mean(axis=1), axis=0).div(scores.std(axis=1, ddof=0), axis=0)


def judged(draws, came):
    """Mean CRPS of rank, Brier score of the first ten and coverage of the 90 % interval."""
    known = np.isfinite(came)
    draws, came = draws[:, known], rankdata(-came[known], method="min")
    ranks = (-draws).argsort(axis=1).argsort(axis=1) + 1
    places = np.arange(1, ranks.shape[1] + 1)
    shares = np.stack([(ranks <= place).mean(axis=0) for place in places])
    crps = ((shares - (places[:, None] >= came)) ** 2).sum(axis=0).mean()
    brier = ((shares[TOP - 1] - (came <= TOP)) ** 2).mean()
    low, high = (np.quantile(ranks, part, axis=0, method="inverted_cdf") for part in (0.05, 0.95))
    return crps, brier, ((low <= came) & (came <= high)).mean()


def walk(past):
    steps = np.diff(past.to_numpy(), axis=0)
    mean = past.ffill().iloc[-1].fillna(0.0).to_numpy()
    return mean, np.full(len(mean), np.sqrt(np.nanmean(steps**2)))


def one(past, model, jobs):
    """Means and standard deviations of all units, each forecast by itself."""
    long = past.reset_index().melt(id_vars="year", var_name="unique_id", value_name="y").dropna()
    long = long.rename(columns={"year": "ds"}).sort_values(["unique_id", "ds"])
    every = StatsForecast(models=[model], freq=1, n_jobs=jobs, fallback_model=Naive())
    forecast = every.forecast(df=long, h=1, level=[80]).set_index("unique_id").reindex(past.columns)
    name = repr(model)
    width = forecast[f"{name}-hi-80"] - forecast[f"{name}-lo-80"]
    sd = (width / (2 * norm.ppf(0.9))).to_numpy()
    # A series fitted without error would be drawn without any.
    usual = np.nanmedian(sd[sd > 0])
    return forecast[name].fillna(0.0).to_numpy(), np.where(np.isfinite(sd) & (sd > 0), sd, usual)


# AutoETS is done before a second process has started.
MODELS = {
    "walk": walk,
    "AutoETS": lambda past: one(past, AutoETS(season_length=1), jobs=1),
    "AutoARIMA": lambda past: one(past, AutoARIMA(season_length=1), jobs=2),
}


def backtest(z, years, forecast):
    """Mean judgements over the years, and the seconds they took."""
    start = time.perf_counter()
    rows = []
    for year in years:
        came = z.loc[year].to_numpy()
        shocks = np.random.default_rng(year).standard_normal((DRAWS, len(came)))
        mean, sd = forecast(z.loc[: year - 1])
        rows.append(judged(mean + sd * shocks, came))
    return np.mean(rows, axis=0), time.perf_counter() - start


def main(folder):
    for file, score, first, years in PANELS:
        z = standardised(Path(folder) / file, score, first)
        years = years[-1:] if is_quick() else years
        (walk_crps, walk_brier, _), walk_seconds = backtest(z, years, MODELS["walk"])
        for name in ("AutoETS", "AutoARIMA"):
            (crps, brier, holds), seconds = backtest(z, years, MODELS[name])
            facts = (
                f"gain={100 * (1 - crps / walk_crps):.2f} brier={brier:.4f} walk_brier={walk_brier:.4f}"
                f" holds={100 * holds:.2f} walk_crps={walk_crps:.4f}"
            )
            run = Run(walk_seconds + seconds, megabytes(), facts)
            say(f"forecast/{file}", named("statsforecast", f"{name} of statsforecast"), run, facts)


if __name__ == "__main__":
    main(sys.argv[1])
