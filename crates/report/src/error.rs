//! What can go wrong while drawing: nothing that a scenario's author could have caused.

/// A chart that could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The drawing library refused a shape.
    #[error("drawing a chart: {0}")]
    Draw(String),
    /// The SVG handed to [`crate::png`] is not one.
    #[error("reading a chart's SVG: {0}")]
    Svg(String),
    /// The picture has no pixels, or too many for memory.
    #[error("writing a chart's PNG: {0}")]
    Png(String),
}
