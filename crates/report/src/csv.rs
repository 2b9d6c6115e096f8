//! Results and lines over time as tidy CSV: one number a line, each with its unit.

use crate::json::{is_listed, is_number, slos};
use brownout_analysis::findings::{Findings, Line};
use brownout_analysis::swept::Swept;
use brownout_metrics::{Subject, Unit};
use std::fmt::Write as _;

/// Every number of every subject: `metric` is its key, as expectations name it.
///
/// Shares of single replicas follow as `replica_share.N`.
///
/// The stamp is repeated in each line, so that a line says where it comes from wherever it is pasted.
pub fn csv(findings: &[Findings]) -> String {
    let mut out =
        "version,scenario_hash,seed,fingerprint,variant,scope,class,operation,tier,metric,unit,mean,\
        ci95_low,ci95_high\n"
            .to_owned();
    for findings in findings {
        let stamp = &findings.stamp;
        let seed = stamp.seed.to_string();
        let stamp = [&stamp.version, &stamp.scenario_hash, &seed, &stamp.fingerprint, &stamp.variant];
        let stamp = stamp.map(|text| quoted(text)).join(",");
        for numbers in &findings.values.subjects {
            let row = format!("{stamp},{}", subject(&numbers.subject));
            for number in
                numbers.numbers.iter().filter(|number| is_number(number.metric) && is_listed(number))
            {
                let Some(estimate) = number.estimate else { continue };
                let unit = number.metric.unit.column();
                push(&mut out, &row, (number.metric.key, &unit), estimate.mean, estimate.ci95);
            }
        }
        for of in &findings.balance {
            let row = format!("{stamp},{}", subject(&Subject::Tier(of.tier.clone())));
            for (at, share) in of.shares.iter().enumerate() {
                let key = format!("replica_share.{at}");
                push(&mut out, &row, (&key, &Unit::Share.column()), share.mean, share.ci95);
            }
        }
        for path in &findings.service.paths {
            let row = format!("{stamp},{}", subject(&path.subject()));
            let unit = Unit::Seconds.column();
            for (key, seconds) in slos(path).filter_map(|(key, seconds)| Some((key, seconds?))) {
                push(&mut out, &row, (key, &unit), seconds, None);
            }
        }
    }
    out
}

/// The points of a sweep, one number a line: its axes, what is shown, in which unit, and its interval.
pub fn swept_csv(swept: &Swept) -> String {
    let axes: Vec<String> = swept.axes.iter().map(|axis| quoted(axis)).collect();
    let mut out = format!("point,{},metric,unit,mean,ci95_low,ci95_high\n", axes.join(","));
    for spot in swept.points.iter() {
        let levels: Vec<String> = spot.levels.iter().map(|level| quoted(&level.shown)).collect();
        let row = format!("{},{}", spot.number, levels.join(","));
        let Ok(seen) = &spot.found else { continue };
        for (column, cell) in swept.columns.iter().zip(&seen.cells) {
            let Some(value) = cell.value else { continue };
            let what = if column.when.is_empty() {
                column.title.clone()
            } else {
                format!("{} in {}", column.title, column.when)
            };
            push(&mut out, &row, (&what, &column.metric.unit.column()), value.mean, value.ci95);
        }
    }
    out
}

fn push(out: &mut String, row: &str, (key, unit): (&str, &str), mean: f64, ci95: Option<(f64, f64)>) {
    let (low, high) = ci95.map_or((f64::NAN, f64::NAN), |ends| ends);
    let (key, unit) = (quoted(key), quoted(unit));
    let _ = writeln!(out, "{row},{key},{unit},{},{},{}", Field(mean), Field(low), Field(high));
}

/// Everything over time, one value a line, of all variants in one table.
///
/// `at_seconds` is the middle of the window since the start of the run. A number that does not exist (no intent ended
/// in that window) is empty, and so are `low` and `high` with one replication.
pub fn series_csv(findings: &[Findings]) -> String {
    let mut out =
        "fingerprint,variant,scope,class,operation,tier,metric,unit,at_seconds,mean,low,high\n".to_owned();
    for findings in findings {
        let stamp = format!("{},{}", quoted(&findings.stamp.fingerprint), quoted(&findings.stamp.variant));
        for line in &findings.lines.lines {
            push_line(&mut out, &stamp, &findings.lines.at, line);
        }
    }
    out
}

fn push_line(out: &mut String, stamp: &str, at: &[f64], line: &Line) {
    let (key, unit) = (quoted(line.metric.key), quoted(&line.metric.unit.column()));
    let row = format!("{stamp},{},{key},{unit}", subject(&line.subject));
    let end = |ends: &[f64], i: usize| Field(ends.get(i).copied().unwrap_or(f64::NAN));
    for (i, (at, &mean)) in at.iter().zip(&line.band.mean).enumerate() {
        let (low, high) = (end(&line.band.low, i), end(&line.band.high, i));
        let _ = writeln!(out, "{row},{at},{},{low},{high}", Field(mean));
    }
}

/// `scope,class,operation,tier`, empty where the subject has no such part.
fn subject(subject: &Subject) -> String {
    let fields = match subject {
        Subject::Run => ["run", "", "", ""],
        Subject::Total => ["total", "", "", ""],
        // A load is no class: what it is called stands where a class would.
        Subject::Load(load) => ["load", load, "", ""],
        Subject::Class(class) => ["class", class, "", ""],
        Subject::Path { class, operation } => ["path", class, operation, ""],
        Subject::Tier(tier) => ["tier", "", "", tier],
        Subject::TierPath { tier, class, operation } => ["tier-path", class, operation, tier],
    };
    fields.map(quoted).join(",")
}

/// A number, or nothing where there is none.
struct Field(f64);

impl std::fmt::Display for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_finite() { self.0.fmt(f) } else { Ok(()) }
    }
}

/// A field as RFC 4180 wants it: in quotes where it has a comma, a quote or a line break. A text that a spreadsheet
/// would compute begins with an apostrophe, which makes it a text there.
fn quoted(field: &str) -> String {
    if field.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        return quoted(&format!("'{field}"));
    }
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_would_break_a_row_are_quoted() {
        assert_eq!(["a b", "a,b", "say \"a\""].map(quoted), ["a b", "\"a,b\"", "\"say \"\"a\"\"\""]);
        assert_eq!(["=1+1", "-a", "@x", "a-b"].map(quoted), ["'=1+1", "'-a", "'@x", "a-b"]);
        assert_eq!(subject(&Subject::Tier("a,b".into())), "tier,,,\"a,b\"");
        assert_eq!(
            [Field(0.5), Field(f64::NAN), Field(f64::INFINITY)].map(|f| f.to_string()),
            ["0.5", "", ""]
        );
    }
}
