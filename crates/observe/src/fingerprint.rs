//! One number for a whole log: the same scenario, seed and version give the same.

use brownout_kernel::{Entry, mix};
use brownout_protocol::Record;

/// Odd multipliers with about half of their bits set, from the first hex digits of the fractions of the square roots of
/// 11, 13, 17 and 19 (the last bit set to make them odd). They were not chosen for any other property.
pub(crate) const ODD: [u64; 4] =
    [0x510e_527f_ade6_82d1, 0x9b05_688c_2b3e_6c1f, 0x1f83_d9ab_fb41_bd6b, 0x5be0_cd19_137e_2179];

/// Of the events so far. Samples and explanations are left out, so that it is the same whatever the length of a window
/// and however much is written to explain a run.
#[derive(Clone, Copy, Default)]
pub(crate) struct Fingerprint(u64);

impl Fingerprint {
    /// Takes one more entry in, if it is an event; `odd` is [`ODD`].
    #[inline(always)]
    pub(crate) fn add(&mut self, entry: &Entry<Record>, odd: &[u64; 4]) {
        // Without a branch, so that the four fields that are hashed as one word are read as one.
        let next = step(self.0, entry, odd);
        self.0 = if entry.record.kind.is_event() { next } else { self.0 };
    }

    /// That of a log with that many events.
    pub(crate) fn value(self, events: u64) -> u64 {
        mix(self.0, [events])
    }
}

/// One more event after those before.
///
/// **Quality.** For a fixed state the step is a bijection of each of the three words of an entry (place and kind, the
/// value, the time), and for a fixed entry a bijection of the state. So two logs of equal length that differ in exactly
/// one word never have the same fingerprint; any other difference is missed with a chance of about 2⁻⁶⁴. It is not
/// cryptographic. Three multiplications stand side by side, and one in the chain from entry to entry: a step that also
/// shifted every product took 10 % longer to observe a log.
#[inline(always)]
fn step(state: u64, entry: &Entry<Record>, odd: &[u64; 4]) -> u64 {
    let record = &entry.record;
    let who = u64::from(record.call) << 32
        | u64::from(record.place) << 16
        | u64::from(record.row.0) << 8
        | u64::from(record.kind as u8);
    let what = who.wrapping_mul(odd[0]).wrapping_add(record.value.wrapping_mul(odd[1]));
    let sum = what.wrapping_add(entry.at.nanos().wrapping_mul(odd[2]));
    let next = (state.rotate_left(23) ^ sum).wrapping_mul(odd[3]);
    next ^ (next >> 29)
}
