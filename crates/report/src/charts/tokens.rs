//! Tokens per second of each tier of language models: generated, generated for callers that had left, and computed of
//! prompts.

use super::axis::{Axis, highest};
use super::fleets::{Fleet, fleets, rest};
use super::kind::{Body, Plan, View};
use super::panel::Line;
use super::small_multiples::{Content, Small, SmallMultiples};
use super::style::{BLUE, Color, GREEN, VERMILLION};
use brownout_analysis::findings::Band;
use brownout_metrics::tokens::{OUTPUT_TOKENS, PROMPT_TOKENS, WASTED_TOKENS};

pub(crate) fn plan(view: View<'_>) -> Option<Plan<'_>> {
    let (fleets, left_out) = fleets(view);
    if fleets.is_empty() {
        return None;
    }
    let title = "Tokens";
    let panels = fleets.iter().flat_map(|fleet| [output(fleet), prompts(fleet)]);
    let body = Body::Many(SmallMultiples { panels: panels.collect() });
    let caption = format!(
        "Left what was generated, and how much of it for callers that had left; that part \
         counts when its request ends. Right what was computed of prompts, less than came where the \
         prefix cache knew their beginnings.{}",
        rest(left_out)
    );
    Some(Plan { title: title.to_owned(), caption, body })
}

fn output<'a>(fleet: &Fleet<'a>) -> Small<'a> {
    let lines = [
        ("generated", GREEN, fleet.line(&OUTPUT_TOKENS)),
        ("wasted", VERMILLION, fleet.line(&WASTED_TOKENS)),
    ];
    small(format!("{} · output", fleet.tier.name), &lines)
}

fn prompts<'a>(fleet: &Fleet<'a>) -> Small<'a> {
    small(format!("{} · prompts", fleet.tier.name), &[("computed", BLUE, fleet.line(&PROMPT_TOKENS))])
}

fn small<'a>(name: String, lines: &[(&str, Color, &'a Band)]) -> Small<'a> {
    let line = |&(name, color, band): &(&str, Color, &'a Band)| Line {
        name: name.to_owned(),
        color,
        band,
        dashed: false,
    };
    Small {
        name,
        values: Axis::from_zero(
            highest(lines.iter().map(|(_, _, band)| *band)),
            "tokens per second",
            OUTPUT_TOKENS.unit,
        ),
        content: Content::Lines(lines.iter().map(line).collect()),
        promises: Vec::new(),
        volume: Vec::new(),
    }
}
