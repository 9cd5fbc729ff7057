//! Where things are wrong, and all of them at once: the same for every crate,
//! whatever can be wrong there.

use std::fmt;

/// A kind of problem: its text is its `Display`, without the place.
pub trait Coded: fmt::Display {
    /// The stable slug callers may match on, such as `bad-number`.
    fn code(&self) -> &'static str;

    /// The problem that `what` is larger than `limit`, slug `too-large`.
    fn too_large(what: String, limit: String) -> Self;
}

/// Where a fault stands: the line and column of a text or the row of a table,
/// counted from 1, and the unit and criterion it speaks of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// Line of a text, or row of a table.
    pub line: Option<usize>,
    /// Column of a text, in characters.
    pub column: Option<usize>,
    /// The unit the fault speaks of.
    pub unit: Option<String>,
    /// The criterion the fault speaks of, as written.
    pub criterion: Option<String>,
}

impl Place {
    /// The place of a row of a table.
    #[must_use]
    pub fn row(row: usize) -> Self {
        Self { line: Some(row), ..Self::default() }
    }

    /// The place of a criterion.
    #[must_use]
    pub fn criterion(code: impl fmt::Display) -> Self {
        Self { criterion: Some(code.to_string()), ..Self::default() }
    }

    /// This place, with the unit named.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = Some(unit.into());
        self
    }

    /// This place, with the criterion named.
    #[must_use]
    pub fn of(mut self, code: impl fmt::Display) -> Self {
        self.criterion = Some(code.to_string());
        self
    }
}

/// A problem and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed<P> {
    /// What is wrong.
    pub problem: P,
    /// Where.
    pub place: Place,
}

/// A problem whose place is not known.
impl<P: Coded> From<P> for Placed<P> {
    fn from(problem: P) -> Self {
        Self { problem, place: Place::default() }
    }
}

impl<P: Coded> fmt::Display for Placed<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { line, column, unit, criterion } = &self.place;
        let mut places = Vec::new();
        places.extend(line.map(|line| format!("line {line}")));
        places.extend(column.map(|column| format!("column {column}")));
        places.extend(unit.as_ref().map(|unit| format!("unit {unit}")));
        places.extend(criterion.as_ref().map(|code| format!("criterion {code}")));
        if !places.is_empty() {
            write!(f, "{}: ", places.join(", "))?;
        }
        write!(f, "{} [{}]", self.problem, self.problem.code())
    }
}

/// Everything that is wrong with what was given, each fault with its place.
///
/// There is always at least one fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults<P> {
    first: Box<Placed<P>>,
    rest: Vec<Placed<P>>,
    /// How many faults there are beyond those that are kept.
    left_out: usize,
}

impl<P: Coded> Faults<P> {
    /// Most faults that are kept; a data set with more is told so in its last fault.
    pub const MAX_FAULTS: usize = 10_000;

    /// Nothing if there are no faults, else all of them as one error.
    ///
    /// # Errors
    /// The faults, in the order given.
    pub fn check(faults: impl IntoIterator<Item = Placed<P>>) -> Result<(), Self> {
        Self::check_with(faults, 0)
    }

    /// [`Faults::check`] where `left_out` more faults are known and not given:
    /// with any of those there is an error, and its last fault says how many.
    ///
    /// # Errors
    /// The faults, in the order given.
    pub fn check_with(faults: impl IntoIterator<Item = Placed<P>>, left_out: usize) -> Result<(), Self> {
        let mut faults = faults.into_iter();
        let mut kept: Vec<Placed<P>> = faults.by_ref().take(Self::MAX_FAULTS).collect();
        let left_out = faults.count().saturating_add(left_out);
        if left_out > 0 {
            let what = format!("the list of faults ({left_out} more)");
            let problem = P::too_large(what, Self::MAX_FAULTS.to_string());
            kept.push(Placed { problem, place: Place::default() });
        }
        let mut kept = kept.into_iter();
        match kept.next() {
            None => Ok(()),
            Some(first) => Err(Self { first: Box::new(first), rest: kept.collect(), left_out }),
        }
    }

    /// How many faults there are beyond [`Faults::MAX_FAULTS`].
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// All faults but the last one of too long a list, which only says that it is.
    pub fn kept(&self) -> impl Iterator<Item = &Placed<P>> {
        self.faults().take(Self::MAX_FAULTS)
    }

    /// The slug of the first fault.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.first.problem.code()
    }

    /// All faults, by value.
    pub fn into_faults(self) -> impl Iterator<Item = Placed<P>> {
        std::iter::once(*self.first).chain(self.rest)
    }

    /// The same faults, told as another crate's problems.
    pub fn map<Q: Coded>(self, told: impl Fn(P) -> Q) -> Faults<Q> {
        let map = |fault: Placed<P>| Placed { problem: told(fault.problem), place: fault.place };
        let (first, left_out) = (Box::new(map(*self.first)), self.left_out);
        Faults { first, rest: self.rest.into_iter().map(map).collect(), left_out }
    }

    /// All faults, in the order of what was read.
    pub fn faults(&self) -> impl Iterator<Item = &Placed<P>> {
        std::iter::once(&*self.first).chain(&self.rest)
    }
}

impl<P: Coded> fmt::Display for Faults<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 20;
        if self.rest.is_empty() {
            return self.first.fmt(f);
        }
        write!(f, "{} faults:", self.rest.len().saturating_add(1))?;
        for fault in self.faults().take(SHOWN) {
            write!(f, "\n  {fault}")?;
        }
        match self.rest.len().saturating_add(1).saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "\n  … and {more} more"),
        }
    }
}

impl<P: Coded + fmt::Debug> std::error::Error for Faults<P> {}

impl<P, F: Into<Placed<P>>> From<F> for Faults<P> {
    fn from(fault: F) -> Self {
        Self { first: Box::new(fault.into()), rest: Vec::new(), left_out: 0 }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Error, Fault, Place, Problem};

    #[test]
    fn too_long_a_list_is_cut_and_says_by_how_much_in_its_last_fault() {
        let fault = |row| -> Fault { Problem::BadNumber { text: "x".to_owned() }.at(Place::row(row)) };
        let of = |count: usize, left_out| Error::check_with((0..count).map(fault), left_out).unwrap_err();
        let full = of(Error::MAX_FAULTS, 0);
        assert_eq!((full.faults().count(), full.kept().count(), full.left_out()), (10_000, 10_000, 0));
        let over = of(10_003, 0);
        assert_eq!((over.faults().count(), over.kept().count(), over.left_out()), (10_001, 10_000, 3));
        assert_eq!(over.faults().last().map(|fault| fault.problem.code()), Some("too-large"));
        assert!(over.faults().last().unwrap().to_string().contains("(3 more)"));
        // What was cut before is counted with what is cut now.
        assert_eq!(of(10_003, 4).left_out(), 7);
        assert!(Error::check_with(std::iter::empty(), 0).is_ok());
    }
}
