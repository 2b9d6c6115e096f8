//! Runs, from the store where it has them, otherwise simulated and kept there; many of them in parallel.

use super::address::{Address, Hashed};
use super::store::{Broken, Record, Store};
use crate::Case;
use brownout_lab::{Beside, Error, Of, Progress, map, run};
use brownout_model::Model;
use brownout_observe::{Digest, Keep, Legend, Replication};
use brownout_units::Span;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What watches many runs.
pub trait Watch: Sync {
    /// Whether runs shall go on.
    fn goes_on(&self) -> bool {
        true
    }

    /// This thread begins a run.
    fn begins(&self, _run: &Begun<'_>) {}

    /// A run has come that far.
    fn reaches(&self, _at: Span) {}

    /// A run has ended, after that many events; none if the store had it.
    fn ends(&self, _events: Option<u64>) {}
}

/// Watches nothing.
impl Watch for brownout_lab::Silent {}

/// A run that begins, for a message if it breaks.
#[derive(Clone, Copy, Debug)]
pub struct Begun<'a> {
    /// Where its record will be.
    pub address: Address,
    /// Where that of the first replication of the same simulation is, if it was ever run.
    pub first: Address,
    /// The case it is of.
    pub case: &'a Case,
    /// Which replication.
    pub replication: u64,
}

/// How runs are obtained.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    /// Threads; 0: as many as there are cores.
    pub threads: usize,
    /// Where runs are kept.
    pub store: &'a dyn Store,
    /// A run that delivers more events is given up; none: only the simulator's own limit.
    pub events: Option<u64>,
    /// What watches them.
    pub watch: &'a dyn Watch,
}

/// A case with all that its runs need.
#[derive(Debug)]
pub(crate) struct Ready<'a> {
    pub(crate) case: &'a Case,
    keep: Keep,
    run: Hashed,
    beside: Option<(Beside, Hashed, Option<Hashed>)>,
}

impl<'a> Ready<'a> {
    /// One whose runs have those beside them, if wanted.
    pub(crate) fn new(case: &'a Case, keep: Keep, beside: bool) -> Self {
        let of = |beside: Beside| {
            let (ideal, other) = (Hashed::of(&beside.ideal), beside.counterfactual.as_ref().map(Hashed::of));
            (beside, ideal, other)
        };
        let beside = beside.then(|| of(case.beside()));
        Ready { case, keep, run: Hashed::of(&case.scenario.model), beside }
    }

    /// The runs of one replication, its own first.
    fn parts(&self, replication: u64) -> Vec<Part<'_>> {
        let of = |role, model, keep, hash: Hashed| {
            let seed = self.case.scenario.seed;
            let (address, first) = (hash.run(seed, replication), hash.run(seed, 0));
            Part { role, case: self.case, model, keep, replication, address, first }
        };
        let mut parts = vec![of(Role::Run, &self.case.scenario.model, &self.keep, self.run)];
        if let Some((beside, ideal, other)) = &self.beside {
            parts.push(of(Role::Ideal, &beside.ideal, &beside.keep, *ideal));
            let other = beside.counterfactual.as_ref().zip(*other);
            parts.extend(other.map(|(model, hash)| of(Role::Counterfactual, model, &beside.keep, hash)));
        }
        parts
    }
}

/// Which replication of which case, by its place.
pub(crate) type Job = (usize, u64);

/// What became of a run: what it left, or why it left nothing.
pub(crate) type Outcome = Result<Replication, Broken>;

#[derive(Clone, Copy)]
enum Role {
    Run,
    Ideal,
    Counterfactual,
}

/// One of the runs that a job needs.
struct Part<'a> {
    role: Role,
    case: &'a Case,
    model: &'a Model,
    keep: &'a Keep,
    replication: u64,
    address: Address,
    /// The address of the first replication.
    first: Address,
}

/// What becomes of some runs, in their order; the same on any number of threads, and whatever the store has.
///
/// # Errors
/// If the watch asks to stop, the store cannot keep what was run, or the machine gives no threads.
pub(crate) fn obtain(cases: &[Ready<'_>], jobs: &[Job], means: Means<'_>) -> Result<Vec<Outcome>, Stopped> {
    let parts: Vec<Part<'_>> =
        jobs.iter().flat_map(|(case, replication)| cases[*case].parts(*replication)).collect();
    // Points of a sweep share the runs beside them, as long as their users stay the same.
    let mut places: BTreeMap<Address, usize> = BTreeMap::new();
    let mut order: Vec<&Part<'_>> = Vec::new();
    for part in &parts {
        places.entry(part.address).or_insert_with(|| {
            order.push(part);
            order.len() - 1
        });
    }
    let first: Vec<Address> = order.iter().map(|part| part.address).collect();
    // Long ones first, so that no core waits for the last one; equal ones as they come.
    order.sort_by(|a, b| b.case.scenario.events.total_cmp(&a.case.scenario.events));
    let done = map(means.threads, &order, |part| Ok((part.address, digest(part, means)?)))?;
    let done = done.into_iter().collect::<Result<Vec<_>, Stopped>>()?;
    let mut left: Vec<usize> = vec![0; first.len()];
    for part in &parts {
        left[places[&part.address]] += 1;
    }
    let mut digests: Vec<Option<Result<Digest, Broken>>> = first.iter().map(|_| None).collect();
    for (address, digest) in done {
        digests[places[&address]] = Some(digest);
    }
    let mut take = |part: &Part<'_>| {
        let place = places[&part.address];
        left[place] -= 1;
        let digest = &mut digests[place];
        // The last one that needs it takes it, the others a copy.
        let digest = if left[place] == 0 { digest.take() } else { digest.clone() };
        digest.expect("every part was run")
    };
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(jobs.len());
    for part in &parts {
        let digest = take(part);
        match part.role {
            Role::Run => {
                outcomes.push(digest.map(|run| Replication { run, ideal: None, counterfactual: None }));
            }
            role => add(outcomes.last_mut().expect("a run stands before those beside it"), role, digest),
        }
    }
    Ok(outcomes)
}

/// Adds a run beside another one, where that has left something.
fn add(to: &mut Outcome, role: Role, digest: Result<Digest, Broken>) {
    match (&mut *to, digest, role) {
        (Ok(to), Ok(digest), Role::Ideal) => to.ideal = Some(digest),
        (Ok(to), Ok(digest), _) => to.counterfactual = Some(digest),
        (Ok(_), Err(broken), _) => *to = Err(broken),
        (Err(_), _, _) => {}
    }
}

/// Why runs stopped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
    /// The watch asked for it.
    #[error("interrupted")]
    Interrupted,
    /// The store, the disk, or the machine.
    #[error("{0}")]
    Failed(String),
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Stopped::Failed(error.to_string())
    }
}

/// The digest of one run: from the store, or simulated and kept.
fn digest(part: &Part<'_>, means: Means<'_>) -> Result<Result<Digest, Broken>, Stopped> {
    if !means.watch.goes_on() {
        return Err(Stopped::Interrupted);
    }
    let Part { case, model, keep, replication, address, .. } = *part;
    let mut keep = keep.clone();
    match Record::of(means.store, address) {
        Some(Record::Done(digest)) => match Record::lacks(&digest.keep, &keep) {
            None => {
                means.watch.ends(None);
                return Ok(Ok(*digest));
            }
            Some(more) => keep = more,
        },
        Some(Record::Broken(broken)) if !is_outgrown(&broken, means.events) => {
            means.watch.ends(None);
            return Ok(Err(broken));
        }
        _ => {}
    }
    means.watch.begins(&Begun { address, first: part.first, case, replication });
    let of = Of { model, seed: case.scenario.seed, replication };
    let record = simulate(of, &case.legend, &keep, means)?;
    means.store.put(address, &record.bytes()).map_err(Stopped::Failed)?;
    Ok(match record {
        Record::Done(digest) => {
            means.watch.ends(Some(digest.events));
            Ok(*digest)
        }
        Record::Broken(broken) => {
            means.watch.ends(Some(0));
            Err(broken)
        }
    })
}

/// Whether a run that passed a limit may go further now.
fn is_outgrown(broken: &Broken, limit: Option<u64>) -> bool {
    match broken {
        Broken::Limit(passed) => limit.is_none_or(|limit| *passed < limit),
        Broken::Invariant(_) => false,
    }
}

fn simulate(of: Of<'_>, legend: &Arc<Legend>, keep: &Keep, means: Means<'_>) -> Result<Record, Stopped> {
    let progress = Limited { watch: means.watch, most: means.events.unwrap_or(u64::MAX) };
    match run(of, legend, keep, &progress) {
        Ok(digest) => Ok(Record::Done(Box::new(digest))),
        Err(Error::TooManyEvents { limit, .. }) => Ok(Record::Broken(Broken::Limit(limit))),
        Err(Error::Interrupted { .. }) if !means.watch.goes_on() => Err(Stopped::Interrupted),
        Err(Error::Interrupted { .. }) => Ok(Record::Broken(Broken::Limit(progress.most))),
        Err(error @ Error::Threads(_)) => Err(error.into()),
    }
}

/// Stops a run at a number of events, or when the watch asks for it.
struct Limited<'a> {
    watch: &'a dyn Watch,
    most: u64,
}

impl Progress for Limited<'_> {
    fn at(&self, _: u64, at: Span, events: u64) -> bool {
        self.watch.reaches(at);
        events <= self.most && self.watch.goes_on()
    }
}
