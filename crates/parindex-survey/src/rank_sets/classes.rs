//! Units of like standard error, and how far two such classes reach.

use crate::distribution::normal_quantile;
use crate::number::{id, real};

/// Standard errors of a class differ by this factor at most, unless that made
/// more than [`MOST`] classes.
const FACTOR: f64 = 1.1;
const MOST: f64 = 32.0;
/// Classes of fewer units are listed whole.
const FEW: usize = 12;
/// More than the rounding errors of a bound, so that no winner is passed over.
const SLACK: f64 = 1e-12;

/// The units by class.
pub(crate) struct Classes {
    of_unit: Vec<u8>,
    /// For each unit the `outer` of its class, or an infinity below all draws.
    outer: Vec<f64>,
    by_number: Vec<Class>,
    /// Row by row, how far a unit of one class reaches with one of another.
    reaches: Vec<Reach>,
}

/// Units of like standard error; never none.
pub(crate) struct Class {
    pub(crate) members: Vec<u32>,
    /// Members whose draw is further out than this are listed; none if all are.
    pub(crate) outer: Option<f64>,
}

impl Classes {
    pub(crate) fn new(se: &[f64]) -> Self {
        let mut sorted: Vec<u32> = (0..se.len()).map(id).collect();
        sorted.sort_by(|one, two| se[*one as usize].total_cmp(&se[*two as usize]));
        let of = |unit: Option<&u32>| unit.map_or(1.0, |unit| se[*unit as usize]);
        let factor = (of(sorted.last()) / of(sorted.first())).powf(1.0 / MOST).max(FACTOR);
        let alike = |one: &u32, two: &u32| of(Some(two)) <= of(Some(one)) * factor;
        let (mut rest, mut classes, mut ends) = (sorted.as_slice(), Vec::<Class>::new(), Vec::new());
        let mut of_unit = vec![0; se.len()];
        let mut number = 0;
        while let Some(first) = rest.first() {
            let (members, others) = rest.split_at(rest.partition_point(|unit| alike(first, unit)));
            for unit in members {
                of_unit[*unit as usize] = number;
            }
            ends.push((of(members.first()), of(members.last())));
            classes.push(Class::new(members));
            number += 1;
            rest = others;
        }
        let reach = |own: &(f64, f64), other: &(f64, f64)| Reach::new(*own, *other);
        let reaches = ends.iter().flat_map(|own| ends.iter().map(move |other| reach(own, other))).collect();
        let outer_of = |class: &u8| classes[usize::from(*class)].outer.unwrap_or(f64::NEG_INFINITY);
        Self { outer: of_unit.iter().map(outer_of).collect(), of_unit, by_number: classes, reaches }
    }

    pub(crate) fn outer_of_units(&self) -> &[f64] {
        &self.outer
    }

    pub(crate) fn of_unit(&self, unit: usize) -> usize {
        usize::from(self.of_unit[unit])
    }

    pub(crate) fn len(&self) -> usize {
        self.by_number.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Class> {
        self.by_number.iter()
    }

    pub(crate) fn class(&self, number: usize) -> &Class {
        &self.by_number[number]
    }

    /// How far a unit of class `own` reaches, with each class in turn.
    pub(crate) fn reaches(&self, own: usize) -> &[Reach] {
        &self.reaches[own * self.len()..][..self.len()]
    }
}

impl Class {
    fn new(members: &[u32]) -> Self {
        let mut members = members.to_vec();
        members.sort_unstable();
        // Half the root of their number is expected out there: enough that the
        // others are seldom searched, few enough to sort.
        let share = 0.5 / real(members.len()).sqrt();
        Self { outer: (members.len() >= FEW).then(|| -normal_quantile(share)), members }
    }
}

/// The angles `θ` between the standard errors of two classes, as sine and cosine
/// of the least and the greatest.
#[derive(Clone, Copy)]
pub(crate) struct Reach {
    low: (f64, f64),
    high: (f64, f64),
}

impl Reach {
    fn new(own: (f64, f64), other: (f64, f64)) -> Self {
        Self { low: other.0.atan2(own.1).sin_cos(), high: other.1.atan2(own.0).sin_cos() }
    }

    /// No pair with draws `own` on one side and at most `other` on the other
    /// has a larger standardised difference: the most of
    /// `cos θ · own + sin θ · other` over the angles.
    #[inline]
    pub(crate) fn most(self, own: f64, other: f64) -> f64 {
        let other = other.max(0.0);
        let ((low_sin, low_cos), (high_sin, high_cos)) = (self.low, self.high);
        let most = if own * high_sin <= other * high_cos {
            high_cos * own + high_sin * other
        } else if own * low_sin >= other * low_cos {
            low_cos * own + low_sin * other
        } else {
            (own * own + other * other).sqrt()
        };
        most + SLACK
    }

    /// The inverse: a draw of `own` or less reaches no more than `value`. Where
    /// `value` is larger by some amount, the answer is so by that amount or more,
    /// because it grows at `1 / cos θ`.
    #[inline]
    pub(crate) fn least(self, value: f64, other: f64) -> f64 {
        let (value, other) = (value - SLACK, other.max(0.0));
        let ((low_sin, low_cos), (high_sin, high_cos)) = (self.low, self.high);
        if value <= 0.0 {
            f64::NEG_INFINITY
        } else if value * high_sin <= other {
            (value - high_sin * other) / high_cos
        } else if value * low_sin >= other {
            (value - low_sin * other) / low_cos
        } else {
            (value * value - other * other).sqrt()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread() -> Vec<f64> {
        (0..400_u32).map(|unit| 0.01 * 1.03_f64.powi(i32::try_from(unit * 7 % 400).unwrap())).collect()
    }

    #[test]
    fn every_unit_is_in_the_class_of_its_standard_error() {
        for se in [spread(), vec![2.0; 300], vec![1e-200, 1.0, 1e200], vec![3.0]] {
            let classes = Classes::new(&se);
            let mut seen = vec![0; se.len()];
            for (number, class) in classes.iter().enumerate() {
                for unit in &class.members {
                    seen[*unit as usize] += 1;
                    assert_eq!(classes.of_unit(*unit as usize), number);
                }
            }
            assert!(seen.iter().all(|times| *times == 1));
            assert!(classes.len() <= 33);
        }
        assert_eq!(Classes::new(&[]).len(), 0);
        assert_eq!(Classes::new(&[2.0; 300]).len(), 1);
    }

    #[test]
    fn no_pair_exceeds_the_reach_of_its_classes() {
        let se = spread();
        let classes = Classes::new(&se);
        let draw = |unit: usize| 4.0 * (f64::from(id(unit)) * 2.399_963).sin();
        for one in 0..se.len() {
            for two in 0..se.len() {
                let reach = classes.reaches(classes.of_unit(one))[classes.of_unit(two)];
                let (own, other) = (draw(one), -draw(two));
                let value = (se[one] * own + se[two] * other) / se[one].hypot(se[two]);
                assert!(value <= reach.most(own, other));
                // Whoever exceeds a value is past the least draw that could.
                let floor = value - 0.001;
                if floor > 0.0 {
                    let least = reach.least(floor, other);
                    assert!(own > least, "{own} {least}");
                    assert!(reach.least(floor + 0.5, other) >= least + 0.5 - 1e-9);
                }
            }
        }
    }
}
