//! Upper limits of a scenario, with reasons: a file from an unknown author must not exhaust a machine.

/// A length of time: a fault that begins within a run may last as long again, and an instant ends after 292 years.
pub const SPAN_MAX: brownout_units::Span = brownout_units::Span::from_secs(36_525 * 86_400);
/// Bytes of one file of TOML or JSON: the largest real ones have 100 kB, and a parser's tree is 20 times the text.
pub const FILE_BYTES_MAX: usize = 4 << 20;
/// Bytes of one trace: about as many as [`TRACE_ROWS_MAX`] need.
pub const TRACE_BYTES_MAX: usize = 512 << 20;
/// Arrivals of one trace, all repetitions counted: 400 MB in memory.
pub const TRACE_ROWS_MAX: usize = 10_000_000;
/// Steps of `extends`: beyond eight an author cannot find where a value comes from.
pub const EXTENDS_MAX: usize = 8;
/// Files that a scenario names beside those it extends: every tier its own profile, with all parts, and room to spare.
pub const NAMED_FILES_MAX: usize = 16_384;
/// Levels of nesting: the language needs nine, and a recursive reader needs a bound.
pub const DEPTH_MAX: usize = 32;
/// Values in one document after merging: 4 MiB of the shortest ones; variants cannot multiply them.
pub const VALUES_MAX: usize = 1_000_000;
/// Problems that one report shows: readers stop before that.
pub const PROBLEMS_MAX: usize = 200;
/// Tiers: a tier has an id of two bytes, and the report one row for each.
pub const TIERS_MAX: usize = brownout_model::TIERS_MAX;
/// Pairs of class and operation: a set of them is one word.
pub const PATHS_MAX: usize = brownout_model::PATHS_MAX;
/// Loads: each keeps its own streams and users.
pub const LOADS_MAX: usize = brownout_model::LOADS_MAX;
/// Controllers: more than any real service has.
pub const CONTROLLERS_MAX: usize = 1_024;
/// Classes and operations each; there cannot be more pairs than [`PATHS_MAX`] anyway.
pub const NAMES_MAX: usize = 64;
/// Bytes of one name: it becomes a column of a table.
pub const NAME_BYTES_MAX: usize = 64;
/// Replicas of one tier: a row of state each.
pub const REPLICAS_MAX: u64 = brownout_model::REPLICAS_MAX as u64;
/// Workers of one replica.
pub const WORKERS_MAX: u64 = 1_000_000;
/// Replicas × workers of one tier: each busy worker is a row, and memory is finite.
pub const SLOTS_MAX: u64 = 1_000_000_000;
/// Places in one queue: an index of four bytes, with room to tell "unlimited" apart.
pub const QUEUE_MAX: u64 = 1_000_000_000;
/// Calls that a tier lists: an index of one byte in the messages.
pub const CALLS_MAX: usize = 64;
/// Copies of one call: a fork of a thousand already has its slowest part at seven times the mean.
pub const COPIES_MAX: u64 = 10_000;
/// Further tries of one attempt: a counter of one byte.
pub const RETRIES_MAX: u64 = 250;
/// Steps of one journey.
pub const STEPS_MAX: usize = 64;
/// Stages of one load.
pub const STAGES_MAX: usize = 10_000;
/// Policies of one client, call or tier: every call consults each of them.
pub const POLICIES_MAX: usize = 16;
/// Surges of one load.
pub const SURGES_MAX: usize = 64;
/// Users of a surge: an eighth of the world's population.
pub const USERS_MAX: u64 = 1_000_000_000;
/// Users of a closed load exist all at once, each with a row of state.
pub const CLOSED_USERS_MAX: u64 = 10_000_000;
/// Keys of a cache: one entry of eight bytes each if all are held.
pub const KEYS_MAX: u64 = 100_000_000;
/// Tokens of one prompt or output: 21 bits in a message, twice the longest context that models have.
pub const TOKENS_MAX: u64 = brownout_model::TOKENS_MAX as u64;
/// States of a Markov-modulated arrival process.
pub const STATES_MAX: usize = 16;
/// Faults, expectations and laws each.
pub const ROWS_MAX: usize = 10_000;
/// Variants and sweep axes each.
pub const VARIANTS_MAX: usize = 64;
/// Points of a sweep: a day of runs of a fifth of a second on two cores.
pub const POINTS_MAX: u64 = 1_000_000;
/// Values of one sweep axis.
pub const SWEEP_VALUES_MAX: usize = 10_000;
/// Length of a run: ten years; the clock, in nanoseconds of 64 bits, would last 58 times as long.
pub const DURATION_DAYS_MAX: u64 = 3_653;
/// Windows of a run: a chart has a thousand points, and a million windows are 8 MB for each series.
pub const WINDOWS_MAX: u64 = 1_000_000;
/// Days of a run with a day curve: it is drawn in steps of a quarter of an hour, 35,000 points a year.
pub const DIURNAL_DAYS_MAX: u64 = 366;
/// Replications: an interval shrinks with the square root of their number, and no longer visibly beyond this.
pub const REPLICATIONS_MAX: u64 = 100_000;
/// Events of all replications, above which a warning says how long it will take: about an hour on one core.
pub const EVENTS_WARN: f64 = 1e10;
/// Events of all replications that are refused: about a week on one core.
pub const EVENTS_MAX: f64 = 1e12;
