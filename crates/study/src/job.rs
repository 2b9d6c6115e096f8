//! A job: some replications of one case as plain data that another process can run.

use crate::provenance::VERSION;
use crate::{Case, Library};
use brownout_lab::{Of, Progress, run};
use brownout_observe::Digest;
use brownout_scenario::{Document, Files, Overrides};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;

/// Some replications of one case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Of the simulation that has to run it: others may give other numbers.
    pub version: String,
    /// Which of the texts is the scenario.
    pub path: String,
    /// Every text that it needs, by its path; those that ship are not among them.
    pub texts: BTreeMap<String, String>,
    /// `--set dotted.path=value`, in order.
    pub set: Vec<(String, String)>,
    /// The variant; none: the scenario as it stands.
    pub variant: Option<String>,
    /// Instead of the seed of the scenario.
    pub seed: Option<u64>,
    /// Which replications.
    pub replications: Range<u64>,
    /// Whether lines over time are kept.
    pub windows: bool,
}

/// Why a job was not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// It is of another version.
    #[error("this is brownout {here}, and the job is of {wanted}: run all workers with one version")]
    Version {
        /// What runs here.
        here: String,
        /// What the job is of.
        wanted: String,
    },
    /// Its scenario has errors, as they are shown.
    #[error("{0}")]
    Invalid(String),
    /// A run was interrupted or grew past its limit.
    #[error(transparent)]
    Run(#[from] brownout_lab::Error),
}

impl Job {
    /// Does it: the digests of its replications, in their order.
    ///
    /// # Errors
    /// If it is of another version or no valid scenario, or a run is interrupted or grows past its limit.
    ///
    /// # Panics
    /// If an invariant of the simulator is broken.
    pub fn perform(&self, progress: &dyn Progress) -> Result<Vec<Digest>, JobError> {
        if self.version != VERSION {
            return Err(JobError::Version { here: VERSION.to_owned(), wanted: self.version.clone() });
        }
        let invalid = |problems: brownout_scenario::Problems| JobError::Invalid(problems.render(false));
        let files = Library::with(Texts(&self.texts));
        let overrides = Overrides {
            set: self.set.clone(),
            variant: self.variant.clone(),
            seed: self.seed,
            replications: None,
        };
        let mut document = Document::parse(&self.path, &files).map_err(invalid)?;
        document.fetch(&files, &overrides);
        let case = Case::compile(&document, &overrides).map_err(invalid)?;
        let keep = case.keep(self.windows);
        let one = |replication| {
            let of = Of { model: &case.scenario.model, seed: case.scenario.seed, replication };
            Ok(run(of, &case.legend, &keep, progress)?)
        };
        self.replications.clone().map(one).collect()
    }
}

struct Texts<'a>(&'a BTreeMap<String, String>);

impl Files for Texts<'_> {
    fn read(&self, path: &str) -> Result<String, String> {
        self.0.get(path).cloned().ok_or_else(|| "the job has no such text".to_owned())
    }
}
