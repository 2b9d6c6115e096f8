//! The cheapest point of several knobs and switches that keeps its promises.
//!
//! What cannot work is ruled out by few runs each: categories by their highest point, levels of a knob with the other
//! knobs at their highest, points below a rejected one. The others are tested in the order of their costs, and the
//! first that is accepted is confirmed on seeds that had no part in choosing it.

mod lattice;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use brownout_stats::Verdict;

pub use lattice::Lattice;

use crate::{BATCH, Criterion, Known, Pending, together};

/// Runs of a probe that can only rule out.
const PROBE: usize = 12;
/// The first runs of a point: most are rejected by fewer than a whole batch.
const FIRST: usize = BATCH / 2;
/// An accepted point is worth this number of times as many runs to confirm; so is a cheaper one than the answer.
const LONGER: usize = 4;

/// What is asked of [`cheapest`].
#[derive(Clone, Debug)]
pub struct Cheapest<C> {
    /// The points.
    pub lattice: Lattice,
    /// What each point costs.
    pub costs: Vec<f64>,
    /// What decides whether a point keeps its promises.
    pub criterion: C,
    /// Whether levels of single knobs are ruled out first, which pays for over 100 points, and for averages.
    pub bounds: bool,
    /// After this number of runs a point counts as undecided: 151 let two of them fail
    /// where a share of .95 is asked for; 100 for an average.
    pub runs_max: usize,
    /// Once there is an answer, cheaper points that are undecided are followed further, up to this number of runs of
    /// the whole search; 0 leaves them as they are.
    pub refine: usize,
    /// The number of runs after which the search gives up.
    pub budget: usize,
    /// The first seed of the confirmation; the search has the seeds 1, 2, 3 … below it.
    pub fresh: u64,
}

/// What came out of the search for the cheapest point.
#[derive(Clone, Debug, PartialEq)]
pub struct Cheap {
    /// The cheapest point that is shown to keep the promises, and confirmed on fresh seeds; none if none was.
    pub answer: Option<usize>,
    /// Cheaper points about which the runs do not suffice, by their costs.
    pub undecided: Vec<usize>,
    /// What they could still save at most; 0 without an answer.
    pub saving_max: f64,
    /// Categories that are ruled out, as even their highest point does not keep the promises.
    pub dropped: Vec<usize>,
    /// Points that were accepted, but not once more on fresh seeds.
    pub unconfirmed: Vec<usize>,
    /// What was tried, in the order of trial: the point and what its runs say.
    pub tried: Vec<(usize, Verdict)>,
    /// It stopped because its budget was used.
    pub out_of_budget: bool,
    /// The number of runs used.
    pub runs: usize,
}

/// Finds the cheapest point that keeps its promises.
///
/// Points of equal cost are tried in their order. The answer was accepted twice, the second time on seeds of its own.
/// A point that does not keep the promises passes each with a chance of at most α, one minus the confidence of the
/// criterion: among k such points that are cheaper than the true optimum, the answer is one with at most k·α².
///
/// # Errors
/// When outcomes are missing.
///
/// # Panics
/// When there is no point, a point has no cost, a cost is not a number, or the fresh seeds are among the others.
pub fn cheapest<O, C: Criterion<O>>(known: &mut Known<O>, asked: &Cheapest<C>) -> Result<Cheap, Pending> {
    assert!(asked.lattice.points() > 0, "every knob has a level");
    assert_eq!(asked.costs.len(), asked.lattice.points(), "each point has its cost");
    assert!(!asked.costs.iter().any(|cost| cost.is_nan()), "a cost is a number");
    assert!(asked.runs_max < asked.fresh as usize, "fresh seeds come after those of the search");
    let mut search = Search { asked, rejected: Vec::new(), confirmations: 0, found: Cheap::nothing() };
    search.screen(known)?;
    if asked.bounds {
        search.bound(known)?;
    }
    search.by_cost(known)?;
    search.refine(known)?;
    search.saving();
    search.found.runs = known.used();
    Ok(search.found)
}

impl Cheap {
    fn nothing() -> Self {
        Cheap {
            answer: None,
            undecided: Vec::new(),
            saving_max: 0.0,
            dropped: Vec::new(),
            unconfirmed: Vec::new(),
            tried: Vec::new(),
            out_of_budget: false,
            runs: 0,
        }
    }
}

struct Search<'a, C> {
    asked: &'a Cheapest<C>,
    /// Points that are rejected; so are those below them.
    rejected: Vec<usize>,
    confirmations: usize,
    found: Cheap,
}

impl<C> Search<'_, C> {
    /// Drops the categories whose highest point does not keep the promises.
    fn screen<O>(&mut self, known: &mut Known<O>) -> Result<(), Pending>
    where
        C: Criterion<O>,
    {
        let lattice = &self.asked.lattice;
        let top: Vec<usize> = lattice.knobs.iter().map(|many| many - 1).collect();
        let highest = |category: usize| lattice.point(category, &top);
        let verdicts = together(known, 0..lattice.categories, |known, category| {
            judge(known, &self.asked.criterion, highest(category), 1, PROBE)
        })?;
        for (category, verdict) in verdicts.into_iter().enumerate() {
            if verdict == Verdict::Rejected {
                self.found.dropped.push(category);
                self.found.tried.push((highest(category), verdict));
                self.rejected.push(highest(category));
            }
        }
        Ok(())
    }

    /// For each knob the highest level that is rejected with all others at their highest.
    fn bound<O>(&mut self, known: &mut Known<O>) -> Result<(), Pending>
    where
        C: Criterion<O>,
    {
        let lattice = &self.asked.lattice;
        let kept = (0..lattice.categories).filter(|category| !self.found.dropped.contains(category));
        let knobs = kept.flat_map(|category| (0..lattice.knobs.len()).map(move |knob| (category, knob)));
        let bounds = together(known, knobs, |known, (category, knob)| {
            let mut levels: Vec<usize> = lattice.knobs.iter().map(|many| many - 1).collect();
            let (mut low, mut high, mut rejected) = (0, levels[knob], None);
            while low < high {
                levels[knob] = low + (high - low) / 2;
                let point = lattice.point(category, &levels);
                if judge(known, &self.asked.criterion, point, 1, PROBE)? == Verdict::Rejected {
                    (low, rejected) = (levels[knob] + 1, Some(point));
                } else {
                    high = levels[knob];
                }
            }
            Ok(rejected)
        })?;
        for point in bounds.into_iter().flatten() {
            self.found.tried.push((point, Verdict::Rejected));
            self.rejected.push(point);
        }
        Ok(())
    }

    /// Tests what is left in the order of costs, until a point is accepted and confirmed.
    fn by_cost<O>(&mut self, known: &mut Known<O>) -> Result<(), Pending>
    where
        C: Criterion<O>,
    {
        let asked = self.asked;
        let costs = asked.costs.iter().enumerate();
        let mut heap: BinaryHeap<_> = costs.map(|(point, cost)| Reverse((Cost(*cost), point))).collect();
        while let Some(Reverse((_, point))) = heap.pop() {
            if self.rejected.iter().any(|rejected| asked.lattice.is_below(point, *rejected)) {
                continue;
            }
            if known.used() >= asked.budget {
                self.found.out_of_budget = true;
                break;
            }
            let mut verdict = judge(known, &asked.criterion, point, 1, asked.runs_max)?;
            if verdict == Verdict::Accepted {
                verdict = self.confirm(known, point)?;
                if verdict != Verdict::Accepted {
                    self.found.unconfirmed.push(point);
                }
            }
            self.found.tried.push((point, verdict));
            match verdict {
                Verdict::Accepted => {
                    self.found.answer = Some(point);
                    break;
                }
                Verdict::Rejected => self.rejected.push(point),
                Verdict::Undecided => self.found.undecided.push(point),
            }
        }
        Ok(())
    }

    /// Follows the cheaper points that are undecided further, the cheapest first.
    fn refine<O>(&mut self, known: &mut Known<O>) -> Result<(), Pending>
    where
        C: Criterion<O>,
    {
        let asked = self.asked;
        if self.found.answer.is_none() {
            return Ok(());
        }
        for point in self.found.undecided.clone() {
            let left = asked.refine.saturating_sub(known.used()) + known.used_of(point).count();
            let ruled_out = self.rejected.iter().any(|rejected| asked.lattice.is_below(point, *rejected));
            if ruled_out || self.found.unconfirmed.contains(&point) {
                continue;
            }
            let mut verdict = judge(known, &asked.criterion, point, 1, left.min(LONGER * asked.runs_max))?;
            if verdict == Verdict::Accepted {
                verdict = self.confirm(known, point)?;
            }
            match verdict {
                Verdict::Accepted => {
                    self.found.answer = Some(point);
                    self.found.tried.push((point, verdict));
                    break;
                }
                Verdict::Rejected => self.rejected.push(point),
                Verdict::Undecided => {}
            }
        }
        Ok(())
    }

    /// Tests an accepted point again, on seeds that no point has had: the luck of one set of seeds is common to all
    /// points, and would turn down one after the other.
    fn confirm<O>(&mut self, known: &mut Known<O>, point: usize) -> Result<Verdict, Pending>
    where
        C: Criterion<O>,
    {
        let runs_max = LONGER * self.asked.runs_max;
        let first = self.asked.fresh + (self.confirmations * runs_max) as u64;
        self.confirmations += 1;
        judge(known, &self.asked.criterion, point, first, runs_max)
    }

    /// What the undecided ones could save; those below a point that was rejected later are not undecided any more.
    fn saving(&mut self) {
        let Search { asked, rejected, found, .. } = self;
        found.undecided.retain(|point| !rejected.iter().any(|other| asked.lattice.is_below(*point, *other)));
        let Some(answer) = found.answer else { return };
        found.undecided.retain(|point| asked.costs[*point] < asked.costs[answer]);
        let cheapest = found.undecided.first().map_or(answer, |point| *point);
        found.saving_max = asked.costs[answer] - asked.costs[cheapest];
    }
}

/// Runs a point under seeds in order until there is a verdict, or a number of runs.
fn judge<O>(
    known: &mut Known<O>,
    criterion: &impl Criterion<O>,
    point: usize,
    first: u64,
    runs_max: usize,
) -> Result<Verdict, Pending> {
    let mut runs = 0;
    while runs < runs_max {
        let width = if runs == 0 { FIRST } else { BATCH }.min(runs_max - runs);
        known.want((first..first + (runs + width) as u64).map(|seed| (point, seed)))?;
        runs += width;
        let verdict = criterion.judge(&known.from(point, first, runs));
        if verdict != Verdict::Undecided {
            return Ok(verdict);
        }
    }
    Ok(Verdict::Undecided)
}

/// A cost in the order of numbers.
#[derive(PartialEq)]
struct Cost(f64);

impl Eq for Cost {}

impl PartialOrd for Cost {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Cost {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}
