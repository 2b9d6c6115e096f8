//! Words that are not used here, each with what to say instead.

use super::{Problem, Rule};
use crate::repository::{File, Repository};
use crate::source::{code_only, line_of, words};

pub(super) const RULE: Rule = Rule {
    name: "words",
    why: "the same scenario and seed must give the same bits anywhere, and a library must not talk or leave gaps",
    check,
};

struct Banned {
    word: &'static str,
    instead: &'static str,
    area: Area,
    /// In comments and strings as well.
    everywhere: bool,
}

#[derive(Clone, Copy)]
enum Area {
    /// All Rust of the workspace.
    All,
    /// The libraries: every crate but the command line and the benchmarks.
    Libraries,
    /// The command line as well: only benchmarks and chores are left out.
    Clockless,
}

const UNSTABLE: &str =
    "name the generator: a `Stream` of the kernel, or `rand::rngs::Xoshiro256PlusPlus` with a seed";
const CLOCK: &str =
    "take simulated time from `cx.now()`; real time belongs to cli and bench, and is passed in";
const SILENT: &str = "return it as data or an error, and let cli print it";
const UNFINISHED: &str = "finish it now, or leave it out and say so in the change's description";

const BANNED: &[Banned] = &[
    code("StdRng", UNSTABLE, Area::All),
    code("SmallRng", UNSTABLE, Area::All),
    code("thread_rng", UNSTABLE, Area::All),
    code("ThreadRng", UNSTABLE, Area::All),
    code("SystemTime::now", CLOCK, Area::Libraries),
    code("Instant::now", CLOCK, Area::Libraries),
    code("println!", SILENT, Area::Libraries),
    code("eprintln!", SILENT, Area::Libraries),
    code("print!", SILENT, Area::Libraries),
    code("eprint!", SILENT, Area::Libraries),
    code("dbg!", "look at it in a test, then take it out", Area::Clockless),
    code("todo!", UNFINISHED, Area::All),
    code("unimplemented!", UNFINISHED, Area::All),
    code("#[ignore", "make the test fast enough to run, or delete it", Area::All),
    text(concat!("FIX", "ME"), UNFINISHED),
    text(concat!("XX", "X"), UNFINISHED),
];

const fn code(word: &'static str, instead: &'static str, area: Area) -> Banned {
    Banned { word, instead, area, everywhere: false }
}

const fn text(word: &'static str, instead: &'static str) -> Banned {
    Banned { word, instead, area: Area::All, everywhere: true }
}

impl Area {
    /// The comparison with other simulators must use what they use, and stands apart from the workspace.
    fn covers(self, file: &File) -> bool {
        match self {
            Area::All => !file.path.starts_with("bench-peers/"),
            // A build script talks to cargo, an example to its reader.
            Area::Libraries if file.path.ends_with("/build.rs") || file.path.contains("/examples/") => false,
            Area::Libraries => {
                file.member().is_some_and(|member| !["cli", "terminal", "bench"].contains(&member))
            }
            Area::Clockless => file.member().is_some_and(|member| member != "bench"),
        }
    }
}

fn check(repository: &Repository) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in repository.rust() {
        let code = code_only(&file.text);
        for banned in BANNED.iter().filter(|banned| banned.area.covers(file)) {
            let seen = if banned.everywhere { &file.text } else { &code };
            for at in words(seen, banned.word) {
                let what = format!("`{}` is not used here", banned.word);
                problems.push(Problem::new(&file.path, line_of(seen, at), what, banned.instead));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<usize> {
        check(&Repository::of(&[(path, text)])).iter().map(|problem| problem.line).collect()
    }

    #[test]
    fn banned_words_are_found_in_code() {
        let text = "use rand::rngs::StdRng;\nlet t = Instant::now();\nprintln!(\"x\");\n#[ignore]\ntodo!()\n";
        assert_eq!(found("crates/kernel/src/a.rs", text), [1, 2, 3, 5, 4]);
        assert_eq!(found("crates/cli/src/a.rs", text), [1, 5, 4]);
    }

    #[test]
    fn comments_may_speak_of_them_but_leave_no_gaps() {
        let text =
            format!("// StdRng is not stable.\nlet s = \"println!\";\n// {}: later\n", concat!("FIX", "ME"));
        assert_eq!(found("crates/kernel/src/a.rs", &text), [3]);
    }

    #[test]
    fn longer_words_are_other_words() {
        assert_eq!(
            found("crates/stats/src/a.rs", "reprint!(); cx.now(); Kernel::Instant::nowhere();"),
            [0; 0]
        );
    }

    #[test]
    fn the_comparison_with_other_simulators_is_left_alone() {
        assert_eq!(found("bench-peers/src/desru.rs", "use rand::rngs::SmallRng;"), [0; 0]);
    }
}
