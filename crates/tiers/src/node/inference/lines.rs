//! The longest wait at each replica of a fleet, kept if a policy or a probe needs it.
//!
//! The queue itself is the engine's. Names of requests that were admitted or left stay in line until they reach its
//! head, or until they outnumber the waiting ones.

use super::Engines;
use super::row::Stage;
use brownout_kernel::Cx;
use brownout_protocol::{Service, Token};
use brownout_units::Span;
use std::collections::VecDeque;

/// A line shorter than this is not compacted.
const TIDY_MIN: usize = 64;

/// By replica: those that were queued for the first time, in their order.
#[derive(Debug, Default)]
pub(super) struct Lines(Vec<VecDeque<Token>>);

impl Engines {
    /// A request waits at a replica for the first time.
    #[inline(never)]
    pub(super) fn line_up(&mut self, ours: Token, at: usize) {
        if self.lines.0.len() <= at {
            self.lines.0.resize(at + 1, VecDeque::new());
        }
        let Engines { lines, calls, replicas, .. } = self;
        let line = &mut lines.0[at];
        if TIDY_MIN.max(2 * replicas[at].engine.waiting() as usize) < line.len() {
            line.retain(|&token| {
                calls
                    .get(token)
                    .is_some_and(|call| call.stage == Stage::Waiting && usize::from(call.replica) == at)
            });
        }
        line.push_back(ours);
    }

    /// How long the first of those that wait at a replica for their first admission has waited.
    pub(super) fn head_age_of(&mut self, at: usize, cx: &Cx<'_, Service>) -> Span {
        let Engines { lines, calls, .. } = self;
        let Some(line) = lines.0.get_mut(at) else { return Span::ZERO };
        while let Some(&head) = line.front() {
            let call = calls.get(head);
            let waits = call.filter(|call| call.stage == Stage::Waiting && usize::from(call.replica) == at);
            if let Some(call) = waits {
                return cx.now() - call.since;
            }
            line.pop_front();
        }
        Span::ZERO
    }
}
