//! Columns of ids and words as small numbers.

use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, Float64Array, Int64Array};
use arrow_cast::cast;
use arrow_schema::DataType;
use parindex::composed;
use rustc_hash::FxHashMap;

use super::wrong;
use crate::error::Problem;

/// Most different texts of a column that is kept apart; some 2 GB of memory.
const MAX_TEXTS: usize = 1 << 24;

/// Texts numbered from 1 in the order they first appear, shared by all threads.
#[derive(Debug, Default)]
pub(crate) struct Names(Mutex<Numbered>);

#[derive(Debug, Default)]
struct Numbered {
    numbers: FxHashMap<Arc<str>, u32>,
    list: Vec<Arc<str>>,
}

impl Names {
    /// The number of a text, in composed form; 0 of a blank one.
    fn number(&self, text: &str) -> u32 {
        let text = composed(text);
        if text.is_empty() {
            return 0;
        }
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Numbered { numbers, list } = &mut *names;
        if let Some(number) = numbers.get(text.as_ref()) {
            return *number;
        }
        let text: Arc<str> = text.into();
        list.push(text.clone());
        let number = u32::try_from(list.len()).unwrap_or(u32::MAX);
        numbers.insert(text, number);
        number
    }

    /// Whether there is room for more texts of the column `name`.
    fn check(&self, name: &str) -> Result<(), Problem> {
        let count = self.0.lock().unwrap_or_else(PoisonError::into_inner).list.len();
        if count <= MAX_TEXTS {
            return Ok(());
        }
        let (what, limit) = (format!("the column `{name}`"), format!("{MAX_TEXTS} different texts"));
        Err(Problem::TooLarge { what, limit })
    }

    /// The texts after the first `known`; the number of the first of all is 1.
    pub(crate) fn after(&self, known: usize) -> Vec<Arc<str>> {
        let names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.list.get(known..).unwrap_or_default().to_vec()
    }
}

/// One thread's reader of a column of labels; 0 is a missing one.
#[derive(Debug)]
pub(crate) struct Labels {
    names: Arc<Names>,
    known: FxHashMap<Box<str>, u32>,
    /// The dictionary of the last batch, and the number of each of its texts.
    dictionary: Option<(ArrayRef, Vec<u32>)>,
}

/// Codes that a gap in their column has made floats, as whole numbers; nothing
/// if one is not whole. NaN is a gap.
fn whole(codes: &Float64Array) -> Option<ArrayRef> {
    let codes = codes.iter().map(|code| match code.filter(|code| !code.is_nan()) {
        None => Some(None),
        #[allow(clippy::cast_possible_truncation, reason = "whole and within 2^53, it is exact")]
        Some(code) if code.fract() == 0.0 && code.abs() <= EXACT => Some(Some(code as i64)),
        Some(_) => None,
    });
    Some(Arc::new(codes.collect::<Option<Int64Array>>()?))
}

/// Up to here every whole number has a float of its own: 2⁵³.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Most texts a thread remembers, so that a column of ids takes no more memory
/// than its distinct texts.
const REMEMBERED: usize = 1 << 16;

impl Labels {
    pub(crate) fn new(names: Arc<Names>) -> Self {
        Self { names, known: FxHashMap::default(), dictionary: None }
    }

    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.known.get(text) {
            return *number;
        }
        let number = self.names.number(text);
        if self.known.len() < REMEMBERED {
            self.known.insert(text.into(), number);
        }
        number
    }

    /// The numbers of a column's labels.
    ///
    /// # Errors
    /// `wrong-column` for columns that hold neither texts nor whole numbers, `too-large`
    /// for too many different ones.
    pub(crate) fn read(&mut self, name: &str, array: &ArrayRef, out: &mut Vec<u32>) -> Result<(), Problem> {
        out.clear();
        let wrong = || wrong(name, array.data_type(), "texts or whole numbers");
        match array.data_type() {
            DataType::Null => out.resize(array.len(), 0),
            DataType::Utf8 => {
                for cell in array.as_string::<i32>() {
                    out.push(cell.map_or(0, |text| self.number(text)));
                }
            }
            DataType::Dictionary(_, value) if !matches!(**value, DataType::Dictionary(..)) => {
                self.read_dictionary(name, array, out)?;
            }
            kind if kind.is_floating() => {
                let codes = cast(array, &DataType::Float64).map_err(|_| wrong())?;
                let codes = whole(codes.as_primitive()).ok_or_else(wrong)?;
                self.read(name, &codes, out)?;
            }
            kind if kind.is_integer() || kind.is_string() => {
                self.read(name, &cast(array, &DataType::Utf8).map_err(|_| wrong())?, out)?;
            }
            _ => return Err(wrong()),
        }
        self.names.check(name)
    }

    fn read_dictionary(&mut self, name: &str, array: &ArrayRef, out: &mut Vec<u32>) -> Result<(), Problem> {
        let dictionary = array.as_any_dictionary();
        let values = dictionary.values();
        // Readers wrap the same texts anew for each batch: their memory tells them apart.
        let is_same = |last: &ArrayRef| Arc::ptr_eq(last, values) || last.to_data().ptr_eq(&values.to_data());
        let last = self.dictionary.take().filter(|(last, _)| is_same(last));
        let is_new = last.is_none();
        let mut numbers = last.map(|(_, numbers)| numbers).unwrap_or_default();
        if is_new {
            self.read(name, values, &mut numbers)?;
        }
        let number = |key: usize| numbers.get(key).copied().unwrap_or(0);
        match array.as_dictionary_opt::<Int32Type>() {
            Some(typed) => {
                out.extend(typed.keys().values().iter().map(|key| number(usize::try_from(*key).unwrap_or(0))));
            }
            None if values.is_empty() => out.resize(array.len(), 0),
            None => out.extend(dictionary.normalized_keys().into_iter().map(number)),
        }
        if let Some(nulls) = array.nulls().filter(|nulls| nulls.null_count() > 0) {
            for (number, is_valid) in out.iter_mut().zip(nulls) {
                if !is_valid {
                    *number = 0;
                }
            }
        }
        self.dictionary = Some((values.clone(), numbers));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_with_a_gap_are_the_codes_without() {
        let names = Arc::<Names>::default();
        let mut labels = Labels::new(names.clone());
        let (mut floats, mut wholes) = (Vec::new(), Vec::new());
        let codes: ArrayRef = Arc::new(Float64Array::from(vec![Some(44.0), None, Some(f64::NAN), Some(7.0)]));
        labels.read("unit", &codes, &mut floats).unwrap();
        let codes: ArrayRef = Arc::new(Int64Array::from(vec![Some(44), None, None, Some(7)]));
        labels.read("unit", &codes, &mut wholes).unwrap();
        assert_eq!((&floats, &floats), (&wholes, &vec![1, 0, 0, 2]));
        let halves: ArrayRef = Arc::new(Float64Array::from(vec![0.5]));
        assert_eq!(labels.read("unit", &halves, &mut floats).unwrap_err().code(), "wrong-column");
    }
}
