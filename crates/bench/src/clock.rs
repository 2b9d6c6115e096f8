//! CPU time of this thread: what the work cost, whatever else the machine was doing.

#![allow(unsafe_code)] // The one call into the operating system of this crate.

/// Nanoseconds of CPU time that this thread has used so far.
fn cpu_nanos() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is to a valid timespec, which lives for the length of the call.
    let failed = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    assert!(failed == 0, "the machine has no clock of thread CPU time");
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// What the work returned, and the nanoseconds of CPU time it took.
pub(crate) fn time<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = cpu_nanos();
    let result = work();
    (result, (cpu_nanos() - start) as f64)
}
