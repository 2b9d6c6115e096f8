//! `[sweep]` and `[plan]`: what they mean, and what is wrong with those that mean nothing.

mod common;

use brownout_scenario::{Design, On, Overrides, Problems, Scenario, Sweep, axis_values, load};
use common::{MM1, Memory};

fn with(text: &str, set: &[(String, String)]) -> Result<Scenario, Problems> {
    let text = format!("extends = \"mm1.toml\"\nschema = 1\n{text}");
    let files = Memory::of(&[("a.toml", &text), ("mm1.toml", MM1)]);
    load("a.toml", &files, &Overrides { set: set.to_vec(), ..Overrides::default() })
}

fn fine(text: &str) -> Scenario {
    with(text, &[]).unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}

fn sweep(text: &str) -> Sweep {
    fine(&format!("[sweep]\n{text}")).sweep.expect("a sweep")
}

fn levels(text: &str) -> Vec<String> {
    let sweep = sweep(text);
    let axis = &sweep.axes[0];
    (0..axis.count().expect("steps")).map(|at| axis.level(at).shown).collect()
}

#[test]
fn an_axis_is_a_list_a_range_or_a_law() {
    assert_eq!(levels("\"tier.server.workers\" = [1, 4]"), ["1", "4"]);
    assert_eq!(levels("\"tier.server.workers\" = { from = 2, to = 5 }"), ["2", "3", "4", "5"]);
    assert_eq!(levels("\"tier.server.workers\" = { from = 2, to = 8, step = 3 }"), ["2", "5", "8"]);
    assert_eq!(levels("\"tier.server.workers\" = { from = 1, to = 9, steps = 3 }"), ["1", "5", "9"]);
    assert_eq!(
        levels("\"load.web.rate\" = { from = \"1/s\", to = \"2/s\", steps = 3 }"),
        ["1/s", "1.5/s", "2/s"]
    );
    let log = "\"load.web.factor\" = { from = 0.5, to = 8, steps = 5, scale = \"log\" }";
    assert_eq!(levels(log), ["0.5", "1", "2", "4", "8"]);
    let drawn = sweep(
        "design = \"latin-hypercube\"\npoints = 8\n\"load.web.factor\" = { dist = \"uniform\", min = 1, max = 2 }",
    );
    assert_eq!((drawn.design, drawn.points, drawn.axes[0].count()), (Design::LatinHypercube, 8, None));
    assert_eq!(drawn.axes[0].at(0.25).shown, "1.25");
    let times = sweep(
        "design = \"sobol\"\npoints = 8\n\
         \"tier.server.service.mean\" = { dist = \"uniform\", min = \"1s\", max = \"3s\" }",
    );
    assert_eq!(times.axes[0].at(0.5).text, "\"2s\"");
}

#[test]
fn axes_that_move_together_are_one_and_conditions_leave_points_out() {
    let both = "\"tier.server.workers\" = [1, 2, 3]\n\"load.web.factor\" = [1, 2, 3]\n";
    assert_eq!(sweep(both).points, 9);
    let zipped = sweep(&format!("{both}zip = [[\"tier.server.workers\", \"load.web.factor\"]]"));
    assert_eq!((zipped.points, zipped.groups.len()), (3, 1));
    let some = sweep(&format!("{both}where = \"load.web.factor <= tier.server.workers\""));
    let at = |workers: usize, factor: usize| {
        some.conditions[0].holds(&[some.axes[0].level(workers - 1), some.axes[1].level(factor - 1)])
    };
    assert!(at(2, 1) && at(2, 2) && !at(2, 3));
}

#[test]
fn an_axis_of_the_command_line_is_one_of_the_file() {
    let set = |values: &str| [axis_values("tier.server.workers", values)];
    let counts = |values: &str| {
        let scenario = with("", &set(values)).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
        scenario.sweep.expect("a sweep").axes[0].count()
    };
    assert_eq!(counts("1..16"), Some(16));
    assert_eq!(counts("1..16:4"), Some(4));
    assert_eq!(counts("1,2,4"), Some(3));
    assert_eq!(counts("{ from = 1, to = 5, step = 2 }"), Some(3));
    // The quotes keep the dots of a path together.
    assert_eq!(set("1..2")[0].0, "sweep.\"tier.server.workers\"");
}

#[test]
fn what_means_nothing_is_refused_with_what_to_write_instead() {
    let told = |text: &str| match with(text, &[]) {
        Ok(_) => panic!("accepted: {text}"),
        Err(problems) => problems.render(false),
    };
    let cases = [
        ("\"tier.server.workers\" = []", "an axis without values"),
        ("\"tier.server.workers\" = 3", "a list of values, a range or a law"),
        ("\"tier.server.workers\" = { from = 5, to = 2 }", "goes backwards"),
        ("\"tier.server.workers\" = { from = 5, to = 5 }", "one value"),
        ("\"tier.server.workers\" = { from = 1, to = \"5/s\" }", "two quantities of one kind"),
        ("\"tier.server.workers\" = { from = 1, to = 5, step = 3 }", "the last one would be 4"),
        ("\"tier.server.workers\" = { from = 1, to = 5, step = 2, steps = 2 }", "either a \"step\""),
        ("\"tier.server.workers\" = { from = 1, to = 1_000_000 }", "at most 10000"),
        ("\"load.web.factor\" = { from = 0, to = 5, steps = 3, scale = \"log\" }", "begins above zero"),
        ("\"load.web.rate\" = { from = \"1/s\", to = \"2/s\" }", "steps = 10"),
        ("\"tier.server.wrkers\" = [1]", "has no key \"wrkers\""),
        ("\"tier.sever.workers\" = [1]", "did you mean \"server\"?"),
        ("\"tier.server.workers\" = [1, 0]", "workers"),
        ("variant = [\"none\"]", "no variant is called \"none\""),
        ("points = 5", "without axes"),
        ("\"tier.server.workers\" = [1]\npoints = 5", "all combinations"),
        ("\"tier.server.workers\" = [1]\ndesign = \"sobol\"", "points = 64"),
        ("\"tier.server.workers\" = [1]\ndesign = \"sobol\"\npoints = 70_000", "at most 65,536"),
        ("\"tier.server.workers\" = [1]\nzip = [[\"load.web.rate\"]]", "is no axis of this sweep"),
        (
            "\"tier.server.workers\" = [1]\n\"load.web.factor\" = [1, 2]\n\
             zip = [[\"tier.server.workers\", \"load.web.factor\"]]",
            "not 1 and 2",
        ),
        ("\"tier.server.workers\" = [1]\nwhere = \"tier.server.wrkers < 3\"", "did you mean"),
        ("\"tier.server.workers\" = [1]\nuntil = { metric = \"web.get.latenci\" }", "latenci"),
        ("\"tier.server.workers\" = [1]\nuntl = 3", "has no key \"untl\""),
    ];
    for (text, expected) in cases {
        let said = told(&format!("[sweep]\n{text}\n"));
        assert!(said.contains(expected), "{text}\n{said}");
    }
    let billions: String = (0..9)
        .fold(String::new(), |all, n| all + &format!("\"tier.server.x{n}\" = {{ from = 1, to = 10 }}\n"));
    assert!(told(&format!("[sweep]\n{billions}")).contains("1,000,000,000 points"));
}

/// A warm-up is shorter than its run: whether it is depends on which of both values stand together.
#[test]
fn axes_that_move_together_are_checked_as_they_will_run() {
    let told = |durations: &str, warmups: &str| {
        let zip = "zip = [[\"run.duration\", \"run.warmup\"]]";
        let text = format!("[sweep]\n\"run.duration\" = {durations}\n\"run.warmup\" = {warmups}\n{zip}\n");
        with(&text, &[]).map_or_else(|problems| problems.render(false), |_| String::new())
    };
    assert_eq!(told("[\"20s\", \"20000s\"]", "[\"10s\", \"10000s\"]"), "");
    let wrong = told("[\"20000s\", \"20s\"]", "[\"10s\", \"30s\"]");
    assert!(wrong.contains("warm"), "{wrong}");
}

#[test]
fn a_plan_promises_something_of_runs_or_on_average() {
    let average = "{ that = \"web.latency.mean < 100ms\", on = \"average\" }";
    let promise = format!("[plan]\npromise = [\"web.latency.p99 < 1s\", {average}]\nshare = \"90%\"\n");
    let plan =
        fine(&format!("{promise}[plan.knob]\n\"tier.server.workers\" = {{ from = 1, to = 8 }}\n")).plan;
    assert_eq!(plan.promises.iter().map(|promise| promise.on).collect::<Vec<_>>(), [On::Runs, On::Average]);
    assert_eq!((plan.share, plan.confidence, plan.budget), (0.9, 0.95, 300));
    assert_eq!(plan.knobs[0].count(), Some(8));
    let told = |text: &str| with(&format!("[plan]\n{text}\n"), &[]).expect_err("a mistake").render(false);
    for (text, expected) in [
        ("promise = []", "at least 1"),
        ("promise = [\"web.latency.p99\"]", "this is no comparison"),
        ("promise = [{ that = \"web.badge <= dented\", on = \"average\" }]", "above or below something"),
        ("share = \"100%\"", "from 50% to 99.9%"),
        ("confidence = \"20%\"", "from 50% to 99.9%"),
        ("budget = 3", "fewer than 20 runs"),
        ("knob = 3", "a table of paths"),
        ("promises = []", "did you mean \"promise\"?"),
    ] {
        assert!(told(text).contains(expected), "{text}\n{}", told(text));
    }
}
