//! The KV cache of a replica: how many blocks are free, and, with a prefix cache, which.

use crate::prefix::{Hit, Prefixes};
use crate::request::{Identity, Prefix};

/// Blocks of the KV cache. Without a prefix cache one block is as good as another, and a count is enough.
#[derive(Debug)]
pub(crate) struct Kv {
    shift: u32,
    total: u32,
    free: u32,
    prefixes: Option<Box<Prefixes>>,
}

impl Kv {
    pub(crate) fn new(total: u32, block_tokens: u32, prefix_cache: bool) -> Self {
        let prefixes = prefix_cache.then(|| Box::new(Prefixes::new(total, block_tokens)));
        Self { shift: block_tokens.trailing_zeros(), total, free: total, prefixes }
    }

    /// Forgets everything; no sequence is left.
    pub(crate) fn clear(&mut self) {
        self.free = self.total;
        if let Some(prefixes) = &mut self.prefixes {
            prefixes.clear(self.total);
        }
    }

    pub(crate) fn total(&self) -> u32 {
        self.total
    }

    pub(crate) fn free(&self) -> u32 {
        self.free
    }

    /// Blocks that hold `tokens`.
    #[inline]
    pub(crate) fn blocks(&self, tokens: u32) -> u32 {
        (tokens >> self.shift) + u32::from(tokens & ((1 << self.shift) - 1) > 0)
    }

    /// Tokens in that number of blocks.
    #[inline]
    pub(crate) fn tokens(&self, blocks: u32) -> u32 {
        blocks << self.shift
    }

    pub(crate) fn enter(&mut self, slot: u32, prefix: Prefix, prompt: u32) {
        if let Some(prefixes) = &mut self.prefixes {
            prefixes.enter(slot, prefix, prompt);
        }
    }

    #[inline]
    pub(crate) fn find(&self, slot: u32, target: u32) -> Hit {
        self.prefixes.as_ref().map_or(Hit::NONE, |prefixes| prefixes.find(slot, target))
    }

    pub(crate) fn find_new(&self, prefix: Prefix, prompt: u32) -> Hit {
        self.prefixes.as_ref().map_or(Hit::NONE, |prefixes| prefixes.find_new(prefix, prompt))
    }

    pub(crate) fn hold(&mut self, slot: u32, hit: &Hit) {
        if let Some(prefixes) = &mut self.prefixes {
            prefixes.hold(slot, hit);
            self.free -= hit.blocks - hit.busy;
        }
    }

    /// Takes free blocks, and tells which prefixes lost their last block to that, each with the number of blocks taken
    /// by then.
    #[inline(always)]
    pub(crate) fn take(&mut self, blocks: u32, evicted: impl FnMut(u32, Identity)) {
        assert!(blocks <= self.free, "{blocks} blocks taken of {} that are free", self.free);
        self.free -= blocks;
        if self.prefixes.is_some() {
            self.take_from_prefixes(blocks, evicted);
        }
    }

    /// Apart, so that a replica without a prefix cache pays no call: three in each step take blocks.
    #[inline(never)]
    fn take_from_prefixes(&mut self, blocks: u32, evicted: impl FnMut(u32, Identity)) {
        if let Some(prefixes) = &mut self.prefixes {
            prefixes.take(blocks, evicted);
        }
    }

    /// The first `cached` tokens of a sequence are computed.
    #[inline]
    pub(crate) fn publish(&mut self, slot: u32, cached: u32) {
        if let Some(prefixes) = &mut self.prefixes {
            prefixes.publish(slot, cached >> self.shift);
        }
    }

    /// A sequence that has `cached` tokens lets its blocks go; those with complete text remain findable.
    #[inline]
    pub(crate) fn release(&mut self, slot: u32, cached: u32) {
        let blocks = self.blocks(cached);
        self.free += match &mut self.prefixes {
            None => blocks,
            Some(prefixes) => {
                prefixes.publish(slot, cached >> self.shift);
                prefixes.release(slot, blocks)
            }
        };
        assert!(self.free <= self.total);
    }
}
