//! The file of a built network: magic, version, header, little-endian arrays, SHA-256 of all of it.
//!
//! A file that was cut, changed or written by another version is refused; so is one whose checksum fits but whose indices
//! do not. The layout is in `docs/engines/reach.md`.

use crate::ReachError;
use crate::build::{label_components, rows};
use crate::network::{Chain, Meta, Network};
use sha2::{Digest, Sha256};

/// First bytes of every network file.
pub const MAGIC: &[u8; 8] = b"SYREACH\0";
/// Version of the layout; another one is refused.
pub const VERSION: u32 = 1;

const CHECKSUM: usize = 32;

/// Writes a network into the bytes of a file.
pub fn to_bytes(network: &Network) -> Vec<u8> {
    let meta = serde_json::to_vec(&network.meta).expect("plain strings always serialise");
    let mut out = Vec::with_capacity(64 + meta.len() + network.coords.len() * 12 + network.chains.len() * 16);
    out.extend_from_slice(MAGIC);
    let counts =
        [VERSION, meta.len() as u32, network.junctions, network.at_mm.len() as u32, network.chains.len() as u32];
    counts.iter().for_each(|count| out.extend_from_slice(&count.to_le_bytes()));
    out.extend_from_slice(&meta);
    for [lon, lat] in &network.coords {
        out.extend_from_slice(&lon.to_le_bytes());
        out.extend_from_slice(&lat.to_le_bytes());
    }
    for chain in &network.chains {
        [chain.a, chain.b, chain.mm, chain.first].iter().for_each(|part| out.extend_from_slice(&part.to_le_bytes()));
    }
    network.at_mm.iter().for_each(|mm| out.extend_from_slice(&mm.to_le_bytes()));
    let checksum = Sha256::digest(&out);
    out.extend_from_slice(&checksum);
    out
}

/// Reads the bytes of a network file. Every fault is [`ReachError::File`] with its reason.
pub fn from_bytes(bytes: &[u8]) -> Result<Network, ReachError> {
    let bad = |reason: &str| ReachError::File(reason.to_owned());
    if bytes.len() < MAGIC.len() + 20 + CHECKSUM || !bytes.starts_with(MAGIC) {
        return Err(bad("not a network file (run `shanyu reach build` on an .osm.pbf first)"));
    }
    let (body, checksum) = bytes.split_at(bytes.len() - CHECKSUM);
    let mut words = Words { rest: &body[MAGIC.len()..] };
    let version = words.take_u32().ok_or_else(|| bad("cut short"))?;
    if version != VERSION {
        return Err(ReachError::File(format!("version {version}, this program reads {VERSION}: build it again")));
    }
    if Sha256::digest(body)[..] != *checksum {
        return Err(bad("the checksum does not fit: the file was cut or changed"));
    }
    let cut = || bad("cut short");
    let meta_len = words.take_u32().ok_or_else(cut)? as usize;
    let [junctions, inner, chains] = words.take_words::<3>().ok_or_else(cut)?;
    let meta = words.take(meta_len).ok_or_else(cut)?;
    let meta: Meta = serde_json::from_slice(meta).map_err(|error| ReachError::File(error.to_string()))?;
    let need = (u64::from(junctions) + u64::from(inner)) * 8 + u64::from(chains) * 16 + u64::from(inner) * 4;
    if words.rest.len() as u64 != need {
        return Err(bad("the arrays do not have the announced length"));
    }
    let coords: Vec<[i32; 2]> =
        words.rows::<2>(junctions as usize + inner as usize).map(|[x, y]| [x as i32, y as i32]).collect();
    let chains: Vec<Chain> =
        words.rows::<4>(chains as usize).map(|[a, b, mm, first]| Chain { a, b, mm, first }).collect();
    let at_mm: Vec<u32> = words.rows::<1>(inner as usize).map(|[mm]| mm).collect();
    consistent(junctions, &coords, &chains, &at_mm)?;
    let (arc_start, arcs) = rows(junctions as usize, &chains);
    if arc_start.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(bad("a junction without a chain"));
    }
    let (component, component_nodes) = (Vec::new(), Vec::new());
    let mut network = Network { meta, junctions, coords, chains, at_mm, arc_start, arcs, component, component_nodes };
    label_components(&mut network);
    Ok(network)
}

/// The fingerprint of a network: SHA-256 of its file in hex. Printed with results so that a figure can be made again.
pub fn fingerprint(network: &Network) -> String {
    let bytes = to_bytes(network);
    crate::pbf::hex(&bytes[bytes.len() - CHECKSUM..])
}

fn consistent(junctions: u32, coords: &[[i32; 2]], chains: &[Chain], at_mm: &[u32]) -> Result<(), ReachError> {
    let bad = |reason: &str| Err(ReachError::File(reason.to_owned()));
    if chains.is_empty() || junctions == 0 {
        return bad("no chains");
    }
    if coords.iter().any(|[x, y]| x.unsigned_abs() > 1_800_000_000 || y.unsigned_abs() > 900_000_000) {
        return bad("a node is not on the globe");
    }
    if chains[0].first != 0 || chains.len() > 1 << 29 || coords.len() > 1 << 30 {
        return bad("the inner nodes do not start at the first chain");
    }
    for (number, chain) in chains.iter().enumerate() {
        let end = chains.get(number + 1).map_or(at_mm.len(), |next| next.first as usize);
        let Some(inner) = at_mm.get(chain.first as usize..end) else {
            return bad("the inner nodes of a chain are out of order");
        };
        let ends = chain.a < junctions && chain.b < junctions;
        if !ends || !inner.is_sorted() || inner.last().is_some_and(|last| *last > chain.mm) {
            return bad("a chain does not fit its nodes");
        }
    }
    Ok(())
}

/// Little-endian words taken from the front.
struct Words<'b> {
    rest: &'b [u8],
}

impl<'b> Words<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (head, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(head)
    }

    fn take_u32(&mut self) -> Option<u32> {
        self.take_words::<1>().map(|[word]| word)
    }

    fn take_words<const N: usize>(&mut self) -> Option<[u32; N]> {
        let head = self.take(N * 4)?;
        Some(std::array::from_fn(|at| word(head, at)))
    }

    /// Rows of `N` words; the caller has checked the length.
    fn rows<const N: usize>(&mut self, count: usize) -> impl Iterator<Item = [u32; N]> + use<'b, N> {
        let (head, rest) = self.rest.split_at(count * N * 4);
        self.rest = rest;
        head.chunks_exact(N * 4).map(|row| std::array::from_fn(|at| word(row, at)))
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at * 4..at * 4 + 4].try_into().expect("four bytes"))
}
