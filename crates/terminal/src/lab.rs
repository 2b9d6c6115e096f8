//! What every question beyond one run needs: where runs are kept, and what watches them.

use crate::progress::{self, many::Many};
use crate::{broken, say};
use brownout::words::screen;
use brownout::{
    Asking, Case, Findings, Forecast, Forgetful, Means, PlanError, WHY_RUNS, account, remembered,
};
use brownout_host::folder::plain;
use brownout_host::store::Folder;
use std::path::Path;

/// How runs are done and kept.
#[derive(Clone, Copy, Debug)]
pub struct Keeping<'a> {
    /// Where they are kept; none: nowhere.
    pub store: Option<&'a Path>,
    /// Threads to run on; 0 is one for each core.
    pub threads: usize,
    /// A run that has more events is given up; none: there is no limit.
    pub events: Option<u64>,
    /// Whether it is said of runs that were done why the store did not have them.
    pub why: bool,
    /// No bar is drawn.
    pub quiet: bool,
}

impl Keeping<'_> {
    /// Says what a sweep will take, unless nothing shall be said.
    pub fn say(&self, forecast: &Forecast) {
        if !self.quiet {
            let Forecast { points, replications, runs, bytes, .. } = *forecast;
            let cores = if self.threads == 0 { progress::cores() } else { self.threads };
            say(&screen::forecast(points, replications, runs, forecast.seconds(cores), bytes));
        }
    }
}

/// A store and a bar.
pub struct Lab<'a> {
    keeping: Keeping<'a>,
    store: Option<Folder>,
    watch: Many,
    /// What was asked of this scenario the last time.
    before: Option<String>,
}

impl<'a> Lab<'a> {
    /// Opens the store, and begins to watch for Ctrl-C; `name` is what is asked about, `bar` says what is done and
    /// about how many runs that takes.
    ///
    /// # Errors
    /// If the store cannot be opened.
    pub fn open(keeping: Keeping<'a>, name: &str, base: &Case, bar: (&str, u64)) -> Result<Lab<'a>, String> {
        let open = |path: &Path| Folder::open(path).map_err(|error| error.to_string());
        let store = keeping.store.map(open).transpose()?;
        if let Some(path) = keeping.store {
            broken::goes_on(path);
        }
        let before = before(store.as_ref(), name, base);
        let known = keeping.store.filter(|_| keeping.why).map(open).transpose()?;
        progress::watch_for_interrupts();
        let watch = Many::new(bar.0, bar.1, keeping.quiet, known);
        Ok(Lab { keeping, store, watch, before })
    }

    /// How runs are obtained.
    pub fn means(&self) -> Means<'_> {
        let store: &dyn brownout::Store = match &self.store {
            Some(store) => store,
            None => &Forgetful,
        };
        let Keeping { threads, events, .. } = self.keeping;
        Means { threads, store, events, watch: &self.watch }
    }

    /// Takes the bar away, and says why runs were done, if that was asked.
    pub fn close(&self, base: &Case) {
        self.watch.clear();
        if self.keeping.why {
            let (new, reused) = (self.watch.new_ones(), self.watch.reused());
            let account = account(self.before.as_deref(), base, (reused, new.runs, new.of_known));
            say(&screen::account(&account));
        }
    }
}

/// Findings with what other runs of the same night say about them: [`brownout::explained`] with a bar, on `threads`.
///
/// # Errors
/// If a run breaks, or runs stop.
pub fn explained(
    asking: Asking<'_>,
    name: &str,
    cases: &[Case],
    findings: Vec<Findings>,
    (threads, quiet): (usize, bool),
) -> Result<Vec<Findings>, PlanError> {
    let keeping = Keeping { store: None, threads, events: None, why: false, quiet };
    let lab = Lab::open(keeping, name, &cases[0], ("asking why", WHY_RUNS)).map_err(PlanError::Wrong)?;
    let found = brownout::explained(asking, cases, findings, lab.means());
    lab.close(&cases[0]);
    found
}

/// What was asked the last time under this name; what is asked now takes its place.
fn before(store: Option<&Folder>, name: &str, base: &Case) -> Option<String> {
    let (store, name) = (store?, plain(name));
    let before = store.asked(&name);
    // A note that cannot be kept is missed by nothing but the next --why.
    let _ = store.ask(&name, &remembered(base));
    before
}
