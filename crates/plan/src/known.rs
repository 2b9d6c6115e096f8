//! Outcomes by point and seed, and those that a procedure still wants.

use std::collections::BTreeMap;

/// The answer needs outcomes that are not known yet; they are among [`Known::take_wanted`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pending;

/// Outcomes of runs by point and seed, and those that a procedure still wants.
///
/// Which runs a procedure has *used* is counted apart from what is known: outcomes that were told beforehand, from a
/// store, change neither what it asks for nor when its budget ends.
#[derive(Clone, Debug)]
pub struct Known<O> {
    entries: BTreeMap<(usize, u64), Entry<O>>,
    wanted: Vec<(usize, u64)>,
    /// Which execution of the procedure this is, counted from 1.
    execution: u64,
    used: usize,
}

#[derive(Clone, Debug)]
struct Entry<O> {
    /// None while it is wanted.
    outcome: Option<O>,
    /// The last execution that used it.
    execution: u64,
}

impl<O> Default for Known<O> {
    fn default() -> Self {
        Self::new()
    }
}

impl<O> Known<O> {
    /// Nothing is known.
    pub fn new() -> Self {
        Self { entries: BTreeMap::new(), wanted: Vec::new(), execution: 1, used: 0 }
    }

    /// The outcome of a run; asks for it if it is not known.
    ///
    /// # Errors
    /// When it is not known.
    pub fn get(&mut self, point: usize, seed: u64) -> Result<&O, Pending> {
        self.ask(point, seed);
        self.entries.get(&(point, seed)).and_then(|entry| entry.outcome.as_ref()).ok_or(Pending)
    }

    /// Asks at once for all of these runs that are not known, so that the driver can run them in parallel.
    ///
    /// # Errors
    /// When one of them is not known.
    pub fn want(&mut self, runs: impl IntoIterator<Item = (usize, u64)>) -> Result<(), Pending> {
        let mut complete = true;
        for (point, seed) in runs {
            complete &= self.ask(point, seed);
        }
        if complete { Ok(()) } else { Err(Pending) }
    }

    /// Says what came of a run; of one that is known already, the first outcome stays.
    pub fn tell(&mut self, point: usize, seed: u64, outcome: O) {
        let entry = self.entries.entry((point, seed)).or_insert(Entry { outcome: None, execution: 0 });
        entry.outcome.get_or_insert(outcome);
    }

    /// The runs that have been asked for since the last time, in the order asked, each once.
    pub fn take_wanted(&mut self) -> Vec<(usize, u64)> {
        std::mem::take(&mut self.wanted)
    }

    /// The number of runs whose outcome is known.
    pub fn runs(&self) -> usize {
        self.entries.values().filter(|entry| entry.outcome.is_some()).count()
    }

    /// The number of different runs that the present execution of the procedure has asked for.
    pub fn used(&self) -> usize {
        self.used
    }

    /// The known outcomes of a point, in the order of their seeds.
    pub fn of(&self, point: usize) -> impl Iterator<Item = (u64, &O)> {
        let known = self.entries.range((point, 0)..=(point, u64::MAX));
        known.filter_map(|((_, seed), entry)| Some((*seed, entry.outcome.as_ref()?)))
    }

    /// The outcomes of a point that the present execution has used, in the order of their seeds.
    pub fn used_of(&self, point: usize) -> impl Iterator<Item = (u64, &O)> {
        let known = self.entries.range((point, 0)..=(point, u64::MAX));
        let used = known.filter(|(_, entry)| entry.execution == self.execution);
        used.filter_map(|((_, seed), entry)| Some((*seed, entry.outcome.as_ref()?)))
    }

    /// The outcomes of a point under a number of seeds from a first one on, as far as they are known.
    pub(crate) fn from(&self, point: usize, first: u64, runs: usize) -> Vec<&O> {
        let known = self.entries.range((point, first)..(point, first + runs as u64));
        known.filter_map(|(_, entry)| entry.outcome.as_ref()).collect()
    }

    /// All runs that the present execution has used, by point and seed.
    pub fn used_runs(&self) -> impl Iterator<Item = (usize, u64, &O)> {
        let used = self.entries.iter().filter(|(_, entry)| entry.execution == self.execution);
        used.filter_map(|((point, seed), entry)| Some((*point, *seed, entry.outcome.as_ref()?)))
    }

    /// Says that the procedure starts from its beginning: no run has been used yet, and what is wanted is asked for
    /// again. [`drive`] calls it.
    pub fn restart(&mut self) {
        self.execution += 1;
        self.used = 0;
        self.wanted.clear();
    }

    /// Marks a run as used, and as wanted if its outcome is not known, which is the answer.
    fn ask(&mut self, point: usize, seed: u64) -> bool {
        let entry = self.entries.entry((point, seed)).or_insert(Entry { outcome: None, execution: 0 });
        if entry.execution != self.execution {
            entry.execution = self.execution;
            self.used += 1;
            if entry.outcome.is_none() {
                self.wanted.push((point, seed));
            }
        }
        entry.outcome.is_some()
    }
}

/// Runs a procedure until it has its answer: it is a plain function, executed again whenever outcomes that it asked for
/// have come. `evaluate` gives the outcomes of runs in their order.
///
/// # Errors
/// Those of `evaluate`; what was known before stays known.
///
/// # Panics
/// When `evaluate` gives another number of outcomes than it was given runs, or the procedure is pending without asking
/// for anything.
pub fn drive<O, A, E>(
    known: &mut Known<O>,
    procedure: impl Fn(&mut Known<O>) -> Result<A, Pending>,
    mut evaluate: impl FnMut(&[(usize, u64)]) -> Result<Vec<O>, E>,
) -> Result<A, E> {
    loop {
        known.restart();
        if let Ok(answer) = procedure(known) {
            return Ok(answer);
        }
        let wanted = known.take_wanted();
        assert!(!wanted.is_empty(), "a procedure is pending but wants no run");
        let outcomes = evaluate(&wanted)?;
        assert_eq!(outcomes.len(), wanted.len(), "each run that was wanted has one outcome");
        for ((point, seed), outcome) in wanted.into_iter().zip(outcomes) {
            known.tell(point, seed, outcome);
        }
    }
}

/// Takes a step for each of these, all of them even where one is pending, so that what they ask for is asked at once.
///
/// # Errors
/// When one of them is pending.
pub fn together<O, T, A>(
    known: &mut Known<O>,
    of: impl IntoIterator<Item = T>,
    mut step: impl FnMut(&mut Known<O>, T) -> Result<A, Pending>,
) -> Result<Vec<A>, Pending> {
    let answers: Vec<_> = of.into_iter().map(|each| step(known, each)).collect();
    answers.into_iter().collect()
}
