//! The campaign of attack: broken files, random services and faults from outside, against the program that is built.
//!
//! Every case follows from the seed and its number. A case fails when the program panics, is stopped by a signal that
//! it was not sent, takes too long, or sends a terminal anything but text.

mod dice;
mod mutate;
mod outside;
mod program;
mod service;

use std::cell::Cell;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::chores::Outcome;
use crate::gate::finish;
use crate::generated;
use crate::repository::Repository;
use dice::Dice;
use program::{MEMORY, Program, Told};

/// How much of each kind the long campaign has.
const CHECKS: u64 = 100_000;
const RUNS: u64 = 5_000;
const SERVICES: u64 = 2_000;
const KILLS: u64 = 60;

/// One campaign.
struct Campaign {
    program: Program,
    /// Runs that were refused or stopped since they need more memory than a case may take.
    without_memory: Cell<u64>,
}

/// What a kind of attack does with its n-th case.
///
/// # Errors
/// What was found.
type Case = fn(&Campaign, &mut Dice) -> Result<(), String>;

/// A kind of attack: its name, how many cases the long campaign has, and what a case does.
const KINDS: &[(&str, u64, Case)] = &[
    ("mutated files, checked", CHECKS, check_mutated),
    ("mutated files, run", RUNS, run_mutated),
    ("random services, run", SERVICES, run_service),
    ("kills while it writes", KILLS, outside::kill),
    ("pipes and disks", 20, outside::streams),
];

/// `cargo xtask attack [SECONDS] [SEED]`: without seconds the long campaign, which ends when all of its cases are done.
pub(crate) fn run(rest: &[String]) -> Outcome {
    let number = |at: usize| {
        rest.get(at).map(|word| word.parse::<u64>().map_err(|_| format!("{word:?} is no number")))
    };
    let seconds = number(0).transpose()?;
    let seed = number(1).transpose()?.unwrap_or(1);
    finish(Command::new("cargo").args(["build", "--package", "brownout-cli", "--locked", "--quiet"]))?;
    campaign(seconds.map(Duration::from_secs), seed)
}

/// The gate's minute.
pub(crate) fn minute() -> Outcome {
    campaign(Some(Duration::from_secs(60)), 1)
}

fn campaign(time: Option<Duration>, seed: u64) -> Outcome {
    let root = Repository::root()?;
    let program = Program::new(generated::program(&root)?, root)?;
    let campaign = Campaign { program, without_memory: Cell::new(0) };
    let start = now();
    let kinds = KINDS.len() as u32;
    let mut failed = Vec::new();
    for (at, (name, cases, case)) in (1_u32..).zip(KINDS) {
        // Each kind has its share of the time, also of what the ones before have left.
        let until = time.map(|time| start + time * at / kinds);
        let begun = now();
        let mut done = 0;
        for n in 0..*cases {
            if until.is_some_and(|until| until <= now()) {
                break;
            }
            if let Err(what) = case(&campaign, &mut Dice::new(seed, name, n)) {
                failed.push(format!("{name}, seed {seed}, case {n}: {what}"));
            }
            done += 1;
            if 10 <= failed.len() {
                return Err(failed.join("\n\n"));
            }
        }
        let short = match campaign.without_memory.take() {
            0 => String::new(),
            short => format!("  {short} of them refused or stopped at {MEMORY}"),
        };
        println!("{name:<24} {done:>7} cases  {:>6.1} s{short}", begun.elapsed().as_secs_f64());
    }
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n\n")) }
}

fn check_mutated(campaign: &Campaign, dice: &mut Dice) -> Result<(), String> {
    let file = mutate::file(&campaign.program.shipped, dice);
    let told = campaign.program.checks(&file)?;
    told.fine(&file).map(|_| ())
}

/// What a check accepts runs, or is refused with a reason, or obeys Ctrl-C.
fn run_mutated(campaign: &Campaign, dice: &mut Dice) -> Result<(), String> {
    let file = mutate::file(&campaign.program.small, dice);
    let told = campaign.program.checks(&file)?;
    if told.fine(&file)? == 0 {
        campaign.runs(&file)?.fine(&file)?;
    }
    Ok(())
}

impl Campaign {
    /// A run, which is counted where it lacks memory.
    fn runs(&self, file: &File) -> Result<Told, String> {
        let told = self.program.runs(file)?;
        self.without_memory.update(|count| count + u64::from(told.lacks_memory()));
        Ok(told)
    }
}

fn run_service(campaign: &Campaign, dice: &mut Dice) -> Result<(), String> {
    let text = if dice.once_in(5) { service::engines(dice) } else { service::text(dice) };
    let file = campaign.program.small_file(text);
    let told = campaign.program.checks(&file)?;
    if told.fine(&file)? != 0 {
        return Err(format!("a valid service is refused:\n{}\n{}", told.text, file.text));
    }
    let told = campaign.runs(&file)?;
    match told.fine(&file)? {
        0 | Told::INTERRUPTED => Ok(()),
        _ if told.lacks_memory() => Ok(()),
        code => Err(format!("exit code {code}:\n{}\n{}", told.text, file.text)),
    }
}

/// A scenario, and the path that it has beside the files that it names.
struct File {
    path: PathBuf,
    text: String,
}

#[allow(clippy::disallowed_methods, reason = "a campaign measures the machine, not the model")]
fn now() -> Instant {
    Instant::now()
}
