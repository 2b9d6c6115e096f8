//! The prefix cache: chains of blocks that prompts have in common, shared while in use, evicted when least recently
//! used.

use crate::batch::NONE;
use crate::index::{Index, mix};
use crate::queue::{Queue, Run};
use crate::request::{Identity, Prefix};

/// The identity of a chain. As with the hash of a block, it includes all tokens before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Shared(u64),
    Turns { conversation: u64, after: Option<u64>, start: u32 },
}

impl Key {
    fn hash(self) -> u64 {
        match self {
            Self::Shared(id) => mix(id, u64::MAX),
            Self::Turns { conversation, after, start } => {
                mix(conversation, mix(after.unwrap_or(u64::MAX), u64::from(start)))
            }
        }
    }
}

/// The cached blocks of one shared prefix, or of one conversation after it: positions `start..end`.
///
/// A sequence that uses a block uses all before it, so the used ones come first, and the idle ones are in the queue in
/// order of falling position.
#[derive(Debug)]
struct Chain {
    key: Key,
    start: u32,
    end: u32,
    /// Up to where the running sequences use it, ascending, and how many of them each.
    holds: Vec<(u32, u32)>,
    /// Its idle run of the lowest positions.
    lowest: u32,
}

impl Chain {
    fn busy_end(&self) -> u32 {
        self.holds.last().map_or(self.start, |hold| hold.0)
    }
}

/// What a sequence uses of the chains of its prefix.
#[derive(Clone, Copy, Debug)]
struct Held {
    prefix: Prefix,
    /// Complete blocks of the shared part, after which the conversation's begin.
    start: u32,
    /// Positions up to which the conversation's blocks are this sequence's own text.
    own_end: u32,
    shared: u32,
    shared_end: u32,
    turns: u32,
    turns_end: u32,
}

/// What the cache holds of a prompt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit {
    /// Complete blocks, from the start of the prompt.
    pub(crate) blocks: u32,
    /// Those of them that are in use by others, so that another user takes nothing from the free ones.
    pub(crate) busy: u32,
    /// Whether a conversation was found behind a shared part that is idle. Once that is evicted, the rest is out of
    /// reach: the request then takes less from the free blocks, by more than they became fewer.
    pub(crate) loose: bool,
    shared: u32,
    shared_end: u32,
    turns: u32,
    turns_end: u32,
}

impl Hit {
    pub(crate) const NONE: Self =
        Self { blocks: 0, busy: 0, loose: false, shared: NONE, shared_end: 0, turns: NONE, turns_end: 0 };
}

/// The chains of a replica, and the queue of its free blocks.
#[derive(Debug)]
pub(crate) struct Prefixes {
    block_tokens: u32,
    chains: Vec<Chain>,
    vacant: Vec<u32>,
    index: Index,
    queue: Queue,
    /// By the slot of the sequence.
    held: Vec<Held>,
}

impl Prefixes {
    pub(crate) fn new(blocks: u32, block_tokens: u32) -> Self {
        let queue = Queue::new(blocks);
        let (chains, vacant, held) = (Vec::new(), Vec::new(), Vec::new());
        Self { block_tokens, chains, vacant, index: Index::new(), queue, held }
    }

    /// Forgets all blocks; no sequence is left.
    pub(crate) fn clear(&mut self, blocks: u32) {
        self.chains.clear();
        self.vacant.clear();
        self.index = Index::new();
        self.queue = Queue::new(blocks);
    }

    /// A new sequence with this prefix, in this slot.
    pub(crate) fn enter(&mut self, slot: u32, prefix: Prefix, prompt: u32) {
        let held = self.describe(prefix, prompt);
        if slot as usize == self.held.len() {
            self.held.push(held);
        } else {
            self.held[slot as usize] = held;
        }
    }

    /// What is cached of a prompt for a sequence that waits in a slot; `target` tokens are to be computed.
    pub(crate) fn find(&self, slot: u32, target: u32) -> Hit {
        self.find_for(&self.held[slot as usize], target)
    }

    /// What is cached for a prompt that has not been offered.
    pub(crate) fn find_new(&self, prefix: Prefix, prompt: u32) -> Hit {
        self.find_for(&self.describe(prefix, prompt), prompt)
    }

    /// Uses the blocks found. Those that were idle leave the queue.
    pub(crate) fn hold(&mut self, slot: u32, hit: &Hit) {
        let held = &mut self.held[slot as usize];
        (held.shared, held.shared_end) = (hit.shared, hit.shared_end);
        (held.turns, held.turns_end) = (hit.turns, hit.turns_end);
        for (chain, end) in [(hit.shared, hit.shared_end), (hit.turns, hit.turns_end)] {
            if chain != NONE {
                self.occupy(chain, end);
            }
        }
    }

    /// The first `blocks` blocks of a sequence are computed; those that can be shared now are.
    ///
    /// Only a chain that ends where the sequence joined it is extended; if another sequence was faster, the blocks stay
    /// private.
    pub(crate) fn publish(&mut self, slot: u32, blocks: u32) {
        let mut held = self.held[slot as usize];
        if let Some(shared) = held.prefix.shared {
            let key = Key::Shared(shared.id);
            (held.shared, held.shared_end) =
                self.extend(key, 0, (held.shared, held.shared_end), blocks.min(held.start));
        }
        if let Some(key) = held.turns_key() {
            let joined = if held.turns == NONE { held.start } else { held.turns_end };
            (held.turns, held.turns_end) = self.extend(key, held.start, (held.turns, joined), blocks);
            if held.turns_end == blocks {
                held.own_end = held.own_end.max(blocks);
            }
        }
        self.held[slot as usize] = held;
    }

    /// A sequence with `blocks` blocks releases all of them. Returns the number that no sequence uses any more.
    pub(crate) fn release(&mut self, slot: u32, blocks: u32) -> u32 {
        let held = &mut self.held[slot as usize];
        let (shared, shared_end) = (held.shared, held.shared_end);
        let (turns, turns_end) = (held.turns, held.turns_end);
        let in_turns = if turns == NONE { 0 } else { turns_end - held.start };
        (held.shared, held.shared_end, held.turns, held.turns_end) = (NONE, 0, NONE, 0);
        let private = blocks - shared_end - in_turns;
        self.queue.push_blank(private);
        private + self.vacate(turns, turns_end) + self.vacate(shared, shared_end)
    }

    /// Takes free blocks, and tells which chains went with them, each with the number of blocks taken by then.
    pub(crate) fn take(&mut self, blocks: u32, mut evicted: impl FnMut(u32, Identity)) {
        let mut taken = 0;
        while taken < blocks {
            let place = self.queue.front();
            assert!(place != NONE, "the caller has counted the free blocks");
            let run = self.queue.get_mut(place);
            let some = (blocks - taken).min(run.to - run.from);
            run.to -= some;
            taken += some;
            let Run { chain, from, to, .. } = *run;
            if chain != NONE {
                self.chains[chain as usize].end = to;
            }
            if from == to {
                self.queue.remove(place);
                if chain != NONE {
                    self.forget_run(chain, place, |identity| evicted(taken, identity));
                }
            }
        }
    }

    fn describe(&self, prefix: Prefix, prompt: u32) -> Held {
        let start = prefix.shared.map_or(0, |shared| shared.tokens.min(prompt)) / self.block_tokens;
        let history = prefix.conversation.map_or(0, |turn| turn.history.min(prompt));
        let own_end = history / self.block_tokens;
        Held { prefix, start, own_end, shared: NONE, shared_end: 0, turns: NONE, turns_end: 0 }
    }

    fn find_for(&self, held: &Held, target: u32) -> Hit {
        // The last token must be computed, or there is nothing to sample from.
        let most = (target - 1) / self.block_tokens;
        let mut hit = Hit::NONE;
        if let Some(shared) = held.prefix.shared
            && let Some(chain) = self.chain(Key::Shared(shared.id))
        {
            let end = self.chains[chain as usize].end.min(held.start).min(most);
            if end > 0 {
                (hit.shared, hit.shared_end) = (chain, end);
                hit.busy += end.min(self.chains[chain as usize].busy_end());
            }
        }
        hit.blocks = hit.shared_end;
        if hit.shared_end == held.start
            && let Some(key) = held.turns_key()
            && let Some(chain) = self.chain(key)
        {
            let end = self.chains[chain as usize].end.min(held.own_end).min(most);
            if end > held.start {
                hit.loose = hit.busy < hit.shared_end;
                (hit.turns, hit.turns_end) = (chain, end);
                hit.blocks = end;
                hit.busy += end.min(self.chains[chain as usize].busy_end()) - held.start;
            }
        }
        hit
    }

    /// Extends the chain of a key from where a sequence joined it up to `to`, if it ends there. Returns what the
    /// sequence uses of it now.
    fn extend(&mut self, key: Key, start: u32, (held, joined): (u32, u32), to: u32) -> (u32, u32) {
        if to <= joined {
            return (held, joined);
        }
        let chain = match held {
            NONE => self.chain(key).unwrap_or_else(|| self.create(key, start)),
            held => held,
        };
        if self.chains[chain as usize].end != joined {
            return (held, joined);
        }
        let chain_mut = &mut self.chains[chain as usize];
        if held != NONE {
            chain_mut.drop_hold(joined);
        }
        chain_mut.end = to;
        chain_mut.add_hold(to);
        (chain, to)
    }

    fn chain(&self, key: Key) -> Option<u32> {
        self.index.find(key.hash(), |place| self.chains[place as usize].key == key)
    }

    fn create(&mut self, key: Key, start: u32) -> u32 {
        let chain = Chain { key, start, end: start, holds: Vec::new(), lowest: NONE };
        let place = if let Some(place) = self.vacant.pop() {
            self.chains[place as usize] = chain;
            place
        } else {
            self.chains.push(chain);
            self.chains.len() as u32 - 1
        };
        self.index.insert(place, |place| self.chains[place as usize].key.hash());
        place
    }

    /// One more sequence uses a chain up to `end`.
    fn occupy(&mut self, chain: u32, end: u32) {
        let chain = &mut self.chains[chain as usize];
        if end > chain.busy_end() {
            while chain.lowest != NONE {
                let run = self.queue.get_mut(chain.lowest);
                if run.from >= end {
                    break;
                }
                if run.to > end {
                    run.from = end;
                    break;
                }
                let above = run.above;
                self.queue.remove(chain.lowest);
                chain.lowest = above;
            }
        }
        chain.add_hold(end);
    }

    /// One sequence less uses a chain up to `end`. Returns the number of blocks that no sequence uses any more.
    fn vacate(&mut self, place: u32, end: u32) -> u32 {
        if place == NONE {
            return 0;
        }
        let chain = &mut self.chains[place as usize];
        let before = chain.busy_end();
        chain.drop_hold(end);
        let after = chain.busy_end();
        if after < before {
            chain.lowest = self.queue.push(place, after, before, chain.lowest);
        }
        before - after
    }

    /// The run of the highest positions of a chain is used up.
    fn forget_run(&mut self, place: u32, run: u32, evicted: impl FnOnce(Identity)) {
        let chain = &mut self.chains[place as usize];
        if chain.lowest == run {
            chain.lowest = NONE;
        } else {
            let mut at = chain.lowest;
            while self.queue.get(at).above != run {
                at = self.queue.get(at).above;
            }
            self.queue.get_mut(at).above = NONE;
        }
        if chain.end == chain.start {
            assert!(chain.holds.is_empty(), "blocks in use are not in the queue");
            let key = chain.key;
            self.index.remove(place, |place| self.chains[place as usize].key.hash());
            self.vacant.push(place);
            evicted(match key {
                Key::Shared(id) => Identity::Shared(id),
                Key::Turns { conversation, .. } => Identity::Conversation(conversation),
            });
        }
    }
}

impl Chain {
    fn add_hold(&mut self, end: u32) {
        match self.holds.binary_search_by_key(&end, |hold| hold.0) {
            Ok(at) => self.holds[at].1 += 1,
            Err(at) => self.holds.insert(at, (end, 1)),
        }
    }

    fn drop_hold(&mut self, end: u32) {
        let at = self.holds.binary_search_by_key(&end, |hold| hold.0).expect("it is held up to there");
        self.holds[at].1 -= 1;
        if self.holds[at].1 == 0 {
            self.holds.remove(at);
        }
    }
}

impl Held {
    fn turns_key(&self) -> Option<Key> {
        let conversation = self.prefix.conversation?.id;
        let after = self.prefix.shared.map(|shared| shared.id);
        Some(Key::Turns { conversation, after, start: self.start })
    }
}
