//! A workbook with evidence. What does not begin like an archive are the parts that
//! a hostile one would forge, apart by a zero byte: sheet, shared strings, styles.

#![no_main]

use std::io::{Cursor, Write};

use libfuzzer_sys::fuzz_target;
use parindex_fuzz::{evidence, tell_panics_apart};
use parindex_tables::Format;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const WORKBOOK: &str = concat!(
    r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" "#,
    r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">"#,
    r#"<sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
);
const RELATIONS: &str = concat!(
    r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#,
    r#"<Relationship Id="rId1" Target="worksheets/sheet1.xml" "#,
    r#"Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>"#,
);
const ROOT: &str = concat!(
    r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#,
    r#"<Relationship Id="rId1" Target="xl/workbook.xml" "#,
    r#"Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>"#,
);
/// The parts that an input holds, in their order.
const FORGED: [&str; 3] = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"];

fn workbook(data: &[u8]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let fixed = [("_rels/.rels", ROOT), ("xl/workbook.xml", WORKBOOK), ("xl/_rels/workbook.xml.rels", RELATIONS)];
    let fixed = fixed.map(|(name, content)| (name, content.as_bytes()));
    let forged = FORGED.into_iter().zip(data.split(|byte| *byte == 0));
    for (name, content) in fixed.into_iter().chain(forged) {
        archive.start_file(name, stored).expect("an archive takes a file");
        archive.write_all(content).expect("an archive takes bytes");
    }
    archive.finish().expect("an archive ends").into_inner()
}

fuzz_target!(init: tell_panics_apart(), |data: &[u8]| {
    if data.starts_with(b"PK") {
        evidence(Format::Xlsx, data);
    } else {
        evidence(Format::Xlsx, &workbook(data));
    }
});
