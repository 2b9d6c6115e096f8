//! The trigger: what the scenario itself does to the service, as spans worth marking in a chart.

use crate::findings::{Mark, MarkKind};
use brownout_model::{Arrivals, Body, Cause, Change, Effect, Load, Model, RateCurve, Site};
use brownout_units::Ratio;

/// A base rate that rises above this many times its value at the end of the warm-up is a surge.
const SURGE: f64 = 1.5;

/// Surges and faults of a model, in order of time.
pub(crate) fn marks(model: &Model) -> Vec<Mark> {
    let duration = model.duration.as_secs_f64();
    let scheduled = model.faults().filter(|fault| fault.cause == Cause::Schedule);
    let faults = scheduled.map(|fault| self::fault(model, fault));
    let surges = model.changes.iter().filter_map(|change| surge(model, change));
    let rises = model.loads.iter().filter_map(|load| rise(model, load));
    let mut marks: Vec<Mark> = faults.chain(surges).chain(rises).collect();
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
pub(crate) fn says(model: &Model, fault: &Change) -> String {
    let tier = fault.target.area.as_deref().unwrap_or_else(|| name(model, fault));
    let what = match fault.effect {
        Effect::Hang => "hangs".to_owned(),
        Effect::Slow { factor } => format!("is {factor}× slower"),
        Effect::Crash => "is down".to_owned(),
        Effect::Errors { ratio } => format!("fails {:.0} % of calls", 100.0 * ratio.fraction()),
        Effect::Restart { .. } => "restarts".to_owned(),
        Effect::Memory { .. } => "runs out of memory".to_owned(),
        Effect::Leak { .. } => "loses workers".to_owned(),
        Effect::Flush => "has its cache emptied".to_owned(),
        Effect::Loss { ratio, .. } if ratio.fraction() < 1.0 => {
            format!("misses {:.0} % of its calls", 100.0 * ratio.fraction())
        }
        Effect::Loss { .. } => "is cut off".to_owned(),
        Effect::Unresolved { .. } => "is not resolved".to_owned(),
        Effect::Shed { keep, .. } => format!("keeps {:.0} % of its calls", 100.0 * keep.fraction()),
        Effect::Lapsed => "loses leases".to_owned(),
        Effect::QueueLimit { limit } => format!("has queues of {limit}"),
        Effect::Emergency { replicas, .. } => format!("leases {replicas} replicas"),
        Effect::Divert { target, others, keep } => divert(model, fault, target, others, keep),
        Effect::Latency { add } => format!("takes {add} longer"),
        Effect::Scale { replicas } => format!("has {replicas} replicas"),
        Effect::Undo(_) => "is as before".to_owned(),
        Effect::Surge { users, .. } => format!("gets {} users more", thousands(users)),
    };
    format!("{tier} {what}")
}

/// The name of what something happens to.
pub(crate) fn name<'m>(model: &'m Model, change: &Change) -> &'m str {
    match change.target.site {
        Site::Tier(tier) => &model.tiers[usize::from(tier.0)].name,
        Site::Load(load) => &model.loads[usize::from(load.0)].name,
    }
}

fn fault(model: &Model, fault: &Change) -> Mark {
    let from = fault.when.at.as_secs_f64();
    Mark { from, to: from + fault.when.lasts.as_secs_f64(), label: says(model, fault), kind: MarkKind::Fault }
}

/// The target whose share a balancer changes.
fn divert(model: &Model, fault: &Change, target: u16, others: bool, keep: Ratio) -> String {
    let tier = fault.tier().map(|tier| &model.tiers[usize::from(tier.0)].body);
    let Some(Body::Balancer(balancer)) = tier else { return String::new() };
    let name = &model.tiers[balancer.targets[usize::from(target)].to.0 as usize].name;
    match (others, keep.fraction()) {
        (true, _) => format!("fails over to {name}"),
        (false, keep) if keep <= 0.0 => format!("drains {name}"),
        (false, keep) => format!("sends {name} {:.0} % of its share", 100.0 * keep),
    }
}

fn surge(model: &Model, change: &Change) -> Option<Mark> {
    let Effect::Surge { users, .. } = change.effect else { return None };
    let from = change.when.at.as_secs_f64();
    let title = change.title.as_deref().unwrap_or("surge");
    let label = format!("{title} of {} users to {}", thousands(users), name(model, change));
    Some(Mark { from, to: from + change.when.lasts.as_secs_f64(), label, kind: MarkKind::Surge })
}

/// Spans in which the rate of an open load is far above its value at the end of the warm-up.
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
