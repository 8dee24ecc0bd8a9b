//! Damage to a file that was right: what random bytes alone would never come to.

/// What is put into a text.
const PIECES: [&str; 24] = [
    "{", "}", "[", "]", "\"", ",", ":", "\\", "\\u0041", "\0", "\u{feff}", "\r\n", "\t", " ", "null", "true", "1e9",
    "{}", "\"\"", "\"authID\"", "\"credentials\":{},", "\"a\":1,", "\"a\":{\"b\":[1]},", "é",
];

/// The text, changed as the bytes say, four at a time: place, kind of change, and what.
pub fn shaken(text: &str, data: &[u8]) -> Vec<u8> {
    let mut shaken = text.as_bytes().to_vec();
    for step in data.chunks_exact(4).take(12) {
        let at = usize::from(u16::from_be_bytes([step[0], step[1]])) % (shaken.len() + 1);
        let piece = PIECES[usize::from(step[3]) % PIECES.len()];
        match step[2] % 6 {
            0 => shaken.truncate(at),
            1 => drop(shaken.drain(at..(at + usize::from(step[3])).min(shaken.len()))),
            2 if at < shaken.len() => shaken[at] = step[3],
            3 => drop(shaken.splice(at..at, text.bytes())),
            _ => drop(shaken.splice(at..at, piece.bytes())),
        }
    }
    shaken
}
