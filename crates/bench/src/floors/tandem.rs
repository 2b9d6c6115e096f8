//! Four FIFO tiers in tandem with timeouts and retries, by hand.

use super::{Draws, SECOND, nanos};
use crate::kernel::tandem::{RETRIES_MAX, TIMEOUT_SECS, WORKERS};
use std::collections::VecDeque;

/// The first server of each tier, and one past the last.
const FIRST: [usize; 5] = [0, 4, 12, 28, 92];
const ARRIVAL: usize = 92;
const TIMEOUT: usize = 93;
/// Nanoseconds stand above the seven bits of a slot.
const SLOT_BITS: u32 = 7;
/// Later than everything, with room for a slot in the low bits.
const NEVER: u64 = u64::MAX << SLOT_BITS;
const WAITING: u8 = u8::MAX;

#[derive(Clone, Copy, Default)]
struct Call {
    came: u64,
    attempt: u8,
    tier: u8,
    /// [`WAITING`] or where it is served.
    server: u8,
    generation: u32,
}

struct Tandem {
    draws: Draws,
    tree: [u64; 256],
    tier_of: [u8; 128],
    serves: [u32; 128],
    calls: Vec<Call>,
    free: Vec<u32>,
    waiting: [VecDeque<(u32, u32)>; 4],
    idle: [Vec<u8>; 4],
    timeouts: VecDeque<(u64, u32, u32)>,
    done: u64,
    failed: u64,
    sum: u64,
}

/// Mean seconds of the calls that came through, of that many customers who arrive once a second.
pub(crate) fn run(customers: u64, seed: u64) -> f64 {
    let mut tandem = Tandem::new(seed);
    let first = tandem.draws.gap(SECOND);
    tandem.set(ARRIVAL, key(first));
    let mut arrived = 0;
    while tandem.done + tandem.failed < customers {
        let slot = (tandem.tree[1] & 127) as usize;
        let now = tandem.tree[1] >> SLOT_BITS;
        match slot {
            ARRIVAL => {
                arrived += 1;
                let next = if arrived < customers { key(now + tandem.draws.gap(SECOND)) } else { NEVER };
                tandem.set(ARRIVAL, next);
                tandem.arrive(now);
            }
            TIMEOUT => tandem.first_timeout(now),
            server => tandem.served(now, server),
        }
    }
    tandem.sum as f64 / SECOND / tandem.done as f64
}

#[inline]
fn key(time: u64) -> u64 {
    time << SLOT_BITS
}

impl Tandem {
    fn new(seed: u64) -> Self {
        let mut tier_of = [0; 128];
        for tier in 0..4 {
            tier_of[FIRST[tier]..FIRST[tier + 1]].fill(tier as u8);
        }
        let mut tandem = Self {
            draws: Draws::new(seed),
            tree: [NEVER; 256],
            tier_of,
            serves: [0; 128],
            calls: vec![],
            free: vec![],
            waiting: Default::default(),
            idle: std::array::from_fn(|tier| {
                (FIRST[tier]..FIRST[tier + 1]).map(|server| server as u8).collect()
            }),
            timeouts: VecDeque::new(),
            done: 0,
            failed: 0,
            sum: 0,
        };
        for slot in 0..128 {
            tandem.set(slot, NEVER);
        }
        tandem
    }

    #[inline]
    fn set(&mut self, slot: usize, time: u64) {
        let mut best = time | slot as u64;
        let mut place = 128 + slot;
        self.tree[place % 256] = best;
        for _ in 0..7 {
            let other = self.tree[(place ^ 1) % 256];
            best = best.min(other);
            place >>= 1;
            self.tree[place % 256] = best;
        }
    }

    #[inline]
    fn start(&mut self, now: u64, tier: usize, server: usize, call: u32) {
        let span = self.draws.service(0.8 * SECOND * f64::from(WORKERS[tier]));
        self.serves[server % 128] = call;
        let row = &mut self.calls[call as usize];
        (row.server, row.tier) = (server as u8, tier as u8);
        self.set(server, key(now + span));
    }

    #[inline]
    fn enter(&mut self, now: u64, tier: usize, call: u32) {
        if let Some(server) = self.idle[tier].pop() {
            return self.start(now, tier, server as usize, call);
        }
        let row = &mut self.calls[call as usize];
        (row.server, row.tier) = (WAITING, tier as u8);
        self.waiting[tier].push_back((call, row.generation));
    }

    #[inline]
    fn release(&mut self, now: u64, tier: usize, server: usize) {
        while let Some((call, generation)) = self.waiting[tier].pop_front() {
            if self.calls[call as usize].generation == generation {
                return self.start(now, tier, server, call);
            }
        }
        self.idle[tier].push(server as u8);
        self.set(server, NEVER);
    }

    #[inline]
    fn attempt(&mut self, now: u64, call: u32) {
        let at = now + nanos(TIMEOUT_SECS * SECOND);
        if self.timeouts.is_empty() {
            self.set(TIMEOUT, key(at));
        }
        self.timeouts.push_back((at, call, self.calls[call as usize].generation));
        self.enter(now, 0, call);
    }

    #[inline]
    fn arrive(&mut self, now: u64) {
        let call = self.free.pop().unwrap_or_else(|| {
            self.calls.push(Call::default());
            self.calls.len() as u32 - 1
        });
        let row = &mut self.calls[call as usize];
        (row.came, row.attempt) = (now, 0);
        self.attempt(now, call);
    }

    #[inline]
    fn served(&mut self, now: u64, server: usize) {
        let (tier, call) = (self.tier_of[server] as usize, self.serves[server]);
        self.release(now, tier, server);
        if tier < 3 {
            return self.enter(now, tier + 1, call);
        }
        let row = &mut self.calls[call as usize];
        self.sum += now - row.came;
        row.generation += 1;
        self.done += 1;
        self.free.push(call);
    }

    fn first_timeout(&mut self, now: u64) {
        let (_, call, generation) = self.timeouts.pop_front().expect("its slot in the tree is set");
        let row = &mut self.calls[call as usize];
        if row.generation == generation {
            row.generation += 1;
            row.attempt += 1;
            let row = *row;
            if row.server != WAITING {
                self.release(now, row.tier as usize, row.server as usize);
            }
            if row.attempt <= RETRIES_MAX {
                self.attempt(now, call);
            } else {
                self.failed += 1;
                self.free.push(call);
            }
        }
        while self.timeouts.front().is_some_and(|&(_, call, of)| self.calls[call as usize].generation != of) {
            self.timeouts.pop_front();
        }
        let next = self.timeouts.front().map_or(NEVER, |&(at, _, _)| key(at));
        self.set(TIMEOUT, next);
    }
}
