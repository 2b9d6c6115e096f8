//! What a point costs, and the cheapest of many.

use super::bound::{of_each, terms};
use super::days::Days;
use super::{Asking, Knob, PlanError, promised};
use crate::Case;
use crate::laid::Laid;
use crate::runs::{Job, Means};
use brownout_analysis::answer::{Cheapest, Set};
use brownout_metrics::replicas::COST_PER_MONTH;
use brownout_metrics::{Asked, Subject};
use brownout_observe::Replication;
use brownout_plan::{Known, Lattice, Promise, Promises, cheapest, drive};
use brownout_scenario::On;
use brownout_stats::{MeanTest, ShareTest, Verdict};
use brownout_units::grouped;

/// Hours of a month: 8,760 of a year, a twelfth of them.
const MONTH_HOURS: f64 = 730.0;
/// More points take minutes to price.
const POINTS_MAX: usize = 100_000;
/// More points take too long to price where each has to be run.
const MEASURED_MAX: usize = 2_000;
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

/// What a run cost a month, where replicas come and go in it; none where the scenario says it.
pub(crate) fn measured(case: &Case, replication: &Replication) -> Option<f64> {
    let asked = Asked { subject: Subject::Total, metric: &COST_PER_MONTH };
    is_measured(case).then(|| case.value(&asked, replication)).flatten()
}

/// Whether what it costs is known from runs alone: controllers change how many replicas there are, or calls have a
/// price.
pub(crate) fn is_measured(case: &Case) -> bool {
    let by_call = case.legend.layout.places.iter().any(|place| 0 < place.micro_dollars_per_million);
    by_call || !case.scenario.model.controllers.is_empty()
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
    let first = prices(&mut days)?;
    let costs: Vec<f64> = first.iter().map(|(dollars, _)| *dollars).collect();
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
    let set = |point: usize, verdict: Verdict| Set {
        values: field.values(point),
        dollars_a_month: days.dollars(point).unwrap_or(costs[point]),
        accelerators: first[point].1,
        runs: days.runs_of(point).count(),
        kept: days.runs_of(point).filter(|(_, day)| day.keeps(&promises)).count(),
        averages: days.averages(point, &promises, test),
        verdict,
    };
    let answer = found.answer.map(|point| set(point, Verdict::Accepted));
    let undecided = found.undecided.iter().map(|point| set(*point, Verdict::Undecided)).collect();
    let tried = found.tried.iter().map(|(point, verdict)| set(*point, *verdict)).collect();
    let runs = days.runs();
    let all = Knob { name: "all knobs".to_owned(), levels: Vec::new(), laid: Vec::new() };
    let is_fixed = days.is_fixed();
    let is_measured = is_measured(days.case(0)?);
    Ok(Cheapest {
        is_fixed,
        is_measured,
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

/// What each point costs a month, by its first run where a controller changes its replicas, and how many
/// accelerators it has.
fn prices(days: &mut Days<'_>) -> Result<Vec<(f64, u64)>, PlanError> {
    let mut prices = Vec::with_capacity(days.points());
    for point in 0..days.points() {
        let (dollars, accelerators) = of(days.case(point)?);
        prices.push((dollars.unwrap_or(0.0), accelerators));
    }
    let scaled: Vec<usize> = (0..days.points())
        .filter(|point| 0.0 < prices[*point].0 && days.case(*point).is_ok_and(is_measured))
        .collect();
    if MEASURED_MAX < scaled.len() {
        let (points, most) = (grouped(scaled.len() as u64), grouped(MEASURED_MAX as u64));
        return Err(PlanError::Wrong(format!(
            "what {points} points cost is known only once they are run, since replicas come and go there or calls \
             have a price; at most {most} are\nhint: fewer values of each knob, as by a larger step"
        )));
    }
    days.run(&scaled.iter().map(|point| (*point, 1)).collect::<Vec<Job>>())?;
    for point in scaled {
        prices[point].0 = days.dollars(point).unwrap_or(prices[point].0);
    }
    let first = prices[0].0;
    if 1 < prices.len() && prices.iter().all(|(dollars, _)| dollars.to_bits() == first.to_bits()) {
        let why =
            "all of these points cost the same\nhint: give tiers that the knobs change a price = \"$0.40/h\"";
        return Err(PlanError::Wrong(why.to_owned()));
    }
    Ok(prices)
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
