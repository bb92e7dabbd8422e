//! From targets to judged figures: which rows are asked for, on which days, and what light that gives. The same for
//! the cockpit, the API, the command line and freezing.

use crate::{
    Plans,
    declared::{self, Told},
    model::{Plan, Target},
};
use db::Read;
use indicator::{
    Asked, Declaration, Figure, Fold, Param, PeriodKind,
    light::{Asks, Due, Light, Verdict, YearFigure, judge_benchmark, judge_by_day, judge_by_year},
};
use kernel::{Day, Period, kinds::PlaceId};
use places::{Place, Supposed};
use web::{Error, Result};

/// The norm by which a running target keeps pace.
pub const PACE: &str = "light.pace";

/// A target with its figure for a place on a day.
#[derive(Clone, Debug)]
pub struct Judged {
    pub figure: Figure,
    pub verdict: Verdict,
    /// False where the plan does not ask this of the place: the value is shown without a light.
    pub judged: bool,
    /// The indicator is declared: records may exist.
    pub computed: bool,
    /// What a unit states of it while no records exist; never part of the figure.
    pub declared: Option<Told>,
}

/// Everything that the figures of a request share.
pub struct Sight<'a> {
    pub plans: &'a Plans,
    pub mark: i64,
    pub as_of: Day,
    /// Norms that are supposed to hold instead of the recorded ones.
    pub supposed: Option<&'a Supposed>,
}

impl<'a> Sight<'a> {
    pub async fn open(plans: &'a Plans, read: &mut Read, as_of: Day) -> Result<Sight<'a>> {
        Ok(Sight { plans, mark: plans.kept.refresh(read).await?, as_of, supposed: None })
    }

    /// The same day as if some norms were others. Grouped rows are shared: they are kept by the values of the norms.
    pub fn supposing(&self, supposed: &'a Supposed) -> Sight<'a> {
        Sight { supposed: Some(supposed), ..*self }
    }

    /// What stands before the name of a kept text, so that what is supposed is never taken for what holds.
    fn tag(&self) -> String {
        let Some(s) = self.supposed else { return String::new() };
        let one = |n: &places::Norm| format!("{}..{}={}", n.span.from, n.span.until, n.value);
        let versions: Vec<String> = s.versions.iter().map(one).collect();
        format!("supposing {} {} {:?} {} ", s.key, s.facet, s.place, versions.join(","))
    }

    /// The question a target puts on a day.
    pub async fn asked(
        &self,
        read: &mut Read,
        declaration: &Declaration,
        plan: &Plan,
        target: &Target,
        place: &PlaceId,
        day: Day,
    ) -> Result<Asked> {
        let mut asked = Asked::on(declaration, day, Some(plan.span));
        asked.variant = target.variant.clone();
        asked.facets = target.facets.clone();
        asked.params = self.params(read, declaration, place, day).await?;
        Ok(asked)
    }

    /// Values of a declaration's params, from memory when no norm changed.
    pub async fn params(
        &self,
        read: &mut Read,
        declaration: &Declaration,
        place: &PlaceId,
        day: Day,
    ) -> Result<Vec<String>> {
        if declaration.params.is_empty() {
            return Ok(Vec::new());
        }
        let name = format!("{}params {:?} {place} {day}", self.tag(), declaration.params);
        if let Some(text) = self.plans.kept.text(&name) {
            return Ok(text.split('|').map(str::to_owned).collect());
        }
        let values = params_supposing(read, self.supposed, declaration, place, day).await?;
        self.plans.kept.keep_text(self.mark, name, values.join("|"));
        Ok(values)
    }

    /// The norm by which a running target keeps pace, from memory when no norm changed.
    async fn pace(&self, read: &mut Read, place: &PlaceId) -> Result<f64> {
        let name = format!("{}pace {place} {}", self.tag(), self.as_of);
        if let Some(kept) = self.plans.kept.text(&name).and_then(|text| text.parse().ok()) {
            return Ok(kept);
        }
        let value = pace(read, self.supposed, place, self.as_of).await?;
        self.plans.kept.keep_text(self.mark, name, value.to_string());
        Ok(value)
    }

    /// The figure of a question for a place.
    pub async fn figure(
        &self,
        read: &mut Read,
        declaration: &Declaration,
        asked: &Asked,
        place: &PlaceId,
    ) -> Result<Figure> {
        let groups = self.plans.kept.groups(read, self.mark, declaration, asked).await?;
        let tree = self.plans.kept.tree(read, self.mark, asked.as_of).await?;
        Ok(indicator::evaluate(declaration, &groups, &tree, asked, place))
    }
}

/// Values of a declaration's params by the norms that hold at a place on a day.
pub async fn params(read: &mut Read, declaration: &Declaration, place: &PlaceId, day: Day) -> Result<Vec<String>> {
    params_supposing(read, None, declaration, place, day).await
}

async fn params_supposing(
    read: &mut Read,
    supposed: Option<&Supposed>,
    declaration: &Declaration,
    place: &PlaceId,
    day: Day,
) -> Result<Vec<String>> {
    let mut out = Vec::new();
    for param in declaration.params {
        let (key, facet) = match param {
            Param::FacetsAllowed { key, facet } => (key, facet),
            Param::Read { key, facet, read: made } => {
                let norm = places::norm_supposing(read, supposed, key, facet, place, day).await;
                out.push(made(&norm.map_err(|e| Error::Internal(e.to_string()))?.value).to_string());
                continue;
            }
        };
        let mut allowed = String::from(",");
        for full in places::facets_supposing(read, supposed, key, day).await? {
            let Some(value) = full.strip_prefix(facet).and_then(|v| v.strip_prefix('=')) else { continue };
            let norm = places::norm_supposing(read, supposed, key, &full, place, day).await;
            let norm = norm.map_err(|e| Error::Internal(e.to_string()))?;
            if norm.value == "1" {
                allowed.push_str(value);
                allowed.push(',');
            }
        }
        out.push(allowed);
    }
    Ok(out)
}

/// The norm by which a running target keeps pace.
async fn pace(read: &mut Read, supposed: Option<&Supposed>, place: &PlaceId, day: Day) -> Result<f64> {
    let norm = places::norm_supposing(read, supposed, PACE, "", place, day).await;
    let norm = norm.map_err(|e| Error::Internal(e.to_string()))?;
    norm.number().map_err(|e| Error::Internal(e.to_string()))
}

/// All targets of a plan for a place on a day, in the order of the plan.
pub async fn judge_all(sight: &Sight<'_>, read: &mut Read, plan: &Plan, place: &Place) -> Result<Vec<Judged>> {
    let pace = sight.pace(read, &place.id).await?;
    let mut out = Vec::with_capacity(plan.targets.len());
    for target in &plan.targets {
        out.push(judge(sight, read, plan, target, place, pace).await?);
    }
    let mut pairs: Vec<(&Target, &mut Judged)> = plan.targets.iter().zip(out.iter_mut()).collect();
    declared::add(read, plan, &place.id, sight.as_of, pace, &mut pairs).await?;
    Ok(out)
}

/// One target for a place on a day.
pub async fn judge_one(
    sight: &Sight<'_>,
    read: &mut Read,
    plan: &Plan,
    target: &Target,
    place: &Place,
) -> Result<Judged> {
    let pace = sight.pace(read, &place.id).await?;
    let mut judged = judge(sight, read, plan, target, place, pace).await?;
    declared::add(read, plan, &place.id, sight.as_of, pace, &mut [(target, &mut judged)]).await?;
    Ok(judged)
}

async fn judge(
    sight: &Sight<'_>,
    read: &mut Read,
    plan: &Plan,
    target: &Target,
    place: &Place,
    pace: f64,
) -> Result<Judged> {
    let own = place.code == plan.place;
    let Some(declaration) = sight.plans.declared.get(target.indicator.as_str()) else {
        let light = if sight.as_of < plan.span.from { Light::NotDue } else { Light::NoRecords };
        let verdict = Verdict { light, value_due: None, years: Vec::new() };
        return Ok(Judged { figure: Figure::NONE, verdict, judged: own, computed: false, declared: None });
    };
    let asks = asks(plan, target, declaration);
    let asked = sight.asked(read, declaration, plan, target, &place.id, sight.as_of).await?;
    let figure = sight.figure(read, declaration, &asked, &place.id).await?;
    let judged = own || target.each;
    let mut verdict = match (&target.benchmark, target.due) {
        (Some(code), due) => {
            let other = places::by_code(read, code, sight.as_of).await?.ok_or(Error::NotFound)?;
            let other = sight.figure(read, declaration, &asked, &other.id).await?;
            let due = if let Due::Day(day) = due { day } else { plan.span.until.plus(-1) };
            judge_benchmark(&asks, due, &figure, &other, sight.as_of)
        }
        (None, Due::Day(due)) => {
            let at_due = if sight.as_of >= due {
                let then = sight.asked(read, declaration, plan, target, &place.id, due).await?;
                Some(sight.figure(read, declaration, &then, &place.id).await?)
            } else {
                None
            };
            judge_by_day(&asks, due, &figure, at_due.as_ref(), sight.as_of, pace)
        }
        (None, Due::Yearly) => {
            let years = years(sight, read, declaration, plan, target, &place.id).await?;
            judge_by_year(&asks, &years, sight.as_of, pace)
        }
    };
    if !judged && !matches!(verdict.light, Light::NotDue | Light::NoRecords) {
        verdict = Verdict { light: Light::Tracked, years: Vec::new(), ..verdict };
    }
    Ok(Judged { figure, verdict, judged, computed: true, declared: None })
}

/// What a target asks, for the rules of light.
pub fn asks(plan: &Plan, target: &Target, declaration: &Declaration) -> Asks {
    Asks {
        comparator: target.comparator,
        value: target.value,
        due: target.due,
        plan: plan.span,
        fold: declaration.fold,
        of_whole: target.of_whole && declaration.fold == Fold::Share,
    }
}

/// The figure of each calendar year of the plan that has begun, as far as it has passed.
async fn years(
    sight: &Sight<'_>,
    read: &mut Read,
    declaration: &Declaration,
    plan: &Plan,
    target: &Target,
    place: &PlaceId,
) -> Result<Vec<YearFigure>> {
    let last = plan.span.until.plus(-1);
    let mut out = Vec::new();
    for year in plan.span.from.year()..=last.year().min(sight.as_of.year()) {
        let end = Period::Year(year).span().until.plus(-1).min(last).min(sight.as_of);
        let mut asked = sight.asked(read, declaration, plan, target, place, end).await?;
        if declaration.period != PeriodKind::Day {
            asked.period = Period::Year(year);
        }
        out.push(YearFigure { year, figure: sight.figure(read, declaration, &asked, place).await? });
    }
    Ok(out)
}
