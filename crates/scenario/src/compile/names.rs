//! The names of a scenario, collected before anything else is read, so that references may point forward.

use super::name_set::NameSet;
use crate::limits;
use crate::problem::{Diagnostics, Draft, did_you_mean, nearest, one_of};
use crate::read::Field;
use crate::text::source::Place;
use crate::text::switch::SWITCH;
use crate::text::tree::{Entries, Node, Value};
use brownout_model::{ClassId, OperationId, Path, PathId, PathSet, TierId};
use brownout_units::Span;

/// The names of a scenario; indices into the sets are the ids of the model.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) tiers: NameSet,
    pub(crate) loads: NameSet,
    pub(crate) classes: NameSet,
    pub(crate) operations: NameSet,
    pub(crate) paths: Vec<Path>,
    /// The time of day at the start of the run, if it is known.
    pub(crate) clock: Option<Span>,
}

/// Words with another meaning in expectations.
const RESERVED: [&str; 4] = ["total", "verdict", "baseline", "default"];

/// The class of a balancer's calls that probe the health of its targets.
const PROBES: &str = "probe";

/// The operation that a `health_check` of a balancer asks for.
fn asked_by(check: &Node) -> &str {
    check.child("do").and_then(Node::text).unwrap_or("health")
}

impl Names {
    /// Collects the names; `None` if there are too many for the ids.
    pub(crate) fn collect(diag: &mut Diagnostics, root: &Node) -> Option<Names> {
        let mut names = Names::default();
        for (table, set) in [("tier", 0), ("class", 1), ("load", 2), ("operation", 3), ("controller", 4)] {
            for (name, entry) in root.child(table).and_then(Node::entries).into_iter().flatten() {
                check_name(diag, table, name, entry.key);
                match set {
                    0 => names.tiers.insert(name),
                    1 => names.classes.insert(name),
                    2 => names.loads.insert(name),
                    _ => 0,
                };
            }
        }
        let declared = root.child("operation");
        for (name, entry) in root.child("load").and_then(Node::entries).into_iter().flatten() {
            names.collect_load(diag, name, &entry.node, declared);
        }
        for (name, entry) in root.child("tier").and_then(Node::entries).into_iter().flatten() {
            if let Some(lease) = entry.node.child("lease").filter(|lease| lease.entries().is_some()) {
                names.collect_lease(diag, name, lease);
            }
            names.collect_probe(diag, &entry.node);
        }
        names.within_limits(diag, root).then_some(names)
    }

    fn collect_load(&mut self, diag: &mut Diagnostics, name: &str, load: &Node, declared: Option<&Node>) {
        let class = load.child("class").and_then(Node::text).unwrap_or(name);
        let steps = match load.child("journey").map(|journey| &journey.value) {
            Some(Value::List(steps)) => steps.as_slice(),
            _ => &[],
        };
        let mut asked: Vec<(&str, Place)> = Vec::new();
        for node in steps.iter().filter_map(|step| step.child("do")) {
            asked.extend(node.text().map(|text| (text, node.place)));
        }
        if let Some(session) = load.child("session").filter(|session| session.entries().is_some()) {
            let login = session.child("login");
            let text = login.map_or(Some("login"), Node::text);
            asked.extend(text.map(|text| (text, login.unwrap_or(session).place)));
        }
        let class = self.classes.insert(class);
        for (operation, place) in asked {
            self.add_path(diag, class, operation, place, declared);
        }
    }

    /// The operations of a balancer's health checks.
    fn collect_probe(&mut self, diag: &mut Diagnostics, tier: &Node) {
        let of_balancer = tier.child("kind").and_then(Node::text) == Some("balancer");
        let check = tier.child("health_check").filter(|_| of_balancer);
        let Some(check) = check.filter(|check| !matches!(check.value, Value::Flag(false))) else { return };
        let class = self.classes.insert(PROBES);
        self.add_path(diag, class, asked_by(check), check.place, None);
    }

    /// The path of a balancer's probes, from its `health_check`.
    pub(crate) fn probe(&self, check: Field<'_>) -> Option<PathId> {
        let class = self.classes.get_index_of(PROBES)?;
        let operation = self.operations.get_index_of(asked_by(check.node))?;
        let path = Path { class: ClassId(class as u8), operation: OperationId(operation as u8) };
        self.paths.iter().position(|known| *known == path).map(|at| PathId(at as u8))
    }

    fn add_path(
        &mut self,
        diag: &mut Diagnostics,
        class: usize,
        operation: &str,
        place: Place,
        declared: Option<&Node>,
    ) {
        if !self.operations.contains(operation) {
            check_name(diag, "operation", operation, place);
            warn_near_miss(diag, operation, place, declared);
        }
        let operation = self.operations.insert(operation);
        let path = Path { class: ClassId(class as u8), operation: OperationId(operation as u8) };
        // One more than allowed is enough for an error, and keeps the search short.
        if self.paths.len() <= limits::PATHS_MAX && !self.paths.contains(&path) {
            self.paths.push(path);
        }
    }

    /// Lease requests have a class named after their tier.
    fn collect_lease(&mut self, diag: &mut Diagnostics, tier: &str, lease: &Node) {
        let class = self.classes.insert(tier);
        for operation in super::renewal::operations(lease) {
            self.add_path(diag, class, operation, lease.place, None);
        }
    }

    fn within_limits(&self, diag: &mut Diagnostics, root: &Node) -> bool {
        let counts = [
            ("tier", self.tiers.len(), limits::TIERS_MAX, "tiers"),
            ("load", self.loads.len(), limits::LOADS_MAX, "loads"),
            ("class", self.classes.len(), limits::NAMES_MAX, "classes"),
            ("operation", self.operations.len(), limits::NAMES_MAX, "operations"),
            ("load", self.paths.len(), limits::PATHS_MAX, "pairs of class and operation"),
            ("controller", count(root, "controller"), limits::CONTROLLERS_MAX, "controllers"),
        ];
        let mut within = true;
        for (table, len, max, what) in counts {
            if max < len {
                let place = root.child(table).map_or(root.place, |node| node.place);
                diag.report(Draft::error(place, format!("{len} {what}")).allowed(format!("at most {max}")));
                within = false;
            }
        }
        within
    }

    pub(crate) fn tier(&self, diag: &mut Diagnostics, field: Field<'_>) -> Option<TierId> {
        let name = field.text(diag)?;
        if let Some(at) = self.tiers.get_index_of(name) {
            Some(TierId(at as u16))
        } else {
            unknown(diag, field, "tier", name, &self.tiers);
            None
        }
    }

    /// The paths of some operations and some classes; a missing list means all.
    pub(crate) fn path_set(
        &self,
        diag: &mut Diagnostics,
        operations: Option<Field<'_>>,
        classes: Option<Field<'_>>,
    ) -> PathSet {
        let on = operations.map(|field| many(diag, field, "operation", &self.operations));
        let of = classes.map(|field| many(diag, field, "class", &self.classes));
        if on.is_none() && of.is_none() {
            return PathSet::ALL;
        }
        let has = |list: &Option<Vec<usize>>, at: u8| {
            list.as_ref().is_none_or(|list| list.contains(&(at as usize)))
        };
        let mut set = PathSet::default();
        for (at, path) in self.paths.iter().enumerate() {
            if has(&on, path.operation.0) && has(&of, path.class.0) {
                set = set.with(PathId(at as u8));
            }
        }
        set
    }
}

fn count(root: &Node, table: &str) -> usize {
    root.child(table).and_then(Node::entries).map_or(0, Entries::len)
}

fn many(diag: &mut Diagnostics, field: Field<'_>, what: &str, known: &NameSet) -> Vec<usize> {
    let mut found = Vec::new();
    for item in field.list(diag, limits::NAMES_MAX) {
        let Some(name) = item.text(diag) else { continue };
        match known.get_index_of(name) {
            Some(at) => found.push(at),
            None => unknown(diag, item, what, name, known),
        }
    }
    found
}

fn unknown(diag: &mut Diagnostics, field: Field<'_>, what: &str, name: &str, known: &NameSet) {
    let words = || known.iter().map(String::as_str);
    if diag.off.iter().any(|off| off.is_named(what, name)) {
        let draft = field.error(diag, format!("the {what} \"{name}\" is switched off"));
        diag.report(draft.hint("switch it on, or also switch off the table that names it"));
        return;
    }
    let draft = field.error(diag, format!("no {what} is called \"{name}\""));
    if diag.is_tired() {
        diag.report(draft);
        return;
    }
    diag.report(draft.allowed(one_of(words())).maybe_hint(did_you_mean(name, words())));
}

fn warn_near_miss(diag: &mut Diagnostics, operation: &str, place: Place, declared: Option<&Node>) {
    let Some(declared) = declared.and_then(Node::entries) else { return };
    if declared.contains_key(operation) {
        return;
    }
    if let Some(near) = nearest(operation, declared.keys().map(String::as_str)) {
        let message = format!("the operation \"{operation}\" is not declared, but \"{near}\" is");
        let hint = format!("write \"{near}\", or declare [operation.{operation}] as well");
        diag.report(Draft::warning(place, message).hint(hint));
    }
}

fn article(what: &str) -> &'static str {
    if what.starts_with('o') { "an" } else { "a" }
}

/// A name without an id in the model, such as that of a region.
pub(crate) fn label(diag: &mut Diagnostics, field: Field<'_>, what: &str) -> Option<String> {
    let name = field.text(diag)?;
    if !is_fine(name) {
        let allowed = format!("letters, digits, - and _, at most {} of them", limits::NAME_BYTES_MAX);
        diag.report(field.error(diag, format!("this is no valid name of {what}")).allowed(allowed));
        return None;
    }
    Some(name.to_owned())
}

fn is_fine(name: &str) -> bool {
    let fine = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !name.is_empty() && name.len() <= limits::NAME_BYTES_MAX && name.chars().all(fine)
}

/// The rule for names of every kind.
pub(crate) fn check_name(diag: &mut Diagnostics, what: &str, name: &str, place: Place) {
    if !is_fine(name) {
        let allowed = format!("letters, digits, - and _, at most {} of them", limits::NAME_BYTES_MAX);
        diag.report(
            Draft::error(place, format!("\"{name}\" is no valid name of {} {what}", article(what)))
                .allowed(allowed),
        );
    } else if name == SWITCH {
        let message = format!("\"{name}\" switches a table on and off");
        diag.report(Draft::error(place, message).hint(format!("call the {what} differently")));
    } else if RESERVED.contains(&name) {
        let message = format!("\"{name}\" has another meaning in expectations");
        diag.report(Draft::error(place, message).hint(format!("call the {what} differently")));
    }
}
