//! A knob: what is turned, and the values that it takes.

use super::PlanError;
use crate::laid::{Laid, lay};
use brownout_scenario::{Axis, Document, Level, Measure, Overrides, Values};

/// What is turned.
#[derive(Clone, Debug, PartialEq)]
pub struct Knob {
    /// Its name: the dotted path.
    pub name: String,
    /// Its values, ascending where they are numbers.
    pub levels: Vec<Level>,
    /// What each of them lays over the scenario.
    pub(crate) laid: Vec<Laid>,
}

/// The values of a knob whose range nobody gave: up to eight times what stands there, and not below this.
const WHOLE_MOST: f64 = 64.0;
/// Steps of a knob without steps of its own.
const STEPS: usize = 201;

impl Knob {
    /// A knob of an axis.
    ///
    /// # Errors
    /// If its values cannot be put in an order.
    pub fn of(axis: &Axis) -> Result<Self, PlanError> {
        let mut levels: Vec<Level> = match (&axis.values, axis.count()) {
            (Values::Drawn { .. }, _) => {
                return Err(PlanError::Knob(axis.path.clone(), "a knob has values, and no law".to_owned()));
            }
            (_, Some(count)) => (0..count).map(|at| axis.level(at)).collect(),
            // A hair below 1 is the upper end itself.
            (_, None) => {
                let place = |at: usize| (at as f64 / (STEPS - 1) as f64).min(1.0);
                (0..STEPS).map(|at| axis.at(place(at))).collect()
            }
        };
        if levels.iter().all(|level| level.number.is_some()) {
            levels.sort_by(|a, b| a.number.unwrap_or(0.0).total_cmp(&b.number.unwrap_or(0.0)));
        }
        levels.dedup();
        Ok(Knob::new(&axis.path, levels))
    }

    fn new(path: &str, levels: Vec<Level>) -> Self {
        let laid = levels.iter().map(|level| vec![lay(path, level)]).collect();
        Knob { name: path.to_owned(), levels, laid }
    }

    /// A knob for which no range was given: of a whole number all from 1 to 64, or to eight times what stands there.
    ///
    /// # Errors
    /// If nothing stands there, or no range follows from it: the ends have to be said.
    pub fn usual(document: &Document, overrides: &Overrides, path: &str) -> Result<Self, PlanError> {
        let wrong = |why: String| PlanError::Knob(path.to_owned(), why);
        let Some(now) = document.value(overrides, path) else {
            // A path that means nothing is a better reason than a range that is not known.
            let mut over = overrides.clone();
            over.set.push((path.to_owned(), "2".to_owned()));
            if let Err(problems) = document.compile(&over)
                && let Some(problem) = problems.iter().find(|problem| problem.message.contains("has no key"))
            {
                let hint = problem.hint.as_ref().map_or_else(String::new, |hint| format!("\nhint: {hint}"));
                return Err(wrong(format!("{}{hint}", problem.message)));
            }
            let why =
                "nothing stands there, so its range is not known: say it, as in --from 1 --to 64".to_owned();
            return Err(wrong(why));
        };
        match (now.measure, now.number) {
            (Measure::Whole, Some(number)) if 0.0 < number => {
                let most = (8.0 * number).clamp(WHOLE_MOST, 10_000.0) as usize;
                Ok(Knob::new(path, (1..=most).map(|value| Measure::Whole.level(value as f64)).collect()))
            }
            (measure, Some(number)) if 0.0 < number => {
                // A factor of ten to both sides, in steps of about 5 %.
                let level = |at: i32| measure.level(number * 10f64.powf(f64::from(at) / 48.0));
                let mut levels: Vec<Level> = (-48..=48).map(level).collect();
                levels.dedup();
                Ok(Knob::new(path, levels))
            }
            _ => Err(wrong(format!("{} has no range of its own: say it, as in --from 1 --to 64", now.shown))),
        }
    }

    /// All loads grow month by month; level `n` is after `n` months.
    pub fn growth(loads: &[(String, f64)], a_month: f64, months: usize) -> Self {
        let level = |month: usize| Level { shown: month.to_string(), ..Measure::Whole.level(month as f64) };
        let laid = |month: usize| {
            let times = (1.0 + a_month).powi(month as i32);
            let set = |(load, factor): &(String, f64)| {
                (format!("load.{load}.factor"), Measure::Number.level(factor * times).text)
            };
            loads.iter().map(set).collect()
        };
        Knob {
            name: "months of growth".to_owned(),
            levels: (0..=months).map(level).collect(),
            laid: (0..=months).map(laid).collect(),
        }
    }
}
