//! A planner's question as plain data, and its answer in words, pages and pictures.

use super::reports::{self, Ran};
use super::{Asking, Bound, Knob, Options, PlanError, Push, bound, cheapest_of, tips, ups_and_downs};
use crate::case::Case;
use crate::laid::Laid;
use crate::papers::{Answer, answer_pages};
use crate::report::Pictures;
use crate::runs::Means;
use brownout_analysis::answer::{Bounded, Wanted};
use brownout_report::Reports;
use brownout_report::plan as json;
use brownout_report::screen::answer as words;
use brownout_results::File;
use brownout_scenario::{Document, Level, Overrides, axis_values};
use brownout_units::Ratio;
use jiff::ToSpan as _;
use jiff::civil::Date;

/// Growth is looked at until loads are so many times as large: far beyond, runs take long and say nothing more.
const GROWN_MOST: f64 = 16.0;
/// Or for so many months, if it is slow.
const MONTHS_MOST: f64 = 60.0;

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// The least or greatest value of a key with which the promises hold.
    Bound {
        /// Which of both.
        wanted: Wanted,
        /// The dotted path of the key.
        path: String,
    },
    /// The value of a key from which on they do not hold any more, for the day in the middle.
    Tipping {
        /// The dotted path of the key.
        path: String,
        /// How many days are followed to where they tip over.
        days: usize,
    },
    /// At which values the service is healthy, and at which it is so again after an overload.
    Hysteresis {
        /// The dotted path of the key.
        path: String,
        /// The overload, and how many runs there are.
        push: Push,
    },
    /// For how many months they hold while loads grow.
    Growth(Growing),
    /// The cheapest values of all knobs of the plan.
    Cheapest,
}

impl Ask {
    /// The path of the key that is turned, if it is one.
    fn path(&self) -> Option<&str> {
        match self {
            Ask::Bound { path, .. } | Ask::Tipping { path, .. } | Ask::Hysteresis { path, .. } => Some(path),
            Ask::Growth(_) | Ask::Cheapest => None,
        }
    }
}

/// How loads grow, and how soon more can be had.
#[derive(Clone, Debug, PartialEq)]
pub struct Growing {
    /// A month, as it was written: `15%`.
    pub shown: String,
    /// The same as a fraction.
    pub a_month: f64,
    /// From an order to service: as it was written, and in days.
    pub lead: Option<(String, i64)>,
    /// The day from which months count.
    pub today: Date,
}

/// A question, with what it changes in the plan of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// What is asked.
    pub ask: Ask,
    /// The values that are looked at: `2..64`.
    pub range: Option<String>,
    /// Or a single one.
    pub at: Option<String>,
    /// The difference between two values that are told apart.
    pub step: Option<String>,
    /// What has to hold in a share of runs, instead of what the file promises.
    pub promise: Vec<String>,
    /// What the mean over runs has to satisfy.
    pub average: Vec<String>,
    /// In what share of runs.
    pub share: Option<String>,
    /// How sure the answer has to be.
    pub confidence: Option<String>,
    /// About how many runs it may take.
    pub budget: Option<u32>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answered {
    /// In words, as a terminal shows it.
    pub text: String,
    /// The same as JSON, with every value that was run.
    pub json: String,
    /// Its page and pictures.
    pub files: Vec<File>,
    /// Whether there is one.
    pub is_answer: bool,
}

impl Growing {
    /// Reads how much loads grow: `15%/month`, with the fraction that it is.
    ///
    /// # Errors
    /// How it is written.
    pub fn a_month(text: &str) -> Result<(String, f64), String> {
        let share = text.trim().trim_end_matches("/month").trim();
        match share.parse::<Ratio>() {
            Ok(ratio) if 0.0 < ratio.fraction() && ratio.fraction() <= 10.0 => {
                Ok((share.to_owned(), ratio.fraction()))
            }
            _ => Err("write a share of a month, as in 15%/month".to_owned()),
        }
    }

    /// Reads a time from an order to service: `8w`, `30d`, with the days that it is.
    ///
    /// # Errors
    /// How it is written.
    pub fn lead(text: &str) -> Result<(String, i64), String> {
        let text = text.trim();
        let wrong = || "write weeks or days, as in 8w or 30d".to_owned();
        let (number, days) = match text.strip_suffix('w') {
            Some(weeks) => (weeks, 7),
            None => (text.strip_suffix('d').ok_or_else(wrong)?, 1),
        };
        match number.parse::<i64>() {
            Ok(number) if (0..=3_650).contains(&number) => Ok((text.to_owned(), number * days)),
            _ => Err(wrong()),
        }
    }
}

impl Question {
    /// These overrides, and what the question changes.
    #[must_use]
    pub fn over(&self, overrides: &Overrides) -> Overrides {
        let mut over = overrides.clone();
        let mut set = |path: &str, value: String| over.set.push((path.to_owned(), value));
        let shares = [("plan.share", &self.share), ("plan.confidence", &self.confidence)];
        for (path, share) in shares.into_iter().filter_map(|(path, share)| Some((path, share.as_ref()?))) {
            set(path, Level::word(share).text);
        }
        if let Some(budget) = self.budget {
            set("plan.budget", budget.to_string());
        }
        let of_runs = self.promise.iter().map(|text| promise(text, "runs"));
        let promises: Vec<String> =
            of_runs.chain(self.average.iter().map(|text| promise(text, "average"))).collect();
        if !promises.is_empty() {
            set("plan.promise", format!("[{}]", promises.join(", ")));
        }
        if let (Some(path), Some(range)) = (self.ask.path(), self.range.as_ref().or(self.at.as_ref())) {
            let (_, mut values) = axis_values(path, range);
            if let (Some(step), Some(open)) = (&self.step, values.strip_suffix(" }")) {
                let step = axis_values(path, step).1;
                values = format!("{open}, step = {} }}", step.trim_matches(['[', ']']));
            }
            set(&format!("plan.knob.\"{path}\""), values);
        }
        over
    }
}

/// A promise as a file has it, of the text of one: its comparison, and after `when` the time that it is about.
fn promise(text: &str, on: &str) -> String {
    let (that, when) = match text.rsplit_once(" when ") {
        Some((that, when)) => (that.trim(), format!(", when = {}", Level::word(when.trim()).text)),
        None => (text, String::new()),
    };
    format!("{{ that = {}{when}, on = \"{on}\" }}", Level::word(that).text)
}

/// Answers a question about a scenario, in which [`Question::over`] is laid over it. `again` is the command that shows
/// the answer once more, for one value if there is one that proves it, and `open` the one that writes the report of the
/// runs of some settings.
///
/// # Errors
/// Why it has no answer.
pub fn ask(
    question: &Question,
    base: &Case,
    asking: Asking<'_>,
    means: Means<'_>,
    again: &dyn Fn(Option<&str>) -> String,
    open: &dyn Fn(&Laid) -> String,
) -> Result<Answered, PlanError> {
    let plan = &base.scenario.plan;
    let limits = |wanted| Bound {
        wanted,
        share: plan.share,
        confidence: plan.confidence,
        budget: plan.budget as usize,
    };
    let reports = |ran: Ran| reports::reports(ran, base, asking.overrides, open);
    match &question.ask {
        Ask::Bound { wanted, path } => {
            let knob = knob(base, asking, path)?;
            let found = bound(asking, &knob, limits(*wanted), means)?;
            let again = again(found.answer.as_ref().map(|answer| answer.value.as_str()));
            let said = (words::bounded(&found, &again), json::bounded(&found, None));
            let reports = reports(reports::bounded(&knob, &found));
            answered(said, found.answer.is_some(), Answer::Bounded(&found), (&again, &reports), means)
        }
        Ask::Tipping { path, days } => {
            let knob = knob(base, asking, path)?;
            let found = tips(asking, &knob, *days, plan.confidence, means)?;
            let again = again(None);
            let said = (words::tipping(&found, &again), json::tipping(&found));
            let reports = reports(reports::tipping(&knob, &found));
            answered(said, found.is_answered(), Answer::Tipping(&found), (&again, &reports), means)
        }
        Ask::Hysteresis { path, push } => {
            let (found, laid) = ups_and_downs(asking, &knob(base, asking, path)?, *push, means)?;
            let again = again(None);
            let said = (words::hysteresis(&found, &again), json::hysteresis(&found));
            let reports = reports(reports::hysteresis(&found, &laid));
            answered(said, true, Answer::Hysteresis(&found), (&again, &reports), means)
        }
        Ask::Growth(growing) => {
            let knob = Knob::growth(&loads(base, asking), growing.a_month, months(growing.a_month));
            let found = bound(asking, &knob, limits(Wanted::Most), means)?;
            let (growth, again) = (dates(growing, &found), again(None));
            let said = (words::growth(&found, &growth, &again), json::bounded(&found, Some(&growth)));
            let reports = reports(reports::bounded(&knob, &found));
            answered(said, found.answer.is_some(), Answer::Growth(&found, &growth), (&again, &reports), means)
        }
        Ask::Cheapest => {
            if plan.knobs.is_empty() {
                let why = "nothing is asked\nhint: --least PATH, --most PATH, --tipping PATH, --growth 15%/month, \
                    or [plan.knob] in the file for the cheapest values of several";
                return Err(PlanError::Wrong(why.to_owned()));
            }
            let knobs = plan.knobs.iter().map(Knob::of).collect::<Result<Vec<_>, _>>()?;
            let budget = plan.budget as usize * 10;
            let options = Options { share: plan.share, confidence: plan.confidence, budget };
            let found = cheapest_of(asking, &knobs, options, means)?;
            let again = again(None);
            let said = (words::cheapest(&found, &again), json::cheapest(&found));
            let reports = reports(reports::cheapest(&knobs, &found));
            answered(said, found.answer.is_some(), Answer::Cheapest(&found), (&again, &reports), means)
        }
    }
}

fn answered(
    (text, found): (String, json::Value),
    is_answer: bool,
    of: Answer<'_>,
    (again, reports): (&str, &Reports),
    means: Means<'_>,
) -> Result<Answered, PlanError> {
    let pictures = Pictures { svg: true, png: true };
    let files = answer_pages(of, (again, reports), pictures, means.threads);
    let files = files.map_err(|error| PlanError::Wrong(error.to_string()))?;
    let json = format!("{:#}\n", json::whole(found, again, reports));
    Ok(Answered { text: text + &words::runs_of(reports), json, files, is_answer })
}

/// The knob of a path: as the file or the question says, or else as the value that stands there suggests.
fn knob(base: &Case, asking: Asking<'_>, path: &str) -> Result<Knob, PlanError> {
    match base.scenario.plan.knobs.iter().find(|axis| axis.path == path) {
        Some(axis) => Knob::of(axis),
        None => Knob::usual(asking.document, asking.overrides, path),
    }
}

/// How many months are looked ahead.
fn months(a_month: f64) -> usize {
    (GROWN_MOST.ln() / a_month.ln_1p()).ceil().clamp(1.0, MONTHS_MOST) as usize
}

/// The factor of every load as it stands.
fn loads(base: &Case, asking: Asking<'_>) -> Vec<(String, f64)> {
    let Asking { document, overrides } = asking;
    let factor = |name: &str| {
        let value = Document::value(document, overrides, &format!("load.{name}.factor"));
        value.and_then(|level| level.number).unwrap_or(1.0)
    };
    base.scenario.model.loads.iter().map(|load| (load.name.clone(), factor(&load.name))).collect()
}

fn dates(growing: &Growing, found: &Bounded) -> words::Growth {
    let Growing { shown, lead, today, .. } = growing;
    let after =
        |months: &str| -> Option<Date> { today.checked_add(months.parse::<i64>().ok()?.months()).ok() };
    let last = found.answer.as_ref().and_then(|answer| after(&answer.value));
    let bad = found.not_enough.as_deref().and_then(after);
    // From then on it is not known to hold, whatever the next whole month is shown to do.
    let order = lead.as_ref().and_then(|(_, days)| last?.checked_sub(days.days()).ok());
    words::Growth {
        a_month: shown.clone(),
        last_good: last.map(|date| date.to_string()),
        first_bad: bad.map(|date| date.to_string()),
        order_by: order.map(|date| date.to_string()),
        lead: lead.as_ref().map(|(text, _)| text.clone()),
    }
}
