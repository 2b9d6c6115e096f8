//! The templates of nights: each draws its own parameters, and says what it takes to be true.

use super::bystanders;
use super::dice::Dice;
use super::scene::{Event, Kind, Load, Scene, Truth, What, span};

/// What the service goes through: as strong as the template says, or so weak that it harms none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dose {
    Full,
    Weak,
}

/// A template: what it is called, and the scene that it draws.
pub(crate) struct Template {
    pub(crate) name: &'static str,
    pub(crate) draw: fn(&mut Dice, Dose) -> Scene,
    pub(crate) dose: Dose,
}

const fn full(name: &'static str, draw: fn(&mut Dice, Dose) -> Scene) -> Template {
    Template { name, draw, dose: Dose::Full }
}

/// All of them. Of three cases one is harmless: nothing of note happens, or what happens is borne.
pub(crate) const TEMPLATES: [Template; 12] = [
    full("1 unbounded database", unbounded),
    full("2 short queue", short_queue),
    full("3 login surge", login_surge),
    full("4 cache flush", cache_flush),
    full("5 slow lookup and a pool", slow_lookup),
    full("6 restart herd", restart_herd),
    full("7 crash with health checks", crash),
    full("8 crash with fallback", fallback),
    full("9 two sufficient faults", either),
    full("10 two short hangs", both),
    Template { name: "11 quiet or harmless", draw: harmless, dose: Dose::Weak },
    full("12 growth", growth),
];

/// When the guilty event begins, in seconds.
fn start(dice: &mut Dice) -> f64 {
    dice.within(110.0, 150.0).round()
}

fn guilty(number: usize, at: f64, lasts: f64, tier: &'static str, how: &str) -> Event {
    Event { at, lasts, what: What::Fault { tier, how: how.to_owned() }, guilty: Some(number) }
}

/// A scene with its by-standers, in the order of the file, which says nothing about guilt.
fn scene(
    dice: &mut Dice,
    seconds: f64,
    load: Load,
    tiers: String,
    mut events: Vec<Event>,
    truth: Truth,
) -> Scene {
    let near = events.iter().map(|event| event.at).fold(seconds, f64::min);
    let near = if events.is_empty() { 120.0 } else { near };
    events.extend(bystanders::draw(dice, near, seconds));
    dice.shuffle(&mut events);
    Scene { seconds, loads: vec![load, bystanders::load()], tiers: tiers + bystanders::TIERS, events, truth }
}

/// A chain of an edge, an app and a database with that many connections, each as long as `mean` on average.
fn chain(connections: u64, mean: f64, queue: &str) -> String {
    format!(
        "[tier.edge]\nkind = \"service\"\nworkers = 10_000\nservice = \"1ms\"\ncalls = [{{ to = \"app\" }}]\n\
         [tier.app]\nkind = \"service\"\nworkers = 10_000\nservice = \"2ms\"\ncalls = [{{ to = \"db\" }}]\n\
         [tier.db]\nkind = \"database\"\nconnections = {connections}\n\
         service = {{ dist = \"exponential\", mean = \"{}\" }}\nqueue = {{ limit = {queue} }}\n",
        span(mean)
    )
}

fn web(rate: f64, timeout: f64, retries: u64) -> Load {
    let rest = format!(
        "entry = \"edge\"\njourney = [{{ do = \"read\" }}]\n\
         client = {{ timeout = \"{}\", retries = {retries}, backoff = \"200ms\", on_timeout = \"abandon\" }}\n",
        span(timeout)
    );
    Load { name: "web", rate, rest }
}

const CHAIN: [(&str, &str); 2] = [("db", "app"), ("app", "edge")];

fn no_retries(scene_cut: &mut Truth) {
    scene_cut.cut = vec![
        ("load.web.client.retries".to_owned(), "0".to_owned()),
        ("tier.db.queue.expire".to_owned(), "1s".to_owned()),
    ];
}

/// A database without a limit hangs; what is left of it when it is back decides whether it heals.
fn unbounded(dice: &mut Dice, dose: Dose) -> Scene {
    let (retries, loops) = (dice.whole(1, 3), dice.chance(0.6));
    let times = if loops { dice.within(1.2, 1.8) } else { dice.within(0.4, 0.75) };
    let load = (times / (1 + retries) as f64).min(0.8);
    let (connections, capacity) = (dice.whole(1, 4), dice.within(16.0, 30.0));
    let (at, timeout) = (start(dice), dice.within(1.0, 2.5));
    let lasts = if dose == Dose::Full { dice.within(15.0, 35.0) } else { dice.within(0.1, 0.4) };
    let loops = (1 + retries) as f64 * load > 1.1;
    let mut truth = Truth {
        sets: vec![vec![0]],
        first: vec!["db"],
        path: CHAIN.to_vec(),
        looped: loops.then_some((Kind::Retry, "db")),
        ..Truth::default()
    };
    if loops {
        no_retries(&mut truth);
    }
    let tiers = chain(connections, connections as f64 / capacity, "\"unlimited\"");
    let events = vec![guilty(0, at, lasts, "db", "kind = \"hang\"")];
    scene(dice, 420.0, web(load * capacity, timeout, retries), tiers, events, truth)
}

/// The same with a queue in which no call gets older than its caller waits.
fn short_queue(dice: &mut Dice, dose: Dose) -> Scene {
    let (retries, load) = (dice.whole(1, 3), dice.within(0.4, 0.75));
    let (connections, capacity) = (dice.whole(1, 4), dice.within(16.0, 30.0));
    let (at, timeout) = (start(dice), dice.within(1.5, 3.0));
    let lasts = if dose == Dose::Full { dice.within(15.0, 40.0) } else { dice.within(0.1, 0.25) };
    let queue = (0.45 * timeout * capacity).floor().max(3.0);
    let truth = Truth { sets: vec![vec![0]], first: vec!["db"], path: CHAIN.to_vec(), ..Truth::default() };
    let how = dice.one(&["kind = \"hang\"", "kind = \"errors\"\nratio = \"100%\""]);
    let how = if dose == Dose::Full { *how } else { "kind = \"hang\"" };
    let tiers = chain(connections, connections as f64 / capacity, &queue.to_string());
    scene(
        dice,
        360.0,
        web(load * capacity, timeout, retries),
        tiers,
        vec![guilty(0, at, lasts, "db", how)],
        truth,
    )
}

/// Many want to log in at once, beside a model that answers slowly.
fn login_surge(dice: &mut Dice, dose: Dose) -> Scene {
    let loops = dice.chance(0.6);
    let (retries, load) = if loops { (3, dice.within(0.31, 0.42)) } else { (1, dice.within(0.25, 0.38)) };
    let (workers, capacity) = (dice.whole(2, 4), dice.within(12.0, 20.0));
    let rate = load * capacity;
    let (at, lasts) = (start(dice), dice.within(35.0, 60.0));
    let times = if dose == Dose::Full { dice.within(4.0, 6.5) } else { dice.within(1.05, 1.3) };
    let rest = format!(
        "entry = \"edge\"\njourney = [{{ do = \"login\" }}, {{ do = \"chat\", think = \"2s\" }}]\n\
         client = {{ timeout = \"5s\", retries = {retries}, backoff = \"500ms\", on_timeout = \"abandon\" }}\n"
    );
    let tiers = format!(
        "[tier.edge]\nkind = \"service\"\nworkers = 10_000\nservice = \"1ms\"\n\
         calls = [{{ to = \"auth\", on = [\"login\"] }}, {{ to = \"model\", on = [\"chat\"] }}]\n\
         [tier.auth]\nkind = \"auth\"\nworkers = {workers}\n\
         service = {{ dist = \"exponential\", mean = \"{}\" }}\nqueue = {{ limit = \"unlimited\" }}\n\
         [tier.model]\nkind = \"service\"\nworkers = 300\nservice = {{ dist = \"exponential\", mean = \"1s\" }}\n",
        span(workers as f64 / capacity)
    );
    let surge = What::Surge { load: "web", users: (times - 1.0) * rate * lasts };
    let slow = Event {
        at: at - dice.within(0.0, 15.0),
        lasts: lasts + 30.0,
        what: What::Fault { tier: "model", how: "kind = \"slow\"\nfactor = 1.3".to_owned() },
        guilty: None,
    };
    let looped = loops.then_some((Kind::Retry, "auth"));
    let cut = ["load.web.client.retries=0", "tier.auth.queue.expire=2s"];
    let cut = cut.iter().filter_map(|one| one.split_once('=')).map(|(a, b)| (a.to_owned(), b.to_owned()));
    let truth = Truth {
        sets: vec![vec![0]],
        first: vec!["auth"],
        path: vec![("auth", "edge")],
        looped,
        cut: if loops { cut.collect() } else { Vec::new() },
    };
    let events = vec![Event { at, lasts, what: surge, guilty: Some(0) }, slow];
    scene(dice, 420.0, Load { name: "web", rate, rest }, tiers, events, truth)
}

/// A cache is emptied before a database that cannot serve all of the readers, or can.
fn cache_flush(dice: &mut Dice, dose: Dose) -> Scene {
    let capacity = dice.within(14.0, 22.0);
    let times = if dose == Dose::Full { dice.within(2.0, 2.4) } else { dice.within(0.55, 0.7) };
    let rate = times * capacity;
    // Each key is read once in so many seconds, as in the experiment that ships.
    let keys = (rate * dice.within(3.0, 3.6)).round();
    let at = start(dice);
    let rest = "entry = \"edge\"\njourney = [{ do = \"read\" }]\n\
                client = { timeout = \"1s\", on_timeout = \"abandon\" }\n";
    let tiers = format!(
        "[tier.edge]\nkind = \"service\"\nworkers = 10_000\nservice = \"1ms\"\ncalls = [{{ to = \"reads\" }}]\n\
         [tier.reads]\nkind = \"cache\"\nkeys = {keys}\nentries = {}\nskew = 0\n\
         calls = [{{ to = \"db\", timeout = \"1s\" }}]\n\
         [tier.db]\nkind = \"database\"\nconnections = 1\nservice = {{ dist = \"exponential\", mean = \"{}\" }}\n",
        (0.9 * keys).round(),
        span(1.0 / capacity)
    );
    let truth = Truth {
        sets: vec![vec![0]],
        first: vec!["reads", "db"],
        path: vec![("reads", "db"), ("db", "reads"), ("reads", "edge")],
        looped: Some((Kind::Cache, "db")),
        cut: vec![("tier.db.queue.limit".to_owned(), "8".to_owned())],
    };
    let events = vec![guilty(0, at, 1.0, "reads", "kind = \"flush\"")];
    scene(dice, 400.0, Load { name: "web", rate, rest: rest.to_owned() }, tiers, events, truth)
}

/// Lookups of an app that holds a worker for each take seconds longer, and all of its workers wait.
fn slow_lookup(dice: &mut Dice, dose: Dose) -> Scene {
    let rate = dice.within(12.0, 22.0);
    let workers = dice.whole(12, 24);
    let (at, lasts) = (start(dice), dice.within(40.0, 80.0));
    let rest = format!(
        "entry = \"edge\"\njourney = [{{ do = \"ask\" }}]\n\
         client = {{ timeout = \"6s\", retries = {}, backoff = \"500ms\" }}\n",
        dice.whole(0, 1)
    );
    let tiers = format!(
        "[tier.edge]\nkind = \"service\"\nworkers = 10_000\nservice = \"1ms\"\ncalls = [{{ to = \"app\" }}]\n\
         [tier.app]\nkind = \"service\"\nworkers = {workers}\nhold = true\n\
         service = {{ dist = \"exponential\", mean = \"20ms\" }}\n\
         queue = {{ limit = 30 }}\ncalls = [{{ to = \"lookup\" }}]\n\
         [tier.lookup]\nkind = \"link\"\nto = \"identity\"\nlatency = \"2ms\"\n\
         [tier.identity]\nkind = \"auth\"\nworkers = 50\nservice = {{ dist = \"exponential\", mean = \"20ms\" }}\n"
    );
    let add = if dose == Dose::Full { format!("{:.1}s", dice.within(6.0, 12.0)) } else { "30ms".to_owned() };
    let truth = Truth {
        sets: vec![vec![0]],
        first: vec!["lookup"],
        path: vec![("lookup", "app"), ("app", "edge")],
        ..Truth::default()
    };
    let how = format!("kind = \"latency\"\nadd = \"{add}\"");
    scene(
        dice,
        360.0,
        Load { name: "web", rate, rest },
        tiers,
        vec![guilty(0, at, lasts, "lookup", &how)],
        truth,
    )
}

fn api(replicas: u64, workers: u64, mean: f64, rest: &str) -> String {
    format!(
        "[tier.edge]\nkind = \"service\"\nworkers = 10_000\nservice = \"1ms\"\ncalls = [{{ to = \"api\" }}]\n\
         [tier.api]\nkind = \"service\"\nreplicas = {replicas}\nworkers = {workers}\nbalance = \"least-outstanding\"\n\
         service = {{ dist = \"exponential\", mean = \"{}\" }}\n{rest}",
        span(mean)
    )
}

/// All replicas restart at once and come back cold.
fn restart_herd(dice: &mut Dice, dose: Dose) -> Scene {
    let loops = dice.chance(0.5);
    let (retries, load) =
        if loops { (3, dice.within(0.5, 0.7)) } else { (dice.whole(0, 1), dice.within(0.35, 0.6)) };
    let (replicas, mean) = (dice.whole(6, 10), dice.within(0.2, 0.4));
    let rate = load * replicas as f64 / mean;
    let (at, lasts) = (start(dice), dice.within(15.0, 30.0));
    let queue = if loops { "queue = { limit = \"unlimited\" }\n" } else { "queue = { limit = 4 }\n" };
    let how = match dose {
        Dose::Full => format!("kind = \"restart\"\nwarm_up = \"{}s\"\ncold = 4", dice.whole(20, 50)),
        Dose::Weak => "kind = \"restart\"\nbatch = 1\ndrain = \"5s\"\nwarm_up = \"10s\"\ncold = 2".to_owned(),
    };
    let lasts = if dose == Dose::Full { lasts } else { 5.0 };
    let truth = Truth {
        sets: vec![vec![0]],
        first: vec!["api"],
        path: vec![("api", "edge")],
        looped: loops.then_some((Kind::Retry, "api")),
        cut: if loops {
            vec![
                ("load.web.client.retries".to_owned(), "0".to_owned()),
                ("tier.api.queue.expire".to_owned(), "1s".to_owned()),
            ]
        } else {
            Vec::new()
        },
    };
    let tiers = api(replicas, 1, mean, queue);
    let load = web(rate, dice.within(2.0, 4.0), retries);
    scene(dice, 420.0, load, tiers, vec![guilty(0, at, lasts, "api", &how)], truth)
}

/// A part of the replicas dies for good, and health checks watch the others.
fn crash(dice: &mut Dice, dose: Dose) -> Scene {
    let loops = dice.chance(0.7);
    let load = if loops { dice.within(0.9, 0.94) } else { dice.within(0.5, 0.65) };
    let (replicas, mean) = (dice.whole(14, 18), dice.within(0.4, 0.5));
    let (at, seconds) = (start(dice), 480.0);
    let load = if dose == Dose::Full { load } else { 0.5 };
    let rate = load * 2.0 * replicas as f64 / mean;
    let rest = "queue = { limit = 200 }\n\
                health_check = { interval = \"2s\", timeout = \"2s\", unhealthy = 3, healthy = 5 }\npanic = \"0%\"\n";
    // Without a loop those that are left could serve all, so most of them die for a while.
    let (share, lasts) = match (dose, loops) {
        (Dose::Full, true) => ("15%", seconds - at),
        (Dose::Full, false) => ("60%", dice.within(20.0, 50.0)),
        (Dose::Weak, _) => ("8%", 40.0),
    };
    let truth = Truth {
        sets: vec![vec![0]],
        first: vec!["api"],
        path: vec![("api", "edge")],
        looped: (loops && dose == Dose::Full).then_some((Kind::Ejection, "api")),
        cut: if loops {
            vec![("tier.api.health_check.enabled".to_owned(), "false".to_owned())]
        } else {
            Vec::new()
        },
    };
    let how = format!("kind = \"crash\"\nshare = \"{share}\"");
    let load = Load {
        name: "web",
        rate,
        rest: "entry = \"edge\"\njourney = [{ do = \"read\" }]\n\
               client = { timeout = \"8s\", retries = 1, backoff = \"100ms\" }\n"
            .to_owned(),
    };
    let tiers = api(replicas, 2, mean, rest);
    scene(dice, seconds, load, tiers, vec![guilty(0, at, lasts, "api", &how)], truth)
}

/// One provider is down, and its users go to another one that is smaller.
fn fallback(dice: &mut Dice, dose: Dose) -> Scene {
    let (ours, theirs) = (dice.within(12.0, 18.0), dice.within(8.0, 11.0));
    let there = dice.whole(4, 5);
    let (at, lasts) = (start(dice), dice.within(50.0, 80.0));
    let client = |fallback: &str| {
        format!(
            "journey = [{{ do = \"ask\" }}]\n\
             client = {{ timeout = \"8s\", retries = 2, backoff = \"500ms\"{fallback} }}\n"
        )
    };
    let tier = |name: &str, replicas: u64, room: u64| {
        format!(
            "[tier.{name}]\nkind = \"service\"\nreplicas = {replicas}\nworkers = 4\n\
             service = {{ dist = \"exponential\", mean = \"1s\" }}\nbalance = \"least-outstanding\"\n\
             queue = {{ limit = {room} }}\n"
        )
    };
    let edge = "[tier.edge]\nkind = \"service\"\nworkers = 10_000\nservice = \"1ms\"\ncalls = [{ to = \"there\" }]\n";
    let tiers = format!("{edge}{}{}", tier("here", 9, 20), tier("there", there, 60));
    let share = if dose == Dose::Full { "100%" } else { "11%" };
    let truth = Truth {
        sets: vec![vec![0]],
        first: vec!["here"],
        path: vec![("here", "there"), ("there", "edge")],
        looped: Some((Kind::Retry, "there")),
        cut: vec![
            ("tier.there.queue.expire".to_owned(), "2s".to_owned()),
            ("load.theirs.client.retries".to_owned(), "0".to_owned()),
        ],
    };
    let events = vec![guilty(0, at, lasts, "here", &format!("kind = \"crash\"\nshare = \"{share}\""))];
    let load = Load {
        name: "ours",
        rate: ours,
        rest: format!("entry = \"here\"\n{}", client(", fallback = \"there\"")),
    };
    let mut scene = scene(dice, 420.0, load, tiers, events, truth);
    scene.loads.push(Load {
        name: "theirs",
        rate: theirs,
        rest: format!("entry = \"edge\"\n{}", client("")),
    });
    scene
}

/// Two faults of which each is enough: at once, or the second while all is down anyway.
fn either(dice: &mut Dice, dose: Dose) -> Scene {
    let (load, capacity) = (dice.within(0.35, 0.6), dice.within(16.0, 30.0));
    let (at, lasts, late) = (start(dice), dice.within(60.0, 90.0), dice.chance(0.4));
    let downs = [
        ("db", "kind = \"errors\"\nratio = \"100%\""),
        ("db", "kind = \"crash\""),
        ("db", "kind = \"hang\""),
        ("app", "kind = \"errors\"\nratio = \"100%\""),
        ("app", "kind = \"crash\""),
        ("app", "kind = \"dns\""),
    ];
    let (first, second) = (dice.whole(0, 2) as usize, dice.whole(3, 5) as usize);
    let (one, other) = if dice.chance(0.5) { (first, second) } else { (second, first) };
    let weak = dose == Dose::Weak;
    let how = |place: usize| if weak { "kind = \"slow\"\nfactor = 1.1" } else { downs[place].1 };
    let (begin, long) = if late { (at + dice.within(20.0, 30.0), 0.4 * lasts) } else { (at, lasts) };
    let events = vec![
        guilty(0, at, lasts, downs[one].0, how(one)),
        guilty(1, begin, long, downs[other].0, how(other)),
    ];
    let truth = Truth {
        sets: if late { vec![vec![0]] } else { vec![vec![0], vec![1]] },
        first: if late { vec![downs[one].0] } else { vec!["db", "app"] },
        path: if late && downs[one].0 == "app" { vec![("app", "edge")] } else { CHAIN.to_vec() },
        ..Truth::default()
    };
    let tiers = chain(2, 2.0 / capacity, "20");
    scene(dice, 330.0, web(load * capacity, 2.0, 1), tiers, events, truth)
}

/// Two hangs, each shorter than callers wait; one after the other they are longer.
fn both(dice: &mut Dice, dose: Dose) -> Scene {
    let (load, capacity) = (dice.within(0.72, 0.8), dice.within(22.0, 32.0));
    let (at, timeout) = (start(dice), dice.within(3.0, 4.0));
    let lasts = if dose == Dose::Full { 0.78 * timeout } else { 0.05 * timeout };
    let gap = dice.within(0.0, 0.05);
    let hang = |number, at| guilty(number, at, lasts, "db", "kind = \"hang\"");
    let mut truth = Truth {
        sets: vec![vec![0, 1]],
        first: vec!["db"],
        path: CHAIN.to_vec(),
        looped: Some((Kind::Retry, "db")),
        ..Truth::default()
    };
    no_retries(&mut truth);
    let tiers = chain(2, 2.0 / capacity, "\"unlimited\"");
    let load = web(load * capacity, timeout, dice.whole(1, 2));
    scene(dice, 420.0, load, tiers, vec![hang(0, at), hang(1, at + lasts + gap)], truth)
}

/// Nothing but by-standers, or a culprit of another template that is too weak.
fn harmless(dice: &mut Dice, dose: Dose) -> Scene {
    let others: [fn(&mut Dice, Dose) -> Scene; 10] = [
        unbounded,
        short_queue,
        login_surge,
        cache_flush,
        slow_lookup,
        restart_herd,
        crash,
        fallback,
        either,
        both,
    ];
    let mut scene = (dice.one(&others))(dice, dose);
    if dice.chance(0.25) {
        scene.events.retain(|event| event.guilty.is_none());
    }
    scene.truth = Truth::default();
    scene
}

/// The load grows beyond what the database can serve, beside a fault that it bears.
fn growth(dice: &mut Dice, dose: Dose) -> Scene {
    let (load, capacity) = (dice.within(0.5, 0.58), dice.within(20.0, 32.0));
    let (at, lasts) = (start(dice), dice.within(80.0, 140.0));
    let times = if dose == Dose::Full { dice.within(1.15, 1.35) / load } else { 1.2 };
    let what = What::Growth { load: "web", times };
    let truth = Truth { sets: vec![vec![0]], first: vec!["db"], path: CHAIN.to_vec(), ..Truth::default() };
    let slow = Event {
        at: at - dice.within(-20.0, 15.0),
        lasts: dice.within(20.0, 60.0),
        what: What::Fault { tier: "app", how: "kind = \"slow\"\nfactor = 1.5".to_owned() },
        guilty: None,
    };
    let queue = (0.4 * 2.0 * capacity).floor();
    let tiers = chain(2, 2.0 / capacity, &queue.to_string());
    let events = vec![Event { at, lasts, what, guilty: Some(0) }, slow];
    scene(dice, 420.0, web(load * capacity, 2.0, 1), tiers, events, truth)
}
