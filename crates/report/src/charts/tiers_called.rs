//! The tiers and their calls as a drawing, with when each left its normal range and by which sign.

use super::canvas::picture;
use super::data::Table;
use super::kind::{Body, Picture, Plan, View};
use super::sheet::{self, Ground, Header, Intervals, NARROW_HEADER};
use super::style::NARROW;
use super::topology::{Edge, Node, Topology};
use crate::number::{self, NONE};
use crate::{Error, story};
use brownout_analysis::findings::{Findings, Sign, SignKind, Tier};
use brownout_metrics::Unit;

/// More tiers than this are no picture that anybody follows; the heat strip has them all.
const TIERS_MAX: usize = 40;
/// Under the drawing.
const UNDER: f64 = 16.0;

/// The service, and what was seen where.
pub(crate) struct TiersCalled<'a> {
    topology: Topology,
    findings: &'a Findings,
}

pub(crate) fn plan(view: View<'_>) -> Option<Plan<'_>> {
    let findings = view.of;
    let tiers = &findings.service.tiers;
    if findings.lines.at.is_empty() || !(2..=TIERS_MAX).contains(&tiers.len()) {
        return None;
    }
    let topology = topology(findings, tiers);
    topology.plan()?;
    let title = match topology.nodes.iter().find(|node| node.first) {
        Some(node) => format!("{} broke first", node.name),
        None => "Who calls whom".to_owned(),
    };
    let caption = "Calls go from left to right, or downwards where there are many steps or little room. A tier with \
                   a frame left its normal range: under its name stand when that was, and what was seen.";
    let steps = " Beside a call stands how trouble passed along it, and which part of the intents that were not \
                 served it reached so.";
    let has_steps = topology.edges.iter().any(|edge| edge.label.is_some());
    let caption = format!("{caption}{}", if has_steps { steps } else { "" });
    let body = Body::Tiers(TiersCalled { topology, findings });
    Some(Plan { title, caption, body })
}

impl TiersCalled<'_> {
    /// The drawing as an SVG, and what it says as a table.
    pub(crate) fn draw(&self, ground: &Ground<'_>) -> Result<Picture, Error> {
        let sheet = ground.sheet;
        let plan = match sheet.height {
            None => self.topology.plan(),
            Some(height) => Some(self.topology.shaped(sheet.width / height)),
        };
        let plan = plan.expect("without one there is no such chart");
        let width = sheet.width.max(plan.width());
        let header = Header::plan(ground, width, Intervals::None);
        let top = header.height();
        // On a sheet of its own the drawing stands in the middle of what is left.
        let room = sheet.plot(top, UNDER, plan.height(), plan.height());
        let size = (width, top + room + UNDER);
        let at = match sheet.height {
            None => (0.0, top),
            Some(_) => ((width - plan.width()) / 2.0, top + (room - plan.height()) / 2.0),
        };
        let svg = picture(size.0, size.1, ground.title, |canvas| {
            header.draw(canvas)?;
            plan.draw(canvas, at)
        })?;
        let narrow = if sheet.height.is_none() { self.narrow(ground)? } else { None };
        let table = rows(self.findings, &self.findings.service.tiers);
        Ok(Picture { svg, size, narrow, table })
    }

    /// The drawing for a phone, where there is one.
    fn narrow(&self, ground: &Ground<'_>) -> Result<Option<String>, Error> {
        let Some(plan) = self.topology.narrow_plan() else { return Ok(None) };
        let (title, wide) = (ground.title, plan.width().max(NARROW));
        let svg = picture(wide, NARROW_HEADER + plan.height() + UNDER, title, |canvas| {
            sheet::narrow_header(canvas, self.findings, title, wide)?;
            plan.draw(canvas, (0.0, NARROW_HEADER))
        })?;
        Ok(Some(svg))
    }
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
        to.map(move |to| Edge { from, to, label: step(findings, &tiers[from].name, &tiers[to].name) })
    });
    Topology { nodes: nodes.collect(), edges: calls.collect() }
}

/// The step of the chain that most intents went through between a caller and its callee, whichever way it led.
fn step(findings: &Findings, caller: &str, callee: &str) -> Option<String> {
    let chain = findings.chain.as_ref()?;
    let between = chain
        .steps
        .iter()
        .filter(|step| step.from == callee && step.to == caller || step.from == caller && step.to == callee);
    between.max_by(|a, b| a.share.total_cmp(&b.share)).map(story::reasons::label)
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
