//! M/M/1 by hand: two clocks and a ring.

use super::Draws;

/// Mean time in the system of that many customers, served at rate 1.
pub(crate) fn run(rate: f64, customers: u64, seed: u64) -> f64 {
    const RING: usize = 1 << 16;
    let mut draws = Draws::new(seed);
    let gap_mean = 1.0 / rate;
    let mut came = vec![0.0_f64; RING].into_boxed_slice();
    let came: &mut [f64; RING] = (&mut *came).try_into().expect("the ring has that length");
    let (mut head, mut tail) = (0_usize, 0_usize);
    let (mut arrived, mut done, mut sum) = (0_u64, 0_u64, 0.0);
    let mut arrival = draws.gap() * gap_mean;
    let mut departure = f64::INFINITY;
    while done < customers {
        if arrival < departure {
            assert!(tail - head < RING, "a queue of {RING}");
            if head == tail {
                departure = arrival + draws.service();
            }
            came[tail % RING] = arrival;
            tail += 1;
            arrived += 1;
            arrival = if arrived < customers { arrival + draws.gap() * gap_mean } else { f64::INFINITY };
        } else {
            sum += departure - came[head % RING];
            head += 1;
            done += 1;
            departure = if head == tail { f64::INFINITY } else { departure + draws.service() };
        }
    }
    sum / customers as f64
}
