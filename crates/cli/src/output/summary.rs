//! What happened, on one screen.

use super::screen::{self, Section};
use super::table::{BAD, BOLD, Cell, DIM, FAIR, GOOD, PLAIN, Side, Table, cut, paint, wrap};
use super::{fleet, variant, variants};
use anstyle::Style;
use brownout_analysis::findings::{Badge, Expectation, PathFinding, TierFinding};
use brownout_report::Findings;
use brownout_report::number::{self, NONE, Unit};
use brownout_scenario::{MetricUnit, Scenario};
use std::fmt::Write as _;

/// What fits on every terminal.
pub(super) const WIDTH: usize = 80;
/// A variant or tier with a longer name is cut: the columns behind it matter more.
pub(super) const NAME_MAX: usize = 20;
/// The same of a class and operation, with more columns behind it.
const PATH_MAX: usize = 15;
/// As many tiers get a line that says what was seen there.
const SYMPTOMS_MAX: usize = 3;

/// The summary of all variants on one screen: the verdict of each, and as much of the tables of the first as there is
/// room for; the report has them all. Scenarios and findings go together.
pub(crate) fn text(scenarios: &[Scenario], findings: &[Findings]) -> String {
    let Some(first) = findings.first() else { return String::new() };
    let mut out = String::new();
    line(&mut out, &paint(&cut(&first.stamp.title, WIDTH), BOLD));
    for part in wrap(&first.stamp.question, WIDTH).iter().take(2) {
        line(&mut out, &paint(part, DIM));
    }
    line(&mut out, "");
    if findings.len() == 1 {
        verdict(&mut out, first);
    } else {
        variants::verdicts(&mut out, findings);
    }
    let mut foot = String::from("\n");
    stamp(&mut foot, findings);
    let sections = [
        expectations(scenarios, findings),
        Section { count: paths(first).count(), draw: Box::new(|rows| impact(first, rows)) },
        Section { count: first.tiers.len(), draw: Box::new(|rows| tiers(first, rows)) },
        Section {
            count: first.tiers.iter().filter(|tier| tier.tokens.is_some()).count(),
            draw: Box::new(|rows| fleets(first, rows)),
        },
    ];
    let there = out.lines().count() + foot.lines().count();
    out.push_str(&screen::fit(&sections, there));
    out + &foot
}

pub(super) fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

fn verdict(out: &mut String, findings: &Findings) {
    let verdict = &findings.verdict;
    let name = if findings.stamp.variant.is_empty() {
        String::new()
    } else {
        format!("{}: ", findings.stamp.variant)
    };
    let rest = if verdict.counts.len() < 2 { String::new() } else { format!("  {}", counts(findings)) };
    line(out, &format!("{name}{}{}", badge(verdict.badge), paint(&rest, DIM)));
    for part in wrap(&verdict.line, WIDTH) {
        line(out, &part);
    }
}

/// Class, operation and what became of it.
fn paths(findings: &Findings) -> impl Iterator<Item = (&String, &String, &PathFinding)> {
    findings
        .classes
        .iter()
        .flat_map(|(class, paths)| paths.iter().map(move |(name, path)| (class, name, path)))
}

fn impact(findings: &Findings, rows: usize) -> String {
    let head = [
        ("impact", Side::Left),
        ("offered", Side::Right),
        ("success", Side::Right),
        ("", Side::Left),
        ("at worst", Side::Right),
        ("goodput", Side::Right),
        ("p99", Side::Right),
        ("fails by", Side::Left),
    ];
    let mut table = Table::new(&head);
    // Those that fared worst, in the order of the file.
    let rate = |path: &PathFinding| path.worst_success_rate.map_or(1.0, |rate| rate.mean);
    let mut order: Vec<(usize, _)> = paths(findings).enumerate().collect();
    order.sort_by(|a, b| rate(a.1.2).total_cmp(&rate(b.1.2)));
    order.truncate(rows);
    order.sort_by_key(|(at, _)| *at);
    for (_, (class, operation, path)) in &order {
        table.row(impact_row(&format!("{class} {operation}"), path));
    }
    more(&mut table, rows, paths(findings).count());
    table.render()
}

fn impact_row(name: &str, path: &PathFinding) -> Vec<Cell> {
    let p99 = path.latency.as_ref().map_or(NONE.to_owned(), |l| number::value(l.p99.mean, Unit::Seconds));
    let reason = path.failed.iter().filter(|(_, count)| 0.0 < count.mean);
    let reason =
        reason.max_by(|a, b| a.1.mean.total_cmp(&b.1.mean)).map_or("", |(reason, _)| reason.as_str());
    vec![
        Cell::plain(cut(name, PATH_MAX)),
        Cell::plain(number::value(path.offered.mean, Unit::Count)),
        path.success_rate.map_or(Cell::plain(NONE), |e| share(e.mean)),
        Cell::new(path.success_rate.and_then(|e| e.ci95).map_or(String::new(), points), DIM),
        path.worst_success_rate.map_or(Cell::plain(NONE), |e| share(e.mean)),
        Cell::plain(number::value(path.goodput.mean, Unit::PerSecond)),
        Cell::plain(p99),
        Cell::plain(reason),
    ]
}

/// Half an interval of shares, in percentage points; nothing where nothing varies.
fn points((low, high): (f64, f64)) -> String {
    let half = 50.0 * (high - low);
    match half {
        h if !h.is_finite() || h <= 0.0 => String::new(),
        h if h < 0.05 => "±0.0".to_owned(),
        h => format!("±{h:.1}"),
    }
}

/// A success rate: alarming below 90 %, worth a look below 99 %.
pub(super) fn share(rate: f64) -> Cell {
    let style = match rate {
        r if r < 0.9 => BAD,
        r if r < 0.99 => FAIR,
        _ => PLAIN,
    };
    Cell::new(number::value(rate, Unit::Share), style)
}

fn tiers(findings: &Findings, rows: usize) -> String {
    let head = [
        ("tiers by onset", Side::Left),
        ("busy", Side::Right),
        ("peak", Side::Right),
        ("wait p99", Side::Right),
        ("retries", Side::Right),
        ("shed", Side::Right),
        ("onset", Side::Right),
    ];
    let mut table = Table::new(&head);
    let onset = |tier: &&TierFinding| tier.onset.as_ref().map_or(f64::INFINITY, |onset| onset.at.mean);
    let mut order: Vec<&TierFinding> = findings.tiers.iter().collect();
    order.sort_by(|a, b| onset(a).total_cmp(&onset(b)));
    for (at, tier) in order.iter().take(rows).enumerate() {
        table.row(tier_row(tier));
        if let Some(onset) = tier.onset.as_ref().filter(|_| at < SYMPTOMS_MAX) {
            table.note(Cell::new(format!("  {}", cut(&onset.symptom, WIDTH - 2)), DIM));
        }
    }
    more(&mut table, rows, order.len());
    table.render()
}

fn tier_row(tier: &TierFinding) -> Vec<Cell> {
    let busy = |rate: Option<f64>| {
        let style = if rate.is_some_and(|rate| 0.95 <= rate) { FAIR } else { PLAIN };
        Cell::new(rate.map_or(NONE.to_owned(), |rate| number::value(rate, Unit::Share)), style)
    };
    let wait =
        tier.queue_wait.as_ref().map_or(NONE.to_owned(), |wait| number::value(wait.p99.mean, Unit::Seconds));
    let retries = tier.retry_share.map_or(NONE.to_owned(), |share| number::value(share.mean, Unit::Share));
    let shed: f64 = tier.shed.values().map(|rate| rate.mean).sum();
    vec![
        Cell::plain(cut(&tier.name, NAME_MAX)),
        busy(tier.utilisation.map(|e| e.mean)),
        busy(tier.peak_utilisation.map(|e| e.mean)),
        Cell::plain(wait),
        Cell::plain(retries),
        Cell::plain(if 0.0 < shed { number::value(shed, Unit::PerSecond) } else { NONE.to_owned() }),
        Cell::plain(tier.onset.as_ref().map_or(NONE.to_owned(), |onset| number::clock(onset.at.mean))),
    ]
}

/// What language models did, if there are any.
fn fleets(findings: &Findings, rows: usize) -> String {
    let Some((mut table, count)) = fleet::table(&findings.tiers, rows) else { return String::new() };
    more(&mut table, rows, count);
    table.render()
}

/// Says how many rows are not there.
pub(super) fn more(table: &mut Table, rows: usize, count: usize) {
    if rows < count {
        table.note(Cell::new(format!("  and {} more, in the report", count - rows), DIM));
    }
}

/// All of one variant; of several, those that failed, since the rows of variants say how many were met.
fn expectations<'a>(scenarios: &'a [Scenario], findings: &'a [Findings]) -> Section<'a> {
    let mut all: Vec<(&Findings, &Expectation, MetricUnit)> = Vec::new();
    for (scenario, findings) in scenarios.iter().zip(findings) {
        let units = scenario.expectations.iter().map(|expect| expect.left.unit);
        all.extend(
            findings.expectations.iter().zip(units).map(|(expectation, unit)| (findings, expectation, unit)),
        );
    }
    all.sort_by_key(|(_, expectation, _)| expectation.pass);
    if 1 < findings.len() {
        all.retain(|(_, expectation, _)| !expectation.pass);
    }
    let (several, count) = (1 < scenarios.len(), all.len());
    let draw = move |rows: usize| {
        let head = [("", Side::Left), ("expected", Side::Left), ("came", Side::Right), ("runs", Side::Right)];
        let mut table = Table::new(&head);
        for (findings, expectation, unit) in all.iter().take(rows) {
            let name = if several { format!("{}: ", variant(findings)) } else { String::new() };
            table.row(expectation_row(&name, expectation, came(findings, expectation, *unit)));
        }
        more(&mut table, rows, all.len());
        table.render()
    };
    Section { count, draw: Box::new(draw) }
}

fn expectation_row(name: &str, expectation: &Expectation, came: String) -> Vec<Cell> {
    let when = if expectation.when.is_empty() { String::new() } else { format!("  {}", expectation.when) };
    let (word, style) = if expectation.pass { ("ok", GOOD) } else { ("FAILED", BAD) };
    vec![
        Cell::new(word, style),
        Cell::plain(cut(&format!("{name}{}{when}", expectation.that), 44)),
        Cell::plain(came),
        Cell::plain(format!("{} of {}", expectation.passed, expectation.replications)),
    ]
}

/// What came, in the unit of the metric; of verdicts the commonest.
fn came(findings: &Findings, expectation: &Expectation, unit: MetricUnit) -> String {
    let unit = match unit {
        MetricUnit::Seconds => Unit::Seconds,
        MetricUnit::PerSecond => Unit::PerSecond,
        MetricUnit::Ratio => Unit::Share,
        MetricUnit::Count | MetricUnit::Minutes => Unit::Count,
        MetricUnit::Badge => return badge_words(findings.verdict.badge),
    };
    let value = expectation.value.filter(|value| value.mean.is_finite());
    value.map_or(NONE.to_owned(), |value| number::value(value.mean, unit))
}

/// The last two lines: what it takes to get the same numbers again, and what they cost.
fn stamp(out: &mut String, findings: &[Findings]) {
    let stamp = &findings[0].stamp;
    let events: u64 = findings.iter().map(|variant| variant.stamp.events).sum();
    let wall: f64 = findings.iter().map(|variant| variant.stamp.wall_seconds).sum();
    let mut text = String::new();
    let _ = write!(
        text,
        "scenario {} · seed {} · fingerprint {}\nbrownout {} · {} × {} · {} events in {}, {} events/s",
        stamp.scenario_hash,
        stamp.seed,
        stamp.fingerprint,
        stamp.version,
        stamp.replications,
        number::clock(stamp.simulated_seconds),
        number::grouped(events),
        number::value(wall, Unit::Seconds),
        number::value(events as f64 / wall.max(1e-9), Unit::Count),
    );
    for part in text.lines() {
        line(out, &paint(part, DIM));
    }
}

fn counts(findings: &Findings) -> String {
    let counts = findings.verdict.counts.iter();
    counts.map(|(badge, n)| format!("{} in {n}", badge.replace('-', " "))).collect::<Vec<_>>().join(", ")
}

fn badge(badge: Badge) -> String {
    paint(&badge_words(badge).to_uppercase(), badge_style(badge).bold())
}

pub(super) fn badge_words(badge: Badge) -> String {
    badge.key().replace('-', " ")
}

pub(super) fn badge_style(badge: Badge) -> Style {
    match badge {
        Badge::Steady | Badge::Absorbed | Badge::SelfHealed => GOOD,
        Badge::SlowDrain | Badge::NeededIntervention | Badge::Unsteady | Badge::Undecided => FAIR,
        Badge::Failing | Badge::NeverCameBack => BAD,
    }
}
