//! The signals of a tier that can be watched: one row each, with the unit of its values.

use super::names::Names;
use crate::block::Shape;
use crate::problem::{Diagnostics, Draft};
use crate::read::Field;
use crate::row::{Frequency, Number, Part, Time, Type as _, Word};
use brownout_model::{Body, Contention, Signal, Tier, TierId, Workers};
use brownout_units::Rate;

/// Their words, for the tables of keys.
pub(crate) const WORDS: Word<Signal> = Word(&[
    ("cpu", Signal::Cpu),
    ("in-flight", Signal::InFlight),
    ("queue", Signal::Queue),
    ("queue-age", Signal::QueueAge),
    ("rate", Signal::Rate),
    ("errors", Signal::Errors),
    ("replicas", Signal::Replicas),
]);

/// A value of any signal, for the tables of keys.
pub(crate) const VALUE: Shape =
    Shape::Any(&[Shape::Typed(&Part), Shape::Typed(&Time), Shape::Typed(&OFTEN), Shape::Typed(&NUMBER)]);
const OFTEN: Frequency = Frequency(Rate::from_per_second(f64::MAX), "a rate is finite");
const NUMBER: Number = Number(0.0, 1e12, "a number of calls or replicas");

pub(crate) const DOC: &str = "What is watched: cpu (part of the workers in service), in-flight and queue (calls by \
    replica), queue-age (how long its head has waited), rate (calls a second by replica), \
    errors (part of the calls that did not end well), replicas (those that serve).";

/// A value of a signal, in seconds, per second, as a share or a count.
pub(crate) fn value(diag: &mut Diagnostics, field: Field<'_>, signal: Signal) -> Option<f64> {
    let value = match signal {
        Signal::Cpu | Signal::Errors => Part.read(diag, field)?.fraction(),
        Signal::InFlight | Signal::Queue | Signal::Replicas => NUMBER.read(diag, field)?,
        Signal::QueueAge => Time.read(diag, field)?.as_secs_f64(),
        Signal::Rate => OFTEN.read(diag, field)?.per_second(),
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
