//! Long campaigns that end by themselves: too long for the gate, run before a release.

use std::ffi::OsStr;
use std::process::Command;

use crate::chores::Outcome;
use crate::repository::Repository;

/// Random models of a whole service; the suite has a tenth of them.
pub(crate) fn swarm(rest: &[String]) -> Outcome {
    cases("BROWNOUT_SWARM", "20000", rest, &["--package", "brownout-lab", "--test", "swarm", "books"])
}

/// Random cases that the engine which flies and the one which executes every step are held together by.
pub(crate) fn engine(rest: &[String]) -> Outcome {
    cases(
        "BROWNOUT_CASES",
        "1000000",
        rest,
        &["--package", "brownout-inference", "--test", "agree", "bit_for_bit"],
    )
}

/// Everything that ships, without its triggers: at most one path-run of a hundred may have an episode.
pub(crate) fn quiet(rest: &[String]) -> Outcome {
    cases("BROWNOUT_QUIET", "60", rest, &["--package", "brownout", "--test", "quiet"])
}

/// Each question of the lab on problems whose answers are known, and the page of what was measured. It fails where a
/// promise is not kept, and writes the page even so.
pub(crate) fn lab(rest: &[String]) -> Outcome {
    let page = Repository::root()?.join("docs/LAB.md");
    let page = ("BROWNOUT_LAB_PAGE", page.as_os_str());
    run("BROWNOUT_LAB", "1000", rest, &["--package", "brownout-plan", "--test", "promises"], &[page])
}

/// Runs one test in release with this number of cases.
fn cases(variable: &str, many: &str, rest: &[String], test: &[&str]) -> Outcome {
    run(variable, many, rest, test, &[])
}

fn run(variable: &str, many: &str, rest: &[String], test: &[&str], further: &[(&str, &OsStr)]) -> Outcome {
    let many = rest.first().map_or(many, String::as_str);
    if many.parse::<u64>().is_err() {
        return Err(format!("{many:?} is no number of cases"));
    }
    println!("{many} cases; {variable}={many} repeats them");
    let mut command = Command::new("cargo");
    command
        .args(["test", "--release", "--locked", "--quiet"])
        .args(test)
        .env(variable, many)
        .envs(further.iter().copied());
    let status = command.status().map_err(|error| format!("cargo could not be started: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("the campaign ended with {status}")) }
}

/// Planted nights of which the cause is known: how often it is named, on a page; half of the cases are of a seed that
/// was never looked at. `--seed` says which, `--export` writes the data set.
pub(crate) fn causes(rest: &[String]) -> Outcome {
    let page = Repository::root()?.join("docs/causes.md");
    let mut further: Vec<(&str, std::ffi::OsString)> = vec![("BROWNOUT_CAUSES_PAGE", page.into())];
    let mut cases: Vec<String> = Vec::new();
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        let variable = match word.as_str() {
            "--seed" => "BROWNOUT_CAUSES_SEED",
            "--export" => "BROWNOUT_CAUSES_EXPORT",
            _ => {
                cases.push(word.clone());
                continue;
            }
        };
        let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
        let path = std::env::current_dir().map_err(|error| error.to_string())?.join(value);
        let is_folder = variable == "BROWNOUT_CAUSES_EXPORT";
        further.push((variable, if is_folder { path.into() } else { value.into() }));
    }
    let further: Vec<(&str, &OsStr)> =
        further.iter().map(|(name, value)| (*name, value.as_os_str())).collect();
    run("BROWNOUT_CAUSES", "220", &cases, &["--package", "brownout", "--test", "planted"], &further)
}
