//! Compressed files: told by their first bytes, unpacked and packed as they stream by.

use std::io::{self, BufReader, Cursor, Read, Write};

use flate2::{Compression, bufread::MultiGzDecoder, write::GzEncoder};

/// How bytes are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    None,
    /// gzip, in one member or several.
    Gzip,
    /// Zstandard, in one frame or several.
    Zstd,
}

/// Bytes that may come from another thread.
pub type Source = Box<dyn Read + Send>;

/// Unpacks what its first bytes say is packed; no text begins so.
pub fn unpacked(mut packed: impl Read + Send + 'static) -> io::Result<(Packing, Source)> {
    let mut start = Vec::new();
    packed.by_ref().take(4).read_to_end(&mut start)?;
    let packing = match start.as_slice() {
        [0x1F, 0x8B, 8, ..] => Packing::Gzip,
        [0x28, 0xB5, 0x2F, 0xFD] => Packing::Zstd,
        _ => Packing::None,
    };
    let whole = Cursor::new(start).chain(packed);
    let source: Source = match packing {
        Packing::None => Box::new(whole),
        Packing::Gzip => Box::new(MultiGzDecoder::new(BufReader::with_capacity(BUFFER, whole))),
        Packing::Zstd => Box::new(zstd::Decoder::with_buffer(BufReader::with_capacity(BUFFER, whole))?),
    };
    Ok((packing, source))
}

/// Bytes packed in one go.
pub fn packed(packing: Packing, bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    if packing == Packing::None {
        return Ok(bytes);
    }
    let mut packer = Packer::new(packing, Vec::new())?;
    packer.write_all(&bytes)?;
    packer.finish()
}

const BUFFER: usize = 1 << 17;

/// Packs what is written to it. Only [`Packer::finish`] writes the end.
pub enum Packer<W: Write> {
    None(W),
    Gzip(GzEncoder<W>),
    Zstd(zstd::Encoder<'static, W>),
}

impl<W: Write> Packer<W> {
    /// A packer with the settings that the tools of the same name have.
    pub fn new(packing: Packing, out: W) -> io::Result<Self> {
        Ok(match packing {
            Packing::None => Self::None(out),
            Packing::Gzip => Self::Gzip(GzEncoder::new(out, Compression::default())),
            Packing::Zstd => {
                let mut encoder = zstd::Encoder::new(out, zstd::DEFAULT_COMPRESSION_LEVEL)?;
                encoder.include_checksum(true)?;
                Self::Zstd(encoder)
            }
        })
    }

    /// Ends a member or a frame, and begins the next.
    pub fn next_member(self) -> io::Result<Self> {
        let packing = match self {
            Self::None(_) => return Ok(self),
            Self::Gzip(_) => Packing::Gzip,
            Self::Zstd(_) => Packing::Zstd,
        };
        Self::new(packing, self.finish()?)
    }

    /// What it writes to.
    pub fn inner(&mut self) -> &mut W {
        match self {
            Self::None(out) => out,
            Self::Gzip(encoder) => encoder.get_mut(),
            Self::Zstd(encoder) => encoder.get_mut(),
        }
    }

    /// Writes what is left, and gives back what it wrote to.
    pub fn finish(self) -> io::Result<W> {
        match self {
            Self::None(out) => Ok(out),
            Self::Gzip(encoder) => encoder.finish(),
            Self::Zstd(encoder) => encoder.finish(),
        }
    }
}

impl<W: Write> Write for Packer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::None(out) => out.write(bytes),
            Self::Gzip(encoder) => encoder.write(bytes),
            Self::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::None(out) => out.flush(),
            Self::Gzip(encoder) => encoder.flush(),
            Self::Zstd(encoder) => encoder.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(packing: Packing, bytes: &[u8]) -> Vec<u8> {
        super::packed(packing, bytes.to_vec()).expect("memory takes all")
    }

    fn read(bytes: Vec<u8>) -> (Packing, io::Result<Vec<u8>>) {
        let (packing, mut source) = unpacked(Cursor::new(bytes)).expect("memory can be read");
        let mut read = Vec::new();
        let done = source.read_to_end(&mut read);
        (packing, done.map(|_| read))
    }

    #[test]
    fn what_is_packed_comes_back_whole() {
        for packing in [Packing::None, Packing::Gzip, Packing::Zstd] {
            for text in ["", "a", "line\n", &"many lines\n".repeat(10_000)] {
                let (found, back) = read(packed(packing, text.as_bytes()));
                assert_eq!(found, packing);
                assert_eq!(back.expect("it is sound"), text.as_bytes());
            }
        }
    }

    #[test]
    fn several_members_are_read_as_one() {
        for packing in [Packing::Gzip, Packing::Zstd] {
            let joined = [packed(packing, b"one\n"), packed(packing, b""), packed(packing, b"two\n")].concat();
            assert_eq!(read(joined).1.expect("it is sound"), b"one\ntwo\n");
        }
    }

    #[test]
    fn what_is_cut_short_is_an_error() {
        for packing in [Packing::Gzip, Packing::Zstd] {
            let whole = packed(packing, "some text, and more of it\n".repeat(100).as_bytes());
            for end in [8, whole.len() / 2, whole.len() - 1] {
                assert!(read(whole[..end].to_vec()).1.is_err(), "{packing:?} {end}");
            }
        }
    }
}
