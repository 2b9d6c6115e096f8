//! The least or greatest value of a knob that keeps the promises.

use super::days::{Days, wants_low};
use super::{Asking, Knob, PlanError, promised, turns};
use crate::gather::measured;
use crate::runs::{Job, Means};
use brownout_analysis::answer::{Bounded, Breaks, Promised, Steep, Terms, Tried, Wanted, Works};
use brownout_analysis::findings::OperationVerdict;
use brownout_metrics::{Expect, How};
use brownout_model::{Arrivals, Load, RateCurve};
use brownout_plan::{Found, Known, Least, LeastAverage, drive, least, least_average};
use brownout_scenario::{On, Promise, Scenario};
use brownout_stats::{MeanTest, ShareTest, Verdict};

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Bound {
    /// Which end.
    pub wanted: Wanted,
    /// In what share of runs the promises have to hold.
    pub share: f64,
    /// How sure the answer has to be.
    pub confidence: f64,
    /// About how many runs it may take.
    pub budget: usize,
}

/// Runs at the value that is not enough, for an account of what breaks there.
const ACCOUNT: u64 = 4;
/// Undecided means go on at their neighbours after this.
const AVERAGE_RUNS: usize = 200;

/// Answers it.
///
/// Promises about single runs are one: a day keeps all of them or not. Each promise on average has a search of its own
/// over the same runs; the answer keeps all, and is as far as the one that binds. With k searches each is as sure as
/// 1 − (1 − confidence)/k.
///
/// # Errors
/// If nothing is promised, the knob does nothing or makes no valid scenario, or runs stop.
pub fn bound(asking: Asking<'_>, knob: &Knob, asked: Bound, means: Means<'_>) -> Result<Bounded, PlanError> {
    // Searches know "higher keeps the promise more easily": the greatest value is the least one from the other end.
    let mut order: Vec<usize> = (0..knob.levels.len()).collect();
    if asked.wanted == Wanted::Most {
        order.reverse();
    }
    let mut days = Days::new(asking, means, order.iter().map(|at| knob.laid[*at].clone()).collect());
    let promises = promised(&mut days)?;
    turns(&mut days, knob)?;
    let shown = |level: usize| knob.levels[order[level]].shown.clone();
    let searches = searches(&mut days, &promises, asked, &shown)?;
    let binding = searches.iter().max_by_key(|(_, found)| rank(found)).expect("there is a promise");
    let (of, found) = (binding.0, binding.1.clone());
    let answer = searches.iter().map(|(_, found)| found.answer).collect::<Option<Vec<usize>>>();
    let answer = answer.and_then(|answers| answers.into_iter().max());
    let not_enough = searches.iter().filter_map(|(_, found)| found.not_enough).max();
    let undecided: Vec<String> = {
        let from = not_enough.map_or(0, |level| level + 1);
        let to = answer.unwrap_or_else(|| if found.none_holds { from } else { days.points() });
        (from..to).map(shown).collect()
    };
    let test = MeanTest::new(of_each(&promises, asked.confidence));
    let mut tried: Vec<Tried> = Vec::new();
    for (level, place) in order.iter().enumerate() {
        let verdict = verdict(&searches, level);
        tried.extend(days.row(level, &promises, &knob.levels[*place], (verdict, test))?);
    }
    let answer = answer.and_then(|level| tried.iter().find(|row| row.value == shown(level)).cloned());
    if asked.wanted == Wanted::Most {
        tried.reverse();
    }
    let look = not_enough.or_else(|| found.none_holds.then(|| days.points() - 1));
    let breaks = look.map(|level| breaks(&mut days, level, shown(level))).transpose()?;
    let terms = terms(&days.case(0)?.scenario, knob, &promises, asked.share, asked.confidence);
    Ok(Bounded {
        terms,
        wanted: asked.wanted,
        answer,
        not_enough: not_enough.map(shown),
        undecided,
        none_holds: searches.iter().any(|(_, found)| found.none_holds),
        works: if searches.iter().any(|(_, found)| found.backwards) {
            Works::Backwards
        } else if days.is_idle(days.points() - 1) {
            Works::NotAtAll
        } else {
            Works::AsAsked
        },
        shape: found.shape.map(|shape| Steep {
            is_cliff: shape.cliff,
            share_before: shape.share_lower,
            share_at: shape.share_answer,
        }),
        binding: binds(&days, &of, look, &promises),
        tried,
        breaks,
        is_fixed: days.is_fixed(),
        runs: days.runs(),
    })
}

/// Of which promises a search is: those about runs together, or one on average.
type Of = Option<usize>;

fn searches(
    days: &mut Days<'_>,
    promises: &[Promise],
    asked: Bound,
    shown: &impl Fn(usize) -> String,
) -> Result<Vec<(Of, Found)>, PlanError> {
    let of_runs = promises.iter().any(|promise| promise.on == On::Runs);
    let averages: Vec<usize> = (0..promises.len()).filter(|at| promises[*at].on == On::Average).collect();
    let confidence = of_each(promises, asked.confidence);
    let levels = days.points();
    let mut found: Vec<(Of, Found)> = Vec::new();
    if of_runs {
        let test = ShareTest::new(asked.share, confidence);
        let least_of = Least { levels, test, budget: asked.budget };
        let mut known: Known<bool> = Known::new();
        let one = drive(
            &mut known,
            |known| least(known, &least_of),
            |wanted: &[Job]| {
                days.run(wanted)?;
                Ok::<_, PlanError>(wanted.iter().map(|job| days.day(*job).keeps(promises)).collect())
            },
        )?;
        found.push((None, one));
    }
    for at in averages {
        let test = MeanTest::new(confidence);
        let least_of = LeastAverage { levels, test, runs_max: AVERAGE_RUNS.min(asked.budget) };
        let mut known: Known<f64> = Known::new();
        let one = drive(
            &mut known,
            |known| least_average(known, &least_of),
            |wanted: &[Job]| {
                days.run(wanted)?;
                let beyond = |job: &Job| {
                    let missing =
                        || PlanError::NoMean(promises[at].expect.that.clone(), job.1 - 1, shown(job.0));
                    days.day(*job).beyond(promises, at).ok_or_else(missing)
                };
                wanted.iter().map(beyond).collect::<Result<Vec<f64>, PlanError>>()
            },
        )?;
        found.push((Some(at), one));
    }
    Ok(found)
}

/// How sure each of several searches has to be: those about runs are one, each on average is one.
pub(crate) fn of_each(promises: &[Promise], confidence: f64) -> f64 {
    let averages = promises.iter().filter(|promise| promise.on == On::Average).count();
    let many = averages + usize::from(averages < promises.len());
    1.0 - (1.0 - confidence) / many.max(1) as f64
}

/// The search that reaches furthest binds; one without an answer further than any.
fn rank(found: &Found) -> (bool, usize) {
    (found.answer.is_none(), found.answer.or(found.not_enough).unwrap_or(0))
}

/// Which promise decides: that of a search on average, or the one about runs that most days break at the value that is
/// not enough.
fn binds(days: &Days<'_>, of: &Of, not_enough: Option<usize>, promises: &[Promise]) -> Option<usize> {
    if of.is_some() {
        return *of;
    }
    let level = not_enough?;
    let broken = |at: &usize| days.runs_of(level).filter(|(_, day)| !day.holds[*at]).count();
    let of_runs = (0..promises.len()).filter(|at| promises[*at].on == On::Runs);
    // Of equals the first counts.
    of_runs.rev().max_by_key(broken).filter(|at| 0 < broken(at))
}

/// What all searches say of a level: it keeps everything only if each says so.
fn verdict(searches: &[(Of, Found)], level: usize) -> Verdict {
    let of = |(_, found): &(Of, Found)| {
        if found.answer.is_some_and(|answer| answer <= level) {
            return Verdict::Accepted;
        }
        if found.not_enough.is_some_and(|lower| level <= lower) {
            return Verdict::Rejected;
        }
        let tried = found.tried.iter().find(|tried| tried.level == level);
        tried.map_or(Verdict::Undecided, |tried| tried.verdict)
    };
    let all: Vec<Verdict> = searches.iter().map(of).collect();
    if all.contains(&Verdict::Rejected) {
        Verdict::Rejected
    } else if all.contains(&Verdict::Undecided) {
        Verdict::Undecided
    } else {
        Verdict::Accepted
    }
}

/// What breaks first at a level, from a whole analysis of its first runs.
fn breaks(days: &mut Days<'_>, level: usize, value: String) -> Result<Breaks, PlanError> {
    let all = days.replications(level, ACCOUNT)?;
    let case = days.case(level)?;
    if all.is_empty() {
        return Ok(Breaks { value, tier: None, worst: None });
    }
    let findings = case.analyse(&all);
    let hurt = findings.verdict.worst().filter(|worst| worst.badge != brownout_metrics::Badge::Unharmed);
    Ok(Breaks {
        value,
        tier: findings.symptoms.first().map(|symptom| symptom.tier.clone()),
        worst: hurt.map(OperationVerdict::subject),
    })
}

/// Whether a load changes by itself, in stages, over the day or as a trace has it.
fn moves(load: &Load) -> bool {
    match &load.arrivals {
        Arrivals::Open { rate: RateCurve(points), .. } => {
            points.iter().any(|(_, rate)| rate.total_cmp(&points[0].1).is_ne())
        }
        Arrivals::Trace(_) => true,
        Arrivals::Closed { .. } | Arrivals::Never => false,
    }
}

/// The number on the left, as it is written.
fn of(expect: &Expect) -> String {
    let (left, _) = expect.that.split_once(expect.op.sign()).unwrap_or((&expect.that, ""));
    left.trim().to_owned()
}

/// What every answer says of its question.
pub(crate) fn terms(
    scenario: &Scenario,
    knob: &Knob,
    promises: &[Promise],
    share: f64,
    confidence: f64,
) -> Terms {
    let promised = |promise: &Promise| Promised {
        that: match promise.expect.when {
            Some((from, to)) => format!("{} in {from}..{to}", promise.expect.that),
            None => promise.expect.that.clone(),
        },
        on_average: promise.on == On::Average,
        is_mean: !matches!(promise.expect.left.metric.how, How::Harm(_) | How::Judged),
        of: of(&promise.expect),
        unit: promise.expect.left.metric.unit,
        wants_low: wants_low(&promise.expect),
    };
    let ends = |levels: &[brownout_scenario::Level]| {
        let shown = |level: Option<&brownout_scenario::Level>| {
            level.map_or(String::new(), |level| level.shown.clone())
        };
        (shown(levels.first()), shown(levels.last()))
    };
    Terms {
        title: scenario.title.clone(),
        knob: knob.name.clone(),
        range: ends(&knob.levels),
        ends: knob
            .levels
            .first()
            .and_then(|one| one.number)
            .zip(knob.levels.last().and_then(|one| one.number)),
        unit: knob.levels.first().and_then(|level| measured(level.measure)),
        share,
        confidence,
        day_seconds: scenario.model.duration.as_secs_f64(),
        has_trigger: !scenario.model.changes.is_empty() || scenario.model.loads.iter().any(moves),
        promises: promises.iter().map(promised).collect(),
        seed: scenario.seed,
    }
}
