//! The signals of a tier that can be watched: one row each, with the unit of its values.

use super::names::Names;
use crate::problem::{Diagnostics, Draft};
use crate::read::Field;
use brownout_model::{Body, Contention, Signal, Tier, TierId, Workers};

/// A row of the table.
struct Known {
    word: &'static str,
    signal: Signal,
    unit: Unit,
}

#[derive(Clone, Copy)]
enum Unit {
    Ratio,
    Number,
    Span,
    Rate,
}

const fn row(word: &'static str, signal: Signal, unit: Unit) -> Known {
    Known { word, signal, unit }
}

const KNOWN: [Known; 7] = [
    row("cpu", Signal::Cpu, Unit::Ratio),
    row("in-flight", Signal::InFlight, Unit::Number),
    row("queue", Signal::Queue, Unit::Number),
    row("queue-age", Signal::QueueAge, Unit::Span),
    row("rate", Signal::Rate, Unit::Rate),
    row("errors", Signal::Errors, Unit::Ratio),
    row("replicas", Signal::Replicas, Unit::Number),
];

/// The words, for the tables of keys.
pub(crate) const WORDS: &[&str] = &["cpu", "in-flight", "queue", "queue-age", "rate", "errors", "replicas"];

pub(crate) const DOC: &str = "What is watched: cpu (part of the workers in service), in-flight and queue (calls by \
    replica), queue-age (how long its head has waited), rate (calls a second by replica), \
    errors (part of the calls that did not end well), replicas (those that serve).";

/// The signal of that word.
pub(crate) fn read(diag: &mut Diagnostics, field: Field<'_>) -> Option<Signal> {
    let words: Vec<(&'static str, Signal)> = KNOWN.iter().map(|known| (known.word, known.signal)).collect();
    field.word(diag, &words)
}

/// A value of a signal, in seconds, per second, as a share or a count.
pub(crate) fn value(diag: &mut Diagnostics, field: Field<'_>, signal: Signal) -> Option<f64> {
    let known = KNOWN.iter().find(|known| known.signal == signal).expect("every signal has its row");
    let value = match known.unit {
        Unit::Ratio => field.chance(diag)?.fraction(),
        Unit::Number => field.number(diag, 0.0, 1e12, "a number of calls or replicas")?,
        Unit::Span => field.span(diag)?.as_secs_f64(),
        Unit::Rate => field.rate(diag)?.per_second(),
    };
    Some(value)
}

/// The tier that is watched or changed: it has to serve.
pub(crate) fn station<'t>(
    diag: &mut Diagnostics,
    field: Field<'_>,
    names: &Names,
    tiers: &'t [Option<Tier>],
) -> Option<(TierId, Option<&'t Body>)> {
    let id = names.tier(diag, field)?;
    match tiers.get(id.0 as usize)?.as_ref().map(|tier| &tier.body) {
        Some(body @ (Body::Station(_) | Body::Engines(_))) => Some((id, Some(body))),
        Some(_) => {
            let draft = field.error(diag, "a balancer or a link has no signals and no replicas");
            diag.report(draft.hint("name the tier behind it"));
            None
        }
        // The tier's own error has been reported already.
        None => Some((id, None)),
    }
}

/// Refuses a signal that a tier does not have.
pub(crate) fn check(diag: &mut Diagnostics, field: Field<'_>, signal: Signal, of: &Body) {
    let Body::Station(of) = of else { return };
    let sharing = matches!(of.contention, Contention::Sharing { .. });
    if signal == Signal::Cpu && of.workers == Workers::Unlimited && !sharing {
        let draft: Draft = field.error(diag, "a tier with unlimited workers has no utilisation");
        diag.report(draft.hint("count its workers, or watch \"in-flight\" or \"queue-age\""));
    }
}
