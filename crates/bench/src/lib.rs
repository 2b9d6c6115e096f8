//! The project's own benchmarks: ns per event beside a hand-written floor run in the same process.
