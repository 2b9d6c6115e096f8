//! What a point costs, and the cheapest of many.

use super::bound::{of_each, terms};
use super::days::Days;
use super::price::Price;
use super::{Asking, Knob, PlanError, promised};
use crate::laid::Laid;
use crate::runs::{Job, Means};
use brownout_analysis::answer::{Cheapest, Cost, Set};
use brownout_plan::{Known, Lattice, Promise, Promises, cheapest, drive};
use brownout_scenario::On;
use brownout_stats::{MeanTest, ShareTest, Verdict};
use brownout_units::grouped;

/// More points take minutes to price.
const POINTS_MAX: usize = 100_000;
/// Runs that only say what points cost, before the search puts them in order.
const MEASURED_MAX: usize = 2_000;
/// Of each point where penalties count, if there are few enough: they differ from day to day much more than what is
/// paid, of which one run says enough.
const PENALTY_RUNS: usize = 8;
/// Ruling out single levels first pays for more points than this.
const BOUNDS: usize = 100;
/// Runs of one point before it counts as undecided.
const POINT_RUNS: usize = 151;
/// Runs of the whole search up to which cheaper undecided points are followed further.
const REFINE: usize = 700;
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

/// The points of several knobs: those of words make categories, the others a lattice in each of them.
struct Field<'a> {
    knobs: &'a [Knob],
    /// The places among `knobs` of those of words, and of the others.
    words: Vec<usize>,
    numbers: Vec<usize>,
    lattice: Lattice,
}

impl<'a> Field<'a> {
    fn new(knobs: &'a [Knob]) -> Result<Self, PlanError> {
        let is_word = |at: &usize| knobs[*at].levels.iter().any(|level| level.number.is_none());
        let (words, numbers): (Vec<usize>, Vec<usize>) = (0..knobs.len()).partition(is_word);
        let many =
            |all: &[usize]| all.iter().fold(1usize, |many, at| many.saturating_mul(knobs[*at].levels.len()));
        let points = many(&words).saturating_mul(many(&numbers));
        if POINTS_MAX < points {
            let (points, most) = (grouped(points as u64), grouped(POINTS_MAX as u64));
            return Err(PlanError::Wrong(format!(
                "these knobs have {points} points, at most {most} can be priced\n\
                 hint: fewer values of each, as by a larger step"
            )));
        }
        let levels = numbers.iter().map(|at| knobs[*at].levels.len()).collect();
        let lattice = Lattice { categories: many(&words), knobs: levels };
        Ok(Field { knobs, words, numbers, lattice })
    }

    /// The value of each knob at a point, by its place, in the order of the knobs.
    fn places(&self, point: usize) -> Vec<usize> {
        let (mut category, levels) = self.lattice.levels(point);
        let mut places = vec![0; self.knobs.len()];
        for at in self.words.iter().rev() {
            places[*at] = category % self.knobs[*at].levels.len();
            category /= self.knobs[*at].levels.len();
        }
        self.numbers.iter().zip(levels).for_each(|(at, level)| places[*at] = level);
        places
    }

    fn laid(&self, point: usize) -> Laid {
        self.knobs.iter().zip(self.places(point)).flat_map(|(knob, at)| knob.laid[at].clone()).collect()
    }

    fn values(&self, point: usize) -> Vec<String> {
        let shown = |(knob, at): (&Knob, usize)| knob.levels[at].shown.clone();
        self.knobs.iter().zip(self.places(point)).map(shown).collect()
    }
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
    let field = Field::new(knobs)?;
    let points = field.lattice.points();
    let mut days = Days::new(asking, means, (0..points).map(|point| field.laid(point)).collect());
    let promises = promised(&mut days)?;
    let (prices, priced_by) = prices(&mut days)?;
    let costs: Vec<f64> = prices.iter().map(|(cost, _)| cost.all.mean).collect();
    let search = brownout_plan::Cheapest {
        bounds: BOUNDS < points,
        lattice: field.lattice.clone(),
        costs: costs.clone(),
        criterion: criterion(&promises, asked),
        runs_max: POINT_RUNS,
        refine: REFINE.min(asked.budget),
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
    let test = MeanTest::new(of_each(&promises, asked.confidence));
    let mut set = |point: usize, verdict: Verdict| {
        Ok::<_, PlanError>(Set {
            values: field.values(point),
            cost: days.cost(point)?.unwrap_or(prices[point].0),
            accelerators: prices[point].1,
            runs: days.runs_of(point).count(),
            kept: days.runs_of(point).filter(|(_, day)| day.keeps(&promises)).count(),
            averages: days.averages(point, &promises, test),
            verdict,
        })
    };
    let answer = found.answer.map(|point| set(point, Verdict::Accepted)).transpose()?;
    let undecided = found.undecided.iter().map(|point| set(*point, Verdict::Undecided));
    let undecided = undecided.collect::<Result<_, _>>()?;
    let tried = found.tried.iter().map(|(point, verdict)| set(*point, *verdict)).collect::<Result<_, _>>()?;
    let runs = days.runs();
    let all = Knob { name: "all knobs".to_owned(), levels: Vec::new(), laid: Vec::new() };
    let is_fixed = days.is_fixed();
    Ok(Cheapest {
        is_fixed,
        priced_by,
        terms: terms(&days.case(0)?.scenario, &all, &promises, asked.share, asked.confidence),
        knobs: knobs.iter().map(|knob| knob.name.clone()).collect(),
        points,
        answer,
        undecided,
        saving_max: found.saving_max,
        tried,
        out_of_budget: found.out_of_budget,
        runs,
    })
}

/// What each point costs a month and how many accelerators it has, and over how many of its first runs that was
/// measured: where a controller changes its replicas, calls have a price, or what is not served has a penalty.
fn prices(days: &mut Days<'_>) -> Result<(Vec<(Cost, u64)>, usize), PlanError> {
    let mut known = Vec::with_capacity(days.points());
    for point in 0..days.points() {
        known.push(Price::of(days.case(point)?));
    }
    let of_runs: Vec<usize> = (0..days.points()).filter(|point| known[*point].is_of_runs()).collect();
    if MEASURED_MAX < of_runs.len() {
        let (points, most) = (grouped(of_runs.len() as u64), grouped(MEASURED_MAX as u64));
        return Err(PlanError::Wrong(format!(
            "what {points} points cost is known only once they are run, since replicas come and go there, calls have \
             a price or what is not served has a penalty; at most {most} are\n\
             hint: fewer values of each knob, as by a larger step"
        )));
    }
    let wanted = if known.iter().any(|price| price.has_penalty) { PENALTY_RUNS } else { 1 };
    let priced_by = MEASURED_MAX.checked_div(of_runs.len()).map_or(0, |most| most.min(wanted));
    let jobs = of_runs.iter().flat_map(|point| (1..=priced_by as u64).map(|seed| (*point, seed)));
    days.run(&jobs.collect::<Vec<Job>>())?;
    let free = Cost::of(Some(0.0), &[]).expect("a price is given");
    let mut prices = Vec::with_capacity(known.len());
    for (point, price) in known.iter().enumerate() {
        prices.push((days.cost(point)?.unwrap_or(free), price.accelerators));
    }
    let first = prices[0].0.all.mean.to_bits();
    if 1 < prices.len() && prices.iter().all(|(cost, _)| cost.all.mean.to_bits() == first) {
        let why =
            "all of these points cost the same\nhint: give tiers that the knobs change a price = \"$0.40/h\"";
        return Err(PlanError::Wrong(why.to_owned()));
    }
    Ok((prices, priced_by))
}

/// All promises about runs are one; each on average is its own.
fn criterion(promises: &[brownout_scenario::Promise], asked: Options) -> Promises {
    let averages = promises.iter().filter(|promise| promise.on == On::Average).count();
    let of_runs = promises.len() != averages;
    let confidence = of_each(promises, asked.confidence);
    let share = of_runs.then(|| Promise::Share(ShareTest::new(asked.share, confidence)));
    let average = (0..averages).map(|_| Promise::Average(MeanTest::new(confidence)));
    Promises(share.into_iter().chain(average).collect())
}

/// One number for each criterion, negative where it is kept. A mean that does not exist counts as far beyond.
fn outcome(day: &super::days::Day, promises: &[brownout_scenario::Promise]) -> Vec<f64> {
    let of_runs = promises.iter().any(|promise| promise.on == On::Runs);
    let share = of_runs.then(|| if day.keeps(promises) { -1.0 } else { 1.0 });
    let averages = (0..promises.len()).filter(|at| promises[*at].on == On::Average);
    share.into_iter().chain(averages.map(|at| day.beyond(promises, at).unwrap_or(1e9))).collect()
}
