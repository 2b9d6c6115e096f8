//! The sizes of prompts and outputs: drawn, correlated, grown with the conversation, requested by tools.

use super::user::{DETOUR, TOOL, TRACED};
use super::{Load, NEXT};
use crate::node::draw_span;
use crate::pure::copula::Copula;
use brownout_dist::Law;
use brownout_kernel::Cx;
use brownout_model::{self as model, Operation};
use brownout_protocol::{Service, Sizes, Token, Wake};

/// What a load remembers of its conversations.
pub(super) struct Talk {
    /// By path: the correlation of prompts and outputs, if any.
    copulas: Vec<Option<Copula>>,
    /// Tokens of the conversation so far, by row of the user; empty if no user has a history.
    said: Vec<u32>,
    /// Whether any user has a history.
    remembers: bool,
}

impl Talk {
    pub(super) fn new(load: &model::Load, operations: &[Operation]) -> Self {
        let copula = |operation: &Operation| {
            let (prompt, output) = (operation.prompt.as_ref()?, operation.output.as_ref()?);
            Some(Copula::new(operation.talk.correlation?, prompt, output))
        };
        let tools = load.journey.iter().any(|step| step.tools.is_some());
        Talk {
            copulas: operations.iter().map(copula).collect(),
            said: Vec::new(),
            remembers: tools || operations.iter().any(|operation| operation.talk.history),
        }
    }

    /// The user begins a new conversation.
    pub(super) fn forget(&mut self, user: Token) {
        if let Some(said) = self.said.get_mut(user.index as usize) {
            *said = 0;
        }
    }

    /// A turn is over, and the next prompt begins with it.
    fn remember(&mut self, user: Token, sizes: Sizes) {
        let place = user.index as usize;
        if self.said.len() <= place {
            self.said.resize((place + 1).next_power_of_two(), 0);
        }
        self.said[place] = sizes.prompt() + sizes.output();
    }

    fn said(&self, user: Token) -> u32 {
        self.said.get(user.index as usize).copied().unwrap_or(0)
    }
}

impl Load {
    /// The tokens of the intent that begins.
    #[inline]
    pub(super) fn draw_sizes(&mut self, token: Token) {
        let user = self.users.live(token);
        let path = user.path as usize;
        let operation = &self.wiring.operations[path];
        // A user from a trace brings sizes along.
        if user.has(TRACED) || operation.is_without_tokens() {
            return;
        }
        // A login that precedes the answer to a tool is not that answer.
        let tool = user.has(TOOL) && !user.has(DETOUR);
        let step = user.step as usize;
        let stream = &mut self.wiring.streams.tokens;
        let draw = |law: &Option<Law>, stream: &mut _| law.as_ref().map_or(0, |law| count(law.draw(stream)));
        let (fresh, output) = match (&self.talk.copulas[path], &self.options.journey[step].tools) {
            (_, Some(tools)) if tool => (count(tools.output.draw(stream)), draw(&operation.output, stream)),
            (Some(copula), _) => {
                let (prompt, output) = copula.draw(stream);
                (count(prompt), count(output))
            }
            (None, _) => {
                let prompt = draw(&operation.prompt, stream);
                (prompt, draw(&operation.output, stream))
            }
        };
        let said = if tool || operation.talk.history { self.talk.said(token) } else { 0 };
        self.users.live(token).sizes = prompt(&operation.talk, said, fresh, output);
    }

    /// Updates the conversation after an answer; returns whether an agent asks again with the output of a tool.
    pub(super) fn talks_on(&mut self, token: Token, cx: &mut Cx<'_, Service>) -> bool {
        if !self.talk.remembers {
            return false;
        }
        let user = self.users.live(token);
        let tools = self.options.journey[user.step as usize].tools.as_ref();
        if tools.is_some() || self.wiring.operations[user.path as usize].talk.history {
            self.talk.remember(token, user.sizes);
        }
        let Some(tools) = tools else { return false };
        let stream = &mut self.wiring.streams.tools;
        if !stream.chance(tools.chance.fraction()) {
            return false;
        }
        user.flags |= TOOL;
        cx.sleep(draw_span(&tools.time, stream), Wake::new(NEXT, token));
        true
    }
}

/// The sizes of a turn with this much history.
fn prompt(talk: &model::Talk, said: u32, fresh: u32, output: u32) -> Sizes {
    let before = if said == 0 { talk.shared_prefix } else { said };
    let whole = before + fresh;
    if whole <= talk.context_max {
        return Sizes::new(whole, output, said);
    }
    // The oldest turns are dropped, so no part of the conversation stays at its old position.
    Sizes::new(talk.context_max, output, 0)
}

/// A number of tokens; the far tail of a law is cut at the largest value of the field.
fn count(drawn: f64) -> u32 {
    drawn.round().clamp(0.0, f64::from(Sizes::MAX)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const TALK: model::Talk =
        model::Talk { correlation: None, shared_prefix: 3_000, history: true, context_max: 4_000 };

    #[test]
    fn a_conversation_begins_with_the_shared_prefix_and_grows() {
        assert_eq!(prompt(&TALK, 0, 200, 300), Sizes::new(3_200, 300, 0));
        assert_eq!(prompt(&TALK, 3_500, 100, 50), Sizes::new(3_600, 50, 3_500));
    }

    #[test]
    fn a_conversation_that_is_cut_has_nothing_in_common_with_itself() {
        assert_eq!(prompt(&TALK, 3_650, 350, 9), Sizes::new(4_000, 9, 3_650));
        assert_eq!(prompt(&TALK, 3_650, 351, 9), Sizes::new(4_000, 9, 0));
        let none = model::Talk::NONE;
        let most = Sizes::MAX;
        assert_eq!(prompt(&none, 2 * most, most, most), Sizes::new(most, most, 0));
    }
}
