//! M/M/1 by hand: two clocks and a ring.

use super::{Draws, SECOND};

/// Later than everything.
const NEVER: u64 = u64::MAX;

/// Mean seconds in the system of that many customers, served at rate 1.
pub(crate) fn run(rate: f64, customers: u64, seed: u64) -> f64 {
    const RING: usize = 1 << 16;
    let mut draws = Draws::new(seed);
    let gap_mean = SECOND / rate;
    let mut came = vec![0_u64; RING].into_boxed_slice();
    let came: &mut [u64; RING] = (&mut *came).try_into().expect("the ring has that length");
    let (mut head, mut tail) = (0_usize, 0_usize);
    let (mut arrived, mut done, mut sum) = (0_u64, 0_u64, 0_u64);
    let mut arrival = draws.gap(gap_mean);
    let mut departure = NEVER;
    while done < customers {
        if arrival < departure {
            assert!(tail - head < RING, "a queue of {RING}");
            if head == tail {
                departure = arrival + draws.service(SECOND);
            }
            came[tail % RING] = arrival;
            tail += 1;
            arrived += 1;
            arrival = if arrived < customers { arrival + draws.gap(gap_mean) } else { NEVER };
        } else {
            sum += departure - came[head % RING];
            head += 1;
            done += 1;
            departure = if head == tail { NEVER } else { departure + draws.service(SECOND) };
        }
    }
    sum as f64 / SECOND / customers as f64
}
