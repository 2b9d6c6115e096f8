//! What of some results a chart shows: a part of the time, or what two variants have in common.

use super::sheet;
use brownout_analysis::findings::Findings;

/// From when to when these findings have lines, in seconds.
pub(super) fn seen(findings: &Findings) -> (f64, f64) {
    let time = sheet::time(findings, 1);
    (time.low(), time.high())
}

/// The same findings with the windows alone whose middle lies between two times: all that is drawn follows from them,
/// the axes, the title and which tiers are worth a line as well.
pub(super) fn within(findings: &Findings, from: f64, to: f64) -> Findings {
    let mut part = findings.clone();
    let lines = &mut part.lines;
    let first = lines.at.partition_point(|at| *at < from);
    let last = lines.at.partition_point(|at| *at <= to).max(first);
    let cut = |values: &mut Vec<f64>| {
        values.truncate(last);
        values.drain(..first.min(values.len()));
    };
    cut(&mut lines.at);
    for line in &mut lines.lines {
        [&mut line.band.mean, &mut line.band.low, &mut line.band.high].into_iter().for_each(cut);
    }
    part
}

/// What stands behind the lines of two variants: the triggers of both, and of what happened that which was the same.
///
/// What only one of them did, such as an autoscaler that acted, would look as if it had befallen both.
pub(super) fn common(one: &Findings, other: &Findings) -> Findings {
    let mut both = one.clone();
    both.stamp.variant = format!("{} and {}", one.stamp.variant, other.stamp.variant);
    let new = other.marks.iter().filter(|mark| {
        !one.marks.iter().any(|known| (known.from, known.to, &known.what) == (mark.from, mark.to, &mark.what))
    });
    both.marks.extend(new.cloned());
    both.happened.events.retain(|event| other.happened.events.contains(event));
    both
}
