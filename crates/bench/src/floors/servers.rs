//! M/M/32 by hand: a packed winner tree over 32 servers and the arrivals.

use super::{Draws, SECOND};

const SERVERS: usize = 32;
const LEAVES: usize = 64;
const ARRIVAL: usize = SERVERS;
/// Nanoseconds stand above the six bits of a slot: nine years of them.
const SLOT_BITS: u32 = 6;
/// Later than everything, with room for a slot in the low bits.
const NEVER: u64 = u64::MAX << SLOT_BITS;

// Not inlined: within the loop of `run` the compiler turns every match into an unpredictable branch, which makes all of
// it 50 % slower.
#[inline(never)]
fn set(tree: &mut [u64; 2 * LEAVES], slot: usize, time: u64) {
    let mut best = time | slot as u64;
    let mut place = LEAVES + slot;
    tree[place % 128] = best;
    for _ in 0..6 {
        let other = tree[(place ^ 1) % 128];
        best = best.min(other);
        place >>= 1;
        tree[place % 128] = best;
    }
}

/// Mean seconds in the system of that many customers, each served at rate 1.
pub(crate) fn run(rate: f64, customers: u64, seed: u64) -> f64 {
    const RING: usize = 1 << 16;
    let mut draws = Draws::new(seed);
    let gap_mean = SECOND / rate;
    let mut tree = [NEVER; 2 * LEAVES];
    for slot in 0..LEAVES {
        set(&mut tree, slot, NEVER);
    }
    let mut waiting = vec![0_u64; RING];
    let (mut head, mut tail) = (0_usize, 0_usize);
    let mut came = [0_u64; LEAVES];
    let mut idle: [u8; SERVERS] = std::array::from_fn(|server| server as u8);
    let mut idle_len = SERVERS;
    let (mut arrived, mut done, mut sum) = (0_u64, 0_u64, 0_u64);
    set(&mut tree, ARRIVAL, draws.gap(gap_mean) << SLOT_BITS);
    while done < customers {
        let slot = (tree[1] & 63) as usize;
        let now = tree[1] >> SLOT_BITS;
        if slot == ARRIVAL {
            arrived += 1;
            let next = if arrived < customers { (now + draws.gap(gap_mean)) << SLOT_BITS } else { NEVER };
            set(&mut tree, ARRIVAL, next);
            if idle_len > 0 {
                idle_len -= 1;
                let server = idle[idle_len] as usize;
                came[server % LEAVES] = now;
                set(&mut tree, server, (now + draws.service(SECOND)) << SLOT_BITS);
            } else {
                assert!(tail - head < RING, "a queue of {RING}");
                waiting[tail % RING] = now;
                tail += 1;
            }
        } else {
            sum += now - came[slot];
            done += 1;
            if head == tail {
                set(&mut tree, slot, NEVER);
                idle[idle_len % SERVERS] = slot as u8;
                idle_len += 1;
            } else {
                came[slot] = waiting[head % RING];
                head += 1;
                set(&mut tree, slot, (now + draws.service(SECOND)) << SLOT_BITS);
            }
        }
    }
    sum as f64 / SECOND / customers as f64
}
