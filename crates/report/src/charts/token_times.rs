//! When the first token came and how fast the others followed, at each tier of language models, against what was
//! promised.

use super::axis::Axis;
use super::fleets::{Fleet, fleets, rest};
use super::kind::{Body, Plan, View};
use super::panel::Line;
use super::small_multiples::{Content, Small, SmallMultiples};
use super::style::{BLUE, Color, ORANGE, VERMILLION};
use brownout_analysis::findings::Band;
use brownout_metrics::tokens::{ITL, TIER_TPOT, TIER_TTFT};
use brownout_metrics::{P50, P99};

pub(crate) fn plan(view: View<'_>) -> Option<Plan<'_>> {
    let (fleets, left_out) = fleets(view);
    if fleets.is_empty() {
        return None;
    }
    let halves: Vec<(Half<'_>, Half<'_>)> =
        fleets.iter().map(|fleet| (first(fleet), others(fleet))).collect();
    // One axis for all first tokens and one for all others, so that heights can be compared between tiers.
    let firsts = axis(halves.iter().map(|(first, _)| first));
    let gaps = axis(halves.iter().map(|(_, others)| others));
    let panels = halves.into_iter().flat_map(|(first, others)| [small(first, &firsts), small(others, &gaps)]);
    let title = "First token and token time";
    let body = Body::Many(SmallMultiples { panels: panels.collect() });
    let caption = format!(
        "Left from admission to the first token, right from one token to the next: TPOT is the mean of an answer, ITL \
         each gap by itself. Above a dashed line the promise of an operation was broken.{}",
        rest(left_out)
    );
    Some(Plan { title: title.to_owned(), caption, body })
}

/// One of the two panels of a tier.
struct Half<'a> {
    name: String,
    lines: Vec<(&'static str, Color, &'a Band)>,
    promises: Vec<(f64, String)>,
}

fn first<'a>(fleet: &Fleet<'a>) -> Half<'a> {
    Half {
        name: format!("{} · first token", fleet.tier.name),
        lines: vec![
            ("p99", VERMILLION, fleet.line(&TIER_TTFT[P99])),
            ("p50", BLUE, fleet.line(&TIER_TTFT[P50])),
        ],
        promises: fleet.promises("SLO", |path| path.ttft_slo_seconds),
    }
}

fn others<'a>(fleet: &Fleet<'a>) -> Half<'a> {
    Half {
        name: format!("{} · each further token", fleet.tier.name),
        lines: vec![
            ("ITL p99", ORANGE, fleet.line(&ITL[P99])),
            ("TPOT p99", VERMILLION, fleet.line(&TIER_TPOT[P99])),
            ("TPOT p50", BLUE, fleet.line(&TIER_TPOT[P50])),
        ],
        promises: fleet.promises("TPOT SLO", |path| path.tpot_slo_seconds),
    }
}

fn axis<'a>(halves: impl Iterator<Item = &'a Half<'a>>) -> Axis {
    let shown = halves.flat_map(|half| {
        let lines = half.lines.iter().flat_map(|(_, _, band)| band.mean.iter().copied());
        lines.chain(half.promises.iter().map(|(seconds, _)| *seconds))
    });
    Axis::log_seconds(shown, "log scale")
}

fn small<'a>(half: Half<'a>, values: &Axis) -> Small<'a> {
    let line = |(name, color, band): (&str, Color, &'a Band)| Line {
        name: name.to_owned(),
        color,
        band,
        dashed: false,
    };
    Small {
        name: half.name,
        values: values.clone(),
        content: Content::Lines(half.lines.into_iter().map(line).collect()),
        promises: half.promises,
        volume: Vec::new(),
    }
}
