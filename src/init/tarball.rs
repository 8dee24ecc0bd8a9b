//! Reads the package.json inside a `.tgz` made by `npm pack`. Bytes in, JSON out, with limited
//! memory.

use serde_json::Value;

/// The largest unpacked size that is read. Our packages are smaller.
const MAX_UNPACKED: usize = 256 * 1024 * 1024;
const BLOCK: usize = 512;

/// Returns the package.json of a packed package, or `None` if the bytes are not a package.
pub fn manifest(bytes: &[u8]) -> Option<Value> {
    let tar = unzipped(bytes)?;
    let mut rest = tar.as_slice();
    while rest.len() >= BLOCK && rest[0] != 0 {
        let (head, after) = rest.split_at(BLOCK);
        let size = usize::from_str_radix(text(&head[124..136]).trim(), 8).ok()?;
        let content = after.get(..size)?;
        // The file is one folder down; the folder is usually called package.
        let name = text(&head[..100]);
        let file = name.split_once('/').map(|(_, file)| file);
        if matches!(head[156], b'0' | 0) && file == Some("package.json") {
            return serde_json::from_slice(content).ok();
        }
        rest = after.get(size.div_ceil(BLOCK) * BLOCK..)?;
    }
    None
}

/// Returns the text of a header field up to the first zero byte.
fn text(field: &[u8]) -> &str {
    let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
    str::from_utf8(&field[..end]).unwrap_or_default()
}

/// Unpacks gzip data (RFC 1952): a header with optional parts, then the compressed bytes.
fn unzipped(bytes: &[u8]) -> Option<Vec<u8>> {
    let (head, mut rest) = bytes.split_at_checked(10)?;
    if head[..3] != [0x1f, 0x8b, 8] {
        return None;
    }
    let flags = head[3];
    if flags & 4 != 0 {
        let (length, after) = rest.split_at_checked(2)?;
        rest = after.get(usize::from(u16::from_le_bytes([length[0], length[1]]))..)?;
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            rest = rest.get(rest.iter().position(|byte| *byte == 0)? + 1..)?;
        }
    }
    if flags & 2 != 0 {
        rest = rest.get(2..)?;
    }
    miniz_oxide::inflate::decompress_to_vec_with_limit(rest, MAX_UNPACKED).ok()
}

/// Makes a package with this package.json, for tests.
#[cfg(test)]
pub fn packed(package: &str) -> Vec<u8> {
    let mut tar = Vec::new();
    for (name, content) in [("package/lib/package.json", "{}"), ("package/package.json", package)] {
        let mut head = [0u8; BLOCK];
        head[..name.len()].copy_from_slice(name.as_bytes());
        head[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
        head[156] = b'0';
        tar.extend(head);
        tar.extend(content.as_bytes());
        tar.resize(tar.len().div_ceil(BLOCK) * BLOCK, 0);
    }
    tar.extend([0; 2 * BLOCK]);
    let mut bytes = vec![0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 255, b'x', 0];
    bytes.extend(miniz_oxide::deflate::compress_to_vec(&tar, 6));
    bytes.extend([0; 8]);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_json_of_the_package_itself_is_read() {
        let found = manifest(&packed(r#"{"name":"a","version":"1.2.3"}"#)).unwrap();
        assert_eq!(found["version"], "1.2.3");
    }

    #[test]
    fn whatever_else_is_no_package() {
        let whole = packed("{}");
        for cut in 0..whole.len() {
            let _ = manifest(&whole[..cut]);
        }
        for bytes in [&b""[..], b"junk", &[0x1f, 0x8b, 8, 255, 0, 0, 0, 0, 0, 0, 255, 255]] {
            assert!(manifest(bytes).is_none());
        }
        assert!(manifest(&packed("{")).is_none());
    }
}
