//! What every question beyond one run needs: where runs are kept, and what watches them.

use super::why;
use crate::arguments::Runs;
use crate::broken;
use crate::failure::Failure;
use crate::progress::{self, many::Many};
use crate::terminal;
use brownout::results::File;
use brownout::{Answer, Case, Forgetful, Means, Pictures, PlanError, Stopped, answer_pages};
use brownout_host::store::Folder;

/// A store and a bar.
pub(super) struct Lab {
    store: Option<Folder>,
    watch: Many,
    threads: usize,
    events: Option<u64>,
    /// Whether it shall be said why runs were done.
    says_why: bool,
    /// What was asked of this scenario the last time.
    before: Option<String>,
}

impl Lab {
    /// Opens the store, and begins to watch for Ctrl-C.
    ///
    /// # Errors
    /// If the store cannot be opened.
    pub(super) fn open(
        runs: &Runs,
        name: &str,
        base: &Case,
        bar: (&str, u64),
        quiet: bool,
    ) -> Result<Lab, Failure> {
        let open = || Folder::open(&runs.store).map_err(|error| Failure::Failed(error.to_string()));
        let store = if runs.no_store { None } else { Some(open()?) };
        if store.is_some() {
            broken::goes_on(&runs.store);
        }
        let before = why::before(store.as_ref(), name, base);
        let known = if runs.why && store.is_some() { Some(open()?) } else { None };
        progress::watch_for_interrupts();
        let watch = Many::new(bar.0, bar.1, quiet, known);
        let (threads, events) = (runs.threads, runs.events_max);
        Ok(Lab { store, watch, threads, events, says_why: runs.why, before })
    }

    /// How runs are obtained.
    pub(super) fn means(&self) -> Means<'_> {
        let store: &dyn brownout::Store = match &self.store {
            Some(store) => store,
            None => &Forgetful,
        };
        Means { threads: self.threads, store, events: self.events, watch: &self.watch }
    }

    /// Takes the bar away, and says why runs were done, if that was asked.
    pub(super) fn close(&self, base: &Case) {
        self.watch.clear();
        if self.says_why {
            let (new, reused) = (self.watch.new_ones(), self.watch.reused());
            terminal::say(&why::account(self.before.as_deref(), base, new, reused));
        }
    }
}

/// The page of an answer and its pictures.
///
/// # Errors
/// Why they cannot be drawn.
pub(super) fn pages(answer: Answer<'_>, again: &str, threads: usize) -> Result<Vec<File>, String> {
    let pictures = Pictures { svg: true, png: true };
    answer_pages(answer, again, pictures, threads).map_err(|error| error.to_string())
}

/// Why runs stopped, and that nothing is lost.
pub(super) fn stopped(stopped: &Stopped) -> Failure {
    match stopped {
        Stopped::Interrupted => Failure::Interrupted(
            "interrupted: what was run is kept, and the same command goes on from there.".to_owned(),
        ),
        Stopped::Failed(why) => Failure::Failed(why.clone()),
    }
}

/// Why a question has no answer.
pub(super) fn unanswered(error: &PlanError) -> Failure {
    match error {
        PlanError::Stopped(why) => stopped(why),
        error => Failure::Failed(error.to_string()),
    }
}
