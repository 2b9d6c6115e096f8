//! Made-up sweeps of every shape.

use super::{estimate, path};
use brownout_analysis::swept::{Cell, Place, Seen, Shows, Spot, Swept};
use brownout_metrics::{Badge, P99, Unit, clients};

fn number(number: f64, shown: String) -> Place {
    Place { shown, number: Some(number) }
}

/// What a load leaves on some workers: latency, how many of 20 runs keep it, and what breaks first.
fn seen(load: f64) -> Seen {
    let latency = if load < 1.0 { 0.05 / (1.0 - load * 0.95) } else { 30.0 * load };
    let passed = ((1.15 - load) / 0.3 * 20.0).clamp(0.0, 20.0).round() as u32;
    let first = if load < 0.8 {
        None
    } else if load < 1.2 {
        Some("app")
    } else {
        Some("identity-db")
    };
    Seen {
        replications: 20,
        broken: 0,
        first_broken: None,
        badge: Some(if passed == 20 { Badge::Unharmed } else { Badge::SlowDrain }),
        back: if load < 1.1 { 20 } else { passed },
        worst: None,
        first: first.map(str::to_owned),
        cost: Some(estimate(876.0, 0.0)),
        hidden: Some(0.7 / load),
        cells: vec![
            Cell { value: Some(estimate(latency, latency / 8.0)), passed: Some(passed) },
            Cell { value: Some(estimate((1.0 / load).min(1.0), 0.01)), passed: None },
        ],
    }
}

fn columns() -> Vec<Shows> {
    let shows = |title: &str, metric, bound: Option<f64>| Shows {
        title: title.to_owned(),
        when: String::new(),
        metric,
        subject: path(),
        is_promise: bound.is_some(),
        bound,
    };
    vec![
        shows("web.get.latency.p99 < 1s", &clients::LATENCY[P99], Some(1.0)),
        shows("web.get.success_rate", &clients::SUCCESS_RATE, None),
    ]
}

fn swept(axes: &[&str], units: Vec<Option<Unit>>, points: Vec<(Vec<Place>, Result<Seen, String>)>) -> Swept {
    let spot = |(at, (levels, found)): (usize, (Vec<Place>, Result<Seen, String>))| Spot {
        number: at as u64,
        levels,
        found,
    };
    Swept {
        title: "Small: one tier and a crowd".to_owned(),
        axes: axes.iter().map(|axis| (*axis).to_owned()).collect(),
        units,
        columns: columns(),
        left_out: Vec::new(),
        points: points.into_iter().enumerate().map(spot).collect(),
    }
}

fn rate(per_second: f64) -> Place {
    number(per_second, format!("{per_second}/s"))
}

fn workers(count: usize) -> Place {
    number(count as f64, count.to_string())
}

pub(crate) const RATE: Option<Unit> = Some(Unit::PerSecond(""));
pub(crate) const PLAIN: Option<Unit> = Some(Unit::Count(""));

/// One axis of numbers.
pub(crate) fn line() -> Swept {
    let points = (4..=14).map(|load| (vec![rate(f64::from(load))], Ok(seen(f64::from(load) / 10.0))));
    swept(&["load.web.rate"], vec![RATE], points.collect())
}

/// Two axes of numbers, with a point that is no scenario.
pub(crate) fn plane() -> Swept {
    let mut points = Vec::new();
    for count in 1..=3 {
        for load in 0..6 {
            let load = 4.0 + 4.0 * f64::from(load);
            let found = Ok(seen(load / 8.0 / count as f64));
            let found = if count == 3 && load > 23.0 { Err("replicas: too many".to_owned()) } else { found };
            points.push((vec![workers(count), rate(load)], found));
        }
    }
    swept(&["tier.app.workers", "load.web.rate"], vec![PLAIN, RATE], points)
}

fn log() -> Swept {
    let points = (0..40).map(|at| {
        let load = 0.01 * 1.2f64.powi(at);
        (vec![number(load, format!("{:.0}ms", 1000.0 * load))], Ok(seen(load)))
    });
    swept(&["fault.0.for"], vec![Some(Unit::Seconds)], points.collect())
}

fn words_alone() -> Swept {
    let names = [
        "base",
        "retry budget of a tenth",
        "no retries",
        "a name that goes on and on without an end in sight",
    ];
    let points = names.iter().enumerate().map(|(at, name)| {
        (vec![Place { shown: (*name).to_owned(), number: None }], Ok(seen(0.7 + 0.2 * at as f64)))
    });
    swept(&["variant"], vec![None], points.collect())
}

fn words_over_numbers() -> Swept {
    let mut points = Vec::new();
    for (at, name) in ["base", "no retries", "breaker"].iter().enumerate() {
        for load in 4..=14 {
            let word = Place { shown: (*name).to_owned(), number: None };
            let load = f64::from(load);
            points.push((vec![word, rate(load)], Ok(seen(load / (9.0 + at as f64)))));
        }
    }
    swept(&["variant", "load.web.rate"], vec![None, RATE], points)
}

fn cube(fourth: bool) -> Swept {
    let mut points = Vec::new();
    for queue in [10, 100, 1000] {
        for count in 1..=4 {
            for load in 1..=6 {
                let found = seen(f64::from(load) / count as f64 * (1.0 + 30.0 / f64::from(queue)) / 3.0);
                let mut levels = vec![workers(queue as usize), workers(count), rate(f64::from(4 * load))];
                if fourth {
                    let mut more = levels.clone();
                    more.push(Place { shown: "false".to_owned(), number: None });
                    points.push((more, Ok(found.clone())));
                    levels.push(Place { shown: "true".to_owned(), number: None });
                }
                points.push((levels, Ok(found)));
            }
        }
    }
    let mut axes = vec!["tier.app.queue.limit", "tier.app.workers", "load.web.rate"];
    let mut units = vec![PLAIN, PLAIN, RATE];
    if fourth {
        axes.push("tier.app.breaker.enabled");
        units.push(None);
    }
    swept(&axes, units, points)
}

fn strewn() -> Swept {
    let points = (0..60).map(|at| {
        let (x, y) = (f64::from(at) * 0.618 % 1.0, f64::from(at) * 0.754 % 1.0);
        let (count, load) = (1.0 + 3.0 * x, 4.0 + 16.0 * y);
        (
            vec![number(count, format!("{count:.3}")), rate((load * 100.0).round() / 100.0)],
            Ok(seen(load / 6.0 / count)),
        )
    });
    swept(&["load.web.factor", "load.web.rate"], vec![PLAIN, RATE], points.collect())
}

fn fine() -> Swept {
    let mut points = Vec::new();
    for y in 0..40 {
        for x in 0..60 {
            let (x, y) = (f64::from(x), f64::from(y));
            points.push((
                vec![rate(4.0 + x), number(y, format!("{y}s"))],
                Ok(seen((4.0 + x) / 60.0 + y / 60.0)),
            ));
        }
    }
    swept(&["load.web.rate", "fault.0.for"], vec![RATE, Some(Unit::Seconds)], points)
}

fn one_point() -> Swept {
    swept(&["load.web.rate"], vec![RATE], vec![(vec![rate(8.0)], Ok(seen(0.8)))])
}

fn calm() -> Swept {
    let points = (1..=5).map(|load| (vec![rate(f64::from(load))], Ok(seen(f64::from(load) / 10.0))));
    swept(&["load.web.rate"], vec![RATE], points.collect())
}

/// Sweeps of every shape.
pub(crate) fn sweeps() -> Vec<(&'static str, Swept)> {
    vec![
        ("line", line()),
        ("plane", plane()),
        ("log line", log()),
        ("words", words_alone()),
        ("words over numbers", words_over_numbers()),
        ("cube", cube(false)),
        ("four axes", cube(true)),
        ("strewn", strewn()),
        ("fine", fine()),
        ("one point", one_point()),
        ("calm", calm()),
        ("many points", wide(30)),
    ]
}

/// A grid of that many values of each of two axes.
pub(crate) fn wide(side: usize) -> Swept {
    let points = (0..side * side).map(|at| {
        let (count, load) = (1 + at / side, 1.0 + (at % side) as f64);
        (vec![workers(count), rate(load)], Ok(seen(load / count as f64)))
    });
    swept(&["tier.app.workers", "load.web.rate"], vec![PLAIN, RATE], points.collect())
}
