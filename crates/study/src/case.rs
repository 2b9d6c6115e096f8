//! A case: one variant of a scenario, compiled, with what its digests will stand for.

use crate::provenance::stamp;
use brownout_analysis::{Findings, Fold, Judged, Reduced, analyse, judge, stretches};
use brownout_lab::{Beside, Point, layout};
use brownout_metrics::{Asked, Expect, Op, Operand, Subject, of};
use brownout_model::BASE;
use brownout_observe::{Keep, Legend, Pace, Replication};
use brownout_scenario::{Document, Overrides, Problems, Scenario};
use std::sync::Arc;

/// Bytes of cells and histograms that one stretch has of a place of a busy service, by measurement.
const PLACE_BYTES: f64 = 12_000.0;

/// One variant of a scenario, ready to run.
#[derive(Clone, Debug)]
pub struct Case {
    /// What it was compiled to.
    pub scenario: Scenario,
    /// What its numbers stand for.
    pub legend: Arc<Legend>,
    /// The text of it: what it extends merged, its variant and overrides laid over it.
    pub text: String,
    /// The replication that is the first to be run.
    pub first: u64,
}

impl Case {
    /// A case of a scenario, with its text as it was resolved.
    pub fn new(scenario: Scenario, text: String) -> Self {
        let legend = Arc::new(Legend::new(layout(&scenario.model)));
        Case { scenario, legend, text, first: 0 }
    }

    /// What a document is under some overrides.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn compile(document: &Document, overrides: &Overrides) -> Result<Self, Problems> {
        Ok(Case::new(document.compile(overrides)?, document.resolved(overrides)?))
    }

    /// The same, checked with all that could be asked of it: variants, values of axes, what is switched off.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn check(document: &Document, overrides: &Overrides) -> Result<Self, Problems> {
        Ok(Case::new(document.check(overrides)?, document.resolved(overrides)?))
    }

    /// A point of a sweep or a question: it is one of thousands, and its text is not kept.
    ///
    /// # Errors
    /// The first problem that its values make.
    pub(crate) fn at(document: &Document, overrides: &Overrides) -> Result<Self, String> {
        match document.compile(overrides) {
            Ok(scenario) => Ok(Case::new(scenario, String::new())),
            Err(problems) => Err(problems.iter().next().map_or_else(String::new, ToString::to_string)),
        }
    }

    /// What is found in some of its replications.
    ///
    /// # Panics
    /// If there is none.
    pub(crate) fn analyse(&self, replications: &[Replication]) -> Findings {
        analyse(&self.of(&self.scenario.expectations), replications, stamp(&self.scenario))
    }

    /// What a replication leaves to the findings.
    pub(crate) fn reduce(&self, replication: Replication) -> Reduced {
        Fold::reduce_owned(&self.of(&self.scenario.expectations), replication)
    }

    /// What is found in replications that were folded.
    ///
    /// # Panics
    /// If there is none.
    pub(crate) fn finish(&self, fold: Fold) -> Findings {
        fold.finish(&self.of(&self.scenario.expectations), stamp(&self.scenario))
    }

    /// What one replication says to some expectations.
    pub(crate) fn judge(&self, expectations: &[Expect], replication: &Replication) -> Vec<Judged> {
        judge(&self.of(expectations), replication)
    }

    /// A number of one replication, of all its time after the warm-up.
    pub(crate) fn value(&self, asked: &Asked, replication: &Replication) -> Option<f64> {
        self.judge(&[asks(asked.clone())], replication)[0].left
    }

    fn of<'a>(&'a self, expectations: &'a [Expect]) -> brownout_analysis::Case<'a> {
        brownout_analysis::Case { model: &self.scenario.model, legend: &self.legend, expectations }
    }

    /// The name of the variant; `base` as the scenario stands.
    pub fn name(&self) -> &str {
        self.scenario.variant.as_deref().unwrap_or(BASE)
    }

    /// What is kept of its runs: what results and expectations are of, and lines over time if `windows`.
    pub fn keep(&self, windows: bool) -> Keep {
        Keep::new(&self.legend.layout, stretches(&self.scenario.expectations), windows)
    }

    /// All its replications, as a point of the lab.
    pub fn point(&self, windows: bool) -> Point<'_> {
        Point {
            model: &self.scenario.model,
            legend: Arc::clone(&self.legend),
            keep: self.keep(windows),
            seed: self.scenario.seed,
            first: self.first,
            replications: self.scenario.replications,
            cost: self.scenario.events,
        }
    }

    /// The runs beside its replications, of which nothing is kept but what comparisons need.
    pub fn beside(&self) -> Beside {
        Beside::of(&self.scenario.model, Keep::new(&self.legend.layout, [], false))
    }

    /// About how many bytes of memory one replication takes until it is reduced, with the runs beside it.
    pub(crate) fn run_bytes(&self, windows: bool) -> f64 {
        let layout = &self.legend.layout;
        let lines = if windows {
            (self.legend.lines.len() * layout.windows() * size_of::<f64>()) as f64
        } else {
            0.0
        };
        let stretches = PLACE_BYTES * (layout.places.len() * self.keep(windows).stretches.len()) as f64;
        // Beside the run there are two more, which keep their steps alone.
        lines + stretches + 3.0 * Pace::bytes_of(layout) as f64
    }

    /// About how many bytes are kept of each replication until results are written: of every number its value and, of a
    /// share, its trials.
    pub(crate) fn kept_bytes(&self) -> f64 {
        let subjects = Subject::all(&self.legend.layout);
        let numbers: usize = subjects.iter().map(|subject| of(subject.scope()).count()).sum();
        (numbers * size_of::<f64>()) as f64
    }

    /// About how many bytes lines over time take of all replications together, until they are written.
    pub(crate) fn line_bytes(&self) -> f64 {
        let values = self.legend.lines.len() * self.legend.layout.windows();
        // Of one replication its values and those of the finding; of several three moments and three of the finding.
        let each = if self.scenario.replications == 1 { 2 } else { 6 };
        (each * values * size_of::<f64>()) as f64
    }
}

/// A number of all time after the warm-up, as an expectation asks for it.
pub(crate) fn asks(asked: Asked) -> Expect {
    let right = Operand::Number(0.0);
    Expect { that: String::new(), left: asked, op: Op::AtLeast, right, when: None, baseline: None }
}
