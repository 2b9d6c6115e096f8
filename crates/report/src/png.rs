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
    scaled(svg, SCALE)
}

/// The same at another scale, with a note inside by which [`is_signed`] tells it from other pictures.
///
/// # Errors
///
/// As [`png`].
pub fn signed(svg: &str, scale: f32) -> Result<Vec<u8>, Error> {
    let mut bytes = scaled(svg, scale)?;
    bytes.splice(HEAD..HEAD, NOTE.iter().copied());
    Ok(bytes)
}

/// Whether a file is a chart that this program has drawn for a place of the user's: it may be drawn again over it.
pub fn is_signed(bytes: &[u8]) -> bool {
    let has = |part: &[u8], sign: &[u8]| part.windows(sign.len()).any(|window| window == sign);
    let head = &bytes[..bytes.len().min(SIGN_WITHIN)];
    (head.starts_with(b"<svg ") && has(head, SIGN.as_bytes())) || has(head, NOTE)
}

/// How an SVG says who has drawn it.
pub(crate) const SIGN: &str = "data-drawn-by=\"brownout\" ";
/// Both signs stand at the beginning.
const SIGN_WITHIN: usize = 4096;
/// Behind these bytes, the signature and the first chunk, a PNG may hold notes.
const HEAD: usize = 33;
/// One of them: its length, its kind, what it says, and the checksum of the last two.
const NOTE: &[u8; 29] = b"\0\0\0\x11tEXtSoftware\0brownout\xee\x83\x0f\x78";

fn scaled(svg: &str, scale: f32) -> Result<Vec<u8>, Error> {
    let mut options = usvg::Options { font_family: "Noto Sans".to_owned(), ..usvg::Options::default() };
    for face in [font::REGULAR, font::BOLD, font::MATH] {
        options.fontdb_mut().load_font_data(face.to_vec());
    }
    let tree = usvg::Tree::from_str(svg, &options).map_err(|e| Error::Svg(e.to_string()))?;
    let size = tree.size();
    let (width, height) = ((size.width() * scale).ceil(), (size.height() * scale).ceil());
    let mut pixels = Pixmap::new(width as u32, height as u32)
        .ok_or_else(|| Error::Png(format!("{width} × {height} pixels are not a picture")))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|e| Error::Png(e.to_string()))
}
