//! The trigger: what the scenario itself does to the service, as spans worth marking in a chart.

use crate::findings::{Mark, MarkKind};
use brownout_model::{Arrivals, Body, Fault, FaultKind, Load, Model, RateCurve, When};
use brownout_units::Ratio;

/// A base rate that rises above this many times its value at the end of the warm-up is a surge.
const SURGE: f64 = 1.5;

/// Surges and faults of a model, in order of time.
pub(crate) fn marks(model: &Model) -> Vec<Mark> {
    let duration = model.duration.as_secs_f64();
    let scheduled = model.faults.iter().filter(|fault| fault.when == When::Scheduled);
    let faults = scheduled.map(|fault| self::fault(model, fault));
    let surges = model.loads.iter().flat_map(|load| surges(load).chain(rise(model, load)));
    let mut marks: Vec<Mark> = faults.chain(surges).collect();
    marks.retain(|mark| mark.from < duration);
    for mark in &mut marks {
        mark.to = mark.to.min(duration);
    }
    marks.sort_by(|a, b| a.from.total_cmp(&b.from).then_with(|| a.label.cmp(&b.label)));
    // What happens to a whole region is one fault for each of its tiers, and one mark.
    marks.dedup();
    marks
}

/// A fault in words: where, and what.
pub(crate) fn says(model: &Model, fault: &Fault) -> String {
    let tier = fault.area.as_ref().unwrap_or(&model.tiers[fault.tier.0 as usize].name);
    let what = match fault.kind {
        FaultKind::Hang => "hangs".to_owned(),
        FaultKind::Slow { factor } => format!("is {factor}× slower"),
        FaultKind::Crash => "is down".to_owned(),
        FaultKind::Errors { ratio } => format!("fails {:.0} % of calls", 100.0 * ratio.fraction()),
        FaultKind::Restart { .. } => "restarts".to_owned(),
        FaultKind::Memory { .. } => "runs out of memory".to_owned(),
        FaultKind::Leak { .. } => "loses workers".to_owned(),
        FaultKind::Flush => "has its cache emptied".to_owned(),
        FaultKind::Loss { ratio, .. } if ratio.fraction() < 1.0 => {
            format!("misses {:.0} % of its calls", 100.0 * ratio.fraction())
        }
        FaultKind::Loss { .. } => "is cut off".to_owned(),
        FaultKind::Unresolved { .. } => "is not resolved".to_owned(),
        FaultKind::Shed { keep, .. } => format!("keeps {:.0} % of its calls", 100.0 * keep.fraction()),
        FaultKind::Lapsed => "loses leases".to_owned(),
        FaultKind::QueueLimit { limit } => format!("has queues of {limit}"),
        FaultKind::Emergency { replicas, .. } => format!("leases {replicas} replicas"),
        FaultKind::Divert { target, others, keep } => divert(model, fault, target, others, keep),
        FaultKind::Latency { add } => format!("takes {add} longer"),
    };
    format!("{tier} {what}")
}

fn fault(model: &Model, fault: &Fault) -> Mark {
    let from = fault.at.as_secs_f64();
    Mark { from, to: from + fault.lasts.as_secs_f64(), label: says(model, fault), kind: MarkKind::Fault }
}

/// Who gets another part of its share from a balancer.
fn divert(model: &Model, fault: &Fault, target: u16, others: bool, keep: Ratio) -> String {
    let Body::Balancer(balancer) = &model.tiers[fault.tier.0 as usize].body else { return String::new() };
    let name = &model.tiers[balancer.targets[usize::from(target)].to.0 as usize].name;
    match (others, keep.fraction()) {
        (true, _) => format!("fails over to {name}"),
        (false, keep) if keep <= 0.0 => format!("drains {name}"),
        (false, keep) => format!("sends {name} {:.0} % of its share", 100.0 * keep),
    }
}

fn surges(load: &Load) -> impl Iterator<Item = Mark> {
    load.surges.iter().map(|surge| {
        let from = surge.at.as_secs_f64();
        let label = format!("{} of {} users to {}", surge.name, thousands(surge.users), load.name);
        Mark { from, to: from + surge.over.as_secs_f64(), label, kind: MarkKind::Surge }
    })
}

/// Where the rate of an open load is far above what it is when the measurement begins.
fn rise(model: &Model, load: &Load) -> Option<Mark> {
    let Arrivals::Open { rate, .. } = &load.arrivals else { return None };
    let (warmup, duration) = (model.warmup.as_secs_f64(), model.duration.as_secs_f64());
    let usual = at(rate, warmup);
    let steps = 2000;
    let time = |step: i32| warmup + (duration - warmup) * f64::from(step) / f64::from(steps);
    let above: Vec<f64> = (0..=steps).map(time).filter(|&t| SURGE * usual < at(rate, t)).collect();
    let (from, to) = (*above.first()?, *above.last()?);
    let peak = above.iter().map(|&t| at(rate, t)).fold(0.0, f64::max);
    let label = format!("{} at {:.3}× its rate", load.name, peak / usual).replace(".000×", "×");
    (0.0 < usual).then_some(Mark { from, to, label, kind: MarkKind::Surge })
}

/// The rate at an instant.
fn at(curve: &RateCurve, time: f64) -> f64 {
    let points = &curve.0;
    let after = points.partition_point(|(t, _)| t.as_secs_f64() <= time);
    match (after.checked_sub(1).map(|at| points[at]), points.get(after)) {
        (None, first) => first.map_or(0.0, |p| p.1),
        (Some(last), None) => last.1,
        (Some((t0, y0)), Some(&(t1, y1))) => {
            let (t0, t1) = (t0.as_secs_f64(), t1.as_secs_f64());
            y0 + (y1 - y0) * (time - t0) / (t1 - t0).max(1e-9)
        }
    }
}

/// 1000000 as `1,000,000`.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if 0 < at && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_are_grouped() {
        assert_eq!([7, 1000, 1_234_567].map(super::thousands), ["7", "1,000", "1,234,567"]);
    }
}
