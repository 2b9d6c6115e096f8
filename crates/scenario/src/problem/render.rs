//! The report of problems, in the manner of a compiler.

use super::{Problem, Severity};
use crate::limits;
use crate::text::source::Sources;
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use brownout_units::shown_lines;

/// Lines longer than this (minified JSON) are named but not shown.
const LINE_BYTES_MAX: usize = 400;

pub(super) fn render(problems: &[Problem], sources: &Sources, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for problem in problems.iter().take(limits::PROBLEMS_MAX) {
        out.push_str(&renderer.render(&[group(problem, sources)]));
        out.push_str("\n\n");
    }
    if let Some(count) = counted(problems) {
        out.push_str(&count);
        out.push('\n');
    }
    out
}

fn counted(problems: &[Problem]) -> Option<String> {
    let errors = problems.iter().filter(|p| p.severity == Severity::Error).count();
    let some = |n: usize, what: &str| match n {
        0 => None,
        1 => Some(format!("1 {what}")),
        n => Some(format!("{n} {what}s")),
    };
    let parts: Vec<String> =
        [some(errors, "error"), some(problems.len() - errors, "warning")].into_iter().flatten().collect();
    let more = problems.len().saturating_sub(limits::PROBLEMS_MAX);
    let more = if 0 < more { format!(" ({more} not shown)") } else { String::new() };
    (!parts.is_empty()).then(|| parts.join(", ") + &more)
}

fn group<'a>(problem: &'a Problem, sources: &'a Sources) -> Group<'a> {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = level.primary_title(problem.title()).element(excerpt(problem, sources));
    if let Some(hint) = &problem.hint {
        group = group.element(Level::HELP.with_name("hint").message(hint.as_str()));
    }
    group
}

/// The lines of the problem, underlined: the renderer gets these alone, however long the file is.
fn excerpt<'a>(problem: &'a Problem, sources: &'a Sources) -> Element<'a> {
    let source = sources.get(problem.place.file);
    let text: &str = &source.text;
    let start = floor(text, problem.place.start as usize);
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |newline| start + newline);
    let origin = || {
        Origin::path(problem.file.as_str()).line(problem.line as usize).char_column(problem.column as usize)
    };
    if LINE_BYTES_MAX < line_end - line_start || line_start == line_end {
        return origin().into();
    }
    // A value of several lines is underlined where it begins.
    let end = floor(text, problem.place.end as usize).clamp(start, line_end);
    let label = problem.allowed.as_ref().map(|allowed| format!("allowed: {allowed}"));
    let [before, marked, behind] =
        [line_start..start, start..end, end..line_end].map(|part| shown_lines(&text[part]));
    let span = before.len()..before.len() + marked.len();
    Snippet::source(format!("{before}{marked}{behind}"))
        .path(problem.file.as_str())
        .line_start(problem.line as usize)
        .annotation(AnnotationKind::Primary.span(span).label(label))
        .into()
}

/// The start of the character at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
