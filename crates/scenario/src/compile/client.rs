//! `client = { … }`: how clients behave while they wait; calls between tiers have the same keys.

use super::names::Names;
use super::{law, policy};
use crate::block::{Block, Key, Need, SWITCHED, Shape, Unit, key};
use crate::limits;
use crate::problem::Diagnostics;
use crate::read::{Field, Table};
use crate::row::{Absent, Count, Flag, Number, Part, Row, Status, Time, TimeOrNone, Type as _, Word, row};
use brownout_model::{
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

/// Answers for which a retry makes sense.
const RETRYABLE: &[u16] = &[429, 500, 503, 504, 529];
const RETRIED: Status = Status(RETRYABLE, "this answer is not worth another try");

const TIMEOUT: Row<TimeOrNone> = row(
    "timeout",
    TimeOrNone("an answer takes more than zero time"),
    Absent::Means(None),
    "Timeout of one try.",
);
const RETRIES: Row<Count> = row(
    "retries",
    Count(0, limits::RETRIES_MAX, "retries are counted in one byte"),
    Absent::Means(0),
    "Retries after the first try, at most.",
);
const DEADLINE: Row<Flag> = row(
    "deadline",
    Flag,
    Absent::Means(false),
    "A try carries its deadline; tiers pass it on and do not work for callers that have gone.",
);
const RETRY_AFTER: Row<Word<bool>> = row(
    "retry_after",
    Word(OBEDIENCE),
    Absent::Means(false),
    "Whether a Retry-After of a refusal is obeyed: that long, and then the backoff.",
);

/// Keys that clients and calls share.
pub(crate) const TRY_KEYS: &[Key] = &[
    TIMEOUT.key(),
    RETRIES.key(),
    key(
        "retry_on",
        Shape::List(&Shape::Typed(&RETRIED)),
        Need::Default("[429, 500, 503, 504, 529]"),
        "Answers that are retried; a timeout always is.",
    ),
    BACKOFF_KEY,
    DEADLINE.key(),
    RETRY_AFTER.key(),
    key(
        "hedge",
        Shape::Any(&[Shape::Block(HEDGE), SWITCHED]),
        Need::Optional,
        "A second try beside a late one; the first good answer wins, the other try is cancelled.",
    ),
    key(
        "fallback",
        Shape::Any(&[Shape::Text, SWITCHED]),
        Need::Optional,
        "The tier that is called instead after the last try has failed, with as many tries.",
    ),
    ON_TIMEOUT.key(),
];

/// The wait between tries.
pub(crate) const BACKOFF_KEY: Key = key(
    "backoff",
    Shape::Any(&[Shape::Law(Unit::Seconds), Shape::Block(BACKOFF)]),
    Need::Default("{ base = \"100ms\", factor = 2, jitter = \"full\", max = \"30s\" }"),
    "The wait before a further try; a bare span is a fixed wait, and of a law every wait is drawn.",
);
pub(crate) const ON_TIMEOUT: Row<Word<OnTimeout>> = row(
    "on_timeout",
    Word(TIMEOUT_WORDS),
    Absent::Means(OnTimeout::Abandon),
    "Whether the work goes on after the caller has given up.",
);

const FIRST_TOKEN: Row<TimeOrNone> = row(
    "first_token",
    TimeOrNone("a token takes more than zero time"),
    Absent::Means(None),
    "Timeout of the first token of a streamed answer; timeout is for the whole answer.",
);
const GIVE_UP: Row<TimeOrNone> = row(
    "give_up",
    TimeOrNone("a client gives up after more than zero time"),
    Absent::Means(None),
    "The age at which an intent is given up.",
);
const ON_FAILURE: Row<Word<bool>> = row(
    "on_failure",
    Word(AFTERWARDS),
    Absent::Means(false),
    "What a user does after an intent has finally failed.",
);

const CLIENT_KEYS: &[Key] = &[
    FIRST_TOKEN.key(),
    GIVE_UP.key(),
    key(
        "reload",
        Shape::Any(&[Shape::Block(RELOAD), SWITCHED]),
        Need::Optional,
        "Users who lose patience and press reload before the timeout.",
    ),
    key(
        "come_back",
        Shape::Any(&[Shape::Block(COME_BACK), SWITCHED]),
        Need::Optional,
        "Users who leave after a failure and come back with the same intent.",
    ),
    ON_FAILURE.key(),
];

pub(crate) const CLIENT: &Block = &Block {
    name: "a client",
    doc: "How the clients of a load behave while they wait.",
    keys: &[TRY_KEYS, CLIENT_KEYS, policy::OUTLET_KEYS],
};

const BASE: Row<Time> =
    row("base", Time, Absent::Means(Span::from_millis(100)), "Before the first further try.");
const FACTOR: Row<Number> = row(
    "factor",
    Number(1.0, 100.0, "a backoff does not shrink"),
    Absent::Means(2.0),
    "1 is a fixed wait, 2 doubles it each time.",
);
const MAX: Row<Time> = row("max", Time, Absent::Means(Span::from_secs(30)), "The longest wait.");
const JITTER: Row<Word<Jitter>> =
    row("jitter", Word(JITTER_WORDS), Absent::Means(Jitter::Full), "How the wait is randomised.");

const BACKOFF: &Block = &Block {
    name: "a backoff",
    doc: "The wait before try n+1: base · factorⁿ⁻¹, at most max, spread by jitter.",
    keys: &[&[BASE.key(), FACTOR.key(), MAX.key(), JITTER.key()]],
};

const QUANTILE: Row<Part> = row(
    "quantile",
    Part,
    Absent::Nothing,
    "A try is late when it takes longer than this share of the answers.",
);

const HEDGE_AFTER: Row<Time> =
    row("after", Time, Absent::Nothing, "A try is late after this time; after 0s two tries go out at once.");
const HEDGE: &Block = &Block {
    name: "a hedge",
    doc: "A second try beside one that is late.",
    keys: &[&[HEDGE_AFTER.key(), QUANTILE.key()]],
};

const TIMES: Row<Count> = row(
    "times",
    Count(0, limits::RETRIES_MAX, "reloads are counted in one byte"),
    Absent::Means(1),
    "Reloads of one intent, at most; they do not count as retries.",
);

const RELOAD: &Block = &Block {
    name: "reload",
    doc: "The user drops the attempt and begins a new one at once.",
    keys: &[&[
        key("after", Shape::Law(Unit::Seconds), Need::Required, "Patience, from the start of an attempt."),
        TIMES.key(),
    ]],
};

const CHANCE: Row<Part> = row("chance", Part, Absent::Means(Ratio::ONE), "Its probability, each time.");

const COME_BACK: &Block = &Block {
    name: "come_back",
    doc: "After a failed intent the user leaves and tries again later.",
    keys: &[&[CHANCE.key(), key("after", Shape::Law(Unit::Seconds), Need::Required, "The time until then.")]],
};

/// Values that clients and calls share, as read.
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
            timeout: TIMEOUT.usual(),
            retries: RETRIES.usual() as u8,
            retry_on: statuses(RETRYABLE),
            backoff: default_backoff(),
            on_timeout: ON_TIMEOUT.usual(),
            tells_deadline: DEADLINE.usual(),
            obeys_retry_after: RETRY_AFTER.usual(),
            hedge: None,
            fallback: None,
            policies: Vec::new(),
        }
    }

    pub(crate) fn read(diag: &mut Diagnostics, table: &Table<'_>, names: &Names) -> Self {
        let base = Try::default();
        let retries = table.said(diag, &RETRIES);
        let policies = policy::read_all(diag, table.get("policies"), Side::Outlet, names);
        if let (None | Some(0), Some(field)) = (retries, table.get("policies")) {
            policy::without_retries(diag, field, &policies);
        }
        let fallback = table.get("fallback").filter(|field| !field.is_off());
        Try {
            policies,
            tells_deadline: table.value(diag, &DEADLINE),
            obeys_retry_after: table.value(diag, &RETRY_AFTER),
            hedge: table.get("hedge").filter(|f| !f.is_off()).and_then(|field| hedge(diag, field)),
            fallback: fallback.and_then(|field| names.tier(diag, field)),
            timeout: table.value(diag, &TIMEOUT),
            retries: retries.map_or(base.retries, |retries| retries as u8),
            retry_on: table.get("retry_on").map_or(base.retry_on, |field| retry_on(diag, field)),
            backoff: table.get("backoff").and_then(|field| backoff(diag, field)).unwrap_or(base.backoff),
            on_timeout: table.value(diag, &ON_TIMEOUT),
        }
    }
}

fn default_backoff() -> Backoff {
    Backoff {
        base: BASE.usual(),
        factor: FACTOR.usual(),
        max: MAX.usual(),
        jitter: JITTER.usual(),
        law: None,
    }
}

fn statuses(codes: &[u16]) -> StatusSet {
    codes.iter().filter_map(|code| StatusSet::of_code(*code)).fold(StatusSet::default(), StatusSet::union)
}

fn retry_on(diag: &mut Diagnostics, field: Field<'_>) -> StatusSet {
    let mut set = StatusSet::default();
    for item in field.list(diag, RETRYABLE.len()) {
        if let Some(code) = RETRIED.read(diag, item) {
            set = set.union(statuses(&[code]));
        }
    }
    set
}

pub(crate) fn backoff(diag: &mut Diagnostics, field: Field<'_>) -> Option<Backoff> {
    if field.node.text().is_some() {
        let wait = Time.read(diag, field)?;
        return Some(Backoff { base: wait, factor: 1.0, max: wait, jitter: Jitter::None, law: None });
    }
    if field.node.entries().is_some_and(|entries| entries.get("dist").is_some()) {
        let law = law::read(diag, field, Unit::Seconds)?;
        let mean = Span::from_secs_f64(law.mean().clamp(0.0, 3e9));
        return Some(Backoff { base: mean, factor: 1.0, max: mean, jitter: Jitter::None, law: Some(law) });
    }
    let table = Table::open(diag, field, BACKOFF)?;
    let first = table.value(diag, &BASE);
    let max = table.said(diag, &MAX).unwrap_or(MAX.usual().max(first));
    if max < first {
        let field = table.get("max").unwrap_or(field);
        let draft = field.error(diag, format!("the longest wait is shorter than the first, {first}"));
        diag.report(draft.allowed(format!("at least {first}")));
    }
    let (factor, jitter) = (table.value(diag, &FACTOR), table.value(diag, &JITTER));
    Some(Backoff { base: first, factor, max, jitter, law: None })
}

pub(crate) fn default_client() -> Client {
    let tries = Try::default();
    Client {
        timeout: tries.timeout,
        first_token: FIRST_TOKEN.usual(),
        on_timeout: tries.on_timeout,
        retries: tries.retries,
        retry_on: tries.retry_on,
        backoff: tries.backoff,
        give_up: GIVE_UP.usual(),
        reload: None,
        come_back: None,
        persists: ON_FAILURE.usual(),
        tells_deadline: tries.tells_deadline,
        obeys_retry_after: tries.obeys_retry_after,
        hedge: tries.hedge,
        fallback: tries.fallback,
        policies: tries.policies,
    }
}

pub(crate) fn read(diag: &mut Diagnostics, field: Field<'_>, names: &Names) -> Client {
    let Some(table) = Table::open(diag, field, CLIENT) else { return default_client() };
    let tries = Try::read(diag, &table, names);
    let give_up = table.value(diag, &GIVE_UP);
    if let (Some(age), Some(field)) = (give_up, table.get("give_up")) {
        too_late(diag, field, age, &tries);
    }
    Client {
        timeout: tries.timeout,
        on_timeout: tries.on_timeout,
        retries: tries.retries,
        retry_on: tries.retry_on,
        backoff: tries.backoff,
        first_token: table.value(diag, &FIRST_TOKEN),
        give_up,
        reload: table.get("reload").filter(|field| !field.is_off()).and_then(|field| reload(diag, field)),
        come_back: table
            .get("come_back")
            .filter(|field| !field.is_off())
            .and_then(|field| come_back(diag, field)),
        persists: table.value(diag, &ON_FAILURE),
        tells_deadline: tries.tells_deadline,
        obeys_retry_after: tries.obeys_retry_after,
        hedge: tries.hedge,
        fallback: tries.fallback,
        policies: tries.policies,
    }
}

/// Warns of retries that never go out because the intent is given up before.
fn too_late(diag: &mut Diagnostics, field: Field<'_>, age: Span, tries: &Try) {
    let fixed = tries.backoff.jitter == Jitter::None && tries.backoff.law.is_none();
    let first = if fixed { tries.backoff.base } else { Span::ZERO };
    let first = tries.timeout.unwrap_or(Span::ZERO).saturating_add(first);
    if 0 < tries.retries && age <= first {
        let message = format!(
            "no retry goes out: an intent is given up after {age}, and the first one would go out \
                               after {first}"
        );
        diag.report(
            field
                .warning(diag, message)
                .hint("a longer \"give_up\", a shorter timeout or backoff, or retries = 0"),
        );
    }
}

fn hedge(diag: &mut Diagnostics, field: Field<'_>) -> Option<Hedge> {
    let table = Table::open(diag, field, HEDGE)?;
    let after = table.said(diag, &HEDGE_AFTER);
    let quantile = table.said(diag, &QUANTILE).map(Ratio::fraction);
    match (table.get("after").and(after), table.get("quantile").and(quantile)) {
        (Some(after), None) => Some(Hedge::After(after)),
        (None, Some(part)) if 0.0 < part && part < 1.0 => Some(Hedge::Quantile(part)),
        (None, Some(_)) => {
            let field = table.get("quantile").unwrap_or(field);
            diag.report(
                field.error(diag, "a quantile is between 0% and 100% of the answers").hint("as in \"95%\""),
            );
            None
        }
        (Some(_), Some(_)) => {
            diag.report(
                field
                    .error(diag, "a try is late either \"after\" a time or by a \"quantile\"")
                    .hint("keep one"),
            );
            None
        }
        (None, None) => {
            if table.get("after").is_none() && table.get("quantile").is_none() {
                let draft = field.error(diag, "a hedge needs to know when a try is late");
                diag.report(draft.hint("add after = \"50ms\" or quantile = \"95%\""));
            }
            None
        }
    }
}

fn reload(diag: &mut Diagnostics, field: Field<'_>) -> Option<Reload> {
    let table = Table::open(diag, field, RELOAD)?;
    let after = law::read(diag, table.get("after")?, Unit::Seconds)?;
    Some(Reload { after, times: table.value(diag, &TIMES) as u8 })
}

fn come_back(diag: &mut Diagnostics, field: Field<'_>) -> Option<ComeBack> {
    let table = Table::open(diag, field, COME_BACK)?;
    let chance = table.value(diag, &CHANCE);
    Some(ComeBack { chance, after: law::read(diag, table.get("after")?, Unit::Seconds)? })
}
