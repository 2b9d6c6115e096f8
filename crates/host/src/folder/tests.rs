//! A results folder under all that can be in its way.

use super::*;
use tempfile::tempdir;

fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), bytes: text.as_bytes().to_vec() }
}

/// All files below a folder, without the list of them.
fn names(folder: &Path) -> Vec<String> {
    fn walk(folder: &Path, prefix: &str, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type().expect("a kind").is_dir() {
                walk(&entry.path(), &format!("{name}/"), found);
            } else if name != record::NAME {
                found.push(name);
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, "", &mut found);
    found.sort();
    found
}

fn write(out: &Path, files: &[File], older: Older) {
    try_out(out).and_then(|()| super::write(out, files, older)).expect("it is written");
}

#[test]
fn a_run_replaces_what_a_run_has_written() {
    let place = tempdir().expect("a folder");
    let out = place.path().join("a/out");
    write(&out, &[file("charts/one.svg", "1"), file("results.json", "1")], Older::Goes);
    write(&out, &[file("charts/two.svg", "2"), file("results.json", "2")], Older::Goes);
    assert_eq!(names(&out), ["charts/two.svg", "results.json"]);
    write(&out, &[file("charts/three.svg", "3"), file("report.html", "3")], Older::Stays);
    assert_eq!(names(&out), ["charts/three.svg", "report.html", "results.json"]);
    assert_eq!(names(place.path()).len(), 4, "and the list of them: nothing else is left beside the folder");
}

#[test]
fn what_others_have_put_there_stays() {
    let place = tempdir().expect("a folder");
    let out = place.path();
    fs::create_dir(out.join("charts")).expect("a folder");
    fs::write(out.join("charts/logo.png"), "mine").expect("a file");
    fs::write(out.join("scenario.toml"), "mine").expect("a file");
    write(out, &[file("charts/one.svg", "1"), file("results.json", "1")], Older::Goes);
    write(out, &[file("charts/two.svg", "2"), file("results.json", "2")], Older::Goes);
    assert_eq!(names(out), ["charts/logo.png", "charts/two.svg", "results.json", "scenario.toml"]);
}

#[cfg(unix)]
#[test]
fn no_link_is_followed() {
    let (place, elsewhere) = (tempdir().expect("a folder"), tempdir().expect("a folder"));
    let out = place.path();
    fs::write(elsewhere.path().join("one.svg"), "theirs").expect("a file");
    std::os::unix::fs::symlink(elsewhere.path(), out.join("charts")).expect("a link");
    fs::write(out.join(record::NAME), "charts/one.svg\n../x\n/etc/x\n").expect("a file");
    let refused = super::write(out, &[file("charts/two.svg", "2")], Older::Goes).expect_err("a link");
    assert!(refused.to_string().contains("charts is a link"), "{refused}");
    super::write(out, &[file("results.json", "2")], Older::Goes).expect("nothing is written there");
    assert_eq!(names(elsewhere.path()), ["one.svg"]);
}

#[test]
fn what_a_killed_run_has_left_is_swept() {
    let place = tempdir().expect("a folder");
    let out = place.path().join("out");
    // No system has processes of this number.
    let left = place.path().join(".out.brownout-4294967295");
    fs::create_dir(&left).expect("a folder");
    fs::write(left.join("report.html"), "half").expect("a file");
    let old = place.path().join(".out.brownout-4294967294-old");
    fs::create_dir(&old).expect("a folder");
    try_out(&out).expect("it can be written");
    if cfg!(target_os = "linux") {
        assert!(!left.exists() && !old.exists() && out.exists(), "the old folder is back in its place");
    }
}
