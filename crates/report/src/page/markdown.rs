//! The report in Markdown, in the order in which site reliability engineers write postmortems.

use super::spread::{SpreadRow, spread};
use super::{IDLE, Report, came, numbers};
use crate::charts::is_idle;
use crate::{advice, fleet, impact, number, story, versus};
use brownout_analysis::findings::Findings;
use std::fmt::Write as _;

/// The folder for the charts of each report, in order: `charts`, or `charts/VARIANT` where there are variants.
///
/// No two are the same, whatever the variants are called.
pub fn chart_folders<'a>(variants: impl IntoIterator<Item = &'a Findings>) -> Vec<String> {
    let mut folders: Vec<String> = Vec::new();
    for findings in variants {
        let stamp = &findings.stamp;
        let name =
            if stamp.is_base() { "charts".to_owned() } else { format!("charts/{}", slug(&stamp.variant)) };
        let numbered = (2..).map(|n| format!("{name}-{n}"));
        let free = std::iter::once(name.clone()).chain(numbered).find(|f| !folders.contains(f));
        folders.push(free.expect("there are more numbers than reports"));
    }
    folders
}

/// All variants of an experiment as Markdown: summary, impact, trigger, contributing causes, detection, resolution,
/// timeline, expectations, what to look at next, all numbers. Charts are linked as SVG in [`chart_folders`].
pub fn markdown(reports: &[Report<'_>]) -> String {
    let mut out = String::new();
    let w = &mut out;
    let Some(first) = reports.first().map(|report| &report.findings.stamp) else { return out };
    line(w, &format!("# {}", escape(&first.title)));
    if !first.question.is_empty() {
        line(w, &format!("> {}", escape(&first.question)));
    }
    if reports.len() > 1 {
        variants(w, &reports.iter().map(|report| report.findings).collect::<Vec<_>>());
    }
    let folders = chart_folders(reports.iter().map(|report| report.findings));
    for (report, folder) in reports.iter().zip(folders) {
        let stamp = &report.findings.stamp;
        let depth = if reports.len() == 1 && stamp.is_base() {
            "##"
        } else {
            line(w, &format!("## {}", escape(&stamp.variant)));
            "###"
        };
        variant(w, report, &folder, depth);
    }
    while out.ends_with("\n\n") {
        out.pop();
    }
    out
}

fn variants(w: &mut String, reports: &[&Findings]) {
    line(w, "## Variants side by side");
    let heads = ["variant", "verdict", "down", "unserved", "expectations", "what happened"];
    row(w, &heads.map(str::to_owned));
    row(w, &["---", "---", "--:", "--:", "--:", "---"].map(str::to_owned));
    for place in versus::rows(reports) {
        let names: Vec<String> = place.names.iter().map(|(_, name)| escape(name)).collect();
        let (f, badge) = (place.findings, story::badge(place.findings.verdict.badge));
        let numbers = [place.down.together(), place.unserved.together(), place.met];
        let said = escape(&story::brief(f));
        row(w, &[&[names.join(", "), badge.to_owned()][..], &numbers, &[said]].concat());
    }
    w.push('\n');
    line(w, versus::NOTE);
}

fn variant(w: &mut String, report: &Report<'_>, folder: &str, depth: &str) {
    let f = report.findings;
    line(w, &format!("{depth} Summary"));
    line(w, &format!("**{}.** {}", story::badge(f.verdict.badge), escape(&story::brief(f))));
    let beside = story::beside(f);
    if !beside.is_empty() {
        line(w, &escape(&beside));
    }
    line(w, &escape(&format!("{}. {}", story::basis(f), story::resolution(f))));
    if let Some(by_class) = story::by_class(f) {
        line(w, &escape(&by_class));
    }
    let others = story::counterfactual::paragraphs(f);
    if !others.is_empty() {
        line(w, &format!("{depth} {}", story::counterfactual::heading(f)));
        list(w, &others);
    }
    line(w, &format!("{depth} Impact"));
    impact(w, f);
    if let Some(money) = story::money(f) {
        line(w, &escape(&money));
    }
    for chart in report.charts {
        line(w, &format!("![{}]({folder}/{}.svg)", escape(&chart.title), chart.name));
        line(w, &format!("*{}*", escape(&chart.caption)));
    }
    if is_idle(f) && !f.service.tiers.is_empty() {
        line(w, IDLE);
    }
    line(w, &format!("{depth} Trigger"));
    list(w, &story::triggers(f));
    line(w, &format!("{depth} Contributing causes"));
    list(w, &story::causes(f));
    let reasons = story::reasons::paragraphs(f);
    if !reasons.is_empty() {
        line(w, &format!("{depth} {}", story::reasons::HEADING));
        list(w, &reasons);
    }
    let spread = story::reasons::spread(f);
    if !spread.is_empty() {
        line(w, &format!("{depth} {}", story::reasons::SPREAD));
        list(w, &spread);
    }
    line(w, &format!("{depth} Detection"));
    line(w, &escape(&story::detection(f)));
    line(w, &format!("{depth} Resolution"));
    line(w, &escape(&story::resolution(f)));
    line(w, &format!("{depth} Timeline"));
    timeline(w, f);
    fleets(w, f, depth);
    line(w, &format!("{depth} Expectations"));
    expectations(w, f);
    line(w, &format!("{depth} What to look at next"));
    list(w, &advice::next(f));
    line(w, &format!("{depth} Where the numbers come from"));
    stamp(w, f);
    all_numbers(w, f);
}

/// What became of users, class by class.
fn people(w: &mut String, f: &Findings) {
    let rows = impact::people(f);
    if rows.is_empty() {
        return;
    }
    line(w, impact::PEOPLE_NOTE);
    let head = ["class"].into_iter().chain(impact::PEOPLE.map(|(name, _)| name));
    row(w, &head.map(str::to_owned).collect::<Vec<_>>());
    row(w, &["---", "--:", "--:", "--:"].map(str::to_owned));
    for (class, cells) in rows {
        let cells = cells.iter().map(number::Shown::together);
        row(w, &[escape(class)].into_iter().chain(cells).collect::<Vec<_>>());
    }
    w.push('\n');
}

fn impact(w: &mut String, f: &Findings) {
    let head: Vec<&str> = ["class", "operation"]
        .into_iter()
        .chain(impact::COLUMNS.map(|(name, _)| name))
        .chain(["failed"])
        .collect();
    row(w, &head.iter().map(|h| (*h).to_owned()).collect::<Vec<_>>());
    let rule = |i| if (2..head.len() - 1).contains(&i) { "--:" } else { "---" };
    row(w, &(0..head.len()).map(|i| rule(i).to_owned()).collect::<Vec<_>>());
    for r in impact::rows(f) {
        let failed: Vec<String> =
            r.failed.iter().map(|(why, n)| format!("{} {}", escape(why), n.together())).collect();
        let failed = if failed.is_empty() { number::NONE.to_owned() } else { failed.join("; ") };
        let mut cells = vec![escape(r.class), escape(r.operation)];
        cells.extend(r.cells.iter().map(number::Shown::together));
        cells.push(failed);
        row(w, &cells);
    }
    w.push('\n');
    line(w, impact::NOTE);
    people(w, f);
}

/// How soon the tokens of language models came, and what they took; nothing where there are none.
fn fleets(w: &mut String, f: &Findings, depth: &str) {
    let tables = fleet::tables(f);
    if tables.is_empty() {
        return;
    }
    line(w, &format!("{depth} Language models"));
    for table in tables {
        let head: Vec<String> = [table.of].into_iter().chain(table.columns).map(str::to_owned).collect();
        row(w, &head);
        row(w, &(0..head.len()).map(|i| if i == 0 { "---" } else { "--:" }.to_owned()).collect::<Vec<_>>());
        for (name, cells) in &table.rows {
            row(
                w,
                &std::iter::once(escape(name))
                    .chain(cells.iter().map(number::Shown::together))
                    .collect::<Vec<_>>(),
            );
        }
        w.push('\n');
    }
    line(w, fleet::NOTE);
}

fn timeline(w: &mut String, f: &Findings) {
    row(w, &["since the start".to_owned(), "what".to_owned()]);
    row(w, &["--:".to_owned(), "---".to_owned()]);
    for event in story::timeline(f) {
        row(w, &[number::clock(event.at), escape(&event.text)]);
    }
    w.push('\n');
}

fn expectations(w: &mut String, f: &Findings) {
    if f.expectations.is_empty() {
        return line(w, "The scenario states none.");
    }
    row(w, &["expected", "when", "came", "met", "replications"].map(str::to_owned));
    row(w, &["---", "---", "--:", "---", "--:"].map(str::to_owned));
    for e in &f.expectations {
        row(
            w,
            &[
                code(&e.that),
                if e.when.is_empty() { "after the warm-up".to_owned() } else { escape(&e.when) },
                came(f, e).together(),
                if e.pass { "**yes**" } else { "**no**" }.to_owned(),
                format!("{} of {}", e.passed, e.replications),
            ],
        );
    }
    w.push('\n');
}

/// What the table of metrics has, of each subject: folded, where a reader of Markdown can fold.
fn all_numbers(w: &mut String, f: &Findings) {
    line(w, "<details>\n<summary>All numbers</summary>");
    row(w, &["of", "metric", "value"].map(str::to_owned));
    row(w, &["---", "---", "--:"].map(str::to_owned));
    for group in numbers::groups(f) {
        for one in group.rows {
            row(w, &[escape(&group.name), format!("`{}`", one.key), one.shown.together()]);
        }
    }
    for of in &f.balance {
        for one in spread(of) {
            let (key, value) = match one {
                SpreadRow::Replica(at, share) => (format!("`replica_share.{at}`"), share.together()),
                SpreadRow::LeftOut(count) => (format!("{count} replicas more"), String::new()),
            };
            row(w, &[format!("tier {}", escape(&of.tier)), key, value]);
        }
    }
    w.push('\n');
    line(w, "</details>");
}

fn stamp(w: &mut String, f: &Findings) {
    for (name, value) in crate::page::stamp(f) {
        writeln!(w, "- {name}: {}", escape(&value)).expect("a String takes any text");
    }
    w.push('\n');
    list(w, &story::assumptions(f));
}

pub(super) fn line(w: &mut String, text: &str) {
    w.push_str(text);
    w.push_str("\n\n");
}

pub(super) fn list(w: &mut String, items: &[String]) {
    for item in items {
        writeln!(w, "- {}", escape(item)).expect("a String takes any text");
    }
    w.push('\n');
}

pub(super) fn row(w: &mut String, cells: &[String]) {
    writeln!(w, "| {} |", cells.join(" | ")).expect("a String takes any text");
}

/// Text in which nothing is read as Markdown or HTML. An underscore within a word is safe and stays, since names of
/// metrics are full of them.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let chars: Vec<char> = text.chars().collect();
    for (i, &c) in chars.iter().enumerate() {
        let word = |j: Option<usize>| j.and_then(|j| chars.get(j)).is_some_and(|c| c.is_alphanumeric());
        let inside = word(i.checked_sub(1)) && word(i.checked_add(1));
        match c {
            '_' if inside => out.push('_'),
            // Not every reader of Markdown knows that a backslash before a bracket makes it harmless.
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// An expectation as it was typed; anything that is none, and might be read as a tag, is plain text.
fn code(that: &str) -> String {
    let typed = |c: char| c.is_ascii_alphanumeric() || " ._-<>=!*%/$".contains(c);
    let tag = that.split('<').skip(1).any(|rest| !rest.starts_with([' ', '=']));
    if that.chars().all(typed) && !tag { format!("`{that}`") } else { escape(that) }
}

/// A name as part of a path: small letters, digits and single hyphens.
fn slug(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars().flat_map(char::to_lowercase).take(80) {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    let out = out.trim_end_matches('-').to_owned();
    if out.is_empty() { "variant".to_owned() } else { out }
}
