//! Prefetching: hints to the memory system that do not change the program.

#![allow(unsafe_code)] // A hint to the processor has no safe form.

/// Fetches a value into the cache that will be used soon, without waiting for it. Does nothing on processors without
/// such an instruction.
#[inline(always)]
pub fn prefetch<T>(value: &T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch reads no value and never faults.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(value).cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = value;
}
