//! By-standers: things of every culprit's kind that happen in the same night and harm none of its users.

use super::dice::Dice;
use super::scene::{Event, Load, What};

/// A branch of the service of its own, on which most of them happen.
pub(crate) const TIERS: &str = r#"
[tier.desk]
kind = "service"
replicas = 6
workers = 8
service = { dist = "exponential", mean = "10ms" }
balance = "least-outstanding"
health_check = { interval = "5s", timeout = "2s" }
calls = [{ to = "shelf" }, { to = "wire" }]
[tier.shelf]
kind = "cache"
keys = 200
entries = 150
skew = 0
calls = [{ to = "store" }]
[tier.store]
kind = "database"
connections = 16
service = { dist = "exponential", mean = "20ms" }
[tier.wire]
kind = "link"
to = "ledger"
latency = "2ms"
[tier.ledger]
kind = "service"
workers = 32
service = { dist = "exponential", mean = "15ms" }
"#;

/// The users of that branch.
pub(crate) fn load() -> Load {
    let rest = "entry = \"desk\"\njourney = [{ do = \"look\" }]\n\
                client = { timeout = \"4s\", retries = 1, backoff = \"300ms\" }\n";
    Load { name: "side", rate: 6.0, rest: rest.to_owned() }
}

/// Some of them, most near `near`, in seconds.
pub(crate) fn draw(dice: &mut Dice, near: f64, seconds: f64) -> Vec<Event> {
    let many = dice.whole(1, 4);
    let mut kinds: Vec<usize> = (0..KINDS.len()).collect();
    dice.shuffle(&mut kinds);
    kinds.into_iter().take(many as usize).map(|kind| one(dice, KINDS[kind], near, seconds)).collect()
}

type Make = fn(&mut Dice) -> What;

/// A kind for each of the culprits'.
const KINDS: [Make; 10] = [
    |dice| fault("desk", format!("kind = \"slow\"\nfactor = {:.2}", dice.within(1.1, 1.6))),
    |dice| fault("store", format!("kind = \"errors\"\nratio = \"{:.2}%\"", dice.within(0.05, 0.4))),
    |_| fault("store", "kind = \"hang\"".to_owned()),
    |_| fault("desk", "kind = \"crash\"\nshare = \"15%\"".to_owned()),
    |_| fault("desk", "kind = \"restart\"\nbatch = 1\ndrain = \"3s\"\nwarm_up = \"5s\"\ncold = 2".to_owned()),
    |_| fault("shelf", "kind = \"flush\"".to_owned()),
    |dice| fault("wire", format!("kind = \"latency\"\nadd = \"{}ms\"", dice.whole(20, 300))),
    |dice| What::Surge { load: "side", users: dice.within(20.0, 90.0) },
    |dice| fault("ledger", format!("kind = \"slow\"\nfactor = {:.2}", dice.within(1.2, 3.0))),
    |dice| fault("edge", format!("kind = \"slow\"\nfactor = {:.2}", dice.within(1.1, 2.0))),
];

fn fault(tier: &'static str, how: String) -> What {
    What::Fault { tier, how }
}

fn one(dice: &mut Dice, make: Make, near: f64, seconds: f64) -> Event {
    let what = make(dice);
    let lasts = match &what {
        What::Fault { how, .. } if how.contains("\"hang\"") => dice.within(0.1, 0.5),
        What::Fault { how, .. } if how.contains("\"restart\"") => dice.within(3.0, 8.0),
        What::Surge { .. } => dice.within(15.0, 40.0),
        _ => dice.within(8.0, 60.0),
    };
    // Half of them begin shortly before it does, or with it.
    let at = if dice.chance(0.6) { near - dice.within(0.0, 25.0) } else { dice.within(70.0, 0.8 * seconds) };
    Event { at: at.clamp(65.0, seconds - lasts - 5.0), lasts, what, guilty: None }
}
