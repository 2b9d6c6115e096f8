//! `brownout chart` from outside: what is drawn, what is refused and with which words, and what is left alone.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// A results folder of two variants, `results`, inside of another folder.
fn results() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/variants.toml");
    let scenario = scenario.to_str().expect("UTF-8");
    let run = brownout(folder.path(), &["run", scenario, "--out", "results", "-q"]);
    // The slow variant keeps no promise, which is what its picture shows.
    assert_eq!(run.status.code(), Some(4), "{}", String::from_utf8_lossy(&run.stderr));
    folder
}

fn brownout(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_brownout"));
    command.args(arguments).current_dir(folder).output().expect("the program starts")
}

fn chart(folder: &Path, arguments: &[&str]) -> Output {
    brownout(folder, &[&["chart", "results"], arguments].concat())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("the program writes UTF-8")
}

#[test]
fn every_chart_of_the_page_can_be_drawn_again_by_the_command_under_it() {
    let folder = results();
    let page = fs::read_to_string(folder.path().join("results/report.html")).expect("a page");
    let commands: Vec<&str> = page
        .split("<code class=\"again\">brownout chart FOLDER ")
        .skip(1)
        .filter_map(|rest| rest.split("</code>").next())
        .collect();
    assert!(12 <= commands.len() && commands.iter().any(|command| command.ends_with("--variant slow")));
    for command in commands {
        let words: Vec<&str> = command.split(' ').collect();
        let drawn = chart(folder.path(), &[&words[..], &["--out", "-"]].concat());
        assert_eq!(drawn.status.code(), Some(0), "{command}: {}", text(&drawn.stderr));
        let variant = if words.last() == Some(&"slow") { "slow/" } else { "" };
        let file = folder.path().join(format!("results/charts/{variant}{}.svg", words[0]));
        let before = fs::read_to_string(file).expect("a picture");
        let again = text(&drawn.stdout).replacen(" data-drawn-by=\"brownout\"", "", 1);
        assert!(again == before, "{command} draws what is on the page");
    }
}

#[test]
fn a_slide_is_as_asked_for_and_the_same_bytes_each_time() {
    let folder = results();
    let asked = "four-lines --variants base,slow --size 1600x900 --from 2m --to 6m --theme dark";
    let asked: Vec<&str> = asked.split(' ').chain(["--title", "Half a worker is too few"]).collect();
    let draw = |out: &str| {
        let drawn = chart(folder.path(), &[&asked[..], &["--out", out]].concat());
        assert_eq!(text(&drawn.stdout), format!("chart  {out}\n"), "{}", text(&drawn.stderr));
        fs::read(folder.path().join(out)).expect("a picture")
    };
    let svg = text(&draw("slide.svg"));
    assert!(svg.contains("width=\"1600\" height=\"900\"") && svg.contains("Half a worker is too few"));
    assert!(!svg.contains("#FFFFFF") && svg.contains("slow"));
    let png = draw("slide.png");
    let side = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
    assert_eq!((side(16), side(20)), (1600, 900));
    // Once more over the same files.
    assert!(svg == text(&draw("slide.svg")) && png == draw("slide.png"), "the same bytes");
    assert_eq!(chart(folder.path(), &["success", "-q"]).stdout, b"");
    assert!(folder.path().join("success.svg").is_file(), "called after its kind");
}

#[test]
fn what_cannot_be_drawn_is_refused_with_a_way_out() {
    let folder = results();
    let cases = [
        (
            "four-line",
            1,
            "no chart \"four-line\"\nhint: did you mean \"four-lines\"? this result has four-lines,",
        ),
        (
            "kv-cache",
            1,
            "kv-cache has nothing to draw of base: it shows tiers whose replicas are language models \
             (kind = \"inference\")\nhint: this result has four-lines,",
        ),
        (
            "four-lines --variant slo",
            1,
            "this result has no variant \"slo\"\nhint: did you mean \"slow\"? there are base, slow\n",
        ),
        (
            "four-lines --variants base,base",
            1,
            "base, base on one pair of axes: there is room for one variant, or for two that differ\n",
        ),
        (
            "topology --variants base,slow",
            1,
            "topology has no axes that two variants could share\nhint: draw a chart of each of them\n",
        ),
        ("topology --from 2m", 1, "from 2m: topology has no axis of time\nhint: leave both times out\n"),
        (
            "four-lines --from 6m --to 2m",
            1,
            "from 6m to 2m: the end is not after the beginning\nhint: base has lines from 0 s to 10 min\n",
        ),
        (
            "four-lines --from 5m --to 20m",
            1,
            "from 5m to 20m: there are no lines over all of that time\nhint: base has lines from 0 s to 10 min\n",
        ),
        (
            "four-lines --from 2m --to 2m1s",
            1,
            "from 2m to 2m1s: that is less than two windows\nhint: ask for at least 3 s; windows are 1 s long\n",
        ),
        ("four-lines --from 2", 2, "invalid value '2' for '--from <TIME>': \"2\" has no unit"),
        ("four-lines --size 1600", 2, "each from 320 to 8000, as in 1600x900"),
        ("four-lines --size 1600x9000", 2, "each from 320 to 8000, as in 1600x900"),
        ("four-lines --theme drak", 2, "there are light and dark"),
        ("four-lines --out slide.jpg", 1, "\"slide.jpg\": a chart is written as .svg or as .png\n"),
    ];
    for (arguments, code, says) in cases {
        let words: Vec<&str> = arguments.split(' ').collect();
        let refused = chart(folder.path(), &words);
        let said = text(&refused.stderr);
        assert!(refused.status.code() == Some(code) && said.contains(says), "{arguments:?}: {said}");
    }
    let elsewhere = brownout(folder.path(), &["chart", ".", "four-lines"]);
    assert!(text(&elsewhere.stderr).contains("name the folder that `brownout run --out` wrote"));
    let left: Vec<_> = fs::read_dir(folder.path()).expect("a folder").flatten().collect();
    assert_eq!(left.len(), 1, "nothing was written: {left:?}");
}

#[test]
fn a_file_of_the_user_is_left_as_it_is() {
    let folder = results();
    let path = folder.path().join("four-lines.svg");
    for content in ["", "<svg>drawn by hand</svg>"] {
        fs::write(&path, content).expect("a file");
        let refused = chart(folder.path(), &["four-lines"]);
        let said = text(&refused.stderr);
        assert!(refused.status.code() == Some(1) && said.contains("is left as it is"), "{said}");
        assert_eq!(fs::read_to_string(&path).expect("a file"), content);
    }
    let nowhere = chart(folder.path(), &["four-lines", "--out", "nowhere/slide.svg"]);
    assert!(text(&nowhere.stderr).contains("cannot write nowhere/slide.svg"));
}
