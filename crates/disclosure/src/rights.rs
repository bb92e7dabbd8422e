//! What a family can have this month, by the child's age and the place where it lives: each line from a norm, with the
//! document and clause that it stands in. What no norm says is not said.

use db::Read;
use kernel::Day;
use kernel::kinds::PlaceId;
use places::{NormError, cite, norm};
use web::{Cx, Error, Result};

/// One thing that a family can have.
#[derive(Clone, Debug)]
pub struct Right {
    pub what: String,
    /// How, where, when.
    pub more: String,
    /// 《…》 and the clause.
    pub clause: String,
}

/// Months of a child, and what is then asked for.
struct Asked {
    key: &'static str,
    facet: &'static str,
    /// Ages in months, from the first on and before the second; where an unknown age is asked, all are named.
    ages: (i64, i64),
    what: &'static str,
    more: &'static str,
}

const ASKED: [Asked; 5] = [
    Asked { key: "family.newborn_visits", facet: "", ages: (0, 1), what: "rights.visit", more: "rights.visit_more" },
    Asked {
        key: "family.guidance_sessions",
        facet: "",
        ages: (0, 36),
        what: "rights.guidance",
        more: "rights.guidance_more",
    },
    Asked {
        key: "child.exam_interval_months",
        facet: "age=12-36",
        ages: (12, 36),
        what: "rights.exam",
        more: "rights.exam_more",
    },
    Asked { key: "baby_house.free_quota", facet: "", ages: (12, 36), what: "rights.house", more: "rights.house_more" },
    Asked {
        key: "subsidy.parenting",
        facet: "period=month",
        ages: (0, 36),
        what: "rights.subsidy",
        more: "rights.subsidy_more",
    },
];

/// What holds at a place on a day for a child of so many months.
pub async fn rights(cx: &Cx, read: &mut Read, place: &PlaceId, months: Option<i64>, day: Day) -> Result<Vec<Right>> {
    let words = cx.words();
    let mut out = Vec::new();
    for asked in &ASKED {
        if months.is_some_and(|m| m < asked.ages.0 || m >= asked.ages.1) {
            continue;
        }
        let found = match norm(read, asked.key, asked.facet, place, day).await {
            Ok(found) => found,
            // No document says it for this place and day.
            Err(NormError::Missing { .. } | NormError::NoPlace { .. }) => continue,
            Err(e) => return Err(Error::Internal(e.to_string())),
        };
        let n = found.whole().map_err(|e| Error::Internal(e.to_string()))?;
        let n = if asked.key.starts_with("subsidy") { n / 100 } else { n };
        let (clause, document) = cite(read, &found).await?;
        let more = match (asked.key, months) {
            ("child.exam_interval_months", Some(m)) => words.tf("rights.exam_next", &[&next_exam(m, n)]),
            _ => words.t(asked.more).to_owned(),
        };
        let title = words.pick(&document.title_zh, &document.title_en);
        let clause = words.tf("rights.clause", &[&title, &clause.label]);
        out.push(Right { what: words.tf(asked.what, &[&n]), more, clause });
    }
    Ok(out)
}

/// The next month of age in which a check-up is due: every `every` months, this month included.
pub fn next_exam(months: i64, every: i64) -> i64 {
    let every = every.max(1);
    (months + every - 1) / every * every
}

#[cfg(test)]
mod tests {
    use super::next_exam;

    #[test]
    fn a_check_up_comes_round() {
        assert_eq!([12, 13, 18, 22, 24].map(|m| next_exam(m, 6)), [12, 18, 18, 24, 24]);
    }
}
