//! Compiles the documents besides the requested one: problems of a variant, a value of an axis or a table that is
//! switched off are found before the first run.

use crate::compile::trace::Traces;
use crate::compile::{self, Compiled, Context};
use crate::problem::{Diagnostics, Draft};
use crate::text::hash::Hasher;
use crate::text::include::{Setting, apply_variant};
use crate::text::named::Named;
use crate::text::switch::{self, Off};
use crate::text::tree::{Entries, Node, Value};
use crate::{Axis, Level, Overrides, VARIANT, check, text};
use std::cell::RefCell;

/// Compiles the documents besides the requested one to find their problems.
pub(crate) struct Others<'a> {
    pub(crate) named: &'a Named,
    pub(crate) overrides: &'a Overrides,
    pub(crate) settings: &'a [Setting],
    pub(crate) names: &'a [String],
}

/// The number of sweep values that are checked; the others are of the same kind.
const SWEEP_TRIALS: usize = 256;
/// Values that all trials together may read: about a second. Documents beyond that are checked when they run.
const TRIAL_VALUES: usize = 4_000_000;

impl Others<'_> {
    pub(crate) fn try_variants(&self, diag: &mut Diagnostics, plain: &Node, variants: &Entries) {
        for name in self.names.iter().take(TRIAL_VALUES / text::tree::count(plain)) {
            let mark = diag.mark();
            let mut document = plain.clone();
            apply_variant(diag, &mut document, variants, name);
            for setting in self.settings.iter().filter(|setting| !setting.is_for_variants()) {
                setting.apply(diag, &mut document);
            }
            self.compile(diag, document, Some(name));
            diag.keep_new_errors(mark);
        }
    }

    /// Values of a sweep and knobs of a plan, each alone: of a list as many as time allows, of a range its ends.
    pub(crate) fn try_axes(&self, diag: &mut Diagnostics, document: &Node, compiled: &Compiled) {
        let sweep = compiled.sweep.iter().flat_map(|sweep| &sweep.axes);
        let swept = sweep.map(|axis| (axis, document.child("sweep")));
        let knobs = document.child("plan").and_then(|plan| plan.child("knob"));
        let knobs = compiled.plan.knobs.iter().map(|axis| (axis, knobs));
        let mut left = SWEEP_TRIALS.min(TRIAL_VALUES / text::tree::count(document));
        for (axis, table) in swept.chain(knobs).filter(|(axis, _)| axis.path != VARIANT) {
            let Some(entry) = table.and_then(Node::entries).and_then(|entries| entries.get(&axis.path))
            else {
                continue;
            };
            for value in values(diag, axis, &entry.node) {
                let Some(less) = left.checked_sub(1) else { return };
                left = less;
                let mark = diag.mark();
                let mut document = document.clone();
                let done = text::path::segments(&axis.path, entry.key)
                    .and_then(|parts| text::path::put(&mut document, &parts, value.place, value.clone()));
                match done {
                    Ok(()) => self.compile(diag, document, None),
                    Err(draft) => diag.report(draft),
                }
                diag.keep_new_errors(mark);
            }
        }
    }

    /// Disabled tables are checked too, alone and with all enabled. A problem becomes a warning only if both find it:
    /// some tables are meant for when others are off, some belong together.
    pub(crate) fn try_switches(&self, diag: &mut Diagnostics, document: &Node, offs: &[Off]) {
        if offs.is_empty() {
            return;
        }
        let all = self.try_on(diag, document, offs);
        for off in offs.iter().take(TRIAL_VALUES / text::tree::count(document)) {
            for draft in self.try_on(diag, document, std::slice::from_ref(off)) {
                if all.iter().any(|other| draft.is_same(other)) {
                    diag.report(draft.warning_if("if it were switched on"));
                }
            }
        }
    }

    fn try_on(&self, diag: &mut Diagnostics, document: &Node, offs: &[Off]) -> Vec<Draft> {
        let (mark, errors) = (diag.mark(), diag.error_count());
        let mut document = document.clone();
        for off in offs {
            switch::switch_on(&mut document, off);
        }
        self.compile(diag, document, None);
        diag.take_new_errors(mark, errors)
    }

    fn compile(&self, diag: &mut Diagnostics, mut document: Node, variant: Option<&str>) {
        switch::apply_switches(diag, &mut document);
        let traces = Traces { named: self.named, trial: true, hash: RefCell::new(Hasher::new()) };
        let context = Context { overrides: self.overrides, variant, variants: self.names, traces };
        if let Some(compiled) = compile::compile(diag, &document, &context) {
            check::errors(diag, &document, &compiled.model);
        }
    }
}

/// The values of an axis that are worth a trial, as if they stood where the axis is written.
fn values(diag: &mut Diagnostics, axis: &Axis, written: &Node) -> Vec<Node> {
    if let Value::List(values) = &written.value {
        return values.to_vec();
    }
    let place = written.place;
    let read = |level: Level| {
        let node = text::toml::parse_value(diag, place.file, &level.text, 0)?;
        Some(Node { place, ..node })
    };
    axis.ends().into_iter().filter_map(read).collect()
}
