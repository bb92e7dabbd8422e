//! Writes tiny `.osm.pbf` files by hand (OSM PBF specification: length-prefixed protobuf blobs, here uncompressed).

pub struct Way<'a> {
    pub tags: &'a [(&'a str, &'a str)],
    pub refs: &'a [i64],
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

fn field(out: &mut Vec<u8>, number: u64, bytes: &[u8]) {
    varint(out, number << 3 | 2);
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn packed(values: impl IntoIterator<Item = u64>) -> Vec<u8> {
    let mut out = Vec::new();
    values.into_iter().for_each(|value| varint(&mut out, value));
    out
}

fn deltas(values: impl IntoIterator<Item = i64>) -> Vec<u8> {
    let mut before = 0;
    packed(values.into_iter().map(|value| zigzag(value - std::mem::replace(&mut before, value))))
}

fn blob(kind: &str, content: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    field(&mut body, 1, content);
    let mut header = Vec::new();
    field(&mut header, 1, kind.as_bytes());
    varint(&mut header, 3 << 3);
    varint(&mut header, body.len() as u64);
    let mut out = (header.len() as u32).to_be_bytes().to_vec();
    out.extend(header);
    out.extend(body);
    out
}

/// A header that needs `feature`, then one block of nodes (id, lon, lat in 10⁻⁷ degrees) and ways.
pub fn pbf(feature: &str, nodes: &[(i64, i64, i64)], ways: &[Way<'_>]) -> Vec<u8> {
    let mut header = Vec::new();
    field(&mut header, 4, feature.as_bytes());
    let mut out = blob("OSMHeader", &header);

    let mut strings = vec![String::new()];
    let mut number = |text: &str| {
        let known = strings.iter().position(|string| string == text);
        known.unwrap_or_else(|| {
            strings.push(text.to_owned());
            strings.len() - 1
        }) as u64
    };
    let mut group = Vec::new();
    let mut dense = Vec::new();
    field(&mut dense, 1, &deltas(nodes.iter().map(|node| node.0)));
    field(&mut dense, 8, &deltas(nodes.iter().map(|node| node.2)));
    field(&mut dense, 9, &deltas(nodes.iter().map(|node| node.1)));
    field(&mut group, 2, &dense);
    for (id, way) in ways.iter().enumerate() {
        let mut message = Vec::new();
        varint(&mut message, 1 << 3);
        varint(&mut message, id as u64 + 1);
        field(&mut message, 2, &packed(way.tags.iter().map(|tag| number(tag.0)).collect::<Vec<_>>()));
        field(&mut message, 3, &packed(way.tags.iter().map(|tag| number(tag.1)).collect::<Vec<_>>()));
        field(&mut message, 8, &deltas(way.refs.iter().copied()));
        field(&mut group, 3, &message);
    }
    let mut table = Vec::new();
    strings.iter().for_each(|text| field(&mut table, 1, text.as_bytes()));
    let mut block = Vec::new();
    field(&mut block, 1, &table);
    field(&mut block, 2, &group);
    out.extend(blob("OSMData", &block));
    out
}
