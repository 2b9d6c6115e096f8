//! What limits a batch: the KV cache, the places in it, who waits for one, and who lost one.

use super::axis::{Axis, highest, peak};
use super::fleets::{Fleet, fleets, rest};
use super::follow::is_known;
use super::kind::{Body, Plan, View};
use super::panel::Line;
use super::small_multiples::{Content, Small, SmallMultiples};
use super::style::{BLUE, Color, GREEN, ORANGE, PURPLE, VERMILLION};
use brownout_analysis::findings::Band;
use brownout_metrics::Metric;
use brownout_metrics::tiers::{QUEUE_LENGTH, UTILISATION};
use brownout_metrics::tokens::{KV_USE, PREEMPTIONS, PREFIX_HIT_RATIO};

pub(crate) fn plan(view: View<'_>) -> Option<Plan<'_>> {
    let (fleets, left_out) = fleets(view);
    if fleets.is_empty() {
        return None;
    }
    // Most fleets never preempt; a row of panels that are flat at zero would say nothing.
    let preempted = fleets.iter().any(|fleet| 0.0 < peak(fleet.line(&PREEMPTIONS)));
    let title = "KV cache and batch";
    let panels = fleets.iter().flat_map(|fleet| panels(fleet, preempted)).collect();
    let body = Body::Many(SmallMultiples { panels });
    let why = if preempted {
        "a preempted request loses its cache and is computed again"
    } else {
        "no request was preempted"
    };
    let caption = format!(
        "A request waits until its prompt fits into the KV cache and the batch has a place; {why}. Prefix hits are the \
         part of prompt tokens that need not be computed.{}",
        rest(left_out)
    );
    Some(Plan { title: title.to_owned(), caption, body })
}

fn panels<'a>(fleet: &Fleet<'a>, preempted: bool) -> Vec<Small<'a>> {
    let (prefix_hits, queue, lost) =
        (fleet.line(&PREFIX_HIT_RATIO), fleet.line(&QUEUE_LENGTH), fleet.line(&PREEMPTIONS));
    let name = |what: &str| format!("{} · {what}", fleet.tier.name);
    let count = |band, caption: &str, metric: &Metric| {
        Axis::from_zero(highest([band].into_iter()), caption, metric.unit)
    };
    let hits = ("prefix hits", PURPLE, prefix_hits);
    let mut full = vec![("KV cache", BLUE, fleet.line(&KV_USE)), ("batch", ORANGE, fleet.line(&UTILISATION))];
    let known = is_known(prefix_hits);
    let of =
        if known && !preempted { "of blocks, places, prompt tokens" } else { "of all blocks, of all places" };
    full.extend((known && !preempted).then_some(hits));
    let waiting = [("waiting", VERMILLION, queue)];
    let mut panels = vec![
        small(name("how full"), Axis::share(of), &full),
        small(name("waiting"), count(queue, "requests", &QUEUE_LENGTH), &waiting),
    ];
    if preempted {
        let count = count(lost, "requests per second", &PREEMPTIONS);
        let lost = [("preempted", GREEN, lost)];
        panels.push(small(name("prefix cache"), Axis::share("of prompt tokens"), &[hits]));
        panels.push(small(name("preempted"), count, &lost));
    }
    panels
}

fn small<'a>(name: String, values: Axis, lines: &[(&str, Color, &'a Band)]) -> Small<'a> {
    let line = |&(name, color, band): &(&str, Color, &'a Band)| Line {
        name: name.to_owned(),
        color,
        band,
        dashed: false,
    };
    Small {
        name,
        values,
        content: Content::Lines(lines.iter().map(line).collect()),
        promises: Vec::new(),
        volume: Vec::new(),
    }
}
