//! Pixels from a chart's SVG, with the embedded font and no other.

use crate::{Error, font};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg;

/// Pixels of the picture for each pixel of the SVG: sharp on a dense screen and in a printed paper.
const SCALE: f32 = 2.0;

/// Renders an SVG at twice its stated size, with Noto Sans from this program and no font of the machine.
///
/// # Errors
///
/// [`Error::Svg`] for text that is not an SVG, [`Error::Png`] for a picture that is too large.
pub fn png(svg: &str) -> Result<Vec<u8>, Error> {
    let mut options = usvg::Options { font_family: "Noto Sans".to_owned(), ..usvg::Options::default() };
    for face in [font::REGULAR, font::BOLD, font::MATH] {
        options.fontdb_mut().load_font_data(face.to_vec());
    }
    let tree = usvg::Tree::from_str(svg, &options).map_err(|e| Error::Svg(e.to_string()))?;
    let size = tree.size();
    let (width, height) = ((size.width() * SCALE).ceil(), (size.height() * SCALE).ceil());
    let mut pixels = Pixmap::new(width as u32, height as u32)
        .ok_or_else(|| Error::Png(format!("{width} × {height} pixels are not a picture")))?;
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());
    pixels.encode_png().map_err(|e| Error::Png(e.to_string()))
}
