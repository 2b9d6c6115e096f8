//! What a point costs: what its scenario says, and what only its runs do.

use crate::Case;
use crate::case::asks;
use brownout_analysis::Judged;
use brownout_metrics::harm::PENALTY_PER_MONTH;
use brownout_metrics::replicas::COST_PER_MONTH;
use brownout_metrics::{Asked, Expect, Metric, Subject};

/// Hours of a month: 8,760 of a year, a twelfth of them.
const MONTH_HOURS: f64 = 730.0;

/// What is known of the cost of a case before it is run, and what only runs tell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Price {
    /// What its replicas cost a month as it starts, where any have a price.
    pub(crate) dollars: Option<f64>,
    /// How many accelerators they have.
    pub(crate) accelerators: u64,
    /// What is paid is known from runs alone: controllers change how many replicas there are, or calls have a price.
    pub(crate) is_paid_by_run: bool,
    /// An operation has a penalty.
    pub(crate) has_penalty: bool,
}

impl Price {
    pub(crate) fn of(case: &Case) -> Self {
        let layout = &case.legend.layout;
        let places = &layout.places[layout.loads..];
        let hour = |place: &brownout_observe::Place| {
            let one = f64::from(place.accelerators.max(1)) * place.micro_dollars_per_hour as f64 * 1e-6;
            one * f64::from(place.replicas)
        };
        let dollars: f64 = places.iter().map(hour).sum();
        let accelerators =
            places.iter().map(|place| u64::from(place.accelerators) * u64::from(place.replicas)).sum();
        let by_call = layout.places.iter().any(|place| 0 < place.micro_dollars_per_million);
        Price {
            dollars: (0.0 < dollars).then_some(dollars * MONTH_HOURS),
            accelerators,
            is_paid_by_run: by_call || (0.0 < dollars && !case.scenario.model.controllers.is_empty()),
            has_penalty: layout.penalties.iter().any(|micro| 0 < *micro),
        }
    }

    /// Whether runs are needed to know what it costs.
    pub(crate) fn is_of_runs(self) -> bool {
        self.is_paid_by_run || self.has_penalty
    }

    /// What a run is asked for, so that [`Price::of_run`] can tell what it cost.
    pub(crate) fn asks(self) -> impl Iterator<Item = Expect> {
        let total = |metric: &'static Metric| asks(Asked { subject: Subject::Total, metric });
        self.metrics().into_iter().map(move |(metric, _)| total(metric))
    }

    /// What a run paid a month and lost by penalties, by what it says to [`Price::asks`].
    pub(crate) fn of_run(self, judged: &[Judged]) -> (Option<f64>, Option<f64>) {
        let mut money = (None, None);
        for ((_, is_penalty), judged) in self.metrics().into_iter().zip(judged) {
            *(if is_penalty { &mut money.1 } else { &mut money.0 }) = judged.left;
        }
        money
    }

    fn metrics(self) -> Vec<(&'static Metric, bool)> {
        let paid = self.is_paid_by_run.then_some((&COST_PER_MONTH, false));
        paid.into_iter().chain(self.has_penalty.then_some((&PENALTY_PER_MONTH, true))).collect()
    }
}
