//! Answers that come token by token: the first one decides whether the client goes on waiting.

use super::user::{FIRST, OUT, SHADOW};
use super::{GIVE_UP, Load, TIMEOUT};
use brownout_kernel::{Cx, Instant, TimerId};
use brownout_protocol::{Kind, Service, Token, Wake};

impl Load {
    /// The first token of an attempt has arrived.
    pub(super) fn first_token(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        let Some(user) =
            self.users.get(token).filter(|user| user.has(OUT) && !user.has(FIRST) && !user.has(SHADOW))
        else {
            return;
        };
        user.flags |= FIRST;
        let (came, row) = (user.came, super::row_of(user));
        let place = token.index as usize;
        if self.firsts.len() <= place {
            self.firsts.resize((place + 1).next_power_of_two(), Instant::ZERO);
        }
        self.firsts[place] = cx.now();
        self.log(Kind::FirstToken, row, token.index, (cx.now() - came).nanos(), cx);
        let client = &self.options.client;
        if client.first_token.is_some() || client.reload.is_some() {
            self.wait_for_the_rest(token, cx);
        }
    }

    /// Users do not reload a page on which words appear: only the timeout of the whole answer and the age of the intent
    /// remain.
    fn wait_for_the_rest(&mut self, token: Token, cx: &mut Cx<'_, Service>) {
        let user = *self.users.live(token);
        cx.cancel(user.timer);
        let timeout = self.wiring.timeouts[user.path as usize].map(|timeout| (user.began + timeout, TIMEOUT));
        let age = self.options.client.give_up.map(|age| (user.came + age, GIVE_UP));
        let first = [timeout, age].into_iter().flatten().min_by_key(|(at, _)| *at);
        let timer = first
            .map_or_else(TimerId::default, |(at, verb)| cx.wake_at(at.max(cx.now()), Wake::new(verb, token)));
        self.users.live(token).timer = timer;
    }

    /// Whether the tokens of a complete answer came as promised. An answer without a first token came all at once.
    pub(super) fn tokens_in_time(&mut self, token: Token, cx: &mut Cx<'_, Service>) -> bool {
        let user = *self.users.live(token);
        let row = super::row_of(&user);
        let first = if user.has(FIRST) {
            self.firsts[token.index as usize]
        } else {
            self.log(Kind::FirstToken, row, token.index, (cx.now() - user.came).nanos(), cx);
            cx.now()
        };
        let gaps = u64::from(user.sizes.output().saturating_sub(1));
        let gap = (cx.now() - first).nanos().checked_div(gaps);
        if let Some(gap) = gap {
            self.log(Kind::TokenTime, row, token.index, gap, cx);
        }
        let promise = &self.wiring.operations[user.path as usize];
        promise.ttft.is_none_or(|ttft| first - user.came <= ttft)
            && promise.tpot.is_none_or(|tpot| gap.unwrap_or(0) <= tpot.nanos())
    }
}
