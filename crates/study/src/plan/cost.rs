//! What a point costs, and the cheapest of many.

use super::bound::terms;
use super::days::{Days, Laid};
use super::{Asking, Knob, PlanError, promised};
use crate::Case;
use crate::runs::{Job, Means};
use brownout_analysis::answer::{Cheapest, Set};
use brownout_plan::{Known, Lattice, Promise, Promises, cheapest, drive};
use brownout_scenario::On;
use brownout_stats::{MeanTest, ShareTest, Verdict};

/// Hours of a month: 8,760 of a year, a twelfth of them.
const MONTH_HOURS: f64 = 730.0;
/// More points take minutes to price.
const POINTS_MAX: usize = 100_000;
/// Runs of one point before it counts as undecided.
const POINT_RUNS: usize = 150;
/// The first seed of the confirmation.
const FRESH: u64 = 100_001;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// In what share of runs the promises have to hold.
    pub share: f64,
    /// How sure the answer has to be.
    pub confidence: f64,
    /// About how many runs it may take.
    pub budget: usize,
}

/// What the replicas of a case cost a month as it starts, where something has a price, and how many accelerators they
/// have.
pub(crate) fn of(case: &Case) -> (Option<f64>, u64) {
    let layout = &case.legend.layout;
    let places = &layout.places[layout.loads..];
    let hour = |place: &brownout_observe::Place| {
        let one = f64::from(place.accelerators.max(1)) * place.micro_dollars_per_hour as f64 * 1e-6;
        one * f64::from(place.replicas)
    };
    let dollars: f64 = places.iter().map(hour).sum();
    let accelerators =
        places.iter().map(|place| u64::from(place.accelerators) * u64::from(place.replicas)).sum();
    ((0.0 < dollars).then_some(dollars * MONTH_HOURS), accelerators)
}

/// The cheapest values of several knobs that keep the promises. Knobs of words (variants, switches) are tried in every
/// combination; of the others a higher value is taken to keep promises more easily.
///
/// # Errors
/// If nothing is promised, nothing has a price, there are too many points, a point is no valid scenario, or runs stop.
pub fn cheapest_of(
    asking: Asking<'_>,
    knobs: &[Knob],
    asked: Options,
    means: Means<'_>,
) -> Result<Cheapest, PlanError> {
    let is_word = |knob: &&Knob| knob.levels.iter().any(|level| level.number.is_none());
    let words: Vec<&Knob> = knobs.iter().filter(is_word).collect();
    let numbers: Vec<&Knob> = knobs.iter().filter(|knob| !is_word(knob)).collect();
    let product =
        |knobs: &[&Knob]| knobs.iter().fold(1usize, |all, knob| all.saturating_mul(knob.levels.len()));
    let (categories, size) = (product(&words), product(&numbers));
    if POINTS_MAX < categories.saturating_mul(size) {
        let points = brownout_units::grouped(categories.saturating_mul(size) as u64);
        let why = format!(
            "these knobs have {points} points, at most {} can be priced\nhint: fewer values of each, as by a larger step",
            brownout_units::grouped(POINTS_MAX as u64)
        );
        return Err(PlanError::Wrong(why));
    }
    let lattice = Lattice { categories, knobs: numbers.iter().map(|knob| knob.levels.len()).collect() };
    let places = |point: usize| places(&lattice, &words, &numbers, knobs, point);
    let laid = |point: usize| -> Laid {
        knobs.iter().zip(places(point)).flat_map(|(knob, at)| knob.laid[at].clone()).collect()
    };
    let mut days = Days::new(asking, means, (0..lattice.points()).map(laid).collect());
    let promises = promised(&mut days)?;
    let mut prices = Vec::with_capacity(lattice.points());
    for point in 0..lattice.points() {
        prices.push(of(days.case(point)?));
    }
    let costs: Vec<f64> = prices.iter().map(|(dollars, _)| dollars.unwrap_or(0.0)).collect();
    if costs.iter().all(|cost| cost.to_bits() == costs[0].to_bits()) && 1 < costs.len() {
        let why =
            "all of these points cost the same\nhint: give tiers that the knobs change a price = \"$0.40/h\"";
        return Err(PlanError::Wrong(why.to_owned()));
    }
    let criterion = criterion(&promises, asked);
    let search = brownout_plan::Cheapest {
        bounds: 100 < lattice.points(),
        lattice: lattice.clone(),
        costs: costs.clone(),
        criterion,
        runs_max: POINT_RUNS,
        budget: asked.budget,
        fresh: FRESH,
    };
    let mut known: Known<Vec<f64>> = Known::new();
    let found = drive(
        &mut known,
        |known| cheapest(known, &search),
        |wanted: &[Job]| {
            days.run(wanted)?;
            Ok::<_, PlanError>(wanted.iter().map(|job| outcome(days.day(*job), &promises)).collect())
        },
    )?;
    let set = |point: usize, verdict: Verdict| Set {
        values: knobs.iter().zip(places(point)).map(|(knob, at)| knob.levels[at].shown.clone()).collect(),
        dollars_a_month: costs[point],
        accelerators: prices[point].1,
        runs: days.of(point).count(),
        kept: days.of(point).filter(|(_, day)| day.keeps(&promises)).count(),
        verdict,
    };
    let answer = found.answer.map(|point| set(point, Verdict::Accepted));
    let undecided = found.undecided.iter().map(|point| set(*point, Verdict::Undecided)).collect();
    let tried = found.tried.iter().map(|(point, verdict)| set(*point, *verdict)).collect();
    let runs = days.runs();
    let all = Knob { name: "all knobs".to_owned(), levels: Vec::new(), laid: Vec::new() };
    Ok(Cheapest {
        terms: terms(&days.case(0)?.scenario, &all, &promises, asked.share, asked.confidence),
        knobs: knobs.iter().map(|knob| knob.name.clone()).collect(),
        points: lattice.points(),
        answer,
        undecided,
        saving_max: found.saving_max,
        tried,
        out_of_budget: found.out_of_budget,
        runs,
    })
}

/// The value of each knob at a point, by its place, in the order of the knobs.
fn places(lattice: &Lattice, words: &[&Knob], numbers: &[&Knob], knobs: &[Knob], point: usize) -> Vec<usize> {
    let (mut category, levels) = lattice.levels(point);
    let mut of_words = vec![0; words.len()];
    for (at, knob) in of_words.iter_mut().zip(words).rev() {
        *at = category % knob.levels.len();
        category /= knob.levels.len();
    }
    let at = |knob: &Knob| {
        let same = |other: &&&Knob| std::ptr::eq(**other, knob);
        let word = words.iter().position(|other| same(&other)).map(|at| of_words[at]);
        word.or_else(|| numbers.iter().position(|other| same(&other)).map(|at| levels[at])).unwrap_or(0)
    };
    knobs.iter().map(at).collect()
}

/// All promises about runs are one; each on average is its own.
fn criterion(promises: &[brownout_scenario::Promise], asked: Options) -> Promises {
    let averages = promises.iter().filter(|promise| promise.on == On::Average).count();
    let of_runs = promises.len() != averages;
    let many = averages + usize::from(of_runs);
    let confidence = 1.0 - (1.0 - asked.confidence) / many.max(1) as f64;
    let share = of_runs.then(|| Promise::Share(ShareTest::new(asked.share, confidence)));
    let average = (0..averages).map(|_| Promise::Average(MeanTest::new(confidence)));
    Promises(share.into_iter().chain(average).collect())
}

/// One number for each criterion, negative where it is kept. A mean that does not exist counts as far beyond.
fn outcome(day: &super::days::Day, promises: &[brownout_scenario::Promise]) -> Vec<f64> {
    let of_runs = promises.iter().any(|promise| promise.on == On::Runs);
    let share = of_runs.then(|| if day.keeps(promises) { -1.0 } else { 1.0 });
    let averages = (0..promises.len()).filter(|at| promises[*at].on == On::Average);
    share.into_iter().chain(averages.map(|at| day.beyond[at].unwrap_or(1e9))).collect()
}
