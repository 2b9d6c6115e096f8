//! The tiers and their calls as a drawing, with when each left its normal range and by which sign.

use super::canvas::picture;
use super::data::Table;
use super::kind::{Drawing, Picture};
use super::sheet::{self, HEADER, Intervals, NARROW_HEADER};
use super::style::{NARROW, WIDTH};
use super::topology::{Edge, Node, Topology};
use crate::number::{self, NONE};
use crate::{Error, story};
use brownout_analysis::findings::{Findings, Sign, SignKind, Tier};
use brownout_metrics::Unit;

/// More tiers than this are no picture that anybody follows; the heat strip has them all.
const TIERS_MAX: usize = 40;

pub(crate) fn draw(findings: &Findings) -> Result<Option<Drawing>, Error> {
    let tiers = &findings.service.tiers;
    if findings.lines.at.is_empty() || !(2..=TIERS_MAX).contains(&tiers.len()) {
        return Ok(None);
    }
    let topology = topology(findings, tiers);
    let Some(plan) = topology.plan() else { return Ok(None) };
    let first = topology.nodes.iter().find(|node| node.first);
    let title = match first {
        Some(node) => format!("{} broke first", node.name),
        None => "Who calls whom".to_owned(),
    };
    let svg = picture(WIDTH, HEADER + plan.height() + 16.0, &title, |canvas| {
        sheet::header(canvas, findings, &title, Intervals::None)?;
        plan.draw(canvas, HEADER)
    })?;
    let narrow = narrow(findings, &topology, &title)?;
    let caption = "Calls go from left to right, or downwards where there are many steps or little room. A tier with \
                   a frame left its normal range: under its name stand when that was, and what was seen.";
    let picture = Picture { svg, narrow, table: rows(findings, tiers) };
    Ok(Some(Drawing { title, caption: caption.to_owned(), picture }))
}

/// The drawing for a phone, where there is one.
fn narrow(findings: &Findings, topology: &Topology, title: &str) -> Result<Option<String>, Error> {
    let Some(plan) = topology.narrow_plan() else { return Ok(None) };
    let wide = plan.width().max(NARROW);
    let svg = picture(wide, NARROW_HEADER + plan.height() + 16.0, title, |canvas| {
        sheet::narrow_header(canvas, findings, title, wide)?;
        plan.draw(canvas, NARROW_HEADER)
    })?;
    Ok(Some(svg))
}

fn topology(findings: &Findings, tiers: &[Tier]) -> Topology {
    let nodes = tiers.iter().map(|tier| {
        let symptom = findings.symptoms.iter().find(|symptom| symptom.tier == tier.name);
        let first = findings.symptoms.first().is_some_and(|first| first.tier == tier.name);
        Node {
            name: tier.name.clone(),
            onset: symptom.map(|symptom| number::clock(symptom.at.mean)),
            note: symptom.map_or_else(|| tier.kind.clone(), |symptom| sign(&symptom.sign)),
            first,
        }
    });
    let place = |name: &String| tiers.iter().position(|tier| tier.name == *name);
    let calls = tiers.iter().enumerate().flat_map(|(from, tier)| {
        let to = tier.calls.iter().filter_map(place);
        to.map(move |to| Edge { from, to, label: None })
    });
    Topology { nodes: nodes.collect(), edges: calls.collect() }
}

/// What was seen, in a few words.
fn sign(sign: &Sign) -> String {
    let share = || number::plain(sign.value, Unit::Share);
    let length = || number::plain(sign.value, Unit::Seconds);
    match sign.kind {
        SignKind::Errors => format!("fails {}", share()),
        SignKind::Refusals => format!("turns away {}", share()),
        SignKind::Misses => format!("misses {}", share()),
        SignKind::Timeouts => format!("gives up {}", share()),
        SignKind::Ejections => format!("{:.0} ejected", sign.value),
        SignKind::Wait => format!("queue waits {}", length()),
        SignKind::Stay => format!("takes {}", length()),
    }
}

fn rows(findings: &Findings, tiers: &[Tier]) -> Table {
    let row = |tier: &&Tier| {
        let symptom = findings.symptoms.iter().find(|symptom| symptom.tier == tier.name);
        let calls = if tier.calls.is_empty() { NONE.to_owned() } else { tier.calls.join(", ") };
        let onset = symptom.map_or_else(|| NONE.to_owned(), |symptom| number::clock(symptom.at.mean));
        let seen = symptom.map_or_else(|| NONE.to_owned(), |symptom| story::symptom(&symptom.sign));
        vec![tier.name.clone(), calls, onset, seen]
    };
    let heads = ["tier", "calls", "left its normal range", "what was seen"].map(str::to_owned).to_vec();
    std::iter::once(heads).chain(story::call_order(tiers).iter().map(row)).collect()
}
