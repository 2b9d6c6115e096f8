//! What is wrong with a scenario: every problem at once, each with its place, the value given and what to do.

mod render;

use crate::limits;
use crate::text::source::{Place, Sources};
use crate::text::switch::Off;
use brownout_units::{QUOTE_CHARS_MAX, shown};
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Severity of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The scenario cannot be run.
    Error,
    /// It can be run, but may answer another question than its author meant.
    Warning,
}

/// One problem of a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Its severity.
    pub severity: Severity,
    /// The file, as it was named; `--set` for a value from the command line.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
    /// The bytes of the file: start and end.
    pub span: (u32, u32),
    /// What was given: `replicas = 0`.
    pub given: Option<String>,
    /// What is wrong with it.
    pub message: String,
    /// What would be allowed.
    pub allowed: Option<String>,
    /// What to do next.
    pub hint: Option<String>,
    #[serde(skip)]
    place: Place,
}

impl fmt::Display for Problem {
    /// One line: `chat.toml:14: replicas = 0: a tier needs at least 1 replica`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.title())
    }
}

impl Problem {
    fn title(&self) -> String {
        match &self.given {
            Some(given) => format!("{given}: {}", self.message),
            None => self.message.clone(),
        }
    }
}

/// All that is wrong with one scenario, in the order of its files.
#[derive(Clone, Debug)]
pub struct Problems {
    drafts: Vec<Draft>,
    sources: Arc<Sources>,
    /// Lines and texts of each, when the first reader asks: a sweep compiles thousands of scenarios and shows the
    /// warnings of one.
    located: OnceLock<Vec<Problem>>,
}

impl Problems {
    /// No problems at all.
    pub fn none() -> Self {
        Problems { drafts: Vec::new(), sources: Arc::default(), located: OnceLock::new() }
    }

    /// The problems, ordered by place.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.located().iter()
    }

    fn located(&self) -> &[Problem] {
        let locate = |draft: &Draft| locate(&self.sources, draft.clone());
        self.located.get_or_init(|| self.drafts.iter().map(locate).collect())
    }

    /// The number of problems.
    pub fn len(&self) -> usize {
        self.drafts.len()
    }

    /// Whether there is no problem.
    pub fn is_empty(&self) -> bool {
        self.drafts.is_empty()
    }

    /// Whether the scenario cannot be run.
    pub fn has_errors(&self) -> bool {
        self.drafts.iter().any(|draft| draft.severity == Severity::Error)
    }

    /// The report for a terminal: each problem with its line underlined, and a count at the end.
    pub fn render(&self, color: bool) -> String {
        render::render(self.located(), &self.sources, color)
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Serialize for Problems {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.located().serialize(serializer)
    }
}

impl fmt::Display for Problems {
    /// One line for each problem.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, problem) in self.iter().enumerate() {
            let line_end = if n == 0 { "" } else { "\n" };
            write!(f, "{line_end}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// A problem whose place is still a byte range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Draft {
    severity: Severity,
    place: Place,
    given: Option<String>,
    message: String,
    allowed: Option<String>,
    hint: Option<String>,
}

impl Draft {
    pub(crate) fn error(place: Place, message: impl Into<String>) -> Self {
        let message = message.into();
        Draft { severity: Severity::Error, place, given: None, message, allowed: None, hint: None }
    }

    pub(crate) fn warning(place: Place, message: impl Into<String>) -> Self {
        Draft { severity: Severity::Warning, ..Draft::error(place, message) }
    }

    pub(crate) fn given(mut self, given: impl Into<String>) -> Self {
        self.given = Some(given.into());
        self
    }

    pub(crate) fn allowed(mut self, allowed: impl Into<String>) -> Self {
        self.allowed = Some(allowed.into());
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same as a warning about what would be an error under another condition.
    pub(crate) fn warning_if(self, if_it_were: &str) -> Self {
        let message = format!("{if_it_were}: {}", self.message);
        Draft { severity: Severity::Warning, message, ..self }
    }

    /// Whether both report the same mistake at the same place; what would be allowed may differ.
    pub(crate) fn is_same(&self, other: &Draft) -> bool {
        (self.place, &self.message) == (other.place, &other.message)
    }

    pub(crate) fn maybe_hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint.or(self.hint);
        self
    }
}

/// Collects the problems found while a scenario is read, so that reading need not stop at the first.
#[derive(Debug, Default)]
pub(crate) struct Diagnostics {
    pub(crate) sources: Sources,
    /// Tables that the document being read has switched off.
    pub(crate) off: Vec<Off>,
    drafts: Vec<Draft>,
    errors: usize,
}

impl Diagnostics {
    /// Diagnostics of a document whose texts are known.
    pub(crate) fn of(sources: Sources) -> Self {
        Diagnostics { sources, ..Diagnostics::default() }
    }

    pub(crate) fn report(&mut self, draft: Draft) {
        if draft.severity == Severity::Error {
            self.errors += 1;
        }
        // Errors are what the reader needs first; a flood of warnings must not push them out.
        let warnings = self.drafts.len() < 5 * limits::PROBLEMS_MAX;
        if warnings || draft.severity == Severity::Error && self.errors <= 5 * limits::PROBLEMS_MAX {
            self.drafts.push(draft);
        }
    }

    /// Whether there are more errors than a report shows: looking for further ones could take minutes.
    pub(crate) fn is_tired(&self) -> bool {
        limits::PROBLEMS_MAX < self.errors
    }

    pub(crate) fn error_count(&self) -> usize {
        self.errors
    }

    /// The number of reports so far, for [`Diagnostics::keep_new_errors`] and [`Diagnostics::take_new_errors`].
    pub(crate) fn mark(&self) -> usize {
        self.drafts.len()
    }

    /// Drops the warnings since `mark`, and errors reported before it: a problem of another variant is news only if
    /// the scenario itself does not have it.
    pub(crate) fn keep_new_errors(&mut self, mark: usize) {
        let trial = self.drafts.split_off(mark.min(self.drafts.len()));
        for draft in trial {
            if draft.severity == Severity::Error && !self.drafts.contains(&draft) {
                self.drafts.push(draft);
            }
        }
    }

    /// Removes and returns the new errors since `mark`, and drops the warnings; at `mark` there were `errors` errors.
    pub(crate) fn take_new_errors(&mut self, mark: usize, errors: usize) -> Vec<Draft> {
        let mut trial = self.drafts.split_off(mark.min(self.drafts.len()));
        self.errors = errors;
        trial.retain(|draft| draft.severity == Severity::Error && !self.drafts.contains(draft));
        trial
    }

    /// The problems in the order of the files, each once.
    pub(crate) fn close(self) -> Problems {
        let mut drafts = self.drafts;
        drafts.sort_by_key(|a| (a.place, a.severity));
        drafts.dedup();
        drafts.sort_by_key(|draft| draft.place);
        Problems { drafts, sources: Arc::new(self.sources), located: OnceLock::new() }
    }
}

/// What is said about a text that was given: nothing in it commands a terminal, and its quotes are short.
fn said(text: String) -> String {
    match shown(&short_quotes(&text)) {
        Cow::Borrowed(same) if same.len() == text.len() => text,
        changed => changed.into_owned(),
    }
}

/// A key with its value: a name of [`QUOTE_CHARS_MAX`] characters and the beginning of a value, whatever is longer.
fn short(given: String) -> String {
    match given.char_indices().nth(2 * QUOTE_CHARS_MAX) {
        Some(_) => given.chars().take(QUOTE_CHARS_MAX).chain(['…']).collect(),
        None => given,
    }
}

/// A text in which what stands between two quotation marks is cut to [`QUOTE_CHARS_MAX`] characters.
fn short_quotes(text: &str) -> Cow<'_, str> {
    let parts = || text.split('"');
    if text.len() <= QUOTE_CHARS_MAX || parts().all(|part| part.len() <= QUOTE_CHARS_MAX) {
        return Cow::Borrowed(text);
    }
    let cut = |(at, part): (usize, &str)| match part.char_indices().nth(QUOTE_CHARS_MAX) {
        Some((end, _)) if at % 2 == 1 => format!("{}…", &part[..end]),
        _ => part.to_owned(),
    };
    Cow::Owned(parts().enumerate().map(cut).collect::<Vec<_>>().join("\""))
}

fn locate(sources: &Sources, draft: Draft) -> Problem {
    let at = sources.locate(draft.place);
    Problem {
        severity: draft.severity,
        file: shown(&sources.get(draft.place.file).name).into_owned(),
        line: at.line,
        column: at.column,
        span: (draft.place.start, draft.place.end),
        given: draft.given.map(|given| said(short(given))),
        message: said(draft.message),
        allowed: draft.allowed.map(said),
        hint: draft.hint.map(said),
        place: draft.place,
    }
}

/// The nearest of the known words, as a question, if it is near enough to be a typo.
pub(crate) fn did_you_mean<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(given, known).map(|near| format!("did you mean \"{near}\"?"))
}

/// The nearest of the known words, if it is near enough to be a typo.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if limits::NAME_BYTES_MAX < given.len() {
        return None;
    }
    let lower = given.to_lowercase().replace('_', "-");
    let measured = known.into_iter().map(|word| {
        let distance = strsim::damerau_levenshtein(&word.to_lowercase().replace('_', "-"), &lower);
        (distance, word)
    });
    let (distance, word) = measured.min()?;
    let slip = word.chars().count().max(given.chars().count()).div_ceil(3);
    (distance <= slip && distance < word.chars().count()).then_some(word)
}

/// `"a", "b" or "c"`; long lists are truncated.
pub(crate) fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 24;
    let words: Vec<String> = words.into_iter().map(|word| format!("\"{word}\"")).collect();
    match words.as_slice() {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        many if SHOWN < many.len() => format!("{} … ({} in all)", many[..SHOWN].join(", "), many.len()),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_nonsense_is_not() {
        assert_eq!(nearest("replcas", ["replicas", "workers"]), Some("replicas"));
        assert_eq!(nearest("single-flight", ["single_flight", "ttl"]), Some("single_flight"));
        assert_eq!(nearest("zebra", ["replicas", "workers"]), None);
    }

    #[test]
    fn what_is_said_quotes_little_and_commands_nothing() {
        let long = "v".repeat(3_000);
        assert_eq!(said(format!("\"{long}\" is no name")), format!("\"{}…\" is no name", "v".repeat(80)));
        assert_eq!(said("no \u{1b}[31m here".to_owned()), "no \\u{1b}[31m here");
        assert_eq!(said(format!("{} \"a\"", "word ".repeat(60))).len(), 304);
    }

    #[test]
    fn lists_read_like_sentences() {
        assert_eq!(one_of(["a", "b", "c"]), "\"a\", \"b\" or \"c\"");
        assert_eq!(one_of([]), "nothing");
    }
}
