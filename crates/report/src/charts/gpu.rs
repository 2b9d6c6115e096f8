//! How busy the accelerators were, and how many requests came of it in time: a fleet can be busy for nothing.

use super::axis::{Axis, highest};
use super::fleets::{Fleet, fleets, rest};
use super::kind::{Body, Plan, View};
use super::panel::Line;
use super::small_multiples::{Content, Small, SmallMultiples};
use super::style::{BLUE, GREEN, ORANGE, VERMILLION};
use brownout_metrics::tiers::{FIRST_ATTEMPTS, RETRIES};
use brownout_metrics::tokens::{GPU_BUSY, SLO_GOODPUT};

pub(crate) fn plan(view: View<'_>) -> Option<Plan<'_>> {
    let (fleets, left_out) = fleets(view);
    if fleets.is_empty() {
        return None;
    }
    let title = "Accelerators busy, and what came of it";
    let panels = fleets.iter().flat_map(|fleet| [busy(fleet), served(fleet)]).collect();
    let body = Body::Many(SmallMultiples { panels });
    let caption = format!(
        "Busy is the part of the time that is paid for in which a replica computed; in time are requests that were \
         wanted and kept the promises for their tokens. Busy accelerators with little in time work for callers that \
         have left.{}",
        rest(left_out)
    );
    Some(Plan { title: title.to_owned(), caption, body })
}

fn busy<'a>(fleet: &Fleet<'a>) -> Small<'a> {
    let line = Line { name: "busy".to_owned(), color: ORANGE, band: fleet.line(&GPU_BUSY), dashed: false };
    Small {
        name: format!("{} · accelerators", fleet.tier.name),
        values: Axis::share("of the time paid for"),
        content: Content::Lines(vec![line]),
        promises: Vec::new(),
        volume: Vec::new(),
    }
}

fn served<'a>(fleet: &Fleet<'a>) -> Small<'a> {
    let lines = [
        ("first attempts", BLUE, &FIRST_ATTEMPTS),
        ("retries", VERMILLION, &RETRIES),
        ("in time", GREEN, &SLO_GOODPUT),
    ]
    .map(|(name, color, metric)| Line {
        name: name.to_owned(),
        color,
        band: fleet.line(metric),
        dashed: false,
    });
    Small {
        name: format!("{} · requests", fleet.tier.name),
        values: Axis::from_zero(
            highest(lines.iter().map(|line| line.band)),
            "requests per second",
            RETRIES.unit,
        ),
        content: Content::Lines(lines.into()),
        promises: Vec::new(),
        volume: Vec::new(),
    }
}
