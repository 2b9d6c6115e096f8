//! The page to open in a browser: one file, nothing to load, no script.

use super::{IDLE, Report, escape, operations, stamp, tables};
use crate::charts::{CURES, FIRST, TOPOLOGY, is_idle, style};
use crate::{Chart, advice, font, number, story};
use base64::Engine as _;
use brownout_analysis::findings::Findings;
use brownout_metrics::Badge;

/// All variants of an experiment on one page that opens without a network, in light, in dark and on paper.
pub fn html(reports: &[Report<'_>]) -> String {
    let first = reports.first().map(|report| &report.findings.stamp);
    let title = first.map_or("Nothing was run", |stamp| stamp.title.as_str());
    let mut page = String::new();
    let w = &mut page;
    head(w, title);
    w.push_str("<body>\n<header>\n<p class=\"eyebrow\">Cascade-failure report</p>\n");
    put(w, &format!("<h1>{}</h1>", escape(title)));
    if let Some(question) = first.map(|stamp| &stamp.question).filter(|q| !q.is_empty()) {
        put(w, &format!("<p class=\"question\">{}</p>", escape(question)));
    }
    w.push_str("</header>\n<main>\n");
    if reports.len() > 1 {
        contents(w, reports);
    }
    for (i, report) in reports.iter().enumerate() {
        variant(w, report, i, reports.len());
    }
    tables::meanings(w, &reports.iter().map(|report| report.findings).collect::<Vec<_>>());
    w.push_str("</main>\n");
    if let Some(stamp) = first {
        let version = escape(&stamp.version);
        put(
            w,
            &format!(
                "<footer class=\"quiet\">Written by brownout {version}. Charts may be reused freely; the command \
                 under each draws it for a slide, where FOLDER is the one of this page.</footer>"
            ),
        );
    }
    w.push_str("</body>\n</html>\n");
    page
}

/// Everything before the body: the style, the typeface, what a dark page changes.
pub(super) fn head(w: &mut String, title: &str) {
    w.push_str("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    w.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    w.push_str("<meta name=\"color-scheme\" content=\"light dark\">\n");
    put(w, &format!("<title>{}</title>", escape(title)));
    w.push_str("<style>\n");
    for (family, weight, bytes) in [
        ("Noto Sans", 400, font::REGULAR),
        ("Noto Sans", 700, font::BOLD),
        ("Noto Sans Math", 400, font::MATH),
    ] {
        let data = base64::engine::general_purpose::STANDARD.encode(bytes);
        put(
            w,
            &format!(
                "@font-face{{font-family:\"{family}\";font-weight:{weight};src:url(data:font/ttf;base64,{data}) \
                 format(\"truetype\")}}"
            ),
        );
    }
    w.push_str(include_str!("page.css"));
    // On screen only: paper is always white.
    w.push_str("@media screen and (prefers-color-scheme: dark) {\n");
    w.push_str(include_str!("dark.css"));
    w.push_str(&style::dark_rules());
    w.push_str("}\n</style>\n</head>\n");
}

fn contents(w: &mut String, reports: &[Report<'_>]) {
    let reports: Vec<&Findings> = reports.iter().map(|report| report.findings).collect();
    w.push_str("<h2>Variants side by side</h2>\n");
    tables::variants(w, &reports);
    tables::success(w, &reports);
}

fn variant(w: &mut String, report: &Report<'_>, i: usize, of: usize) {
    let f = report.findings;
    put(w, &format!("<article class=\"variant\" id=\"v{}\">", i + 1));
    // A page of one variant has no heading for it, and no level is skipped.
    let named = of > 1 || !f.stamp.is_base();
    let level = if named { 3 } else { 2 };
    if named {
        put(w, &format!("<h2>{}</h2>", escape(&f.stamp.variant)));
    }
    let heading = |w: &mut String, text: &str| {
        put(w, &format!("<h{level} class=\"part\">{text}</h{level}>"));
    };
    verdict(w, f);
    let again = |chart: &Chart| again(chart, of, &f.stamp.variant);
    // What broke, in which order, belongs to the first screen.
    let (drawing, charts): (Vec<&Chart>, Vec<&Chart>) =
        report.charts.iter().partition(|chart| chart.name == TOPOLOGY);
    figures(w, &drawing, &again);
    let (cures, charts): (Vec<&Chart>, Vec<&Chart>) =
        charts.into_iter().partition(|chart| chart.name == CURES);
    let mut bars = String::new();
    figures(&mut bars, &cures, &again);
    why(w, f, &bars, &heading);
    heading(w, "Impact");
    tables::impact(w, f);
    if let Some(money) = story::money(f) {
        put(w, &format!("<p>{}</p>", prose(&money)));
    }
    let (first, rest): (Vec<&Chart>, Vec<&Chart>) =
        charts.into_iter().partition(|chart| FIRST.contains(&chart.name.as_ref()));
    figures(w, &first, &again);
    if is_idle(f) && !f.service.tiers.is_empty() {
        put(w, &format!("<p class=\"quiet\">{IDLE}</p>"));
    }
    heading(w, "Trigger");
    list(w, &story::triggers(f));
    heading(w, "Contributing causes");
    list(w, &story::causes(f));
    reasons(w, f, &heading);
    heading(w, "Detection");
    put(w, &format!("<p>{}</p>", prose(&story::detection(f))));
    heading(w, "Resolution");
    put(w, &format!("<p>{}</p>", prose(&story::resolution(f))));
    heading(w, "Timeline");
    tables::timeline(w, f);
    if !rest.is_empty() {
        heading(w, "More closely");
        figures(w, &rest, &again);
    }
    if !f.service.tiers.is_empty() {
        heading(w, "The tiers");
        tables::tiers(w, f);
        tables::balance(w, f);
    }
    if f.service.tiers.iter().any(|tier| tier.tokens) {
        heading(w, "Language models");
        tables::fleets(w, f);
    }
    heading(w, "Expectations");
    tables::expectations(w, f);
    heading(w, "What to look at next");
    list(w, &advice::next(f));
    heading(w, "Where the numbers come from");
    appendix(w, f);
    tables::numbers(w, f);
    w.push_str("</article>\n");
}

/// Why intents were not served, and how it spread, where that was asked for.
fn reasons(w: &mut String, f: &Findings, heading: &dyn Fn(&mut String, &str)) {
    let parts = [
        (story::reasons::HEADING, story::reasons::paragraphs(f)),
        (story::reasons::SPREAD, story::reasons::spread(f)),
    ];
    for (name, said) in parts.iter().filter(|(_, said)| !said.is_empty()) {
        heading(w, name);
        list(w, said);
    }
}

/// What other runs of the same night say, where they were asked for.
fn why(w: &mut String, f: &Findings, bars: &str, heading: &dyn Fn(&mut String, &str)) {
    let said = story::counterfactual::paragraphs(f);
    if said.is_empty() {
        return;
    }
    heading(w, story::counterfactual::heading(f));
    w.push_str(bars);
    list(w, &said);
}

fn verdict(w: &mut String, f: &Findings) {
    let verdict = &f.verdict;
    let badge = story::badge(verdict.badge);
    put(w, &format!("<section class=\"verdict {}\">", tone(verdict.badge)));
    put(w, &format!("<span class=\"badge\">{badge}</span>"));
    put(w, &format!("<p class=\"line\">{}</p>", prose(&story::brief(f))));
    let beside = story::beside(f);
    if !beside.is_empty() {
        put(w, &format!("<p class=\"beside\">{}</p>", prose(&beside)));
    }
    put(w, &format!("<p class=\"quiet\">{}. {}</p>", story::basis(f), prose(&story::resolution(f))));
    if let Some(by_class) = story::by_class(f) {
        put(w, &format!("<p class=\"quiet\">{}</p>", prose(&by_class)));
    }
    w.push_str("</section>\n");
    if let Some((strips, said)) = operations::drawn(f) {
        put(
            w,
            &format!(
                "<figure class=\"operations\">{strips}<figcaption>{}</figcaption></figure>",
                prose(&said)
            ),
        );
    }
}

fn figures(w: &mut String, charts: &[&Chart], again: &dyn Fn(&Chart) -> String) {
    for chart in charts {
        figure(w, chart, Some(&again(chart)));
    }
}

/// A chart with its caption, the command that draws it again, if there is one, and its numbers.
pub(super) fn figure(w: &mut String, chart: &Chart, again: Option<&str>) {
    let title = escape(&chart.title);
    // Of two drawings a page shows the one that its width suits; the other does not exist for any reader.
    let class = if chart.narrow.is_some() { "picture roomy" } else { "picture" };
    put(
        w,
        &format!(
            "<figure>\n<div class=\"{class}\" role=\"group\" tabindex=\"0\" aria-label=\"Chart: {title}\">"
        ),
    );
    put(w, inside(&chart.svg));
    put(w, "</div>");
    if let Some(narrow) = &chart.narrow {
        put(w, &format!("<div class=\"picture narrow\">{}</div>", inside(narrow)));
    }
    let again = again.map(|command| format!(" <code class=\"again\">{}</code>", escape(command)));
    let caption = escape(&chart.caption);
    put(w, &format!("<figcaption>{caption}{}</figcaption>", again.unwrap_or_default()));
    tables::data(w, &chart.title, &chart.table);
    put(w, "</figure>");
}

/// The command that draws a chart for a slide; FOLDER is where this page lies.
fn again(chart: &Chart, variants: usize, variant: &str) -> String {
    let of = if 1 < variants { format!(" --variant {}", typed(variant)) } else { String::new() };
    format!("brownout chart FOLDER {}{of}", chart.name)
}

/// A name as a shell takes it for one word.
fn typed(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.chars().all(is_plain) { name.to_owned() } else { format!("'{}'", name.replace('\'', "'\\''")) }
}

/// The declaration of an XML document has no place inside a page; the picture itself has.
fn inside(svg: &str) -> &str {
    svg.find("<svg").map_or("", |start| svg[start..].trim_end())
}

fn appendix(w: &mut String, f: &Findings) {
    w.push_str("<dl>\n");
    for (name, value) in stamp(f) {
        put(w, &format!("<dt>{name}</dt><dd>{}</dd>", escape(&value)));
    }
    w.push_str("</dl>\n");
    list(w, &story::assumptions(f));
}

fn list(w: &mut String, items: &[String]) {
    w.push_str("<ul>\n");
    for item in items {
        put(w, &format!("<li>{}</li>", prose(item)));
    }
    w.push_str("</ul>\n");
}

/// Text for a paragraph, where no line may end between a number and its unit.
pub(super) fn prose(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let mut out = String::with_capacity(text.len() + 16);
    for (at, word) in words.iter().enumerate() {
        let joins = at.checked_sub(1).is_some_and(|before| number::is_unit_of(words[before], word));
        if 0 < at {
            out.push(if joins { '\u{a0}' } else { ' ' });
        }
        out.push_str(word);
    }
    escape(&out)
}

/// The class that colours a badge.
pub(super) const fn tone(badge: Badge) -> &'static str {
    match badge {
        // A service that was down is not painted green because it came back.
        Badge::Unharmed | Badge::Dented => "good",
        Badge::HealedWithTrigger
        | Badge::SelfHealed
        | Badge::SlowDrain
        | Badge::NeededIntervention
        | Badge::Unsteady => "warn",
        Badge::Failing | Badge::NeverCameBack => "bad",
        Badge::Undecided => "none",
    }
}

/// A line of the page.
pub(super) fn put(w: &mut String, text: &str) {
    w.push_str(text);
    w.push('\n');
}
