//! What every question beyond one run needs: where runs are kept, and what watches them.

use crate::arguments::Runs;
use crate::failure::Failure;
use brownout::words::screen;
use brownout::{Case, Forgetful, Means, PlanError, Stopped, account, remembered};
use brownout_host::folder::plain;
use brownout_host::store::Folder;
use brownout_terminal as terminal;
use brownout_terminal::broken;
use brownout_terminal::progress::{self, many::Many};

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
        let before = before(store.as_ref(), name, base);
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
            let account = account(self.before.as_deref(), base, (reused, new.runs, new.of_known));
            terminal::say(&screen::account(&account));
        }
    }
}

/// What was asked the last time under this name; what is asked now takes its place.
fn before(store: Option<&Folder>, name: &str, base: &Case) -> Option<String> {
    let (store, name) = (store?, plain(name));
    let before = store.asked(&name);
    // A note that cannot be kept is missed by nothing but the next --why.
    let _ = store.ask(&name, &remembered(base));
    before
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
