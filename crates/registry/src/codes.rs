//! The closed lists of the registry: kinds of facilities, states, ownership, service modes and the rest. Each value has
//! one code, which is the same in the database, in JSON, in sheets and in the keys of its words
//! (`registry.<list>.<code>`).

use db::{Cell, Column, Value};
use std::fmt;

macro_rules! codes { ($($(#[$meta:meta])* $name:ident $list:literal { $($(#[$code_meta:meta])* $variant:ident = $code:literal),* $(,)? })*) => { $(
    $(#[$meta])*
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
    pub enum $name { $($(#[$code_meta])* $variant),* }

    impl $name {
        pub const ALL: &[$name] = &[$($name::$variant),*];
        /// The codes in the same order, for choices of forms.
        pub const CODES: &[&str] = &[$($code),*];

        /// The code in the database, in JSON and in sheets.
        pub const fn as_str(self) -> &'static str {
            match self { $($name::$variant => $code),* }
        }

        pub fn parse(text: &str) -> Option<$name> {
            $name::ALL.iter().copied().find(|v| v.as_str() == text)
        }

        /// Key of its word.
        pub const fn key(self) -> &'static str {
            match self { $($name::$variant => concat!("registry.", $list, ".", $code)),* }
        }
    }

    impl fmt::Display for $name {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.as_str())
        }
    }
    impl serde::Serialize for $name {
        fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
            s.serialize_str(self.as_str())
        }
    }
    impl Column for $name {
        fn bind(self) -> Value {
            Value::Text(Some(self.as_str().to_owned()))
        }
        fn null() -> Value {
            Value::Text(None)
        }
        fn read(cell: Cell<'_>) -> Result<Self, String> {
            let text = String::read(cell)?;
            $name::parse(&text).ok_or_else(|| format!("holds {text:?}, which is no {}", $list))
        }
    }
)* } }

codes! {
    /// What a facility is. *Integrated* and *inclusive* are derived, never kinds (glossary.md).
    FacilityKind "kind" {
        /// 幼儿园
        Kindergarten = "kindergarten",
        /// 托儿所
        Nursery = "nursery",
        /// 托育机构
        Institution = "institution",
        /// 社区托育点
        CommunityPoint = "community_point",
        /// 用人单位福利性托育点
        EmployerPoint = "employer_point",
        /// 园区、楼宇托育点
        ParkPoint = "park_point",
        /// 社区托育宝宝屋
        BabyHouse = "baby_house",
        /// 家庭托育点：利用住宅的小规模照护
        HomePoint = "home_point",
        /// 家庭科学育儿指导站
        GuidanceStation = "guidance_station",
        /// 科学育儿指导点
        GuidancePoint = "guidance_point",
        /// 儿童服务中心
        ChildServiceCentre = "child_service_centre",
        /// 儿童之家
        ChildrensHome = "childrens_home",
        /// 儿童友好社区示范点
        FriendlyCommunity = "friendly_community",
        /// 儿童早期发展基地
        EcdBase = "ecd_base",
        /// 游戏观察室、亲子指导室
        PlayRoom = "play_room",
        /// 亲子互动指导点
        ParentChildPoint = "parent_child_point",
    }

    State "state" {
        Planned = "planned",
        Operating = "operating",
        Suspended = "suspended",
        Closed = "closed",
    }

    Ownership "ownership" { Public = "public", Private = "private", Mixed = "mixed" }

    LegalForm "legal_form" {
        /// 营利性
        ForProfit = "for_profit",
        /// 非营利性（民办非企业单位）
        NonProfit = "non_profit",
        /// 事业单位
        PublicInstitution = "public_institution",
        /// 机关、街镇等内设
        Department = "department",
        Other = "other",
    }

    /// 服务方式
    Mode "mode" { FullDay = "full_day", HalfDay = "half_day", Hourly = "hourly" }

    /// Kind of class, by age (托育机构设置标准（试行）第十九条); `toddler` is the 托班 of a kindergarten or nursery.
    Band "band" {
        /// 乳儿班, 6-12 months
        Infant = "infant",
        /// 托小班, 12-24 months
        Junior = "junior",
        /// 托大班, 24-36 months
        Senior = "senior",
        /// 混合班, 18-36 months
        Mixed = "mixed",
        /// 托班, 24-36 months
        Toddler = "toddler",
    }

    /// How a class was gained (静安区行动计划 二(二)1: 新建、改扩建、迁建、公建配套、挖潜扩班).
    Gained "gained" {
        New = "new",
        Rebuilt = "rebuilt",
        Extended = "extended",
        Relocated = "relocated",
        Ancillary = "ancillary",
        Expansion = "expansion",
        Unknown = "unknown",
    }

    /// Which places are counted: approved 核定, operational 开放, enrolled 在托.
    Measure "measure" { Approved = "approved", Operational = "operational", Enrolled = "enrolled" }

    Per "per" { Month = "month", Day = "day", Hour = "hour" }

    /// An assessed trait; its values are those of [`Flag::values`].
    Flag "flag" {
        /// 能否挖潜扩班 (两个必开, 静安区行动计划 二(二)1)
        Expandable = "expandable",
        /// 建设方式
        Built = "built",
        /// 原则上应开托班的例外
        Exception = "exception",
        /// 儿童友好社区示范点的创建阶段
        Stage = "stage",
        /// 儿童早期发展基地网络的层级 (“1+4+X+Y”)
        Tier = "tier",
        /// 设在何处：社区卫生服务中心、预防接种门诊、幼儿园、其他 (上海市行动计划 附件20)
        Host = "host",
    }

    CredentialKind "credential" {
        /// 依法开展托育服务告知书
        OperationNotice = "operation_notice",
        /// 营业执照
        BusinessLicence = "business_licence",
        /// 民办非企业单位登记证书
        PrivateNonEnterprise = "private_non_enterprise",
        /// 食品经营许可证
        FoodLicence = "food_licence",
        /// 消防安全证明
        FireProof = "fire_proof",
        /// 卫生评价报告
        HealthReport = "health_report",
        /// 责任保险
        Insurance = "insurance",
    }

    /// Whether somebody looked at the original.
    Verified "verified" { Unverified = "unverified", Verified = "verified", Refuted = "refuted" }

    /// What a paper of a file shows.
    MaterialKind "material" {
        SiteProof = "site_proof",
        Plan = "plan",
        FireProof = "fire_proof",
        HealthReport = "health_report",
        FoodLicence = "food_licence",
        Insurance = "insurance",
        Contract = "contract",
        Rules = "rules",
        Other = "other",
    }

    /// Whose the rooms are.
    Tenure "tenure" {
        Owned = "owned",
        Rented = "rented",
        /// 由街镇、单位提供
        Supplied = "supplied",
        /// 与其他功能合用
        Shared = "shared",
    }

    /// How a branch belongs to its brand.
    Bond "bond" { Direct = "direct", Franchise = "franchise" }

    /// For whom welfare care is (福利性照护).
    Beneficiary "beneficiary" {
        /// 本单位职工
        Staff = "staff",
        /// 园区、楼宇企业职工
        Tenants = "tenants",
        /// 兼收周边家庭
        Open = "open",
    }

    /// The way of a publicly provided kindergarten (公建配套), in its order.
    Stage "stage" {
        Planned = "planned",
        Approved = "approved",
        Construction = "construction",
        Completed = "completed",
        HandedOver = "handed_over",
    }

    /// How a kindergarten comes to more toddler places (增加或腾出学位).
    Way "way" { Added = "added", Freed = "freed" }

    /// What was given (提供场地、减免租金 …).
    SupportKind "support" {
        Premises = "premises",
        Rent = "rent",
        Subsidy = "subsidy",
        Incentive = "incentive",
        Other = "other",
    }

    /// 嵌入式、菜单式、分龄式
    Style "style" { Embedded = "embedded", Menu = "menu", Graded = "graded" }
}

impl FacilityKind {
    /// Gives or may give care to children under 3: listed under institutions.
    pub const fn gives_care(self) -> bool {
        use FacilityKind::*;
        matches!(
            self,
            Kindergarten | Nursery | Institution | CommunityPoint | EmployerPoint | ParkPoint | BabyHouse | HomePoint
        )
    }

    /// How many kinds give care: the parameters of a query that names them.
    pub const CARE: usize = {
        let (mut n, mut at) = (0, 0);
        while at < FacilityKind::ALL.len() {
            n += FacilityKind::ALL[at].gives_care() as usize;
            at += 1;
        }
        n
    };

    /// Which classes it may have.
    pub const fn bands(self) -> &'static [Band] {
        use Band::*;
        match self {
            // Classes of 3 to 6 years are not in this registry.
            FacilityKind::Kindergarten => &[Toddler],
            FacilityKind::Nursery => &[Infant, Junior, Senior, Mixed, Toddler],
            // A handful of children in a home, all together.
            FacilityKind::HomePoint => &[Mixed],
            _ if self.gives_care() => &[Infant, Junior, Senior, Mixed],
            _ => &[],
        }
    }

    /// Name in Chinese and English, as seeded into the table of kinds.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            FacilityKind::Kindergarten => ("幼儿园", "Kindergarten"),
            FacilityKind::Nursery => ("托儿所", "Nursery"),
            FacilityKind::Institution => ("托育机构", "Childcare institution"),
            FacilityKind::CommunityPoint => ("社区托育点", "Community childcare point"),
            FacilityKind::EmployerPoint => ("用人单位托育点", "Employer childcare point"),
            FacilityKind::ParkPoint => ("园区托育点", "Business-park childcare point"),
            FacilityKind::BabyHouse => ("社区托育宝宝屋", "Community baby house"),
            FacilityKind::HomePoint => ("家庭托育点", "Home-based childcare point"),
            FacilityKind::GuidanceStation => ("家庭科学育儿指导站", "Parenting guidance station"),
            FacilityKind::GuidancePoint => ("科学育儿指导点", "Parenting guidance point"),
            FacilityKind::ChildServiceCentre => ("儿童服务中心", "Child-service centre"),
            FacilityKind::ChildrensHome => ("儿童之家", "Children's home"),
            FacilityKind::FriendlyCommunity => ("儿童友好社区示范点", "Child-friendly community point"),
            FacilityKind::EcdBase => ("儿童早期发展基地", "Early child development base"),
            FacilityKind::PlayRoom => ("游戏观察室、亲子指导室", "Play observation room"),
            FacilityKind::ParentChildPoint => ("亲子互动指导点", "Parent-child guidance point"),
        }
    }
}

impl Band {
    /// Months of age that it takes, from the first on and before the second (托育机构设置标准（试行）第十九条).
    pub const fn months(self) -> (i64, i64) {
        match self {
            Band::Infant => (6, 12),
            Band::Junior => (12, 24),
            Band::Senior | Band::Toddler => (24, 36),
            Band::Mixed => (18, 36),
        }
    }
}

impl State {
    /// Whether this state may follow `before` without a gap: nothing goes back to planned except after closing, and
    /// what never opened cannot be suspended. A closed facility may open again.
    pub const fn may_follow(self, before: State) -> bool {
        use State::*;
        match (before, self) {
            (Planned, Operating | Closed) => true,
            (Operating, Suspended | Closed) => true,
            (Suspended, Operating | Closed) => true,
            (Closed, Operating | Planned) => true,
            // The same state again, with another reason.
            (Planned, Planned) | (Operating, Operating) | (Suspended, Suspended) | (Closed, Closed) => true,
            _ => false,
        }
    }
}

impl Flag {
    /// The values it may take; empty: the id of a facility.
    pub const fn values(self) -> &'static [&'static str] {
        match self {
            Flag::Expandable => &["yes", "no"],
            Flag::Built => &["new", "rebuilt", "extended", "relocated", "ancillary"],
            Flag::Exception => &["no_toddler_class"],
            Flag::Stage => &["applied", "creating", "accepted"],
            Flag::Tier => &["1", "4", "x", "y"],
            Flag::Host => &["community_health", "vaccination", "kindergarten", "other"],
        }
    }

    /// Kinds that can have it; empty: all.
    pub const fn kinds(self) -> &'static [FacilityKind] {
        match self {
            Flag::Expandable | Flag::Exception => &[FacilityKind::Kindergarten],
            Flag::Stage => &[FacilityKind::FriendlyCommunity, FacilityKind::EcdBase],
            Flag::Tier => &[FacilityKind::EcdBase],
            Flag::Built | Flag::Host => &[],
        }
    }

    pub fn suits(self, kind: FacilityKind) -> bool {
        self.kinds().is_empty() || self.kinds().contains(&kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_go_there_and_back_and_kinds_that_give_no_care_have_no_classes() {
        for kind in FacilityKind::ALL {
            assert_eq!(FacilityKind::parse(kind.as_str()), Some(*kind));
            assert_eq!(kind.gives_care(), !kind.bands().is_empty(), "{kind}");
        }
        assert_eq!(State::parse("Closed"), None);
        assert_eq!(Band::Toddler.key(), "registry.band.toddler");
        assert_eq!(Mode::CODES, ["full_day", "half_day", "hourly"]);
    }

    #[test]
    fn a_closed_facility_may_open_again_but_nothing_falls_back_to_planned() {
        use State::*;
        assert!(Operating.may_follow(Closed) && Planned.may_follow(Closed));
        assert!(!Planned.may_follow(Operating) && !Suspended.may_follow(Planned) && !Suspended.may_follow(Closed));
    }
}
