//! Factors of loads and surges, and the plan of a run, through the public path.

mod common;

use brownout::model::{Arrivals, Effect};
use brownout::{Overrides, outline};
use common::case;

fn text(load: &str) -> String {
    format!(
        "schema = 1\n[run]\nduration = \"1h\"\n[load.web]\n{load}\njourney = [{{ do = \"get\" }}]\n\
         [tier.app]\nkind = \"service\"\nworkers = 9\nservice = \"1ms\"\n"
    )
}

/// The number of users that a surge brings.
fn users(load: &str) -> u64 {
    let case = case(&text(load), &Overrides::default());
    let effects = case.scenario.model.changes.iter().map(|change| change.effect);
    effects
        .filter_map(|effect| if let Effect::Surge { users, .. } = effect { Some(users) } else { None })
        .sum()
}

#[test]
fn a_surge_is_a_multiple_of_the_load_at_its_height() {
    let surge = |rate: &str, rest: &str| users(&format!("{rate}\nsurge = [{{ over = \"10m\", {rest} }}]"));
    let rate = "rate = \"10/s\"";
    assert_eq!(surge(rate, "factor = 5"), 40 * 600);
    assert_eq!(surge(rate, "factor = 1"), 0);
    assert_eq!(surge(rate, "factor = 5, shape = \"ramp\""), 40 * 300, "a triangle of that height");
    // ∫ 40 sin(πx/600) dx = 40 · 600 · 2/π
    assert_eq!(surge(rate, "factor = 5, shape = \"s-curve\""), 15_279);
    // 40 · τ · (1 − ½^(600/300)), τ = 300 s / ln 2
    assert_eq!(surge(rate, "factor = 5, shape = { decay = \"5m\" }"), 12_984);
    let rising =
        "stages = [{ duration = \"0s\", rate = \"0/s\" }, { duration = \"1000s\", rate = \"100/s\" }]";
    assert_eq!(surge(rising, "factor = 2"), 30 * 600, "its mean over the window is 30/s");
    assert_eq!(surge(rising, "factor = 2, shape = \"ramp\""), 60 * 300, "60/s when it is highest");
    assert_eq!(surge("rate = \"10/s\"\nfactor = 1.5", "factor = 5"), 60 * 600, "it follows the load");
    assert_eq!(surge("rate = \"10/s\"\nfactor = 1.5", "users = 7"), 7, "a number of users does not");
}

#[test]
fn a_load_is_multiplied_as_a_whole() {
    let arrivals = |load: &str| {
        let mut model = case(&text(load), &Overrides::default()).scenario.model;
        model.loads.remove(0).arrivals
    };
    assert_eq!(arrivals("rate = \"10/s\"\nfactor = 1.5"), arrivals("rate = \"15/s\""));
    let stages = |of: [u32; 2]| {
        format!(
            "stages = [{{ duration = \"0s\", rate = \"{}/s\" }}, {{ duration = \"9m\", rate = \"{}/s\" }}]",
            of[0], of[1]
        )
    };
    assert_eq!(arrivals(&format!("{}\nfactor = 3", stages([2, 8]))), arrivals(&stages([6, 24])));
    let closed = arrivals("model = \"closed\"\nusers = 10\nfactor = 1.15");
    assert!(matches!(closed, Arrivals::Closed { users: 12, .. }), "11.5 is rounded: {closed:?}");
}

#[test]
fn check_says_when_each_thing_happens() {
    let text = format!(
        "{}[[fault]]\nkind = \"crash\"\ntier = \"app\"\nat = \"10m\"\nfor = \"5m\"\n\
         [[fault]]\nkind = \"hang\"\ntier = \"app\"\nat = \"55m\"\nfor = \"10m\"\n\
         [controller.oncall]\nkind = \"operator\"\n\
         [[controller.oncall.step]]\nat = \"20m\"\ndo = \"limit\"\ntier = \"app\"\nlimit = 9\n\
         [[controller.oncall.step]]\nat = \"58m\"\nafter = \"5m\"\ndo = \"restart\"\ntier = \"app\"\n",
        text("rate = \"1/s\"")
    );
    let set = vec![("tier.app.workers".to_owned(), "4@30m..40m".to_owned())];
    let case = case(&text, &Overrides { set, ..Overrides::default() });
    let shown = outline(&case);
    let at = |words: &str| shown.find(words).unwrap_or_else(|| panic!("{words:?} is missing:\n{shown}"));
    let order =
        ["app is down", "app has queues of 9", "5 min until it is done", "tier.app.workers = 4", "app hangs"];
    let places = order.map(at);
    assert!(places.is_sorted(), "in order of time:\n{shown}");
    assert!(at("the run ends before it does") > at("app hangs"));
    assert!(at("within the run") > at("app restarts"), "58 min and 5 min more");
    at("1 of these cannot happen before the run ends");
}
