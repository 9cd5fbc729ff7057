//! Which ranks each unit may have.

use super::Sipas;
use crate::covariance::{are_independent, covariance};
use crate::error::Error;
use crate::estimate::Estimate;
use crate::rank_sets::{RankOptions, RankSet, rank_sets, rank_sets_with_covariance};
use crate::sipas::results::{SipasRank, SipasRow};

impl Sipas {
    /// Which ranks each unit may have, in the order of the units. Units that
    /// covary, as those that share sampled units or strata or were calibrated
    /// together may, are compared with their covariance.
    ///
    /// A unit without a standard error, or without degrees of freedom, has no
    /// rank and says why in its note; the ranks of the others are among
    /// themselves.
    ///
    /// # Errors
    /// Those of [`rank_sets`]; `too-large` for more than 8,192 units that covary.
    pub fn ranks(&self, options: &RankOptions) -> Result<Vec<SipasRank>, Error> {
        let rows = self.index();
        let ranked: Vec<&Estimate> = rows.iter().filter(|row| is_ranked(row)).map(|row| &row.estimate).collect();
        let estimates: Vec<f64> = ranked.iter().filter_map(|estimate| estimate.estimate).collect();
        let se: Vec<f64> = ranked.iter().filter_map(|estimate| estimate.se).collect();
        // Where everything was drawn a unit is known exactly, and only differences have errors.
        let sets = if se.iter().all(|se| *se > 0.0) && are_independent(&ranked) {
            rank_sets(&estimates, &se, options)?
        } else {
            rank_sets_with_covariance(&estimates, &covariance(&ranked)?, options)?
        };
        let mut sets = sets.into_iter();
        let with_set = |row: SipasRow| {
            let set: Option<RankSet> = if is_ranked(&row) { sets.next() } else { None };
            SipasRank { unit: row.unit, estimate: row.estimate.estimate, set, note: row.note }
        };
        Ok(rows.into_iter().map(with_set).collect())
    }
}

/// Whether a unit's error is known, and rests on something.
fn is_ranked(row: &SipasRow) -> bool {
    row.estimate.estimate.is_some() && row.estimate.se.is_some() && row.estimate.df > 0.0
}
