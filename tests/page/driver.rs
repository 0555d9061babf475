//! A browser, driven by the `WebDriver` protocol: JSON over HTTP to a process of our own. The few calls that the tests need are shorter
//! than what a client would bring along.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// A Chromium without a window, and the driver that it hangs on.
pub struct Browser {
    driver: Child,
    port: u16,
    session: String,
}

impl Browser {
    /// Starts one that saves files into a folder; `None` where the machine has no `chromedriver`.
    pub fn start(downloads: &Path) -> Option<Self> {
        Self::with(&json!({"download.default_directory": downloads, "download.prompt_for_download": false}))
    }

    /// Starts one that keeps nothing for any page.
    pub fn forgetful() -> Option<Self> {
        Self::with(&json!({"profile.default_content_setting_values.cookies": 2}))
    }

    fn with(preferences: &Value) -> Option<Self> {
        let driver = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let Ok(mut driver) = driver else {
            eprintln!("skipped: there is no chromedriver here");
            return None;
        };
        let mut lines = BufReader::new(driver.stdout.take().expect("it is piped")).lines().map_while(Result::ok);
        let started = lines.find(|it| it.contains("started successfully on port")).expect("it says where it listens");
        let port = started.rsplit(' ').next().and_then(|it| it.trim_end_matches('.').parse().ok()).expect("a number");
        // Nobody reads on, and it must not wait for that.
        thread::spawn(move || lines.for_each(drop));
        let mut browser = Self { driver, port, session: String::new() };
        let options = json!({
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1400,900"],
            "prefs": preferences,
        });
        let wanted = json!({"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}});
        let session = browser.call("POST", "/session", &json!({"capabilities": {"alwaysMatch": wanted}}));
        browser.session = format!("/session/{}", session["sessionId"].as_str().expect("a session has a name"));
        Some(browser)
    }

    /// Opens a file from the disk.
    pub fn open(&self, file: &Path) {
        self.post("/url", &json!({"url": format!("file://{}", file.display())}));
    }

    /// Shows pages as on a screen of another size.
    pub fn resize(&self, width: u32, height: u32) {
        let screen = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": true});
        self.post("/goog/cdp/execute", &json!({"cmd": "Emulation.setDeviceMetricsOverride", "params": screen}));
    }

    /// What a script returns.
    pub fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({"script": script, "args": []}))
    }

    /// What an element says.
    pub fn text(&self, id: &str) -> String {
        self.run(&format!("return document.getElementById('{id}').textContent")).as_str().unwrap_or_default().to_owned()
    }

    /// Presses keys, one after another, wherever the page has its focus.
    pub fn press(&self, keys: &str) {
        let strokes = keys.chars().flat_map(|key| [json!({"type": "keyDown", "value": key}), json!({"type": "keyUp", "value": key})]);
        let strokes: Vec<Value> = strokes.collect();
        self.post("/actions", &json!({"actions": [{"type": "key", "id": "keys", "actions": strokes}]}));
    }

    /// Clicks with the mouse on the first element that a selector names.
    pub fn click(&self, selector: &str) {
        let element = self.post("/element", &json!({"using": "css selector", "value": selector}));
        let id = element.as_object().and_then(|it| it.values().next()).and_then(Value::as_str).expect("an element has a name");
        self.post(&format!("/element/{id}/click"), &json!({}));
    }

    /// Waits until a script returns something true.
    pub fn wait(&self, script: &str) {
        let begun = Instant::now();
        while self.run(&format!("return !!({script})")) != json!(true) {
            assert!(begun.elapsed() < Duration::from_secs(20), "waited in vain for {script}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// What the browser complained of since it was asked last.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.post("/se/log", &json!({"type": "browser"}));
        log.as_array().into_iter().flatten().map(|it| it["message"].to_string()).collect()
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.call("POST", &format!("{}{path}", self.session), body)
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the driver listens");
        let body = body.to_string();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all((head + &body).as_bytes()).expect("the driver reads");
        let mut answer = BufReader::new(stream);
        let mut length = 0;
        let mut line = String::new();
        while answer.read_line(&mut line).expect("the driver answers") > 2 {
            if let Some(it) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = it.trim().parse().expect("a number");
            }
            line.clear();
        }
        let mut content = vec![0; length];
        answer.read_exact(&mut content).expect("the driver answers in full");
        let mut value: Value = serde_json::from_slice(&content).expect("the driver answers in JSON");
        assert!(value["value"]["error"].is_null(), "{path}: {value:.2000}");
        value["value"].take()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() && !thread::panicking() {
            self.call("DELETE", &self.session, &json!({}));
        }
        // Where the test failed, the driver takes its browser along.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
