//! How a survey's rows were drawn, by the names of its columns.

use parindex_survey::{Design, Groups, Kind, Lonely, Replicates, Survey};

use crate::error::Failure;
use crate::frame::Frame;

/// Where the variance comes from.
pub(crate) enum Drawing {
    /// From how rows were drawn.
    Drawn(Drawn),
    /// From replicate weights.
    Given(Given),
}

impl Drawing {
    pub(crate) fn survey(&self, frame: &Frame) -> Result<Survey, Failure> {
        match self {
            Self::Drawn(drawn) => drawn.survey(frame),
            Self::Given(given) => given.survey(frame),
        }
    }
}

/// How rows were drawn, by the names of columns.
pub(crate) struct Drawn {
    pub(crate) weights: Option<String>,
    pub(crate) strata: Option<String>,
    pub(crate) clusters: Vec<String>,
    pub(crate) fpc: Vec<String>,
    pub(crate) nest: bool,
    pub(crate) lonely: Lonely,
    pub(crate) lonely_in_domains: bool,
}

impl Drawn {
    fn survey(&self, frame: &Frame) -> Result<Survey, Failure> {
        let mut reading = frame.read();
        let weights = self.weights.as_deref().map(|name| reading.reals(name));
        let strata = self.strata.as_deref().map(|name| reading.labels(name));
        let clusters: Vec<Groups> = self.clusters.iter().map(|name| reading.labels(name)).collect();
        let sizes: Vec<Vec<f64>> = self.fpc.iter().map(|name| reading.reals(name)).collect();
        reading.finish(|| {
            let mut design =
                Design::new(frame.rows()).nest(self.nest).lonely(self.lonely).lonely_in_domains(self.lonely_in_domains);
            if let Some(weights) = &weights {
                design = design.weights(weights);
            }
            if let Some(strata) = &strata {
                design = design.strata(strata);
            }
            for cluster in &clusters {
                design = design.cluster(cluster);
            }
            for size in &sizes {
                design = design.population(size);
            }
            Survey::new(design)
        })
    }
}

/// Replicate weights, by the names of columns.
pub(crate) struct Given {
    pub(crate) weights: Option<String>,
    pub(crate) columns: Vec<String>,
    pub(crate) kind: Kind,
    pub(crate) scale: Option<f64>,
    pub(crate) rscales: Option<Vec<f64>>,
    pub(crate) combined: bool,
    pub(crate) mse: bool,
}

impl Given {
    fn survey(&self, frame: &Frame) -> Result<Survey, Failure> {
        let mut reading = frame.read();
        let weights = self.weights.as_deref().map_or_else(|| vec![1.0; frame.rows()], |name| reading.reals(name));
        let columns: Vec<Vec<f64>> = self.columns.iter().map(|name| reading.reals(name)).collect();
        reading.finish(|| {
            let columns = columns.iter().map(Vec::as_slice).collect();
            let mut replicates = Replicates::new(&weights, columns, self.kind).combined(self.combined).mse(self.mse);
            if let Some(scale) = self.scale {
                replicates = replicates.scale(scale);
            }
            if let Some(rscales) = &self.rscales {
                replicates = replicates.rscales(rscales.clone());
            }
            Survey::from_replicates(&replicates)
        })
    }
}
