//! `parindex.Questionnaire`: what was asked, and how answers become an index.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;

use parindex::{Basis, Language};
use parindex_survey::sipas::{self, Factor, Formula, Item};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::error::{Failure, wrong_design};
use crate::estimates::one_of;
use crate::labels::entries;
use crate::several::Several;
use crate::table::Builder;

/// Most bytes of a questionnaire file.
const MAX_FILE: u64 = 1 << 20;

/// A questionnaire of satisfaction: items, factors, parts, and the rules that
/// join them, each with its standing.
///
/// A questionnaire is data, as a framework is. ``sipas/2023`` is an outline:
/// its items are not known here and must be filled in.
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> questionnaire = pi.Questionnaire.load("sipas/2017")
/// >>> len(questionnaire.items), questionnaire.items[:4], questionnaire.factor_rule
/// (22, ['A1', 'A2', 'A3', 'A4'], 'pooled')
/// >>> outline = pi.Questionnaire.load("sipas/2023")
/// >>> outline.missing[:3]
/// ['P1', 'P2', 'P3']
/// >>> outline.with_items({"P1": ["P1.1", "P1.2"]}).missing[:2]
/// ['P2', 'P3']
#[pyclass(module = "parindex", frozen, from_py_object)]
#[derive(Clone)]
pub(crate) struct Questionnaire(pub(crate) sipas::Questionnaire);

/// The items of a factor: their codes, or their codes with their texts.
#[derive(FromPyObject)]
enum Items {
    Texts(Several<(String, String)>),
    Codes(Several<String>),
}

#[pymethods]
impl Questionnaire {
    /// The questionnaire bundled under an id.
    ///
    /// Parameters
    /// ----------
    /// id : str
    ///     As listed by :func:`parindex.questionnaires`.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``unknown-questionnaire`` if there is none.
    #[staticmethod]
    fn load(id: &str) -> Result<Self, Failure> {
        Ok(Self(sipas::Questionnaire::bundled(id)?))
    }

    /// The questionnaire in a TOML file.
    ///
    /// Parameters
    /// ----------
    /// path : str or os.PathLike
    ///     A file in UTF-8, at most 1 MiB.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     Faults of the file with line and column; ``unreadable-file``, ``too-large``.
    #[staticmethod]
    #[allow(clippy::needless_pass_by_value, reason = "Python hands over a path")]
    pub(crate) fn from_file(path: PathBuf) -> Result<Self, Failure> {
        let text = parindex_tables::read_text(&path, MAX_FILE)?;
        Self::from_toml(&text)
    }

    /// The questionnaire in a TOML text.
    ///
    /// Parameters
    /// ----------
    /// text : str
    ///     What a questionnaire file holds.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``bad-toml`` with line and column for the first place that is not TOML or
    ///     no questionnaire; then, all at once, what contradicts itself.
    ///
    /// Examples
    /// --------
    /// >>> import parindex as pi
    /// >>> questionnaire = pi.Questionnaire.load("sipas/2017")
    /// >>> pi.Questionnaire.from_toml(questionnaire.to_toml()).items == questionnaire.items
    /// True
    #[staticmethod]
    fn from_toml(text: &str) -> Result<Self, Failure> {
        Ok(Self(text.parse()?))
    }

    /// The questionnaire as TOML; reading it again gives the same one.
    fn to_toml(&self) -> String {
        self.0.to_toml()
    }

    /// Its id, such as ``sipas/2017``.
    #[getter]
    fn id(&self) -> &str {
        self.0.id()
    }

    /// What it is called.
    ///
    /// Parameters
    /// ----------
    /// lang : {"vi", "en"}
    #[pyo3(signature = (lang="vi"))]
    fn title(&self, lang: &str) -> Result<&str, Failure> {
        Ok(self.0.title().get(lang.parse()?))
    }

    /// The decision it comes from, or None.
    #[getter]
    fn decision(&self) -> Option<&str> {
        self.0.decision()
    }

    /// How finished it is: ``official``, ``reported``, ``draft`` or ``outline``.
    #[getter]
    fn status(&self) -> &'static str {
        self.0.status().name()
    }

    /// How items make a factor: ``pooled``, ``mean-of-items`` or ``general-item``.
    #[getter]
    fn factor_rule(&self) -> &'static str {
        self.0.factor_rule().name()
    }

    /// How the index is made: the same, or ``weighted-parts``.
    #[getter]
    fn index_rule(&self) -> &'static str {
        self.0.index_rule().name()
    }

    /// On what the rules rest.
    #[getter]
    fn rules_basis(&self) -> &'static str {
        self.0.rules_basis().name()
    }

    /// Codes of the items: the columns of answers.
    #[getter]
    fn items(&self) -> Vec<&str> {
        self.0.items().map(|item| item.code.as_str()).collect()
    }

    /// Codes of the factors.
    #[getter]
    fn factors(&self) -> Vec<&str> {
        self.0.factors().iter().map(Factor::code).collect()
    }

    /// Codes of factors whose items are not known yet.
    #[getter]
    fn missing(&self) -> Vec<&str> {
        self.0.missing().collect()
    }

    /// Items and factors as a table.
    ///
    /// Parameters
    /// ----------
    /// lang : {"vi", "en"}
    ///
    /// Returns
    /// -------
    /// Table
    ///     A row for each factor and, under it, each item: code, part, factor
    ///     (None for the factor itself), name, basis.
    #[pyo3(signature = (lang="vi"))]
    fn table<'py>(&self, py: Python<'py>, lang: &str) -> Result<Bound<'py, PyAny>, Failure> {
        let lang: Language = lang.parse()?;
        let mut rows = Vec::new();
        for factor in self.0.factors() {
            rows.push((factor.code(), factor.part(), None, factor.name.get(lang), factor.basis));
            let items = factor.items();
            rows.extend(
                items.map(|item| {
                    (item.code.as_str(), factor.part(), Some(factor.code()), item.name.get(lang), item.basis)
                }),
            );
        }
        Builder::default()
            .text("code", rows.iter().map(|row| Some(row.0)))
            .text("part", rows.iter().map(|row| row.1))
            .text("factor", rows.iter().map(|row| row.2))
            .text("name", rows.iter().map(|row| Some(row.3)))
            .text("basis", rows.iter().map(|row| Some(row.4.name())))
            .finish(py)
    }

    /// The same with the user's items: how an outline is filled.
    ///
    /// Parameters
    /// ----------
    /// items : dict
    ///     For each factor the codes of its items, as a list, or as a list of
    ///     pairs of code and text. They stand as *assumed*: nobody here has read them.
    ///
    /// Returns
    /// -------
    /// Questionnaire
    ///     An outline of which every factor has items is a draft.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     All at once: ``bad-value`` for an unknown factor or an empty code,
    ///     ``named-twice`` for a code in use; ``wrong-design`` for items that are
    ///     neither codes nor pairs.
    fn with_items(&self, items: &Bound<'_, PyAny>) -> Result<Self, Failure> {
        let mut filled = Vec::new();
        for (factor, items) in entries("items", items)? {
            let factor = factor.str()?.to_string();
            // A text is a sequence too, and not of codes.
            let given = if items.is_instance_of::<PyString>() { None } else { items.extract::<Items>().ok() };
            let texts = match given {
                Some(Items::Texts(Several(texts))) => texts,
                Some(Items::Codes(Several(codes))) => codes.into_iter().map(|code| (code.clone(), code)).collect(),
                None => {
                    let what = format!("the items of `{factor}` must be a list of codes, or of pairs of code and text");
                    return Err(wrong_design(&what));
                }
            };
            let items = texts.into_iter().map(|(code, text)| Item::new(code, text.as_str().into(), Basis::Assumed));
            filled.push((factor, items.collect::<Vec<_>>()));
        }
        Ok(Self(self.0.clone().with_all_items(filled)?))
    }

    /// The same with other rules, which the user vouches for.
    ///
    /// Parameters
    /// ----------
    /// factor : {"pooled", "mean-of-items", "general-item"}, optional
    /// index : {"pooled", "mean-of-items", "general-item", "weighted-parts"}, optional
    ///     None leaves the rule as it is.
    ///
    /// Returns
    /// -------
    /// Questionnaire
    ///     Its rules stand as *assumed*.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``bad-value`` where the rule needs a general item, parts or weights
    ///     that are not there.
    ///
    /// Examples
    /// --------
    /// >>> import parindex as pi
    /// >>> pi.Questionnaire.load("sipas/2017").with_rules(index="mean-of-items").index_rule
    /// 'mean-of-items'
    #[pyo3(signature = (*, factor=None, index=None))]
    fn with_rules(&self, factor: Option<&str>, index: Option<&str>) -> Result<Self, Failure> {
        let rule = |what, word: Option<&str>, own| word.map_or(Ok(own), |word| one_of(what, word, &Formula::NAMES));
        let factor = rule("factor", factor, self.0.factor_rule())?;
        let index = rule("index", index, self.0.index_rule())?;
        Ok(Self(self.0.clone().with_rules(factor, index)?))
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.0.to_toml().hash(&mut hasher);
        hasher.finish()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.get_type::<Self>().getattr("from_toml")?, (self.0.to_toml(),)))
    }

    fn __repr__(&self) -> String {
        format!("<parindex.Questionnaire '{}' of {} items>", self.0.id(), self.0.items().count())
    }
}

/// The questionnaires that come with the package.
///
/// Parameters
/// ----------
/// lang : {"vi", "en"}
///
/// Returns
/// -------
/// Table
///     id, title, decision, status, items, missing (factors without items).
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> pi.questionnaires()["id"]
/// ['sipas/2017', 'sipas/2023']
#[pyfunction]
#[pyo3(signature = (lang="vi"))]
pub(crate) fn questionnaires<'py>(py: Python<'py>, lang: &str) -> Result<Bound<'py, PyAny>, Failure> {
    let lang: Language = lang.parse()?;
    let all: Vec<sipas::Questionnaire> =
        sipas::Questionnaire::bundled_ids().map(sipas::Questionnaire::bundled).collect::<Result<_, _>>()?;
    Builder::default()
        .text("id", all.iter().map(|questionnaire| Some(questionnaire.id())))
        .text("title", all.iter().map(|questionnaire| Some(questionnaire.title().get(lang))))
        .text("decision", all.iter().map(sipas::Questionnaire::decision))
        .text("status", all.iter().map(|questionnaire| Some(questionnaire.status().name())))
        .whole("items", all.iter().map(|questionnaire| Some(questionnaire.items().count())))
        .whole("missing", all.iter().map(|questionnaire| Some(questionnaire.missing().count())))
        .finish(py)
}
