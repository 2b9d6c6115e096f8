//! People: who was without service, for how long, and who left for good.
//!
//! A user is without service from the beginning of the first intent that failed, came too late or never ended, until
//! answered in time again, gone, or the run is over; across operations, and when coming back. Users who would have been
//! there and are not, since they were stopped before, are counted by the run without a trigger.

use brownout_metrics::{Latency, Level, Source, Which};
use brownout_observe::{Digest, Legend, Replication};
use brownout_protocol::Kind;
use brownout_stats::SparseHistogram;

/// The people of one or several paths in one replication.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct People {
    /// Users who met trouble, each once.
    pub(crate) met: f64,
    /// How long each of them was without service each time, in nanoseconds.
    pub(crate) lockouts: SparseHistogram,
    /// How long, all together, in seconds.
    pub(crate) seconds: f64,
    /// Users who left after a failure without having been served again.
    pub(crate) left: f64,
}

const OVER: [Kind; 3] = [Kind::ServedAgain, Kind::LeftUnserved, Kind::StillUnserved];

/// Those whose trouble began on a path.
pub(crate) fn of_path(legend: &Legend, of: &Replication, path: usize) -> People {
    let (run, end) = (of.run.measured().view(legend), of.run.at_end.view(legend));
    let views: [&dyn Source; 2] = [&run, &end];
    let layout = &legend.layout;
    let over = |retry: Option<bool>,
                number: fn(&dyn Source, usize, Which, &[Kind]) -> f64,
                kinds: &[Kind]| {
        let which = Which { path: Some(path as u8), retry };
        let loads = || layout.loads_of(path as u8);
        views.iter().flat_map(|view| loads().map(move |load| number(*view, load, which, kinds))).sum::<f64>()
    };
    let mut lockouts = SparseHistogram::default();
    for (view, load) in
        views.iter().flat_map(|view| layout.loads_of(path as u8).map(move |load| (view, load)))
    {
        if let Some(histogram) = view.histogram(load, path as u8, Latency::Lockout) {
            lockouts.merge(&histogram);
        }
    }
    People {
        met: over(
            Some(false),
            |view, load, which, kinds| view.count(load, which, kinds),
            &[Kind::MetTrouble],
        ),
        lockouts,
        seconds: 1e-9 * over(None, |view, load, which, kinds| view.sum(load, which, kinds), &OVER),
        left: over(None, |view, load, which, kinds| view.count(load, which, kinds), &[Kind::LeftUnserved]),
    }
}

/// How long users of some loads would have been there and were not, in seconds; 0 where nothing ran without a trigger.
pub(crate) fn absent(legend: &Legend, of: &Replication, loads: &[usize]) -> f64 {
    let Some(without) = &of.counterfactual else { return 0.0 };
    let there = |digest: &Digest, load: usize| digest.measured().view(legend).level(load, Level::Inside);
    loads.iter().map(|&load| (there(without, load) - there(&of.run, load)).max(0.0)).sum()
}
