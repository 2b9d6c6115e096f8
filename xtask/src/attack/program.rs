//! The program under attack: what it is given, and what it may say.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use super::{File, now};

/// Longer than any check may take, in time of the processor: a machine that does other things too is not blamed.
const CHECK_TIME: Duration = Duration::from_secs(2);
/// After that a run is interrupted.
const RUN_TIME: Duration = Duration::from_secs(2);
/// And has this long to end, in time of the processor.
const END_TIME: Duration = Duration::from_secs(2);
/// A program that sleeps uses no time of the processor: by the clock it has this many times as long.
const CLOCK: u32 = 8;
/// The memory that a case may take. A mutation may ask for 400,000 users a second, of whom a million are inside: a run
/// is told this limit, refuses what it knows to need more, and stops before it takes more.
const MEMORY_MAX: u64 = 200_000_000;
/// As it is told.
pub(super) const MEMORY: &str = "200MB";

/// The program, and what ships with it.
pub(super) struct Program {
    path: PathBuf,
    root: PathBuf,
    /// Every scenario and model of the repository.
    pub(super) shipped: Vec<File>,
    /// Those that run in a moment.
    pub(super) small: Vec<File>,
}

/// How it ended, and what it said on both of its streams.
pub(super) struct Told {
    status: ExitStatus,
    pub(super) text: String,
    /// It was still running when its time was over, and was interrupted.
    late: bool,
    /// The most memory that it had, in bytes; 0 where the system does not say.
    memory: u64,
}

impl Program {
    /// # Errors
    /// If the files that ship cannot be read.
    pub(super) fn new(path: PathBuf, root: PathBuf) -> Result<Self, String> {
        let read = |folders: &[&str]| {
            let mut files = Vec::new();
            folders.iter().try_for_each(|folder| collect(&root.join(folder), &mut files)).map(|()| files)
        };
        let shipped = read(&["experiments", "models", "crates/scenario/tests/good"])?;
        let small = read(&["crates/cli/tests/scenarios", "crates/cli/tests/failures", "crates/shipped"])?;
        Ok(Program { path, root, shipped, small })
    }

    pub(super) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new("sh");
        // What asks for more is stopped by a signal, which is found.
        command.args(["-c", "ulimit -v 2000000; exec \"$@\"", "sh"]).arg(&self.path);
        command.args(words).stdin(Stdio::null()).env("RUST_BACKTRACE", "0");
        command
    }

    /// A file of the repository, as it is typed.
    pub(super) fn path_of(&self, file: &str) -> String {
        self.root.join(file).to_string_lossy().into_owned()
    }

    /// A file without others that it names.
    pub(super) fn small_file(&self, text: String) -> File {
        File { path: self.root.join("attack.toml"), text }
    }

    /// `check` of a file.
    ///
    /// # Errors
    /// If it takes too long.
    pub(super) fn checks(&self, file: &File) -> Result<Told, String> {
        let told = self.tell(file, &["check"], &[], CHECK_TIME)?;
        if told.late { Err(format!("a check takes over {CHECK_TIME:?}:\n{}", file.text)) } else { Ok(told) }
    }

    /// One replication of a file; it is interrupted after a while.
    ///
    /// # Errors
    /// If it does not end then.
    pub(super) fn runs(&self, file: &File) -> Result<Told, String> {
        let once = ["--no-out", "--alone", "-q", "--replications", "1", "--memory", MEMORY];
        self.tell(file, &["run"], &once, RUN_TIME)
    }

    /// The file lies where it was taken from, under another name, so that it finds what it names.
    fn tell(&self, file: &File, before: &[&str], after: &[&str], time: Duration) -> Result<Told, String> {
        let name = format!(".attack-{}.toml", std::process::id());
        let path = file.path.with_file_name(name);
        let gone = Gone(path.clone());
        std::fs::write(&path, &file.text).map_err(|error| format!("{}: {error}", path.display()))?;
        let typed = path.to_string_lossy().into_owned();
        let mut command = self.command(&[before, &[&typed], after].concat());
        let told = wait(&mut command, time).map_err(|what| format!("{what}:\n{}", file.text));
        drop(gone);
        told
    }
}

impl Told {
    /// The exit code after Ctrl-C.
    pub(super) const INTERRUPTED: i32 = 130;

    /// The exit code, if the program ended as it may.
    ///
    /// # Errors
    /// A panic, a signal, a code that it does not have, or text that is none.
    pub(super) fn fine(&self, file: &File) -> Result<i32, String> {
        let command =
            |c: char| (c.is_control() && c != '\n' && c != '\t') || ('\u{202a}'..='\u{202e}').contains(&c);
        let wrong = match self.status.code() {
            Some(code @ (0..=4 | Told::INTERRUPTED)) => {
                if self.text.chars().any(command) {
                    "it sends a terminal more than text".to_owned()
                } else if MEMORY_MAX < self.memory {
                    format!("it took {} MB, more than {MEMORY}", self.memory / 1_000_000)
                } else {
                    return Ok(code);
                }
            }
            // It was told to stop before it could be told how.
            None if self.late => return Ok(Told::INTERRUPTED),
            _ => format!("it ended with {}", self.status),
        };
        Err(format!("{wrong}:\n{}\nof\n{}", self.text, file.text))
    }

    /// Whether it was refused or stopped since it needs more memory than a case may take.
    pub(super) fn lacks_memory(&self) -> bool {
        self.status.code() == Some(1) && self.text.contains("(--memory)")
    }
}

/// A file that is removed again, however a case ends.
struct Gone(PathBuf);

impl Drop for Gone {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// What a command says; it is interrupted after that time.
///
/// # Errors
/// If it cannot be started, or does not end when it is interrupted.
pub(super) fn wait(command: &mut Command, time: Duration) -> Result<Told, String> {
    let text = std::env::temp_dir().join(format!("brownout-attack-{}.txt", std::process::id()));
    let gone = Gone(text.clone());
    let out = std::fs::File::create(&text).map_err(|error| error.to_string())?;
    let both = out.try_clone().map_err(|error| error.to_string())?;
    let child = command.stdout(out).stderr(both).spawn();
    let mut child = child.map_err(|error| format!("it could not be started: {error}"))?;
    let mut usage = Usage::default();
    let mut late = false;
    let mut status = ends_within(&mut child, time, &mut usage);
    if status.is_none() {
        late = true;
        signal(&child, "INT");
        status = ends_within(&mut child, END_TIME, &mut usage);
    }
    let Some(status) = status else {
        let _ = child.kill();
        let _ = child.wait();
        return Err(format!("it does not end within {END_TIME:?} of an interrupt"));
    };
    let said = std::fs::read(&text).unwrap_or_default();
    drop(gone);
    Ok(Told { status, text: String::from_utf8_lossy(&said).into_owned(), late, memory: usage.memory })
}

/// What a process has used, as the system tells it of one that still runs.
#[derive(Clone, Copy, Default)]
struct Usage {
    /// The most memory that it had at once, in bytes.
    memory: u64,
    /// Time of the processor.
    time: Duration,
}

impl Usage {
    /// Looks at a process; what has ended, or another system, tells nothing new.
    fn look(&mut self, id: u32) {
        let read = |file: &str| std::fs::read_to_string(format!("/proc/{id}/{file}")).unwrap_or_default();
        let status = read("status");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        self.memory = self.memory.max(peak.unwrap_or(0) << 10);
        // The name of the program stands in brackets and may have blanks; the 12th and 13th word after it are ticks of
        // 10 ms.
        let stat = read("stat");
        let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let ticks = rest.split_whitespace().skip(11).take(2).filter_map(|word| word.parse::<u64>().ok());
        self.time = self.time.max(Duration::from_millis(10 * ticks.sum::<u64>()));
    }
}

/// How a child ends, if it does within that time of the processor, or eight times as long by the clock.
fn ends_within(child: &mut Child, time: Duration, usage: &mut Usage) -> Option<ExitStatus> {
    let start = now();
    let before = usage.time;
    loop {
        usage.look(child.id());
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            _ if time <= usage.time.saturating_sub(before) || CLOCK * time <= start.elapsed() => return None,
            _ => std::thread::sleep(Duration::from_millis(2)),
        }
    }
}

/// How a child ends, if it does within that time by the clock.
pub(super) fn ends(child: &mut Child, time: Duration) -> Option<ExitStatus> {
    let start = now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            _ if time <= start.elapsed() => return None,
            _ => std::thread::sleep(Duration::from_millis(2)),
        }
    }
}

/// Sends a signal to a child of ours.
pub(super) fn signal(child: &Child, name: &str) {
    let _ = Command::new("kill").args(["-s", name, &child.id().to_string()]).stderr(Stdio::null()).status();
}

fn collect(folder: &Path, files: &mut Vec<File>) -> Result<(), String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|end| end == "toml")
            && path
                .file_name()
                .is_some_and(|name| name != "Cargo.toml" && !name.to_string_lossy().starts_with('.'))
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            files.push(File { path, text });
        }
    }
    Ok(())
}
