//! Which lines may hold some words: pieces of one and of two characters with the numbers of the lines that hold them.
//! A word of two characters is found exactly; a longer one is looked at once more in the line itself.

use std::collections::HashMap;

/// The pieces of some texts.
#[derive(Default)]
pub struct Index {
    pieces: HashMap<u64, Vec<u32>>,
    texts: u32,
}

fn one(c: char) -> u64 {
    u64::from(u32::from(c))
}

fn two(a: char, b: char) -> u64 {
    one(a) << 32 | one(b)
}

impl Index {
    /// Texts are numbered as they come.
    pub fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Index {
        let (mut index, mut found) = (Index::default(), Vec::new());
        for text in texts {
            found.clear();
            let mut before = None;
            for c in text.chars() {
                found.push(one(c));
                found.extend(before.map(|b| two(b, c)));
                before = Some(c);
            }
            found.sort_unstable();
            found.dedup();
            for piece in &found {
                index.pieces.entry(*piece).or_default().push(index.texts);
            }
            index.texts += 1;
        }
        index.pieces.values_mut().for_each(Vec::shrink_to_fit);
        index
    }

    /// The numbers from `start` on of the texts that hold every piece of some words, in their order.
    pub fn walk<'a>(&'a self, words: &[String], start: u32) -> Walk<'a> {
        let mut lists: Vec<&[u32]> = Vec::new();
        for word in words {
            let chars: Vec<char> = word.chars().collect();
            let pieces: Vec<u64> = match chars.as_slice() {
                [c] => vec![one(*c)],
                chars => chars.windows(2).map(|w| two(w[0], w[1])).collect(),
            };
            for piece in pieces {
                let list = self.pieces.get(&piece).map(Vec::as_slice).unwrap_or_default();
                lists.push(&list[list.partition_point(|n| *n < start)..]);
            }
        }
        // The rarest leads; the others only say yes or no.
        lists.sort_by_key(|list| list.len());
        lists.dedup_by_key(|list| (list.as_ptr(), list.len()));
        Walk { lists, all: start..self.texts }
    }
}

/// See [`Index::walk`].
pub struct Walk<'a> {
    lists: Vec<&'a [u32]>,
    /// Where no word was asked for.
    all: std::ops::Range<u32>,
}

impl Iterator for Walk<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let Some((lead, others)) = self.lists.split_first_mut() else { return self.all.next() };
        'lead: while let Some((n, rest)) = lead.split_first() {
            *lead = rest;
            for list in others.iter_mut() {
                forward(list, *n);
                match list.first() {
                    Some(found) if found == n => {}
                    Some(_) => continue 'lead,
                    None => return None,
                }
            }
            return Some(*n);
        }
        None
    }
}

/// Leaves out what is smaller than `n`: in steps that double, then by halves, so that a short list among long ones
/// costs as many steps as it is long, and not as they are.
fn forward(list: &mut &[u32], n: u32) {
    let mut step = 1;
    while list.get(step - 1).is_some_and(|m| *m < n) && step < list.len() {
        step *= 2;
    }
    let reach = &list[..step.min(list.len())];
    *list = &list[reach.partition_point(|m| *m < n)..];
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(texts: &[String], words: &[String], start: u32) -> Vec<u32> {
        let index = Index::of(texts.iter().map(String::as_str));
        let holds = |n: &u32| words.iter().all(|w| texts[*n as usize].contains(w.as_str()));
        index.walk(words, start).filter(holds).collect()
    }

    #[test]
    fn a_long_list_is_passed_in_few_steps() {
        let long: Vec<u32> = (0..1000).collect();
        for n in [0, 1, 2, 3, 500, 998, 999, 1000] {
            let mut rest = long.as_slice();
            forward(&mut rest, n);
            assert_eq!(rest.first().copied(), (n < 1000).then_some(n));
        }
        let mut none: &[u32] = &[];
        forward(&mut none, 5);
        assert!(none.is_empty());
    }

    proptest! {
        #[test]
        fn what_a_look_at_every_text_finds(
            texts in proptest::collection::vec("[甲乙丙ab]{0,9}", 0..60),
            words in proptest::collection::vec("[甲乙丙ab]{1,4}", 0..3),
            start in 0u32..20,
        ) {
            let naive: Vec<u32> = (start..texts.len() as u32)
                .filter(|n| words.iter().all(|w| texts[*n as usize].contains(w.as_str())))
                .collect();
            prop_assert_eq!(found(&texts, &words, start), naive);
        }
    }
}
