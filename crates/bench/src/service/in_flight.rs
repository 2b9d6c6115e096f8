//! What a request costs on the whole path when many are in flight.

use brownout_lab::{Of, Run};
use brownout_observe::{Keep, Legend};
use brownout_units::Span;
use std::sync::Arc;

use super::whole::{scenario, set};
use crate::clock;
use crate::table::{Case, Row, Sample};

const TEXT: &str = include_str!("../../scenarios/in-flight.toml");
const REQUESTS: u64 = 500_000;

/// From a warm start, so that the first filling is not timed.
fn steady(in_flight: u64, seed: u64) -> Sample {
    let warm = Span::from_secs(6 * in_flight);
    let scenario = scenario(
        TEXT,
        &[
            set("tier.server.workers", in_flight * 5 / 4),
            set("tier.server.service.mean", format!("{in_flight}s")),
            set("load.customers.client.timeout", format!("{}s", 5 * in_flight)),
            set("run.duration", format!("{}s", 6 * in_flight + REQUESTS)),
        ],
    );
    let legend = Arc::new(Legend::new(brownout_lab::layout(&scenario.model)));
    let keep = Keep::new(&legend.layout, [], true);
    let mut run = Run::new(Of { model: &scenario.model, seed, replication: 0 }, &legend, keep);
    let mut drive = |end: Span| {
        while run.at() < end && run.advance().expect("a bounded run").is_some() {}
        (run.at(), run.events())
    };
    let (from, warm_events) = drive(warm);
    let ((end, events), nanos) = clock::time(|| drive(scenario.model.duration));
    run.finish();
    // Windows have a fixed length: the timed part has a few more requests than were asked for.
    let share = REQUESTS as f64 / (end.as_secs_f64() - from.as_secs_f64());
    Sample { nanos: nanos * share, check: 1.0, events: events - warm_events }
}

pub(super) fn case() -> Case {
    let row = |name, in_flight| Row::new(name, move |seed| steady(in_flight, seed));
    let rows = vec![row("80", 80), row("8,000", 8_000).target(1.6), row("80,000", 80_000).target(3.2)];
    Case { name: "requests in flight", count: REQUESTS, agree: None, rows }
}
