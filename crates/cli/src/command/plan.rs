//! `brownout plan PATH`: how many, how much, how far, what is cheapest.

use super::lab::{Lab, pages, unanswered};
use crate::again::again;
use crate::arguments::Question as Plan;
use crate::failure::Failure;
use crate::progress;
use crate::{source, terminal};
use brownout::answer::{Bounded, Wanted};
use brownout::results::File;
use brownout::words::screen::answer;
use brownout::{
    Answer, Asking, Bound, Case, Document, Knob, Means, Options, Overrides, PAGE, PlanError, axis_values,
    bound, cheapest_of, tips,
};
use brownout_host::folder::{self, Older, Writing};
use jiff::ToSpan as _;
use jiff::civil::Date;

/// Growth is looked at until loads are so many times as large: far beyond, runs take long and say nothing more.
const GROWN_MOST: f64 = 16.0;
/// Or for so many months, if it is slow.
const MONTHS_MOST: f64 = 60.0;

pub(super) fn perform(typed: &Plan, quiet: bool) -> Result<(), Failure> {
    let source = source::open(&typed.which)?;
    let overrides = overrides(typed);
    let invalid = |problems| Failure::invalid(&problems);
    let document = source.document(&overrides).map_err(invalid)?;
    let base = Case::check(&document, &overrides).map_err(invalid)?;
    if !quiet {
        super::warn(std::slice::from_ref(&base));
    }
    let budget = u64::from(base.scenario.plan.budget);
    let lab = Lab::open(&typed.runs, &source.name, &base, ("asking", budget), quiet)?;
    let asking = Asking { document: &document, overrides: &overrides };
    let out = typed.place.or(|| format!("{}-plan", source.name), true);
    if let Some(out) = &out {
        folder::try_out(out)?;
    }
    let answered = answer(typed, &base, asking, lab.means());
    lab.close(&base);
    let answered = answered.map_err(|error| unanswered(&error))?;
    terminal::data(&answered.text)?;
    if let Some(out) = out {
        let mut writing = Writing::begin(&out)?;
        writing.put_all(&answered.files)?;
        writing.finish(Older::Goes)?;
        terminal::data(&format!("page    {}\n", out.join(PAGE).display()))?;
    }
    if answered.is_answer { Ok(()) } else { Err(Failure::Unmet(String::new())) }
}

/// An answer in words and as files.
struct Answered {
    text: String,
    files: Vec<File>,
    /// Whether there is one.
    is_answer: bool,
}

impl Answered {
    fn new(text: String, is_answer: bool, of: Answer<'_>, again: &str) -> Result<Self, PlanError> {
        let files = pages(of, again, 0).map_err(PlanError::Wrong)?;
        Ok(Answered { text, files, is_answer })
    }
}

fn answer(typed: &Plan, base: &Case, asking: Asking<'_>, means: Means<'_>) -> Result<Answered, PlanError> {
    let plan = &base.scenario.plan;
    let asked = |wanted| Bound {
        wanted,
        share: plan.share,
        confidence: plan.confidence,
        budget: plan.budget as usize,
    };
    if let Some((path, wanted)) = end(typed) {
        let found =
            bound(asking, &knob(base, asking.document, asking.overrides, path)?, asked(wanted), means)?;
        let again = repeat(typed, found.answer.as_ref().map(|answer| answer.value.as_str()));
        let text = answer::bounded(&found, &again);
        return Answered::new(text, found.answer.is_some(), Answer::Bounded(&found), &again);
    }
    if let Some(path) = &typed.tipping {
        let knob = knob(base, asking.document, asking.overrides, path)?;
        let found = tips(asking, &knob, typed.days as usize, plan.confidence, means)?;
        let again = repeat(typed, None);
        let text = answer::tipping(&found, &again);
        return Answered::new(text, found.median.at.is_some(), Answer::Tipping(&found), &again);
    }
    if let Some((shown, share)) = &typed.growth {
        let loads = loads(base, asking);
        let found = bound(asking, &Knob::growth(&loads, *share, months(*share)), asked(Wanted::Most), means)?;
        let growth = dates(typed, shown, &found);
        let again = repeat(typed, None);
        let text = answer::growth(&found, &growth, &again);
        return Answered::new(text, found.answer.is_some(), Answer::Growth(&found, &growth), &again);
    }
    if plan.knobs.is_empty() {
        let why = "nothing is asked\nhint: --least PATH, --most PATH, --tipping PATH, --growth 15%/month, \
            or [plan.knob] in the file for the cheapest values of several";
        return Err(PlanError::Wrong(why.to_owned()));
    }
    let knobs = plan.knobs.iter().map(Knob::of).collect::<Result<Vec<_>, _>>()?;
    let options =
        Options { share: plan.share, confidence: plan.confidence, budget: plan.budget as usize * 10 };
    let found = cheapest_of(asking, &knobs, options, means)?;
    let again = repeat(typed, None);
    let text = answer::cheapest(&found, &again);
    Answered::new(text, found.answer.is_some(), Answer::Cheapest(&found), &again)
}

fn end(typed: &Plan) -> Option<(&str, Wanted)> {
    let least = typed.least.as_deref().map(|path| (path, Wanted::Least));
    least.or(typed.most.as_deref().map(|path| (path, Wanted::Most)))
}

/// The knob of a path: as the file or the command line says, or else as the value that stands there suggests.
fn knob(base: &Case, document: &Document, overrides: &Overrides, path: &str) -> Result<Knob, PlanError> {
    match base.scenario.plan.knobs.iter().find(|axis| axis.path == path) {
        Some(axis) => Knob::of(axis),
        None => Knob::usual(document, overrides, path),
    }
}

/// What is typed beside the scenario, as overrides of it.
fn overrides(typed: &Plan) -> Overrides {
    let mut overrides = typed.which.overrides();
    let mut set = |path: &str, value: String| overrides.set.push((path.to_owned(), value));
    let shares = [("plan.share", &typed.share), ("plan.confidence", &typed.confidence)];
    for (path, share) in shares.into_iter().filter_map(|(path, share)| Some((path, share.as_ref()?))) {
        set(path, toml(share));
    }
    if let Some(budget) = typed.budget {
        set("plan.budget", budget.to_string());
    }
    let one = |that: &String| toml(that);
    let average = |that: &String| format!("{{ that = {}, on = \"average\" }}", toml(that));
    let promises: Vec<String> =
        typed.promise.iter().map(one).chain(typed.average.iter().map(average)).collect();
    if !promises.is_empty() {
        set("plan.promise", format!("[{}]", promises.join(", ")));
    }
    let path = typed.least.as_ref().or(typed.most.as_ref()).or(typed.tipping.as_ref());
    if let Some(path) = path {
        let range = match (&typed.from, &typed.to, &typed.at) {
            (Some(from), Some(to), _) => Some(format!("{from}..{to}")),
            (_, _, Some(at)) => Some(at.clone()),
            _ => None,
        };
        if let Some(range) = range {
            let (_, mut values) = axis_values(path, &range);
            if let (Some(step), Some(open)) = (&typed.step, values.strip_suffix(" }")) {
                let step = axis_values(path, step).1;
                values = format!("{open}, step = {} }}", step.trim_matches(['[', ']']));
            }
            set(&format!("plan.knob.\"{path}\""), values);
        }
    }
    overrides
}

/// A text as TOML writes it.
fn toml(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// How many months are looked ahead.
fn months(a_month: f64) -> usize {
    (GROWN_MOST.ln() / a_month.ln_1p()).ceil().clamp(1.0, MONTHS_MOST) as usize
}

/// The factor of every load as it stands.
fn loads(base: &Case, asking: Asking<'_>) -> Vec<(String, f64)> {
    let factor = |name: &str| {
        let value = asking.document.value(asking.overrides, &format!("load.{name}.factor"));
        value.and_then(|level| level.number).unwrap_or(1.0)
    };
    base.scenario.model.loads.iter().map(|load| (load.name.clone(), factor(&load.name))).collect()
}

fn dates(typed: &Plan, shown: &str, found: &Bounded) -> answer::Growth {
    let today = typed.today.unwrap_or_else(progress::today);
    let after =
        |months: &str| -> Option<Date> { today.checked_add(months.parse::<i64>().ok()?.months()).ok() };
    let last = found.answer.as_ref().and_then(|answer| after(&answer.value));
    let bad = found.not_enough.as_deref().and_then(after);
    // From then on it is not known to hold, whatever the next whole month is shown to do.
    let order = typed.lead.as_ref().and_then(|(_, days)| last?.checked_sub(days.days()).ok());
    answer::Growth {
        a_month: shown.to_owned(),
        last_good: last.map(|date| date.to_string()),
        first_bad: bad.map(|date| date.to_string()),
        order_by: order.map(|date| date.to_string()),
        lead: typed.lead.as_ref().map(|(text, _)| text.clone()),
    }
}

/// The command that shows it again; with a value only that one, whatever the range was.
fn repeat(typed: &Plan, value: Option<&str>) -> String {
    match value.filter(|_| typed.at.is_none()) {
        Some(value) => again(&["--from", "--to", "--step"], &["--at".to_owned(), value.to_owned()]),
        None => again(&[], &[]),
    }
}
