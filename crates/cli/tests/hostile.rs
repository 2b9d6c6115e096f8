//! Names, terminals and files under hostile inputs: nothing commands a terminal, no file is read or removed that is not
//! meant, no read is without an end.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const PLAIN: &str = "schema = 1\n[run]\nduration = \"1m\"\n[load.web]\nrate = \"0.8/s\"\njourney = [{ do = \"get\" }]\n\
    [tier.server]\nkind = \"service\"\nworkers = 1\nservice = \"10ms\"\n";

fn run_in(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_brownout"));
    command.args(arguments).current_dir(folder).env("CLICOLOR_FORCE", "1").stdin(Stdio::null());
    command.output().expect("the program starts")
}

fn said(output: &Output) -> String {
    String::from_utf8([&output.stdout[..], &output.stderr[..]].concat()).expect("UTF-8")
}

/// What a program says to `check` of a text.
fn check(text: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.toml"), text).expect("a file");
    said(&run_in(folder.path(), &["check", "a.toml"]))
}

/// Without colours.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut parts = text.split("\u{1b}[");
    out.push_str(parts.next().unwrap_or(""));
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(part.len());
        assert!(part[end..].starts_with('m'), "only colours are sent: {part:?}");
        out.push_str(&part[end + 1..]);
    }
    out
}

fn is_harmless(text: &str) -> bool {
    !plain(text)
        .chars()
        .any(|c| (c.is_control() && c != '\n' && c != '\t') || ('\u{202a}'..='\u{202e}').contains(&c))
}

#[test]
fn nothing_that_is_written_commands_a_terminal() {
    let evil = "\\u001b]0;PWNED\\u0007\\u001b[2JEVIL\\u009b31m\\u202e";
    let title = format!("title = \"{evil}\"\nquestion = \"{evil}\"\ndescription = \"{evil}\"\n");
    let good = check(&format!("{title}{PLAIN}"));
    assert!(
        is_harmless(&good) && good.contains("\\u{1b}]0;PWNED\\u{7}\\u{1b}[2JEVIL\\u{9b}31m\\u{202e}"),
        "{good:?}"
    );
    let places = [
        format!("{PLAIN}[tier.\"{evil}\"]\nkind = \"service\"\n"),
        format!("{PLAIN}[load.\"{evil}\"]\nrate = \"1/s\"\n"),
        format!("{PLAIN}[class.\"{evil}\"]\n"),
        format!("{PLAIN}[operation.\"{evil}\"]\n"),
        format!("{PLAIN}[variant.\"{evil}\"]\n"),
        format!("{PLAIN}[controller.\"{evil}\"]\nkind = \"operator\"\n"),
        format!("{PLAIN}policies = [\"{evil}\"]\n"),
        format!("{PLAIN}\"{evil}\" = 1\n"),
        format!("{PLAIN}[[expect]]\nthat = \"{evil} < 1\"\n"),
        format!("{PLAIN}[[fault]]\nkind = \"{evil}\"\n"),
        format!("extends = \"{evil}\"\n{PLAIN}"),
        format!("{PLAIN}# \u{9b}31m \u{202e} \u{1b}[2J\nx = \n"),
    ];
    for place in places {
        let bad = check(&place);
        assert!(bad.contains("error") && is_harmless(&bad), "{bad:?}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    for typed in [
        &["check", "\u{1b}[2J.toml"][..],
        &["check", "--\u{1b}[2J"],
        &["man", "\u{9b}2J"],
        &["report", "\u{1b}c"],
    ] {
        let bad = said(&run_in(folder.path(), typed));
        assert!(bad.contains("error") && is_harmless(&bad), "{bad:?}");
    }
}

#[test]
fn one_rule_is_for_names_of_every_kind() {
    for name in ["", "../<b>", "a b", "=1+1", &"v".repeat(3_000)] {
        for table in ["tier", "load", "class", "operation", "controller", "variant"] {
            let said = plain(&check(&format!("{PLAIN}[{table}.\"{name}\"]\n")));
            assert!(
                said.contains(&format!(
                    "is no valid name of {} {table}",
                    if table == "operation" { "an" } else { "a" }
                )),
                "{said}"
            );
            assert!(said.len() < 2_500, "a name is quoted in 80 characters: {said}");
        }
    }
}

/// A hundred years are the longest span: whatever begins within a run may last as long.
#[test]
fn what_lasts_for_a_hundred_years_lasts_to_the_end() {
    let long = "36525d";
    let settings = [
        format!(
            "fault=[{{ tier = \"server\", kind = \"slow\", factor = 2, at = \"59s\", for = \"{long}\" }}]"
        ),
        format!("fault=[{{ tier = \"server\", kind = \"crash\", at = \"30s\", for = \"{long}\" }}]"),
        format!("fault=[{{ tier = \"server\", kind = \"restart\", at = \"30s\", for = \"{long}\" }}]"),
        format!("load.web.client={{ timeout = \"{long}\", retries = 2, backoff = \"{long}\" }}"),
        format!("load.web.surge=[{{ users = 100, at = \"30s\", over = \"{long}\" }}]"),
        format!("tier.server.queue={{ patience = \"{long}\", expire = \"{long}\" }}"),
        format!("tier.server.service={long}"),
        format!("tier.server.ejection={{ base = \"{long}\", interval = \"{long}\" }}"),
        format!("tier.server.boot={{ node = \"{long}\" }}"),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.toml"), PLAIN).expect("a file");
    for set in &settings {
        let output = run_in(folder.path(), &["run", "a.toml", "--no-out", "-q", "--set", set]);
        let said = plain(&said(&output));
        assert!(output.status.code() == Some(0), "{set}\n{said}");
    }
    let longer = run_in(
        folder.path(),
        &["run", "a.toml", "--no-out", "-q", "--set", "tier.server.queue={ patience = \"36526d\" }"],
    );
    assert!(plain(&said(&longer)).contains("longer than a hundred years"), "{}", said(&longer));
}

#[test]
fn a_trace_shows_little_of_a_file_that_is_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let secret = format!("root:x:0:0:{}\u{1b}[2J,b\nmore\n", "secret ".repeat(40));
    fs::write(folder.path().join("planted.txt"), secret).expect("a file");
    let trace = "model = \"trace\"\ntrace = { file = \"planted.txt\", time = \"t\" }\n";
    fs::write(folder.path().join("a.toml"), PLAIN.replace("rate = \"0.8/s\"\n", trace)).expect("a file");
    let said = said(&run_in(folder.path(), &["check", "a.toml"]));
    assert!(said.contains("has no column \"t\"") && is_harmless(&said), "{said:?}");
    assert!(said.matches("secret").count() <= 11, "{said}");
}

#[test]
fn reads_are_confined_where_that_is_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("in")).expect("a folder");
    fs::write(folder.path().join("base.toml"), PLAIN).expect("a file");
    fs::write(folder.path().join("in/own.toml"), PLAIN).expect("a file");
    for (extends, fine) in [("own.toml", true), ("../base.toml", false), ("/etc/hostname", false)] {
        fs::write(folder.path().join("in/a.toml"), format!("extends = \"{extends}\"\n")).expect("a file");
        let confined = run_in(folder.path(), &["check", "in/a.toml", "--confined"]);
        assert_eq!(confined.status.success(), fine, "{extends}: {}", said(&confined));
        assert!(fine || said(&confined).contains("not in the scenario's folder"), "{}", said(&confined));
    }
    fs::write(folder.path().join("in/a.toml"), "extends = \"../base.toml\"\n").expect("a file");
    assert!(run_in(folder.path(), &["check", "in/a.toml"]).status.success());
}

#[cfg(target_os = "linux")]
#[test]
fn devices_and_pipes_are_no_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let fifo =
        Command::new("mkfifo").arg(folder.path().join("pipe")).status().expect("the system has mkfifo");
    assert!(fifo.success());
    for named in ["pipe", "/dev/zero"] {
        fs::write(folder.path().join("a.toml"), format!("extends = \"{named}\"\n{PLAIN}")).expect("a file");
        let bad = said(&run_in(folder.path(), &["check", "a.toml"]));
        assert!(bad.contains("no regular file"), "{bad}");
    }
    let bad = said(&run_in(folder.path(), &["check", "/dev/zero"]));
    assert!(bad.contains("more than 4 MiB"), "{bad}");
}

#[test]
fn pictures_that_no_run_has_written_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("charts")).expect("a folder");
    fs::write(folder.path().join("charts/logo.png"), "mine").expect("a file");
    fs::write(folder.path().join("a.toml"), PLAIN).expect("a file");
    for _ in 0..2 {
        let done = run_in(folder.path(), &["run", "a.toml", "--out", ".", "-q"]);
        assert!(done.status.success(), "{}", said(&done));
        assert!(folder.path().join("charts/success.svg").is_file());
    }
    run_in(folder.path(), &["report", ".", "--charts", "none"]);
    assert!(!folder.path().join("charts/success.svg").exists(), "ours go");
    assert_eq!(fs::read_to_string(folder.path().join("charts/logo.png")).expect("it stays"), "mine");
}

/// What each of twenty runs that are killed while they write leaves: all of the old files or all of the new ones.
#[cfg(unix)]
#[test]
fn a_killed_run_leaves_all_old_or_all_new() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.toml"), PLAIN).expect("a file");
    let result = || fs::read_to_string(folder.path().join("out/result.json")).expect("a result");
    let seed_of = |text: &str| {
        let json: serde_json::Value = serde_json::from_str(text).expect("whole JSON");
        json["seed"].as_u64().expect("a seed")
    };
    assert!(run_in(folder.path(), &["run", "a.toml", "--out", "out", "-q"]).status.success());
    #[allow(clippy::disallowed_methods, reason = "the kills are timed by the machine")]
    let start = std::time::Instant::now();
    assert!(run_in(folder.path(), &["run", "a.toml", "--out", "out", "-q"]).status.success());
    let whole = start.elapsed();
    for (seed, signal) in (2_u32..).zip(["-KILL", "-TERM", "-INT"].into_iter().cycle().take(21)) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_brownout"));
        let seed_text = seed.to_string();
        command
            .args(["run", "a.toml", "--out", "out", "-q", "--seed", &seed_text])
            .current_dir(folder.path());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        // Near its end, where it writes.
        std::thread::sleep(whole.mul_f64(0.5 + f64::from(seed) / 40.0));
        let _ = Command::new("kill").args([signal, &child.id().to_string()]).stderr(Stdio::null()).status();
        child.wait().expect("it ends");
        let seeds = [result(), result()].map(|text| seed_of(&text));
        let report = run_in(folder.path(), &["report", "out", "-q", "--out", "drawn"]);
        assert!(report.status.success(), "{signal}: {}", said(&report));
        let drawn = fs::read_to_string(folder.path().join("drawn/result.json")).expect("drawn again");
        assert_eq!(seed_of(&drawn), seeds[0], "the results are those of the page");
    }
    assert!(run_in(folder.path(), &["run", "a.toml", "--out", "out", "-q"]).status.success());
    let left: Vec<_> =
        fs::read_dir(folder.path()).expect("a folder").flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(left.len(), 3, "scenario, results and pages: {left:?}");
}
