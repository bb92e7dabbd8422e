//! What a z-score is called: the five levels and the findings of WS/T 423-2022, those of WHO, and the limits beyond which a
//! value is more likely a mistake of measuring or writing than a child.

use crate::{Indicator, Standard};
use serde::Serialize;

/// The five levels of growth (WS/T 423-2022, table 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 下: below −2 SD.
    Low,
    /// 中下: −2 to below −1 SD.
    LowerMiddle,
    /// 中: −1 to below +1 SD.
    Middle,
    /// 中上: +1 to below +2 SD.
    UpperMiddle,
    /// 上: +2 SD and more.
    High,
}

impl Level {
    pub(crate) fn of(z: f64) -> Level {
        match z {
            z if z < -2.0 => Level::Low,
            z if z < -1.0 => Level::LowerMiddle,
            z if z < 1.0 => Level::Middle,
            z if z < 2.0 => Level::UpperMiddle,
            _ => Level::High,
        }
    }
}

/// A finding on the state of nutrition. A screening result, no diagnosis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// 低体重, below −2 SD of weight for age.
    Underweight,
    /// 重度低体重, below −3 SD.
    SeverelyUnderweight,
    /// 生长迟缓, below −2 SD of stature for age.
    Stunted,
    /// 重度生长迟缓, below −3 SD.
    SeverelyStunted,
    /// 消瘦, below −2 SD of weight for stature or BMI for age.
    Wasted,
    /// 重度消瘦, below −3 SD.
    SeverelyWasted,
    /// 超重: WS/T 423 from +1 SD of weight for stature or BMI, WHO above +2 SD.
    Overweight,
    /// 肥胖: WS/T 423 from +2 SD, WHO above +3 SD.
    Obese,
    /// 重度肥胖: WS/T 423 from +3 SD.
    SeverelyObese,
}

impl Finding {
    /// WS/T 423-2022, table 3; WHO, Training course on child growth assessment, 2008. `None`: nothing to report.
    pub(crate) fn of(standard: Standard, indicator: Indicator, z: f64) -> Option<Finding> {
        use Finding::*;
        let low = |moderate, severe| if z < -3.0 { Some(severe) } else { (z < -2.0).then_some(moderate) };
        match indicator {
            Indicator::WeightForAge => low(Underweight, SeverelyUnderweight),
            Indicator::StatureForAge => low(Stunted, SeverelyStunted),
            Indicator::HeadForAge => None,
            Indicator::BmiForAge | Indicator::WeightForStature => low(Wasted, SeverelyWasted).or(match standard {
                Standard::Wst423 if z >= 3.0 => Some(SeverelyObese),
                Standard::Wst423 if z >= 2.0 => Some(Obese),
                Standard::Wst423 if z >= 1.0 => Some(Overweight),
                Standard::Who if z > 3.0 => Some(Obese),
                Standard::Who if z > 2.0 => Some(Overweight),
                _ => None,
            }),
        }
    }
}

/// The flags of WHO Anthro: a z outside is set aside as a likely mistake. WS/T 423 has none of its own and uses the same.
pub(crate) fn is_implausible(indicator: Indicator, z: f64) -> bool {
    let (least, most) = match indicator {
        Indicator::WeightForAge => (-6.0, 5.0),
        Indicator::StatureForAge => (-6.0, 6.0),
        Indicator::BmiForAge | Indicator::HeadForAge | Indicator::WeightForStature => (-5.0, 5.0),
    };
    !(least..=most).contains(&z)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_belong_to_the_upper_level() {
        assert_eq!(
            [-2.0, -1.0, 1.0, 2.0].map(Level::of),
            [Level::LowerMiddle, Level::Middle, Level::UpperMiddle, Level::High]
        );
        assert_eq!(Level::of(-2.001), Level::Low);
    }

    #[test]
    fn the_two_standards_call_the_same_z_differently() {
        let found = |standard, z| Finding::of(standard, Indicator::BmiForAge, z);
        assert_eq!(found(Standard::Wst423, 1.0), Some(Finding::Overweight));
        assert_eq!(found(Standard::Who, 1.0), None);
        assert_eq!(found(Standard::Wst423, 2.0), Some(Finding::Obese));
        assert_eq!(found(Standard::Who, 2.1), Some(Finding::Overweight));
        assert_eq!(found(Standard::Who, -3.1), Some(Finding::SeverelyWasted));
        assert_eq!(Finding::of(Standard::Who, Indicator::StatureForAge, -2.0), None);
        assert_eq!(Finding::of(Standard::Who, Indicator::WeightForAge, -2.1), Some(Finding::Underweight));
    }
}
