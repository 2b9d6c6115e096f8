//! `client = { … }`: how clients behave while they wait; the same words serve the calls between tiers.

use super::names::Names;
use super::{law, policy};
use crate::block::{Block, Key, Need, Shape, Unit, key};
use crate::limits;
use crate::problem::Desk;
use crate::read::{Field, Table};
use brownout_tiers::model::{
    Backoff, Client, ComeBack, Hedge, Jitter, OnTimeout, Policy, Reload, StatusSet, TierId,
};
use brownout_tiers::policy::Side;
use brownout_units::{Ratio, Span};

const TIMEOUT_WORDS: &[(&str, OnTimeout)] = &[("abandon", OnTimeout::Abandon), ("cancel", OnTimeout::Cancel)];
const JITTER_WORDS: &[(&str, Jitter)] = &[
    ("none", Jitter::None),
    ("full", Jitter::Full),
    ("equal", Jitter::Equal),
    ("decorrelated", Jitter::Decorrelated),
];
const OBEDIENCE: &[(&str, bool)] = &[("ignore", false), ("obey", true)];
const AFTERWARDS: &[(&str, bool)] = &[("leave", false), ("continue", true)];

/// Answers that it makes sense to try again.
pub(crate) const RETRYABLE: [u16; 5] = [429, 500, 503, 504, 529];

const SPAN_OR_NONE: Shape = Shape::Any(&[Shape::Span, Shape::Word(&["none"])]);

/// What a client and a call have in common.
pub(crate) const TRY_KEYS: &[Key] = &[
    key("timeout", SPAN_OR_NONE, Need::Default("none"), "How long one try is waited for."),
    key(
        "retries",
        Shape::Count(0, limits::RETRIES_MAX),
        Need::Default("0"),
        "How many further tries may follow the first.",
    ),
    key(
        "retry_on",
        Shape::List(&Shape::Count(429, 529)),
        Need::Default("[429, 500, 503, 504, 529]"),
        "Which answers are tried again; a timeout always is.",
    ),
    BACKOFF_KEY,
    key(
        "deadline",
        Shape::Flag,
        Need::Default("false"),
        "A try says until when it is waited for; tiers do not work for those who have gone, and pass it on.",
    ),
    key(
        "retry_after",
        Shape::Word(&["ignore", "obey"]),
        Need::Default("ignore"),
        "Whether a refusal that says when to come again is obeyed: that long, and then the backoff.",
    ),
    key(
        "hedge",
        Shape::Any(&[Shape::Block(HEDGE), Shape::Flag]),
        Need::Optional,
        "A second try goes out beside one that is late; the first good answer wins, the other one is cancelled.",
    ),
    key(
        "fallback",
        Shape::Any(&[Shape::Text, Shape::Flag]),
        Need::Optional,
        "The tier to go to instead when it has failed for good; it may be tried there as often.",
    ),
    ON_TIMEOUT_KEY,
];

/// How long to wait.
pub(crate) const BACKOFF_KEY: Key = key(
    "backoff",
    Shape::Any(&[Shape::Span, Shape::Block(BACKOFF)]),
    Need::Default("{ base = \"100ms\", factor = 2, jitter = \"full\", max = \"30s\" }"),
    "The wait before a further try; a bare span is a fixed wait.",
);
/// What becomes of the work.
pub(crate) const ON_TIMEOUT_KEY: Key = key(
    "on_timeout",
    Shape::Word(&["abandon", "cancel"]),
    Need::Default("abandon"),
    "Whether the work goes on when nobody waits for it any more.",
);

const CLIENT_KEYS: &[Key] = &[
    key(
        "first_token",
        SPAN_OR_NONE,
        Need::Default("none"),
        "How long the first token of a streamed answer is waited for; timeout is for the whole of it.",
    ),
    key("give_up", SPAN_OR_NONE, Need::Default("none"), "The intent is given up when it is this old."),
    key(
        "reload",
        Shape::Any(&[Shape::Block(RELOAD), Shape::Flag]),
        Need::Optional,
        "Users who lose patience and press reload before the timeout.",
    ),
    key(
        "come_back",
        Shape::Any(&[Shape::Block(COME_BACK), Shape::Flag]),
        Need::Optional,
        "Users who leave after a failure and come back with the same intent.",
    ),
    key(
        "on_failure",
        Shape::Word(&["leave", "continue"]),
        Need::Default("leave"),
        "What a user does after an intent has failed for good.",
    ),
];

pub(crate) const CLIENT: &Block = &Block {
    name: "a client",
    doc: "How the clients of a load behave while they wait.",
    keys: &[TRY_KEYS, CLIENT_KEYS, policy::OUTLET_KEYS],
};

const BACKOFF: &Block = &Block {
    name: "a backoff",
    doc: "The wait before try n+1: base · factorⁿ⁻¹, at most max, spread by jitter.",
    keys: &[&[
        key("base", Shape::Span, Need::Default("100ms"), "Before the first further try."),
        key(
            "factor",
            Shape::Number(1.0, 100.0),
            Need::Default("2"),
            "1 is a fixed wait, 2 doubles it each time.",
        ),
        key("max", Shape::Span, Need::Default("30s"), "No wait is longer."),
        key(
            "jitter",
            Shape::Word(&["none", "full", "equal", "decorrelated"]),
            Need::Default("full"),
            "How the wait is spread over clients.",
        ),
    ]],
};

const HEDGE: &Block = &Block {
    name: "a hedge",
    doc: "A second try beside one that is late.",
    keys: &[&[
        key("after", Shape::Span, Need::Optional, "It is late after so long."),
        key("quantile", Shape::Ratio, Need::Optional, "It is late when so many of the answers were sooner."),
    ]],
};

const RELOAD: &Block = &Block {
    name: "reload",
    doc: "The attempt is dropped and a further one begins at once.",
    keys: &[&[
        key("after", Shape::Law(Unit::Seconds), Need::Required, "Patience, from the start of an attempt."),
        key(
            "times",
            Shape::Count(0, limits::RETRIES_MAX),
            Need::Default("1"),
            "At most so many an intent; they are no retries.",
        ),
    ]],
};

const COME_BACK: &Block = &Block {
    name: "come_back",
    doc: "After a failed intent the user leaves and tries it again later.",
    keys: &[&[
        key("chance", Shape::Ratio, Need::Default("100%"), "How likely, each time."),
        key("after", Shape::Law(Unit::Seconds), Need::Required, "After how long."),
    ]],
};

/// What a client and a call have in common, as read.
pub(crate) struct Try {
    pub(crate) timeout: Option<Span>,
    pub(crate) retries: u8,
    pub(crate) retry_on: StatusSet,
    pub(crate) backoff: Backoff,
    pub(crate) on_timeout: OnTimeout,
    pub(crate) tells_deadline: bool,
    pub(crate) obeys_retry_after: bool,
    pub(crate) hedge: Option<Hedge>,
    pub(crate) fallback: Option<TierId>,
    pub(crate) policies: Vec<Policy>,
}

impl Try {
    pub(crate) fn default() -> Self {
        Try {
            timeout: None,
            retries: 0,
            retry_on: statuses(&RETRYABLE),
            backoff: default_backoff(),
            on_timeout: OnTimeout::Abandon,
            tells_deadline: false,
            obeys_retry_after: false,
            hedge: None,
            fallback: None,
            policies: Vec::new(),
        }
    }

    pub(crate) fn read(desk: &mut Desk, table: &Table<'_>, names: &Names) -> Self {
        let base = Try::default();
        let retries = table
            .get("retries")
            .and_then(|field| field.count(desk, 0, limits::RETRIES_MAX, "retries are counted in one byte"));
        let policies = policy::read_all(desk, table.get("policies"), Side::Outlet, names);
        if let (None | Some(0), Some(field)) = (retries, table.get("policies")) {
            policy::without_retries(desk, field, &policies);
        }
        let fallback = table.get("fallback").filter(|field| !field.is_off());
        let obeys = table.get("retry_after").and_then(|field| field.word(desk, OBEDIENCE));
        Try {
            policies,
            tells_deadline: table.get("deadline").and_then(|field| field.flag(desk)).unwrap_or(false),
            obeys_retry_after: obeys.unwrap_or(false),
            hedge: table.get("hedge").filter(|f| !f.is_off()).and_then(|field| hedge(desk, field)),
            fallback: fallback.and_then(|field| names.tier(desk, field)),
            timeout: table.get("timeout").and_then(|f| f.span_or_none(desk, "nobody answers in no time")),
            retries: retries.map_or(base.retries, |retries| retries as u8),
            retry_on: table.get("retry_on").map_or(base.retry_on, |field| retry_on(desk, field)),
            backoff: table.get("backoff").and_then(|field| backoff(desk, field)).unwrap_or(base.backoff),
            on_timeout: table
                .get("on_timeout")
                .and_then(|field| on_timeout(desk, field))
                .unwrap_or(base.on_timeout),
        }
    }
}

pub(crate) fn on_timeout(desk: &mut Desk, field: Field<'_>) -> Option<OnTimeout> {
    field.word(desk, TIMEOUT_WORDS)
}

fn default_backoff() -> Backoff {
    Backoff { base: Span::from_millis(100), factor: 2.0, max: Span::from_secs(30), jitter: Jitter::Full }
}

fn statuses(codes: &[u16]) -> StatusSet {
    codes.iter().filter_map(|code| StatusSet::of_code(*code)).fold(StatusSet::default(), StatusSet::union)
}

fn retry_on(desk: &mut Desk, field: Field<'_>) -> StatusSet {
    let mut set = StatusSet::default();
    for item in field.list(desk, RETRYABLE.len()) {
        let why = "this answer is not worth another try";
        let Some(code) = item.count(desk, 0, 999, "an answer is an HTTP status") else { continue };
        if RETRYABLE.iter().any(|known| u64::from(*known) == code) {
            set = set.union(statuses(&[code as u16]));
        } else {
            desk.report(item.error(desk, why).allowed("429, 500, 503, 504 or 529"));
        }
    }
    set
}

pub(crate) fn backoff(desk: &mut Desk, field: Field<'_>) -> Option<Backoff> {
    let base = default_backoff();
    if field.node.text().is_some() {
        let wait = field.span(desk)?;
        return Some(Backoff { base: wait, factor: 1.0, max: wait, jitter: Jitter::None });
    }
    let table = Table::open(desk, field, BACKOFF)?;
    let first = table.get("base").and_then(|field| field.span(desk)).unwrap_or(base.base);
    let max = table.get("max").and_then(|field| field.span(desk)).unwrap_or(base.max.max(first));
    if max < first {
        let field = table.get("max").unwrap_or(field);
        let draft = field.error(desk, format!("the longest wait is shorter than the first, {first}"));
        desk.report(draft.allowed(format!("at least {first}")));
    }
    let why = "a backoff that shrinks is none";
    Some(Backoff {
        base: first,
        factor: table.get("factor").and_then(|f| f.number(desk, 1.0, 100.0, why)).unwrap_or(base.factor),
        max,
        jitter: table.get("jitter").and_then(|field| field.word(desk, JITTER_WORDS)).unwrap_or(base.jitter),
    })
}

pub(crate) fn default_client() -> Client {
    let tries = Try::default();
    Client {
        timeout: tries.timeout,
        first_token: None,
        on_timeout: tries.on_timeout,
        retries: tries.retries,
        retry_on: tries.retry_on,
        backoff: tries.backoff,
        give_up: None,
        reload: None,
        come_back: None,
        persists: false,
        tells_deadline: tries.tells_deadline,
        obeys_retry_after: tries.obeys_retry_after,
        hedge: tries.hedge,
        fallback: tries.fallback,
        policies: tries.policies,
    }
}

pub(crate) fn read(desk: &mut Desk, field: Field<'_>, names: &Names) -> Client {
    let Some(table) = Table::open(desk, field, CLIENT) else { return default_client() };
    let tries = Try::read(desk, &table, names);
    let give_up = table.get("give_up").and_then(|f| f.span_or_none(desk, "nobody gives up at once"));
    if let (Some(age), Some(field)) = (give_up, table.get("give_up")) {
        too_late(desk, field, age, &tries);
    }
    Client {
        timeout: tries.timeout,
        on_timeout: tries.on_timeout,
        retries: tries.retries,
        retry_on: tries.retry_on,
        backoff: tries.backoff,
        first_token: table.get("first_token").and_then(|f| f.span_or_none(desk, "no token comes in no time")),
        give_up,
        reload: table.get("reload").filter(|field| !field.is_off()).and_then(|field| reload(desk, field)),
        come_back: table
            .get("come_back")
            .filter(|field| !field.is_off())
            .and_then(|field| come_back(desk, field)),
        persists: table.get("on_failure").and_then(|field| field.word(desk, AFTERWARDS)).unwrap_or(false),
        tells_deadline: tries.tells_deadline,
        obeys_retry_after: tries.obeys_retry_after,
        hedge: tries.hedge,
        fallback: tries.fallback,
        policies: tries.policies,
    }
}

/// Warns of retries that never go out, since the intent is given up before.
fn too_late(desk: &mut Desk, field: Field<'_>, age: Span, tries: &Try) {
    let first = if tries.backoff.jitter == Jitter::None { tries.backoff.base } else { Span::ZERO };
    let first = tries.timeout.unwrap_or(Span::ZERO).saturating_add(first);
    if 0 < tries.retries && age <= first {
        let message = format!(
            "no retry goes out: an intent is given up after {age}, and the first one would go out \
                               after {first}"
        );
        desk.report(
            field
                .warning(desk, message)
                .hint("a longer \"give_up\", a shorter timeout or backoff, or retries = 0"),
        );
    }
}

fn hedge(desk: &mut Desk, field: Field<'_>) -> Option<Hedge> {
    let table = Table::open(desk, field, HEDGE)?;
    let after =
        table.get("after").and_then(|field| field.span_positive(desk, "a try cannot be late at once"));
    let quantile = table.get("quantile").and_then(|field| field.chance(desk)).map(Ratio::fraction);
    match (table.get("after").and(after), table.get("quantile").and(quantile)) {
        (Some(after), None) => Some(Hedge::After(after)),
        (None, Some(part)) if 0.0 < part && part < 1.0 => Some(Hedge::Quantile(part)),
        (None, Some(_)) => {
            let field = table.get("quantile").unwrap_or(field);
            desk.report(
                field.error(desk, "a quantile is between none and all of the answers").hint("as in \"95%\""),
            );
            None
        }
        (Some(_), Some(_)) => {
            desk.report(
                field
                    .error(desk, "a try is late either \"after\" a time or by a \"quantile\"")
                    .hint("keep one"),
            );
            None
        }
        (None, None) => {
            if table.get("after").is_none() && table.get("quantile").is_none() {
                let draft = field.error(desk, "nothing says when a try is late");
                desk.report(draft.hint("say after = \"50ms\" or quantile = \"95%\""));
            }
            None
        }
    }
}

fn reload(desk: &mut Desk, field: Field<'_>) -> Option<Reload> {
    let table = Table::open(desk, field, RELOAD)?;
    let after = law::read(desk, table.get("after")?, Unit::Seconds)?;
    let times = table
        .get("times")
        .and_then(|f| f.count(desk, 0, limits::RETRIES_MAX, "reloads are counted in one byte"));
    Some(Reload { after, times: times.unwrap_or(1) as u8 })
}

fn come_back(desk: &mut Desk, field: Field<'_>) -> Option<ComeBack> {
    let table = Table::open(desk, field, COME_BACK)?;
    let chance = table.get("chance").and_then(|field| field.chance(desk)).unwrap_or(Ratio::ONE);
    Some(ComeBack { chance, after: law::read(desk, table.get("after")?, Unit::Seconds)? })
}
