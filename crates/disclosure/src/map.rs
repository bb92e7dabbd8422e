//! Where places lie, on a drawing of a few hundred points: north is up, the middles of streets bear their names, and
//! where there are too many points they become squares with a number. Pure.

/// Width of the drawing; its height follows the region.
pub const WIDTH: f64 = 480.0;
const MARGIN: f64 = 38.0;
const HEIGHT: (f64, f64) = (240.0, 640.0);
/// Points that are drawn one by one at most.
pub const POINTS: usize = 250;
/// Squares across the drawing.
const ACROSS: f64 = 12.0;

/// A position on the globe in degrees: longitude, latitude.
pub type Position = (f64, f64);

/// From degrees to the drawing.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    west: f64,
    north: f64,
    /// Units of the drawing for a degree of longitude and of latitude.
    scale: (f64, f64),
    pub height: f64,
}

impl Frame {
    /// A frame that holds all positions; `None`: there is none.
    pub fn around(positions: impl Iterator<Item = Position>) -> Option<Frame> {
        let mut bounds: Option<(f64, f64, f64, f64)> = None;
        for (lon, lat) in positions {
            bounds = Some(match bounds {
                None => (lon, lon, lat, lat),
                Some((w, e, s, n)) => (w.min(lon), e.max(lon), s.min(lat), n.max(lat)),
            });
        }
        let (w, e, s, n) = bounds?;
        let shrink = ((s + n) / 2.0).to_radians().cos();
        // Half a kilometre at least, so that a single place does not stand in an endless plain.
        let least = 0.005;
        let (wide, high) = (((e - w) * shrink).max(least), (n - s).max(least));
        let room = (WIDTH - 2.0 * MARGIN, HEIGHT.1 - 2.0 * MARGIN);
        let scale = (room.0 / wide).min(room.1 / high);
        let height = (high * scale + 2.0 * MARGIN).clamp(HEIGHT.0, HEIGHT.1);
        let (mid_lon, mid_lat) = ((w + e) / 2.0, (s + n) / 2.0);
        let scale = (scale * shrink, scale);
        Some(Frame { west: mid_lon - WIDTH / 2.0 / scale.0, north: mid_lat + height / 2.0 / scale.1, scale, height })
    }

    /// Where a position lies on the drawing.
    pub fn at(&self, (lon, lat): Position) -> (f64, f64) {
        ((lon - self.west) * self.scale.0, (self.north - lat) * self.scale.1)
    }

    /// A round length in kilometres that fits a sixth of the width, and how long it is on the drawing.
    pub fn ruler(&self) -> (f64, f64) {
        // A degree of latitude is 111.2 km everywhere.
        let unit = self.scale.1 / 111.2;
        let lengths = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0];
        let km = lengths.into_iter().rev().find(|km| km * unit <= WIDTH / 4.0).unwrap_or(0.1);
        (km, km * unit)
    }
}

/// Of names that would lie upon one another the first is kept; `size` is the height of a character. Positions are the
/// middle of the name's foot.
pub fn labels<'a>(names: impl Iterator<Item = (&'a str, (f64, f64))>, size: f64) -> Vec<(&'a str, (f64, f64))> {
    let mut kept: Vec<(&str, (f64, f64))> = Vec::new();
    let half = |name: &str| name.chars().map(|c| if c.is_ascii() { 0.55 } else { 1.0 }).sum::<f64>() * size / 2.0 + 2.0;
    for (name, (x, y)) in names {
        let x = x.clamp(half(name), (WIDTH - half(name)).max(half(name)));
        let free = kept
            .iter()
            .all(|(other, (ox, oy))| (x - ox).abs() > half(name) + half(other) || (y - oy).abs() > size * 1.3);
        if free {
            kept.push((name, (x, y)));
        }
    }
    kept
}

/// What is drawn about a point: a circle, and its name under it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Bubble {
    pub x: f64,
    pub y: f64,
    pub r: f64,
    /// Half the width of its name.
    pub half: f64,
}

impl Bubble {
    /// By how much two of them lie upon one another, to the side and upward; `letter` is the height of a name.
    fn over(&self, other: &Bubble, letter: f64) -> Option<(f64, f64)> {
        let across = self.r.max(self.half) + other.r.max(other.half) - (self.x - other.x).abs();
        let (upper, lower) = if self.y <= other.y { (self, other) } else { (other, self) };
        let down = upper.r + letter + lower.r - (lower.y - upper.y);
        (across > 0.0 && down > 0.0).then_some((across, down))
    }
}

/// Moves bubbles apart until none hides another or its name, each as little as may be: in the middle of a city districts
/// are small. They stay on a drawing of this height.
pub fn apart(bubbles: &mut [Bubble], height: f64, letter: f64) {
    const ROUNDS: usize = 200;
    for _ in 0..ROUNDS {
        let mut moved = false;
        for a in 0..bubbles.len() {
            for b in a + 1..bubbles.len() {
                let (Some(one), Some(two)) = (bubbles.get(a).copied(), bubbles.get(b).copied()) else { continue };
                let Some((across, down)) = one.over(&two, letter) else { continue };
                moved = true;
                // The shorter way out; a hair more, so that rounding does not bring them together again.
                let (dx, dy) = if across < down {
                    (if one.x <= two.x { across / 2.0 + 0.5 } else { -across / 2.0 - 0.5 }, 0.0)
                } else {
                    (0.0, if one.y <= two.y { down / 2.0 + 0.5 } else { -down / 2.0 - 0.5 })
                };
                for (at, sign) in [(a, -1.0), (b, 1.0)] {
                    let bubble = &mut bubbles[at];
                    let side = bubble.r.max(bubble.half);
                    bubble.x = (bubble.x + sign * dx).min(WIDTH - side).max(side);
                    bubble.y = (bubble.y + sign * dy).min(height - bubble.r - letter).max(bubble.r);
                }
            }
        }
        if !moved {
            return;
        }
    }
}

/// A square of the drawing with the points in it.
#[derive(Clone, PartialEq, Debug)]
pub struct Square {
    pub x: f64,
    pub y: f64,
    pub side: f64,
    pub points: Vec<usize>,
    /// 1 to 5: how many there are, beside the fullest one.
    pub class: usize,
}

/// Points of the drawing gathered into squares, from the top left on.
pub fn squares(points: &[(f64, f64)]) -> Vec<Square> {
    let side = WIDTH / ACROSS;
    let mut found = std::collections::BTreeMap::<(i64, i64), Vec<usize>>::new();
    for (n, (x, y)) in points.iter().enumerate() {
        found.entry(((y / side).floor() as i64, (x / side).floor() as i64)).or_default().push(n);
    }
    let most = found.values().map(Vec::len).max().unwrap_or(1);
    let square = |((row, column), points): ((i64, i64), Vec<usize>)| Square {
        x: column as f64 * side,
        y: row as f64 * side,
        side,
        class: (points.len() * 5).div_ceil(most).clamp(1, 5),
        points,
    };
    found.into_iter().map(square).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn north_is_up_and_east_is_right() {
        let frame = Frame::around([(121.4, 31.2), (121.5, 31.3)].into_iter()).unwrap();
        let (sw, ne) = (frame.at((121.4, 31.2)), frame.at((121.5, 31.3)));
        assert!(sw.0 < ne.0 && sw.1 > ne.1);
        assert!(Frame::around(std::iter::empty()).is_none());
        let (km, long) = frame.ruler();
        assert!(km == 2.0 && long < WIDTH / 4.0, "{km} {long}");
    }

    #[test]
    fn names_do_not_lie_upon_one_another() {
        let names = [("曲阳路街道", (100.0, 100.0)), ("广中路街道", (110.0, 104.0)), ("江湾镇街道", (300.0, 100.0))];
        let kept: Vec<&str> = labels(names.into_iter(), 12.0).into_iter().map(|(name, _)| name).collect();
        assert_eq!(kept, ["曲阳路街道", "江湾镇街道"]);
    }

    #[test]
    fn districts_in_the_middle_of_a_city_do_not_hide_one_another() {
        let at = |x, y| Bubble { x, y, r: 14.0, half: 21.0 };
        let mut bubbles = [at(240.0, 300.0), at(244.0, 302.0), at(250.0, 300.0), at(240.0, 310.0), at(60.0, 60.0)];
        apart(&mut bubbles, 640.0, 14.0);
        for (n, one) in bubbles.iter().enumerate() {
            assert!(bubbles[n + 1..].iter().all(|two| one.over(two, 14.0).is_none()), "{bubbles:?}");
        }
        assert_eq!(bubbles[4], at(60.0, 60.0), "what lies apart stays where it is");
    }

    proptest! {
        #[test]
        fn everything_lies_on_the_drawing(points in proptest::collection::vec((73.0f64..135.0, 18.0f64..53.0), 1..40)) {
            let frame = Frame::around(points.iter().copied()).unwrap();
            prop_assert!((HEIGHT.0..=HEIGHT.1).contains(&frame.height));
            let drawn: Vec<(f64, f64)> = points.iter().map(|p| frame.at(*p)).collect();
            for (x, y) in &drawn {
                prop_assert!((0.0..=WIDTH).contains(x) && (0.0..=frame.height).contains(y), "{x} {y} of {}", frame.height);
            }
            let squares = squares(&drawn);
            prop_assert_eq!(squares.iter().map(|s| s.points.len()).sum::<usize>(), points.len());
            prop_assert!(squares.iter().all(|s| (1..=5).contains(&s.class)));
        }
    }
}
