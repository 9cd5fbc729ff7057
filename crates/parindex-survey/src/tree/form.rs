//! The variance as a quadratic form: covariances of many totals at once.

use super::{Family, Lonely, Tree};
use crate::number::real;

/// What one of many totals has in a leaf, and later in the unit above it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    pub(crate) unit: u32,
    /// Which of the totals.
    pub(crate) total: u32,
    pub(crate) value: f64,
}

/// Sums of parts that have unit and total in common, in the order of both.
fn merged(parts: &mut Vec<Part>) {
    parts.sort_unstable_by_key(|part| (part.unit, part.total));
    parts.dedup_by(|next, kept| {
        let same = (next.unit, next.total) == (kept.unit, kept.total);
        if same {
            kept.value += next.value;
        }
        same
    });
}

impl Tree {
    /// Whether variances are those of a quadratic form: they are not where a
    /// rule for lonely units looks at which strata have a part.
    pub(crate) fn is_quadratic(&self) -> bool {
        let looks = matches!(self.lonely, Lonely::Adjust | Lonely::Average);
        let lonely = self.stages.first().is_some_and(|stage| stage.families.iter().any(Family::is_lonely));
        !looks || !(lonely || self.lonely_in_domains)
    }

    /// Calls `unit` for each unit and `family` for each family at every stage
    /// that adds variance, with the parts of the totals in it and its factor.
    fn visit(
        &self,
        mut parts: Vec<Part>,
        mut unit: impl FnMut(&[Part], f64),
        mut family: impl FnMut(&[(u32, f64)], f64),
    ) {
        for stage in self.stages.iter().rev() {
            merged(&mut parts);
            let of = |part: &Part| stage.family[part.unit as usize];
            for members in parts.chunk_by(|one, two| of(one) == of(two)) {
                let Some(known) = members.first().map(|first| stage.of(first.unit)) else { continue };
                if known.is_census() || known.sampled < 2 {
                    continue;
                }
                let sampled = real(known.sampled);
                let factor = known.above * known.unsampled * sampled / (sampled - 1.0);
                members.chunk_by(|one, two| one.unit == two.unit).for_each(|parts| unit(parts, factor));
                let mut sums: Vec<Part> = members.iter().map(|part| Part { unit: 0, ..*part }).collect();
                merged(&mut sums);
                let sums: Vec<(u32, f64)> = sums.into_iter().map(|sum| (sum.total, sum.value)).collect();
                family(&sums, factor / sampled);
            }
            for part in &mut parts {
                part.unit = stage.family[part.unit as usize];
            }
        }
    }

    /// Covariances of `count` totals whose parts in each leaf are given: row by row.
    pub(crate) fn covariances(&self, parts: Vec<Part>, count: usize) -> Vec<f64> {
        let mut matrix = vec![0.0; count * count];
        let mut above = vec![0.0; count * count];
        self.visit(
            parts,
            |parts, factor| {
                for one in parts {
                    for two in parts {
                        matrix[one.total as usize * count + two.total as usize] += factor * one.value * two.value;
                    }
                }
            },
            |sums, factor| {
                for (one, first) in sums {
                    for (two, second) in sums {
                        above[*one as usize * count + *two as usize] += factor * first * second;
                    }
                }
            },
        );
        matrix.iter_mut().zip(above).for_each(|(covariance, above)| *covariance -= above);
        matrix
    }

    /// Whether no two of the totals covary: no unit has parts of two, and no two
    /// have a sum in one family but for rounding, as residuals of disjoint
    /// domains of an element sample have none.
    pub(crate) fn are_apart(&self, parts: Vec<Part>) -> bool {
        let (mut units, mut families) = (true, true);
        let sizes = parts.iter().map(|part| (part.total, part.value.abs()));
        let mut size: Vec<f64> = Vec::new();
        for (total, value) in sizes {
            size.resize(size.len().max(total as usize + 1), 0.0);
            size[total as usize] += value;
        }
        self.visit(
            parts,
            |parts, _| units &= parts.len() < 2,
            |sums, _| {
                let counts = |(total, sum): &&(u32, f64)| sum.abs() > 1e-10 * size[*total as usize];
                families &= sums.iter().filter(counts).take(2).count() < 2;
            },
        );
        units && families
    }
}
