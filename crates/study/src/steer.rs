//! A run to steer: on to any instant, numbers of any stretch so far, and changes in mid-run.
//!
//! Runs are deterministic, so a number of the past is taken by running it again up to now with that stretch kept, and a
//! change is made by running the changed model up to now: until then it is the same run, event by event.

use crate::Case;
use brownout_lab::{Error, Of, Run};
use brownout_metrics::Asked;
use brownout_model::Model;
use brownout_observe::{Digest, Keep, Stretch};
use brownout_units::Span;

/// One replication under way.
pub struct Steered {
    case: Case,
    model: Model,
    replication: u64,
    run: Run,
}

impl Steered {
    /// One replication of a case, before it begins.
    pub fn open(case: Case, replication: u64) -> Self {
        let model = case.scenario.model.clone();
        let run = start(&case, &model, replication, case.keep(true));
        Steered { case, model, replication, run }
    }

    /// How far it is.
    pub fn at(&self) -> Span {
        self.run.at()
    }

    /// What is simulated, with the changes that were made.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// What its numbers stand for.
    pub fn case(&self) -> &Case {
        &self.case
    }

    /// On to the end of the next window; false at the end of the run.
    ///
    /// # Errors
    /// If it has grown past its limit.
    pub fn window(&mut self) -> Result<bool, Error> {
        loop {
            match self.run.advance()? {
                None => return Ok(false),
                Some(true) => return Ok(true),
                Some(false) => {}
            }
        }
    }

    /// On until the first window that ends at `end` or later, or the end of the run.
    ///
    /// # Errors
    /// If it has grown past its limit.
    pub fn until(&mut self, end: Span) -> Result<(), Error> {
        while self.at() < end && self.window()? {}
        Ok(())
    }

    /// A number of the stretch from `since` to now; none if there is no such number.
    ///
    /// # Errors
    /// If the run has grown past its limit.
    pub fn metric(&self, asked: &Asked, since: Span) -> Result<Option<f64>, Error> {
        let stretch = Stretch { from: since.min(self.at()), to: self.at() };
        let keep = Keep::new(&self.case.legend.layout, [stretch], false);
        let mut again = start(&self.case, &self.model, self.replication, keep);
        while again.at() < self.at() && again.advance()?.is_some() {}
        let digest = again.finish();
        let summary = digest.stretch(stretch).map(|summary| summary.view(&self.case.legend));
        Ok(summary.and_then(|view| asked.metric.value(&view, &asked.subject)))
    }

    /// Goes on with another model, which must be the same until now: what is changed happens from now on.
    ///
    /// # Errors
    /// If the run has grown past its limit.
    ///
    /// # Panics
    /// If the model has other places or paths than the one before.
    pub fn change(&mut self, model: Model) -> Result<(), Error> {
        assert!(
            brownout_lab::layout(&model) == self.case.legend.layout,
            "a change adds and removes no place"
        );
        let now = self.at();
        let mut run = start(&self.case, &model, self.replication, self.case.keep(true));
        while run.at() < now && run.advance()?.is_some() {}
        (self.model, self.run) = (model, run);
        Ok(())
    }

    /// To the end of the run, and what it leaves.
    ///
    /// # Errors
    /// If it has grown past its limit.
    pub fn finish(mut self) -> Result<Digest, Error> {
        while self.window()? {}
        Ok(self.run.finish())
    }
}

fn start(case: &Case, model: &Model, replication: u64, keep: Keep) -> Run {
    Run::new(Of { model, seed: case.scenario.seed, replication }, &case.legend, keep)
}
