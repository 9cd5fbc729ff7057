//! Columns of ids and words as small numbers.

use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef};
use arrow_cast::cast;
use arrow_schema::DataType;
use parindex::composed;
use rustc_hash::FxHashMap;

use super::wrong;
use crate::error::Problem;

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
    /// `wrong-column` for types that hold neither texts nor whole numbers.
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
            kind if kind.is_integer() || kind.is_string() => {
                self.read(name, &cast(array, &DataType::Utf8).map_err(|_| wrong())?, out)?;
            }
            _ => return Err(wrong()),
        }
        Ok(())
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
