//! Values of rows as bytes: 0 for a null, otherwise one byte of type and the value. Whole numbers are zigzag varints;
//! texts and bytes carry their length; a real number is its eight bytes.

use super::Type;
use crate::{Error, Result, Row, Value};

const NULL: u8 = 0;

/// Appends one column of a row.
pub(crate) fn write(row: &Row<'_>, index: usize, kind: Type, out: &mut Vec<u8>) -> Result<()> {
    match kind {
        Type::Int => put(row.at::<Option<i64>>(index)?, 1, out, |v, out| varint(zigzag(v), out)),
        Type::Text => put(row.at::<Option<String>>(index)?, 2, out, |v, out| long(v.as_bytes(), out)),
        Type::Bool => put(row.at::<Option<bool>>(index)?, 3, out, |v, out| out.push(u8::from(v))),
        Type::Bytes => put(row.at::<Option<Vec<u8>>>(index)?, 4, out, |v, out| long(&v, out)),
        // SQLite keeps no negative zero; so none is written.
        Type::Real => {
            put(row.at::<Option<f64>>(index)?, 5, out, |v, out| out.extend((v + 0.0).to_bits().to_be_bytes()))
        }
    }
    Ok(())
}

fn put<T>(value: Option<T>, tag: u8, out: &mut Vec<u8>, write: impl FnOnce(T, &mut Vec<u8>)) {
    match value {
        None => out.push(NULL),
        Some(value) => {
            out.push(tag);
            write(value, out);
        }
    }
}

fn long(bytes: &[u8], out: &mut Vec<u8>) {
    varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

fn zigzag(v: i64) -> u64 {
    ((v << 1) ^ (v >> 63)) as u64
}

fn varint(mut v: u64, out: &mut Vec<u8>) {
    while v >= 0x80 {
        out.push(v as u8 | 0x80);
        v >>= 7;
    }
    out.push(v as u8);
}

impl Type {
    /// The null of this type.
    pub fn null(self) -> Value {
        match self {
            Type::Int => Value::Int(None),
            Type::Text => Value::Text(None),
            Type::Bool => Value::Bool(None),
            Type::Bytes => Value::Bytes(None),
            Type::Real => Value::Real(None),
        }
    }
}

/// Reads values one after another; `None` at the end of a row's bytes or where they make no sense.
pub(crate) struct Values<'b>(pub &'b [u8]);

impl Values<'_> {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next value, which must be of this type or null.
    ///
    /// # Errors
    /// When the bytes end too early or hold something else.
    pub fn next(&mut self, kind: Type) -> Result<Value> {
        self.value(kind).ok_or_else(|| Error::Refused("a row of the backup cannot be read".to_owned()))
    }

    fn value(&mut self, kind: Type) -> Option<Value> {
        let tag = self.byte()?;
        let expected = match kind {
            Type::Int => 1,
            Type::Text => 2,
            Type::Bool => 3,
            Type::Bytes => 4,
            Type::Real => 5,
        };
        if tag == NULL {
            return Some(kind.null());
        }
        if tag != expected {
            return None;
        }
        Some(match kind {
            Type::Int => {
                let v = self.varint()?;
                Value::Int(Some((v >> 1) as i64 ^ -((v & 1) as i64)))
            }
            Type::Text => Value::Text(Some(String::from_utf8(self.long()?.to_vec()).ok()?)),
            Type::Bool => match self.byte()? {
                0 => Value::Bool(Some(false)),
                1 => Value::Bool(Some(true)),
                _ => return None,
            },
            Type::Bytes => Value::Bytes(Some(self.long()?.to_vec())),
            Type::Real => {
                let (bits, rest) = self.0.split_first_chunk::<8>()?;
                self.0 = rest;
                Value::Real(Some(f64::from_bits(u64::from_be_bytes(*bits))))
            }
        })
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn long(&mut self) -> Option<&[u8]> {
        let length = usize::try_from(self.varint()?).ok()?;
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut v = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            v |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(v);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_come_back() {
        for n in [0, 1, -1, 63, 64, -65, i64::MAX, i64::MIN, 1_668_441_600_000_000] {
            let mut out = vec![1];
            varint(zigzag(n), &mut out);
            let mut values = Values(&out);
            assert_eq!(values.next(Type::Int).unwrap(), Value::Int(Some(n)));
            assert!(values.is_empty());
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for (bytes, kind) in [
            (&[][..], Type::Int),
            (&[2, 200, 1, b'a'], Type::Text),
            (&[2, 1, 0xff], Type::Text),
            (&[1, 0], Type::Text),
            (&[3, 2], Type::Bool),
            (&[5, 0, 0], Type::Real),
            (&[1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80], Type::Int),
            (&[4, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1], Type::Bytes),
        ] {
            assert!(Values(bytes).next(kind).is_err(), "{bytes:?}");
        }
        assert_eq!(Values(&[0]).next(Type::Real).unwrap(), Value::Real(None));
    }
}
