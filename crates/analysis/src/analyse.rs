//! From observations to findings: every number of every replication, and its interval over them.

use crate::expect::{self, Badges};
use crate::findings::{
    Findings, Latency, LeaseFinding, Mark, PathFinding, Stamp, TierFinding, TierPathFinding, Verdict,
};
use crate::goodput::Whose;
use crate::happened::happened;
use crate::marks::marks;
use crate::metric::{failures, is_asked, tier_value, value};
use crate::onset::onset;
use crate::series::series;
use crate::verdict::{Course, courses, tally, verdict};
use crate::words::{Told, line};
use brownout_observe::Observations;
use brownout_scenario::{Scenario, Subject};
use brownout_stats::Estimate;
use brownout_tiers::model::Operation;
use brownout_units::Span;
use std::collections::BTreeMap;
use std::ops::Range;

/// What the analysis cannot know from scenario and runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// Of brownout.
    pub version: String,
    /// How long the machine took, for all replications.
    pub wall_seconds: f64,
}

/// The findings of all replications of a scenario.
///
/// # Panics
/// If there is no run.
pub fn analyse(scenario: &Scenario, runs: &[Observations], origin: &Origin) -> Findings {
    assert!(!runs.is_empty(), "an analysis needs a run");
    let marks = marks(&scenario.model);
    let baseline = baseline(&runs[0], &marks);
    let judge = |whose: &dyn Fn(&Observations) -> Whose| courses(runs, whose, &baseline, &marks);
    let courses = judge(&Whose::all);
    let by_class: BTreeMap<String, Vec<Course>> = runs[0]
        .layout
        .paths
        .iter()
        .enumerate()
        .filter(|(path, _)| is_asked(&runs[0], *path))
        .map(|(_, (class, _))| (class.clone(), judge(&|run| Whose::class(run, class))))
        .collect();
    let badges = Badges::new(&courses, &by_class);
    let tiers = tiers(runs, &baseline);
    let classes = classes(scenario, runs);
    let verdict = verdict(&courses);
    let of_classes = by_class.iter().map(|(class, courses)| (class.clone(), tally(courses))).collect();
    let happened = happened(&scenario.model, &runs[0]);
    let most = |is: fn(&Course) -> bool| runs.len() < 2 * courses.iter().filter(|course| is(course)).count();
    let line = line(&Told {
        marks: &marks,
        tiers: &tiers,
        classes: &classes,
        verdict: &verdict,
        ill: most(|course| course.ill),
        down: most(|course| course.down),
        unscheduled: happened.events.iter().any(|event| event.kind.is_fault()),
    });
    Findings {
        stamp: stamp(scenario, runs, origin),
        verdict: Verdict { line, classes: of_classes, ..verdict },
        expectations: scenario.expectations.iter().map(|e| expect::hold(e, runs, &badges)).collect(),
        series: series(runs),
        classes,
        tiers,
        marks,
        happened,
    }
}

/// The windows from the end of the warm-up to the trigger; at least one, and a third of the run if nothing happens.
fn baseline(run: &Observations, marks: &[Mark]) -> Range<usize> {
    let measured = run.layout.measured();
    let window = run.layout.window.as_secs_f64();
    let trigger = marks.iter().map(|mark| mark.from).fold(f64::INFINITY, f64::min);
    let end = if trigger.is_finite() {
        (trigger / window).floor() as usize
    } else {
        measured.start + measured.len().div_ceil(3)
    };
    measured.start..end.clamp((measured.start + 1).min(measured.end), measured.end)
}

fn stamp(scenario: &Scenario, runs: &[Observations], origin: &Origin) -> Stamp {
    let fingerprint = runs.iter().fold(0u64, |all, run| brownout_observe::fold(all, run.fingerprint));
    Stamp {
        version: origin.version.clone(),
        title: scenario.title.clone(),
        question: scenario.question.clone(),
        variant: scenario.variant.clone().unwrap_or_default(),
        scenario_hash: format!("{:016x}", scenario.hash),
        seed: scenario.seed,
        replications: runs.len() as u32,
        fingerprint: format!("{fingerprint:016x}"),
        events: runs.iter().map(|run| run.events).sum(),
        simulated_seconds: scenario.model.duration.as_secs_f64(),
        warmup_seconds: scenario.model.warmup.as_secs_f64(),
        wall_seconds: origin.wall_seconds,
        start: scenario.start.as_ref().map(ToString::to_string),
    }
}

/// Asks every run for numbers of one subject after the warm-up.
struct Asker<'a> {
    runs: &'a [Observations],
    about: About,
}

/// An interval of what can be: nothing here is below 0, and no share above 1.
fn possible(key: &str, estimate: Estimate) -> Estimate {
    let share = [
        "_rate",
        "utilisation",
        "_share",
        "_ratio",
        "_probability",
        "wasted",
        "kv_use",
        "kv_peak",
        "gpu_busy",
    ];
    let most = if share.iter().any(|end| key.ends_with(end)) { 1.0 } else { f64::INFINITY };
    let clamp = |value: f64| value.clamp(0.0, most);
    let ci95 = estimate.ci95.map(|(low, high)| (clamp(low), clamp(high)));
    Estimate { mean: clamp(estimate.mean), ci95, ..estimate }
}

/// Whose numbers: anybody's of whom the language knows, or those of one path at one tier.
enum About {
    Subject(Subject),
    At { place: usize, path: u8 },
}

impl Asker<'_> {
    /// The interval over the runs that have the number.
    fn some(&self, key: &str) -> Option<Estimate> {
        let number = |run: &Observations| {
            let windows = run.layout.measured();
            match &self.about {
                About::Subject(subject) => value(run, windows, subject, key),
                About::At { place, path } => tier_value(run, windows, *place, Some(*path), key),
            }
        };
        let numbers: Vec<f64> = self.runs.iter().filter_map(number).collect();
        (!numbers.is_empty()).then(|| possible(key, Estimate::of(&numbers, 0.95)))
    }

    /// A number that every run has.
    fn all(&self, key: &str) -> Estimate {
        self.some(key).unwrap_or_else(|| Estimate::of(&vec![0.0; self.runs.len()], 0.95))
    }

    fn latency(&self, name: &str) -> Option<Latency> {
        let number = |which: &str| self.some(&format!("{name}.{which}"));
        Some(Latency {
            mean: number("mean")?,
            p50: number("p50")?,
            p90: number("p90")?,
            p95: number("p95")?,
            p99: number("p99")?,
        })
    }

    /// The reasons that occur.
    fn by_reason(&self, name: &str) -> BTreeMap<String, Estimate> {
        let reason = |key: &str| Some((key.to_owned(), self.some(&format!("{name}.{key}"))?));
        failures().filter_map(|status| reason(status.key())).filter(|(_, e)| 0.0 < e.mean).collect()
    }
}

fn classes(scenario: &Scenario, runs: &[Observations]) -> BTreeMap<String, BTreeMap<String, PathFinding>> {
    let mut classes: BTreeMap<String, BTreeMap<String, PathFinding>> = BTreeMap::new();
    let asked = runs[0].layout.paths.iter().enumerate().filter(|(path, _)| is_asked(&runs[0], *path));
    for (_, (class, operation)) in asked {
        let subject = Subject::Path { class: class.clone(), operation: operation.clone() };
        let ask = Asker { runs, about: About::Subject(subject) };
        let declared = scenario.model.operations.iter().find(|o| o.name == *operation);
        let promised = |of: fn(&Operation) -> Option<Span>| declared.and_then(of).map(Span::as_secs_f64);
        let finding = PathFinding {
            offered: ask.all("offered"),
            succeeded: ask.all("succeeded"),
            success_rate: ask.some("success_rate"),
            in_time_rate: ask.some("in_time_rate"),
            worst_success_rate: ask.some("worst_success_rate"),
            goodput: ask.all("goodput"),
            attempts_per_intent: ask.some("attempts_per_intent"),
            latency: ask.latency("latency"),
            ttft: ask.latency("ttft"),
            tpot: ask.latency("tpot"),
            failed: ask.by_reason("failed"),
            user_minutes_lost: ask.all("user_minutes_lost"),
            slo_seconds: promised(|o| o.slo),
            ttft_slo_seconds: promised(|o| o.ttft),
            tpot_slo_seconds: promised(|o| o.tpot),
        };
        classes.entry(class.clone()).or_default().insert(operation.clone(), finding);
    }
    classes
}

fn tiers(runs: &[Observations], baseline: &Range<usize>) -> Vec<TierFinding> {
    let layout = &runs[0].layout;
    let tier = |(place, tier): (usize, &brownout_observe::Place)| {
        let ask = Asker { runs, about: About::Subject(Subject::Tier(tier.name.clone())) };
        TierFinding {
            name: tier.name.clone(),
            kind: tier.kind.clone(),
            calls: tier.calls.clone(),
            arrivals: ask.all("arrivals"),
            admitted: ask.all("admitted"),
            wait_probability: ask.some("wait_probability"),
            timeouts: ask.all("timeouts"),
            retry_share: ask.some("retry_share"),
            utilisation: ask.some("utilisation"),
            peak_utilisation: ask.some("peak_utilisation"),
            queue_wait: ask.latency("queue_wait"),
            sojourn: ask.latency("sojourn"),
            queue_length: ask.all("queue_length"),
            in_flight: ask.all("in_flight"),
            head_age_max: ask.all("head_age_max"),
            shed: ask.by_reason("shed"),
            wasted: ask.some("wasted"),
            hit_ratio: ask.some("hit_ratio"),
            crossed: ask.some("crossed"),
            tokens: crate::tokens::finding(&|key| ask.some(key)),
            leased: leased(&ask),
            onset: onset(runs, place, baseline),
            paths: tier_paths(runs, place),
        }
    };
    layout.places.iter().enumerate().skip(layout.loads).map(tier).collect()
}

fn leased(ask: &Asker<'_>) -> Option<LeaseFinding> {
    let replica_hours = ask.all("leased_hours");
    (0.0 < replica_hours.mean).then(|| LeaseFinding { replica_hours, dollars: ask.all("leased_dollars") })
}

fn tier_paths(runs: &[Observations], place: usize) -> BTreeMap<String, BTreeMap<String, TierPathFinding>> {
    let mut classes: BTreeMap<String, BTreeMap<String, TierPathFinding>> = BTreeMap::new();
    for (path, (class, operation)) in runs[0].layout.paths.iter().enumerate() {
        let ask = Asker { runs, about: About::At { place, path: path as u8 } };
        let arrivals = ask.all("arrivals");
        if arrivals.mean <= 0.0 {
            continue;
        }
        let finding = TierPathFinding {
            arrivals,
            retry_share: ask.some("retry_share"),
            admitted: ask.all("admitted"),
            queue_wait_mean: ask.some("queue_wait.mean"),
            sojourn_mean: ask.some("sojourn.mean"),
            timeouts: ask.all("timeouts"),
            shed: ask.by_reason("shed"),
        };
        classes.entry(class.clone()).or_default().insert(operation.clone(), finding);
    }
    classes
}
