//! A notice on paper, with the code by which anybody can check it.

use crate::notice::{Notice, Standing};
use kernel::{Day, Lang};
use paper::{Made, Notices};
use qrcode::{EcLevel, QrCode, render::svg::Color};
use registry::codes::FacilityKind;
use web::{Error, Result, Words};

/// What a print needs beside the notice.
#[derive(Clone, Debug)]
pub struct Print<'a> {
    pub words: Words,
    /// Where this installation is reached, such as `https://tuoyu.example.gov.cn`.
    pub site: &'a str,
    pub today: Day,
    pub synthetic: bool,
}

/// The address in the code.
pub fn address(site: &str, token: &str) -> String {
    format!("{}/notices/{token}", site.trim_end_matches('/'))
}

/// Notices as one document, a page each, with how each stands.
///
/// Errors: [`Error::Internal`] for a row that this program did not write, or an address too long for a code.
pub fn document(print: &Print<'_>, notices: &[(Notice, Standing)]) -> Result<Notices> {
    let words = print.words;
    let made =
        Made { year: i32::from(print.today.year()), month: print.today.month() as u8, day: print.today.day() as u8 };
    Ok(Notices {
        title: words.t("licence.notice.title").to_owned(),
        lang: if words.0 == Lang::En { "en" } else { "zh" }.to_owned(),
        made,
        pages: notices.iter().map(|(notice, standing)| page(print, notice, *standing)).collect::<Result<_>>()?,
    })
}

fn page(print: &Print<'_>, notice: &Notice, standing: Standing) -> Result<paper::Notice> {
    let (words, printed) = (print.words, notice.printed()?);
    let t = |key: &str| words.t(key).to_owned();
    let address = address(print.site, &notice.token);
    let across = (!matches!(standing, Standing::Valid | Standing::Coming))
        .then(|| t(&format!("licence.standing.{}", standing.as_str())));
    let holder = if printed.operator.is_empty() { &printed.name } else { &printed.operator };
    Ok(paper::Notice {
        title: t("licence.notice.title"),
        number: words.tf("licence.notice.numbered", &[&notice.number]),
        holder: words.tf("licence.notice.holder", &[holder]),
        text: words.tf("licence.notice.text", &[&said(words, notice.from_day)]),
        facts: facts(words, notice)?,
        issuer: words.pick(&printed.issuer_zh, &printed.issuer_en).to_owned(),
        day: said(words, notice.issued.day()),
        code: code(&address)?,
        check: t("licence.notice.check"),
        address,
        across,
        warning: print.synthetic.then(|| t("licence.notice.synthetic")),
    })
}

/// What a notice says, name and value: on paper and on the page alike.
pub fn facts(words: Words, notice: &Notice) -> Result<Vec<(String, String)>> {
    let printed = notice.printed()?;
    let comma = words.t("licence.comma");
    let kind = FacilityKind::parse(&printed.kind).map_or("", |kind| registry::words::kind(words, kind));
    let modes: Vec<&str> = printed.modes().iter().map(|mode| words.t(mode.key())).collect();
    let shares: Vec<String> = printed
        .bands()
        .map(|(band, places)| words.tf("licence.notice.share", &[&words.t(band.key()), &places]))
        .collect();
    let places = match printed.places() {
        0 => String::new(),
        all if shares.len() > 1 => words.tf("licence.notice.places_of", &[&all, &shares.join(comma)]),
        all => words.tf("licence.notice.places_all", &[&all]),
    };
    let until = match notice.until_day {
        Day::OPEN => words.tf("licence.notice.since", &[&said(words, notice.from_day)]),
        until => words.tf("licence.notice.span", &[&said(words, notice.from_day), &said(words, until.plus(-1))]),
    };
    let all = [
        ("name", printed.name.clone()),
        ("kind", kind.to_owned()),
        ("operator", printed.operator.clone()),
        ("credit_code", printed.credit_code.clone()),
        ("address", printed.address.clone()),
        ("scope", printed.scope.clone()),
        ("places", places),
        ("modes", modes.join(comma)),
        ("hours", printed.hours.clone()),
        ("valid", until),
    ];
    let filled = all.into_iter().filter(|(_, value)| !value.is_empty());
    Ok(filled.map(|(name, value)| (words.t(&format!("licence.fact.{name}")).to_owned(), value)).collect())
}

/// `2022年11月15日`; in English the day as it is written everywhere.
pub fn said(words: Words, day: Day) -> String {
    match words.0 {
        Lang::En => day.to_string(),
        Lang::Zh => words.tf("licence.day", &[&day.year(), &day.month(), &day.day()]),
    }
}

/// The code as a drawing. Middle correction: a hung paper gets dirty.
fn code(address: &str) -> Result<String> {
    let code = QrCode::with_error_correction_level(address.as_bytes(), EcLevel::Q);
    let code = code.map_err(|e| Error::Internal(format!("no code of {address:?}: {e}")))?;
    Ok(code.render::<Color<'_>>().min_dimensions(240, 240).quiet_zone(true).build())
}
