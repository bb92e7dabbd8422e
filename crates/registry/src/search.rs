//! Files for the box on top of every page: the ways in which a typed text can be meant are looked up one after the
//! other, from the one that is most certain, until there are enough.

use crate::find::{self, Asked, Facet};
use crate::name;
use crate::policy::VIEW;
use crate::store::find::{self as store, Hit, INITIALS, Look, PHONE, Start};
use crate::store::list::Within;
use crate::words;
use db::{Keys, Read};
use kernel::{Day, Scope};
use std::collections::BTreeSet;
use web::find::{Finder, Finding, Found};
use web::{Cx, Result};

/// What this slice finds: files, and places with what lies in them.
pub fn finders() -> Vec<Finder> {
    vec![
        Finder {
            group: "registry.find.group",
            action: &VIEW,
            find: Box::new(|cx, read, typed, most| answer(cx, read, typed, most)),
        },
        Finder {
            group: "registry.find.places",
            action: &VIEW,
            find: Box::new(|cx, read, typed, _| place_lists(cx, read, typed)),
        },
    ]
}

/// A place by its name: the list of what lies in it.
fn place_lists<'a>(cx: &'a Cx, read: &'a mut Read, typed: &'a str) -> Finding<'a> {
    Box::pin(async move {
        let (day, scope) = (cx.today(), cx.scope_of(&VIEW));
        let mut out = Vec::new();
        for place in places::called(read, typed, day).await? {
            if places::covers(read, &scope, &place.id, day).await? {
                let path = places::path(read, &place.id, day).await?;
                let note = path.iter().skip(1).map(|p| p.name.as_str()).collect::<Vec<_>>().join(" · ");
                let href = format!("/facilities?region={}", place.code);
                out.push(Found { title: place.name, note, href, exact: false });
            }
        }
        Ok(out)
    })
}

fn answer<'a>(cx: &'a Cx, read: &'a mut Read, typed: &'a str, most: usize) -> Finding<'a> {
    Box::pin(async move {
        let day = cx.today();
        let Some(within) = within(cx, read, day).await? else { return Ok(Vec::new()) };
        let asked = find::asked(typed);
        let hits = look_up(read, &cx.app.keys, &asked, &within, day, most).await?;
        Ok(hits.into_iter().map(|(hit, exact)| found(cx, &asked, hit, exact)).collect())
    })
}

/// All that the post may see.
async fn within(cx: &Cx, read: &mut Read, day: Day) -> Result<Option<Within>> {
    Ok(match cx.scope_of(&VIEW) {
        Scope::Facility(own) => Some(Within::Facility(own)),
        scope => places::narrow(read, &scope, None, day).await?.map(Within::Place),
    })
}

fn found(cx: &Cx, asked: &Asked, hit: Hit, exact: bool) -> Found {
    let place = words::place(hit.above_code.as_deref(), hit.above_name.as_deref(), &hit.place_name);
    let mut note = format!("{place} · {}", words::kind(cx.words(), hit.kind));
    if let Some(state) = hit.state.filter(|s| *s != crate::codes::State::Operating) {
        note.push_str(&format!(" · {}", cx.t(state.key())));
    }
    // Found by something else than the name it has now: say by what.
    let name = name::folded(&hit.name);
    let by = |line: &&str| asked.words.iter().any(|w| line.contains(w.as_str()) && !name.contains(w.as_str()));
    if let Some(line) = hit.text.lines().find(by) {
        note.push_str(&format!(" · {line}"));
    }
    Found { title: hit.name, note, href: format!("/facilities/{}", hit.facility), exact }
}

/// Files that a text means, the best first, and whether it means exactly this one.
pub async fn look_up(
    read: &mut Read,
    keys: &Keys,
    asked: &Asked,
    within: &Within,
    day: Day,
    most: usize,
) -> db::Result<Vec<(Hit, bool)>> {
    let mut out = Answers { most, seen: BTreeSet::new(), hits: Vec::new() };
    let look = |start: Start| Look { start, parts: Vec::new(), facets: Vec::new(), within: within.clone(), day };
    let limit = most as i64 + 1;
    if let Some(code) = &asked.credit_code {
        out.add(store::look(read, &look(Start::CreditCode(code.clone())), limit).await?, true);
        return Ok(out.hits);
    }
    for number in &asked.numbers {
        out.add(store::look(read, &look(Start::Number(number.clone())), limit).await?, true);
    }
    if let Some(digits) = &asked.digits {
        let hits = by_phone(read, keys, &look, digits).await?;
        out.add(hits, digits.len() >= WHOLE_PHONE);
    }
    if let Some(initials) = &asked.initials {
        let until = format!("{initials}{{");
        out.add(store::look(read, &look(Start::Key(INITIALS, initials.clone(), until)), limit).await?, false);
    }
    if !out.full() {
        let hits = by_words(read, &look, &asked.words, Vec::new(), limit).await?;
        out.add_ranked(asked, hits);
    }
    // Words that name a kind, a paper or a trait once more as that; the rest stay words.
    let (facets, rest) = split(&asked.words);
    if !out.full() && !facets.is_empty() {
        out.add(by_words(read, &look, &rest, facets.clone(), limit).await?, false);
    }
    if !out.full() && asked.words.len() > 1 {
        out.add(in_places(read, &look, asked, &facets, &rest, limit).await?, false);
    }
    Ok(out.hits)
}

/// From so many digits on, a number with its area code or a mobile one is whole.
const WHOLE_PHONE: usize = 8;

/// Files whose telephone ends with these digits. The index knows digests of the last few only, so the few files that
/// it names are opened and compared.
async fn by_phone(read: &mut Read, keys: &Keys, look: &impl Fn(Start) -> Look, digits: &str) -> db::Result<Vec<Hit>> {
    let digest = keys.lookup(&store::phone(&digits[digits.len() - find::TAIL..]));
    let until = format!("{digest}~");
    let asked = look(Start::Key(PHONE, digest, until));
    let mut hits = Vec::new();
    for hit in store::look(read, &asked, MOST_PHONES).await? {
        let phones = store::phones(read, &hit.facility, asked.day).await?;
        if phones.iter().any(|p| find::digits(p).ends_with(digits)) {
            hits.push(hit);
        }
    }
    Ok(hits)
}

/// One in ten thousand numbers ends with the same four digits.
const MOST_PHONES: i64 = 60;

/// Files whose names or addresses hold all of these words.
async fn by_words(
    read: &mut Read,
    look: &impl Fn(Start) -> Look,
    words: &[String],
    facets: Vec<Facet>,
    limit: i64,
) -> db::Result<Vec<Hit>> {
    let Some(mut start) = beginning(read, look, words).await? else { return Ok(Vec::new()) };
    let paper = facets.iter().find_map(|f| if let Facet::Paper(kind) = f { Some(*kind) } else { None });
    if let (Start::Names, Some(kind)) = (&start, paper)
        && store::paper_count(read, kind, RARE).await? < RARE
    {
        start = Start::Paper(kind);
    }
    if start == Start::Names && facets.is_empty() && words.is_empty() {
        return Ok(Vec::new());
    }
    let letters = matches!(start, Start::Letter(..));
    // A character may stand in a name twice: its file is found twice.
    let limit = if letters { limit * 3 } else { limit };
    store::look(read, &Look { parts: words.to_vec(), facets, ..look(start) }, limit).await
}

/// Files beyond which a piece or a paper is common.
const RARE: i64 = 250;
/// Files to which a piece is counted: the rarest of several is where to begin.
const COUNTED: i64 = 1000;
/// Rows of a list that are sooner walked than a common piece is followed.
const SHORT: i64 = 1500;

/// Where to begin so that as little as possible is read: the rarest piece, or the names of the place where every
/// piece is common and the place is small. `None`: some piece stands nowhere.
async fn beginning(read: &mut Read, look: &impl Fn(Start) -> Look, words: &[String]) -> db::Result<Option<Start>> {
    let grams: BTreeSet<String> = words.iter().flat_map(|w| name::grams(w)).collect();
    if grams.is_empty() {
        let Some(letter) = words.iter().find_map(|w| w.chars().next()) else { return Ok(Some(Start::Names)) };
        if short(read, look).await? {
            return Ok(Some(Start::Names));
        }
        let after = char::from_u32(letter as u32 + 1).unwrap_or(char::MAX);
        return Ok(Some(Start::Letter(letter.to_string(), after.to_string())));
    }
    let grams: Vec<String> = grams.into_iter().take(store::PIECES).collect();
    let counts = store::gram_counts(read, &grams, COUNTED).await?;
    if counts.contains(&0) {
        return Ok(None);
    }
    let mut counted: Vec<(i64, String)> = counts.into_iter().zip(grams).collect();
    counted.sort();
    let files = counted[0].0;
    if files >= RARE && short(read, look).await? {
        return Ok(Some(Start::Names));
    }
    let mut grams = counted.into_iter().map(|(_, gram)| gram);
    let begin = if files < COUNTED { Start::Rare } else { Start::Gram };
    Ok(grams.next().map(|rarest| begin(rarest, grams.collect())))
}

/// Whether the list that is looked at is sooner walked.
async fn short(read: &mut Read, look: &impl Fn(Start) -> Look) -> db::Result<bool> {
    Ok(store::row_count(read, &look(Start::Names).within, SHORT).await? < SHORT)
}

fn split(words: &[String]) -> (Vec<Facet>, Vec<String>) {
    let mut rest = Vec::new();
    let mut facets = Vec::new();
    for word in words {
        match find::facet(word) {
            Some(facet) => facets.push(facet),
            None => rest.push(word.clone()),
        }
    }
    (facets, rest)
}

/// 曲阳 宝宝屋: a word that is the name of a place narrows to it.
async fn in_places(
    read: &mut Read,
    look: &impl Fn(Start) -> Look,
    asked: &Asked,
    facets: &[Facet],
    rest: &[String],
    limit: i64,
) -> db::Result<Vec<Hit>> {
    let Look { within: Within::Place(own), day, .. } = look(Start::Names) else { return Ok(Vec::new()) };
    let mut hits = Vec::new();
    for (at, word) in rest.iter().enumerate() {
        for place in places::called(read, word, day).await? {
            if !places::within(read, &own, &place.id, day).await? {
                continue;
            }
            let inside = |start: Start| Look { within: Within::Place(place.id.clone()), ..look(start) };
            let mut others = rest.to_vec();
            others.remove(at);
            if others.is_empty() && facets.is_empty() {
                continue;
            }
            hits.extend(by_words(read, &inside, &others, facets.to_vec(), limit).await?);
        }
    }
    hits.sort_by_key(|hit| find::rank(asked, &hit.name));
    Ok(hits)
}

/// Answers as they come in, each file once.
struct Answers {
    most: usize,
    seen: BTreeSet<kernel::kinds::FacilityId>,
    hits: Vec<(Hit, bool)>,
}

impl Answers {
    fn full(&self) -> bool {
        self.hits.len() >= self.most
    }

    fn add(&mut self, hits: Vec<Hit>, exact: bool) {
        for hit in hits {
            if !self.full() && self.seen.insert(hit.facility.clone()) {
                self.hits.push((hit, exact));
            }
        }
    }

    /// The whole name first, then names that begin so, then the others.
    fn add_ranked(&mut self, asked: &Asked, mut hits: Vec<Hit>) {
        hits.sort_by_key(|hit| find::rank(asked, &hit.name));
        for hit in hits {
            let exact = find::rank(asked, &hit.name) == 0;
            self.add(vec![hit], exact);
        }
    }
}
