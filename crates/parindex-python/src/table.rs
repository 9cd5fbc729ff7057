//! Tables on their way out: a record batch that Python and Arrow can read.

use std::sync::Arc;

use arrow_array::builder::{Int64Builder, ListBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Float64Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray, StructArray,
};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use parindex::{Exact, Number, Problem, RoundingMode, Stop};
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyCapsule, PyList, PyType};
use pyo3_arrow::ffi::{ArrayIterator, to_stream_pycapsule};

use crate::decimal;
use crate::detach::Patience;
use crate::error::Failure;

/// Decimals of points and indices.
pub(crate) const PLACES: u32 = 10;
/// Decimals of counts and amounts, as many as a number may have.
const COUNT_PLACES: u32 = Number::MAX_PLACES;
const DIGITS: u8 = 38;

/// The columns of a table, held as Arrow holds them.
#[pyclass(module = "parindex._native", frozen)]
pub(crate) struct Table(RecordBatch);

/// The values of a column as Python has them; None is a gap.
type Objects<'py> = Vec<Option<Bound<'py, PyAny>>>;

/// A table in the making, column by column.
#[derive(Default)]
pub(crate) struct Builder {
    fields: Vec<Field>,
    columns: Vec<ArrayRef>,
    notes: Vec<(String, String)>,
}

impl Builder {
    /// A column that is ready: text or moments.
    pub(crate) fn array(self, name: &str, array: ArrayRef) -> Self {
        self.column(name, array)
    }

    /// What has to be known beside the figures, in Vietnamese and English.
    pub(crate) fn notes(mut self, notes: impl IntoIterator<Item = (String, String)>) -> Self {
        self.notes.extend(notes);
        self
    }

    fn column(mut self, name: &str, array: ArrayRef) -> Self {
        self.fields.push(Field::new(name, array.data_type().clone(), true));
        self.columns.push(array);
        self
    }

    pub(crate) fn text<T: AsRef<str>>(self, name: &str, values: impl IntoIterator<Item = Option<T>>) -> Self {
        self.column(name, Arc::new(values.into_iter().collect::<StringArray>()))
    }

    pub(crate) fn whole(self, name: &str, values: impl IntoIterator<Item = Option<usize>>) -> Self {
        let values = values.into_iter().map(|value| value.and_then(|value| i64::try_from(value).ok()));
        self.column(name, Arc::new(values.collect::<Int64Array>()))
    }

    pub(crate) fn flag(self, name: &str, values: impl IntoIterator<Item = bool>) -> Self {
        self.column(name, Arc::new(BooleanArray::from(values.into_iter().collect::<Vec<_>>())))
    }

    /// Estimates and probabilities.
    pub(crate) fn real(self, name: &str, values: impl IntoIterator<Item = Option<f64>>) -> Self {
        self.column(name, Arc::new(values.into_iter().collect::<Float64Array>()))
    }

    /// Points and indices, half-up at ten places where they need more.
    ///
    /// # Errors
    /// `out-of-range` for a number of more than 38 digits.
    pub(crate) fn exact<'a>(
        self,
        name: &str,
        values: impl IntoIterator<Item = Option<&'a Exact>>,
    ) -> Result<Self, Problem> {
        self.decimals(name, PLACES, values.into_iter().map(|value| value.map(|value| steps(value, PLACES))))
    }

    /// Counts and amounts as stated.
    ///
    /// # Errors
    /// `out-of-range` for a number of more than 38 digits.
    pub(crate) fn count(self, name: &str, values: impl IntoIterator<Item = Option<Number>>) -> Result<Self, Problem> {
        let values = values.into_iter().map(|value| value.map(|value| steps(&Exact::from(value), COUNT_PLACES)));
        self.decimals(name, COUNT_PLACES, values)
    }

    fn decimals(
        self,
        name: &str,
        places: u32,
        values: impl Iterator<Item = Option<Result<i128, Problem>>>,
    ) -> Result<Self, Problem> {
        let values = values.inspect(|_| Stop::point());
        let values: Vec<Option<i128>> = values.map(Option::transpose).collect::<Result<_, _>>()?;
        let places = i8::try_from(places).unwrap_or_default();
        let array = Decimal128Array::from(values).with_data_type(DataType::Decimal128(DIGITS, places));
        Ok(self.column(name, Arc::new(array)))
    }

    /// Lists of whole numbers: years, counts.
    pub(crate) fn wholes<'a>(self, name: &str, values: impl IntoIterator<Item = &'a [u32]>) -> Self {
        let mut builder = ListBuilder::new(Int64Builder::new());
        for numbers in values {
            builder.append_value(numbers.iter().map(|number| Some(i64::from(*number))));
        }
        self.column(name, Arc::new(builder.finish()))
    }

    /// The table as Python's `parindex.Table`.
    ///
    /// # Errors
    /// Columns of different length, which no caller builds.
    pub(crate) fn finish(self, py: Python<'_>) -> Result<Bound<'_, PyAny>, Failure> {
        static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        let batch = RecordBatch::try_new(Arc::new(Schema::new(self.fields)), self.columns);
        let table = Table(batch.map_err(|error| PyValueError::new_err(error.to_string()))?);
        Ok(CLASS.import(py, "parindex.table", "Table")?.call1((table, self.notes))?)
    }
}

/// The number on a grid of `places` decimals.
fn steps(value: &Exact, places: u32) -> Result<i128, Problem> {
    let most = 10_u128.pow(DIGITS.into());
    let steps = value.scaled(places, RoundingMode::HalfUp).filter(|steps| steps.unsigned_abs() < most);
    steps.ok_or_else(|| Problem::OutOfRange {
        value: value.to_plain(2).chars().take(40).collect(),
        allowed: format!("at most {DIGITS} digits"),
    })
}

#[pymethods]
impl Table {
    /// Names of the columns.
    #[getter]
    fn names(&self) -> Vec<String> {
        self.0.schema_ref().fields().iter().map(|field| field.name().clone()).collect()
    }

    fn __len__(&self) -> usize {
        self.0.num_rows()
    }

    /// A table of columns.
    ///
    /// Parameters
    /// ----------
    /// columns : sequence of (str, str, sequence)
    ///     Of each its name, its kind and its values, None for a gap. Kinds are text, whole,
    ///     real, exact (points, as `decimal.Decimal`, `int` or `str`) and flag.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     For another kind, and for columns of different lengths.
    /// ParIndexError
    ///     ``bad-number``, ``not-exact`` and ``out-of-range`` for what is no exact number.
    #[staticmethod]
    fn of_columns<'py>(
        py: Python<'py>,
        columns: Vec<(String, String, Objects<'py>)>,
    ) -> Result<Bound<'py, PyAny>, Failure> {
        let mut builder = Builder::default();
        for (name, kind, values) in columns {
            builder = match kind.as_str() {
                "text" => builder.text(&name, extracted::<String>(&values)?),
                "whole" => {
                    builder.column(&name, Arc::new(extracted::<i64>(&values)?.into_iter().collect::<Int64Array>()))
                }
                "real" => builder.real(&name, extracted::<f64>(&values)?),
                "flag" => {
                    builder.column(&name, Arc::new(extracted::<bool>(&values)?.into_iter().collect::<BooleanArray>()))
                }
                "exact" => {
                    let number = |value: &Option<Bound<'_, PyAny>>| value.as_ref().map(decimal::number).transpose();
                    let numbers = values.iter().map(number).collect::<Result<Vec<_>, _>>()?;
                    let points: Vec<Option<Exact>> =
                        numbers.into_iter().map(|number| number.map(Exact::from)).collect();
                    builder.exact(&name, points.iter().map(Option::as_ref))?
                }
                _ => return Err(PyValueError::new_err(format!("no column is of kind `{kind}`")).into()),
            };
        }
        builder.finish(py)
    }

    /// The column as a list: str, int, float, bool, datetime, list of int or decimal.Decimal.
    ///
    /// Parameters
    /// ----------
    /// name : str
    ///     One of :attr:`names`.
    ///
    /// Raises
    /// ------
    /// KeyError
    ///     If there is no such column.
    fn column<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyList>> {
        let array = self.0.column_by_name(name).ok_or_else(|| PyKeyError::new_err(name.to_owned()))?;
        let mut patience = Patience::new();
        let mut read = |row| {
            patience.tick(py)?;
            if array.is_null(row) { Ok(py.None().into_bound(py)) } else { value(py, array, row) }
        };
        let values: Vec<Bound<'py, PyAny>> = (0..array.len()).map(&mut read).collect::<PyResult<_>>()?;
        PyList::new(py, values)
    }

    /// The table as a stream of Arrow.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> Result<Bound<'py, PyCapsule>, Failure> {
        let fields = self.0.schema_ref().fields().clone();
        let array: ArrayRef = Arc::new(StructArray::from(self.0.clone()));
        let field = Field::new_struct("", fields, false);
        let stream = Box::new(ArrayIterator::new([Ok(array)], Arc::new(field)));
        Ok(to_stream_pycapsule(py, stream, requested_schema)?)
    }

    /// The table from what pickle wrote.
    ///
    /// Parameters
    /// ----------
    /// bytes : bytes
    ///     A stream of Arrow.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``unreadable-file`` if it is no such stream.
    #[staticmethod]
    fn from_ipc(bytes: &[u8]) -> Result<Self, Failure> {
        let first = parindex_tables::read_stream("a table", bytes.to_vec())?.into_iter().next();
        first.map(Self).ok_or_else(|| Problem::unreadable("a table", "it holds none").into())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyBytes>,))> {
        let broken = |error: arrow_schema::ArrowError| PyValueError::new_err(error.to_string());
        let mut writer = StreamWriter::try_new(Vec::new(), self.0.schema_ref()).map_err(broken)?;
        writer.write(&self.0).map_err(broken)?;
        let bytes = writer.into_inner().map_err(broken)?;
        Ok((py.get_type::<Self>().getattr("from_ipc")?, (PyBytes::new(py, &bytes),)))
    }
}

fn extracted<'py, T: for<'a> FromPyObject<'a, 'py, Error = PyErr>>(
    values: &[Option<Bound<'py, PyAny>>],
) -> PyResult<Vec<Option<T>>> {
    values.iter().map(|value| value.as_ref().map(PyAnyMethods::extract).transpose()).collect()
}

fn value<'py>(py: Python<'py>, array: &ArrayRef, row: usize) -> PyResult<Bound<'py, PyAny>> {
    match array.data_type() {
        DataType::Utf8 => Ok(array.as_string::<i32>().value(row).into_pyobject(py)?.into_any()),
        DataType::Int64 => Ok(array.as_primitive::<Int64Type>().value(row).into_pyobject(py)?.into_any()),
        DataType::Timestamp(TimeUnit::Microsecond, None) => moment(py, array, row),
        DataType::Float64 => Ok(array.as_primitive::<Float64Type>().value(row).into_pyobject(py)?.into_any()),
        DataType::Boolean => Ok(array.as_boolean().value(row).into_pyobject(py)?.to_owned().into_any()),
        DataType::Decimal128(..) => {
            let text = array.as_primitive::<Decimal128Type>().value_as_string(row);
            let plain = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
            decimal::to_python(py, plain)
        }
        DataType::List(_) => {
            let list = array.as_list::<i32>().value(row);
            let Some(numbers) = list.as_primitive_opt::<Int64Type>() else {
                return Err(PyValueError::new_err("a list of anything but whole numbers cannot be listed"));
            };
            Ok(numbers.values().to_vec().into_pyobject(py)?.into_any())
        }
        other => Err(PyValueError::new_err(format!("a column of {other} cannot be listed"))),
    }
}

/// A moment as `datetime.datetime` without a zone.
fn moment<'py>(py: Python<'py>, array: &ArrayRef, row: usize) -> PyResult<Bound<'py, PyAny>> {
    let moment = array.as_primitive::<TimestampMicrosecondType>().value_as_datetime(row);
    let text = moment.map(|moment| moment.format("%Y-%m-%dT%H:%M:%S%.6f").to_string()).unwrap_or_default();
    py.import("datetime")?.getattr("datetime")?.call_method1("fromisoformat", (text,))
}
