//! The memory in which signatures are written. It is reused between requests, so that it is neither
//! cleared nor allocated again.

use zeroize::Zeroize;

/// How much memory a buffer may keep between requests. More than that served a large form and is
/// released.
const KEPT: usize = 256 * 1024;

/// Text that grows at its end. The memory after the text still contains bytes of earlier requests.
#[derive(Default)]
pub struct ReusableBuffer {
    bytes: Vec<u8>,
    used: usize,
}

impl ReusableBuffer {
    /// Removes the text. Keeps the memory unless it is unusually large.
    pub fn clear(&mut self) {
        if self.bytes.len() > KEPT {
            self.bytes = Vec::new();
        }
        self.used = 0;
    }

    /// Returns the text.
    pub fn text(&self) -> &[u8] {
        &self.bytes[..self.used]
    }

    /// Returns the length of the text.
    pub fn len(&self) -> usize {
        self.used
    }

    /// Checks whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.used == 0
    }

    /// Shortens the text to `length`.
    pub fn truncate(&mut self, length: usize) {
        self.used = self.used.min(length);
    }

    /// Appends a text.
    #[inline]
    pub fn push(&mut self, text: &[u8]) {
        self.room(text.len())[..text.len()].copy_from_slice(text);
        self.used += text.len();
    }

    /// Appends up to seven bytes; the eighth byte is their number. Copying a fixed length is
    /// cheaper.
    #[inline]
    pub fn push_row(&mut self, row: [u8; 8]) {
        self.room(8)[..8].copy_from_slice(&row);
        self.used += usize::from(row[7].min(7));
    }

    /// Returns eight bytes from `start`, even where the text is shorter.
    #[inline]
    pub fn eight_from(&mut self, start: usize) -> [u8; 8] {
        let reach = (start + 8).saturating_sub(self.used);
        self.room(reach);
        let mut eight = [0; 8];
        eight.copy_from_slice(&self.bytes[start..start + 8]);
        eight
    }

    /// Returns at least `length` bytes of memory after the text. The caller writes to it and then
    /// calls [`ReusableBuffer::claim`].
    #[inline]
    pub fn room(&mut self, length: usize) -> &mut [u8] {
        let end = self.used + length;
        if self.bytes.len() < end {
            self.grow(end);
        }
        &mut self.bytes[self.used..]
    }

    /// Makes `length` bytes that were written after the text part of it.
    #[inline]
    pub fn claim(&mut self, length: usize) {
        self.used = (self.used + length).min(self.bytes.len());
    }

    #[cold]
    fn grow(&mut self, end: usize) {
        self.bytes.resize(end.next_multiple_of(4096), 0);
    }
}

impl Zeroize for ReusableBuffer {
    fn zeroize(&mut self) {
        self.bytes.zeroize();
        self.used = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_sheet_is_given_back_and_a_small_one_kept() {
        let mut sheet = ReusableBuffer::default();
        sheet.push(&[b'a'; 1000]);
        sheet.clear();
        assert_eq!((sheet.len(), sheet.bytes.len()), (0, 4096));
        sheet.push(&vec![b'b'; KEPT + 1]);
        sheet.clear();
        assert_eq!(sheet.bytes.capacity(), 0);
    }

    #[test]
    fn what_is_left_over_never_shows() {
        let mut sheet = ReusableBuffer::default();
        sheet.push(b"secret of the first request");
        sheet.clear();
        sheet.push(b"ab");
        sheet.room(10)[0] = b'c';
        sheet.claim(1);
        assert_eq!(sheet.text(), b"abc");
        sheet.truncate(1);
        assert_eq!(sheet.text(), b"a");
        sheet.claim(usize::MAX >> 1);
        assert_eq!(sheet.len(), 4096);
    }
}
