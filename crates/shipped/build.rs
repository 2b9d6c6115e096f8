//! Lists what ships in the program: the scenarios of `models` and `experiments`, so that an installed one has them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Folders of the repository whose scenarios and small traces ship.
const FOLDERS: [&str; 2] = ["models", "experiments"];
/// A larger trace stays in the repository: the program is downloaded by everyone, the trace read by few.
const TRACE_BYTES_MAX: u64 = 1 << 20;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for folder in FOLDERS {
        println!("cargo::rerun-if-changed={}", root.join(folder).display());
        collect(&root.join(folder), &mut files);
    }
    let named = |file: PathBuf| {
        let path = file.strip_prefix(&root).expect("a file below the root");
        (path.to_string_lossy().replace('\\', "/"), file)
    };
    let mut files: Vec<(String, PathBuf)> = files.into_iter().map(named).collect();
    // By their text, as they are looked up: as paths `a/x` comes before `a-b/x`, as texts after it.
    files.sort();
    let mut table = String::from("&[\n");
    for (path, file) in files {
        writeln!(table, "    ({path:?}, include_str!({:?})),", file.display().to_string())
            .expect("a String takes any text");
    }
    table.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(out.join("shipped.rs"), table).expect("the table of shipped files can be written");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let ends = |ending: &str| path.extension().is_some_and(|extension| extension == ending);
        if path.is_dir() {
            collect(&path, files);
        } else if ends("toml")
            || (ends("csv") && entry.metadata().is_ok_and(|data| data.len() <= TRACE_BYTES_MAX))
        {
            files.push(path);
        }
    }
}
