//! The hash: blind to how a scenario is written, but not to what it says.

mod common;

use brownout_scenario::{Overrides, load};
use common::{Disk, MM1, Memory, load_text};

fn hash(text: &str) -> u64 {
    load_text(text).unwrap_or_else(|problems| panic!("{}", problems.render(false))).hash
}

#[test]
fn formatting_comments_and_the_order_of_keys_do_not_change_it() {
    let same = [
        format!("# A comment.\n\n{MM1}\n# Another.\n"),
        MM1.replace("kind = \"service\"\nworkers = 1", "workers    = 1\nkind = 'service' # threads"),
        MM1.replace(
            "service = { dist = \"exponential\", mean = \"1s\" }",
            "[tier.server.service]\nmean = \"1s\"\ndist = \"exponential\"",
        ),
        MM1.replace("workers = 1", "workers = 0x1"),
        // These are not simulated: the stamp of a result carries them beside the hash.
        MM1.replace("M/M/1 at 80 %", "Another title"),
        MM1.replace("seed = 7", "seed = 8"),
        format!("{MM1}\n[variant.more]\n\"tier.server.workers\" = 2\n"),
    ];
    for text in same {
        assert_ne!(text, MM1, "the replacement did nothing");
        assert_eq!(hash(&text), hash(MM1), "{text}");
    }
}

#[test]
fn values_change_it() {
    let mut seen = vec![hash(MM1)];
    for (from, to) in [
        ("workers = 1", "workers = 2"),
        ("0.8/s", "0.81/s"),
        ("mean = \"1s\"", "mean = \"1.1s\""),
        ("2h", "3h"),
        ("do = \"get\"", "do = \"put\""),
        ("workers = 1", "workers = 1\nreplicas = 2"),
    ] {
        let text = MM1.replace(from, to).replace("web.get.latency", "web.latency");
        seen.push(hash(&text));
    }
    let len = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), len);
}

#[test]
fn it_is_pinned() {
    // Stored results are found by it: a change here makes every stored result look like one of another scenario.
    assert_eq!(format!("{:016x}", hash(MM1)), "aea7ece49ab3b64b");
}

#[test]
fn a_variant_and_a_trace_are_part_of_it() {
    let load = |variant: Option<&str>| {
        let options = Overrides { variant: variant.map(str::to_owned), ..Overrides::default() };
        load("good/everything.toml", &Disk, &options).expect("a good file").hash
    };
    assert_ne!(load(None), load(Some("shared")));
    let text = MM1.replace("rate = \"0.8/s\"", "model = \"trace\"\ntrace = { file = \"t.csv\" }");
    let with = |trace: &str| {
        let files = Memory::of(&[("a.toml", &text), ("t.csv", trace)]);
        brownout_scenario::load("a.toml", &files, &Overrides::default()).expect("a good file").hash
    };
    assert_ne!(with("timestamp\n1\n2\n"), with("timestamp\n1\n3\n"));
}
