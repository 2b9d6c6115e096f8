//! The row of a user on a journey: one cache line.

use crate::pure::slab::SlabRow;
use brownout_kernel::{Instant, TimerId};
use brownout_protocol::Sizes;
use brownout_units::Span;

/// A user, and the intent they have now.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct User {
    /// When the intent began.
    pub(super) came: Instant,
    /// When the attempt began.
    pub(super) began: Instant,
    /// Until when the token is good.
    pub(super) token_until: Instant,
    /// The end of the client's patience with this attempt, or the wait before the next.
    pub(super) timer: TimerId,
    /// The wait before this attempt, for decorrelated jitter.
    pub(super) waited: Span,
    /// Tokens of the intent.
    pub(super) sizes: Sizes,
    generation: u32,
    /// Which user of this load.
    pub(super) number: u32,
    /// How often the step is still to be done, this time included.
    pub(super) left: u16,
    pub(super) path: u8,
    /// Which step of the journey.
    pub(super) step: u8,
    /// Attempts before this one: retries and reloads.
    pub(super) tries: u8,
    pub(super) retries: u8,
    pub(super) reloads: u8,
    pub(super) flags: u8,
}

const _: () = assert!(size_of::<User>() == 64);

/// An attempt is with the service.
pub(super) const OUT: u8 = 1;
/// The intent is a login that was put before the step.
pub(super) const DETOUR: u8 = 2;
/// An intent has begun and not ended.
pub(super) const TRIES: u8 = 4;
/// The service said that the token has expired.
pub(super) const MUST_LOGIN: u8 = 8;
/// Prompt and output come from a trace.
pub(super) const TRACED: u8 = 16;
/// The intent belongs to an agent that has called a tool.
pub(super) const TOOL: u8 = 64;

/// The first token of the open attempt has arrived.
pub(super) const FIRST: u8 = 32;

/// The intent is with its fallback.
pub(super) const FELL: u8 = 64;

/// Not a user but a second attempt of one.
pub(super) const SHADOW: u8 = 128;

impl User {
    pub(super) fn new(number: u32, token_until: Instant) -> Self {
        User {
            came: Instant::ZERO,
            began: Instant::ZERO,
            token_until,
            timer: TimerId::default(),
            waited: Span::ZERO,
            sizes: Sizes::NONE,
            generation: 0,
            number,
            left: 0,
            path: 0,
            step: 0,
            tries: 0,
            retries: 0,
            reloads: 0,
            flags: 0,
        }
    }

    /// A user whose only intent begins now, with its first attempt.
    #[inline]
    pub(super) fn single(number: u32, path: u8, now: Instant) -> Self {
        User { came: now, began: now, path, flags: TRIES | OUT, ..User::new(number, Instant::ZERO) }
    }

    #[inline]
    pub(super) fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

impl SlabRow for User {
    #[inline]
    fn generation(&self) -> u32 {
        self.generation
    }
    #[inline]
    fn set_generation(&mut self, generation: u32) {
        self.generation = generation;
    }
}
