//! Whose number it is, as columns of a table.

use crate::table::{Column, Feed, Need, Runs, Spec, Text, text};
use brownout_metrics::{Metric, Subject, find};

/// The columns with which a row of both tables begins.
pub(crate) const COLUMNS: [Spec; 8] = [
    text("variant", Need::Always),
    text("scope", Need::Always),
    text("load", Need::Sometimes),
    text("tier", Need::Sometimes),
    text("class", Need::Sometimes),
    text("operation", Need::Sometimes),
    text("metric", Need::Always),
    text("unit", Need::Always),
];

/// What a row is about, as it stands there.
pub(crate) struct About<'a> {
    pub(crate) variant: &'a str,
    pub(crate) subject: &'a Subject,
    pub(crate) metric: &'static Metric,
}

/// Columns to be, as one run for each number or line.
#[derive(Default)]
pub(crate) struct Abouts([Runs; COLUMNS.len()]);

impl Abouts {
    /// A number of rows of the same.
    pub(crate) fn push(&mut self, about: &About<'_>, rows: usize) {
        let [scope, load, tier, class, operation] = parts(about.subject);
        let unit = about.metric.unit.column();
        let all =
            [Some(about.variant), scope, load, tier, class, operation, Some(about.metric.key), Some(&unit)];
        for (runs, value) in self.0.iter_mut().zip(all) {
            runs.push(value.map(Text::from), rows);
        }
    }

    pub(crate) fn feeds<'a>(self) -> impl Iterator<Item = Feed<'a>> {
        self.0.into_iter().map(Feed::Text)
    }
}

/// What the rows of a table are about, from its first row on.
pub(crate) struct Rows<'a> {
    columns: Vec<Walk<'a>>,
    variant: &'a str,
}

/// A way through the runs of a column.
struct Walk<'a> {
    runs: &'a [(Option<Text>, usize)],
    left: usize,
}

impl<'a> Walk<'a> {
    /// The value of the next `rows` rows, which have one and the same or none.
    fn next(&mut self, rows: usize) -> Result<Option<&'a str>, &'static str> {
        const APART: &str = "the rows of a number or line are not together, or not all there";
        while self.left == 0 {
            self.runs = self.runs.get(1..).ok_or(APART)?;
            self.left = self.runs.first().ok_or(APART)?.1;
        }
        self.left = self.left.checked_sub(rows).ok_or(APART)?;
        Ok(self.runs[0].0.as_deref())
    }
}

impl<'a> Rows<'a> {
    /// Those of a row group, which is of this variant.
    pub(crate) fn new(columns: &'a [Column], variant: &'a str) -> Self {
        let walk = |column: &'a Column| {
            let runs: &[_] = if let Column::Text(Runs(runs)) = column { runs } else { &[] };
            Walk { runs, left: runs.first().map_or(0, |run| run.1) }
        };
        Rows { columns: columns[..COLUMNS.len()].iter().map(walk).collect(), variant }
    }

    /// Whose number the next rows are, and which.
    ///
    /// # Errors
    /// If it is none of this variant, or none that this version knows.
    pub(crate) fn next(&mut self, rows: usize) -> Result<(Subject, &'static Metric), String> {
        let mut all = [None; COLUMNS.len()];
        for (value, column) in all.iter_mut().zip(&mut self.columns) {
            *value = column.next(rows)?;
        }
        let [variant, scope, load, tier, class, operation, key, unit] = all;
        if variant != Some(self.variant) {
            return Err(format!(
                "rows of variant {:?} among those of {:?}",
                variant.unwrap_or(""),
                self.variant
            ));
        }
        let of = [scope, load, tier, class, operation];
        let subject = subject(of).ok_or_else(|| format!("no subject is {of:?}"))?;
        let key = key.unwrap_or_default();
        let metric = find(subject.scope(), key)
            .ok_or_else(|| format!("there is no metric {key:?} of a {}", subject.scope().words()))?;
        let (known, written) = (metric.unit.column(), unit.unwrap_or_default());
        if known != written {
            return Err(format!("{key} of {subject} is in {written:?} there, and in {known:?} here"));
        }
        Ok((subject, metric))
    }
}

const RUN: &str = "run";
const TOTAL: &str = "total";
const LOAD: &str = "load";
const CLASS: &str = "class";
const PATH: &str = "path";
const TIER: &str = "tier";
const TIER_PATH: &str = "tier-path";

/// Scope, load, tier, class, operation.
fn parts(subject: &Subject) -> [Option<&str>; 5] {
    match subject {
        Subject::Run => [Some(RUN), None, None, None, None],
        Subject::Total => [Some(TOTAL), None, None, None, None],
        Subject::Load(load) => [Some(LOAD), Some(load), None, None, None],
        Subject::Class(class) => [Some(CLASS), None, None, Some(class), None],
        Subject::Path { class, operation } => [Some(PATH), None, None, Some(class), Some(operation)],
        Subject::Tier(tier) => [Some(TIER), None, Some(tier), None, None],
        Subject::TierPath { tier, class, operation } => {
            [Some(TIER_PATH), None, Some(tier), Some(class), Some(operation)]
        }
    }
}

fn subject(parts: [Option<&str>; 5]) -> Option<Subject> {
    let own = str::to_owned;
    Some(match parts {
        [Some(RUN), None, None, None, None] => Subject::Run,
        [Some(TOTAL), None, None, None, None] => Subject::Total,
        [Some(LOAD), Some(load), None, None, None] => Subject::Load(own(load)),
        [Some(CLASS), None, None, Some(class), None] => Subject::Class(own(class)),
        [Some(PATH), None, None, Some(class), Some(operation)] => {
            Subject::Path { class: own(class), operation: own(operation) }
        }
        [Some(TIER), None, Some(tier), None, None] => Subject::Tier(own(tier)),
        [Some(TIER_PATH), None, Some(tier), Some(class), Some(operation)] => {
            Subject::TierPath { tier: own(tier), class: own(class), operation: own(operation) }
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use brownout_metrics::of;

    fn next(change: impl FnOnce(&mut [Runs]), rows: usize) -> Result<(Subject, &'static Metric), String> {
        let subject = Subject::Path { class: "web".to_owned(), operation: "login".to_owned() };
        let metric = of(subject.scope()).next().expect("a path has metrics");
        let mut abouts = Abouts::default();
        abouts.push(&About { variant: "lifo", subject: &subject, metric }, 3);
        change(&mut abouts.0);
        let columns: Vec<Column> = abouts.0.into_iter().map(Column::Text).collect();
        Rows::new(&columns, "lifo").next(rows)
    }

    fn said(at: usize, text: &str) -> String {
        next(|columns| columns[at].0[0].0 = Some(text.into()), 3).expect_err("it is refused")
    }

    #[test]
    fn rows_are_of_what_was_written() {
        let (subject, metric) = next(|_| (), 3).expect("as it was written");
        assert_eq!((subject.to_string().as_str(), metric.is_of(subject.scope())), ("web.login", true));
    }

    #[test]
    fn what_this_version_does_not_know_is_named() {
        assert_eq!(said(0, "fifo"), "rows of variant \"fifo\" among those of \"lifo\"");
        assert!(said(1, "planet").starts_with("no subject is [Some(\"planet\")"));
        assert_eq!(said(6, "charm"), "there is no metric \"charm\" of a class · operation");
        assert!(said(7, "furlongs").contains("is in \"furlongs\" there, and in "));
    }

    #[test]
    fn rows_that_are_missing_are_noticed() {
        let missing = "the rows of a number or line are not together, or not all there";
        assert_eq!(next(|_| (), 4).expect_err("there are three"), missing);
        assert_eq!(next(|columns| columns[6].0.clear(), 3).expect_err("no metrics"), missing);
    }
}
