//! The cheapest of 240 points: three knobs and a switch, whose prices and needs are drawn anew in each trial.

use brownout_plan::{Cheap, Cheapest, Criterion, Known, Lattice, cheapest, drive};
use brownout_stats::{MeanTest, ShareTest};

use crate::dice::{Dice, logistic};
use crate::page::Row;
use crate::trials::Trials;

const KNOBS: [usize; 3] = [6, 5, 4];
const CATEGORIES: usize = 2;
const SHARE: f64 = 0.95;

/// A service with three parts in a row: each carries what its knob gives it, and the weakest decides, softened as it is
/// in practice by a part's own luck.
struct Service {
    trial: u64,
    lattice: Lattice,
    price: [f64; 3],
    need: [f64; 3],
    /// What a switch adds to the price, and takes from every need.
    switch: (f64, f64),
    steep: f64,
}

impl Service {
    fn new(trial: u64, steep: f64) -> Self {
        let mut dice = Dice::new(trial, 0, 77);
        let price = std::array::from_fn(|_| 1.0 + 9.0 * dice.unit());
        let need = std::array::from_fn(|knob| (0.2 + 0.5 * dice.unit()) * KNOBS[knob] as f64);
        let switch = (2.0 + 10.0 * dice.unit(), 0.2 + dice.unit());
        let lattice = Lattice { categories: CATEGORIES, knobs: KNOBS.to_vec() };
        Service { trial, lattice, price, need, switch, steep }
    }

    fn cost(&self, point: usize) -> f64 {
        let (category, levels) = self.lattice.levels(point);
        let parts = levels.iter().zip(self.price).map(|(level, price)| (level + 1) as f64 * price);
        parts.sum::<f64>() + category as f64 * self.switch.0
    }

    /// How much the parts have in excess of what they need, with the weakest foremost.
    fn excess(&self, point: usize) -> f64 {
        let (category, levels) = self.lattice.levels(point);
        let spare =
            |knob: usize| (levels[knob] + 1) as f64 - self.need[knob] + category as f64 * self.switch.1;
        -(0..3).map(|knob| (-4.0 * spare(knob)).exp()).sum::<f64>().ln() / 4.0
    }

    fn share(&self, point: usize) -> f64 {
        logistic(self.steep * self.excess(point))
    }
}

/// What a criterion needs to know of a service.
struct Question<O, C> {
    name: &'static str,
    criterion: C,
    runs_max: usize,
    steep: f64,
    /// Whether it is promised to come near the optimum; where shares turn slowly, the optimum itself is undecided.
    near: bool,
    outcome: fn(&Service, usize, u64) -> O,
    holds: fn(&Service, usize) -> bool,
}

impl<O, C: Criterion<O> + Clone + Sync> Question<O, C> {
    fn answer(&self, service: &Service) -> Cheap {
        let asked = Cheapest {
            lattice: service.lattice.clone(),
            costs: (0..service.lattice.points()).map(|point| service.cost(point)).collect(),
            criterion: self.criterion.clone(),
            bounds: true,
            runs_max: self.runs_max,
            refine: 600,
            budget: 2_000,
            fresh: 10_001,
        };
        let evaluate = |runs: &[(usize, u64)]| {
            Ok::<_, ()>(runs.iter().map(|(point, seed)| (self.outcome)(service, *point, *seed)).collect())
        };
        drive(&mut Known::new(), |known| cheapest(known, &asked), evaluate).expect("no failure")
    }

    fn rows(&self, trials: Trials) -> Vec<Row> {
        let place = ("cheapest", self.name);
        let found = trials.each(|trial| {
            let service = Service::new(trial, self.steep);
            let found = self.answer(&service);
            let holding = (0..service.lattice.points()).filter(|point| (self.holds)(&service, *point));
            let best = holding.min_by(|a, b| service.cost(*a).total_cmp(&service.cost(*b)));
            let optimum = best.map_or(f64::INFINITY, |best| service.cost(best));
            let safe = found.answer.is_none_or(|answer| (self.holds)(&service, answer));
            let near = found.answer.is_some_and(|answer| service.cost(answer) <= 1.03 * optimum);
            (safe, near, found.runs, near || found.undecided.iter().any(|point| Some(*point) == best))
        });
        let runs: Vec<usize> = found.iter().map(|found| found.2).collect();
        let near: Vec<bool> = found.iter().map(|found| found.1).collect();
        let named: Vec<bool> = found.iter().map(|found| found.3).collect();
        let grid = (59 * KNOBS.iter().product::<usize>() * CATEGORIES) as f64;
        vec![
            Row::share(place, "promise true", &found.iter().map(|found| found.0).collect::<Vec<_>>(), 0.95),
            if self.near {
                Row::share(place, "within 3 % of the optimum", &near, 0.90)
            } else {
                Row::note(place, "within 3 % of the optimum", &near)
            },
            Row::share(place, "so, or the optimum is named as undecided", &named, 0.95),
            Row::runs(place, &runs, grid, 0.05),
        ]
    }
}

pub(crate) fn measure(trials: Trials) -> Vec<Row> {
    let share = |name, steep, near| Question {
        name,
        criterion: ShareTest::new(SHARE, 0.95),
        runs_max: 151,
        steep,
        near,
        outcome: |service: &Service, point, seed| {
            Dice::new(service.trial, seed, 0).unit() < service.share(point)
        },
        holds: |service, point| service.share(point) >= SHARE,
    };
    let average = Question {
        name: "240 points, on average",
        criterion: MeanTest::new(0.95),
        runs_max: 100,
        steep: 1.0,
        near: true,
        outcome: |service: &Service, point, seed| {
            let common = Dice::new(service.trial, seed, 0).normal();
            let own = Dice::new(service.trial, seed, point as u64 + 1).normal();
            0.05 * (0.8 * common + 0.6 * own) - service.excess(point)
        },
        holds: |service, point| service.excess(point) > 0.0,
    };
    let mut rows = share("240 points, shares turn within a tenth of a level", 60.0, true).rows(trials);
    rows.extend(share("240 points, shares turn within half a level", 12.0, false).rows(trials));
    rows.extend(average.rows(trials));
    rows
}
