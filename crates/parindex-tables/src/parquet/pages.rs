//! The headers of a Parquet file, walked before it is read.
//!
//! The reader believes what they claim: it takes billions of steps over a list
//! of flags, which takes no bytes, and makes room for any page. Here no list is
//! longer than what is left, fields are of the kinds that the format says, and
//! pages say how large they unpack.

mod format;

use format::{FILE_METADATA, Fields, Kind, PAGE_HEADER};
use parindex::{Problem, Stop};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::reader::ChunkReader;

/// Most structs and lists inside one another.
const MAX_DEPTH: u8 = 64;
/// Bytes within which the header of a page nearly always ends.
const HEADER: usize = 1 << 12;

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
    Thrift { rest: &metadata }.structure(FILE_METADATA, MAX_DEPTH, &mut |_, _| ()).ok_or_else(broken)
}

/// Walks the headers of the pages of every column, and tells each page.
///
/// # Errors
/// `unreadable-file` for a header that is broken, and what `tell` refuses.
pub(super) fn walk(
    name: &str,
    file: &impl ChunkReader,
    metadata: &ParquetMetaData,
    mut tell: impl FnMut(&Page) -> std::result::Result<(), Problem>,
) -> std::result::Result<(), Problem> {
    for column in metadata.row_groups().iter().flat_map(RowGroupMetaData::columns) {
        let (mut start, length) = column.byte_range();
        let end = start.checked_add(length).filter(|end| *end <= file.len());
        let end = end.ok_or_else(|| Problem::unreadable(name, "a column lies beyond its end"))?;
        while start < end {
            Stop::point();
            let page = Page::at(file, start, end).map_err(|error| Problem::unreadable(name, error))?;
            tell(&page)?;
            start = page.next;
        }
    }
    Ok(())
}

/// What the header of a page claims.
pub(super) struct Page {
    /// Bytes on the disk.
    pub(super) packed: u64,
    /// Bytes in memory.
    pub(super) unpacked: u64,
    /// Where the next page starts.
    next: u64,
}

impl Page {
    /// The page at `start` of a column that ends at `end`: its header is read, and no more.
    fn at(file: &impl ChunkReader, start: u64, end: u64) -> Result<Self> {
        let left = usize::try_from(end.saturating_sub(start)).unwrap_or(usize::MAX);
        // A header holds bounds of its texts, which may be long.
        for window in [HEADER.min(left), left] {
            if let Some(page) = Self::of(&file.get_bytes(start, window)?, start).filter(|page| page.next <= end) {
                return Ok(page);
            }
        }
        Err(ParquetError::General("a page is broken".to_owned()))
    }

    /// The page whose header is at the front of some bytes, which stand at `start`.
    fn of(bytes: &[u8], start: u64) -> Option<Self> {
        let (mut unpacked, mut packed) = (-1, -1);
        let mut header = Thrift { rest: bytes };
        header.structure(PAGE_HEADER, MAX_DEPTH, &mut |field, number| match field {
            2 => unpacked = number,
            3 => packed = number,
            _ => {}
        })?;
        let (packed, unpacked) = (u64::try_from(packed).ok()?, u64::try_from(unpacked).ok()?);
        let size = u64::try_from(bytes.len().checked_sub(header.rest.len())?).ok()?;
        Some(Self { packed, unpacked, next: start.checked_add(size)?.checked_add(packed)? })
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
    fn structure(&mut self, fields: Fields, depth: u8, tell: &mut dyn FnMut(i16, i64)) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        let mut field: i16 = 0;
        loop {
            let head = self.byte()?;
            let (step, kind) = halves(head);
            if kind == 0 {
                return Some(());
            }
            field = if step == 0 { self.whole()?.try_into().ok()? } else { field.checked_add(step.into())? };
            let known = fields.iter().find(|(number, _)| *number == field).map(|(_, kind)| *kind);
            // The reader takes a field that it knows for what the format says.
            if known.is_some_and(|known| !known.is(kind)) {
                return None;
            }
            match kind {
                // A flag is its own kind.
                1 | 2 => {}
                4..=6 => tell(field, self.whole()?),
                kind => self.value(kind, known, depth)?,
            }
        }
    }

    /// Steps over a value, which takes at least a byte.
    fn value(&mut self, kind: u8, known: Option<Kind>, depth: u8) -> Option<()> {
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
                let inside = known.and_then(Kind::inside);
                // Some writers name no kind where a list is empty.
                if count > 0 && inside.is_some_and(|inside| !inside.is(kind)) {
                    return None;
                }
                (0..count).try_for_each(|_| self.value(kind, inside, depth))
            }
            11 => {
                let count = self.varint()?;
                let (key, value) = if count > 0 { halves(self.byte()?) } else { (0, 0) };
                let depth = depth.checked_sub(1)?;
                (0..count).try_for_each(|_| {
                    self.value(key, None, depth)?;
                    self.value(value, None, depth)
                })
            }
            12 => self.structure(known.map_or(&[], Kind::fields), depth, &mut |_, _| ()),
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
        let bytes = [0x15, 0, 0x15, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0x15, 4, 0, b'a', b'b', 0x15];
        let page = Page::of(&bytes, 100).unwrap();
        assert_eq!((page.packed, page.unpacked, page.next), (2, 2_147_483_647, 113));
        assert!(Page::of(&bytes[13..], 113).is_none());
    }

    #[test]
    fn a_header_longer_than_the_window_is_read_and_a_page_beyond_its_column_is_not() {
        // As above, with a text of 5,000 bytes in the header, as bounds of a column are.
        let mut bytes = vec![0x15, 0, 0x15, 8, 0x15, 4, 0x68, 0x88, 0x27];
        bytes.extend([b'x'; 5_000]);
        bytes.extend([0, b'a', b'b']);
        let file = bytes::Bytes::from(bytes);
        let end = file.len() as u64;
        assert_eq!(Page::at(&file, 0, end).unwrap().next, end);
        assert!(Page::at(&file, 0, end - 1).is_err());
    }

    #[test]
    fn a_list_is_no_longer_than_what_is_left() {
        let walk = |bytes: &[u8]| Thrift { rest: bytes }.structure(&[], MAX_DEPTH, &mut |_, _| ());
        // A list of two bytes; of two flags; of 2^31 - 1 bytes; a struct in a struct that does not end.
        assert_eq!(walk(&[0x19, 0x23, 1, 2, 0]), Some(()));
        assert_eq!(walk(&[0x19, 0x21, 0]), None);
        assert_eq!(walk(&[0x19, 0xf3, 0xff, 0xff, 0xff, 0xff, 0x07, 0]), None);
        assert_eq!(walk(&[0x1c; 100]), None);
    }

    #[test]
    fn a_field_of_another_kind_than_the_format_says_is_refused() {
        let walk = |bytes: &[u8]| Thrift { rest: bytes }.structure(FILE_METADATA, MAX_DEPTH, &mut |_, _| ());
        // The version as a number, then as a text; row groups as a list of structs, then of numbers.
        assert_eq!(walk(&[0x15, 2, 0]), Some(()));
        assert_eq!(walk(&[0x18, 2, b'a', b'b', 0]), None);
        assert_eq!(walk(&[0x49, 0x1c, 0, 0]), Some(()));
        assert_eq!(walk(&[0x49, 0x15, 2, 0]), None);
        // An empty list of some writers, which names no kind.
        assert_eq!(walk(&[0x49, 0, 0]), Some(()));
        // Within a row group's columns: the metadata of a column with its type as a number, then as a struct.
        assert_eq!(walk(&[0x49, 0x1c, 0x19, 0x1c, 0x3c, 0x15, 2, 0, 0, 0, 0]), Some(()));
        assert_eq!(walk(&[0x49, 0x1c, 0x19, 0x1c, 0x3c, 0x1c, 0, 0, 0, 0, 0]), None);
        // A number of a field that wraps round to one that is known.
        assert_eq!(walk(&[0x05, 0x82, 0x80, 0x08, 2, 0]), None);
    }
}
