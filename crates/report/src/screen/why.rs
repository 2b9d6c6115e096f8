//! Why runs were done that a store did not have, in words.

use brownout_units::grouped;

/// More changes than this are not listed.
const CHANGES_MAX: usize = 12;

/// How many runs a question took, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Runs that the store had.
    pub reused: u64,
    /// Runs that it did not have.
    pub new: u64,
    /// Of those, how many are of simulations of which it had another replication.
    pub of_known: u64,
    /// Why there are others.
    pub reason: Reason,
}

/// Why a store did not have a simulation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It had all of them.
    None,
    /// Nothing was asked of this scenario before.
    First,
    /// Another program simulated it.
    Program {
        /// Which.
        before: String,
        /// And now.
        now: String,
    },
    /// Keys of the scenario, with what stood there before and what stands there now; none of them: points that were
    /// never run.
    Keys(Vec<(String, Option<String>, Option<String>)>),
}

/// The account, a line for each reason.
pub fn account(account: &Account) -> String {
    let Account { reused, new, of_known, reason } = account;
    let mut lines = vec![format!("{} runs reused, {} new", grouped(*reused), grouped(*new))];
    if 0 < *of_known {
        let known = grouped(*of_known);
        lines.push(format!("  {known} are further replications of points that the store had"));
    }
    let others = new - of_known;
    if 0 < others {
        lines.push(format!("  {} are of simulations that the store did not have:", grouped(others)));
    }
    lines.extend(reasons(reason));
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

fn reasons(reason: &Reason) -> Vec<String> {
    match reason {
        Reason::None => Vec::new(),
        Reason::First => vec!["    nothing was asked of this scenario before".to_owned()],
        Reason::Program { before, now } => vec![format!("    {before} simulated before, {now} does now")],
        Reason::Keys(all) if all.is_empty() => {
            vec!["    the same scenario: points were never run, or their runs are gone".to_owned()]
        }
        Reason::Keys(all) => {
            let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
            let line = |(path, before, after): &(String, Option<String>, Option<String>)| {
                format!("    {path}: {} → {}", shown(before), shown(after))
            };
            let mut lines: Vec<String> = all.iter().take(CHANGES_MAX).map(line).collect();
            if CHANGES_MAX < all.len() {
                lines.push(format!("    and {} keys more", all.len() - CHANGES_MAX));
            }
            lines
        }
    }
}
