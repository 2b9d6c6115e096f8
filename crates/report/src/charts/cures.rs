//! What would have helped: of each change the share of what was lost that it would have served, and whom it hurts.

use super::axis::Axis;
use super::kind::{Body, Picture, Plan, View};
use super::lab::rows::{Dot, Row, Rows};
use super::sheet::Ground;
use super::style::{GREEN, SLATE};
use crate::story::counterfactual::{remedy, worse};
use crate::{Error, number};
use brownout_analysis::counterfactual::{Counterfactuals, Cure, Saved};
use brownout_metrics::{Subject, Unit};

/// What was found of the cures of an operation.
pub(crate) struct Cures<'a> {
    found: &'a Counterfactuals,
}

pub(crate) fn plan(view: View<'_>) -> Option<Plan<'_>> {
    let found = view.of.counterfactuals.as_ref().filter(|found| !found.cures.is_empty())?;
    let best = found.cures.first()?;
    let title = format!(
        "{} of what {} lost would have been served if {}",
        whole(best.share(&found.operation).min(1.0)),
        name(found),
        remedy(&best.remedy)
    );
    let caption =
        "Each bar is the same night under the same seeds with one thing changed from its beginning.";
    Some(Plan { title, caption: caption.to_owned(), body: Body::Cures(Cures { found }) })
}

impl Cures<'_> {
    pub(crate) fn draw(&self, ground: &Ground<'_>) -> Result<Picture, Error> {
        let found = self.found;
        let rows: Vec<Row> = found.cures.iter().filter_map(|cure| row(found, cure)).collect();
        let subtitle = format!(
            "{} · unserved intents of {} that would have been served · 95 % intervals",
            ground.findings.stamp.variant,
            name(found)
        );
        let ticks = (0..=4).map(|at| (0.25 * f64::from(at), whole(0.25 * f64::from(at)))).collect();
        let mut legend = vec![(GREEN, "no operation is worse off".to_owned())];
        if found.cures.iter().any(|cure| worse(cure).is_some()) {
            legend.push((SLATE, "another operation is worse off".to_owned()));
        }
        let (svg, size) = Rows {
            title: ground.title,
            subtitle: &subtitle,
            values: Axis::between(0.0, 1.0, ticks, "served of what was lost", Unit::Share),
            all: rows,
            middle: Some(0.0),
            bound: None,
            head: "saved",
            legend,
        }
        .draw_on(ground.sheet)?;
        Ok(Picture { svg, size, narrow: None, table: table(found) })
    }
}

fn name(found: &Counterfactuals) -> String {
    match &found.operation {
        Subject::Path { class, operation } => format!("{class} {operation}"),
        other => other.to_string(),
    }
}

fn row(found: &Counterfactuals, cure: &Cure) -> Option<Row> {
    let share = cure.of(&found.operation).and_then(Saved::share)?;
    // More than all cannot be saved: what is beyond is a service that is better than it was before the outage.
    let within = |v: f64| v.clamp(0.0, 1.0);
    let ends = share.ci95.map(|(low, high)| (within(low), within(high)));
    let color = if worse(cure).is_some() { SLATE } else { GREEN };
    let dots = vec![Dot { value: within(share.mean), ends, color, bar: true }];
    Some(Row { name: remedy(&cure.remedy), dots, said: said(found, cure) })
}

fn said(found: &Counterfactuals, cure: &Cure) -> String {
    let share = cure.of(&found.operation).and_then(Saved::share);
    let share = share.map_or_else(String::new, |share| number::said(&share, Unit::Share));
    let cost = cure.dollars_a_month.filter(|dollars| dollars.abs() >= 1.0);
    let cost = cost.map_or_else(String::new, |dollars| format!(", {}", monthly(dollars)));
    format!("{share}{cost}")
}

/// Of money: more, or less, a month.
fn monthly(dollars: f64) -> String {
    let sign = if dollars < 0.0 { "\u{2212}" } else { "+" };
    format!("{sign}{} a month", number::plain(dollars.abs(), Unit::Dollars))
}

fn whole(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

/// A row for each operation that a change reaches.
fn table(found: &Counterfactuals) -> Vec<Vec<String>> {
    let head =
        ["change", "operation", "unserved intents, more", "minutes down, more", "cost a month", "runs"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for cure in &found.cures {
        let own = |saved: &&Saved| saved.subject == found.operation || saved.is_worse();
        for saved in cure.operations.iter().filter(own) {
            let cost = cure.dollars_a_month.map_or_else(|| number::NONE.to_owned(), monthly);
            rows.push(vec![
                remedy(&cure.remedy),
                saved.subject.to_string(),
                number::estimate(&saved.unserved, Unit::Count("intents")),
                number::estimate(&saved.minutes_down, Unit::Count("min")),
                cost,
                cure.seeds.to_string(),
            ]);
        }
    }
    rows
}
