//! A scenario and a seed in, observations out; many of them in parallel. The only crate that knows threads.
