//! The graph of calls: cycles are refused, unreachable tiers are reported.

use super::place;
use crate::problem::{Diagnostics, Draft};
use crate::text::tree::Node;
use brownout_model::{Model, TierId};

/// The tiers in an order in which callers come before those they call.
#[derive(Clone, Debug)]
pub(crate) struct Graph {
    pub(crate) order: Vec<TierId>,
    /// The callees of each tier.
    pub(crate) callees: Vec<Vec<TierId>>,
}

impl Graph {
    /// Orders the tiers; reports a cycle of calls and returns `None` if there is one.
    pub(crate) fn of(diag: &mut Diagnostics, document: &Node, model: &Model) -> Option<Graph> {
        let callees: Vec<Vec<TierId>> = model.tiers.iter().map(brownout_model::Tier::callees).collect();
        let mut state = vec![State::New; callees.len()];
        let mut order = Vec::with_capacity(callees.len());
        for root in 0..callees.len() {
            if let Some(circle) = walk(root, &callees, &mut state, &mut order) {
                report(diag, document, model, &circle);
                return None;
            }
        }
        order.reverse();
        Some(Graph { order, callees })
    }

    /// The tiers that a call to `entry` can reach, itself included.
    pub(crate) fn reach(&self, entries: impl Iterator<Item = TierId>) -> Vec<bool> {
        let mut reached = vec![false; self.callees.len()];
        entries.for_each(|entry| reached[entry.0 as usize] = true);
        for tier in &self.order {
            if reached[tier.0 as usize] {
                self.callees[tier.0 as usize].iter().for_each(|callee| reached[callee.0 as usize] = true);
            }
        }
        reached
    }

    pub(super) fn warn_unreachable(&self, diag: &mut Diagnostics, document: &Node, model: &Model) {
        let reached = self.reach(model.loads.iter().map(|load| load.entry));
        for (tier, _) in model.tiers.iter().zip(reached).filter(|(_, reached)| !reached) {
            let message = format!("no load or tier calls the tier \"{}\"", tier.name);
            let draft = Draft::warning(place(document, &["tier", &tier.name]), message);
            diag.report(
                draft.hint("call it from another tier, make it the \"entry\" of a load, or leave it out"),
            );
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

/// Walks depth first with an explicit stack, as a chain may be a thousand tiers long; returns a cycle if it finds one.
fn walk(
    root: usize,
    callees: &[Vec<TierId>],
    state: &mut [State],
    order: &mut Vec<TierId>,
) -> Option<Vec<usize>> {
    if state[root] != State::New {
        return None;
    }
    state[root] = State::Open;
    let mut stack = vec![(root, 0)];
    while let Some((tier, next)) = stack.last_mut() {
        let Some(callee) = callees[*tier].get(*next) else {
            state[*tier] = State::Done;
            order.push(TierId(*tier as u16));
            stack.pop();
            continue;
        };
        *next += 1;
        let callee = callee.0 as usize;
        match state[callee] {
            State::Done => {}
            State::New => {
                state[callee] = State::Open;
                stack.push((callee, 0));
            }
            State::Open => {
                let from = stack.iter().position(|(tier, _)| *tier == callee).unwrap_or(0);
                let mut circle: Vec<usize> = stack[from..].iter().map(|(tier, _)| *tier).collect();
                circle.push(callee);
                return Some(circle);
            }
        }
    }
    None
}

fn report(diag: &mut Diagnostics, document: &Node, model: &Model, circle: &[usize]) {
    let names: Vec<&str> = circle.iter().map(|tier| model.tiers[*tier].name.as_str()).collect();
    let last = names[names.len() - 2];
    let at = ["calls", "to"].into_iter().map(|key| place(document, &["tier", last, key])).max();
    let message = format!("calls form a cycle: {}", names.join(" → "));
    let draft = Draft::error(at.unwrap_or_else(|| place(document, &["tier", last])), message);
    diag.report(draft.hint(
        "a call along the cycle would never end: leave one of these calls out; a round that ends is a tier of its own, \
         called with again = \"30%\"",
    ));
}
