//! The KV cache of the reference: every block by its name, in the queue, in the chains and in the tables of sequences.

use std::collections::{BTreeMap, VecDeque};

use brownout_inference::{Identity, Prefix};

use super::mutation::Mutation;

/// A block by its number.
pub(crate) type Block = usize;

/// What identifies a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Shared(u64),
    Turns { conversation: u64, after: Option<u64>, start: u32 },
}

impl Key {
    fn start(self) -> u32 {
        match self {
            Self::Shared(_) => 0,
            Self::Turns { start, .. } => start,
        }
    }
}

/// The blocks of one sequence, by position, each with the chain through which it uses it.
#[derive(Clone, Debug)]
pub(crate) struct Pages {
    pub(crate) blocks: Vec<(Block, Option<Key>)>,
    shared: Option<Key>,
    turns: Option<Key>,
    start: u32,
    own_end: u32,
}

/// All blocks.
pub(crate) struct Pool {
    pub(crate) block_tokens: u32,
    cache: bool,
    mutation: Mutation,
    users: Vec<u32>,
    home: Vec<Option<(Key, u32)>>,
    chains: BTreeMap<Key, BTreeMap<u32, Block>>,
    /// Blocks without users, least recently used first.
    queue: VecDeque<Block>,
}

impl Pool {
    pub(crate) fn new(blocks: u32, block_tokens: u32, cache: bool, mutation: Mutation) -> Self {
        let blocks = blocks as usize;
        let (users, home, queue) = (vec![0; blocks], vec![None; blocks], (0..blocks).collect());
        Self { block_tokens, cache, mutation, users, home, chains: BTreeMap::new(), queue }
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.users.len() as u32, self.block_tokens, self.cache, self.mutation);
    }

    pub(crate) fn free(&self) -> u32 {
        self.queue.len() as u32
    }

    pub(crate) fn blocks(&self, tokens: u32) -> u32 {
        tokens.div_ceil(self.block_tokens)
    }

    pub(crate) fn pages(&self, prefix: Prefix, prompt: u32) -> Pages {
        let start = prefix.shared.map_or(0, |shared| shared.tokens.min(prompt)) / self.block_tokens;
        let history = prefix.conversation.map_or(0, |turn| turn.history.min(prompt));
        let own_end = match self.mutation {
            Mutation::HistoryRoundedUp => self.blocks(history),
            _ => history / self.block_tokens,
        };
        let shared = prefix.shared.map(|shared| Key::Shared(shared.id));
        let turns = prefix.conversation.map(|turn| Key::Turns {
            conversation: turn.id,
            after: prefix.shared.map(|shared| shared.id),
            start,
        });
        Pages { blocks: Vec::new(), shared, turns, start, own_end }
    }

    /// The cached blocks that a sequence could use, and how many of them have users.
    pub(crate) fn find(&self, pages: &Pages, target: u32) -> (Vec<(Block, Option<Key>)>, u32) {
        let mut found = Vec::new();
        if !self.cache {
            return (found, 0);
        }
        let most = match self.mutation {
            Mutation::LastTokenFromCache => target / self.block_tokens,
            _ => (target - 1) / self.block_tokens,
        };
        for (key, from, to) in [(pages.shared, 0, pages.start), (pages.turns, pages.start, pages.own_end)] {
            let Some(chain) = key.and_then(|key| self.chains.get(&key)) else { continue };
            for position in from..to.min(most) {
                if position as usize != found.len() {
                    break;
                }
                let Some(&block) = chain.get(&position) else { break };
                found.push((block, key));
            }
        }
        let busy = found.iter().filter(|(block, _)| self.users[*block] > 0).count() as u32;
        (found, busy)
    }

    pub(crate) fn hold(&mut self, pages: &mut Pages, found: Vec<(Block, Option<Key>)>) {
        for &(block, _) in &found {
            if self.users[block] == 0 {
                self.queue.retain(|&free| free != block);
            }
            self.users[block] += 1;
        }
        pages.blocks = found;
    }

    /// Takes the least recently used block. Returns the prefix that ended with it.
    pub(crate) fn take(&mut self, pages: &mut Pages) -> Option<Identity> {
        let block = self.queue.pop_front().expect("free blocks were counted");
        assert_eq!(self.users[block], 0);
        self.users[block] = 1;
        pages.blocks.push((block, None));
        let (key, position) = self.home[block].take()?;
        let chain = self.chains.get_mut(&key).expect("the chain of a cached block");
        chain.remove(&position);
        let ends = position == key.start();
        if ends {
            assert!(self.chains.remove(&key).expect("it is there").is_empty(), "chains go from the end");
        }
        ends.then_some(match key {
            Key::Shared(id) => Identity::Shared(id),
            Key::Turns { conversation, .. } => Identity::Conversation(conversation),
        })
    }

    /// The first `full` blocks are computed, and can be shared where no other sequence was faster.
    pub(crate) fn publish(&mut self, pages: &mut Pages, full: u32) {
        if !self.cache {
            return;
        }
        for (key, start, to) in [(pages.shared, 0, full.min(pages.start)), (pages.turns, pages.start, full)] {
            let Some(key) = key else { continue };
            let used = pages.blocks.iter().filter(|(_, of)| *of == Some(key)).count();
            let chain = self.chains.entry(key).or_default();
            if chain.len() == used {
                for position in start + used as u32..to {
                    let (block, of) = &mut pages.blocks[position as usize];
                    chain.insert(position, *block);
                    self.home[*block] = Some((key, position));
                    *of = Some(key);
                }
                let reaches = start + chain.len() as u32 == full;
                let own = Some(key) == pages.turns && self.mutation != Mutation::OwnTextForgotten;
                if reaches && own {
                    pages.own_end = pages.own_end.max(full);
                }
            }
            if self.chains[&key].is_empty() {
                self.chains.remove(&key);
            }
        }
    }

    /// Lets all blocks of a sequence go: those that are its own, then the conversation's, then the shared ones, each
    /// from the end.
    pub(crate) fn release(&mut self, pages: &mut Pages) {
        let mut blocks = std::mem::take(&mut pages.blocks);
        if self.mutation != Mutation::HeadFirst {
            blocks.reverse();
        }
        let chains = [pages.turns, pages.shared].into_iter().flatten().map(Some);
        for group in std::iter::once(None).chain(chains) {
            for &(block, _) in blocks.iter().filter(|(_, of)| *of == group) {
                self.users[block] -= 1;
                if self.users[block] == 0 {
                    match self.mutation {
                        Mutation::MostRecentFirst => self.queue.push_front(block),
                        _ => self.queue.push_back(block),
                    }
                }
            }
        }
    }
}
