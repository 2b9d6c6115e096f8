//! The tables of the page.

use super::html::{put, tone};
use super::spread::{SpreadRow, spread};
use super::{came, escape, numbers};
use crate::number::{self, Shown};
use crate::{fleet, impact, story, versus};
use brownout_analysis::findings::{Findings, Path, Tier};
use brownout_metrics::clients::SUCCESS_RATE;
use brownout_metrics::tiers::{
    ARRIVALS, HEAD_AGE_MAX, PEAK_UTILISATION, QUEUE_WAIT, RETRY_SHARE, SHED, UTILISATION, WASTED,
};
use brownout_metrics::{Metric, P99};

/// What became of intents, by class and operation.
pub(super) fn impact(w: &mut String, f: &Findings) {
    let rows = impact::rows(f);
    if rows.is_empty() {
        return put(w, "<p>No client asked for anything.</p>");
    }
    head(w, "Impact", &["class", "operation"], &impact::COLUMNS.map(|(name, _)| name), &[]);
    let cells = |row: &impact::Row<'_>| row.cells.iter().map(cell).collect();
    path_rows(w, &rows.iter().map(|row| (row.class, row.operation, cells(row))).collect::<Vec<_>>());
    end(w);
    put(w, &format!("<p class=\"quiet\">{}</p>", escape(impact::NOTE)));
    people(w, f);
    failures(w, &rows);
}

/// What became of users, class by class.
fn people(w: &mut String, f: &Findings) {
    let rows = impact::people(f);
    if rows.is_empty() {
        return;
    }
    put(w, &format!("<p class=\"quiet\">{}</p>", escape(impact::PEOPLE_NOTE)));
    head(w, "Users without service", &["class"], &impact::PEOPLE.map(|(name, _)| name), &[]);
    for (class, cells) in rows {
        let cells: String = cells.iter().map(cell).collect();
        put(w, &format!("<tr><th class=\"long\" scope=\"row\">{}</th>{cells}</tr>", escape(class)));
    }
    end(w);
}

/// Why intents failed, a column for each reason.
fn failures(w: &mut String, rows: &[impact::Row<'_>]) {
    let mut reasons: Vec<&str> = rows.iter().flat_map(|r| r.failed.iter().map(|(why, _)| *why)).collect();
    reasons.sort_unstable();
    reasons.dedup();
    if reasons.is_empty() {
        return;
    }
    put(w, "<p class=\"quiet\">Intents that failed, by the last thing that their users met:</p>");
    head(w, "Intents that failed", &["class", "operation"], &reasons, &[]);
    let counts = |row: &impact::Row<'_>| {
        let count = |why: &&str| {
            let found = row.failed.iter().find(|(reason, _)| reason == why);
            found.map_or_else(|| format!("<td class=\"n\">{}</td>", number::NONE), |(_, n)| cell(n))
        };
        reasons.iter().map(count).collect()
    };
    let failing = rows.iter().filter(|row| !row.failed.is_empty());
    path_rows(w, &failing.map(|row| (row.class, row.operation, counts(row))).collect::<Vec<_>>());
    end(w);
}

/// A place in the order of harm a line, the least first: how it ended, and where to read on.
pub(super) fn variants(w: &mut String, reports: &[&Findings]) {
    let columns = ["variant", "verdict", "what happened"];
    head(w, "Variants", &columns, &["down", "unserved", "expectations"], &[]);
    for row in versus::rows(reports) {
        let link = |(at, name): &(usize, &str)| format!("<a href=\"#v{}\">{}</a>", at + 1, escape(name));
        let names: Vec<String> = row.names.iter().map(link).collect();
        let f = row.findings;
        put(
            w,
            &format!(
                "<tr><th class=\"long\" scope=\"row\">{}</th><td><span class=\"badge {}\">{}</span></td>\
                 <td class=\"says\">{}</td>{}{}<td class=\"n\">{}</td></tr>",
                names.join(", "),
                tone(f.verdict.badge),
                story::badge(f.verdict.badge),
                super::html::prose(&story::brief(f)),
                cell(&row.down),
                cell(&row.unserved),
                row.met,
            ),
        );
    }
    end(w);
    put(w, &format!("<p class=\"quiet\">{}</p>", escape(versus::NOTE)));
}

/// The success rate of each class and operation under each variant: whichever are more are the rows, so that a table
/// is rather long than wide.
pub(super) fn success(w: &mut String, reports: &[&Findings]) {
    let mut paths: Vec<&Path> = Vec::new();
    for path in reports.iter().flat_map(|f| &f.service.paths) {
        if !paths.iter().any(|other| other.subject() == path.subject()) {
            paths.push(path);
        }
    }
    put(w, "<p class=\"quiet\">Success rate after the warm-up, with its 95 % interval:</p>");
    let rate = |f: &Findings, path: &Path| cell(&impact::cell(f, &path.subject(), &SUCCESS_RATE));
    if paths.len() < reports.len() {
        let names: Vec<String> =
            paths.iter().map(|path| escape(&format!("{} {}", path.class, path.operation))).collect();
        head(w, "Success rates", &["variant"], &names.iter().map(String::as_str).collect::<Vec<_>>(), &[]);
        for f in reports {
            let rates: String = paths.iter().map(|path| rate(f, path)).collect();
            let name = escape(&f.stamp.variant);
            put(w, &format!("<tr><th class=\"long\" scope=\"row\">{name}</th>{rates}</tr>"));
        }
        return end(w);
    }
    let names: Vec<String> = reports.iter().map(|f| escape(&f.stamp.variant)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    head(w, "Success rates", &["class", "operation"], &names, &[]);
    let rates = |path: &Path| reports.iter().map(|f| rate(f, path)).collect();
    path_rows(
        w,
        &paths.iter().map(|path| (&path.class[..], &path.operation[..], rates(path))).collect::<Vec<_>>(),
    );
    end(w);
}

/// Triggers, symptoms and what happened, in order of time.
pub(super) fn timeline(w: &mut String, f: &Findings) {
    w.push_str("<div class=\"timeline\">\n");
    head(w, "Timeline", &[], &["since the start"], &["what"]);
    for event in story::timeline(f) {
        put(
            w,
            &format!(
                "<tr><td class=\"n\">{}</td><td>{}</td></tr>",
                number::clock(event.at),
                escape(&event.text)
            ),
        );
    }
    end(w);
    w.push_str("</div>\n");
}

/// What was expected, and what came.
pub(super) fn expectations(w: &mut String, f: &Findings) {
    if f.expectations.is_empty() {
        return put(w, "<p>The scenario states none.</p>");
    }
    head(w, "Expectations", &["met", "expected", "when"], &["came", "replications"], &[]);
    for e in &f.expectations {
        let (tone, word) = if e.pass { ("good", "met") } else { ("bad", "not met") };
        let when = if e.when.is_empty() { "after the warm-up".to_owned() } else { escape(&e.when) };
        put(
            w,
            &format!(
                "<tr><td><span class=\"badge {tone}\">{word}</span></td><td><code>{}</code></td><td>{when}</td>{}\
                 <td class=\"n\">{} of {}</td></tr>",
                escape(&e.that),
                cell(&came(f, e)),
                e.passed,
                e.replications
            ),
        );
    }
    end(w);
}

/// What was measured at each tier, from the edge down.
pub(super) fn tiers(w: &mut String, f: &Findings) {
    head(w, "Tiers", &["tier", "kind"], &TIER_COLUMNS.map(|(name, _)| name), &["turned away"]);
    for one in story::call_order(&f.service.tiers) {
        put(w, &tier(f, one));
    }
    end(w);
}

/// How calls were spread over replicas, folded: of many replicas those that got least and most.
pub(super) fn balance(w: &mut String, f: &Findings) {
    if f.balance.is_empty() {
        return;
    }
    w.push_str("<details>\n<summary>Calls by replica</summary>\n");
    head(w, "Calls by replica", &["tier", "replica"], &["share of its calls"], &[]);
    for of in &f.balance {
        let rows = spread(of).into_iter().map(|row| match row {
            SpreadRow::Replica(at, share) => format!("<td>{at}</td>{}", cell(&share)),
            SpreadRow::LeftOut(count) => format!("<td class=\"quiet\">{count} more</td><td></td>"),
        });
        grouped(w, &of.tier, &rows.collect::<Vec<_>>());
    }
    end(w);
    w.push_str("</details>\n");
}

/// What stands above the numbers of a tier, and which number that is.
const TIER_COLUMNS: [(&str, &Metric); 7] = [
    ("arrivals", &ARRIVALS),
    ("retries among them", &RETRY_SHARE),
    ("busy", &UTILISATION),
    ("busiest", &PEAK_UTILISATION),
    ("wait p99", &QUEUE_WAIT[P99]),
    ("head waited at most", &HEAD_AGE_MAX),
    ("wasted", &WASTED),
];

/// How soon the tokens of language models came, and what they took.
pub(super) fn fleets(w: &mut String, f: &Findings) {
    for table in fleet::tables(f) {
        head(w, "Language models", &[table.of], &table.columns, &[]);
        for (name, cells) in &table.rows {
            let cells: String = cells.iter().map(cell).collect();
            put(w, &format!("<tr><th class=\"long\" scope=\"row\">{}</th>{cells}</tr>", escape(name)));
        }
        end(w);
    }
    put(w, &format!("<p class=\"quiet\">{}</p>", escape(fleet::NOTE)));
}

fn tier(f: &Findings, tier: &Tier) -> String {
    let subject = tier.subject();
    let shed = SHED.iter().filter_map(|metric| Some((metric, f.values.get(&subject, metric)?)));
    let shed: String = shed
        .filter(|(_, rate)| 0.0 < rate.mean)
        .map(|(metric, rate)| reason(story::reason_of(metric), &number::parts(rate, metric.unit)))
        .collect();
    let cells = TIER_COLUMNS.iter().map(|(_, metric)| cell(&impact::cell(f, &subject, metric)));
    format!(
        "<tr><th class=\"long\" scope=\"row\">{}</th><td>{}</td>{}<td class=\"failed\">{}</td></tr>",
        escape(&tier.name),
        escape(&tier.kind),
        cells.collect::<String>(),
        if shed.is_empty() { number::NONE } else { &shed }
    )
}

/// What the table of metrics has, of each subject.
pub(super) fn numbers(w: &mut String, f: &Findings) {
    w.push_str("<details>\n<summary>All numbers</summary>\n");
    head(w, "All numbers", &["of", "metric"], &["value"], &[]);
    for group in numbers::groups(f) {
        let rows = group.rows.iter().map(|row| {
            let (key, value) = (row.key, cell(&row.shown));
            format!("<td><code>{key}</code></td>{value}")
        });
        grouped(w, &group.name, &rows.collect::<Vec<_>>());
    }
    end(w);
    w.push_str("</details>\n");
}

/// What each of those is, once for all variants.
pub(super) fn meanings(w: &mut String, reports: &[&Findings]) {
    let mut said: Vec<(&str, String)> = Vec::new();
    let rows = reports.iter().flat_map(|f| numbers::groups(f)).flat_map(|group| group.rows);
    for row in rows {
        if !said.iter().any(|(key, meaning)| *key == row.key && *meaning == row.meaning) {
            said.push((row.key, row.meaning));
        }
    }
    if said.is_empty() {
        return;
    }
    said.sort();
    w.push_str("<details>\n<summary>What the numbers mean</summary>\n<dl>\n");
    for (key, meaning) in said {
        put(w, &format!("<dt><code>{key}</code></dt><dd>{}</dd>", escape(&meaning)));
    }
    w.push_str("</dl>\n</details>\n");
}

/// The numbers of a chart, for readers who cannot see it.
pub(super) fn data(w: &mut String, title: &str, table: &[Vec<String>]) {
    let Some((heads, rows)) = table.split_first().filter(|(_, rows)| !rows.is_empty()) else { return };
    w.push_str("<details class=\"data\">\n<summary>The numbers of this chart</summary>\n");
    let heads: Vec<String> = heads.iter().map(|head| escape(head)).collect();
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    head(w, title, &heads[..1], &heads[1..], &[]);
    for row in rows {
        put(w, &format!("<tr><th class=\"long\" scope=\"row\">{}</th>", escape(&row[0])));
        let value = |text: &String| format!("<td class=\"n\">{}</td>", escape(text));
        w.extend(row[1..].iter().map(value));
        w.push_str("</tr>\n");
    }
    end(w);
    w.push_str("</details>\n");
}

/// Rows about classes and operations: each class is named once, so that the eye finds where the next begins.
fn path_rows(w: &mut String, rows: &[(&str, &str, String)]) {
    for group in rows.chunk_by(|a, b| a.0 == b.0) {
        let cells = group.iter().map(|(_, operation, numbers)| {
            format!("<td class=\"long second\">{}</td>{numbers}", escape(operation))
        });
        grouped(w, group[0].0, &cells.collect::<Vec<_>>());
    }
}

/// Rows under one name at their left.
fn grouped(w: &mut String, name: &str, rows: &[String]) {
    for (at, cells) in rows.iter().enumerate() {
        let name = match at {
            0 => format!(
                "<th class=\"long\" scope=\"rowgroup\" rowspan=\"{}\">{}</th>",
                rows.len(),
                escape(name)
            ),
            _ => String::new(),
        };
        put(w, &format!("<tr>{name}{cells}</tr>"));
    }
}

/// As many columns of numbers have room for intervals beside them on paper.
const FEW: usize = 4;

/// Begins a table. One that is wider than the page can be moved by keys, too; it is a group with a name and no region,
/// since a page has dozens of them, and each region is one more stop for who goes from landmark to landmark.
fn head(w: &mut String, label: &str, left: &[&str], numbers: &[&str], right: &[&str]) {
    let label = escape(label);
    // Where few numbers stand side by side, paper has room for their intervals beside them.
    let class = if numbers.len() <= FEW { "wide few" } else { "wide" };
    put(
        w,
        &format!(
            "<div class=\"{class}\" role=\"group\" tabindex=\"0\" aria-label=\"Table: {label}\"><table>"
        ),
    );
    w.push_str("<thead><tr>");
    let text = |name: &&str| format!("<th scope=\"col\">{name}</th>");
    w.extend(left.iter().map(text));
    w.extend(numbers.iter().map(|name| format!("<th scope=\"col\" class=\"n\">{}</th>", wrapped(name))));
    w.extend(right.iter().map(text));
    w.push_str("</tr></thead>\n<tbody>\n");
}

/// A long head of a column of numbers breaks at its spaces, so that it is no wider than what stands under it.
fn wrapped(name: &str) -> String {
    if name.chars().count() > 12 { name.replace(' ', "<br>") } else { name.to_owned() }
}

/// Ends a table.
pub(super) fn end(w: &mut String) {
    w.push_str("</tbody>\n</table></div>\n");
}

fn cell(shown: &Shown) -> String {
    format!("<td class=\"n\">{}{}</td>", shown.value, small(shown))
}

fn reason(why: &str, n: &Shown) -> String {
    format!("<div>{} {}{}</div>", escape(why), n.value, small(n))
}

fn small(shown: &Shown) -> String {
    shown.interval.as_ref().map_or_else(String::new, |i| format!(" <small>{i}</small>"))
}
