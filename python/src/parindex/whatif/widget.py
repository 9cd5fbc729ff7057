"""The widget: a scenario's view in the notebook, and what is done there."""

from pathlib import Path
from typing import Any, Literal

import anywidget
import traitlets

from parindex._native import Assessment, Forecast
from parindex.arguments import count, of, one_of, takes, text
from parindex.error import ParIndexError
from parindex.layout import Language
from parindex.outputs import csv_text
from parindex.table import Table
from parindex.whatif import typed
from parindex.whatif.form import form
from parindex.whatif.scenario import Scenario
from parindex.whatif.view import Start, result
from parindex.whatif.words import fault_text, not_a_number

_HERE = Path(__file__).parent


class Explorer(anywidget.AnyWidget):
    """The widget that :func:`parindex.explore` returns.

    Attributes
    ----------
    scenario : Scenario
        The scenario of the unit that is shown.
    unit : str
        Its id; another one may be assigned.
    lang : {"vi", "en"}
        The language; the other one may be assigned.
    """

    _esm = _HERE / "explore.js"
    _css = _HERE / "explore.css"
    lang = traitlets.Enum(["vi", "en"], "vi").tag(sync=True)
    _form = traitlets.Dict().tag(sync=True)
    _result = traitlets.Dict().tag(sync=True)

    @takes(assessment=of("Assessment"), forecast=of("Forecast"), unit=text, top=count, within=text, lang=one_of("vi", "en"))
    def __init__(
        self,
        assessment: Assessment,
        forecast: Forecast | None = None,
        *,
        unit: str | None = None,
        top: int = 10,
        within: Literal["level", "parent"] | None = None,
        lang: Language = "vi",
    ) -> None:
        self._assessment, self._forecast = assessment, forecast
        self._top, self._within = top, within
        self._scenarios: dict[str, tuple[Scenario, Start]] = {}
        self._errors: dict[str, tuple[str, str]] = {}
        self._heard, self._fresh = "", 0
        self._choose(unit)
        super().__init__(lang=lang)
        self.refresh()
        self.observe(lambda _: self.refresh(), "lang")
        self.on_msg(self._hear)

    @property
    def scenario(self) -> Scenario:
        """The scenario of the unit that is shown."""
        return self._scenario

    @property
    def unit(self) -> str:
        """The id of the unit that is shown; each unit keeps its changes."""
        return self._scenario.unit

    @unit.setter
    def unit(self, unit: str) -> None:
        self._choose(unit)
        self.refresh()

    def evidence(self) -> Table:
        """The unit's evidence as it stands, as :meth:`Scenario.evidence`."""
        return self._scenario.evidence()

    def refresh(self) -> None:
        """Shows the scenario as it stands: for changes made from Python."""
        self._errors.clear()
        with self.hold_sync():
            self._build()
            self._show()

    @property
    def _language(self) -> Language:
        return "en" if self.lang == "en" else "vi"

    def _choose(self, unit: str | None) -> None:
        known = self._scenarios.get(unit) if unit is not None else None
        if known is None:
            scenario = Scenario(self._assessment, unit, forecast=self._forecast, top=self._top, within=self._within)
            known = self._scenarios[scenario.unit] = (scenario, Start(scenario))
        self._scenario, self._start = known

    def _build(self) -> None:
        """Makes the form anew; `fresh` tells the page to show every field as it is."""
        self._fresh += 1
        self._form = form(self._scenario, self._language)
        self._units = {leaf["code"]: leaf["reads"] for group in self._form["groups"] for leaf in group["leaves"]}

    def _show(self) -> None:
        shown = result(self._scenario, self._start, self._units, self._errors, self._language)
        self._result = {**shown, "heard": self._heard, "fresh": self._fresh}

    def _hear(self, _: object, message: dict[str, Any], buffers: object) -> None:
        """Does what was done in the page, and answers, whatever came of it."""
        self._heard = str(message.get("id", ""))
        code, text = str(message.get("code", "")), str(message.get("text", ""))
        try:
            match message.get("do"):
                case "set" if code in self._units:
                    self._set(code, text)
                case "reset" if not code or code in self._units:
                    self._reset(code)
                case "unit" if text in self._assessment:
                    self.unit = text
                case "lang" if text in ("vi", "en"):
                    self.lang = text
                case "csv":
                    name = "".join(char if char.isalnum() or char in ".-" else "-" for char in self.unit)
                    self.send({"csv": "\ufeff" + csv_text(self.evidence()), "name": f"parindex-{name}.csv"})
        finally:
            self._show()

    def _set(self, code: str, text: str) -> None:
        """States what was typed for a leaf; what is refused is told beside the field."""
        try:
            self._scenario.set(code, **typed.read(text, self._units[code], self._language))
        except ParIndexError as error:
            fault = next((fault for fault in error.faults if fault["criterion"] == code), error.faults[0])
            self._errors[code] = (text, fault_text(fault, self._language))
        except ValueError:
            self._errors[code] = (text, not_a_number(self._language))
        else:
            self._errors.pop(code, None)

    def _reset(self, code: str) -> None:
        if code:
            self._scenario.reset(code)
            self._errors.pop(code, None)
        else:
            self._scenario.reset()
            self._errors.clear()
        self._build()
