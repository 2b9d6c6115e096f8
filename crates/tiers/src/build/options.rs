//! How a simulation is built, beside its model.

/// What is as usual where nothing is set.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Options {
    /// Whether fast paths are disabled.
    pub(super) general_path: bool,
    /// Whether its log explains.
    pub(super) explains: bool,
}
