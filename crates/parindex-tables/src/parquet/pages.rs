//! The headers of a Parquet file, walked before it is read.
//!
//! The reader believes what they claim: it takes billions of steps over a list
//! of flags, which takes no bytes, and makes room for any page. Here no list is
//! longer than what is left, and pages say how large they unpack.

use parindex::Problem;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::reader::ChunkReader;

use crate::file::Allowance;

/// Most structs and lists inside one another.
const MAX_DEPTH: u8 = 64;

/// Walks the metadata at the end of a file.
///
/// # Errors
/// If it is no Parquet file, or a list is longer than what is left.
pub(super) fn check_footer(file: &impl ChunkReader) -> Result<()> {
    let broken = || ParquetError::General("its footer is broken".to_owned());
    let end = file.len().checked_sub(8).ok_or_else(broken)?;
    let tail = file.get_bytes(end, 8)?;
    let (size, magic) = tail.split_first_chunk::<4>().ok_or_else(broken)?;
    if magic != b"PAR1" {
        return Err(broken());
    }
    let size = u32::from_le_bytes(*size);
    let start = end.checked_sub(size.into()).ok_or_else(broken)?;
    let metadata = file.get_bytes(start, size as usize)?;
    Thrift { rest: &metadata }.structure(MAX_DEPTH, &mut |_, _| ()).ok_or_else(broken)
}

/// Walks the pages of every column; what they unpack to is taken from the allowance.
///
/// # Errors
/// `unreadable-file` for a header that is broken, `too-large`.
pub(super) fn take_pages(
    name: &str,
    file: &impl ChunkReader,
    metadata: &ParquetMetaData,
    allowance: &mut Allowance<'_>,
) -> std::result::Result<(), Problem> {
    for column in metadata.row_groups().iter().flat_map(RowGroupMetaData::columns) {
        let (start, length) = column.byte_range();
        let inside = start.checked_add(length).is_some_and(|end| end <= file.len());
        let length = usize::try_from(length).ok().filter(|_| inside);
        let length = length.ok_or_else(|| Problem::unreadable(name, "a column lies beyond its end"))?;
        let pages = file.get_bytes(start, length).map_err(|error| Problem::unreadable(name, error))?;
        let mut rest: &[u8] = &pages;
        while !rest.is_empty() {
            let page = Page::split(&mut rest).ok_or_else(|| Problem::unreadable(name, "a page is broken"))?;
            allowance.take(page.unpacked)?;
        }
    }
    Ok(())
}

/// What the header of a page claims.
struct Page {
    unpacked: u64,
}

impl Page {
    /// Takes a page off the front of what is left.
    fn split(rest: &mut &[u8]) -> Option<Self> {
        let (mut unpacked, mut packed) = (-1, -1);
        let mut header = Thrift { rest };
        header.structure(MAX_DEPTH, &mut |field, number| match field {
            2 => unpacked = number,
            3 => packed = number,
            _ => {}
        })?;
        *rest = header.rest.get(usize::try_from(packed).ok()?..)?;
        Some(Self { unpacked: u64::try_from(unpacked).ok()? })
    }
}

/// Bytes of Thrift's compact protocol.
struct Thrift<'a> {
    rest: &'a [u8],
}

impl Thrift<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn skip(&mut self, bytes: u64) -> Option<()> {
        self.rest = self.rest.get(usize::try_from(bytes).ok()?..)?;
        Some(())
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for place in 0..10 {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << (7 * place);
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn whole(&mut self) -> Option<i64> {
        let zigzag = self.varint()?;
        Some((zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed())
    }

    /// Steps over a struct and tells its fields that are whole numbers.
    fn structure(&mut self, depth: u8, tell: &mut dyn FnMut(i64, i64)) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        let mut field: i64 = 0;
        loop {
            let head = self.byte()?;
            let (step, kind) = halves(head);
            if kind == 0 {
                return Some(());
            }
            field = if step == 0 { self.whole()? } else { field.checked_add(step.into())? };
            match kind {
                // A flag is its own kind.
                1 | 2 => {}
                4..=6 => tell(field, self.whole()?),
                kind => self.value(kind, depth)?,
            }
        }
    }

    /// Steps over a value, which takes at least a byte.
    fn value(&mut self, kind: u8, depth: u8) -> Option<()> {
        match kind {
            3 => self.skip(1),
            4..=6 => self.varint().map(|_| ()),
            7 => self.skip(8),
            8 => {
                let length = self.varint()?;
                self.skip(length)
            }
            9 | 10 => {
                let (count, kind) = halves(self.byte()?);
                let count = if count == 15 { self.varint()? } else { count.into() };
                let depth = depth.checked_sub(1)?;
                (0..count).try_for_each(|_| self.value(kind, depth))
            }
            11 => {
                let count = self.varint()?;
                let (key, value) = if count > 0 { halves(self.byte()?) } else { (0, 0) };
                let depth = depth.checked_sub(1)?;
                (0..count).try_for_each(|_| {
                    self.value(key, depth)?;
                    self.value(value, depth)
                })
            }
            12 => self.structure(depth, &mut |_, _| ()),
            13 => self.skip(16),
            // Flags in lists take no bytes for the reader, and no metadata has them.
            _ => None,
        }
    }
}

/// The upper and the lower four bits.
fn halves(byte: u8) -> (u8, u8) {
    (byte >> 4, byte & 0x0f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_what_it_unpacks_to() {
        // Type 0, 2^31 - 1 bytes unpacked, 2 packed, by the compact protocol's zigzag; then the next page.
        let mut rest: &[u8] = &[0x15, 0, 0x15, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0x15, 4, 0, b'a', b'b', 0x15];
        assert_eq!(Page::split(&mut rest).map(|page| page.unpacked), Some(2_147_483_647));
        assert_eq!(rest, [0x15]);
        assert!(Page::split(&mut rest).is_none());
    }

    #[test]
    fn a_list_is_no_longer_than_what_is_left() {
        let walk = |bytes: &[u8]| Thrift { rest: bytes }.structure(MAX_DEPTH, &mut |_, _| ());
        // A list of two bytes; of two flags; of 2^31 - 1 bytes; a struct in a struct that does not end.
        assert_eq!(walk(&[0x19, 0x23, 1, 2, 0]), Some(()));
        assert_eq!(walk(&[0x19, 0x21, 0]), None);
        assert_eq!(walk(&[0x19, 0xf3, 0xff, 0xff, 0xff, 0xff, 0x07, 0]), None);
        assert_eq!(walk(&[0x1c; 100]), None);
    }
}
