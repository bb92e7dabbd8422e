//! What a request costs: starts the real server on a demo city and reads the CPU time of its process before and after
//! many requests. CPU per request is the figure that is held to a limit; times are printed beside it. `make bench`.
//!
//!     bench PROGRAM DATA [DATABASE]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// Page or JSON, and the limit in milliseconds of CPU; 0 for none.
const PATHS: &[(&str, &str, f64)] = &[
    ("health", "/healthz", 0.0),
    ("list of 50, page", "/facilities", 0.6),
    ("list of 50, JSON", "/api/v1/institutions?limit=50", 0.5),
    ("list of one district, page", "/facilities?region=310109", 0.6),
    ("cockpit, city", "/plans/shanghai-2020-2022", 3.0),
    ("cockpit, district", "/plans/hongkou-demonstration", 3.0),
    ("targets, JSON", "/api/v1/plans/shanghai-2020-2022/targets", 3.0),
    ("target page", "/plans/shanghai-2020-2022/targets/SH-02", 0.0),
    ("evidence, JSON", "/api/v1/indicators/integrated_kindergarten_share/evidence?part=missing", 0.0),
    ("plans", "/plans", 0.0),
    ("map by quarter, JSON", "/api/v1/plans/shanghai-2020-2022/map", 0.0),
    ("league of districts", "/plans/shanghai-2020-2022/targets/SH-02/league", 0.0),
    ("plans compared", "/plans/compare", 0.0),
    ("desk", "/desk", 0.0),
    ("box: 托班, page", "/find?q=%E6%89%98%E7%8F%AD", 1.0),
    ("box: 宝宝屋, as one types", "/find/list?q=%E5%AE%9D%E5%AE%9D%E5%B1%8B", 1.0),
    ("public: three nearest", "/near?street=310109010&age=24", 0.5),
    ("public: list", "/public/institutions?region=310109", 0.5),
];

struct Server {
    child: Child,
    address: String,
    started: Duration,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(program: &str, data: &str, database: Option<&str>) -> Server {
    let begun = Instant::now();
    let mut command = Command::new(program);
    command.args(["serve", "--data", data, "--listen", "127.0.0.1:0"]).stderr(Stdio::piped());
    if let Some(url) = database {
        command.args(["--database", url]);
    }
    let mut child = command.spawn().expect("the program starts");
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    let address = loop {
        let line = lines.next().expect("the server says where it listens").expect("a line");
        if let Some(at) = line.strip_prefix("shanyu: http://") {
            break at.to_owned();
        }
        eprintln!("{line}");
    };
    std::thread::spawn(move || lines.for_each(drop));
    let mut server = Server { child, address, started: Duration::ZERO };
    ask(&mut connect(&server.address), &server.address, "/readyz", "");
    server.started = begun.elapsed();
    server
}

fn connect(address: &str) -> BufReader<TcpStream> {
    let stream = TcpStream::connect(address).expect("the server listens");
    stream.set_nodelay(true).expect("a socket");
    BufReader::new(stream)
}

/// One request over a kept connection: status and length of the body.
fn ask(connection: &mut BufReader<TcpStream>, host: &str, path: &str, token: &str) -> (u16, usize) {
    let auth = if token.is_empty() { String::new() } else { format!("authorization: Bearer {token}\r\n") };
    send(connection, &format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n{auth}\r\n"));
    let (status, body) = answer(connection);
    (status, body.len())
}

fn send(connection: &mut BufReader<TcpStream>, text: &str) {
    connection.get_mut().write_all(text.as_bytes()).expect("the server reads");
}

fn answer(connection: &mut BufReader<TcpStream>) -> (u16, Vec<u8>) {
    let mut line = String::new();
    connection.read_line(&mut line).expect("a status line");
    let status = line.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status");
    let mut length = 0;
    loop {
        line.clear();
        connection.read_line(&mut line).expect("a header");
        let header = line.trim_end().to_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(n) = header.strip_prefix("content-length:") {
            length = n.trim().parse().expect("a length");
        }
    }
    let mut body = vec![0; length];
    connection.read_exact(&mut body).expect("a body");
    (status, body)
}

/// CPU seconds of a process so far, user and system.
fn cpu(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("Linux");
    let after = stat.rsplit(')').next().expect("a stat line");
    let field = |n: usize| after.split_whitespace().nth(n).and_then(|f| f.parse::<f64>().ok()).expect("a number");
    (field(11) + field(12)) / 100.0
}

fn rss_mb(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("Linux");
    let line = status.lines().find(|l| l.starts_with("VmHWM")).expect("a peak");
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<f64>().ok()).expect("a number") / 1024.0
}

fn sign_in(server: &Server, data: &str) -> String {
    let text = std::fs::read_to_string(Path::new(data).join("demo-accounts.json")).expect("a demo city");
    let accounts: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let city = accounts.as_array().expect("a list").iter().find(|a| a["account"] == "city");
    let city = city.expect("the city's education officer");
    let body = serde_json::json!({"account": city["account"], "password": city["password"]}).to_string();
    let mut connection = connect(&server.address);
    send(
        &mut connection,
        &format!(
            "POST /api/v1/session HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            server.address,
            body.len()
        ),
    );
    let (status, body) = answer(&mut connection);
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    let session: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
    session["token"].as_str().expect("a token").to_owned()
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [program, data, database @ ..] = args.as_slice() else { panic!("bench PROGRAM DATA [DATABASE]") };
    let server = start(program, data, database.first().map(String::as_str));
    let pid = server.child.id();
    let token = sign_in(&server, data);
    println!("start on existing data {:.2} s", server.started.as_secs_f64());
    println!(
        "{:<30} {:>8} {:>8} {:>9} {:>9} {:>9} {:>8}",
        "", "cpu ms", "limit", "cold ms", "p50 ms", "p99 ms", "bytes"
    );
    let mut over = 0;
    for (name, path, limit) in PATHS {
        // The public does not sign in.
        let token = if name.starts_with("public") { "" } else { token.as_str() };
        let mut connection = connect(&server.address);
        let first = Instant::now();
        let (status, bytes) = ask(&mut connection, &server.address, path, token);
        let cold = first.elapsed().as_secs_f64() * 1e3;
        assert_eq!(status, 200, "{path}");
        for _ in 0..20 {
            ask(&mut connection, &server.address, path, token);
        }
        let (before, begun) = (cpu(pid), Instant::now());
        let mut times = Vec::new();
        // The clock of /proc ticks every 10 ms: go on until a second of wall time has passed.
        while begun.elapsed() < Duration::from_secs(2) || times.len() < 100 {
            let one = Instant::now();
            ask(&mut connection, &server.address, path, token);
            times.push(one.elapsed().as_secs_f64() * 1e3);
        }
        let each = (cpu(pid) - before) * 1e3 / times.len() as f64;
        times.sort_by(f64::total_cmp);
        let at = |q: f64| times[((times.len() - 1) as f64 * q) as usize];
        let bound = if *limit > 0.0 { format!("{limit:.1}") } else { String::new() };
        let mark = if *limit > 0.0 && each > *limit {
            over += 1;
            " over"
        } else {
            ""
        };
        println!("{name:<30} {each:>8.3} {bound:>8} {cold:>9.1} {:>9.2} {:>9.2} {bytes:>8}{mark}", at(0.5), at(0.99));
    }
    println!("peak memory {:.0} MB (limit 250)", rss_mb(pid));
    if over > 0 {
        println!("{over} over their limit");
    }
}
