//! What is said when an invariant of the program is broken: one paragraph that lets its authors repeat it.

use brownout_units::Span;

/// What was being simulated.
#[derive(Clone, Debug)]
pub struct Running {
    /// The hash of the scenario.
    pub scenario: u64,
    /// The name of the variant.
    pub variant: String,
    /// The seed of all its replications.
    pub seed: u64,
    /// Which of them, from 0.
    pub replication: u64,
    /// The last simulated instant that is known.
    pub at: Span,
}

/// What broke and where, in which version, what was running, and the command that runs into it again.
pub fn broken(what: &str, place: &str, version: &str, running: Option<&Running>, again: &str) -> String {
    let of = running.map_or(String::new(), |running| {
        let Running { scenario, variant, seed, replication, at } = running;
        format!(
            " It was simulating scenario {scenario:016x}, variant {variant}, seed {seed}, replication {replication}, \
             and had come to {at}."
        )
    });
    format!(
        "error: a mistake in brownout {version}, not in what you typed: {what} ({place}).{of} No number of this run is \
         to be trusted, and none was written. Please report it with the scenario; this repeats it: {again}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_invariant_says_what_was_running() {
        let (variant, at) = ("base".to_owned(), Span::from_secs(90));
        let running = Running { scenario: 0xab, variant, seed: 3, replication: 6, at };
        assert_eq!(
            broken("1 call in two stages", "a.rs:7", "V", Some(&running), "brownout run a.toml"),
            "error: a mistake in brownout V, not in what you typed: 1 call in two stages (a.rs:7). It was simulating \
             scenario 00000000000000ab, variant base, seed 3, replication 6, and had come to 1m30s. No number of this \
             run is to be trusted, and none was written. Please report it with the scenario; this repeats it: brownout \
             run a.toml\n"
        );
    }
}
