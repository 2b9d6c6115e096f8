//! The numbers that a run is asked for by name: one table for expectations, laws, summaries and tables.

use crate::tokens;
use brownout_observe::{Latency, Level, Observations};
use brownout_protocol::{Kind, Status};
use brownout_scenario::Subject;
use brownout_stats::SparseHistogram;
use std::ops::Range;

/// Seconds in an hour: the length of the worst stretch that `worst_success_rate` looks for.
const HOUR: f64 = 3600.0;

pub(crate) const GOOD: [Kind; 2] = [Kind::Succeeded, Kind::SucceededLate];
pub(crate) const ATTEMPTS: [Kind; 5] =
    [Kind::Arrived, Kind::Retried, Kind::Reloaded, Kind::FellBack, Kind::Hedged];
const ADMITTED: [Kind; 2] = [Kind::StartedAtOnce, Kind::Queued];
pub(crate) const REFUSED: [Kind; 5] = [
    Kind::RefusedTooManyRequests,
    Kind::RefusedUnavailable,
    Kind::RefusedOverloaded,
    Kind::RefusedBadRequest,
    Kind::RefusedGatewayTimeout,
];

/// Every way in which an intent can fail.
pub(crate) fn failures() -> impl Iterator<Item = Status> {
    Status::ALL.into_iter().filter(|&status| status != Status::Ok)
}

pub(crate) fn failed() -> Vec<Kind> {
    failures().map(Kind::failed).collect()
}

/// Calls that came to a tier, whether it took them or not.
pub(crate) fn came() -> Vec<Kind> {
    ADMITTED.into_iter().chain(REFUSED).collect()
}

/// How a tier turns calls away at the door with that status; none if no door gives it.
fn refused(status: Status) -> Option<Kind> {
    let kind = Kind::refused(status);
    (kind != Kind::RefusedUnavailable || status == Status::Unavailable).then_some(kind)
}

/// One number of one run over some windows, in seconds, per second, a part of 1 or a count.
///
/// None if there is no such number: the 99th percentile of nothing, the hit ratio of a tier without a cache.
pub fn value(run: &Observations, windows: Range<usize>, subject: &Subject, key: &str) -> Option<f64> {
    let number = match subject {
        Subject::Tier(name) => {
            let place = run.layout.places.iter().skip(run.layout.loads).position(|p| p.name == *name)?;
            return tier_value(run, windows, place + run.layout.loads, None, key);
        }
        Subject::Run => None,
        clients => ClientNumbers { run, windows, rows: rows(run, clients) }.value(key),
    };
    number.filter(|n| n.is_finite())
}

/// One number of a tier, of one path or of all that came.
pub(crate) fn tier_value(
    run: &Observations,
    windows: Range<usize>,
    place: usize,
    path: Option<u8>,
    key: &str,
) -> Option<f64> {
    TierNumbers { run, windows, place, path }.value(key).filter(|n| n.is_finite())
}

/// The loads and paths that a subject stands for.
fn rows(run: &Observations, subject: &Subject) -> Vec<(usize, u8)> {
    let wanted = |(class, operation): &(String, String)| match subject {
        Subject::Total => true,
        Subject::Class(c) => c == class,
        Subject::Path { class: c, operation: o } => c == class && o == operation,
        Subject::Tier(_) | Subject::Run => false,
    };
    let paths = run.layout.paths.iter().enumerate().filter(|(_, path)| wanted(path));
    paths.flat_map(|(path, _)| loads(run, path as u8).map(move |load| (load, path as u8))).collect()
}

/// The loads whose users can take a path.
pub(crate) fn loads(run: &Observations, path: u8) -> impl Iterator<Item = usize> + '_ {
    (0..run.layout.loads).filter(move |&load| run.layout.places[load].paths.contains(&path))
}

/// Whether any load asks for a path; renewals of leases are calls of tiers.
pub(crate) fn is_asked(run: &Observations, path: usize) -> bool {
    loads(run, path as u8).next().is_some()
}

/// How long some windows last, in seconds.
pub(crate) fn seconds(run: &Observations, windows: &Range<usize>) -> f64 {
    if windows.is_empty() {
        return 0.0;
    }
    let (begin, end) = (run.layout.bounds(windows.start).0, run.layout.bounds(windows.end - 1).1);
    (end - begin).as_secs_f64()
}

struct ClientNumbers<'a> {
    run: &'a Observations,
    windows: Range<usize>,
    rows: Vec<(usize, u8)>,
}

impl ClientNumbers<'_> {
    fn value(&self, key: &str) -> Option<f64> {
        if let Some(p) = key.strip_prefix("latency.p") {
            return quantile(&self.latencies(), p);
        }
        if let Some(reason) = key.strip_prefix("failed.") {
            let status = failures().find(|status| status.key() == reason)?;
            return Some(self.count(&[Kind::failed(status)]));
        }
        if let Some(number) = tokens::client_value(self.run, &self.windows, &self.rows, key) {
            return Some(number);
        }
        let ended = || self.count(&GOOD) + self.count(&failed());
        match key {
            "offered" => Some(self.count(&[Kind::Arrived])),
            "succeeded" => Some(self.count(&GOOD)),
            "success_rate" => ratio(self.count(&GOOD), ended()),
            "failure_rate" => ratio(self.count(&failed()), ended()),
            "in_time_rate" => ratio(self.count(&[Kind::Succeeded]), ended()),
            "worst_success_rate" => self.worst(),
            "goodput" => ratio(self.count(&[Kind::Succeeded]), seconds(self.run, &self.windows)),
            "attempts_per_intent" => {
                let attempts = self.count(&ATTEMPTS) - self.count(&[Kind::Withheld]);
                ratio(attempts, self.count(&[Kind::Arrived]))
            }
            "hedges" => Some(self.count(&[Kind::Hedged])),
            "fallbacks" => Some(self.count(&[Kind::FellBack])),
            "withheld" => Some(self.count(&[Kind::Withheld])),
            "retries_withheld" => Some(self.count(&[Kind::RetryWithheld])),
            "user_minutes_lost" => Some(self.sum(&failed()) * 1e-9 / 60.0),
            "latency.mean" => ratio(self.sum(&GOOD) * 1e-9, self.count(&GOOD)),
            _ => None,
        }
    }

    fn count(&self, kinds: &[Kind]) -> f64 {
        let count = |&(place, path): &(usize, u8)| {
            self.run.count(self.windows.clone(), place, Some(path), None, kinds)
        };
        self.rows.iter().map(count).sum::<u64>() as f64
    }

    fn sum(&self, kinds: &[Kind]) -> f64 {
        self.rows
            .iter()
            .map(|&(place, path)| self.run.sum(self.windows.clone(), place, Some(path), kinds))
            .sum()
    }

    fn latencies(&self) -> SparseHistogram {
        let mut all = SparseHistogram::default();
        for &(place, path) in &self.rows {
            all.merge(&self.run.histogram(self.windows.clone(), place, path, Latency::Done));
        }
        all
    }

    /// The lowest success rate of any hour, or of any tenth of a run of less than two.
    fn worst(&self) -> Option<f64> {
        let window = self.run.layout.window.as_secs_f64();
        let all = seconds(self.run, &self.windows);
        let stretch = if 2.0 * HOUR <= all { HOUR } else { all / 10.0 };
        let length = ((stretch / window).round() as usize).max(1);
        let last = self.windows.end.checked_sub(length)?.max(self.windows.start);
        let stretches = (self.windows.start..=last).map(|from| from..(from + length).min(self.windows.end));
        let rate =
            |windows| ClientNumbers { run: self.run, windows, rows: self.rows.clone() }.value("success_rate");
        stretches.filter_map(rate).reduce(f64::min)
    }
}

struct TierNumbers<'a> {
    run: &'a Observations,
    windows: Range<usize>,
    place: usize,
    /// Distributions and levels are of all paths; counts and means can be of one.
    path: Option<u8>,
}

impl TierNumbers<'_> {
    fn value(&self, key: &str) -> Option<f64> {
        if let Some(reason) = key.strip_prefix("shed.") {
            let status = failures().find(|status| status.key() == reason)?;
            let kinds: Vec<Kind> = refused(status).into_iter().chain([Kind::ended(status)]).collect();
            return ratio(self.count(&kinds), seconds(self.run, &self.windows));
        }
        for (name, latency) in [("queue_wait", Latency::Wait), ("sojourn", Latency::Done)] {
            match key.strip_prefix(name) {
                Some(".mean") => return self.mean(latency),
                Some(rest) => return quantile(&self.latencies(latency), rest.strip_prefix(".p")?),
                None => {}
            }
        }
        let seconds = || seconds(self.run, &self.windows);
        match key {
            "arrivals" => ratio(self.count(&came()), seconds()),
            "admitted" => ratio(self.count(&ADMITTED), seconds()),
            "timeouts" => ratio(self.count(&[Kind::CallTimedOut]), seconds()),
            "lite" => ratio(self.count(&[Kind::Lite]), self.count(&ADMITTED)),
            "crossed" if self.run.layout.places[self.place].zones == 0 => None,
            "crossed" => ratio(self.count(&[Kind::Crossed]), self.count(&came())),
            "hedges" => ratio(self.count(&[Kind::CallHedged]), seconds()),
            "fallbacks" => ratio(self.count(&[Kind::CallFellBack]), seconds()),
            "stale" => ratio(self.count(&[Kind::AnsweredStale]), seconds()),
            "dropped" => ratio(self.count(&[Kind::Dropped]), seconds()),
            "turned_away" => ratio(self.count(&[Kind::TurnedAway]), seconds()),
            "calls_withheld" => ratio(self.count(&[Kind::CallWithheld, Kind::CallRetryWithheld]), seconds()),
            "retry_share" => ratio(self.retries(), self.count(&came())),
            "wait_probability" => ratio(self.count(&[Kind::Queued]), self.count(&ADMITTED)),
            "utilisation" => self.utilisation(),
            "peak_utilisation" => self.peak_utilisation(),
            "queue_length" => mean(&self.run.levels(self.windows.clone(), self.place, Level::Waiting)),
            "in_flight" => mean(&self.run.levels(self.windows.clone(), self.place, Level::Inside)),
            "head_age_max" => self.head_age(),
            "replicas" => self.ready(false),
            "peak_replicas" => self.ready(true),
            "replica_hours" => Some(self.paid_seconds() / HOUR),
            "leased_hours" => Some(self.gauges(Kind::Leased) * 1e-9 / HOUR),
            "leased_dollars" => Some(self.gauges(Kind::LeaseSpent) * 1e-9),
            // Waste is booked when a service ends, so at the edge of a window it can exceed what was served there.
            "wasted" => {
                ratio(self.sum(&[Kind::Wasted]) * 1e-9, self.serving_seconds()).map(|part| part.min(1.0))
            }
            "hit_ratio" => {
                let hits = self.count(&[Kind::Hit]);
                ratio(hits, hits + self.count(&[Kind::Missed, Kind::Joined]))
            }
            key => tokens::value(self.run, &self.windows, self.place, key),
        }
    }

    fn count(&self, kinds: &[Kind]) -> f64 {
        self.run.count(self.windows.clone(), self.place, self.path, None, kinds) as f64
    }

    fn retries(&self) -> f64 {
        self.run.count(self.windows.clone(), self.place, self.path, Some(true), &came()) as f64
    }

    fn sum(&self, kinds: &[Kind]) -> f64 {
        self.run.sum(self.windows.clone(), self.place, self.path, kinds)
    }

    /// Waits of 0 of those served at once are part of the mean.
    fn mean(&self, latency: Latency) -> Option<f64> {
        let (kinds, of) = match latency {
            Latency::Wait => ([Kind::Started, Kind::Started], [Kind::Started, Kind::StartedAtOnce]),
            _ => ([Kind::Completed, Kind::Answered], [Kind::Completed, Kind::Answered]),
        };
        ratio(self.sum(&kinds) * 1e-9, self.count(&of))
    }

    fn latencies(&self, latency: Latency) -> SparseHistogram {
        self.run.histogram(self.windows.clone(), self.place, 0, latency)
    }

    /// In each window how long workers were in use, and how long all of them could have been.
    fn work(&self) -> Option<Vec<(f64, f64)>> {
        let capacities = self.windows.clone().map(|at| self.since(at, Kind::Capacity));
        let capacities: Option<Vec<f64>> = capacities.collect();
        let capacities = capacities?;
        if capacities.iter().any(|&c| u64::MAX as f64 <= c) {
            return None;
        }
        let worked = self.windows.clone().map(|at| self.since(at, Kind::Worked));
        let worked = worked.collect::<Option<Vec<f64>>>().unwrap_or_else(|| {
            let busy = self.run.busy(self.windows.clone(), self.place);
            let lengths = self.windows.clone().map(|at| {
                let (begin, end) = self.run.layout.bounds(at);
                (end - begin).nanos() as f64
            });
            busy.iter().zip(lengths).map(|(busy, length)| busy * length).collect()
        });
        Some(worked.into_iter().zip(capacities).collect())
    }

    /// Workers in use of all workers.
    fn utilisation(&self) -> Option<f64> {
        let work = self.work()?;
        let [worked, capacity] = work.iter().fold([0.0, 0.0], |[w, c], (worked, all)| [w + worked, c + all]);
        ratio(worked, capacity).map(|part| part.min(1.0))
    }

    /// The most of it in a window.
    fn peak_utilisation(&self) -> Option<f64> {
        self.work()?
            .into_iter()
            .filter_map(|(worked, all)| ratio(worked, all))
            .map(|p| p.min(1.0))
            .reduce(f64::max)
    }

    fn head_age(&self) -> Option<f64> {
        let ages = self.windows.clone().filter_map(|at| self.run.gauge(at, self.place, Kind::HeadAge));
        ages.map(|nanos| nanos * 1e-9).reduce(f64::max)
    }

    /// Replicas that serve: their mean over time, or the most at once.
    fn ready(&self, peak: bool) -> Option<f64> {
        let still = f64::from(self.run.layout.places[self.place].replicas);
        if still <= 0.0 {
            return None;
        }
        if peak {
            let peaks = self.windows.clone().filter_map(|at| self.run.gauge(at, self.place, Kind::ReadyPeak));
            return Some(peaks.reduce(f64::max).unwrap_or(still));
        }
        let measured = self.windows.clone().all(|at| self.since(at, Kind::Ready).is_some());
        let mean = ratio(self.gauges(Kind::Ready) * 1e-9, seconds(self.run, &self.windows));
        if measured { mean } else { Some(still) }
    }

    /// What came on top in a window, if that was told.
    fn since(&self, at: usize, kind: Kind) -> Option<f64> {
        self.run.gauge(at, self.place, kind).map(|_| self.run.sum(at..at + 1, self.place, None, &[kind]))
    }

    /// What came on top in all windows.
    fn gauges(&self, kind: Kind) -> f64 {
        self.run.sum(self.windows.clone(), self.place, None, &[kind])
    }

    /// Replicas times seconds: also those that boot or drain.
    fn paid_seconds(&self) -> f64 {
        let still = f64::from(self.run.layout.places[self.place].replicas);
        let of = |at| {
            let (begin, end) = self.run.layout.bounds(at);
            let paid = self.since(at, Kind::Paid).map(|nanos| nanos * 1e-9);
            paid.unwrap_or(still * (end - begin).as_secs_f64())
        };
        self.windows.clone().map(of).sum()
    }

    fn serving_seconds(&self) -> f64 {
        let busy = self.run.levels(self.windows.clone(), self.place, Level::Serving);
        let lengths = self.windows.clone().map(|at| {
            let (begin, end) = self.run.layout.bounds(at);
            (end - begin).as_secs_f64()
        });
        busy.iter().zip(lengths).map(|(busy, length)| busy * length).sum()
    }
}

pub(crate) fn ratio(part: f64, whole: f64) -> Option<f64> {
    (0.0 < whole).then(|| part / whole)
}

fn mean(values: &[f64]) -> Option<f64> {
    ratio(values.iter().sum(), values.len() as f64)
}

/// The quantile that `p` writes, as in `99` or `99.9`, in seconds.
pub(crate) fn quantile(histogram: &SparseHistogram, p: &str) -> Option<f64> {
    let p: f64 = p.parse().ok()?;
    (0 < histogram.count()).then(|| histogram.quantile(p / 100.0) * 1e-9)
}
