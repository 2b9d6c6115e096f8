//! What broken tables are told, line by line.

use brownout_fit::{Columns, Mistakes, fit, points, rows};
use std::fmt::Write as _;

/// Each table with what it is told.
fn told(tables: &[(&str, &str)], read: impl Fn(&str) -> Result<(), Mistakes>) -> String {
    let mut out = String::new();
    for (what, text) in tables {
        let mistakes = read(text).expect_err(what);
        let _ = writeln!(out, "{what}:\n{}\n", mistakes.render("x.csv"));
    }
    out
}

#[test]
fn of_points() {
    let many = format!("kind,tokens,batch,context,ms\n{}", "prefill,,,,\n".repeat(20));
    let tables = [
        ("nothing", ""),
        ("only a header", "kind,tokens,batch,context,ms\n"),
        ("other columns", "n,ms\n1,2\n"),
        ("a missing column", "kind,tokens,batch,ms\nprefill,1,,2\n"),
        ("too few", "kind,tokens,batch,context,ms\nprefill,128,,,5\n"),
        (
            "wrong cells",
            "# measured on a Sunday\nkind,tokens,batch,context,ms\nprefil,1,,,2\n,1,,,2\nprefill,,,,2\nprefill,0,,,2\n\
             prefill,-5,,,2\nprefill,5,,,0\nprefill,5,,,\n\
             decode,,,100,5\ndecode,,4,,5\nprefill,5,2\nprefill,five,,,NaN\n",
        ),
        (
            "decodes beyond tokens",
            "tokens,decodes,context,attention,ms\n4,5,100,0,3\n0,0,0,0,3\n1,1,1,-1,3\n",
        ),
        ("many mistakes", &many),
    ];
    insta::assert_snapshot!(told(&tables, |text| points(text).and_then(|points| fit(&points)).map(|_| ())));
}

#[test]
fn of_traces() {
    let late = format!("time\n{}1700000000000\n", "5\n".repeat(12));
    let flat = format!("time,prompt\n{}", "5,100\n".repeat(12));
    let tables = [
        ("nothing", "\n\n"),
        ("no times", "when,prompt\n1,2\n"),
        ("too few", "time,prompt\n1,2\n2,3\n"),
        ("one instant", &flat),
        ("milliseconds", &late),
        (
            "wrong cells",
            "time,prompt,output\n0,1,1\n,1,1\nsoon,1,1\n2,,1\n3,-1,1\n4,1.5,1\n5,3000000,1\n4.5,1,1\n6,1\n6,1,inf\n",
        ),
    ];
    insta::assert_snapshot!(told(&tables, |text| rows(text, &Columns::default()).map(|_| ())));
    let columns = Columns { prompt: Some("tokens".to_owned()), ..Columns::default() };
    let missing = rows("time,prompt\n1,2\n", &columns).expect_err("there is no such column");
    assert_eq!(missing.render("x.csv"), "x.csv: there is no column \"tokens\"; it has \"time\", \"prompt\"");
}

#[test]
fn no_text_makes_it_panic() {
    // Every table above and below, cut at every byte.
    let texts = [
        "\u{feff}kind,tokens,batch,context,ms\nprefill,1e300,,,1e-300\ndecode,,1,1,1e15\n\"a,b\",\"\n",
        "tokens,decodes,context,attention,ms\n1,0,0,0,1\n2,0,0,0,1\n3,0,0,0,1\n4,0,0,0,1\n5,0,0,0,1\n6,0,0,0,1\n",
        "time,prompt,output\n0,1,1\n1,1,1\n1,9,2\n1,1,0\n2,0,0\n3,7,7\n3,7,7\n3,7,7\n3,7,7\n3e8,2097151,2097151\n",
    ];
    for text in texts {
        for at in (0..=text.len()).filter(|&at| text.is_char_boundary(at)) {
            let _ = points(&text[..at]).and_then(|points| fit(&points));
            if let Ok(rows) = rows(&text[..at], &Columns::default()) {
                let statistics = brownout_fit::Statistics::of(&rows);
                let names = brownout_fit::Block { trace: String::new(), name: "x".to_owned() };
                assert!(brownout_fit::block(&statistics, &names).contains("[load.x]"));
            }
        }
    }
}
