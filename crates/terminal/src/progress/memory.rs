//! How much memory the program may take: as much as was asked for, or as was free when it began.
//!
//! What runs need is estimated before the first of them, and looked at while they run: an estimate may be wrong, and a
//! system that runs out of memory stops a program without a word.

use super::now;
use brownout::units::Bytes;
use brownout::{Case, Room, memory_note, refusal};
use brownout_host::{free_memory, used_memory};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

/// How long it takes until memory is looked at again, in milliseconds: runs fill a few megabytes in that time.
const LOOK_MILLIS: u64 = 5;

static ROOM: OnceLock<Room> = OnceLock::new();
static FULL: AtomicBool = AtomicBool::new(false);
/// When memory was looked at, in milliseconds since it was limited.
static LOOKED: AtomicU64 = AtomicU64::new(0);
static START: OnceLock<Instant> = OnceLock::new();

/// From now on no more than this is taken; none: no more than is free. Where the system tells neither, there is no
/// limit.
pub fn limit(asked: Option<Bytes>) {
    START.get_or_init(now);
    let free = || Some(Room::Free(free_memory()?));
    if let Some(room) = asked.map(|bytes| Room::Asked(bytes.get())).or_else(free) {
        ROOM.get_or_init(|| room);
    }
}

/// Whether runs of some cases on that many threads fit; says so where they take much of what there is.
///
/// # Errors
/// Why they do not, and what to do.
pub fn fits(cases: &[Case], threads: usize, quiet: bool) -> Result<(), String> {
    let room = ROOM.get().copied();
    if let Some(refused) = room.and_then(|room| refusal(cases, true, threads, room)) {
        return Err(refused);
    }
    if let Some(note) = memory_note(cases, true, threads, room).filter(|_| !quiet) {
        crate::say(&format!("note: {note}\n"));
    }
    Ok(())
}

/// Why runs were stopped for want of memory, if they were.
pub fn full() -> Option<String> {
    let room = ROOM.get().filter(|_| FULL.load(Ordering::Relaxed))?;
    let most = Bytes::new(room.bytes());
    let most = match room {
        Room::Asked(_) => format!("{most} are allowed (--memory)"),
        Room::Free(_) => format!("{most} were free when it began"),
    };
    Some(format!(
        "stopped before memory ran out: {most}, and runs were about to take more. Scale rates and capacity down \
         together, give queues a limit, or run on fewer threads (--threads)"
    ))
}

/// Whether nothing is left; looks at most once in [`LOOK_MILLIS`].
pub(super) fn is_full() -> bool {
    if FULL.load(Ordering::Relaxed) {
        return true;
    }
    let (Some(room), Some(start)) = (ROOM.get(), START.get()) else { return false };
    let millis = 1 + start.elapsed().as_millis() as u64;
    let looked = LOOKED.load(Ordering::Relaxed);
    if millis < looked + LOOK_MILLIS && looked != 0 {
        return false;
    }
    LOOKED.store(millis, Ordering::Relaxed);
    let is_full = used_memory().is_some_and(|used| room.full() < used as f64);
    FULL.fetch_or(is_full, Ordering::Relaxed);
    is_full
}
