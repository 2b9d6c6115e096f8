//! Made-up answers of every shape.

pub(crate) mod sweeps;

pub(crate) use sweeps::sweeps;

use brownout_analysis::answer::{
    Averaged, Bounded, Breaks, Cheapest, Cost, Promised, Set, Steep, Terms, Tip, Tipped, Tipping, Tried,
    Wanted, Works,
};
use brownout_analysis::compare::{Comparison, Difference, Effect, Race, Runner, Versus};
use brownout_analysis::hysteresis::{Hysteresis, Step};
use brownout_analysis::sensitivity::{self, Ends, Found, Part, Parts, Sensitivity, Swing};
use brownout_metrics::harm::{MINUTES_DOWN, UNSERVED};
use brownout_metrics::{P99, Subject, Unit, clients};
use brownout_report::screen::answer::Growth;
use brownout_stats::{Estimate, Verdict};
use sweeps::{PLAIN, RATE};

fn path() -> Subject {
    Subject::Path { class: "web".to_owned(), operation: "get".to_owned() }
}

fn estimate(mean: f64, half: f64) -> Estimate {
    Estimate { mean, ci95: Some((mean - half, mean + half)), n: 20 }
}

fn terms(knob: &str, unit: Option<Unit>, promises: &[&str]) -> Terms {
    let promised = |that: &&str| Promised {
        that: (*that).to_owned(),
        on_average: false,
        is_mean: false,
        of: that.split(['<', '>']).next().unwrap_or(that).trim().to_owned(),
        unit: if that.contains("ms") { Unit::Seconds } else { Unit::Share },
        wants_low: that.contains('<'),
    };
    Terms {
        title: "Small: one tier and a crowd".to_owned(),
        knob: knob.to_owned(),
        range: ("1".to_owned(), "64".to_owned()),
        ends: Some((1.0, 64.0)),
        unit,
        share: 0.95,
        confidence: 0.95,
        day_seconds: 10_800.0,
        has_trigger: true,
        promises: promises.iter().map(promised).collect(),
        seed: 7,
    }
}

fn tried(value: &str, runs: usize, kept: usize, verdict: Verdict) -> Tried {
    let number = value.parse().ok();
    Tried {
        value: value.to_owned(),
        number,
        runs,
        kept,
        is_sample: 8 <= runs,
        is_fixed: false,
        each: vec![kept, (kept + 2).min(runs)],
        averages: vec![None, None],
        verdict,
        cost: None,
        accelerators: 0,
    }
}

/// The least value, with one undecided.
pub(crate) fn bounded() -> Bounded {
    let tried = vec![
        tried("1", 2, 0, Verdict::Rejected),
        tried("6", 8, 1, Verdict::Rejected),
        tried("8", 8, 3, Verdict::Rejected),
        tried("9", 30, 21, Verdict::Rejected),
        tried("10", 60, 54, Verdict::Undecided),
        tried("11", 112, 111, Verdict::Accepted),
        tried("12", 8, 8, Verdict::Accepted),
        tried("64", 8, 8, Verdict::Accepted),
    ];
    Bounded {
        terms: terms("tier.auth.replicas", PLAIN, &["web.login.success_rate > 99%"]),
        wanted: Wanted::Least,
        answer: Some(tried[5].clone()),
        not_enough: Some("9".to_owned()),
        undecided: vec!["10".to_owned()],
        none_holds: false,
        works: Works::AsAsked,
        shape: Some(Steep { is_cliff: false, share_before: 0.7, share_at: 0.991 }),
        binding: Some(0),
        breaks: Some(Breaks { value: "9".to_owned(), tier: Some("auth".to_owned()), worst: Some(path()) }),
        is_fixed: false,
        tried,
        runs: 236,
    }
}

/// The same of a mean.
pub(crate) fn averaged() -> Bounded {
    let mut found = bounded();
    found.terms.promises = terms("", None, &["app.queue_wait.mean < 250ms"]).promises;
    found.terms.promises[0].on_average = true;
    for tried in found.tried.iter_mut().chain(&mut found.answer) {
        let mean = tried.number.map_or(0.0, |count| 2.0 / count);
        let ends = (8 <= tried.runs).then_some((mean * 0.8, mean * 1.2));
        tried.averages = vec![Some(Averaged { mean, ends, bound: 0.25 })];
    }
    found.shape = None;
    found
}

/// The same of words.
pub(crate) fn averaged_words() -> Bounded {
    let mut found = words();
    let averaged = averaged();
    found.terms.promises = averaged.terms.promises;
    for (tried, like) in found.tried.iter_mut().zip(averaged.tried) {
        tried.averages = like.averages;
    }
    found.answer = Some(found.tried[5].clone());
    found
}

/// A share of runs and a mean, and few values of a wide range.
pub(crate) fn mixed() -> Bounded {
    let mut found = averaged();
    let share = terms("", None, &["web.login.success_rate > 99%"]).promises;
    found.terms.promises.splice(0..0, share);
    found.tried.retain(|tried| ["9", "11"].contains(&tried.value.as_str()));
    for tried in found.tried.iter_mut().chain(&mut found.answer) {
        tried.averages.insert(0, None);
    }
    found
}

/// The cheapest by a mean.
pub(crate) fn cheapest_on_average() -> Cheapest {
    let mut found = cheapest();
    found.terms.promises = averaged().terms.promises;
    for set in found.tried.iter_mut().chain(&mut found.undecided).chain(&mut found.answer) {
        let mean = 200.0 / set.cost.all.mean;
        set.averages = vec![Some(Averaged { mean, ends: Some((mean * 0.9, mean * 1.1)), bound: 0.25 })];
    }
    found
}

/// The same with prices and two promises.
pub(crate) fn priced() -> Bounded {
    let mut found = bounded();
    let long = "api.completion.time_to_first_token.p99 < 800ms";
    found.terms.promises = terms("", None, &["web.login.success_rate > 99%", long]).promises;
    for tried in found.tried.iter_mut().chain(&mut found.answer) {
        tried.cost = tried.number.and_then(|count| Cost::of(Some(292.0 * count), &[]));
        tried.accelerators = 8 * tried.number.map_or(0, |count| count as u64);
    }
    found
}

/// The same where what is not served has a penalty, which only the runs of a sample tell.
pub(crate) fn penalised() -> Bounded {
    let mut found = priced();
    for tried in found.tried.iter_mut().chain(&mut found.answer) {
        let lost = |run: usize| (None, Some(10.0 * (run % 5) as f64 + 4_000.0 / tried.number.unwrap_or(1.0)));
        let runs: Vec<_> = (0..tried.runs).map(lost).collect();
        let still = tried.cost.map(|cost| cost.paid.mean);
        tried.cost = if tried.is_sample { Cost::of(still, &runs) } else { None };
    }
    found
}

/// The cheapest with penalties.
pub(crate) fn cheapest_penalised() -> Cheapest {
    let mut found = cheapest();
    for set in found.tried.iter_mut().chain(&mut found.undecided).chain(&mut found.answer) {
        let lost = |run: usize| (None, Some(100.0 * (run % 3) as f64));
        let runs: Vec<_> = (0..set.runs).map(lost).collect();
        set.cost = Cost::of(Some(set.cost.paid.mean), &runs).expect("a price is given");
    }
    found.priced_by = 8;
    found
}

pub(crate) fn words() -> Bounded {
    let mut found = bounded();
    let names = ["small", "medium", "large", "huge", "four zones", "five zones", "six zones", "seven zones"];
    for (tried, name) in found.tried.iter_mut().zip(names) {
        (tried.value, tried.number) = (name.to_owned(), None);
    }
    found.terms.unit = None;
    found.not_enough = Some("huge".to_owned());
    found.undecided = vec!["four zones".to_owned()];
    found.answer = Some(found.tried[5].clone());
    found
}

pub(crate) fn none() -> Bounded {
    let mut found = bounded();
    found.tried = vec![tried("64", 8, 0, Verdict::Rejected)];
    (found.answer, found.not_enough, found.none_holds) = (None, Some("64".to_owned()), true);
    (found.undecided, found.shape) = (Vec::new(), None);
    found
}

pub(crate) fn growth() -> Growth {
    Growth {
        a_month: "15%".to_owned(),
        last_good: Some("2027-10-30".to_owned()),
        first_bad: Some("2027-08-30".to_owned()),
        order_by: Some("2027-10-04".to_owned()),
        lead: Some("8w".to_owned()),
    }
}

pub(crate) fn tipping() -> Tipping {
    let tip = |above: &str, at: &str, low: &str, high: &str| Tip {
        at: Some(at.to_owned()),
        above: Some(above.to_owned()),
        low: Some(low.to_owned()),
        high: Some(high.to_owned()),
    };
    let levels = ["1s", "1.2s", "1.3s", "1.4s", "1.45s", "1.5s", "1.6s", "1.8s", "4s"];
    let seconds = [1.0, 1.2, 1.3, 1.4, 1.45, 1.5, 1.6, 1.8, 4.0];
    let counts = [(0, 0), (1, 0), (4, 2), (12, 5), (18, 3), (24, 2), (33, 4), (39, 1), (40, 0)];
    let tipped = levels.iter().zip(seconds).zip(counts).map(|((value, number), (tipped, open))| Tipped {
        value: (*value).to_owned(),
        number: Some(number),
        tipped,
        open,
    });
    Tipping {
        terms: Terms {
            range: ("1s".to_owned(), "4s".to_owned()),
            ends: Some((1.0, 4.0)),
            ..terms("fault.0.for", Some(Unit::Seconds), &["web.get.verdict <= slow-drain"])
        },
        median: tip("1.45s", "1.5s", "1.4s", "1.6s"),
        early: tip("1.2s", "1.3s", "1.2s", "1.4s"),
        late: tip("1.6s", "1.8s", "1.6s", "4s"),
        days: 40,
        is_sharp: false,
        is_idle: false,
        cumulative: tipped.collect(),
        is_fixed: false,
        runs: 180,
    }
}

pub(crate) fn cheapest() -> Cheapest {
    let set = |auth: usize, app: usize, wiring: &str, kept: usize, runs: usize, verdict| Set {
        values: vec![auth.to_string(), app.to_string(), wiring.to_owned()],
        cost: Cost::of(Some(292.0 * auth as f64 + 584.0 * app as f64), &[]).expect("a price is given"),
        accelerators: 0,
        runs,
        kept,
        averages: vec![None],
        verdict,
    };
    let mut sets: Vec<Set> = (1..8)
        .flat_map(|auth| (1..4).map(move |app| (auth, app)))
        .map(|(auth, app)| set(auth, app, "shared", (auth * app).min(9), 10, Verdict::Rejected))
        .collect();
    let answer = set(9, 3, "apart", 150, 152, Verdict::Accepted);
    let undecided = set(8, 3, "apart", 140, 150, Verdict::Undecided);
    sets.extend([undecided.clone(), answer.clone()]);
    Cheapest {
        terms: terms("all knobs", None, &["web.login.success_rate > 99%"]),
        knobs: ["tier.auth.replicas", "tier.app.replicas", "variant"].map(str::to_owned).to_vec(),
        points: 240,
        answer: Some(answer),
        undecided: vec![undecided],
        saving_max: 292.0,
        tried: sets,
        out_of_budget: false,
        is_fixed: false,
        priced_by: 0,
        runs: 512,
    }
}

pub(crate) fn race() -> Race {
    let runner = |name: &str, mean: f64, behind: f64, half: f64| Runner {
        name: name.to_owned(),
        mean,
        behind: (behind, half),
        runs: 40,
    };
    Race {
        by: "total.user_minutes_lost".to_owned(),
        metric: &MINUTES_DOWN,
        confidence: 0.95,
        left: vec![runner("breaker", 12.0, 0.0, 0.0), runner("budget", 12.3, 0.3, 0.9)],
        worse: vec![runner("no retries", 30.0, 18.0, 2.0), runner("base", 122.0, 110.0, 6.0)],
        is_decided: true,
        runs: 160,
    }
}

pub(crate) fn comparison() -> Comparison {
    let one = |metric, before: f64, by: f64, is_sure: bool| Difference {
        subject: path(),
        metric,
        before: estimate(before, before / 20.0),
        after: estimate(before + by, before / 20.0),
        by: estimate(by, by.abs() / 5.0 + 0.001),
        is_sure,
    };
    let differences = vec![
        one(&clients::SUCCESS_RATE, 0.92, 0.07, true),
        one(&clients::LATENCY[P99], 2.0, -1.6, true),
        one(&MINUTES_DOWN, 3.0, 30.0, true),
        one(&UNSERVED, 6900.0, -20.0, false),
    ];
    let effect = Effect {
        subject: path(),
        minutes_down: differences[2].clone(),
        unserved: differences[3].clone(),
        is_better: Some(false),
    };
    let other = |name: &str| Versus {
        name: name.to_owned(),
        runs: (40, 12),
        differences: differences.clone(),
        operations: vec![effect.clone()],
        cost: None,
        is_as_good: false,
    };
    Comparison {
        base: "base".to_owned(),
        others: vec![other("breaker"), other("a variant with a long name, and reasons for it")],
        order: Vec::new(),
        is_paired: true,
    }
}

pub(crate) fn hysteresis() -> Hysteresis {
    let steps = (4..=14).map(|load| {
        let kept = |most: f64| (((most - f64::from(load)) * 10.0).clamp(0.0, 20.0) as u64, 20);
        Step { value: format!("{load}/s"), number: f64::from(load), up: kept(13.0), down: kept(9.0) }
    });
    Hysteresis {
        title: "Small: one tier and a crowd".to_owned(),
        knob: "load.web.rate".to_owned(),
        unit: RATE,
        push: 4.0,
        is_idle: false,
        steps: steps.collect(),
    }
}

fn sensitivity(found: Found) -> Sensitivity {
    let axis = |path: &str, low: &str, high: &str| Ends {
        path: path.to_owned(),
        low: low.to_owned(),
        high: high.to_owned(),
        base: Some(low.to_owned()),
    };
    Sensitivity {
        title: "Small: one tier and a crowd".to_owned(),
        of: "web.get.latency.p99".to_owned(),
        metric: &clients::LATENCY[P99],
        axes: vec![
            axis("load.web.rate", "4/s", "12/s"),
            axis("tier.app.workers", "1", "4"),
            axis("tier.app.queue.limit", "10", "1000"),
        ],
        found,
        points: 40,
        seeds: 8,
        confidence: 0.95,
        runs: 320,
    }
}

pub(crate) fn sensitivities() -> Vec<(&'static str, Sensitivity)> {
    let swing = |axis, low, high| Swing { axis, low: estimate(low, 0.05), high: estimate(high, 0.2) };
    let swings = vec![swing(0, -0.4, 2.6), swing(1, 1.4, -0.3), swing(2, -0.1, 0.02)];
    let tornado = Found::Tornado { base: estimate(0.9, 0.02), swings };
    let effect = |axis, size: f64, mean: f64, deviation| {
        let (mean, size) = (estimate(mean, 0.2), estimate(size, 0.2));
        sensitivity::Effect { axis, mean, size, deviation: Some(deviation) }
    };
    let effects = [effect(0, 3.0, 3.0, 2.0), effect(1, 2.0, -2.0, 1.8), effect(2, 0.1, 0.0, 0.1)];
    let morris = Found::Morris(effects.to_vec());
    let part = |axis, alone: f64, total: f64| Part { axis, alone: (alone, 0.08), total: (total, 0.1) };
    let axes = vec![part(0, 0.5, 0.8), part(1, 0.15, 0.4), part(2, -0.01, 0.02)];
    let sobol = Found::Sobol(Some(Parts { axes, chance: Some(0.12) }));
    vec![
        ("tornado", sensitivity(tornado)),
        ("morris", sensitivity(morris)),
        ("sobol", sensitivity(sobol)),
        ("nothing varies", sensitivity(Found::Sobol(None))),
    ]
}
